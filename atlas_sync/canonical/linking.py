"""Which tracker project delivers which deal, and which work items belong to it. Explicit signs only, each with its name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TypeVar
from urllib.parse import urlsplit

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.normalize import company_key, fold
from atlas_sync.canonical.observed import ObservedDeal, ObservedLink, ObservedProject, ObservedWorkItem
from atlas_sync.canonical.typed_keys import is_key, parts_of, small_keys_in, split_key

__all__ = ["Link", "Tracker", "find_links", "items_of", "unseen_keys"]

KeyT = TypeVar("KeyT")
FoundT = TypeVar("FoundT")

_BETWEEN = re.compile(r"[/?#]")
_TELLING = 6
_TYPED = "named on the deal"
_DEALS = frozenset(("deal", "opportunity"))
_ANYBODYS = frozenset(("app", "crm", "www"))
_ID_ALONE, _CASE_SAFE = 15, 18
"""An id of so many letters says by itself what it is of; three more tell small letters from capitals and may be left out."""


@dataclass(frozen=True)
class Tracker:
    """What a tracker holds, as far as linking needs it. `shared` are keys of projects that serve many engagements.

    `claimed` are, by source, the projects inside others to which deals lead by themselves, and these deals.
    Each sale looks its own up here, by positions among the items: to walk all of them for each takes sales times items.
    """

    projects: Mapping[str, ObservedProject]
    items: Sequence[ObservedWorkItem]
    links: Sequence[ObservedLink]
    shared: frozenset[str]
    claimed: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def inside(self) -> Mapping[str, Sequence[ObservedProject]]:
        """Give the projects by that inside which they are."""
        return _grouped((project.parent, project) for project in self.projects.values() if project.parent)

    @cached_property
    def by_key(self) -> Mapping[str, ObservedProject]:
        """Give the projects by all their keys; the project that has a key now goes before one that had it."""
        projects = self.projects.values()
        former = {key: project for project in projects for key in project.former_keys}
        return former | {project.key: project for project in projects}

    def is_shared(self, project: ObservedProject) -> bool:
        """Tell if a project serves many engagements, by any of its keys."""
        return not self.shared.isdisjoint(project.keys)

    @cached_property
    def by_sign(self) -> Mapping[str, Sequence[int]]:
        """Give the items by their sources and their marks."""
        return _grouped((sign, at) for at, item in enumerate(self.items) for sign in (item.source, item.marker) if sign)

    @cached_property
    def has_small_keys(self) -> bool:
        """Tell if projects have keys with small letters here, as Redmine's have and Jira's have not."""
        return any(project.key != project.key.upper() for project in self.projects.values())

    @cached_property
    def by_item_key(self) -> Mapping[str, ObservedWorkItem]:
        """Give the items by how people call them."""
        return {item.key: item for item in self.items}

    @cached_property
    def by_project(self) -> Mapping[str, Sequence[int]]:
        """Give the items that are there by their projects."""
        return _grouped((item.project, at) for at, item in enumerate(self.items) if item.deletion is None)

    @cached_property
    def by_parent(self) -> Mapping[tuple[str, str], Sequence[int]]:
        """Give the items that are there by their projects and what they stand below."""
        below = ((item, at) for at, item in enumerate(self.items) if item.deletion is None)
        return _grouped(((item.project, item.parent), at) for item, at in below if item.parent)

    @cached_property
    def epics(self) -> Mapping[str, Sequence[int]]:
        """Give the epics of shared projects by each word of their summaries."""
        shared = {source for source, project in self.projects.items() if self.is_shared(project)}
        inside = ((item, at) for at, item in enumerate(self.items) if item.project in shared)
        epics = ((item, at) for item, at in inside if item.kind.casefold() == "epic")
        return _grouped((word, at) for item, at in epics for word in set(_words(item.summary)))

    @cached_property
    def by_address(self) -> Mapping[str, Sequence[ObservedLink]]:
        """Give the links by their addresses and by each part of these."""
        return _grouped((part, link) for link in self.links for part in {link.url, *_BETWEEN.split(link.url)})


def _grouped(pairs: Iterable[tuple[KeyT, FoundT]]) -> dict[KeyT, list[FoundT]]:
    found: dict[KeyT, list[FoundT]] = defaultdict(list)
    for key, one in pairs:
        found[key].append(one)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Link:
    """An engagement's place in a tracker: a whole project, or what stands below `epic` (a source) in a shared one.

    `how` names the sign; `certain` is false where it is only a client's name, or that the project is inside such a one: good
    for looking and not for writing.
    """

    project: ObservedProject
    how: str
    epic: str | None = None
    certain: bool = True


def find_links(
    deals: Sequence[ObservedDeal],
    tracker: Tracker,
    *,
    brief_markers: Collection[str],
    client_names: Collection[str],
    configured: Iterable[str] = (),
) -> list[Link]:
    """List where a sale is delivered, the surest sign first; one link a place. `deals` are all of its deals.

    `brief_markers` are the marks of our own briefs for this sale; `configured` are project keys set by hand. An item that was
    moved leads to all of its new project only where nothing else says where the sale is delivered: then the sale has moved.
    """
    by_key = tracker.by_key
    found: list[Link] = []
    found.extend(Link(by_key[key], "configured") for key in configured if key in by_key)
    found.extend(_named(deals, tracker))
    linked = set(_linked(deals, tracker))
    signed = {at for sign in (*brief_markers, *linked) for at in tracker.by_sign.get(sign, ())}
    moved: list[tuple[ObservedWorkItem, Link]] = []
    for item in (tracker.items[at] for at in sorted(signed.union(_naming(client_names, tracker)))):
        project = tracker.projects.get(item.project)
        if project is None:
            continue
        epic = item.source if tracker.is_shared(project) else None
        how = "our brief" if item.marker in brief_markers else "a link to the deal" if item.source in linked else ""
        if how:
            link = Link(project, how, epic)
            moved += [(item, link)] if item.moved_from else []
            found += [] if item.moved_from else [link]
        else:
            found.append(Link(project, "an epic that names the client", epic, certain=False))
    found += _of_moved(moved, [link for link in found if link.certain])
    found += _inside(found, {deal.source for deal in deals}, tracker)
    return list({(link.project.key, link.epic): link for link in reversed(found)}.values())[::-1]


def _inside(links: Iterable[Link], deals: Collection[str], tracker: Tracker) -> Iterator[Link]:
    """Yield the projects inside those that a sale has to itself, but for what another sale's deals lead to."""
    whole = [link.project for link in links if link.epic is None and not tracker.is_shared(link.project)]
    known = {project.source for project in whole}
    for project in whole:  # which grows
        for inner in tracker.inside.get(project.source, ()):
            is_others = not tracker.claimed.get(inner.source, frozenset()).issubset(deals)
            if not (inner.source in known or is_others or tracker.is_shared(inner)):
                known.add(inner.source)
                whole.append(inner)
                yield Link(inner, f"inside {project.key}", certain=False)


def _linked(deals: Iterable[ObservedDeal], tracker: Tracker) -> Iterator[str]:
    """Yield the items that link to a deal's page."""
    for page in (_Page.of(deal) for deal in deals if deal.link):
        for part in {page.link, page.number, page.stem}:
            yield from (link.work_item for link in tracker.by_address.get(part, ()) if page.is_at(link.url))


def _naming(names: Iterable[str], tracker: Tracker) -> Iterator[int]:
    """Yield the epics of shared projects that name a client."""
    for key in map(company_key, names):
        for at in tracker.epics.get(key.partition(" ")[0], ()):
            if _names_client(tracker.items[at].summary, key):
                yield at


def _of_moved(moved: Iterable[tuple[ObservedWorkItem, Link]], sure: Sequence[Link]) -> Iterator[Link]:
    """Yield where moved items lead, beside sure places: each to itself and what is below it, unless there is no such place."""
    whole = {link.project.key for link in sure if link.epic is None}
    for item, link in moved:
        if not sure:
            yield link
        elif link.project.key not in whole:
            yield replace(link, epic=item.source)


def unseen_keys(deals: Sequence[ObservedDeal], tracker: Tracker, configured: Iterable[str]) -> list[str]:
    """List the keys that lead nowhere: set by hand, or on a deal in the form of a key; the tracker may hide them."""
    hints = [deal.project_hint for deal in deals]
    typed = filter(None, (_unseen_in(part, tracker) for hint in hints for part in parts_of(hint)))
    small = (key for hint in hints for key in small_keys_in(hint)) if tracker.has_small_keys else ()
    return sorted({*typed, *({*small, *configured} - tracker.by_key.keys())})


def items_of(link: Link, tracker: Tracker) -> list[ObservedWorkItem]:
    """List the work items of a place in order of the tracker: all of the project, or an epic with all below it."""
    project = link.project.source
    inside = tracker.by_project.get(project, ())
    if link.epic is not None:
        inside = sorted(_below(link.epic, project, tracker))
    return [tracker.items[at] for at in inside]


def _below(epic: str, project: str, tracker: Tracker) -> set[int]:
    """Give an epic, where it is in a project, and all that is below it there."""
    found: set[int] = set()
    new = [at for at in tracker.by_sign.get(epic, ()) if _is_in(project, tracker.items[at])]
    new += tracker.by_parent.get((project, epic), ())
    while new:
        found.update(new)
        below = (tracker.by_parent.get((project, tracker.items[at].source), ()) for at in new)
        new = [at for children in below for at in children if at not in found]
    return found


def _is_in(project: str, item: ObservedWorkItem) -> bool:
    return item.project == project and item.deletion is None


def _named(deals: Iterable[ObservedDeal], tracker: Tracker) -> Iterator[Link]:
    """Yield the places that somebody typed on deals; where one is an item of a shared project, the rest of it is none."""
    parts = [part for deal in deals for part in parts_of(deal.project_hint)]
    places = [place for part in parts if (place := _place_of(part, tracker))]
    narrowed = {place.project.source for place in places if place.epic}
    yield from (place for place in places if place.epic or place.project.source not in narrowed)


def _place_of(part: str, tracker: Tracker) -> Link | None:
    """Give the place that a key leads to, if it is shown: a project, that of an item, or in a shared project the item."""
    if part in tracker.by_key:
        return Link(tracker.by_key[part], _TYPED)
    key, number = split_key(part)
    project = tracker.by_key.get(key)
    item = tracker.by_item_key.get(f"{project.key}-{number}" if project else part)
    project = tracker.projects.get(item.project) if item else project
    if project is None or not tracker.is_shared(project):
        return Link(project, _TYPED) if project else None
    return Link(project, _TYPED, item.source) if item else None


def _unseen_in(part: str, tracker: Tracker) -> str | None:
    """Give the key that a part names, where it has the form of one and leads nowhere."""
    key, _ = split_key(part)
    if not is_key(key) or _place_of(part, tracker):
        return None
    return part if key in tracker.by_key else key


@dataclass(frozen=True, slots=True)
class _Page:
    """A deal's page, and how others of its site name it: by the id, or by what of it says the same without more letters."""

    link: str
    number: str
    stem: str

    @classmethod
    def of(cls, deal: ObservedDeal) -> _Page:
        number = SourceRef.parse(deal.source).id
        return cls(deal.link or "", number, number[:_ID_ALONE] if len(number) == _CASE_SAFE else number)

    def is_at(self, url: str) -> bool:
        """Tell if an address is this page: with a region or portal, of another interface, with a list to go back to."""
        if url == self.link:
            return True
        ours, theirs = urlsplit(self.link), urlsplit(url)
        before = {one.casefold() for one, part in pairwise(theirs.path.split("/")) if part in {self.number, self.stem}}
        kinds = {one.casefold() for one, part in pairwise(ours.path.split("/")) if part == self.number}
        is_kind = before and (len(self.stem) == _ID_ALONE or not before.isdisjoint(kinds | _DEALS))
        return bool(is_kind) and _is_one_site(ours.netloc, theirs.netloc)


def _is_one_site(host: str, other: str) -> bool:
    """Tell if two hosts are one vendor's, or of one customer's name: app.hubspot.com and app-eu1.hubspot.com."""
    one, two = host.casefold().split("."), other.casefold().split(".")
    return one[-2:] == two[-2:] or (one[0] == two[0] and one[0] not in _ANYBODYS)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", fold(text))


def _names_client(summary: str, key: str) -> bool:
    """Tell if a summary holds a client's name, or its first word where that is long enough to be telling."""
    text = f" {' '.join(_words(summary))} "
    first = key.partition(" ")[0]
    return f" {key} " in text or (len(first) >= _TELLING and f" {first} " in text)
