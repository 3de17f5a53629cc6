"""The pieces of many texts as columns of numbers: every three letters in a row, edges marked, and the beginning of each word.

Letters find compounds, plurals and typing errors; beginnings stand for words without their endings. Words that say nothing
are left out. Numpy does the work, so whoever needs no likeness should not import this.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from atlas_sync.canonical.normalize import fold
from atlas_sync.coverage.text import STOP

__all__ = ["KINDS", "WORDS", "Pieces", "pieces_of"]

WORDS = 1 << 18
"""From this number on a piece stands for a word, below it for three letters."""

_HASHED = 18
KINDS = WORDS + (1 << _HASHED)
"""How many numbers pieces can have. Two words in a quarter of a million share theirs, which is of no account for likeness."""

_BEGINNING = 6
_VIEW = 8
_SLOTS = 13
_FIRST_FOREIGN = 128

_FOREIGN = re.compile(r"[^\x00-\x7f]")
_FIRST = np.uint32(0x3F)
_NO_WORD = re.compile(r"[\W_]+")
_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(_VIEW + 1)], np.uint64)
_TO_HASH, _TO_SLOT = np.uint64(64 - _HASHED), np.uint64(64 - _SLOTS)


def _code(byte: int) -> int:
    """Give a number below 64: 0 for what is no part of a word, 1 to 26 for letters, then figures, then all that is foreign."""
    if byte >= _FIRST_FOREIGN:
        return 37 + byte % 27
    char = chr(byte)
    return ord(char.lower()) - 96 if char.isalpha() else byte - 21 if char.isdigit() else 0


_CODES = bytes(_code(byte) for byte in range(256))


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of some texts one behind the other; those of text n stand from `bounds[n]` to `bounds[n + 1]`."""

    numbers: NDArray[np.intp]
    bounds: NDArray[np.intp]
    lengths: NDArray[np.intp]


def pieces_of(texts: Sequence[str]) -> Pieces:
    """Cut texts into pieces, in order and with repeats; a text without telling words has none."""
    plain = [text if text.isascii() else _plain(text) for text in texts]
    # A gap before, between and behind, so that each word has edges and eight bytes can be read from its start.
    coded = "\n".join(("", *plain, " " * _VIEW)).encode().translate(_CODES)
    is_word = np.frombuffer(coded, np.uint8) != 0
    edges = np.flatnonzero(is_word[1:] != is_word[:-1])
    befores, lengths = edges[::2], edges[1::2] - edges[::2]
    eights = _view(coded, "<u8").take(befores + 1)
    eights &= _MASKS.take(lengths, mode="clip")
    telling = np.flatnonzero(_STOP.take((eights * _SPREAD >> _TO_SLOT).astype(np.intp)) != eights)
    befores, lengths, eights = befores.take(telling), lengths.take(telling) + 1, eights.take(telling)
    # Each word has a group of letters around each of its letters, and behind these itself.
    ends = np.zeros(len(telling) + 1, np.intp)
    np.cumsum(lengths, out=ends[1:])
    places = np.repeat(befores - ends[:-1], lengths)
    places += np.arange(len(places))
    numbers = _packed(_view(coded, "<u4").take(places)).astype(np.intp)
    numbers[ends[1:] - 1] = _hashed(eights)
    bounds = ends.take(np.searchsorted(befores, _starts(plain, len(coded))))
    return Pieces(numbers, bounds, bounds[1:] - bounds[:-1])


def _packed(four: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Give the first three of four bytes below 64 in eighteen bits."""
    packed: NDArray[np.uint32] = four & _FIRST
    packed |= four >> np.uint32(2) & _FIRST << np.uint32(6)
    packed |= four >> np.uint32(4) & _FIRST << np.uint32(12)
    return packed


def _hashed(eights: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Give the numbers of words by their beginnings."""
    eights &= _MASKS[_BEGINNING]
    eights *= _SPREAD
    eights >>= _TO_HASH
    return eights.astype(np.intp) + WORDS


def _starts(plain: Sequence[str], whole: int) -> NDArray[np.intp]:
    """Give the byte behind the gap before each text, and that behind the last gap."""
    starts = np.zeros(len(plain) + 1, np.intp)
    np.cumsum(np.fromiter(map(len, plain), np.intp, len(plain)) + 1, out=starts[1:])
    if starts[-1] + _VIEW + 1 != whole:  # there is more than ASCII
        np.cumsum([len(text.encode()) + 1 for text in plain], out=starts[1:])
    return starts


def _view(coded: bytes, kind: str) -> NDArray[Any]:
    """Give the numbers that start at each byte."""
    return np.ndarray(len(coded) - _VIEW + 1, kind, coded, strides=(1,))


def _plain(text: str) -> str:
    return _FOREIGN.sub(_folded, unicodedata.normalize("NFC", text))


def _folded(hit: re.Match[str]) -> str:
    return _fold_char(hit.group())


@lru_cache(maxsize=1 << 14)
def _fold_char(char: str) -> str:
    return _NO_WORD.sub(" ", fold(char))


def _eight(word: str) -> int:
    return int.from_bytes(word.encode().translate(_CODES)[:_VIEW], "little")


def _slots() -> tuple[NDArray[np.uint64], np.uint64]:
    """Give the words that say nothing, each in a slot of its own, and the factor by whose product a word's slot is found."""
    words = [_eight(word) for word in STOP]
    chance = random.Random(0)  # noqa: S311 - no secret, but the same each time
    while True:
        factor = chance.getrandbits(64) | 1
        slots = [word * factor % 2**64 >> 64 - _SLOTS for word in words]
        if len(set(slots)) == len(slots):
            table = np.zeros(1 << _SLOTS, np.uint64)
            table[slots] = words
            return table, np.uint64(factor)


_STOP, _SPREAD = _slots()
