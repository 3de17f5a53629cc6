"""Which records speak of the same client or person: the same, different, or unsure, each with its reason.

Keys that tell decide; what speaks against one leaves the pair unsure, for a person to judge, and so does a key that two
entities have already. Two that one CRM keeps as two, by name or by where they are, are never one by keys, whoever is between.
Ids are given at first sight and kept: a record that joins later takes the id of the cluster it joins.
What people say holds against any key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from atlas_sync.canonical.card import Card
from atlas_sync.canonical.cluster import Words, regroup
from atlas_sync.canonical.doubts import (
    kept_as_two,
    kept_as_two_clients,
    kept_as_two_people,
    noted_by_two_clients,
    noted_by_two_people,
    other_address,
    other_company,
    other_domain,
    other_person,
)
from atlas_sync.canonical.identity import derive_id

__all__ = [
    "CLIENT_REASONS",
    "PERSON_REASONS",
    "Assignment",
    "Keyed",
    "by_keys",
    "keyed",
    "resolve",
]

_MERGED, _NOTED = "the same record after a merge", "noted as the same by the other system"
CLIENT_REASONS = (_MERGED, _NOTED, "the same name and domain", "the same domain", "the same name")
PERSON_REASONS = (_MERGED, _NOTED, "the same e-mail", "the same name at the same client", "the same name among our own")
"""The sorts of keys, the surest first."""
_SURE = frozenset({_MERGED, _NOTED})
"""Keys by which a system itself says that two are one; they hold whenever they are told."""
_NOBODY = Words()

Doubt = Callable[["Keyed", "Keyed"], str | None]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A record's entity and why it is that one; `base_id` is the entity that keys alone gave it, at first sight.

    `partner` is the record it is one with, where it is that record alone.
    """

    source: str
    entity_id: str
    reason: str
    base_id: str = ""
    partner: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """A value by which records are one; `doubt` names what speaks against the first that has it, `apart` against any."""

    reason: str
    value: str
    doubt: Doubt | None = None
    apart: Doubt | None = None

    @property
    def is_sure(self) -> bool:
        """Tell if a system itself says by it that two are one."""
        return self.reason in _SURE

    def is_doubtful(self, record: Keyed, holders: Sequence[Keyed]) -> bool:
        """Tell if anything speaks against a record being one with those that have the key, in their order."""
        if self.doubt and self.doubt(record, holders[0]):
            return True
        return self.apart is not None and any(self.apart(record, one) for one in holders)


@dataclass(frozen=True, slots=True)
class Keyed:
    """A record with its keys, the surest first, and what is compared where a key leaves a doubt.

    `notes_another` tells that its own system notes of which record elsewhere it is one, or into which it was merged. `bar`
    names what speaks against any record of an entity, besides those that have the key, and `noted_bar` what does so even where
    an id is noted.
    """

    source: str
    name: str
    keys: tuple[Key, ...]
    name_key: str = ""
    address: str | None = None
    domain: str | None = None
    client: str | None = None
    notes_another: bool = False
    bar: Doubt | None = None
    noted_bar: Doubt | None = None

    @property
    def origin(self) -> tuple[str, ...]:
        """Give the connection it comes from and what it is there."""
        return tuple(self.source.split(":", 2)[:2])

    @property
    def system(self) -> str:
        """Give the connection it comes from."""
        return self.source.partition(":")[0]

    @property
    def noted_id(self) -> str | None:
        """Give the id that stands for it in more than one system."""
        return next((key.value for key in self.keys if key.reason == _NOTED), None)

    @property
    def is_merged(self) -> bool:
        """Tell if its own system merged it into another record."""
        return any(key.reason == _MERGED and key.value != self.source for key in self.keys)

    def is_barred(self, others: Iterable[Keyed], *, is_noted: bool) -> bool:
        """Tell if it must not become one with any of some records by keys, unless its own system merged them."""
        bar = self.noted_bar if is_noted else self.bar
        return bar is not None and any(bar(self, other) for other in others)


@dataclass(slots=True)
class _Taken:
    """The records that have a key, in order, and their entity: none where a key that is not sure is that of two."""

    entity: str | None
    holders: list[Keyed] = field(default_factory=list)


@dataclass(slots=True)
class _State:
    taken: dict[tuple[str, str], _Taken] = field(default_factory=dict)
    members: defaultdict[str, list[Keyed]] = field(default_factory=lambda: defaultdict(list))

    def take(self, record: Keyed, entity: str) -> None:
        self.members[entity].append(record)
        for key in record.keys:
            there = self.taken.setdefault((key.reason, key.value), _Taken(entity))
            there.holders.append(record)
            if there.entity != entity and not key.is_sure:
                there.entity = None


def keyed(card: Card, client: str | None = None) -> Keyed:
    """Give a record by its card with its keys, the surest first. `client` is the id of a person's client.

    The store takes these same keys for many records at once, in this order.
    """
    is_client = card.kind == "client"
    return Keyed(
        card.source,
        card.name,
        tuple(_client_keys(card) if is_client else _human_keys(card, client)),
        card.name_key,
        address=None if is_client else card.address,
        domain=card.domain,
        client=client,
        notes_another=bool(card.noted or card.merged_into),
        bar=kept_as_two_clients if is_client else kept_as_two_people,
        noted_bar=noted_by_two_clients if is_client else noted_by_two_people,
    )


def _client_keys(card: Card) -> Iterator[Key]:
    """Yield a merge, an id noted by the other CRM, name with domain, domain, name.

    Subsidiaries share a domain and namesakes a name: one alone joins only what nothing else tells apart, and nobody where two
    have it already.
    """
    _merged, _noted, name_and_domain, domain, name = CLIENT_REASONS
    yield from _told_keys(card)
    if card.domain and card.name_key:
        yield Key(name_and_domain, f"{card.name_key}/{card.domain}")
    if card.domain:
        yield Key(domain, card.domain, other_company, kept_as_two)
    if card.name_key:
        yield Key(name, card.name_key, apart=other_domain)


def _human_keys(card: Card, client: str | None) -> Iterator[Key]:
    """Yield a merge, an id noted by the other CRM, an address, a full name.

    A single name is no key, nor is an address that many read (`info@`). Users match by address only, or by full name among
    users, since a tracker hides addresses.
    """
    _merged, _noted, address, name_at_client, name_of_ours = PERSON_REASONS
    if card.kind == "person":
        yield from _told_keys(card)
    if card.address and not card.is_shared:
        yield Key(address, card.address, apart=other_person)
    is_full = " " in card.name_key
    if card.kind == "person" and client and is_full:
        yield Key(name_at_client, f"{client}/{card.name_key}", apart=other_address)
    if card.kind == "user" and is_full:
        yield Key(name_of_ours, card.name_key, apart=other_address)


def _told_keys(card: Card) -> Iterator[Key]:
    """Yield a record's own id, or what it was merged into, and the ids that systems note of it, as keys of one sort."""
    yield Key(_MERGED, card.merged_into or card.source)
    for one in (card.own_id, *card.noted):
        if one:
            yield Key(_NOTED, one)


def resolve(
    prefix: str, records: Sequence[Keyed], known: Mapping[str, str], words: Words = _NOBODY
) -> list[Assignment]:
    """Assign every record to an entity; `known` are the entities that keys alone gave at first sight, and they hold.

    Records are taken in the order given. `words` are applied after the keys, and whatever order they were said in. A merge, or
    an id noted by the other system, joins what was seen as two before.
    """
    base = by_keys(prefix, records, known)
    sure = _since(records, {one.source: one.entity_id for one in base})
    return regroup(prefix, records, base, words, sure=sure) if words or sure else base


def _since(records: Sequence[Keyed], entity_of: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Give the pairs of two entities that a sure key makes one by now, with the key's reason."""
    firsts: dict[tuple[str, str], str] = {}
    pairs: dict[tuple[str, str], str] = {}
    for record in records:
        for key in record.keys:
            first = firsts.setdefault((key.reason, key.value), record.source) if key.is_sure else record.source
            if entity_of[first] != entity_of[record.source]:
                pairs[min(first, record.source), max(first, record.source)] = key.reason
    return pairs


def by_keys(prefix: str, records: Sequence[Keyed], known: Mapping[str, str]) -> list[Assignment]:
    """Give each record the entity of the first key that is that of one entity without a doubt, and its other keys to it.

    What people said, and keys that came later, are left out. Of a known one the reason is the first key that an earlier record
    of its entity has too.
    """
    state = _State()
    own: defaultdict[str, _State] = defaultdict(_State)
    for record in records:
        if entity := known.get(record.source):
            state.take(record, entity)
    assigned = []
    for record in records:
        entity = known.get(record.source)
        joined = _join(own[entity] if entity else state, record)
        reason, entity = joined or ("first seen", entity or derive_id(prefix, record.source))
        if record.source not in known:
            state.take(record, entity)
        own[entity].take(record, entity)
        assigned.append(Assignment(record.source, entity, reason, entity))
    return assigned


def _join(state: _State, record: Keyed) -> tuple[str, str] | None:
    for key in record.keys:
        there = state.taken.get((key.reason, key.value))
        if not there or not there.entity or key.is_doubtful(record, there.holders):
            continue
        if key.reason == _MERGED or not record.is_barred(state.members[there.entity], is_noted=key.is_sure):
            return key.reason, there.entity
    return None
