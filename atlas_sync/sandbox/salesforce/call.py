"""One request and one answer of the stand-in, as its handlers see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from atlas_sync.sandbox.salesforce.batches import Collections
from atlas_sync.sandbox.salesforce.describe import Catalog
from atlas_sync.sandbox.salesforce.errors import ApiError
from atlas_sync.sandbox.salesforce.jobs import Jobs
from atlas_sync.sandbox.salesforce.org import Org
from atlas_sync.sandbox.salesforce.query import Querier
from atlas_sync.sandbox.salesforce.records import Records
from atlas_sync.sandbox.salesforce.sessions import Sessions

__all__ = ["Call", "Handler", "Reply"]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it has its headers. Bytes are sent as they are, all else as JSON."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One request with the org it is for. `path` holds the parts of the address, `params` those after the question mark."""

    org: Org
    sessions: Sessions
    jobs: Jobs
    querier: Querier
    now: datetime
    token: str
    path: Mapping[str, str]
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: dict[str, object] | None
    page_cap: int
    used: int

    @property
    def catalog(self) -> Catalog:
        """What the API user may see."""
        return self.querier.catalog

    @property
    def records(self) -> Records:
        """The records as the API user may read and write them."""
        return Records(self.org, self.querier, now=self.now)

    @property
    def collections(self) -> Collections:
        """Collections of records."""
        return Collections(self.records, self.org.store)

    @property
    def entity(self) -> dict[str, object]:
        """The JSON object that was sent.

        Raises:
            ApiError: nothing was sent.
        """
        if self.body is None:
            raise ApiError(400, "JSON_PARSER_ERROR", "The HTTP entity body is required, but this request has no body.")
        return self.body

    def listed(self, name: str) -> list[str]:
        """Give a comma-separated parameter as a list, or a list of the body."""
        sent = (self.body or {}).get(name)
        if isinstance(sent, list):
            return [str(part) for part in sent]
        return [part.strip() for part in self.params.get(name, "").split(",") if part.strip()]


Handler = Callable[[Call], Reply]
