"""What the suite asks of whoever plays a vendor: a connector's author writes one of these, and every case runs on it.

A stand says what it cannot do, with the reason, in `lacks`; a case that needs that is skipped by name with this reason and
stands in the table as not declared. All else must work.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

from atlas_sync.sandbox.faults import Rule
from tests.stands.wire import Wire

__all__ = ["CAPABILITIES", "WEBHOOK_SECRET", "Act", "Announced", "Capability", "Fact", "Paging", "Stand"]

Capability = Literal[
    "network",
    "paging",
    "delete",
    "restore",
    "archive",
    "merge",
    "hide",
    "erase",
    "member",
    "relink",
    "move",
    "aged",
    "late",
    "lag",
    "stamp",
    "cap",
    "batch",
    "session",
    "write",
    "quota",
    "hidden field",
    "hidden object",
    "webhook",
]

CAPABILITIES: Mapping[Capability, str] = {
    "network": "answers come over HTTP, and anything may happen to them",
    "paging": "lists come in pages that name the next one",
    "delete": "a record can be deleted, and the vendor says so",
    "restore": "a deleted record can come back",
    "archive": "a record can be put away without being deleted",
    "merge": "two records can become one",
    "hide": "a record can be hidden from the integration's user",
    "erase": "a record can vanish without a trace",
    "member": "records that are read as a whole set can leave it",
    "relink": "what a record belongs to can change without its own stamp",
    "move": "a record can get another name by which people call it",
    "aged": "old records fall out of ordinary listings",
    "late": "a change can become visible after its stamp",
    "lag": "what is found lags behind what is there",
    "stamp": "many records can carry the same stamp",
    "cap": "a listing ends early after so many results",
    "batch": "several records are asked for in one call",
    "session": "a login ends and has to be made anew",
    "write": "records can be written",
    "quota": "answers tell what is left of a shared quota",
    "hidden field": "a field can be hidden from the integration's user",
    "hidden object": "a whole kind of record can be hidden from it",
    "webhook": "changes are announced by signed requests",
}

WEBHOOK_SECRET = "invented-webhook-secret"
"""With which webhooks are signed; a stand that has them gives it to the connection in `environ`."""

Act = Literal["create", "delete", "archive", "merge", "hide", "erase", "member", "relink", "move", "aged"]


@dataclass(frozen=True)
class Paging:
    """What a page of the main listing looks like: its address, its list, and how it names the next page."""

    path: str
    records: str
    following: str

    def point_to(self, page: dict[str, Any], token: str) -> None:
        """Let a page name a next one (`{}` in `following` is the token; dots lead into objects)."""
        name, _, form = self.following.partition("=")
        *ways, last = name.split(".")
        for way in ways:
            page = page.setdefault(way, {})
        page[last] = (form or "{}").format(token)


@dataclass(frozen=True)
class Fact:
    """What is true of a record at the vendor now: values by field of the observed record, or how it may be gone."""

    values: Mapping[str, Any] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Announced:
    """A webhook as the vendor sends it."""

    headers: Mapping[str, str]
    body: bytes


class Stand(Protocol):
    """Plays one vendor, as people and the network see it. Times are the vendor's; keys are its ids."""

    kind: str
    wire: Wire
    lacks: ClassVar[Mapping[Capability, str]]
    on: ClassVar[Mapping[Act, str]]
    """The stream on which an act happens; `create` names the main one."""
    gone_as: ClassVar[Mapping[str, frozenset[str]]]
    """By act, the kinds of going away that the vendor's answers allow to tell."""
    paging: ClassVar[Paging]

    def serving(self, folder: Path) -> AbstractContextManager[None]:
        """Serve the vendor while the block runs."""
        ...

    def settings(self) -> Mapping[str, Any]:
        """Give the connection's settings, `kind` among them, without the secrets."""
        ...

    def environ(self) -> Mapping[str, str]:
        """Give the environment with the secrets of a connection that is called like the stand's `kind`."""
        ...

    def source(self, stream: str, key: str) -> str:
        """Give the reference that a record of a stream gets."""
        ...

    def create(self, stream: str, name: str, *, late_s: float = 0) -> str:
        """Make a record whose stamp is `late_s` seconds ago, and give its id."""
        ...

    def rename(self, stream: str, keys: list[str], name: str) -> None:
        """Change records, all with one stamp."""
        ...

    def act(self, what: Act | Literal["restore"], key: str, *, into: str = "") -> str:
        """Do what `what` says to a record (`into` the winner of a merge); give the id of what came of it, if any.

        `member` puts a member into the set that belongs to the record and gives its id; `leave` takes it out.
        """
        ...

    def leave(self, member: str) -> None:
        """Take a member out of its set."""
        ...

    def fault(self, rule: Rule) -> None:
        """Let something go wrong on the wire; the rule's system is the stand's kind."""
        ...

    def mend(self) -> None:
        """Let the wire work again."""
        ...

    def spoil(self, what: Capability) -> None:
        """Switch on an awkward behaviour: `cap`, `lag` (of 20 s), `session` (it ends now), `hidden field`, `hidden object`."""
        ...

    def announce(self, key: str, *, url: str, number: int, at: datetime, secret: str = WEBHOOK_SECRET) -> Announced:
        """Give the webhook that says that a record of the main stream changed, signed for an address with a secret.

        `number` tells events apart; the same one again is the same event.
        """
        ...

    def pass_time(self, seconds: float) -> None:
        """Let the vendor's time pass."""
        ...

    def truth(self) -> Mapping[str, Fact]:
        """Give what is true now, by reference, from the vendor's own store."""
        ...
