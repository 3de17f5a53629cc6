"""`bench gaps`: what was promised held against what is planned by its words, against rapidfuzz on the same texts.

Ours goes through `coverage.trace.words_of`, as a sync does, with all that it does to a text. The texts are made without
accents, capitals and signs, since rapidfuzz would need them so. Beside it a hundredth as many engagements are traced by
`operations.compare`: all, one in a hundred that changed, and none.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import Engagement, Evidence, Promise, TraceLink, WorkItem
from atlas_sync.cli.benches.figures import Report, Side, Target, is_there, measured, side_of
from atlas_sync.coverage import EngagementRecord
from atlas_sync.coverage.trace import words_of
from atlas_sync.operations.compare import compare
from atlas_sync.operations.matcher import usable_matcher
from atlas_sync.operations.pending import add_pending
from atlas_sync.operations.workspace import Delivery, Workspace
from atlas_sync.store.warehouse import open_warehouse

__all__ = ["bench_gaps", "made_records"]

_PROMISES, _ITEMS, _PLANNED = 10, 16, 8
_DIFFERENT = 500
"""After so many engagements the same texts come again: what is looked at is the comparing, not the making."""

_TOGETHER = 200
_TRACED_OF, _CHANGED_OF = 100, 100
_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
_TELLING = (  # noqa: SIM905 - a list to read
    "project start review data customer order invoice report training session monthly dashboard migration access role "
    "approval visit engineer install sensor pump valve controller warehouse scanner label printer driver route "
    "planning schedule shift handover manual translation german french hotline response hours weekend spare delivery "
    "truck crane concrete permit drawing design draft version catalogue photo sample test acceptance certificate "
    "audit security backup server cloud region network cable switch router meeting room catering badge parking "
    "contract price discount budget milestone payment credit refund warranty repair replacement maintenance "
    "inspection checklist defect owner deadline quarter summer holiday pilot rollout phase branch store terminal "
    "stock count inventory forecast interface export file format mapping template brand logo website landing page "
    "newsletter survey workshop coaching payroll tax filing ledger asset lease vehicle charger battery panel roof "
    "cabling transformer meter tariff "
).split()
_FILLING = "we will the a to of for in and on by with your you our be is at".split()  # noqa: SIM905 - as above


class _Made(NamedTuple):
    """Promises and items of an engagement; the first `_PLANNED` of both belong together."""

    promises: list[Promise]
    items: list[WorkItem]


def bench_gaps(records: int = 20_000) -> Report:
    """Compare the words of `records` engagements of ten promises and sixteen items, then trace a hundredth as many."""
    ours = side_of(__name__, "ours", str(records))
    sides = [ours]
    targets = [Target(name="peak MiB", value=ours.rss_mib, kind="at most", limit=1024)]
    notes = ["the checksum is over the promises whose item came out best; its first part is their number."]
    if is_there("rapidfuzz"):
        other = side_of(__name__, "rapidfuzz", str(records))
        sides.append(other)
        targets += [
            Target(name="rapidfuzz's CPU over ours", value=other.cpu_s / ours.cpu_s, kind="at least", limit=4),
            Target(
                name="right items over rapidfuzz's",
                value=_right(ours) / max(1, _right(other)),
                kind="at least",
                limit=1,
            ),
        ]
    else:
        notes.append("no comparison: rapidfuzz is not there. `uv sync --group bench` installs it.")
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as home:
        names = ("all traced", "1 % changed", "nothing new")
        traced = [side_of(__name__, name, str(max(_CHANGED_OF, records // _TRACED_OF)), home) for name in names]
    everything, some, none = traced
    targets += [
        Target(
            name="CPU of 1 % changed over that of all", value=some.cpu_s / everything.cpu_s, kind="at most", limit=0.02
        ),
        Target(name="engagements traced with nothing new", value=none.records, kind="at most", limit=0),
    ]
    return Report(
        name="gaps",
        sides=(*sides, *traced),
        targets=tuple(targets),
        notes=tuple(notes),
        checksum=ours.checksum,
        checksums_agree=len({side.checksum for side in traced}) == 1,
    )


def _right(side: Side) -> int:
    return int(side.checksum.partition("/")[0])


@cache
def _made(number: int) -> _Made:
    chance = random.Random(number)  # noqa: S311 - test data, not a secret
    engagement = derive_id("eng", str(number))
    said = [_text(chance, chance.randint(7, 14)) for _ in range(_PROMISES)]
    planned = [_retold(chance, text) for text in said[:_PLANNED]]
    planned += [_text(chance, chance.randint(5, 9)) for _ in range(_ITEMS - _PLANNED)]
    return _Made(
        [_promise(engagement, f"{number}-{at}", text) for at, text in enumerate(said)],
        [_item(chance, engagement, f"E{number}-{at}", text) for at, text in enumerate(planned)],
    )


def _text(chance: random.Random, length: int) -> str:
    """Make a sentence: two words in five say nothing, and one in twenty is a number."""
    found = []
    for _ in range(length):
        dice = chance.random()
        kind = _FILLING if dice < 0.4 else _TELLING  # noqa: PLR2004 - as said above
        found.append(chance.choice(kind) if dice < 0.95 else str(chance.randint(2, 400)))  # noqa: PLR2004 - as above
    return " ".join(found)


def _retold(chance: random.Random, text: str) -> str:
    """Say half of the telling words of a sentence in another order, in the plural, with two others."""
    telling = [word for word in text.split() if word not in _FILLING] or text.split()
    kept = chance.sample(telling, (len(telling) + 1) // 2)
    told = [f"{word}s" for word in kept] + chance.sample(_TELLING, 2)
    chance.shuffle(told)
    return " ".join(told)


def _promise(engagement: str, name: str, text: str) -> Promise:
    said = Evidence(interaction_id="int", start=0, end=len(text), quote=text, said_at=_AT, speaker="Ada Roe", side="us")
    return Promise(
        id=derive_id("pro", name),
        engagement_id=engagement,
        text=text,
        kind="deliverable",
        evidence=said,
        rule="made",
        confidence=0.9,
        audience="client_ok",
    )


def _item(chance: random.Random, engagement: str, key: str, summary: str) -> WorkItem:
    """Make an item; two in three are described in ten to fifty words."""
    described = chance.random() < 2 / 3
    return WorkItem(
        id=derive_id("wi", key),
        engagement_id=engagement,
        source=f"tracker:work_item:{key}",
        project_key=key.partition("-")[0],
        key=key,
        kind="Task",
        summary=summary,
        text=_text(chance, chance.randint(10, 50)) if described else "",
        status="To Do",
        state="to_do",
    )


def made_records(count: int) -> Iterator[EngagementRecord]:
    """Make the records of some engagements."""
    for number in range(count):
        promises, items = _made(number)
        yield EngagementRecord(engagement=_sale(number), promises=tuple(promises), items=tuple(items))


@cache
def _sale(number: int) -> Engagement:
    return Engagement(
        id=derive_id("eng", str(number)),
        name=f"Sale {number}",
        source=f"crm:deal:{number}",
        stage="won",
        stage_label="Won",
        won_at=_AT,
    )


def _found(best: Iterable[Sequence[int]]) -> Iterator[str]:
    """Yield the planned promises whose item came out best."""
    for number, row in enumerate(best):
        yield from (f"{number}-{at}" for at in range(_PLANNED) if row[at] == at)


def _ours(count: int) -> Callable[[], tuple[int, Iterable[str]]]:
    records = list(made_records(min(count, _DIFFERENT)))
    words_of(records[:1])  # what is imported with it is no matter of speed

    def work() -> tuple[int, Iterable[str]]:
        best: list[Sequence[int]] = []
        for start in range(0, count, _TOGETHER):
            some = [records[number % _DIFFERENT] for number in range(start, min(start + _TOGETHER, count))]
            best += [alike.argmax(1) for alike in words_of(some)]
        return count * _PROMISES * _ITEMS, _found(best)

    return work


def _rapidfuzz(count: int) -> Callable[[], tuple[int, Iterable[str]]]:
    process, fuzz = import_module("rapidfuzz.process"), import_module("rapidfuzz.fuzz")
    texts = [_texts_of(_made(number)) for number in range(min(count, _DIFFERENT))]

    def work() -> tuple[int, Iterable[str]]:
        best = [
            process.cdist(*texts[number % _DIFFERENT], scorer=fuzz.token_set_ratio, workers=1).argmax(1)
            for number in range(count)
        ]
        return count * _PROMISES * _ITEMS, _found(best)

    return work


def _texts_of(made: _Made) -> tuple[list[str], list[str]]:
    return [one.text for one in made.promises], [f"{item.summary} {item.text}" for item in made.items]


def _trace(name: str, count: int, home: Path) -> Side:
    """Trace what waits in a warehouse that holds some engagements; the first time all of them do."""
    workspace = Workspace(home=home, tenant="bench", connections={}, delivery=Delivery(), ledger_url="sqlite://")
    matcher, _why_not = usable_matcher()
    if matcher and name != "nothing new":
        matcher.matches(["loaded"], ["before the clock runs"])
    with open_warehouse(home) as warehouse:
        if name == "all traced":
            sales = [_sale(number) for number in range(count)]
            warehouse.put(sales)
            warehouse.put([promise for number in range(count) for promise in _made(number).promises])
            warehouse.put([item for number in range(count) for item in _made(number).items])
        if name == "1 % changed":
            add_pending(warehouse, "compare", [_sale(number).id for number in range(0, count, _CHANGED_OF)])

        def work() -> tuple[int, Iterable[str]]:
            traced = compare(workspace, warehouse, run_at=_AT)
            return traced, (f"{link.id}:{link.status}" for link in warehouse.select(TraceLink))

        return measured(name, work)


def _main(name: str, count: int, home: str = "") -> None:
    if name == "ours":
        done = measured(name, _ours(count))
    elif name == "rapidfuzz":
        done = measured(name, _rapidfuzz(count))
    else:
        done = _trace(name, count, Path(home))
    sys.stdout.write(f"{done.model_dump_json()}\n")


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
