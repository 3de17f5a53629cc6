"""Reads a portal: everything by id the first time, then what a search finds changed, with associations read beside it.

Landed shape of a record: `{"record": as received, "deals": [ids], "contacts": [ids], "companies": [ids], "stage": {...}}` with
only the parts its stream has; a role is `{"deal": id, "contact": id, "types": [...]}`, an owner stands as received.

A search is stale in a nasty way: who is in comes from an index, what they look like from the store. So the window starts an
overlap early, walks by id, and what a search missed comes with the next one. Source: contract recordings search_after_*.json.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from atlas_sync.connectors.hubspot.client import HubSpotClient
from atlas_sync.connectors.hubspot.settings import HubSpotSettings
from atlas_sync.connectors.protocol import FieldReport, Page, RawRecord, ReadRequest, StreamSpec
from atlas_sync.connectors.transport import Answer, raw_members
from atlas_sync.errors import ContractError

__all__ = ["OBJECTS", "HubSpotReader"]

_LIST, _SEARCH, _ASSOCIATIONS = 100, 200, 1000
_MAX_PAGES = 100_000
_END = "no paging.next"
_Listed = tuple[list[bytes], Answer, bool]
"""Records as received, the answer they stood in, and whether it was the last one."""


@dataclass(frozen=True, slots=True)
class _Object:
    """What is read of an object type. `needed` are the properties without which the stream is worth little."""

    type: str
    properties: tuple[str, ...]
    needed: tuple[str, ...]
    beside: tuple[str, ...] = ()
    cursor: str = "hs_lastmodifieddate"


_ACTIVITY = ("hs_timestamp", "hs_createdate", "hubspot_owner_id")
_ABOUT = ("deals", "contacts", "companies")

OBJECTS: Mapping[str, _Object] = {
    "clients": _Object(
        "companies", ("name", "domain", "industry", "city", "country", "hs_merged_object_ids"), ("name", "domain")
    ),
    "persons": _Object(
        "contacts",
        ("firstname", "lastname", "email", "phone", "jobtitle", "hs_buying_role", "hs_merged_object_ids"),
        ("firstname", "lastname", "email"),
        ("companies",),
        cursor="lastmodifieddate",
    ),
    "deals": _Object(
        "deals",
        (
            "dealname",
            "dealstage",
            "pipeline",
            "hs_is_closed_won",
            "hs_is_closed",
            "amount",
            "deal_currency_code",
            "closedate",
            "createdate",
            "hs_closed_won_date",
            "description",
            "hs_next_step",
            "hubspot_owner_id",
            "hs_merged_object_ids",
        ),
        ("dealname", "dealstage", "hs_is_closed_won", "hs_is_closed"),
        ("companies",),
    ),
    "line_items": _Object("line_items", ("name", "quantity", "price", "amount", "description"), (), ("deals",)),
    "notes": _Object("notes", ("hs_note_body", *_ACTIVITY), ("hs_note_body",), _ABOUT),
    "emails": _Object(
        "emails",
        ("hs_email_subject", "hs_email_text", "hs_email_html", "hs_email_headers", "hs_email_direction", *_ACTIVITY),
        ("hs_email_text", "hs_email_html", "hs_email_headers"),
        _ABOUT,
    ),
    "calls": _Object(
        "calls", ("hs_call_title", "hs_call_body", "hs_call_direction", *_ACTIVITY), ("hs_call_body",), _ABOUT
    ),
    "meetings": _Object(
        "meetings",
        ("hs_meeting_title", "hs_meeting_body", "hs_internal_meeting_notes", "hs_meeting_start_time", *_ACTIVITY),
        ("hs_meeting_body",),
        _ABOUT,
    ),
    "tasks": _Object("tasks", ("hs_task_subject", "hs_task_body", *_ACTIVITY), ("hs_task_body",), _ABOUT),
}

_STREAMS = (
    StreamSpec("users", "set", ("people",)),
    StreamSpec("clients", "increment", ("people",)),
    StreamSpec("persons", "increment", ("people",)),
    StreamSpec("deals", "increment", ("deal",)),
    StreamSpec("roles", "set", ("people",), after=("deals",)),
    StreamSpec("line_items", "increment", ()),
    StreamSpec("notes", "increment", ("conversation",)),
    StreamSpec("emails", "increment", ("conversation",)),
    StreamSpec("calls", "increment", ("conversation",)),
    StreamSpec("meetings", "increment", ("conversation",)),
    StreamSpec("tasks", "increment", ("conversation",)),
)


class HubSpotReader:
    """Pulls one portal. Nothing is contacted before the first call."""

    def __init__(self, settings: HubSpotSettings, *, system: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = HubSpotClient(settings, system=system, sleep=sleep)
        self._settings = settings
        self._stages: dict[str, dict[str, str]] | None = None

    def streams(self) -> Sequence[StreamSpec]:
        """List the streams."""
        return _STREAMS

    def _asked(self, stream: str) -> tuple[str, ...]:
        asked = OBJECTS[stream].properties
        return (
            (*asked, self._settings.project_property)
            if stream == "deals" and self._settings.project_property
            else asked
        )

    def describe(self, stream: str) -> FieldReport:
        """Compare the properties we ask for with those defined for us; an unknown one would read as no data."""
        if stream not in OBJECTS:
            return FieldReport()
        found = OBJECTS[stream]
        answer = self._client.get("properties", f"/{found.type}", operation=f"properties of {found.type}")
        members, _rest = raw_members(answer.body, list_name="results")
        shown = {str(msgspec.json.decode(member).get("name")) for member in members}
        missing = tuple(name for name in self._asked(stream) if name not in shown)
        needed = tuple(name for name in missing if name in found.needed or name == self._settings.project_property)
        scope = " (scope sales-email-read)" if stream == "emails" else ""
        return FieldReport(missing, needed, f"Show the token {', '.join(missing)} of {found.type}{scope}.")

    def read(self, request: ReadRequest) -> Iterator[Page]:
        """Yield the pages of a stream."""
        if request.stream == "users":
            return self._owners()
        if request.stream == "roles":
            return self._roles(request.known.get("deals", ()))
        if request.stream not in OBJECTS:
            message = f"there is no stream {request.stream}"
            raise ValueError(message)
        return self._records(request.stream, request.since)

    def _owners(self) -> Iterator[Page]:
        """Read the owners, those who left in a pass of their own. Source: HubSpot OpenAPI, owners, archived."""
        for archived in ("false", "true"):
            for members, answer, is_last in self._walk("owners", "/", operation="users", archived=archived):
                records = tuple(RawRecord(_id_of(member), member) for member in members)
                yield Page(records, answer.server_time, proof=_END if is_last and archived == "true" else "")

    def _walk(self, family: str, path: str, *, operation: str, **params: str) -> Iterator[_Listed]:
        """Walk a listing by its key until there is no next one; the last page is marked.

        Raises:
            ContractError: a key came twice.
        """
        after, seen = None, set[str]()
        for _ in range(_MAX_PAGES):
            paged = {**params, "limit": str(_LIST), **({"after": after} if after else {})}
            answer = self._client.get(family, path.rstrip("/"), operation=operation, **paged)
            members, rest = raw_members(answer.body, list_name="results")
            after = _next(rest)
            yield members, answer, after is None
            if after is None:
                return
            if after in seen:
                break
            seen.add(after)
        raise ContractError("a listing gave the same key twice.", advice="Run again.")

    def _records(self, stream: str, since: datetime | None) -> Iterator[Page]:
        found = OBJECTS[stream]
        if since is None:
            names = ",".join(self._properties(stream))
            pages = self._walk("objects", f"/{found.type}", operation=stream, properties=names)
        else:
            pages = self._changed(stream, since)
        has_more = stream == "deals"
        for members, answer, is_last in pages:
            proof = _END if is_last and not has_more else ""
            yield Page(tuple(self._composed(stream, members)), answer.server_time, proof=proof)
        if has_more:
            for members, answer, is_last in self._walk(
                "objects", "/deals", operation="archived deals", archived="true"
            ):
                records = tuple(self._composed(stream, members))
                yield Page(records, answer.server_time, proof=_END if is_last else "")

    def _properties(self, stream: str) -> list[str]:
        """Give the properties to ask for; of a deal also when it entered each won stage, which has a name per stage."""
        extra = [f"hs_v2_date_entered_{stage}" for stage in self._won_stages()] if stream == "deals" else []
        return [*self._asked(stream), *extra]

    def _changed(self, stream: str, since: datetime) -> Iterator[_Listed]:
        """Walk what changed by id inside the window, which no bulk update with one stamp can break.

        Source: HubSpot search guide (10,000 results a query, 200 a page); facts on keyset inside the window.
        """
        found, last, page_after = OBJECTS[stream], 0, None
        for _ in range(_MAX_PAGES):
            filters = [
                {"propertyName": found.cursor, "operator": "GTE", "value": str(int(since.timestamp() * 1000))},
                {"propertyName": "hs_object_id", "operator": "GT", "value": str(last)},
            ]
            body: dict[str, Any] = {
                "filterGroups": [{"filters": filters}],
                "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
                "properties": self._properties(stream),
                "limit": _SEARCH,
            }
            if page_after:
                body["after"] = page_after
            answer = self._client.search(found.type, body, operation=stream)
            members, rest = raw_members(answer.body, list_name="results")
            following = _next(rest)
            is_last = not members and (not following or following == page_after)
            yield members, answer, is_last
            if members:
                last, page_after = max(int(_id_of(member)) for member in members), None
            elif is_last:
                return
            else:
                page_after = following
        raise ContractError("a search did not come to an end.", advice="Run again.")

    def _composed(self, stream: str, members: Sequence[bytes]) -> Iterator[RawRecord]:
        """Put each record together with what it is associated with."""
        ids = [_id_of(member) for member in members]
        beside = {other: self._associated(OBJECTS[stream].type, other, ids) for other in OBJECTS[stream].beside}
        for remote_id, member in zip(ids, members, strict=True):
            parts: dict[str, Any] = {"record": msgspec.Raw(member)}
            for other, found in beside.items():
                parts[other] = [str(to["toObjectId"]) for to in found.get(remote_id, ())]
            if stream == "deals":
                stage = msgspec.json.decode(member).get("properties", {}).get("dealstage")
                parts["stage"] = self._stage_names().get(str(stage), {"label": stage or "no stage"})
            yield RawRecord(remote_id, msgspec.json.encode(parts))

    def _associated(self, kind: str, other: str, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """Give what each record is associated with; records without any may be left out or named as errors."""
        found: dict[str, list[dict[str, Any]]] = {}
        for start in range(0, len(ids), _ASSOCIATIONS):
            inputs = [{"id": one} for one in ids[start : start + _ASSOCIATIONS]]
            while inputs:
                path = f"/{kind}/{other}/batch/read"
                answer = self._client.read_batch("associations", path, inputs, operation=f"{kind} to {other}").json()
                inputs = []
                for result in answer.get("results", ()):
                    source = str(result.get("from", {}).get("id"))
                    found.setdefault(source, []).extend(result.get("to", ()))
                    if following := _next(result):
                        inputs.append({"id": source, "after": following})
        return found

    def _roles(self, deals: Sequence[str]) -> Iterator[Page]:
        """Read the labels between deals and contacts as a set: a label alone does not stamp the deal."""
        for start in range(0, len(deals), _ASSOCIATIONS):
            chunk = deals[start : start + _ASSOCIATIONS]
            found = self._associated("deals", "contacts", chunk)
            records = [
                RawRecord(
                    f"{deal}-{to['toObjectId']}",
                    msgspec.json.encode(
                        {"deal": deal, "contact": str(to["toObjectId"]), "types": to.get("associationTypes", [])}
                    ),
                )
                for deal, many in found.items()
                for to in many
            ]
            yield Page(tuple(records))
        yield Page((), proof="every known deal was asked")

    def _stage_names(self) -> dict[str, dict[str, str]]:
        """Give label and probability of every deal stage by its internal id."""
        if self._stages is None:
            answer = self._client.get("pipelines", "/deals", operation="stages").json()
            self._stages = {
                str(stage["id"]): {
                    "label": str(stage["label"]),
                    "probability": str(stage["metadata"].get("probability", "")),
                }
                for pipeline in answer.get("results", ())
                for stage in pipeline.get("stages", ())
            }
        return self._stages

    def _won_stages(self) -> list[str]:
        return [stage for stage, shown in self._stage_names().items() if shown["probability"] in {"1.0", "1"}]


def _next(page: Mapping[str, Any]) -> str | None:
    following = ((page.get("paging") or {}).get("next") or {}).get("after")
    return str(following) if following else None


def _id_of(member: bytes) -> str:
    found = msgspec.json.decode(member)
    if not isinstance(found, Mapping) or not found.get("id"):
        raise ContractError("a record without id.", advice="Run again.")
    return str(found["id"])
