"""Measure reading on labelled text: precision, recall and F1 of promises, whys and scope, on documents and on sentences.

python benchmarks/extraction.py ../shared/eval [--misses]
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from atlas_sync.extraction import Attendee, Conversation, PromiseMention, Reading, read


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def _conversation(row: dict[str, Any]) -> Conversation:
    sides = {one["name"]: one["side"] for one in row["participants"]}
    internal = row["kind"] == "note"
    return Conversation(
        interaction_id=row["id"],
        engagement_id=row["engagement_id"],
        kind=row["kind"],
        at=datetime.fromisoformat(row["at"]),
        subject=row["subject"],
        author=row["author"],
        author_side=sides.get(row["author"], "us" if internal else "unknown"),
        attendees=tuple(Attendee(one["name"], one["email"], one["side"]) for one in row["participants"]),
        body=row["body"],
        body_format=row["format"],
        audience="internal",
    )


def _overlap(start: int, end: int, gold: tuple[int, int]) -> bool:
    shared = min(end, gold[1]) - max(start, gold[0])
    return shared >= 0.5 * min(end - start, gold[1] - gold[0])


def _score(found: list[tuple[int, int]], gold: list[tuple[int, int]]) -> tuple[int, int, int]:
    hits = sum(any(_overlap(*one, other) for other in gold) for one in found)
    caught = sum(any(_overlap(*one, other) for one in found) for other in gold)
    return hits, len(found), caught


def _spans(row: dict[str, Any], kind: str) -> list[tuple[int, int]]:
    return [
        (place, place + len(one["quote"]))
        for one in row["gold"][kind]
        if (place := row["body"].find(one["quote"])) >= 0
    ]


def documents(paths: list[Path], *, misses: bool) -> None:
    """Print the figures over whole documents."""
    totals: dict[str, Counter[str]] = {}
    dates: Counter[str] = Counter()
    for path in paths:
        for row in _rows(path):
            reading = read(_conversation(row))
            _count(totals, dates, row, reading, misses=misses)
    for name, count in totals.items():
        precision = count["hits"] / max(1, count["found"])
        recall = count["caught"] / max(1, count["gold"])
        f1 = 2 * precision * recall / max(0.001, precision + recall)
        print(
            f"{name:<22} P {precision:.2f}  R {recall:.2f}  F1 {f1:.2f}  ({count['found']} found, {count['gold']} labelled)"
        )
    told = ", ".join(f"{name} {dates[name]}" for name in ("right", "wrong", "none", "spurious"))
    print(f"due dates on matches   {told}")


def _count(
    totals: dict[str, Counter[str]], dates: Counter[str], row: dict[str, Any], reading: Reading, *, misses: bool
) -> None:
    sure = [one for one in reading.promises if not one.needs_review]
    gold = _spans(row, "promises")
    for name, found, wanted in (
        ("promises, decided", sure, gold),
        ("promises, with review", reading.promises, gold),
        ("why", reading.outcomes, _spans(row, "why")),
        ("scope", reading.scope, _spans(row, "scope")),
        ("customer obligations", reading.customer_obligations, _spans(row, "customer_obligations")),
    ):
        spans = [(one.evidence.start, one.evidence.end) for one in found]
        hits, number, caught = _score(spans, wanted)
        total = totals.setdefault(name, Counter())
        total.update(hits=hits, found=number, caught=caught, gold=len(wanted))
    _count_dates(dates, row, reading.promises)
    if misses:
        for one in reading.promises:
            if not any(_overlap(one.evidence.start, one.evidence.end, other) for other in gold):
                print(f"  false {row['kind']:<7} {one.rule:<24} {one.needs_review!s:<5} {one.text[:110]}")
        for start, end in gold:
            if not any(_overlap(one.evidence.start, one.evidence.end, (start, end)) for one in reading.promises):
                print(f"  missed {row['kind']:<7} {' '.join(row['body'][start:end].split())[:120]}")


def _count_dates(dates: Counter[str], row: dict[str, Any], found: tuple[PromiseMention, ...]) -> None:
    for gold in row["gold"]["promises"]:
        place = row["body"].find(gold["quote"])
        match = next(
            (
                one
                for one in found
                if _overlap(one.evidence.start, one.evidence.end, (place, place + len(gold["quote"])))
            ),
            None,
        )
        if match is None:
            continue
        day = match.due_date.isoformat() if match.due_date else None
        if gold["due_date"]:
            dates["right" if day == gold["due_date"] else "none" if day is None else "wrong"] += 1
        elif day:
            dates["spurious"] += 1


def sentences(paths: list[Path]) -> None:
    """Print the figures over single sentences."""
    for path in paths:
        count: Counter[str] = Counter()
        false: Counter[str] = Counter()
        for row in _rows(path):
            us = row["speaker_side"] == "us"
            conversation = Conversation(
                interaction_id=row["id"],
                engagement_id="e",
                kind=row["channel"],
                at=datetime.fromisoformat("2026-03-02T10:00:00+00:00"),
                subject=None,
                author="Speaker",
                author_side="us" if us else "customer",
                attendees=(Attendee("Speaker", None, "us" if us else "customer"),),
                body=row["text"],
                body_format="text",
                audience="internal",
            )
            found = [one for one in read(conversation).promises if not one.needs_review]
            is_promise = row["label"] == "promise"
            count.update(hit=bool(found) and is_promise, found=bool(found), gold=is_promise)
            if found and not is_promise:
                false[row.get("subclass") or row["label"]] += 1
        precision, recall = count["hit"] / max(1, count["found"]), count["hit"] / max(1, count["gold"])
        f1 = 2 * precision * recall / max(0.001, precision + recall)
        print(f"{path.name:<24} P {precision:.2f}  R {recall:.2f}  F1 {f1:.2f}  false: {dict(false.most_common(5))}")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    misses = "--misses" in sys.argv
    print("documents, development")
    documents([folder / "conversations_dev.jsonl"], misses=misses)
    print("documents, other authors")
    documents(sorted((folder / "train").glob("*_conversations.jsonl")), misses=False)
    print("sentences")
    sentences(
        [
            folder / "promises_dev.jsonl",
            folder / "sentences_dev.jsonl",
            *sorted((folder / "train").glob("*_sentences.jsonl")),
        ]
    )
