"""Judged: people's judgements from the ledger, as they stood at a time, in the shape that tracing and gaps take."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from itertools import product
from types import MappingProxyType

from atlas_sync.coverage.judged import GapWord, Judged, LinkWord
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.judgements import Judgement, items_of, standing

__all__ = ["fingerprints", "judged_of", "judgements_at", "merges_of", "quote_key", "stands_for"]


def judgements_at(workspace: Workspace, moment: datetime | None = None) -> list[Judgement]:
    """Give the judgements that hold, or that held at a moment."""
    with closing(workspace.open_ledger()) as ledger:
        return standing(one for one in ledger.judgements() if moment is None or one.at <= moment)


def quote_key(quote: str) -> str:
    """Give what stands in the ledger for a quote: a judgement holds for those very words, and needs no copy of them."""
    return hashlib.sha256(quote.encode()).hexdigest()[:32]


def merges_of(judgements: Iterable[Judgement]) -> dict[str, Judgement]:
    """Give people's words that two promises are one by the promise that goes, in the order in which they were said.

    Of two words on one promise the newer holds. One that would close a circle says nothing new, and is left out.
    """
    newest: dict[str, Judgement] = {}
    said = [one for one in judgements if one.kind == "merge" and one.decision != "undone"]
    for one in sorted(said, key=lambda one: one.at):
        newest.pop(one.subject, None)
        newest[one.subject] = one
    merges: dict[str, Judgement] = {}
    for one in newest.values():
        if stands_for(one.other, (), merges) != one.subject:
            merges[one.subject] = one
    return merges


def stands_for(name: str, there: Container[str], merges: Mapping[str, Judgement]) -> str:
    """Give the promise that one is by now: itself where it is `there`, else the first that is of those it is one with."""
    while name not in there and name in merges:
        name = merges[name].other
    return name


def judged_of(judgements: Iterable[Judgement]) -> Judged:
    """Give what holds about links and gaps; of two words on one link the newer holds, while the item says the same.

    What is judged has an id of its own, so a word holds wherever its deal is now. What is said of a promise's links is said of
    the promise that it was merged into as well.
    """
    said = list(judgements)
    links = _links([one for one in said if one.kind == "link"], merges_of(said))
    sides: dict[str, dict[str, set[str]]] = {"confirmed": defaultdict(set), "rejected": defaultdict(set)}
    for (subject, item), one in links.items():
        if one.decision in sides:
            sides[one.decision][subject].add(item)
    words = {about: LinkWord(one.by, items_of(one)[about[1]]) for about, one in links.items()}
    return Judged(sides["confirmed"], sides["rejected"], _gaps(said), words)


def fingerprints(
    judgements: Iterable[Judgement],
    engagement_now: Mapping[str, str],
    watching: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> dict[str, str]:
    """Give for each engagement a value that changes when something new is said in it, or somebody else is `watching`.

    `engagement_now` gives the engagement that another one has become a part of since.
    """
    sorted_out: dict[str, list[object]] = defaultdict(list)
    for one in judgements:
        sorted_out[engagement_now.get(one.engagement_id, one.engagement_id)].append(one)
    for engagement, people in sorted(watching.items()):
        sorted_out[engagement_now.get(engagement, engagement)].append(sorted(people))
    return {engagement: hashlib.sha256(repr(mine).encode()).hexdigest()[:16] for engagement, mine in sorted_out.items()}


def _links(judgements: Sequence[Judgement], merges: Mapping[str, Judgement]) -> dict[tuple[str, str], Judgement]:
    """Give the newest word on each pair of a promise and an item's source."""
    said: dict[tuple[str, str], Judgement] = {}
    for one in judgements:
        for about in product(_names_of(one.subject, merges), items_of(one)):
            before = said.get(about)
            if before is None or before.at <= one.at:
                said[about] = one
    return said


def _names_of(subject: str, merges: Mapping[str, Judgement]) -> list[str]:
    """Give a promise and those that it was merged into: if their deals parted since, each stands for itself again."""
    names = [subject]
    while names[-1] in merges:
        names.append(merges[names[-1]].other)
    return names


def _gaps(judgements: Sequence[Judgement]) -> dict[str, GapWord]:
    return {
        one.subject: GapWord(one.decision, one.by, one.at, one.reason, one.until, _opened_at(one))
        for one in judgements
        if one.kind == "gap" and (one.decision == "waived" or one.decision == "acknowledged")  # noqa: PLR1714 - narrows the type
    }


def _opened_at(word: Judgement) -> datetime | None:
    """Tell when the gap opened of which a word was said; earlier versions kept nothing of it."""
    return datetime.fromisoformat(word.seen[0]) if word.seen else None
