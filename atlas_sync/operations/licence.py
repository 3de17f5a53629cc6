"""Licence: what of an engagement's sources was read completely, so that something may be called absent there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from operator import attrgetter

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.model import DeliveryProject, Engagement
from atlas_sync.coverage import Licence
from atlas_sync.operations.quarantine import Streams
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.landing import Manifest
from atlas_sync.store.tables import Quarantined
from atlas_sync.store.warehouse import Rows

__all__ = ["latest_manifests", "licence_for", "licence_of_systems", "unseen"]

_ANYWHERE = "people anywhere"
_EVERY_DEAL = "every deal"
_USERS = "users"
"""The stream of those who own deals, under one name at every CRM; exports may lack it."""
_NAMED = 3
"""Records of a stream that are set aside and named one by one; of the others the number is told."""
_NEEDS = {
    "deal": ("conversation",),
    "conversation": ("conversation",),
    "people": ("people", _ANYWHERE),
    "roles": ("people",),
    "contract": ("contract",),
    "tracker": ("tracker",),
    "watchers": ("watchers",),
}


def latest_manifests(rows: Rows) -> dict[str, list[Manifest]]:
    """Give the newest read of each stream, by connection; of a stream that no run has read, one that says so."""
    by_system: dict[str, list[Manifest]] = defaultdict(list)
    for manifest in rows.newest(Manifest, per=("system", "stream"), by="run"):
        by_system[manifest.system].append(manifest)
    return {system: [*read, *_left_out(read)] for system, read in by_system.items()}


def _left_out(read: Sequence[Manifest]) -> Iterator[Manifest]:
    """Yield what stands for the streams that a connection's last run would have read first, had it not been cut short."""
    last = max(read, key=attrgetter("run"))
    known = {manifest.stream for manifest in read}
    for one in last.unread:
        if one.stream not in known:
            yield Manifest(
                system=last.system,
                stream=one.stream,
                run=last.run,
                mode=one.mode,
                feeds=one.feeds,
                status="failed",
                reason="it has not been read yet.",
                advice="Run `atlas-sync sync` to its end.",
            )


def licence_for(
    workspace: Workspace,
    engagement: Engagement,
    manifests: Mapping[str, list[Manifest]],
    quarantined: Streams,
    *,
    projects: Iterable[DeliveryProject],
) -> Licence:
    """Say what of an engagement's sources was not read completely: its CRMs' streams, every tracker's, everybody's people.

    `quarantined` are the records that are set aside and may belong to it. A tracker that is not connected any more is done with
    for an engagement that has a project in another one. Where it notes a deal that none of its own is, a CRM
    whose deals were not all read is its own as well: the rest of the sale may be there.
    """
    systems = [SourceRef.parse(source).system for source in engagement.deals]
    elsewhere = _unread_deals(workspace, manifests, but=systems) if engagement.unseen_deals else []
    places = {SourceRef.parse(one.source).system for one in projects if one.certain}
    done_with = () if places.isdisjoint(workspace.connections) else _gone(workspace, manifests, feed="tracker")
    read = {name: streams for name, streams in manifests.items() if name not in done_with}
    licence = licence_of_systems(workspace, [*systems, *elsewhere], read, quarantined)
    more = {
        "tracker": unseen(engagement) if _is_any_tracker_read(workspace, read) else "",
        "conversation": _noted(engagement, elsewhere),
        "owner": _unread_owner(engagement, manifests),
    }
    said = {need: (*licence.unproven.get(need, ()), sentence) for need, sentence in more.items() if sentence}
    return Licence({**licence.unproven, **said})


def _is_any_tracker_read(workspace: Workspace, manifests: Mapping[str, list[Manifest]]) -> bool:
    """Tell if anything was read of a tracker: one that nobody has read, or that is not there, hides no project."""
    crms = {connection.name for connection in workspace.connections.values() if connection.role == "crm"}
    read = (one for name, streams in manifests.items() if name not in crms for one in streams)
    return any("tracker" in one.feeds and one.status in {"complete", "partial"} for one in read)


def _unread_deals(workspace: Workspace, manifests: Mapping[str, list[Manifest]], *, but: Container[str]) -> list[str]:
    """Name the CRMs, but some, of which not all deals were read, or not all shown."""
    whole = {
        name
        for name, read in manifests.items()
        if all(one.status == "complete" and not one.withheld for one in read if "deal" in one.feeds)
    }
    crms = [connection.name for connection in workspace.connections.values() if connection.role == "crm"]
    unread = [name for name in crms if name not in whole] + _gone(workspace, manifests, feed="deal")
    return [name for name in unread if name not in but]


def _gone(workspace: Workspace, manifests: Mapping[str, list[Manifest]], *, feed: str) -> list[str]:
    """Name the systems with a feed that were read and are not connected any more."""
    gone = {name: read for name, read in manifests.items() if name not in workspace.connections}
    return [name for name, read in gone.items() if any(feed in manifest.feeds for manifest in read)]


def _noted(engagement: Engagement, elsewhere: Sequence[str]) -> str:
    """Say what leads from a sale to CRMs of which not all deals were read; empty where there are none."""
    ids, names = ", ".join(engagement.unseen_deals), " and ".join(elsewhere)
    return f"this deal notes {ids}, which may be a deal of {names} that was not read." if elsewhere else ""


def _unread_owner(engagement: Engagement, manifests: Mapping[str, list[Manifest]]) -> str:
    """Say that a CRM's users, of whom one owns the deal, are no part of what is read of it; empty where they are."""
    if engagement.unseen_owner is None:
        return ""
    name = SourceRef.parse(engagement.unseen_owner).system
    if any(manifest.stream == _USERS for manifest in manifests.get(name, ())):
        return ""
    return f"{name} {_USERS}: owners are not read. Add connections.{name}.streams.{_USERS}."


def unseen(engagement: Engagement) -> str:
    """Say which projects a sale names that no tracker shows, and what to do; empty where there are none."""
    if not engagement.unseen_projects:
        return ""
    keys = ", ".join(engagement.unseen_projects)
    see = "let the integration's user see it, add it to `projects` where the connection names some"
    return (
        f"the deal names {keys}, which no tracker shows: {see}, or correct the deal (what was moved has another key)."
    )


def licence_of_systems(
    workspace: Workspace,
    systems: Iterable[str],
    manifests: Mapping[str, list[Manifest]],
    quarantined: Streams,
) -> Licence:
    """Say what of some systems, of every tracker, and of the people in any other system, was not read completely.

    Of one that was read and is not connected any more, no read holds.
    """
    trackers = [connection.name for connection in workspace.connections.values() if connection.role == "tracker"]
    trackers += _gone(workspace, manifests, feed="tracker")
    own = dict.fromkeys([*systems, *trackers])
    unproven: dict[str, list[str]] = defaultdict(list)
    if not trackers:
        unproven["tracker"].append("no tracker is connected.")
    there = own | dict.fromkeys([*workspace.connections, *manifests])
    for name in there:
        unread = "tracker" if name in trackers else "conversation"
        is_connected = name in workspace.connections
        found = _unproven_of(name, manifests, unread=unread) if is_connected else _unproven_of_gone(name, manifests)
        for need, sentence in found:
            if name in own or need == _ANYWHERE:
                unproven[need].append(sentence)
    read = [manifest for name in there for manifest in manifests.get(name, ())]
    for need, sentence in _set_aside(quarantined, read, own):
        unproven[need].append(sentence)
    return Licence(unproven={need: tuple(sentences) for need, sentences in unproven.items()})


def _unproven_of(name: str, manifests: Mapping[str, list[Manifest]], *, unread: str) -> Iterator[tuple[str, str]]:
    """Give each need that a system leaves unproven, with why; `unread` is the one that lacks where nothing was read of it."""
    if name not in manifests:
        for need in (unread, _ANYWHERE):
            yield need, f"{name} has not been read."
    for manifest in manifests.get(name, ()):
        if manifest.status != "complete":
            reason = manifest.reason.removeprefix(f"{name} ").removeprefix(f"{manifest.stream}: ")
            sentence = f"{name} {manifest.stream}: {reason} {manifest.advice}".rstrip()
            for need in _needs_of(manifest):
                yield need, sentence
        elif manifest.withheld and "deal" in manifest.feeds:
            yield _EVERY_DEAL, f"{name} {manifest.stream}: {manifest.withheld}"


def _unproven_of_gone(name: str, manifests: Mapping[str, list[Manifest]]) -> Iterator[tuple[str, str]]:
    """Give each need that a system leaves unproven by not being connected any more, with what to do."""
    sentence = (
        f"{name} is not connected any more: name it again under connections, or, to do without its records, move its folder "
        "out of `landing` and run `atlas-sync rebuild`."
    )
    needs = {need for manifest in manifests.get(name, ()) for need in _needs_of(manifest)}
    for need in needs or {"conversation", _ANYWHERE}:
        yield need, sentence


def _set_aside(quarantined: Streams, read: Iterable[Manifest], own: Container[str]) -> Iterator[tuple[str, str]]:
    """Give each need that records leave unproven while they are set aside, with which those are.

    One of a system that is not the engagement's `own` counts where it says that it belongs to it, and as a person may.
    """
    for manifest in read:
        rows = quarantined.get((manifest.system, manifest.stream), ())
        near = rows if manifest.system in own else list(takewhile(lambda row: row.belongs_to, rows))
        for need in _needs_of(manifest):
            for sentence in _sentences(rows if need == _ANYWHERE else near):
                yield need, sentence


def _sentences(quarantined: Sequence[Quarantined]) -> Iterator[str]:
    """Say which records of one stream are set aside, why, and what to do."""
    for row in quarantined[:_NAMED]:
        reason = row.reason.rstrip(".")
        yield (
            f"{row.system} {row.stream}: the record {SourceRef.parse(row.source).id} is set aside: {reason}. "
            f"Correct or delete it in {row.system}; if it is right or gone there, upgrade and run `atlas-sync rebuild`."
        )
    if (more := len(quarantined) - _NAMED) > 0:
        row = quarantined[0]
        yield f"{row.system} {row.stream}: {more} more are set aside; the table `quarantined` of a snapshot lists them."


def _needs_of(manifest: Manifest) -> set[str]:
    return {need for feed in manifest.feeds for need in _NEEDS.get(feed, ())}
