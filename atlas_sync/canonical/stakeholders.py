"""Who has a part in an engagement: the people that CRMs put on its deals, and those that were spoken of."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import get_args

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import Engagement, Mention, Person, Stakeholder, WorkItem
from atlas_sync.canonical.normalize import fold, person_key
from atlas_sync.canonical.observed import InteractionKind, ObservedComment, ObservedWatcher
from atlas_sync.canonical.roster import Circle, Roster

__all__ = ["build_stakeholders", "told_in"]

_WORD = re.compile(r"\w+")
_KINDS = "|".join(get_args(InteractionKind))
_SOURCE = re.compile(rf"(?:^\W*|[(,]\s*)(?:{_KINDS}), \d{{1,2}} \w+ \d{{4}}(?P<end>\W*)$")
"""How we say below a quote, or in brackets behind it, whose words, in what and of what day those are."""
_TOLD = re.compile(
    r"\W*(?:Promised by .+ to .+ on \d|At .+ it is decided by |When, as said: |Due .+\(said: |“.+”: perhaps "
    r"|Done when (?:it is live on the agreed day and|the people or equipment named|it has been measured and"
    r"|.+ has (?:received )?it)\b"
    rf"|\d{{1,2}} \w+ \d{{4}}, (?:{_KINDS}): )"
)
"""How the lines begin by which we tell what was said, when, by whom and to whom."""
_SOLD = re.compile(r"\W*Sold(?: by .+)?\.$")
_SCOPE = re.compile(r"\W*(?:In|Out|Later|Left open|Traded|Assumed)\W*: ")
_TITLE = re.compile(r"(?:Promised to .+|Decide|Kickoff brief): ")


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
    it (in one of ours, but for who said what and to whom) or in a comment on it, or wrote one; `reporters` are users by the
    item's source. A user without an address is whoever alone has that full name here.
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
        draft.finish(engagement.id, texts, {key for of, key in there if of == person_id}, known)
        for person_id, draft in found.items()
    ]


def _texts(items: Sequence[WorkItem], comments: Sequence[ObservedComment]) -> dict[str, str]:
    """Give by key what stands in each item and under it."""
    said: dict[str, list[str]] = {}
    for comment in comments:
        said.setdefault(comment.work_item, []).append(comment.text)
    return {
        item.key: _plain("\n".join((told_in(item), item.assignee or "", *said.get(item.source, ())))) for item in items
    }


def told_in(item: WorkItem) -> str:
    """Give what an item tells delivery; of ours without who said what, and to whom: it introduces nobody."""
    if not item.marker:
        return f"{item.summary}\n{item.text}"
    return _beside_sayings("" if _TITLE.match(item.summary) else item.summary, item.text)


@lru_cache(maxsize=1024)  # each is looked through for all people
def _beside_sayings(summary: str, text: str) -> str:
    kept = [summary]
    for line in filter(str.strip, text.splitlines()):
        source = _SOURCE.search(line)
        if _SOLD.match(line) or (source and ")" not in source["end"]):
            # What stands above is the deal's name, or the quote.
            kept[1:] = kept[1:-1]
        elif not (_TOLD.match(line) or (source and _SCOPE.match(line))):
            kept.append(line.partition("“")[0] if source else line)
    return "\n".join(kept)


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
        self, engagement_id: str, texts: Mapping[str, str], there: Collection[str], known: Collection[str]
    ) -> Stakeholder:
        records = (self.person.id, *(derive_id("per", source) for source in self.person.sources))
        ids = [derive_id("sta", self.home, one) for one in records]
        # One name alone is anybody's; whether it means this person is told by who else is there.
        spelt = [_plain(person_key(name)) for name in (self.person.name, *self.person.aliases)]
        names = [name for name in spelt if len(name.split()) > 1]
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
                key for key, text in texts.items() if key in there or any(name in text for name in names)
            ),
        )


def _plain(text: str) -> str:
    """Give the words of a text alone, with a space around each."""
    return f" {' '.join(_WORD.findall(fold(text)))} "
