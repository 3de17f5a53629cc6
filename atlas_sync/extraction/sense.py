"""Sense: what a promise says as a few numbers, near those of another wording of it.

A network of the reader's family, fitted on promises that are taken up again (`training.sense`). What it gives is kept with the
mention, so that a story is told anew without reading anything again.
"""

from __future__ import annotations

import base64
import json
import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from operator import mul
from pathlib import Path

from atlas_sync.extraction.conversation import Reading
from atlas_sync.extraction.runtime import Each, are_there, check_network, open_network
from atlas_sync.extraction.wordpiece import Vocabulary, read_vocabulary

__all__ = ["Sense", "nearness", "numbers_of", "sense_version", "shipped_sense", "with_sense"]

_FOLDER = Path(__file__).parent / "weights"
_LONGEST = 80
_STEPS = 127
_FILES = ("sense.json", "sense.onnx", "vocabulary.txt")


class Sense:
    """The network in memory. Safe for many threads; the same text gives the same numbers.

    Raises:
        ConfigError: the weights are not those that were shipped.
    """

    def __init__(self, folder: Path) -> None:
        check_network(folder / "sense.onnx", sha256=_sha256(folder))
        self._session = open_network(folder / "sense.onnx")
        self._vocabulary = read_vocabulary(folder / "vocabulary.txt")

    def of(self, texts: Iterable[str], each: Each = map) -> Iterator[str]:
        """Yield the sense of each text, written as `nearness` takes it; `each` as in `Model.ask`."""
        return each(self._of, texts)

    def _of(self, text: str) -> str:
        import numpy as np  # noqa: PLC0415 - comes with the runtime, as late as that

        numbers = np.array([numbers_of(text, self._vocabulary)], dtype=np.int64)
        (found,) = self._session.run(None, {"pieces": numbers})
        return base64.b64encode(np.rint(found[0] * _STEPS / np.abs(found[0]).max()).astype(np.int8)).decode()


def numbers_of(text: str, vocabulary: Vocabulary) -> list[int]:
    """Give the numbers of a text as the network takes them."""
    pieces = [piece.number for piece in vocabulary.pieces(text[: 20 * _LONGEST])][:_LONGEST]
    return [vocabulary.start, *pieces, vocabulary.separator]


def nearness(one: str, other: str) -> float:
    """Tell how nearly two texts say the same by their sense, 1 for the same words, 0 and less for unlike ones."""
    (ours, our_length), (theirs, their_length) = _read(one), _read(other)
    return float(sum(map(mul, ours, theirs)) / (our_length * their_length))


@lru_cache(maxsize=1024)
def _read(sense: str) -> tuple[Sequence[int], float]:
    numbers = array("b", base64.b64decode(sense))
    return numbers, math.hypot(*numbers)


@cache
def shipped_sense() -> Sense | None:
    """Give the network that came with the package, loaded once; None where its files or its runtime are missing.

    Raises:
        ConfigError: the weights are not those that were shipped.
    """
    return Sense(_FOLDER) if are_there(_FOLDER, *_FILES) else None


def sense_version() -> str:
    """Tell what gives the sense: the start of the hash of its weights, or that nothing does."""
    return _sha256(_FOLDER)[:12] if are_there(_FOLDER, *_FILES) else "none"


def _sha256(folder: Path) -> str:
    found: str = json.loads((folder / "sense.json").read_text(encoding="utf-8"))["sha256"]
    return found


def with_sense(readings: Sequence[Reading], each: Each = map) -> list[Reading]:
    """Give readings in which each promise and denial has its sense, where something can tell it; `each` as in `Model.ask`."""
    sense = shipped_sense()
    if sense is None:
        return list(readings)
    found = sense.of((said.text for reading in readings for said in (*reading.promises, *reading.denials)), each)
    return [
        reading.model_copy(
            update={
                name: tuple(one.model_copy(update={"sense": next(found)}) for one in said)
                for name, said in (("promises", reading.promises), ("denials", reading.denials))
            }
        )
        for reading in readings
    ]
