"""Review: what a person should look at, and what came of it: promises read in doubt, and links that likeness cannot decide.

What is said is kept in the ledger, holds from the next run on, and is not asked again.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from atlas_sync.canonical.model import Engagement, Evidence, Gap, Obligation, Promise, TraceLink, WorkItem
from atlas_sync.coverage.judged import Judged, wording_of
from atlas_sync.coverage.wording import said_where
from atlas_sync.errors import ConfigError
from atlas_sync.operations.judged import judged_of, judgements_at, merges_of, quote_key, stands_for
from atlas_sync.operations.owed import rather_owed
from atlas_sync.operations.ranking import BARE, Ranking, traits_of
from atlas_sync.operations.same import taken_back
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.judgements import Judgement, JudgementKind, put_after, seen_of, standing
from atlas_sync.store.ledger import Ledger
from atlas_sync.store.tables import Unsure
from atlas_sync.store.warehouse import Rows

__all__ = ["Answer", "Choice", "Doubt", "decide", "list_choices", "list_doubts", "take_back", "verdicts_of"]

Answer = Literal["confirmed", "rejected"]
_ON_PROMISES: tuple[JudgementKind, ...] = ("promise", "edit", "merge")

_ASKED = frozenset({"open", "planned", "acknowledged", "not_decidable"})
_LEAST_DOUBT = 0.05
_OPEN = 0.5
"""How likely two wordings are one promise at most where that is asked: something speaks against what is likelier."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A promise that waits for a person; `weight` is doubt times the size of the deal, and orders the queue.

    `perhaps` is an earlier one that it may repeat.
    """

    promise: Promise
    engagement: Engagement
    weight: float
    perhaps: Promise | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What was agreed with the work items of which one may deliver it, the likeliest first, and its gaps.

    `weight` is as for a doubt.
    """

    about: Promise | Obligation
    engagement: Engagement
    links: tuple[TraceLink, ...]
    items: Mapping[str, WorkItem]
    weight: float
    gaps: frozenset[str] = frozenset()

    @property
    def said(self) -> Evidence:
        """Give where the words stand that are asked about."""
        return said_where(self.about) if isinstance(self.about, Promise) else self.about.evidence


def verdicts_of(workspace: Workspace, moment: datetime | None = None) -> list[Judgement]:
    """Give what was said of promises in an installation, as it stands, or stood at a moment."""
    return [one for one in judgements_at(workspace, moment) if one.kind in _ON_PROMISES]


def list_doubts(rows: Rows, ledger: Ledger, ranking: Ranking = BARE) -> list[Doubt]:
    """List the promises in review that nobody has judged yet, where a look pays most first; `ranking` tells how open one is.

    What was said in a sale that is won goes before one that is open still; of one that was lost nothing is delivered. What the
    customer rather owes is asked about as that alone.
    """
    said = [one for one in standing(ledger.judgements(*_ON_PROMISES)) if one.decision != "undone"]
    judged, merges = {(one.subject, one.other): one.decision for one in said}, merges_of(said)
    engagements = {row.id: row for row in rows.select(Engagement) if row.stage != "lost"}
    promises = {row.id: row for row in rows.select(Promise)}
    merged = {name for name, one in merges.items() if stands_for(one.other, promises, merges) in promises}
    waiting = [row for row in promises.values() if (row.needs_review or row.perhaps) and row.id not in merged]
    said_in = sorted({row.engagement_id for row in waiting})
    owed = rather_owed(waiting, rows.select(Obligation, engagement_id=said_in))
    traits = traits_of(rows, waiting)
    found = [
        Doubt(
            promise,
            engagements[promise.engagement_id],
            _weight(
                ranking.chance(traits[promise.id]) if promise.needs_review else _chance(promise), promise, engagements
            ),
            promises.get(promise.perhaps),
        )
        for promise in waiting
        if promise.engagement_id in engagements and promise.id not in owed and not _is_judged(promise, judged)
    ]
    return sorted(found, key=lambda doubt: (doubt.engagement.stage != "won", -doubt.weight, doubt.promise.id))


def _chance(promise: Promise) -> float:
    """Give how likely a promise is another wording of the earlier one."""
    return min(_OPEN, promise.resembles.likeness) if promise.resembles else _OPEN


def _is_judged(promise: Promise, judged: Mapping[tuple[str, str], str]) -> bool:
    """Tell if somebody said what a promise is: of its newest quote, or yes to one that it repeats."""
    newest, *earlier = (
        judged.get((promise.id, quote_key(said.quote))) for said in (promise.evidence, *promise.repeats)
    )
    return newest is not None or any(word not in {None, "rejected"} for word in earlier)


def list_choices(rows: Rows, ledger: Ledger) -> list[Choice]:
    """List the promises in force, and what the customer owes, of which likeness cannot tell what delivers them.

    Promises come first, and of each those where a look pays most.
    Only one that is a gap is asked about: none that a contract holds, and none that somebody let be. One that waits itself is
    asked about first: "no" to its items must not be taken for "no promise".
    """
    judged = judged_of(standing(ledger.judgements("link", "merge")))
    engagements = {row.id: row for row in rows.select(Engagement, stage="won")}
    gaps: dict[str, set[str]] = defaultdict(set)
    for gap in rows.select(Gap, state=sorted(_ASKED)):
        gaps[gap.subject_id].add(gap.id)
    waiting = [link for link in rows.select(TraceLink, status="review") if link.engagement_id in engagements]
    waiting = [link for link in waiting if link.subject_id in gaps]
    names = sorted({link.subject_id for link in waiting})
    about: dict[str, Promise | Obligation] = {row.id: row for row in rows.select(Obligation, id=names)}
    about |= {row.id: row for row in rows.select(Promise, id=names) if not (row.needs_review or row.perhaps)}
    items = {row.id: row for row in rows.select(WorkItem, id=[link.work_item_id or "" for link in waiting])}
    answered = _answered(rows, waiting, judged)
    offered: dict[str, list[TraceLink]] = {}
    for link in sorted(waiting, key=lambda one: one.rank):
        item = items.get(link.work_item_id or "")
        if item is None or link.subject_id not in about:
            continue
        if link.subject_id in answered or judged.is_rejected(link.subject_id, item):
            continue
        offered.setdefault(link.subject_id, []).append(link)
    found = [
        Choice(
            about[name],
            engagements[about[name].engagement_id],
            tuple(links),
            {link.id: items[link.work_item_id or ""] for link in links},
            _weight(links[0].score, about[name], engagements),
            frozenset(gaps[name]),
        )
        for name, links in offered.items()
    ]
    return sorted(found, key=lambda one: (isinstance(one.about, Obligation), -one.weight, one.about.id))


def _answered(rows: Rows, links: Sequence[TraceLink], judged: Judged) -> set[str]:
    """Name what a person said an item delivers that is there as it was; of one that is gone, another is to be found."""
    said = {link.subject_id: judged.confirmed.get(link.subject_id, ()) for link in links}
    wanted = sorted({source for sources in said.values() for source in sources})
    there: dict[str, list[WorkItem]] = defaultdict(list)
    for item in rows.select(WorkItem, source=wanted):
        there[item.engagement_id].append(item)
    return {
        link.subject_id
        for link in links
        if any(judged.is_confirmed(link.subject_id, item) for item in there[link.engagement_id])
    }


def _weight(confidence: float, about: Promise | Obligation, engagements: Mapping[str, Engagement]) -> float:
    """Multiply how open the question is (most at a confidence of one half) by the digits of what the deal is worth."""
    doubt = max(_LEAST_DOUBT, 1 - abs(2 * confidence - 1))
    return doubt * math.log10(10 + abs(float(engagements[about.engagement_id].amount or 0)))


def decide(rows: Rows, ledger: Ledger, answers: Mapping[str, Answer], *, by: str, at: datetime) -> list[Judgement]:
    """Keep what a person says of promises and of links, by their ids; the record shows it after the next sync.

    A promise in review is one, or is none. A link's item delivers what it stands beside, or does not. To reject a promise
    that is none of the first, or what the customer owes, says that no item there delivers it.

    Raises:
        ConfigError: an id is not that of a promise or a link, or of what the customer owes and is not to be confirmed; nothing
            was kept.
    """
    promises = {row.id: row for row in rows.select(Promise, id=list(answers))}
    links = {row.id: row for row in rows.select(TraceLink, id=list(answers)) if row.work_item_id}
    pairs = {row.id: row for row in rows.select(Unsure, id=list(answers))}
    rejected = [name for name, answer in answers.items() if answer == "rejected"]
    duties = {row.id: row for row in rows.select(Obligation, id=rejected)}
    if unknown := sorted(set(answers) - set(promises) - set(links) - set(pairs) - set(duties)):
        message = f"there is no promise, link or pair {', '.join(unknown)}."
        raise ConfigError(message, advice="`atlas-sync review` lists them with their ids; nothing was kept.")
    kept: list[Judgement] = []
    for name, answer in answers.items():
        if name in promises:
            kept.append(_of_promise(rows, promises[name], answer, by=by, at=at))
        elif name in duties:
            kept.append(_of_none(rows, duties[name], by=by, at=at))
        elif name in links:
            kept.append(_of_link(rows, links[name], answer, by=by, at=at))
        else:
            said = [*ledger.judgements("same"), *(one for one in kept if one.kind == "same")]
            (word,) = put_after([_of_pair(pairs[name], answer, by=by, at=at)], said)
            kept += [word, *taken_back(rows, said, word)]
    ledger.keep_judgements(kept)
    return kept


def take_back(rows: Rows, ledger: Ledger, names: Sequence[str], *, by: str, at: datetime) -> list[Judgement]:
    """Keep that what was said of promises, and of what delivers them, is taken back, by the ids of the promises.

    By the id of a link, what was said of that item alone.

    Raises:
        ConfigError: nothing stands in the ledger of one of them; nothing was kept.
    """
    links = _links_said(rows, names)
    said = [one for one in standing(ledger.judgements(*_ON_PROMISES, "link")) if one.decision != "undone"]
    found = [one for one in said if one.subject in names or _about(one) in links]
    if unknown := sorted(set(names) - {one.subject for one in found} - {links.get(_about(one)) for one in found}):
        message = f"nothing was said of a promise or link {', '.join(unknown)}."
        raise ConfigError(message, advice="Give ids as `atlas-sync review` printed them; nothing was kept.")
    kept = [replace(one, decision="undone", by=by, at=at, reason="", until=None, seen=()) for one in found]
    ledger.keep_judgements(kept)
    return kept


def _links_said(rows: Rows, names: Sequence[str]) -> dict[tuple[str, str, str], str]:
    """Give the links among some ids, by what a word on one of them is about."""
    links = rows.select(TraceLink, id=list(names))
    items = {item.id: item.source for item in rows.select(WorkItem, id=[link.work_item_id or "" for link in links])}
    return {
        ("link", link.subject_id, items[link.work_item_id]): link.id for link in links if link.work_item_id in items
    }


def _about(said: Judgement) -> tuple[str, str, str]:
    return said.kind, said.subject, said.other


def _of_promise(rows: Rows, promise: Promise, answer: Answer, *, by: str, at: datetime) -> Judgement:
    engagement = promise.engagement_id
    if promise.needs_review or promise.perhaps or answer == "confirmed":
        quote = quote_key(promise.evidence.quote)
        seen = traits_of(rows, [promise])[promise.id]
        return Judgement("promise", promise.id, quote, answer, by, at, engagement_id=engagement, seen=seen)
    return _of_none(rows, promise, by=by, at=at)


def _of_none(rows: Rows, about: Promise | Obligation, *, by: str, at: datetime) -> Judgement:
    there = {item.source: wording_of(item) for item in rows.select(WorkItem, engagement_id=about.engagement_id)}
    seen = seen_of(there)
    return Judgement("link", about.id, "", "rejected", by, at, engagement_id=about.engagement_id, seen=seen)


def _of_link(rows: Rows, link: TraceLink, answer: Answer, *, by: str, at: datetime) -> Judgement:
    item = rows.select(WorkItem, id=link.work_item_id or "")[0]
    seen = tuple(filter(None, (wording_of(item),)))
    return Judgement("link", link.subject_id, item.source, answer, by, at, engagement_id=link.engagement_id, seen=seen)


def _of_pair(pair: Unsure, answer: Answer, *, by: str, at: datetime) -> Judgement:
    one, other = sorted((pair.one, pair.other))
    return Judgement("same", one, other, "same" if answer == "confirmed" else "different", by, at)
