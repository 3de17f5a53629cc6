"""Watch: one cheap question to each CRM about what changed since the last sync, for starting a run early; and if one is on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from atlas_sync.canonical.observed import ObservedDeal
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.errors import AtlasError, MappingError
from atlas_sync.operations.workspace import Connection, Workspace
from atlas_sync.store.lock import writer_of

__all__ = ["Won", "under_way", "won_since"]


@dataclass(frozen=True, slots=True)
class Won:
    """The deals that were won: their source and the moment; and which CRM could not be asked, why, and what to do."""

    deals: Mapping[str, str]
    unasked: tuple[str, ...] = ()


def under_way(workspace: Workspace) -> str | None:
    """Name the process of a run that is reading or writing now, however it was started; one that was killed is none."""
    folders = [workspace.home, *(workspace.landing.folder(name) for name in workspace.connections)]
    return next((process for folder in folders if (process := writer_of(folder))), None)


def won_since(workspace: Workspace) -> Won:
    """Give the deals that are won and changed since the last sync.

    A CRM that does not answer is left out, and said; the next scheduled run reports it too. Nothing is stored.
    """
    found: dict[str, str] = {}
    unasked: list[str] = []
    for connection in workspace.connections.values():
        if connection.role == "crm":
            try:
                found |= _won(workspace, connection)
            except AtlasError as error:
                unasked.append(f"{connection.name} could not be asked: {error}")
    return Won(found, tuple(unasked))


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
