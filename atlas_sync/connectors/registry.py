"""The vendors we come with, in one table, and the entry-point group through which others add theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Literal

from pydantic import BaseModel

from atlas_sync.connectors.files import FilesMapper, FilesReader, FilesSettings
from atlas_sync.connectors.hubspot import HubSpotDeals, HubSpotMapper, HubSpotReader, HubSpotSettings
from atlas_sync.connectors.jira import JiraMapper, JiraReader, JiraSettings, JiraWriter
from atlas_sync.connectors.protocol import Mapper, Reader
from atlas_sync.connectors.redmine import RedmineMapper, RedmineReader, RedmineSettings, RedmineWriter
from atlas_sync.connectors.salesforce import SalesforceDeals, SalesforceMapper, SalesforceReader, SalesforceSettings
from atlas_sync.connectors.writing import DealWriter, Writer
from atlas_sync.errors import ConfigError

__all__ = ["ENTRY_POINT_GROUP", "ConnectorSpec", "connector", "connectors"]

ENTRY_POINT_GROUP = "atlas_sync.connectors"


@dataclass(frozen=True, slots=True)
class ConnectorSpec:
    """A connector: its settings, and how to make its parts for a connection called `system`.

    `role` is `crm` or `tracker`. `open_writer` is None for a connector that only reads; `open_deals` is asked for where the
    settings have a `feedback`. `webhooks_signed_by` is the setting with which the vendor signs its webhooks, where it has any.
    """

    kind: str
    role: Literal["crm", "tracker"]
    settings: type[BaseModel]
    open_reader: Callable[[Any, str], Reader]
    make_mapper: Callable[[Any, str], Mapper]
    open_writer: Callable[[Any, str], Writer] | None = None
    open_deals: Callable[[Any, str], DealWriter] | None = None
    webhooks_signed_by: str = ""


_BUILT_IN = (
    ConnectorSpec(
        kind="salesforce",
        role="crm",
        settings=SalesforceSettings,
        open_reader=lambda settings, system: SalesforceReader(settings, system=system),
        make_mapper=lambda settings, system: SalesforceMapper(system, settings),
        open_deals=lambda settings, system: SalesforceDeals(settings, system=system),
    ),
    ConnectorSpec(
        kind="hubspot",
        role="crm",
        settings=HubSpotSettings,
        open_reader=lambda settings, system: HubSpotReader(settings, system=system),
        make_mapper=lambda settings, system: HubSpotMapper(system, settings),
        open_deals=lambda settings, system: HubSpotDeals(settings, system=system),
        webhooks_signed_by="client_secret",
    ),
    ConnectorSpec(
        kind="jira",
        role="tracker",
        settings=JiraSettings,
        open_reader=lambda settings, system: JiraReader(settings, system=system),
        make_mapper=lambda settings, system: JiraMapper(system, settings),
        open_writer=lambda settings, system: JiraWriter(settings, system=system),
        webhooks_signed_by="webhook_secret",
    ),
    ConnectorSpec(
        kind="redmine",
        role="tracker",
        settings=RedmineSettings,
        open_reader=lambda settings, system: RedmineReader(settings, system=system),
        make_mapper=lambda settings, system: RedmineMapper(system, settings),
        open_writer=lambda settings, system: RedmineWriter(settings, system=system),
    ),
    ConnectorSpec(
        kind="files",
        role="crm",
        settings=FilesSettings,
        open_reader=lambda settings, _system: FilesReader(settings),
        make_mapper=lambda settings, system: FilesMapper(system, settings),
    ),
)


def connectors() -> Mapping[str, ConnectorSpec]:
    """Give every connector by kind: ours, then those of installed packages, which may not take one of our names.

    Raises:
        ConfigError: an installed package takes a name that is taken.
    """
    found = {spec.kind: spec for spec in _BUILT_IN}
    for point in entry_points(group=ENTRY_POINT_GROUP):
        spec = point.load()
        if spec.kind in found:
            message = f"two connectors are called {spec.kind}."
            raise ConfigError(message, advice=f"Uninstall one of them; one comes from {point.value}.")
        found[spec.kind] = spec
    return found


def connector(kind: str) -> ConnectorSpec:
    """Give the connector of a kind.

    Raises:
        ConfigError: there is none.
    """
    known = connectors()
    if kind not in known:
        message = f"there is no connector called {kind!r}."
        raise ConfigError(message, advice=f"Choose one of: {', '.join(sorted(known))}.")
    return known[kind]
