"""The definitions of properties: the stock ones, the portal's own, and what the app may see of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from atlas_sync.sandbox.faults import Faults
from atlas_sync.sandbox.hubspot.errors import ApiError, Json, invalid, not_found
from atlas_sync.sandbox.hubspot.objects import ObjectType
from atlas_sync.sandbox.hubspot.tables import OPTIONS, ROWS
from atlas_sync.sandbox.hubspot.values import stamp, to_ms

__all__ = ["DELIVERY_PROJECT", "Catalog", "Definition"]

DELIVERY_PROJECT = "delivery_project"
"""The deal property of this portal in which sellers name the project that delivers."""

_STOCK_AT = datetime(2020, 6, 30, 15, 57, 38, 293_000, UTC)
_OWN_AT = datetime(2025, 9, 1, 7, 12, 44, 106_000, UTC)
_USER = "12282590"
_REQUIRED = ("groupName", "name", "label", "type", "fieldType")
_TYPES = ("bool", "date", "datetime", "enumeration", "number", "phone_number", "string")


@dataclass(frozen=True, slots=True)
class Definition:
    """One property. `marks` are those of the tables; `created_by` is set for the portal's own."""

    name: str
    label: str
    type: str
    field_type: str
    group: str
    marks: str = ""
    options: tuple[tuple[str, str], ...] = ()
    description: str = ""
    is_unique: bool = False
    at: datetime = _STOCK_AT
    created_by: str | None = None

    @property
    def is_read_only(self) -> bool:
        """Tell if the API refuses values for it."""
        return "r" in self.marks

    @property
    def has_own_options(self) -> bool:
        """Tell if its values are limited to its options."""
        return self.type in {"enumeration", "bool"} and bool(self.options)

    def wire(self) -> Json:
        """Give the definition as the API shows it. Stock ones lack some members of the portal's own, and the reverse.

        Source: contracts/hubspot/recordings/properties_deals.json and property_create_contact.json.
        """
        options = [
            {"label": label, "value": value, "displayOrder": order, "hidden": False}
            for order, (value, label) in enumerate(self.options)
        ]
        body: Json = {
            "updatedAt": stamp(self.at),
            "createdAt": stamp(self.at),
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "fieldType": self.field_type,
            "description": self.description,
            "groupName": self.group,
            "options": options,
        }
        if self.created_by:
            body |= {"createdUserId": self.created_by, "updatedUserId": self.created_by}
        body |= {
            "displayOrder": -1,
            "calculated": "c" in self.marks,
            "externalOptions": "e" in self.marks,
            "hasUniqueValue": self.is_unique,
            "hidden": "h" in self.marks,
            **({"archived": False} if self.created_by else {"hubspotDefined": True}),
            "modificationMetadata": {
                "archivable": "u" not in self.marks or "r" in self.marks,
                "readOnlyDefinition": "u" not in self.marks and not self.created_by,
                "readOnlyValue": self.is_read_only,
            },
            "formField": False,
            "dataSensitivity": "non_sensitive",
        }
        if "$" in self.marks:
            body["showCurrencySymbol"] = True
        if "o" in self.marks:
            body["referencedObjectType"] = "OWNER"
        return body


class Catalog:
    """All definitions by object type. What the faults hide is not there for the app."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._all = {kind: {row.name: row for row in _stock(lines)} for kind, lines in ROWS.items()}
        own = Definition(DELIVERY_PROJECT, "Delivery project", "string", "text", "dealinformation")
        self._all["deals"][own.name] = replace(own, at=_OWN_AT, created_by=_USER)

    def visible(self, kind: ObjectType) -> Mapping[str, Definition]:
        """Give the properties that the app may see, by name in order."""
        hidden = self._faults.hidden("hubspot", kind.name)
        return {name: row for name, row in sorted(self._all[kind.name].items()) if name not in hidden}

    def get(self, kind: ObjectType, name: str) -> Definition:
        """Give one property.

        Raises:
            ApiError: there is none, or none for the app.
        """
        found = self.visible(kind).get(name)
        if found is None:
            raise not_found()
        return found

    def add_option(self, kind: str, name: str, *, value: str, label: str) -> None:
        """Add a value to an enumeration, as an admin does."""
        row = self._all[kind][name]
        if value not in dict(row.options):
            self._all[kind][name] = replace(row, options=(*row.options, (value, label)))

    def create(self, kind: ObjectType, body: Json, *, at: datetime) -> Definition:
        """Define a property of the portal.

        Raises:
            ApiError: something is missing or wrong, or the name is taken.
        """
        missing = [name for name in _REQUIRED if not isinstance(body.get(name), str)]
        if missing:
            raise invalid("Invalid input JSON: some required fields were not set: [{}]", ", ".join(missing))
        group, name, label, type_, field_type = (str(body[part]) for part in _REQUIRED)
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or type_ not in _TYPES:
            raise invalid("Property name or type is not valid: {}, {}", name, type_)
        if name in self._all[kind.name]:
            message = f"A property named '{name}' already exists."
            raise ApiError(409, message, category="OBJECT_ALREADY_EXISTS")
        made = Definition(
            name=name,
            label=label,
            type=type_,
            field_type=field_type,
            group=group,
            options=_options(body.get("options")),
            description=str(body.get("description") or ""),
            is_unique=body.get("hasUniqueValue") is True,
            at=to_ms(at),
            created_by=_USER,
        )
        self._all[kind.name][name] = made
        return made


def _options(sent: object) -> tuple[tuple[str, str], ...]:
    entries = [entry for entry in sent if isinstance(entry, dict)] if isinstance(sent, list) else []
    return tuple((str(entry.get("value")), str(entry.get("label"))) for entry in entries)


@cache
def _stock(lines: str) -> tuple[Definition, ...]:
    rows = []
    for line in filter(None, lines.splitlines()):
        name, label, type_, field_type, group, marks = line.split("|")
        rows.append(Definition(name, label, type_, field_type, group, marks))
    return tuple(replace(row, options=_stock_options(row)) for row in rows)


def _stock_options(row: Definition) -> tuple[tuple[str, str], ...]:
    if row.type == "bool":
        return (("true", "True"), ("false", "False"))
    return tuple((value, value.replace("_", " ").capitalize()) for value in OPTIONS.get(row.name, "").split())
