"""What the reader needs of a site, whichever of the two products serves it, and the small looks into its answers."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

import msgspec

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.protocol import Page, RawRecord
from atlas_sync.connectors.raw import raw_members, record_id, record_ids
from atlas_sync.errors import ContractError

__all__ = [
    "FIELDS",
    "ITEM_PROPERTY",
    "LABEL",
    "Found",
    "Site",
    "all_comments",
    "chunks",
    "compose",
    "listed",
    "look",
    "note_new",
    "page_of",
    "plain_list",
]

Shape = TypeVar("Shape")

FIELDS = ("summary", "description", "duedate", "status", "resolution", "labels", "attachment", "creator")
"""What is read of an issue that may be an item of ours."""
ITEM_PROPERTY = "atlas.item"
LABEL = "atlas-sync"
"""Our marks on an issue: a property that people do not see, and a label that all items of ours carry."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search. `after` is where the next one begins, empty on the last, whose `proof` says how that was known."""

    members: Sequence[bytes]
    server_time: datetime | None
    after: str = ""
    proof: str = ""


class Site(Protocol):
    """One Jira. What cannot be asked of both is asked here in each one's way.

    `place` is the field that says what an issue stands below, in the words of who can show it.
    """

    place: str

    def shows_place(self, shown: Container[str]) -> bool:
        """Tell if it is seen what issues stand below, or none stands below another; `shown` are the fields that are listed."""
        ...

    def users(self) -> Iterator[Page]:
        """Yield all users, those who left included."""
        ...

    def projects(self) -> Iterator[Page]:
        """Yield all projects that can be browsed."""
        ...

    def put_away(self, projects: Sequence[str]) -> list[bytes]:
        """Give those of some projects that are archived or in the bin."""
        ...

    def search(self, jql: str, *, fields: Sequence[str], after: str = "", size: int = 100) -> Found:
        """Give one page of a search; it may be shorter than asked."""
        ...

    def count(self, jql: str) -> int:
        """Tell about how many issues a search finds."""
        ...

    def comments(self, issue: str) -> list[bytes]:
        """Give all comments of an issue."""
        ...

    def histories(self, issues: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield every entry of the histories of some issues, with its issue's id."""
        ...

    def issues(self, ids: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield for each id the issue, or None where it is gone or hidden; ids without a clear answer are left out."""
        ...

    def comments_by_id(self, ids: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield for each `issue/comment` the comment, or None where it is gone or hidden."""
        ...


def look(body: bytes, shape: type[Shape]) -> Shape:
    """Give the few members of a body that a shape names.

    Raises:
        ContractError: it does not have that shape.
    """
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        message = f"an answer in an unknown shape ({len(body)} bytes)."
        raise ContractError(message, advice="The answer was kept out; run again.") from None


def page_of(members: Sequence[bytes], answer: Answer, *, key: str = "id", proof: str = "") -> Page:
    """Make a page of records as received."""
    records = map(RawRecord, record_ids(members, key=key), members)
    return Page(tuple(records), answer.server_time, proof=proof)


def listed(answer: Answer, name: str) -> tuple[list[bytes], dict[str, Any]]:
    """Split an answer into the untouched members of its list and the rest.

    Raises:
        ContractError: it has no such list.
    """
    return raw_members(answer.body, list_name=name)


def note_new(page: Page, seen: set[str]) -> Page:
    """Give a page whose records are seen from now on.

    Raises:
        ContractError: all of them were seen before: the site passes over where a page begins, and the walk would never end.
    """
    ids = {record.id for record in page.records}
    if ids and ids <= seen:
        raise ContractError("a list gave the same page twice.", advice="Run again.")
    seen |= ids
    return page


def all_comments(ask: Callable[[int], Answer]) -> list[bytes]:
    """Give all comments of an issue, page by page, each page from after those that came.

    Raises:
        ContractError: a page before the end by its own count brought nothing new, which proves none of the others gone.
    """
    found: dict[str, bytes] = {}
    while True:
        members, rest = listed(ask(len(found)), "comments")
        new = {record_id(one): one for one in members}
        total = int(rest.get("total") or 0)
        if len(found) < total and new.keys() <= found.keys():
            message = f"comments ended after {len(found)} of {total}."
            raise ContractError(message, advice="Run again.")
        found |= new
        if len(found) >= total:
            return list(found.values())


def plain_list(answer: Answer) -> list[bytes]:
    """Give the members of an answer that is a list, untouched.

    Raises:
        ContractError: it is no list.
    """
    members, _rest = raw_members(b'{"values":' + answer.body + b"}", list_name="values")
    return members


def one_record(answer: Answer) -> bytes:
    """Give an answer that is one record, on one line."""
    return raw_members(b'{"values":[' + answer.body + b"]}", list_name="values")[0][0]


def chunks(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Yield ids in portions of a size."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def compose(**parts: Any) -> bytes:  # noqa: ANN401 - texts, and bodies as received
    """Put a record together: bytes are bodies as received and stay untouched."""
    shown = {name: msgspec.Raw(value) if isinstance(value, bytes) else value for name, value in parts.items()}
    return msgspec.json.encode(shown)
