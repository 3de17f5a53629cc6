"""Words of short business texts, as comparing and explaining need them. No meaning is guessed here.

Every function is total and takes time linear in the text: patterns have bounded repeats and texts are cut at `MAX_TEXT`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from atlas_sync.canonical.normalize import fold

__all__ = [
    "MAX_TEXT",
    "STOP",
    "Folded",
    "root",
    "shorten",
    "show_day",
    "squash",
    "stem",
    "terms",
    "unwrapped",
    "words",
]

MAX_TEXT = 20_000
"""Characters of a text that are looked at; what stands behind them does not take part in comparing."""

_WORD = re.compile(r"[^\W\d_]+|\d+")
STOP = frozenset(
    "a about after again all also am an and any are as at be been before being but by can could did do does doing "  # noqa: SIM905 - a list to read
    "each for from get gets getting give gives go goes had has have he her here him his how i if in into is it its ll "
    "just let may me more most much my no not of off on once one only or other our ours out over own per put re s she "
    "should so some such t take than that the their them then there these they this those through to too until up us "
    "ve very via was we were what when where which while who will with within would yes you your yours d m "
    "der die das den dem des ein eine einen einem einer und oder mit fuer von vom zu zum zur im am bei auf aus ist sind "
    "wir sie ihr ihre ihren uns unser unsere wird werden nicht bis nach auch als".split()
)
_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ied", "ed", "es", "s", "ly", "e", "y")
_MIN_STEM = 3
_OF_DOING = re.compile(
    r"(?<=\w{4})(?:at(?:e[sd]?|ing|ions?|ionen)|(?<!product)(?<!project)(?<=[ceu]t)ions?|ier(?:en|ung|ungen|t)|ung|ungen|"
    r"ens?|(?<=e[lr])ns?|eren|aties?|erons|aisons?|aremos|acion(?:es)?|acao|acoes)$"
)
"""Endings of verbs and of the nouns of their doing: they are taken off where four letters stay."""
_LETTER = r"[^\W\d_]"
_WRAP = re.compile(
    rf"(?<!\s) ?(?:\r\n|[\t\n\v\f\r]) {{0,3}}(?={_LETTER}|20[0-9]{{2}}\b)(?!{_LETTER}{{1,20}}(?: {_LETTER}{{1,20}}){{0,2}} ?:)"
)
_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
_SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def words(text: str) -> list[str]:
    """Give the words and numbers of a text, folded, in order.

    >>> words("Köhler's 160 scanners")
    ['koehler', 's', '160', 'scanners']
    """
    return _WORD.findall(fold(text[:MAX_TEXT]))


@lru_cache(maxsize=1 << 15)  # most words come again and again
def stem(word: str) -> str:
    """Take one common ending off a word; short words stay as they are.

    >>> stem("migrations"), stem("trained"), stem("training"), stem("bus")
    ('migr', 'train', 'train', 'bus')
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > _MIN_STEM:
            return word.removesuffix(ending)
    return word


@lru_cache(maxsize=1 << 15)
def root(word: str) -> str:
    """Give what a verb and the noun of its doing begin with, in a few languages; the stem where a word is neither.

    Comparing figures and tracing keep to stems, by which "product" and "production" are two things.

    >>> root("migrate"), root("migration"), root("migrieren"), root("connection"), root("screens")
    ('migr', 'migr', 'migr', 'connect', 'scre')
    """
    ending = _OF_DOING.search(word)
    return word[: ending.start()] if ending else stem(word)


def terms(text: str) -> list[str]:
    """Give the stems of the words that say something, in order, repeats included."""
    return [stem(word) for word in words(text) if word not in STOP]


def squash(text: str) -> str:
    """Give the letters and figures of a text and nothing between them, for telling if one text holds another."""
    return "".join(words(text))


def shorten(text: str, limit: int) -> str:
    """Give a text on one line, cut at a word with an ellipsis where it is longer than `limit`; unprintable signs fall away.

    >>> shorten("The scanners are  live by August", 20)
    'The scanners are …'
    """
    cleaned = ("".join(char for char in word if char.isprintable()) for word in text.split())
    line = " ".join(word for word in cleaned if word)
    if len(line) <= limit:
        return line
    room = max(limit - 2, 0)
    head = line[:room] if line[room] == " " else line[:room].rpartition(" ")[0]
    return f"{head.rstrip(' ,;:-')} …" if head else f"{line[: limit - 1]}…"


def show_day(day: date) -> str:
    """Give a day as people write it, whatever the machine's language: 14 Aug 2026."""
    return f"{day.day} {_SHORT_MONTHS[day.month - 1]} {day.year}"


def unwrapped(text: str) -> str:
    r"""Give a text with a blank for each line break within a sentence; a number, a label or a point begins a line of its own.

    >>> unwrapped("fixed until\nMarch 2027"), unwrapped("one week\n12 scanners"), unwrapped("billable: no\nfees: 300")
    ('fixed until March 2027', 'one week\n12 scanners', 'billable: no\nfees: 300')
    """
    return _WRAP.sub(" ", text)


class Folded:
    """A folded text that knows where its characters came from, so that quotes are shown as written."""

    def __init__(self, raw: str) -> None:
        self._raw = raw = unwrapped(raw)
        self._starts: list[int] | None = None
        if raw.isascii():
            self.text = raw.lower()
            return
        pieces = [_fold_char(char) for char in raw]
        self.text = "".join(pieces)
        self._starts = [at for at, piece in enumerate(pieces) for _char in piece]

    def shown(self, start: int, end: int) -> str:
        """Give the words as written."""
        if self._starts is not None:
            start, end = self._starts[start], self._starts[end - 1] + 1
        return " ".join(self._raw[start:end].split()).strip(" .,;")

    def without(self, spans: Sequence[tuple[int, int]]) -> str:
        """Give the text as written, without what stands in some places, which are in order and leave a blank."""
        starts = [0, *(end for _start, end in spans)]
        ends = [*(start for start, _end in spans), len(self.text)]
        return " ".join(self._raw[self._at(start) : self._at(end)] for start, end in zip(starts, ends, strict=True))

    def _at(self, place: int) -> int:
        if self._starts is None:
            return place
        return self._starts[place] if place < len(self._starts) else len(self._raw)


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    return " " if char.isspace() and not char.isascii() else _FRACTIONS.get(char) or fold(char)
