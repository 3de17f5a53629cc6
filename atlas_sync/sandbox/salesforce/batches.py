"""Up to 200 records in one call: the call succeeds as a whole, each record on its own.

Source: REST API guide, sObject Collections; contracts/salesforce/recordings/collections.*.json.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from atlas_sync.sandbox.salesforce.describe import Json
from atlas_sync.sandbox.salesforce.errors import ApiError
from atlas_sync.sandbox.salesforce.records import Ambiguous, Records, Saved
from atlas_sync.sandbox.salesforce.store import Store

__all__ = ["Collections"]

_MOST = 200
_ROLLED_BACK = ApiError(
    400,
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
)
_Entry = Mapping[str, object]


class Collections:
    """Collections over the records and the rows that are rolled back."""

    def __init__(self, records: Records, store: Store) -> None:
        self._records = records
        self._store = store

    def create(self, body: _Entry) -> list[Json]:
        """Make records."""
        return self._each(body, lambda entry: self._records.create(_type(entry), entry))

    def update(self, body: _Entry) -> list[Json]:
        """Change records by the ids inside them."""
        return self._each(body, self._update)

    def upsert(self, name: str, field: str, body: _Entry) -> list[Json]:
        """Change or make records by a look-up field."""
        return self._each(body, lambda entry: self._upsert(name, field, entry), upserting=True)

    def delete(self, keys: Sequence[str], *, all_or_none: bool) -> list[Json]:
        """Delete records of any object by id."""
        body = {"allOrNone": all_or_none, "records": [{"id": key} for key in keys]}
        return self._each(body, self._delete)

    def retrieve(self, name: str, keys: Sequence[str], fields: Sequence[str]) -> list[Json | None]:
        """Give records by id, null where one is not there."""
        found: list[Json | None] = []
        for key in keys:
            try:
                found.append(self._records.get(name, key, fields=fields))
            except ApiError as error:
                if error.code == "INVALID_FIELD" or error.message.startswith("Provided"):
                    raise
                found.append(None)
        return found

    def _update(self, entry: _Entry) -> Saved:
        key = entry.get("id") or entry.get("Id")
        if not key:
            raise ApiError(400, "MISSING_ARGUMENT", "Id not specified in an update call")
        values = {name: value for name, value in entry.items() if name.lower() != "id"}
        try:
            return self._records.update(_type(entry), str(key), values)
        except ApiError as error:
            raise _as_reference(error) from None

    def _upsert(self, name: str, field: str, entry: _Entry) -> Saved:
        value = next((entry[key] for key in entry if key.lower() == field.lower()), None)
        body = {key: entry[key] for key in entry if key.lower() != field.lower()}
        if value is None:
            return self._records.create(name, body)
        try:
            return self._records.upsert(name, field, str(value), body=body)
        except Ambiguous:
            message = f"{field}: more than one record found for external id field"
            raise ApiError(400, "DUPLICATE_EXTERNAL_ID", message, fields=[field]) from None
        except ApiError as error:
            raise _as_reference(error) from None

    def _delete(self, entry: _Entry) -> Saved:
        found = self._store.find(entry["id"] if isinstance(entry["id"], str) else None)
        if found is None:
            raise ApiError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        return Saved(self._records.delete(found[0], str(entry["id"])), created=False)

    def _each(self, body: _Entry, do: Callable[[_Entry], Saved], *, upserting: bool = False) -> list[Json]:
        entries = body.get("records")
        if not isinstance(entries, list) or not entries:
            raise ApiError(400, "REQUIRED_FIELD_MISSING", "At least 1 record is required")
        if len(entries) > _MOST:
            message = f"record limit reached. cannot submit more than {_MOST} records into this call"
            raise ApiError(400, "EXCEEDED_ID_LIMIT", message)
        before = self._store.snapshot()
        outcomes = [_try(do, entry) for entry in entries]
        if body.get("allOrNone") and any(isinstance(outcome, ApiError) for outcome in outcomes):
            self._store.restore(before)
            outcomes = [outcome if isinstance(outcome, ApiError) else _ROLLED_BACK for outcome in outcomes]
        return [_shape(outcome, upserting=upserting) for outcome in outcomes]


def _try(do: Callable[[_Entry], Saved], entry: object) -> Saved | ApiError:
    if not isinstance(entry, dict):
        return ApiError(400, "JSON_PARSER_ERROR", "a record must be an object")
    try:
        return do(entry)
    except ApiError as error:
        return error


def _shape(outcome: Saved | ApiError, *, upserting: bool) -> Json:
    if isinstance(outcome, ApiError):
        failed: Json = {"success": False, "errors": [outcome.inner()]}
        return failed | ({"created": False} if upserting else {})
    saved: Json = {"id": outcome.key, "success": True, "errors": []}
    return saved | ({"created": outcome.created} if upserting else {})


def _type(entry: _Entry) -> str:
    attributes = entry.get("attributes")
    if isinstance(attributes, dict) and isinstance(attributes.get("type"), str):
        return str(attributes["type"])
    raise ApiError(400, "INVALID_TYPE", "Include the type attribute in each record of the request")


def _as_reference(error: ApiError) -> ApiError:
    """Say of a record that is not there what collections say."""
    if error.code != "NOT_FOUND":
        return error
    return ApiError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
