"""Whoever watches what is delivered is known there, by a read that stamps tell nothing of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from atlas_sync.canonical.model import Gap, Person, Stakeholder, WorkItem
from atlas_sync.cli.sandbox import secret_variables, write_settings
from atlas_sync.config import load_settings
from atlas_sync.opening import open_workspace
from atlas_sync.operations.same import judge_pair
from atlas_sync.operations.sync import sync
from atlas_sync.operations.workspace import Workspace
from atlas_sync.sandbox.faults import Rule
from atlas_sync.sandbox.happenings import User, UserJoined
from atlas_sync.sandbox.listen import serving
from atlas_sync.sandbox.serve import Sandbox
from atlas_sync.sandbox.world import Event, load_world
from atlas_sync.store.publish import open_snapshot
from tests.readings import Readings

pytestmark = pytest.mark.e2e


@contextmanager
def _delivered(home: Path, readings: Readings) -> Iterator[tuple[Sandbox, Workspace]]:
    """Serve one sale that is delivered, of which all ids are listed at every sync."""
    sandbox = Sandbox(load_world(("cf-brackenridge",)))
    with serving(sandbox.apps()) as addresses:
        config, _secrets = write_settings(home, addresses, policy="plan-only")
        workspace = open_workspace(load_settings(config), environ=secret_variables(addresses))
        hurried = {name: replace(one, sweep_every_h=0.0) for name, one in workspace.connections.items()}
        with readings.shared(workspace.home):
            yield sandbox, replace(workspace, connections=hurried)


def _missing(workspace: Workspace) -> list[Gap]:
    with open_snapshot(workspace.home) as snapshot:
        return snapshot.select(Gap, kind="person_missing")


def _lacking(workspace: Workspace) -> tuple[Gap, Stakeholder, WorkItem]:
    """Sync, and give a person whom delivery lacks for sure and an epic of theirs."""
    sync(workspace)
    gap = _missing(workspace)[0]
    assert gap.state == "open"
    with open_snapshot(workspace.home) as snapshot:
        (person,) = snapshot.select(Stakeholder, id=gap.subject_id)
        epic = next(item for item in snapshot.select(WorkItem, engagement_id=gap.engagement_id, kind="Epic"))
    return gap, person, epic


def _state_after_sync(workspace: Workspace, gap: Gap) -> str:
    sync(workspace)
    return {one.id: one.state for one in _missing(workspace)}[gap.id]


def test_person_who_watches_an_epic_is_missing_no_more_until_they_leave(tmp_path: Path, readings: Readings) -> None:
    with _delivered(tmp_path, readings) as (sandbox, workspace):
        gap, person, epic = _lacking(workspace)
        guest = User("u-guest", person.name, person.email or "", "", ("jira",))
        sandbox._apply(Event(sandbox.clock.now(), UserJoined(guest)))
        assert _state_after_sync(workspace, gap) == "open"
        sandbox.jira.watch_as_person(epic.key, user_key=guest.key)
        assert _state_after_sync(workspace, gap) == "resolved"
        with open_snapshot(workspace.home) as snapshot:
            assert snapshot.select(Stakeholder, id=gap.subject_id)[0].in_delivery == (epic.key,)
        sandbox.jira.unwatch_as_person(epic.key, user_key=guest.key)
        assert _state_after_sync(workspace, gap) == "open"


@pytest.mark.soak
def test_person_whom_somebody_says_a_watcher_to_be_is_missing_no_more(tmp_path: Path, readings: Readings) -> None:
    with _delivered(tmp_path, readings) as (sandbox, workspace):
        gap, person, epic = _lacking(workspace)
        stranger = User("u-stranger", "Q. Xu", "q@elsewhere.example", "", ("jira",))
        sandbox._apply(Event(sandbox.clock.now(), UserJoined(stranger)))
        sandbox.jira.watch_as_person(epic.key, user_key=stranger.key)
        assert _state_after_sync(workspace, gap) == "open"
        account = sandbox.jira._site.users[stranger.key].account_id
        with open_snapshot(workspace.home) as snapshot, closing(workspace.open_ledger()) as ledger:
            (user,) = (one for one in snapshot.select(Person) if f"jira:user:{account}" in one.sources)
            judge_pair(snapshot, ledger, person.person_id, user.id, "same", by="Ada", at=workspace.now())
        assert _state_after_sync(workspace, gap) == "resolved"


def test_listing_of_watchers_that_is_cut_off_proves_nobody_missing(tmp_path: Path, readings: Readings) -> None:
    with _delivered(tmp_path, readings) as (sandbox, workspace):
        sync(workspace)
        assert "open" in {gap.state for gap in _missing(workspace)}
        sandbox.faults.rules.append(Rule("jira", "status", path=".*/watchers", times=100, status=403))
        sync(workspace)
        assert {gap.state for gap in _missing(workspace)} <= {"not_decidable", "resolved"}
        sandbox.faults.rules.clear()
        sync(workspace)
        assert "open" in {gap.state for gap in _missing(workspace)}


def test_nobody_is_missing_for_sure_where_watchers_are_hidden(tmp_path: Path, readings: Readings) -> None:
    with _delivered(tmp_path, readings) as (sandbox, workspace):
        sandbox.faults.deny("jira", "VIEW_VOTERS_AND_WATCHERS")
        sync(workspace)
        with open_snapshot(workspace.home) as snapshot:
            promises = snapshot.select(Gap, kind="promise_missing")
        assert {gap.state for gap in promises} == {"open"}
        (because,) = {gap.undecided_because for gap in _missing(workspace) if gap.state == "not_decidable"}
        assert "View voters and watchers" in because[0]
        assert not [gap for gap in _missing(workspace) if gap.state == "open"]
