"""The story of an engagement: mentions of one promise become a chain, the latest wording in force, the earlier ones kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import Outcome, Promise, PromiseStatus, ScopeItem
from atlas_sync.canonical.normalize import fold
from atlas_sync.extraction.conversation import PromiseMention, Reading, Story

__all__ = ["tell_story"]

StatementT = TypeVar("StatementT", Outcome, ScopeItem)
_ALIKE = 0.5
_CHANGED_ALIKE = 0.3
_SAME = 0.6
_STOP = frozenset(
    (
        "the",
        "and",
        "for",
        "you",
        "your",
        "will",
        "with",
        "that",
        "this",
        "have",
        "has",
        "are",
        "our",
        "from",
        "they",
        "them",
    )
) | frozenset(
    ("then", "than", "but", "not", "was", "were", "what", "when", "who", "all", "any", "one", "two", "can", "its")
)
_WORD = re.compile(r"[a-z0-9]{3,}")


@dataclass(slots=True)
class _Chain:
    """Mentions of one promise in order of time; `words` are those of all wordings."""

    mentions: list[tuple[PromiseMention, Reading]]
    words: set[str]
    status: PromiseStatus = "open"
    dates: set[object] = field(default_factory=set)


def tell_story(engagement_id: str, readings: Sequence[Reading]) -> Story:
    """Put the readings of an engagement's conversations together; `readings` are in order of time.

    Ids follow from the place of the first mention, so a later one changes no id.
    """
    chains: list[_Chain] = []
    for reading in readings:
        for mention in reading.promises:
            _join(chains, mention, reading)
    return Story(
        promises=tuple(_promise(engagement_id, chain) for chain in chains),
        outcomes=tuple(_unique([one for reading in readings for one in reading.outcomes])),
        scope=tuple(_unique([one for reading in readings for one in reading.scope])),
        mentions=tuple(one for reading in readings for one in reading.mentions),
    )


def _join(chains: list[_Chain], mention: PromiseMention, reading: Reading) -> None:
    words = _words(mention.text)
    needed = _ALIKE if mention.changes == "none" else _CHANGED_ALIKE
    best = max(chains, key=lambda chain: _likeness(words, chain.words), default=None)
    if best is None or _likeness(words, best.words) < needed:
        if mention.changes != "withdrawn":
            chains.append(_Chain([(mention, reading)], words, dates={mention.due_date}))
        return
    best.mentions.append((mention, reading))
    best.words |= words
    best.status = _status(best, mention)
    best.dates.add(mention.due_date)


def _status(chain: _Chain, mention: PromiseMention) -> PromiseStatus:
    if mention.changes in {"withdrawn", "softened"}:
        return mention.changes
    moved = mention.due_date is not None and mention.due_date not in chain.dates and None not in chain.dates
    if mention.changes == "renegotiated" or moved:
        return "renegotiated"
    return chain.status if chain.status in {"renegotiated", "softened"} else "repeat"


def _words(text: str) -> set[str]:
    return {word[:7] for word in _WORD.findall(fold(text)) if word not in _STOP}


def _likeness(left: set[str], right: set[str]) -> float:
    smaller = min(len(left), len(right))
    return len(left & right) / smaller if smaller >= 3 else 0.0  # noqa: PLR2004 - fewer words tell nothing


def _promise(engagement_id: str, chain: _Chain) -> Promise:
    first = chain.mentions[0][0]
    latest, reading = chain.mentions[-1]
    dated = next((one for one, _reading in reversed(chain.mentions) if one.due_text), latest)
    shown = latest if chain.status != "withdrawn" else first
    return Promise(
        id=derive_id("pro", engagement_id, first.evidence.interaction_id, str(first.evidence.start)),
        engagement_id=engagement_id,
        evidence=latest.evidence,
        rule=latest.rule,
        confidence=round(max(one.confidence for one, _reading in chain.mentions), 2),
        needs_review=all(one.needs_review for one, _reading in chain.mentions),
        audience=reading.audience,
        text=shown.text if chain.status == "withdrawn" else latest.text,
        kind=first.kind if latest.kind == "deliverable" else latest.kind,
        promised_by=latest.promised_by or first.promised_by,
        promised_to=latest.promised_to or first.promised_to,
        due_text=dated.due_text,
        due_date=dated.due_date,
        status=chain.status,
        repeats=tuple(one.evidence for one, _reading in chain.mentions[:-1]),
    )


def _unique(rows: Sequence[StatementT]) -> list[StatementT]:
    """Leave out what says nearly the same as an earlier row of its kind."""
    kept: list[tuple[set[str], StatementT]] = []
    for row in rows:
        words = _words(row.text)
        if not any(other.kind == row.kind and _likeness(words, seen) > _SAME for seen, other in kept):
            kept.append((words, row))
    return [row for _seen, row in kept]
