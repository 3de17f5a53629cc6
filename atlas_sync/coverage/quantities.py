"""Numbers of short business texts with what they count: money, shares, spans of time and things, in figures or words.

Terse notes and the commonest words of other languages are read too, in time linear in the text. Days and times of day are
none of it: `figures` finds them first and passes their places on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from atlas_sync.coverage.cues import MONTHS
from atlas_sync.coverage.numerals import FIGURE, NUMBER_WORDS, multiplied, read_figure, read_words
from atlas_sync.coverage.quantity import OF_WORK, Bound, Kind, Quantity
from atlas_sync.coverage.text import STOP, Folded, stem
from atlas_sync.coverage.units import (
    CURRENCIES,
    LAST_WORDS,
    OF_MANY,
    RATE_ADVERBS,
    RATE_LETTERS,
    RATE_WORDS,
    TIME_UNITS,
    UNITS,
)

__all__ = ["Counter"]

_TOKEN = re.compile(rf"{FIGURE}|[a-z]+|[^\sa-z0-9]")
_SHARES = frozenset(("%", "percent", "pct", "prozent", "procent"))
_ARTICLES, _ENTIRE = frozenset(("a", "an", "one")), frozenset(("full", "whole", "entire"))
_WHOSE = frozenset(("of", "our", "your", "my", "the", "these", "those"))
_FRACTIONS = frozenset((".25", ".5", ".75"))
_HALF = Decimal("0.5")
_WORKING = frozenset(("business", "working", "wd", "bd", "werktage", "werkdagen"))
_SPAN_WORDS = frozenset("business working calendar full half clear consecutive new more".split())  # noqa: SIM905 - as above
_NO_UNIT = frozenset(("x", "st", "nd", "rd", "th", "am", "pm", "uhr", "phase", "o", "clock"))
_LABELS = frozenset(
    "line phase stage store round no nr number version chapter item wave level tier page step sprint room hall gate building "  # noqa: SIM905 - a list to read
    "floor unit lot gen type class clause section team shop site plant bay riba iso en din sla".split()
)
_BOUND_WORDS: tuple[tuple[Bound, str], ...] = (
    ("most", "within under below < most max maximum innerhalb binnen"),
    ("least", "least > minimum mindestens minstens"),
    ("about", "around roughly about approximately nearly almost circa ca ~ rund etwa environ ongeveer"),
)
_BOUNDS = {word: bound for bound, spellings in _BOUND_WORDS for word in spellings.split()}
_BEHIND: dict[tuple[str, str], Bound] = {
    ("at", "most"): "most",
    ("or", "less"): "most",
    ("or", "fewer"): "most",
    ("or", "more"): "least",
    ("no", "more"): "most",
    ("not", "more"): "most",
    ("no", "longer"): "most",
    ("no", "less"): "least",
    ("no", "fewer"): "least",
}
_UNDER = frozenset(("under", "below"))
_BETWEEN, _FAR = frozenset((".", "a", "an", "of")), frozenset(("max", "maximum", "minimum", "least"))
"""What may stand between some bounds and their number: "a maximum of 8", not "under a 24-month warranty"."""
_NO = frozenset(("no", "not", "never", "cannot", "nor", "nobody", "nowhere"))
_MORE, _LESS = frozenset(("more", "longer", "later")), frozenset(("less", "fewer"))
_DENIAL = 10
_PER = frozenset(("per", "/", "pro", "par", "por"))
_APART = frozenset(("h", "s"))
"""Letters that stand for a unit with a blank before them, too: "< 3 s"; "5 m" may be metres or a million."""
_TIMES_SIGN = frozenset(("x", "×"))
_EACH = frozenset(("a", "an", "each", "every", "im", "je"))
_MOST_UNITS = 3


class Counter:
    """Reads the quantities of a text; `numbers` holds every number met, `bare` those of which nothing tells what they count."""

    def __init__(self, said: Folded, taken: list[tuple[int, int]]) -> None:
        self._said = said
        inside = bytearray(len(said.text) + 1)
        for start, end in taken:
            inside[start:end] = b"\x01" * (end - start)
        self._hits = [hit for hit in _TOKEN.finditer(said.text) if not inside[hit.start()]]
        self._tokens = [hit.group() for hit in self._hits]
        self.numbers: set[Decimal] = set()
        self.bare: list[tuple[Decimal, str]] = []

    def found(self) -> Iterator[Quantity]:
        """Yield what is counted, in order."""
        at = 0
        while at < len(self._tokens):
            value, after = self._number(at)
            if value is None:
                at += 1
                continue
            self.numbers.add(value.normalize() + 0)
            if quantity := self._quantity(value, at, after):
                self.numbers.add(quantity.value)
                yield quantity
            else:
                hits = self._hits[at], self._hits[after - 1]
                self.bare.append((value.normalize() + 0, self._said.shown(hits[0].start(), hits[1].end())))
            at = after

    def _number(self, at: int) -> tuple[Decimal | None, int]:
        """Read a number that starts at a token, and tell where it ends."""
        token = self._tokens[at]
        if _is_figure(token):
            if self._is_name(at):
                return None, at
            value, at = read_figure(token), at + 1
            if self._token(at) in _FRACTIONS:
                value, at = value + Decimal(self._token(at)), at + 1
            value, at = multiplied(value, self._tokens, at, touches=self._touches(at))
        elif token in NUMBER_WORDS:
            value, at = read_words(self._tokens, at)
        else:
            return self._part_of_span(at)
        if (self._token(at), self._token(at + 1), self._token(at + 2)) == ("and", "a", "half"):
            return value + _HALF, at + 3
        return value, at

    def _part_of_span(self, at: int) -> tuple[Decimal | None, int]:
        """Read "a full year", "half a year" and "half a dozen"; "a year" alone may as well be a rate."""
        dozen = at + 2 if self._token(at + 1) in _ARTICLES else at + 1
        if self._token(at) == "half" and self._token(dozen) == "dozen":
            return Decimal(6), dozen + 1
        three = self._token(at), self._token(at + 1), self._token(at + 2)
        if three[2] in TIME_UNITS and len(three[2]) > 1:
            if three[0] in _ARTICLES and three[1] in _ENTIRE:
                return Decimal(1), at + 2
            if three[0] == "half" and three[1] in _ARTICLES:
                return _HALF, at + 2
        return None, at

    def _token(self, at: int) -> str:
        return self._tokens[at] if 0 <= at < len(self._tokens) else ""

    def _touches(self, at: int) -> bool:
        """Tell if a token stands directly behind the one before."""
        return 0 < at < len(self._hits) and self._hits[at - 1].end() == self._hits[at].start()

    def _is_name(self, at: int) -> bool:
        """Tell if a figure is part of a name: P1, M365, CH-3, #8, line 2."""
        before = self._token(at - 1)
        if self._touches(at):
            if before.isalpha():
                return before not in CURRENCIES and before not in _TIMES_SIGN
            return before == "#" or (before in "-/" and self._touches(at - 1) and self._token(at - 2).isalpha())
        return before in _LABELS and self._token(at + 1) not in TIME_UNITS

    def _quantity(self, value: Decimal, start: int, after: int) -> Quantity | None:
        shown_from, shown_to, kind, units, figure = start, after, "count", self._counted(after), value
        scaled = after - start > 1 and "dozen" not in self._tokens[start:after]
        before, following = self._token(start - 1), self._token(after)
        if before in CURRENCIES or (following in CURRENCIES and following != "r"):
            word = before if before in CURRENCIES else following
            kind, units = "money", [*OF_MANY.get(word, (CURRENCIES[word],)), "amount"]
            shown_from, shown_to = (start - 1, after) if before in CURRENCIES else (start, after + 1)
        elif following in _SHARES:
            kind, units, shown_to = "share", ["percent"], after + 1
        elif following in _PER and self._token(after + 1) == "cent":
            kind, units, shown_to = "share", ["percent"], after + 2
        elif span := self._time(after):
            kind, units, shown_to = "time", span[0], span[2]
            value *= span[1]
        elif units and not (scaled and units[0] in STOP):
            shown_to = after + 1
            if scaled:
                units.append("amount")
        elif self._token(after) == ")" or before in _TIMES_SIGN:
            units = self._counted_before(start)
        elif scaled or (value >= 1000 and not self._token(start).isdigit()):  # noqa: PLR2004 - 48 000, 48k, but no year
            kind, units = "money", ["amount"]
        if not units:
            return None
        bound = self._bound(shown_from, shown_to)
        per, shown_to = self._per(shown_to)
        shown = self._said.shown(self._hits[shown_from].start(), self._hits[min(shown_to, len(self._hits)) - 1].end())
        return Quantity(value.normalize() + 0, _KINDS[kind], tuple(units), shown, figure, per, bound)

    def _time(self, after: int) -> tuple[list[str], Decimal, int] | None:
        """Find a unit of time behind a number, past words such as "business" and a dash, and where it ends."""
        at = after
        while at < after + 3 and (self._token(at) in _SPAN_WORDS or self._token(at) in {"-", "(", ")"}):
            at += 1
        unit = TIME_UNITS.get(self._token(at))
        if unit is None or (
            len(self._token(at)) == 1 and at == after and not self._touches(at) and self._token(at) not in _APART
        ):
            return None
        if self._token(at) in LAST_WORDS and self._token(at + 1).isalnum():
            return None
        of_work = [OF_WORK] if _WORKING.intersection(self._tokens[after : at + 1]) else []
        return [unit[0], *of_work], unit[1], at + 1

    def _counted(self, after: int) -> list[str]:
        """Name what a number may count: the telling words behind it, to the next stop."""
        found: list[str] = []
        at = self._past_times_sign(after)
        while self._token(at) in _WHOSE:
            at += 1
        for token in self._tokens[at : at + _MOST_UNITS + 2]:
            if token == "-":  # noqa: S105 - a dash
                continue
            if not token.isalpha() or token in STOP or token in NUMBER_WORDS or len(found) == _MOST_UNITS:
                break
            if token not in _NO_UNIT and token not in MONTHS and token not in _SPAN_WORDS:
                found.append(UNITS.get(token) or stem(token))
        return found

    def _past_times_sign(self, at: int) -> int:
        return at + 1 if self._token(at) in _TIMES_SIGN else at

    def _counted_before(self, start: int) -> list[str]:
        found: list[str] = []
        for token in reversed(self._tokens[max(0, start - _MOST_UNITS - 2) : start]):
            if token in _TIMES_SIGN or token == "(":  # noqa: S105 - a bracket
                continue
            if not token.isalpha() or token in STOP or len(found) == _MOST_UNITS:
                break
            found.append(stem(token))
        return found

    def _bound(self, start: int, end: int) -> Bound | None:
        """Read "at least", "no more than", "within" and "about" before a number; who has "up to 60" is owed 60."""
        past_comma = end + (self._token(end) == ",")
        behind = self._token(past_comma), self._token(past_comma + 1)
        if behind in _BEHIND:
            return _BEHIND[behind]
        at = start - 1
        while self._token(at) in _BETWEEN:
            at -= 1
        than = self._token(at - 1)
        if self._token(at) == "than" and than in _MORE | _LESS:
            return "least" if (than in _LESS) == self._is_denied(at - 1) else "most"
        if self._token(at) in _UNDER and self._token(at - 1) in _NO:
            return "least"
        return _BOUNDS.get(self._token(at)) if at == start - 1 or self._token(at) in _FAR else None

    def _is_denied(self, at: int) -> bool:
        """Tell if a "no" stands some words before a place, in the same clause: "won't take longer"."""
        for back in range(at - 1, max(-1, at - 1 - _DENIAL), -1):
            if self._token(back) in ".,;:":
                return False
            if self._token(back) in _NO or (self._token(back) == "t" and self._token(back - 1) in "'’"):
                return True
        return False

    def _per(self, at: int) -> tuple[str | None, int]:
        """Read what a number is counted by, and where that ends: "a month" and "monthly" are of it, "a user" need not be."""
        token, following = self._token(at), self._token(at + 1)
        if token in RATE_ADVERBS:
            return RATE_ADVERBS[token], at + 1
        if (token, following) == ("p", ".") and self._token(at + 2) in RATE_LETTERS:
            return RATE_LETTERS[self._token(at + 2)], at + 3
        if following in RATE_WORDS and token in _PER | _EACH:
            return RATE_WORDS[following], at + 2
        return (stem(following) if token in _PER and following.isalpha() else None), at


_KINDS: dict[str, Kind] = {"money": "money", "share": "share", "time": "time", "count": "count"}


def _is_figure(token: str) -> bool:
    return token[-1].isdigit()
