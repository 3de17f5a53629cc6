"""Records as the API shows them: which properties, with what history, associations and address."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from atlas_sync.sandbox.hubspot.errors import Json
from atlas_sync.sandbox.hubspot.objects import ObjectType
from atlas_sync.sandbox.hubspot.portal import PORTAL_ID, Portal
from atlas_sync.sandbox.hubspot.properties import Definition
from atlas_sync.sandbox.hubspot.store import Record
from atlas_sync.sandbox.hubspot.values import stamp

__all__ = ["Wish", "api_link", "shown", "written"]

_SCREENS = "https://app-eu1.hubspot.com"
_SET_BY_STAGE = "hs_deal_stage_probability"
_CONTENT = ("hs_email_html", "hs_email_subject", "hs_email_text", "hs_body_preview")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller wants to see of each record; `inline` are types of associations."""

    properties: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    inline: tuple[ObjectType, ...] = ()
    inline_page: int = 100
    hides_mail: bool = False


def shown(portal: Portal, record: Record, wish: Wish, *, definitions: Mapping[str, Definition]) -> Json:
    """Give a record as it is read.

    Unknown and hidden properties are left out without a word, unset ones are null.
    Source: contracts/hubspot/recordings/deals_list_associations_requested_none.json, tasks_list_inline_associations.json.
    """
    kind = record.kind
    names = {*kind.always, *(wish.properties or kind.defaults), *wish.history} & set(definitions)
    values = {name: _value(record, name, hides_mail=wish.hides_mail) for name in sorted(names)}
    body = _frame(record, values)
    if wish.history:
        known = [name for name in wish.history if name in definitions]
        body["propertiesWithHistory"] = {name: _history(record, name) for name in known}
    if blocks := _blocks(portal, record, wish):
        body["associations"] = blocks
    return body


def written(record: Record, names: Iterable[str], *, definitions: Mapping[str, Definition]) -> Json:
    """Give a record as a write answers it: what was sent and what is calculated, where it is set.

    Source: contracts/hubspot/recordings/deal_update.json, note_create_on_contact.json.
    """
    echoed = {
        *names,
        *record.kind.always,
        _SET_BY_STAGE,
        *(name for name, row in definitions.items() if row.is_read_only),
    }
    values: dict[str, str | None] = {
        name: value for name, value in sorted(record.properties.items()) if name in echoed and name in definitions
    }
    return _frame(record, values)


def api_link(path: str) -> str:
    """Give the address that the vendor writes into answers."""
    return f"https://api.hubapi.com{path}"


def _frame(record: Record, values: Mapping[str, str | None]) -> Json:
    body: Json = {
        "id": record.id,
        "properties": dict(values),
        "createdAt": stamp(record.created_at),
        "updatedAt": stamp(record.updated_at),
        "archived": record.archived_at is not None,
    }
    if record.archived_at is not None:
        body["archivedAt"] = stamp(record.archived_at)
    return body | {"url": _screen(record)}


def _value(record: Record, name: str, *, hides_mail: bool) -> str | None:
    return None if hides_mail and name in _CONTENT else record.properties.get(name)


def _screen(record: Record) -> str:
    """Give the page for people.

    Source: contracts/hubspot/recordings/deal_get.json, task_create.json, note_create_on_contact.json.
    """
    kind = record.kind
    if kind.name == "tasks":
        return f"{_SCREENS}/tasks/{PORTAL_ID}/view/all/task/{record.id}"
    if kind.created != "hs_createdate":
        return f"{_SCREENS}/contacts/{PORTAL_ID}/record/{kind.id}/{record.id}"
    filters = [{"property": "hs_object_id", "operator": "EQ", "value": record.id}]
    sought = quote(json.dumps(filters, separators=(",", ":")), safe="")
    return f"{_SCREENS}/contacts/{PORTAL_ID}/objects/{kind.id}/views/all/list?filters={sought}"


def _history(record: Record, name: str) -> list[Json]:
    """List the values a property had, newest first, from the versions in which it changed."""
    entries: list[Json] = []
    last: str | None = None
    for version in record.versions:
        value = version.properties.get(name)
        if value != last:
            source = record.properties.get("hs_object_source")
            entries.append({"value": value or "", "timestamp": stamp(version.at), "sourceType": source})
            last = value
    return entries[::-1]


def _blocks(portal: Portal, record: Record, wish: Wish) -> Json:
    """Give the inline associations: an id once for each type, no block where there is nothing, and paged as well.

    Source: contracts/hubspot/recordings/deals_list_2024_with_inline_associations.json; facts/hubspot.md, section 2.
    """
    blocks: Json = {}
    for kind in wish.inline:
        entries = [{"id": other.id, "type": row.name} for other, types in portal.linked(record, kind) for row in types]
        page = entries[: wish.inline_page]
        if page:
            block: Json = {"results": page}
            if len(entries) > len(page):
                after = str(int(page[-1]["id"]) + 1)
                path = f"/crm/v4/objects/{record.kind.id}/{record.id}/associations/{kind.id}?after={after}"
                block["paging"] = {"next": {"after": after, "link": api_link(path)}}
            blocks[kind.block] = block
    return blocks
