"""Who belongs to whom, read as sets: an association, and even more its label, may change without a stamp on either side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from atlas_sync.connectors.hubspot.client import HubSpotClient
from atlas_sync.connectors.hubspot.faults import check_batch
from atlas_sync.connectors.hubspot.walks import following
from atlas_sync.connectors.protocol import Page, RawRecord
from atlas_sync.connectors.raw import raw_members
from atlas_sync.errors import ContractError

__all__ = ["Associations", "Companies", "company_ids"]

Companies = Mapping[str, Sequence[tuple[str, bool]]]
"""By deal, the ids of its companies, and if each is the primary one."""

_AT_ONCE = 1_000
_PROOF = "every known deal was asked"


class Associations:
    """Reads the associations of many records at once. `at` is the vendor's clock on the latest answer."""

    def __init__(self, client: HubSpotClient) -> None:
        self.at: datetime | None = None
        self._client = client

    def read(self, kind: str, other: str, ids: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
        """Give what each record is associated with, the primary one first; who has nothing is not in it.

        A batch leaves those out or names them as errors, and each record's list is paged on its own.
        Source: HubSpot OpenAPI, associations batch read; changelog, 1,000 ids a call.

        Raises:
            ContractError: a record's key came twice.
        """
        found: dict[str, list[Mapping[str, Any]]] = {}
        for start in range(0, len(ids), _AT_ONCE):
            inputs = [{"id": one} for one in ids[start : start + _AT_ONCE]]
            seen: set[tuple[str, str]] = set()
            while inputs:
                inputs = self._read_some(kind, other, inputs, found)
                again = {(one["id"], one["after"]) for one in inputs}
                if again & seen:
                    raise ContractError("associations gave the same key twice.", advice="Run again.")
                seen |= again
        return {source: sorted(many, key=lambda to: not _is_primary(to)) for source, many in found.items()}

    def _read_some(
        self, kind: str, other: str, inputs: Sequence[Mapping[str, str]], found: dict[str, list[Mapping[str, Any]]]
    ) -> list[dict[str, str]]:
        """Read one batch into `found`, and give what is left to ask."""
        path = f"/{kind}/{other}/batch/read"
        answer = self._client.read_batch("associations", path, inputs, operation=f"{kind} to {other}")
        members, rest = raw_members(answer.body, list_name="results")
        check_batch(rest)
        self.at = answer.server_time or self.at
        left: list[dict[str, str]] = []
        for result in map(msgspec.json.decode, members):
            source, many = _parts(result)
            found.setdefault(source, []).extend(many)
            if after := following(result):
                left.append({"id": source, "after": after})
        return left

    def roles(self, deals: Sequence[str]) -> Iterator[Page]:
        """Yield the labels between deals and contacts, all of them: `{"deal": id, "contact": id, "types": [...]}`."""
        for start in range(0, len(deals), _AT_ONCE):
            found = self.read("deals", "contacts", deals[start : start + _AT_ONCE])
            yield Page(tuple(_role(deal, to) for deal, many in found.items() for to in many), self.at)
        yield Page((), self.at, proof=_PROOF)


def _parts(result: object) -> tuple[str, list[Mapping[str, Any]]]:
    """Give whose associations these are, and them."""
    source = result.get("from") if isinstance(result, Mapping) else None
    many = result.get("to") if isinstance(result, Mapping) else None
    if not isinstance(source, Mapping) or not isinstance(many, list):
        raise ContractError("associations without from and to.", advice="Run again.")
    if not all(isinstance(to, Mapping) and to.get("toObjectId") for to in many):
        raise ContractError("an association without an id.", advice="Run again.")
    return str(source.get("id")), many


def _role(deal: str, to: Mapping[str, Any]) -> RawRecord:
    contact = str(to["toObjectId"])
    body = {"deal": deal, "contact": contact, "types": to.get("associationTypes", [])}
    return RawRecord(f"{deal}-{contact}", msgspec.json.encode(body))


def company_ids(many: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, bool], ...]:
    """Give the ids of associated companies, and if each is the primary one."""
    return tuple((str(to["toObjectId"]), _is_primary(to)) for to in many)


def _is_primary(to: Mapping[str, Any]) -> bool:
    """Tell if an associated company is the primary one. Source: HubSpot guide, association types 1 and 5."""
    return any(row.get("label") == "Primary" for row in to.get("associationTypes", ()))
