"""The object types the stand-in knows: their names and type ids, scopes, and the properties that come unasked."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ACTIVITIES", "OBJECTS", "ObjectType", "find_type"]


@dataclass(frozen=True, slots=True)
class ObjectType:
    """One type of record. `defaults` come when no property is asked for, `always` come even when others are."""

    name: str
    id: str
    singular: str
    scope: str
    defaults: tuple[str, ...] = ()
    created: str = "createdate"
    cursor: str = "hs_lastmodifieddate"
    other_scope: str | None = None

    @property
    def always(self) -> tuple[str, ...]:
        """Properties that every answer has.

        Source: contracts/hubspot/recordings/deals_list_associations_requested_none.json.
        """
        return (self.created, self.cursor, "hs_object_id")

    @property
    def block(self) -> str:
        """The type's key in the associations of a record, where the vendor writes a blank for the underscore."""
        return self.name.replace("_", " ")

    def scopes(self, action: str) -> tuple[str, ...]:
        """Give the scopes that allow an action (read, write), the one this app was given first."""
        own = f"{self.scope}.{action}"
        return (own, self.other_scope) if self.other_scope else (own,)


def _activity(name: str, type_id: str, singular: str) -> ObjectType:
    return ObjectType(name, type_id, singular, "crm.objects.contacts", created="hs_createdate")


ACTIVITIES = (
    _activity("notes", "0-46", "note"),
    _activity("emails", "0-49", "email"),
    _activity("calls", "0-48", "call"),
    _activity("meetings", "0-47", "meeting"),
    _activity("tasks", "0-27", "task"),
)
"""What the vendor calls engagements. Their scope is that of contacts. Source: facts/hubspot.md, sections 1 and 8."""

_TYPES = (
    ObjectType(
        "contacts",
        "0-1",
        "contact",
        "crm.objects.contacts",
        ("email", "firstname", "lastname"),
        cursor="lastmodifieddate",
    ),
    ObjectType("companies", "0-2", "company", "crm.objects.companies", ("domain", "name")),
    ObjectType(
        "deals",
        "0-3",
        "deal",
        "crm.objects.deals",
        ("amount", "closedate", "dealname", "dealstage", "pipeline"),
    ),
    ObjectType("products", "0-7", "product", "crm.objects.products", other_scope="e-commerce"),
    ObjectType("line_items", "0-8", "line_item", "crm.objects.line_items", other_scope="e-commerce"),
    *ACTIVITIES,
    ObjectType(
        "quotes",
        "0-14",
        "quote",
        "crm.objects.quotes",
        ("hs_expiration_date", "hs_public_url_key", "hs_status", "hs_title"),
        other_scope="e-commerce",
    ),
)

OBJECTS = {kind.name: kind for kind in _TYPES}
"""Types by name."""

_SPELLINGS = {
    spelling: kind
    for kind in _TYPES
    for spelling in (kind.name, kind.singular, kind.id, kind.block, kind.singular.replace("_", " "))
}


def find_type(text: str) -> ObjectType | None:
    """Give the type by name, singular or type id in any case, None if there is none.

    Source: contracts/hubspot/recordings/search_companies_multi_filter_groups.json has COMPANY in the address.
    """
    return _SPELLINGS.get(text.lower())
