"""Near: what is new, what is known and shares a key with it, and whose that is, for any number of records at once.

To look through all that is known is what costs, so each column is looked through as seldom as can be, and only for what
something new has. What is made of it is in `resolved`, `merged` and `alike`.
"""

from __future__ import annotations

from typing import Any

from atlas_sync.store.warehouse import Warehouse

__all__ = ["Near"]

_NEAR = "CREATE OR REPLACE TEMP TABLE near (line BIGINT)"

_FRESH = """
CREATE OR REPLACE TEMP TABLE fresh AS
SELECT
    c.line,
    (SELECT count(*) FROM identity WHERE kind <> 'engagement')
        + row_number() OVER (ORDER BY c.kind = 'user', c.source) - 1 AS place
FROM {among} c ANTI JOIN {taken} i ON i.number = c.number
"""
_ALL_NEW = """
(SELECT rowid AS line, number, source, kind FROM card WHERE state = 'new' AND (kind = 'client') = ($kind = 'client'))
"""

_IS_FRESH = "SELECT count(*) FROM fresh"
_IS_KNOWN = "SELECT EXISTS (SELECT 1 FROM identity WHERE kind = $kind)"

_ASKING = """
CREATE OR REPLACE TEMP TABLE asking AS
SELECT rowid AS line, number, source, kind, merged_into, own_id, noted, by_address, by_name, by_employer
FROM card WHERE {picked}
"""
_FRESH_LINES = "rowid IN (SELECT line FROM fresh)"

# Who has an earlier card is known. Who has none may be known as well, which is told together with all the others.
_MAY_BE_FRESH = """
state = 'new' AND (kind = 'client') = ($kind = 'client') AND number NOT IN (SELECT number FROM card WHERE state = 'past')
"""

_HAVING = "SELECT count(*) > 0, count(merged_into) > 0, bool_or(own_id IS NOT NULL OR noted <> '[]') FROM asking"

_MERGED_INTO = """
INSERT INTO near SELECT rowid FROM card WHERE state <> 'past' AND source IN (SELECT merged_into FROM asking)
"""

_NOTED = """
INSERT INTO near
WITH ids AS (
    SELECT own_id AS id FROM asking UNION SELECT unnest(CAST(noted AS VARCHAR[])) FROM asking WHERE noted <> '[]'
),
noting AS (
    SELECT rowid AS line, own_id, noted FROM card WHERE state <> 'past' AND (kind = 'client') = ($kind = 'client')
)
SELECT line FROM noting WHERE own_id IN (FROM ids)
UNION
SELECT line FROM (SELECT line, unnest(CAST(noted AS VARCHAR[])) AS id FROM noting WHERE noted <> '[]') WHERE id IN (FROM ids)
"""

_KEYED = {
    "client": (
        """
        INSERT INTO near SELECT rowid FROM card
        WHERE kind = 'client' AND state <> 'past' AND by_name IN (SELECT by_name FROM asking)
        """,
    ),
    "person": (
        """
        INSERT INTO near SELECT rowid FROM card
        WHERE kind = 'user' AND state <> 'past' AND by_name IN (SELECT by_name FROM asking WHERE kind = 'user')
        """,
        """
        INSERT INTO near
        WITH asked AS MATERIALIZED (
            SELECT e.number AS employer, a.by_name
            FROM asking a JOIN identity i ON i.number = a.by_employer JOIN identity e ON e.entity_id = i.entity_id
            WHERE a.kind = 'person' AND i.kind = 'client' AND e.kind = 'client'
        )
        SELECT line
        FROM (
            SELECT rowid AS line, by_employer AS employer, by_name FROM card
            WHERE state <> 'past' AND by_employer IN (SELECT employer FROM asked)
        ) c
        SEMI JOIN asked a ON a.employer = c.employer AND a.by_name = c.by_name
        """,
    ),
}

_MERGED_HERE = """
INSERT INTO near SELECT rowid FROM card
WHERE state <> 'past' AND merged_into IN (SELECT coalesce(merged_into, source) FROM asking)
"""

_ADDRESSED = """
INSERT INTO near SELECT rowid FROM card
WHERE (kind = 'client') = ($kind = 'client') AND state <> 'past' AND by_address IN (SELECT by_address FROM asking)
"""

# Cards are read once, and only those that were found.
_CARDS = """
SELECT
    rowid AS line, number, source, kind, name, shown, name_key, address, is_shared, merged_into, own_id, noted,
    by_address, by_name, nearly, by_noted, by_employer, title, deletion, of_tracker
FROM card WHERE state <> 'past'
"""

_LINED = f"""
CREATE OR REPLACE TEMP TABLE lined AS
{_CARDS} AND rowid IN (
    SELECT line FROM near
    UNION ALL
    SELECT rowid FROM card WHERE state = 'new' AND (kind = 'client') = ($kind = 'client')
)
"""  # noqa: S608 - all of it from here

# A record that is gone has no card but an earlier one, and still an entity.
_KNOWN = """
CREATE OR REPLACE TEMP TABLE known AS
SELECT l.line, i.number, i.kind, i.place, i.entity_id, i.base_id
FROM identity i JOIN (
    SELECT line, number FROM lined
    UNION ALL
    SELECT rowid, number FROM card WHERE rowid IN (SELECT line FROM close EXCEPT SELECT line FROM lined)
    UNION ALL
    SELECT NULL, number FROM card
    WHERE state = 'past' AND (kind = 'client') = ($kind = 'client') AND number NOT IN (SELECT number FROM lined)
) l ON l.number = i.number
"""
_KNOWN_OF_ALL = """
CREATE OR REPLACE TEMP TABLE known AS
SELECT l.line, i.number, i.kind, i.place, i.entity_id, i.base_id
FROM identity i JOIN (SELECT rowid AS line, number FROM card WHERE rowid IN (SELECT line FROM near)) l ON l.number = i.number
"""

# New places are greater than all others, so that the engine looks nowhere else.
_LEARN = """
INSERT INTO known
SELECT f.line, i.number, i.kind, i.place, i.entity_id, i.base_id
FROM fresh f JOIN identity i ON i.place = f.place JOIN lined l ON l.line = f.line AND l.number = i.number
"""

# Rows are picked by their number, so that few texts are read.
_OTHER = """
CREATE OR REPLACE TEMP TABLE other AS
SELECT number, kind, place, entity_id, base_id FROM identity
WHERE rowid IN (
    SELECT rowid FROM identity
    WHERE kind = $kind AND entity_id IN (SELECT entity FROM hit) AND number NOT IN (SELECT number FROM known)
)
"""
_IS_MORE = """
SELECT EXISTS (FROM other) OR EXISTS (
    SELECT 1 FROM known ANTI JOIN lined USING (line) WHERE line IS NOT NULL AND entity_id IN (SELECT entity FROM hit)
)
"""
_MORE = (
    """
    INSERT INTO known
    SELECT c.line, o.*
    FROM other o JOIN (
        SELECT rowid AS line, number FROM card WHERE state <> 'past' AND number IN (SELECT number FROM other)
    ) c ON c.number = o.number
    """,
    f"""
    INSERT INTO lined {_CARDS} AND rowid IN (
        SELECT line FROM known WHERE entity_id IN (SELECT entity FROM hit) EXCEPT SELECT line FROM lined
    )
    """,  # noqa: S608 - all of it from here
)

_MORE_CLOSE = """
INSERT INTO known
WITH further AS MATERIALIZED (
    SELECT rowid AS line, number FROM card WHERE rowid IN (SELECT line FROM close EXCEPT SELECT line FROM known)
)
SELECT f.line, i.number, i.kind, i.place, i.entity_id, i.base_id
FROM further f JOIN identity i ON i.number = f.number
"""


class Near:
    """Finds what a change of one kind, `client` or `person`, may concern, or where that is little less than all, `all`.

    `fresh` is what is new and `near` what shares a key with it. `lined` are the cards of all whose entity may be touched, and
    `known` tells whose they are, and whose those that are close to them. Of `all` there are no `lined` cards.
    """

    def __init__(self, warehouse: Warehouse, kind: str, *, is_all: bool) -> None:
        self._warehouse = warehouse
        self._kind = kind
        self._is_all = is_all
        self.has_more = False

    def find(self) -> None:
        """Find what shares a key with something new."""
        self._execute(_NEAR)
        if not self._is_all:
            self._ask(_MAY_BE_FRESH)
            self._execute(_LINED)
            return
        self._execute(_FRESH.format(among=_ALL_NEW, taken="identity"))
        if self._execute(_IS_KNOWN)[0][0] and self._is_fresh():
            self._ask(_FRESH_LINES)

    def tell(self) -> bool:
        """Learn whose everything is that was found, and tell if anything is new."""
        self._execute(_KNOWN_OF_ALL if self._is_all else _KNOWN)
        if not self._is_all:
            self._execute(_FRESH.format(among="asking", taken="known"))
        return self._is_fresh()

    def _is_fresh(self) -> bool:
        return bool(self._execute(_IS_FRESH)[0][0])

    def _ask(self, picked: str) -> None:
        self._execute(_ASKING.format(picked=picked))
        ((are_some, is_merged, is_noted),) = self._execute(_HAVING)
        if are_some:
            several = [_ADDRESSED, _MERGED_HERE, *_KEYED[self._kind]]
            for statement in (*several, *([_MERGED_INTO] if is_merged else []), *([_NOTED] if is_noted else [])):
                self._execute(statement)

    def learn(self) -> None:
        """Learn of what is new whose it is."""
        if not self._is_all:
            self._execute(_LEARN)

    def learn_again(self) -> None:
        """Learn of everything that was found whose it is by now."""
        if not self._is_all:
            self._execute(_KNOWN)

    def add_records(self) -> None:
        """Find all records of the entities that a change hit; `has_more` tells from then on if some were not found yet."""
        self._execute(_OTHER)
        if self._execute(_IS_MORE)[0][0]:
            self.has_more = True
            for statement in _MORE:
                self._execute(statement)

    def add_close(self) -> None:
        """Learn whose all that is close is."""
        self._execute(_MORE_CLOSE)

    def _execute(self, statement: str) -> list[tuple[Any, ...]]:
        return self._warehouse.execute(statement, {"kind": self._kind} if "$kind" in statement else None)
