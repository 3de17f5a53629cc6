"""The one engagement record: deal and delivery project as a single life, with what was said and what became of it.

Frozen models, one source of truth: the warehouse derives its tables from them, `--json` its shape. No I/O here.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.markup import has_markup
from atlas_sync.canonical.observed import InteractionKind, Stage

__all__ = [
    "JUDGED",
    "Audience",
    "Client",
    "Contract",
    "CoverageStatus",
    "DeliveryProject",
    "Engagement",
    "Evidence",
    "Gap",
    "GapKind",
    "GapState",
    "Handoff",
    "HandoffPart",
    "Interaction",
    "Mention",
    "Obligation",
    "Outcome",
    "OutcomeKind",
    "Person",
    "Promise",
    "PromiseKind",
    "PromiseStatus",
    "Saying",
    "ScopeItem",
    "ScopeKind",
    "Severity",
    "Side",
    "Stakeholder",
    "Stance",
    "Statement",
    "TraceLink",
    "WorkItem",
]

Audience = Literal["internal", "client_ok"]
Side = Literal["us", "customer", "partner", "unknown"]
PromiseKind = Literal["timeline", "deliverable", "price", "resource", "quality", "communication"]
PromiseStatus = Literal["open", "repeat", "softened", "renegotiated", "withdrawn"]
OutcomeKind = Literal["pain", "trigger", "outcome", "metric", "why_us", "deadline_reason"]
ScopeKind = Literal["in", "out", "vague", "later", "assumption", "tradeoff"]
Stance = Literal["supporter", "neutral", "skeptic", "opponent"]
CoverageStatus = Literal["covered", "review", "missing"]
GapKind = Literal[
    "promise_missing",
    "promise_contradicted",
    "promise_dropped",
    "promise_late",
    "promise_stalled",
    "promise_review",
    "why_missing",
    "person_missing",
    "scope_missing",
    "vague_undecided",
    "project_missing",
    "contract_without_project",
    "project_without_deal",
    "owner_missing",
    "conversation_missing",
    "obligation_open",
]
GapState = Literal["open", "not_decidable", "planned", "written", "acknowledged", "waived", "resolved"]
Severity = Literal["high", "medium", "low"]


class _Entity(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Client(_Entity):
    """A customer company, one row however many systems know it. `sources` are all its records, the first leads."""

    id: str
    name: str
    domain: str | None = None
    aliases: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Person(_Entity):
    """A human. `side` says for whom; `aliases` are the other spellings met."""

    id: str
    name: str
    email: str | None = None
    title: str | None = None
    side: Side
    client_id: str | None = None
    aliases: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Engagement(_Entity):
    """One sale and its delivery. `id` is fixed at first sight of its first deal, however many systems keep it.

    `source` is the deal whose word goes first, `sources` are all of its deals, the one seen first first and those that are gone
    as well; `links` are the pages of those that are there. `deal_type` is the CRM's own word for the kind of deal. `amount` is
    in `currency` units; `owner_sales` is a person's name, with `owner_sales_active` false for one who left; `unseen_owner` is
    whom its deals name as their owner, where no record shows any. `unseen_projects` are keys of projects that it names, where
    it has no other and no tracker shows these; `unseen_deals` are ids that its deals note of other systems' and none of its
    deals has.
    """

    id: str
    name: str
    source: str
    link: str | None = None
    sources: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    client_id: str | None = None
    client_name: str | None = None
    stage: Stage
    stage_label: str
    deal_type: str | None = None
    owner_sales: str | None = None
    owner_sales_active: bool = True
    unseen_owner: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    close_date: date | None = None
    won_at: datetime | None = None
    created_at: datetime | None = None
    unseen_projects: tuple[str, ...] = ()
    unseen_deals: tuple[str, ...] = ()

    @property
    def deals(self) -> tuple[str, ...]:
        """Give its deals, the one whose word goes first first."""
        return tuple(dict.fromkeys((self.source, *self.sources)))

    @property
    def ids(self) -> tuple[str, ...]:
        """Give its id, then those that its other deals would have if they were sales of their own, or had until they joined."""
        return tuple(dict.fromkeys((self.id, *(derive_id("eng", source) for source in self.sources))))


class Saying(_Entity):
    """What one record says a value is, and since when, as far as its system tells."""

    source: str
    value: str
    at: datetime | None = None


class Statement(_Entity):
    """One value of an engagement's deal, client or people: what holds and who says so, and what the other records say.

    `name` is the property; `is_conflict` tells that another living record says something else.
    """

    id: str
    engagement_id: str
    about: Literal["deal", "client", "person"]
    subject_id: str
    name: str
    value: str
    source: str
    at: datetime | None = None
    others: tuple[Saying, ...] = ()
    is_conflict: bool = False


class Contract(_Entity):
    """What was signed for an engagement; `home` is the id of the one that its own deal makes alone.

    `valid_until` is the last day on which an offer can be taken up, `end_date` that of what was agreed.
    """

    id: str
    engagement_id: str
    home: str = ""
    number: str | None = None
    status: str | None = None
    start_date: date | None = None
    end_date: date | None = None
    valid_until: date | None = None
    signed_on: date | None = None
    terms: str | None = None
    link: str | None = None


class Interaction(_Entity):
    """One piece of the conversation of an engagement; `source` leads to the record, `audience` says who may see it.

    `deal` is the deal it was first seen on, from which its id follows. An interaction that a customer took part in is
    `client_ok`; notes and mails among ourselves are `internal`.
    """

    id: str
    engagement_id: str
    source: str
    link: str | None = None
    kind: InteractionKind
    at: datetime
    subject: str | None = None
    author: str | None = None
    author_side: Side = "unknown"
    participants: tuple[str, ...] = ()
    body: str = ""
    body_format: Literal["text", "html"] = "text"
    text_hash: str
    audience: Audience = "internal"
    deal: str = ""

    @property
    def is_markup(self) -> bool:
        """Tell if the body is to be read as markup, whatever it was said to be."""
        return self.body_format == "html" or has_markup(self.body)

    @property
    def home(self) -> str:
        """Give the id that its engagement had when its deal stood alone; what is said here takes its ids from that."""
        return derive_id("eng", self.deal) if self.deal else self.engagement_id


class Evidence(_Entity):
    """Where a statement stands: `quote` is exactly `interaction.body[start:end]`.

    `place` names the sentence within its text; it stays when the text around it changes, and is empty where that is `start`.
    """

    interaction_id: str
    start: int
    end: int
    quote: str
    place: str = ""
    speaker: str | None = None
    side: Side = "unknown"
    said_at: datetime

    def id_as(self, prefix: str, home: str, *more: str) -> str:
        """Derive the id of what is stated here; `home` is the id of the engagement that it was said in."""
        return derive_id(prefix, home, self.interaction_id, self.place or str(self.start), *more)


class _Statement(_Entity):
    """Common to all that was extracted: its evidence, the rule that found it, how sure it is, who may see it."""

    id: str
    engagement_id: str
    evidence: Evidence
    rule: str
    confidence: float
    needs_review: bool = False
    audience: Audience = "internal"


class Resemblance(_Entity):
    """A sentence and an earlier one that it may say again, in clean words, each with its day; `likeness` is 0 to 1."""

    text: str
    said_at: datetime
    earlier: str
    earlier_said_at: datetime
    likeness: float


class Promise(_Statement):
    """Something our side said it would do. One row a chain: `evidence` is what was said of it last, `repeats` what was before.

    `text` is the fullest wording of the terms in force, without markup, white space folded; `due_text` is as said, `due_date`
    where one day follows.
    `perhaps` is the id of an earlier promise that this may be another wording of, for a person to say; what is `withdrawn` may
    take that one back. `resembles` is what it was told by.
    """

    text: str
    kind: PromiseKind
    promised_by: str | None = None
    promised_to: str | None = None
    due_text: str | None = None
    due_date: date | None = None
    status: PromiseStatus = "open"
    repeats: tuple[Evidence, ...] = ()
    perhaps: str = ""
    resembles: Resemblance | None = None


class Outcome(_Statement):
    """Why the customer buys."""

    text: str
    kind: OutcomeKind


class ScopeItem(_Statement):
    """What was agreed to be in, out, later, traded away, assumed, or left vague."""

    text: str
    kind: ScopeKind


class Obligation(_Entity):
    """Something the customer has to do or bring, as it was said; `due_date` where one day follows."""

    id: str
    engagement_id: str
    evidence: Evidence
    rule: str
    audience: Audience = "internal"
    text: str
    due_date: date | None = None


class Mention(_Statement):
    """A sentence that shows a person's role or stance."""

    name: str
    roles: tuple[str, ...] = ()
    stance: Stance | None = None


class Stakeholder(_Entity):
    """A person's part in one engagement: roles from the CRM first, then from what was said; the latest stance holds.

    `in_delivery` says how delivery knows them: the keys of work items that assign or name them, that they reported or watch,
    or on which they are named in a comment or wrote one. `home` is as for a contract.
    """

    id: str
    engagement_id: str
    home: str = ""
    person_id: str
    name: str
    title: str | None = None
    email: str | None = None
    roles: tuple[str, ...] = ()
    role_sources: tuple[str, ...] = ()
    stance: Stance | None = None
    evidence: Evidence | None = None
    audience: Audience = "internal"
    in_delivery: tuple[str, ...] = ()


class DeliveryProject(_Entity):
    """Where an engagement is delivered. `how` says what joined them: a configured link, an address, a mark of ours.

    `certain` is false where only a name speaks for it, or that it is inside such a project: good for looking, not for writing.
    """

    id: str
    engagement_id: str
    source: str
    key: str
    name: str
    link: str | None = None
    how: str
    certain: bool = True
    audience: Audience = "client_ok"


class WorkItem(_Entity):
    """A unit of work that belongs to an engagement's delivery. `moved_at` is when it last changed or was remarked upon."""

    id: str
    engagement_id: str
    source: str
    link: str | None = None
    project_key: str
    key: str
    kind: str
    summary: str
    text: str = ""
    status: str
    state: Literal["to_do", "in_progress", "done", "dropped"]
    due: date | None = None
    assignee: str | None = None
    parent: str | None = None
    marker: str | None = None
    moved_at: datetime | None = None


class TraceLink(_Entity):
    """A promise or scope point and the work item that (perhaps) delivers it. `score` is 0 to 1.

    `reasons` say what speaks for it, `contradictions` and what it `leaves_open` speak against it. `status` is
    covered (certain), review (a person should look) or missing (`work_item_id` None).
    """

    id: str
    engagement_id: str
    subject_id: str
    work_item_id: str | None = None
    work_item_key: str | None = None
    rank: int = 0
    status: CoverageStatus
    score: float
    how: str
    contradictions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    leaves_open: tuple[str, ...] = ()


class Gap(_Entity):
    """Something sold that delivery does not hold. `id` is stable across runs and rewording.

    `subject_id` is the promise, person, scope item or engagement it is about; `undecided_because` names what could not
    be read where the state is `not_decidable`, and `holds_back` tells if all that is written for the engagement rests on that
    too; `opened_at` and `closed_at` are times of runs.
    """

    id: str
    engagement_id: str
    kind: GapKind
    subject_id: str
    title: str
    state: GapState
    severity: Severity
    reasons: tuple[str, ...] = ()
    undecided_because: tuple[str, ...] = ()
    holds_back: bool = False
    owner: str | None = None
    next_step: str
    work_item_key: str | None = None
    evidence: Evidence | None = None
    audience: Audience = "internal"
    opened_at: datetime
    closed_at: datetime | None = None
    judged_by: str | None = None
    judged_at: datetime | None = None
    judged_reason: str | None = None
    waived_until: date | None = None


JUDGED = ("judged_by", "judged_at", "judged_reason", "waived_until")
"""What of a gap a person says."""


class HandoffPart(_Entity):
    """One part of a handoff: of `total` things delivery holds `held`, and of `undecided` more nobody can tell."""

    name: str
    weight: int
    total: int
    held: float
    undecided: int = 0


class Handoff(_Entity):
    """How much of an engagement delivery holds: 0 to 100 over what can be decided, None where that is less than half of it."""

    engagement_id: str
    score: int | None
    parts: tuple[HandoffPart, ...] = ()

    @property
    def undecided(self) -> int:
        """Count what nobody can tell."""
        return sum(part.undecided for part in self.parts)

    @property
    def told(self) -> str:
        """Say the score, and that it is not of everything where it is not."""
        if self.score is None:
            return "not decidable"
        return f"{self.score} of 100" + (f" of what can be decided, {self.undecided} cannot" if self.undecided else "")
