"""Resolved: which records share a key with which others, for any number of records at once, as `resolution` has it for a few.

New records get a place in order of first sight and the entity of whoever had the first of their keys before them. Nothing
becomes an object but pairs of names that a key leaves in doubt. What people said, and keys that came later, come after this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from atlas_sync.canonical.normalize import GENERATIONS
from atlas_sync.store.mixed import part_mixed
from atlas_sync.store.near import Near
from atlas_sync.store.warehouse import Warehouse

__all__ = ["Resolver"]

# Who is known goes before who is new, people before users, whoever was seen first before the others: their `rank`. Numbers
# stand for texts in all keys: among millions two texts share one as seldom as two entities an id.
_POOL = """
CREATE OR REPLACE TEMP TABLE pool AS
SELECT
    c.number, c.source, c.kind, c.merged_into, c.own_id, c.noted, c.by_address, c.by_name,
    f.line, f.place, f.entity_id, f.base_id,
    f.place + CASE WHEN c.kind = 'user' THEN 1::BIGINT << 41 ELSE 0 END
        + CASE WHEN f.base_id IS NULL THEN 1::BIGINT << 42 ELSE 0 END AS rank,
    CASE WHEN c.is_shared THEN CAST(hash(c.address) >> 1 AS BIGINT) ELSE c.by_address END AS address,
    CASE WHEN e.entity_id IS NOT NULL THEN hash(e.entity_id) END AS client
FROM (
    SELECT line, place, NULL AS entity_id, NULL AS base_id FROM fresh
    UNION ALL
    SELECT line, place, entity_id, coalesce(nullif(base_id, ''), entity_id) FROM known
    WHERE kind = $kind AND line IN (SELECT line FROM near)
) f
JOIN {cards} c ON c.line = f.line
LEFT JOIN identity e ON e.number = c.by_employer AND e.kind = 'client'
"""
_ALL_CARDS = "(SELECT rowid AS line, * FROM card WHERE state <> 'past')"

_KEYS_OF = {
    "client": """
    UNION ALL
    SELECT rank, 3000, hash(by_address, by_name) FROM pool WHERE by_address IS NOT NULL AND by_name IS NOT NULL
    UNION ALL
    SELECT rank, 4000, hash(by_address) FROM pool WHERE by_address IS NOT NULL
    UNION ALL
    SELECT rank, 5000, hash(by_name) FROM pool WHERE by_name IS NOT NULL
    """,
    "person": """
    UNION ALL
    SELECT rank, 3000, hash(by_address) FROM pool WHERE by_address IS NOT NULL
    UNION ALL
    SELECT rank, 4000, hash(client, by_name) FROM pool WHERE client IS NOT NULL AND by_name IS NOT NULL
    UNION ALL
    SELECT rank, 5000, hash(by_name) FROM pool WHERE kind = 'user' AND by_name IS NOT NULL
    """,
}

# The first that has a key is whom all others with it may be one with; of keys that several others have, the known ones too.
_LINKS = """
CREATE OR REPLACE TEMP TABLE link AS
WITH said AS (
    SELECT rank, 1000 AS number, hash(coalesce(merged_into, source)) AS key FROM pool
    WHERE kind <> 'user' AND (
        merged_into <> source OR source IN (SELECT merged_into FROM pool WHERE merged_into <> source)
    )
    UNION ALL
    SELECT rank, 2000, hash(own_id) FROM pool WHERE own_id IS NOT NULL
    UNION ALL
    SELECT rank, 2001 + generate_subscripts(CAST(noted AS VARCHAR[]), 1), hash(unnest(CAST(noted AS VARCHAR[]))) FROM pool
    WHERE noted <> '[]'
    {keys}
),
shared AS (
    SELECT number // 1000 AS kind, key, min(rank) AS first, count(*) > 2 AND kind > 2 AS has_several
    FROM said GROUP BY number // 1000, key HAVING count(*) > 1
)
SELECT s.rank, s.number, h.first, h.has_several FROM said s JOIN shared h ON h.kind = s.number // 1000 AND h.key = s.key
WHERE s.rank > h.first AND (s.rank >= 1::BIGINT << 42 OR h.has_several)
"""

_COMPARED = "FROM link l JOIN pool a ON a.rank = l.rank JOIN pool b ON b.rank = l.first"

# Who has a key that several have, with what no two of one `part` may have otherwise.
_HOLDERS = """
CREATE OR REPLACE TEMP TABLE holder AS
SELECT
    l.*,
    CASE WHEN l.kind = 4 AND $kind = 'client' THEN p.by_name WHEN l.kind > 3 THEN p.address END AS told,
    CASE WHEN l.kind = 4 OR $kind = 'person' THEN split_part(p.source, ':', 1) END AS part
FROM (
    SELECT number // 1000 AS kind, first, rank FROM link WHERE has_several
    UNION ALL
    SELECT DISTINCT number // 1000, first, first FROM link WHERE has_several
) l JOIN pool p USING (rank)
"""
_ONLY_NEW = "DELETE FROM link WHERE rank < 1::BIGINT << 42"
_ARE_SEVERAL = "SELECT count(*) FROM holder"

# One CASE for all, since the engine would else begin with who has another address than whom.
_APART = f"""
DELETE FROM link WHERE (rank, number) IN (
    SELECT l.rank, l.number {_COMPARED}
    WHERE CASE WHEN l.number < 4000 THEN false
               WHEN $kind = 'client' AND l.number = 4000 THEN a.by_name <> b.by_name
                   AND split_part(a.source, ':', 1) = split_part(b.source, ':', 1)
               WHEN a.address = b.address THEN false
               WHEN $kind = 'client' THEN a.address <> b.address
               ELSE a.address <> b.address AND split_part(a.source, ':', 1) = split_part(b.source, ':', 1) END
)
"""  # noqa: S608 - all of it from here

_APART_FROM_SEVERAL = """
DELETE FROM link WHERE (rank, number) IN (
    SELECT rank, 1000 * kind
    FROM (
        SELECT rank, kind, told, min(told) OVER earlier AS least, max(told) OVER earlier AS most FROM holder
        WINDOW earlier AS (PARTITION BY kind, first, part ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    )
    WHERE least <> told OR most <> told
)
"""

# Names that share the first word and one after it are alike for certain, unless they tell a father from a son; the others
# are looked at one by one.
_DOUBTFUL = f"""
WITH doubt AS (
    SELECT l.rank, a.line AS one, b.line AS other {_COMPARED}
    WHERE CASE WHEN l.number = CASE WHEN $kind = 'client' THEN 4000 ELSE 3000 END
               THEN a.by_name IS NULL OR a.by_name IS DISTINCT FROM b.by_name END
)
SELECT d.rank, a.name_key, b.name_key FROM doubt d JOIN card a ON a.rowid = d.one JOIN card b ON b.rowid = d.other
WHERE a.name_key <> b.name_key AND NOT (
    $kind = 'person' AND split_part(a.name_key, ' ', 1) = split_part(b.name_key, ' ', 1)
    AND list_has_any(string_split(a.name_key, ' ')[2:], string_split(b.name_key, ' ')[2:])
    AND NOT (list_has_any(string_split(a.name_key, ' '), $told) AND list_has_any(string_split(b.name_key, ' '), $told))
)
"""  # noqa: S608 - all of it from here

_REFUSE = """
DELETE FROM link
WHERE number = CASE WHEN $kind = 'client' THEN 4000 ELSE 3000 END AND rank IN (SELECT unnest($ranks::BIGINT[]))
"""

_PARENTS = """
CREATE OR REPLACE TEMP TABLE parent AS
SELECT rank, arg_min(first, number) AS parent, min(number) // 1000 AS why FROM link {of} GROUP BY rank
"""

_CHAINED = "SELECT count(*) FROM parent p SEMI JOIN parent q ON q.rank = p.parent"

_SHORTEN = """
CREATE OR REPLACE TEMP TABLE parent AS
SELECT p.rank, coalesce(q.parent, p.parent) AS parent, p.why FROM parent p LEFT JOIN parent q ON q.rank = p.parent
"""

# What two entities have before somebody else does tells nothing of who comes after them.
_CONTESTED = """
CREATE OR REPLACE TEMP TABLE contested AS
SELECT rank, 1000 * kind AS number
FROM (
    SELECT h.rank, h.kind, min(e.entity) OVER earlier AS least, max(e.entity) OVER earlier AS most
    FROM holder h JOIN (
        SELECT o.rank, hash(coalesce(r.base_id, r.source)) AS entity
        FROM (SELECT DISTINCT rank FROM holder) o LEFT JOIN parent p ON p.rank = o.rank
        JOIN pool r ON r.rank = coalesce(p.parent, o.rank)
    ) e ON e.rank = h.rank
    WINDOW earlier AS (PARTITION BY h.kind, h.first ORDER BY h.rank ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
WHERE least <> most
"""
_UNCONTESTED = "ANTI JOIN contested USING (rank, number)"
_HOW_CONTESTED = "SELECT count(*), bit_xor(hash(rank, number)) FROM contested"

_ASSIGN = """
INSERT INTO identity (number, source, kind, entity_id, reason, base_id, place, partner)
WITH led AS (
    SELECT q.rank, q.why, r.source, r.entity_id, r.base_id FROM parent q JOIN pool r ON r.rank = q.parent
),
named AS (
    SELECT
        p.number, p.source, p.place, l.why, l.entity_id, l.base_id,
        CASE WHEN l.base_id IS NULL THEN $prefix || '_' || left(sha256(coalesce(l.source, p.source)), 16) END AS made
    FROM pool p LEFT JOIN led l ON l.rank = p.rank WHERE p.base_id IS NULL
)
SELECT
    number, source, $kind, coalesce(entity_id, made), coalesce($reasons[why], 'first seen'),
    coalesce(nullif(base_id, entity_id), ''), place, ''
FROM named
"""

_ARE_FRESH = """
SELECT source FROM card WHERE rowid IN (SELECT line FROM fresh) AND source IN (SELECT unnest($sources::VARCHAR[]))
"""

_SURE = """
SELECT
    EXISTS (SELECT 1 FROM card WHERE state <> 'now' AND (merged_into IS NOT NULL OR own_id IS NOT NULL OR noted <> '[]'))
    OR EXISTS (
        SELECT 1 FROM card WHERE merged_into IS NOT NULL AND state <> 'past'
        AND merged_into IN (SELECT source FROM card WHERE state <> 'now')
    )
"""

# Of those that a sure key makes one and that were seen as two.
_AT_ODDS = """
WITH asking AS (SELECT * FROM card WHERE state <> 'now' AND (kind = 'client') = ($kind = 'client')),
known AS (SELECT * FROM card WHERE state <> 'past' AND (kind = 'client') = ($kind = 'client')),
merged AS (
    SELECT merged_into AS key FROM asking WHERE merged_into IS NOT NULL
    UNION
    SELECT merged_into FROM known WHERE merged_into IN (SELECT source FROM asking)
),
ids AS (SELECT own_id AS key FROM asking UNION SELECT unnest(CAST(noted AS VARCHAR[])) FROM asking WHERE noted <> '[]'),
held AS (
    SELECT 1 AS sort, merged_into AS key, source FROM known WHERE merged_into IN (FROM merged)
    UNION ALL
    SELECT 1, source, source FROM known WHERE merged_into IS NULL AND source IN (FROM merged)
    UNION ALL
    SELECT 2, own_id, source FROM known WHERE own_id IN (FROM ids)
    UNION ALL
    SELECT 2, key, source
    FROM (SELECT source, unnest(CAST(noted AS VARCHAR[])) AS key FROM known WHERE noted <> '[]') WHERE key IN (FROM ids)
),
shared AS (SELECT sort, key FROM held GROUP BY ALL HAVING count(*) > 1),
seen AS (
    SELECT h.sort, h.key, h.source, coalesce(nullif(i.base_id, ''), i.entity_id) AS base
    FROM held h SEMI JOIN shared s ON s.sort = h.sort AND s.key = h.key JOIN identity i ON i.source = h.source
),
odd AS (SELECT sort, key FROM seen GROUP BY ALL HAVING min(base) <> max(base))
SELECT DISTINCT s.source FROM seen s SEMI JOIN odd o ON o.sort = s.sort AND o.key = s.key
"""


class Resolver:
    """Resolves the new records of one kind, `client` or `person` (which users are as well)."""

    def __init__(
        self, warehouse: Warehouse, near: Near, kind: str, *, prefix: str, reasons: Iterable[str], is_all: bool
    ) -> None:
        self._warehouse = warehouse
        self._execute = warehouse.execute
        self._is_all = is_all
        self._near = near
        self._kind = {"kind": kind}
        self._prefix, self._reasons = prefix, list(reasons)

    def resolve(self, alike: Callable[[str, str], bool]) -> None:
        """Give every new record its entity; `alike` tells if two names may be those of one."""
        if not self._near.tell():
            return
        self._execute(_POOL.format(cards=_ALL_CARDS if self._is_all else "lined"), self._kind)
        self._execute(_LINKS.format(keys=_KEYS_OF[self._kind["kind"]]))
        self._execute(_HOLDERS, self._kind)
        are_several = bool(self._execute(_ARE_SEVERAL)[0][0])
        if are_several:
            self._execute(_ONLY_NEW)
            self._execute(_APART_FROM_SEVERAL)
        self._execute(_APART, self._kind)
        doubtful = self._execute(_DOUBTFUL, {**self._kind, "told": list(GENERATIONS)})
        if refused := [rank for rank, one, other in doubtful if not alike(one, other)]:
            self._execute(_REFUSE, {**self._kind, "ranks": refused})
        self._follow("")
        if are_several:
            self._settle()
        part_mixed(self._warehouse, self._kind["kind"], prefix=self._prefix, reasons=self._reasons, alike=alike)
        self._execute(_ASSIGN, {**self._kind, "prefix": self._prefix, "reasons": self._reasons})
        self._near.learn()

    def _follow(self, of: str) -> None:
        """Lead every new record along its surest links to the first of its entity."""
        self._execute(_PARENTS.format(of=of))
        while self._execute(_CHAINED)[0][0]:
            self._execute(_SHORTEN)

    def _settle(self) -> None:
        """Follow only what is uncontested: what that is depends on whose others are, so look until it stays as it was.

        Whose a record is depends on earlier ones alone, so that each look is right for more of them, and the last for all.
        """
        before, now = None, (0, None)
        while now != before:
            self._execute(_CONTESTED)
            before, now = now, self._execute(_HOW_CONTESTED)[0]
            if now != before:
                self._follow(_UNCONTESTED)

    def at_odds(self) -> list[str]:
        """Name the records that a merge, or an id noted elsewhere, makes one with a record of another entity by now."""
        if not self._execute(_SURE)[0][0]:
            return []
        return [source for (source,) in self._execute(_AT_ODDS, self._kind)]

    def fresh(self, sources: Iterable[str]) -> set[str]:
        """Give those of some records that are new."""
        return {source for (source,) in self._execute(_ARE_FRESH, {"sources": list(sources)})}
