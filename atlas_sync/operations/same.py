"""Same: what people say of two clients, two people or two deals, and which pairs wait for somebody to say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from typing import Literal

from atlas_sync.canonical.cluster import SAID, joined
from atlas_sync.canonical.identity import derive_id
from atlas_sync.errors import ConfigError
from atlas_sync.operations.identify import words_of
from atlas_sync.store.judgements import Judgement, standing
from atlas_sync.store.ledger import Ledger
from atlas_sync.store.tables import Identity, Unsure
from atlas_sync.store.warehouse import Rows

__all__ = ["find_record", "judge_pair", "list_unsure", "overturned", "taken_back"]


def list_unsure(rows: Rows, judgements: Iterable[Judgement]) -> list[Unsure]:
    """List the pairs that may be one and that nobody has judged yet, by any record of each of the two; the likeliest first.

    Two of one sale that may be two are judged by themselves.
    """
    words = words_of(standing(judgements))
    said = words.of_entities(_entities(rows, words.sources))
    judged = said.same | said.different | words.same | words.different
    waiting = [
        row
        for row in rows.select(Unsure)
        if judged.isdisjoint(tuple(sorted(two)) for two in ((row.one_entity, row.other_entity), (row.one, row.other)))
    ]
    return sorted(waiting, key=lambda row: (-row.score, row.id))


def judge_pair(  # noqa: PLR0917 - what a judgement holds
    rows: Rows,
    ledger: Ledger,
    one: str,
    other: str,
    decision: Literal["same", "different"],
    *,
    by: str,
    at: datetime,
    reason: str = "",
) -> list[Judgement]:
    """Keep that two records, by their source or the id of what they are records of, are one or two; shown after the next sync.

    Gives that word first, and then what it takes back.

    Raises:
        ConfigError: they are not two records of one kind; nothing was kept.
    """
    said = ledger.judgements("same")
    left, right = _record(rows, said, one), _record(rows, said, other)
    if left.source == right.source or left.kind != right.kind:
        message = f"{one} and {other} are not two records of one kind."
        raise ConfigError(message, advice="Give two clients, two people, or two deals; nothing was kept.")
    first, second = sorted((left.source, right.source))
    word = Judgement("same", first, second, decision, by, at, reason=reason)
    kept = [word, *taken_back(rows, said, word)]
    ledger.keep_judgements(kept)
    return kept


def overturned(said: Iterable[Judgement], word: Judgement) -> list[Judgement]:
    """Give the word that stood on the same two records, where it was another one."""
    pair = word.subject, word.other
    there = [one for one in standing(said) if one.kind == word.kind and (one.subject, one.other) == pair]
    return [one for one in there if one.decision not in {"undone", word.decision}]


def taken_back(rows: Rows, said: Iterable[Judgement], word: Judgement) -> list[Judgement]:
    """Give what takes back the older words that `word` speaks against, also those of after the last sync: the newest holds.

    That two are one takes back what parts any others of their records. That they are two takes back what joins them by way of
    others, of these the words said last: so what was joined and is parted again is as it was before.
    """
    pair = word.subject, word.other
    older = [one for one in standing(said) if one.decision != "undone" and (one.subject, one.other) != pair]
    older.sort(key=lambda one: one.at)
    named = {end for one in (*older, word) for end in (one.subject, one.other)}
    records = rows.select(Identity, source=sorted(named))
    before = _groups(records, older)
    if word.decision == "same":
        both = {before.get(end) for end in pair}
        apart = [one for one in older if one.decision == "different" and len(both) > 1]
        against = [one for one in apart if {before.get(one.subject), before.get(one.other)} == both]
    else:
        after = _groups(records, [*older, word])
        joint = [one for one in older if one.decision == "same" and before.get(one.subject) == before.get(one.other)]
        against = [one for one in joint if after.get(one.subject) != after.get(one.other)]
    return [replace(one, decision="undone", by=word.by, at=word.at, reason="") for one in against]


def _groups(records: Sequence[Identity], words: Sequence[Judgement]) -> dict[str, str]:
    """Give for each record the first one of its group, as the next sync will group them by keys, these words and systems.

    Which of two that a word parts the others of a cluster share a key with, the last sync told.
    """
    base_of = {one.source: one.base_id or one.entity_id for one in records}
    apart = words_of(words).different
    parted = {base_of[one] for one, other in apart if base_of.get(one, "") == base_of.get(other)}
    keys = _alike(records, lambda one: (base_of[one.source], one.entity_id if base_of[one.source] in parted else ""))
    said = [(one.subject, one.other) for one in words if one.decision == "same"]
    noted = _alike([one for one in records if one.reason not in SAID], lambda one: one.entity_id)
    order = {one.source: one.place for one in records}
    groups = joined([[source] for source in order], order, [*keys, *said, *noted], words_of(words).parts)
    return {source: group[0] for group in groups for source in group}


def _alike(records: Iterable[Identity], name: Callable[[Identity], Hashable]) -> list[tuple[str, str]]:
    """List the pairs of records that go by one name."""
    named: dict[Hashable, list[str]] = defaultdict(list)
    for one in sorted(records, key=lambda one: one.place):
        named[name(one)].append(one.source)
    return [pair for some in named.values() for pair in combinations(some, 2)]


def _entities(rows: Rows, sources: Iterable[str]) -> dict[str, str]:
    return {row.source: row.entity_id for row in rows.select(Identity, source=sorted(sources))}


def _record(rows: Rows, said: Iterable[Judgement], wanted: str) -> Identity:
    found = find_record(rows, said, wanted)
    if found is None:
        message = f"there is no client, person or deal {wanted!r}."
        raise ConfigError(
            message,
            advice="`atlas-sync show` prints the ids of an engagement's people and of their records; nothing was kept.",
        )
    return found


def find_record(rows: Rows, said: Iterable[Judgement], wanted: str) -> Identity | None:
    """Find a record by its source, or the first one of a client, person or engagement, which may be a part of another by now.

    So ids that were said to be one can be said to be two, and the word is on the same two records as before.
    """
    found = rows.select(Identity, source=wanted) or rows.select(Identity, entity_id=wanted)
    found = found or (rows.select(Identity, base_id=wanted) if wanted else [])
    # Whoever was parted from others by a word has the id of a record of that word, and no row tells it once they are joined.
    found = found or rows.select(
        Identity, source=sorted(one for one in words_of(said).sources if _is_named(one, wanted))
    )
    return min(
        found,
        key=lambda row: (row.base_id not in {"", wanted} and not _is_named(row.source, wanted), row.place),
        default=None,
    )


def _is_named(source: str, wanted: str) -> bool:
    """Tell if an id was derived from a record."""
    return derive_id(wanted.partition("_")[0], source) == wanted
