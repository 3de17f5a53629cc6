"""The learned matcher that comes with the package: loaded here, handed to tracing. It scores; `coverage` decides.

Texts, and pairs of them, are read one by one and remembered, so that what is read of one depends on no other and what is
unchanged is read once.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from atlas_sync import coverage
from atlas_sync.coverage.decision import Bounds, Match
from atlas_sync.errors import ConfigError
from atlas_sync.extraction.runtime import are_there, check_network, open_network

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession
    from sentencepiece import SentencePieceProcessor

__all__ = [
    "ALONE",
    "CLOSELY",
    "SPELLING",
    "TOGETHER",
    "WORDS",
    "LearnedMatcher",
    "pair_of",
    "shipped_matcher",
    "text_of",
    "usable_matcher",
]

ALONE, TOGETHER = NETWORKS = ("matcher.onnx", "pairs.onnx")
"""The files of the two networks."""
SPELLING, WORDS = "pieces.model", "words.bin"
"""The pieces into which texts are split, and what both networks know of each."""
CLOSELY = 3
"""So many passages, those that fit best, are read once more together with what was agreed."""

_FOLDER = Path(coverage.__file__).parent / "weights"
_LONGEST, _LONGEST_SAID, _LONGEST_PLANNED = 100, 50, 70
_LETTERS = 20
"""No piece that counts has more, on average."""
_KEPT = 4096
"""So many pairs are remembered, of which each is two numbers."""
_KEPT_BYTES = 64 * 2**20
"""So much is remembered of texts, of which a long one takes a sixth of a megabyte."""
_FILES = (*NETWORKS, WORDS, SPELLING)
_REINSTALL = "Install atlas-sync again: the file matcher.json in its package is damaged."
_ABSENT = "The matcher or its runtime is not installed: nothing is called covered by likeness."


class _Read(NamedTuple):
    """A text as the network sees it: the whole, its pieces, and how much each counts."""

    whole: NDArray[np.float32]
    pieces: NDArray[np.float32]
    counts: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return self.whole.nbytes + self.pieces.nbytes + self.counts.nbytes


class _Remembered:
    """Reads texts, and remembers those asked for last, up to so many bytes. Safe for many threads."""

    def __init__(self, read: Callable[[str], _Read], *, most_bytes: int) -> None:
        self._ask = read
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, _Read] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __call__(self, text: str) -> _Read:
        with self._lock:
            if text in self._kept:
                self._kept.move_to_end(text)
                return self._kept[text]
        found = self._ask(text)
        with self._lock:
            if text not in self._kept:  # another thread may have read it meanwhile
                self._kept[text] = found
                self._bytes += found.nbytes
            while self._bytes > self._most_bytes:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes
        return found


class LearnedMatcher:
    """Two multilingual networks, loaded when the first text is read: one reads each text alone, one two texts together.

    Safe for many threads; the same texts always get the same scores.

    `version` names weights and bounds: with another one, what was compared has to be compared again. `reads` names what reads
    texts and pairs: with another one, they have to be read again.

    Raises:
        ConfigError: the files are not those that were shipped.
    """

    def __init__(self, folder: Path) -> None:
        sheet = _sheet(folder)
        self._folder = folder
        for name, found in sheet["sha256"].items():
            check_network(folder / name, sha256=found)
        self.version = hashlib.sha256(json.dumps(sheet, sort_keys=True).encode()).hexdigest()[:16]
        self.bounds = Bounds(**sheet["bounds"])
        self._scales = sheet["scales"]
        self._nothing = sheet["nothing"]
        read_by = "".join(sheet["sha256"][name] for name in _FILES)
        lengths = f"{_LONGEST}/{_LONGEST_SAID}/{_LONGEST_PLANNED}"
        self.reads = hashlib.sha256(f"{read_by}{lengths}{self._scales}{self._nothing}".encode()).hexdigest()[:16]
        self._together = sheet["together"]
        self._read = _Remembered(self._run_alone, most_bytes=_KEPT_BYTES)
        self.read_together = lru_cache(maxsize=_KEPT)(self._run_together)

    def matches(
        self,
        texts: Sequence[str],
        passages: Sequence[str],
        *,
        read_alone: Callable[[str, str], float] | None = None,
        read_together: Callable[[str, str], Match] | None = None,
    ) -> list[list[Match]]:
        """Give for each text how well each passage fits it; those that fit best are read once more together with it.

        What is not read together counts as the worst of those that are. `read_alone` and `read_together` are asked instead of
        our own.
        """
        read_together = read_together or self.read_together
        rows = []
        for text, scores in zip(texts, self.alone(texts, passages, read_alone=read_alone), strict=True):
            best = sorted(range(len(scores)), key=lambda at: (-scores[at], at))[:CLOSELY]
            read = {at: read_together(text, passages[at]) for at in best}
            least = min((one.score for one in read.values()), default=0.0)
            row = [read.get(at, Match(least)) for at in range(len(scores))]
            rows.append(
                [Match(score + self._together * one.score, one.departs) for score, one in zip(scores, row, strict=True)]
            )
        return rows

    def alone(
        self,
        texts: Sequence[str],
        passages: Sequence[str],
        *,
        read_alone: Callable[[str, str], float] | None = None,
    ) -> list[list[float]]:
        """Give for each text how well each passage fits, each read for itself."""
        read_alone = read_alone or self.read_alone
        # Passage by passage, so that each is read once, however many there are.
        columns = [[read_alone(text, passage) for text in texts] for passage in passages]
        return [[column[at] for column in columns] for at in range(len(texts))]

    def read_alone(self, said: str, planned: str) -> float:
        """Tell how well a passage fits a text, each read for itself; what else there is to read changes no bit of it."""
        ours, theirs = self._read(said), self._read(planned)
        # Each piece of the text meets the piece of the passage that is most like it.
        nearest = (theirs.pieces @ ours.pieces.T).max(axis=0)
        late = nearest @ ours.counts / ours.counts.sum()
        return float(self._scales[0] * (theirs.whole @ ours.whole) + self._scales[1] * late - self._nothing)

    @cached_property
    def _sessions(self) -> dict[str, InferenceSession]:
        return {name: open_network(self._folder / name) for name in NETWORKS}

    @cached_property
    def _spelling(self) -> SentencePieceProcessor:
        from sentencepiece import SentencePieceProcessor  # noqa: PLC0415 - comes with the runtime, as late as that

        return SentencePieceProcessor(model_file=str(self._folder / SPELLING))

    def _run_alone(self, text: str) -> _Read:
        whole, each, counts = self._run(ALONE, ["whole", "each", "counts"], text_of(text, self._spelling))
        return _Read(whole[0], each[0], counts[0])

    def _run_together(self, said: str, planned: str) -> Match:
        (logits,) = self._run(TOGETHER, ["pair"], pair_of(said, planned, self._spelling))
        delivers, departs = (float(one) for one in logits[0])
        return Match(delivers, departs)

    def _run(self, network: str, gives: Sequence[str], pieces: Sequence[int]) -> list[NDArray[np.float32]]:
        import numpy as np  # noqa: PLC0415 - comes with the runtime, as late as that

        asked = {"pieces": np.array([pieces], dtype=np.int64)}
        return self._sessions[network].run(gives, asked)  # type: ignore[no-any-return]


def text_of(text: str, spelling: SentencePieceProcessor) -> list[int]:
    """Give the pieces of a text as the network reads it alone."""
    return [spelling.bos_id(), *_spelt(text, spelling, _LONGEST), spelling.eos_id()]


def pair_of(said: str, planned: str, spelling: SentencePieceProcessor) -> list[int]:
    """Give the pieces of what was agreed and a passage, as the network reads them together."""
    start, end = spelling.bos_id(), spelling.eos_id()
    ours, theirs = _spelt(said, spelling, _LONGEST_SAID), _spelt(planned, spelling, _LONGEST_PLANNED)
    return [start, *ours, end, end, *theirs, end]


def _spelt(text: str, spelling: SentencePieceProcessor, most: int) -> list[int]:
    # Half of a character that takes two is no text to the library.
    whole = text[: _LETTERS * most].encode(errors="replace").decode()
    return spelling.encode(whole)[:most]  # type: ignore[no-any-return]


def _sheet(folder: Path) -> dict[str, Any]:
    """Read what belongs to the weights: their hash, the scales and the bounds."""
    try:
        sheet: dict[str, Any] = json.loads((folder / "matcher.json").read_text(encoding="utf-8"))
        Bounds(**sheet["bounds"])
        if {"scales", "nothing", "together"} <= sheet.keys() and sheet["sha256"].keys() == set(_FILES):
            return sheet
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise ConfigError("the sheet of the matcher is not the one that was shipped", advice=_REINSTALL)


@cache
def shipped_matcher() -> LearnedMatcher | None:
    """Give the matcher that came with the package, the same each time; None where its files or its runtime are missing.

    Raises:
        ConfigError: the weights are not those that were shipped.
    """
    present = are_there(_FOLDER, "matcher.json", *_FILES, run_by=("onnxruntime", "numpy", "sentencepiece"))
    return LearnedMatcher(_FOLDER) if present else None


def usable_matcher() -> tuple[LearnedMatcher | None, str]:
    """Give the shipped matcher, or None and the sentence that says why there is none.

    What runs unattended goes on without it: then likeness covers nothing, and more waits for a person.
    """
    try:
        found = shipped_matcher()
    except ConfigError as error:
        return None, f"{error} Until then nothing is called covered by likeness."
    return found, "" if found else _ABSENT
