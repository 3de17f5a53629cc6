"""Merged: clients and people made of their records' cards, for any number at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from atlas_sync.canonical.hosts import FREE_MAIL
from atlas_sync.store.near import Near
from atlas_sync.store.warehouse import Warehouse

__all__ = ["Merger", "are_clients_moved", "no_clients_moved"]

# Besides what is new or changed, which the cards tell.
_TOUCHED = "CREATE OR REPLACE TEMP TABLE touched AS SELECT unnest($more::VARCHAR[]) AS source"

# Also who is at a client that became another one, and who got or lost a colleague of ours at their domain.
_TOUCHED_PEOPLE = f"""{_TOUCHED}
UNION
SELECT source FROM card WHERE employer IN (SELECT source FROM moved_client)
"""  # noqa: S608 - all of it from here

_ARE_FLIPPED = "SELECT EXISTS (FROM flipped)"
_TOUCH_COLLEAGUES = """
INSERT INTO touched SELECT source FROM card WHERE kind = 'person' AND split_part(address, '@', -1) IN (FROM flipped)
"""

_MOVED_CLIENTS = """
CREATE OR REPLACE TEMP TABLE moved_client AS
SELECT source FROM card WHERE rowid IN (SELECT line FROM fresh)
UNION
SELECT unnest($more::VARCHAR[])
"""

_NO_MOVED_CLIENTS = "CREATE OR REPLACE TEMP TABLE moved_client (source VARCHAR)"
_ARE_MOVED = "SELECT count(*) FROM moved_client"

_HIT = """
CREATE OR REPLACE TEMP TABLE hit AS
SELECT entity_id AS entity FROM known
WHERE number IN (SELECT number FROM card WHERE state <> 'now' AND (kind = 'client') = ($kind = 'client'))
UNION
SELECT entity_id FROM identity WHERE rowid IN (
    SELECT rowid FROM identity WHERE source IN (SELECT source FROM touched)
)
UNION
SELECT unnest($entities::VARCHAR[])
"""

_NO_HIT = "CREATE OR REPLACE TEMP TABLE hit (entity VARCHAR)"

# What a guest is called in the tracker goes after what the CRM calls them.
_COLUMNS = """
    c.line, i.entity_id AS entity, nullif(nullif(i.base_id, ''), i.entity_id) AS base, i.place,
    split_part(c.source, ':', 1) AS system,
    i.place + CASE WHEN c.kind <> 'user' THEN 1::BIGINT << 41 WHEN c.of_tracker THEN 1::BIGINT << 42 ELSE 0 END AS rank,
    CASE WHEN c.deletion IS NULL THEN 0 ELSE 1::BIGINT << 50 END AS gone,
    CASE WHEN c.name_key = '' THEN 1::BIGINT << 51 ELSE 0 END AS nameless,
    c.number, c.source, c.kind, c.name, c.shown, c.address, c.by_employer, c.title, c.of_tracker,
    c.by_address, c.by_name, c.nearly, c.by_noted
"""

_ALL_MEMBERS = f"""
CREATE OR REPLACE TEMP TABLE member AS
SELECT {_COLUMNS}
FROM identity i JOIN (SELECT rowid AS line, * FROM card WHERE state <> 'past') c ON c.number = i.number WHERE i.kind = $kind
"""  # noqa: S608 - all of it from here

_SOME_MEMBERS = f"""
CREATE OR REPLACE TEMP TABLE member AS
SELECT {_COLUMNS} FROM known i JOIN lined c ON c.line = i.line
WHERE i.kind = $kind AND i.entity_id IN (SELECT entity FROM hit)
"""  # noqa: S608 - all of it from here

_REGROUPED = """
SELECT source FROM member WHERE base IS NOT NULL OR coalesce(base, entity) IN (SELECT unnest($bases::VARCHAR[]))
"""

# What a record says goes before another's if the record still exists, then by its system, then by first sight. What is no name
# goes behind any that is.
_FIRST = "rank + gone + (coalesce(list_position($order_of['{}'], system), 99)::BIGINT << 43)"
_FIRST_NAME = f"nameless + {_FIRST.format('name')}"

_LINE = "{'rank': rank, 'name': name, 'source': source}"
_TOLD = f"list_sort(list({_LINE}))"
_SOURCES = "to_json(list_transform(told, lambda one: one.source))"
_ALIASES = """
CASE WHEN len(told) = 1 AND told[1].name = name THEN '[]' ELSE to_json(list_filter(
    list_transform(told, lambda one: one.name),
    lambda one, number: one <> name AND list_position(list_transform(told, lambda other: other.name), one) = number
)) END
"""

_CLIENTS = f"""
INSERT INTO client (id, name, domain, aliases, sources)
SELECT entity, name, domain, {_ALIASES}, {_SOURCES}
FROM (
    SELECT
        entity,
        arg_min(name, {_FIRST_NAME}) AS name,
        arg_min(address, {_FIRST.format("domain")}) AS domain,
        {_TOLD} AS told
    FROM member GROUP BY entity
)
"""  # noqa: S608 - all of it from here

# Who sells is ours, and so is who has the address of a colleague. A tracker's user whom the CRM knows as a contact is a guest.
_IS_OURS = """
(kind = 'user' AND NOT of_tracker) OR coalesce(split_part(address, '@', -1) IN (SELECT unnest($ours::VARCHAR[])), false)
"""

_SEVERAL = "CREATE OR REPLACE TEMP TABLE several AS SELECT entity FROM member GROUP BY entity HAVING count(*) > 1"

# Most people are of one record, of which nothing has to be gathered.
_PEOPLE = f"""
INSERT INTO person (id, name, email, title, side, client_id, aliases, sources)
SELECT
    p.entity, name, p.email, p.title, CASE WHEN p.is_ours THEN 'us' ELSE 'customer' END,
    CASE WHEN NOT p.is_ours THEN e.entity_id END, {_ALIASES}, {_SOURCES}
FROM (
    SELECT
        entity,
        arg_min(coalesce(shown, name), {_FIRST_NAME}) AS name,
        arg_min(address, {_FIRST.format("email")}) AS email,
        arg_min(title, {_FIRST.format("title")}) AS title,
        arg_min(by_employer, rank) AS by_employer,
        bool_or({_IS_OURS}) OR bool_and(kind = 'user') AS is_ours,
        {_TOLD} AS told
    FROM member SEMI JOIN several USING (entity) GROUP BY entity
    UNION ALL
    SELECT entity, coalesce(shown, name), address, title, by_employer, {_IS_OURS} OR kind = 'user', [{_LINE}]
    FROM member ANTI JOIN several USING (entity)
) p
LEFT JOIN identity e ON e.number = p.by_employer AND e.kind = 'client'
"""  # noqa: S608 - all of it from here

_OURS = """
SELECT DISTINCT split_part(address, '@', -1) FROM card
WHERE kind = 'user' AND NOT of_tracker AND state <> 'past' AND address IS NOT NULL
"""

_WAS = """
CREATE OR REPLACE TEMP TABLE was AS
FROM {kind} WHERE rowid IN (SELECT rowid FROM {kind} WHERE id IN (SELECT entity FROM hit))
"""
_WAS_ALL = "CREATE OR REPLACE TEMP TABLE was AS FROM {kind}"
_FORGET = "DELETE FROM {kind} WHERE id IN (SELECT entity FROM hit)"
_FORGET_ALL = "DELETE FROM {kind}"

# Whatever is new is affected already.
_WERE_SOME = "SELECT EXISTS (FROM was)"
_AFFECT = """
INSERT INTO affected
WITH same AS (
    SELECT w.id
    FROM was w JOIN (FROM {kind} WHERE rowid IN (SELECT rowid FROM {kind} WHERE id IN (SELECT id FROM was))) n ON n.id = w.id
    WHERE n IS NOT DISTINCT FROM w
)
SELECT number FROM member
WHERE number NOT IN (FROM affected)
AND (entity NOT IN (FROM same) OR entity IN (SELECT entity FROM member WHERE number IN (FROM affected)))
"""


def no_clients_moved(warehouse: Warehouse) -> None:
    """Remember that no client is new or another one now."""
    warehouse.execute(_NO_MOVED_CLIENTS)


def are_clients_moved(warehouse: Warehouse) -> bool:
    """Tell if a client is new or another one now."""
    return bool(warehouse.execute(_ARE_MOVED)[0][0])


class Merger:
    """Makes the entities of one kind, `client` or `person`, that a change touches, and no others unless `all` are wanted."""

    def __init__(self, warehouse: Warehouse, near: Near, kind: str, *, is_all: bool) -> None:
        self._execute = warehouse.execute
        self._near = near
        self._kind = {"kind": kind}
        self._is_all = is_all

    def find(self, *, sources: Collection[str] = (), entities: Collection[str] = ()) -> None:
        """Find the records of every entity that a change touches, or that some records are of, or that is one of some."""
        if self._is_all:
            self._execute(_NO_HIT)
            self._execute(_ALL_MEMBERS, self._kind)
        else:
            touched = _TOUCHED if self._kind["kind"] == "client" else _TOUCHED_PEOPLE
            self._execute(touched, {"more": list(sources)})
            if self._kind["kind"] == "person" and self._execute(_ARE_FLIPPED)[0][0]:
                self._execute(_TOUCH_COLLEAGUES)
            self._execute(_HIT, {**self._kind, "entities": list(entities)})
            self._near.add_records()
            self._execute(_SOME_MEMBERS, self._kind)

    def regrouped(self, bases: Collection[str]) -> list[str]:
        """Name the found records whose entity is not the one that keys gave them, or whose keys gave one of some."""
        return [source for (source,) in self._execute(_REGROUPED, {"bases": list(bases)})]

    def make(self, order_of: Mapping[str, Sequence[str]]) -> None:
        """Make the entities of the found records anew, and note the records of those that are another, or told otherwise.

        `order_of` names the systems whose word on a value goes first.
        """
        kind = self._kind["kind"]
        for statement in (_WAS_ALL, _FORGET_ALL) if self._is_all else (_WAS, _FORGET):
            self._execute(statement.format(kind=kind))
        orders: dict[str, object] = {"order_of": {name: list(order) for name, order in order_of.items()}}
        if kind == "client":
            self._execute(_CLIENTS, orders)
        else:
            self._execute(_SEVERAL)
            self._execute(_PEOPLE, {**orders, "ours": self._domains(_OURS)})
        if self._execute(_WERE_SOME)[0][0]:
            self._execute(_AFFECT.format(kind=kind))

    def _domains(self, query: str) -> list[str]:
        """List domains of ours that tell an employer."""
        return [domain for (domain,) in self._execute(query) if domain not in FREE_MAIL]

    def note_clients(self, moved: Collection[str]) -> None:
        """Remember the clients that are new, and some others, as those whose people have to be looked at."""
        self._execute(_MOVED_CLIENTS, {"more": list(moved)})
