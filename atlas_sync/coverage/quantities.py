"""Numbers of short business texts with what they count: money, shares, spans of time and things, in figures or words.

Terse notes and the commonest words of other languages are read too, in time linear in the text. Days and times of day are
none of it: `figures` finds them first and passes their places on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from atlas_sync.coverage.bounds import bound_of
from atlas_sync.coverage.cues import MONTHS
from atlas_sync.coverage.numerals import (
    FIGURE,
    NUMBER_WORDS,
    counts_nothing,
    multiplied,
    read_figure,
    read_words,
    scale_of,
)
from atlas_sync.coverage.quantity import OF_WORK, Kind, Quantity
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
_WHERE = frozenset(("on", "off", "in"))
"""What begins a word that tells where, not what: on-site, in-house."""
_FRACTIONS = frozenset((".25", ".5", ".75"))
_HALF = Decimal("0.5")
_WORKING = frozenset(("business", "working", "wd", "bd", "werktage", "werkdagen"))
_SPAN_WORDS = frozenset("business working calendar full half clear consecutive new more".split())  # noqa: SIM905 - as above
_NO_UNIT = frozenset(("x", "st", "nd", "rd", "th", "am", "pm", "uhr", "phase", "o", "clock"))
_LABELS = frozenset(
    "line phase stage store round no nr number version chapter item wave level tier page step sprint room hall gate building "  # noqa: SIM905 - a list to read
    "floor unit lot gen type class clause section team shop site plant bay riba iso en din sla".split()
)
_PER = frozenset(("per", "/", "pro", "par", "por"))
_APART = frozenset(("h", "s"))
"""Letters that stand for a unit with a blank before them, too: "< 3 s"; "5 m" may be metres or a million."""
_TIMES_SIGN = frozenset(("x", "×"))
_EACH = frozenset(("a", "an", "each", "every", "im", "je"))
_FOR, _THE = frozenset(("for", "over", "fuer")), frozenset(("the", "das"))
_RATES = _PER | {"a", "an"}
_OFTEN = frozenset(("twice", "thrice", "einmal", "zweimal", "dreimal", "viermal"))
_TO, _DASHES = frozenset(("to", "a", "bis", "tot", "til", "till")), frozenset("-–—")
_AND = frozenset(("and", "und", "et", "y", "e", "en"))
_IN_BETWEEN = frozenset(("between", "zwischen", "entre", "tra", "fra", "tussen"))
_AWAY = frozenset(("before", "after", "later", "earlier", "ago"))
_MOST_UNITS = 3


class Counter:
    """Reads the quantities of a text; `numbers` holds every number met, `bare` those of which nothing tells what they count.

    `rates` are the places where it is said what several are counted by: "a month" of "six posts a month".
    """

    def __init__(self, said: Folded, taken: list[tuple[int, int]]) -> None:
        self._said = said
        inside = bytearray(len(said.text) + 1)
        for start, end in taken:
            inside[start:end] = b"\x01" * (end - start)
        self._hits = [hit for hit in _TOKEN.finditer(said.text) if not inside[hit.start()]]
        self._tokens = [hit.group() for hit in self._hits]
        self.numbers: set[Decimal] = set()
        self.bare: list[tuple[Decimal, str]] = []
        self.rates: set[int] = set()

    def found(self) -> Iterator[Quantity]:
        """Yield what is counted, in order."""
        at = 0
        while at < len(self._tokens):
            value, after = self._number(at)
            if value is None:
                at += 1
                continue
            self.numbers.add(value.normalize() + 0)
            quantity, after = self._range(value, at, after)
            if quantity:
                self.numbers.update((quantity.value, quantity.figure.normalize() + 0))
                yield quantity
            else:
                hits = self._hits[at], self._hits[after - 1]
                self.bare.append((value.normalize() + 0, self._said.shown(hits[0].start(), hits[1].end())))
                self._per(after, value)
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
        elif token in NUMBER_WORDS and not counts_nothing(self._tokens, at):
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

    def _range(self, low: Decimal, at: int, after: int) -> tuple[Quantity | None, int]:
        """Read "20 to 30 photos", "20-30" and "between 20 and 30" as what the greater number counts, else a number alone."""
        if self._tokens[at : after + 1] == ["one", "of"]:
            return None, after  # whoever of them, where two of ours are two
        high, start, end = self._upper(at, after)
        if high is not None and low < high and self._is_between(low, end):
            scale = scale_of(self._tokens[start:end])
            low *= scale if low * scale < high else 1
            if quantity := self._quantity(high, start, end, at):
                self.numbers.add(low.normalize() + 0)
                return replace(quantity, least=(low * quantity.value / high).normalize() + 0), end
        return self._quantity(low, at, after, at), after

    def _is_between(self, low: Decimal, end: int) -> bool:
        """Tell a range from a numbering, which counts to its end: "modules 1-6" are six."""
        return low > 1 or self._time(end) is not None

    def _upper(self, at: int, after: int) -> tuple[Decimal | None, int, int]:
        """Read the greater number of a range whose lesser one ends at a place, and tell where it starts and ends."""
        # The unit may stand with both: 10% to 15%.
        to = after if self._is_joined(at, after) else after + 1
        start = to + 1 + (self._token(to + 1) == self._token(at - 1) in CURRENCIES)
        if not self._is_joined(at, to) or not (_is_figure(self._token(start)) or self._token(start) in NUMBER_WORDS):
            return None, at, after
        if scale_of(self._tokens[start : start + 1]) > 1:  # two-hundred
            return None, at, after
        high, end = self._number(start)
        is_other = to > after and stem(self._token(after)) != stem(self._token(end))
        if is_other or self._is_chained(at - 1) or self._is_chained(end):
            return None, at, after
        return high, start, end

    def _is_joined(self, at: int, to: int) -> bool:
        """Tell if a range goes on at a place; "from 4 to 6 seats" is a change of them."""
        before = self._token(at - 2 if self._token(at - 1) in CURRENCIES else at - 1)
        if self._token(to) in _DASHES:
            return self._touches(to) and self._touches(to + 1)
        return before != "from" if self._token(to) in _TO else self._token(to) in _AND and before in _IN_BETWEEN

    def _is_chained(self, at: int) -> bool:
        """Tell if a dash or stroke stands at a place and joins two figures: 1-2-1."""
        ends = self._token(at - 1)[-1:], self._token(at + 1)[:1]
        return self._token(at) in _DASHES | {"/"} and ends[0].isdigit() and ends[1].isdigit()

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

    def _quantity(self, value: Decimal, start: int, after: int, first: int) -> Quantity | None:
        """Read what a number counts; `first` is where it begins, or the range that it ends."""
        shown_from, shown_to, kind, units, figure = first, after, "count", self._counted(after), value
        scaled = after - start > 1 and "dozen" not in self._tokens[start:after]
        before, following = self._token(first - 1), self._token(after)
        if before in CURRENCIES or (following in CURRENCIES and following != "r"):
            word = before if before in CURRENCIES else following
            kind, units = "money", [*OF_MANY.get(word, (CURRENCIES[word],)), "amount"]
            shown_from, shown_to = (first - 1, after) if before in CURRENCIES else (first, after + 1)
        elif following in _SHARES:
            kind, units, shown_to = "share", ["percent"], after + 1
        elif following in _PER and self._token(after + 1) == "cent":
            kind, units, shown_to = "share", ["percent"], after + 2
        elif span := self._time(after):
            kind, units, shown_to = "time", span[0], span[2]
            value *= span[1]
        elif units and not (scaled and units[0] in STOP):
            shown_to = self._past_place(after) + 1
            if scaled:
                units.append("amount")
        elif self._token(after) == ")" or before in _TIMES_SIGN:
            units = self._counted_before(first)
        elif scaled or (value >= 1000 and not self._token(start).isdigit()):  # noqa: PLR2004 - 48 000, 48k, but no year
            kind, units = "money", ["amount"]
        if not units:
            return None
        bound = bound_of(self._tokens, shown_from, shown_to)
        per, shown_to = self._per(shown_to, figure)
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
        at = self._past_place(at)
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

    def _past_place(self, at: int) -> int:
        return at + 3 if self._token(at) in _WHERE and self._token(at + 1) == "-" and self._touches(at + 1) else at

    def _counted_before(self, start: int) -> list[str]:
        found: list[str] = []
        for token in reversed(self._tokens[max(0, start - _MOST_UNITS - 2) : start]):
            if token in _TIMES_SIGN or token == "(":  # noqa: S105 - a bracket
                continue
            if not token.isalpha() or token in STOP or len(found) == _MOST_UNITS:
                break
            found.append(stem(token))
        return found

    def _per(self, at: int, value: Decimal) -> tuple[str | None, int]:
        """Read what a number is counted by, and where that ends: "a month" and "monthly" are of it, "a user" need not be."""
        token, following = self._token(at), self._token(at + 1)
        if token in RATE_ADVERBS:
            return RATE_ADVERBS[token], at + 1
        if (token, following) == ("p", ".") and self._token(at + 2) in RATE_LETTERS:
            return RATE_LETTERS[self._token(at + 2)], at + 3
        if token in _PER and following.isalpha() and following not in RATE_WORDS:
            return stem(following), at
        return self._rate(at, value)

    def _rate(self, at: int, value: Decimal) -> tuple[str | None, int]:
        """Read "a month", past the rest of what is counted, too: 40 hours of support a month."""
        for place in range(at, at + _MOST_UNITS + 2):
            token, following = self._token(place), self._token(place + 1)
            begins = token in (_PER | _EACH if place == at else _RATES)
            # "Three quarters of an hour" and "online a month before" are spans.
            if begins and following in RATE_WORDS and self._token(place - 1) != "of":
                if token in _ARTICLES and self._token(place + 2) in _AWAY:
                    break
                if value != 1:
                    self.rates.add(self._hits[place].start())
                return RATE_WORDS[following], place + 2
            if token in _FOR and following in _THE and RATE_WORDS.get(self._token(place + 2)) == "year":
                return "year", place + 3
            if not token.isalpha() or token in NUMBER_WORDS or token in _OFTEN or (token in STOP and token != "of"):  # noqa: S105 - a word
                break
        return None, at


_KINDS: dict[str, Kind] = {"money": "money", "share": "share", "time": "time", "count": "count"}


def _is_figure(token: str) -> bool:
    return token[-1:].isdigit()
