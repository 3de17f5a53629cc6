"""Every recorded answer that belongs to a stream is mapped, or refused for a reason that stands here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import SecretStr

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.hubspot import HubSpotMapper, HubSpotSettings
from atlas_sync.connectors.hubspot.faults import TokenExpiredError, read_error
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.errors import AccessError, AtlasError, MappingError, RateLimitedError, RejectedError
from tests.connectors.hubspot.conftest import Stage
from tests.sandbox.hubspot.rig import NOW

pytestmark = pytest.mark.contracts

MAPPER = HubSpotMapper("hs", HubSpotSettings(access_token=SecretStr("x")))
STREAM_OF = {
    "companies": "clients",
    "company": "clients",
    "contacts": "persons",
    "contact": "persons",
    "deals": "deals",
    "line_items": "line_items",
    "notes": "notes",
    "owners": "users",
    "pipelines": "pipelines",
    "tasks": "tasks",
}
NOT_OURS = {
    "account_info_details": "the portal itself, which is no stream",
    "associations_v3_batch_create": "an answer to a write, in the older shape of associations",
    "batch_archive_companies_204": "no content; its headers are read in test_faults",
    "custom_object_search_200": "a custom object, of which there is no stream",
    "deal_delete_204": "no content",
    "errors_quoted_in_issues": "refusals, which are read below",
    "products_list": "products, of which there is no stream, and none",
    "properties_deals": "definitions, which are read in test_properties",
    "properties_line_items": "definitions, which are read in test_properties",
    "property_create_contact": "a definition",
    "property_hs_buying_role": "a definition",
    "search_contacts_429_secondly": "a refusal; it is read in test_faults",
}
REFUSED: dict[tuple[str, str], str] = {}
"""Refused paths by recording, with the reason."""


def _recordings(shared: Path) -> Iterator[tuple[str, list[Any]]]:
    for path in sorted((shared / "contracts/hubspot/recordings").glob("*.json")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))["exchanges"]


def _exchanges(shared: Path, name: str) -> list[Any]:
    return dict(_recordings(shared))[name]


def _stream(path: str) -> str | None:
    return next((STREAM_OF[part.lower()] for part in path.split("/") if part.lower() in STREAM_OF), None)


def _records(body: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Give the records of an answer: a list of them, or one."""
    if not isinstance(body, dict):
        return []
    return [row for row in body.get("results", [body]) if isinstance(row, dict) and "id" in row]


def _landed(stream: str, record: dict[str, Any]) -> dict[str, Any]:
    return record if stream in {"users", "pipelines"} else {"record": record}


def test_every_recorded_record_is_mapped_or_refused_for_a_reason_we_know(shared: Path) -> None:
    mapped: Counter[str] = Counter()
    refused: set[tuple[str, str]] = set()
    silent: set[str] = set()
    for name, exchanges in _recordings(shared):
        found = 0
        for exchange in exchanges:
            stream = _stream(exchange["request"]["path"])
            records = _records(exchange["response"]["body"]) if stream and name not in NOT_OURS else []
            for record in records:
                assert stream
                found += 1
                try:
                    mapped[stream] += len(MAPPER.map_record(stream, _landed(stream, record)))
                except MappingError as error:
                    refused.add((name, error.path))
        if not found:
            silent.add(name)
    assert refused == set(REFUSED)
    assert silent == set(NOT_OURS)
    assert mapped["clients"] > 60
    assert mapped["persons"] > 20
    assert mapped["deals"] > 60
    assert mapped["tasks"] > 10
    assert mapped["users"] == 3
    assert mapped["notes"] == 1


def test_recorded_definitions_and_custom_objects_are_no_records_of_ours(shared: Path) -> None:
    for name in ("properties_deals", "custom_object_search_200"):
        for exchange in _exchanges(shared, name):
            for record in _records(exchange["response"]["body"]):
                with pytest.raises(MappingError):
                    MAPPER.map_record("deals", record)


@pytest.mark.parametrize(
    ("name", "stream", "path"),
    [("companies_list", "clients", "companies"), ("tasks_list_inline_associations", "tasks", "tasks")],
)
def test_recorded_page_is_landed_as_it_came(stage: Stage, shared: Path, name: str, stream: str, path: str) -> None:
    body = _exchanges(shared, name)[0]["response"]["body"]
    stage.fault("status", f"/objects/2026-09/{path}$", status=200, body=json.dumps({"results": body["results"]}))
    landed = stage.bodies(stream)
    assert [one["record"] for one in landed] == body["results"]


def test_recorded_search_without_results_ends_though_its_total_is_one(stage: Stage, shared: Path) -> None:
    body, *_ = [
        exchange["response"]["body"]
        for exchange in _exchanges(shared, "search_after_archive_total_without_results")
        if exchange["response"]["body"]
        and exchange["response"]["body"].get("total") == 1
        and not exchange["response"]["body"]["results"]
    ]
    stage.fault("status", "/contacts/search", status=200, body=json.dumps(body))
    (page,) = stage.pages("persons", NOW)
    assert page.records == ()
    assert page.proof


def test_recorded_search_is_walked_by_id_and_not_by_its_offset(stage: Stage, shared: Path) -> None:
    body = _exchanges(shared, "deals_search_200")[0]["response"]["body"]
    rows = sorted(body["results"], key=lambda row: int(row["id"]))
    stage.fault("status", "/companies/search", status=200, body=json.dumps({**body, "results": rows}))
    rule = stage.fault("status", "/companies/search", status=200, body='{"total": 21, "results": []}')
    assert stage.ids("clients", NOW) == [row["id"] for row in rows]
    assert rule.times == 0


def test_recorded_stages_name_a_deals_stage(stage: Stage, shared: Path) -> None:
    body = _exchanges(shared, "pipelines_deals")[0]["response"]["body"]
    stage.fault("status", "/pipelines/", status=200, body=json.dumps(body))
    reader = stage.reader()
    (page,) = reader.read(ReadRequest("pipelines"))
    assert [msgspec.json.decode(record.body) for record in page.records] == body["results"]
    for pipeline in body["results"]:
        for one in pipeline["stages"]:
            shown = {"label": one["label"], "probability": one["metadata"]["probability"]}
            assert reader._pipelines.stage(one["id"]) == shown


@pytest.mark.parametrize(
    ("number", "kind"),
    [(0, RateLimitedError), (2, TokenExpiredError), (3, AccessError), (4, RejectedError)],
)
def test_quoted_refusal_is_read_and_repeats_nothing_of_it(shared: Path, number: int, kind: type[AtlasError]) -> None:
    response = _exchanges(shared, "errors_quoted_in_issues")[number]["response"]
    error = read_error(Answer(response["status"], {}, json.dumps(response["body"]).encode()))
    assert isinstance(error, kind)
    assert "37765128953" not in f"{error} {error.advice}"
