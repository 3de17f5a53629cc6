"""Mixed: clients and people whom keys would make one though they speak of two; these few are looked at one by one.

`resolved` compares a record with others that have its key alone. Where all names of an entity are alike, and none of one
system has another address, nothing else can come of looking closer; else all that hangs together with them is led anew, as
`resolution` has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

from atlas_sync.canonical.candidates import BLOCK
from atlas_sync.canonical.card import Card
from atlas_sync.canonical.resolution import Keyed, by_keys, keyed
from atlas_sync.store.warehouse import Warehouse

__all__ = ["part_mixed"]

# Two records of one key were compared already, unless one notes the other, or there may be more of them; but not the
# legal forms of two clients.
_CROWD = """
CREATE OR REPLACE TEMP TABLE crowd AS
SELECT parent AS root FROM parent GROUP BY parent HAVING count(*) > 1 OR parent < 1::BIGINT << 42
UNION
SELECT parent FROM parent p JOIN pool a ON a.rank = p.rank JOIN pool b ON b.rank = p.parent
WHERE (p.why = 2 OR (p.why > 2 AND $kind = 'client')) AND split_part(a.source, ':', 1) = split_part(b.source, ':', 1)
"""
_IS_CROWD = "SELECT EXISTS (FROM crowd)"

# Whoever is led anew may come to others than before.
_MORE_CROWD = "INSERT INTO crowd SELECT unnest($ranks::BIGINT[])"

# Who is known of an entity may share no key with anybody new.
_FELLOWS = """
CREATE OR REPLACE TEMP TABLE fellow AS
WITH base AS (SELECT base_id AS id FROM pool WHERE rank IN (FROM crowd))
SELECT number, entity_id AS base FROM identity
WHERE entity_id IN (FROM base) AND nullif(base_id, '') IS NULL AND number NOT IN (SELECT number FROM pool)
UNION ALL
SELECT number, base_id FROM identity
WHERE base_id <> '' AND base_id IN (FROM base) AND number NOT IN (SELECT number FROM pool)
"""

_CROWDED = """
CREATE OR REPLACE TEMP TABLE crowded AS
SELECT coalesce(r.base_id, r.source) AS entity, p.source, p.line, p.address
FROM (
    SELECT root, root AS rank FROM crowd
    UNION
    SELECT parent, rank FROM parent WHERE parent IN (FROM crowd)
    UNION
    SELECT rank, rank FROM pool WHERE base_id IN (SELECT base_id FROM pool WHERE rank IN (FROM crowd))
) m
JOIN pool r ON r.rank = m.root JOIN pool p ON p.rank = m.rank
"""

# Full names that share a number are one, and mostly all are: no name has to be read then.
_MAY_BE_MIXED = """
SELECT EXISTS (FROM fellow) OR EXISTS (
    SELECT 1 FROM parent p JOIN pool a ON a.rank = p.rank JOIN pool b ON b.rank = p.parent
    WHERE p.parent IN (FROM crowd) AND (a.by_name IS NULL OR a.by_name IS DISTINCT FROM b.by_name)
) OR EXISTS (
    SELECT 1 FROM pool WHERE base_id IS NOT NULL GROUP BY base_id
    HAVING min(by_name) <> max(by_name) OR (count(*) > 1 AND count(by_name) < count(*))
) OR EXISTS (
    SELECT 1 FROM crowded GROUP BY entity, split_part(source, ':', 1) HAVING min(address) <> max(address)
)
"""

# What no two of one system may have otherwise in one entity, and the names of people, which are compared.
_DIFFERS = {
    "client": """
    SELECT entity, NULL AS name_key, min(lower(name)) <> max(lower(name)) OR min(domain) <> max(domain) AS differs
    FROM told GROUP BY entity, system
    """,
    "person": """
    SELECT entity, name_key, min(address) <> max(address) AS differs FROM told GROUP BY entity, system, name_key
    """,
}
_SAID = """
WITH told AS (
    SELECT m.entity, split_part(c.source, ':', 1) AS system, c.name, c.name_key, c.domain, c.address
    FROM (
        SELECT c.entity, c.line FROM crowded c
        UNION ALL
        SELECT f.base, c.rowid FROM fellow f JOIN card c ON c.number = f.number WHERE c.state <> 'past'
    ) m JOIN card c ON c.rowid = m.line
)
SELECT entity, list(DISTINCT name_key), coalesce(bool_or(differs), false) FROM ({differs})
GROUP BY entity HAVING count(DISTINCT name_key) > 1 OR bool_or(differs)
"""

# All that keys tie to the records of some entities, were these refused or not, and to what is known of one entity with them.
_TOGETHER = """
WITH RECURSIVE edge AS (
    SELECT rank, first FROM link
    UNION
    SELECT rank, first FROM holder
    UNION
    SELECT rank, min(rank) OVER (PARTITION BY base_id) FROM pool WHERE base_id IS NOT NULL
),
tie AS (SELECT rank, first AS other FROM edge UNION SELECT first, rank FROM edge),
found AS (
    SELECT q.rank
    FROM pool q LEFT JOIN parent p ON p.rank = q.rank JOIN pool r ON r.rank = coalesce(p.parent, q.rank)
    WHERE coalesce(r.base_id, r.source) IN (SELECT unnest($entities::VARCHAR[]))
    UNION
    SELECT t.other FROM tie t JOIN found f ON f.rank = t.rank
)
SELECT rank, source, base_id, CAST(client AS VARCHAR) FROM pool WHERE rank IN (FROM found) ORDER BY rank
"""

_FELLOW_BASES = "SELECT c.source, f.base FROM fellow f JOIN card c ON c.number = f.number WHERE c.state <> 'past'"
_FORGET = "DELETE FROM parent WHERE rank IN (SELECT unnest($ranks::BIGINT[]))"
_LEAD = """
INSERT INTO parent (rank, parent, why)
SELECT unnest($ranks::BIGINT[]), unnest($parents::BIGINT[]), unnest($whys::BIGINT[])
"""


def part_mixed(
    warehouse: Warehouse, kind: str, *, prefix: str, reasons: Sequence[str], alike: Callable[[str, str], bool]
) -> None:
    """Lead anew whom `parent` puts into one entity with what speaks against it, and all that shares keys with them.

    Names of people speak against it where they are not `alike`.
    """
    warehouse.execute(_CROWD, {"kind": kind})
    if not warehouse.execute(_IS_CROWD)[0][0]:
        return
    warehouse.execute(_FELLOWS)
    warehouse.execute(_CROWDED)
    if kind == "person" and not warehouse.execute(_MAY_BE_MIXED)[0][0]:
        return
    said = warehouse.execute(_SAID.format(differs=_DIFFERS[kind]))
    if mixed := [entity for entity, names, differs in said if differs or not _are_alike(names, alike)]:
        _lead_anew(warehouse, warehouse.execute(_TOGETHER, {"entities": mixed}), prefix, reasons)


def _are_alike(names: Sequence[str], alike: Callable[[str, str], bool]) -> bool:
    return len(names) <= BLOCK and all(alike(one, other) for one, other in combinations(names, 2))


def _lead_anew(warehouse: Warehouse, found: Sequence[tuple[Any, ...]], prefix: str, reasons: Sequence[str]) -> None:
    """Put those that are new among the records found, in order, under the first of their entity."""
    rank_of = {source: rank for rank, source, _base, _client in found}
    known = {source: base for _rank, source, base, _client in found if base}
    warehouse.execute(_MORE_CROWD, {"ranks": [rank for rank, _source, base, _client in found if base]})
    warehouse.execute(_FELLOWS)
    fellows = dict(warehouse.execute(_FELLOW_BASES))
    # Whose a key is follows from who had it first: fellows have none that anybody new has, and go last.
    client_of = {source: client for _rank, source, _base, client in found}
    records = _records(warehouse, client_of | dict.fromkeys(fellows.keys() - client_of.keys()))
    assigned = by_keys(prefix, records, fellows | known)
    first: dict[str, int] = {}
    for one in sorted((one for one in assigned if one.source in rank_of), key=lambda one: rank_of[one.source]):
        first.setdefault(one.base_id, rank_of[one.source])
    new = [one for one in assigned if one.source in rank_of and one.source not in known]
    warehouse.execute(_FORGET, {"ranks": [rank_of[one.source] for one in new]})
    led = [one for one in new if one.reason in reasons]
    columns = {
        "ranks": [rank_of[one.source] for one in led],
        "parents": [first[one.base_id] for one in led],
        "whys": [reasons.index(one.reason) + 1 for one in led],
    }
    warehouse.execute(_LEAD, columns)


def _records(warehouse: Warehouse, client_of: Mapping[str, str | None]) -> list[Keyed]:
    """Give records with their keys, in the order given."""
    cards = {card.source: card for card in warehouse.select(Card, source=sorted(client_of)) if card.state != "past"}
    return [keyed(cards[source], client) for source, client in client_of.items() if source in cards]
