"""What a run wrote into a real Redmine is taken back whole, and written again the same."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from atlas_sync.operations.undo import undo
from tests.hostile.play import on_stage
from tests.redmine.hostile import RedmineStage
from tests.redmine.people import seen_in
from tests.redmine.server import Server


def _content(server: Server) -> list[tuple[str, str, object]]:
    """Give what the tracker holds, but for the ids."""
    return sorted((one.subject, one.text, one.due) for one in seen_in(server))


def test_undone_run_is_applied_to_the_same_tracker(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--handover", default=False):
        pytest.skip("takes half a minute: make handover")
    redmine: Server = request.getfixturevalue("redmine")
    stage = RedmineStage(0, tmp_path, redmine)
    stage.wire.fault_rate = stage.busy = 0.0
    with closing(stage.wire), on_stage(stage):
        (writer,) = stage.writers
        done = stage.run(writer)
        assert done is not None
        assert {one.result for one in done.steps} == {"created"}
        made = _content(redmine)
        writes = len(stage.wire.writes)
        stage.run(writer)
        assert stage.wire.writes[writes:] == []
        undone = undo(stage.workspace(writer), done.run)
        assert {one.result for one in undone.items} == {"removed"}
        assert _content(redmine) == []
        again = stage.run(writer)
        assert again is not None
        assert _content(redmine) == made
        theirs = next(one for one in seen_in(redmine) if one.due)
        redmine.call("ada", "PUT", f"issues/{theirs.id}.json", issue={"notes": "Mine now"})
        left = [one for one in undo(stage.workspace(writer), again.run).items if one.result == "left"]
        assert {one.id for one in seen_in(redmine)} >= {theirs.id}
        assert f"#{theirs.id}" in {one.key for one in left}
