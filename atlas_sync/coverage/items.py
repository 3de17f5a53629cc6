"""The items we write beside the brief: a promise to keep, a point to decide, a person to meet. Plain words, quotes as said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from atlas_sync.canonical.document import Document, Paragraph, Quote, Span
from atlas_sync.canonical.model import Audience, Promise, PromiseKind, ScopeItem, Stakeholder
from atlas_sync.coverage.brief import said_by
from atlas_sync.coverage.page import line_of
from atlas_sync.coverage.people import decides, role_of
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.text import shorten, show_day

__all__ = [
    "brief_summary",
    "day_in",
    "decision_body",
    "decision_summary",
    "person_body",
    "person_summary",
    "promise_body",
    "promise_comment",
    "promise_news",
    "promise_summary",
]

_SUMMARY = 120
_TAKEN_BACK = "Taken back"
_NAME = 60
_OPENING = re.compile(r"^(?:(?:and|so|then|okay|ok|well|yes|also|but)\b[, ]*){1,3}", re.IGNORECASE)
_DONE_WHEN: dict[PromiseKind, str] = {
    "timeline": "Done when it is live on the agreed day and {who} has confirmed it.",
    "deliverable": "Done when {who} has it and has confirmed that it is what was meant.",
    "price": "Done when the invoices show it.",
    "resource": "Done when the people or equipment named are there and {who} knows.",
    "quality": "Done when it has been measured and {who} has seen the figure.",
    "communication": "Done when {who} has received it.",
}


def brief_summary(record: EngagementRecord, audience: Audience) -> str:
    """Name the brief; for clients by their own name, since a deal's name is the seller's."""
    name = record.engagement.name if audience == "internal" else record.client_label
    return shorten(f"Kickoff brief: {name}", _SUMMARY)


def promise_summary(promise: Promise, record: EngagementRecord) -> str:
    """Say what was promised to whom, cut at a word."""
    said = _OPENING.sub("", shorten(promise.text, 2 * _SUMMARY)).rstrip(" .!,;") or promise.text
    return shorten(f"Promised to {shorten(record.client_label, 40)}: {said}", _SUMMARY)


def promise_body(promise: Promise, record: EngagementRecord, audience: Audience) -> Document:
    """Give the quote, who said it to whom and when, the due day, and when it is done."""
    to = promise.promised_to or record.client_label
    by = promise.promised_by or "our side"
    when = show_day(promise.evidence.said_at.date())
    blocks: list[Paragraph | Quote] = [
        _line(f"Promised by {shorten(by, _NAME)} to {shorten(to, _NAME)} on {when}."),
        _quote(promise, record, audience),
    ]
    if promise.due_date:
        said = f" (said: “{shorten(promise.due_text, _SUMMARY)}”)" if promise.due_text else ""
        blocks.append(_line(f"Due {show_day(promise.due_date)}{said}."))
    elif promise.due_text:
        blocks.append(_line(f"When, as said: “{shorten(promise.due_text, _SUMMARY)}”."))
    if promise.status == "withdrawn":
        blocks.append(_line(f"{_TAKEN_BACK} on {when}: whoever delivers decides what becomes of this item."))
    if promise.repeats and audience == "internal":
        days = dict.fromkeys(show_day(one.said_at.date()) for one in promise.repeats)
        blocks.append(_line(f"Also said on {shorten(', '.join(days), _SUMMARY)}."))
    blocks.append(_line(_DONE_WHEN[promise.kind].format(who=shorten(to, _NAME))))
    return Document(blocks=(*blocks, _origin(promise.id)))


def promise_news(promise: Promise, *, body_text: str, due: date | None, is_ours: bool) -> list[str]:
    """Say what was said of a promise since its item was written: another day, another wording, or that it was taken back.

    Only what was said counts: an item does not change because we would word it otherwise today. From a text that is not
    ours any more nothing follows about the wording.
    """
    news = []
    if promise.due_date is not None and promise.due_date != due:
        news.append(f"due {show_day(promise.due_date)}" + (f" instead of {show_day(due)}" if due else ""))
    if is_ours and not _holds(body_text, line_of(promise.text, limit=2_000).text):
        news.append("it was said in other words")
    if promise.status == "withdrawn" and not _holds(body_text, _TAKEN_BACK):
        news.append("it was taken back")
    return news


def day_in(promise: Promise, body_text: str) -> date | None:
    """Give the promise's day if a text that we wrote holds it, as it does where a tracker has no field for it."""
    return promise.due_date if promise.due_date and _holds(body_text, f"Due {show_day(promise.due_date)}") else None


def promise_comment(promise: Promise, news: Sequence[str], record: EngagementRecord, audience: Audience) -> Document:
    """Say on an item what changed of its promise, and in whose words."""
    return Document(blocks=(_line(f"Changed in the sale: {'; '.join(news)}."), _quote(promise, record, audience)))


def _holds(text: str, part: str) -> bool:
    return " ".join(part.split()) in " ".join(text.split())


def decision_summary(point: ScopeItem) -> str:
    """Name what is to be decided."""
    return shorten(f"Decide: {shorten(point.text, 2 * _SUMMARY).rstrip(' .!,;')}", _SUMMARY)


def decision_body(point: ScopeItem, record: EngagementRecord, audience: Audience) -> Document:
    """Give the point that was left open, and who decides it at the client where that is known and may be said."""
    deciders = [person.name for person in record.stakeholders if decides(person)] if audience == "internal" else []
    who = shorten(", ".join(deciders), _SUMMARY) if deciders else "a person still to be named"
    return Document(
        blocks=(
            _line(f"This was left open during the sale, on {show_day(point.evidence.said_at.date())}:"),
            _quote(point, record, audience),
            _line(f"At {shorten(record.client_label, _NAME)} it is decided by {who}. No day was agreed."),
            _line("Done when the answer is written here and the client has it in writing."),
            _origin(point.id),
        )
    )


def person_summary(person: Stakeholder) -> str:
    """Name whom to meet."""
    return shorten(f"Meet {shorten(person.name, _NAME)} ({shorten(role_of(person), 40)})", _SUMMARY)


def person_body(person: Stakeholder, record: EngagementRecord) -> Document:
    """Say why a person matters and how that is known; for our own eyes only."""
    title = f", {shorten(person.title, _SUMMARY)}," if person.title else ""
    roles = shorten(", ".join(person.roles) or role_of(person), _SUMMARY)
    blocks: list[Paragraph | Quote] = [
        _line(f"{shorten(person.name, _NAME)}{title} matters to this engagement: {roles}. No work item names them yet.")
    ]
    if person.stance:
        blocks.append(_line(f"Stance, as last seen: {person.stance}."))
    if person.evidence:
        source = said_by(person.evidence, record, "internal")
        blocks.append(Quote(text=line_of(person.evidence.quote).text, source=source))
    blocks.append(_line("Done when the delivery lead has spoken with them."))
    return Document(blocks=(*blocks, _origin(person.id)))


def _quote(statement: Promise | ScopeItem, record: EngagementRecord, audience: Audience) -> Quote:
    text = line_of(statement.text, limit=2_000).text
    return Quote(text=text, source=said_by(statement.evidence, record, audience))


def _line(text: str) -> Paragraph:
    return Paragraph(spans=(Span(text=text),))


def _origin(subject_id: str) -> Paragraph:
    """Name the record; by this an item is recognised even when its mark is lost."""
    return _line(f"Record: {subject_id}")
