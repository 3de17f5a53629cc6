"""What can be done to a tracker, as values: the plan is a list of these, and exactly these are carried out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from atlas_sync.canonical.document import Document
from atlas_sync.canonical.model import Audience
from atlas_sync.errors import RejectedError

__all__ = [
    "AddWatcher",
    "AttachFile",
    "CreateItem",
    "DealField",
    "ExistingItem",
    "ItemKind",
    "LinkItem",
    "Proposal",
    "SetDeal",
    "Skipped",
    "Target",
    "TrackerCommand",
    "UpdateItem",
    "WriteCommand",
    "assert_audience",
]

ItemKind = Literal["brief", "promise", "decision", "people", "template"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CreateItem(_Value):
    """Make one item. `kind` is what the tracker makes of it; `audience` says for whose eyes its text was written.

    `assignee` is a user's id in the tracker, `type` the tracker's name for what a copy is to become. `copies` are the ids of
    what is copied of a template beside a brief.
    """

    action: Literal["create"] = "create"
    marker: str
    engagement_id: str
    gap_ids: tuple[str, ...] = ()
    item: ItemKind
    project: str
    kind: Literal["brief", "item"]
    summary: str = Field(min_length=1, max_length=255, pattern=r"^[^\r\n]+$")
    body: Document
    due: date | None = None
    parent_marker: str | None = None
    assignee: str | None = None
    labels: tuple[str, ...] = ("atlas-sync",)
    subject_id: str
    type: str = ""
    copies: tuple[str, ...] = ()
    audience: Audience


class LinkItem(_Value):
    """Link an item of ours to the page it comes from; always internal, since the page is in the CRM."""

    action: Literal["link"] = "link"
    marker: str
    engagement_id: str
    url: str
    title: str = Field(min_length=1, max_length=255)
    audience: Audience = "internal"


class AttachFile(_Value):
    """Hang the conversation on the brief, in place of an earlier one; always internal. What it holds follows from its name."""

    action: Literal["attach"] = "attach"
    marker: str
    engagement_id: str
    name: str
    title: str
    audience: Literal["internal"] = "internal"


class AddWatcher(_Value):
    """Let a user of the tracker, who is a person of the record, watch the brief."""

    action: Literal["watch"] = "watch"
    marker: str
    engagement_id: str
    person_id: str
    user: str
    title: str
    audience: Audience


class UpdateItem(_Value):
    """Set fields of an item of ours; None leaves a field as it is.

    `title` names the item for people, `key` where it stands; `comment` says on it what changed and why, before it changes.
    """

    action: Literal["update"] = "update"
    marker: str
    engagement_id: str
    summary: str | None = Field(default=None, min_length=1, max_length=255, pattern=r"^[^\r\n]+$")
    body: Document | None = None
    due: date | None = None
    title: str = ""
    key: str = ""
    comment: Document | None = None
    audience: Audience


class DealField(_Value):
    """One field of ours on a deal, in our words, with what stands there now and what is to."""

    name: str
    value: str
    before: str


class SetDeal(_Value):
    """Set fields of ours on the deal in the CRM `system`; always internal, since no client reads a CRM."""

    action: Literal["deal"] = "deal"
    marker: str
    engagement_id: str
    system: str
    deal: str
    title: str
    fields: tuple[DealField, ...]
    audience: Literal["internal"] = "internal"


TrackerCommand = Annotated[CreateItem | LinkItem | UpdateItem | AttachFile | AddWatcher, Field(discriminator="action")]
WriteCommand = Annotated[
    CreateItem | LinkItem | UpdateItem | AttachFile | AddWatcher | SetDeal, Field(discriminator="action")
]


class Skipped(_Value):
    """Something that is not written, and why; in a conflict a person decided otherwise than the record, and both are named."""

    subject: str
    reason: str
    is_conflict: bool = False


class Proposal(_Value):
    """What would be written to the tracker for one engagement, in order, and what is left out."""

    commands: tuple[TrackerCommand, ...] = ()
    skipped: tuple[Skipped, ...] = ()


class Target(_Value):
    """Where an engagement is written. `client_ok` means that the client can read the project.

    A project that cannot take items gets the brief alone; links, comments, files, watchers and due days that it cannot take are
    left out. `apart` tells the sale from others to the same client that are written there, in words that the client
    knows.
    """

    project: str
    audience: Audience
    apart: str = ""
    takes_items: bool = True
    takes_links: bool = True
    takes_comments: bool = True
    takes_days: bool = True
    takes_files: bool = True
    takes_watchers: bool = True


class ExistingItem(_Value):
    """An item of ours as the tracker holds it.

    `gone` was made once and removed by a person; `pending` was sent without a clear answer and may still come about. Text
    and due day are a person's where they are not what we last wrote. `files` are ours that hang on it; `had_file` that we hung
    one on it; `copies` what is copied of a template beside it. `asked` are the persons who were asked to watch it, None where
    nobody knows. `audience` is that of the project that it stands in now, wherever people moved it.
    """

    marker: str
    key: str = ""
    state: Literal["to_do", "in_progress", "done", "dropped", "gone", "pending"]
    summary: str = ""
    body_text: str = ""
    due: date | None = None
    edited_by_person: bool = False
    due_by_person: bool = False
    linked: bool = False
    files: tuple[str, ...] = ()
    had_file: bool = False
    copies: tuple[str, ...] = ()
    asked: tuple[str, ...] | None = None
    audience: Audience = "client_ok"


def assert_audience(command: TrackerCommand, audience: str) -> None:
    """Refuse what was written for our own eyes where anybody else can read; the last check before a write.

    Raises:
        RejectedError: the command is internal and the place is not; nothing may be sent.
    """
    if command.audience == "internal" and audience != "internal":
        message = f"{command.action} {command.marker} is internal, and the client can read the project."
        raise RejectedError(
            message, code="audience", advice="Declare the project internal in delivery.audience, or plan again."
        )
