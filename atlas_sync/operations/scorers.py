"""Scorers: one sentence after another held against its label, and what scorers of every shape have in common.

What they count is what `eval` prints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from atlas_sync.extraction import PromiseMention, Reading
from atlas_sync.extraction.clean import clean
from atlas_sync.operations.documents import Document
from atlas_sync.operations.extract import Told
from atlas_sync.operations.scoring import Tallies

__all__ = ["WITH_REVIEW", "Miss", "Scorer", "SentenceScorer", "plain", "same_phrase"]

WITH_REVIEW = "promises, decided or in review"
_DECIDED = "promises, decided"
_SENTENCE_LABELS = (
    ("promise", {"promise": None}),
    ("scope out", {"scope_out": None}),
    ("conditional", {"none": {"conditional"}}),
    ("hedge or refusal", {"none": {"hedged", "declined"}}),
    ("customer obligation", {"none": {"customer_commitment"}}),
)


@dataclass(frozen=True, slots=True)
class Miss:
    """Where reading and label differ: `what` is missed, false or differs; `detail` the rule or the two values."""

    document: str
    channel: str
    what: str
    text: str
    detail: str = ""


class Scorer:
    """Counts over the files of one shape."""

    def __init__(self) -> None:
        self.tallies = Tallies()
        self.misses: list[Miss] = []
        self.file = ""

    def start_file(self, name: str) -> None:
        """Take note of which file the next documents come from."""
        self.file = name

    def _promises(self, *, hits: int, found: int, labelled: int, channel: str) -> None:
        for name in ("", f" · {channel}", f" · {self.file}"):
            self.tallies.count(_DECIDED + name, hits=hits, found=found, labelled=labelled)


class SentenceScorer(Scorer):
    """Scores lone sentences: one label each."""

    def score(self, told: Told) -> None:
        """Compare what was found in a sentence with its label."""
        row, reading, tallies = told.placed.document, told.reading, self.tallies
        tallies.next_document()
        decided = any(not one.needs_review for one in reading.promises)
        is_promise = row.label == "promise"
        self._promises(hits=decided and is_promise, found=decided, labelled=is_promise, channel=told.conversation.kind)
        found = bool(reading.promises)
        tallies.count(WITH_REVIEW, hits=found and is_promise, found=found, labelled=is_promise)
        in_review = found and not decided
        tallies.share("queue: in review, of all sentences", count=in_review)
        self._other_labels(row, reading)
        if is_promise and found:
            self._details(row, reading.promises)
        if decided != is_promise:
            rule = reading.promises[0].rule if found else ""
            what = "false" if decided else "in review" if found else "missed"
            self.misses.append(
                Miss(
                    told.conversation.interaction_id,
                    told.conversation.kind,
                    what,
                    row.words,
                    f"{row.subclass or ''} {rule}".strip(),
                )
            )

    def _other_labels(self, row: Document, reading: Reading) -> None:
        found = {
            "scope out": any(one.kind == "out" for one in reading.scope),
            "conditional": bool(reading.conditional),
            "hedge or refusal": bool(reading.non_commitments),
            "customer obligation": bool(reading.customer_obligations),
        }
        asked = row.subclass == "customer_ask"
        for name, labels in _SENTENCE_LABELS[1:]:
            if name == "customer obligation" and asked:
                continue
            subclasses = labels.get(row.label or "", set())
            labelled = subclasses is None or row.subclass in subclasses
            self.tallies.count(name, hits=found[name] and labelled, found=found[name], labelled=labelled)

    def _details(self, row: Document, promises: Sequence[PromiseMention]) -> None:
        if row.type:
            right = any(one.kind == row.type for one in promises)
            self.tallies.share("kind right", count=right)
            for kind in {row.type, promises[0].kind}:
                self.tallies.count(
                    f"kind · {kind}",
                    hits=right and kind == row.type,
                    found=promises[0].kind == kind,
                    labelled=row.type == kind,
                )
        phrase = next((one.due_text for one in promises if one.due_text), None)
        if row.due_text:
            self.tallies.share("due phrase right", count=same_phrase(phrase, row.due_text))
        else:
            self.tallies.share("due phrase where none is labelled", count=phrase is not None)


def same_phrase(found: str | None, label: str) -> bool:
    """Tell if two phrases share half of the words of the shorter."""
    mine, theirs = set((found or "").casefold().split()), set(plain(label).casefold().split())
    return bool(mine) and len(mine & theirs) >= min(len(mine), len(theirs)) / 2


def plain(text: str) -> str:
    """Give a labelled quote in clean words."""
    return " ".join(line.text for line in clean(text, is_html=True, kind="note"))
