"""What the listing of gaps says of those that cannot be decided, and which codes a script gets where nothing is listed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from atlas_sync.canonical.model import Engagement, Gap, Handoff
from atlas_sync.cli import main
from atlas_sync.coverage.handoff import handoff_of
from atlas_sync.store.lock import writer_lock
from atlas_sync.store.publish import publish
from atlas_sync.store.warehouse import open_warehouse
from tests.cli.test_judgements import Desk
from tests.coverage.build import BLIND, ENG, engagement, full_record, gaps_of


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Publish an engagement whose tracker could not be read."""
    made = full_record()
    gaps = gaps_of(made, licence=BLIND)
    handoff = handoff_of(made, gaps, BLIND)
    with open_warehouse(tmp_path) as warehouse:
        warehouse.replace(Engagement, [engagement()], engagements=[ENG])
        for rows in (made.promises, made.outcomes, made.scope, made.stakeholders, made.interactions):
            warehouse.put(rows)
        warehouse.replace(Gap, gaps, engagements=[ENG])
        warehouse.replace(Handoff, [handoff] if handoff else [], engagements=[ENG])
        publish(warehouse, tmp_path, run="1")
    return Desk(tmp_path)


def test_gaps_say_once_what_leaves_them_undecided_and_no_score_of_the_rest(desk: Desk) -> None:
    shown = " ".join(desk.text("gaps").split())
    assert shown.count("jira issues: permission BROWSE_PROJECTS is missing") == 1
    assert "handoff not decidable" in shown
    (handoff,) = desk.json("gaps")["handoffs"]
    assert handoff["score"] is None


def test_score_is_counted_anew_as_soon_as_gaps_are_let_be_or_taken_up_again(desk: Desk) -> None:
    ids = [gap["id"] for gap in desk.json("gaps")["gaps"]]
    for command, score in ((["waive", "--reason", "by phone"], 100), (["reopen"], None)):
        desk.text(*command, *ids)
        assert [one["score"] for one in desk.json("gaps")["handoffs"]] == [score]
        assert desk.json("show", ENG)["chains"][0]["handoff"]["score"] == score
    desk.text("acknowledge", *ids)
    assert "handoff not decidable" in " ".join(desk.text("gaps").split())


def test_gap_that_is_undecided_says_what_to_fix_in_place_of_its_next_step(desk: Desk) -> None:
    gap = next(one for one in desk.json("gaps")["gaps"] if one["state"] == "not_decidable")
    shown = " ".join(desk.text("show", gap["id"]).split())
    assert "not decidable; jira issues: permission BROWSE_PROJECTS is missing" in shown
    assert gap["next_step"] not in shown


def test_what_a_terminal_cannot_show_ends_nothing(desk: Desk) -> None:
    args = ["--config", str(desk.home / "atlas.toml"), "gaps"]
    with open_warehouse(desk.home) as warehouse:
        named = engagement().model_copy(update={"name": "Łódź \N{WOMAN} café"})
        warehouse.replace(Engagement, [named], engagements=[ENG])
        publish(warehouse, desk.home, run="2")
    for charset in ("ascii", "latin-1"):
        told = CliRunner(charset=charset).invoke(main, args)
        assert (told.exit_code, "\\u0141" in told.output) == (0, True)
        asked = CliRunner(charset=charset).invoke(main, [*args, "--json"])
        assert "\\ud83d\\udc69 caf\\u00e9" in asked.output
        assert json.loads(asked.output) == desk.json("gaps")


@pytest.mark.parametrize("args", [["--engagement", "Nonexist"], ["--kind", "nonsense"], ["--fail-on"]])
def test_listing_of_what_there_is_not_is_refused_with_one_object(desk: Desk, args: list[str]) -> None:
    assert desk.json("gaps", *args, code=2)["error"] == "ConfigError"
    done = CliRunner().invoke(main, ["--config", str(desk.home / "atlas.toml"), "gaps", *args])
    assert (done.exit_code, done.stdout) == (2, "")


def test_unknown_command_is_refused_with_one_object() -> None:
    done = CliRunner().invoke(main, ["nonsense", "--json"])
    assert (done.exit_code, json.loads(done.stdout)["error"]) == (2, "ConfigError")


@pytest.mark.parametrize(
    "args",
    [
        ["waive", "gap_1", "--reason", "caf\udce9"],
        ["same", "per_\udce9", "per_1"],
        ["review", "--edit", "\udce9", "kind=price"],
        ["gaps", "--engagement=\udce9"],
    ],
)
def test_what_is_no_text_is_refused(desk: Desk, args: list[str]) -> None:
    name = "--reason" if "--reason" in args else "--edit" if "--edit" in args else "an argument"
    assert f"{name} is not UTF-8; nothing was done." in desk.text(*args)
    assert desk.json(*args, code=2)["error"] == "ConfigError"


def test_name_that_is_no_text_is_refused_and_a_file_may_have_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_BY", "Ren\udce9")
    assert "ATLAS_BY is not UTF-8" in desk.text("acknowledge", "gap_1")
    desk.json("gaps")
    Path(desk.home / "\udce9.jsonl").write_text("", encoding="utf-8")
    out = desk.home / "out.jsonl"
    desk.json("extract", "--input", str(desk.home / "\udce9.jsonl"), "--output", str(out))
    assert out.exists()


@pytest.mark.parametrize("command", ["gaps", "plan", "apply", "rebuild"])
def test_nothing_synced_yet_is_exit_code_2(tmp_path: Path, command: str) -> None:
    assert Desk(tmp_path).json(command, code=2)["error"] == "ConfigError"


def test_home_that_another_run_holds_is_exit_code_4(tmp_path: Path) -> None:
    with writer_lock(tmp_path):
        assert Desk(tmp_path).json("rebuild", code=4)["error"] == "StoreError"
