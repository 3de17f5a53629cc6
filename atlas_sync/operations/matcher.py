"""The learned matcher that comes with the package: loaded here, handed to tracing. It scores; `coverage` decides.

Texts are read one by one and remembered, so that a score depends on no other text and an unchanged item is read once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from atlas_sync import coverage, extraction
from atlas_sync.coverage.decision import Bounds
from atlas_sync.errors import ConfigError
from atlas_sync.extraction.runtime import are_there, check_network, open_network
from atlas_sync.extraction.wordpiece import Vocabulary, read_vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

__all__ = ["LearnedMatcher", "shipped_matcher", "usable_matcher"]

_FOLDER = Path(coverage.__file__).parent / "weights"
_VOCABULARY = Path(extraction.__file__).parent / "weights" / "vocabulary.txt"
_LONGEST = 100
_KEPT = 4096
_REINSTALL = "Install atlas-sync again: the file matcher.onnx in its package is damaged."
_ABSENT = "The matcher or its runtime is not installed: nothing is called covered by likeness."


class _Read(NamedTuple):
    """A text as the network sees it: the whole, its pieces, and how much each counts."""

    whole: NDArray[np.float32]
    pieces: NDArray[np.float32]
    counts: NDArray[np.float32]


class LearnedMatcher:
    """The network, loaded when the first text is read. Safe for many threads; the same two texts always get the same score.

    `version` names weights and bounds: with another one, what was compared has to be compared again.

    Raises:
        ConfigError: the files are not those that were shipped.
    """

    def __init__(self, folder: Path) -> None:
        sheet = _sheet(folder)
        self._weights = folder / "matcher.onnx"
        check_network(self._weights, sha256=sheet["sha256"])
        self.version = hashlib.sha256(json.dumps(sheet, sort_keys=True).encode()).hexdigest()[:16]
        self.bounds = Bounds(**sheet["bounds"])
        self._scales = sheet["scales"]
        self._nothing = sheet["nothing"]
        self._read = lru_cache(maxsize=_KEPT)(self._run)

    def scores(self, texts: Sequence[str], passages: Sequence[str]) -> list[list[float]]:
        """Give for each text how well each passage fits it; above zero is better than no passage at all."""
        import numpy as np  # noqa: PLC0415 - comes with the runtime, as late as that

        if not passages:
            return [[] for _text in texts]
        theirs = [self._read(passage) for passage in passages]
        wholes = np.stack([one.whole for one in theirs])
        pieces = np.concatenate([one.pieces for one in theirs])
        starts = np.cumsum([0, *(len(one.pieces) for one in theirs[:-1])])
        rows = []
        for text in texts:
            ours = self._read(text)
            # Each piece of the text meets the piece of a passage that is most like it.
            nearest = np.maximum.reduceat(pieces @ ours.pieces.T, starts, axis=0)
            late = nearest @ ours.counts / ours.counts.sum()
            rows.append((self._scales[0] * (wholes @ ours.whole) + self._scales[1] * late - self._nothing).tolist())
        return rows

    @cached_property
    def _session(self) -> InferenceSession:
        return open_network(self._weights)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return read_vocabulary(_VOCABULARY)

    def _run(self, text: str) -> _Read:
        import numpy as np  # noqa: PLC0415 - comes with the runtime, as late as that

        pieces = [piece.number for piece in self._vocabulary.pieces(text[: 20 * _LONGEST])][:_LONGEST]
        numbers = np.array([[self._vocabulary.start, *pieces, self._vocabulary.separator]], dtype=np.int64)
        whole, each, counts = self._session.run(None, {"pieces": numbers})
        return _Read(whole[0], each[0], counts[0])


def _sheet(folder: Path) -> dict[str, Any]:
    """Read what belongs to the weights: their hash, the scales and the bounds."""
    try:
        sheet: dict[str, Any] = json.loads((folder / "matcher.json").read_text(encoding="utf-8"))
        Bounds(**sheet["bounds"])
        if {"sha256", "scales", "nothing"} <= sheet.keys():
            return sheet
    except (ValueError, KeyError, TypeError):
        pass
    raise ConfigError("the sheet of the matcher is not the one that was shipped", advice=_REINSTALL)


@cache
def shipped_matcher() -> LearnedMatcher | None:
    """Give the matcher that came with the package, the same each time; None where its files or its runtime are missing.

    Raises:
        ConfigError: the weights are not those that were shipped.
    """
    return LearnedMatcher(_FOLDER) if are_there(_FOLDER, "matcher.json", "matcher.onnx") else None


def usable_matcher() -> tuple[LearnedMatcher | None, str]:
    """Give the shipped matcher, or None and the sentence that says why there is none.

    What runs unattended goes on without it: then likeness covers nothing, and more waits for a person.
    """
    try:
        found = shipped_matcher()
    except ConfigError as error:
        return None, f"{error} Until then nothing is called covered by likeness."
    return found, "" if found else _ABSENT
