"""Which of the permissions that matter to reading the integration's user holds, asked once a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.faults import NotFoundError
from atlas_sync.connectors.salesforce.soql import select
from atlas_sync.errors import AccessError, AuthError, ContractError

__all__ = ["VIEW_ALL", "Granted"]

VIEW_ALL = "View All Data"

_ASKED: Mapping[str, str] = {
    "PermissionsApiEnabled": "API Enabled",
    "PermissionsViewAllData": VIEW_ALL,
    "PermissionsQueryAllFiles": "Query All Files",
}


class Granted:
    """The user's permissions, as the org tells them of whoever asks."""

    def __init__(self, client: SalesforceClient) -> None:
        self._client = client
        self._is_asked = False
        self._found: tuple[str, ...] | None = None

    def permissions(self) -> tuple[str, ...] | None:
        """Name the permissions held, as the vendor's screens call them; None where the org does not tell.

        Source: object reference, UserPermissionAccess: one row, of the user who asks.
        """
        if not self._is_asked:
            self._is_asked = True
            self._found = self._ask()
        return self._found

    def _ask(self) -> tuple[str, ...] | None:
        soql = select(_ASKED, "UserPermissionAccess", order="")
        try:
            answer = self._client.get("query", operation="UserPermissionAccess", params={"q": soql}).json()
        except AuthError:
            raise
        except (AccessError, ContractError, NotFoundError):
            return None
        return _held(answer)


def _held(answer: Any) -> tuple[str, ...] | None:  # noqa: ANN401 - the wire
    match answer:
        case {"records": [dict() as row]}:
            return tuple(label for name, label in _ASKED.items() if row.get(name) is True)
        case _:
            return None
