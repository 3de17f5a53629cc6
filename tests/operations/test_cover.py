from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.cli import main
from atlas_sync.operations.cover import AskedPromise, Issue, Tracker, cover, judge_tracker, state_of

LINE = {
    "engagement_id": "e1",
    "promises": [
        {"pid": "p1", "text": "Scanner sync is live by 14 August", "type": "timeline", "due_date": "2026-08-14"},
        {"pid": "p2", "text": "No invoice for the pilot", "type": "price", "due_date": None},
    ],
    "issues": [
        {"key": "S-1", "type": "Task", "status": "To Do", "summary": "Order pallets", "description": None, "due": None},
        {
            "key": "S-2",
            "type": "Story",
            "status": "In Progress",
            "summary": "Scanner sync live",
            "description": "Cut-over.",
            "due": "2026-08-20",
        },
    ],
}


def written(*lines: object, folder: Path) -> Path:
    path = folder / "in.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


def answers(*lines: object, folder: Path) -> list[dict[str, object]]:
    out = io.BytesIO()
    cover(written(*lines, folder=folder), out, matcher=None)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_every_promise_is_answered_with_items_and_reasons_in_order(tmp_path: Path) -> None:
    (row,) = answers(LINE, folder=tmp_path)
    assert row["engagement_id"] == "e1"
    first, second = row["coverage"]  # type: ignore[misc]  # a list of two
    assert (first["pid"], first["status"], first["issues"][0]) == ("p1", "review", "S-2")
    assert "S-2 says due 20 Aug 2026, agreed was 14 Aug 2026" in first["reasons"]
    assert "S-2 says “Scanner sync live”" in first["reasons"]
    assert (second["pid"], second["status"]) == ("p2", "missing")


def test_lines_that_cannot_be_used_are_named_and_the_others_go_out(tmp_path: Path) -> None:
    twice = {**LINE, "issues": [LINE["issues"][0], LINE["issues"][0]]}  # type: ignore[index]  # a list
    undated = {**LINE, "promises": [{"pid": "p", "text": "secret words", "due_date": "soon"}]}
    source = written("{", LINE, "", {"promises": []}, twice, undated, folder=tmp_path)
    out = io.BytesIO()
    done = cover(source, out, matcher=None)
    assert [str(bad).removeprefix(f"{source}:") for bad in done.bad] == [
        "1: this is not valid JSON",
        "4: Object missing required field `issues`",
        "5: the same `key` stands there twice",
        "6: `due_date` is no day of the form 2026-08-14",
    ]
    assert done.engagements == len(out.getvalue().splitlines()) == 1
    assert done.answers == {"covered": 0, "missing": 1, "review": 1}


def test_a_byte_order_mark_loses_no_line_and_another_encoding_is_named(tmp_path: Path) -> None:
    line = json.dumps(LINE).encode()
    source, out = tmp_path / "in.jsonl", io.BytesIO()
    source.write_bytes(b"\xef\xbb\xbf%b\n%b\n\xef\xbb\xbf%b\n" % (line, line.replace(b"Scanner", b"K\xf6ln"), line))
    done = cover(source, out, matcher=None)
    assert [str(bad) for bad in done.bad] == [f"{source}:2: this is not UTF-8"]
    assert len(out.getvalue().splitlines()) == 2


def test_callers_own_id_in_a_text_says_nothing_and_what_contradicts_is_for_a_person(tmp_path: Path) -> None:
    issues = [
        {"key": "S-1", "summary": "Tickets", "description": "P1 is answered in 15 minutes. Of sta_0123456789abcdef"}
    ]
    asked = [
        {"pid": "P1", "text": "Old price lists are migrated"},
        {"pid": "1", "text": "Staff learn Greek"},
        {"pid": "sta_0123456789abcdef", "text": "P1 is answered in 30 minutes"},
    ]
    (row,) = answers({"promises": asked, "issues": issues}, folder=tmp_path)
    first, second, ours = row["coverage"]  # type: ignore[misc]  # a list of three
    assert (first["status"], second["status"]) == ("missing", "missing")
    assert (ours["status"], ours["reasons"][0]) == ("review", "S-1: names its id")


@pytest.mark.parametrize("status", ["Won't Do", "won’t do", "CANCELLED", "Storniert", "Annulé", "Closed - Not needed"])
def test_dropped_issue_never_covers(status: str) -> None:
    tracker = Tracker([AskedPromise("p", "Scanner sync")], [Issue("S-1", "Scanner sync", status=status)])
    (verdict,) = judge_tracker(tracker, matcher=None)
    assert verdict.links[0].status == "missing"
    assert verdict.reasons == (f"S-1 was dropped ({status})",)


@pytest.mark.parametrize(
    ("status", "state"),
    [("Done", "done"), ("Erledigt", "done"), ("In Progress", "in_progress"), ("Backlog", "to_do"), ("", "to_do")],
)
def test_status_names_fold_into_states(status: str, state: str) -> None:
    assert state_of(status) == state


def test_command_writes_a_file_and_tells_machines_the_counts(tmp_path: Path) -> None:
    source, target = written(LINE, "nonsense", folder=tmp_path), tmp_path / "out.jsonl"
    result = CliRunner().invoke(main, ["cover", "--input", str(source), "--output", str(target), "--json"])
    assert result.exit_code == 1
    assert f"{source}:2: this is not valid JSON" in result.stderr
    told = json.loads(result.stdout)
    assert (told["engagements"], told["covered"] + told["missing"] + told["review"]) == (1, 2)
    assert told["bad_lines"] == [{"line": 2, "reason": "this is not valid JSON"}]
    assert json.loads(target.read_text(encoding="utf-8"))["engagement_id"] == "e1"


def test_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    source, target = written(LINE, folder=tmp_path), tmp_path / "nowhere" / "out.jsonl"
    result = CliRunner().invoke(main, ["cover", "--input", str(source), "--output", str(target)])
    assert result.exit_code == 2
    assert "out.jsonl cannot be written (No such file or directory)" in " ".join(result.stderr.split())


def test_command_shows_an_example_and_refuses_what_is_not_there() -> None:
    assert "Example: atlas-sync cover" in CliRunner().invoke(main, ["cover", "--help"]).stdout
    assert CliRunner().invoke(main, ["cover", "--input", "nowhere", "--output", "-"]).exit_code == 2


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.text(max_size=80), max_size=4),
    st.lists(st.tuples(st.text(max_size=40), st.text(max_size=80)), max_size=4),
)
def test_any_text_is_answered(said: list[str], planned: list[tuple[str, str]]) -> None:
    promises = [AskedPromise(str(at), text) for at, text in enumerate(said)]
    issues = [Issue(f"K-{at}", summary, description=text) for at, (summary, text) in enumerate(planned)]
    verdicts = judge_tracker(Tracker(promises, issues), matcher=None)
    assert [verdict.links[0].subject_id for verdict in verdicts] == [one.pid for one in promises]
