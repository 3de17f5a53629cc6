"""An engagement's commands while they are decided, what is left out and why, and which gaps have their answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from atlas_sync.canonical.identity import marker_for
from atlas_sync.canonical.model import Audience, Gap, Promise, ScopeItem, Stakeholder
from atlas_sync.coverage.commands import ExistingItem, ItemKind, LinkItem, Skipped, Target, TrackerCommand
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.templates import Texts, our_texts
from atlas_sync.coverage.text import shorten
from atlas_sync.coverage.watchers import Onlooker

__all__ = ["AT_WORK", "INTERNAL", "MOVED_OUT", "PENDING", "REMOVED", "Draft", "Rules"]

REMOVED = frozenset({"gone", "dropped"})
AT_WORK = frozenset({"to_do", "in_progress"})
PENDING = "it was sent and got no clear answer; it is looked for before it is tried again"
INTERNAL = "internal evidence, client-visible target"
MOVED_OUT = "a person moved it to where the client can read, and what we would write there is internal"
_NOT_THERE = REMOVED | {"pending"}


@dataclass(frozen=True, slots=True)
class Rules:
    """How items are written: by which texts, who gets those of a kind, and how long after the win a point is to be decided.

    `attaches` hangs the whole conversation on each brief that only our own people can read.
    """

    texts: Texts = field(default_factory=our_texts)
    assignees: Mapping[str, str] = field(default_factory=dict)
    decide_within_days: int | None = None
    attaches: bool = False


@dataclass(slots=True)
class Draft:
    """One engagement's commands as they are decided; `existing` holds our items by their marks."""

    record: EngagementRecord
    target: Target
    existing: Mapping[str, ExistingItem]
    tenant: str
    rules: Rules
    onlookers: Sequence[Onlooker] = ()
    commands: list[TrackerCommand] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        """The engagement's id."""
        return self.record.engagement.id

    @property
    def audience(self) -> Audience:
        """Who can read the target."""
        return self.target.audience

    @property
    def brief(self) -> str:
        """The mark of the engagement's brief."""
        return self.marker("brief", self.id)

    def marker(self, item: ItemKind, subject_id: str) -> str:
        """Give the mark of what was written for a subject, under any name that it ever had, else the mark to write it under."""
        names = [subject_id, *(name for name, now in self.record.names.items() if now == subject_id)]
        names += self.record.engagement.ids if item == "brief" else ()
        home = self.record.homes.get(subject_id, self.id)
        homes = dict.fromkeys((home, *self.record.engagement.ids))
        marks = [marker_for(self.tenant, one, item, name) for name in names for one in homes]
        return next((mark for mark in marks if mark in self.existing), marks[0])

    def answer(self, gap: Gap, reason: str) -> None:
        """Say why nothing is written for a gap."""
        self.answered.add(gap.id)
        self.skip(gap.title, reason)

    def skip(self, subject: str, reason: str) -> None:
        """List what is left out, and why."""
        self.skipped.append(Skipped(subject=shorten(subject, 120), reason=reason))

    def differ(self, key: str, reason: str) -> None:
        """List a conflict: theirs stays."""
        self.skipped.append(Skipped(subject=key, reason=reason, is_conflict=True))

    def is_moved_out(self, there: ExistingItem) -> bool:
        """Tell if an item stands where the client can read, while what is written of its engagement is for us alone."""
        return self.audience == "internal" and there.audience != "internal"

    def may_show(self, subject: Promise | ScopeItem | Stakeholder) -> bool:
        """Tell if who reads the target may know of it."""
        if isinstance(subject, Stakeholder):
            return self.audience == "internal"
        return self.record.shows(subject, self.audience)

    def link(self, marker: str, there: ExistingItem | None, *, title: str, url: str | None) -> None:
        """Link an item to its page, in internal projects only: clients get no address of the CRM."""
        done = there is not None and (there.linked or there.state in _NOT_THERE or self.is_moved_out(there))
        if url and not done and self.audience == "internal" and self.target.takes_links:
            self.commands.append(LinkItem(marker=marker, engagement_id=self.id, url=url, title=shorten(title, 120)))
