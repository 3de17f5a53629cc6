"""From observed records to one engagement's entities: deal, conversation, people, contract. Pure; ids are derived."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from atlas_sync.canonical.identity import SourceRef, derive_id
from atlas_sync.canonical.model import (
    Audience,
    Client,
    Contract,
    Engagement,
    Interaction,
    Mention,
    Person,
    Stakeholder,
    WorkItem,
)
from atlas_sync.canonical.normalize import fold, person_key
from atlas_sync.canonical.observed import (
    ObservedContract,
    ObservedDeal,
    ObservedInteraction,
    ObservedRole,
    ObservedUser,
    ObservedWorkItem,
    Participant,
)
from atlas_sync.canonical.roster import Roster

__all__ = [
    "build_contract",
    "build_engagement",
    "build_interaction",
    "build_stakeholders",
    "build_work_item",
    "engagement_id_for",
]

_SPEAKER_LINE = re.compile(r"^[\s\[\](<>\w=\"/:.-]{0,60}?\b([A-Z][^\n:<>\[\]]{1,50}):", re.MULTILINE)
_TALKED = frozenset({"call", "meeting"})


def engagement_id_for(deal: ObservedDeal) -> str:
    """Derive the id that an engagement gets when its deal is first seen."""
    return derive_id("eng", deal.source)


def build_engagement(
    deal: ObservedDeal, *, engagement_id: str, client: Client | None, owner: ObservedUser | None
) -> Engagement:
    """Make the engagement of a deal."""
    return Engagement(
        id=engagement_id,
        name=deal.name,
        source=deal.source,
        link=deal.link,
        client_id=client.id if client else None,
        client_name=client.name if client else None,
        stage=deal.stage,
        stage_label=deal.stage_label,
        deal_type=deal.deal_type,
        owner_sales=owner.name if owner else None,
        owner_sales_active=owner.active if owner else True,
        amount=deal.amount,
        currency=deal.currency,
        close_date=deal.close_date,
        won_at=deal.won_at,
        created_at=deal.created_at,
    )


def build_contract(contract: ObservedContract, *, engagement_id: str) -> Contract:
    """Make the contract of an engagement."""
    return Contract(
        id=derive_id("con", engagement_id, contract.source),
        engagement_id=engagement_id,
        number=contract.number,
        status=contract.status,
        start_date=contract.start_date,
        end_date=contract.end_date,
        signed_on=contract.signed_on,
        terms=contract.terms,
        link=contract.link,
    )


def build_interaction(
    seen: ObservedInteraction,
    *,
    engagement_id: str,
    client: Client | None,
    roster: Roster,
    deal_people: Iterable[Person],
) -> Interaction:
    """Make one interaction of an engagement, with the side of its author and who may see it."""
    others = [*seen.participants, *(Participant(ref=source) for source in seen.persons)]
    names = [name for other in others if (name := roster.name(other))]
    return Interaction(
        id=derive_id("int", engagement_id, seen.source),
        engagement_id=engagement_id,
        source=seen.source,
        link=seen.link,
        kind=seen.kind,
        at=seen.at,
        subject=seen.subject,
        author=roster.name(seen.author) if seen.author else None,
        author_side=roster.side(seen.author, client) if seen.author else "unknown",
        participants=tuple(dict.fromkeys(names)),
        body=seen.body,
        body_format=seen.body_format,
        text_hash=hashlib.sha256(f"{seen.kind}\n{seen.body_format}\n{seen.body}".encode()).hexdigest(),
        audience=_audience(seen, client=client, roster=roster, deal_people=deal_people),
    )


def _audience(
    seen: ObservedInteraction, *, client: Client | None, roster: Roster, deal_people: Iterable[Person]
) -> Audience:
    """Tell if the client knows this text already: a mail they wrote or got, a transcript in which they speak.

    Notes, tasks, and a seller's own summary of a call stay internal, whoever took part.
    """
    if seen.kind == "email":
        people = [*seen.participants, *([seen.author] if seen.author else [])]
        return "client_ok" if any(roster.side(one, client) == "customer" for one in people) else "internal"
    if seen.kind in _TALKED:
        speakers = {person_key(name) for name in _SPEAKER_LINE.findall(seen.body)}
        customers = {person_key(name) for person in deal_people for name in (person.name, *person.aliases)}
        if len(speakers) > 1 and speakers & customers:
            return "client_ok"
    return "internal"


def build_work_item(
    item: ObservedWorkItem,
    *,
    engagement_id: str,
    project_key: str,
    assignee: str | None,
    remarked_at: datetime | None = None,
) -> WorkItem:
    """Make a work item of an engagement's delivery; `remarked_at` is when somebody last wrote something below it."""
    moves = [moment for moment in (item.updated_at, remarked_at) if moment]
    return WorkItem(
        id=derive_id("wi", engagement_id, item.source),
        engagement_id=engagement_id,
        source=item.source,
        link=item.link,
        project_key=project_key,
        key=item.key,
        kind=item.kind,
        summary=item.summary,
        text=item.text,
        status=item.status,
        state=item.state,
        due=item.due,
        assignee=assignee,
        parent=item.parent,
        marker=item.marker,
        moved_at=max(moves, default=None),
    )


def build_stakeholders(
    engagement_id: str,
    *,
    roles: Sequence[ObservedRole],
    mentions: Sequence[Mention],
    roster: Roster,
    items: Sequence[WorkItem],
) -> list[Stakeholder]:
    """List the customer's people on an engagement, with what the CRM says of them first and what was said about them after.

    One row a person, in order of the CRM's roles, then of mention. The latest stance holds, with the sentence that shows it.
    """
    found: dict[str, _Draft] = {}
    for role in sorted(roles, key=lambda role: (not role.primary, role.source)):
        if person := roster.people.get(roster.by_source.get(role.person, "")):
            found.setdefault(person.id, _Draft(person)).add_role(role.role, "CRM")
    for mention in sorted(mentions, key=lambda mention: mention.evidence.said_at):
        person = roster.named(mention.name)
        if person is not None and person.side != "us":
            draft = found.setdefault(person.id, _Draft(person))
            for said in mention.roles:
                draft.add_role(said, "said")
            if mention.stance is not None or draft.mention is None:
                draft.mention = mention
    texts = {item.key: fold(f"{item.summary}\n{item.text}\n{item.assignee or ''}") for item in items}
    return [draft.finish(engagement_id, texts) for draft in found.values()]


class _Draft:
    """A stakeholder while their roles are collected."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.roles: dict[str, str] = {}
        self.mention: Mention | None = None

    def add_role(self, role: str | None, where: str) -> None:
        if role:
            self.roles.setdefault(role.replace("_", " ").strip().lower(), where)

    def finish(self, engagement_id: str, texts: Mapping[str, str]) -> Stakeholder:
        names = [fold(name) for name in (self.person.name, *self.person.aliases)] + [
            person_key(name) for name in (self.person.name, *self.person.aliases)
        ]
        return Stakeholder(
            id=derive_id("sta", engagement_id, self.person.id),
            engagement_id=engagement_id,
            person_id=self.person.id,
            name=self.person.name,
            title=self.person.title,
            email=self.person.email,
            roles=tuple(self.roles),
            role_sources=tuple(self.roles.values()),
            stance=self.mention.stance if self.mention else None,
            evidence=self.mention.evidence if self.mention else None,
            in_delivery=tuple(key for key, text in texts.items() if any(name in text for name in names)),
        )


def deal_id_of(deal: ObservedDeal) -> str:
    """Give the vendor's id of a deal, as people see it in addresses."""
    return SourceRef.parse(deal.source).id
