"""From observed records to what belongs to an engagement: contract, conversation, work items. Pure; ids are derived."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import Audience, Client, Contract, Interaction, Person, WorkItem
from atlas_sync.canonical.normalize import person_key
from atlas_sync.canonical.observed import ObservedContract, ObservedInteraction, ObservedWorkItem, Participant
from atlas_sync.canonical.roster import Roster

__all__ = ["build_contract", "build_interaction", "build_work_item"]

_SPEAKER_LINE = re.compile(r"^[\s\[\](<>\w=\"/:.-]{0,60}?\b([A-Z][^\n:<>\[\]]{1,50}):", re.MULTILINE)
_TALKED = frozenset({"call", "meeting"})


def build_contract(contract: ObservedContract, *, engagement_id: str, deal: str) -> Contract:
    """Make the contract of an engagement, seen on one of its deals."""
    return Contract(
        id=derive_id("con", derive_id("eng", deal), contract.source),
        home=derive_id("eng", deal),
        engagement_id=engagement_id,
        number=contract.number,
        status=contract.status,
        start_date=contract.start_date,
        end_date=contract.end_date,
        valid_until=contract.valid_until,
        signed_on=contract.signed_on,
        terms=contract.terms,
        link=contract.link,
    )


def build_interaction(
    seen: ObservedInteraction,
    *,
    engagement_id: str,
    deal: str,
    client: Client | None,
    roster: Roster,
    deal_people: Iterable[Person],
) -> Interaction:
    """Make one interaction of an engagement, first seen on one of its deals, with the author's side and who may see it."""
    others = [*seen.participants, *(Participant(ref=source) for source in seen.persons)]
    names = [name for other in others if (name := roster.name(other))]
    return Interaction(
        id=derive_id("int", derive_id("eng", deal), seen.source),
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
        deal=deal,
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
