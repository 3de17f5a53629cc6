"""Partakers: what leads to the people in a conversation, without its texts."""

from __future__ import annotations

from collections.abc import Collection

from atlas_sync.store.warehouse import Warehouse

__all__ = ["names_in", "partakers"]

_PARTAKERS = """
WITH talk AS (
    SELECT source, persons, participants, author
    FROM observed_interaction WHERE deletion IS NULL AND source IN (
        SELECT source FROM (SELECT source, unnest(CAST(deals AS VARCHAR[])) AS deal FROM observed_interaction)
        WHERE deal IN (SELECT unnest($deals::VARCHAR[]))
    )
),
one AS (
    SELECT unnest(from_json(participants, '[{"ref": "VARCHAR", "email": "VARCHAR"}]')) AS told FROM talk
    UNION ALL
    SELECT from_json(author, '{"ref": "VARCHAR", "email": "VARCHAR"}') FROM talk
)
SELECT DISTINCT told.ref, told.email FROM one WHERE told IS NOT NULL
UNION
SELECT unnest(CAST(persons AS VARCHAR[])), NULL FROM talk
"""

_NAMES = """
WITH talk AS (SELECT author, participants FROM interaction WHERE engagement_id IN (SELECT unnest($engagements::VARCHAR[])))
SELECT author FROM talk WHERE author IS NOT NULL
UNION
SELECT unnest(CAST(participants AS VARCHAR[])) FROM talk
"""


def partakers(warehouse: Warehouse, deals: Collection[str]) -> tuple[set[str], set[str]]:
    """Give the records and the addresses of everybody who took part in what was said on some deals."""
    found = warehouse.execute(_PARTAKERS, {"deals": list(deals)})
    return {ref for ref, _email in found if ref}, {email for _ref, email in found if email}


def names_in(warehouse: Warehouse, engagements: Collection[str]) -> list[str]:
    """List the names that stand over what was said on some engagements."""
    return [name for (name,) in warehouse.execute(_NAMES, {"engagements": list(engagements)})]
