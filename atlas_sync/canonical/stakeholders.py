"""Who has a part in an engagement: the people that CRMs put on its deals, and those that were spoken of."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from types import MappingProxyType

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import Engagement, Mention, Person, Stakeholder, WorkItem
from atlas_sync.canonical.normalize import fold, person_key
from atlas_sync.canonical.observed import ObservedComment, ObservedWatcher
from atlas_sync.canonical.roster import Circle, Roster

__all__ = ["build_stakeholders", "is_listed"]

_WORD = re.compile(r"\w+")
_SOURCE = re.compile(r"(?:^\W*|, )\d{1,2} \w+ \d{4}[^\w)]*$")
"""How the line ends that we put below a quote, on whose words those are: with their day."""
_RECORD = re.compile(r"^\W*Record: (\w+)", re.MULTILINE)
"""The last line of each item that we write, but of the brief: what it is about."""
_BEFORE_NAME = re.compile(r"[^\w“]*(?:\d+[.)][^\w“]+)?(?=\w)")
_BEHIND_NAME = re.compile(r"[,:;(—]|$")
_CUTS = 4
"""A name may hold some of those signs itself, as "Koehler, Greta" does."""


def build_stakeholders(
    engagement: Engagement,
    *,
    circle: Circle,
    mentions: Sequence[Mention],
    roster: Roster,
    items: Sequence[WorkItem],
    comments: Sequence[ObservedComment] = (),
    watchers: Sequence[ObservedWatcher] = (),
    reporters: Mapping[str, str] = MappingProxyType({}),
    known: Collection[str] = (),
) -> list[Stakeholder]:
    """List the customer's people on an engagement, with what the CRM says of them first and what was said about them after.

    One row a person, in order of the CRM's roles, then of mention. The latest stance holds, with the sentence that shows it. A
    name that nobody of the circle has makes no row, since whoever has it elsewhere is somebody else. An id follows from the
    first deal that the person was ever put on, so roles that are gone are told as well; whoever is `known` here by the id of
    one of the person's records keeps it. Delivery knows who reported an item, is assigned to it or watches it, is named in
    it (in one of ours, listed there) or in a comment on it, or wrote one; `reporters` are users by the item's source. A user
    without an address is whoever alone has that full name here.
    """
    found: dict[str, _Draft] = {}
    first_on: dict[str, int] = {}
    for role in sorted(circle.roles, key=lambda role: (not role.primary, role.source)):
        if person := roster.people.get(roster.by_source.get(role.person, "")):
            place = engagement.sources.index(role.deal) if role.deal in engagement.sources else 0
            first_on[person.id] = min(place, first_on.get(person.id, place))
            if role.deletion is None:
                found.setdefault(person.id, _Draft(person, home=engagement.id)).add_role(role.role, "CRM")
    for mention in sorted(mentions, key=lambda mention: mention.evidence.said_at):
        person = roster.named(mention.name, circle)
        if person is not None and person.side != "us":
            draft = found.setdefault(person.id, _Draft(person, home=mention.engagement_id))
            for said in mention.roles:
                draft.add_role(said, "said")
            if mention.stance is not None or draft.mention is None:
                draft.mention = mention
    for person_id, draft in found.items():
        if person_id in first_on and engagement.sources:
            draft.home = derive_id("eng", engagement.sources[first_on[person_id]])
    texts = _texts(items, comments)
    keys = {item.source: item.key for item in items}
    users = [(one.author or "", one.work_item) for one in comments] + [(one.user, one.work_item) for one in watchers]
    users += [(user, item) for item, user in reporters.items() if item in keys]
    there = {(roster.user(user, circle), keys[item]) for user, item in users}
    return [
        draft.finish(engagement.id, items, texts, there={key for of, key in there if of == person_id}, known=known)
        for person_id, draft in found.items()
    ]


def _texts(items: Sequence[WorkItem], comments: Sequence[ObservedComment]) -> dict[str, str]:
    """Give by key what stands in each item and under it; of one of ours, what others put below and beside it."""
    said: dict[str, list[str]] = {}
    for comment in comments:
        said.setdefault(comment.work_item, []).append(comment.text)
    return {
        item.key: _plain("\n".join((*_written(item), item.assignee or "", *said.get(item.source, ()))))
        for item in items
    }


def _written(item: WorkItem) -> tuple[str, ...]:
    return (_below(item.text) or "",) if item.marker else (item.summary, item.text)


def _below(text: str) -> str | None:
    """Give what people put below the last line of an item of ours; None for the brief, which has no such line."""
    about = _RECORD.search(text)
    return text[about.end() :] if about else None


def _about(item: WorkItem) -> str | None:
    about = _RECORD.search(item.text)
    return about[1] if about else None


def is_listed(name: str, item: WorkItem) -> bool:
    """Tell if an item that we wrote has an entry on a person, which begins with their whole name.

    Who said something there, and to whom, introduces nobody. In what is no brief only people list somebody, below our text.
    """
    return person_key(name) in _entries(item.text)


@lru_cache(maxsize=1024)  # each is looked through for all people
def _entries(text: str) -> frozenset[str]:
    """Give what may be the names by which the lines of a text begin, but for quotes and what stands below those."""
    below = _below(text)
    lines = [line for line in fold(text if below is None else below).splitlines() if line.strip()]
    sources = {at for at, line in enumerate(lines) if _SOURCE.search(line)}
    return frozenset(
        person_key(line[begin.end() : cut.start()])
        for at, line in enumerate(lines)
        if sources.isdisjoint((at, at + 1)) and (begin := _BEFORE_NAME.match(line))
        for cut in islice(_BEHIND_NAME.finditer(line), _CUTS)
    ) - {""}


class _Draft:
    """A stakeholder while their roles are collected; `home` is the deal's own engagement, from which their id follows."""

    def __init__(self, person: Person, *, home: str) -> None:
        self.person = person
        self.home = home
        self.roles: dict[str, str] = {}
        self.mention: Mention | None = None

    def add_role(self, role: str | None, where: str) -> None:
        if role:
            self.roles.setdefault(role.replace("_", " ").strip().lower(), where)

    def finish(
        self,
        engagement_id: str,
        items: Sequence[WorkItem],
        texts: Mapping[str, str],
        *,
        there: Collection[str],
        known: Collection[str],
    ) -> Stakeholder:
        records = (self.person.id, *(derive_id("per", source) for source in self.person.sources))
        ids = [derive_id("sta", self.home, one) for one in records]
        # One name alone is anybody's; whether it means this person is told by who else is there.
        spelt = [_plain(person_key(name)) for name in (self.person.name, *self.person.aliases)]
        names = [name for name in spelt if len(name.split()) > 1]
        own = [item for item in items if item.marker]
        ours = {item.key for item in own if any(is_listed(name, item) for name in names) or _about(item) in ids}
        return Stakeholder(
            id=next((one for one in ids if one in known), ids[0]),
            engagement_id=engagement_id,
            home=self.home,
            person_id=self.person.id,
            name=self.person.name,
            title=self.person.title,
            email=self.person.email,
            roles=tuple(self.roles),
            role_sources=tuple(self.roles.values()),
            stance=self.mention.stance if self.mention else None,
            evidence=self.mention.evidence if self.mention else None,
            in_delivery=tuple(
                key for key, text in texts.items() if key in there or key in ours or any(name in text for name in names)
            ),
        )


def _plain(text: str) -> str:
    """Give the words of a text alone, with a space around each."""
    return f" {' '.join(_WORD.findall(fold(text)))} "
