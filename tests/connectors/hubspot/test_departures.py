"""Four ways of going away, each told by an answer and none by absence alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from atlas_sync.connectors.hubspot.objects import OBJECTS
from atlas_sync.connectors.protocol import Page
from atlas_sync.errors import AccessError, AuthError, ContractError, TransientError
from tests.connectors.hubspot.conftest import Stage, settings_for
from tests.sandbox.hubspot.rig import NOW

CREATED = {"hs_timestamp": "2026-06-15T08:00:00Z"}


def _make(stage: Stage, stream: str) -> str:
    kind = OBJECTS[stream]
    return stage.wire.create(kind.type, **(CREATED if kind.kind.startswith("interaction") else {}))


def _look_up(stage: Stage, stream: str, ids: Sequence[str]) -> list[Any]:
    pages = list(stage.reader().look_up(stream, ids))
    assert pages[-1].proof
    return [msgspec.json.decode(record.body) for page in pages for record in page.records]


def _gone(stage: Stage, stream: str, key: str) -> Any:  # noqa: ANN401 - JSON
    (body,) = [body for body in _look_up(stage, stream, [key]) if "gone" in body]
    (row, *others) = stage.map(stream, msgspec.json.encode(body))
    assert row.source == f"hs:{OBJECTS[stream].kind}:{key}"
    assert row.deletion == body["gone"]
    assert all(other.deletion == row.deletion for other in others)
    return body


@pytest.mark.parametrize("stream", list(OBJECTS))
def test_archived_record_is_told_on_its_own_and_in_the_list_of_its_type(stage: Stage, stream: str) -> None:
    key = _make(stage, stream)
    stage.wire.call("DELETE", f"/crm/v3/objects/{OBJECTS[stream].type}/{key}")
    assert _gone(stage, stream, key) == {"gone": "archived", "id": key}
    (body,) = stage.bodies("archived")
    assert (body["gone"], body["stream"], body["id"]) == ("archived", stream, key)
    assert body["record"]["archivedAt"]
    assert stage.rows("archived")[0].source == f"hs:{OBJECTS[stream].kind}:{key}"


def test_increment_looks_for_archived_deals_only(stage: Stage) -> None:
    keys = {stream: _make(stage, stream) for stream in ("deals", "persons")}
    for stream, key in keys.items():
        stage.wire.call("DELETE", f"/crm/v3/objects/{OBJECTS[stream].type}/{key}")
    assert stage.ids("archived", NOW) == [f"deals-{keys['deals']}"]
    assert len(stage.ids("archived")) == 2


@pytest.mark.parametrize("stream", ["clients", "persons", "deals"])
def test_merged_record_is_told_with_its_survivor(stage: Stage, stream: str) -> None:
    one, other = _make(stage, stream), _make(stage, stream)
    body = {"primaryObjectId": one, "objectIdToMerge": other}
    survivor = stage.wire.post(f"/crm/v3/objects/{OBJECTS[stream].type}/merge", body)["id"]
    assert _gone(stage, stream, other) == {"gone": "merged", "id": other, "into": survivor}
    rows = [row for row in stage.rows(stream) if row.deletion == "merged"]
    assert {row.source for row in rows} == {f"hs:{OBJECTS[stream].kind}:{key}" for key in {one, other} - {survivor}}


def test_merge_is_told_by_a_single_answer_where_the_list_of_merged_ids_is_hidden(stage: Stage) -> None:
    one, other = _make(stage, "clients"), _make(stage, "clients")
    stage.wire.post("/crm/v3/objects/companies/merge", {"primaryObjectId": one, "objectIdToMerge": other})
    stage.wire.faults.hide("hubspot", "companies", "hs_merged_object_ids")
    assert _gone(stage, "clients", other)["into"] == one


def test_erased_person_is_found_by_the_sweep_and_told_as_deleted(stage: Stage) -> None:
    known = stage.ids("persons")
    stage.wire.post("/crm/v3/objects/contacts/gdpr-delete", {"objectId": known[0]}, status=204)
    assert stage.ids("archived") == []
    swept = [record.id for page in stage.reader().sweep("persons") for record in page.records]
    assert swept == known[1:]
    assert _gone(stage, "persons", known[0]) == {"gone": "deleted", "id": known[0]}


@pytest.mark.parametrize("version", ["2026-09", "2026-03", "v3"])
def test_looked_up_records_are_told_apart_in_every_version(stage: Stage, version: str) -> None:
    stage.settings = settings_for(stage.settings.endpoint, api_version=version)
    here, archived, erased = (_make(stage, "persons") for _ in range(3))
    stage.wire.call("DELETE", f"/crm/v3/objects/contacts/{archived}")
    stage.wire.post("/crm/v3/objects/contacts/gdpr-delete", {"objectId": erased}, status=204)
    found = _look_up(stage, "persons", [erased, here, archived, here])
    assert {body.get("id") or body["record"]["id"]: body.get("gone") for body in found} == {
        here: None,
        archived: "archived",
        erased: "deleted",
    }
    assert len(found) == 3


def test_record_that_we_may_not_see_is_told_as_such(stage: Stage) -> None:
    stage.fault("status", "/contacts/4711$", status=403, body='{"category": "MISSING_SCOPES"}')
    assert _gone(stage, "persons", "4711") == {"gone": "not_visible", "id": "4711"}


def test_lost_permission_and_lost_token_are_no_departure(stage: Stage) -> None:
    stage.fault("status", "/contacts/4711$", status=401, body="{}")
    with pytest.raises(AuthError):
        _look_up(stage, "persons", ["4711"])
    stage.wire.faults.deny("hubspot", "crm.objects.contacts.read")
    with pytest.raises(AccessError, match=r"crm\.objects\.contacts\.read"):
        _look_up(stage, "persons", ["4711"])


def test_batch_that_answers_404_for_all_is_not_the_last_word(stage: Stage) -> None:
    key = _make(stage, "persons")
    stage.wire.call("DELETE", f"/crm/v3/objects/contacts/{key}")
    stage.fault("status", "/contacts/batch/read", status=404, body='{"status": "error"}')
    assert _gone(stage, "persons", key)["gone"] == "archived"


def test_404_of_a_proxy_proves_nothing_gone(stage: Stage) -> None:
    stage.fault("status", "/contacts/4711$", status=404, body="<html>no route</html>")
    with pytest.raises(ContractError, match="not HubSpot's"):
        _look_up(stage, "persons", ["4711"])


def test_record_that_batches_left_out_is_landed_whole_or_not_at_all(stage: Stage) -> None:
    key = stage.wire.create("contacts", lastname="There")
    stage.fault("status", "/contacts/batch/read", status=200, body='{"results": []}', times=2)
    (body,) = _look_up(stage, "persons", [key])
    assert body["record"]["properties"]["lastname"] == "There"
    stage.fault("status", "/contacts/batch/read", status=200, body='{"results": []}', times=3)
    with pytest.raises(TransientError):
        _look_up(stage, "persons", [key])


def test_meeting_takes_its_internal_notes_along(stage: Stage) -> None:
    (meeting,) = stage.ids("meetings")
    stage.wire.call("DELETE", f"/crm/v3/objects/meetings/{meeting}")
    (body,) = _look_up(stage, "meetings", [meeting])
    assert [row.source for row in stage.map("meetings", msgspec.json.encode(body))] == [
        f"hs:interaction/meeting:{meeting}",
        f"hs:interaction/meeting:{meeting}/internal",
    ]


@pytest.mark.parametrize("stream", list(OBJECTS))
def test_sweep_lists_every_id_without_content(stage: Stage, stream: str) -> None:
    pages: list[Page] = list(stage.reader().sweep(stream))
    assert [record.id for page in pages for record in page.records] == stage.ids(stream)
    assert not any(record.body for page in pages for record in page.records)
    assert pages[-1].proof


@pytest.mark.parametrize("stream", ["users", "pipelines", "roles", "links", "archived"])
def test_streams_without_records_of_their_own_are_not_swept(stage: Stage, stream: str) -> None:
    assert list(stage.reader().sweep(stream)) == []
    assert list(stage.reader().look_up(stream, ["1"])) == []


def test_sweep_goes_past_the_first_page(stage: Stage) -> None:
    keys = [stage.wire.create("companies", name=f"C{number}") for number in range(120)]
    swept = [record.id for page in stage.reader().sweep("clients") for record in page.records]
    assert swept[1:] == keys
    body = json.dumps({"results": [], "paging": {"next": {"after": "5"}}})
    stage.fault("status", "/objects/2026-09/companies", status=200, body=body)
    assert [page.proof for page in stage.reader().sweep("clients")] == ["", "", "no paging.next"]
