"""Work items that speak of what was agreed and do not deliver it: risks, meetings, change requests, templates, skipped lines.

However alike its words are, such an item never covers: a person sees it.
"""

from __future__ import annotations

import re

from atlas_sync.canonical.model import WorkItem
from atlas_sync.canonical.normalize import fold
from atlas_sync.coverage.passages import best_part, is_skipped
from atlas_sync.coverage.text import MAX_TEXT

__all__ = ["aside_of"]

_CALLED = {
    "a risk": r"risks?|risik(?:o|en)|risques?|riesgos?|risc(?:o|os|hio|hi)|risico'?s?",
    "a meeting": r"meetings?|besprechung(?:en)?|sitzung(?:en)?|reunions?|reuniones|riunion[ei]|reuniao|reunioes|"
    r"vergadering(?:en)?",
    "a change request": r"change requests?|aenderungsan(?:trag|traege|frage)|demandes? de changement|"
    r"solicitud(?:es)? de cambio|richiest[ae] di modifica|pedidos? de alteracao|wijzigingsverzoek(?:en)?",
    "a template": r"templates?|vorlagen?|modeles?|plantillas?|modell[oi]|sjablo(?:on|nen)",
    "an issue": r"issues?",
}
_KINDS = {name: re.compile(words) for name, words in _CALLED.items() if name != "an issue"}
"""Kinds of items. That one is an Issue tells nothing: many trackers call all items so."""
_END = r"(?: ?#?\d{1,4})?(?: ?[\])|]| [-–—] | ?:)"
_TITLES = {
    # Behind "Template:" stands how one has to be.
    name: re.compile(rf"[\W_]*(?:{words}){_END.replace('| ?:', '') if name == 'a template' else _END}")
    for name, words in _CALLED.items()
}
_MEETS = (
    r"stand-?up|catch-?up|check-?in|webinar|briefing|presentation|retros?\b|retrospective|meet|call\b|calls\b|session|"
    r"workshop|kick-?off|review|steering|demos?\b|demonstrat|visit|train|talk|discuss|sync|interview|walk-?through|"
    r"treff|termin(?!al)|abstimm|jour fixe|atelier|formation|comite|seance|rendez|"
    r"sesion|formacion|taller|incontro|sessione|overleg|afspraak|bijeenkomst|sessie|sessao|encontro"
)
_IN_COMPOUNDS = {
    "a risk": r"risik[oe]|risico",
    "a meeting": r"meeting|workshop|webinar|(?<!s)training|interview|schulung|(?<!de)termine?n?\b|"
    r"gespraech|besprechung|(?<!be)sitzung|vergadering|bijeenkomst|overleg",
    "a template": r"vorlage|sjablo(?:on|nen)",
}
"""Words that German and Dutch join with others: "Risikoanalyse", "Anwenderschulung"."""
_PROMISED = {
    name: re.compile(
        rf"\b(?:(?:{words})\b"
        + (rf"|{_MEETS})" if name == "a meeting" else ")")
        + (rf"|{_IN_COMPOUNDS[name]}" if name in _IN_COMPOUNDS else "")
    )
    for name, words in _CALLED.items()
}
"""Where the promise itself is such a thing, "a steering meeting each month", the item is what was promised."""
_GOES_WRONG = re.compile(
    r"\b(?:may|might|could|likely to) (?:not )?(?:be )?(?:slip|fail|late|delay(?:ed)?|overrun)\b|\btoo late\b|"
    r"\b(?:koennte|kann) (?:\w+ ){0,4}(?:verzoegern|scheitern|platzen)\b|"
    r"\b(?:zu spaet|trop tard|demasiado tarde|troppo tardi|te laat)\b"
)
_DELAYS = (
    r"(?:late|slip(?:s|ped|ping|page)?)\b|delay|overdue|fail(?!-?over)|verspaet|spaet(?!er|est)|verzoeger|retard|retraso|ritard|"
    r"(?<!mas )(?<!mais )tarde\b"
)
_OF_DELAYS = re.compile(rf"\b(?:{_DELAYS})")
"""What a promise says that is about things that go wrong: "an alert when an order may arrive late"."""
_NO_DELAYS = re.compile(
    r"(?:\b(?:no|not|never|without|nicht|nie|keine?|ohne|sans|sin|senza|sem|zonder|geen)|n['’]t) "
    rf"(?:\w+ )?(?:{_DELAYS})"
)
"""What a promise is kept from: "without undue delay" is about nothing that goes wrong."""


def aside_of(text: str, item: WorkItem) -> str | None:
    """Say why an item does not deliver what was agreed, however alike the two are; None where nothing speaks for that."""
    said, title = fold(text[:MAX_TEXT]), fold(item.summary)
    kind = fold(item.kind.strip())
    for name, promised in _PROMISED.items():
        is_called = (name in _KINDS and _KINDS[name].fullmatch(kind)) or _TITLES[name].match(title)
        if is_called and not promised.search(said):
            return f"{item.key} is {name}"
    if _GOES_WRONG.search(title) and not _OF_DELAYS.search(_NO_DELAYS.sub(" ", said)):
        return f"{item.key} says what may go wrong"
    return f"{item.key} skips it: “{best_part(text, item)}”" if is_skipped(text, item) else None
