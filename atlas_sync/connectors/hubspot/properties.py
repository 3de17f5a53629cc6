"""Which properties a stream asks for: ours, and all others that can be seen but for what HubSpot keeps for itself.

An unknown name reads as no data at HubSpot, without a word, so names are always compared with the definitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from atlas_sync.connectors.hubspot.client import HubSpotClient
from atlas_sync.connectors.hubspot.objects import OBJECTS
from atlas_sync.connectors.hubspot.settings import HubSpotSettings
from atlas_sync.connectors.protocol import FieldReport
from atlas_sync.connectors.raw import raw_members

__all__ = ["Properties"]

_ENTERED = "hs_v2_date_entered_"
_OPEN = (None, "", "non_sensitive")

Definitions = Mapping[str, Mapping[str, Any]]


class Properties:
    """What one connection is shown of each object type, read once a run."""

    def __init__(self, client: HubSpotClient, settings: HubSpotSettings) -> None:
        self._client = client
        named = [settings.project_property] if settings.project_property else []
        self._promised = (*named, *settings.promise_properties)
        self._noted = {
            "deals": settings.deal_cross_ids,
            "clients": settings.client_cross_ids,
            "persons": settings.person_cross_ids,
        }
        self._shown: dict[str, Definitions] = {}

    def asked(self, stream: str) -> list[str]:
        """Give the names to ask for, in order; ours even if they are not shown.

        Ids in another CRM are asked for where there are any: without an integration the portal has no such property.
        """
        shown = self._shown.get(stream) or self._read(stream)
        noted = [name for name in self._noted.get(stream, ()) if name in shown]
        others = (name for name, row in shown.items() if not _is_noise(row) and not _is_sensitive(row))
        return sorted({*self._ours(stream), *noted, *others})

    def report(self, stream: str) -> FieldReport:
        """Compare what we need with what is shown now; what is marked as sensitive is left alone and reported."""
        shown = self._read(stream)
        absent = [name for name in self._ours(stream) if name not in shown]
        sensitive = [name for name, row in shown.items() if _is_sensitive(row)]
        needed = tuple(name for name in absent if name in self._needed(stream))
        advice = ""
        if absent:
            advice = f"Show the token {', '.join(absent)} of {OBJECTS[stream].type}."
        seen = tuple(name for name in self._ours(stream) if name in shown)
        return FieldReport((*absent, *sensitive), needed, advice, shown=seen)

    def _needed(self, stream: str) -> tuple[str, ...]:
        return (*OBJECTS[stream].needed, *(self._promised if stream == "deals" else ()))

    def _ours(self, stream: str) -> tuple[str, ...]:
        return (*self._needed(stream), *OBJECTS[stream].wanted)

    def _read(self, stream: str) -> Definitions:
        kind = OBJECTS[stream].type
        answer = self._client.get("properties", f"/{kind}", operation=f"properties of {kind}")
        members, _rest = raw_members(answer.body, list_name="results")
        rows = [row for row in map(msgspec.json.decode, members) if isinstance(row, Mapping) and row.get("name")]
        self._shown[stream] = {str(row["name"]): row for row in rows}
        return self._shown[stream]


def _is_noise(row: Mapping[str, Any]) -> bool:
    """Tell if HubSpot keeps a property for itself: hidden, or calculated under its own prefix.

    When a deal entered a stage is no noise. Source: contract recording properties_deals.json.
    """
    if not row.get("hubspotDefined") or str(row["name"]).startswith(_ENTERED):
        return False
    metadata = row.get("modificationMetadata")
    is_fixed = row.get("calculated") or (isinstance(metadata, Mapping) and metadata.get("readOnlyValue"))
    return bool(row.get("hidden") or (str(row["name"]).startswith("hs_") and is_fixed))


def _is_sensitive(row: Mapping[str, Any]) -> bool:
    return row.get("dataSensitivity") not in _OPEN
