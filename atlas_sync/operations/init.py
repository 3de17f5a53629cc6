"""Init: what has to be in place before sales sees anything on its deals, and making it once somebody agrees."""

from __future__ import annotations

from dataclasses import dataclass

from atlas_sync.errors import ConfigError
from atlas_sync.operations.workspace import Workspace

__all__ = ["DealFields", "deal_fields", "make_deal_fields"]


@dataclass(frozen=True, slots=True)
class DealFields:
    """The fields of ours in one CRM: our words for those that are there, and what is to be done about the others."""

    system: str
    there: tuple[str, ...]
    lacking: tuple[str, ...]


def deal_fields(workspace: Workspace) -> list[DealFields]:
    """Look at the fields that the settings name, in every CRM. Nothing is made.

    Raises:
        ConfigError: the settings name none.
        AccessError, TransientError: a CRM cannot be asked.
    """
    found = []
    for name, connection in workspace.connections.items():
        if connection.open_deals is not None:
            writer = connection.open_deals()
            found.append(DealFields(name, tuple(sorted(writer.names())), tuple(writer.lacking())))
    if not found:
        message = "no CRM has fields for what delivery tells sales."
        raise ConfigError(message, advice="Add a table [connections.<name>.feedback] to atlas.toml; empty will do.")
    return found


def make_deal_fields(workspace: Workspace, system: str) -> list[str]:
    """Make the fields that are lacking in one CRM and give their names; none where only an admin can.

    Raises:
        AccessError: we may not.
    """
    opened = workspace.connections[system].open_deals
    return list(opened().make()) if opened else []
