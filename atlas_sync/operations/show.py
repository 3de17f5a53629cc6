"""Show: from any id or key to the whole chain, both ways: work item, promise, quote, interaction, deal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from atlas_sync.canonical.model import Engagement, Gap, Handoff, TraceLink, WorkItem
from atlas_sync.coverage import EngagementRecord
from atlas_sync.errors import ConfigError, StoreError
from atlas_sync.operations.answered import done_by, written_for
from atlas_sync.operations.chains import ITEM, Chain, chains_of_id, chains_of_subject, engagement_of, item_chains
from atlas_sync.operations.history import known_at
from atlas_sync.operations.named import fitting, joined_with, places_of
from atlas_sync.operations.records import load_record
from atlas_sync.operations.retold import changed, recounted, said_by, told, told_at, words_on
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.ledger import Ledger
from atlas_sync.store.publish import Snapshot, open_snapshot
from atlas_sync.store.warehouse import Rows

__all__ = ["EngagementView", "list_gaps", "show", "show_as_of", "snapshot_as_told", "view_engagement"]


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
    found = [(engagement, gap) for gap in gaps if (engagement := engagement_of(gap, engagements))]
    return sorted(found, key=lambda pair: (order[pair[1].severity], pair[0].name, pair[1].kind, pair[1].title))


@contextmanager
def snapshot_as_told(workspace: Workspace) -> Iterator[Snapshot]:
    """Open the current snapshot while the block runs, with its gaps as they are by now: planned, written, or judged since.

    Its handoff scores are counted by these.

    Where the ledger cannot say so they are as of the last sync, and the snapshot's `notice` tells why.

    Raises:
        StoreError: nothing was published yet.
    """
    with open_snapshot(workspace.home) as snapshot:
        try:
            with closing(workspace.open_ledger(must_be_there=True)) as ledger:
                gaps = changed(snapshot, ledger, today=workspace.today)
                snapshot.retell(gaps, recounted(gaps, snapshot).values())
        except StoreError as error:
            snapshot.notice = str(error)
        yield snapshot


def show_as_of(rows: Rows, ledger: Ledger, wanted: str, moment: datetime) -> list[Chain]:
    """Give the chains of an engagement, or of anything in it, as it was known at a moment.

    What people had said and we had written by then is told with it; not what was only planned, since a plan that is drawn up
    again keeps nothing of when it was drawn up first.

    What `wanted` names is looked for as for `show`, among all that was ever known; or it is a part of an engagement's name. A
    sale that had joined another one by then leads to the engagement that both were.

    Raises:
        ConfigError: nothing is known by that name, or nothing was known of it at that moment.
    """
    places = places_of(rows, wanted, moment)
    chains = _chains_at(rows, ledger, places, moment)
    if not chains:
        joined = {place for _engagement, name in places for place in joined_with(rows, name, moment)}
        chains = _chains_at(rows, ledger, joined, moment)
    if not chains:
        message = f"nothing was known of {wanted!r} on {moment:%Y-%m-%d}."
        raise ConfigError(message, advice="Give a later day.")
    return chains


def _chains_at(rows: Rows, ledger: Ledger, places: Iterable[tuple[str, str]], moment: datetime) -> list[Chain]:
    said, done = said_by(ledger, moment), done_by(ledger, moment)
    chains: list[Chain] = []
    for engagement, name in sorted(places):
        with known_at(rows, engagement, moment) as then:
            ids = {one for row in then.select(Engagement) for one in row.ids}
            answers = written_for(then, ledger, [intent for intent in done if intent.engagement_id in ids])
            gaps = {gap.id: gap for gap in told_at(then.select(Gap), answers, said, moment.date())}
            scores = recounted(gaps.values(), then)
            found = chains_of_id(then, None, name)
        chains += [
            replace(
                one,
                gaps=tuple(gaps[gap.id] for gap in one.gaps),
                handoff=one.handoff and scores.get(one.subject_id, one.handoff),
                written=tuple(intent for intent in done if intent.subject_id == one.subject_id),
                words=words_on(said, one.names),
            )
            for one in found
        ]
    # Each sale was looked at alone: an item that delivers what one was promised is nothing by itself in the other.
    delivering = {item.source for one in chains if one.what != ITEM for item in one.work_items}
    return [one for one in chains if one.what != ITEM or delivering.isdisjoint(item.source for item in one.work_items)]


def show(rows: Rows, ledger: Ledger, wanted: str, *, today: date) -> list[Chain]:
    """Give the chains of a tracker key, or of the id of a statement, person, gap, interaction, work item or engagement.

    Their gaps say if they are planned, written or judged since. An engagement, and the brief written for it, stand for
    everything that was said or signed in it: its own chain comes first. A deal or a part of a name means the engagement that
    it fits.

    Raises:
        ConfigError: nothing is known by that name, or more than one engagement fits.
    """
    items = rows.select(WorkItem, key=wanted) or rows.select(WorkItem, id=wanted)
    intent = ledger.intent_by_key(items[0].key if items else wanted)
    chains: list[Chain] = []
    if intent is not None and intent.item not in {"adopted", "template"}:
        chains = chains_of_subject(rows, ledger, intent.subject_id, intent.engagement_id)
    elif items:
        chains = item_chains(rows, ledger, items)
    else:
        chains = chains_of_id(rows, ledger, wanted)
    if not chains and (engagement := fitting(rows.select(Engagement), wanted)):
        chains = chains_of_id(rows, ledger, engagement.id)
    if not chains:
        message = f"nothing is known as {wanted!r}."
        raise ConfigError(message, advice="Give a tracker key, or an id as `atlas-sync gaps --json` prints them.")
    gaps = {gap.id: gap for gap in told([gap for one in chains for gap in one.gaps], rows, ledger, today=today)}
    said, scores = said_by(ledger), recounted(gaps.values(), rows)
    return [
        replace(
            one,
            gaps=tuple(gaps[gap.id] for gap in one.gaps),
            handoff=one.handoff and scores.get(one.subject_id, one.handoff),
            words=words_on(said, one.names),
        )
        for one in chains
    ]
