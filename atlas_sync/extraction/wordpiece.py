"""Word pieces: a text as the numbers the model knows, each with the characters it came from. Total over any text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Piece", "Vocabulary", "read_vocabulary"]

_WORD = re.compile(r"[^\W_]+|[^\s]")
_LIKE = str.maketrans("’‘‚`´“”„«»–—−‐‑\xad", "'''''\"\"\"\"\"------")
_LONGEST = 40
_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece: its number, and where its word stands in the text."""

    number: int
    start: int
    end: int


class Vocabulary:
    """The pieces of the encoder, longest first; what cannot be spelled is unknown."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self._numbers = {piece: number for number, piece in enumerate(pieces)}
        self._words: dict[str, tuple[int, ...]] = {}
        self.padding, self.unknown = self._numbers["[PAD]"], self._numbers["[UNK]"]
        self.start, self.separator = self._numbers["[CLS]"], self._numbers["[SEP]"]

    def pieces(self, text: str) -> list[Piece]:
        """Give the pieces of a text in order; a word's pieces all carry the place of the whole word."""
        return list(self._pieces(text))

    def _pieces(self, text: str) -> Iterator[Piece]:
        for match in _WORD.finditer(text):
            for number in self._numbers_of(match.group(0)):
                yield Piece(number, match.start(), match.end())

    def _numbers_of(self, word: str) -> tuple[int, ...]:
        if len(word) > _LONGEST:
            return (self.unknown,)
        numbers = self._words.get(word)
        if numbers is None:
            numbers = self._spell(word)
            if len(self._words) < _KEPT:
                self._words[word] = numbers
        return numbers

    def _spell(self, word: str) -> tuple[int, ...]:
        plain = unicodedata.normalize("NFD", word.translate(_LIKE).lower())
        plain = "".join(char for char in plain if unicodedata.category(char) not in {"Mn", "Cc", "Cf"})
        numbers: list[int] = []
        start = 0
        while start < len(plain):
            for end in range(len(plain), start, -1):
                number = self._numbers.get(("##" if start else "") + plain[start:end])
                if number is not None:
                    numbers.append(number)
                    start = end
                    break
            else:
                return (self.unknown,)
        return tuple(numbers) if numbers or not plain else (self.unknown,)


@cache
def read_vocabulary(path: Path) -> Vocabulary:
    """Give the pieces that a file holds, one a line; all that ask for the same file share them."""
    return Vocabulary(path.read_text(encoding="utf-8").rstrip("\n").split("\n"))
