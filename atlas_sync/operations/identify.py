"""Identify: give every client and person record its entity, once and for good, and merge what they say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from atlas_sync.canonical.candidates import Candidate, likeliest
from atlas_sync.canonical.card import Card
from atlas_sync.canonical.cluster import Words
from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.resolution import keyed
from atlas_sync.canonical.statement import Precedence
from atlas_sync.operations.kinds import CLIENTS, PEOPLE, Kind
from atlas_sync.operations.regroup import regroup_some
from atlas_sync.store.affected import note_changed
from atlas_sync.store.alike import Alike, Pair
from atlas_sync.store.cards import are_waiting, mostly_new, renew_cards, settle_cards
from atlas_sync.store.judgements import Judgement
from atlas_sync.store.merged import Merger, are_clients_moved, no_clients_moved
from atlas_sync.store.near import Near
from atlas_sync.store.resolved import Resolver
from atlas_sync.store.tables import Identity, Taken, Unsure
from atlas_sync.store.warehouse import Rows, Warehouse

__all__ = ["as_unsure", "identify", "is_order_new", "judged_since", "words_before", "words_of"]

_NOBODY = Words()
_FIRST_SEEN = Precedence()
_WORDS = "words on identity"
_ORDER = "precedence"
_Pairs = frozenset[tuple[str, str]]


def identify(warehouse: Warehouse, words: Words = _NOBODY, precedence: Precedence = _FIRST_SEEN) -> None:
    """Give every new client and person record its entity, merge what changed, and note the records that this affects.

    What people said is applied to what keys gave at first sight, so that it can be taken back without a trace. Work follows
    what changed since the last time: records, words, or whose word goes first.
    """
    note_changed(warehouse)
    renew_cards(warehouse)
    before = words_before(warehouse)
    is_all = before is None or is_order_new(warehouse, precedence)
    judged = judged_since(before, words)
    no_clients_moved(warehouse)
    for kind in (CLIENTS, PEOPLE):
        if is_all or judged or are_waiting(warehouse, kind.name) or are_clients_moved(warehouse):
            _identify(warehouse, kind, words, judged, precedence=precedence, is_all=is_all)
    settle_cards(warehouse)
    now = [Taken(name=_WORDS, value=_text_of(words)), Taken(name=_ORDER, value=repr(precedence))]
    taken = warehouse.select(Taken, name=[row.name for row in now])
    warehouse.put([row for row in now if row not in taken])


def words_before(rows: Rows) -> Words | None:
    """Give what people had said when identity was last looked at; None where a release that wrote it otherwise did."""
    text = _value(rows, _WORDS, "")
    try:
        same, different = msgspec.json.decode(text, type=tuple[_Pairs, _Pairs]) if text else (_Pairs(), _Pairs())
    except msgspec.DecodeError:
        return None
    return Words(same, different)


def judged_since(before: Words | None, words: Words) -> set[str]:
    """Give the records of which people say something else than before."""
    were = before or _NOBODY
    return {source for pair in (words.same ^ were.same) | (words.different ^ were.different) for source in pair}


def is_order_new(rows: Rows, precedence: Precedence) -> bool:
    """Tell if another system's word goes first than when identity was last looked at."""
    return _value(rows, _ORDER, repr(_FIRST_SEEN)) != repr(precedence)


def _text_of(words: Words) -> str:
    return msgspec.json.encode((sorted(words.same), sorted(words.different))).decode() if words else ""


def _value(rows: Rows, name: str, otherwise: str) -> str:
    return next((row.value for row in rows.select(Taken, name=name)), otherwise)


def _identify(
    warehouse: Warehouse,
    kind: Kind,
    words: Words,
    judged: Collection[str],
    *,
    precedence: Precedence,
    is_all: bool,
) -> None:
    """Identify what is new or changed of one kind."""
    is_all = is_all or mostly_new(warehouse, kind.name)
    near = Near(warehouse, kind.name, is_all=is_all)
    resolver = Resolver(warehouse, near, kind.name, prefix=kind.prefix, reasons=kind.reasons, is_all=is_all)
    merger = Merger(warehouse, near, kind.name, is_all=is_all)
    alike = Alike(warehouse, near, kind.name, is_all=is_all)
    near.find()
    alike.look()
    resolver.resolve(kind.alike)
    merger.find(sources=judged, entities=alike.crossed())
    spoken_of = warehouse.select(Identity, kind=kind.name, source=sorted(words.sources))
    bases = {row.base_id or row.entity_id for row in spoken_of}
    changes: list[tuple[Identity, Identity]] = []
    if seeds := {*judged, *resolver.at_odds(), *merger.regrouped(bases)}:
        changes = regroup_some(warehouse, resolver, kind, seeds, words=words)
    if changes:
        near.learn_again()
        entities = [was.entity_id for was, _now in changes]
        merger.find(sources=[now.source for _was, now in changes], entities=[*entities, *alike.crossed()])
    merger.make({name: [*precedence.of.get(name, ()), *precedence.systems] for name in kind.values})
    warehouse.put(_asked(warehouse, kind, alike.pairs(), words))
    if kind is CLIENTS:
        merger.note_clients([now.source for was, now in changes if was.entity_id != now.entity_id])


def _asked(warehouse: Warehouse, kind: Kind, pairs: Sequence[Pair], words: Words) -> list[Unsure]:
    """Score pairs, and give those that are put before a person."""
    client_of = {pair.one: pair.one_client for pair in pairs} | {pair.other: pair.other_client for pair in pairs}
    spoken_of = warehouse.select(Identity, kind=kind.name, source=sorted(words.sources)) if pairs else []
    entity_of = {row.source: row.entity_id for row in spoken_of} | {pair.one: pair.one_entity for pair in pairs}
    entity_of |= {pair.other: pair.other_entity for pair in pairs}
    cards = [card for card in warehouse.select(Card, source=list(client_of)) if card.state != "past"]
    records = {card.source: keyed(card, client_of[card.source]) for card in cards}
    both = ((records[pair.one], records[pair.other]) for pair in pairs)
    return as_unsure(kind.name, likeliest(both, kind.score, entity_of=entity_of, words=words), entity_of)


def as_unsure(
    kind: Literal["client", "person", "engagement"], found: Iterable[Candidate], entity_of: Mapping[str, str]
) -> list[Unsure]:
    """Give pairs as they are put before a person."""
    return [
        Unsure(
            id=derive_id("idq", one.one.source, one.other.source),
            kind=kind,
            one=one.one.source,
            other=one.other.source,
            one_entity=entity_of[one.one.source],
            other_entity=entity_of[one.other.source],
            one_name=one.one.name,
            other_name=one.other.name,
            score=one.score,
            reasons=one.reasons,
        )
        for one in found
    ]


def words_of(judgements: Iterable[Judgement]) -> Words:
    """Give what people said of pairs of records, as it stands."""
    said: dict[str, set[tuple[str, str]]] = {"same": set(), "different": set()}
    for one in judgements:
        if one.kind == "same" and one.decision in said:
            said[one.decision].add((min(one.subject, one.other), max(one.subject, one.other)))
    return Words(frozenset(said["same"]), frozenset(said["different"]))
