"""A stand-in for one Jira Cloud site, REST v3: stateful, in memory, with the vendor's awkward habits on."""

from atlas_sync.sandbox.jira.app import API_TOKEN, EMAIL, JiraSandbox

__all__ = ["API_TOKEN", "EMAIL", "JiraSandbox"]
