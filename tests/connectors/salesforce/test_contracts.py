"""Every recorded answer that belongs to a stream is mapped, or refused for a reason that stands here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import msgspec
import pytest

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.connectors.salesforce import SalesforceMapper
from atlas_sync.connectors.salesforce.bulk import BulkJob, _decode
from atlas_sync.connectors.salesforce.bulk import _records as _records_of_page
from atlas_sync.connectors.salesforce.client import read_limits
from atlas_sync.connectors.salesforce.faults import NotFoundError, SessionLostError, read_error
from atlas_sync.connectors.salesforce.fields import SOURCES, Source
from atlas_sync.connectors.salesforce.gone import _Log
from atlas_sync.connectors.salesforce.schema import Column
from atlas_sync.connectors.salesforce.walk import _read
from atlas_sync.errors import AccessError, AtlasError, AuthError, ContractError, MappingError
from tests.connectors.salesforce.conftest import Stage, settings_for

pytestmark = pytest.mark.contracts

MAPPER = SalesforceMapper("crm", settings_for(None))
STREAM_OF = {source.thing: stream for stream, source in SOURCES.items()}
DESCRIBED = ("Account", "Contact", "Event", "Opportunity", "OpportunityContactRole", "Task")

REFUSED = {
    "$.Id": "what a client sent to be created, which has none yet, or a query that did not ask for it; we always do",
    "$.IsWon": "the recorded query did not ask for it; we always do",
    "$.Name": "the recorded query did not ask for it; we always do",
    "$.OpportunityId": "the recorded subquery did not ask for it; we always do",
    "$.CreatedDate": "the recorded query asked for no time at all",
}
READ = {
    "records": ("query.*", "queryAll.*", "queryMore.*", "sobject.get.*", "sequence.*", "composite.ok.json"),
    "refusals": (
        "error.*",
        "errors.catalogue.json",
        "token.error.*",
        "token.refresh.error.json",
        "composite.subrequest-*",
    ),
    "jobs": ("bulk2.query.*",),
    "deletions": ("getDeleted.json",),
    "limits": ("limits.json",),
    "batches": ("composite.batch.json",),
}
"""How each recording is read, by the pattern of its name."""

ASIDE = {
    "collections.*": "answers to writing, and we only read",
    "bulk2.ingest.*": "answers to writing",
    "upsert.*": "answers to writing",
    "sobject.create.*": "answers to writing",
    "sobject.update.*": "answers to writing",
    "sobject.delete.*": "answers to writing",
    "composite.graph.json": "answers to writing",
    "composite.count.INVALID_TYPE.json": "counts, which the first page of a query tells as well",
    "composite.if-modified-since-304.json": "a describe asked for conditionally; ours is asked for once a run",
    "cdc.*": "pushed changes, which polling makes needless",
    "getUpdated.json": "ids alone, which cost a second question",
    "oauth2.userinfo.json": "who we are, which the org knows",
    "postman.request-catalogue.json": "requests without answers",
    "versions.json": "the version is a setting",
    "token.success.json": "read by simple-salesforce",
    "token.client-credentials.documented.json": "read by simple-salesforce",
}
"""Recordings that belong to nothing we read, and why."""

NEWER = {
    "Opportunity.CurrencyIsoCode": "only where several currencies are switched on",
    "Opportunity.ContractId": "only where deals link contracts",
}


def _records(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any recording
    """Yield every record inside a recording, whatever is around it; bodies may be JSON as text."""
    if isinstance(value, str) and value.startswith(("{", "[")):
        try:
            value = json.loads(value)
        except ValueError:
            return
    if isinstance(value, dict):
        if isinstance(value.get("attributes"), dict):
            yield value
        for inner in value.values():
            yield from _records(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _records(inner)


def _recorded(shared: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path in sorted((shared / "contracts/salesforce/recordings").glob("*.json")):
        for record in _records(json.loads(path.read_text(encoding="utf-8"))):
            if stream := STREAM_OF.get(record["attributes"].get("type", "")):
                yield path.name, stream, record


def _files(shared: Path) -> list[Path]:
    return sorted((shared / "contracts/salesforce/recordings").iterdir())


def _read_as(shared: Path, how: str) -> Iterator[tuple[str, Any]]:
    for path in _files(shared):
        if any(fnmatch(path.name, pattern) for pattern in READ[how]):
            yield path.name, json.loads(path.read_text(encoding="utf-8"))


def test_every_recording_is_read_in_one_way_or_set_aside_for_a_reason(shared: Path) -> None:
    patterns = [*(pattern for some in READ.values() for pattern in some), *ASIDE]
    hits = {path.name: [pattern for pattern in patterns if fnmatch(path.name, pattern)] for path in _files(shared)}
    assert {name: found for name, found in hits.items() if len(found) != 1} == {}
    assert {pattern for found in hits.values() for pattern in found} == set(patterns)


def test_every_recorded_page_is_read_or_refused_for_its_missing_ids(shared: Path) -> None:
    read: list[str] = []
    refused: list[str] = []
    for name, recording in _read_as(shared, "records"):
        for page in _pages(recording):
            answer = Answer(200, {}, json.dumps(page).encode())
            if all("Id" in record for record in page["records"]):
                found, _rest = _read(answer)
                assert [msgspec.json.decode(record.body) for record in found.records] == page["records"]
                read.append(name)
            else:
                with pytest.raises(ContractError, match="without Id"):
                    _read(answer)
                refused.append(name)
    assert len(set(read)) > 12
    assert set(refused) == {
        "composite.ok.json",
        "query.aggregate.json",
        "query.contacts.amp.json",
        "sequence.bulk1-upsert.json",
        "sequence.recordCount-and-upsert.json",
        "sequence.upsert-collections-rest.json",
    }


def _pages(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any recording
    """Yield every page of a query's answer, not those of children inside."""
    if isinstance(value, dict):
        if "done" in value and isinstance(value.get("records"), list):
            yield value
            return
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _pages(inner)


def test_every_recorded_refusal_is_read_as_one(shared: Path) -> None:
    kinds: dict[str, type[object]] = {}
    for name, recording in _read_as(shared, "refusals"):
        for status, body in _refusals(name, recording):
            kinds[name] = type(read_error(Answer(status, {}, json.dumps(body).encode())))
    assert {name for name, kind in kinds.items() if not issubclass(kind, AtlasError)} == set()
    assert len(kinds) == 12
    assert kinds["error.INVALID_SESSION_ID.json"] is SessionLostError
    assert kinds["error.ENTITY_IS_DELETED.json"] is NotFoundError
    assert kinds["error.INVALID_FIELD.json"] is AccessError
    assert kinds["token.error.invalid_grant.json"] is AuthError


def _refusals(name: str, recording: Any) -> Iterator[tuple[int, Any]]:  # noqa: ANN401 - any recording
    if name.startswith("composite"):
        inner = recording[0]["response"]["body"]["compositeResponse"][0]
        yield inner["httpStatusCode"], inner["body"]
    elif name.startswith("errors.catalogue"):
        yield from ((entry["status"], entry["body"]) for entry in recording["entries"] if entry["status"] >= 400)
    else:
        status = {"INVALID_SESSION_ID": 401, "NOT_FOUND": 404, "ENTITY_IS_DELETED": 404}.get(name.split(".")[1], 400)
        yield status, recording


def test_every_recorded_job_is_read(shared: Path) -> None:
    for _name, recording in _read_as(shared, "jobs"):
        steps = recording.get("sequence", [{"response": {"body": recording}}])
        for body in (step["response"]["body"] for step in steps):
            if isinstance(body, dict):
                assert _decode(Answer(200, {}, json.dumps(body).encode())).id.startswith("750")
    (name,) = [name for name, _recording in _read_as(shared, "jobs") if "sequence" in name]
    pages = [step["response"] for step in dict(_read_as(shared, "jobs"))[name]["sequence"][2:]]
    columns = {"Id": Column("Id", "id"), "Name": Column("Name"), "IsDeleted": Column("IsDeleted", "boolean")}
    columns["SystemModstamp"] = Column("SystemModstamp", "datetime")
    job = BulkJob("Account", "", columns, page=2, timeout_s=1.0, version="60.0")
    headers = ({key.lower(): value for key, value in page["headers"].items()} for page in pages)
    found = [
        msgspec.json.decode(record.body)
        for head, page in zip(headers, pages, strict=True)
        for record in _records_of_page(Answer(200, head, page["body"].encode()), job)
    ]
    assert [record["Name"] for record in found] == ["Acme", 'Globex, "Inc"', None]
    assert [row.deletion for record in found[:2] for row in MAPPER.map_record("clients", record)] == [None, "deleted"]


def test_recorded_batch_has_an_answer_for_each_question(stage: Stage, shared: Path) -> None:
    ((_name, batch),) = _read_as(shared, "batches")
    stage.fault("status", "/composite/batch", status=200, body=json.dumps(batch["response"]["body"]))
    limits, describe = stage.reader()._client.batch(["limits", "sobjects/Account/describe"], operation="describe")
    assert (limits.status, limits.json()["DailyApiRequests"]["Max"]) == (200, 15_000)
    assert describe.json()["name"] == "Account"


def test_recorded_log_of_deletions_and_limits_are_read(shared: Path) -> None:
    ((_name, log),) = _read_as(shared, "deletions")
    assert [one.id for one in msgspec.convert(log, _Log).deleted_records] == ["a00D0000008pQRAIA2"]
    ((_name, limits),) = _read_as(shared, "limits")
    (left,) = read_limits(Answer(200, limits["response"]["headers"], b""))
    assert (left.left, left.of) == (14_976, 15_000)
    assert left.left == limits["response"]["body"]["DailyApiRequests"]["Remaining"]


def test_every_recorded_record_is_mapped_or_refused_for_a_reason_we_know(shared: Path) -> None:
    mapped: Counter[str] = Counter()
    refused: set[tuple[str, str]] = set()
    for name, stream, record in _recorded(shared):
        try:
            mapped[stream] += len(MAPPER.map_record(stream, record))
        except MappingError as error:
            refused.add((error.path, name))
    assert {path for path, _name in refused} == set(REFUSED), refused
    assert mapped["clients"] > 10
    assert mapped["persons"] > 10
    assert mapped["users"] > 3


def test_every_recorded_record_with_an_id_is_mapped_once_it_has_what_we_always_ask_for(shared: Path) -> None:
    asked = {"CreatedDate": "2026-05-01T07:25:37.000+0000", "IsWon": True, "IsClosed": True, "Name": "N"}
    asked |= {"OpportunityId": "006A", "ContactId": "003A", "StageName": "Closed Won"}
    mapped = Counter(
        stream
        for _name, stream, record in _recorded(shared)
        if record.get("Id")
        for row in MAPPER.map_record(stream, {**asked, **record})
        if row.source.endswith(record["Id"])
    )
    assert {"clients", "deals", "events", "persons", "roles", "users"} <= set(mapped)


def test_recorded_deals_are_mapped_once_their_stage_is_there(shared: Path) -> None:
    found = 0
    for _name, stream, record in _recorded(shared):
        if stream == "deals" and {"Id", "Name", "StageName"} <= set(record):
            won = record["StageName"] == "Closed Won"
            (row,) = MAPPER.map_record(stream, {**record, "IsWon": won, "IsClosed": won})
            assert row.source == f"crm:deal:{record['Id']}"
            found += 1
    assert found > 30


@pytest.mark.parametrize("thing", DESCRIBED)
def test_every_field_we_ask_for_exists_at_the_vendor(shared: Path, thing: str) -> None:
    described = json.loads((shared / f"contracts/salesforce/describe/{thing}.describe.json").read_text())
    fields = {field["name"] for field in described.get("fields", described.get("response", {}).get("fields", ()))}
    source = SOURCES[STREAM_OF[thing]]
    missing = {f"{thing}.{name}" for name in _asked(source) if name not in fields}
    assert missing <= set(NEWER), missing
    assert not {f"{thing}.{name}" for name in source.required} & set(NEWER)


def test_every_field_of_the_other_objects_is_in_the_published_types(shared: Path) -> None:
    published = json.loads((shared / "contracts/salesforce/describe/standard-objects.fields.json").read_text())
    text = json.dumps(published)
    for stream in ("users", "line_items", "contracts", "emails", "notes"):
        for name in _asked(SOURCES[stream]):
            assert f'"{name}"' in text, name


def _asked(source: Source) -> tuple[str, ...]:
    return ("Id", "SystemModstamp", *source.required, *source.wanted, *source.if_there)


@pytest.mark.parametrize("recording", ["query.paged.accounts.json", "queryAll.accounts.json"])
def test_recorded_page_is_landed_as_it_came(stage: Stage, shared: Path, recording: str) -> None:
    sequence = json.loads((shared / "contracts/salesforce/recordings" / recording).read_text(encoding="utf-8"))
    first = (sequence if isinstance(sequence, list) else [sequence])[0]["response"]["body"]
    body = {**first, "done": True, "totalSize": len(first["records"])}
    body.pop("nextRecordsUrl", None)
    stage.fault("status", "/queryAll", status=200, body=json.dumps(body))
    (page,) = stage.reader().read(ReadRequest("clients"))
    assert [msgspec.json.decode(record.body) for record in page.records] == first["records"]


def test_recorded_last_page_ends_a_walk(stage: Stage, shared: Path) -> None:
    path = shared / "contracts/salesforce/recordings/queryMore.last-page.json"
    last = json.loads(path.read_text(encoding="utf-8"))["response"]["body"]
    before = [{"Id": f"001{n:015d}", "SystemModstamp": "2026-05-01T07:25:37.000+0000"} for n in range(2086)]
    whole = {
        "totalSize": 2086,
        "done": False,
        "nextRecordsUrl": "/services/data/v60.0/query/0r8xx5R2sM3DgWhASK-2000",
        "records": before[: 2086 - len(last["records"])],
    }
    stage.fault("status", "/queryAll", status=200, body=json.dumps(whole))
    stage.fault("status", "/query/0r8", status=200, body=json.dumps(last))
    pages = list(stage.reader().read(ReadRequest("clients")))
    assert sum(len(page.records) for page in pages) == 2086
