"""Evaluate: what reading finds against what people labelled, on any file of our shapes, through the very path of `extract`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from atlas_sync.errors import ConfigError
from atlas_sync.operations.documents import BadLine
from atlas_sync.operations.extract import open_documents, tell
from atlas_sync.operations.scorers import DocumentScorer, Miss, SentenceScorer
from atlas_sync.operations.scoring import Figure, Share

__all__ = ["Evaluation", "Part", "evaluate"]


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
    """Measure reading on labelled files; folders stand for the `.jsonl` files below them, those of other shapes are skipped.

    Raises:
        ConfigError: none of the files holds labelled documents or sentences.
    """
    done = Evaluation()
    documents, sentences = DocumentScorer(), SentenceScorer()
    for path in _files(paths):
        shape = _shape(path)
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
    if not done.parts:
        message = "there are no labelled documents or sentences in what was given."
        raise ConfigError(message, advice="A line needs `body` and `gold`, or `text` and `label`.")
    return done


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]


def _shape(path: Path) -> str | None:
    """Tell what a file holds by its first line."""
    with path.open("rb") as file:
        first = next((line for line in file if line.strip()), b"")
    try:
        row = msgspec.json.decode(first, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return None
    if "gold" in row and "body" in row:
        return "documents"
    return "sentences" if "label" in row and "text" in row else None
