"""The items we write beside the brief: a promise to keep, a point to decide, a person to meet. Plain words, quotes as said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from atlas_sync.canonical.document import Document, Paragraph, Quote, Span
from atlas_sync.canonical.model import Audience, Promise, ScopeItem, Stakeholder
from atlas_sync.coverage.brief import said_by
from atlas_sync.coverage.open_points import deciders_in_words
from atlas_sync.coverage.page import line_of
from atlas_sync.coverage.people import decides, role_of
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.templates import Texts, Value
from atlas_sync.coverage.text import shorten, show_day

__all__ = ["day_in", "decision_text", "person_text", "promise_comment", "promise_news", "promise_text"]

_SUMMARY = 120
_TAKEN_BACK = "Taken back"
_NAME = 60
_OPENING = re.compile(r"^(?:(?:and|so|then|okay|ok|well|yes|also|but)\b[, ]*){1,3}", re.IGNORECASE)


def promise_text(promise: Promise, record: EngagementRecord, audience: Audience, texts: Texts) -> tuple[str, Document]:
    """Give title and text: the quote, who said it to whom and when, the due day, and when it is done."""
    said, last = record.said_where(promise, audience), promise.evidence
    is_back = promise.status == "withdrawn"
    others = [one for one in (*promise.repeats, last) if one != said and not (is_back and one == last)]
    repeats = dict.fromkeys(show_day(one.said_at.date()) for one in others) if audience == "internal" else {}
    values: dict[str, Value] = {
        "client": shorten(record.client_label, 40),
        "said": _OPENING.sub("", shorten(promise.text, 2 * _SUMMARY)).rstrip(" .!,;") or promise.text,
        "by": shorten(promise.promised_by or "our side", _NAME),
        "to": shorten(promise.promised_to or record.client_label, _NAME),
        "on": show_day(said.said_at.date()),
        "quote": (_quote(promise, record, audience),),
        "due": show_day(promise.due_date) if promise.due_date else "",
        "due_text": shorten(promise.due_text or "", _SUMMARY),
        "taken_back": show_day(last.said_at.date()) if is_back else "",
        "repeats": shorten(", ".join(repeats), _SUMMARY),
        "kind": promise.kind,
    }
    return _with_origin(texts.render("promise", record.engagement.deal_type, values), promise.id)


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


def decision_text(
    point: ScopeItem, record: EngagementRecord, audience: Audience, texts: Texts, *, by: date | None
) -> tuple[str, Document]:
    """Give title and text: what was left open, who decides it at the client where that may be said, and by when.

    Who decides it by its own words comes before those who decide by their roles.
    """
    told = deciders_in_words(point, record.stakeholders)
    deciders = told or [person.name for person in record.stakeholders if decides(person)]
    values: dict[str, Value] = {
        "client": shorten(record.client_label, _NAME),
        "what": shorten(point.text, 2 * _SUMMARY).rstrip(" .!,;"),
        "on": show_day(point.evidence.said_at.date()),
        "quote": (_quote(point, record, audience),),
        "who": shorten(", ".join(deciders), _SUMMARY) if audience == "internal" else "",
        "by": show_day(by) if by else "",
    }
    return _with_origin(texts.render("decision", record.engagement.deal_type, values), point.id)


def person_text(person: Stakeholder, record: EngagementRecord, texts: Texts) -> tuple[str, Document]:
    """Give title and text: whom to meet, why they matter and how that is known; for our own eyes only."""
    said = person.evidence
    quote = Quote(text=line_of(record.quoted(said)).text, source=said_by(said, record, "internal")) if said else None
    values: dict[str, Value] = {
        "client": shorten(record.client_label, _NAME),
        "name": shorten(person.name, _NAME),
        "role": shorten(role_of(person), 40),
        "roles": shorten(", ".join(person.roles) or role_of(person), _SUMMARY),
        "title": shorten(person.title or "", _SUMMARY),
        "stance": person.stance or "",
        "quote": (quote,) if quote else (),
    }
    return _with_origin(texts.render("person", record.engagement.deal_type, values), person.id)


def _quote(statement: Promise | ScopeItem, record: EngagementRecord, audience: Audience) -> Quote:
    """Give the words with who said those."""
    text = line_of(statement.text, limit=2_000).text
    return Quote(text=text, source=said_by(record.said_where(statement, audience), record, audience))


def _line(text: str) -> Paragraph:
    return Paragraph(spans=(Span(text=text),))


def _with_origin(made: tuple[str, Document], subject_id: str) -> tuple[str, Document]:
    """Name the record at the end; by this an item is recognised even when its mark is lost."""
    title, body = made
    return title, Document(blocks=(*body.blocks, _line(f"Record: {subject_id}")))
