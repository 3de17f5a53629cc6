"""`bench documents`: what memory it takes to look through a whole archive of conversations again.

One text in a hundred is new to the reader, the others are known. It goes through `operations.read`, as a sync does.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import Engagement, Interaction, Promise
from atlas_sync.canonical.observed import ObservedClient, ObservedPerson, ObservedUser
from atlas_sync.canonical.roster import Circle
from atlas_sync.cli.benches.figures import Report, Side, Target, measured, side_of
from atlas_sync.cli.benches.read import CLIENT, TEXTS, made_roster, made_sales, made_talk, sale_id
from atlas_sync.extraction import read_many
from atlas_sync.operations.identify import identify
from atlas_sync.operations.pending import add_pending
from atlas_sync.operations.read import conversation_of, key_of, read_conversations
from atlas_sync.operations.roster import load_roster
from atlas_sync.store.tables import CachedReading
from atlas_sync.store.warehouse import Warehouse, open_warehouse

__all__ = ["bench_documents", "look_through", "put_down"]

_NEW, _FEWER, _AT_ONCE = 100, 10, 50


def bench_documents(records: int = 20_000) -> Report:
    """Look through `records` conversations, and through a tenth as many."""
    sides = [_side(count) for count in (records // _FEWER, records)]
    few, many = sides
    targets = (
        Target(name="peak MiB", value=many.rss_mib, kind="at most", limit=400),
        Target(name="times the memory of a tenth", value=many.rss_mib / few.rss_mib, kind="at most", limit=1.25),
    )
    return Report(name="documents", sides=(few, many), targets=targets, checksum=many.checksum)


def _side(documents: int) -> Side:
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as home:
        side_of(__name__, "put down", home, str(documents))
        return side_of(__name__, "read", home, str(documents))


def put_down(warehouse: Warehouse, documents: int) -> int:
    """Fill a warehouse with sales whose talk is the same but for its ids; give the number of conversations."""
    people = list(made_roster().people.values())
    ours = [ObservedUser(source=f"crm:user:{one.id}", name=one.name) for one in people if one.side == "us"]
    warehouse.put(ours)
    warehouse.put([ObservedClient(source=CLIENT, name="Lund")])
    theirs = [
        ObservedPerson(source=f"crm:person:{one.id}", name=one.name, client=CLIENT)
        for one in people
        if one.side != "us"
    ]
    warehouse.put(theirs)
    identify(warehouse)
    roster = load_roster(warehouse, names=[one.name for one in people])
    first = made_sales(1)[0]
    circle = Circle(client_id=first.client_id)
    talk = made_talk(first)
    readings = read_many([conversation_of(one, roster, circle) for one in talk])
    known = [reading.model_dump_json() for reading in readings]
    sales = made_sales(documents // TEXTS)
    count = 0
    for start in range(0, len(sales), _AT_ONCE):
        some = sales[start : start + _AT_ONCE]
        said = [_retold(one, first, sale) for sale in some for one in talk]
        warehouse.put(some)
        warehouse.put(said)
        rows = zip(said, known * len(some), talk * len(some), strict=True)
        cached = [
            CachedReading(
                key=key_of(conversation_of(one, roster, circle)),
                reading=text.replace(told.id, one.id).replace(first.id, one.engagement_id),
            )
            for number, (one, text, told) in enumerate(rows, count)
            if number % _NEW
        ]
        warehouse.put(cached)
        count += len(said)
    add_pending(warehouse, "read", [sale.id for sale in sales])
    return count


def _retold(told: Interaction, first: Engagement, sale: Engagement) -> Interaction:
    """Give an interaction of the first sale as one of another."""
    return told.model_copy(
        update={
            "id": derive_id("int", sale.id, told.id),
            "engagement_id": sale.id,
            "source": told.source.replace(first.source, sale.source),
        }
    )


def _promised(warehouse: Warehouse, documents: int) -> Iterator[str]:
    """Yield what was found, looked up as sparingly as it was read, so that the measurement holds nothing for it."""
    with warehouse.frugal(96):
        for start in range(0, documents // TEXTS, _AT_ONCE):
            ids = [sale_id(number) for number in range(start, min(start + _AT_ONCE, documents // TEXTS))]
            yield from (f"{promise.id}:{promise.status}" for promise in warehouse.select(Promise, engagement_id=ids))


def look_through(warehouse: Warehouse, documents: int) -> Iterator[str]:
    """Read what is new, tell all stories anew, and yield every promise with its status."""
    if read_conversations(warehouse) != -(-documents // _NEW):
        sys.exit("one text in a hundred has to be read, and no other")
    return _promised(warehouse, documents)


def _main(side: str, home: Path, documents: int) -> None:
    with open_warehouse(home) as warehouse:

        def work() -> tuple[int, Iterable[str]]:
            if side == "put down":
                return put_down(warehouse, documents), ()
            return documents, look_through(warehouse, documents)

        sys.stdout.write(measured(f"{documents:,} conversations", work).model_dump_json() + "\n")


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
