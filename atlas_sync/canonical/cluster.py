"""People's words put over clusters of records: what is said to be two is taken apart, what is said to be one is joined.

The outcome follows from the clusters and from what is said, not from the order of saying; without words it is the clusters.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from atlas_sync.canonical.identity import derive_id

if TYPE_CHECKING:
    from atlas_sync.canonical.resolution import Assignment, Keyed

__all__ = ["SAID", "Words", "joined", "regroup"]

_NONE: Mapping[tuple[str, str], str] = MappingProxyType({})
_SAID_SAME = "a person said they are one"
_SAID_DIFFERENT = "a person said they are two"
_NOTED_NO_MORE = "not noted as the same any more"
SAID = (_SAID_SAME, _SAID_DIFFERENT)
"""Why a record is where it is, where people's words put it there."""


@dataclass(frozen=True, slots=True)
class Words:
    """Pairs of records that people said are one, or are two; each pair in one of both. Said to be two goes first."""

    same: frozenset[tuple[str, str]] = frozenset()
    different: frozenset[tuple[str, str]] = frozenset()

    def __bool__(self) -> bool:
        """Tell if anything was said."""
        return bool(self.same or self.different)

    @property
    def sources(self) -> frozenset[str]:
        """Give the records of which something was said."""
        return frozenset(source for pair in self.same | self.different for source in pair)

    def of_entities(self, entity_of: Mapping[str, str]) -> Words:
        """Give what was said as it holds for entities: what was said of one record of each of two was said of the two.

        A pair of entities may be in both. Records without an entity, and words on two records of one entity, are left out.
        """
        return Words(_lifted(self.same, entity_of), _lifted(self.different, entity_of))

    def parts(self, ones: Iterable[str], others: Iterable[str]) -> bool:
        """Tell if any of some records was said to differ from any of some others."""
        others = set(others)
        return any((min(one, two), max(one, two)) in self.different for one in ones for two in others)


def _lifted(pairs: Iterable[tuple[str, str]], entity_of: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    both = ((entity_of.get(one), entity_of.get(other)) for one, other in pairs)
    return frozenset((min(one, other), max(one, other)) for one, other in both if one and other and one != other)


def regroup(
    prefix: str,
    records: Sequence[Keyed],
    base: Sequence[Assignment],
    words: Words,
    *,
    sure: Mapping[tuple[str, str], str] = _NONE,
) -> list[Assignment]:
    """Give the assignments with people's words applied; of groups that are joined the one that comes first keeps its id.

    Of a cluster that is parted, the group with the record that its id was made of keeps it, else the one that comes first.
    `sure` are pairs that became one since they were first seen, with the reason; what people said goes before it, and merges go
    before what is noted, which joins no two whom one system keeps as two. A record that is noted as one of another cluster, and
    has no key with its own any more, goes there alone, or stays alone where it may not.
    """
    by_source = {record.source: record for record in records}
    clusters: dict[str, list[str]] = {}
    for one in base:
        clusters.setdefault(one.entity_id, []).append(one.source)
    groups: list[list[str]] = []
    names: dict[str, str] = {}
    order = {one.source: place for place, one in enumerate(base)}
    called = {source for pair in sure for source in pair}
    leavers: set[str] = set()
    left_by: dict[str, str] = {}
    for entity, sources in clusters.items():
        parts = _split(sources, by_source, words)
        home = {one for one in sources if derive_id(prefix, one) == entity}
        strays = _strays(parts, by_source, called)
        # Whoever goes to others takes their id, whichever was seen first.
        order |= {one: order[one] + len(base) for one in strays}
        left = [some for part in parts if (some := [one for one in part if one not in strays])]
        parts = left + [[one] for one in strays]
        # The record that an id was made of need not come first, since people go before users; two groups would have that id.
        kept = next((part for part in left or parts if home & set(part)), parts[0])
        names |= {part[0]: entity if part is kept else derive_id(prefix, part[0]) for part in parts}
        groups += parts
        leavers |= set(strays)
        left_by |= {one: kept[0] for one in home & set(strays) if one not in kept}
    groups = _joined_by(groups, order, by_source, words, sure=sure)
    # Who may join nobody keeps the id that was made of it, and those it was with take their own.
    renamed = {left_by[group[0]] for group in groups if group[0] in left_by}
    names |= {one: derive_id(prefix, one) for one in renamed}
    entity_of = {source: names[group[0]] for group in groups for source in group}
    why = _reasons(base, words, sure)
    why |= {source: _SAID_DIFFERENT for source, entity in entity_of.items() if entity not in clusters}
    why |= dict.fromkeys(_alone(groups, clusters, leavers | renamed), _NOTED_NO_MORE)
    return [_named(one, entity_of[one.source], why[one.source]) for one in base]


def _alone(
    groups: Iterable[Sequence[str]], clusters: Mapping[str, Sequence[str]], firsts: Collection[str]
) -> Iterable[str]:
    """Yield what some first records of groups are with, of the clusters they are of."""
    cluster_of = {source: entity for entity, sources in clusters.items() for source in sources}
    for group in groups:
        if group[0] in firsts:
            yield from (one for one in group if cluster_of[one] == cluster_of[group[0]])


def _reasons(base: Sequence[Assignment], words: Words, sure: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Give why each record is where it is if it was moved; the others of a cluster go along for the reason of the first."""
    told = {source: reason for pair, reason in sorted(sure.items(), reverse=True) for source in pair}
    told |= dict.fromkeys((source for pair in words.same for source in pair), _SAID_SAME)
    of_first = {one.entity_id: told[one.source] for one in reversed(base) if one.source in told}
    return {one.source: told.get(one.source, of_first.get(one.entity_id, _SAID_SAME)) for one in base}


def _joined_by(
    groups: Sequence[list[str]],
    order: Mapping[str, int],
    records: Mapping[str, Keyed],
    words: Words,
    *,
    sure: Collection[tuple[str, str]],
) -> list[list[str]]:
    """Join groups by what people said and systems merged, and then by what is noted, unless one system keeps two apart."""
    merged = {pair for pair in sure if any(records[one].is_merged for one in pair)}

    def are_apart(ones: Sequence[str], others: Sequence[str]) -> bool:
        theirs = [records[other] for other in others]
        return words.parts(ones, others) or any(records[one].is_barred(theirs, is_noted=True) for one in ones)

    told = joined(groups, order, [*sorted(words.same), *sorted(merged)], words.parts)
    return joined(told, order, sorted(set(sure) - merged), are_apart)


def _named(one: Assignment, entity: str, why: str) -> Assignment:
    return one if entity == one.base_id else replace(one, entity_id=entity, reason=why)


def _split(sources: Sequence[str], by_source: Mapping[str, Keyed], words: Words) -> list[list[str]]:
    """Part a cluster so that no group holds two that differ: each record goes to the group that its surest key leads to.

    What two groups have leads to neither, unless a system itself said it; who has nothing else goes alone.
    """
    groups: list[list[str]] = []
    having: dict[tuple[str, str], list[list[str]]] = {}
    for source in sources:
        fitting = [group for group in groups if not words.parts([source], group)]
        held = [(key.is_sure, having.get((key.reason, key.value), [])) for key in by_source[source].keys]
        is_contested = any(len(some) > 1 and not is_sure for is_sure, some in held)
        led = (group for is_sure, some in held if is_sure or len(some) == 1 for group in some if group in fitting)
        group = next(led, [] if is_contested or not fitting else fitting[0])
        if not group:
            groups.append(group)
        group.append(source)
        for key in by_source[source].keys:
            there = having.setdefault((key.reason, key.value), [])
            there += [] if any(group is one for one in there) else [group]
    return groups


def _strays(parts: Iterable[Sequence[str]], records: Mapping[str, Keyed], called: Collection[str]) -> list[str]:
    """Name those of some `called` records that have no key with the others of their part of a cluster any more."""
    return [
        one
        for part in parts
        for one in part
        if one in called
        and records[one].notes_another
        and len(part) > 1
        and not _share_a_key(records[one], (records[other] for other in part if other != one))
    ]


def _share_a_key(record: Keyed, others: Iterable[Keyed]) -> bool:
    keys = {(key.reason, key.value) for key in record.keys}
    return any((key.reason, key.value) in keys for other in others for key in other.keys)


def joined(
    groups: Sequence[list[str]],
    order: Mapping[str, int],
    pairs: Iterable[tuple[str, str]],
    are_apart: Callable[[Sequence[str], Sequence[str]], bool],
) -> list[list[str]]:
    """Join the groups of pairs that are one, in the order given, unless that would bring two together that differ."""
    group_of = {source: group for group in groups for source in group}
    for one, other in pairs:
        left, right = group_of.get(one), group_of.get(other)
        if left is None or right is None or left is right or are_apart(left, right):
            continue
        first, second = sorted((left, right), key=lambda group: order[group[0]])
        first += second
        group_of |= dict.fromkeys(second, first)
    return list({id(group): group for group in group_of.values()}.values())
