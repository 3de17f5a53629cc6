"""The deal pipelines: a deal holds the internal id of its stage only, which is a name or a number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from atlas_sync.connectors.hubspot.client import HubSpotClient
from atlas_sync.connectors.protocol import Page, RawRecord
from atlas_sync.connectors.raw import raw_members
from atlas_sync.connectors.wire import Wire

__all__ = ["Pipelines"]


class Pipelines:
    """The stages of deals, read once a run."""

    def __init__(self, client: HubSpotClient) -> None:
        self._client = client
        self._stages: dict[str, dict[str, str]] | None = None

    def pages(self) -> Iterator[Page]:
        """Yield the pipelines, which come on one page."""
        members, at = self._read()
        records = (RawRecord(Wire(msgspec.json.decode(member)).need("id"), member) for member in members)
        yield Page(tuple(records), at, proof="one answer holds all pipelines")

    def stage(self, key: str) -> dict[str, str]:
        """Give label and probability of a stage; the id itself as label of one that is not there any more."""
        if self._stages is None:
            self._read()
        return (self._stages or {}).get(key, {"label": key})

    def _read(self) -> tuple[list[bytes], datetime | None]:
        answer = self._client.get("pipelines", "/deals", operation="stages")
        members, _rest = raw_members(answer.body, list_name="results")
        self._stages = {}
        for member in members:
            for stage in Wire(msgspec.json.decode(member)).objects("stages"):
                metadata = stage.object("metadata")
                probability = metadata.text("probability") if metadata else None
                shown = {"label": stage.text("label") or stage.need("id"), "probability": probability or ""}
                self._stages[stage.need("id")] = shown
        return members, answer.server_time
