"""Which scopes a connection's token has, asked once a run: what HubSpot leaves out without a word is known by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from atlas_sync.connectors.hubspot.client import HubSpotClient
from atlas_sync.connectors.protocol import FieldReport
from atlas_sync.errors import AtlasError, BudgetError

__all__ = ["Granted"]

_LEGACY = "contacts"
_SHOP = "e-commerce"
_MAIL = "sales-email-read"
_PEOPLE = ("crm.objects.contacts.read", _LEGACY)

_NEEDED: Mapping[str, Sequence[Sequence[str]]] = {
    "users": [("crm.objects.owners.read", _LEGACY)],
    "clients": [("crm.objects.companies.read", _LEGACY)],
    "persons": [_PEOPLE],
    "deals": [("crm.objects.deals.read", _LEGACY)],
    "line_items": [("crm.objects.line_items.read", _SHOP)],
    "quotes": [("crm.objects.quotes.read", _SHOP)],
    "notes": [_PEOPLE],
    "emails": [_PEOPLE, (_MAIL,)],
    "calls": [_PEOPLE],
    "meetings": [_PEOPLE],
    "tasks": [_PEOPLE],
}
"""The scopes of a stream; of each group one will do. Source: HubSpot's OpenAPI documents; guide, scopes of legacy apps."""


class Granted:
    """The scopes of one connection's token."""

    def __init__(self, client: HubSpotClient) -> None:
        self._client = client
        self._is_asked = False
        self._found: frozenset[str] | None = None

    def completed(self, stream: str, report: FieldReport) -> FieldReport:
        """Give a report with the stream's scopes: those that the token has, and advice for those that it lacks.

        Without the one for mail, mails come and their contents do not: the stream is partial. The others are told by the
        refusal of the read itself, so that a name which HubSpot has changed stops nothing.
        """
        groups, scopes = _NEEDED.get(stream, ()), self._scopes()
        if scopes is None:
            return report
        held = tuple(name for group in groups for name in group if name in scopes)
        lacking = [group[0] for group in groups if not scopes.intersection(group)]
        said = f"Grant scope {', '.join(lacking)} to the service key or private app." if lacking else ""
        silent = (_MAIL,) if _MAIL in lacking else ()
        return replace(
            report,
            missing=(*report.missing, *silent),
            required=(*report.required, *silent),
            advice=" ".join(filter(None, (report.advice, said))),
            permissions=held,
        )

    def _scopes(self) -> frozenset[str] | None:
        """Give the token's scopes; None where HubSpot does not tell them of this kind of token."""
        if not self._is_asked:
            self._is_asked = True
            try:
                self._found = self._client.scopes()
            except BudgetError:
                raise
            except AtlasError:  # the reads themselves find out what is wrong with the token
                self._found = None
        return self._found
