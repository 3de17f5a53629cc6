"""Regroup: what people said, and keys that were told later, applied to the few clusters of records that they concern."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from atlas_sync.canonical.card import Card
from atlas_sync.canonical.cluster import Words
from atlas_sync.canonical.resolution import Assignment, keyed, resolve
from atlas_sync.operations.kinds import Kind
from atlas_sync.store.resolved import Resolver
from atlas_sync.store.tables import Identity
from atlas_sync.store.warehouse import Rows, Warehouse

__all__ = ["regroup_some"]


def regroup_some(
    warehouse: Warehouse, resolver: Resolver, kind: Kind, seeds: Collection[str], *, words: Words
) -> list[tuple[Identity, Identity]]:
    """Apply words and late keys to the clusters of some records and to all that hangs together with them.

    Gives their rows as they were and as they are.
    """
    before, cards = _together(warehouse, kind.name, seeds, words)
    fresh = resolver.fresh(before)
    rows = sorted(before.values(), key=lambda row: (cards[row.source].kind == "user", row.place))
    employers = sorted({card.employer for card in cards.values() if card.employer})
    client_of = {row.source: row.entity_id for row in warehouse.select(Identity, kind="client", source=employers)}
    records = [keyed(cards[row.source], client_of.get(cards[row.source].employer or "")) for row in rows]
    known = {row.source: row.base_id or row.entity_id for row in rows}
    now = [
        _renewed(before[one.source], one, is_fresh=one.source in fresh)
        for one in resolve(kind.prefix, records, known, words)
    ]
    warehouse.put([row for row in now if row != before[row.source]])
    return list(zip(rows, now, strict=True))


def _renewed(row: Identity, one: Assignment, *, is_fresh: bool) -> Identity:
    """Give a record's row with its entity as it is now; why a new one is where its keys put it stays told."""
    if row.entity_id == one.entity_id and not is_fresh:
        return row
    is_by_keys = is_fresh and one.entity_id == one.base_id
    reason = row.reason if is_by_keys else one.reason
    base = one.base_id if one.base_id != one.entity_id else ""
    return row.model_copy(update={"entity_id": one.entity_id, "reason": reason, "base_id": base})


def _together(
    rows: Rows, kind: str, seeds: Collection[str], words: Words
) -> tuple[dict[str, Identity], dict[str, Card]]:
    """Find all records that keys, sure signs, people's words or an earlier run tie to some, with their cards."""
    found: dict[str, Identity] = {}
    cards: dict[str, Card] = {}
    asking = set(seeds)
    while asking:
        mine = rows.select(Identity, kind=kind, source=sorted(asking))
        found |= {row.source: row for row in mine}
        fresh = [card for card in rows.select(Card, source=sorted(asking)) if card.state != "past"]
        cards |= {card.source: card for card in fresh}
        bases = {row.base_id or row.entity_id for row in mine}
        near = rows.select(Identity, kind=kind, base_id=sorted(bases))
        near += rows.select(Identity, kind=kind, entity_id=sorted(bases | {row.entity_id for row in mine}))
        asking = {row.source for row in near} | set(_told(rows, fresh))
        asking |= {one for pair in words.same if found.keys() & set(pair) for one in pair}
        asking = {one for one in asking if one not in found}
        asking &= {row.source for row in rows.select(Identity, kind=kind, source=sorted(asking))}
    return found, cards


def _told(rows: Rows, cards: Iterable[Card]) -> Iterable[str]:
    """Yield what shares a merge or a noted id with some records."""
    merged = sorted({card.merged_into or card.source for card in cards})
    ids = sorted({one for card in cards for one in (card.own_id, *card.noted) if one})
    near = rows.select(Card, merged_into=merged) + rows.select(Card, source=merged)
    near += rows.select(Card, own_id=ids) + rows.select(Card, noted=ids)
    return (card.source for card in near if card.state != "past")
