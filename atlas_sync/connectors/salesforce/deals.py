"""Writes custom fields of ours on opportunities. Making fields is an admin's work: what to make is said field by field.

The REST API cannot make a field. The Tooling API can, for a user who may customize the whole application, and even then
nobody sees the field before a permission set and a page layout show it: no right for an integration's user.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import msgspec

from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.settings import SalesforceSettings
from atlas_sync.connectors.wire import Wire
from atlas_sync.errors import ContractError

__all__ = ["SalesforceDeals"]

_BATCH = 200
_TYPES: Mapping[str, tuple[str, str, frozenset[str]]] = {
    "link": ("Delivery", "URL", frozenset({"url", "string"})),
    "status": ("Delivery Status", "Text(80)", frozenset({"string", "picklist"})),
    "score": ("Handoff Score", "Number(3, 0)", frozenset({"double", "int", "percent"})),
    "questions": ("Open Questions for Sales", "Text Area (Long)", frozenset({"textarea", "string"})),
    "answers": ("Answers for Delivery", "Text Area (Long)", frozenset({"textarea", "string"})),
}
"""By our word: the label and type to make a field with, and the types of fields that will do."""
_ROOM = 2_000
"""Characters that the questions may take."""


class _Field(msgspec.Struct):
    name: str
    type: str
    updateable: bool
    length: int = 0


class _Described(msgspec.Struct):
    fields: list[_Field]


class SalesforceDeals:
    """Sets the fields that the settings name."""

    def __init__(
        self, settings: SalesforceSettings, *, system: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = SalesforceClient(settings, system=system, sleep=sleep)
        self._names = settings.feedback.named() if settings.feedback else {}
        self._shown: Mapping[str, _Field] | None = None

    def lacking(self) -> Sequence[str]:
        """Say what an admin has to do for each field that cannot be used."""
        return [said for word, name in self._names.items() if (said := self._lack(word, name))]

    def _lack(self, word: str, name: str) -> str:
        label, type_, fitting = _TYPES[word]
        shown = self._fields().get(name)
        if shown is None:
            return (
                f"Opportunity.{name} is not there, or hidden from us: in Setup, Object Manager, Opportunity, make a field "
                f"{label} of type {type_}, and let the integration's user read{' it' if word == 'answers' else ' and edit it'}."
            )
        if shown.type not in fitting:
            return f"Opportunity.{name} is of type {shown.type}: name another field for {word}, of type {type_}."
        if word == "questions" and 0 < shown.length < _ROOM:
            # Cut short it would be neither what we wrote nor what a person wrote, and would stay for good.
            return f"Opportunity.{name} holds {shown.length} characters: name another field for questions, of type {type_}."
        if word != "answers" and not shown.updateable:
            return f"Opportunity.{name} may only be read: let the integration's user edit it, in a permission set."
        return ""

    def make(self) -> Sequence[str]:
        """Make nothing: see above."""
        return []

    def names(self) -> frozenset[str]:
        """Give our words for the fields that can be used."""
        return frozenset(word for word, name in self._names.items() if not self._lack(word, name))

    def read(self, deals: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Give what stands in the fields of some opportunities; deleted and hidden ones are left out."""
        names = {word: name for word, name in self._names.items() if word in self.names()}
        found: dict[str, Mapping[str, str]] = {}
        for start in range(0, len(deals), _BATCH):
            body = {"ids": list(deals[start : start + _BATCH]), "fields": ["Id", *sorted(names.values())]}
            rows = self._client.retrieve("Opportunity", body, operation="our fields").json()
            if not isinstance(rows, list):
                raise ContractError("records that are no list.", advice="Run again.")
            for wire in (Wire(row) for row in rows if row is not None):
                found[wire.need("Id")] = {word: _text(wire, name) for word, name in names.items()}
        return found

    def set(self, deal: str, values: Mapping[str, str]) -> None:
        """Set fields of one opportunity. Source: contracts/salesforce/recordings/sobject.update.204.json."""
        shown = self._fields()
        body = {self._names[word]: _wire(value, shown[self._names[word]]) for word, value in values.items()}
        self._client.update(f"sobjects/Opportunity/{deal}", body, operation="tell the deal")

    def _fields(self) -> Mapping[str, _Field]:
        if self._shown is None:
            answer = self._client.get("sobjects/Opportunity/describe", operation="describe Opportunity")
            try:
                described = msgspec.json.decode(answer.body, type=_Described)
            except msgspec.DecodeError:
                raise ContractError("a describe without fields.", advice="Run again.") from None
            self._shown = {field.name: field for field in described.fields}
        return self._shown


def _text(wire: Wire, name: str) -> str:
    """Give a field as text; whole numbers come with a fraction."""
    value = wire.raw(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)


def _wire(value: str, field: _Field) -> str | float | None:
    """Give a value as the API takes it: an empty field is null, and a text is cut to what the field holds."""
    if not value:
        return None
    if field.type in {"double", "int", "percent"}:
        return float(value)
    return value[: field.length] if field.length else value
