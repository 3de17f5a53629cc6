"""What the org shows us of its objects, asked once a run: a field without read access is not in the describe at all."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from atlas_sync.connectors.protocol import FieldReport
from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.faults import NotFoundError
from atlas_sync.connectors.salesforce.fields import Source
from atlas_sync.errors import AccessError, ContractError

__all__ = ["Column", "Schema"]

_COMPOUND = frozenset({"address", "location"})
"""Types whose parts are fields of their own; bulk query jobs refuse the whole. Source: Bulk API 2.0 guide, Query."""

_BYTES = "base64"


class Column(msgspec.Struct, frozen=True):
    """One visible field, as far as reading needs it."""

    name: str
    type: str = "string"
    custom: bool = False


class _Described(msgspec.Struct):
    fields: list[Column]


class Schema:
    """The visible fields by object, remembered for the life of a reader."""

    def __init__(self, client: SalesforceClient) -> None:
        self._client = client
        self._shown: dict[str, Mapping[str, Column]] = {}

    def fields(self, thing: str) -> Mapping[str, Column]:
        """Give an object's visible fields by name.

        Source: REST API guide, sObject Describe; contracts/salesforce/describe.

        Raises:
            AccessError: the object is hidden, or the org has none such.
        """
        if thing not in self._shown:
            self._shown[thing] = self._ask(thing)
        return self._shown[thing]

    def _ask(self, thing: str) -> Mapping[str, Column]:
        try:
            answer = self._client.get(f"sobjects/{thing}/describe", operation=f"describe {thing}")
        except NotFoundError:
            message = f"{thing} is hidden from us, or not switched on in this org."
            raise AccessError(message, advice=f"Give the integration's user read access to {thing}.") from None
        try:
            listed = msgspec.json.decode(answer.body, type=_Described).fields
        except msgspec.DecodeError:
            listed = []
        if not listed:
            answer.json()  # says more where it is no JSON at all: a proxy's page
            message = f"a describe of {thing} without fields."
            raise ContractError(message, advice="Run again; tell Salesforce if it stays.")
        return {column.name: column for column in listed if column.type != _BYTES}

    def shows(self, thing: str, field: str) -> bool:
        """Tell if a field can be read; no to all of an object that is hidden."""
        try:
            return field in self.fields(thing)
        except AccessError:
            return False

    def columns(self, source: Source) -> tuple[str, ...]:
        """Give the fields to ask for: those of a source and the org's own, as far as they are visible, each once."""
        shown = self.fields(source.thing)
        plain = (column for column in shown.values() if column.type not in _COMPOUND)
        own = (column.name for column in plain if column.custom or source.whole)
        asked = ("Id", *source.required, *source.wanted, *source.if_there, source.stamp, *own)
        return tuple(name for name in dict.fromkeys(asked) if name in shown)

    def report(self, source: Source) -> FieldReport:
        """Compare what a source needs with what is shown."""
        shown = self.fields(source.thing)
        required = tuple(name for name in source.required if name not in shown)
        missing = required + tuple(name for name in source.wanted if name not in shown)
        columns = self.columns(source)
        if not missing:
            return FieldReport(shown=columns)
        named = ", ".join(f"{source.thing}.{name}" for name in missing)
        advice = f"Give the integration's user read access (field-level security) to {named}."
        return FieldReport(missing, required, advice, shown=columns)
