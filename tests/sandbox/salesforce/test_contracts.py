"""The stand-in's answers beside the vendor's recorded ones: the same keys, the same types, the same texts."""

# ruff: noqa: ANN401  # JSON, whose shape is what the tests are about

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from atlas_sync.sandbox.salesforce import CLIENT_ID, CLIENT_SECRET
from atlas_sync.sandbox.salesforce.schema import CHILDREN, OBJECTS
from tests.sandbox.salesforce.rig import Wire

pytestmark = pytest.mark.contracts

DESCRIBED = ("Account", "Contact", "Event", "Opportunity", "OpportunityContactRole", "Task")
LISTED = (
    *("Contract", "ContentDocument", "ContentDocumentLink", "ContentVersion", "EmailMessage", "OpportunityHistory"),
    *("OpportunityLineItem", "Product2", "User"),
)
OURS = {
    "CurrencyIsoCode",  # there when an org has several currencies; the recorded one has not
    "ContractId",  # there when an org ties contracts to deals; the recorded one does not
}
HEADERS = {"cache-control", "content-type", "date", "sforce-limit-info", "vary", "x-sfdc-request-id"}


def _recording(shared: Path, name: str) -> Any:
    text = (shared / "contracts" / "salesforce" / "recordings" / f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text)


def _described(shared: Path, name: str) -> Any:
    text = (shared / "contracts" / "salesforce" / "describe" / f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text)


def _shape(value: Any) -> Any:
    """Give the types of a value; of a list, those of its first entry."""
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shape(value[0])] if value else []
    return type(value).__name__


@pytest.mark.parametrize("name", DESCRIBED)
def test_described_objects_have_the_vendors_keys(wire: Wire, shared: Path, name: str) -> None:
    theirs = _described(shared, f"{name}.describe")
    ours = wire.call("GET", f"sobjects/{name}/describe").json()
    optional = {"associateEntityType", "associateParentEntity", "sobjectDescribeOption"}
    assert set(ours) - optional == set(theirs) - optional
    same = ("createable", "deletable", "updateable", "undeletable", "mergeable", "keyPrefix", "label", "labelPlural")
    assert {key: ours[key] for key in same} == {key: theirs[key] for key in same}
    assert set(ours["fields"][0]) == set(theirs["fields"][0])
    if ours["childRelationships"]:
        assert set(ours["childRelationships"][0]) == set(theirs["childRelationships"][0])


@pytest.mark.parametrize("name", DESCRIBED)
def test_fields_are_as_the_vendor_describes_them(wire: Wire, shared: Path, name: str) -> None:
    theirs = {field["name"]: field for field in _described(shared, f"{name}.describe")["fields"]}
    ours = wire.call("GET", f"sobjects/{name}/describe").json()["fields"]
    same = (
        *("type", "soapType", "length", "byteLength", "nillable", "createable", "updateable", "filterable", "sortable"),
        *("defaultedOnCreate", "idLookup", "nameField", "namePointing", "relationshipName", "groupable"),
    )
    differing = {
        (field["name"], key): (field[key], theirs[field["name"]][key])
        for field in ours
        if field["name"] not in OURS and not field["custom"]
        for key in same
        if field[key] != theirs[field["name"]][key]
        and (field["name"], key) != ("Fiscal", "byteLength")  # the vendor's own exception: plain ASCII
    }
    assert differing == {}
    for field in ours:
        if field["name"] not in OURS and not field["custom"]:
            assert set(field["referenceTo"]) <= set(theirs[field["name"]]["referenceTo"])


@pytest.mark.parametrize("name", LISTED)
def test_other_objects_have_fields_the_vendor_lists(shared: Path, name: str) -> None:
    listed = _described(shared, "standard-objects.fields")["objects"][name]["fields"]
    ours = [field for field in OBJECTS[name].fields if field.name not in OURS]
    assert {field.name for field in ours} <= set(listed) | {"LatestPublishedVersionId"}
    nillable = {field.name: field.has("n") for field in ours if field.name in listed}
    assert {key: value for key, value in nillable.items() if value != listed[key]["nillable"]} == {}


def test_children_are_named_as_the_vendor_names_them(shared: Path) -> None:
    for parent in ("Account", "Contact", "Opportunity"):
        theirs = {
            (child["childSObject"], child["field"], child["relationshipName"])
            for child in _described(shared, f"{parent}.describe")["childRelationships"]
        }
        assert {entry[1:] for entry in CHILDREN if entry[0] == parent} <= theirs


def test_the_global_describe(wire: Wire, shared: Path) -> None:
    theirs, ours = _described(shared, "global.describe"), wire.call("GET", "sobjects").json()
    assert set(ours) == set(theirs)
    flags = {thing["name"]: thing for thing in theirs["sobjects"]}
    for thing in ours["sobjects"]:
        assert set(thing) == set(theirs["sobjects"][0])
        known = flags.get(thing["name"])
        if known:
            same = ("createable", "updateable", "deletable", "undeletable", "queryable", "replicateable")
            assert {key: thing[key] for key in same} == {key: known[key] for key in same}, thing["name"]


def test_versions(wire: Wire, shared: Path) -> None:
    theirs = _recording(shared, "versions")["response"]
    ours = wire.send("GET", "/services/data")
    labels = [
        {**entry, "label": entry["label"].replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")} for entry in theirs["body"]
    ]
    assert ours.json() == labels
    assert set(theirs["headers"]) - {"transfer-encoding"} <= set(ours.headers)
    assert "sforce-limit-info" not in ours.headers


def test_token(wire: Wire, shared: Path) -> None:
    wire.log_in()
    form = _recording(shared, "token.client-credentials.documented")["request"]["form"]
    sent = {**form, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    ours = wire.send("POST", "/services/oauth2/token", data=sent).json()
    assert _shape(ours) == _shape(_recording(shared, "token.client-credentials.documented")["response"]["body"])
    refused = wire.send("POST", "/services/oauth2/token", data=form).json()
    assert set(refused) == set(_recording(shared, "token.error.invalid_grant"))


def test_limits(wire: Wire, shared: Path) -> None:
    theirs, ours = _recording(shared, "limits")["response"]["body"], wire.call("GET", "limits").json()
    assert set(ours) <= set(theirs)
    assert all(_shape(ours[name]) == _shape(theirs[name]) for name in ours)


def test_query_answers_and_their_headers(wire: Wire, shared: Path) -> None:
    theirs = _recording(shared, "query.paged.accounts")
    query = theirs[0]["request"]["params"]["q"].replace(", BillingState", "")
    for number in range(5):
        wire.call("POST", "sobjects/Account", json={"Name": f"Extra {number}"})
    first = wire.query(query)
    assert first.status_code == 200
    assert set(first.headers) >= HEADERS
    assert list(first.json()) == [key for key in theirs[0]["response"]["body"] if not key.startswith("_")]
    last = wire.call("GET", first.json()["nextRecordsUrl"]).json()
    assert list(last) == [key for key in theirs[1]["response"]["body"] if not key.startswith("_")]
    expected = dict(theirs[0]["response"]["body"]["records"][0])
    del expected["BillingState"]
    assert list(first.json()["records"][0]) == list(expected)
    assert set(first.json()["records"][0]["attributes"]) == set(expected["attributes"])


def test_stamps_look_as_recorded(wire: Wire, shared: Path) -> None:
    record = _recording(shared, "query.paged.accounts")[0]["response"]["body"]["records"][0]
    ours = wire.one("SELECT SystemModstamp FROM Account")["SystemModstamp"]
    assert [letter.isdigit() for letter in ours] == [letter.isdigit() for letter in record["SystemModstamp"]]
    assert ours[-9:] == record["SystemModstamp"][-9:]


def test_children_and_opportunities_have_the_recorded_shape(wire: Wire, shared: Path) -> None:
    theirs = _recording(shared, "query.opportunity-with-OpportunityContactRoles")
    ours = wire.query(
        "SELECT Id, Name, Amount, StageName, (SELECT Id, ContactId, Role FROM OpportunityContactRoles) FROM Opportunity"
    ).json()
    assert _shape(ours) == _shape(theirs)


def test_empty_answers_and_counts(wire: Wire, shared: Path) -> None:
    assert wire.query("SELECT Id FROM Account WHERE Name = 'x'").json() == _recording(shared, "query.empty")
    counts = _recording(shared, "composite.count.INVALID_TYPE")[0]["response"]["body"]["compositeResponse"]
    assert _shape(wire.query("select count() from Account").json()) == _shape(counts[0]["body"])
    assert wire.query("select count() from XYZZY").json() == counts[1]["body"]


def test_the_window_of_an_error_begins_where_the_vendors_does(wire: Wire, shared: Path) -> None:
    theirs = _recording(shared, "error.INVALID_TYPE")
    assert wire.query("SELECT Id,Name,BillingCity,IsDeleted FROM Accout").json() == theirs


def test_refusals_have_the_recorded_bodies(wire: Wire, shared: Path) -> None:
    def ours(method: str, path: str, **options: Any) -> Any:
        return wire.call(method, path, **options).json()

    key = ours("POST", "sobjects/Account", json={"Name": "New Ltd"})["id"]
    column = ours("POST", "sobjects/Account", json={"Name": "A", "AccountNumer": "1"})
    assert column == _recording(shared, "error.INVALID_FIELD")
    closed = ours("PATCH", f"sobjects/Account/{key}", json={"MasterRecordId": None})
    assert closed == _recording(shared, "error.INVALID_FIELD_FOR_INSERT_UPDATE")
    wire.call("DELETE", f"sobjects/Account/{key}")
    assert ours("DELETE", f"sobjects/Account/{key}") == _recording(shared, "error.ENTITY_IS_DELETED")
    wrong = ours("PATCH", "sobjects/Account/Namez/x", json={"Name": "A"})
    assert wrong == _recording(shared, "error.NOT_FOUND.external-id-field")
    wire.token = "nonsense"
    assert ours("GET", "limits") == _recording(shared, "error.INVALID_SESSION_ID")


@pytest.mark.parametrize("name", ["sobject.create.201", "upsert.by-idLookup-email.201", "upsert.by-Id.updateOnly.200"])
def test_writes_answer_as_recorded(wire: Wire, shared: Path, name: str) -> None:
    theirs = _recording(shared, name)
    account = wire.one("SELECT Id FROM Account")["Id"]
    request = theirs["request"]
    path = request["path"].replace("001dM00003kReWpQAK", account)
    answer = wire.call(request["method"], path, json=request["data"], params=request.get("params"))
    assert answer.status_code == theirs["response"]["status"]
    assert _shape(answer.json()) == _shape(theirs["response"]["body"])
    assert set(theirs["response"]["headers"]) - {"transfer-encoding"} <= set(answer.headers)


def test_writes_without_a_body_answer_as_recorded(wire: Wire, shared: Path) -> None:
    account = wire.one("SELECT Id FROM Account")["Id"]
    for name in ("sobject.update.204", "sobject.delete.204"):
        theirs = _recording(shared, name)
        options = {"json": theirs["request"]["data"]} if "data" in theirs["request"] else {}
        answer = wire.call(theirs["request"]["method"], f"sobjects/Account/{account}", **options)
        assert (answer.status_code, answer.content) == (204, b"")
        assert set(answer.headers) == set(theirs["response"]["headers"])


def test_collections_answer_as_recorded(wire: Wire, shared: Path) -> None:
    create = _recording(shared, "collections.create")
    made = wire.call("POST", create["request"]["path"], json=create["request"]["data"])
    assert _shape(made.json()) == _shape(create["response"]["body"])
    update = _recording(shared, "collections.update.partial-error")
    changed = wire.call("PATCH", update["request"]["path"], json=update["request"]["data"])
    assert changed.json() == update["response"]["body"]
    removed = wire.call("DELETE", "composite/sobjects", params={"ids": made.json()[0]["id"]})
    deleted = _recording(shared, "collections.delete.partial-error")
    assert _shape(removed.json()) == _shape(deleted["response"]["body"])
    contact = {"attributes": {"type": "Contact"}}
    missing = wire.call("PATCH", "composite/sobjects", json={"records": [contact, contact]})
    assert missing.json() == _recording(shared, "collections.update.missing-id")
    rolled = {"allOrNone": True, "records": [contact, {**contact, "LastName": "X"}]}
    undone = wire.call("POST", "composite/sobjects", json=rolled)
    assert undone.json() == _recording(shared, "collections.create.allOrNone-rolled-back")
    empty = wire.call("POST", "composite/sobjects", json={"records": []})
    assert empty.json() == _recording(shared, "collections.create.bad-request")


def test_spans_answer_as_recorded(wire: Wire, shared: Path) -> None:
    account = wire.one("SELECT Id FROM Account")["Id"]
    span = {"start": "2026-06-14T00:00:00+00:00", "end": "2026-06-15T08:00:00+00:00"}
    wire.call("POST", "sobjects/Account", json={"Name": "New Ltd"})
    updated = wire.call("GET", "sobjects/Account/updated", params=span).json()
    assert _shape(updated) == _shape(_recording(shared, "getUpdated"))
    wire.call("DELETE", f"sobjects/Account/{account}")
    deleted = wire.call("GET", "sobjects/Account/deleted", params=span).json()
    assert _shape(deleted) == _shape(_recording(shared, "getDeleted"))


def test_record_counts_answer_as_recorded(wire: Wire, shared: Path) -> None:
    theirs = _recording(shared, "sequence.recordCount-and-upsert")[0]["response"]["body"]
    assert _shape(wire.call("GET", "limits/recordCount", params={"sObjects": "Account"}).json()) == _shape(theirs)


def test_a_lost_locator_answers_as_reported(wire: Wire, shared: Path) -> None:
    entries = _recording(shared, "errors.catalogue")["entries"]
    theirs = next(entry for entry in entries if entry["name"] == "query locator gone")
    answer = wire.call("GET", "query/0r8000000000000AAA-2000")
    assert (answer.status_code, answer.json()) == (theirs["status"], theirs["body"])


def test_query_job_is_told_as_recorded_and_documented(wire: Wire, shared: Path) -> None:
    recorded = _recording(shared, "bulk2.query.job.UploadComplete")
    job = wire.call(
        "POST", "jobs/query", json={"operation": "queryAll", "query": "SELECT Id, Name FROM Contact"}
    ).json()
    assert set(job) == set(recorded)
    assert {key for key in recorded if type(recorded[key]) is not type(job[key])} == set()
    wire.call("GET", f"jobs/query/{job['id']}")
    wire.call("GET", f"jobs/query/{job['id']}")
    steps = _recording(shared, "bulk2.query.sequence.documented")["sequence"]
    pages, locator = [step["response"] for step in steps[2:]], {}
    for theirs in pages:
        ours = wire.call("GET", f"jobs/query/{job['id']}/results", params={"maxRecords": "1", **locator})
        assert {name.lower() for name in theirs["headers"]} <= set(ours.headers)
        assert (ours.headers["sforce-locator"] == "null") == (theirs["headers"]["Sforce-Locator"] == "null")
        assert ours.text.startswith('"Id","Name"\n"003')
        locator = {"locator": ours.headers["sforce-locator"]}


def test_query_in_a_body_is_answered_as_recorded(wire: Wire, shared: Path) -> None:
    recorded = _recording(shared, "composite.ok")[1]["response"]["body"]["compositeResponse"][0]
    refused = _recording(shared, "composite.subrequest-404")[0]["response"]["body"]["compositeResponse"][0]
    asked = [
        {"method": "GET", "url": f"/services/data/v62.0/{path}", "referenceId": name}
        for name, path in (("good", "query?q=SELECT Id FROM Account LIMIT 1"), ("bad", "sobjects/Foo"))
    ]
    answer = wire.call("POST", "composite", json={"compositeRequest": asked})
    good, bad = answer.json()["compositeResponse"]
    assert answer.status_code == 200
    assert (set(good), set(good["body"])) == (set(recorded), set(recorded["body"]))
    assert (bad["httpStatusCode"], bad["body"][0]["errorCode"]) == (404, refused["body"][0]["errorCode"])


def test_several_questions_in_one_are_answered_as_recorded(wire: Wire, shared: Path) -> None:
    recorded = _recording(shared, "composite.batch")["response"]["body"]
    asked = [
        {"method": "GET", "url": f"v62.0/{path}"}
        for path in ("limits", "sobjects/Account/describe", "sobjects/Foo/describe")
    ]
    answer = wire.call("POST", "composite/batch", json={"haltOnError": False, "batchRequests": asked}).json()
    assert set(answer) == set(recorded)
    assert [set(result) for result in answer["results"]] == [set(recorded["results"][0])] * 3
    assert [result["statusCode"] for result in answer["results"]] == [200, 200, 404]
    assert (answer["hasErrors"], answer["results"][1]["result"]["name"]) == (True, "Account")
