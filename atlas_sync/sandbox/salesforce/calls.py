"""What each address of a version answers. A handler takes the call and gives the reply, or raises the vendor's refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from atlas_sync.sandbox.salesforce import replication
from atlas_sync.sandbox.salesforce.batches import Collections
from atlas_sync.sandbox.salesforce.describe import Catalog, Json
from atlas_sync.sandbox.salesforce.errors import ApiError, not_found
from atlas_sync.sandbox.salesforce.jobs import Jobs
from atlas_sync.sandbox.salesforce.org import Org
from atlas_sync.sandbox.salesforce.query import Querier
from atlas_sync.sandbox.salesforce.records import Ambiguous, Records, Saved
from atlas_sync.sandbox.salesforce.sessions import Cursor, Sessions

__all__ = ["ROUTES", "Call", "Handler", "Reply"]

_PAGE, _LONG_PAGE, _LEAST_PAGE = 2000, 1000, 200
_MOST_INNER = 25


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it has its headers. Bytes are sent as they are, all else as JSON."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One request with the org it is for. `path` holds the parts of the address, `params` those after the question mark."""

    org: Org
    sessions: Sessions
    jobs: Jobs
    querier: Querier
    now: datetime
    token: str
    path: Mapping[str, str]
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: dict[str, object] | None
    page_cap: int
    used: int

    @property
    def catalog(self) -> Catalog:
        """What the API user may see."""
        return self.querier.catalog

    @property
    def records(self) -> Records:
        """The records as the API user may read and write them."""
        return Records(self.org, self.querier, now=self.now)

    @property
    def collections(self) -> Collections:
        """Collections of records."""
        return Collections(self.records, self.org.store)

    @property
    def entity(self) -> dict[str, object]:
        """The JSON object that was sent.

        Raises:
            ApiError: nothing was sent.
        """
        if self.body is None:
            raise ApiError(400, "JSON_PARSER_ERROR", "The HTTP entity body is required, but this request has no body.")
        return self.body

    def listed(self, name: str) -> list[str]:
        """Give a comma-separated parameter as a list, or a list of the body."""
        sent = (self.body or {}).get(name)
        if isinstance(sent, list):
            return [str(part) for part in sent]
        return [part.strip() for part in self.params.get(name, "").split(",") if part.strip()]


Handler = Callable[[Call], Reply]


def _query(call: Call) -> Reply:
    return _open_query(call, everything=False)


def _query_all(call: Call) -> Reply:
    return _open_query(call, everything=True)


def _open_query(call: Call, *, everything: bool) -> Reply:
    text = call.params.get("q")
    if text is None:
        raise ApiError(400, "MALFORMED_QUERY", "unexpected token: '<EOF>'")
    answer = call.querier.run(text, everything=everything)
    size = _page_size(call, has_long=answer.has_long)
    if len(answer.records) <= size:
        return Reply(200, {"totalSize": answer.total, "done": True, "records": answer.records})
    cursor = Cursor(answer.keys, answer.again, answer.total, size, call.token, call.now)
    return _page(call, cursor, locator=call.sessions.keep(cursor), start=0)


def _page_size(call: Call, *, has_long: bool) -> int:
    """Choose the page: the client's wish counts only within the server's own bounds.

    Source: REST API guide, Query Options Header; contracts/salesforce/recordings/query.paged.batch1000.json.
    """
    wish = re.search(r"batchSize\s*=\s*(\d+)", call.headers.get("sforce-query-options", ""))
    size = max(_LEAST_PAGE, min(_PAGE, int(wish.group(1)))) if wish else _PAGE
    return min(size, _LONG_PAGE if has_long else _PAGE, call.page_cap)


def _page(call: Call, cursor: Cursor, *, locator: str, start: int) -> Reply:
    end = start + cursor.size
    body: Json = {"totalSize": cursor.total, "done": end >= len(cursor.keys)}
    if not body["done"]:
        body["nextRecordsUrl"] = f"{call.querier.base}/query/{locator}-{end}"
    found = (cursor.again(key) for key in cursor.keys[start:end])
    return Reply(200, {**body, "records": [record for record in found if record is not None]})


def _query_more(call: Call) -> Reply:
    locator, _, offset = call.path["locator"].partition("-")
    cursor = call.sessions.cursor(locator, token=call.token, now=call.now)
    if not offset.isdigit() or int(offset) >= len(cursor.keys):
        raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    return _page(call, cursor, locator=locator, start=int(offset))


def _composite(call: Call) -> Reply:
    """Answer queries that stand in a body: each has its own status inside a good answer.

    Source: contracts/salesforce/recordings/composite.ok.json, composite.subrequest-404.json.
    """
    asked = call.entity.get("compositeRequest")
    if not isinstance(asked, list) or len(asked) > _MOST_INNER:
        raise ApiError(400, "INVALID_INPUT", f"compositeRequest holds up to {_MOST_INNER} requests")
    return Reply(200, {"compositeResponse": [_inner(call, request) for request in asked]})


def _inner(call: Call, request: Mapping[str, object]) -> Json:
    url = urlsplit(str(request.get("url", "")))
    things = {"query": _query, "queryAll": _query_all} if request.get("method") == "GET" else {}
    handler = things.get(url.path.removeprefix(f"{call.querier.base}/"), _nothing)
    inner = replace(call, params=dict(parse_qsl(url.query)), headers={})
    try:
        reply = handler(inner)
    except ApiError as error:
        reply = Reply(error.status, error.body())
    kept: Json = {"httpHeaders": {}, "httpStatusCode": reply.status, "referenceId": request.get("referenceId")}
    return {"body": reply.body, **kept}


def _nothing(_call: Call) -> Reply:
    raise not_found()


def _start_job(call: Call) -> Reply:
    version = call.path["version"]
    return Reply(200, call.jobs.start(call.entity, call.querier, version=version, by=call.org.api_user, now=call.now))


def _get_job(call: Call) -> Reply:
    return Reply(200, call.jobs.get(call.path["key"], now=call.now))


def _end_job(call: Call) -> Reply:
    if call.entity.get("state") != "Aborted":
        raise ApiError(400, "INVALIDJOBSTATE", "A query job can only be aborted")
    return Reply(200, call.jobs.end(call.path["key"], now=call.now))


def _delete_job(call: Call) -> Reply:
    call.jobs.delete(call.path["key"], now=call.now)
    return Reply(204)


def _job_results(call: Call) -> Reply:
    found = call.jobs.results(call.path["key"], call.params, version=call.path["version"], now=call.now)
    headers = {"sforce-locator": found.locator, "sforce-numberofrecords": str(found.count)}
    return Reply(200, found.text, {**headers, "content-type": "text/csv; charset=UTF-8"})


def _limits(call: Call) -> Reply:
    return Reply(200, replication.limits(call.used))


def _record_count(call: Call) -> Reply:
    things = [thing for name in call.listed("sObjects") if (thing := call.catalog.thing(name))]
    return Reply(200, replication.record_counts(call.org.store, things or list(call.catalog.things())))


def _describe_all(call: Call) -> Reply:
    return Reply(200, call.catalog.describe_all(call.querier.base))


def _describe(call: Call) -> Reply:
    return Reply(200, call.catalog.describe(call.catalog.need(call.path["thing"]), call.querier.base))


def _deleted(call: Call) -> Reply:
    thing = call.catalog.need(call.path["thing"])
    return Reply(200, replication.deleted(call.org.store, thing, call.params, now=call.now))


def _updated(call: Call) -> Reply:
    thing = call.catalog.need(call.path["thing"])
    return Reply(200, replication.updated(call.org.store, thing, call.params, now=call.now))


def _get(call: Call) -> Reply:
    return Reply(200, call.records.get(call.path["thing"], call.path["key"], fields=call.listed("fields")))


def _create(call: Call) -> Reply:
    saved = call.records.create(call.path["thing"], call.entity)
    return Reply(201, {"id": saved.key, "success": True, "errors": []}, _location(call, saved.key))


def _update(call: Call) -> Reply:
    call.records.update(call.path["thing"], call.path["key"], call.entity)
    return Reply(204)


def _delete(call: Call) -> Reply:
    call.records.delete(call.path["thing"], call.path["key"])
    return Reply(204)


def _get_by_value(call: Call) -> Reply:
    """Give the bytes of a file, or a record by a look-up field: the vendor tells them apart by the look of the address."""
    thing, name, value = call.path["thing"], call.path["field"], call.path["value"]
    if call.catalog.field(call.catalog.need(thing), name) is None:
        return Reply(200, call.records.blob(thing, name, value))
    try:
        key = call.records.by_value(thing, name, value)
    except Ambiguous as found:
        return _ambiguous(call, found)
    if key is None:
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    return Reply(200, call.records.get(thing, key, fields=call.listed("fields")))


def _upsert(call: Call) -> Reply:
    """Upsert by a look-up field. Source: contracts/salesforce/recordings/upsert.*.json."""
    thing, may_create = call.path["thing"], call.params.get("updateOnly") != "true"
    try:
        saved: Saved = call.records.upsert(
            thing, call.path["field"], call.path["value"], body=call.entity, may_create=may_create
        )
    except Ambiguous as found:
        return _ambiguous(call, found)
    body = {"id": saved.key, "success": True, "errors": [], "created": saved.created}
    return Reply(201 if saved.created else 200, body, _location(call, saved.key))


def _ambiguous(call: Call, found: Ambiguous) -> Reply:
    return Reply(300, [f"{call.querier.base}/sobjects/{call.path['thing']}/{key}" for key in found.keys])


def _location(call: Call, key: str) -> dict[str, str]:
    return {"location": f"{call.querier.base}/sobjects/{call.path['thing']}/{key}"}


def _create_many(call: Call) -> Reply:
    return Reply(200, call.collections.create(call.entity))


def _update_many(call: Call) -> Reply:
    return Reply(200, call.collections.update(call.entity))


def _upsert_many(call: Call) -> Reply:
    return Reply(200, call.collections.upsert(call.path["thing"], call.path["field"], call.entity))


def _delete_many(call: Call) -> Reply:
    wants_all = call.params.get("allOrNone", "").lower() == "true"
    return Reply(200, call.collections.delete(call.listed("ids"), all_or_none=wants_all))


def _retrieve_many(call: Call) -> Reply:
    return Reply(200, call.collections.retrieve(call.path["thing"], call.listed("ids"), call.listed("fields")))


ROUTES: tuple[tuple[str, Mapping[str, Handler]], ...] = (
    ("/limits", {"GET": _limits}),
    ("/limits/recordCount", {"GET": _record_count}),
    ("/query", {"GET": _query}),
    ("/queryAll", {"GET": _query_all}),
    ("/query/{locator}", {"GET": _query_more}),
    ("/queryAll/{locator}", {"GET": _query_more}),
    ("/composite", {"POST": _composite}),
    ("/jobs/query", {"POST": _start_job}),
    ("/jobs/query/{key}", {"GET": _get_job, "PATCH": _end_job, "DELETE": _delete_job}),
    ("/jobs/query/{key}/results", {"GET": _job_results}),
    ("/composite/sobjects", {"POST": _create_many, "PATCH": _update_many, "DELETE": _delete_many}),
    ("/composite/sobjects/{thing}", {"GET": _retrieve_many, "POST": _retrieve_many}),
    ("/composite/sobjects/{thing}/{field}", {"PATCH": _upsert_many}),
    ("/sobjects", {"GET": _describe_all}),
    ("/sobjects/{thing}", {"POST": _create}),
    ("/sobjects/{thing}/describe", {"GET": _describe}),
    ("/sobjects/{thing}/deleted", {"GET": _deleted}),
    ("/sobjects/{thing}/updated", {"GET": _updated}),
    ("/sobjects/{thing}/{key}", {"GET": _get, "PATCH": _update, "DELETE": _delete}),
    ("/sobjects/{thing}/{field}/{value:path}", {"GET": _get_by_value, "PATCH": _upsert}),
)
"""Addresses below a version, most specific first, with their handlers by method."""
