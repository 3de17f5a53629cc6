"""Cards of all clients, people and users: made with their records, waiting until identity has taken them in."""

from __future__ import annotations

from atlas_sync.canonical.card import CARDS_VERSION, card_of, number_of
from atlas_sync.canonical.observed import ObservedClient, ObservedPerson, ObservedUser
from atlas_sync.store.warehouse import Warehouse

__all__ = ["are_current", "are_waiting", "mostly_new", "renew_cards", "settle_cards"]

_MADE = "SELECT count(number) FROM card WHERE state <> 'past' AND made_by = $version"

# Identity as it was kept before it had numbers.
_UNNUMBERED = "SELECT source FROM identity WHERE number IS NULL AND kind <> 'engagement'"
_NUMBER = """
UPDATE identity SET number = n.number
FROM (SELECT unnest($sources::VARCHAR[]) AS source, unnest($numbers::BIGINT[]) AS number) n WHERE n.source = identity.source
"""

_WAITING = "SELECT count(*) FROM card WHERE state <> 'now' AND (kind = 'client') = ($kind = 'client')"

_MOSTLY_NEW = """
SELECT there < $few OR fresh * 4 >= there
FROM
    (SELECT count(*) AS there FROM card WHERE state <> 'past' AND (kind = 'client') = ($kind = 'client')),
    (SELECT count(*) AS fresh FROM card WHERE state = 'new' AND (kind = 'client') = ($kind = 'client'))
"""
_FEW = 1000

_SETTLE = ("DELETE FROM card WHERE state = 'past'", "UPDATE card SET state = 'now' WHERE state = 'new'")


def are_current(warehouse: Warehouse) -> bool:
    """Tell if every record has its card, made by these rules."""
    there = sum(warehouse.count(kind) for kind in (ObservedClient, ObservedPerson, ObservedUser))
    return bool(warehouse.execute(_MADE, {"version": CARDS_VERSION})[0][0] == there)


def renew_cards(warehouse: Warehouse) -> None:
    """Make all cards anew where some were made by other rules, or none were."""
    if are_current(warehouse):
        return
    warehouse.execute("DELETE FROM card")
    warehouse.add([card_of(record) for record in warehouse.select(ObservedClient)])
    warehouse.add([card_of(record) for record in warehouse.select(ObservedPerson)])
    warehouse.add([card_of(record) for record in warehouse.select(ObservedUser)])
    if sources := [source for (source,) in warehouse.execute(_UNNUMBERED)]:
        warehouse.execute(_NUMBER, {"sources": sources, "numbers": [number_of(source) for source in sources]})


def are_waiting(warehouse: Warehouse, kind: str) -> bool:
    """Tell if anything of a kind changed that identity did not take in."""
    return bool(warehouse.execute(_WAITING, {"kind": kind})[0][0])


def mostly_new(warehouse: Warehouse, kind: str) -> bool:
    """Tell if to look at all of a kind is less work than to find what is touched: there is little of it, or much is new."""
    return bool(warehouse.execute(_MOSTLY_NEW, {"kind": kind, "few": _FEW})[0][0])


def settle_cards(warehouse: Warehouse) -> None:
    """Take all new cards as known."""
    for statement in _SETTLE:
        warehouse.execute(statement)
