"""Alike: pairs of records that may be one and that no key decides, found among any number at once; `candidates` scores them.

Only pairs that can come to enough are given. Records share a block by an address, a name or nearly a name; a block of more than
a few says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from atlas_sync.canonical.candidates import BLOCK
from atlas_sync.store.warehouse import Warehouse

__all__ = ["Alike", "Pair"]

_BLOCKS: Mapping[str, tuple[str, ...]] = {
    "person": ("by_address", "by_name", "nearly"),
    "client": ("by_address", "nearly"),
}

# Only what was not measured yet, since what a change touches may come to be more.
_SIZES = """
INSERT INTO sized
SELECT {sort}, {block} AS value, count(*) FILTER (state <> 'past'), count(*) FILTER (state <> 'new')
FROM card
WHERE (kind = 'client') = ($kind = 'client') AND {block} IN (
    SELECT {block} FROM member UNION SELECT {block} FROM card WHERE state = 'past' AND (kind = 'client') = ($kind = 'client')
    EXCEPT SELECT value FROM sized WHERE sort = {sort}
)
GROUP BY value
"""

_ALL_SIZES = """
INSERT INTO sized
SELECT {sort}, {block} AS value, count(*), count(*) FROM member WHERE value IS NOT NULL
GROUP BY value HAVING count(*) <= $most AND min(hash(entity)) <> max(hash(entity))
"""

_CLOSE = """
INSERT INTO close
SELECT {sort}, {block}, rowid FROM card
WHERE state <> 'past' AND (kind = 'client') = ($kind = 'client')
    AND {block} IN (SELECT value FROM sized WHERE sort = {sort} AND now BETWEEN 2 AND $most)
"""

_CROSSED = """
INSERT INTO close
SELECT {sort}, {block}, rowid FROM card
WHERE state <> 'past' AND (kind = 'client') = ($kind = 'client')
    AND {block} IN (SELECT value FROM sized WHERE sort = {sort} AND (now > $most) <> (before > $most))
"""

_SIZED = "CREATE OR REPLACE TEMP TABLE sized (sort INTEGER, value BIGINT, now BIGINT, before BIGINT)"
_CLOSED = "CREATE OR REPLACE TEMP TABLE close (sort INTEGER, value BIGINT, line BIGINT)"

# What is found is few against all there are: rows are picked by their number, so that nothing is joined with everything.
_AROUND = """
CREATE OR REPLACE TEMP TABLE around AS
WITH here AS (SELECT rowid AS line, source FROM card WHERE rowid IN (SELECT line FROM close))
SELECT h.line, i.entity_id AS entity, i.place
FROM here h JOIN (
    SELECT source, entity_id, place FROM identity WHERE source IN (SELECT source FROM here)
) i ON i.source = h.source
"""

# A block that has become small ties all of its pairs; one that has become large no longer ties those that were asked about.
_CROSSED_ENTITIES = """
WITH inside AS (
    SELECT DISTINCT l.sort, l.value, i.entity, s.now <= $most AS is_small
    FROM close l JOIN sized s ON s.sort = l.sort AND s.value = l.value JOIN around i ON i.line = l.line
)
SELECT entity FROM inside WHERE is_small
UNION
SELECT a.entity
FROM inside a JOIN inside b ON a.sort = b.sort AND a.value = b.value AND a.entity <> b.entity
JOIN unsure u ON u.kind = $kind AND (
    (u.one_entity = a.entity AND u.other_entity = b.entity) OR (u.one_entity = b.entity AND u.other_entity = a.entity)
)
"""

_IS_TIED = "SELECT count(*) FROM sized WHERE now BETWEEN 2 AND $most"
_IS_CROSSED = "SELECT count(*) FROM sized WHERE (now > $most) <> (before > $most)"

# Blocks make many pairs, of which few may come to enough: until these are found numbers stand for texts, as in `resolved`.
_PAIRED = """
CREATE OR REPLACE TEMP TABLE pair AS
WITH near AS (
    SELECT
        l.sort, l.value, l.line, i.place + CASE WHEN c.kind = 'user' THEN 1::BIGINT << 41 ELSE 0 END AS rank,
        hash(i.entity) AS entity, $is_all OR i.entity IN (FROM hit) AS is_hit,
        hash(c.name_key) AS name, length(c.name_key) AS length,
        CASE WHEN c.domain IS NOT NULL THEN hash(c.domain) END AS domain,
        CASE WHEN c.address IS NOT NULL AND NOT c.is_shared THEN hash(split_part(c.address, '@', 1)) END AS box,
        CASE WHEN e.entity_id IS NOT NULL THEN hash(e.entity_id) END AS client
    FROM close l JOIN {around} i ON i.line = l.line
    JOIN (SELECT rowid AS line, * FROM card WHERE rowid IN (SELECT line FROM close)) c ON c.line = l.line
    LEFT JOIN identity e ON e.source = c.employer AND e.kind = 'client'
)
SELECT DISTINCT a.rank, a.line, b.rank AS other_rank, b.line AS other_line
FROM near a JOIN near b ON a.sort = b.sort AND a.value = b.value AND a.rank < b.rank AND a.entity <> b.entity
WHERE (a.is_hit OR b.is_hit) AND CASE WHEN $kind = 'client'
    THEN coalesce(a.domain = b.domain, false) OR 2.4 * least(a.length, b.length) >= a.length + b.length
    ELSE coalesce(a.box = b.box, false) OR coalesce(a.client = b.client, a.name = b.name) END
"""

_PAIRS = """
WITH told AS (
    SELECT c.line, c.source, i.entity, e.entity_id AS client
    FROM (
        SELECT rowid AS line, source, employer
        FROM card WHERE rowid IN (SELECT line FROM pair UNION ALL SELECT other_line FROM pair)
    ) c
    JOIN {around} i ON i.line = c.line LEFT JOIN identity e ON e.source = c.employer AND e.kind = 'client'
)
SELECT a.source, a.entity, a.client, b.source, b.entity, b.client
FROM pair p JOIN told a ON a.line = p.line JOIN told b ON b.line = p.other_line
ORDER BY p.rank, p.other_rank
"""

_FORGET = """
DELETE FROM unsure
WHERE kind = $kind AND ($is_all OR one_entity IN (SELECT entity FROM hit) OR other_entity IN (SELECT entity FROM hit))
"""


class Pair(NamedTuple):
    """Two records, the one that goes first first, with their entities and, of people, their clients."""

    one: str
    one_entity: str
    one_client: str | None
    other: str
    other_entity: str
    other_client: str | None


class Alike:
    """Finds pairs of one kind, `client` or `person`, of which one at least belongs to what a change touches, or `all`."""

    def __init__(self, warehouse: Warehouse, kind: str, *, is_all: bool) -> None:
        self._warehouse = warehouse
        self._kind = {"kind": kind}
        self._is_all = is_all

    def crossed(self) -> list[str]:
        """Name the entities whose records a block ties, or no longer ties, because of how many records share it by now."""
        if self._is_all:
            return []
        self._warehouse.execute(_SIZED)
        self.measure()
        if not self._warehouse.execute(_IS_CROSSED, {"most": BLOCK})[0][0]:
            return []
        self._gather(_CROSSED)
        return [entity for (entity,) in self._warehouse.execute(_CROSSED_ENTITIES, {**self._kind, "most": BLOCK})]

    def measure(self) -> None:
        """Count how many records share the blocks of what a change touches."""
        self._each(_SIZES, self._kind)

    def pairs(self) -> list[Pair]:
        """Forget the pairs that were asked about, and give those that may be one now, in order of first sight."""
        if self._is_all:
            self._warehouse.execute(_SIZED)
            self._each(_ALL_SIZES, {"most": BLOCK})
        both = {**self._kind, "is_all": self._is_all}
        self._warehouse.execute(_FORGET, both)
        if not self._warehouse.execute(_IS_TIED, {"most": BLOCK})[0][0]:
            return []
        self._gather(_CLOSE)
        around = "member" if self._is_all else "around"
        self._warehouse.execute(_PAIRED.format(around=around), both)
        return [Pair(*row) for row in self._warehouse.execute(_PAIRS.format(around=around))]

    def _gather(self, statement: str) -> None:
        self._warehouse.execute(_CLOSED)
        self._each(statement, {**self._kind, "most": BLOCK})
        if not self._is_all:
            self._warehouse.execute(_AROUND)

    def _each(self, statement: str, values: Mapping[str, object]) -> None:
        """Do something for each sort of blocks."""
        for sort, block in enumerate(_BLOCKS[self._kind["kind"]]):
            self._warehouse.execute(statement.format(sort=sort, block=block), values)
