"""Up to 100 records in one call. Results come in another order than the inputs, and what is missing may come beside them.

Source: contracts/hubspot/recordings/batch_*.json; facts/hubspot.md, section 10.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from atlas_sync.sandbox.hubspot.call import Call, Reply
from atlas_sync.sandbox.hubspot.errors import ApiError, Json, invalid, missing_ids
from atlas_sync.sandbox.hubspot.object_calls import check_new, find_record
from atlas_sync.sandbox.hubspot.objects import ObjectType
from atlas_sync.sandbox.hubspot.records import shown, written
from atlas_sync.sandbox.hubspot.store import Record
from atlas_sync.sandbox.hubspot.values import shuffled, stamp
from atlas_sync.sandbox.hubspot.writes import checked

__all__ = ["archive", "complete", "create", "read", "update", "upsert"]


_WITH_HISTORY = 50


def complete(call: Call, results: Mapping[str, Json], *, errors: list[Json], status: int = 200) -> Reply:
    """Give the answer of a batch: shuffled, and 207 if something went wrong for some inputs."""
    body: Json = {"status": "COMPLETE", "results": [results[key] for key in shuffled(list(results))]}
    if errors:
        body |= {"numErrors": len(errors), "errors": errors}
    body |= {"startedAt": stamp(call.now), "completedAt": stamp(call.now)}
    return Reply(207 if errors else status, body)


def _id(entry: Json) -> str:
    if not isinstance(entry.get("id"), str | int):
        raise invalid("Invalid input JSON: every input needs an id")
    return str(entry["id"])


def _gather(
    call: Call, kind: ObjectType, *, id_property: Callable[[Json], object], most: int = 100
) -> tuple[list[tuple[Json, Record]], list[str]]:
    """Find the records of the inputs, each once; ids that are not there are given apart."""
    found: dict[str, tuple[Json, Record]] = {}
    missing: list[str] = []
    for entry in call.inputs(most):
        record = find_record(call, kind, _id(entry), id_property=str(id_property(entry) or ""))
        if record is None:
            missing.append(_id(entry))
        else:
            found[record.id] = (entry, record)
    return list(found.values()), missing


def read(call: Call) -> Reply:
    """Give records by id, or by a unique property."""
    kind = call.kind()
    call.need(kind, "read")
    most = _WITH_HISTORY if call.listed("propertiesWithHistory") else 100
    found, missing = _gather(call, kind, id_property=lambda _entry: call.body.get("idProperty"), most=most)
    wish, definitions = call.wish(kind), call.definitions(kind)
    results = {record.id: shown(call.portal, record, wish, definitions=definitions) for _entry, record in found}
    is_told = bool(missing) and call.reports_missing
    return complete(call, results, errors=[missing_ids(kind.singular, missing)] if is_told else [])


def create(call: Call) -> Reply:
    """Make records, all or none: the first that is refused refuses the batch. Source: hubspot-api-python issue 51."""
    kind = call.kind()
    call.need(kind, "write")
    prepared = [check_new(call, kind, entry) for entry in call.inputs()]
    _refuse_twins(kind, [values for values, _targets in prepared])
    results: dict[str, Json] = {}
    for values, targets in prepared:
        record = call.portal.create(kind, values, at=call.now)
        for other, types in targets:
            call.portal.associate(record, other, types, at=call.now)
        results[record.id] = written(record, values, definitions=call.definitions(kind))
    return complete(call, results, errors=[], status=201)


def _refuse_twins(kind: ObjectType, rows: list[dict[str, str | None]]) -> None:
    emails = [(row.get("email") or "").casefold() for row in rows if kind.name == "contacts" and row.get("email")]
    if len(set(emails)) < len(emails):
        raise ApiError(409, "Duplicate inputs in the batch share a unique value.", category="CONFLICT")


def update(call: Call) -> Reply:
    """Change records."""
    kind = call.kind()
    call.need(kind, "write")
    found, missing = _gather(call, kind, id_property=lambda entry: entry.get("idProperty"))
    definitions, owners = call.definitions(kind), call.portal.owners
    prepared = [
        (record, checked(entry.get("properties"), definitions=definitions, owners=owners)) for entry, record in found
    ]
    results: dict[str, Json] = {}
    for record, values in prepared:
        call.portal.update(record, values, at=call.now)
        results[record.id] = written(record, values, definitions=definitions)
    return complete(call, results, errors=[missing_ids(kind.singular, missing)] if missing else [])


def upsert(call: Call) -> Reply:
    """Change records by a unique property, or make them; `new` tells which."""
    kind = call.kind()
    call.need(kind, "write")
    definitions, owners = call.definitions(kind), call.portal.owners
    prepared: list[tuple[Record | None, dict[str, str | None]]] = []
    for entry in call.inputs():
        name = str(entry.get("idProperty") or "")
        record = find_record(call, kind, _id(entry), id_property=name)
        values = checked(entry.get("properties") or {}, definitions=definitions, owners=owners)
        prepared.append((record, values if record or not name else {name: _id(entry), **values}))
    results: dict[str, Json] = {}
    for known, values in prepared:
        record = known or call.portal.create(kind, values, at=call.now)
        if known:
            call.portal.update(known, values, at=call.now)
        results[record.id] = {**written(record, values, definitions=definitions), "new": known is None}
    return complete(call, results, errors=[])


def archive(call: Call) -> Reply:
    """Archive records; those that are not there are archived already."""
    kind = call.kind()
    call.need(kind, "write")
    for entry in call.inputs():
        if record := call.portal.store.get(kind, _id(entry)):
            call.portal.archive(record, at=call.now)
    return Reply(204)
