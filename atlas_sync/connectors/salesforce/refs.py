"""References and pages of Salesforce's records, and what an id alone tells: its first three characters name the object."""

from __future__ import annotations

from typing import Any

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.connectors.wire import Wire

__all__ = ["Refs"]

_ACCOUNT, _CONTACT, _USER, _DEAL = "001", "003", "005", "006"


class Refs:
    """Makes references of one connection."""

    def __init__(self, system: str, base: str) -> None:
        self._system = system
        self._base = base

    def ref(self, kind: str, remote_id: str) -> str:
        """Give the text of a reference."""
        return str(SourceRef(self._system, kind, remote_id))

    def maybe(self, kind: str, remote_id: str | None) -> str | None:
        """Give the text of a reference where there is an id."""
        return self.ref(kind, remote_id) if remote_id else None

    def user(self, remote_id: str | None) -> str | None:
        """Give a user's reference; an owner may also be a queue, which is nobody."""
        return self.maybe("user", remote_id) if remote_id and remote_id.startswith(_USER) else None

    def deals(self, remote_id: str | None) -> tuple[str, ...]:
        """Give the deal that something is attached to."""
        return self._only("deal", remote_id, _DEAL)

    def clients(self, *remote_ids: str | None) -> tuple[str, ...]:
        """Give the clients that something is attached to, each once."""
        found = (self._only("client", remote_id, _ACCOUNT) for remote_id in remote_ids)
        return tuple(dict.fromkeys(ref for refs in found for ref in refs))

    def persons(self, remote_id: str | None) -> tuple[str, ...]:
        """Give the person that something is attached to; leads are not persons of a client yet."""
        return self._only("person", remote_id, _CONTACT)

    def _only(self, kind: str, remote_id: str | None, prefix: str) -> tuple[str, ...]:
        return (self.ref(kind, remote_id),) if remote_id and remote_id.startswith(prefix) else ()

    def page(self, thing: str, remote_id: str) -> str:
        """Give the address of a record's page for people."""
        return f"{self._base}/lightning/r/{thing}/{remote_id}/view"

    def common(self, wire: Wire, kind: str, thing: str) -> dict[str, Any]:
        """Give the values that all observed records share."""
        remote_id = wire.need("Id")
        return {
            "source": self.ref(kind, remote_id),
            "link": self.page(thing, remote_id),
            "updated_at": wire.moment("SystemModstamp"),
            "deletion": "deleted" if wire.flag("IsDeleted") else None,
        }
