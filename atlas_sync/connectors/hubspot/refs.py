"""What all mappings of a connection share: source refs, pages for people, and what every observed record has."""

from __future__ import annotations

from typing import Any

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.connectors.hubspot.settings import HubSpotSettings
from atlas_sync.connectors.wire import Wire

__all__ = ["Refs", "properties_of"]

_TYPE_IDS = {
    "contacts": "0-1",
    "companies": "0-2",
    "deals": "0-3",
    "quotes": "0-14",
    "notes": "0-46",
    "meetings": "0-47",
    "calls": "0-48",
    "emails": "0-49",
    "tasks": "0-27",
}


class Refs:
    """Names things of one connection."""

    def __init__(self, system: str, settings: HubSpotSettings) -> None:
        self._system = system
        self._portal = f"/{settings.portal_id}" if settings.portal_id else ""

    def ref(self, kind: str, remote_id: str) -> str:
        """Give the source ref of a record."""
        return str(SourceRef(self._system, kind, remote_id))

    def ref_if(self, kind: str, remote_id: str | None) -> str | None:
        """Give the source ref of a record, if one is named."""
        return self.ref(kind, remote_id) if remote_id else None

    def refs(self, kind: str, wire: Wire, name: str) -> tuple[str, ...]:
        """Give the source refs of a list of ids, each once."""
        return tuple(self.ref(kind, one) for one in dict.fromkeys(wire.texts(name)))

    def common(self, wire: Wire, kind: str, object_type: str) -> dict[str, Any]:
        """Give what every observed record has; its page is as HubSpot says, else as its addresses are made."""
        record = wire.object("record") or Wire({}, "$.record")
        remote_id = record.need("id")
        type_id = _TYPE_IDS.get(object_type)
        made = f"https://app.hubspot.com/contacts{self._portal}/record/{type_id}/{remote_id}" if type_id else None
        return {
            "source": self.ref(kind, remote_id),
            "link": record.text("url") or made,
            "updated_at": record.moment("updatedAt"),
            "deletion": "archived" if record.flag("archived") else None,
        }


def properties_of(wire: Wire) -> Wire:
    """Give the properties of a landed record."""
    record = wire.object("record") or Wire({}, "$.record")
    return record.object("properties") or Wire({}, "$.record.properties")
