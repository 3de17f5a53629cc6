"""The objects and fields of the stand-in's org, as a table that a person can hold against the vendor's describe.

A line is `Name type[:length] flags rest`. Flags: n nillable, c createable, u updateable, d filled by default, l usable to
look records up, t the record's title, x not filterable, f a formula, p points at several objects, - none. Rest: what a
reference points at, or a picklist's values, separated by `|`.
Source: contracts/salesforce/describe; standard-objects.fields.json and the object reference where no describe is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass

from atlas_sync.sandbox.salesforce.tables import TABLES

__all__ = ["CHILDREN", "NAME", "OBJECTS", "Field", "Thing"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object."""

    name: str
    type: str
    length: int
    flags: str
    refers: tuple[str, ...] = ()
    picklist: tuple[str, ...] = ()

    @property
    def relationship(self) -> str | None:
        """The name under which queries reach the parent."""
        if not self.refers:
            return None
        return f"{self.name[:-1]}r" if self.name.endswith("__c") else self.name.removesuffix("Id")

    @property
    def compound(self) -> str | None:
        """The field that this one is a part of: a geolocation's latitude and longitude are fields of their own."""
        whole, _, part = self.name.rpartition("__L")
        return f"{whole}__c" if part in {"atitude__s", "ongitude__s"} else None

    @property
    def is_long(self) -> bool:
        """Tell if this is a long text, which queries may select but not filter."""
        return self.type == "textarea" and self.length > 255  # noqa: PLR2004  # the vendor's border of long text

    def has(self, flag: str) -> bool:
        """Tell if a flag of the table is set."""
        return flag in self.flags


@dataclass(frozen=True, slots=True)
class Thing:
    """One object (the vendor's sObject)."""

    name: str
    prefix: str
    label: str
    plural: str
    abilities: str
    fields: tuple[Field, ...]

    def can(self, ability: str) -> bool:
        """Tell if records may be c reated, u pdated, d eleted, r estored (undeleted) or m erged."""
        return ability in self.abilities

    def field(self, name: str) -> Field | None:
        """Give a field by name; case does not matter."""
        wanted = name.lower()
        return next((field for field in self.fields if field.name.lower() == wanted), None)

    @property
    def title(self) -> Field | None:
        """The field that names a record."""
        return next((field for field in self.fields if field.has("t")), None)


def _field(line: str) -> Field:
    name, kind, flags, *rest = line.split(None, 3)
    base, _, length = kind.partition(":")
    values = tuple(rest[0].split("|")) if rest else ()
    if base == "reference":
        return Field(name, base, 18, flags, refers=values)
    return Field(name, base, int(length or (18 if base == "id" else 0)), flags, picklist=values)


def _thing(head: str, table: str) -> Thing:
    name, prefix, abilities, *labels = head.split(None, 3)
    label, _, plural = (labels[0] if labels else f"{name}/{name}s").partition("/")
    lines = (line.strip() for line in table.splitlines())
    return Thing(name, prefix, label, plural, abilities, tuple(_field(line) for line in lines if line))


OBJECTS = {thing.name: thing for thing in (_thing(head, table) for head, table in TABLES)}

NAME = _thing(
    "Name - -",
    """
    Id id -
    Name string:255 nt
    Type string:40 n
    FirstName string:40 n
    LastName string:80 n
    Email email:80 n
    Title string:128 n
    Phone phone:40 n
    Username string:80 n
    IsActive boolean -
    """,
)
"""What may be asked of a parent that can be of several objects (`What.Type`, `Who.Name`)."""

CHILDREN: tuple[tuple[str, str, str, str], ...] = tuple(
    (parent, child, field, relationship)
    for parent, entries in {
        "Account": (
            "Contact.AccountId Contacts",
            "Opportunity.AccountId Opportunities",
            "Contract.AccountId Contracts",
            "Task.WhatId Tasks",
            "Event.WhatId Events",
            "EmailMessage.RelatedToId Emails",
            "ContentDocumentLink.LinkedEntityId ContentDocumentLinks",
        ),
        "Contact": (
            "OpportunityContactRole.ContactId OpportunityContactRoles",
            "Task.WhoId Tasks",
            "Event.WhoId Events",
        ),
        "Opportunity": (
            "OpportunityContactRole.OpportunityId OpportunityContactRoles",
            "OpportunityHistory.OpportunityId OpportunityHistories",
            "OpportunityLineItem.OpportunityId OpportunityLineItems",
            "Task.WhatId Tasks",
            "Event.WhatId Events",
            "EmailMessage.RelatedToId Emails",
            "ContentDocumentLink.LinkedEntityId ContentDocumentLinks",
        ),
        "Product2": ("OpportunityLineItem.Product2Id OpportunityLineItems",),
        "ContentDocument": (
            "ContentVersion.ContentDocumentId ContentVersions",
            "ContentDocumentLink.ContentDocumentId ContentDocumentLinks",
        ),
    }.items()
    for path, relationship in (entry.split() for entry in entries)
    for child, field in (path.split("."),)
)
"""Parent, child, the child's field, and the name under which a subquery reaches the children."""
