"""`bench read`: how fast conversations are read, and how fast those are passed over that were read before.

Both sides go through `operations.read` over the same warehouse, with the model that was shipped.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import Engagement, Interaction, Person
from atlas_sync.canonical.roster import Roster
from atlas_sync.cli.benches.figures import Report, Target, measured, side_of
from atlas_sync.operations.read import readings_of
from atlas_sync.store.warehouse import Warehouse, open_warehouse

__all__ = ["CLIENT", "TEXTS", "bench_read", "made_roster", "made_sales", "made_talk", "sale_id"]

_SENTENCES = 12
TEXTS = 10
"""How many conversations a made sale has."""
_START = datetime(2026, 3, 2, 9, tzinfo=UTC)
_SAID = (
    "We'll have the pump room in service by the {one}th.",
    "The second crane is on us, as I told Maria.",
    "Could you send us the drawings of hall {one}?",
    "Our warehouse has {one} doors and one of them sticks.",
    "If you take the service contract as well, the first inspection costs nothing.",
    "Thank you for your time on Monday.",
    "Moving the old archive is not part of this offer.",
    "Last winter we lost {one} pallets because nobody saw the alarm.",
    "Nadia stays with your operators until they are comfortable with it.",
    "I would not like to promise the {one}th yet.",
    "We still have to decide who pays for the permits.",
    "The figure of {one} thousand stands until the end of the year.",
    "You will get the minutes from me tomorrow.",
    "It runs at more than {one} sites.",
    "They clear the yard before we come, Mr Holt has agreed to that.",
)
_OURS = ("Piet Claes", "Nadia Farouk", "Jun Abe", "Eva Kowal", "Ola Brandt", "Rui Prata")
_THEIRS = ("Maria Lund", "Tom Holt")
CLIENT = "crm:client:1"
"""Whom all made sales are to."""


def bench_read(records: int = 12_000) -> Report:
    """Read at least `records` sentences, and then find each of the same conversations again."""
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        read, found = (side_of(__name__, side, folder, str(records)) for side in ("sentences", "unchanged"))
    return Report(
        name="read",
        sides=(read, found),
        targets=(
            Target(name="sentences read a second", value=read.per_second, kind="at least", limit=300),
            Target(name="unchanged conversations a second", value=found.per_second, kind="at least", limit=5000),
            Target(name="peak MiB while reading", value=read.rss_mib, kind="at most", limit=400),
        ),
        checksum=read.checksum,
        checksums_agree=read.checksum == found.checksum,
    )


def _read(warehouse: Warehouse, sales: Sequence[Engagement]) -> tuple[int, int]:
    """Count the readings of all conversations of some sales, and those that had to be made; a sync keeps none either."""
    found, made = 0, 0
    for _sale, _roles, readings, fresh in readings_of(warehouse, [sale.id for sale in sales], made_roster()):
        found += len(readings)
        made += fresh
    return found, made


def sale_id(number: int) -> str:
    """Name a made sale."""
    return derive_id("eng", str(number))


def made_sales(count: int) -> list[Engagement]:
    """Make sales, each its own."""
    return [
        Engagement(
            id=sale_id(number),
            name=f"Sale {number}",
            source=f"crm:deal:{number}",
            stage="won",
            stage_label="Won",
            client_id=derive_id("cli", CLIENT),
        )
        for number in range(count)
    ]


def made_talk(sale: Engagement) -> list[Interaction]:
    """Make the conversation of a sale: mails in turn by us and the customer, no two alike."""
    chance = random.Random(sale.id)  # noqa: S311 - test data, not a secret
    return [
        Interaction(
            id=derive_id("int", sale.id, str(number)),
            engagement_id=sale.id,
            source=f"{sale.source}:{number}",
            kind="email",
            at=_START + timedelta(days=number),
            subject="Where we stand",
            author=_OURS[0] if number % 3 else _THEIRS[0],
            author_side="us" if number % 3 else "customer",
            participants=(_OURS[0], *_THEIRS),
            body="\n".join(said.format(one=chance.randint(4, 9999)) for said in chance.sample(_SAID, _SENTENCES)),
            text_hash=str(number),
            audience="client_ok",
        )
        for number in range(TEXTS)
    ]


def made_roster() -> Roster:
    """Make the people of those conversations."""
    people = [Person(id=name, name=name, side="us") for name in _OURS]
    people += [Person(id=name, name=name, side="customer", client_id=derive_id("cli", CLIENT)) for name in _THEIRS]
    return Roster(people={person.id: person for person in people})


def _told(warehouse: Warehouse, sales: Sequence[Engagement]) -> Iterable[str]:
    """Yield what was found, looked up once more, so that the measurement holds nothing for it."""
    for _sale, _roles, readings, _fresh in readings_of(warehouse, [sale.id for sale in sales], made_roster()):
        yield from (f"{reading.interaction_id}:{reading.model_dump_json()}" for reading in readings)


def _main(side: str, home: Path, records: int) -> None:
    sales = made_sales(-(-records // (_SENTENCES * TEXTS)))
    with open_warehouse(home) as warehouse:
        if side == "sentences":
            warehouse.put(sales)
            warehouse.put([interaction for sale in sales for interaction in made_talk(sale)])

        def work() -> tuple[int, Iterable[str]]:
            readings, made = _read(warehouse, sales)
            if made != (readings if side == "sentences" else 0):
                sys.exit("what was read before has to be found, and nothing else")
            return (_SENTENCES if side == "sentences" else 1) * readings, _told(warehouse, sales)

        sys.stdout.write(measured(side, work).model_dump_json() + "\n")


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
