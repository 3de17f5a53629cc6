from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import duckdb
import pytest

from atlas_sync.canonical.observed import Observed, ObservedDeal, ObservedProject, ObservedRole, ObservedWorkItem
from atlas_sync.connectors.protocol import StreamSpec
from atlas_sync.errors import TransientError
from atlas_sync.operations.canonicalize import canonicalize
from atlas_sync.operations.pending import pending
from atlas_sync.operations.pull import pull
from atlas_sync.operations.reconcile import reconcile
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.landing import Landing
from atlas_sync.store.tables import Intake, Quarantined, RecordHead
from atlas_sync.store.warehouse import open_warehouse
from tests.factories import TellingMapper, TellingReader, workspace_of

DEALS = StreamSpec("deals", "increment", ("deal",))
ROLES = StreamSpec("roles", "set", ("people",), after=("deals",))


def test_odd_record_is_set_aside_and_its_page_is_kept(tmp_path: Path) -> None:
    reader = TellingReader(DEALS)
    reader.records["deals"] = [{"id": "1", "name": "a"}, {"id": "2", "odd": True}, {"id": "3", "name": "c"}]
    workspace = workspace_of(tmp_path, reader)
    pull(workspace, "r1")
    with open_warehouse(tmp_path) as warehouse:
        taken = canonicalize(workspace, warehouse)[0]
        assert (taken.read, taken.stored, taken.quarantined) == (3, 2, 1)
        odd = warehouse.select(Quarantined)[0]
        assert (odd.source, odd.path) == ("crm:deals:2", "$.odd")
        assert reconcile(workspace, warehouse).balances


def test_moved_stamp_alone_is_no_change(tmp_path: Path) -> None:
    reader = TellingReader(DEALS)
    workspace = workspace_of(tmp_path, reader)
    changed = []
    for run, stamp, name in (("r1", "01", "a"), ("r2", "02", "a"), ("r3", "02", "b")):
        reader.records["deals"] = [{"id": "1", "name": name, "updated": f"2026-06-{stamp}T00:00:00+00:00"}]
        pull(workspace, run)
        with open_warehouse(tmp_path) as warehouse:
            changed.append(canonicalize(workspace, warehouse)[0].changed)
    assert changed == [1, 0, 1]


def test_change_is_remembered_until_it_is_worked_off(tmp_path: Path) -> None:
    reader = TellingReader(DEALS)
    reader.records["deals"] = [{"id": "1", "name": "a"}]
    workspace = workspace_of(tmp_path, reader)
    pull(workspace, "r1")
    with open_warehouse(tmp_path) as warehouse:
        canonicalize(workspace, warehouse)
    with open_warehouse(tmp_path) as warehouse:
        assert canonicalize(workspace, warehouse) == []
        assert pending(warehouse, "assemble") == ["crm:deals:1"]


def test_run_without_news_looks_at_no_older_one_whatever_was_connected_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_of(tmp_path, TellingReader(DEALS))
    pull(workspace, "r1")
    before = replace(workspace, connections={})
    with open_warehouse(tmp_path) as warehouse:
        assert canonicalize(before, warehouse) == []
        monkeypatch.setattr(Landing, "committed", _unexpected)
        assert canonicalize(before, warehouse) == []
        assert [taken.run for taken in canonicalize(workspace, warehouse)] == ["r1"]
        pull(workspace, "r2")
        assert [taken.run for taken in canonicalize(workspace, warehouse)] == ["r2"]
        assert canonicalize(workspace, warehouse) == []


def _unexpected(*_args: object) -> None:
    raise AssertionError("everything was listed")


def test_role_that_left_a_complete_set_is_gone(tmp_path: Path) -> None:
    reader = TellingReader(DEALS, ROLES)
    reader.records["roles"] = [{"id": str(n), "deal": "crm:deals:1", "person": f"p{n}"} for n in range(2)]
    workspace = workspace_of(tmp_path, reader)
    pull(workspace, "r1")
    reader.records["roles"].pop()
    pull(workspace, "r2")
    with open_warehouse(tmp_path) as warehouse:
        canonicalize(workspace, warehouse)
        assert [row.person for row in warehouse.select(ObservedRole, deletion=None)] == ["p0"]
        assert [row.deletion for row in warehouse.select(ObservedRole, person="p1")] == ["deleted"]


def test_role_that_came_back_as_it_was_is_there_again(tmp_path: Path) -> None:
    reader = TellingReader(ROLES)
    role = {"id": "1", "deal": "crm:deals:1", "person": "p1"}
    workspace = workspace_of(tmp_path, reader)
    seen = []
    for run, roles in (("r1", [role]), ("r2", []), ("r3", [role])):
        reader.records["roles"] = roles
        pull(workspace, run)
        with open_warehouse(tmp_path) as warehouse:
            canonicalize(workspace, warehouse)
            seen.append(warehouse.select(ObservedRole)[0].deletion)
    assert seen == [None, "deleted", None]


def test_short_or_odd_read_of_a_set_makes_nobody_disappear(tmp_path: Path) -> None:
    reader = TellingReader(DEALS, ROLES)
    whole = [{"id": str(n), "deal": "crm:deals:1", "person": f"p{n}"} for n in range(2)]
    workspace = workspace_of(tmp_path, reader)
    reader.records["roles"] = whole
    pull(workspace, "r1")
    reader.records["roles"] = whole[:1]
    reader.failures["roles"] = TransientError("cut off")
    pull(workspace, "r2")
    reader.failures.clear()
    reader.records["roles"] = [whole[0], {"id": "1", "odd": True}]
    pull(workspace, "r3")
    with open_warehouse(tmp_path) as warehouse:
        canonicalize(workspace, warehouse)
        assert len(warehouse.select(ObservedRole, deletion=None)) == 2


def test_same_landing_gives_the_same_rows_again(tmp_path: Path) -> None:
    reader = TellingReader(DEALS)
    reader.records["deals"] = [{"id": str(n), "name": f"deal {n}"} for n in range(5)]
    workspace = workspace_of(tmp_path, reader)
    pull(workspace, "r1")
    with open_warehouse(tmp_path) as warehouse:
        canonicalize(workspace, warehouse)
        first = warehouse.select(ObservedDeal)
    (tmp_path / "warehouse.duckdb").unlink()
    with open_warehouse(tmp_path) as warehouse:
        canonicalize(workspace, warehouse)
        assert warehouse.select(ObservedDeal) == first


class CountingMapper(TellingMapper):
    """Counts the records it is given."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        self.given.append(str(record["id"]))
        return super().map_record(stream, record)


def _counting(tmp_path: Path, reader: TellingReader) -> tuple[Workspace, CountingMapper]:
    workspace, mapper = workspace_of(tmp_path, reader), CountingMapper()
    connection = replace(workspace.connections["crm"], mapper=mapper)
    return replace(workspace, connections={"crm": connection}), mapper


def _taken(workspace: Workspace) -> Intake:
    with open_warehouse(workspace.home) as warehouse:
        taken = canonicalize(workspace, warehouse)
        assert reconcile(workspace, warehouse).balances
    return taken[-1]


def test_record_that_came_as_it_was_is_not_looked_into(tmp_path: Path) -> None:
    reader = TellingReader(DEALS)
    reader.records["deals"] = [{"id": str(number), "name": "a"} for number in range(5)]
    reader.records["deals"].append({"id": "9", "odd": True})
    workspace, mapper = _counting(tmp_path, reader)
    pull(workspace, "r1")
    first = _taken(workspace)
    mapper.given.clear()
    reader.records["deals"][2] = {"id": "2", "name": "b"}
    pull(workspace, "r2")
    second = _taken(workspace)
    assert list(dict.fromkeys(mapper.given)) == ["2", "9"]  # an odd one is tried again, and asked what it would be
    assert (first.changed, second.changed) == (5, 1)
    assert (second.read, second.stored, second.quarantined) == (6, 5, 1)


def test_records_that_say_nothing_stay_counted_as_such(tmp_path: Path) -> None:
    users = StreamSpec("users", "set", ("people",))
    reader = TellingReader(users)
    reader.records["users"] = [{"id": "1"}, {"id": "2"}]
    workspace, mapper = _counting(tmp_path, reader)
    for run in ("r1", "r2"):
        pull(workspace, run)
        assert (_taken(workspace).unused, mapper.given) == (2, ["1", "2"])


def test_last_of_several_versions_in_one_read_counts(tmp_path: Path) -> None:
    reader = TellingReader(DEALS)
    reader.records["deals"] = [{"id": "1", "name": "old"}, {"id": "2", "name": "x"}, {"id": "1", "name": "new"}]
    workspace, mapper = _counting(tmp_path, reader)
    pull(workspace, "r1")
    taken = _taken(workspace)
    assert (taken.read, taken.stored, taken.changed, mapper.given) == (3, 3, 2, ["2", "1"])
    with open_warehouse(tmp_path) as warehouse:
        assert [deal.name for deal in warehouse.select(ObservedDeal, source="crm:deals:1")] == ["new"]


# Each run with what it found of deals, which are asked for as they change, and of roles, all of which are.
_DAYS: Sequence[tuple[Sequence[dict[str, Any]], str]] = (
    (
        [{"id": "1", "name": "as it was"}, {"id": "2", "name": "still odd", "odd": True}, {"id": "3", "name": "here"}],
        "pq",
    ),
    ([{"id": "1", "name": "another"}, {"id": "2", "name": "legible"}, {"id": "4", "name": "only there"}], "qr"),
    (
        [
            {"id": "1", "name": "as it was"},
            {"id": "2", "name": "odd again", "odd": True},
            {"id": "3", "gone": "deleted"},
        ],
        "ps",
    ),
)


def _as_committed(folder: Path, order: Sequence[int]) -> list[list[str]]:
    """Take in some days in the order in which they were committed, and give all that is known of records then."""
    reader = TellingReader(DEALS, ROLES)
    workspace = workspace_of(folder, reader)
    for day in order:
        deals, people = _DAYS[day]
        reader.records["deals"] = list(deals)
        reader.records["roles"] = [{"id": one, "deal": "crm:deals:1", "person": one} for one in people]
        pull(workspace, f"r{day}")
        _taken(workspace)
    with open_warehouse(folder) as warehouse:
        kinds = (ObservedDeal, ObservedRole, Quarantined, RecordHead, Intake)
        # How many records were other than before depends on what came before.
        return [sorted(row.model_dump_json(exclude={"changed"}) for row in warehouse.select(kind)) for kind in kinds]


def test_order_in_which_reads_are_committed_makes_no_difference(tmp_path: Path) -> None:
    straight = _as_committed(tmp_path / "straight", range(3))
    assert "as it was" in straight[0][0]
    for order in list(permutations(range(3)))[1:]:
        assert _as_committed(tmp_path / str(order), order) == straight, order


class MovedMapper(TellingMapper):
    """Maps work items, each in a project, and projects, each with its key of that day."""

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        source = f"crm:{stream}:{record['id']}"
        if stream == "projects":
            return [ObservedProject(source=source, key=record["in"], name="Yard")]
        told = {"key": "A-1", "kind": "Task", "summary": record["says"], "status": "To Do", "state": "to_do"}
        return [ObservedWorkItem.model_validate({"source": source, "project": record["in"], **told})]


def _as_moved(folder: Path, runs: Sequence[tuple[str, str, str]]) -> tuple[ObservedWorkItem, ObservedProject]:
    """Take in runs as they come, each with where the item and the project were and what the item said."""
    reader = TellingReader(*(StreamSpec(name, "increment", ("tracker",)) for name in ("projects", "items")))
    workspace = workspace_of(folder, reader)
    workspace = replace(
        workspace, connections={"crm": replace(workspace.connections["crm"], role="tracker", mapper=MovedMapper())}
    )
    with open_warehouse(folder) as warehouse:
        for run, place, says in runs:
            reader.records["projects"] = [{"id": "1", "in": place or "A"}]
            reader.records["items"] = [{"id": "1", "in": place, "says": says}]
            pull(workspace, run)
            canonicalize(workspace, warehouse)
        (item,), (project,) = warehouse.select(ObservedWorkItem), warehouse.select(ObservedProject)
        return item, project


@pytest.mark.parametrize(
    ("places", "moved_from", "is_said_again"),
    [
        ("ABA", None, True),
        (" AB", "A", False),
        ("AB ", "A", True),
    ],
)
def test_past_is_the_same_in_whatever_order_reads_are_committed(
    tmp_path: Path, places: str, moved_from: str | None, *, is_said_again: bool
) -> None:
    """The newest version came in first here; a late one may say the same of all else, or not."""
    runs = [(f"r{n}", place.strip(), "lift" if is_said_again else f"lift {n}") for n, place in enumerate(places)]
    straight = _as_moved(tmp_path / "straight", runs)
    assert straight[0].moved_from == moved_from
    assert set(straight[1].keys) == set(places.replace(" ", "A"))
    for number, late in enumerate(permutations(runs[:-1])):
        assert _as_moved(tmp_path / str(number), [runs[-1], *late]) == straight


@pytest.mark.parametrize(("bound", "value"), [("_BATCH", 2), ("BATCH_BYTES", 1)])
def test_batches_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, value: int) -> None:
    monkeypatch.setattr(f"atlas_sync.operations.intake.{bound}", value)
    reader = TellingReader(DEALS, ROLES)
    reader.records["deals"] = [{"id": str(number), "name": "a"} for number in range(5)]
    reader.records["roles"] = [{"id": str(n), "deal": "crm:deals:1", "person": f"p{n}"} for n in range(7)]
    workspace = workspace_of(tmp_path, reader)
    pull(workspace, "r1")
    _taken(workspace)
    reader.records["roles"] = reader.records["roles"][3:]
    reader.records["roles"][0] = {"id": "3", "deal": "crm:deals:2", "person": "p3"}
    pull(workspace, "r2")
    _taken(workspace)
    with open_warehouse(tmp_path) as warehouse:
        assert [row.person for row in warehouse.select(ObservedRole, deletion="deleted")] == ["p0", "p1", "p2"]
        assert pending(warehouse, "assemble") == [f"crm:deals:{number}" for number in range(5)]


def test_warehouse_that_knows_no_landed_records_yet_learns_them_without_a_change(tmp_path: Path) -> None:
    reader = TellingReader(DEALS, ROLES)
    reader.records["roles"] = [{"id": str(n), "deal": "crm:deals:1", "person": f"p{n}"} for n in range(3)]
    workspace = workspace_of(tmp_path, reader)
    pull(workspace, "r1")
    _taken(workspace)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as old:
        old.execute("ALTER TABLE record_head DROP COLUMN remote_id")
        old.execute("DROP TABLE landed_head")
    reader.records["roles"].pop()
    pull(workspace, "r2")
    assert _taken(workspace).changed == 1
    with open_warehouse(tmp_path) as warehouse:
        assert [row.deletion for row in warehouse.select(ObservedRole)] == [None, None, "deleted"]
        assert sorted(head.remote_id for head in warehouse.select(RecordHead)) == ["", "0", "1"]


class PartsMapper(TellingMapper):
    """Maps a deal with the `parts` that it holds, each a role."""

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        roles = [
            ObservedRole(source=f"crm:role:{record['id']}-{one}", deal=f"crm:deals:{record['id']}", person=one)
            for one in record.get("parts", ())
        ]
        return [*super().map_record(stream, record), *roles]


@pytest.mark.parametrize("whole", [True, False])
def test_part_that_its_record_holds_no_longer_is_gone_where_a_record_holds_all(tmp_path: Path, *, whole: bool) -> None:
    reader = TellingReader(replace(DEALS, whole=whole))
    workspace = workspace_of(tmp_path, reader)
    workspace = replace(workspace, connections={"crm": replace(workspace.connections["crm"], mapper=PartsMapper())})
    other = {"id": "2", "name": "b", "parts": ["p"]}
    seen = []
    for run, record in (
        ("r1", {"id": "1", "name": "a", "parts": ["p", "q"]}),
        ("r2", {"id": "1", "name": "a", "parts": ["q"]}),
        ("r3", {"id": "1", "odd": True}),
        ("r4", {"id": "1", "gone": "not_visible"}),
        ("r5", {"id": "1", "name": "a", "parts": ["p"]}),
    ):
        reader.records["deals"] = [record, other] if run == "r1" else [record]
        pull(workspace, run)
        _taken(workspace)
        with open_warehouse(tmp_path) as warehouse:
            seen.append("".join(sorted(row.person for row in warehouse.select(ObservedRole, deletion=None))))
    assert seen == (["ppq", "pq", "pq", "pq", "pp"] if whole else ["ppq", "ppq", "ppq", "ppq", "ppq"])


class ChosenMapper(PartsMapper):
    """Maps only those parts of a deal that its setting names; a deal whose parts are all it takes may say nothing."""

    def __init__(self, chosen: str) -> None:
        self.chosen = chosen

    def mapped_by(self, _stream: str) -> Mapping[str, object]:
        return {"chosen": self.chosen}

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        kept = [row for row in super().map_record(stream, record) if isinstance(row, ObservedRole)]
        return [row for row in kept if row.person in self.chosen]


def test_record_that_came_as_it_was_is_mapped_by_the_settings_of_now(tmp_path: Path) -> None:
    reader = TellingReader(replace(DEALS, whole=True))
    reader.records["deals"] = [{"id": "1", "name": "a", "parts": ["p", "q"]}]
    workspace = workspace_of(tmp_path, reader)
    seen = []
    for run, chosen in (("r1", "p"), ("r2", "pq"), ("r3", "pq"), ("r4", "q"), ("r5", "")):
        connection = replace(workspace.connections["crm"], mapper=ChosenMapper(chosen))
        workspace = replace(workspace, connections={"crm": connection})
        pull(workspace, run)
        changed = _taken(workspace).changed
        with open_warehouse(tmp_path) as warehouse:
            found = "".join(sorted(row.person for row in warehouse.select(ObservedRole, deletion=None)))
        seen.append((found, changed))
    assert seen == [("p", 1), ("pq", 1), ("pq", 0), ("q", 1), ("", 1)]
