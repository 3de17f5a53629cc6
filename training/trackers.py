"""The labelled trackers and pairs as the matcher learns from them: what was agreed, the passages, which of them deliver it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from atlas_sync.coverage.passages import passages_of
from atlas_sync.operations.cover import AskedPromise, Issue, Tracker, item_of

__all__ = ["DATA", "Case", "Listing", "listings_of", "trackers_of"]

DATA = Path(__file__).parent / "data"
_PAIRS = ("a", "b", "c", "d")
_TOGETHER = 24
_TAG = re.compile(r"<[^>]{1,200}>")


@dataclass(frozen=True, slots=True)
class Listing:
    """Promises beside the items of one engagement, or a few pairs' of one author; `delivers` holds (promise, item) places."""

    author: str
    promises: tuple[str, ...]
    passages: tuple[str, ...]
    delivers: frozenset[tuple[int, int]]
    is_pairs: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A tracker as `cover` reads it, with the right answers: status and keys by promise."""

    author: str
    tier: str
    tracker: Tracker
    right: dict[str, tuple[str, frozenset[str]]]


def trackers_of(folder: Path = DATA) -> Iterator[Case]:
    """Yield the whole trackers: author A with the tiers typical and hard, author B."""
    for line in _lines(folder / "coverage_dev.jsonl"):
        promises = [(one["id"], one["text"], None, one["gold_status"], one["gold_issues"]) for one in line["promises"]]
        yield _case("A", line["difficulty"], engagement=line["id"], promises=promises, issues=line["issues"])
    said = {one["pid"]: one for line in _lines(folder / "conversations_dev.jsonl") for one in line["gold"]["promises"]}
    for line in _lines(folder / "engagements_dev.jsonl"):
        promises = [
            (
                one["pid"],
                _plain(said[one["in_force"]]["quote"]),
                said[one["in_force"]]["due_date"],
                one["status"],
                one["issues"],
            )
            for one in line["gold"]["coverage"]
        ]
        yield _case("B", "stranger", engagement=line["engagement_id"], promises=promises, issues=line["issues"])


def listings_of(without: str) -> Iterator[Listing]:
    """Yield what is learned from, without one author."""
    for case in trackers_of():
        if case.author != without:
            yield _listing(case)
    for author in _PAIRS:
        if author != without:
            yield from _pairs(author)


def _case(author: str, tier: str, *, engagement: str, promises: list[Any], issues: list[dict[str, Any]]) -> Case:
    names = Issue.__struct_fields__
    tracker = Tracker(
        [AskedPromise(pid, text, due_date=due) for pid, text, due, _status, _keys in promises],
        [Issue(**{name: value for name, value in issue.items() if name in names}) for issue in issues],
        engagement,
    )
    return Case(author, tier, tracker, {one[0]: (one[3], frozenset(one[4])) for one in promises})


def _listing(case: Case) -> Listing:
    items = [item_of(issue, "") for issue in case.tracker.issues]
    living = [item for item in items if item.state != "dropped"]
    return Listing(
        case.author,
        tuple(one.text for one in case.tracker.promises),
        tuple(passages_of(item, {})[0] for item in living),
        frozenset(
            (row, column)
            for row, one in enumerate(case.tracker.promises)
            for column, item in enumerate(living)
            if item.key in case.right[one.pid][1]
        ),
    )


def _pairs(author: str) -> Iterator[Listing]:
    """Yield an author's pairs some promises at a time, so that each has the others' items to be told from."""
    by_promise: dict[str, list[tuple[str, bool]]] = {}
    for line in _lines(DATA / f"{author}_pairs.jsonl"):
        item = item_of(Issue(key=line["id"], **line["issue"]), "")
        found = by_promise.setdefault(line["promise"], [])
        if item.state != "dropped":
            found.append((passages_of(item, {})[0], line["label"] != "unrelated"))
    promises = list(by_promise)
    for start in range(0, len(promises), _TOGETHER):
        batch = promises[start : start + _TOGETHER]
        rows = [(row, *pair) for row, promise in enumerate(batch) for pair in by_promise[promise]]
        delivers = frozenset((row, column) for column, (row, _passage, right) in enumerate(rows) if right)
        yield Listing(author, tuple(batch), tuple(passage for _row, passage, _right in rows), delivers, is_pairs=True)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def _plain(quote: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", quote)).split())
