"""A stand-in for Salesforce: an org in memory behind the vendor's REST wire, on loopback, with invented data only."""

from atlas_sync.sandbox.salesforce.app import SalesforceSandbox
from atlas_sync.sandbox.salesforce.sessions import (
    CLIENT_ID,
    CLIENT_SECRET,
    INSTANCE_URL,
    PASSWORD,
    SECURITY_TOKEN,
    USERNAME,
)

__all__ = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "INSTANCE_URL",
    "PASSWORD",
    "SECURITY_TOKEN",
    "USERNAME",
    "SalesforceSandbox",
]
