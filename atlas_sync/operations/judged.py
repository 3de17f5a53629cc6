"""Judged: people's judgements from the ledger, as they stood at a time, in the shape that tracing and gaps take."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime

from atlas_sync.coverage.judged import GapWord, Judged
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.judgements import Judgement, standing

__all__ = ["fingerprints", "judged_of", "judgements_at", "quote_key"]


def judgements_at(workspace: Workspace, moment: datetime | None = None) -> list[Judgement]:
    """Give the judgements that hold, or that held at a moment."""
    with closing(workspace.open_ledger()) as ledger:
        return standing(one for one in ledger.judgements() if moment is None or one.at <= moment)


def quote_key(quote: str) -> str:
    """Give what stands in the ledger for a quote: a judgement holds for those very words, and needs no copy of them."""
    return hashlib.sha256(quote.encode()).hexdigest()[:32]


def judged_of(judgements: Iterable[Judgement]) -> Judged:
    """Give what holds about links and gaps; of two words on one link the newer holds.

    What is judged has an id of its own, so a word holds wherever its deal is now.
    """
    said = list(judgements)
    confirmed, rejected = _links([one for one in said if one.kind == "link"])
    return Judged(confirmed, rejected, _gaps(said))


def fingerprints(judgements: Iterable[Judgement], engagement_now: Mapping[str, str]) -> dict[str, str]:
    """Give for each engagement a value that changes when something new is said about its links or gaps.

    `engagement_now` gives the engagement that another one has become a part of since.
    """
    sorted_out: dict[str, list[Judgement]] = defaultdict(list)
    for one in judgements:
        if one.kind in {"link", "gap"}:
            sorted_out[engagement_now.get(one.engagement_id, one.engagement_id)].append(one)
    return {engagement: hashlib.sha256(repr(mine).encode()).hexdigest()[:16] for engagement, mine in sorted_out.items()}


def _links(judgements: Sequence[Judgement]) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
    said: dict[tuple[str, str], Judgement] = {}
    for one in judgements:
        for item in (one.other,) if one.other else one.seen:
            before = said.get((one.subject, item))
            if before is None or before.at <= one.at:
                said[one.subject, item] = one
    sides: dict[str, dict[str, set[str]]] = {"confirmed": defaultdict(set), "rejected": defaultdict(set)}
    for (subject, item), one in said.items():
        if one.decision in sides:
            sides[one.decision][subject].add(item)
    return sides["confirmed"], sides["rejected"]


def _gaps(judgements: Sequence[Judgement]) -> dict[str, GapWord]:
    return {
        one.subject: GapWord(one.decision, one.by, one.at, one.reason, one.until)
        for one in judgements
        if one.kind == "gap" and (one.decision == "waived" or one.decision == "acknowledged")  # noqa: PLR1714 - narrows the type
    }
