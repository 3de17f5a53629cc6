from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from atlas_sync.cli import main
from atlas_sync.cli.benches import ingest, pages, read
from atlas_sync.cli.benches.figures import Report, Side, Target, checksum_of
from atlas_sync.cli.benches.made import made_pages

SIDE = Side(name="ours", records=1000, cpu_s=0.5, wall_s=2.0, rss_mib=90, checksum="1000/ab")


def _report(value: float, *, agree: bool = True) -> Report:
    target = Target(name="CPU over plain parsing", value=value, kind="at most", limit=2.5)
    return Report(name="pages", sides=(SIDE,), targets=(target,), checksum="1000/ab", checksums_agree=agree)


@pytest.mark.parametrize(
    ("report", "code"), [(_report(2.4), 0), (_report(2.6), 7), (_report(2.4, agree=False), 7)], ids=str
)
def test_missed_target_or_another_result_is_exit_code_7(
    report: Report, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "bench_pages", lambda: report)
    done = CliRunner().invoke(main, ["bench", "pages", "--json"])
    said = json.loads(done.output)
    assert (done.exit_code, said["is_met"]) == (code, code == 0)
    assert said["targets"][0]["is_met"] == (report.targets[0].value <= 2.5)
    assert (said["sides"][0]["name"], said["checksum"]) == ("ours", "1000/ab")


def test_figures_are_printed_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "bench_pages", lambda: _report(2.6))
    done = CliRunner().invoke(main, ["bench", "pages"])
    assert "MISSED: CPU over plain parsing: 2.60, at most 2.5" in done.output
    assert "500.0" in done.output  # microseconds a record


@pytest.mark.soak
def test_pages_are_measured_with_the_same_result_on_both_sides() -> None:
    report = pages.bench_pages(2400)
    assert report.checksums_agree
    assert {side.records for side in report.sides} == {1200, 600}
    assert all(side.cpu_s > 0 for side in report.sides)
    assert [target.name.partition(":")[0] for target in report.targets] == ["HubSpot", "Jira"]
    assert "no object model" in report.notes[0]


@pytest.mark.soak
def test_ingest_measures_each_side_in_a_process_of_its_own_and_says_how_to_get_the_peers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ingest, "is_there", lambda _package: False)
    done = CliRunner().invoke(main, ["bench", "ingest", "--records", "2400", "--json"])
    said = json.loads(done.output)
    assert said["checksums_agree"]
    assert {"ours", "mapped"} <= {side["name"] for side in said["sides"]}
    assert all(side["rss_mib"] > 20 for side in said["sides"])
    assert sum("--group bench" in note for note in said["notes"]) == 2
    assert done.exit_code == (0 if said["is_met"] else 7)


@pytest.mark.soak
def test_read_finds_each_text_again_and_makes_of_it_what_was_made_before() -> None:
    report = read.bench_read(240)
    assert report.checksums_agree
    assert [(side.name, side.records) for side in report.sides] == [("sentences", 240), ("unchanged", 20)]
    assert report.checksum.startswith("20/")
    assert report.targets[0].value == report.sides[0].per_second


def test_made_records_are_the_same_every_time_and_as_many_as_asked_for() -> None:
    first, second = (list(made_pages(2400)) for _ in range(2))
    assert first == second
    assert sum(len(json.loads(body).get("results") or json.loads(body)["records"]) for _stream, body in first) == 2400
    assert [body for _stream, body in made_pages(2400, changed_share=1.0)] != [body for _stream, body in first]


def test_checksum_does_not_depend_on_the_order() -> None:
    assert checksum_of(["a", "b"]) == checksum_of(["b", "a"]) != checksum_of(["a", "c"])
    assert checksum_of([]).startswith("0/")


@pytest.mark.e2e
@pytest.mark.soak
def test_written_items_are_in_the_tracker_once_and_their_time_is_measured() -> None:
    done = CliRunner().invoke(main, ["bench", "write", "--records", "100", "--json"])
    said = json.loads(done.output)
    assert said["checksums_agree"]
    assert [side["records"] for side in said["sides"]] == [50, 100]
    assert said["sides"][1]["wall_s"] > 100 * 2 / 50
    assert done.exit_code == (0 if said["is_met"] else 7)
