"""The commands for items of their own: promises, points to decide, people to bring in, each with a link to its source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial

from atlas_sync.canonical.document import Document
from atlas_sync.canonical.model import Gap, Promise, ScopeItem, Stakeholder
from atlas_sync.coverage import items
from atlas_sync.coverage.brief import same_text
from atlas_sync.coverage.commands import CreateItem, ExistingItem, ItemKind, UpdateItem
from atlas_sync.coverage.draft import AT_WORK, INTERNAL, MOVED_OUT, PENDING, REMOVED, Draft
from atlas_sync.coverage.open_points import day_in_words
from atlas_sync.coverage.people import matters
from atlas_sync.coverage.text import show_day

__all__ = ["write_items"]

_BRIEF_ALONE = "no item can be made in this project; it stands in the brief"


def write_items(draft: Draft, gaps: Mapping[str, Gap]) -> None:
    """Make what is missing, by the ids of what its gaps are about, and bring up to date what is there."""
    record, audience, texts = draft.record, draft.audience, draft.rules.texts
    for promise in record.promises:
        text = partial(items.promise_text, promise, record, audience, texts)
        _write(draft, "promise", promise, gap=gaps.get(promise.id), text=text, due=promise.due_date)
    for point in record.scope:
        if point.kind == "vague":
            by = day_in_words(point) or _decided_by(draft)
            text = partial(items.decision_text, point, record, audience, texts, by=by)
            _write(draft, "decision", point, gap=gaps.get(point.id), text=text, due=by)
    for person in record.stakeholders:
        if matters(person):
            text = partial(items.person_text, person, record, texts)
            _write(draft, "people", person, gap=gaps.get(person.id), text=text)


def _decided_by(draft: Draft) -> date | None:
    """Give the day by which what was left open is to be decided, by the rule for it."""
    days, won_at = draft.rules.decide_within_days, draft.record.engagement.won_at
    return None if days is None or won_at is None else won_at.date() + timedelta(days=days)


def _write(
    draft: Draft,
    item: ItemKind,
    subject: Promise | ScopeItem | Stakeholder,
    *,
    gap: Gap | None,
    text: Callable[[], tuple[str, Document]],
    due: date | None = None,
) -> None:
    """Make an item for a gap unless it is there; set the link of one that is there without."""
    marker = draft.marker(item, subject.id)
    there = draft.existing.get(marker)
    if there is None and gap is None:
        return
    if there is not None and isinstance(subject, Promise) and there.state in AT_WORK and draft.may_show(subject):
        _keep_up(draft, subject, there)
    if gap and there:
        draft.answer(gap, _why_there(there))
    elif gap and not draft.may_show(subject):
        draft.answer(gap, INTERNAL)
        return
    elif gap and not draft.target.takes_items:
        draft.answer(gap, _BRIEF_ALONE)
        return
    elif gap:
        draft.answered.add(gap.id)
        summary, body = text()
        draft.commands.append(
            CreateItem(
                marker=marker,
                engagement_id=draft.id,
                gap_ids=(gap.id,),
                item=item,
                project=draft.target.project,
                kind="item",
                summary=summary,
                body=body,
                due=due,
                parent_marker=draft.brief,
                subject_id=subject.id,
                assignee=draft.rules.assignees.get(item),
                audience=draft.audience,
            )
        )
    _link_to_source(draft, marker, there, subject)


def _keep_up(draft: Draft, promise: Promise, there: ExistingItem) -> None:
    """Bring an item up to what was said of its promise since, field by field, and list what a person decided otherwise."""
    day = there.due if draft.target.takes_days else items.day_in(promise, there.body_text)
    news = items.promise_news(promise, body_text=there.body_text, due=day, is_ours=not there.edited_by_person)
    if not news:
        return
    is_moved = draft.target.takes_days and promise.due_date is not None and promise.due_date != day
    if is_moved and there.due_by_person:
        theirs = show_day(there.due) if there.due else "no day"
        draft.differ(there.key, f"a person set {theirs}, and the record says {show_day(promise.due_date or date.max)}")
    due = promise.due_date if is_moved and not there.due_by_person else None
    title, wanted = items.promise_text(promise, draft.record, draft.audience, draft.rules.texts)
    body = None if there.edited_by_person or same_text(wanted, there.body_text) else wanted
    if there.edited_by_person:
        draft.differ(there.key, f"a person changed its text; the record says: {'; '.join(news)}")
    if due is None and body is None:
        return
    if draft.is_moved_out(there):
        draft.differ(there.key, MOVED_OUT)
        return
    comment = items.promise_comment(promise, news, draft.record, draft.audience)
    draft.commands.append(
        UpdateItem(
            marker=there.marker,
            engagement_id=draft.id,
            summary=title if body is not None and there.summary not in {"", title} else None,
            body=body,
            due=due,
            title=title,
            key=there.key,
            comment=comment if draft.target.takes_comments else None,
            audience=draft.audience,
        )
    )


def _link_to_source(
    draft: Draft, marker: str, there: ExistingItem | None, subject: Promise | ScopeItem | Stakeholder
) -> None:
    evidence = subject.evidence
    said_in = draft.record.interaction_by_id.get(evidence.interaction_id) if evidence else None
    if said_in and said_in.link:
        title = f"{said_in.kind.capitalize()} of {show_day(said_in.at.date())}: {said_in.subject or 'no subject'}"
        draft.link(marker, there, title=title, url=said_in.link)
    else:
        engagement = draft.record.engagement
        draft.link(marker, there, title=f"Deal: {engagement.name}", url=engagement.link)


def _why_there(there: ExistingItem) -> str:
    if there.state == "pending":
        return PENDING
    return "a person removed or dropped its item" if there.state in REMOVED else f"{there.key} was made for it"
