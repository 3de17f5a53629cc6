"""Writes properties of ours on deals: which there are is asked, the missing ones can be made, and each deal is set alone.

A portal's own rules may refuse a value: from version 2026-09 on they also hold for the API, and answer 400. One deal a call,
so that a refusal concerns that deal and no other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from atlas_sync.connectors.hubspot.client import HubSpotClient
from atlas_sync.connectors.hubspot.faults import check_batch
from atlas_sync.connectors.hubspot.settings import HubSpotSettings
from atlas_sync.connectors.raw import raw_members
from atlas_sync.connectors.wire import Wire
from atlas_sync.errors import RejectedError

__all__ = ["HubSpotDeals"]

_BATCH = 100
_GROUP = "dealinformation"
_DEFINITIONS: Mapping[str, tuple[str, str, str, str]] = {
    "link": ("Delivery", "string", "text", "Address of the kickoff brief in the delivery project."),
    "status": ("Delivery status", "string", "text", "How far delivery is."),
    "score": ("Handoff score", "number", "number", "How much of what was sold delivery holds, 0 to 100."),
    "questions": ("Open questions for sales", "string", "textarea", "What delivery has to know from sales."),
    "answers": ("Answers for delivery", "string", "textarea", "Answers of sales to the open questions."),
}
"""Label, type, field type and description by our word. Source: HubSpot OpenAPI, crm properties, PropertyCreate."""


class HubSpotDeals:
    """Sets the properties that the settings name."""

    def __init__(self, settings: HubSpotSettings, *, system: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = HubSpotClient(settings, system=system, sleep=sleep)
        self._names = settings.feedback.named() if settings.feedback else {}
        self._shown: Mapping[str, Mapping[str, Any]] | None = None

    def lacking(self) -> Sequence[str]:
        """Name the properties that are not there, or cannot be set."""
        found = []
        for word, name in self._names.items():
            definition = self._definitions().get(name)
            if definition is None:
                found.append(f"There is no deal property {name}: `atlas-sync init` makes it.")
            elif word != "answers" and _is_read_only(definition):
                found.append(f"The deal property {name} cannot be set: name another one for {word}.")
        return found

    def make(self) -> Sequence[str]:
        """Make the properties that are not there. Source: HubSpot guide, properties; scope crm.schemas.deals.write."""
        absent = {word: name for word, name in self._names.items() if name not in self._definitions()}
        for word, name in absent.items():
            label, type_, field_type, description = _DEFINITIONS[word]
            body = {
                "name": name,
                "label": label,
                "type": type_,
                "fieldType": field_type,
                "description": description,
                "groupName": _GROUP,
            }
            self._define(name, body)
        self._shown = None
        return list(absent.values())

    def _define(self, name: str, body: Mapping[str, str]) -> None:
        """Make a property; one that is there by now was made by a call whose answer got lost, or by somebody else."""
        try:
            self._client.define("/deals", body, operation=f"make {name}")
        except RejectedError as error:
            if error.code != str(HTTPStatus.CONFLICT):
                raise

    def names(self) -> frozenset[str]:
        """Give our words for the properties that are there and can be set."""
        shown = self._definitions()
        return frozenset(word for word, name in self._names.items() if name in shown and not _is_read_only(shown[name]))

    def read(self, deals: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Give what stands in the properties of some deals; a batch leaves out what is not there."""
        names = {word: name for word, name in self._names.items() if word in self.names()}
        found: dict[str, Mapping[str, str]] = {}
        for start in range(0, len(deals), _BATCH):
            inputs = [{"id": one} for one in deals[start : start + _BATCH]]
            answer = self._client.read_batch(
                "objects", "/deals/batch/read", inputs, operation="our fields", properties=sorted(names.values())
            )
            members, rest = raw_members(answer.body, list_name="results")
            check_batch(rest)
            for wire in (Wire(msgspec.json.decode(member)) for member in members):
                properties = wire.object("properties") or Wire({}, "$.properties")
                found[wire.need("id")] = {word: properties.text(name) or "" for word, name in names.items()}
        return found

    def set(self, deal: str, values: Mapping[str, str]) -> None:
        """Set properties of one deal; an empty text clears one. Source: contracts/hubspot/recordings/deal_update.json."""
        body = {"properties": {self._names[word]: value for word, value in values.items()}}
        self._client.update(f"/deals/{deal}", body, operation="tell the deal")

    def _definitions(self) -> Mapping[str, Mapping[str, Any]]:
        if self._shown is None:
            answer = self._client.get("properties", "/deals", operation="properties of deals")
            rows = [msgspec.json.decode(member) for member in raw_members(answer.body, list_name="results")[0]]
            self._shown = {str(row.get("name")): row for row in rows}
        return self._shown


def _is_read_only(definition: Mapping[str, Any]) -> bool:
    metadata = definition.get("modificationMetadata")
    return bool(isinstance(metadata, Mapping) and metadata.get("readOnlyValue"))
