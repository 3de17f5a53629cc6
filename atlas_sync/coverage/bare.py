"""Promises that name a day and not what is due on it: "We will be through on 30 June". No item is told by them."""

from __future__ import annotations

import re

from atlas_sync.coverage.cues import MONTHS
from atlas_sync.coverage.figures import figures_of
from atlas_sync.coverage.numerals import NUMBER_WORDS, ORDINALS
from atlas_sync.coverage.text import STOP, words
from atlas_sync.coverage.weekdays import weekdays_of

__all__ = ["names_no_work"]

_SHORT = 2
_CODE = re.compile(r"\b[A-Z]{2}\b")
_OF_BEING_DONE = frozenset(
    "done finish finished ready complete completed latest end week month noon "  # noqa: SIM905 - a list to read
    "fertig erledigt durch abgeschlossen soweit spaetestens ende woche "
    "nous serons aurons sera seront c est pour le la au du plus tard fini finis finie termine terminee pret prets prete "
    "estaremos estara estaran sera el para mas tardar listo lista listos terminado terminada pronto pronta "
    "zijn het op voor uiterlijk klaar gereed saremo sara per il entro finito pronti faerdig klart".split()
)
"""Words by which somebody says that all is done, with the small words beside them that `STOP` does not hold."""
_TELLS_NOTHING = STOP | _OF_BEING_DONE | MONTHS.keys() | NUMBER_WORDS.keys() | ORDINALS.keys()


def names_no_work(text: str) -> bool:
    """Tell if a text says that all is done on some day and nothing of what that is, no number of anything either.

    >>> names_no_work("We'll be finished by Friday 3 July."), names_no_work("24 August."), names_no_work("Live 1 September")
    (True, True, False)
    """
    if _CODE.search(text) or figures_of(text).quantities:
        return False
    days = {word for shown in weekdays_of(text).values() for word in words(shown)}
    return all(len(word) <= _SHORT or word.isdigit() or word in _TELLS_NOTHING | days for word in words(text))
