"""The days of the week that a text names, in the languages in which its other days are read."""

from __future__ import annotations

import re
from functools import lru_cache

from atlas_sync.canonical.normalize import fold
from atlas_sync.coverage.text import MAX_TEXT

__all__ = ["WEEKDAY", "weekdays_of"]

_NAMES = {
    name: number
    for number, names in enumerate(
        (
            "monday mondays mon montag montags lundi lundis lunes maandag lunedi mandag segunda-feira",
            "tuesday tuesdays tue tues dienstag dienstags mardi mardis martes dinsdag martedi tirsdag terca-feira",
            "wednesday wednesdays mittwoch mittwochs mercredi mercredis miercoles woensdag mercoledi onsdag quarta-feira",
            "thursday thursdays thu thurs donnerstag donnerstags jeudi jeudis jueves donderdag giovedi torsdag quinta-feira",
            "friday fridays fri freitag freitags vendredi vendredis viernes vrijdag venerdi fredag sexta-feira",
            "saturday saturdays samstag samstags sonnabend samedi samedis sabado sabados zaterdag sabato loerdag lordag",
            "sunday sundays sonntag sonntags dimanche dimanches domingo domingos zondag domenica soendag sondag",
        )
    )
    for name in names.split()
}
WEEKDAY = "|".join(sorted(_NAMES, key=len, reverse=True))
_SHORT = {"Wed": "wednesday", "Sat": "saturday", "Sun": "sunday"}
"""Short names that are words of their own where they have no capital."""
_SHORTENED = re.compile(r"\b(?:Wed|Sat|Sun)\b")
_TO = r"\.?(?P<hour>(?: [0-9a-z]{1,3}){0,2}) ?(?:-|–|to|till|until|through|bis|a|au|tot|al) ?"
_SPAN = re.compile(
    rf"\b(?P<not>(?:not|no|except|nicht|pas|kein) (?:on )?)?(?P<first>{WEEKDAY})\b(?:{_TO}(?P<last>{WEEKDAY})\b)?"
)
_WEEK = 7


@lru_cache(maxsize=4096)
def weekdays_of(text: str) -> dict[int, str]:
    """Give the weekdays of a text, Monday being 0, each with its words; "Mon-Fri" is all five.

    "Fri 6 pm to Sun" is one stretch, which touches on the days around it: it names all seven. A day that is ruled out is none.
    """
    found: dict[int, str] = {}
    written = _SHORTENED.sub(lambda hit: _SHORT[hit.group()], text[:MAX_TEXT])
    for hit in _SPAN.finditer(fold(written)):
        if hit["not"]:
            continue
        first = _NAMES[hit["first"]]
        length = (_NAMES[hit["last"]] - first) % _WEEK if hit["last"] else 0
        for day in range(first, first + (_WEEK - 1 if hit["hour"] else length) + 1):
            found.setdefault(day % _WEEK, hit.group())
    return found
