from __future__ import annotations

import json

import pytest

from atlas_sync.connectors.protocol import ReadRequest
from tests.connectors.hubspot.conftest import Stage
from tests.sandbox.hubspot.rig import LAG, NOW

REQUEST = ReadRequest("clients")


@pytest.fixture
def keys(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the ids of many records, where few are worth a window."""
    monkeypatch.setattr("atlas_sync.connectors.hubspot.windows._WORTH", 40)
    monkeypatch.setattr("atlas_sync.connectors.hubspot.walks._LIST", 7)
    monkeypatch.setattr("atlas_sync.connectors.hubspot.records._TOGETHER", 1)
    inputs = [{"properties": {"name": f"C{number}"}} for number in range(200)]
    for start in (0, 100):
        stage.wire.post("/crm/v3/objects/companies/batch/create", {"inputs": inputs[start : start + 100]}, status=201)
    stage.wire.wait(LAG + 60)
    return stage.ids("clients")


def test_windows_are_disjoint_and_together_hold_every_record(stage: Stage, keys: list[str]) -> None:
    reader = stage.reader()
    parts = reader.windows(REQUEST)
    found = [[record.id for page in reader.read(part) for record in page.records] for part in parts]
    assert [key for part in found for key in part] == keys
    assert len(parts) >= 6
    assert max(len(part) for part in found) <= len(keys) // 4
    assert len({part.window for part in parts}) == len(parts)
    assert (parts[0].window.startswith("0-"), parts[-1].window.endswith("-0")) == (True, True)
    for part in parts:
        *others, last = reader.read(part)
        assert last.proof
        assert not any(page.proof for page in others)


@pytest.mark.parametrize(("more", "last"), [(0, 5), (1, 6)])
def test_record_at_the_edge_is_in_one_window_and_no_other(stage: Stage, keys: list[str], more: int, last: int) -> None:
    edge = int(keys[5]) + more
    for window, expected in ((f"{keys[2]}-{edge}", keys[2:last]), (f"{edge}-0", keys[last:])):
        pages = stage.reader().read(ReadRequest("clients", window=window))
        assert [record.id for page in pages for record in page.records] == expected


def test_windows_tell_how_many_records_they_have(stage: Stage, keys: list[str]) -> None:
    reader = stage.reader()
    told = 0
    for part in reader.windows(REQUEST):
        pages = list(reader.read(part))
        assert {page.total for page in pages} == {sum(len(page.records) for page in pages)}
        told += pages[0].total or 0
    assert told == len(keys)


def test_windows_are_named_alike_by_the_next_run(stage: Stage, keys: list[str]) -> None:
    before = stage.reader().windows(REQUEST)
    assert len(keys) == 201
    stage.wire.create("companies", name="One more")
    stage.wire.wait(LAG + 1)
    assert stage.reader().windows(REQUEST) == before


def test_late_index_leaves_nothing_out(stage: Stage, keys: list[str]) -> None:
    late = stage.wire.create("companies", name="Not in the index yet")
    reader = stage.reader()
    found = [record.id for part in reader.windows(REQUEST) for page in reader.read(part) for record in page.records]
    assert found == [*keys, late]


@pytest.mark.parametrize("stop", [1, 3])
def test_cut_off_read_goes_on_where_it_stood(stage: Stage, keys: list[str], stop: int) -> None:
    pages = stage.reader().read(REQUEST)
    first = [next(pages) for _ in range(stop)]
    assert first[-1].position
    rest = list(stage.reader().read(ReadRequest("clients", position=first[-1].position)))
    assert [record.id for page in (*first, *rest) for record in page.records] == keys
    part = stage.reader().windows(REQUEST)[1]
    whole = list(stage.reader().read(part))
    rest = list(stage.reader().read(ReadRequest("clients", window=part.window, position=whole[0].position)))
    assert [page.records for page in rest] == [page.records for page in whole[1:]]


def test_few_records_are_one_window(stage: Stage) -> None:
    reader = stage.reader()
    assert reader.windows(REQUEST) == [REQUEST]
    assert [page.total for page in reader.read(REQUEST)] == [1]


@pytest.mark.parametrize("request_", [ReadRequest("clients", NOW), ReadRequest("roles")], ids=["increment", "set"])
def test_only_first_reads_of_records_are_parted(stage: Stage, keys: list[str], request_: ReadRequest) -> None:
    assert keys
    assert stage.reader().windows(request_) == [request_]


def test_counts_that_lie_only_change_the_parts(stage: Stage, keys: list[str]) -> None:
    body = {"total": 1_000, "results": [{"id": keys[-1]}]}
    stage.fault("status", "/companies/search", status=200, body=json.dumps(body), times=3)
    reader = stage.reader()
    found = [record.id for part in reader.windows(REQUEST) for page in reader.read(part) for record in page.records]
    assert found == keys
