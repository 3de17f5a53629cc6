"""What the reader takes and gives: a conversation in, what was said in it out. Plain values, no reading here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from atlas_sync.canonical.model import (
    Audience,
    Evidence,
    Mention,
    Outcome,
    Promise,
    PromiseKind,
    ScopeItem,
    Side,
)
from atlas_sync.canonical.observed import TAGS, InteractionKind

__all__ = ["Attendee", "Conversation", "PromiseMention", "Reading", "Remark", "Story"]


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody whom a conversation may name, and whose side they are on; `aliases` are other spellings of the name.

    `is_here` tells whoever wrote, was written to or sat there from those who are known by the sale alone.
    """

    name: str | None
    email: str | None
    side: Side
    aliases: tuple[str, ...] = ()
    title: str | None = None
    is_here: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Give every spelling."""
        return tuple(name for name in (self.name, *self.aliases) if name)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One interaction as the reader takes it; `attendees` are all whose side is known or asked.

    `context` is what was said just before, where the body is a piece of something longer. A line of our own note that
    begins with one of the `tags` is a promise for certain. `month_first` says how slashed dates are read where nothing in the
    body tells.
    """

    interaction_id: str
    engagement_id: str
    kind: InteractionKind
    at: datetime
    subject: str | None
    author: str | None
    author_side: Side
    attendees: tuple[Attendee, ...]
    body: str
    body_format: Literal["text", "html"]
    audience: Audience
    context: str = ""
    tags: tuple[str, ...] = TAGS
    month_first: bool = False


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PromiseMention(_Value):
    """One place where something was promised, changed or taken back. `text` is the quote in clean words.

    `sense` is what it says as `extraction.sense` writes it, empty where nothing can tell.
    """

    evidence: Evidence
    text: str
    kind: PromiseKind
    rule: str
    confidence: float
    needs_review: bool
    promised_by: str | None = None
    promised_to: str | None = None
    due_text: str | None = None
    due_date: date | None = None
    changes: Literal["none", "renegotiated", "softened", "withdrawn"] = "none"
    sense: str = ""


class Remark(_Value):
    """A sentence that is no promise, and why: a bargain, a hedge, a refusal, a duty of the customer with its day."""

    evidence: Evidence
    text: str
    rule: str
    due_date: date | None = None


class Reading(_Value):
    """What was said in one conversation; remembered by its content.

    `denials` are sentences of our side that are no promises and say no to something: to what, the story tells.
    """

    interaction_id: str
    audience: Audience
    promises: tuple[PromiseMention, ...] = ()
    denials: tuple[PromiseMention, ...] = ()
    conditional: tuple[Remark, ...] = ()
    non_commitments: tuple[Remark, ...] = ()
    customer_obligations: tuple[Remark, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    scope: tuple[ScopeItem, ...] = ()
    mentions: tuple[Mention, ...] = ()


class Story(_Value):
    """What an engagement's conversations come to, in order of time."""

    promises: tuple[Promise, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    scope: tuple[ScopeItem, ...] = ()
    mentions: tuple[Mention, ...] = ()
