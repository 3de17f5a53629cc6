"""Days that are over: on which something was asked, agreed or broke, so that nothing is due on them.

A day without a year is the next one of its name unless words beside it tell of the past: harvests and seasons are promised
a year ahead as well. Patterns over levelled text, as in `phrases`.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

__all__ = ["is_past"]

_REACH = 80
_LATELY = timedelta(days=180)
"""So far ahead a day is rather the one that is over, where words tell of the past; without them it is the one to come."""
_SINCE = re.compile(r"desde\b")
"""What says "since" as well as "from": of a month that has begun, or is far ahead, it says since, save of what is to come."""
_WILL = (
    r"(?:\w{1,20}(?<!qu)(?<!esp)[aeid]remos|vamos|voy|vou|(?:tend|dispond|pod|hab|sald|vend)r(?:an?|as)|(?:est|fari?|d|empez|comenz|entreg)aran?|"
    r"(?:recib|s|func|receb|est|t)(?:ir|er|ar)(?:an?|ao))\b"
)
_TO_BE = re.compile(rf"\b{_WILL}")
_HAVE = r"(?:tienen?|tenemos|tem|temos|esperan?|esperam|esperamos|usan?|usam|usamos|trabajamos|trabalhamos|llevan|llevamos)\b"
_IS_SO = re.compile(
    rf"(?:\bque (?:(?:ya|ja|no|nao|nos|se|les?|lhes?|ustedes|voces) ){{0,3}}(?!{_WILL})\w{{2,20}}|"
    rf"\b{_HAVE}|\b(?:pendiente|existente|presente|abierto|detectado|reportado)s?) $"
)
_IS_SO_BEHIND = re.compile(rf" {_HAVE}")
_WITHOUT_YEAR = frozenset({"named", "dotted", "slashed"})
_MONTHS = frozenset({"month", "quarter"})
_DATED = _WITHOUT_YEAR | _MONTHS
_TO_COME = re.compile(
    r"(?:by|until|til|till|(?:no|not) later than|latest|for|through|to|as of|starting|beginning|before|bis|zum|ab|vor|"
    r"d'ici|avant|jusqu'au|jusqu'a|a partir|desde|hasta|antes|para|ate)\b"
)
_HAPPENED = (
    r"(?:was|were|asked|requested|ordered|discussed|spoke|spoken|talked|reported|raised|flagged|wrote|sent|signed|"
    r"met|came|arrived|received|broke|failed|crashed|started|began|happened|went (?:live|down)|"
    r"besprochen|vereinbart|gewunscht|gemeldet|beschlossen|bestellt|erhalten|kam|convenu|demande|discute|evoque|decide|recu|"
    r"signale|acordado|acordamos|hablado|hablamos|pedido|pidio|pidieron|solicitado|comentado|combinado|pediu)"
)
_SAID = r"(?:said|told|agreed|confirmed|decided|mentioned|announced)"
"""What may as well be followed by a day to come: "told him 1 October"."""
_PAPER = (
    r"(?:e-?mail|mail|message|letter|note|call|phone call|meeting|workshop|minutes|invoice|order|quote|offer|proposal|outage|"
    r"incident|nachricht|schreiben|telefonat|gesprach|besprechung|protokoll|rechnung|bestellung|angebot|storung|courriel|"
    r"lettre|appel|reunion|facture|commande|devis|correo|mensaje|llamada|acta|factura|pedido|reuniao|fatura)s?"
)
_OF = r"(?:of|from|dated|vom|von|du|de|del|do)"
_REST = r"(?:(?!\b(?:that|will|shall|can|must|to)\b)[^.,;:!?])"
_TOLD = re.compile(rf"\b(?:{_HAPPENED}\b{_REST}{{0,40}}|(?<!next ){_PAPER} (?:{_OF} )?(?:the )?)$")
_TOLD_ON = re.compile(rf"\b{_SAID}\b{_REST}{{0,40}}$")
_ON = re.compile(r"(?:on|am|le|el|em|no|dia)\b")
_PASSIVE = r"(?<!\bbe )(?<!\bis )(?<!\bare )(?<!\bbeing )(?<!\bget )(?<!\bgets )"
_TOLD_THIS_WEEK = re.compile(
    rf"(?:\b(?:as|wie|comme|como|following) (?:\w{{1,15}} ){{0,2}}(?:{_HAPPENED}|{_SAID})\b{_REST}{{0,30}}|"
    rf"{_PASSIVE}\b(?:came|arrived|broke|failed|crashed|went (?:live|down)) |\boutage |"
    rf"\b{_PAPER} {_OF} (?:last )?(?:the )?)$"
)
"""What tells of the past before a weekday, which is soon here again: "you asked for on Monday" may be of the next one."""
_TOLD_BEHIND = re.compile(
    r"\s(?:besprochen|vereinbart|gewunscht|gemeldet|beschlossen|telefonisch (?:besprochen|vereinbart))\b"
)
_PAPER_BEFORE = re.compile(rf"\b{_PAPER} $")
_WHOSE = re.compile(r"['’]s\b")


def is_past(name: str, plain: str, match: re.Match[str], *, day: date, said: date) -> bool:
    """Tell if a day is over, `day` being the next one of its name, and `said` that of the saying."""
    if _SINCE.match(match.group(0)) and name in _DATED and not _is_to_come(plain, match):
        has_begun = name in _MONTHS and not match["edge"] and day != day.replace(day=1)
        return day < said or (match["y"] is None and (has_begun or day - said > _LATELY))
    if _TO_COME.match(match.group(0)) or match.group(0).startswith("a "):
        return False
    before = " ".join(plain[max(0, match.start() - _REACH) : match.start()].split()) + " "
    if name == "weekday":
        is_whose = match.group(0).startswith("from ") and _WHOSE.match(plain, match.end())
        is_named_so = match.group(0).startswith("from ") and _PAPER_BEFORE.search(before)
        as_said = before.endswith("wie ") and _TOLD_BEHIND.match(plain, match.end())
        return bool(is_whose or is_named_so or as_said or _TOLD_THIS_WEEK.search(before))
    if name not in _WITHOUT_YEAR:
        return False
    is_told = bool(
        _TOLD.search(before)
        or (_ON.match(match.group(0)) and _TOLD_ON.search(before))
        or _TOLD_BEHIND.match(plain, match.end())
    )
    if match["y"]:
        return is_told and day < said
    return is_told and day - said > _LATELY


def _is_to_come(plain: str, match: re.Match[str]) -> bool:
    """Tell if "desde" begins what will be: "desde agosto daremos soporte", not "el error que tienen desde agosto"."""
    before = " ".join(re.split(r"[.;:!?]", plain[max(0, match.start() - _REACH) : match.start()])[-1].split()) + " "
    behind = re.split(r"[.;:!?]", plain[match.end() : match.end() + _REACH])[0]
    if _IS_SO.search(before) or _IS_SO_BEHIND.match(behind):
        return False
    return bool(_TO_BE.search(before) or _TO_BE.search(behind))
