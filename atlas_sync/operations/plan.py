"""Plan: what would be written to the tracker, as an ordered list of commands that `apply` carries out unchanged.

Made from the published snapshot, the ledger, and what the tracker holds of ours right now. Nothing is written anywhere but
the plan itself.
"""

from __future__ import annotations

import hashlib
from contextlib import closing
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.model import Engagement, Gap
from atlas_sync.connectors.protocol import RemoteItem, Writer
from atlas_sync.coverage import EngagementRecord, ExistingItem, Skipped, Target, WriteCommand, propose
from atlas_sync.errors import ConfigError
from atlas_sync.operations.compare import load_record
from atlas_sync.operations.workspace import Connection, Workspace
from atlas_sync.store.ledger import Intent, Ledger, StoredPlan
from atlas_sync.store.publish import open_snapshot
from atlas_sync.store.warehouse import Rows

__all__ = ["Plan", "PlannedEngagement", "draw_up", "existing_items", "plan", "tracker_of"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlannedEngagement(_Part):
    """What one engagement needs, where it goes and what is left out with the reason. `problems` stand in the way of all."""

    engagement_id: str
    name: str
    client_name: str | None
    system: str
    project: str
    audience: str
    commands: tuple[WriteCommand, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[str, ...] = ()


class Plan(_Part):
    """A plan. `id` follows from the commands: the same work gives the same id."""

    id: str
    made_at: datetime
    snapshot: str
    engagements: tuple[PlannedEngagement, ...]

    @property
    def commands(self) -> list[WriteCommand]:
        """Give every command, in order."""
        return [command for engagement in self.engagements for command in engagement.commands]


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
        drawn = draw_up(workspace, snapshot, ledger, snapshot_name=snapshot.name)
        ledger.keep_plan(StoredPlan(id=drawn.id, made_at=drawn.made_at, applied_at=None, body=drawn.model_dump_json()))
    return drawn


def draw_up(workspace: Workspace, rows: Rows, ledger: Ledger, *, snapshot_name: str) -> Plan:
    """Draw up the plan without keeping it."""
    tracker = tracker_of(workspace)
    won = sorted(rows.select(Engagement, stage="won"), key=lambda row: (row.won_at is None, row.won_at, row.id))
    places = {row.id: _target(workspace, rows, row) for row in won}
    writer = _open(tracker)
    projects = sorted({target.project for target in places.values() if target is not None})
    problems = {project: tuple(writer.preflight(project)) for project in projects}
    writable = [project for project in projects if not problems[project]]
    existing = existing_items(writer, ledger, writable, system=tracker.name)
    planned = []
    for row in won:
        record = load_record(rows, row.id)
        target = places[row.id]
        if record is None:
            continue
        if target is None:
            planned.append(_unplaced(record, tracker.name))
            continue
        gaps = rows.select(Gap, engagement_id=row.id)
        proposal = propose(record, gaps, target=target, existing=existing, tenant=workspace.tenant)
        in_the_way = problems[target.project]
        planned.append(
            PlannedEngagement(
                engagement_id=row.id,
                name=row.name,
                client_name=row.client_name,
                system=tracker.name,
                project=target.project,
                audience=target.audience,
                commands=() if in_the_way else proposal.commands,
                skipped=proposal.skipped,
                problems=in_the_way,
            )
        )
    digest = hashlib.sha256("\n".join(c.model_dump_json() for p in planned for c in p.commands).encode()).hexdigest()
    return Plan(id=digest[:12], made_at=workspace.now(), snapshot=snapshot_name, engagements=tuple(planned))


def _open(tracker: Connection) -> Writer:
    if tracker.open_writer is None:
        message = f"{tracker.name} cannot be written to."
        raise ConfigError(message)
    return tracker.open_writer()


def _target(workspace: Workspace, rows: Rows, engagement: Engagement) -> Target | None:
    """Choose where an engagement is written: its surely linked project, else its CRM's default project."""
    record = load_record(rows, engagement.id)
    certain = [project.key for project in record.projects if project.certain] if record else []
    system = SourceRef.parse(engagement.source).system
    key = certain[0] if certain else workspace.delivery.default_project.get(system)
    return Target(project=key, audience=workspace.delivery.audience_of(key)) if key else None


def _unplaced(record: EngagementRecord, system: str) -> PlannedEngagement:
    source = SourceRef.parse(record.engagement.source).system
    return PlannedEngagement(
        engagement_id=record.engagement.id,
        name=record.engagement.name,
        client_name=record.engagement.client_name,
        system=system,
        project="",
        audience="client_ok",
        problems=(f"No project is linked and {source} has no default project: set delivery.default_project.{source}.",),
    )


def existing_items(writer: Writer, ledger: Ledger, projects: list[str], *, system: str) -> dict[str, ExistingItem]:
    """Give what the tracker holds of ours, by mark: everything with our label, and what only the ledger still knows.

    What the ledger made and the tracker does not show any more was removed by a person; it counts as existing, so that it
    is never made again.
    """
    found = {item.marker: item for project in projects for item in writer.sweep(project)}
    intents = {intent.marker: intent for intent in ledger.intents()}
    for marker in found.keys() - intents.keys():
        intents[marker] = _adopt(ledger, found[marker], system=system)
    known = {marker: _from_remote(item, intents.get(marker)) for marker, item in found.items()}
    for marker, intent in intents.items():
        if marker in known or intent.state == "refused":
            continue
        item = writer.get(intent.remote_id) if intent.remote_id else writer.find(marker, project=intent.project)
        if item is not None:
            known[marker] = _from_remote(item, intent)
        elif intent.state in {"done", "gone"}:
            known[marker] = ExistingItem(marker=marker, key=intent.remote_key or "", state="gone")
    return known


def _adopt(ledger: Ledger, item: RemoteItem, *, system: str) -> Intent:
    """Write down an item that carries a mark of ours and is not in the ledger: the ledger was lost, or is a new one.

    What it is about follows from the item itself at the next sync; until then it stands for its mark.
    """
    intent = Intent(
        marker=item.marker,
        system=system,
        project=item.key.rpartition("-")[0],
        engagement_id="",
        subject_id=item.marker,
        item="adopted",
        state="done",
        plan_id="",
        remote_id=item.id,
        remote_key=item.key,
        url=item.url,
        written_summary=item.summary,
        written_body=item.body_text,
    )
    ledger.record(intent)
    return intent


def _from_remote(item: RemoteItem, intent: Intent | None) -> ExistingItem:
    """Describe an item of ours; a body that is not as we wrote it belongs to the person who changed it."""
    ours = intent is None or intent.written_body is None or intent.written_body == item.body_text
    return ExistingItem(
        marker=item.marker,
        key=item.key,
        state=item.state,
        body_text=item.body_text,
        edited_by_person=not ours,
        linked=intent.linked if intent else False,
    )
