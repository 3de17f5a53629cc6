"""Where engagements are delivered: the tracker as the warehouse knows it, and the links from deals into it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from atlas_sync.canonical.deals import named_by
from atlas_sync.canonical.engagement import build_work_item
from atlas_sync.canonical.identity import SourceRef, derive_id, marker_for
from atlas_sync.canonical.linking import Link, Tracker, find_links, unseen_keys
from atlas_sync.canonical.model import DeliveryProject, Engagement, WorkItem
from atlas_sync.canonical.observed import (
    ObservedClient,
    ObservedComment,
    ObservedDeal,
    ObservedLink,
    ObservedProject,
    ObservedWorkItem,
    Participant,
)
from atlas_sync.canonical.roster import Roster
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.warehouse import Rows

__all__ = [
    "build_place",
    "build_work_items",
    "claimed_by",
    "client_names",
    "links_of",
    "load_tracker",
    "settings_of",
    "unseen_of",
    "unwon_by_project",
    "without_closed",
]

_AT_ONCE = timedelta(days=1)
"""So far the tracker's clock may be from ours."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def settings_of(workspace: Workspace) -> str:
    """Give the settings that say where engagements are delivered and who can read it there, as text."""
    delivery = workspace.delivery
    return repr([sorted(one.items()) for one in (delivery.default_project, delivery.audience, delivery.links)])


def load_tracker(workspace: Workspace, rows: Rows) -> Tracker:
    """Give everything trackers hold that is not gone, and which projects inside others are some sale's own."""
    tracker = Tracker(
        projects={row.source: row for row in rows.select(ObservedProject, deletion=None)},
        items=rows.select(ObservedWorkItem, deletion=None),
        links=rows.select(ObservedLink, deletion=None),
        shared=frozenset(workspace.delivery.default_project.values()),
    )
    if not tracker.inside:
        return tracker
    return replace(tracker, claimed=claimed_by(workspace, rows.select(ObservedDeal, deletion=None), tracker))


def claimed_by(workspace: Workspace, deals: Iterable[ObservedDeal], tracker: Tracker) -> Mapping[str, frozenset[str]]:
    """Give the projects inside others to which won deals lead by themselves, by source, with these deals."""
    found: dict[str, set[str]] = defaultdict(set)
    for deal in deals:
        for link in _links(workspace, [deal], tracker, [derive_id("eng", deal.source)]) if deal.stage == "won" else ():
            if link.certain and link.project.parent:
                found[link.project.source].add(deal.source)
    return {project: frozenset(those) for project, those in found.items()}


def unwon_by_project(workspace: Workspace, rows: Rows) -> Mapping[str, Sequence[ObservedDeal]]:
    """Give the open and the lost deals that name a project, themselves or in the settings, by the project's source.

    What is inside such a project is theirs as well. Their items are not looked through: these lead from deals that are won.
    """
    projects = {row.source: row for row in rows.select(ObservedProject, deletion=None)}
    tracker = Tracker(projects, items=(), links=(), shared=frozenset(workspace.delivery.default_project.values()))
    links = workspace.delivery.links.keys()
    hints = rows.texts(ObservedDeal, "source", "project_hint", stage=["open", "lost"], deletion=None)
    naming = sorted(source for source, hint in hints if hint or (links and not links.isdisjoint(named_by(source))))
    found: dict[str, list[ObservedDeal]] = defaultdict(list)
    for deal in rows.select(ObservedDeal, source=naming):
        for link in _links(workspace, [deal], tracker, ()):
            found[link.project.source].append(deal)
    return found


def without_closed(
    tracker: Tracker, closed: Mapping[SourceRef, datetime | None], *, confirmed: Collection[str]
) -> Tracker:
    """Leave out what we took back and could only close: it counts as not there.

    An item that a person opened again, finished later, or confirmed, by source, is theirs and counts.
    """
    at = {str(ref): moment for ref, moment in closed.items() if str(ref) not in confirmed}
    if not at:
        return tracker
    items = [item for item in tracker.items if not (item.source in at and _is_as_closed(item, at[item.source]))]
    return replace(tracker, items=items)


def _is_as_closed(item: ObservedWorkItem, at: datetime | None) -> bool:
    """Tell if an item stands as we closed it. Where no status drops an item we finish it, as a person does later."""
    is_later = at is not None and item.updated_at is not None and item.updated_at > at + _AT_ONCE
    return item.state == "dropped" or (item.state == "done" and not is_later)


def client_names(rows: Rows, deals: Iterable[ObservedDeal]) -> Mapping[str, str]:
    """Give the names of the clients of some deals by source, read once for all that ask for links."""
    sources = sorted({deal.client for deal in deals if deal.client})
    return {source: name for source, name in rows.texts(ObservedClient, "source", "name", source=sources) if name}


def links_of(
    workspace: Workspace,
    engagement: Engagement,
    deals: Sequence[ObservedDeal],
    *,
    tracker: Tracker,
    clients: Mapping[str, str],
) -> list[Link]:
    """List the places where an engagement is delivered, the surest first; none for one that is not won.

    `clients` are the names of clients by source. What leads to a deal that was merged away still leads to its engagement.
    """
    if engagement.stage != "won":
        return []
    deals = [deal for deal in deals if deal.deletion in {None, "merged"}]
    named = sorted({deal.client for deal in deals if deal.client} & clients.keys())
    return _links(workspace, deals, tracker, engagement.ids, names=[clients[source] for source in named])


def _links(
    workspace: Workspace,
    deals: Sequence[ObservedDeal],
    tracker: Tracker,
    ids: Iterable[str],
    *,
    names: Collection[str] = (),
) -> list[Link]:
    return find_links(
        deals,
        tracker,
        brief_markers={marker_for(workspace.tenant, one, "brief", one) for one in ids},
        client_names=names,
        configured=_configured(workspace, deals),
    )


def _configured(workspace: Workspace, deals: Sequence[ObservedDeal]) -> list[str]:
    links = workspace.delivery.links
    ids = [spelling for deal in deals for spelling in named_by(deal.source)]
    return [links[one] for one in ids if one in links]


def unseen_of(
    workspace: Workspace,
    deals: Sequence[ObservedDeal],
    *,
    tracker: Tracker,
    places: Iterable[Link | DeliveryProject],
) -> tuple[str, ...]:
    """Give the keys of projects that a won sale names and no tracker shows; none where one of its places is sure."""
    if any(place.certain for place in places):
        return ()
    living = [deal for deal in deals if deal.deletion is None]
    return tuple(unseen_keys(living, tracker, _configured(workspace, living)))


def build_place(workspace: Workspace, engagement_id: str, link: Link) -> DeliveryProject:
    """Make the entity of one place."""
    return DeliveryProject(
        id=derive_id("del", engagement_id, link.project.source, link.epic or ""),
        engagement_id=engagement_id,
        source=link.project.source,
        key=link.project.key,
        name=link.project.name,
        link=link.project.link,
        how=link.how,
        certain=link.certain,
        audience=workspace.delivery.audience_of(link.project.key),
    )


def build_work_items(
    rows: Rows, items: Sequence[ObservedWorkItem], tracker: Tracker, *, engagement_id: str, roster: Roster
) -> list[WorkItem]:
    """Make the entities of work items in projects that the tracker shows; a copy of one of ours is a person's own item."""
    copies = set(_copies(items))
    remarked: dict[str, datetime] = {}
    for comment in rows.select(ObservedComment, work_item=[item.source for item in items], deletion=None):
        remarked[comment.work_item] = max(comment.at, remarked.get(comment.work_item, comment.at))
    return [
        build_work_item(
            item.model_copy(update={"marker": None}) if item.source in copies else item,
            engagement_id=engagement_id,
            project_key=tracker.projects[item.project].key,
            assignee=roster.name(Participant(ref=item.assignee)) if item.assignee else None,
            remarked_at=remarked.get(item.source),
        )
        for item in items
    ]


def _copies(items: Iterable[ObservedWorkItem]) -> Iterator[str]:
    """Yield the sources of items that carry the mark of an earlier one: whoever clones an item takes its label along."""
    known: set[str] = set()
    for item in sorted(items, key=lambda one: (one.created_at or _LONG_AGO, len(one.source), one.source)):
        if item.marker in known:
            yield item.source
        known.update(filter(None, (item.marker,)))
