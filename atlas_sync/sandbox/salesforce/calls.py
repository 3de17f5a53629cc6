"""What each address of a version answers: records and collections here, questions in `asking`.

A handler takes the call and gives the reply, or raises the vendor's refusal.
"""

from __future__ import annotations

from collections.abc import Mapping

from atlas_sync.sandbox.salesforce.asking import ASKING
from atlas_sync.sandbox.salesforce.call import Call, Handler, Reply
from atlas_sync.sandbox.salesforce.errors import ApiError
from atlas_sync.sandbox.salesforce.records import Ambiguous, Saved

__all__ = ["ROUTES"]


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
    *ASKING,
    ("/composite/sobjects", {"POST": _create_many, "PATCH": _update_many, "DELETE": _delete_many}),
    ("/composite/sobjects/{thing}", {"GET": _retrieve_many, "POST": _retrieve_many}),
    ("/composite/sobjects/{thing}/{field}", {"PATCH": _upsert_many}),
    ("/sobjects/{thing}", {"POST": _create}),
    ("/sobjects/{thing}/{key}", {"GET": _get, "PATCH": _update, "DELETE": _delete}),
    ("/sobjects/{thing}/{field}/{value:path}", {"GET": _get_by_value, "PATCH": _upsert}),
)
"""Addresses below a version, most specific first, with their handlers by method."""
