"""Compare: trace what was promised to what is planned, and list the gaps, with a licence for every absence that is claimed.

Only engagements that wait for it are compared: their record changed, what may be read of their sources did, people said
something of them, a day that counts has come, or another version compared them last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from atlas_sync.canonical.model import Gap, Handoff, TraceLink
from atlas_sync.coverage import EngagementRecord, find_gaps, trace_record
from atlas_sync.coverage.calendar import next_change
from atlas_sync.coverage.handoff import handoff_of
from atlas_sync.coverage.judged import Judged
from atlas_sync.coverage.trace import words_of
from atlas_sync.operations.foreign import whys_unread
from atlas_sync.operations.history import gaps_left, remember
from atlas_sync.operations.identify_deals import engagements_now
from atlas_sync.operations.introductions import introducing
from atlas_sync.operations.judged import fingerprints, judged_of, judgements_at
from atlas_sync.operations.licence import latest_manifests, licence_for
from atlas_sync.operations.matcher import LearnedMatcher, usable_matcher
from atlas_sync.operations.owned import unseen_of_own
from atlas_sync.operations.pending import add_pending, done, pending
from atlas_sync.operations.quarantine import Aside
from atlas_sync.operations.records import by_engagement, load_records
from atlas_sync.operations.remembering import Remembering
from atlas_sync.operations.unsold import look_for_unsold
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.compared import stale_engagements
from atlas_sync.store.landing import Manifest
from atlas_sync.store.ledger import Ledger
from atlas_sync.store.tables import CachedPairs, Compared
from atlas_sync.store.warehouse import Rows, Warehouse
from atlas_sync.store.writes import Intent

__all__ = ["compare"]

_TRACING = "19"
"""Grows with every change of tracing, gaps or history that a release brings: then all is compared again, once."""

_TOGETHER = 200
"""Engagements that are compared and stored at once, which bounds what is in memory and what a kill undoes."""


@dataclass(frozen=True, slots=True)
class _Terms:
    """What all engagements of a run are compared by."""

    run_at: datetime
    version: str
    matcher: LearnedMatcher | None
    markers: Mapping[str, str]
    watching: Mapping[str, frozenset[str]]
    introducing: Mapping[str, str]
    intents: Mapping[str, Intent]
    judged: Judged
    prints: Mapping[str, str]
    unseen: Mapping[str, str]
    manifests: Mapping[str, list[Manifest]]
    aside: Aside


def compare(workspace: Workspace, warehouse: Warehouse, *, run_at: datetime, judged_by: datetime | None = None) -> int:
    """Trace the engagements that wait for it, store their links and gaps anew, and tell how many they were.

    What people said, and who was asked to watch or is to be introduced, after `judged_by` is left to the next run.
    """
    matcher, _why_not = usable_matcher()
    version = f"{_TRACING}/{matcher.version if matcher else 'no matcher'}/{_terms_of(workspace)}"
    judgements = judgements_at(workspace, judged_by)
    judged = judged_of(judgements)
    with closing(workspace.open_ledger()) as ledger:
        watching = _watching(ledger, judged_by)
        said = [one for one in judgements if one.kind in {"link", "gap"}]
        prints = fingerprints(said, engagements_now(warehouse), watching)
        add_pending(warehouse, "compare", stale_engagements(warehouse, version=version, at=run_at))
        add_pending(warehouse, "compare", _judged_since(warehouse, prints))
        waiting = pending(warehouse, "compare")
        intents = ledger.intents() if waiting else []
        meant = introducing(ledger, judged_by) if waiting else {}
    if waiting:
        markers = {intent.marker: intent.subject_id for intent in intents if intent.item != "adopted"}
        unseen = unseen_of_own(warehouse, intents, judged.confirmed)
        read = latest_manifests(warehouse)
        aside = Aside(workspace, warehouse)
        known = {intent.marker: intent for intent in intents if _is_by(intent.changed_at, judged_by)}
        terms = _Terms(run_at, version, matcher, markers, watching, meant, known, judged, prints, unseen, read, aside)
        for start in range(0, len(waiting), _TOGETHER):
            _compare_some(workspace, warehouse, terms, waiting[start : start + _TOGETHER])
    look_for_unsold(workspace, warehouse, judged.gaps, run_at=run_at, is_due=bool(waiting))
    return len(waiting)


def _compare_some(workspace: Workspace, warehouse: Warehouse, terms: _Terms, engagements: Sequence[str]) -> None:
    """Compare some engagements and store what came of it, all or nothing."""
    known: list[tuple[EngagementRecord, list[Gap], Handoff | None]] = []
    compared: list[Compared] = []
    pairs: list[CachedPairs] = []
    judged = terms.judged
    before = by_engagement(warehouse, Gap, engagements)
    left = gaps_left(warehouse, engagements)
    read = {row.engagement_id: row for row in warehouse.select(CachedPairs, engagement_id=engagements)}
    records = [
        replace(one, held_in=workspace.delivery.held_in, large_from=workspace.delivery.large_from)
        for one in _loaded(warehouse, engagements, terms.watching)
    ]
    aside = terms.aside.of([one.engagement for one in records])
    for untraced, words in zip(records, words_of(records), strict=True):
        name, markers = untraced.engagement.id, _as_now(untraced, terms.markers)
        matcher = Remembering(terms.matcher, read.get(name)) if terms.matcher else None
        record = trace_record(untraced, markers=markers, judged=judged, matcher=matcher, words=words)
        record = replace(
            record,
            unseen=_unseen_now(record, terms.unseen),
            introducing=terms.introducing,
            written=_written(record, terms.intents),
            whys_unread=whys_unread(record),
        )
        pairs += [matcher.pairs_of(name)] if matcher else []
        previous = {gap.id: gap for gap in (*before[name], *left.get(name, ()))}
        licence = licence_for(
            workspace, record.engagement, terms.manifests, aside.get(name, {}), projects=record.projects
        )
        gaps = find_gaps(record, licence=licence, previous=previous, run_at=terms.run_at, words=judged.gaps)
        known.append((record, gaps, handoff_of(record, gaps, licence)))
        own = {gap.id: judged.gaps[gap.id] for gap in gaps if gap.id in judged.gaps}
        again = next_change(record, own, terms.run_at)
        said = terms.prints.get(name, "")
        compared.append(Compared(engagement_id=name, version=terms.version, judged=said, again_at=again))
    with warehouse.transaction():
        warehouse.replace(
            TraceLink, [link for record, _gaps, _score in known for link in record.links], engagements=engagements
        )
        warehouse.replace(Gap, [gap for _record, gaps, _score in known for gap in gaps], engagements=engagements)
        warehouse.replace(Handoff, [score for _record, _gaps, score in known if score], engagements=engagements)
        warehouse.replace(Compared, compared, engagements=engagements)
        warehouse.replace(CachedPairs, pairs, engagements=engagements)
        remember(warehouse, known, engagements=engagements, at=terms.run_at)
        done(warehouse, "compare", engagements)
        add_pending(warehouse, "publish", ["all"])


def _terms_of(workspace: Workspace) -> str:
    """Give the settings that gaps follow from, and what is connected, as text: with others, all is compared again."""
    roles = {name: connection.role for name, connection in workspace.connections.items()}
    given: Sequence[Mapping[Any, object]] = (workspace.delivery.held_in, workspace.delivery.large_from, roles)
    return "/".join(",".join(f"{name}={value}" for name, value in sorted(one.items())) for one in given)


def _loaded(
    warehouse: Warehouse, engagements: Sequence[str], watching: Mapping[str, frozenset[str]]
) -> list[EngagementRecord]:
    """Put the records of some engagements together, with who watches what."""
    records = load_records(warehouse, engagements)
    of = ((watching.get(one, frozenset()) for one in record.engagement.ids) for record in records)
    return [replace(record, watching=frozenset[str]().union(*its)) for record, its in zip(records, of, strict=True)]


def _as_now(record: EngagementRecord, markers: Mapping[str, str]) -> Mapping[str, str]:
    """Give the subjects of marks as they are called now: a promise of its own may be a repetition since its deal joined."""
    names = record.names
    return {mark: names.get(subject, subject) for mark, subject in markers.items()} if names else markers


def _unseen_now(record: EngagementRecord, unseen: Mapping[str, str]) -> Mapping[str, str]:
    """Give what is said of items that cannot be seen, also under the name that their promise has now."""
    renamed = {now: unseen[name] for name, now in record.names.items() if name in unseen}
    return {**unseen, **renamed} if renamed else unseen


def _written(record: EngagementRecord, intents: Mapping[str, Intent]) -> Mapping[str, str]:
    """Give by mark what we last wrote into the items of an engagement."""
    known = (intents[item.marker] for item in record.items if item.marker and item.marker in intents)
    return {one.marker: f"{one.written_summary}\n{one.written_body}" for one in known if one.written_body is not None}


def _watching(ledger: Ledger, moment: datetime | None = None) -> Mapping[str, frozenset[str]]:
    """Give by engagement the persons who were asked to watch its brief by a moment, and could be."""
    asked = [step for step in ledger.steps(action="watch") if step.result == "done" and _is_by(step.at, moment)]
    home = {intent.marker: intent.engagement_id for intent in ledger.intents(item="brief")} if asked else {}
    found: dict[str, frozenset[str]] = {}
    for step in asked:
        if step.marker in home:
            found[home[step.marker]] = found.get(home[step.marker], frozenset()) | {step.note}
    return found


def _is_by(at: datetime | None, moment: datetime | None) -> bool:
    return moment is None or at is None or at <= moment


def _judged_since(rows: Rows, prints: Mapping[str, str]) -> list[str]:
    """List the engagements about which people said something, or were asked to watch, that comparing has not taken in."""
    known = {row.engagement_id: row.judged for row in rows.select(Compared, engagement_id=sorted(prints))}
    return [engagement for engagement, judged in known.items() if judged != prints[engagement]]
