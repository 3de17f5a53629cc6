"""A stand-in for one Jira site, as Cloud and as Data Center serve it: stateful, in memory, with awkward habits on."""

from atlas_sync.sandbox.jira.app import API_TOKEN, EMAIL, PERSONAL_ACCESS_TOKEN, JiraSandbox
from atlas_sync.sandbox.jira.grants import CLIENT_ID, CLIENT_SECRET, CLOUD_ID, REFRESH_TOKEN

__all__ = [
    "API_TOKEN",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "CLOUD_ID",
    "EMAIL",
    "PERSONAL_ACCESS_TOKEN",
    "REFRESH_TOKEN",
    "JiraSandbox",
]
