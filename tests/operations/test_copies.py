"""What people copy of ours, mark and all, stays theirs: it is neither taken for ours nor a reason to take ours back."""

from __future__ import annotations

import copy
from contextlib import closing
from pathlib import Path

import pytest

from atlas_sync.connectors.jira.writer import JiraWriter
from atlas_sync.errors import AccessError, AtlasError, RejectedError
from atlas_sync.operations.apply import Applied
from atlas_sync.sandbox.jira.store import Issue
from tests.hostile.people import mark_of
from tests.hostile.play import Product, Stage, calm_stage, on_stage


def _apply(stage: Stage) -> Applied:
    applied = stage.run(stage.writers[0])
    assert applied is not None
    assert applied.error is None
    stage.wire.pass_time(1000)
    return applied


def _copied(stage: Stage, *, whole: bool, by: str = "u-ada") -> tuple[Issue, Issue]:
    """Let somebody copy an item of ours: a copy has its labels, and where a tool made it what people do not see as well."""
    site = stage.site._site
    ours = next(one for one in site.issues.values() if "Scanner sync" in one.summary)
    made = copy.copy(ours)
    made.id, made.number, made.reporter = site.new_id(), ours.project.next_number, site.users[by]
    ours.project.next_number += 1
    made.labels, made.properties = list(ours.labels), copy.deepcopy(ours.properties) if whole else {}
    made.history, made.links, made.seen = [], [], None
    made.created = made.updated = site.clock.now()
    site.issues[made.id] = made
    stage.wire.pass_time(1000)
    return ours, made


@pytest.mark.parametrize(
    ("product", "copied", "then"),
    [
        ("cloud", "label", "rewritten"),
        ("cloud", "label", "ledger lost"),
        ("cloud", "all", ""),
        ("cloud", "all", "ledger lost, rewritten"),
        ("data center", "label", "rewritten, ledger lost"),
        ("data center", "all", ""),
    ],
)
def test_copy_that_a_person_made_stays_and_so_does_ours(
    tmp_path: Path, product: Product, copied: str, then: str
) -> None:
    stage = calm_stage(tmp_path, product=product)
    with closing(stage.wire), on_stage(stage):
        _hold_apart(stage, whole=copied == "all", then=then)


def _hold_apart(stage: Stage, *, whole: bool, then: str) -> None:
    _apply(stage)
    ours, made = _copied(stage, whole=whole)
    if "rewritten" in then:
        stage.site.edit_as_person(made.id, user_key="u-ada", fields={"summary": "Order cables for phase 2"})
        stage.wire.pass_time(1000)
    if "ledger lost" in then:
        stage.writers[0].forget()
    applied = _apply(stage)
    assert {ours.id, made.id} <= stage.site._site.issues.keys()
    assert not applied.count("created")
    assert applied.notes == [f"{made.key} is a person's copy of {ours.key}, and theirs."]
    assert [one.remote_id for one in stage.intents(stage.writers[0]) if one.marker == mark_of(ours)] == [ours.id]


@pytest.mark.parametrize("whole", [False, True])
def test_copy_does_not_stand_for_an_item_that_a_person_removed(stage: Stage, *, whole: bool) -> None:
    _apply(stage)
    ours, made = _copied(stage, whole=whole)
    marker = mark_of(ours)
    stage.site.delete_as_person(ours.id)
    stage.wire.pass_time(1000)
    stage.version = 2
    _apply(stage)
    assert made.due == ours.due
    (intent,) = [one for one in stage.intents(stage.writers[0]) if one.marker == marker]
    assert (intent.remote_id, intent.state) == (ours.id, "gone")


def test_twin_is_taken_back_only_where_it_is_seen_that_we_made_it(stage: Stage) -> None:
    _apply(stage)
    ours, made = _copied(stage, whole=True, by="bot")
    stage.site._faults.hide("jira", "issue", "creator")
    (note,) = _apply(stage).notes
    assert "nothing says that we made" in note
    stage.site._faults.clear()
    (note,) = _apply(stage).notes
    assert f"{made.key} was made a second time and is removed again" in note
    assert ours.id in stage.site._site.issues


@pytest.mark.parametrize("error", [RejectedError, AccessError])
def test_twin_that_the_tracker_keeps_is_named_and_the_run_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, error: type[AtlasError]
) -> None:
    _apply(stage)
    ours, made = _copied(stage, whole=True, by="bot")

    def refused(_writer: JiraWriter, _remote_id: str) -> None:
        raise error("hours are logged on it.", advice="Close it by hand.")

    monkeypatch.setattr(JiraWriter, "remove", refused)
    (note,) = _apply(stage).notes
    assert (
        note
        == f"{ours.key} and {made.key} stand for the same, and {made.key} stays: hours are logged on it. Close it by hand."
    )


def test_item_stays_ours_when_we_write_as_another_user_and_the_ledger_is_lost(stage: Stage) -> None:
    _apply(stage)
    for one in stage.site._site.issues.values():
        one.reporter = stage.site._site.users["u-ada"]
    for lost in (False, True):
        if lost:
            stage.writers[0].forget()
        assert not _apply(stage).count("created")
