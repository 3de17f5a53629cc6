"""What the addresses of associations answer.

Source: facts/hubspot.md, sections 1, 4 and 10; the shapes follow the models of the vendor's client.
"""

from __future__ import annotations

from collections.abc import Iterable

from atlas_sync.sandbox.hubspot.associations import LinkType
from atlas_sync.sandbox.hubspot.batch_calls import complete
from atlas_sync.sandbox.hubspot.call import Call, Reply
from atlas_sync.sandbox.hubspot.errors import Json, invalid, no_associations, not_found
from atlas_sync.sandbox.hubspot.object_calls import link_type
from atlas_sync.sandbox.hubspot.objects import ObjectType
from atlas_sync.sandbox.hubspot.records import api_link
from atlas_sync.sandbox.hubspot.store import Record

__all__ = [
    "archive",
    "archive_one",
    "create",
    "create_default",
    "create_one",
    "create_one_default",
    "define",
    "labels",
    "list_one",
    "read",
]

_MOST_READ, _MOST_WRITTEN = 1_000, 2_000


def read(call: Call) -> Reply:
    """Give the associations of up to 1,000 records; each record's list is paged on its own."""
    source, target = call.kind("from"), call.kind("to")
    call.need_any_object()
    results: dict[str, Json] = {}
    errors: list[Json] = []
    for entry in call.inputs(_MOST_READ):
        key = str(entry.get("id"))
        record = call.portal.store.get(source, key)
        found = _page(call, record, target, after=str(entry.get("after") or "")) if record else {"results": []}
        to = found.pop("results")
        if to:
            results[key] = {"from": {"id": key}, "to": to, **found}
        elif call.reports_missing:
            errors.append(no_associations(source.singular, key, target.singular))
    return complete(call, results, errors=errors)


def list_one(call: Call) -> Reply:
    """Give the associations of one record. The newest version has no such address."""
    source, target = call.kind(), call.kind("to")
    call.need_any_object()
    if call.version == "2026-09":
        raise not_found()
    record = _need(call, source, call.path["key"])
    return Reply(200, _page(call, record, target, after=call.parameter("after")))


def _page(call: Call, record: Record, target: ObjectType, *, after: str) -> Json:
    if after and not after.isdigit():
        raise invalid("Invalid after: {}", after)
    rows = [row for row in call.portal.linked(record, target) if int(row[0].id) >= int(after or "0")]
    page = rows[: call.association_page]
    body: Json = {"results": [_entry(call, other, types) for other, types in page]}
    if len(rows) > len(page):
        following = str(int(page[-1][0].id) + 1)
        path = f"/crm/v4/objects/{record.kind.id}/{record.id}/associations/{target.id}?after={following}"
        body["paging"] = {"next": {"after": following, "link": api_link(path)}}
    return body


def _entry(call: Call, other: Record, types: Iterable[LinkType]) -> Json:
    """Give one associated record. Its id is a number in the numbered versions, a text in those with a date."""
    number = int(other.id) if call.version.startswith("v") else other.id
    return {"toObjectId": number, "associationTypes": [_type(row) for row in types]}


def _type(row: LinkType) -> Json:
    return {"category": row.category, "typeId": row.id, "label": row.label}


def labels(call: Call) -> Reply:
    """List the types from one object type to another."""
    call.need_any_object()
    rows = call.portal.links.types(call.kind("from").name, call.kind("to").name)
    return Reply(200, {"results": [_type(row) for row in rows]})


def define(call: Call) -> Reply:
    """Define a label; the answer has both directions."""
    source, target = call.kind("from"), call.kind("to")
    call.need(source, "write")
    label, inverse = call.body.get("label"), call.body.get("inverseLabel")
    if not isinstance(label, str) or not label:
        raise invalid("Invalid input JSON: label must be set")
    back = inverse if isinstance(inverse, str) else None
    made = call.portal.links.label(source.name, target.name, label=label, inverse_label=back)
    return Reply(200, {"results": [_type(row) for row in made]})


def create(call: Call) -> Reply:
    """Associate pairs of records with the types given."""
    source, target = call.kind("from"), call.kind("to")
    call.need(source, "write")
    prepared = [
        (*_pair(call, entry, source, target), _types(call, entry.get("types"), source, target))
        for entry in call.inputs(_MOST_WRITTEN)
    ]
    results: dict[str, Json] = {}
    for one, other, types in prepared:
        call.portal.associate(one, other, types, at=call.now)
        results[f"{one.id}:{other.id}"] = _made(one, other, types)
    return complete(call, results, errors=[], status=201)


def create_default(call: Call) -> Reply:
    """Associate pairs of records without a label; the answer has both directions."""
    source, target = call.kind("from"), call.kind("to")
    call.need(source, "write")
    prepared = [_pair(call, entry, source, target) for entry in call.inputs(_MOST_WRITTEN)]
    results: dict[str, Json] = {}
    for one, other in prepared:
        results |= _associate_default(call, one, other)
    return complete(call, results, errors=[])


def _associate_default(call: Call, one: Record, other: Record) -> dict[str, Json]:
    basic = call.portal.links.unlabeled(one.kind.name, other.kind.name)
    if basic is None:
        raise invalid("No association type from {} to {}", one.kind.name, other.kind.name)
    call.portal.associate(one, other, at=call.now)
    both = ((one, other, basic.id), (other, one, basic.inverse))
    return {
        f"{source.id}:{target.id}": {
            "from": {"id": source.id},
            "to": {"id": target.id},
            "associationSpec": {"associationCategory": basic.category, "associationTypeId": number},
        }
        for source, target, number in both
    }


def create_one(call: Call) -> Reply:
    """Associate one pair with the types in the body, which is a bare list."""
    one, other = _pair_in_address(call)
    types = _types(call, call.body.get("inputs"), one.kind, other.kind)
    call.portal.associate(one, other, types, at=call.now)
    return Reply(201, _made(one, other, types))


def create_one_default(call: Call) -> Reply:
    """Associate one pair without a label."""
    one, other = _pair_in_address(call)
    return complete(call, _associate_default(call, one, other), errors=[])


def _pair_in_address(call: Call) -> tuple[Record, Record]:
    source, target = call.kind(), call.kind("to")
    call.need(source, "write")
    return _need(call, source, call.path["key"]), _need(call, target, call.path["other"])


def archive_one(call: Call) -> Reply:
    """Take one pair apart, whatever its types."""
    source, target = call.kind(), call.kind("to")
    call.need(source, "write")
    one = call.portal.store.get(source, call.path["key"])
    other = call.portal.store.get(target, call.path["other"])
    if one and other:
        call.portal.dissociate(one, other, at=call.now)
    return Reply(204)


def archive(call: Call) -> Reply:
    """Take pairs apart: each input has one `from` and several `to`."""
    source, target = call.kind("from"), call.kind("to")
    call.need(source, "write")
    for entry in call.inputs(_MOST_WRITTEN):
        to = entry.get("to")
        one = call.portal.store.get(source, _ref(entry.get("from")))
        for ref in to if isinstance(to, list) else [to]:
            if one and (other := call.portal.store.get(target, _ref(ref))):
                call.portal.dissociate(one, other, at=call.now)
    return Reply(204)


def _ref(entry: object) -> str:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str | int):
        raise invalid("Invalid input JSON: from and to need an id")
    return str(entry["id"])


def _need(call: Call, kind: ObjectType, key: str) -> Record:
    record = call.portal.store.get(kind, key)
    if record is None:
        raise not_found()
    return record


def _pair(call: Call, entry: Json, source: ObjectType, target: ObjectType) -> tuple[Record, Record]:
    return _need(call, source, _ref(entry.get("from"))), _need(call, target, _ref(entry.get("to")))


def _types(call: Call, specs: object, source: ObjectType, target: ObjectType) -> list[LinkType]:
    if not isinstance(specs, list) or not specs:
        raise invalid("Invalid input JSON: types must be a list")
    types = [link_type(call, spec) for spec in specs]
    if any((row.source, row.target) != (source.name, target.name) for row in types):
        raise invalid("One or more association types are not valid between {} and {}", source.name, target.name)
    return types


def _made(one: Record, other: Record, types: Iterable[LinkType]) -> Json:
    return {
        "fromObjectTypeId": one.kind.id,
        "fromObjectId": one.id,
        "toObjectTypeId": other.kind.id,
        "toObjectId": other.id,
        "labels": [row.label for row in types if row.label],
    }
