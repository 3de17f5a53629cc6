"""Plan: what would be written to the tracker, as an ordered list of commands that `apply` carries out unchanged.

Made from the published snapshot, the ledger, and what the tracker holds of ours right now. Nothing is written anywhere but
the plan itself.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.model import Audience, DeliveryProject, Engagement, Gap, Handoff
from atlas_sync.connectors.writing import Preflight, Writer
from atlas_sync.coverage import (
    EngagementRecord,
    Proposal,
    Target,
    needs_of,
    propose,
)
from atlas_sync.coverage.brief import set_apart
from atlas_sync.coverage.handoff import recount
from atlas_sync.coverage.judged import GapWord, as_judged, as_unjudged
from atlas_sync.errors import ConfigError, RejectedError
from atlas_sync.operations.deals import Deals, look_at_deals
from atlas_sync.operations.holdings import Holdings, take_stock
from atlas_sync.operations.judged import judged_of
from atlas_sync.operations.licence import unseen
from atlas_sync.operations.onlookers import find_onlookers
from atlas_sync.operations.planned import Plan, PlannedEngagement
from atlas_sync.operations.records import by_engagement, load_records
from atlas_sync.operations.shelf import Shelf
from atlas_sync.operations.workspace import Connection, Workspace, new_run_id
from atlas_sync.store.judgements import standing
from atlas_sync.store.ledger import Ledger, StoredPlan
from atlas_sync.store.publish import open_snapshot
from atlas_sync.store.warehouse import Rows

__all__ = ["Ground", "draw_up", "open_writer", "plan", "survey", "tracker_of"]

_TOGETHER = 50
"""Engagements whose records are in memory at once."""


def tracker_of(workspace: Workspace) -> Connection:
    """Give the tracker that is written to.

    Raises:
        ConfigError: none is connected, or several are.
    """
    trackers = workspace.trackers()
    if len(trackers) != 1:
        message = f"{len(trackers)} trackers are connected that can be written to; one is needed."
        raise ConfigError(message, advice="Correct the connections in atlas.toml.")
    return trackers[0]


def plan(workspace: Workspace) -> Plan:
    """Draw up the plan for all won engagements and keep it in the ledger.

    Raises:
        ConfigError: no tracker is connected.
        StoreError: nothing was synced yet.
        AccessError, TransientError: the tracker could not be asked what it holds.
    """
    with open_snapshot(workspace.home) as snapshot, closing(workspace.open_ledger()) as ledger:
        ground = survey(workspace, snapshot, ledger)
        planned = tuple(draw_up(workspace, snapshot, ground))
        newest = snapshot.newest(Gap, per=("state",), by="opened_at")
        drawn = Plan(
            id=_name_of(planned),
            made_at=workspace.now(),
            snapshot=snapshot.name,
            engagements=planned,
            newest_gap_at=max((gap.opened_at for gap in newest), default=None),
        )
        ground.deals.adopt(ledger, run=new_run_id(drawn.made_at))
        ledger.keep_plan(StoredPlan(id=drawn.id, made_at=drawn.made_at, applied_at=None, body=drawn.model_dump_json()))
    return drawn


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan stands on: the won engagements with their places, what is in the way there, and what is there of ours.

    `keys` are what the projects that were named are called now. `deals` is the same on the selling side, `shelf` has the
    projects that are copied, `words` what people said of gaps. `audience_at` tells who can read any project.
    """

    tracker: Connection
    writer: Writer
    won: Sequence[Engagement]
    places: Mapping[str, Target]
    fitness: Mapping[str, Preflight]
    keys: Mapping[str, str]
    holdings: Holdings
    deals: Deals
    shelf: Shelf
    words: Mapping[str, GapWord]
    audience_at: Callable[[str], Audience]


def survey(workspace: Workspace, rows: Rows, ledger: Ledger) -> Ground:
    """Look at the record and the tracker, and bring the ledger up to what is seen."""
    tracker = tracker_of(workspace)
    engagements = rows.select(Engagement)
    won = sorted(
        (row for row in engagements if row.stage == "won"), key=lambda row: (row.won_at is None, row.won_at, row.id)
    )
    projects_of = by_engagement(rows, DeliveryProject, [row.id for row in won])
    named = {row.id: _place_of(workspace, row, projects_of[row.id]) for row in won}
    writer = open_writer(tracker)
    told = {key: writer.preflight(key) for key in sorted({key for key in named.values() if key})}
    # A tracker answers to a former key: what was declared of that one need not hold for the project as it is called now.
    keys = {key: found.key or key for key, found in told.items()}
    places = _targets(workspace, won, {name: keys[key] for name, key in named.items() if key})
    fitness = {keys[key]: found for key, found in told.items()}
    audience_at = _audience_at(workspace, writer, fitness)
    holdings = take_stock(
        writer,
        ledger,
        [project for project, found in fitness.items() if not found.problems],
        system=tracker.name,
        engagements={one for row in engagements for one in row.ids},
        audience_at=audience_at,
        now=workspace.now(),
        settle_s=workspace.delivery.settle_s,
    )
    deals, words = look_at_deals(workspace, ledger, won), judged_of(standing(ledger.judgements("gap"))).gaps
    return Ground(tracker, writer, won, places, fitness, keys, holdings, deals, Shelf(writer), words, audience_at)


def draw_up(workspace: Workspace, rows: Rows, ground: Ground) -> Iterator[PlannedEngagement]:
    """Plan one engagement after the other, for gaps as people judge them by now; records are read some at a time."""
    today = workspace.today
    for start in range(0, len(ground.won), _TOGETHER):
        names = [row.id for row in ground.won[start : start + _TOGETHER]]
        gaps, scores = by_engagement(rows, Gap, names), by_engagement(rows, Handoff, names)
        for record in load_records(rows, names):
            name = record.engagement.id
            judged = [as_judged(as_unjudged(gap), ground.words.get(gap.id), today) for gap in gaps[name]]
            score = next((recount(one, record, gaps[name], judged) for one in scores[name]), None)
            yield _engagement(workspace, rows, ground, record, gaps=judged, score=score)


def _engagement(
    workspace: Workspace,
    rows: Rows,
    ground: Ground,
    record: EngagementRecord,
    *,
    gaps: Sequence[Gap],
    score: Handoff | None,
) -> PlannedEngagement:
    """Plan one engagement: its place in the tracker first, then its deal."""
    target = ground.places.get(record.engagement.id)
    if target is None:
        template = workspace.delivery.template_for(record.engagement.deal_type)
        place = _unplaced(record, ground.tracker.name, template)
    else:
        fitness = ground.fitness[target.project]
        target = _fit(target, fitness)
        template = workspace.delivery.template_for(record.engagement.deal_type)
        template = "" if ground.keys.get(template, template) == target.project else template
        try:
            proposal = propose(
                record,
                gaps,
                target=target,
                existing=ground.holdings.existing,
                tenant=workspace.tenant,
                rules=workspace.delivery.rules,
                template=partial(ground.shelf.patterns, template),
                onlookers=find_onlookers(rows, record, workspace.delivery.watch, system=ground.tracker.name),
            )
        except RejectedError as error:
            proposal, fitness = Proposal(), replace(fitness, problems=(*fitness.problems, str(error)))
        place = _placed(workspace, ground, record, target=target, fitness=fitness, proposal=proposal)
    told, left = ground.deals.tell(record, gaps, score)
    systems = dict.fromkeys(SourceRef.parse(source).system for source in record.engagement.deals)
    notes = [note for system in systems for note in ground.deals.notes.get(system, ())]
    return place.model_copy(
        update={
            "commands": (*place.commands, *told),
            "skipped": (*place.skipped, *left),
            "notes": (*place.notes, *notes),
        }
    )


def _placed(
    workspace: Workspace,
    ground: Ground,
    record: EngagementRecord,
    *,
    target: Target,
    fitness: Preflight,
    proposal: Proposal,
) -> PlannedEngagement:
    return PlannedEngagement(
        engagement_id=record.engagement.id,
        name=record.engagement.name,
        client_name=record.engagement.client_name,
        system=ground.tracker.name,
        project=target.project,
        audience=target.audience,
        commands=() if fitness.problems else proposal.commands,
        skipped=proposal.skipped,
        problems=fitness.problems,
        notes=fitness.notes,
        needs=needs_of(
            proposal.commands, record, sure_above=workspace.delivery.sure_above, many=workspace.delivery.many
        ),
    )


def _name_of(planned: Sequence[PlannedEngagement]) -> str:
    """Name a plan by a digest of all its commands."""
    digest = hashlib.sha256()
    for place in planned:
        for command in place.commands:
            digest.update(f"{command.model_dump_json()}\n".encode())
    return digest.hexdigest()[:12]


def open_writer(tracker: Connection) -> Writer:
    """Open the writer of the tracker.

    Raises:
        ConfigError: it can only be read.
    """
    if tracker.open_writer is None:
        message = f"{tracker.name} cannot be written to."
        raise ConfigError(message)
    return tracker.open_writer()


def _place_of(workspace: Workspace, engagement: Engagement, projects: Iterable[DeliveryProject]) -> str | None:
    """Choose where an engagement is written: its surely linked project, else its CRM's default project.

    None in place of one that it names and nobody shows us.
    """
    certain = [project.key for project in projects if project.certain]
    if not certain and engagement.unseen_projects:
        return None
    systems = [SourceRef.parse(source).system for source in engagement.deals]
    usual = [
        workspace.delivery.default_project[system] for system in systems if system in workspace.delivery.default_project
    ]
    return next(iter((*certain, *usual)), None)


def _targets(workspace: Workspace, won: Sequence[Engagement], places: Mapping[str, str]) -> Mapping[str, Target]:
    """Give where each engagement is written that has a place; clients of one name are one to whoever reads there."""
    sold: dict[tuple[str, str | None], list[Engagement]] = defaultdict(list)
    for row in won:
        if row.id in places:
            sold[places[row.id], row.client_name].append(row)
    apart = {name: words for sales in sold.values() for name, words in set_apart(sales).items()}
    return {
        name: Target(project=key, audience=workspace.delivery.audience_of(key), apart=apart[name])
        for name, key in places.items()
    }


def _fit(target: Target, found: Preflight) -> Target:
    """Narrow a target to what the tracker says of it; its word on who can read there goes before what was declared."""
    audience = "client_ok" if found.is_open else target.audience
    return Target(
        project=target.project,
        audience=audience,
        apart=target.apart,
        takes_items=found.takes_items,
        takes_links=found.takes_links,
        takes_comments=found.takes_comments,
        takes_days=found.takes_days,
        takes_files=found.takes_files,
        takes_watchers=found.takes_watchers,
    )


def _audience_at(workspace: Workspace, writer: Writer, fitness: Mapping[str, Preflight]) -> Callable[[str], Audience]:
    """Tell of any project who can read there: people move items to some that no sale is delivered in."""
    told = dict(fitness)

    def audience_at(project: str) -> Audience:
        if workspace.delivery.audience_of(project) == "client_ok":
            return "client_ok"
        if project not in told:
            told[project] = writer.preflight(project)
        return "client_ok" if told[project].is_open else "internal"

    return audience_at


def _unplaced(record: EngagementRecord, system: str, template: str) -> PlannedEngagement:
    source = SourceRef.parse(record.engagement.source).system
    by_hand = f"make one by hand, for a copy of {template}, and put its key on the deal, or " if template else ""
    problem = (
        f"No project is linked and {source} has no default project: {by_hand}set delivery.default_project.{source}."
    )
    return PlannedEngagement(
        engagement_id=record.engagement.id,
        name=record.engagement.name,
        client_name=record.engagement.client_name,
        system=system,
        project="",
        audience="client_ok",
        problems=(unseen(record.engagement) or problem,),
    )
