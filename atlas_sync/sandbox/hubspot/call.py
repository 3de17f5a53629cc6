"""One request with the portal it is for, and what every handler asks of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from atlas_sync.sandbox.faults import Faults
from atlas_sync.sandbox.hubspot.errors import Json, bad_object_type, invalid, missing_scopes
from atlas_sync.sandbox.hubspot.objects import OBJECTS, ObjectType, find_type
from atlas_sync.sandbox.hubspot.portal import Portal
from atlas_sync.sandbox.hubspot.properties import Catalog, Definition
from atlas_sync.sandbox.hubspot.records import Wish

__all__ = ["Call", "Reply"]

_BATCH = 100
_HISTORY_PAGE = 50


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it has its headers; 204 has no body."""

    status: int
    body: Json | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `version` is that of the address: v3, v4 or a date."""

    portal: Portal
    catalog: Catalog
    faults: Faults
    now: datetime
    version: str
    path: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    body: Json
    raw_length: int
    index_lag_s: float
    association_page: int

    @property
    def index_at(self) -> datetime:
        """The moment up to which the search index knows the records."""
        return self.now - timedelta(seconds=self.index_lag_s)

    @property
    def reports_missing(self) -> bool:
        """Tell if batch reads report what they miss with 207, or leave it out.

        The newest version declares no 207; what it does is not settled, so callers meet both here.
        Source: facts/hubspot.md, section 10 and Not settled 2 and 3.
        """
        return self.version != "2026-09"

    def kind(self, name: str = "type") -> ObjectType:
        """Give the object type in the address.

        Raises:
            ApiError: there is none of that name.
        """
        found = find_type(self.path[name])
        if found is None:
            raise bad_object_type(self.path[name])
        return found

    def definitions(self, kind: ObjectType) -> Mapping[str, Definition]:
        """Give the properties that the app may see."""
        return self.catalog.visible(kind)

    def need(self, kind: ObjectType, action: str) -> None:
        """Check the scope for an object type.

        Raises:
            ApiError: it was taken away.
        """
        self.need_scope(*kind.scopes(action))

    def need_scope(self, *scopes: str) -> None:
        """Check the first of these scopes, which the app was given; the refusal names all that would do.

        Raises:
            ApiError: it was taken away.
        """
        if self.faults.is_denied("hubspot", scopes[0]):
            raise missing_scopes(scopes)

    def need_any_object(self) -> None:
        """Check that the app may read any object type: this suffices for properties, pipelines and associations.

        Raises:
            ApiError: all were taken away.
        """
        scopes = tuple(dict.fromkeys(kind.scopes("read")[0] for kind in OBJECTS.values()))
        if all(self.faults.is_denied("hubspot", scope) for scope in scopes):
            raise missing_scopes(scopes)

    def parameter(self, name: str, default: str = "") -> str:
        """Give a parameter of the address."""
        return next((value for key, value in self.query if key == name), default)

    @property
    def wants_archived(self) -> bool:
        """Tell if what is archived is asked for, in any case: the vendor's own client sends `True`."""
        return self.parameter("archived").lower() == "true"

    def listed(self, name: str) -> tuple[str, ...]:
        """Give a list from the body, or from the address, where it may be repeated or parted by commas.

        Raises:
            ApiError: the body has something else there.
        """
        if name in self.body:
            sent = self.body[name]
            if sent is not None and not isinstance(sent, list):
                raise invalid("Invalid input JSON: {} must be a list", name)
            return tuple(str(part) for part in sent or ())
        values = (part.strip() for key, value in self.query if key == name for part in value.split(","))
        return tuple(value for value in values if value)

    def limit(self, *, default: int, most: int) -> int:
        """Give the page size.

        Raises:
            ApiError: it is not within what the vendor allows.
        """
        text = self.parameter("limit", str(default))
        if not re.fullmatch(r"\d{1,9}", text) or not 0 < int(text) <= most:
            raise invalid("Invalid limit: {}. The limit must be between 1 and {}.", text, most)
        return int(text)

    def inputs(self, most: int = _BATCH) -> list[Json]:
        """Give the entries of a batch.

        Raises:
            ApiError: there are none, or too many.
        """
        sent = self.body.get("inputs")
        if not isinstance(sent, list) or not sent or not all(isinstance(entry, dict) for entry in sent):
            raise invalid("Invalid input JSON: inputs must be a list of objects")
        if len(sent) > most:
            raise invalid("The maximum number of inputs supported in a batch request is {}", most)
        return sent

    def wish(self, kind: ObjectType) -> Wish:
        """Give what the caller wants to see of each record.

        Raises:
            ApiError: an association's object type is unknown.
        """
        inline = [(text, find_type(text)) for text in self.listed("associations")]
        unknown = next((text for text, found in inline if found is None), None)
        if unknown is not None:
            raise bad_object_type(unknown)
        return Wish(
            properties=self.listed("properties"),
            history=self.listed("propertiesWithHistory"),
            inline=tuple(found for _text, found in inline if found),
            inline_page=self.association_page,
            hides_mail=kind.name == "emails" and self.faults.is_denied("hubspot", "sales-email-read"),
        )

    def page_limit(self) -> int:
        """Give the page size of a list of records, which is smaller with history."""
        most = _HISTORY_PAGE if self.listed("propertiesWithHistory") else _BATCH
        return self.limit(default=10, most=most)
