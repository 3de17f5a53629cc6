"""Nudges: what a webhook says is kept in the ledger, and makes the next pull earlier. It is never believed otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from atlas_sync.connectors.protocol import Watcher
from atlas_sync.errors import ConfigError
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.ledger import KeptNudge, Ledger

__all__ = ["doors", "receive_webhook"]


def doors(workspace: Workspace) -> dict[str, str]:
    """Give the connections that take webhooks, each with the variable of the secret that it lacks; empty where it lacks none.

    Raises:
        ConfigError: no connection takes any, or none has its secret.
    """
    found = {
        name: one.unsigned for name, one in workspace.connections.items() if isinstance(one.open_reader(), Watcher)
    }
    if not found:
        raise ConfigError("no connection here takes webhooks.", advice="HubSpot and Jira send them.")
    if all(found.values()):
        message = "no connection has the secret that its webhooks are signed with."
        raise ConfigError(message, advice=f"Set {' or '.join(found.values())}.")
    return found


def receive_webhook(
    workspace: Workspace, ledger: Ledger, name: str, *, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> int:
    """Verify a webhook by its connection's own rules, and tell how many events in it are news; one that comes again is none.

    Raises:
        ConfigError: there is no such connection, or its vendor has no webhooks: those are polled.
        AuthError: it is not signed by the vendor, or was played back.
        ContractError: it is signed, and cannot be read.
    """
    connection = workspace.connections.get(name)
    reader = connection.open_reader() if connection else None
    if not isinstance(reader, Watcher):
        raise ConfigError("no connection here takes webhooks.", advice="Use its address: /<connection>.")
    nudges = reader.verify(method=method, url=url, headers=headers, body=body, now=workspace.now())
    kept = [KeptNudge(name, nudge.event_id, nudge.stream, nudge.id) for nudge in nudges]
    return ledger.keep_nudges(kept, at=workspace.now())
