"""Every recorded answer that belongs to a stream is mapped, or refused for a reason that stands here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.connectors.salesforce import SalesforceMapper
from atlas_sync.connectors.salesforce.fields import SOURCES, Source
from atlas_sync.errors import MappingError
from tests.connectors.salesforce.conftest import Stage, settings_for

pytestmark = pytest.mark.contracts

MAPPER = SalesforceMapper("crm", settings_for(None))
STREAM_OF = {source.thing: stream for stream, source in SOURCES.items()}
DESCRIBED = ("Account", "Contact", "Event", "Opportunity", "OpportunityContactRole", "Task")

REFUSED = {
    "$.Id": "what a client sent to be created, which has none yet",
    "$.IsWon": "the recorded query did not ask for it; we always do",
    "$.Name": "the recorded query did not ask for it; we always do",
    "$.StageName": "the recorded query did not ask for it; we always do",
    "$.OpportunityId": "the recorded subquery did not ask for it; we always do",
    "$.CreatedDate": "the recorded query asked for no time at all",
}
NEWER = {
    "Opportunity.LastStageChangeDate": "not in the older org's describe; wanted, not required",
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
        if isinstance(value.get("attributes"), dict) and "Id" in value:
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


def test_every_recorded_record_is_mapped_or_refused_for_a_reason_we_know(shared: Path) -> None:
    mapped: Counter[str] = Counter()
    refused: set[tuple[str, str]] = set()
    for name, stream, record in _recorded(shared):
        try:
            mapped[stream] += len(MAPPER.map_record(stream, record))
        except MappingError as error:
            refused.add((error.path, name))
    assert {path for path, _name in refused} <= set(REFUSED), refused
    assert mapped["clients"] > 10
    assert mapped["persons"] > 10
    assert mapped["users"] > 3


def test_recorded_deals_are_mapped_once_their_stage_is_there(shared: Path) -> None:
    found = 0
    for _name, stream, record in _recorded(shared):
        if stream == "deals" and "StageName" in record and "Name" in record:
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
