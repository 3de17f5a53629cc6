"""Machines: mails that a program wrote for somebody who was not there. What they say binds nobody.

Only sure signs count, since an answer of a person to such a mail, or under its subject, is a person's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from atlas_sync.extraction.conversation import Conversation
from atlas_sync.extraction.headers import forward_subject
from atlas_sync.extraction.judgement import Judgement, Label
from atlas_sync.extraction.languages import Language, language_of
from atlas_sync.extraction.units import Unit, split

__all__ = ["heed_machine", "machine_of"]

_BEFORE = r"^\s{0,8}(?:\[[^\[\]]{1,30}\]\s{0,8}){0,3}"
_ANSWERS = re.compile(
    _BEFORE + r"(?:out[- ]of[- ](?:the[- ])?office(?:\s?(?:auto[- ]?reply|message|notification))?|"
    r"(?:automatic|automated|auto)[- ]?(?:reply|response)|automatische antwort|abwesenheits(?:notiz|nachricht|meldung)|"
    r"réponse automatique|absence du bureau|respuesta automática|fuera de la oficina|resposta automática|"
    r"risposta automatica|automatisch antwoord|afwezigheidsbericht|automatiskt svar|autosvar)\s{0,4}(?::|$)",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    _BEFORE + r"(?:undeliver(?:able|ed)|delivery (?:status notification|delayed|failure)|returned mail|"
    r"mail delivery (?:failed|failure)|unzustellbar|non remis|no se puede entregar|não entregue|"
    r"onbestelbaar|non recapitabile)\b",
    re.IGNORECASE,
)
_OF_DELIVERY = re.compile(
    r"\b(?:recipients?|mailbox|server|empfänger|postfach|destinataires?|destinat[aá]rios?|destinatari|ontvangers?)\b",
    re.IGNORECASE,
)
_BY_ITSELF = re.compile(
    r"\bdo not (?:reply|respond) (?:directly )?to this (?:e-?mail|message)|"
    r"\bthis is an auto(?:mated|matic(?:ally generated)?) (?:e-?mail|message|reply|response)|"
    r"\b(?:e-?mail|nachricht) wurde automatisch|antworten sie (?:bitte )?nicht auf diese|"
    r"message automatique|ne pas répondre à ce|mensaje automático|no responda a este|mensagem automática|"
    r"não responda a est[ea]|messaggio automatico|automatisch (?:gegenereerd|bericht)",
    re.IGNORECASE,
)
_RECEIVED = re.compile(
    r"\b(?:received your|your (?:e-?mail|message|request|ticket|enquiry|inquiry)\b.{0,40} received|"
    r"ihre (?:anfrage|nachricht|e-?mail)\b.{0,60} (?:erhalten|eingegangen)|bien reçu votre|hemos recibido (?:su|tu)|"
    r"recebemos (?:o seu|a sua|sua|seu)|abbiamo ricevuto la (?:sua|tua|vostra)|"
    r"(?:uw|je) (?:bericht|aanvraag)\b.{0,40} ontvangen)",
    re.IGNORECASE,
)
_INVITES = re.compile(
    _BEFORE + r"(?:(?:updated |new )?invitation|accepted|declined|tentative(?:ly accepted)?|cancell?ed(?: event)?|"
    r"new time proposed|(?:aktualisierte )?einladung|zugesagt|abgelehnt|abgesagt|mit vorbehalt|accepté|refusé|annulé|"
    r"invitaci[óo]n|aceptad[oa]|rechazad[oa]|cancelad[oa]|convite|aceit[oe]|invito|accettato|uitnodiging|geaccepteerd|"
    r"geannuleerd)\s?(?:\([^()]{1,60}\)\s?)?:",
    re.IGNORECASE,
)
_OF_CALENDAR = re.compile(
    r"\s{0,8}(?:(?:when|wann|quand|cuándo|quando|wanneer)(?:\s?:|\s(?=(?:\w{2,10}\.?,?\s)?\d)"
    r"(?=.{0,40}(?:\d:\d\d|\d\s?(?:[ap]m|uhr|h)\b|\b20\d\d\b)))|"
    r"(?:where|wo|où|dónde|onde|dove|waar|location|ort|lieu|joining info|organi[sz]er)\s?:|you have been invited\b)|"
    r".{1,80}\bha(?:s|ve) (?:tentatively )?(?:accepted|declined|cancell?ed) th(?:is|e) (?:invitation|event|meeting)\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:I|[Ww]e|[Ii]ch|[Ww]ir|[Jj]e|[Nn]ous|[Yy]o|[Nn]osotros|[Ee]u|[Nn]ós|[Ii]o|[Nn]oi|[Ii]k|[Ww]ij)(?=[\s'’])"
)
_ALONE = re.compile(r"\b(?:I|[Ii]ch|(?P<je>[Jj]e)|[Jj](?=['’])|[Yy]o|[Ee]u|[Ii]o|[Ii]k)(?=[\s'’])")
"""What a program does not call itself: a calendar says neither "I" nor "we", and a receipt no "I"."""
_JE_IS_YOU: frozenset[Language | None] = frozenset({"nl", "de"})
"""Where "je" is no "I": "je aanvraag", "je nach Aufwand"."""
_REPEATS = re.compile(
    r"\"[^\"]{1,300}\"|“[^”“]{1,300}[”“]|„[^“”]{1,300}[“”]|«[^»]{1,300}»|‘[^’]{1,300}’|"
    r"\b(?:subject|betreff|objet|asunto|assunto|oggetto|onderwerp)\s?:.{0,300}",
    re.IGNORECASE,
)
"""What a receipt repeats of what came in."""
_CALENDAR = "a calendar's mail"
_BINDING: frozenset[Label] = frozenset({"promise", "denial", "conditional", "refusal", "obligation"})


def machine_of(conversation: Conversation) -> str | None:
    """Tell what kind of program wrote a mail, None where a person did or nothing tells for sure."""
    if conversation.kind != "email":
        return None
    subject, body = conversation.subject or "", conversation.body
    if _ANSWERS.match(subject):
        return "an automatic reply"
    if _REPORTS.match(subject) and _OF_DELIVERY.search(body):
        return "a report of delivery"
    if _INVITES.match(subject):
        return _CALENDAR
    is_told = _BY_ITSELF.search(body) is not None and not forward_subject(subject)
    return "an automatic receipt" if is_told and _is_receipt(subject, split(conversation)) else None


def _is_receipt(subject: str, units: Sequence[Unit]) -> bool:
    """Tell if what is not quoted says that something came in, and that nobody reads an answer to it, and nobody says "I"."""
    said = "\n".join(unit.text for unit in units if unit.zone != "quoted")
    own = f"{subject}\n{said}"
    is_told = _BY_ITSELF.search(own) is not None and _RECEIVED.search(own) is not None
    return is_told and not _says_i(_REPEATS.sub("", said))


def _says_i(text: str) -> bool:
    is_you = language_of(text) in _JE_IS_YOU
    return any(not (is_you and alone["je"]) for alone in _ALONE.finditer(text))


def heed_machine(machine: str | None, text: str, judgements: Sequence[Judgement]) -> Sequence[Judgement]:
    """Give what a sentence says, without what would bind anybody where a program wrote it.

    A person may have written into an invitation: only what the calendar adds, as when and where, is its own.
    """
    if machine is None or (machine == _CALENDAR and (not _OF_CALENDAR.match(text) or _PERSONAL.search(text))):
        return judgements
    return [
        replace(one, label="none", rule=f"{one.label}, but {machine}: nobody said it") if one.label in _BINDING else one
        for one in judgements
    ]
