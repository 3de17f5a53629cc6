"""What a connector can do, as small protocols, and the plain values that pass between it and the operations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, runtime_checkable

import msgspec

from atlas_sync.canonical.observed import Observed

__all__ = [
    "Configured",
    "FieldReport",
    "Mapper",
    "Nudge",
    "Page",
    "RawRecord",
    "ReadRequest",
    "Reader",
    "StreamSpec",
    "Sweeper",
    "Watcher",
    "Windowed",
]


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """Records of one kind from one source.

    `mode` is `increment` (read by change stamp, with a watermark) or `set` (the whole set is read on every run, and
    what left it is gone). `after` names streams of the connection that must be read earlier in the run, since it is read by
    their ids: until each was read to its end once, it is partial. `feeds` says what cannot be claimed when it was not read
    completely: `deal`, `conversation`, `people` (who somebody is, at any system), `roles` (who has one in its own deals),
    `contract`, `tracker` or `watchers`.
    Of an `unstamped` one new records are found by the sweep alone, so that it is complete only while its listing is.
    `came_from` is for records that earlier versions read as part of another stream: its name, and their kind in source refs.
    Each record of a `whole` one holds all of its parts, so that a part is gone that stands in it no longer.
    """

    name: str
    mode: Literal["increment", "set"]
    feeds: tuple[str, ...]
    after: tuple[str, ...] = ()
    came_from: tuple[str, str] | None = None
    unstamped: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What to read: everything, or what changed `since` (inclusive, vendor's clock; the overlap is already taken off).

    `position` is one that a page of the same read gave before the run was cut off: go on after that page. `window` marks one
    part of a read that `Windowed.windows` parted, in the reader's own words; empty means all of it. `appeared` are the projects
    that came into sight since the last complete read: they are read from their start, whatever `since` says.

    `known` gives ids landed so far, by stream name, of the stream itself and of those it comes `after` (this run included):
    for streams that are read by parent, and for noticing what is gone. `landed` gives the ids and bodies of a stream's last
    complete read, for naming what is hidden now.
    """

    stream: str
    since: datetime | None = None
    known: Mapping[str, Sequence[str]] = field(default_factory=dict)
    position: str = ""
    window: str = ""
    appeared: tuple[str, ...] = ()
    landed: Callable[[str], Iterable[tuple[str, bytes]]] = lambda _stream: ()


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
    `shown` are the fields that we ask for and see, `permissions` those that the vendor confirmed, and `projects` the ids of
    those whose records are read; none where the stream has no projects. `withheld` says why there may be records that are not
    shown at all, and what to do: those that are read are whole, and no other may be called absent. Empty where all are shown.
    """

    missing: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    advice: str = ""
    shown: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    withheld: str = ""


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

        Projects that appeared have windows of their own, whose records may come in another one too.

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


@runtime_checkable
class Configured(Protocol):
    """A mapper that reads some records as the connection's settings say."""

    def mapped_by(self, stream: str) -> Mapping[str, object]:
        """Give the settings by which a stream's records are mapped, as JSON holds them and with no secret among them.

        With other ones the stream is read from its start again. Where their order means nothing they come in one order. Empty
        where no setting counts.
        """
        ...
