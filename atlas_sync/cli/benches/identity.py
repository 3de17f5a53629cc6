"""`bench identity`: people of two CRMs put together by `operations.identify`, against splink on the same people.

Six in ten of either CRM are in the other one as well, which is the truth that both sides are held against; so are six in ten of
those that come later.

Each side runs in a process of its own, and starts where its input is normalised: ours with records and their cards, as they
are taken in, splink with a file of names, addresses, and employers that agree between the CRMs already. Each ends where every
record has its person. A link is right where a person is one human's records and nobody else's.
"""

from __future__ import annotations

import csv
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from atlas_sync.canonical.observed import ObservedClient, ObservedPerson
from atlas_sync.cli.benches.figures import Report, Side, Target, is_there, measured, side_of
from atlas_sync.operations.identify import identify
from atlas_sync.store.warehouse import Warehouse, open_warehouse

__all__ = ["bench_identity"]

_SHARED, _NEW = 0.6, 0.01
_STAFF = 20
_NO_MAIL = 0.3
_SURE = 0.9
_AT_ONCE = 20_000
_FIRST = [
    f"{one}{two}" for one in ("An", "Be", "Cor", "Di", "El", "Fi", "Gra", "Jo") for two in ("ke", "la", "mi", "no")
]
_LAST = [
    f"{one}{two}{three}"
    for one in ("Berg", "Dal", "Ek", "Foss", "Gren", "Holm", "Lund", "Mark", "Nes", "Ost", "Rud", "Sand", "Tor", "Vik")
    for two in ("a", "e", "i", "o", "u", "en", "er", "el")
    for three in ("", "s", "n", "m", "berg", "gaard", "qvist", "strom", "stad", "by", "hus", "nes", "vang", "dahl")
]

_PERSONS = "SELECT entity_id, source FROM identity WHERE kind = 'person'"


def bench_identity(records: int = 20_000) -> Report:
    """Put `records` people of each of two CRMs together, then one new in a hundred, and let splink do the first."""
    ours, new = (side_of(__name__, side, str(records)) for side in ("ours", "new"))
    sides = [ours, new]
    targets = [
        Target(name="wall time of 1 % new over that of all", value=new.wall_s / ours.wall_s, kind="at most", limit=0.05)
    ]
    notes = [
        "the checksum is over the humans that two CRMs know and that are one person; its first part is their number.",
        "ours also merges what records say, looks for pairs to ask about and writes it all; splink trains and clusters.",
    ]
    if is_there("splink"):
        other = side_of(__name__, "splink", str(records))
        sides.append(other)
        targets += [
            Target(name="splink's wall time over ours", value=other.wall_s / ours.wall_s, kind="at least", limit=5),
            Target(
                name="right links over splink's", value=_links(ours) / max(1, _links(other)), kind="at least", limit=1
            ),
        ]
    else:
        notes.append("no comparison: splink is not there. `uv sync --group bench` installs it.")
    return Report(
        name="identity", sides=tuple(sides), targets=tuple(targets), notes=tuple(notes), checksum=ours.checksum
    )


def _links(side: Side) -> int:
    return int(side.checksum.partition("/")[0])


def _people(system: str, numbers: Iterable[int]) -> Iterator[ObservedPerson]:
    """Make some people as one CRM knows them: the same number is the same human in every CRM; one in three lacks an address."""
    for number in numbers:
        human = random.Random(number)  # noqa: S311 - test data, not a secret
        first, last, company = human.choice(_FIRST), human.choice(_LAST), number // _STAFF
        knows = random.Random(f"{system} {number}").random() >= _NO_MAIL  # noqa: S311 - test data
        yield ObservedPerson(
            source=f"{system}:person:{number}",
            name=f"{first} {last}",
            email=f"{first}.{last}{number % 97}@c{company}.example".lower() if knows else None,
            client=f"{system}:client:{company}",
        )


def _ranges(records: int) -> dict[str, range]:
    start = round(records * (1 - _SHARED))
    return {"sf": range(records), "hub": range(start, start + records)}


def _later(records: int) -> list[int]:
    """Give the people that the second CRM gets later: most are known to the first one, here and there among its people."""
    ranges = _ranges(records)
    count = round(records * _NEW)
    known = round(count * _SHARED)
    only_there = range(ranges["hub"].start)
    return [
        *only_there[:: max(1, len(only_there) // max(1, known))][:known],
        *range(ranges["hub"].stop, ranges["hub"].stop + count - known),
    ]


def _ours(records: int, *, is_increment: bool) -> Side:
    """Measure identity alone: what was taken in before is written out, as the other side's files are."""
    later = _later(records)
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        with open_warehouse(Path(folder)) as warehouse:
            for system, numbers in _ranges(records).items():
                companies = sorted({number // _STAFF for number in (*numbers, *later)})
                _put_down(warehouse, (_company(system, one) for one in companies))
                _put_down(warehouse, _people(system, numbers))
            if is_increment:
                identify(warehouse)
                warehouse.put(list(_people("hub", later)))
        with open_warehouse(Path(folder)) as warehouse:

            def work() -> tuple[int, Iterable[str]]:
                with warehouse.transaction():
                    identify(warehouse)
                return len(later) if is_increment else 2 * records, _right_links(lambda: warehouse.execute(_PERSONS))

            return measured("1 % new" if is_increment else "ours", work)


def _put_down(warehouse: Warehouse, rows: Iterator[ObservedClient] | Iterator[ObservedPerson]) -> None:
    while some := list(islice(rows, _AT_ONCE)):
        warehouse.add(some)


def _company(system: str, number: int) -> ObservedClient:
    return ObservedClient(source=f"{system}:client:{number}", name=f"Company {number}", domain=f"c{number}.example")


def _right_links(persons: Callable[[], Iterable[Sequence[Any]]]) -> Iterator[str]:
    """Yield the humans whose records are one person of their own. `persons` lists them all, when the time is taken already."""
    humans_of: dict[str, list[str]] = defaultdict(list)
    for person, record in persons():
        humans_of[person].append(record.rpartition(":")[2])
    yield from (humans[0] for humans in humans_of.values() if len(humans) > 1 and len(set(humans)) == 1)


def _splink(records: int) -> Side:
    splink, compare = import_module("splink"), import_module("splink.comparison_library")
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        files = {system: _table(Path(folder), system, numbers) for system, numbers in _ranges(records).items()}

        def work() -> tuple[int, Iterable[str]]:
            engine = splink.DuckDBAPI()
            tables = [engine.register_from_csv(str(file)) for file in files.values()]
            settings = splink.SettingsCreator(
                link_type="link_only",
                blocking_rules_to_generate_predictions=[
                    splink.block_on("email"),
                    splink.block_on("company", "last_name"),
                ],
                comparisons=[
                    compare.EmailComparison("email"),
                    compare.JaroWinklerAtThresholds("first_name"),
                    compare.JaroWinklerAtThresholds("last_name"),
                    compare.ExactMatch("company"),
                ],
            )
            linker = splink.Linker(tables, settings, log_level=40)
            linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
            linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on("email"))
            linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on("company", "last_name"))
            links = linker.inference.predict(threshold_match_probability=_SURE)
            found = linker.clustering.cluster_pairwise_predictions_at_threshold(links, _SURE)
            return 2 * records, _right_links(found.as_duckdbpyrelation().select("cluster_id, unique_id").fetchall)

        return measured("splink", work)


def _table(folder: Path, system: str, numbers: range) -> Path:
    file = folder / f"{system}.csv"
    with file.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(["unique_id", "first_name", "last_name", "email", "company"])
        for one in _people(system, numbers):
            first, _, last = one.name.partition(" ")
            writer.writerow([one.source, first, last, one.email or "", (one.client or "").rpartition(":")[2]])
    return file


def _main(side: str, records: int) -> None:
    done = _splink(records) if side == "splink" else _ours(records, is_increment=side == "new")
    sys.stdout.write(f"{done.model_dump_json()}\n")


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
