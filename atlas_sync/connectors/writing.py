"""What a connector can write, as small protocols, and the plain values that pass between it and the operations."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol, runtime_checkable

from atlas_sync.canonical.document import Document
from atlas_sync.canonical.pattern import Pattern

__all__ = [
    "Attacher",
    "DealWriter",
    "Draft",
    "Edit",
    "Inviter",
    "Linker",
    "Origin",
    "Pattern",
    "Preflight",
    "RemoteItem",
    "Tail",
    "Templates",
    "Writer",
    "fingerprint",
]


@dataclass(frozen=True, slots=True)
class Origin:
    """What an item stands for and which run made it, as the item itself keeps it: a lost ledger is rebuilt from these.

    `copies` are the ids of the patterns that are copied beside a brief.
    """

    engagement_id: str
    subject_id: str
    item: str
    run: str
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A work item to be made. `kind` is `brief` (an epic where there are such) or `item` (a task under `parent`, a remote id).

    `assignee` is a user's id in the tracker. `type` is the tracker's own name for what it is to become, taken where the project
    has it.
    """

    marker: str
    project: str
    kind: Literal["brief", "item"]
    summary: str
    body: Document
    due: date | None = None
    parent: str | None = None
    assignee: str | None = None
    labels: tuple[str, ...] = ()
    origin: Origin | None = None
    type: str = ""


@dataclass(frozen=True, slots=True)
class RemoteItem:
    """An item as it stands in the tracker now. `body_text` is the plain text of its description; without a mark it is not ours.

    `project` is the key of the one that it stands in, empty where that is hidden, and `number` its place in the order of that
    project. `written` are the fingerprints of what we last wrote, by field, as the item itself keeps them; `files` are names
    of files that we hung on it. `maker` is the id of the user who made it, empty where that is hidden. `holds_foreign` tells
    that the description holds what we never write, as a picture or struck words, which plain text does not show.
    """

    id: str
    key: str
    marker: str
    url: str
    summary: str
    body_text: str
    due: date | None
    state: Literal["to_do", "in_progress", "done", "dropped"]
    labels: tuple[str, ...] = ()
    project: str = ""
    number: int = 0
    origin: Origin | None = None
    written: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    maker: str = ""
    holds_foreign: bool = False

    def edited(self) -> frozenset[str]:
        """Name the fields that do not hold what we last wrote; all of them where the item keeps no word of it."""
        now = {"summary": self.summary, "body": self.body_text, "due": self.due.isoformat() if self.due else ""}
        changed = {name for name, text in now.items() if self.written.get(name) != fingerprint(text)}
        return frozenset(changed | ({"body"} if self.holds_foreign else set()))


@dataclass(frozen=True, slots=True)
class Edit:
    """New values for fields of an item of ours; None leaves a field as it is.

    `puts_back` returns what a person wrote and we replaced: the field is theirs from then on.
    """

    item: RemoteItem
    summary: str | None = None
    body: Document | None = None
    due: date | None = None
    puts_back: bool = False


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a project takes. `problems` stand in the way of everything; `notes` say what is left out, or written otherwise.

    Without `takes_items` only the brief can be made there, which holds everything; without `takes_links` nothing is linked,
    without `takes_comments` nothing said, without `takes_files` nothing attached, without `takes_watchers` nobody is asked to
    watch, and without `takes_days` a due day stands in the text alone. `is_open` is a project that the tracker itself shows to
    customers, whatever was declared of it; `key` is what it is called now, where it answers to a former key as well.
    """

    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    takes_items: bool = True
    takes_links: bool = True
    takes_comments: bool = True
    takes_days: bool = True
    takes_files: bool = False
    takes_watchers: bool = False
    is_open: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Tail:
    """The newest items of ours in a project, the one made first in front, and where the next look goes on from."""

    items: tuple[RemoteItem, ...]
    at: int


def fingerprint(text: str) -> str:
    """Give a short digest of a text that does not change with its white space."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


class Writer(Protocol):
    """Writes items of ours into a tracker. It keeps no memory: exactly-once is the caller's, with the marker."""

    def preflight(self, project: str) -> Preflight:
        """Compare what we write with what this project takes, by its live metadata."""
        ...

    def user(self) -> str:
        """Give the id of the user that we write as."""
        ...

    def sweep(self) -> Iterator[RemoteItem]:
        """Yield every item of ours that search knows, wherever people moved it, in order of creation."""
        ...

    def tail(self, project: str, *, after: int = 0, up_to: int = 0) -> Tail:
        """Read the newest items of a project, past one and at least up to another, from the store, past search's delay."""
        ...

    def find(self, marker: str, *, project: str) -> RemoteItem | None:
        """Find an item of ours by its marker, past a lagging search index; None when there is none now."""
        ...

    def look(self, remote_ids: Sequence[str]) -> Iterator[RemoteItem]:
        """Yield those of some items that are there, from the store; what is gone or hidden is left out."""
        ...

    def get(self, remote_id: str) -> RemoteItem | None:
        """Read an item by id, from the store and not from the search index; None when it is gone or hidden."""
        ...

    def touched(self, remote_id: str, *, closed: Collection[str] = ()) -> Sequence[str]:
        """Say what anybody but us did to an item, in words; empty when nobody did anything.

        What stands below it is named too, but for items that we `closed`, by id, and that nobody opened or touched since.
        """
        ...

    def changes(self, remote_id: str) -> frozenset[str]:
        """Give the ids of the changes made so far to an item, to be asked for what came `since`."""
        ...

    def overwritten(self, remote_id: str, *, since: frozenset[str]) -> Mapping[str, str]:
        """Give what others wrote since, by field, that no longer stands because we wrote over it."""
        ...

    def create(self, draft: Draft) -> RemoteItem:
        """Make one item, marker included, in one request that is never repeated.

        Raises:
            RejectedError: refused; nothing was made.
            RateLimitedError: refused unprocessed; nothing was made.
            TransientError: not sent; nothing was made.
            OutcomeUnknownError: sent, no answer; it may exist.
        """
        ...

    def edit(self, change: Edit) -> None:
        """Set fields of an item of ours."""
        ...

    def has_comment(self, remote_id: str, body: Document) -> bool:
        """Tell if we have made this very comment on an item."""
        ...

    def comment(self, remote_id: str, body: Document) -> None:
        """Comment on an item of ours, in one request that is never repeated; raises as `create` does."""
        ...

    def remove(self, remote_id: str) -> Literal["removed", "closed"]:
        """Delete an item of ours, or close it and take our marks off where deleting is not allowed.

        The delete is never repeated; raises as `create` does.
        """
        ...


@runtime_checkable
class Linker(Protocol):
    """A writer whose items can have links to pages elsewhere; where there are none, the texts lead there."""

    def link(self, remote_id: str, *, marker: str, url: str, title: str) -> None:
        """Set the item's link to a page elsewhere; the same marker again replaces it."""
        ...


@runtime_checkable
class Attacher(Protocol):
    """A writer that can hang a file of ours on an item, one at a time."""

    def attach(self, remote_id: str, *, name: str, content: bytes) -> None:
        """Hang a file on an item, unless one of this name is there, and take away those of ours that it replaces.

        Raises:
            RejectedError: refused; nothing was hung on it.
            OutcomeUnknownError: sent, and it is not there (yet).
        """
        ...


@runtime_checkable
class Templates(Protocol):
    """A writer that can read a project as a template."""

    def patterns(self, project: str) -> Sequence[Pattern]:
        """Give the items of a project in their order, each after the one that it stands below; ours are no part of it.

        Raises:
            RejectedError: the project is not there, or hidden from us.
        """
        ...


@runtime_checkable
class Inviter(Protocol):
    """A writer that can make users watch an item. Making one watch who does already changes nothing."""

    def watch(self, remote_id: str, user: str) -> None:
        """Let a user watch an item.

        Raises:
            RejectedError: the user cannot, may not see the item, or is not there.
        """
        ...


class DealWriter(Protocol):
    """Writes fields of ours on deals of a CRM, which are named in its settings. Our words for them are those of the settings.

    Setting a field twice is the same as once, so these calls may be repeated.
    """

    def lacking(self) -> Sequence[str]:
        """Say for each field that is not there, or that we may not set, what is to be done about it; empty when all is well."""
        ...

    def make(self) -> Sequence[str]:
        """Make the fields that are not there and give their names; none where only an admin can.

        Raises:
            AccessError: we may not.
        """
        ...

    def names(self) -> frozenset[str]:
        """Give our words for the fields that are there and that we may set."""
        ...

    def read(self, deals: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Give what stands in the fields now, by deal, empty for nothing; a deal that is gone or hidden is left out."""
        ...

    def set(self, deal: str, values: Mapping[str, str]) -> None:
        """Set fields of one deal, all or none; an empty text empties a field.

        Raises:
            RejectedError: a rule of the CRM refuses it; nothing was set.
        """
        ...
