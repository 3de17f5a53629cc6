from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from atlas_sync.connectors.protocol import FieldReport, ReadRequest
from atlas_sync.errors import TransientError
from atlas_sync.operations.pull import pull
from atlas_sync.operations.sight import is_mapped_otherwise, mapped_by
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.landing import Manifest, Reach
from tests.factories import NOW, TellingMapper, TellingReader, workspace_of

SINCE = NOW - timedelta(minutes=10)
Asked = tuple[datetime | None, tuple[str, ...], str]


class Watching:
    """Pulls again and again, and tells what was asked for each time."""

    def __init__(self, home: Path) -> None:
        self.reader = Parting()
        self.workspace: Workspace = replace(workspace_of(home, self.reader), overlap_s=600)
        self.runs = 0

    def configure(self, **settings: object) -> None:
        """Let the connection's mapper have settings, in the order they are given in."""
        connection = replace(self.workspace.connections["crm"], mapper=Told(settings))
        self.workspace = replace(self.workspace, connections={"crm": connection})

    def pull(self, *, seen: Sequence[str] = (), lacks: Sequence[str] = (), shows: Sequence[str] = ()) -> list[Asked]:
        self.reader.hidden["deals"] = FieldReport(tuple(lacks), shown=tuple(shows), projects=tuple(seen))
        self.reader.requests.clear()
        self.runs += 1
        pull(self.workspace, f"r{self.runs}")
        return [(one.since, one.appeared, one.window) for one in self.reader.requests]

    @property
    def manifest(self) -> Manifest:
        return self.workspace.landing.manifest(("crm", f"r{self.runs}", "deals"))


class Told(TellingMapper):
    """Maps by settings that a test gives."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self.settings = settings

    def mapped_by(self, _stream: str) -> Mapping[str, object]:
        return self.settings


class Parting(TellingReader):
    """Reads what appeared in a window of its own, as its protocol asks."""

    def windows(self, request: ReadRequest) -> list[ReadRequest]:
        return [request, *(replace(request, window=one) for one in request.appeared)]


@pytest.fixture
def watching(tmp_path: Path) -> Watching:
    made = Watching(tmp_path)
    assert made.pull(seen=["A"], lacks=["Amount"]) == [(None, (), "")]
    return made


def test_project_that_comes_into_sight_is_read_from_its_start_once(watching: Watching) -> None:
    assert watching.pull(seen=["A", "B"]) == [(SINCE, ("B",), ""), (SINCE, ("B",), "B")]
    assert watching.pull(seen=["A", "B"]) == [(SINCE, (), "")]


def test_project_that_was_out_of_sight_for_a_while_is_read_from_its_start(watching: Watching) -> None:
    watching.pull(seen=["A", "B"])
    assert watching.pull(seen=["B"]) == [(SINCE, (), "")]
    assert watching.pull(seen=["A", "B"])[-1] == (SINCE, ("A",), "A")


def test_project_whose_first_read_was_cut_off_is_read_the_next_time(watching: Watching) -> None:
    watching.reader.failures["deals"] = TransientError("down")
    watching.pull(seen=["A", "B"])
    assert watching.manifest.status != "complete"
    watching.reader.failures.clear()
    assert watching.pull(seen=["A", "B"])[-1] == (SINCE, ("B",), "B")
    assert watching.manifest.status == "complete"
    assert watching.pull(seen=["A", "B"]) == [(SINCE, (), "")]


def test_project_that_appears_while_a_read_is_cut_off_is_left_to_the_next_one(watching: Watching) -> None:
    watching.pull(seen=["A"])
    landing = watching.workspace.landing
    cut = watching.manifest.model_copy(update={"run": "r2-cut", "status": "partial", "windows": (Reach(position="7"),)})
    landing.commit(cut)
    assert watching.pull(seen=["A", "B"]) == [(cut.since, (), "")]
    assert watching.manifest.shown_projects == ("A",)
    assert watching.pull(seen=["A", "B"])[-1] == (SINCE, ("B",), "B")


def test_field_that_is_shown_again_is_read_of_all_records_once(watching: Watching) -> None:
    assert watching.pull(seen=["A"], shows=["Amount"]) == [(None, (), "")]
    assert watching.pull(seen=["A"], shows=["Amount"]) == [(SINCE, (), "")]


def test_field_that_nobody_missed_before_is_no_reason_to_read_again(watching: Watching) -> None:
    assert watching.pull(seen=["A"], lacks=["Amount"], shows=["Amount", "Phase"]) == [(SINCE, (), "")]


def test_read_of_an_earlier_version_that_says_nothing_of_projects_starts_nothing(tmp_path: Path) -> None:
    watching = Watching(tmp_path)
    watching.pull()
    assert watching.pull(seen=["A", "B"]) == [(SINCE, (), "")]
    assert watching.manifest.shown_projects == ("A", "B")


def test_stream_is_read_from_its_start_once_where_its_settings_are_other_ones(tmp_path: Path) -> None:
    watching = Watching(tmp_path)
    watching.configure(project="pier", currency="EUR")
    assert watching.pull() == [(None, (), "")]
    watching.configure(currency="EUR", project="pier")
    assert watching.pull() == [(SINCE, (), "")]
    assert watching.manifest.advice == ""
    watching.configure(project="yard", currency="EUR")
    assert watching.pull() == [(None, (), "")]
    assert watching.manifest.advice.startswith(
        "deals were read from their start again: the connection's settings, or what"
    )
    assert watching.pull() == [(SINCE, (), "")]


def test_read_for_other_settings_that_fails_is_made_the_next_time(tmp_path: Path) -> None:
    watching = Watching(tmp_path)
    watching.configure(project="pier")
    watching.pull()
    watching.configure(project="yard")
    watching.reader.failures["deals"] = TransientError("down")
    assert watching.pull() == [(None, (), "")]
    watching.reader.failures.clear()
    assert [watching.pull() for _run in range(2)] == [[(None, (), "")], [(SINCE, (), "")]]


def test_nothing_is_read_again_for_a_field_before_it_is_shown(tmp_path: Path) -> None:
    watching = Watching(tmp_path)
    watching.configure(project=None)
    watching.pull()
    watching.configure(project="yard")
    hidden = FieldReport(("yard",), ("yard",))
    assert is_mapped_otherwise(watching.manifest, FieldReport(), mapped_by(Told({"project": "yard"}), "deals"))
    assert not is_mapped_otherwise(watching.manifest, hidden, mapped_by(Told({"project": "yard"}), "deals"))


@pytest.mark.parametrize(("shows", "since"), [(["Amount"], SINCE), (["Amount", "yard"], None)])
def test_earlier_version_tells_its_settings_by_what_it_asked_for(
    watching: Watching, shows: list[str], since: datetime | None
) -> None:
    watching.pull(shows=["Amount"])
    watching.configure(project="yard")
    assert watching.pull(shows=shows) == [(since, (), "")]
    assert watching.pull(shows=shows) == [(SINCE, (), "")]
