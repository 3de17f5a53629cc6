"""What there is in the sandbox's world and what can happen there, told without any vendor. Times are UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

__all__ = [
    "PRESENT",
    "Comment",
    "CommentAdded",
    "Company",
    "CompanyAdded",
    "Contract",
    "ContractSigned",
    "Crm",
    "Deal",
    "DealMoved",
    "DealOpened",
    "Event",
    "Interaction",
    "InteractionLogged",
    "Issue",
    "IssueCreated",
    "IssueMoved",
    "LineItem",
    "Person",
    "PersonAdded",
    "Project",
    "ProjectCreated",
    "Role",
    "RoleGiven",
    "Stage",
    "User",
    "UserJoined",
    "UserLeft",
    "World",
]

Crm = Literal["salesforce", "hubspot"]
Stage = Literal["qualifying", "proposed", "negotiating", "won", "lost"]

PRESENT = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
"""Where the world's clock stands when a sandbox starts; later events wait until time is moved."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody at one of the two firms. `systems` are those with a login of theirs: salesforce, hubspot, jira."""

    key: str
    name: str
    email: str
    title: str
    systems: tuple[str, ...]
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """A customer company as one CRM spells it. The same company may stand in both CRMs under different spellings."""

    key: str
    crm: Crm
    name: str
    domain: str | None
    industry: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as one CRM spells it. `buying_role` is the person's own role (HubSpot keeps one on the contact)."""

    key: str
    crm: Crm
    company: str
    name: str
    email: str | None
    title: str
    phone: str | None = None
    buying_role: str | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A contact's role on a deal, in words ("Decision Maker"); None where the seller left it blank."""

    person: str
    role: str | None
    primary: bool = False


@dataclass(frozen=True, slots=True)
class LineItem:
    """One line of what was sold."""

    name: str
    quantity: float
    unit_price: float
    description: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """A signed paper."""

    number: str
    status: str
    start: date
    months: int
    signed_on: date | None
    special_terms: str = ""


@dataclass(frozen=True, slots=True)
class Deal:
    """A sale; its stages come as events. `project_hint` is what a seller typed into the delivery project field."""

    key: str
    crm: Crm
    company: str
    name: str
    owner: str
    amount: float | None
    currency: str
    close_date: date
    description: str = ""
    next_step: str = ""
    line_items: tuple[LineItem, ...] = ()
    project_hint: str | None = None


@dataclass(frozen=True, slots=True)
class Interaction:
    """One piece of a conversation. `author` and `to` are keys of users or persons; None for transcripts and minutes."""

    key: str
    kind: Literal["email", "call", "meeting", "note", "task"]
    format: Literal["text", "html"]
    subject: str
    body: str
    author: str | None
    to: tuple[str, ...]
    incoming: bool = False
    logged_by: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A tracker project. `client_visible` ones are shared with the customer."""

    key: str
    name: str
    description: str
    lead: str
    client_visible: bool = False


@dataclass(frozen=True, slots=True)
class Issue:
    """A work item as a person wrote it; its number follows the order of creation in its project."""

    key: str
    project: str
    type: Literal["Epic", "Story", "Task", "Bug"]
    summary: str
    description: str
    status: str
    due: date | None = None
    assignee: str | None = None
    reporter: str | None = None
    labels: tuple[str, ...] = ()
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark under an issue."""

    author: str
    body: str


@dataclass(frozen=True, slots=True)
class UserJoined:
    """A login was made."""

    user: User


@dataclass(frozen=True, slots=True)
class UserLeft:
    """A login was switched off."""

    user: str


@dataclass(frozen=True, slots=True)
class CompanyAdded:
    """A company was entered."""

    company: Company


@dataclass(frozen=True, slots=True)
class PersonAdded:
    """A contact was entered."""

    person: Person


@dataclass(frozen=True, slots=True)
class DealOpened:
    """A deal was entered, in its first stage, with its line items."""

    deal: Deal
    stage: Stage


@dataclass(frozen=True, slots=True)
class DealMoved:
    """A deal changed stage: also from won or lost back to open."""

    crm: Crm
    deal: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class RoleGiven:
    """A contact was put on a deal."""

    crm: Crm
    deal: str
    role: Role


@dataclass(frozen=True, slots=True)
class ContractSigned:
    """A contract was entered for a deal."""

    crm: Crm
    deal: str
    contract: Contract


@dataclass(frozen=True, slots=True)
class InteractionLogged:
    """A piece of conversation was logged on a deal."""

    crm: Crm
    deal: str
    interaction: Interaction


@dataclass(frozen=True, slots=True)
class ProjectCreated:
    """A tracker project was made."""

    project: Project


@dataclass(frozen=True, slots=True)
class IssueCreated:
    """A person made a work item."""

    issue: Issue


@dataclass(frozen=True, slots=True)
class IssueMoved:
    """A work item changed status."""

    issue: str
    status: str


@dataclass(frozen=True, slots=True)
class CommentAdded:
    """Somebody commented."""

    issue: str
    comment: Comment


Happening = (
    UserJoined
    | UserLeft
    | CompanyAdded
    | PersonAdded
    | DealOpened
    | DealMoved
    | RoleGiven
    | ContractSigned
    | InteractionLogged
    | ProjectCreated
    | IssueCreated
    | IssueMoved
    | CommentAdded
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at a moment."""

    at: datetime
    what: Happening


@dataclass(frozen=True, slots=True)
class World:
    """Every event, in order of time; ties keep the order of the stories."""

    events: tuple[Event, ...] = field(default=())

    def between(self, after: datetime | None, until: datetime) -> Iterator[Event]:
        """Yield the events later than `after` (from the beginning for None) and not later than `until`."""
        return (event for event in self.events if (after is None or event.at > after) and event.at <= until)

    def next_after(self, moment: datetime) -> datetime | None:
        """Tell when the next event happens, None when the story is over."""
        return next((event.at for event in self.events if event.at > moment), None)
