# ruff: noqa: ANN401 - a builder passes any field on
"""Builders of one engagement: Nordhavn bought scanners. Each gives something valid; a test changes one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from atlas_sync.canonical.document import Document, plain_text
from atlas_sync.canonical.model import (
    Contract,
    DeliveryProject,
    Engagement,
    Evidence,
    Gap,
    Interaction,
    Obligation,
    Outcome,
    Promise,
    ScopeItem,
    Stakeholder,
    WorkItem,
)
from atlas_sync.coverage import (
    CreateItem,
    EngagementRecord,
    ExistingItem,
    Licence,
    LinkItem,
    Proposal,
    UpdateItem,
    find_gaps,
    trace_record,
)
from atlas_sync.coverage.judged import GapWord

ENG = "eng_1"
RUN = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
ALIKE = "Scanner sync Kaiserhafen live"
"""What an item is called that may deliver the promise."""
SAID = datetime(2026, 2, 24, 9, 0, tzinfo=UTC)
BLIND = Licence({"tracker": ("jira issues: permission BROWSE_PROJECTS is missing",)})


def evidence(quote: str, **changes: Any) -> Evidence:
    values = {"interaction_id": "int_call", "start": 0, "end": len(quote), "quote": quote, "said_at": SAID}
    return Evidence(**{**values, "speaker": "Hana Vrba", "side": "us", **changes})


def promise(text: str = "Kaiserhafen scanner sync is live by 14 August", **changes: Any) -> Promise:
    values = {
        "id": "prm_1111111111111111",
        "engagement_id": ENG,
        "evidence": evidence(text),
        "rule": "r",
        "confidence": 0.9,
    }
    return Promise(**{**values, "text": text, "kind": "deliverable", "audience": "client_ok", **changes})


def point(text: str = "Reefer monitoring is no part of this", **changes: Any) -> ScopeItem:
    values = {
        "id": "sco_1111111111111111",
        "engagement_id": ENG,
        "evidence": evidence(text),
        "rule": "r",
        "confidence": 0.9,
    }
    return ScopeItem(**{**values, "text": text, "kind": "out", "audience": "client_ok", **changes})


def outcome(text: str = "340 re-scans in one shift", **changes: Any) -> Outcome:
    values = {"id": "out_1", "engagement_id": ENG, "evidence": evidence(text), "rule": "r", "confidence": 0.9}
    return Outcome(**{**values, "text": text, "kind": "pain", "audience": "client_ok", **changes})


def obligation(text: str = "Send us the floor plans", **changes: Any) -> Obligation:
    values = {
        "id": "obl_1111111111111111",
        "engagement_id": ENG,
        "evidence": evidence(text, side="customer"),
        "rule": "r",
    }
    return Obligation(**{**values, "text": text, "audience": "client_ok", **changes})


def person(name: str = "Greta Koehler", **changes: Any) -> Stakeholder:
    values = {"id": "sta_1", "engagement_id": ENG, "person_id": "per_1", "name": name, "roles": ("decision maker",)}
    return Stakeholder(**{**values, "role_sources": ("CRM",), **changes})


def item(key: str = "SCAN-1", summary: str = "Order pallets", **changes: Any) -> WorkItem:
    values = {"id": f"wi_{key}", "engagement_id": ENG, "source": f"jira:work_item:{key}", "project_key": "SCAN"}
    fields = {"key": key, "kind": "Task", "summary": summary, "status": "To Do", "state": "to_do"}
    return WorkItem(**{**values, **fields, **changes})


def interaction(interaction_id: str = "int_call", **changes: Any) -> Interaction:
    values = {"id": interaction_id, "engagement_id": ENG, "source": f"hubspot:interaction:{interaction_id}", "at": SAID}
    fields = {
        "kind": "call",
        "subject": "First call",
        "text_hash": "h",
        "link": f"https://crm.example/{interaction_id}",
    }
    return Interaction(**{**values, **fields, "audience": "client_ok", **changes})


def project(**changes: Any) -> DeliveryProject:
    values = {"id": "del_1", "engagement_id": ENG, "source": "jira:project:1", "key": "SCAN", "name": "Scanners"}
    return DeliveryProject(**{**values, "how": "configured", **changes})


def contract(**changes: Any) -> Contract:
    return Contract(**{"id": "con_1", "engagement_id": ENG, "number": "C-17", **changes})


def engagement(**changes: Any) -> Engagement:
    values = {"id": ENG, "name": "Yard scanners", "source": "hubspot:deal:7", "link": "https://crm.example/deal/7"}
    fields = {"client_name": "Nordhavn", "stage": "won", "stage_label": "Won", "owner_sales": "Hana Vrba"}
    return Engagement(
        **{
            **values,
            **fields,
            "amount": Decimal(50_000),
            "currency": "EUR",
            "won_at": datetime(2026, 6, 1, tzinfo=UTC),
            **changes,
        }
    )


def record(**changes: Any) -> EngagementRecord:
    """Give a record with one call, a project and an unrelated item, changed as asked."""
    values: dict[str, Any] = {"engagement": engagement(), "interactions": (interaction(),), "projects": (project(),)}
    return EngagementRecord(**{**values, "items": (item(),), **changes})


def full_record(**changes: Any) -> EngagementRecord:
    """Give a record in which everything is lacking: a promise, a why, a decision, a person, a scope point."""
    return record(
        **{
            "promises": (promise(due_date=date(2026, 8, 14), promised_by="Hana Vrba", promised_to="Greta Koehler"),),
            "outcomes": (outcome(),),
            "scope": (point(), point("Training, we will see how that goes", id="sco_2222222222222222", kind="vague")),
            "stakeholders": (person(),),
            **changes,
        }
    )


def gaps_of(
    made: EngagementRecord,
    *,
    markers: Mapping[str, str] | None = None,
    licence: Licence | None = None,
    previous: Mapping[str, Gap] | None = None,
    run_at: datetime = RUN,
    words: Mapping[str, GapWord] | None = None,
) -> list[Gap]:
    """Trace a record and find its gaps, everything proven unless said otherwise."""
    traced = trace_record(made, markers=markers or {})
    return find_gaps(traced, licence=licence or Licence(), previous=previous or {}, run_at=run_at, words=words or {})


def by_kind(gaps: list[Gap], kind: str) -> Gap:
    return next(gap for gap in gaps if gap.kind == kind)


def kinds_of(gaps: list[Gap], state: str = "open") -> list[str]:
    """Give the kinds of the gaps in a state; that the conversation is not attached is left out, most records here have that."""
    return [gap.kind for gap in gaps if gap.state == state and gap.kind != "conversation_missing"]


def carry_out(proposal: Proposal, existing: Mapping[str, ExistingItem]) -> dict[str, ExistingItem]:
    """Do what a proposal says to a tracker in memory; a create twice or a link without its item fails."""
    held = dict(existing)
    for command in proposal.commands:
        match command:
            case CreateItem():
                assert command.marker not in held
                assert command.parent_marker is None or command.parent_marker in held
                held[command.marker] = ExistingItem(
                    marker=command.marker,
                    key=f"SCAN-{90 + len(held)}",
                    state="to_do",
                    body_text=_kept(command.body),
                    due=command.due,
                    audience=command.audience,
                )
            case LinkItem():
                held[command.marker] = held[command.marker].model_copy(update={"linked": True})
            case UpdateItem():
                assert command.body is not None
                held[command.marker] = held[command.marker].model_copy(update={"body_text": _kept(command.body)})
    return held


def as_items(proposal: Proposal) -> tuple[WorkItem, ...]:
    """Give the created items as the next sync reads them."""
    return tuple(
        item(
            f"SCAN-{90 + at}",
            command.summary,
            text=_kept(command.body),
            marker=command.marker,
            due=command.due,
            kind="Epic" if command.kind == "brief" else "Task",
        )
        for at, command in enumerate(command for command in proposal.commands if isinstance(command, CreateItem))
    )


def with_items(made: EngagementRecord, proposal: Proposal) -> EngagementRecord:
    return replace(made, items=(*made.items, *as_items(proposal)))


def _kept(body: Document) -> str:
    """Keep a text the way a tracker does: blank lines and the ends of lines are its own business."""
    return plain_text(body).replace("\n", "\n\n") + "\n"
