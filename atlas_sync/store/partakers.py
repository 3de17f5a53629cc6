"""Partakers: what leads to the people in a conversation, without its texts."""

from __future__ import annotations

from collections.abc import Collection

from atlas_sync.canonical.observed import Participant
from atlas_sync.store.warehouse import Warehouse

__all__ = ["names_in", "partakers", "partakers_in"]

_ON_DEALS = """
WITH talk AS (
    SELECT NULL AS engagement, persons, participants, author
    FROM observed_interaction WHERE deletion IS NULL AND source IN (
        SELECT source FROM (SELECT source, unnest(CAST(deals AS VARCHAR[])) AS deal FROM observed_interaction)
        WHERE deal IN (SELECT unnest($deals::VARCHAR[]))
    )
)
"""

_IN_ENGAGEMENTS = """
WITH talk AS (
    SELECT i.engagement_id AS engagement, o.persons, o.participants, o.author
    FROM interaction i JOIN observed_interaction o ON o.source = i.source
    WHERE i.engagement_id IN (SELECT unnest($engagements::VARCHAR[]))
)
"""

_PARTAKERS = """
, one AS (
    SELECT engagement, unnest(from_json(participants, '[{"ref": "VARCHAR", "email": "VARCHAR"}]')) AS told FROM talk
    UNION ALL
    SELECT engagement, from_json(author, '{"ref": "VARCHAR", "email": "VARCHAR"}') FROM talk
)
SELECT DISTINCT engagement, told.ref, told.email FROM one WHERE told IS NOT NULL
UNION
SELECT engagement, unnest(CAST(persons AS VARCHAR[])), NULL FROM talk
"""

_NAMES = """
WITH talk AS (SELECT author, participants FROM interaction WHERE engagement_id IN (SELECT unnest($engagements::VARCHAR[])))
SELECT author FROM talk WHERE author IS NOT NULL
UNION
SELECT unnest(CAST(participants AS VARCHAR[])) FROM talk
"""


def partakers(warehouse: Warehouse, deals: Collection[str]) -> tuple[set[str], set[str]]:
    """Give the records and the addresses of everybody who took part in what was said on some deals."""
    found = warehouse.execute(_ON_DEALS + _PARTAKERS, {"deals": list(deals)})
    return {ref for _engagement, ref, _email in found if ref}, {email for _engagement, _ref, email in found if email}


def partakers_in(warehouse: Warehouse, engagements: Collection[str]) -> list[tuple[str, Participant]]:
    """List everybody who took part in what was said on some engagements, by record or address, with the engagement's id."""
    found = warehouse.execute(_IN_ENGAGEMENTS + _PARTAKERS, {"engagements": list(engagements)})
    return [(engagement, Participant(ref=ref, email=email)) for engagement, ref, email in found]


def names_in(warehouse: Warehouse, engagements: Collection[str]) -> list[str]:
    """List the names that stand over what was said on some engagements."""
    return [name for (name,) in warehouse.execute(_NAMES, {"engagements": list(engagements)})]
