"""Show: from any id or key to the whole chain, both ways: work item, promise, quote, interaction, deal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from atlas_sync.canonical.model import (
    Client,
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
from atlas_sync.coverage import EngagementRecord
from atlas_sync.errors import ConfigError, StoreError
from atlas_sync.operations.history import gap_states, known_at
from atlas_sync.operations.named import fitting, joined_with, places_of
from atlas_sync.operations.records import load_record
from atlas_sync.operations.retold import changed, said_by, told, told_at, words_on
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.judgements import Judgement
from atlas_sync.store.ledger import Intent, Ledger
from atlas_sync.store.publish import Snapshot, open_snapshot
from atlas_sync.store.warehouse import Rows

__all__ = [
    "Chain",
    "EngagementView",
    "list_gaps",
    "show",
    "show_as_of",
    "snapshot_as_told",
    "view_engagement",
]


NO_DEAL = "Projects without a deal"


@dataclass(frozen=True, slots=True)
class EngagementView:
    """One engagement with everything known of it."""

    record: EngagementRecord
    gaps: tuple[Gap, ...]
    handoff: Handoff | None = None

    def links_of(self, subject_id: str) -> list[TraceLink]:
        """Give the trace of a promise or scope point, best first."""
        return sorted((link for link in self.record.links if link.subject_id == subject_id), key=lambda link: link.rank)

    def kind_of(self, interaction_id: str) -> str:
        """Give what an interaction is, in a word."""
        return next((one.kind for one in self.record.interactions if one.id == interaction_id), "conversation")


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


def view_engagement(rows: Rows, engagement_id: str) -> EngagementView | None:
    """Give an engagement by id, None where there is none; its gaps are those not resolved, worst first.

    An id that it had before its deal joined another one leads to it as well.
    """
    engagement_id = next((row.id for row in rows.select(Engagement) if engagement_id in row.ids), engagement_id)
    record = load_record(rows, engagement_id)
    if record is None:
        return None
    order = {"high": 0, "medium": 1, "low": 2}
    gaps = [gap for gap in rows.select(Gap, engagement_id=engagement_id) if gap.state != "resolved"]
    handoff = next(iter(rows.select(Handoff, engagement_id=engagement_id)), None)
    return EngagementView(
        record, tuple(sorted(gaps, key=lambda gap: (order[gap.severity], gap.kind, gap.title))), handoff
    )


def list_gaps(rows: Rows, ledger: Ledger, *, today: date) -> list[tuple[Engagement, Gap]]:
    """List every gap that is not resolved with its engagement, worst first; those planned, written or judged since say so."""
    engagements = {row.id: row for row in rows.select(Engagement)}
    gaps = told([gap for gap in rows.select(Gap) if gap.state != "resolved"], rows, ledger, today=today)
    order = {"high": 0, "medium": 1, "low": 2}
    found = [(engagement, gap) for gap in gaps if (engagement := _engagement_of(gap, engagements))]
    return sorted(found, key=lambda pair: (order[pair[1].severity], pair[0].name, pair[1].kind, pair[1].title))


@contextmanager
def snapshot_as_told(workspace: Workspace) -> Iterator[Snapshot]:
    """Open the current snapshot while the block runs, with its gaps as they are by now: planned, written, or judged since.

    Where the ledger cannot say so they are as of the last sync, and the snapshot's `notice` tells why.

    Raises:
        StoreError: nothing was published yet.
    """
    with open_snapshot(workspace.home) as snapshot:
        try:
            with closing(workspace.open_ledger(must_be_there=True)) as ledger:
                snapshot.retell(changed(snapshot, ledger, today=workspace.today))
        except StoreError as error:
            snapshot.notice = str(error)
        yield snapshot


def _engagement_of(gap: Gap, engagements: Mapping[str, Engagement]) -> Engagement | None:
    """Give the engagement that a gap is about; for a project without a deal, what would be one."""
    if gap.kind != "project_without_deal":
        return engagements.get(gap.engagement_id)
    return Engagement(
        id=gap.engagement_id, name=NO_DEAL, source=gap.subject_id, stage="open", stage_label=NO_DEAL.lower()
    )


def show_as_of(rows: Rows, ledger: Ledger, wanted: str, moment: datetime) -> list[Chain]:
    """Give the chains of an engagement, or of anything in it, as it was known at a moment, with what people had said by then.

    What `wanted` names is looked for as for `show`, among all that was ever known; or it is a part of an engagement's name. A
    sale that had joined another one by then leads to the engagement that both were.

    Raises:
        ConfigError: nothing is known by that name, or nothing was known of it at that moment.
    """
    chains = _chains_at(rows, places_of(rows, wanted, moment), moment)
    chains = chains or _chains_at(rows, joined_with(rows, wanted, moment), moment)
    if not chains:
        message = f"nothing was known of {wanted!r} on {moment:%Y-%m-%d}."
        raise ConfigError(message, advice="Give a later day.")
    said, day = said_by(ledger, moment), moment.date()
    return [replace(one, gaps=told_at(one.gaps, said, day), words=words_on(said, one.names)) for one in chains]


def _chains_at(rows: Rows, places: Iterable[tuple[str, str]], moment: datetime) -> list[Chain]:
    chains: list[Chain] = []
    for engagement, name in sorted(places):
        with known_at(rows, engagement, moment) as then:
            chains += _chains_of_id(then, None, name)
    return chains


def show(rows: Rows, ledger: Ledger, wanted: str, *, today: date) -> list[Chain]:
    """Give the chains of a tracker key, or of the id of a statement, person, gap, interaction, work item or engagement.

    Their gaps say if they are planned, written or judged since. An engagement, and the brief written for it, stand for
    everything that was said in it: its own chain comes first. A deal or a part of a name means the engagement that it fits.

    Raises:
        ConfigError: nothing is known by that name, or more than one engagement fits.
    """
    items = rows.select(WorkItem, key=wanted) or rows.select(WorkItem, id=wanted)
    intent = ledger.intent_by_key(items[0].key if items else wanted)
    chains: list[Chain] = []
    if intent is not None and intent.item not in {"adopted", "template"}:
        chains = _chains_of_subject(rows, ledger, intent.subject_id, intent.engagement_id)
    elif items:
        chains = _item_chains(rows, ledger, items)
    else:
        chains = _chains_of_id(rows, ledger, wanted)
    if not chains and (engagement := fitting(rows.select(Engagement), wanted)):
        chains = _chains_of_id(rows, ledger, engagement.id)
    if not chains:
        message = f"nothing is known as {wanted!r}."
        raise ConfigError(message, advice="Give a tracker key, or an id as `atlas-sync gaps --json` prints them.")
    gaps = {gap.id: gap for gap in told([gap for one in chains for gap in one.gaps], rows, ledger, today=today)}
    said = said_by(ledger)
    return [
        replace(one, gaps=tuple(gaps[gap.id] for gap in one.gaps), words=words_on(said, one.names)) for one in chains
    ]


def _item_chains(rows: Rows, ledger: Ledger | None, items: Sequence[WorkItem]) -> list[Chain]:
    """Give the chains of all that some work items deliver, else of the items themselves."""
    links = [link for item in items for link in rows.select(TraceLink, work_item_id=item.id)]
    # An item may deliver what two sales were promised, where both are delivered in one project.
    subjects = sorted({(link.subject_id, link.engagement_id) for link in links})
    chains = [chain for subject, sale in subjects for chain in _chains_of_subject(rows, ledger, subject, sale)]
    return chains or [_item_chain(rows, item) for item in items]


def _chains_of_id(rows: Rows, ledger: Ledger | None, wanted: str) -> list[Chain]:
    for gap in rows.select(Gap, id=wanted, kind="project_without_deal"):
        nobody = _engagement_of(gap, {})
        states = gap_states(rows, [gap])
        chain = nobody and Chain(
            nobody, "project", gap.title, gap.subject_id, gaps=(gap,), gap_states=states, names=frozenset({gap.id})
        )
        return [chain] if chain else []
    if items := rows.select(WorkItem, id=wanted):
        return _item_chains(rows, ledger, items)
    for interaction in rows.select(Interaction, id=wanted):
        promises = rows.select(Promise, engagement_id=interaction.engagement_id)
        said = [row for row in promises if row.evidence.interaction_id == wanted]
        return [chain for row in said for chain in _chains_of_subject(rows, ledger, row.id, row.engagement_id)]
    for subject, engagement in _subjects_named(rows, wanted):
        return _chains_of_subject(rows, ledger, subject, engagement)
    return []


def _subjects_named(rows: Rows, wanted: str) -> Iterator[tuple[str, str]]:
    """Yield the subject that an id names, with its engagement: a gap's is what it is about."""
    yield from ((gap.subject_id, gap.engagement_id) for gap in rows.select(Gap, id=wanted))
    named: list[Promise | Outcome | ScopeItem | Obligation | Stakeholder] = [
        *rows.select(Promise, id=wanted),
        *rows.select(Outcome, id=wanted),
        *rows.select(ScopeItem, id=wanted),
        *rows.select(Obligation, id=wanted),
        *rows.select(Stakeholder, id=wanted),
    ]
    yield from ((wanted, row.engagement_id) for row in named)
    yield from ((row.id, row.id) for row in rows.select(Engagement) if wanted in row.ids)


def _chains_of_subject(rows: Rows, ledger: Ledger | None, subject_id: str, engagement_id: str) -> list[Chain]:
    engagement = next(iter(rows.select(Engagement, id=engagement_id)), None)
    if engagement is None:
        return []
    said: tuple[str, ...] = ()
    if subject_id == engagement_id:
        said = tuple(row.id for row in _said_in(rows, engagement_id))
    return [_chain(rows, ledger, subject, engagement) for subject in (subject_id, *said)]


def _said_in(rows: Rows, engagement_id: str) -> list[Outcome | Promise | ScopeItem | Stakeholder]:
    return [
        *rows.select(Outcome, engagement_id=engagement_id),
        *rows.select(Promise, engagement_id=engagement_id),
        *rows.select(ScopeItem, engagement_id=engagement_id),
        *rows.select(Stakeholder, engagement_id=engagement_id),
    ]


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
    for promise in rows.select(Promise, id=subject_id):
        return "promise", promise.text, promise.evidence
    for outcome in rows.select(Outcome, id=subject_id):
        return "why", outcome.text, outcome.evidence
    for item in rows.select(ScopeItem, id=subject_id):
        return "scope", item.text, item.evidence
    for duty in rows.select(Obligation, id=subject_id):
        return "customer's duty", duty.text, duty.evidence
    for person in rows.select(Stakeholder, id=subject_id):
        return "person", person.name, person.evidence
    return "engagement", engagement.name, None


def _item_chain(rows: Rows, item: WorkItem) -> Chain:
    """Show a work item that nothing sold leads to."""
    engagement: Sequence[Engagement] = rows.select(Engagement, id=item.engagement_id)
    return Chain(engagement=engagement[0], what="work item", title=item.summary, subject_id=item.id, work_items=(item,))
