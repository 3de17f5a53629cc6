"""Identities: a client or a person with their records, why these are one, what people said of them, and their sales."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from atlas_sync.canonical.model import Client, Engagement, Person, Saying, Stakeholder, Statement
from atlas_sync.operations.retold import said_by, words_on
from atlas_sync.operations.same import find_record, list_unsure
from atlas_sync.store.judgements import Judgement
from atlas_sync.store.ledger import Ledger
from atlas_sync.store.tables import Identity, Unsure
from atlas_sync.store.warehouse import Rows

__all__ = ["IdentityView", "Part", "RecordView", "view_identity"]


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record: why it is one with those before it, and what it says by name, where an engagement tells that."""

    source: str
    reason: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """An engagement, and the roles that a person has in it."""

    engagement_id: str
    name: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IdentityView:
    """A client or a person. `words` are what people said of the records, `unsure` the pairs that wait for somebody to say."""

    entity: Client | Person
    client: Client | None
    records: tuple[RecordView, ...]
    words: tuple[Judgement, ...]
    unsure: tuple[Unsure, ...]
    parts: tuple[Part, ...]


def view_identity(rows: Rows, ledger: Ledger, wanted: str) -> IdentityView | None:
    """Give the client or person that an id or a record's source names, as `same` and `different` take them; else None."""
    said = ledger.judgements("same")
    named = find_record(rows, said, wanted)
    entity = _entity(rows, named.entity_id) if named else None
    if entity is None:
        return None
    members = sorted(rows.select(Identity, entity_id=entity.id), key=lambda row: row.place)
    statements = rows.select(Statement, subject_id=entity.id)
    values = _values(statements)
    employer = rows.select(Client, id=entity.client_id) if isinstance(entity, Person) and entity.client_id else []
    waiting = [one for one in list_unsure(rows, said) if entity.id in {one.one_entity, one.other_entity}]
    return IdentityView(
        entity=entity,
        client=employer[0] if employer else None,
        records=tuple(RecordView(row.source, row.reason, values.get(row.source, {})) for row in members),
        words=words_on(said_by(ledger), [row.source for row in members]),
        unsure=tuple(waiting),
        parts=tuple(_parts(rows, entity.id, {one.engagement_id for one in statements})),
    )


def _entity(rows: Rows, entity_id: str) -> Client | Person | None:
    found: list[Client | Person] = [*rows.select(Client, id=entity_id), *rows.select(Person, id=entity_id)]
    return found[0] if found else None


def _values(statements: Iterable[Statement]) -> Mapping[str, Mapping[str, str]]:
    """Give what each record says, by the name of the value."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for one in statements:
        for saying in (Saying(source=one.source, value=one.value), *one.others):
            found[saying.source][one.name] = saying.value
    return found


def _parts(rows: Rows, entity_id: str, engagements: Iterable[str]) -> Iterable[Part]:
    """Yield the engagements of a client or person, by name: some that are known, and those where there is a role."""
    stakes = {row.engagement_id: row.roles for row in rows.select(Stakeholder, person_id=entity_id)}
    found = rows.select(Engagement, id=sorted({*engagements, *stakes}))
    for one in sorted(found, key=lambda row: (row.name, row.id)):
        yield Part(one.id, one.name, stakes.get(one.id, ()))
