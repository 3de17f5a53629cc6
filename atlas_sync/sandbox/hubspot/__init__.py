"""A stand-in for HubSpot: a portal in memory behind the vendor's wire, on loopback, with invented data only."""

from atlas_sync.sandbox.hubspot.app import ACCESS_TOKEN, HubSpotSandbox

__all__ = ["ACCESS_TOKEN", "HubSpotSandbox"]
