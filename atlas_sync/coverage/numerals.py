"""Numbers as people write them, in figures or in words of several languages, with what multiplies them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from math import prod

from atlas_sync.canonical.spelled import COUNTS

__all__ = [
    "FIGURE",
    "NUMBER_WORDS",
    "ORDINALS",
    "ORDINALS_OF",
    "counts_nothing",
    "multiplied",
    "read_figure",
    "read_words",
    "scale_of",
]

NUMBER_WORDS = COUNTS | {"zero": 0, "dozen": 12, "hundred": 100, "thousand": 1000}
_FIRST = "first second third fourth fifth sixth seventh eighth ninth".split()  # noqa: SIM905 - a list to read
_TENTH = "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
ORDINALS_OF = (
    {word: number for number, word in enumerate([*_FIRST, *_TENTH.split()], 1)}
    | {f"twenty{dash}{word}": number for dash in "- " for number, word in enumerate(_FIRST, 21)}
    | {"thirtieth": 30, "thirty-first": 31, "thirty first": 31}
)
"""Days of a month in words that take an "of" before its name: "the first may" is none."""
_ERST = (
    "erst zweit dritt viert fuenft sechst siebt acht neunt zehnt elft zwoelft dreizehnt vierzehnt fuenfzehnt sechzehnt "
    "siebzehnt achtzehnt neunzehnt zwanzigst einundzwanzigst zweiundzwanzigst dreiundzwanzigst vierundzwanzigst "
    "fuenfundzwanzigst sechsundzwanzigst siebenundzwanzigst achtundzwanzigst neunundzwanzigst dreissigst einunddreissigst"
)
ORDINALS = {
    f"{word}{ending}": number for number, word in enumerate(_ERST.split(), 1) for ending in ("e", "en", "er")
} | dict.fromkeys(("premier", "primero", "primo", "primeiro", "eerste"), 1)
"""Days of a month in words of other languages, before its name: only German goes on past the first."""
_SCALES = {
    "k": 1_000,
    "m": 1_000_000,
    "mio": 1_000_000,
    "mn": 1_000_000,
    "mln": 1_000_000,
    "million": 1_000_000,
    "millions": 1_000_000,
    "millionen": 1_000_000,
    "billion": 1_000_000_000,
    "dozen": 12,
    "hundred": 100,
    "thousand": 1_000,
    "lakh": 100_000,
}
FIGURE = (
    r"[0-9]{1,3}(?:[ '’][0-9]{3}){1,3}(?:[.,][0-9]{1,2})?(?![0-9])|[0-9]{1,12}(?:[.,][0-9]{1,9}){0,4}|"
    r"(?<![0-9.])\.(?:25|5|75)(?![0-9])"
)
"""Figures with their separators; the last is a fraction that stands alone, as ½ is folded."""
_GROUPING = re.compile(r"[ '’]")
_TENS, _HUNDRED, _THOUSAND = 10, 100, 1_000
_DUTCH = frozenset(("van", "door", "met", "voor"))
"""Words behind which "onze" is Dutch for our, not French for eleven."""
_WILL = frozenset(("will", "would", "ll", "may", "might", "could"))
_BEGINS = frozenset(("", ".", "!", "?", "but", "maybe", "perhaps"))
_SPEAKERS = frozenset(("i", "we", "you", "he", "she", "they", "it"))
_EACH = frozenset(("a", "per", "each", "every"))
_SPANS = frozenset(("week", "fortnight", "month", "quarter", "year"))


def read_figure(token: str) -> Decimal:
    """Read figures: the last separator is a decimal point where it is another than those before, or no three figures follow.

    >>> [str(read_figure(one)) for one in ("1,500", "1.500,00", "1,234,567", "1'500", "2.5", "1 500,50")]
    ['1500', '1500.00', '1234567', '1500', '2.5', '1500.50']
    """
    grouped = _GROUPING.sub("", token)
    marks = [char for char in grouped if char in ".,"]
    whole, separator, rest = grouped.replace(",", ".").rpartition(".")
    one_sort = len(set(marks)) <= 1 and grouped == token
    if not separator or (one_sort and whole.strip("0") and (len(rest) == 3 or len(marks) > 1)):  # noqa: PLR2004 - groups of thousands
        return Decimal(grouped.replace(",", "").replace(".", ""))
    return Decimal(f"{whole.replace('.', '')}.{rest}")


def multiplied(value: Decimal, tokens: Sequence[str], at: int, *, touches: bool) -> tuple[Decimal, int]:
    """Take the words behind figures that multiply them: 12 thousand, 1.5 million, 8k; a lone letter has to touch them."""
    while at < len(tokens) and tokens[at] in _SCALES and (len(tokens[at]) > 1 or touches):
        value *= _SCALES[tokens[at]]
        at, touches = at + 1, False
    return value, at


def scale_of(tokens: Sequence[str]) -> int:
    """Tell by how much the words of a number multiply what stands before them."""
    return prod(_SCALES.get(token, 1) for token in tokens)


def read_words(tokens: Sequence[str], at: int) -> tuple[Decimal, int]:
    """Read a number in words that begins at a token, and tell where it ends: two hundred and fifty, twenty-one, two dozen."""
    total, part, last = 0, NUMBER_WORDS[tokens[at]], NUMBER_WORDS[tokens[at]]
    at += 1
    while at < len(tokens):
        if len(tokens[at]) > 1 and (scale := _SCALES.get(tokens[at])):
            part, last = part * scale, scale
            if scale >= _THOUSAND:
                total, part = total + part, 0
            at += 1
            continue
        after = _joined(tokens, at, last)
        if not after:
            break
        last = NUMBER_WORDS[tokens[after]]
        part += last
        at = after + 1
    return Decimal(total + part), at


def counts_nothing(tokens: Sequence[str], at: int) -> bool:
    """Tell if a word for a number is no number: one another, no one, "one day we may"; a day of training or "in one day" is."""
    before, behind = tokens[at - 1] if at else "", [*tokens[at + 1 : at + 4], "", "", ""]
    if tokens[at] == "onze":
        return before in _DUTCH
    if tokens[at] != "one":
        return False
    if behind[0] == "day":
        is_some = before in _WILL or behind[1] == "soon" or (before in _BEGINS and behind[1] in _SPEAKERS)
        # "One day a week" counts as "one day of training" does.
        return is_some and behind[1] != "of" and not (behind[1] in _EACH and behind[2] in _SPANS)
    return before == "no" or behind[0] == "another"


def _joined(tokens: Sequence[str], at: int, last: int) -> int:
    """Give the place of the word that goes on with a number, 0 where none does: a smaller one, past a dash or an "and"."""
    place = at + 1 if tokens[at] in {"-", "and"} else at
    more = NUMBER_WORDS.get(tokens[place], 0) if place < len(tokens) else 0
    follows = tokens[place + 1] if place + 1 < len(tokens) else ""
    if last >= _HUNDRED:
        # "Two hundred and three hundred" are two numbers.
        fits = 0 < more < _HUNDRED and tokens[place] != "dozen" and (follows != "hundred" or last > _HUNDRED)
    else:
        fits = last >= 2 * _TENS and 0 < more < _TENS and tokens[at] != "and"
    return place if fits else 0
