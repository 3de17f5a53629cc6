"""Identify deals: give every touched deal its engagement, and let what hangs on an engagement move with its deal.

Work follows the touched deals and those that something joins to them, never all there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from atlas_sync.canonical.alike_deals import unsure_deals
from atlas_sync.canonical.candidates import Candidate
from atlas_sync.canonical.cluster import Words
from atlas_sync.canonical.deals import JOINED, lapsed_deals, noted_sources, resolve_deals, spelt_ids
from atlas_sync.canonical.identity import SourceRef, derive_id
from atlas_sync.canonical.model import Gap
from atlas_sync.canonical.observed import ObservedDeal
from atlas_sync.canonical.resolution import Assignment
from atlas_sync.operations.identify import as_unsure
from atlas_sync.store.tables import Identity, Unsure
from atlas_sync.store.warehouse import Rows, Warehouse

__all__ = ["deals_of", "engagements_now", "identify_deals"]


def identify_deals(warehouse: Warehouse, sources: Collection[str], words: Words, *, systems: Sequence[str]) -> set[str]:
    """Give deals, and what is one with them, their engagement; name the engagements that they are in now, or were in before.

    A deal that joins or leaves an engagement takes its gaps along, with their age; the engagement keeps its id.
    """
    deals, before = _family(warehouse, sources, words, systems)
    places = {source: row.place for source, row in before.items()}
    new = sorted(deal.source for deal in deals if deal.source not in places)
    first = warehouse.count(Identity)
    places |= {source: first + number for number, source in enumerate(new)}
    deals.sort(key=lambda deal: places[deal.source])
    known = {
        source: Assignment(source, row.entity_id, row.reason, row.base_id, row.partner)
        for source, row in before.items()
    }
    assigned = resolve_deals(deals, words, known)
    now = [
        Identity(
            source=one.source,
            kind="engagement",
            entity_id=one.entity_id,
            reason=one.reason,
            base_id=one.base_id,
            place=places[one.source],
            partner=one.partner,
        )
        for one in assigned
    ]
    changed = [row for row in now if row != before.get(row.source)]
    warehouse.put(changed)
    moved = {row.source for row in changed if row.source in before}
    if moved:
        _move_gaps(warehouse, now, before.values())
    _ask(warehouse, deals, words, lapsed_deals(deals, assigned))
    touched = {row.entity_id for row in now if row.source in sources or row.source in moved}
    return touched | {before[source].entity_id for source in moved}


def _family(
    rows: Rows, sources: Collection[str], words: Words, systems: Sequence[str]
) -> tuple[list[ObservedDeal], dict[str, Identity]]:
    """Find some deals and all that systems, people, or an earlier look join to them, with the engagements they were in."""
    deals: dict[str, ObservedDeal] = {}
    before: dict[str, Identity] = {}
    asked: set[str] = set()
    asking = set(sources)
    while asking:
        asked |= asking
        found = rows.select(ObservedDeal, source=sorted(asking))
        deals |= {deal.source: deal for deal in found}
        were = rows.select(Identity, kind="engagement", source=sorted(asking))
        before |= {row.source: row for row in were}
        asking = set(_joined_to(rows, found, words, systems)) - asked
        asking |= {row.source for row in _together(rows, were)} - asked
    return list(deals.values()), before


def _joined_to(rows: Rows, deals: Sequence[ObservedDeal], words: Words, systems: Sequence[str]) -> Iterable[str]:
    """Yield what some deals name, and what names them."""
    sources = {deal.source for deal in deals}
    for deal in deals:
        yield from noted_sources(deal, systems)
        yield from (deal.merged_into,) if deal.merged_into else ()
    spellings = [one for source in sources for one in spelt_ids(SourceRef.parse(source).id)]
    yield from (deal.source for deal in rows.select(ObservedDeal, cross_ids=sorted(spellings)))
    yield from (deal.source for deal in rows.select(ObservedDeal, merged_into=sorted(sources)))
    yield from (one for pair in words.same if sources & set(pair) for one in pair)


def _together(rows: Rows, were: Iterable[Identity]) -> list[Identity]:
    return rows.select(Identity, kind="engagement", entity_id=sorted({row.entity_id for row in were}))


def _move_gaps(warehouse: Warehouse, now: Sequence[Identity], before: Iterable[Identity]) -> None:
    """Let the gaps of deals that have another engagement now go with them: a gap's id follows from its own deal's."""
    engagement_of = {row.base_id: row.entity_id for row in now}
    places = {row.entity_id for row in (*now, *before)}
    gaps = warehouse.select(Gap, engagement_id=sorted(places))
    moved = []
    for gap in gaps:
        home = next((one for one in engagement_of if derive_id("gap", one, gap.kind, gap.subject_id) == gap.id), None)
        if home and engagement_of[home] != gap.engagement_id:
            moved.append(gap.model_copy(update={"engagement_id": engagement_of[home]}))
    warehouse.put(moved)


def _ask(warehouse: Warehouse, deals: Sequence[ObservedDeal], words: Words, lapsed: Iterable[Candidate]) -> None:
    """Look for deals of the same clients that may be the same sale as some, and put the pairs and some more before a person.

    `deals` are all of their engagements: a pair of engagements is asked of once, by the two deals that are the most alike.
    """
    touched = {deal.source for deal in deals}
    sold_to = warehouse.select(Identity, kind="client", source=sorted({deal.client for deal in deals if deal.client}))
    clients = warehouse.select(Identity, kind="client", entity_id=sorted({row.entity_id for row in sold_to}))
    others = warehouse.select(ObservedDeal, client=[row.source for row in clients], deletion=None)
    known = sorted({*words.sources, *touched, *(deal.source for deal in others)})
    engagements = warehouse.select(Identity, kind="engagement", source=known)
    owners = warehouse.select(Identity, kind="person", source=sorted({deal.owner for deal in others if deal.owner}))
    entity_of = {deal.source: derive_id("eng", deal.source) for deal in others}
    entity_of |= {row.source: row.entity_id for row in engagements}
    found = unsure_deals(
        others,
        entity_of,
        words,
        client_of={row.source: row.entity_id for row in clients},
        person_of={row.source: row.entity_id for row in owners},
    )
    for column in ("one", "other"):
        warehouse.delete(Unsure, column=column, values=touched)
    asked = [pair for pair in found if touched & {pair.one.source, pair.other.source}]
    warehouse.put(as_unsure("engagement", [*asked, *lapsed], entity_of))


def deals_of(rows: Rows, engagements: Collection[str]) -> dict[str, list[ObservedDeal]]:
    """Give the deals of some engagements, those that are gone as well, each in order of first sight."""
    members = sorted(
        rows.select(Identity, kind="engagement", entity_id=sorted(engagements)), key=lambda row: (row.place, row.source)
    )
    deals = {deal.source: deal for deal in rows.select(ObservedDeal, source=[row.source for row in members])}
    found: dict[str, list[ObservedDeal]] = {engagement: [] for engagement in engagements}
    for row in members:
        if row.source in deals:
            found[row.entity_id].append(deals[row.source])
    return found


def engagements_now(rows: Rows) -> dict[str, str]:
    """Give the engagement of every deal that is one with an earlier one by the id it would have alone, as others have."""
    joined = rows.select(Identity, kind="engagement", reason=JOINED)
    return {derive_id("eng", row.source): row.entity_id for row in joined}
