"""What the org shows us of its objects, asked once a run: a field without read access is not in the describe at all."""

from __future__ import annotations

from atlas_sync.connectors.protocol import FieldReport
from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.faults import NotFoundError
from atlas_sync.connectors.salesforce.fields import Source
from atlas_sync.errors import AccessError, ContractError

__all__ = ["Schema"]


class Schema:
    """The visible fields by object, remembered for the life of a reader."""

    def __init__(self, client: SalesforceClient) -> None:
        self._client = client
        self._shown: dict[str, frozenset[str]] = {}

    def fields(self, thing: str) -> frozenset[str]:
        """Give the names of an object's visible fields.

        Source: REST API guide, sObject Describe; contracts/salesforce/describe.

        Raises:
            AccessError: the object is hidden, or the org has none such.
        """
        if thing not in self._shown:
            self._shown[thing] = self._ask(thing)
        return self._shown[thing]

    def _ask(self, thing: str) -> frozenset[str]:
        try:
            answer = self._client.get(f"sobjects/{thing}/describe", operation=f"describe {thing}")
        except NotFoundError:
            message = f"{thing} is hidden from us, or not switched on in this org."
            raise AccessError(message, advice=f"Give the integration's user read access to {thing}.") from None
        body = answer.json()
        listed = body.get("fields") if isinstance(body, dict) else None
        if not isinstance(listed, list) or not listed:
            message = f"a describe of {thing} without fields."
            raise ContractError(message, advice="Run again; tell Salesforce if it stays.")
        return frozenset(str(field["name"]) for field in listed if isinstance(field, dict) and "name" in field)

    def shows(self, thing: str, field: str) -> bool:
        """Tell if a field can be read; no to all of an object that is hidden."""
        try:
            return field in self.fields(thing)
        except AccessError:
            return False

    def columns(self, source: Source) -> tuple[str, ...]:
        """Give the fields to ask for: those of a source that are visible, each once."""
        shown = self.fields(source.thing)
        asked = ("Id", *source.required, *source.wanted, *source.if_there, "SystemModstamp")
        return tuple(name for name in asked if name in shown)

    def report(self, source: Source) -> FieldReport:
        """Compare what a source needs with what is shown."""
        shown = self.fields(source.thing)
        required = tuple(name for name in source.required if name not in shown)
        missing = required + tuple(name for name in source.wanted if name not in shown)
        named = ", ".join(f"{source.thing}.{name}" for name in missing)
        return FieldReport(
            missing, required, f"Give the integration's user read access (field-level security) to {named}."
        )
