"""The addresses that only ask: queries, alone or in a body, bulk query jobs, describes, replication, limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from atlas_sync.sandbox.salesforce import replication
from atlas_sync.sandbox.salesforce.call import Call, Handler, Reply
from atlas_sync.sandbox.salesforce.describe import Json
from atlas_sync.sandbox.salesforce.errors import ApiError, not_found
from atlas_sync.sandbox.salesforce.sessions import Cursor

__all__ = ["ASKING"]

_PAGE, _LONG_PAGE, _LEAST_PAGE = 2000, 1000, 200
_MOST_INNER = 25


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


def _batch(call: Call) -> Reply:
    """Answer several questions in one call. Source: contracts/salesforce/recordings/composite.batch.json."""
    asked = call.entity.get("batchRequests")
    if not isinstance(asked, list) or not 0 < len(asked) <= _MOST_INNER:
        raise ApiError(400, "INVALID_INPUT", f"batchRequests holds 1 to {_MOST_INNER} requests")
    results = [_one_of_batch(call, str(request.get("url", ""))) for request in asked]
    has_errors = any(result["statusCode"] != HTTPStatus.OK for result in results)
    return Reply(200, {"hasErrors": has_errors, "results": results})


def _one_of_batch(call: Call, url: str) -> Json:
    try:
        match url.split("/")[1:]:
            case ["limits"]:
                reply = _limits(call)
            case ["sobjects", thing, "describe"]:
                reply = _describe(replace(call, path={**call.path, "thing": thing}))
            case _:
                reply = _nothing(call)
    except ApiError as error:
        reply = Reply(error.status, error.body())
    return {"statusCode": reply.status, "result": reply.body}


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


ASKING: tuple[tuple[str, Mapping[str, Handler]], ...] = (
    ("/limits", {"GET": _limits}),
    ("/limits/recordCount", {"GET": _record_count}),
    ("/query", {"GET": _query}),
    ("/queryAll", {"GET": _query_all}),
    ("/query/{locator}", {"GET": _query_more}),
    ("/queryAll/{locator}", {"GET": _query_more}),
    ("/composite", {"POST": _composite}),
    ("/composite/batch", {"POST": _batch}),
    ("/jobs/query", {"POST": _start_job}),
    ("/jobs/query/{key}", {"GET": _get_job, "PATCH": _end_job, "DELETE": _delete_job}),
    ("/jobs/query/{key}/results", {"GET": _job_results}),
    ("/sobjects", {"GET": _describe_all}),
    ("/sobjects/{thing}/describe", {"GET": _describe}),
    ("/sobjects/{thing}/deleted", {"GET": _deleted}),
    ("/sobjects/{thing}/updated", {"GET": _updated}),
)
"""Addresses below a version, with their handlers by method."""
