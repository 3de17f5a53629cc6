"""Chains: what leads from something to its evidence, to the deal, and to its place in delivery."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from atlas_sync.canonical.model import (
    Client,
    Contract,
    Engagement,
    Evidence,
    Gap,
    Handoff,
    Interaction,
    Obligation,
    Outcome,
    Promise,
    ScopeItem,
    Stakeholder,
    Statement,
    TraceLink,
    WorkItem,
)
from atlas_sync.operations.history import gap_states
from atlas_sync.store.judgements import Judgement
from atlas_sync.store.ledger import Intent, Ledger
from atlas_sync.store.warehouse import Rows

__all__ = ["ITEM", "Chain", "chains_of_id", "chains_of_subject", "engagement_of", "item_chains"]

ITEM = "work item"
"""What the chain of a work item is about that nothing sold leads to."""
_NO_DEAL = "Projects without a deal"
_Part = Outcome | Promise | ScopeItem | Obligation | Contract | Stakeholder
_WORDS: Mapping[type[_Part], str] = {
    Outcome: "why",
    Promise: "promise",
    ScopeItem: "scope",
    Obligation: "customer's duty",
    Contract: "contract",
    Stakeholder: "person",
}


@dataclass(frozen=True, slots=True)
class Chain:
    """What leads from something to its evidence and to its place in delivery.

    `names` are its id, those of its gaps and, of an engagement, the records that it is made of; `words` what people said of
    these, which the next sync takes in where the last one has not. `person_id` is who somebody with a part in a sale is.
    """

    engagement: Engagement
    what: str
    title: str
    subject_id: str
    evidence: Evidence | None = None
    interaction: Interaction | None = None
    work_items: tuple[WorkItem, ...] = ()
    links: tuple[TraceLink, ...] = ()
    gaps: tuple[Gap, ...] = ()
    written: tuple[Intent, ...] = ()
    handoff: Handoff | None = None
    statements: tuple[Statement, ...] = ()
    gap_states: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    words: tuple[Judgement, ...] = ()
    person_id: str = ""


def engagement_of(gap: Gap, engagements: Mapping[str, Engagement]) -> Engagement | None:
    """Give the engagement that a gap is about; for a project without a deal, what would be one."""
    if gap.kind != "project_without_deal":
        return engagements.get(gap.engagement_id)
    return Engagement(
        id=gap.engagement_id, name=_NO_DEAL, source=gap.subject_id, stage="open", stage_label=_NO_DEAL.lower()
    )


def item_chains(rows: Rows, ledger: Ledger | None, items: Sequence[WorkItem]) -> list[Chain]:
    """Give the chains of all that some work items deliver, else of the items themselves."""
    links = [link for item in items for link in rows.select(TraceLink, work_item_id=item.id)]
    # An item may deliver what two sales were promised, where both are delivered in one project.
    subjects = sorted({(link.subject_id, link.engagement_id) for link in links})
    chains = [chain for subject, sale in subjects for chain in chains_of_subject(rows, ledger, subject, sale)]
    return chains or [_item_chain(rows, item) for item in items]


def chains_of_id(rows: Rows, ledger: Ledger | None, wanted: str) -> list[Chain]:
    """Give the chains of what an id names; none where it names nothing."""
    for gap in rows.select(Gap, id=wanted, kind="project_without_deal"):
        nobody = engagement_of(gap, {})
        states = gap_states(rows, [gap])
        chain = nobody and Chain(
            nobody, "project", gap.title, gap.subject_id, gaps=(gap,), gap_states=states, names=frozenset({gap.id})
        )
        return [chain] if chain else []
    if items := rows.select(WorkItem, id=wanted):
        return item_chains(rows, ledger, items)
    for interaction in rows.select(Interaction, id=wanted):
        promises = rows.select(Promise, engagement_id=interaction.engagement_id)
        said = [row for row in promises if row.evidence.interaction_id == wanted]
        return [chain for row in said for chain in chains_of_subject(rows, ledger, row.id, row.engagement_id)]
    for subject, engagement in _subjects_named(rows, wanted):
        return chains_of_subject(rows, ledger, subject, engagement)
    return []


def _subjects_named(rows: Rows, wanted: str) -> Iterator[tuple[str, str]]:
    """Yield the subject that an id names, with its engagement: a gap's is what it is about, a link's what it may deliver."""
    yield from ((gap.subject_id, gap.engagement_id) for gap in rows.select(Gap, id=wanted))
    yield from ((link.subject_id, link.engagement_id) for link in rows.select(TraceLink, id=wanted))
    yield from ((row.id, row.engagement_id) for row in _parts_of(rows, id=wanted))
    yield from ((row.id, row.id) for row in rows.select(Engagement) if wanted in row.ids)


def chains_of_subject(rows: Rows, ledger: Ledger | None, subject_id: str, engagement_id: str) -> list[Chain]:
    """Give the chain of a subject; of an engagement, also those of all that was said or signed in it."""
    engagement = next(iter(rows.select(Engagement, id=engagement_id)), None)
    if engagement is None:
        return []
    parts = _parts_of(rows, engagement_id=engagement_id) if subject_id == engagement_id else ()
    return [_chain(rows, ledger, subject, engagement) for subject in (subject_id, *(part.id for part in parts))]


def _parts_of(rows: Rows, **equal: str) -> Iterator[_Part]:
    """Yield the parts of sales that have something in a column: all that may have a gap, but the sale itself."""
    yield from rows.select(Outcome, **equal)
    yield from rows.select(Promise, **equal)
    yield from rows.select(ScopeItem, **equal)
    yield from rows.select(Obligation, **equal)
    yield from rows.select(Contract, **equal)
    yield from rows.select(Stakeholder, **equal)


def _chain(rows: Rows, ledger: Ledger | None, subject_id: str, engagement: Engagement) -> Chain:
    what, title, evidence = _subject(rows, subject_id, engagement)
    links = sorted(rows.select(TraceLink, subject_id=subject_id), key=lambda link: link.rank)
    items = rows.select(WorkItem, id=[link.work_item_id for link in links if link.work_item_id])
    said_in = rows.select(Interaction, id=evidence.interaction_id) if evidence else []
    gaps = rows.select(Gap, subject_id=subject_id)
    statements = rows.select(Statement, engagement_id=subject_id)
    records = _records_of(rows, engagement, statements) if subject_id == engagement.id else set()
    return Chain(
        engagement=engagement,
        what=what,
        title=title,
        subject_id=subject_id,
        evidence=evidence,
        interaction=said_in[0] if said_in else None,
        work_items=tuple(items),
        links=tuple(links),
        gaps=tuple(gaps),
        gap_states=gap_states(rows, gaps),
        written=tuple(ledger.intents(subject_id=subject_id)) if ledger else (),
        handoff=next(iter(rows.select(Handoff, engagement_id=subject_id)), None),
        statements=tuple(statements),
        names=frozenset({subject_id, *(gap.id for gap in gaps), *records}),
        person_id=next((one.person_id for one in rows.select(Stakeholder, id=subject_id)), ""),
    )


def _records_of(rows: Rows, engagement: Engagement, statements: Sequence[Statement]) -> set[str]:
    """Give the records of an engagement's deals, client and people, of which may be said that they are the same as others."""
    clients = rows.select(Client, id=engagement.client_id) if engagement.client_id else []
    told_by = {source for one in statements for source in (one.source, *(other.source for other in one.others))}
    return {*engagement.deals, *(source for client in clients for source in client.sources), *told_by}


def _subject(rows: Rows, subject_id: str, engagement: Engagement) -> tuple[str, str, Evidence | None]:
    """Name a subject and give the words that show it."""
    for part in _parts_of(rows, id=subject_id):
        what = _WORDS[type(part)]
        if isinstance(part, Contract):
            return what, part.number or "without a number", None
        return what, part.name if isinstance(part, Stakeholder) else part.text, part.evidence
    return "engagement", engagement.name, None


def _item_chain(rows: Rows, item: WorkItem) -> Chain:
    """Show a work item that nothing sold leads to."""
    engagement: Sequence[Engagement] = rows.select(Engagement, id=item.engagement_id)
    return Chain(engagement=engagement[0], what=ITEM, title=item.summary, subject_id=item.id, work_items=(item,))
