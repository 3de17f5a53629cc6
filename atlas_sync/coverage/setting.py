"""What an engagement as a whole lacks: a project, an owner, the conversation beside the work, and what the customer owes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from atlas_sync.canonical.model import Contract, Engagement, Obligation
from atlas_sync.coverage.finding import TITLE, Finding
from atlas_sync.coverage.papers import is_signed
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.text import shorten, show_day
from atlas_sync.coverage.verdict import is_likely

__all__ = ["open_obligations", "out_of_order", "set_up"]


def set_up(record: EngagementRecord) -> Iterator[Finding]:
    """Find what a won engagement needs before anything else: where it is delivered, who owns it, what was said."""
    yield from _project(record)
    yield from out_of_order(record)
    yield from _owner(record)
    yield from _conversation(record)


def out_of_order(record: EngagementRecord) -> Iterator[Finding]:
    """Find the signed contracts of a deal that was not lost and that no project is joined to.

    A deal that is still open has none until it is won: that is what to look at. Of a won one the missing project says it.
    """
    stage = record.engagement.stage
    for contract in record.contracts if stage != "lost" and not record.projects else ():
        if is_signed(contract):
            yield Finding(
                kind="contract_without_project",
                subject_id=contract.id,
                title=f"{_signed_on(contract)}, and no project is joined to {shorten(record.engagement.name, TITLE - 90)}",
                severity="medium" if stage == "open" else "low",
                next_step="Move the deal to won, or correct the contract, in the CRM."
                if stage == "open"
                else "Link the delivery project to the deal.",
                reasons=(f"the deal is {stage}",),
            )


def open_obligations(record: EngagementRecord, run_at: datetime) -> Iterator[Finding]:
    """Find what the customer has to do and no finished work item stands for; pressing only once its day has passed.

    What was due before the deal was won belonged to the sale, and is over.
    """
    won_at = record.engagement.won_at
    done = {item.id for item in record.living if item.state == "done"}
    for one in record.obligations:
        links = record.links_of.get(one.id, ())
        # The first of several tells when all are done.
        if links and links[0].status == "covered" and links[0].work_item_id in done:
            continue
        if one.due_date and won_at and one.due_date < won_at.date():
            continue
        first = links[0] if links and (links[0].status == "covered" or is_likely(links[0])) else None
        is_late = one.due_date is not None and one.due_date < run_at.date()
        yield Finding(
            kind="obligation_open",
            subject_id=one.id,
            title=shorten(one.text, TITLE),
            severity="medium" if is_late else "low",
            next_step=f"Look if {first.work_item_key} stands for it: `atlas-sync review`; else ask the client for it."
            if first and first.status == "review"
            else "Ask the client for it; what hangs on it cannot start.",
            reasons=_due(one, is_late=is_late),
            work_item_key=first.work_item_key if first else None,
            evidence=one.evidence,
            audience=one.audience,
        )


def _due(one: Obligation, *, is_late: bool) -> tuple[str, ...]:
    return (f"{'was due' if is_late else 'due'} {show_day(one.due_date)}",) if one.due_date else ()


def _project(record: EngagementRecord) -> Iterator[Finding]:
    if not record.projects:
        yield Finding(
            kind="project_missing",
            subject_id=record.engagement.id,
            title=f"{shorten(record.engagement.name, TITLE - 32)} is won and has no project",
            severity="high",
            next_step="Link the delivery project to the deal, or run `atlas-sync plan` to start one in the default project.",
            reasons=tuple(_signed_on(contract) for contract in record.contracts if is_signed(contract)),
        )


def _owner(record: EngagementRecord) -> Iterator[Finding]:
    engagement = record.engagement
    if engagement.owner_sales is None or not engagement.owner_sales_active:
        yield Finding(
            kind="owner_missing",
            subject_id=engagement.id,
            title=f"{shorten(engagement.name, TITLE - 40)} has nobody on the selling side to ask",
            severity="medium",
            next_step="Give the deal another owner in the CRM.",
            reasons=(_why_nobody(engagement),),
        )


def _why_nobody(engagement: Engagement) -> str:
    if engagement.owner_sales:
        return f"{engagement.owner_sales} has left"
    return "the deal's owner is nobody whom the CRM shows" if engagement.unseen_owner else "the deal names nobody"


def _conversation(record: EngagementRecord) -> Iterator[Finding]:
    """Find a project in which nothing leads to what was said: no item of ours, and no address of the conversation."""
    links = [record.engagement.link, *(one.link for one in record.interactions)]
    said = [link for link in links if link]
    attached = any(item.marker or any(link in item.text for link in said) for item in record.living)
    if record.projects and record.interactions and not attached:
        yield Finding(
            kind="conversation_missing",
            subject_id=record.engagement.id,
            title=f"Nothing in {record.projects[0].key} leads to what was said to {shorten(record.client_label, 60)}",
            severity="low",
            next_step="Run `atlas-sync plan` to put the brief with the conversation into the project.",
            reasons=(f"{len(record.interactions)} conversations are on the deal",),
        )


def _signed_on(contract: Contract) -> str:
    number = f"contract {shorten(contract.number, 30)}" if contract.number else "a contract"
    return f"{number} is signed" + (f" since {show_day(contract.signed_on)}" if contract.signed_on else "")
