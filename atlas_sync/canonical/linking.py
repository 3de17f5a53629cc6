"""Which tracker project delivers which deal, and which work items belong to it. Explicit signs only, each with its name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import urlsplit

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.normalize import company_key, fold
from atlas_sync.canonical.observed import ObservedDeal, ObservedLink, ObservedProject, ObservedWorkItem

__all__ = ["Link", "Tracker", "find_links", "items_of", "unseen_keys"]

_WORD = re.compile(r"[\w-]+")
_NUMBER = re.compile(r"-\d+$")
_TELLING = 6
_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,9}")
_NO_KEYS = frozenset(("NA", "NEW", "NO", "NONE", "OPEN", "TBA", "TBC", "TBD", "TODO", "XX", "XXX", "YES"))
"""What people type where they know no key."""
_UNSURE = frozenset(
    ("ASK", "KEIN", "LATER", "NEU", "NEW", "NICHT", "NOCH", "NONE", "NOT", "PAS", "TBA", "TBC", "TBD", "YET")
)
"""Beside one of these a key is where it is not, or who may know it."""
_BEFORE_KEY = frozenset(("browse", "projects"))
_DEALS = frozenset(("deal", "opportunity"))
_ANYBODYS = frozenset(("app", "crm", "www"))
_ID_ALONE, _CASE_SAFE = 15, 18
"""An id of so many letters says by itself what it is of; three more tell small letters from capitals and may be left out."""


@dataclass(frozen=True, slots=True)
class Tracker:
    """What a tracker holds, as far as linking needs it. `shared` are keys of projects that serve many engagements."""

    projects: Mapping[str, ObservedProject]
    items: Sequence[ObservedWorkItem]
    links: Sequence[ObservedLink]
    shared: frozenset[str]


@dataclass(frozen=True, slots=True)
class Link:
    """An engagement's place in a tracker: a whole project, or what stands below `epic` (a source) in a shared one.

    `how` names the sign; `certain` is false where it is only a client's name, good for looking and not for writing.
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
    by_key = _by_key(tracker)
    found: list[Link] = []
    found.extend(Link(by_key[key], "configured") for key in configured if key in by_key)
    named = [key for deal in deals for key in _keys_in(deal.project_hint)]
    found.extend(Link(by_key[key], "named on the deal") for key in named if key in by_key)
    pages = [_Page.of(deal) for deal in deals]
    linked = {link.work_item for link in tracker.links if any(page.is_at(link.url) for page in pages)}
    moved: list[tuple[ObservedWorkItem, Link]] = []
    for item in tracker.items:
        project = tracker.projects.get(item.project)
        if project is None:
            continue
        shared = not tracker.shared.isdisjoint(project.keys)
        how = "our brief" if item.marker in brief_markers else "a link to the deal" if item.source in linked else ""
        if how:
            link = Link(project, how, item.source if shared else None)
            moved += [(item, link)] if item.moved_from else []
            found += [] if item.moved_from else [link]
        elif shared and item.kind.casefold() == "epic" and _names_client(item.summary, client_names):
            found.append(Link(project, "an epic that names the client", item.source, certain=False))
    found += _of_moved(moved, [link for link in found if link.certain])
    return list({(link.project.key, link.epic): link for link in reversed(found)}.values())[::-1]


def _of_moved(moved: Iterable[tuple[ObservedWorkItem, Link]], sure: Sequence[Link]) -> Iterator[Link]:
    """Yield where moved items lead, beside sure places: each to itself and what is below it, unless there is no such place."""
    whole = {link.project.key for link in sure if link.epic is None}
    for item, link in moved:
        if not sure:
            yield link
        elif link.project.key not in whole:
            yield replace(link, epic=item.source)


def unseen_keys(deals: Sequence[ObservedDeal], tracker: Tracker, configured: Iterable[str]) -> list[str]:
    """List the project keys that lead nowhere: set by hand, or on a deal in the form of a key; the tracker may hide them."""
    typed = (
        key for deal in deals for key in _keys_in(deal.project_hint) if _KEY.fullmatch(key) and key not in _NO_KEYS
    )
    return sorted({*configured, *typed} - _by_key(tracker).keys())


def _by_key(tracker: Tracker) -> dict[str, ObservedProject]:
    """Give the projects by all their keys; the project that has a key now goes before one that had it."""
    projects = tracker.projects.values()
    former = {key: project for project in projects for key in project.former_keys}
    return former | {project.key: project for project in projects}


def items_of(link: Link, tracker: Tracker) -> list[ObservedWorkItem]:
    """List the work items of a place in order of the tracker: all of the project, or an epic with all below it."""
    inside = [item for item in tracker.items if item.project == link.project.source and item.deletion is None]
    if link.epic is None:
        return inside
    wanted = {link.epic}
    grew = True
    while grew:
        below = {item.source for item in inside if item.parent in wanted}
        grew = not below <= wanted
        wanted |= below
    return [item for item in inside if item.source in wanted]


def _keys_in(hint: str | None) -> Iterator[str]:
    """Yield what may be project keys in what somebody typed: a key, an issue key, or a tracker's address with one.

    A tracker has several hosts, so an address is known by its path.
    """
    words = (hint or "").split()
    if len(words) > 1 and not _UNSURE.isdisjoint(_WORD.findall((hint or "").upper())):
        return
    for word in words:
        for part in _key_in(word) if "://" in word else _WORD.findall(word):
            yield from dict.fromkeys((part, _NUMBER.sub("", part)))


def _key_in(address: str) -> list[str]:
    return [key for before, key in pairwise(urlsplit(address).path.split("/")) if before in _BEFORE_KEY]


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
        """Tell if an address is this page: with a region or a portal, of another interface, with a list to go back to."""
        if url == self.link or self.stem not in url or not self.link:
            return bool(url) and url == self.link
        ours, theirs = urlsplit(self.link), urlsplit(url)
        before = {one.casefold() for one, part in pairwise(theirs.path.split("/")) if part in {self.number, self.stem}}
        kinds = {one.casefold() for one, part in pairwise(ours.path.split("/")) if part == self.number}
        is_kind = before and (len(self.stem) == _ID_ALONE or not before.isdisjoint(kinds | _DEALS))
        return bool(is_kind) and _is_one_site(ours.netloc, theirs.netloc)


def _is_one_site(host: str, other: str) -> bool:
    """Tell if two hosts are one vendor's, or of one customer's name: app.hubspot.com and app-eu1.hubspot.com."""
    one, two = host.casefold().split("."), other.casefold().split(".")
    return one[-2:] == two[-2:] or (one[0] == two[0] and one[0] not in _ANYBODYS)


def _names_client(summary: str, names: Iterable[str]) -> bool:
    """Tell if a summary holds a client's name, or its first word where that is long enough to be telling."""
    text = f" {' '.join(re.findall(r'[a-z0-9]+', fold(summary)))} "
    for name in names:
        key = company_key(name)
        first = key.partition(" ")[0]
        if f" {key} " in text or (len(first) >= _TELLING and f" {first} " in text):
            return True
    return False
