"""Figures that a text names only to say that they hold no more: "28 staff instead of 24", "on 10 May, not 3 May".

Only a figure that directly follows such words is one: "not later than 5 May" is a bound.
"""

from __future__ import annotations

import re
from functools import lru_cache

from atlas_sync.coverage.cues import MONTHS
from atlas_sync.coverage.figures import RHYTHMS
from atlas_sync.coverage.numerals import NUMBER_WORDS
from atlas_sync.coverage.text import MAX_TEXT, Folded
from atlas_sync.coverage.units import CURRENCIES
from atlas_sync.coverage.weekdays import WEEKDAY

__all__ = ["in_force"]

_INSTEAD = (
    r"\b(?:instead of|rather than|in (?:place|lieu) of|as opposed to|no longer|can(?:no|'|’)t (?:\w{1,12} )?keep|"
    r"(?:an)?statt|anstelle(?: von)?|nicht mehr|au lieu d[eu]|plutot que|en (?:vez|lugar) del?|em vez d[eo]|in plaats van|"
    r"invece d(?:i|el)|i stedet for|i stallet for)"
)
_AND_NOT = (
    r"(?:(?:[,;(]| [–—-]) ?(?:not|nicht|non|pas|niet|nao|(?:it |which )?(?:was|were)|formerly|previously|bisher|vorher|"
    r"zuvor|auparavant|voorheen|(?:up|down) from)|\b(?:and not|und nicht|et (?:non|pas)|y no|e nao|en niet))"
)
_BUT = r"\b(?:not|nicht|non|pas|niet)(?=[^.;:,]{1,40},? (?:but(?! also)|sondern|mais|maar|sino) )"
_ITS = (
    r"(?: (?:the|our|your|der|die|das|den|dem|le|la|les|el|los|las|de|het))?"
    r"(?: (?:usual|planned|original|previous|former|current|agreed|bisherigen?|geplanten?|ueblichen?|wie bisher))?"
    r"(?: (?:by|on|at|in|from|for|within|after|up to|about|um|am|im|ab|bis|zum?|auf|nach|a|le|om|op|per|the|den|dem|las))?"
    r"(?: (?:the|den|dem|le|la|las|el))? "
)
_MONTH = f"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
_NUMBER = (
    rf"(?:(?:week|wk|kw|{_MONTH})\.? |q)?"
    rf"(?:(?:{'|'.join(re.escape(word) for word in CURRENCIES)}) ?)?"
    rf"(?:[0-9](?:[.,:/'’]?[0-9]){{0,15}}(?:h[0-9]{{2}})?(?: [0-9]{{3}}\b){{0,2}}(?:(?:st|nd|rd|th|k|m)\b|\.(?= ?{_MONTH}))?|"
    rf"(?:{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})\b(?:[ -](?:{'|'.join(NUMBER_WORDS)})\b){{0,3}})"
)
_NAMED = rf"(?:{WEEKDAY}|{_MONTH}|q[1-4])\b(?! ?[0-9])"
_OFTEN = "|".join(words.pattern for _days, words in RHYTHMS)
_TO = r" ?(?:-|–|—|to|bis|or|oder|ou) ?"
_REPLACED = re.compile(
    rf" ?(?:{_INSTEAD}{_ITS}(?:(?:{WEEKDAY}),? )?(?:{_OFTEN}|{_NUMBER}(?:{_TO}{_NUMBER})?|{_NAMED}(?:{_TO}{_NAMED})?)|"
    rf"(?:{_AND_NOT}|{_BUT}){_ITS}{_NUMBER}(?:{_TO}{_NUMBER})?) ?"
)
_TAKES_PLACE = re.compile(r"\bf(?:inde[nt]|and(?:en)?)\b[^;!?]{0,80}$")
"""What "statt" belongs to where something takes place: "findet am 3. März statt ab 10 Uhr"."""
_REACH = 90


@lru_cache(maxsize=4096)
def in_force(text: str) -> str:
    """Give a text without the figures that are replaced in it; what they count stays, and may count the new one.

    >>> in_force("28 instead of 24 on-site staff, by 5:30, not 6:00")
    '28 on-site staff, by 5:30 '
    """
    said = Folded(text[:MAX_TEXT])
    spans = [hit.span() for hit in _REPLACED.finditer(said.text) if not _takes_place(hit)]
    return said.without(spans) if spans else text


def _takes_place(hit: re.Match[str]) -> bool:
    start = hit.start()
    before = hit.string[max(0, start - _REACH) : start]
    return hit.group().lstrip().startswith("statt") and _TAKES_PLACE.search(before) is not None
