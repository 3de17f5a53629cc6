"""What the addresses of records answer: lists, single records and search."""

from __future__ import annotations

from urllib.parse import urlencode

from atlas_sync.sandbox.hubspot.associations import LinkType
from atlas_sync.sandbox.hubspot.call import Call, Reply
from atlas_sync.sandbox.hubspot.errors import ApiError, Json, invalid, not_found
from atlas_sync.sandbox.hubspot.objects import OBJECTS, ObjectType
from atlas_sync.sandbox.hubspot.records import api_link, shown, written
from atlas_sync.sandbox.hubspot.search import search
from atlas_sync.sandbox.hubspot.store import Record
from atlas_sync.sandbox.hubspot.writes import check_required, check_rules, checked

__all__ = [
    "archive",
    "check_new",
    "create",
    "erase",
    "find_record",
    "get",
    "link_type",
    "list_records",
    "merge",
    "search_records",
    "update",
]

_LONGEST_SEARCH = 3_000
_ENFORCED_FROM = "2026-09"
"""The first version in which the rules of a portal's admins hold for the API. Source: changelog, write validation."""
_Target = tuple[Record, list[LinkType]]


def list_records(call: Call) -> Reply:
    """List records in order of their ids; the page token is the last id plus one.

    Source: contracts/hubspot/recordings/list_paging_after_is_next_id.json.
    """
    kind, limit = call.kind(), call.page_limit()
    call.need(kind, "read")
    text = call.parameter("after", "0")
    if not text.isdigit():
        raise invalid("Invalid after: {}", text)
    wants_archived = call.wants_archived
    rows = [
        record
        for record in call.portal.store.rows(kind)
        if int(record.id) >= int(text) and (record.archived_at is not None) is wants_archived and not record.is_gone
    ]
    page = rows[:limit]
    wish, definitions = call.wish(kind), call.definitions(kind)
    body: Json = {"results": [shown(call.portal, record, wish, definitions=definitions) for record in page]}
    if len(rows) > limit:
        body["paging"] = {"next": _next(call, str(int(page[-1].id) + 1))}
    return Reply(200, body)


def _next(call: Call, after: str) -> Json:
    query = urlencode([*((name, value) for name, value in call.query if name != "after"), ("after", after)])
    return {"after": after, "link": api_link(f"/crm/objects/{call.version}/{call.path['type']}?{query}")}


def get(call: Call) -> Reply:
    """Give one record."""
    kind = call.kind()
    call.need(kind, "read")
    record = find_record(call, kind, call.path["key"], id_property=call.parameter("idProperty"))
    if record is None:
        raise not_found()
    return Reply(200, shown(call.portal, record, call.wish(kind), definitions=call.definitions(kind)))


def find_record(call: Call, kind: ObjectType, key: str, *, id_property: str = "") -> Record | None:
    """Find a record by id or by a property whose values are unique.

    Raises:
        ApiError: the property is not unique.
    """
    if id_property in {"", "hs_object_id"}:
        found = call.portal.store.get_archived if call.wants_archived else call.portal.store.get
        return found(kind, key)
    definition = call.definitions(kind).get(id_property)
    is_email = kind.name == "contacts" and id_property == "email"
    if definition is None or not (definition.is_unique or is_email):
        raise invalid("Property {} is not a unique property of {}", id_property, kind.name)
    return call.portal.store.find(kind, id_property, key)


def create(call: Call) -> Reply:
    """Make one record."""
    kind = call.kind()
    call.need(kind, "write")
    values, targets = check_new(call, kind, call.body)
    record = call.portal.create(kind, values, at=call.now)
    for other, types in targets:
        call.portal.associate(record, other, types, at=call.now)
    return Reply(201, written(record, values, definitions=call.definitions(kind)))


def check_new(call: Call, kind: ObjectType, entry: Json) -> tuple[dict[str, str | None], list[_Target]]:
    """Give what a new record is to hold and to be associated with.

    Raises:
        ApiError: a value or an association is refused, or a contact of that address is there already.
    """
    sent = entry.get("properties") or {}
    values = checked(sent, definitions=call.definitions(kind), owners=call.portal.owners)
    check_required(kind, values)
    email = values.get("email") if kind.name == "contacts" else None
    if email and (known := call.portal.store.find(kind, "email", email)):
        message = f"Contact already exists. Existing ID: {known.id}"
        raise ApiError(409, message, category="CONFLICT")
    return values, [_target(call, kind, wanted) for wanted in _wanted(entry)]


def _wanted(entry: Json) -> list[Json]:
    sent = entry.get("associations") or []
    if not isinstance(sent, list) or not all(isinstance(wanted, dict) for wanted in sent):
        raise invalid("Invalid input JSON: associations must be a list of objects")
    return sent


def _target(call: Call, kind: ObjectType, wanted: Json) -> _Target:
    """Find what a new record is to be associated with: the types tell the object type."""
    to, specs = wanted.get("to"), wanted.get("types")
    if not isinstance(to, dict) or not isinstance(specs, list) or not specs:
        raise invalid("Invalid input JSON: an association needs to and types")
    types = [link_type(call, spec) for spec in specs]
    targets = {row.target for row in types}
    if {row.source for row in types} != {kind.name} or len(targets) != 1:
        raise invalid("One or more association types are not valid between {} and the target", kind.name)
    other = call.portal.store.get(OBJECTS[targets.pop()], str(to.get("id")))
    if other is None:
        raise invalid("No object with id {} to associate with", to.get("id"))
    return other, types


def link_type(call: Call, spec: object) -> LinkType:
    """Give an association type by category and id.

    Raises:
        ApiError: there is none.
    """
    entry = spec if isinstance(spec, dict) else {}
    category, number = entry.get("associationCategory"), str(entry.get("associationTypeId"))
    found = call.portal.links.type(str(category), int(number)) if number.isdigit() else None
    if found is None:
        raise invalid("Association type {} {} does not exist", category, number)
    return found


def update(call: Call) -> Reply:
    """Change one record."""
    kind = call.kind()
    call.need(kind, "write")
    record = find_record(call, kind, call.path["key"], id_property=call.parameter("idProperty"))
    if record is None:
        raise not_found()
    values = checked(call.body.get("properties"), definitions=call.definitions(kind), owners=call.portal.owners)
    if call.version >= _ENFORCED_FROM and call.version[0].isdigit():
        check_rules(call.portal.required, {**record.properties, **values})
    call.portal.update(record, values, at=call.now)
    return Reply(200, written(record, values, definitions=call.definitions(kind)))


def archive(call: Call) -> Reply:
    """Archive one record; one that is not there is archived already."""
    kind = call.kind()
    call.need(kind, "write")
    record = call.portal.store.get(kind, call.path["key"])
    if record is not None:
        call.portal.archive(record, at=call.now)
    return Reply(204)


def merge(call: Call) -> Reply:
    """Merge two records of a type."""
    kind = call.kind()
    call.need(kind, "write")
    keys = (call.body.get(name) for name in ("primaryObjectId", "objectIdToMerge"))
    primary, other = (call.portal.store.get(kind, str(key)) for key in keys)
    if primary is None or other is None or primary is other:
        raise invalid("Invalid input JSON: primaryObjectId and objectIdToMerge must be two records")
    survivor = call.portal.merge(primary, other, at=call.now)
    return Reply(200, shown(call.portal, survivor, call.wish(kind), definitions=call.definitions(kind)))


def erase(call: Call) -> Reply:
    """Erase a contact for good. Source: HubSpot OpenAPI, contacts, gdpr-delete."""
    kind = call.kind()
    call.need(kind, "write")
    key, id_property = str(call.body.get("objectId")), str(call.body.get("idProperty") or "")
    record = find_record(call, kind, key, id_property=id_property) if kind.name == "contacts" else None
    if record is None:
        raise not_found()
    call.portal.erase(record, at=call.now)
    return Reply(204)


def search_records(call: Call) -> Reply:
    """Search records."""
    kind = call.kind()
    call.need(kind, "read")
    if call.raw_length > _LONGEST_SEARCH:
        raise invalid("The request body is longer than {} characters", _LONGEST_SEARCH)
    definitions = call.definitions(kind)
    found = search(call.portal.store, kind, call.body, definitions=definitions, index_at=call.index_at)
    wish = call.wish(kind)
    body: Json = {
        "total": found.total,
        "results": [shown(call.portal, record, wish, definitions=definitions) for record in found.records],
    }
    if found.after is not None:
        body["paging"] = {"next": {"after": found.after}}
    return Reply(200, body)
