"""Single records and collections of them through the API: read, create, change, upsert, delete, with its refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from atlas_sync.sandbox.salesforce.describe import Json
from atlas_sync.sandbox.salesforce.errors import ApiError, no_such_column, no_such_key, not_found
from atlas_sync.sandbox.salesforce.ids import is_id, to_18
from atlas_sync.sandbox.salesforce.org import Org
from atlas_sync.sandbox.salesforce.query import Querier, render_value
from atlas_sync.sandbox.salesforce.schema import Field, Thing
from atlas_sync.sandbox.salesforce.store import Row, Value
from atlas_sync.sandbox.salesforce.wire import from_wire

__all__ = ["Ambiguous", "Records", "Saved"]


class Ambiguous(Exception):  # noqa: N818  # not an error at the vendor: an answer with status 300
    """Several records have the value that an upsert named; nothing was written."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__("not unique")
        self.keys = keys


@dataclass(frozen=True, slots=True)
class Saved:
    """A record that was written."""

    key: str
    created: bool


class Records:
    """The records as the API user may read and write them at `now`."""

    def __init__(self, org: Org, querier: Querier, *, now: datetime) -> None:
        self._org = org
        self._querier = querier
        self._catalog = querier.catalog
        self._now = now

    def find(self, name: str, key: str) -> tuple[Thing, Row]:
        """Give object and row of a record that is not deleted."""
        thing = self._catalog.need(name)
        if not is_id(key):
            raise no_such_key(key)
        row = self._org.store.get(thing.name, key)
        if row is None or not self._org.store.is_shared(key):
            raise not_found()
        if row["IsDeleted"]:
            raise ApiError(404, "ENTITY_IS_DELETED", "entity is deleted", fields=[])
        return thing, self._querier.view(thing, row)

    def get(self, name: str, key: str, *, fields: Sequence[str] = ()) -> Json:
        """Give a record with all visible fields, or the named ones."""
        thing, row = self.find(name, key)
        return self.render(thing, row, self.pick(thing, fields))

    def pick(self, thing: Thing, names: Sequence[str]) -> Sequence[Field]:
        """Look up fields by name; all visible ones when none is named."""
        return [self._field(thing, name) for name in names] or self._catalog.fields(thing)

    def render(self, thing: Thing, row: Row, fields: Sequence[Field]) -> Json:
        """Shape a row for the wire."""
        base = self._querier.base
        head: Json = {"attributes": {"type": thing.name, "url": f"{base}/sobjects/{thing.name}/{row['Id']}"}}
        return head | {field.name: render_value(base, thing.name, row, field) for field in fields}

    def blob(self, name: str, key: str, field: str) -> bytes:
        """Give the bytes of a note or file."""
        thing, row = self.find(name, key)
        found = self._catalog.field(thing, field)
        if found is None or found.type != "base64":
            raise not_found()
        return self._org.store.blob(str(row["LatestPublishedVersionId"] if thing.name == "ContentNote" else row["Id"]))

    def by_value(self, name: str, field: str, value: str) -> str | None:
        """Give the id of the record that has this value in a look-up field; None when there is none.

        Raises:
            ApiError: the field is no look-up field.
            Ambiguous: several records have it.
        """
        thing = self._catalog.need(name)
        found = self._catalog.field(thing, field)
        if found is None or not found.has("l"):
            raise no_such_key(field)
        if found.type == "id":
            return str(self.find(name, value)[1]["Id"])
        rows = (row for row in self._org.store.rows(thing.name) if not row["IsDeleted"])
        keys = [str(row["Id"]) for row in rows if str(row[found.name] or "").casefold() == value.casefold()]
        if len(keys) > 1:
            raise Ambiguous(keys)
        return keys[0] if keys else None

    def create(self, name: str, body: Mapping[str, object]) -> Saved:
        """Make a record."""
        thing = self._catalog.need(name)
        if not thing.can("c"):
            raise ApiError(400, "INVALID_TYPE_FOR_OPERATION", f"entity type cannot be inserted: {thing.label}")
        values = self._values(thing, body, flag="c")
        required = (field for field in thing.fields if field.has("c") and not field.has("n") and not field.has("d"))
        missing = [field.name for field in required if values.get(field.name) is None]
        if missing:
            message = f"Required fields are missing: [{', '.join(missing)}]"
            raise ApiError(400, "REQUIRED_FIELD_MISSING", message, fields=missing)
        return Saved(self._org.create(thing.name, values, by=self._org.api_user, at=self._now), created=True)

    def update(self, name: str, key: str, body: Mapping[str, object]) -> Saved:
        """Change a record."""
        thing, row = self.find(name, key)
        if not thing.can("u"):
            raise ApiError(400, "INVALID_TYPE_FOR_OPERATION", f"entity type cannot be updated: {thing.label}")
        values = self._values(thing, body, flag="u")
        empty = [field for field in values if values[field] is None and not self._field(thing, field).has("n")]
        if empty:
            message = f"Required fields are missing: [{', '.join(empty)}]"
            raise ApiError(400, "REQUIRED_FIELD_MISSING", message, fields=empty)
        self._validate(thing, {**row, **values})
        self._org.update(thing.name, str(row["Id"]), values, by=self._org.api_user, at=self._now)
        return Saved(str(row["Id"]), created=False)

    def upsert(
        self, name: str, field: str, value: str, *, body: Mapping[str, object], may_create: bool = True
    ) -> Saved:
        """Change the record that has this value in a look-up field, or make one."""
        key = self.by_value(name, field, value)
        if key is not None:
            return self.update(name, key, body)
        if not may_create:
            raise not_found()
        found = self._field(self._catalog.need(name), field)
        return self.create(name, {**body, found.name: value})

    def delete(self, name: str, key: str) -> str:
        """Put a record into the recycle bin and give its id."""
        thing, row = self.find(name, key)
        if not thing.can("d"):
            raise ApiError(400, "INVALID_TYPE_FOR_OPERATION", f"entity type cannot be deleted: {thing.label}")
        self._org.delete(thing.name, str(row["Id"]), at=self._now)
        return str(row["Id"])

    def _field(self, thing: Thing, name: str) -> Field:
        found = self._catalog.field(thing, name)
        if found is None:
            raise no_such_column(name, thing.name)
        return found

    def _values(self, thing: Thing, body: Mapping[str, object], *, flag: str) -> dict[str, Value]:
        """Read what a client sent; `flag` says which permission the fields need."""
        fields = {self._field(thing, name): value for name, value in body.items() if name != "attributes"}
        closed = [field.name for field in fields if not field.has(flag)]
        if closed:
            message = (
                f"Unable to create/update fields: {', '.join(closed)}. Please check the security settings of this field "
                "and verify that it is read/write for your profile or permission set."
            )
            raise ApiError(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message, fields=closed)
        values = {field.name: from_wire(field, value) for field, value in fields.items()}
        for field in fields:
            self._check_reference(field, values[field.name])
        return values

    def _validate(self, thing: Thing, row: Row) -> None:
        """Hold a changed record against the rules of the org's admins. Source: SOAP API guide, StatusCode."""
        for rule in self._org.validations.get(thing.name, ()):
            if rule.breaks(row):
                fields = [rule.field] if rule.field else []
                raise ApiError(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, fields=fields)

    def _check_reference(self, field: Field, value: Value) -> None:
        if field.type != "reference" or value is None:
            return
        found = self._org.store.find(to_18(str(value)))
        if found is None or found[0] not in field.refers:
            raise ApiError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", fields=[field.name])
