"""Watch: one cheap question to each CRM about what changed since the last sync, for starting a run early."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from atlas_sync.canonical.observed import ObservedDeal
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.errors import AtlasError, MappingError
from atlas_sync.operations.workspace import Connection, Workspace

__all__ = ["won_since"]


def won_since(workspace: Workspace) -> dict[str, str]:
    """Give the deals that are won and changed since the last sync: their source and the moment they were won.

    A CRM that does not answer is left out: the next scheduled run reports it. Nothing is stored.
    """
    found: dict[str, str] = {}
    for connection in workspace.connections.values():
        if connection.role == "crm":
            try:
                found |= _won(workspace, connection)
            except AtlasError:
                continue
    return found


def _won(workspace: Workspace, connection: Connection) -> dict[str, str]:
    watermark = workspace.landing.watermark(connection.name, "deals")
    if watermark is None:
        return {}
    since = watermark - timedelta(seconds=workspace.overlap_s)
    won: dict[str, str] = {}
    for page in connection.open_reader().read(ReadRequest("deals", since)):
        for record in page.records:
            try:
                rows = connection.mapper.map_record("deals", msgspec.json.decode(record.body))
            except MappingError:
                continue
            deals = [row for row in rows if isinstance(row, ObservedDeal) and row.stage == "won"]
            won |= {deal.source: deal.won_at.isoformat() if deal.won_at else "" for deal in deals}
    return won
