"""Answers a parsed query: names are looked up among what the user may see, rows are filtered, ordered and shaped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Any

from atlas_sync.sandbox.salesforce.conditions import comparable, compile_condition
from atlas_sync.sandbox.salesforce.describe import Catalog, Json
from atlas_sync.sandbox.salesforce.errors import ApiError, query_error
from atlas_sync.sandbox.salesforce.rules import is_archived
from atlas_sync.sandbox.salesforce.schema import NAME, OBJECTS, Field, Thing
from atlas_sync.sandbox.salesforce.soql import parse
from atlas_sync.sandbox.salesforce.store import Row, Store, Value
from atlas_sync.sandbox.salesforce.syntax import Comparison, Group, Order, Path, Select
from atlas_sync.sandbox.salesforce.wire import to_wire

__all__ = ["Answer", "Querier", "render_value"]

_HINT = "Please reference your WSDL or the describe call for the appropriate names."


@dataclass(frozen=True, slots=True)
class Answer:
    """All of a query's records, shaped for the wire. `has_long` tells that a long text is among the columns.

    `again` shapes one of `keys` as it stands later: a cursor holds which records there are, not what is in them. Whether
    the vendor's does is not stated, so the worse is assumed.
    """

    total: int
    records: list[Json]
    has_long: bool = False
    keys: tuple[str, ...] = ()
    again: Callable[[str], Json | None] = lambda _key: None


@dataclass(frozen=True, slots=True)
class _Column:
    """A field with the relationships on the way to it."""

    way: tuple[Field, ...]
    field: Field
    of: Thing


@dataclass(frozen=True, slots=True)
class _Subquery:
    name: str
    child: Thing
    field: str
    select: Select


def render_value(base: str, thing: str, row: Row, field: Field) -> object:
    """Give a field of a row for the wire; the bytes of a file are an address.

    Source: REST API guide, sObject Blob Get.
    """
    if field.type == "base64":
        return f"{base}/sobjects/{thing}/{row['Id']}/{field.name}"
    if field.type == "location":
        parts = {part: row[f"{field.name.removesuffix('c')}{part.title()}__s"] for part in ("latitude", "longitude")}
        return parts if any(value is not None for value in parts.values()) else None
    return to_wire(row[field.name])


class Querier:
    """Runs queries over the org as it stands at `now`, for the API version at the address `base`."""

    def __init__(self, store: Store, catalog: Catalog, *, now: datetime, base: str) -> None:
        self._store = store
        self._catalog = catalog
        self._now = now
        self._base = base

    def run(self, text: str, *, everything: bool) -> Answer:
        """Answer a query; `everything` includes deleted and archived records.

        Raises:
            ApiError: the query is wrong, or asks for something hidden.
        """
        select = parse(text)
        thing = self._catalog.thing(select.source)
        if thing is None:
            problem = (
                f"sObject type '{select.source}' is not supported. If you are attempting to use a custom object, be "
                f"sure to append the '__c' after the entity name. {_HINT}"
            )
            raise query_error("INVALID_TYPE", problem, query=text, at=select.source_at)
        _check_links(thing, select)
        return _Run(self, text, everything=everything).answer(thing, select, list(self._store.shared(thing.name)))

    def view(self, thing: Thing, row: Row) -> Row:
        """Give a row with what is only known at the time of asking."""
        return {**row, "IsArchived": is_archived(thing.name, row, now=self._now)} if "IsArchived" in row else row

    @property
    def catalog(self) -> Catalog:
        """What the user may see."""
        return self._catalog

    @property
    def store(self) -> Store:
        """The rows."""
        return self._store

    @property
    def base(self) -> str:
        """The address of the API version."""
        return self._base


def _check_links(thing: Thing, select: Select) -> None:
    """Refuse a query of file links that does not say whose. Source: object reference, ContentDocumentLink."""
    if thing.name != "ContentDocumentLink":
        return
    tests = select.where.parts if isinstance(select.where, Group) and select.where.word == "and" else (select.where,)
    named = (str(test.path).lower() for test in tests if isinstance(test, Comparison) and test.op in {"=", "in"})
    if {"id", "contentdocumentid", "linkedentityid"}.intersection(named):
        return
    raise ApiError(
        400,
        "MALFORMED_QUERY",
        "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or "
        "LinkedEntityId using the equals operator or multiple Id's using the IN operator.",
    )


class _Run:
    """One query being answered."""

    def __init__(self, querier: Querier, text: str, *, everything: bool) -> None:
        self._querier = querier
        self._catalog = querier.catalog
        self._text = text
        self._everything = everything

    def answer(self, thing: Thing, select: Select, rows: Sequence[Row]) -> Answer:
        items = [self._item(thing, item) for item in select.fields]
        keep = compile_condition(select.where, find=partial(self._reader, thing), query=self._text)
        sorts = [(order, *self._sort_key(thing, order)) for order in select.order]
        found = [view for row in rows if self._is_shown(view := self._querier.view(thing, row)) and keep(view)]
        for order, field, read in reversed(sorts):
            found = _sorted(found, field, read, order=order)
        found = found[select.offset :]
        found = found if select.limit is None else found[: select.limit]
        if select.is_count:
            return Answer(len(found), [])
        has_long = any(isinstance(item, _Column) and item.field.is_long for item in items)
        records = [self._record(thing, row, items) for row in found]
        keys = tuple(str(row["Id"]) for row in found)
        return Answer(len(found), records, has_long, keys, partial(self._again, thing, items))

    def _again(self, thing: Thing, items: Sequence[_Column | _Subquery], key: str) -> Json | None:
        """Shape a record anew; None where it is gone."""
        row = self._querier.store.get(thing.name, key)
        if row is None or not self._querier.store.is_shared(key):
            return None
        return self._record(thing, self._querier.view(thing, row), items)

    def _is_shown(self, row: Row) -> bool:
        return self._everything or not (row["IsDeleted"] or row.get("IsArchived"))

    def _item(self, thing: Thing, item: Path | Select) -> _Column | _Subquery:
        if isinstance(item, Path):
            return self._column(thing, item)
        for child, field, relationship in self._catalog.children(thing):
            if relationship.lower() == item.source.lower():
                return _Subquery(relationship, OBJECTS[child], field, item)
        problem = (
            f"Didn't understand relationship '{item.source}' in FROM part of query call. If you are attempting to use a "
            f"custom relationship, be sure to append the '__r' after the custom relationship name. {_HINT}"
        )
        raise query_error("INVALID_TYPE", problem, query=self._text, at=item.source_at)

    def _column(self, thing: Thing, path: Path) -> _Column:
        """Look up a path among what the user may see. The object's own name may stand in front, as SOQL allows."""
        parts = path.parts[1:] if len(path.parts) > 1 and path.parts[0].lower() == thing.name.lower() else path.parts
        way: list[Field] = []
        at = thing
        for name in parts[:-1]:
            step, target = self._step(at, name)
            if step is None or target is None:
                problem = (
                    f"Didn't understand relationship '{name}' in field path. If you are attempting to use a custom "
                    f"relationship, be sure to append the '__r' after the custom relationship name. {_HINT}"
                )
                raise query_error("INVALID_FIELD", problem, query=self._text, at=path.at)
            way.append(step)
            at = target
        field = self._catalog.field(at, parts[-1])
        if field is None:
            problem = (
                f"No such column '{parts[-1]}' on entity '{at.name}'. If you are attempting to use a custom field, be "
                f"sure to append the '__c' after the custom field name. {_HINT}"
            )
            raise query_error("INVALID_FIELD", problem, query=self._text, at=path.at)
        return _Column(tuple(way), field, at)

    def _step(self, thing: Thing, name: str) -> tuple[Field | None, Thing | None]:
        for field in self._catalog.fields(thing):
            if field.relationship and field.relationship.lower() == name.lower():
                return field, NAME if field.has("p") else self._catalog.thing(field.refers[0])
        return None, None

    def _reader(self, thing: Thing, path: Path) -> tuple[Field, Callable[[Row], Value]]:
        column = self._column(thing, path)

        def read(row: Row) -> Value:
            at: Row | None = row
            for step in column.way:
                found = self._parent(at, step) if at else None
                at = found[1] if found else None
            return at.get(column.field.name) if at else None

        return column.field, read

    def _sort_key(self, thing: Thing, order: Order) -> tuple[Field, Callable[[Row], Value]]:
        field, read = self._reader(thing, order.path)
        if field.has("x"):
            problem = f"field '{field.name}' can not be sorted in a query call"
            raise query_error("INVALID_FIELD", problem, query=self._text, at=order.path.at)
        return field, read

    def _parent(self, row: Row, step: Field) -> tuple[str, Row] | None:
        """Give object and row of a parent, as the pseudo-object Name where it can be of several objects."""
        found = self._querier.store.find(row.get(step.name))
        if found is None or not step.has("p"):
            return found
        name, parent = found
        title = OBJECTS[name].title
        shown: Row = {field.name: parent.get(field.name) for field in NAME.fields}
        return name, {**shown, "Type": name, "Name": parent[title.name] if title else None}

    def _record(self, thing: Thing, row: Row, items: Sequence[_Column | _Subquery]) -> Json:
        record: Json = self._head(thing.name, thing.name, row)
        for item in items:
            if isinstance(item, _Subquery):
                record[item.name] = self._children(row, item)
            else:
                self._put(record, row, item)
        return record

    def _head(self, kind: str, thing: str, row: Row) -> Json:
        return {"attributes": {"type": kind, "url": f"{self._querier.base}/sobjects/{thing}/{row['Id']}"}}

    def _put(self, record: Json, row: Row, column: _Column) -> None:
        """Put a column into a record; the parents on the way are nested objects, or null where there is none."""
        name, at = column.of.name, row
        for step in column.way:
            key = str(step.relationship)
            found = self._parent(at, step)
            if found is None:
                record.setdefault(key, None)
                return
            name, at = found
            inner = record.setdefault(key, self._head("Name" if step.has("p") else name, name, at))
            if not isinstance(inner, dict):
                return
            record = inner
        record[column.field.name] = render_value(self._querier.base, name, at, column.field)

    def _children(self, row: Row, item: _Subquery) -> Json | None:
        rows = [child for child in self._querier.store.shared(item.child.name) if child[item.field] == row["Id"]]
        answer = self.answer(item.child, replace(item.select, is_count=False), rows)
        return {"totalSize": answer.total, "done": True, "records": answer.records} if answer.total else None


def _sorted(rows: list[Row], field: Field, read: Callable[[Row], Value], *, order: Order) -> list[Row]:
    """Sort by one key and keep the order of equals; rows without a value stand first unless asked otherwise."""
    keyed = [(comparable(field, read(row)), row) for row in rows]
    empty = [row for key, row in keyed if key is None]
    filled: list[tuple[Any, Row]] = [(key, row) for key, row in keyed if key is not None]
    filled.sort(key=itemgetter(0), reverse=order.descending)
    ordered = [row for _, row in filled]
    return ordered + empty if order.nulls_last else empty + ordered
