"""Measure tracing on the labelled trackers: what is called missing, what goes to review, and what is silently covered.

    python benchmarks/coverage.py ../shared/eval

Reads `coverage_dev.jsonl`, and `engagements_dev.jsonl` with the promises of `conversations_dev.jsonl`. Prints the
figures at several thresholds, so that the shipped one can be judged.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from atlas_sync.canonical.model import TraceLink, WorkItem
from atlas_sync.coverage.trace import LO, Subject, trace

_DEAD = {"won't do", "cancelled"}
_THRESHOLDS = (0.05, 0.10, 0.15, 0.20)


@dataclass(frozen=True)
class Case:
    """One promise with its right answer and the links found for it."""

    gold: str
    right: frozenset[str]
    links: tuple[TraceLink, ...]

    @property
    def status(self) -> str:
        """Give the answer."""
        return self.links[0].status

    def hit(self, most: int) -> bool:
        """Tell if a right item is among the first links."""
        return any(link.work_item_key in self.right for link in self.links[:most])


@dataclass
class Set:
    """The cases of one labelled set."""

    cases: list[Case] = field(default_factory=list)

    def row(self) -> str:
        """Give the figures in a line."""
        called = [case for case in self.cases if case.status == "missing"]
        gold = [case for case in self.cases if case.gold == "missing"]
        right = sum(case.gold == "missing" for case in called)
        silent = sum(case.gold != "covered" and case.status == "covered" for case in self.cases)
        review = sum(case.status == "review" for case in self.cases)
        placed = [case for case in self.cases if case.right]
        false = sum(case.gold == "covered" for case in called)
        precision = right / len(called) if called else 1.0
        return (
            f"missing P {precision:.2f} R {right / len(gold):.2f} ({right} of {len(gold)}, {false} covered ones called missing)"
            f"  silently covered {silent}  review {review / len(self.cases):.2f}"
            f"  link@1 {sum(case.hit(1) for case in placed) / len(placed):.2f}"
            f"  link@3 {sum(case.hit(3) for case in placed) / len(placed):.2f}"
        )


def _item(engagement: str, issue: dict[str, Any]) -> WorkItem:
    status = str(issue["status"])
    return WorkItem(
        id=f"{engagement}/{issue['key']}",
        engagement_id=engagement,
        source=f"jira:work_item:{issue['key']}",
        project_key=engagement,
        key=issue["key"],
        kind=issue["type"],
        summary=issue["summary"],
        text=issue.get("description") or "",
        status=status,
        state="dropped" if status.lower() in _DEAD else "done" if status == "Done" else "to_do",
        due=date.fromisoformat(issue["due"]) if issue.get("due") else None,
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def _cases(
    engagement: str, rows: list[tuple[Subject, str, list[str]]], issues: list[dict[str, Any]], *, lo: float
) -> list[Case]:
    found: dict[str, list[TraceLink]] = defaultdict(list)
    subjects = [subject for subject, _gold, _right in rows]
    for link in trace(subjects, [_item(engagement, issue) for issue in issues], lo=lo):
        found[link.subject_id].append(link)
    return [Case(gold, frozenset(right), tuple(found[subject.id])) for subject, gold, right in rows]


def _coverage(folder: Path, lo: float) -> dict[str, Set]:
    sets: dict[str, Set] = defaultdict(Set)
    for line in _lines(folder / "coverage_dev.jsonl"):
        rows = [
            (Subject(one["id"], line["id"], one["text"]), one["gold_status"], one["gold_issues"])
            for one in line["promises"]
        ]
        sets[f"coverage_dev {line['difficulty']}"].cases += _cases(line["id"], rows, line["issues"], lo=lo)
    return sets


def _engagements(folder: Path, lo: float) -> Set:
    promises = {
        one["pid"]: one for line in _lines(folder / "conversations_dev.jsonl") for one in line["gold"]["promises"]
    }
    made = Set()
    for line in _lines(folder / "engagements_dev.jsonl"):
        rows = []
        for one in line["gold"]["coverage"]:
            said = promises[one["in_force"]]
            due = date.fromisoformat(said["due_date"]) if said["due_date"] else None
            subject = Subject(one["pid"], line["engagement_id"], said["quote"], due)
            rows.append((subject, one["status"], one["issues"]))
        made.cases += _cases(line["engagement_id"], rows, line["issues"], lo=lo)
    return made


def _contradictions(made: Set) -> str:
    told: dict[str, list[bool]] = defaultdict(list)
    for case in made.cases:
        first = case.links[0]
        told[case.gold].append(first.status == "review" and bool(first.contradictions))
    return "  ".join(f"{gold} {sum(marks)} of {len(marks)}" for gold, marks in sorted(told.items()))


def main(folder: Path) -> None:
    """Print the figures, the shipped threshold first."""
    for lo in (LO, *_THRESHOLDS):
        started = time.perf_counter()
        sets = {**_coverage(folder, lo), "engagements_dev": _engagements(folder, lo)}
        seconds = time.perf_counter() - started
        total = sum(len(made.cases) for made in sets.values())
        shipped = " (shipped)" if lo == LO else ""
        print(f"threshold {lo}{shipped}: {total} promises read and traced in {seconds:.2f} s")
        for name, made in sets.items():
            print(f"  {name}, {len(made.cases)} promises: {made.row()}")
            print(f"    first candidate contradicts: {_contradictions(made)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
