"""What kind of promise the words of a sentence speak for, by a table of words and pairs of words.

The network hears the sense of a sentence and the table its words; the two err in different places, so both are heard.
"""

from __future__ import annotations

import base64
import json
import math
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from atlas_sync.extraction.likeness import stem_of

__all__ = ["SIZE", "KindTable", "grams"]

SIZE = 1 << 14
"""How many places the table has; words are put into them by their checksum."""
_WORD = re.compile(r"[^\W\d_]{1,40}|\d{1,12}|[€$£%#]")
_LONGEST = 2_000


def grams(text: str) -> list[int]:
    """Give the places of a text's words, stems and pairs of words, each once; all numbers are one word."""
    words = ["0" if word[0].isdigit() else word for word in _WORD.findall(text[:_LONGEST].lower())]
    pairs = (f"{one}_{other}" for one, other in pairwise(words))
    stems = (f"s:{stem_of(word)}" for word in words)
    return sorted({zlib.crc32(one.encode()) % SIZE for one in (*words, *pairs, *stems)})


@dataclass(frozen=True, slots=True)
class KindTable:
    """A weight for each place and kind, in one byte each; `scale` makes numbers of them, `bias` is what no word says."""

    kinds: int
    bias: tuple[float, ...]
    scale: float
    weights: bytes

    @classmethod
    def from_json(cls, text: str) -> KindTable:
        """Read a table as training writes it."""
        found = json.loads(text)
        return cls(len(found["bias"]), tuple(found["bias"]), found["scale"], base64.b64decode(found["weights"]))

    def to_json(self) -> str:
        """Write a table."""
        weights = base64.b64encode(self.weights).decode()
        return json.dumps({"bias": self.bias, "scale": self.scale, "weights": weights}) + "\n"

    def logits(self, text: str) -> Sequence[float]:
        """Give for each kind how much the words of a text speak for it."""
        places = grams(text)
        share = self.scale / math.sqrt(max(1, len(places)))
        return [
            bias + share * sum(_signed(self.weights[place * self.kinds + kind]) for place in places)
            for kind, bias in enumerate(self.bias)
        ]


def _signed(byte: int) -> int:
    return byte - 256 if byte > 127 else byte  # noqa: PLR2004 - as two's complement has it
