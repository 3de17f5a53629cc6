"""`bench gaps` over a few engagements: what is planned is found by its words, and nothing new is traced by nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas_sync.cli.benches import gaps
from atlas_sync.cli.benches.figures import Side


def test_items_are_found_by_the_words_of_their_promises() -> None:
    count, ids = gaps._ours(3)()
    found = set(ids)
    assert count == 3 * 160
    assert len(found) > 3 * 8 / 2
    assert found <= {f"{number}-{at}" for number in range(3) for at in range(8)}


def test_all_are_traced_once_then_what_changed_and_then_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("atlas_sync.operations.compare.usable_matcher", lambda: (None, ""))
    monkeypatch.setattr(gaps, "_CHANGED_OF", 3)
    sides = [gaps._trace(name, 4, tmp_path) for name in ("all traced", "1 % changed", "nothing new")]
    assert [side.records for side in sides] == [4, 2, 0]
    assert len({side.checksum for side in sides}) == 1
    assert not sides[0].checksum.startswith("0/")


@pytest.mark.parametrize("there", [["rapidfuzz"], []])
def test_peer_is_compared_where_it_is_there_and_named_where_it_is_not(
    monkeypatch: pytest.MonkeyPatch, there: list[str]
) -> None:
    cpu = {"ours": 2.0, "rapidfuzz": 9.0, "all traced": 10.0, "1 % changed": 0.3, "nothing new": 0.1}

    def side(_module: str, name: str, *_arguments: str) -> Side:
        records = 0 if name == "nothing new" else 1
        return Side(name=name, records=records, cpu_s=cpu[name], wall_s=1, rss_mib=90, checksum="60/ab")

    monkeypatch.setattr(gaps, "side_of", side)
    monkeypatch.setattr(gaps, "is_there", lambda package: package in there)
    report = gaps.bench_gaps(100)
    met = {target.name: (target.value, target.is_met) for target in report.targets}
    assert met["CPU of 1 % changed over that of all"] == (0.03, False)
    assert met["engagements traced with nothing new"] == (0, True)
    assert met.get("rapidfuzz's CPU over ours") == ((4.5, True) if there else None)
    assert any("--group bench" in note for note in report.notes) is not bool(there)
