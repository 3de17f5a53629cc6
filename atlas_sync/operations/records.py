"""Records: all that is known of engagements, put together from the tables, some at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import TypeVar

from atlas_sync.canonical.model import (
    Client,
    Contract,
    DeliveryProject,
    Engagement,
    Gap,
    Handoff,
    Interaction,
    Obligation,
    Outcome,
    Promise,
    ScopeItem,
    Stakeholder,
    Statement,
    TraceLink,
    WorkItem,
)
from atlas_sync.coverage import EngagementRecord
from atlas_sync.store.warehouse import Rows

__all__ = ["by_engagement", "load_record", "load_records"]

PartT = TypeVar(
    "PartT",
    bound=Promise
    | Outcome
    | ScopeItem
    | Obligation
    | Stakeholder
    | Contract
    | Interaction
    | DeliveryProject
    | WorkItem
    | TraceLink
    | Statement
    | Gap
    | Handoff,
)


def load_record(rows: Rows, engagement_id: str) -> EngagementRecord | None:
    """Put one engagement's record together; None where there is no such engagement."""
    return next(iter(load_records(rows, [engagement_id])), None)


def load_records(rows: Rows, engagements: Collection[str]) -> list[EngagementRecord]:
    """Put the records of some engagements together, in the order asked for; one that there is not is left out.

    Each table is looked through once for all of them.
    """
    there = {row.id: row for row in rows.select(Engagement, id=list(engagements))}
    clients = {
        row.id: row for row in rows.select(Client, id=[row.client_id for row in there.values() if row.client_id])
    }
    promises = by_engagement(rows, Promise, there)
    outcomes = by_engagement(rows, Outcome, there)
    scope = by_engagement(rows, ScopeItem, there)
    obligations = by_engagement(rows, Obligation, there)
    stakeholders = by_engagement(rows, Stakeholder, there)
    contracts = by_engagement(rows, Contract, there)
    interactions = by_engagement(rows, Interaction, there)
    projects = by_engagement(rows, DeliveryProject, there)
    items = by_engagement(rows, WorkItem, there)
    links = by_engagement(rows, TraceLink, there)
    statements = by_engagement(rows, Statement, there)
    return [
        EngagementRecord(
            engagement=there[name],
            client=clients.get(there[name].client_id or ""),
            promises=promises[name],
            outcomes=outcomes[name],
            scope=scope[name],
            obligations=obligations[name],
            stakeholders=stakeholders[name],
            contracts=contracts[name],
            interactions=interactions[name],
            projects=projects[name],
            items=items[name],
            links=links[name],
            statements=statements[name],
        )
        for name in engagements
        if name in there
    ]


def by_engagement(rows: Rows, kind: type[PartT], engagements: Collection[str]) -> Mapping[str, tuple[PartT, ...]]:
    """Give the rows of a table for each of some engagements, in order of insertion."""
    found: dict[str, list[PartT]] = defaultdict(list)
    for row in rows.select(kind, engagement_id=list(engagements)):
        found[row.engagement_id].append(row)
    return {name: tuple(found[name]) for name in engagements}
