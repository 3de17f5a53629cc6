"""Evaluate: what reading and tracing find against what people labelled, through the very paths of `extract` and `cover`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from atlas_sync.errors import ConfigError
from atlas_sync.operations.document_scorer import DocumentScorer
from atlas_sync.operations.documents import BadLine, unmarked
from atlas_sync.operations.extract import open_documents, tell
from atlas_sync.operations.matcher import shipped_matcher
from atlas_sync.operations.scorers import Miss, SentenceScorer
from atlas_sync.operations.scoring import Figure, Share
from atlas_sync.operations.tracker_scorer import TrackerScorer, promises_said, tracker_shape

__all__ = ["Evaluation", "Part", "evaluate"]

_TRACING = frozenset(("trackers", "engagements", "pairs"))


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of all documents, or of all sentences; slices by channel, kind and file are named "measure · slice"."""

    name: str
    count: int
    figures: tuple[Figure, ...]
    shares: tuple[Share, ...]


@dataclass(slots=True)
class Evaluation:
    """What was measured, and the lines and files that could not be."""

    parts: list[Part] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)
    skipped: list[Path] = field(default_factory=list)


def evaluate(paths: Sequence[Path], *, with_misses: bool) -> Evaluation:
    """Measure reading and tracing on labelled files; folders stand for the `.jsonl` files below them.

    Files of other shapes are skipped.

    Raises:
        ConfigError: none of the files holds labelled documents, sentences, trackers or pairs.
    """
    done = Evaluation()
    documents, sentences = DocumentScorer(), SentenceScorer()
    files = {path: _shape(path) for path in _files(paths)}
    for path, shape in files.items():
        if shape in _TRACING:
            continue
        if shape is None:
            done.skipped.append(path)
            continue
        scorer: DocumentScorer | SentenceScorer = documents if shape == "documents" else sentences
        scorer.start_file(path.name)
        with open_documents(path) as placed:
            for told in tell(placed):
                scorer.score(told)
            done.bad += sorted(placed.bad, key=lambda bad: bad.line)
    for name, scorer in (("documents", documents), ("sentences", sentences)):
        if scorer.tallies.documents:
            tallies = scorer.tallies
            done.parts.append(Part(name, tallies.documents, tuple(tallies.figures()), tuple(tallies.shares())))
            done.misses += scorer.misses if with_misses else []
    _trace(files, done, with_misses=with_misses)
    if not done.parts:
        message = "there are no labelled documents, sentences, trackers or pairs in what was given."
        raise ConfigError(
            message, advice="A line needs `body` and `gold`, `text` and `label`, or `issues` and their promises."
        )
    return done


def _trace(files: Mapping[Path, str | None], done: Evaluation, *, with_misses: bool) -> None:
    """Measure tracing; the promises of trackers that hold none are looked up in the documents given along."""
    waiting = [(path, shape) for path, shape in files.items() if shape in _TRACING]
    if not waiting:
        return
    documents = [path for path, shape in files.items() if shape == "documents"]
    said = {pid: words for path in documents for pid, words in promises_said(path).items()}
    scorer = TrackerScorer(said, shipped_matcher())
    for path, shape in waiting:
        scorer.score_file(path, shape or "")
    tallies = scorer.tallies
    if tallies.documents:
        figures, shares = tuple(tallies.figures()), tuple(tallies.shares())
        done.parts.append(Part("trackers and pairs", tallies.documents, figures, shares))
    done.misses += scorer.misses if with_misses else []
    done.bad += scorer.bad


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]


def _shape(path: Path) -> str | None:
    """Tell what a file holds by its first line."""
    with path.open("rb") as file:
        first = next((line for line in file if line.strip()), b"")
    try:
        row = msgspec.json.decode(unmarked(first), type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return None
    if "gold" in row and "body" in row:
        return "documents"
    return "sentences" if "label" in row and "text" in row else tracker_shape(row)
