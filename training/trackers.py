"""The labelled trackers as the matcher learns from them: what was agreed, the passages, which of them deliver it."""

from __future__ import annotations

import html
import json
import random
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from atlas_sync.coverage.passages import passages_of
from atlas_sync.operations.cover import AskedPromise, Issue, Tracker, item_of

__all__ = [
    "AUTHORS",
    "CONTRASTS",
    "DATA",
    "PHRASES",
    "SET_BY",
    "UNREAD",
    "UNREAD_CONTRASTS",
    "Case",
    "Contrast",
    "Listing",
    "amid_of",
    "beginnings_of",
    "contrasts_of",
    "file_of",
    "listings_of",
    "pages_of_phrases",
    "trackers_of",
]

DATA = Path(__file__).parent / "data"
AUTHORS = (
    *("A", "B", "u", "v", "w", "x", "z"),
    *("ta", "tb", "tc", "td", "te", "tf", "tg"),
    *("ua", "uc", "ud", "ue", "uf", "ug", "uh"),
)
"""Who wrote whole trackers: A typical and hard ones, B a stranger's, the others typical, hard and terse ones."""
SET_BY = ("y", "th", "va", "vc", "vd", "ve", "vf", "vg", "vh")
"""Whose trackers no weights ever see: the bounds are set by them, with the very network that is shipped."""
UNREAD = ("ub", "vb")
"""Whose trackers no weights and no bounds ever see, so that those that are shipped can be measured as they are."""
PHRASES = ("pa", "pb", "pc", "pd", "pe", "pf", "pg", "ph", "pi", "pj", "pk")
"""Who wrote phrases: what is promised, and how a team titles the work in other languages or in the words of its trade."""
CONTRASTS = ("ca", "cb", "cc", "cd", "ce", "cf", "cg", "ch", "ci", "cj", "ck", "cl", "cm", "cn", "co", "cp")
"""Who wrote contrasts: for one promise the work that keeps it, work that says something else, and work beside it."""
UNREAD_CONTRASTS = ("cq", "cr", "cs", "ct", "cu", "cv", "cw", "cx")
"""Whose contrasts no weights ever see."""
_PAGE, _PLANNED = 20, 14
_FEW, _SOME = (1, 2, 3, 5, 8), 2 / 3
_TAG = re.compile(r"<[^>]{1,200}>")


@dataclass(frozen=True, slots=True)
class Listing:
    """The promises of one engagement beside the items that were not dropped; `delivers` holds (promise, item) places.

    `departs` holds the promises whose item is about them and says something else.
    """

    promises: tuple[str, ...]
    passages: tuple[str, ...]
    delivers: frozenset[tuple[int, int]]
    departs: frozenset[int]


@dataclass(frozen=True, slots=True)
class Contrast:
    """A promise; a passage that keeps it, one about it that says something else, and one beside it that has no part in it."""

    said: str
    delivers: str
    departs: str
    beside: str


@dataclass(frozen=True, slots=True)
class Case:
    """A tracker as `cover` reads it, with the right answers: status and keys by promise."""

    author: str
    tier: str
    tracker: Tracker
    right: dict[str, tuple[str, frozenset[str]]]


def file_of(author: str) -> tuple[Path, str]:
    """Name the file of an author's trackers, and its shape as `atlas-sync eval` knows it."""
    named = {"A": ("coverage_dev", "trackers"), "B": ("engagements_dev", "engagements")}
    name, shape = named.get(author, (f"{author}_trackers", "trackers"))
    return DATA / f"{name}.jsonl", shape


def trackers_of(author: str) -> Iterator[Case]:
    """Yield the whole trackers of an author."""
    path, shape = file_of(author)
    if shape == "engagements":
        yield from _beside_conversations(author, path)
        return
    for line in _lines(path):
        promises = [
            (one["id"], one["text"], one.get("due_date"), one["gold_status"], one["gold_issues"])
            for one in line["promises"]
        ]
        yield _case(author, line["difficulty"], engagement=line["id"], promises=promises, issues=line["issues"])


def _beside_conversations(author: str, path: Path) -> Iterator[Case]:
    said = {one["pid"]: one for line in _lines(DATA / "conversations_dev.jsonl") for one in line["gold"]["promises"]}
    for line in _lines(path):
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
        yield _case(author, "stranger", engagement=line["engagement_id"], promises=promises, issues=line["issues"])


def listings_of(without: Collection[str]) -> list[Listing]:
    """Give the trackers that are learned from, without those of some authors."""
    return [_listing(case) for author in AUTHORS if author not in without for case in trackers_of(author)]


def pages_of_phrases() -> Iterator[Listing]:
    """Yield all phrases, a page of one author's as if it were an engagement, in which the last have no item."""
    for author in PHRASES:
        rows = [(one["said"], one["planned"]) for one in _lines(DATA / f"{author}_phrases.jsonl")]
        random.Random(0).shuffle(rows)  # noqa: S311 - the same each time
        for start in range(0, len(rows) - _PAGE + 1, _PAGE):
            said, planned = zip(*rows[start : start + _PAGE], strict=True)
            yield Listing(said, planned[:_PLANNED], frozenset((at, at) for at in range(_PLANNED)), frozenset())


def contrasts_of(authors: Iterable[str]) -> Iterator[Contrast]:
    """Yield the contrasts of some authors."""
    for author in authors:
        for row in _lines(DATA / f"{author}_contrasts.jsonl"):
            yield Contrast(**row)


def beginnings_of(cases: Sequence[Case]) -> Iterator[Case]:
    """Yield each tracker as of a project that was just begun, with a few of its items, and with items of another engagement.

    What has no item there is missing. The same cases give the same.
    """
    chance = random.Random(0)  # noqa: S311 - the same each time
    living = {id(case): [one for one in case.tracker.issues if item_of(one, "").state != "dropped"] for case in cases}
    full = [case for case in cases if living[id(case)]]
    for case in full:
        own, others = living[id(case)], living[id(chance.choice([one for one in full if one is not case]))]
        few = chance.choice(_FEW)
        yield _begun(case, "young", chance.sample(own, min(few, len(own))))
        few = few if chance.random() < _SOME else len(others)
        yield _begun(case, "foreign", chance.sample(others, min(few, len(others))))


def amid_of(cases: Sequence[Case], count: int) -> Iterator[Case]:
    """Yield each tracker amid so many living items of other engagements, as far as there are; nothing of them delivers it."""
    for case in cases:
        others = [
            issue
            for other in cases
            if other is not case
            for issue in other.tracker.issues
            if item_of(issue, "").state != "dropped"
        ]
        random.Random(0).shuffle(others)  # noqa: S311 - the same each time
        beside = [msgspec.structs.replace(one, key=f"AMID-{at}") for at, one in enumerate(others[:count])]
        tracker = Tracker(case.tracker.promises, [*case.tracker.issues, *beside], case.tracker.engagement_id)
        yield Case(case.author, f"amid {count}", tracker, case.right)


def _begun(case: Case, tier: str, issues: list[Issue]) -> Case:
    # Other engagements' items may have the same keys.
    there = frozenset(one.key for one in issues if tier == "young")
    right = {pid: (status if there & keys else "missing", there & keys) for pid, (status, keys) in case.right.items()}
    return Case(case.author, tier, Tracker(case.tracker.promises, issues, case.tracker.engagement_id), right)


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
        tuple(one.text for one in case.tracker.promises),
        tuple(passages_of(item, {})[0] for item in living),
        frozenset(
            (row, column)
            for row, one in enumerate(case.tracker.promises)
            for column, item in enumerate(living)
            if item.key in case.right[one.pid][1]
        ),
        frozenset(row for row, one in enumerate(case.tracker.promises) if case.right[one.pid][0] == "partial"),
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def _plain(quote: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", quote)).split())
