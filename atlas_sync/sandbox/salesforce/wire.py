"""Values as the vendor writes them, and as a client may send them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from atlas_sync.sandbox.salesforce.errors import ApiError
from atlas_sync.sandbox.salesforce.ids import is_id, to_18
from atlas_sync.sandbox.salesforce.schema import Field
from atlas_sync.sandbox.salesforce.store import Value

__all__ = ["NUMBERS", "from_wire", "read_moment", "to_wire"]

NUMBERS = frozenset({"int", "double", "currency", "percent"})


def to_wire(value: Value) -> str | bool | float | None:
    """Give a value as JSON holds it: times in UTC with `.000+0000`, dates as days."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    if isinstance(value, date):
        return value.isoformat()
    return value


def from_wire(field: Field, value: object) -> Value:
    """Read a value that a client sent for a field.

    Raises:
        ApiError: it has another type, or is too long.
    """
    if value is None:
        return None
    if field.type == "boolean" and isinstance(value, bool):
        return value
    if field.type in NUMBERS and isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if field.type == "int" else float(value)
    if isinstance(value, str) and field.type not in NUMBERS and field.type != "boolean":
        return _text(field, value)
    raise _wrong(field, value)


def read_moment(text: str) -> datetime:
    """Read a time; one without an offset is in UTC.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _text(field: Field, value: str) -> Value:
    if field.type in {"id", "reference"}:
        if not is_id(value):
            raise ApiError(
                400, "MALFORMED_ID", f"{field.name}: id value of incorrect type: {value}", fields=[field.name]
            )
        return to_18(value)
    if field.type in {"date", "datetime"}:
        try:
            return date.fromisoformat(value) if field.type == "date" else read_moment(value)
        except ValueError:
            raise _wrong(field, value) from None
    if len(value) > field.length:
        message = f"{field.name}: data value too large: {value} (max length={field.length})"
        raise ApiError(400, "STRING_TOO_LONG", message, fields=[field.name])
    return value or None


def _wrong(field: Field, value: object) -> ApiError:
    message = (
        f"Cannot deserialize instance of {field.type} from VALUE_{type(value).__name__.upper()} value {value} "
        "or request may be missing a required field"
    )
    return ApiError(400, "JSON_PARSER_ERROR", message)
