"""What one system says about one thing: a source's record in our words, before several sources become one entity.

Connectors produce these and nothing else. A value is what the vendor sent, typed; no source is preferred here.
`source` fields and fields named after another thing hold the text form of a `SourceRef`.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = [
    "TAGS",
    "Deletion",
    "InteractionKind",
    "Observed",
    "ObservedClient",
    "ObservedComment",
    "ObservedContract",
    "ObservedDeal",
    "ObservedInteraction",
    "ObservedLineItem",
    "ObservedLink",
    "ObservedPerson",
    "ObservedProject",
    "ObservedRole",
    "ObservedTombstone",
    "ObservedUser",
    "ObservedWorkItem",
    "Participant",
    "Stage",
]

Deletion = Literal["deleted", "archived", "merged", "not_visible"]
InteractionKind = Literal["email", "call", "meeting", "note", "task", "promises"]
"""What an interaction is; `promises` is a place where sales writes down promises, one a line, and nothing else."""
Stage = Literal["open", "won", "lost"]
TAGS = ("#promise", "#promised")
"""What our side tags a promise with in its notes, where the settings say nothing else."""


class Observed(BaseModel):
    """Common to all: where it comes from, its page for people, when the source last changed it, and if it is gone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    link: str | None = None
    updated_at: datetime | None = None
    deletion: Deletion | None = None


class ObservedTombstone(Observed):
    """Word that a record is gone, where the source says no more: `deletion` is set, all else stays as last seen.

    `merged_into` is the record that it became a part of, where that is told.
    """

    merged_into: str | None = None


class ObservedUser(Observed):
    """Somebody with a login: an owner in the CRM, or a user of the tracker, who may be a customer's guest there.

    `email` is None where the vendor hides it.
    """

    name: str
    email: str | None = None
    title: str | None = None
    active: bool = True
    of_tracker: bool = False


class ObservedClient(Observed):
    """A customer company. `cross_ids` are ids that it has in other systems, as its own system notes them."""

    name: str
    domain: str | None = None
    industry: str | None = None
    city: str | None = None
    country: str | None = None
    merged_into: str | None = None
    cross_ids: tuple[str, ...] = ()


class ObservedPerson(Observed):
    """A human at the customer (or a partner). `roles` are the person's own, not those on one deal; `cross_ids` as above."""

    name: str
    email: str | None = None
    phone: str | None = None
    title: str | None = None
    client: str | None = None
    roles: tuple[str, ...] = ()
    merged_into: str | None = None
    cross_ids: tuple[str, ...] = ()


class ObservedDeal(Observed):
    """A sale. `won_at` is when it entered won as the system recorded it, not the date a person typed.

    `amount` is in whole `currency` units with decimals; `crm_id` is the id as people see it in addresses.
    `deal_type` is the system's word for its kind. `project_hint` is a tracker project key or address that somebody entered on
    the deal; `contract` is the deal's own, where the system links from the deal. `merged_into` and `cross_ids` as above.
    """

    name: str
    client: str | None = None
    owner: str | None = None
    stage: Stage
    stage_label: str
    deal_type: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    close_date: date | None = None
    created_at: datetime | None = None
    won_at: datetime | None = None
    description: str | None = None
    next_step: str | None = None
    project_hint: str | None = None
    contract: str | None = None
    merged_into: str | None = None
    cross_ids: tuple[str, ...] = ()


class ObservedRole(Observed):
    """A person's role on a deal. `role` is the vendor's own wording (`Economic Buyer`), None where it is blank."""

    deal: str
    person: str
    role: str | None = None
    primary: bool = False


class Participant(BaseModel):
    """Somebody in an interaction, as written there. `ref` points at a person or user where the source links one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = None
    email: str | None = None
    ref: str | None = None


class ObservedInteraction(Observed):
    """One mail, call, meeting, note or task of the conversation.

    `body` is as it came; `body_format` says if it is markup. `author` wrote or sent it (None for transcripts);
    `participants` are all others it names. `deals`, `clients` and `persons` are what the source attached it to.
    """

    kind: InteractionKind
    at: datetime
    subject: str | None = None
    body: str = ""
    body_format: Literal["text", "html"] = "text"
    direction: Literal["in", "out"] | None = None
    author: Participant | None = None
    participants: tuple[Participant, ...] = ()
    deals: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()


class ObservedContract(Observed):
    """A signed or drafted paper; `deal` where the source links one, else only the client.

    `valid_until` is the last day on which an offer can be taken up.
    """

    number: str | None = None
    status: str | None = None
    deal: str | None = None
    client: str | None = None
    start_date: date | None = None
    end_date: date | None = None
    valid_until: date | None = None
    signed_on: date | None = None
    terms: str | None = None


class ObservedLineItem(Observed):
    """One line of what was sold; prices in the deal's currency."""

    deal: str | None = None
    name: str
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    total: Decimal | None = None
    description: str | None = None


class ObservedProject(Observed):
    """A project of a tracker; `key` is how people call it.

    `former_keys` are the others that it had, in order of their letters: they still lead to it, no source lists them, we
    remember. `parent` is the project inside which it is, where a tracker nests them and lists the items of inner ones
    in the outer.
    """

    key: str
    name: str
    parent: str | None = None
    description: str | None = None
    lead: str | None = None
    archived: bool = False
    former_keys: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Give every key by which it may be named, the one that it has now first."""
        return (self.key, *self.former_keys)


class ObservedWorkItem(Observed):
    """A unit of work. `state` is the tracker's own status folded into three, plus `dropped` for won't-do and cancelled.

    `marker` is our mark where the item carries one (label or entity property); `text` is the description as plain text.
    `moved_from` is the project in which the item was seen first, where that is another one, and `first_run` the run that saw
    it there: no source says it, we remember.
    """

    project: str
    key: str
    kind: str
    summary: str
    text: str = ""
    status: str
    state: Literal["to_do", "in_progress", "done", "dropped"]
    due: date | None = None
    assignee: str | None = None
    reporter: str | None = None
    parent: str | None = None
    labels: tuple[str, ...] = ()
    marker: str | None = None
    created_at: datetime | None = None
    moved_from: str | None = None
    first_run: str = ""


class ObservedComment(Observed):
    """A remark under a work item, as plain text."""

    work_item: str
    author: str | None = None
    at: datetime
    text: str


class ObservedWatcher(Observed):
    """A user who watches a work item."""

    work_item: str
    user: str


class ObservedLink(Observed):
    """A link from a work item to a page elsewhere."""

    work_item: str
    url: str
    title: str | None = None
    global_id: str | None = None
