"""Affected: whom identity tells otherwise than the time before, and the deals and work items that they lead to.

That is who changed, was changed with them, or is one with other records now. Numbers stand for records, as in their cards:
nothing becomes an object but what is found in the end, and that follows the change.
"""

from __future__ import annotations

from atlas_sync.canonical.hosts import FREE_MAIL
from atlas_sync.store.warehouse import Warehouse

__all__ = ["are_clients_affected", "deals_affected", "items_affected", "note_changed"]

# A card of before there were numbers has none.
_CHANGED = """
CREATE OR REPLACE TEMP TABLE affected AS
SELECT DISTINCT number FROM card WHERE state <> 'now' AND number IS NOT NULL
"""

_LEFT = """
CREATE OR REPLACE TEMP TABLE left_address AS
SELECT address FROM card WHERE state = 'past' AND kind <> 'client' AND address IS NOT NULL
"""

_FLIPPED = """
CREATE OR REPLACE TEMP TABLE flipped AS
SELECT split_part(address, '@', -1) AS ending FROM card
WHERE kind = 'user' AND NOT of_tracker AND address IS NOT NULL
GROUP BY ending
HAVING bool_or(state <> 'new') <> bool_or(state <> 'past') AND ending NOT IN (SELECT unnest($free_mail::VARCHAR[]))
"""

_ARE_CLIENTS = "SELECT EXISTS (SELECT 1 FROM card WHERE kind = 'client' AND number IN (FROM affected))"

_WHOM = "WITH whom AS MATERIALIZED (SELECT source, kind, address FROM card WHERE number IN (FROM affected))"

# Who has an address, had it, or turns out to be a colleague by its domain, was in a conversation as such.
_DEALS = f"""
{_WHOM},
known AS (SELECT address FROM whom WHERE kind <> 'client' UNION FROM left_address),
one AS (
    SELECT deals, unnest(from_json(participants, '[{{"ref": "VARCHAR", "email": "VARCHAR"}}]')) AS told
    FROM observed_interaction WHERE deletion IS NULL
    UNION ALL
    SELECT deals, from_json(author, '{{"ref": "VARCHAR", "email": "VARCHAR"}}') FROM observed_interaction WHERE deletion IS NULL
    UNION ALL
    SELECT deals, {{'ref': unnest(CAST(persons AS VARCHAR[])), 'email': NULL}} FROM observed_interaction WHERE deletion IS NULL
)
SELECT source FROM observed_deal WHERE client IN (SELECT source FROM whom) OR owner IN (SELECT source FROM whom)
UNION
SELECT deal FROM observed_role WHERE person IN (SELECT source FROM whom)
UNION
SELECT unnest(CAST(deals AS VARCHAR[])) FROM one
WHERE told.ref IN (SELECT source FROM whom) OR lower(trim(told.email)) IN (FROM known)
OR split_part(lower(trim(told.email)), '@', -1) IN (FROM flipped)
"""  # noqa: S608 - all of it from here

_ITEMS = f"""
{_WHOM}
SELECT work_item FROM observed_watcher WHERE "user" IN (SELECT source FROM whom)
UNION
SELECT work_item FROM observed_comment WHERE author IN (SELECT source FROM whom)
UNION
SELECT source FROM observed_work_item
WHERE assignee IN (SELECT source FROM whom) OR reporter IN (SELECT source FROM whom)
"""  # noqa: S608 - all of it from here


def note_changed(warehouse: Warehouse) -> None:
    """Note those whose cards identity has not taken in, as they were and as they are, and forget all others."""
    warehouse.execute(_CHANGED)
    warehouse.execute(_LEFT)
    warehouse.execute(_FLIPPED, {"free_mail": sorted(FREE_MAIL)})


def are_clients_affected(warehouse: Warehouse) -> bool:
    """Tell if a client is among them."""
    return bool(warehouse.execute(_ARE_CLIENTS)[0][0])


def deals_affected(warehouse: Warehouse) -> set[str]:
    """Give the deals that are sold to or by them, or on which they have a part or took part in what was said."""
    return {deal for (deal,) in warehouse.execute(_DEALS)}


def items_affected(warehouse: Warehouse) -> set[str]:
    """Give the work items that are theirs, that they reported or watch, or on which they wrote."""
    return {item for (item,) in warehouse.execute(_ITEMS)}
