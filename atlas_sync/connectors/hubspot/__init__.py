"""HubSpot CRM: deals, clients, people with their labels, the whole conversation, line items and owners. Read only."""

from atlas_sync.connectors.hubspot.mapping import HubSpotMapper
from atlas_sync.connectors.hubspot.reader import HubSpotReader
from atlas_sync.connectors.hubspot.settings import HubSpotSettings

__all__ = ["HubSpotMapper", "HubSpotReader", "HubSpotSettings"]
