"""Plan, approve, apply and undo as their users run them, on a tracker in memory."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from atlas_sync.cli import apply, approve, gaps, main, plan, undo
from atlas_sync.connectors.jira import JiraWriter
from atlas_sync.errors import AuthError
from tests.hostile.play import Stage, calm_stage, on_stage


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = calm_stage(tmp_path)
    made._current.writer = made.writers[0]
    for module in (plan, apply, undo):
        monkeypatch.setattr(module, "workspace_of", lambda _context: made.workspace(made.writers[0]))
    for module in (approve, gaps):
        monkeypatch.setattr(module, "local_of", lambda _context: made.workspace(made.writers[0]))
    monkeypatch.setattr(gaps, "open_snapshot", lambda home: made.published(made.version).opened(home))
    with closing(made.wire), on_stage(made):
        yield made


def _run(*args: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, list(args))
    assert done.exit_code == code, done.output
    return done


def _json(*args: str, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_run(*args, "--json", code=code).output)
    return found


def test_plan_says_what_a_person_should_see_and_what_it_costs(stage: Stage) -> None:
    shown = " ".join(_run("plan").output.split())
    assert "[it sets a date, 14 Aug 2026]" in shown
    assert "[the client can read it]" in shown
    assert "7 items to make, 0 to update, 5 links" in shown
    assert "7 events that the tracker tells people of" in shown
    said = _json("plan")
    assert (said["commands"], said["notifications"]) == (12, 7)
    calls = len(stage.wire.asked)
    _run("apply")
    assert said["calls"] == pytest.approx(len(stage.wire.asked) - calls, rel=0.35)


def test_plan_says_what_a_project_cannot_take(stage: Stage) -> None:
    stage.site._faults.deny("jira", "ADD_COMMENTS")
    assert "may not comment in project ONE" in " ".join(_run("plan").output.split())


def test_conflict_is_shown_with_both_values(stage: Stage) -> None:
    _run("plan")
    _run("apply")
    item = next(one for one in stage.site._site.issues.values() if "Scanner sync is live" in one.summary)
    stage.site.edit_as_person(item.id, user_key="u-ada", fields={"due": "2026-08-20"})
    stage.wire.pass_time(60)
    stage.version = 2
    shown = " ".join(_run("plan").output.split())
    assert f"= {item.key}: a person set 20 Aug 2026, and the record says 1 Sep 2026; theirs stays" in shown


def test_what_is_held_is_exit_code_5_until_it_is_approved(stage: Stage) -> None:
    stage.delivery = replace(stage.delivery, policy="approve")
    shown = " ".join(_run("plan").output.split())
    assert "7 need approval: `atlas-sync approve" in shown
    assert "7 held" in _run("apply", code=5).output
    for wanted in ("Yrad", ""):
        assert "there is no engagement" in _run("approve", "--engagement", wanted, code=2).output
    said = _json("approve", "--by", "ada", "--engagement", "Yard")
    assert (said["by"], len(said["approved"])) == ("ada", 5)
    assert "ada" in _run("approve", "--log").output
    shown = " ".join(_run("plan").output.split())
    assert "2 need approval" in shown
    assert shown.count("[approved by ada]") == 5
    assert "5 made" in _run("apply", code=5).output
    assert "2 approved by ada" in _run("approve", "--by", "ada").output
    assert "Nothing waits" in _run("approve").output
    assert "approval" not in _run("plan").output
    _run("apply")


def test_undo_takes_back_the_run_that_apply_named_and_says_what_is_left(stage: Stage) -> None:
    _run("plan")
    run = _json("apply")["run"]
    assert f"{run}  " in _run("undo").output
    item = next(one for one in stage.site._site.issues.values() if one.type == "Task")
    stage.site.comment_as_person(item.id, user_key="u-ada", text="On it")
    stage.wire.pass_time(60)
    shown = " ".join(_run("undo", run, code=1).output.split())
    assert "5 removed, 2 left" in shown
    assert "(1 comment.)" in shown
    assert _json("undo")["runs"] == [{"run": run, "made": 7, "standing": 2, "told": 0}]
    assert "made anything" in _run("undo", "2020", code=2).output


def test_undo_that_is_shut_out_does_not_say_that_nothing_is_left(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    _run("plan")
    run = _json("apply")["run"]

    def refuse(_writer: JiraWriter, _remote_id: str) -> None:
        raise AuthError("the token was refused.", system="jira", advice="Renew it.")

    with monkeypatch.context() as patched:
        patched.setattr(JiraWriter, "remove", refuse)
        shown = " ".join(_run("undo", run, code=3).output.split())
    assert shown == "error: jira: the token was refused. Renew it."
    assert "7 removed" in _run("undo", run).output
    assert len(stage.site._site.issues) == 0
    assert _run("undo", run).output == "Nothing is left of this run.\n"


def test_plan_that_is_stale_is_exit_code_5(stage: Stage) -> None:
    _run("plan")
    stage.version = 2
    assert "changed since plan" in _run("apply", code=5).output


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_apply_whose_reader_left_writes_all_the_same(monkeypatch: pytest.MonkeyPatch, as_json: tuple[str, ...]) -> None:
    _run("plan")
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as pipe, monkeypatch.context() as patch:
        patch.setattr("sys.stdout", pipe)
        with pytest.raises(SystemExit) as left:
            main(["apply", *as_json])
    assert left.value.code == 0
    assert _json("plan")["commands"] == 0


def _states(*args: str) -> dict[str, str]:
    return {gap["id"]: gap["state"] for gap in _json("gaps", *args)["gaps"] if gap["kind"] == "promise_missing"}


def test_gap_is_planned_while_its_plan_waits_and_written_once_it_is_carried_out(stage: Stage) -> None:
    before = _states()
    _run("gaps", "--kind", "promise_missing", "--fail-on", "medium", code=6)
    _run("plan")
    assert _states() == dict.fromkeys(before, "planned")
    _run("gaps", "--kind", "promise_missing", "--fail-on", "medium", code=6)
    stage.version = 2
    (new,) = _states().keys() - before.keys()
    assert _states()[new] == "open"
    _run("gaps", "--kind", "promise_missing", "--fail-on", "medium", code=6)
    stage.version = 1
    _run("apply")
    assert _states() == dict.fromkeys(before, "written")
    _run("plan")
    assert _states() == dict.fromkeys(before, "written")


def test_gap_of_a_plan_that_was_drawn_anew_without_it_is_open_again(stage: Stage) -> None:
    _run("plan")
    stage.site._faults.deny("jira", "CREATE_ISSUES")
    _run("plan")
    assert set(_states().values()) == {"open"}
