"""Associations: labels, types and categories, paging for each record, and what a new one counts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.hubspot.rig import ASSOCIATIONS, Wire, make_wire

V4 = ASSOCIATIONS["v4"]


def _read(wire: Wire, *, root: str = V4, path: str = "deals/contacts", **entry: str) -> Any:  # noqa: ANN401  # JSON
    entry = entry or {"id": wire.only("deals")["id"]}
    return wire.post(f"{root}/{path}/batch/read", {"inputs": [entry]})["results"][0]


@pytest.mark.parametrize("root", ASSOCIATIONS.values())
def test_role_is_a_label_beside_the_unlabeled_type(wire: Wire, root: str) -> None:
    types = [row["associationTypes"] for row in _read(wire, root=root)["to"]]
    unlabeled = {"category": "HUBSPOT_DEFINED", "typeId": 3, "label": None}
    own = {"category": "USER_DEFINED", "typeId": 35, "label": "Decision maker"}
    assert types == [[unlabeled, own], [unlabeled]]


def test_id_is_a_number_in_v4_and_a_text_in_dated_versions(wire: Wire) -> None:
    numbers = [row["toObjectId"] for row in _read(wire)["to"]]
    texts = [row["toObjectId"] for row in _read(wire, root=ASSOCIATIONS["2026-09"])["to"]]
    assert [str(number) for number in numbers] == texts
    assert all(isinstance(number, int) for number in numbers)


def test_inverse_has_another_type(wire: Wire) -> None:
    contact = wire.search("contacts", ("email", "EQ", "dot@pier.example"))["results"][0]["id"]
    (row,) = _read(wire, path="contacts/deals", id=contact)["to"]
    assert [entry["typeId"] for entry in row["associationTypes"]] == [4, 36]


def test_each_records_list_is_paged_on_its_own() -> None:
    wire = make_wire(association_page=1)
    deal = wire.only("deals")["id"]
    first = _read(wire)
    after = first["paging"]["next"]["after"]
    second = _read(wire, id=deal, after=after)
    assert "paging" not in second
    assert first["to"][0]["toObjectId"] != second["to"][0]["toObjectId"]
    listed = wire.get(f"/crm/v4/objects/deals/{deal}/associations/contacts", after=after)
    assert listed["results"] == second["to"]


def test_record_without_associations_is_reported_by_v4_and_left_out_by_the_newest_version(wire: Wire) -> None:
    lonely = wire.create("deals", dealname="Lonely")
    body = {"inputs": [{"id": lonely}]}
    told = wire.post(f"{V4}/deals/contacts/batch/read", body, status=207)
    assert told["results"] == []
    assert told["errors"][0]["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert told["errors"][0]["message"] == f"No contact is associated with deal {lonely}."
    untold = wire.post(f"{ASSOCIATIONS['2026-09']}/deals/contacts/batch/read", body)
    assert (untold["results"], "errors" in untold) == ([], False)


def test_newest_version_has_no_list_for_one_record(wire: Wire) -> None:
    deal = wire.only("deals")["id"]
    wire.refused("GET", f"/crm/objects/2026-09/deals/{deal}/associations/contacts", status=404)


@pytest.mark.parametrize("root", ASSOCIATIONS.values())
def test_labels_list_the_types_of_the_portal(wire: Wire, root: str) -> None:
    made = wire.post(f"{root}/deals/contacts/labels", {"label": "Site lead", "name": "site_lead"})["results"]
    assert made[0] == {"category": "USER_DEFINED", "typeId": 37, "label": "Site lead"}
    listed = wire.get(f"{root}/deals/contacts/labels")["results"]
    assert [row["label"] for row in listed] == [None, "Decision maker", "Site lead"]
    wire.refused("POST", f"{root}/deals/contacts/labels", status=400, json={})


def test_label_alone_does_not_move_the_deals_stamp(wire: Wire) -> None:
    deal, contact = wire.only("deals"), str(_read(wire)["to"][1]["toObjectId"])
    spec = {"associationCategory": "USER_DEFINED", "associationTypeId": 35}
    path = f"/crm/v4/objects/deals/{deal['id']}/associations/contacts/{contact}"
    answer = wire.call("PUT", path, json=[spec])
    assert answer.status_code == 201
    assert answer.json()["labels"] == ["Decision maker"]
    assert wire.only("deals")["updatedAt"] == deal["updatedAt"]
    assert len(_read(wire)["to"][1]["associationTypes"]) == 2


def test_new_pair_is_counted_and_moves_the_stamp(wire: Wire) -> None:
    deal, contact = wire.only("deals"), wire.create("contacts", email="new@pier.example")
    before = wire.only("deals", properties="num_associated_contacts")["properties"]["num_associated_contacts"]
    path = f"/crm/v4/objects/deals/{deal['id']}/associations/default/contacts/{contact}"
    answer = wire.call("PUT", path)
    assert sorted(row["associationSpec"]["associationTypeId"] for row in answer.json()["results"]) == [3, 4]
    after = wire.only("deals", properties="num_associated_contacts")
    assert (before, after["properties"]["num_associated_contacts"]) == ("2", "3")
    assert after["updatedAt"] > deal["updatedAt"]
    assert wire.call("DELETE", path.replace("/default", "")).status_code == 204
    assert len(_read(wire)["to"]) == 2


def test_batches_make_and_end_associations(wire: Wire) -> None:
    deal, contact = wire.only("deals")["id"], wire.create("contacts", email="new@pier.example")
    pair = {"from": {"id": deal}, "to": {"id": contact}}
    spec = {"associationCategory": "USER_DEFINED", "associationTypeId": 35}
    made = wire.post(f"{V4}/deals/contacts/batch/create", {"inputs": [{**pair, "types": [spec]}]}, status=201)
    assert made["results"][0]["labels"] == ["Decision maker"]
    assert len(_read(wire)["to"]) == 3
    ended = {"inputs": [{"from": pair["from"], "to": [pair["to"]]}]}
    assert wire.call("POST", f"{V4}/deals/contacts/batch/archive", json=ended).status_code == 204
    assert len(_read(wire)["to"]) == 2
    default = wire.post(f"{V4}/deals/contacts/batch/associate/default", {"inputs": [pair]})
    assert len(default["results"]) == 2


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        ({"from": {"id": "1"}, "to": {"id": "2"}, "types": []}, 404),
        ({"from": "1", "to": {"id": "2"}, "types": []}, 400),
    ],
)
def test_pair_that_is_not_there_is_refused(wire: Wire, entry: Any, status: int) -> None:  # noqa: ANN401  # cases of a table
    wire.refused("POST", f"{V4}/deals/contacts/batch/create", status=status, json={"inputs": [entry]})


def test_types_of_other_objects_are_refused(wire: Wire) -> None:
    path = f"/crm/v4/objects/deals/{wire.only('deals')['id']}/associations/companies/{wire.only('companies')['id']}"
    spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}
    wire.refused("PUT", path, status=400, json=[spec])
    wire.refused("PUT", path, status=400, json=[])


def test_archived_records_are_no_longer_associated(wire: Wire) -> None:
    contact = str(_read(wire)["to"][0]["toObjectId"])
    wire.call("DELETE", f"/crm/v3/objects/contacts/{contact}")
    assert contact not in [str(row["toObjectId"]) for row in _read(wire)["to"]]
    assert wire.only("deals", properties="num_associated_contacts")["properties"]["num_associated_contacts"] == "1"


def test_record_has_one_primary_company(wire: Wire) -> None:
    deal, old = wire.only("deals")["id"], wire.only("companies")["id"]
    other = wire.create("companies", name="Quay Ltd")
    path = f"{ASSOCIATIONS['2026-09']}/deals/companies/batch"
    primary = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 5}]
    pair = {"from": {"id": deal}, "to": {"id": other}, "types": primary}
    wire.post(f"{path}/create", {"inputs": [pair]}, status=201)
    (row,) = wire.post(f"{path}/read", {"inputs": [{"id": deal}]})["results"]
    labels = {to["toObjectId"]: [type_["label"] for type_ in to["associationTypes"]] for to in row["to"]}
    assert labels == {old: [None], other: ["Primary", None]}
