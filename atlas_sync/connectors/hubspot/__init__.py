"""HubSpot CRM: deals, clients, people, the conversation, line items and owners; and properties of ours on deals."""

from atlas_sync.connectors.hubspot.deals import HubSpotDeals
from atlas_sync.connectors.hubspot.mapping import HubSpotMapper
from atlas_sync.connectors.hubspot.reader import HubSpotReader
from atlas_sync.connectors.hubspot.settings import HubSpotSettings

__all__ = ["HubSpotDeals", "HubSpotMapper", "HubSpotReader", "HubSpotSettings"]
