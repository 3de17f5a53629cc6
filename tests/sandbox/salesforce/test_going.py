"""What people and the vendor do to records beside the API, and what of it the API user is shown."""

from __future__ import annotations

from datetime import timedelta

from tests.sandbox.salesforce.rig import NOW, Wire


def _made(wire: Wire, name: str = "Quill") -> str:
    return str(wire.call("POST", "sobjects/Contact", json={"LastName": name}).json()["id"])


def _shown(wire: Wire, key: str, *, everything: bool = True) -> list[dict[str, object]]:
    fields = "Id, IsDeleted, MasterRecordId, SystemModstamp"
    return wire.rows(f"SELECT {fields} FROM Contact WHERE Id = '{key}'", everything=everything)  # noqa: S608 - an id


def _logged(wire: Wire) -> set[str]:
    span = {"start": (NOW - timedelta(days=1)).isoformat(), "end": (NOW + timedelta(hours=9)).isoformat()}
    return {row["id"] for row in wire.call("GET", "sobjects/Contact/deleted", params=span).json()["deletedRecords"]}


def test_bin_shows_a_deleted_record_and_its_emptying_leaves_the_log(wire: Wire) -> None:
    key = _made(wire)
    wire.call("DELETE", f"sobjects/Contact/{key}")
    wire.clock.move_to(NOW + timedelta(minutes=5))
    assert _shown(wire, key)[0]["IsDeleted"] is True
    wire.sandbox.org.purge("Contact", key)
    assert _shown(wire, key) == []
    assert key in _logged(wire)


def test_restored_record_is_stamped_and_struck_from_the_log(wire: Wire) -> None:
    key = _made(wire)
    wire.call("DELETE", f"sobjects/Contact/{key}")
    wire.clock.move_to(NOW + timedelta(hours=1))
    wire.sandbox.org.undelete("Contact", key, at=wire.clock.now())
    (row,) = _shown(wire, key, everything=False)
    assert str(row["SystemModstamp"]) > "2026-06-15T08:30"
    assert key not in _logged(wire)


def test_restored_deal_brings_back_what_went_with_it_and_nothing_else(wire: Wire) -> None:
    deal = str(wire.one("SELECT Id FROM Opportunity")["Id"])
    first, *rest = (str(row["Id"]) for row in wire.rows("SELECT Id FROM Task WHERE WhatId != null"))
    wire.call("DELETE", f"sobjects/Task/{first}")
    wire.clock.move_to(NOW + timedelta(hours=1))
    wire.call("DELETE", f"sobjects/Opportunity/{deal}")
    assert wire.rows("SELECT Id FROM Task WHERE WhatId != null") == []
    wire.clock.move_to(NOW + timedelta(hours=2))
    wire.sandbox.org.undelete("Opportunity", deal, at=wire.clock.now())
    assert [row["Id"] for row in wire.rows("SELECT Id FROM Task WHERE WhatId != null")] == rest


def test_merge_bins_the_loser_and_hands_over_its_children_unstamped(wire: Wire) -> None:
    loser = str(wire.one("SELECT Id FROM Contact WHERE Title = 'CFO'")["Id"])
    role = wire.one(f"SELECT Id, SystemModstamp FROM OpportunityContactRole WHERE ContactId = '{loser}'")  # noqa: S608 - an id
    winner = _made(wire)
    wire.clock.move_to(NOW + timedelta(hours=1))
    wire.sandbox.org.merge("Contact", winner, loser, at=wire.clock.now())
    (row,) = _shown(wire, loser)
    assert (row["IsDeleted"], row["MasterRecordId"]) == (True, winner)
    moved = wire.one(f"SELECT Id, SystemModstamp FROM OpportunityContactRole WHERE ContactId = '{winner}'")  # noqa: S608 - an id
    assert moved == role
    assert loser in _logged(wire)


def test_hidden_record_is_in_no_answer_and_comes_back_without_a_stamp(wire: Wire) -> None:
    key = _made(wire)
    before = _shown(wire, key)
    wire.sandbox.org.store.hide(key)
    assert _shown(wire, key) == []
    assert wire.call("GET", f"sobjects/Contact/{key}").json()[0]["errorCode"] == "NOT_FOUND"
    wire.sandbox.org.store.show(key)
    assert _shown(wire, key) == before


def test_log_follows_sharing(wire: Wire) -> None:
    key = _made(wire)
    wire.call("DELETE", f"sobjects/Contact/{key}")
    wire.clock.move_to(NOW + timedelta(minutes=5))
    wire.sandbox.org.store.hide(key)
    assert key not in _logged(wire)


def test_cursor_holds_which_records_there_are_and_not_what_is_in_them(wire: Wire) -> None:
    keys = [_made(wire, f"N{n}") for n in range(6)]
    body = wire.query("SELECT Id, LastName FROM Contact ORDER BY SystemModstamp, Id").json()
    wire.call("PATCH", f"sobjects/Contact/{keys[-1]}", json={"LastName": "Later"})
    wire.sandbox.org.store.forget("Contact", keys[-2])
    rest = wire.call("GET", body["nextRecordsUrl"]).json()
    assert [row["LastName"] for row in rest["records"]] == ["N3", "Later"]
    assert (body["totalSize"], rest["done"]) == (8, True)


def test_tracked_fields_leave_their_old_and_new_values(wire: Wire) -> None:
    deal = wire.one("SELECT Id FROM Opportunity")["Id"]
    wire.call("PATCH", f"sobjects/Opportunity/{deal}", json={"NextStep": "Sign"})
    changes = wire.rows("SELECT Field, OldValue, NewValue FROM OpportunityFieldHistory WHERE Field = 'NextStep'")
    assert [(row["Field"], row["OldValue"], row["NewValue"]) for row in changes] == [("NextStep", None, "Sign")]


def test_geolocation_is_one_value_and_two_fields(wire: Wire) -> None:
    deal = wire.one("SELECT Id FROM Opportunity")["Id"]
    wire.call("PATCH", f"sobjects/Opportunity/{deal}", json={"Site__Latitude__s": 55.9, "Site__Longitude__s": -3.1})
    row = wire.one("SELECT Site__c, Site__Latitude__s FROM Opportunity")
    assert (row["Site__c"], row["Site__Latitude__s"]) == ({"latitude": 55.9, "longitude": -3.1}, 55.9)
    fields = {field["name"]: field for field in wire.call("GET", "sobjects/Opportunity/describe").json()["fields"]}
    assert fields["Site__Longitude__s"]["compoundFieldName"] == "Site__c"
    assert fields["Site__c"]["type"] == "location"
