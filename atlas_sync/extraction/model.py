"""The learned reader: what the shipped model makes of each unit. It scores; what follows from a score is decided in `rules`.

Each unit is run by itself. In eight bits a batch shares one scale, so that a score would depend on the unit's company.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from atlas_sync.canonical.model import Side
from atlas_sync.extraction.inputs import Encoded, Question, encode, traits_of
from atlas_sync.extraction.kinds import KindTable
from atlas_sync.extraction.runtime import Each, are_there, check_network, open_network
from atlas_sync.extraction.wordpiece import read_vocabulary

__all__ = ["Answer", "Band", "Model", "Sheet", "shipped", "shipped_version"]

_FOLDER = Path(__file__).parent / "weights"
_WITHOUT_MODEL = "rules-3"
_FILES = ("reader.json", "reader.onnx", "kinds.json", "vocabulary.txt")


@dataclass(frozen=True, slots=True)
class Band:
    """Where a label begins: at `sure` it is decided, from `review` on a person is asked."""

    sure: float
    review: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is shipped with the weights: their hash, the names of their answers, how to read a score, where labels begin.

    `weights` says what a label's score is made of: its own logit, for some labels those of others too, and traits of the
    unit, each with a weight; first for a unit alone, then for one among others.
    """

    name: str
    sha256: str
    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    weights: Mapping[str, tuple[Mapping[str, float], Mapping[str, float]]]
    bands: Mapping[str, tuple[Band, Band]]
    due: float

    @classmethod
    def from_json(cls, text: str) -> Sheet:
        """Give the sheet as it is written beside the weights."""
        found: dict[str, Any] = json.loads(text)
        return cls(
            name=found["name"],
            sha256=found["sha256"],
            labels=tuple(found["labels"]),
            kinds=tuple(found["kinds"]),
            weights={name: (alone, among) for name, (alone, among) in found["weights"].items()},
            bands={name: (Band(*alone), Band(*among)) for name, (alone, among) in found["bands"].items()},
            due=found["due"],
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model makes of one unit: calibrated scores by label and by kind, and the words that say when."""

    scores: Mapping[str, float]
    kinds: Mapping[str, float]
    due: tuple[int, int] | None
    bands: Mapping[str, Band]

    def best(self, group: str) -> str:
        """Give the likeliest label of a group such as `scope`, without the group's name."""
        names = [name for name in self.scores if name.startswith(f"{group} ")]
        return max(names, key=self.scores.__getitem__).removeprefix(f"{group} ")

    def told(self, other: Answer, side: Side) -> Answer:
        """Give this answer as far as the one for the same words with their side's own word does not speak against it.

        Ours do not owe what a customer owes, and theirs promise nothing of ours. What sounds like a customer's duty in any
        case, and is ours, is for a person at the least.
        """
        was, now = self.scores, other.scores
        if side == "us":
            sounds_owed = min(was["obligation"], now["obligation"]) >= self.bands["obligation"].sure
            least = self.bands["promise"].review if sounds_owed else 0.0
            both = {"promise": max(was["promise"], now["promise"], least), "obligation": 0.0}
        else:
            both = {"promise": min(was["promise"], now["promise"])}
        return replace(self, scores={**was, **both})


class Model:
    """The network in memory. Safe for many threads; the same text gives the same scores."""

    def __init__(self, folder: Path) -> None:
        self.sheet = Sheet.from_json((folder / "reader.json").read_text(encoding="utf-8"))
        check_network(folder / "reader.onnx", sha256=self.sheet.sha256)
        self._session = open_network(folder / "reader.onnx")
        self._kinds = KindTable.from_json((folder / "kinds.json").read_text(encoding="utf-8"))
        self._vocabulary = read_vocabulary(folder / "vocabulary.txt")

    def ask(self, questions: Sequence[Question], each: Each = map) -> Iterator[Answer]:
        """Yield the answer to each question, in order; with the `each` of `threads` they are worked out meanwhile."""
        found = each(self._run, [encode(question, self._vocabulary) for question in questions])
        return (self._answer(*pair) for pair in zip(questions, found, strict=True))

    def _run(self, windows: Sequence[Encoded]) -> list[_Logits]:
        import numpy as np  # noqa: PLC0415 - comes with the runtime, as late as that

        found = []
        for window in windows:
            fed = {
                "pieces": np.array([window.numbers], dtype=np.int64),
                "segments": np.array([window.segments], dtype=np.int64),
            }
            labels, kinds, due = self._session.run(None, fed)
            first = window.segments.index(1) if window.words else 0
            words = due[0, first : first + len(window.words)].tolist()
            found.append(_Logits(labels[0].tolist(), kinds[0].tolist(), tuple(zip(window.words, words, strict=True))))
        return found

    def _answer(self, question: Question, windows: Sequence[_Logits]) -> Answer:
        among = 0 if question.is_alone else 1
        known = [traits_of(question) | dict(zip(self.sheet.labels, one.labels, strict=True)) for one in windows]
        scores = {
            name: _sigmoid(max(_sum(self.sheet.weights[name][among], one) for one in known))
            for name in self.sheet.labels
        }
        first = max(windows, key=lambda one: one.labels[0])
        both = [math.exp(sum(pair)) for pair in zip(first.kinds, self._kinds.logits(question.text), strict=True)]
        kinds = {name: kind / sum(both) for name, kind in zip(self.sheet.kinds, both, strict=True)}
        bands = {name: pair[among] for name, pair in self.sheet.bands.items()}
        return Answer(scores, kinds, _phrase(first.due, self.sheet.due), bands)


@dataclass(frozen=True, slots=True)
class _Logits:
    labels: list[float]
    kinds: list[float]
    due: tuple[tuple[tuple[int, int], float], ...]


def _sum(weights: Mapping[str, float], known: Mapping[str, float]) -> float:
    return sum(weight * known.get(name, 0.0) for name, weight in weights.items())


def _sigmoid(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def _phrase(words: Sequence[tuple[tuple[int, int], float]], least: float) -> tuple[int, int] | None:
    """Give the place of the run of words that most surely says when; a single doubtful word inside does not end it."""
    runs: list[tuple[float, int, int]] = []
    begin: int | None = None
    scores = [_sigmoid(logit) for _word, logit in words]
    for place, score in enumerate([*scores, 0.0]):
        following = scores[place + 1] if place + 1 < len(scores) else 0.0
        goes_on = score >= least or (begin is not None and score >= least / 3 and following >= least)
        if goes_on and begin is None:
            begin = place
        if not goes_on and begin is not None:
            runs.append((sum(scores[begin:place]), begin, place))
            begin = None
    if not runs:
        return None
    _weight, begin, end = max(runs)
    return words[begin][0][0], words[end - 1][0][1]


@cache
def shipped() -> Model | None:
    """Give the model that came with the package, loaded once; None where its files or its runtime are missing.

    Raises:
        ConfigError: the weights are not those that were shipped.
    """
    return Model(_FOLDER) if are_there(_FOLDER, *_FILES) else None


def shipped_version() -> str:
    """Tell what reads: the model's name with the start of its hash and of its two sheets', or the rules alone."""
    if not are_there(_FOLDER, *_FILES):
        return _WITHOUT_MODEL
    text = (_FOLDER / "reader.json").read_text(encoding="utf-8")
    sheet = Sheet.from_json(text)
    sheets = text + (_FOLDER / "kinds.json").read_text(encoding="utf-8")
    return f"{sheet.name}-{sheet.sha256[:12]}-{hashlib.sha256(sheets.encode()).hexdigest()[:8]}"
