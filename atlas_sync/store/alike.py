"""Alike: pairs of records that may be one and that no key decides, found among any number at once; `candidates` scores them.

Only pairs that can come to enough are given. Records share a block by an address, a name, nearly a name or a noted id; a block
of more than a few says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from atlas_sync.canonical.candidates import BLOCK
from atlas_sync.store.near import Near
from atlas_sync.store.warehouse import Warehouse

__all__ = ["Alike", "Pair"]

_BLOCKS: Mapping[str, tuple[str, ...]] = {
    "person": ("by_address", "by_name", "nearly", "by_noted"),
    "client": ("by_address", "nearly", "by_noted"),
}

# A table of its own, whose size the engine knows: else it may read all cards into a join, instead of a few blocks.
_BLOCKS_OF_FOUND = """
CREATE OR REPLACE TEMP TABLE block AS
SELECT by_address, by_name, nearly, by_noted FROM lined
UNION ALL
SELECT by_address, by_name, nearly, by_noted FROM card WHERE state = 'past' AND (kind = 'client') = ($kind = 'client')
"""
_TOLD = "SELECT value FROM sized WHERE sort = {sort}"
_ASKED = "SELECT {block} FROM block EXCEPT {told}"

# Few share an address, so that all who do are listed, and counted then. Of those who share a name only few are listed.
_LISTED = """
INSERT INTO close
SELECT {sort}, {block}, rowid FROM card
WHERE state <> 'past' AND (kind = 'client') = ($kind = 'client') AND {block} IN ({asked})
"""
_OF_LISTED = "SELECT value, count(*) AS now FROM close WHERE sort = {sort} AND value NOT IN ({told}) GROUP BY value"
_OF_ALL = """
SELECT {block} AS value, count(*) AS now FROM card
WHERE state <> 'past' AND (kind = 'client') = ($kind = 'client') AND {block} IN ({asked}) GROUP BY value
"""

# Most that is there was there before, so that what came and went is counted by itself.
_SIZES = """
INSERT INTO sized
SELECT {sort}, value, now, now - coalesce(came, 0)
FROM ({counted}) LEFT JOIN (
    SELECT {block} AS value, count(*) FILTER (state = 'new') - count(*) FILTER (state = 'past') AS came
    FROM card WHERE state <> 'now' AND (kind = 'client') = ($kind = 'client') GROUP BY value
) USING (value)
"""
# Who shares a name shares what is nearly one: where many do, their number is not asked for again.
_MANY = """
INSERT INTO sized
SELECT DISTINCT 2, nearly, $most + 1, $most + 1 FROM block
WHERE by_name IN (SELECT value FROM sized WHERE sort = 1 AND now > $most AND before > $most)
    AND nearly NOT IN (SELECT value FROM sized WHERE sort = 2)
"""

_ALL_SIZES = """
INSERT INTO sized
SELECT {sort}, {block} AS value, count(*), count(*) FROM member WHERE value IS NOT NULL
GROUP BY value HAVING count(*) <= $most AND min(hash(entity)) <> max(hash(entity))
"""

# Of blocks that tie, or no longer do.
_CLOSE = """
INSERT INTO close
SELECT {sort}, {block}, rowid FROM card
WHERE state <> 'past' AND (kind = 'client') = ($kind = 'client') AND {block} IN (
    SELECT value FROM sized WHERE sort = {sort} AND (now BETWEEN 2 AND $most OR (now > $most) <> (before > $most))
    EXCEPT SELECT value FROM close WHERE sort = {sort}
)
"""

_SIZED = "CREATE OR REPLACE TEMP TABLE sized (sort INTEGER, value BIGINT, now BIGINT, before BIGINT)"
_CLOSED = "CREATE OR REPLACE TEMP TABLE close (sort INTEGER, value BIGINT, line BIGINT)"

# All who share a block may be one entity already.
_TIED = """
CREATE OR REPLACE TEMP TABLE tied AS
SELECT * FROM close SEMI JOIN (
    SELECT l.sort, l.value
    FROM close l JOIN sized s ON s.sort = l.sort AND s.value = l.value JOIN known i ON i.line = l.line
    WHERE s.now BETWEEN 2 AND $most GROUP BY ALL HAVING min(i.entity_id) <> max(i.entity_id)
) USING (sort, value)
"""
_ARE_THERE = "SELECT count(*) FROM {tied}"

_KNOWN = "(SELECT line, entity_id AS entity, place FROM known)"

# A block that has become small ties all of its pairs; one that has become large no longer ties those that were asked about.
_CROSSED_ENTITIES = """
WITH inside AS (
    SELECT DISTINCT l.sort, l.value, i.entity_id AS entity, s.now <= $most AS is_small
    FROM close l JOIN sized s ON s.sort = l.sort AND s.value = l.value JOIN known i ON i.line = l.line
    WHERE (s.now > $most) <> (s.before > $most)
),
asked AS (
    SELECT one_entity AS entity, other_entity AS other FROM unsure WHERE kind = $kind
    UNION ALL
    SELECT other_entity, one_entity FROM unsure WHERE kind = $kind
)
SELECT entity FROM inside WHERE is_small
UNION
SELECT a.entity
FROM asked u JOIN inside a ON a.entity = u.entity
JOIN inside b ON b.entity = u.other AND b.sort = a.sort AND b.value = a.value
"""

_IS_CROSSED = "SELECT count(*) FROM sized WHERE (now > $most) <> (before > $most)"

# Blocks make many pairs, of which few may come to enough: until these are found numbers stand for texts, as in `resolved`.
_PAIRED = """
CREATE OR REPLACE TEMP TABLE pair AS
WITH near AS (
    SELECT
        l.sort, l.value, l.line, i.place + CASE WHEN c.kind = 'user' THEN 1::BIGINT << 41 ELSE 0 END AS rank,
        hash(i.entity) AS entity, $is_all OR i.entity IN (FROM hit) AS is_hit, {said}
    FROM {tied} l JOIN {whose} i ON i.line = l.line
    JOIN (SELECT rowid AS line, * FROM card WHERE rowid IN (SELECT line FROM {tied})) c ON c.line = l.line
    LEFT JOIN identity e ON e.number = c.by_employer AND e.kind = 'client'
)
SELECT DISTINCT a.rank, a.line, b.rank AS other_rank, b.line AS other_line
FROM near a JOIN near b ON a.sort = b.sort AND a.value = b.value AND a.rank < b.rank AND a.entity <> b.entity
WHERE (a.is_hit OR b.is_hit) AND {is_enough}
"""
_SAID = {
    "client": "c.by_noted AS noted, c.by_address AS domain, length(c.name_key) AS length",
    "person": """
        c.by_noted AS noted, c.by_name AS name,
        CASE WHEN c.address IS NOT NULL AND NOT c.is_shared THEN hash(split_part(c.address, '@', 1)) END AS box,
        CASE WHEN e.entity_id IS NOT NULL THEN hash(e.entity_id) END AS client
    """,
}
# A name of one word has no number; what two of them come to is left to the score.
_IS_ENOUGH = {
    "client": """(
        coalesce(a.noted = b.noted, false) OR coalesce(a.domain = b.domain, false)
        OR 2.4 * least(a.length, b.length) >= a.length + b.length
    )""",
    "person": """(
        coalesce(a.noted = b.noted, false) OR coalesce(a.box = b.box, false)
        OR coalesce(a.client = b.client, a.name IS NOT DISTINCT FROM b.name)
    )""",
}

_PAIRS = """
WITH told AS (
    SELECT c.line, c.source, i.entity, e.entity_id AS client
    FROM (
        SELECT rowid AS line, source, by_employer
        FROM card WHERE rowid IN (SELECT line FROM pair UNION ALL SELECT other_line FROM pair)
    ) c
    JOIN {whose} i ON i.line = c.line LEFT JOIN identity e ON e.number = c.by_employer AND e.kind = 'client'
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

    def __init__(self, warehouse: Warehouse, near: Near, kind: str, *, is_all: bool) -> None:
        self._warehouse = warehouse
        self._near = near
        self._values = {"kind": kind, "is_all": is_all, "most": BLOCK}
        self._kind = kind
        self._blocks = _BLOCKS[kind]
        self._is_all = is_all

    def look(self) -> None:
        """Find what shares a block with what may be touched, if the block ties its records, or did."""
        self._execute(_SIZED)
        self._execute(_CLOSED)
        if not self._is_all:
            self._measure()

    def crossed(self) -> list[str]:
        """Name the entities whose records a block ties, or no longer ties, because of how many records share it by now."""
        if self._is_all or not self._execute(_IS_CROSSED)[0][0]:
            return []
        return [entity for (entity,) in self._execute(_CROSSED_ENTITIES)]

    def pairs(self) -> list[Pair]:
        """Forget the pairs that were asked about, and give those that may be one now, in order of first sight."""
        self._execute(_FORGET)
        if self._is_all:
            self._each(_ALL_SIZES)
            self._each(_CLOSE)
            return self._pairs_of(tied="close", whose="member")
        if self._near.has_more:
            self._measure()
            self._near.add_close()
        self._execute(_TIED)
        return self._pairs_of(tied="tied", whose=_KNOWN)

    def _pairs_of(self, *, tied: str, whose: str) -> list[Pair]:
        if not self._execute(_ARE_THERE.format(tied=tied))[0][0]:
            return []
        kind = self._kind
        self._execute(_PAIRED.format(tied=tied, whose=whose, said=_SAID[kind], is_enough=_IS_ENOUGH[kind]))
        return [Pair(*row) for row in self._execute(_PAIRS.format(whose=whose))]

    def _measure(self) -> None:
        """Count how many records share the blocks of all that was found, and list those of the blocks that tie."""
        self._execute(_BLOCKS_OF_FOUND)
        for sort, block in enumerate(self._blocks):
            parts = {"sort": sort, "block": block, "told": _TOLD.format(sort=sort)}
            parts["asked"] = _ASKED.format(**parts)
            if is_listed := block == "by_address":
                self._execute(_LISTED.format(**parts))
            counted = (_OF_LISTED if is_listed else _OF_ALL).format(**parts)
            self._execute(_SIZES.format(**parts, counted=counted))
            if block == "by_name":
                self._execute(_MANY)
            if not is_listed:
                self._execute(_CLOSE.format(**parts))

    def _each(self, statement: str) -> None:
        """Do something for each sort of blocks."""
        for sort, block in enumerate(self._blocks):
            self._execute(statement.format(sort=sort, block=block))

    def _execute(self, statement: str) -> list[tuple[Any, ...]]:
        values = {name: value for name, value in self._values.items() if f"${name}" in statement}
        return self._warehouse.execute(statement, values)
