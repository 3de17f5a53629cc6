"""What a connector can do, as small protocols, and the plain values that pass between it and the operations."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol, runtime_checkable

import msgspec

from atlas_sync.canonical.document import Document
from atlas_sync.canonical.observed import Observed
from atlas_sync.canonical.pattern import Pattern

__all__ = [
    "Attacher",
    "DealWriter",
    "Draft",
    "Edit",
    "FieldReport",
    "Inviter",
    "Linker",
    "Mapper",
    "Nudge",
    "Origin",
    "Page",
    "Pattern",
    "Preflight",
    "RawRecord",
    "ReadRequest",
    "Reader",
    "RemoteItem",
    "StreamSpec",
    "Sweeper",
    "Tail",
    "Templates",
    "Watcher",
    "Windowed",
    "Writer",
    "fingerprint",
]


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """Records of one kind from one source.

    `mode` is `increment` (read by change stamp, with a watermark) or `set` (the whole set is read on every run, and
    what left it is gone). `after` names streams of the connection that must be read earlier in the run. `feeds` says what
    cannot be claimed when it was not read completely: `deal`, `conversation`, `people`, `contract` or `tracker`.
    `came_from` is for records that earlier versions read as part of another stream: its name, and their kind in source refs.
    """

    name: str
    mode: Literal["increment", "set"]
    feeds: tuple[str, ...]
    after: tuple[str, ...] = ()
    came_from: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What to read: everything, or what changed `since` (inclusive, vendor's clock; the overlap is already taken off).

    `position` is one that a page of the same read gave before the run was cut off: go on after that page. `window` marks one
    part of a read that `Windowed.windows` parted, in the reader's own words; empty means all of it.

    `known` gives ids landed so far, by stream name, of the stream itself and of those it comes `after` (this run included):
    for streams that are read by parent, and for noticing what is gone.
    """

    stream: str
    since: datetime | None = None
    known: Mapping[str, Sequence[str]] = field(default_factory=dict)
    position: str = ""
    window: str = ""


class RawRecord(msgspec.Struct, frozen=True, gc=False):
    """One record as received: `body` is its JSON on one line, untouched but for line breaks between tokens."""

    id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a stream. `server_time` is the vendor's clock on this answer, where it says.

    `position` is where the read can go on if it is cut off after this page; empty where it has to start again. `proof`
    stands on the last page and says how the end was known ("done: true", "no paging.next"); a read without one is partial.
    `total` is how many records the whole read (or window) has, where the vendor tells.
    """

    records: tuple[RawRecord, ...]
    server_time: datetime | None = None
    position: str = ""
    proof: str = ""
    total: int | None = None


@dataclass(frozen=True, slots=True)
class FieldReport:
    """What may be seen of a stream: `missing` are fields we ask for that the vendor does not show us.

    `required` ones make the stream partial; the rest only thin it out. `advice` is the sentence to send to the admin.
    `shown` are the fields that we ask for and see, `permissions` those that the vendor confirmed.
    """

    missing: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    advice: str = ""
    shown: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()


class Reader(Protocol):
    """Pulls a vendor's records, losslessly and lazily."""

    def streams(self) -> Sequence[StreamSpec]:
        """List the streams in an order that satisfies every `after`."""
        ...

    def describe(self, stream: str) -> FieldReport:
        """Compare the fields we need with those the vendor shows us.

        Raises:
            AccessError: the whole object is hidden from us.
            TransientError: the vendor did not answer.
        """
        ...

    def read(self, request: ReadRequest) -> Iterator[Page]:
        """Yield the pages of a stream; ending without an exception means that the end was reached and proven.

        A record may come twice. Deleted records come with the vendor's own mark of deletion.

        Raises:
            AuthError, AccessError: credentials or permission; the stream is `not_permitted`.
            TransientError: given up after retries; what was yielded is good, the stream is `partial`.
            ContractError: an answer outside the contract (repeated page token, HTML, cut body).
        """
        ...


@runtime_checkable
class Windowed(Protocol):
    """A reader that can part a read into windows which may be read at the same time."""

    def windows(self, request: ReadRequest) -> Sequence[ReadRequest]:
        """Part a read into disjoint windows that together hold every record, by id or time; one where it is not worth it.

        Windows follow from the request and the vendor's answers alone and are named by `window`, so that a run that was
        cut off can go on with those that are missing.
        """
        ...


@runtime_checkable
class Sweeper(Protocol):
    """A reader that can list every id it may see, and look up single ones: how silent erasures are found."""

    def sweep(self, stream: str) -> Iterator[Page]:
        """Yield every id of a stream that is visible now, in records with an empty body; the last page carries the proof.

        No page at all for a stream that cannot be listed, or is read as a set on every run.
        """
        ...

    def look_up(self, stream: str, ids: Sequence[str]) -> Iterator[Page]:
        """Give what became of records that a sweep did not list: the record after all, or its tombstone.

        A tombstone says deleted, archived, merged (with the survivor) or not visible, on the evidence of an answer for
        that id. An id without a clear answer is left out.
        """
        ...


@dataclass(frozen=True, slots=True)
class Nudge:
    """Word from a vendor that a record changed: it only makes the next pull of that stream earlier."""

    stream: str
    id: str
    event_id: str
    at: datetime | None = None


@runtime_checkable
class Watcher(Protocol):
    """A connector that understands its vendor's webhooks."""

    def verify(self, *, method: str, url: str, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Nudge]:
        """Give what a signed request says.

        Raises:
            AuthError: the signature is missing or wrong, or its time is outside the replay window.
            ContractError: it is signed, and cannot be read.
        """
        ...


class Mapper(Protocol):
    """Turns raw records into observed ones; pure and total."""

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        """Give what one raw record says; empty where it says nothing to us (a queue user, a draft mail).

        Raises:
            MappingError: a field does not have its documented shape; the record is quarantined.
        """
        ...


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
    of files that we hung on it.
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

    def edited(self) -> frozenset[str]:
        """Name the fields that do not hold what we last wrote; all of them where the item keeps no word of it."""
        now = {"summary": self.summary, "body": self.body_text, "due": self.due.isoformat() if self.due else ""}
        return frozenset(name for name, text in now.items() if self.written.get(name) != fingerprint(text))


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
    customers, whatever was declared of it.
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

    def touched(self, remote_id: str) -> Sequence[str]:
        """Say what anybody but us did to an item, in words; empty when nobody did anything."""
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
