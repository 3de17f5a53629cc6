"""Increments that lose nothing, whatever the index believes and whoever is stamped."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from atlas_sync.canonical.observed import ObservedDeal, ObservedInteraction
from atlas_sync.connectors.protocol import Page, ReadRequest
from atlas_sync.errors import ContractError, TransientError
from tests.connectors.hubspot.conftest import Stage
from tests.sandbox.hubspot.rig import LAG, NOW


def _only(stage: Stage, kind: str) -> str:
    return str(stage.wire.only(kind)["id"])


def _link(stage: Stage, kind: str, one: str, to: str, other: str, *, label: str | None = None) -> None:
    pair: dict[str, Any] = {"from": {"id": one}, "to": {"id": other}}
    path, verb = f"/crm/v4/associations/{kind}/{to}", "associate/default"
    if label:
        types = stage.wire.get(f"{path}/labels")["results"]
        (number,) = [row["typeId"] for row in types if row["label"] == label]
        pair["types"] = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": number}]
        verb = "create"
    stage.wire.post(f"{path}/batch/{verb}", {"inputs": [pair]}, status=201 if label else 200)


def _part(stage: Stage, kind: str, one: str, to: str, other: str) -> None:
    answer = stage.wire.call("DELETE", f"/crm/v4/objects/{kind}/{one}/associations/{to}/{other}")
    assert answer.status_code == 204


def _later(stage: Stage) -> datetime:
    """Let the vendor's own touches and its index settle, and give the moment after."""
    stage.wire.wait(60)
    return stage.wire.clock.now()


def test_record_is_read_as_it_is_now_though_the_index_believes_otherwise(stage: Stage) -> None:
    deal = _only(stage, "deals")
    since = _later(stage)
    stage.wire.call("PATCH", f"/crm/v3/objects/deals/{deal}", json={"properties": {"amount": "1"}})
    stage.wire.wait(LAG + 1)
    stage.wire.call("PATCH", f"/crm/v3/objects/deals/{deal}", json={"properties": {"amount": "2"}})
    (body,) = stage.bodies("deals", since)
    assert body["record"]["properties"]["amount"] == "2"


def test_what_a_late_index_missed_comes_with_the_overlap_of_the_next_window(stage: Stage) -> None:
    since = _later(stage)
    made = stage.wire.create("notes", hs_timestamp="2026-06-15T08:00:00Z", hs_note_body="Late")
    assert stage.ids("notes", since) == []
    stage.wire.wait(LAG)
    following = stage.wire.clock.now() - timedelta(minutes=5)
    assert made in stage.ids("notes", following)


def test_record_archived_behind_the_index_is_no_news_and_loses_no_other(stage: Stage) -> None:
    since = _later(stage)
    keys = [stage.wire.create("companies", name=f"C{number}") for number in range(3)]
    stage.wire.wait(LAG + 1)
    stage.wire.call("DELETE", f"/crm/v3/objects/companies/{keys[0]}")
    assert stage.ids("clients", since) == keys[1:]


def test_one_stamp_for_all_breaks_no_page(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atlas_sync.connectors.hubspot.walks._SEARCH", 2)
    since = _later(stage)
    keys = [stage.wire.create("companies", name=f"C{number}") for number in range(7)]
    stage.wire.wait(60)
    inputs = [{"id": key, "properties": {"city": "Leith"}} for key in keys]
    stage.wire.post("/crm/v3/objects/companies/batch/update", {"inputs": inputs})
    stage.wire.wait(LAG + 1)
    assert stage.ids("clients", since) == sorted(keys, key=int)


def test_record_stamped_at_the_very_start_of_the_window_is_in_it(stage: Stage) -> None:
    _later(stage)
    made = stage.wire.create("companies", name="On the edge")
    stage.wire.wait(60)
    stamp = stage.wire.get(f"/crm/v3/objects/companies/{made}")["properties"]["hs_lastmodifieddate"]
    since = datetime.fromisoformat(stamp)
    assert stage.ids("clients", since) == [made]
    assert stage.ids("clients", since + timedelta(milliseconds=1)) == []


def test_more_records_than_one_query_reaches_are_all_read(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atlas_sync.connectors.hubspot.walks._SEARCH", 5)
    monkeypatch.setattr("atlas_sync.sandbox.hubspot.search._WINDOW", 10)
    since = _later(stage)
    inputs = [{"properties": {"name": f"C{number}"}} for number in range(42)]
    stage.wire.post("/crm/v3/objects/companies/batch/create", {"inputs": inputs}, status=201)
    stage.wire.wait(LAG + 60)
    assert len(set(stage.ids("clients", since))) == 42


def test_ids_of_different_length_are_ordered_as_numbers(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atlas_sync.connectors.hubspot.walks._SEARCH", 3)
    since = _later(stage)
    keys = [stage.wire.create("contacts", firstname=f"P{number}") for number in range(12)]
    assert len({len(key) for key in keys}) == 2
    stage.wire.wait(LAG + 1)
    assert stage.ids("persons", since) == keys


def test_record_that_moves_while_pages_are_read_is_not_lost(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atlas_sync.connectors.hubspot.walks._SEARCH", 2)
    monkeypatch.setattr("atlas_sync.connectors.hubspot.records._TOGETHER", 1)
    since = _later(stage)
    keys = [stage.wire.create("companies", name=f"C{number}") for number in range(5)]
    stage.wire.wait(LAG + 1)
    pages = stage.reader().read(ReadRequest("clients", since))
    found = [record.id for record in next(pages).records]
    stage.wire.call("PATCH", f"/crm/v3/objects/companies/{keys[3]}", json={"properties": {"city": "Leith"}})
    stage.wire.wait(LAG + 1)
    found += [record.id for page in pages for record in page.records]
    assert found == keys


def _search(ids: list[int], *, after: str = "") -> str:
    paging = {"paging": {"next": {"after": after}}} if after else {}
    return json.dumps({"total": 9, "results": [{"id": str(one), "properties": {}} for one in ids], **paging})


def test_empty_page_is_not_the_last_while_there_is_a_next_one(stage: Stage) -> None:
    since = _later(stage)
    made = stage.wire.create("companies", name="Behind")
    stage.wire.wait(LAG + 1)
    stage.fault("status", "/companies/search", status=200, body=_search([], after="200"))
    second = stage.fault("status", "/companies/search", status=200, body=_search([int(made)]))
    assert stage.ids("clients", since) == [made]
    assert second.times == 0


@pytest.mark.parametrize(
    ("bodies", "kind"),
    [
        ([_search([], after="200"), _search([], after="200")], ContractError),
        ([_search([7, 5])], ContractError),
        ([_search([5, 7], after="2"), _search([6])], ContractError),
        ([_search([], after="9900")], TransientError),
        (['{"results": [{"properties": {}}]}'], ContractError),
    ],
    ids=["same key twice", "out of order", "goes back", "beyond the reach", "no id"],
)
def test_search_that_breaks_its_word_never_ends_quietly(stage: Stage, bodies: list[str], kind: type[Exception]) -> None:
    for body in bodies:
        stage.fault("status", "/tasks/search", status=200, body=body)
    with pytest.raises(kind):
        stage.ids("tasks", NOW)


def test_listing_that_repeats_its_key_never_ends_quietly(stage: Stage) -> None:
    body = '{"results": [], "paging": {"next": {"after": "7"}}}'
    stage.fault("status", "/objects/2026-09/tasks", status=200, body=body, times=2)
    with pytest.raises(ContractError, match="twice"):
        stage.ids("tasks")


def test_page_shorter_than_asked_is_not_the_last(stage: Stage) -> None:
    first = {"results": [], "paging": {"next": {"after": "1"}}}
    stage.fault("status", "/objects/2026-09/companies", status=200, body=json.dumps(first))
    assert stage.ids("clients") == [_only(stage, "companies")]


def test_no_change_costs_two_calls_a_stream_at_most(stage: Stage) -> None:
    known = {"deals": stage.ids("deals"), "links": stage.ids("links", deals=stage.ids("deals"))}
    since = _later(stage)
    reader = stage.reader()
    reader.describe("pipelines")
    assert stage.calls(reader) == 1  # what the token may do, once a run
    for spec in reader.streams():
        before = stage.calls(reader)
        reader.describe(spec.name)
        pages = list(reader.read(ReadRequest(spec.name, since if spec.mode == "increment" else None, known)))
        assert pages[-1].proof
        assert stage.calls(reader) - before <= 2, spec.name


# What no stamp tells: associations.


def _known(stage: Stage) -> dict[str, list[str]]:
    deals = stage.ids("deals")
    return {"deals": deals, "links": stage.ids("links", deals=deals)}


def _news(stage: Stage, since: datetime, known: dict[str, list[str]]) -> list[Any]:
    """Read the links, and let what was landed be known from now on."""
    reader = stage.reader()
    pages = reader.read(ReadRequest("links", since, known))
    records = [record for page in pages for record in page.records]
    known["links"] = [*known["links"], *(record.id for record in records)]
    return [row for record in records for row in stage.map("links", record.body)]


def _attach(stage: Stage, note: str, deal: str) -> None:
    _link(stage, "notes", note, "deals", deal)


def _detach(stage: Stage, note: str, deal: str) -> None:
    _part(stage, "notes", note, "deals", deal)


def test_note_that_is_attached_and_parted_again_follows_every_time(stage: Stage) -> None:
    deal = _only(stage, "deals")
    note = stage.wire.create("notes", hs_timestamp="2026-06-15T08:00:00Z", hs_note_body="Loose")
    stage.wire.wait(60)
    known = _known(stage)
    changes: list[tuple[Callable[[Stage, str, str], None], int]] = [(_attach, 1), (_detach, 0), (_attach, 1)]
    for change, count in changes:
        since = _later(stage)
        change(stage, note, deal)
        stage.wire.wait(LAG + 1)
        assert stage.ids("notes", since) == []
        (row,) = _news(stage, since, known)
        assert isinstance(row, ObservedInteraction)
        assert row.source == f"hs:interaction/note:{note}"
        assert len(row.deals) == count


def test_links_of_which_no_read_came_to_its_end_are_compared_from_the_start(stage: Stage) -> None:
    deal, other = _only(stage, "deals"), stage.wire.create("deals", dealname="Late", dealstage="appointmentscheduled")
    notes = [stage.wire.create("notes", hs_timestamp="2026-06-15T08:00:00Z", hs_note_body=text) for text in "ab"]
    for note, one in zip(notes, (deal, other), strict=True):
        _attach(stage, note, one)
    stage.wire.wait(LAG + 1)
    known = {"deals": [deal], "links": stage.ids("links", deals=[deal])}
    assert any(one.startswith(f"{deal}-notes-{notes[0]}-") for one in known["links"])
    _detach(stage, notes[0], deal)
    known["deals"].append(other)
    pages = stage.reader().read(ReadRequest("links", None, known))
    found = {record.id for page in pages for record in page.records}
    assert {f"{deal}-notes-{notes[0]}-2", f"{other}-notes-{notes[1]}-1"} <= found


def test_unchanged_links_re_read_nothing(stage: Stage) -> None:
    known = _known(stage)
    stage.wire.call("PATCH", f"/crm/v3/objects/deals/{known['deals'][0]}", json={"properties": {"amount": "1"}})
    stage.wire.wait(LAG + 1)
    assert _news(stage, NOW, known) == []


def test_deal_follows_its_primary_company_though_nobody_stamps_it(stage: Stage) -> None:
    deal, old = _only(stage, "deals"), _only(stage, "companies")
    other = stage.wire.create("companies", name="Quay Ltd")
    stage.wire.wait(60)
    known = _known(stage)
    since = _later(stage)
    _part(stage, "deals", deal, "companies", old)
    _link(stage, "deals", deal, "companies", other, label="Primary")
    stage.wire.wait(LAG + 1)
    assert stage.ids("deals", since) == []
    row = _news(stage, since, known)[-1]
    assert isinstance(row, ObservedDeal)
    assert row.client == f"hs:client:{other}"
    _link(stage, "deals", deal, "companies", old)
    row = _news(stage, since, known)[-1]
    assert isinstance(row, ObservedDeal)
    assert row.client == f"hs:client:{other}"


def test_deal_follows_when_another_of_its_companies_becomes_the_primary_one(stage: Stage) -> None:
    deal, old = _only(stage, "deals"), _only(stage, "companies")
    other = stage.wire.create("companies", name="Quay Ltd")
    _link(stage, "deals", deal, "companies", other)
    stage.wire.wait(60)
    known = _known(stage)
    assert [row.client for row in stage.rows("deals") if isinstance(row, ObservedDeal)] == [f"hs:client:{old}"]
    since = _later(stage)
    _link(stage, "deals", deal, "companies", other, label="Primary")
    rows = [row for row in _news(stage, since, known) if isinstance(row, ObservedDeal)]
    assert rows[-1].client == f"hs:client:{other}"


def test_activity_that_the_index_does_not_know_yet_comes_through_its_deal(stage: Stage) -> None:
    deal = _only(stage, "deals")
    known = _known(stage)
    since = _later(stage)
    note = stage.wire.create("notes", hs_timestamp="2026-06-15T08:00:00Z", hs_note_body="Fresh")
    _attach(stage, note, deal)
    stage.wire.wait(LAG + 1)
    assert f"hs:interaction/note:{note}" in {row.source for row in _news(stage, since, known)}


def test_archived_activity_is_told_as_such_through_its_deal(stage: Stage) -> None:
    note = _only(stage, "notes")
    known = _known(stage)
    since = _later(stage)
    stage.wire.call("DELETE", f"/crm/v3/objects/notes/{note}")
    stage.wire.wait(LAG + 1)
    (row,) = _news(stage, since, known)
    assert (row.source, row.deletion) == (f"hs:interaction/note:{note}", "archived")


def test_links_rely_on_deals_read_earlier_in_the_run_only_if_that_window_began_no_later(stage: Stage) -> None:
    known = _known(stage)
    since = _later(stage)
    note = stage.wire.create("notes", hs_timestamp="2026-06-15T08:00:00Z", hs_note_body="Loose")
    _attach(stage, note, known["deals"][0])
    stage.wire.wait(LAG + 1)
    reader = stage.reader()
    list(reader.read(ReadRequest("deals", stage.wire.clock.now())))
    pages = list(reader.read(ReadRequest("links", since, known)))
    assert [record.id.split("-")[2] for page in pages for record in page.records] == [note]


def test_company_that_came_and_went_while_a_run_read_is_not_kept(stage: Stage) -> None:
    deal, old = _only(stage, "deals"), _only(stage, "companies")
    known = _known(stage)
    since = _later(stage)
    other = stage.wire.create("companies", name="Quay Ltd")
    _link(stage, "deals", deal, "companies", other, label="Primary")
    stage.wire.call("PATCH", f"/crm/v3/objects/deals/{deal}", json={"properties": {"amount": "1"}})
    stage.wire.wait(LAG + 1)
    for _ in range(2):
        reader = stage.reader()
        pages = list(reader.read(ReadRequest("deals", since, known)))
        assert [row.client for row in _deals(stage, "deals", pages)] == [f"hs:client:{other}"]
        _part(stage, "deals", deal, "companies", other)
        _link(stage, "deals", deal, "companies", old, label="Primary")
        pages = list(reader.read(ReadRequest("links", since, known)))
        assert [row.client for row in _deals(stage, "links", pages)] == [f"hs:client:{old}"]
        known["links"] += [record.id for page in pages for record in page.records]
        _link(stage, "deals", deal, "companies", other, label="Primary")


def _deals(stage: Stage, stream: str, pages: list[Page]) -> list[ObservedDeal]:
    rows = [row for page in pages for record in page.records for row in stage.map(stream, record.body)]
    return [row for row in rows if isinstance(row, ObservedDeal)]


def test_role_that_was_taken_away_is_not_in_the_set_any_more(stage: Stage) -> None:
    deals = stage.ids("deals")
    before = stage.ids("roles", deals=deals)
    contact = before[0].partition("-")[2]
    _part(stage, "deals", deals[0], "contacts", contact)
    assert stage.ids("roles", deals=deals) == before[1:]


def test_all_associations_of_a_record_are_read_past_its_page(stage: Stage) -> None:
    deal = _only(stage, "deals")
    for number in range(5):
        key = stage.wire.create("contacts", firstname=f"P{number}")
        _link(stage, "deals", deal, "contacts", key)
    assert len(stage.ids("roles", deals=[deal])) == 7
