"""What callers may write: values are checked against the definitions and brought into the form in which they are kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

from atlas_sync.sandbox.hubspot.errors import ApiError, Json, invalid
from atlas_sync.sandbox.hubspot.objects import ObjectType
from atlas_sync.sandbox.hubspot.owners import Owners
from atlas_sync.sandbox.hubspot.pipelines import PIPELINE, STAGES
from atlas_sync.sandbox.hubspot.portal import PORTAL_ID
from atlas_sync.sandbox.hubspot.properties import Definition
from atlas_sync.sandbox.hubspot.values import comparable, moment, stamp

__all__ = ["check_required", "check_rules", "checked"]

_LONGEST = 65_536
_Refusal = tuple[str, str]


def checked(sent: object, *, definitions: Mapping[str, Definition], owners: Owners) -> dict[str, str | None]:
    """Give the values to keep; an empty text clears a property.

    Raises:
        ApiError: some value is refused; nothing is to be written.
    """
    if not isinstance(sent, dict):
        raise invalid("Invalid input JSON: properties must be an object")
    kept: dict[str, str | None] = {}
    refused: list[tuple[str, _Refusal]] = []
    for name, raw in sent.items():
        text = _text(raw)
        refusal = _refusal(name, text, definitions.get(name), owners)
        if refusal:
            refused.append((name, refusal))
        elif text == "":
            kept[name] = None
        else:
            kept[name] = _kept(text, definitions[name].type)
    if refused:
        raise _not_valid(refused)
    return kept


def check_required(kind: ObjectType, values: Mapping[str, str | None]) -> None:
    """Refuse an activity without its time. Source: facts/hubspot.md, section 8.

    Raises:
        ApiError: the time is missing.
    """
    if kind.created == "hs_createdate" and not values.get("hs_timestamp"):
        message = f"Error creating {kind.singular.upper()}. Some required properties were not set."
        raise invalid(message, context={"properties": ["hs_timestamp"]})


def check_rules(required: Mapping[str, tuple[str, ...]], values: Mapping[str, str | None]) -> None:
    """Refuse a change of a record that lacks what its stage asks for. The code and text are not recorded anywhere.

    Source: HubSpot changelog, crm-api-write-validation-enforcement.

    Raises:
        ApiError: a property that the stage asks for is empty.
    """
    empty = [name for name in required.get(values.get("dealstage") or "", ()) if not values.get(name)]
    if empty:
        errors: list[Json] = [
            {"message": f"{name} is required", "code": "REQUIRED_PROPERTY", "context": {"propertyName": [name]}}
            for name in empty
        ]
        raise invalid("Some required properties were not set.", errors=errors)


def _text(raw: object) -> str:
    """Give what was sent as text: numbers and booleans are taken too. Source: contracts/hubspot/recordings/deal_create.json."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return str(raw).lower()
    return raw if isinstance(raw, str) else format(Decimal(str(raw)), "f") if isinstance(raw, int | float) else str(raw)


def _kept(text: str, type_: str) -> str:
    read: datetime | None = moment(text) if type_ == "datetime" else None
    return stamp(read) if read else text


def _refusal(name: str, text: str, definition: Definition | None, owners: Owners) -> _Refusal | None:
    """Tell what is wrong with a value, as code and text."""
    if definition is None:
        return "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist'
    if definition.is_read_only:
        return "READ_ONLY_VALUE", f'"{name}" is a read only property; its value cannot be set.'
    if name == "hubspot_owner_id" and text and owners.get(text) is None:
        return "INVALID_OWNER_ID", f"Owner {text} does not exist"
    return _misfit(name, text, definition) if text else None


def _misfit(name: str, text: str, definition: Definition) -> _Refusal | None:
    """Tell how a value does not fit its property's type."""
    if definition.type in {"number", "datetime", "date"} and comparable(text, definition.type) is None:
        code, noun = ("INVALID_INTEGER", "number") if definition.type == "number" else ("INVALID_LONG", "long")
        return code, f"{text} was not a valid {noun}."
    if len(text) > _LONGEST:
        return "INVALID_LENGTH", f"Value for {name} is longer than {_LONGEST} characters"
    allowed = _allowed(name, definition)
    if allowed is not None and not set(text.split(";")) <= allowed:
        return "INVALID_OPTION", f"{text} was not one of the allowed options: [{', '.join(sorted(allowed))}]"
    return None


def _allowed(name: str, definition: Definition) -> set[str] | None:
    """Give the values an enumeration allows, None where anything goes."""
    elsewhere: Mapping[str, Callable[[], set[str]]] = {"dealstage": lambda: set(STAGES), "pipeline": lambda: {PIPELINE}}
    if name in elsewhere:
        return elsewhere[name]()
    return {value for value, _label in definition.options} if definition.has_own_options else None


def _not_valid(refused: list[tuple[str, _Refusal]]) -> ApiError:
    """Give the answer for refused values, which lists them once as JSON inside the text and once beside it."""
    inside = [
        {
            "isValid": False,
            "message": message,
            "error": code,
            "name": name,
            "localizedErrorMessage": message,
            "portalId": PORTAL_ID,
        }
        for name, (code, message) in refused
    ]
    errors: list[Json] = [
        {"message": message, "code": code, "context": {"propertyName": [name]}} for name, (code, message) in refused
    ]
    return invalid("Property values were not valid: {}", json.dumps(inside, separators=(",", ":")), errors=errors)
