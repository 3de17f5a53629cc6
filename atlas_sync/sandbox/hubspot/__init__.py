"""A stand-in for HubSpot: a portal in memory behind the vendor's wire, on loopback, with invented data only."""

from atlas_sync.sandbox.hubspot.app import HubSpotSandbox
from atlas_sync.sandbox.hubspot.oauth import ACCESS_TOKEN, APP

__all__ = ["ACCESS_TOKEN", "APP", "HubSpotSandbox"]
