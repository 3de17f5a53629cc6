"""What the org shows us of its objects, asked once a run: a field without read access is not in the describe at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus

import msgspec

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.protocol import FieldReport
from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.faults import NotFoundError
from atlas_sync.connectors.salesforce.fields import Source
from atlas_sync.errors import AccessError, AuthError, ContractError

__all__ = ["Column", "Schema"]

_COMPOUND = frozenset({"address", "location"})
"""Types whose parts are fields of their own; bulk query jobs refuse the whole. Source: Bulk API 2.0 guide, Query."""

_BYTES = "base64"
_BATCH = 25
"""Questions in one batch. Source: REST API guide, Composite Batch."""


class Column(msgspec.Struct, frozen=True):
    """One visible field, as far as reading needs it; a `calculated` one changes without a stamp."""

    name: str
    type: str = "string"
    custom: bool = False
    calculated: bool = False


class _Described(msgspec.Struct):
    fields: list[Column]


class Schema:
    """The visible fields by object, remembered for the life of a reader.

    `things` are the objects that a reader may need: whoever asks for a second one gets all of them told in one call.
    """

    def __init__(self, client: SalesforceClient, things: Iterable[str] = ()) -> None:
        self._client = client
        self._things = tuple(dict.fromkeys(things))
        self._shown: dict[str, Mapping[str, Column]] = {}

    def fields(self, thing: str) -> Mapping[str, Column]:
        """Give an object's visible fields by name.

        Source: REST API guide, sObject Describe; contracts/salesforce/describe.

        Raises:
            AccessError: the object is hidden, or the org has none such.
        """
        if thing not in self._shown and self._shown and self._things:
            self._ask_rest()
        if thing not in self._shown:
            self._shown[thing] = self._ask(thing)
        return self._shown[thing]

    def _ask_rest(self) -> None:
        """Ask for all other objects at once. What is refused is left to be asked for by itself, which tells why."""
        rest, self._things = [thing for thing in self._things if thing not in self._shown], ()
        for start in range(0, len(rest), _BATCH):
            some = rest[start : start + _BATCH]
            try:
                answers = self._client.batch([_path(thing) for thing in some], operation="describe")
            except AuthError:
                raise
            except (AccessError, ContractError, NotFoundError):
                return
            for thing, answer in zip(some, answers, strict=True):
                if listed := _listed(answer) if answer.status == HTTPStatus.OK else []:
                    self._shown[thing] = _by_name(listed)

    def _ask(self, thing: str) -> Mapping[str, Column]:
        try:
            answer = self._client.get(_path(thing), operation=f"describe {thing}")
        except NotFoundError:
            message = f"{thing} is hidden from us, or not switched on in this org."
            raise AccessError(message, advice=f"Give the integration's user read access to {thing}.") from None
        listed = _listed(answer)
        if not listed:
            answer.json()  # says more where it is no JSON at all: a proxy's page
            message = f"a describe of {thing} without fields."
            raise ContractError(message, advice="Run again; tell Salesforce if it stays.")
        return _by_name(listed)

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
        """Compare what a source needs with what is shown; what many orgs do not have is missing without a word."""
        shown = self.fields(source.thing)
        required = tuple(name for name in source.required if name not in shown)
        missing = required + tuple(name for name in source.wanted if name not in shown)
        absent = tuple(name for name in source.if_there if name not in shown)
        columns = self.columns(source)
        formulas = [
            name for name in source.required if (column := shown.get(name)) and column.custom and column.calculated
        ]
        said = f"{', '.join(formulas)} is worked out by a formula: that it changes does not show." if formulas else ""
        if not missing:
            return FieldReport(absent, advice=said, shown=columns)
        named = ", ".join(f"{source.thing}.{name}" for name in missing)
        advice = f"Give the integration's user read access (field-level security) to {named}."
        return FieldReport((*missing, *absent), required, f"{advice} {said}".rstrip(), shown=columns)


def _path(thing: str) -> str:
    return f"sobjects/{thing}/describe"


def _listed(answer: Answer) -> list[Column]:
    try:
        return msgspec.json.decode(answer.body, type=_Described).fields
    except msgspec.DecodeError:
        return []


def _by_name(listed: Iterable[Column]) -> Mapping[str, Column]:
    return {column.name: column for column in listed if column.type != _BYTES}
