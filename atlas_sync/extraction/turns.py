"""Turns: whether a text is talk, where most lines begin with who says them, and which such beginnings are names.

Notes and minutes begin lines with headings ("Next steps:") and with a name now and then; that alone is no talk.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

from atlas_sync.canonical.normalize import fold

__all__ = ["is_name", "is_talk"]

_PARTICLES = frozenset("al bin da das de del den der di do dos du el la le ten ter van von zu".split())  # noqa: SIM905 - a list to read
_HEADINGS = frozenset(
    "access action actions agenda answer answers apologies attendees background budget comment comments conclusion "  # noqa: SIM905 - a list to read
    "context contract cost costs date dates deadline decision decisions details duration example feedback goal goals "
    "impact issue issues item items location migration minutes need needs note notes objective objectives outcome "
    "outcomes participants plan point points present price prices pricing problem problems progress project question "
    "questions reason recap requirements result results risk risks schedule scope start status step steps subject "
    "summary support tasks terms timeline timing title todo todos topic topics training transcript update updates "
    "aufgaben datum ergebnis fazit frage fragen hinweis notiz ort preis punkte risiken schritte teilnehmer termin "
    "termine thema themen umfang ziel ziele zusammenfassung etapes prix resume sujet acuerdos fecha pasos precio "
    "puntos resumen riesgos acoes data passos pontos preco resumo riscos yes no ok okay fyi ps nb aob".split()
)
_MOST_WORDS = 5
_FEWEST_SPEAKERS = 2


def is_name(label: str) -> bool:
    """Tell if words before a colon may be a name: a few, each with a capital, the last of which heads no list.

    >>> is_name("Melissa Tran"), is_name("Jan van der Berg"), is_name("Next Steps"), is_name("One more")
    (True, True, False, False)
    """
    words = [word.strip(".,'’") for word in label.partition("(")[0].split()]
    if not words or len(words) > _MOST_WORDS or fold(words[-1]) in _HEADINGS:
        return False
    return words[-1][:1].isupper() and all(_may_name(word) for word in words) and max(map(len, words)) > 1


def _may_name(word: str) -> bool:
    letters = unicodedata.normalize("NFC", word).replace("-", "").replace("'", "").replace("’", "").replace(".", "")
    return letters.isalpha() and (letters[0].isupper() or word in _PARTICLES)


def is_talk(labels: Sequence[str | None], *, is_known: Callable[[str], bool]) -> bool:
    """Tell if people take turns, from what stands before a colon at the beginning of each line, None where nothing does.

    More than every second line is somebody's: a known person's, or a name's that comes back. A full name that comes once
    counts too, where such lines are no more than the others: two words with capitals may also be a heading.
    """
    said = Counter(fold(label) for label in labels if label)
    known = {label: is_known(label) for label in {*labels} if label}
    sure = [label for label in labels if label and (known[label] or (said[fold(label)] > 1 and is_name(label)))]
    met = {fold(label) for label in sure}
    once = [label for label in labels if label and fold(label) not in met and " " in label and is_name(label)]
    by_once = once if len(once) <= len(sure) else []
    speakers = {*met, *map(fold, by_once)}
    return len(speakers) >= _FEWEST_SPEAKERS and (len(sure) + len(by_once)) * 2 > len(labels)
