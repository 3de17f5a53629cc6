"""Compare: trace what was promised to what is planned, and list the gaps, with a licence for every absence that is claimed.

Only engagements that wait for it are compared: their record changed, or what may be read of their sources did, or they were
compared by another version of the matcher.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.model import (
    Client,
    Contract,
    DeliveryProject,
    Engagement,
    Gap,
    Interaction,
    Outcome,
    Promise,
    ScopeItem,
    Stakeholder,
    TraceLink,
    WorkItem,
)
from atlas_sync.coverage import EngagementRecord, Licence, find_gaps, trace_record
from atlas_sync.coverage.judged import Judged
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


def compare(workspace: Workspace, warehouse: Warehouse, *, run_at: datetime) -> int:
    """Trace the engagements that wait for it, store their links and gaps anew, and tell how many they were."""
    matcher, _why_not = usable_matcher()
    version = f"{_TRACING}/{matcher.version if matcher else 'no matcher'}"
    judgements = judgements_at(workspace)
    judged, prints = judged_by_engagement(judgements), fingerprints(judgements)
    add_pending(warehouse, "compare", stale_engagements(warehouse, version=version, at=run_at))
    add_pending(warehouse, "compare", _judged_since(warehouse, prints))
    waiting = pending(warehouse, "compare")
    if not waiting:
        return 0
    with closing(workspace.open_ledger()) as ledger:
        markers = {intent.marker: intent.subject_id for intent in ledger.intents() if intent.item != "adopted"}
    manifests = latest_manifests(warehouse)
    links: list[TraceLink] = []
    gaps: list[Gap] = []
    compared: list[Compared] = []
    for engagement_id in waiting:
        record = load_record(warehouse, engagement_id)
        if record is None:
            continue
        words = judged.get(engagement_id, _NOTHING_SAID)
        record = trace_record(record, markers=markers, judged=words, matcher=matcher)
        links += record.links
        previous = {gap.id: gap for gap in warehouse.select(Gap, engagement_id=engagement_id)}
        licence = licence_for(workspace, record.engagement, manifests)
        gaps += find_gaps(record, licence=licence, previous=previous, run_at=run_at, words=words.gaps)
        print_ = prints.get(engagement_id, "")
        compared.append(Compared(engagement_id=engagement_id, version=version, judged=print_))
    with warehouse.transaction():
        warehouse.replace(TraceLink, links, engagements=waiting)
        warehouse.replace(Gap, gaps, engagements=waiting)
        warehouse.replace(Compared, compared, engagements=waiting)
        done(warehouse, "compare", waiting)
        add_pending(warehouse, "publish", ["all"])
    return len(waiting)


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
    system = SourceRef.parse(engagement.source).system
    trackers = [connection.name for connection in workspace.connections.values() if connection.role == "tracker"]
    unproven: dict[str, list[str]] = defaultdict(list)
    if not trackers:
        unproven["tracker"].append("no tracker is connected.")
    for name in [system, *trackers]:
        if name not in manifests:
            need = "tracker" if name in trackers else "conversation"
            unproven[need].append(f"{name} has not been read.")
        for manifest in manifests.get(name, ()):
            if manifest.status != "complete":
                sentence = f"{name} {manifest.stream}: {manifest.reason} {manifest.advice}".rstrip()
                for need in {need for feed in manifest.feeds for need in _NEEDS.get(feed, ())}:
                    unproven[need].append(sentence)
    return Licence(unproven={need: tuple(sentences) for need, sentences in unproven.items()})
