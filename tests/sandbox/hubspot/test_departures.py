"""Records that are merged or erased, and the tokens of an installed app."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from atlas_sync.sandbox.hubspot import APP
from atlas_sync.sandbox.hubspot.oauth import TOKEN_PATHS
from tests.sandbox.hubspot.rig import ASSOCIATIONS, OBJECTS, Wire, ids

FORM = {"grant_type": "refresh_token", **APP}


def _merge(wire: Wire, kind: str, primary: str, other: str) -> Any:  # noqa: ANN401 - JSON
    return wire.post(f"/crm/v3/objects/{kind}/merge", {"primaryObjectId": primary, "objectIdToMerge": other})


@pytest.mark.parametrize("kind", ["deals", "companies", "contacts"])
def test_merged_id_gives_the_survivor_everywhere_but_in_lists(wire: Wire, kind: str) -> None:
    one, other = wire.create(kind), wire.create(kind)
    survivor = _merge(wire, kind, one, other)
    assert (survivor["id"] == one) is (kind != "deals")
    lost = {one, other} - {survivor["id"]}
    for key in lost:
        assert wire.get(f"{OBJECTS['v3']}/{kind}/{key}")["id"] == survivor["id"]
        assert ids(wire.post(f"{OBJECTS['v3']}/{kind}/batch/read", {"inputs": [{"id": key}]})) == [survivor["id"]]
    for archived in ("true", "false"):
        assert not lost & set(ids(wire.get(f"{OBJECTS['v3']}/{kind}", archived=archived, limit=100)))
    asked = wire.get(f"{OBJECTS['v3']}/{kind}/{survivor['id']}", properties="hs_merged_object_ids")
    assert set(asked["properties"]["hs_merged_object_ids"].split(";")) == lost


def test_merge_takes_associations_along_and_leaves_none_at_the_old_id(wire: Wire) -> None:
    old, fresh = wire.only("deals")["id"], wire.create("deals", dealname="Twin")
    survivor = _merge(wire, "deals", fresh, old)["id"]
    asked = {"inputs": [{"id": survivor}, {"id": old}]}
    answer = wire.post(f"{ASSOCIATIONS['2026-09']}/deals/contacts/batch/read", asked)
    assert {row["from"]["id"]: len(row["to"]) for row in answer["results"] if row["from"]["id"] == survivor} == {
        survivor: 2
    }
    assert survivor in ids(wire.get("/crm/v3/objects/deals"))


def test_merge_needs_two_records(wire: Wire) -> None:
    deal = wire.only("deals")["id"]
    body = {"primaryObjectId": deal, "objectIdToMerge": deal}
    wire.refused("POST", "/crm/v3/objects/deals/merge", status=400, json=body)


def test_erased_person_leaves_no_trace(wire: Wire) -> None:
    (key, *_) = ids(wire.get("/crm/v3/objects/contacts"))
    assert wire.call("POST", "/crm/v3/objects/contacts/gdpr-delete", json={"objectId": key}).status_code == 204
    for archived in ("true", "false"):
        assert key not in ids(wire.get("/crm/v3/objects/contacts", archived=archived, limit=100))
        wire.refused("GET", f"/crm/v3/objects/contacts/{key}?archived={archived}", status=404)
    wire.refused("POST", "/crm/v3/objects/deals/gdpr-delete", status=404, json={"objectId": wire.only("deals")["id"]})


def test_stale_index_still_counts_what_was_merged(wire: Wire) -> None:
    wire.wait(60)
    one, other = ids(wire.get("/crm/v3/objects/contacts"))[:2]
    before = wire.search("contacts")["total"]
    _merge(wire, "contacts", one, other)
    found = wire.search("contacts")
    assert found["total"] == before
    assert other not in ids(found)


def test_batch_with_history_takes_fifty(wire: Wire) -> None:
    inputs = [{"id": str(number)} for number in range(1, 52)]
    body = {"inputs": inputs, "propertiesWithHistory": ["dealstage"]}
    wire.refused("POST", "/crm/v3/objects/deals/batch/read", status=400, json=body)
    wire.post("/crm/v3/objects/deals/batch/read", {**body, "inputs": inputs[:50]}, status=207)


def test_address_that_is_too_long_is_refused(wire: Wire) -> None:
    names = ",".join(f"property_{number}" for number in range(900))
    wire.refused("GET", f"/crm/v3/objects/deals?properties={names}", status=414)


@pytest.mark.parametrize("path", TOKEN_PATHS)
def test_app_gets_a_token_for_half_an_hour(wire: Wire, path: str) -> None:
    granted = wire.call("POST", path, data=FORM, token="").json()
    assert granted["expires_in"] == 1800
    token = granted["access_token"]
    assert wire.call("GET", "/crm/v3/objects/deals", token=token).status_code == 200
    wire.clock.move_to(wire.clock.now() + timedelta(minutes=31))
    refused = wire.refused("GET", "/crm/v3/objects/deals", status=401, token=token)
    assert refused["category"] == "EXPIRED_AUTHENTICATION"
    assert set(refused) == {"status", "message", "correlationId", "category", "context"}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"refresh_token": "other"}, "BAD_REFRESH_TOKEN"),
        ({"client_secret": "other"}, "BAD_CLIENT_ID"),
        ({"grant_type": "password"}, "BAD_GRANT_TYPE"),
    ],
)
def test_grant_is_refused_for_what_is_unknown(wire: Wire, change: dict[str, str], word: str) -> None:
    answer = wire.call("POST", TOKEN_PATHS[0], data={**FORM, **change}, token="")
    assert (answer.status_code, answer.json()["status"]) == (400, word)


def test_quote_hangs_on_its_deal(wire: Wire) -> None:
    deal = wire.only("deals")["id"]
    quote = wire.create("quotes", hs_title="Pier", hs_status="DRAFT")
    path = f"{ASSOCIATIONS['v4']}/quotes/deals/batch"
    pair = {"from": {"id": quote}, "to": {"id": deal}}
    wire.post(f"{path}/associate/default", {"inputs": [pair]})
    (row,) = wire.post(f"{path}/read", {"inputs": [{"id": quote}]})["results"]
    assert [(to["toObjectId"], to["associationTypes"][0]["typeId"]) for to in row["to"]] == [(int(deal), 64)]
