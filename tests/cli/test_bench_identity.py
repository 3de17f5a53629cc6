"""`bench identity` over a few people: what is one is put together, and what is measured is held against splink where it is."""

from __future__ import annotations

import pytest

from atlas_sync.cli.benches import identity
from atlas_sync.cli.benches.figures import Side


def test_whoever_two_crms_know_is_put_together_and_so_is_who_comes_later() -> None:
    everybody = identity._ours(100, is_increment=False)
    later = identity._ours(100, is_increment=True)
    assert everybody.checksum.startswith("60/")
    assert (everybody.records, later.records) == (200, 1)
    assert later.checksum.startswith("61/")


@pytest.mark.parametrize("there", [["splink"], []])
def test_peer_is_compared_where_it_is_there_and_named_where_it_is_not(
    monkeypatch: pytest.MonkeyPatch, there: list[str]
) -> None:
    walls = {"ours": 2.0, "new": 0.1, "splink": 8.0}

    def side(_module: str, name: str, _records: str) -> Side:
        return Side(name=name, records=1, cpu_s=1, wall_s=walls[name], rss_mib=1, checksum="60/ab")

    monkeypatch.setattr(identity, "side_of", side)
    monkeypatch.setattr(identity, "is_there", lambda package: package in there)
    report = identity.bench_identity(100)
    met = [(round(target.value, 2), target.is_met) for target in report.targets]
    assert met == ([(0.05, True), (4.0, False), (1.0, True)] if there else [(0.05, True)])
    assert any("--group bench" in note for note in report.notes) is not bool(there)
