"""Compare: trace what was promised to what is planned, and list the gaps, with a licence for every absence that is claimed.

Only engagements that wait for it are compared: their record changed, or what may be read of their sources did, or they were
compared by another version of the matcher.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.model import (
    Client,
    Contract,
    DeliveryProject,
    Engagement,
    Gap,
    Handoff,
    Interaction,
    Obligation,
    Outcome,
    Promise,
    ScopeItem,
    Stakeholder,
    TraceLink,
    WorkItem,
)
from atlas_sync.canonical.observed import ObservedProject
from atlas_sync.coverage import EngagementRecord, Licence, find_gaps, trace_record
from atlas_sync.coverage.calendar import next_change
from atlas_sync.coverage.handoff import handoff_of
from atlas_sync.coverage.judged import Judged
from atlas_sync.coverage.unsold import unsold_projects
from atlas_sync.operations.history import remember
from atlas_sync.operations.judged import fingerprints, judged_by_engagement, judgements_at
from atlas_sync.operations.matcher import usable_matcher
from atlas_sync.operations.pending import add_pending, done, pending
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.compared import stale_engagements
from atlas_sync.store.landing import Manifest
from atlas_sync.store.tables import Compared
from atlas_sync.store.warehouse import Rows, Warehouse

__all__ = ["compare", "latest_manifests", "licence_for", "load_record"]

_TRACING = "1"
"""Grows with every change of tracing or gaps that a release brings: then all is compared again, once."""

_NOTHING_SAID = Judged()
_NEEDS = {"deal": ("conversation",), "conversation": ("conversation",), "people": ("people",), "tracker": ("tracker",)}


def compare(workspace: Workspace, warehouse: Warehouse, *, run_at: datetime, judged_by: datetime | None = None) -> int:
    """Trace the engagements that wait for it, store their links and gaps anew, and tell how many they were.

    What people said after `judged_by` is left to the next run.
    """
    matcher, _why_not = usable_matcher()
    version = f"{_TRACING}/{matcher.version if matcher else 'no matcher'}"
    judgements = judgements_at(workspace, judged_by)
    judged, prints = judged_by_engagement(judgements), fingerprints(judgements)
    add_pending(warehouse, "compare", stale_engagements(warehouse, version=version, at=run_at))
    add_pending(warehouse, "compare", _judged_since(warehouse, prints))
    _look_for_unsold(workspace, warehouse, judged, run_at=run_at)
    waiting = pending(warehouse, "compare")
    if not waiting:
        return 0
    with closing(workspace.open_ledger()) as ledger:
        markers = {intent.marker: intent.subject_id for intent in ledger.intents() if intent.item != "adopted"}
    manifests = latest_manifests(warehouse)
    links: list[TraceLink] = []
    gaps: list[Gap] = []
    handoffs: list[Handoff] = []
    compared: list[Compared] = []
    known: list[tuple[EngagementRecord, list[Gap], Handoff | None]] = []
    for engagement_id in waiting:
        record = load_record(warehouse, engagement_id)
        if record is None:
            continue
        words = judged.get(engagement_id, _NOTHING_SAID)
        record = trace_record(record, markers=markers, judged=words, matcher=matcher)
        links += record.links
        previous = {gap.id: gap for gap in warehouse.select(Gap, engagement_id=engagement_id)}
        licence = licence_for(workspace, record.engagement, manifests)
        found = find_gaps(record, licence=licence, previous=previous, run_at=run_at, words=words.gaps)
        gaps += found
        handoff = handoff_of(record, found)
        handoffs += [handoff] if handoff else []
        known.append((record, found, handoff))
        compared.append(
            Compared(
                engagement_id=engagement_id,
                version=version,
                judged=prints.get(engagement_id, ""),
                again_at=next_change(record, words.gaps, run_at),
            )
        )
    with warehouse.transaction():
        warehouse.replace(TraceLink, links, engagements=waiting)
        warehouse.replace(Gap, gaps, engagements=waiting)
        warehouse.replace(Handoff, handoffs, engagements=waiting)
        warehouse.replace(Compared, compared, engagements=waiting)
        remember(warehouse, known, engagements=waiting, at=run_at)
        done(warehouse, "compare", waiting)
        add_pending(warehouse, "publish", ["all"])
    return len(waiting)


def _look_for_unsold(
    workspace: Workspace, warehouse: Warehouse, judged: Mapping[str, Judged], *, run_at: datetime
) -> None:
    """Store the gaps about projects without a deal, where anything about them is new."""
    before = warehouse.select(Gap, kind="project_without_deal")
    projects = warehouse.select(ObservedProject)
    if not projects and not before:
        return
    now = unsold_projects(
        projects,
        sold={place.source for place in warehouse.select(DeliveryProject)} | _shared(workspace, projects),
        clients=warehouse.select(Client),
        licence=_licence(workspace, [one.name for one in workspace.connections.values()], latest_manifests(warehouse)),
        previous={gap.id: gap for gap in before},
        words={name: word for one in judged.values() for name, word in one.gaps.items()},
        run_at=run_at,
    )
    if {gap.id: gap for gap in now} != {gap.id: gap for gap in before}:
        with warehouse.transaction():
            warehouse.replace(Gap, now, engagements=[gap.engagement_id for gap in (*before, *now)])
            add_pending(warehouse, "publish", ["all"])


def _shared(workspace: Workspace, projects: Iterable[ObservedProject]) -> set[str]:
    """Name the projects that serve many engagements, and so need no deal of their own."""
    keys = set(workspace.delivery.default_project.values())
    return {project.source for project in projects if project.key in keys}


def _judged_since(rows: Rows, prints: Mapping[str, str]) -> list[str]:
    """List the engagements about which people said something that comparing has not taken in."""
    known = {row.engagement_id: row.judged for row in rows.select(Compared, engagement_id=sorted(prints))}
    return [engagement for engagement, judged in known.items() if judged != prints[engagement]]


def load_record(rows: Rows, engagement_id: str) -> EngagementRecord | None:
    """Put one engagement's record together; None where there is no such engagement."""
    found = rows.select(Engagement, id=engagement_id)
    if not found:
        return None
    engagement = found[0]
    clients = rows.select(Client, id=engagement.client_id) if engagement.client_id else []
    return EngagementRecord(
        engagement=engagement,
        client=clients[0] if clients else None,
        promises=tuple(rows.select(Promise, engagement_id=engagement_id)),
        outcomes=tuple(rows.select(Outcome, engagement_id=engagement_id)),
        scope=tuple(rows.select(ScopeItem, engagement_id=engagement_id)),
        obligations=tuple(rows.select(Obligation, engagement_id=engagement_id)),
        stakeholders=tuple(rows.select(Stakeholder, engagement_id=engagement_id)),
        contracts=tuple(rows.select(Contract, engagement_id=engagement_id)),
        interactions=tuple(rows.select(Interaction, engagement_id=engagement_id)),
        projects=tuple(rows.select(DeliveryProject, engagement_id=engagement_id)),
        items=tuple(rows.select(WorkItem, engagement_id=engagement_id)),
        links=tuple(rows.select(TraceLink, engagement_id=engagement_id)),
    )


def latest_manifests(rows: Rows) -> dict[str, list[Manifest]]:
    """Give the newest read of each stream, by connection."""
    by_system: dict[str, list[Manifest]] = defaultdict(list)
    for manifest in rows.newest(Manifest, per=("system", "stream"), by="run"):
        by_system[manifest.system].append(manifest)
    return by_system


def licence_for(workspace: Workspace, engagement: Engagement, manifests: Mapping[str, list[Manifest]]) -> Licence:
    """Say what of an engagement's sources was not read completely: its CRM's streams and every tracker's."""
    return _licence(workspace, [SourceRef.parse(engagement.source).system], manifests)


def _licence(workspace: Workspace, systems: Iterable[str], manifests: Mapping[str, list[Manifest]]) -> Licence:
    trackers = [connection.name for connection in workspace.connections.values() if connection.role == "tracker"]
    unproven: dict[str, list[str]] = defaultdict(list)
    if not trackers:
        unproven["tracker"].append("no tracker is connected.")
    for name in dict.fromkeys([*systems, *trackers]):
        if name not in manifests:
            need = "tracker" if name in trackers else "conversation"
            unproven[need].append(f"{name} has not been read.")
        for manifest in manifests.get(name, ()):
            if manifest.status != "complete":
                sentence = f"{name} {manifest.stream}: {manifest.reason} {manifest.advice}".rstrip()
                for need in {need for feed in manifest.feeds for need in _NEEDS.get(feed, ())}:
                    unproven[need].append(sentence)
    return Licence(unproven={need: tuple(sentences) for need, sentences in unproven.items()})
