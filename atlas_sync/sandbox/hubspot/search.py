"""The vendor's search: the lagging index decides who is found, the store decides what they look like.

Source: contracts/hubspot/recordings/search_after_*.json; facts/hubspot.md, section 6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from atlas_sync.sandbox.hubspot.errors import Json, invalid
from atlas_sync.sandbox.hubspot.filters import compile_filters, held
from atlas_sync.sandbox.hubspot.objects import ObjectType
from atlas_sync.sandbox.hubspot.properties import Definition
from atlas_sync.sandbox.hubspot.store import Record, Store, Values

__all__ = ["Found", "search"]

_DEFAULT_LIMIT, _MOST, _WINDOW = 10, 200, 10_000
_Definitions = Mapping[str, Definition]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search. `total` counts what the index believes, `records` are what is left of that."""

    total: int
    records: list[Record]
    after: str | None


def search(store: Store, kind: ObjectType, body: Json, *, definitions: _Definitions, index_at: datetime) -> Found:
    """Give a page of what the index of that moment finds.

    Raises:
        ApiError: the request breaks a limit or makes no sense.
    """
    limit, offset = _number(body, "limit", _DEFAULT_LIMIT), _number(body, "after", 0)
    if not 0 < limit <= _MOST:
        raise invalid("Invalid limit: {}. The limit must be between 1 and {}.", limit, _MOST)
    if offset + limit > _WINDOW:
        raise invalid("The search can page through {} results at most: after {} with limit {}.", _WINDOW, offset, limit)
    matches = compile_filters(body, definitions)
    hits: list[tuple[Record, Values]] = []
    for record in store.rows(kind):
        version = record.at(index_at)
        if version and not version.is_archived and matches(version.properties):
            hits.append((record, version.properties))
    _sort(hits, body, definitions)
    page = [record for record, _indexed in hits[offset : offset + limit] if record.archived_at is None]
    end = offset + limit
    return Found(len(hits), page, str(end) if end < len(hits) else None)


def _number(body: Json, name: str, default: int) -> int:
    sent = body.get(name)
    if sent is None or sent == "":
        return default
    if isinstance(sent, bool) or not re.fullmatch(r"\d{1,9}", str(sent)):
        raise invalid("Invalid input JSON: {} must be an integer, got: {}", name, sent)
    return int(str(sent))


def _sort(hits: list[tuple[Record, Values]], body: Json, definitions: _Definitions) -> None:
    """Sort by the one rule that is allowed, without one by id. Who has no value comes last."""
    rules = body.get("sorts") or []
    if not isinstance(rules, list) or len(rules) > 1:
        raise invalid("Invalid input JSON: at most one sort is allowed")
    if not rules:
        return
    rule = rules[0] if isinstance(rules[0], dict) else {"propertyName": str(rules[0])}
    name, is_down = str(rule.get("propertyName")), rule.get("direction") == "DESCENDING"
    if not isinstance(rules[0], dict) and name.startswith("-"):
        name, is_down = name[1:], True
    type_ = definitions[name].type if name in definitions else "string"
    keyed = [(next(iter(held(row.get(name), type_)), None), (record, row)) for record, row in hits]
    present = [pair for pair in keyed if pair[0] is not None]
    present.sort(key=lambda pair: pair[0], reverse=is_down)
    hits[:] = [hit for _key, hit in present] + [hit for key, hit in keyed if key is None]
