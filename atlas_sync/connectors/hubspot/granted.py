"""Which scopes a connection's token has, asked once a run: what HubSpot leaves out without a word is known by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from atlas_sync.connectors.hubspot.client import HubSpotClient
from atlas_sync.connectors.hubspot.faults import UnnamedScopeError
from atlas_sync.connectors.hubspot.objects import LINKED, OBJECTS
from atlas_sync.connectors.protocol import FieldReport
from atlas_sync.errors import AccessError, AtlasError, BudgetError

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

_STREAM_OF = {kind.type: stream for stream, kind in OBJECTS.items()}
_THROUGH: Mapping[str, Sequence[str]] = {
    "pipelines": ("deals",),
    "roles": ("deals", "persons"),
    "links": ("deals", "clients", *LINKED),
    "archived": tuple(OBJECTS),
}
"""The streams whose records the others are read by."""


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
        said = _grant(lacking) if lacking else ""
        silent = (_MAIL,) if _MAIL in lacking else ()
        return replace(
            report,
            missing=(*report.missing, *silent),
            required=(*report.required, *silent),
            advice=" ".join(filter(None, (report.advice, said))),
            permissions=held,
        )

    @contextmanager
    def named(self, stream: str) -> Iterator[None]:
        """Say which scopes a stream lacks where it is refused without a word of them; all it needs where nothing tells these.

        An association needs the scopes of both its ends. Nothing is asked for this.
        """
        try:
            yield
        except UnnamedScopeError as error:
            beside = (
                [_STREAM_OF[one] for one in OBJECTS[stream].beside] if stream in OBJECTS else _THROUGH.get(stream, ())
            )
            groups = dict.fromkeys(group for one in (stream, *beside) for group in _NEEDED.get(one, ()))
            held = self._found or frozenset()
            lacking = [group[0] for group in groups if not held.intersection(group)]
            advice = _grant(lacking or [group[0] for group in groups])
            where = {"system": error.system, "operation": error.operation, "request_id": error.request_id}
            raise AccessError(error.summary, advice=advice, **where) from None

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


def _grant(scopes: Sequence[str]) -> str:
    return f"Grant scope {', '.join(scopes)} to the service key or private app."
