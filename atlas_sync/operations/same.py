"""Same: what people say of two clients, two people or two deals, and which pairs wait for somebody to say it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Literal

from atlas_sync.canonical.identity import derive_id
from atlas_sync.errors import ConfigError
from atlas_sync.operations.identify import words_of
from atlas_sync.store.judgements import Judgement, standing
from atlas_sync.store.ledger import Ledger
from atlas_sync.store.tables import Identity, Unsure
from atlas_sync.store.warehouse import Rows

__all__ = ["judge_pair", "list_unsure", "taken_back"]


def list_unsure(rows: Rows, judgements: Iterable[Judgement]) -> list[Unsure]:
    """List the pairs that may be one and that nobody has judged yet, by any record of each of the two; the likeliest first."""
    words = words_of(standing(judgements))
    said = words.of_entities(_entities(rows, words.sources))
    judged = said.same | said.different
    waiting = [row for row in rows.select(Unsure) if tuple(sorted((row.one_entity, row.other_entity))) not in judged]
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


def taken_back(rows: Rows, said: Iterable[Judgement], word: Judgement) -> list[Judgement]:
    """Give the words that take back what keeps two records apart, where `word` says that they are one; else none.

    What is said to be two is never joined, so an older word on other records of the two would outlast this one unseen.
    """
    parted = words_of(standing(said)).different - {(word.subject, word.other)}
    entity_of = _entities(rows, {word.subject, word.other, *(source for pair in parted for source in pair)})
    both = {entity_of.get(word.subject), entity_of.get(word.other)}
    if word.decision != "same" or len(both) == 1:
        return []
    return [
        replace(word, subject=one, other=other)
        for one, other in sorted(parted)
        if {entity_of.get(one), entity_of.get(other)} == both
    ]


def _entities(rows: Rows, sources: Iterable[str]) -> dict[str, str]:
    return {row.source: row.entity_id for row in rows.select(Identity, source=sorted(sources))}


def _record(rows: Rows, said: Iterable[Judgement], wanted: str) -> Identity:
    """Find a record by its source, or the first one of a client, person or engagement, which may be a part of another by now.

    So ids that were said to be one can be said to be two, and the word is on the same two records as before.
    """
    found = rows.select(Identity, source=wanted) or rows.select(Identity, entity_id=wanted)
    found = found or (rows.select(Identity, base_id=wanted) if wanted else [])
    # Whoever was parted from others by a word has the id of a record of that word, and no row tells it once they are joined.
    found = found or rows.select(
        Identity, source=sorted(one for one in words_of(said).sources if _is_named(one, wanted))
    )
    if not found:
        message = f"there is no client, person or deal {wanted!r}."
        raise ConfigError(message, advice="`atlas-sync review --kind identities --json` prints ids; nothing was kept.")
    return min(
        found, key=lambda row: (row.base_id not in {"", wanted} and not _is_named(row.source, wanted), row.place)
    )


def _is_named(source: str, wanted: str) -> bool:
    """Tell if an id was derived from a record."""
    return derive_id(wanted.partition("_")[0], source) == wanted
