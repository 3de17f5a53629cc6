"""The commands for an engagement's brief: made once, kept current, linked, with the conversation and who watches."""

from __future__ import annotations

from collections.abc import Sequence

from atlas_sync.canonical.document import Document
from atlas_sync.canonical.model import Gap, Outcome, ScopeItem
from atlas_sync.canonical.pattern import Pattern
from atlas_sync.coverage.brief import brief_comment, brief_text, same_text
from atlas_sync.coverage.commands import AttachFile, CreateItem, ExistingItem, UpdateItem
from atlas_sync.coverage.conversation import conversation_page, page_name
from atlas_sync.coverage.draft import AT_WORK, INTERNAL, MOVED_OUT, PENDING, Draft
from atlas_sync.coverage.findings import telling_outcomes
from atlas_sync.coverage.watchers import watch

__all__ = ["write_brief"]


def write_brief(draft: Draft, there: ExistingItem | None, gaps: Sequence[Gap], patterns: Sequence[Pattern]) -> None:
    """Make the brief, which closes those of `gaps` that it tells, or bring it up to date; `patterns` are copied with it."""
    title, body = brief_text(draft.record, draft.audience, draft.rules.texts, apart=draft.target.apart)
    closed = _closed_by_brief(draft, there, gaps)
    if there is None:
        draft.commands.append(
            CreateItem(
                marker=draft.brief,
                engagement_id=draft.id,
                gap_ids=closed,
                item="brief",
                project=draft.target.project,
                kind="brief",
                summary=title,
                body=body,
                subject_id=draft.id,
                assignee=draft.rules.assignees.get("brief"),
                copies=tuple(one.id for one in patterns),
                audience=draft.audience,
            )
        )
    elif there.state == "pending":
        draft.skip("The brief", PENDING)
    elif not same_text(body, there.body_text):
        _update_brief(draft, there, body)
    draft.link(draft.brief, there, title=f"Deal: {draft.record.engagement.name}", url=draft.record.engagement.link)
    _attach(draft, there)
    _watch(draft, there)


def _watch(draft: Draft, there: ExistingItem | None) -> None:
    asked = watch(draft.onlookers, marker=draft.brief, engagement_id=draft.id, there=there, target=draft.target)
    for command in asked:
        if draft.target.takes_watchers:
            draft.commands.append(command)
        else:
            draft.skip(f"{command.title} as a watcher", "we may not say in this project who watches")


def _attach(draft: Draft, there: ExistingItem | None) -> None:
    """Hang the conversation on the brief, unless it is there, is closed, or a person took it off."""
    if not draft.rules.attaches or draft.audience != "internal" or not draft.target.takes_files:
        return
    page = conversation_page(draft.record)
    name = page_name(page)
    if not page or (there is not None and (name in there.files or there.state not in AT_WORK)):
        return
    if there is not None and draft.is_moved_out(there):
        draft.skip(f"The conversation on {there.key}", MOVED_OUT)
        return
    if there is not None and there.had_file and not there.files:
        draft.skip(f"The conversation on {there.key}", "a person took it off")
        return
    title = f"Conversation, {len(draft.record.interactions)} pieces"
    draft.commands.append(AttachFile(marker=draft.brief, engagement_id=draft.id, name=name, title=title))


def _closed_by_brief(draft: Draft, there: ExistingItem | None, gaps: Sequence[Gap]) -> tuple[str, ...]:
    """Give the gaps that a new brief closes, and answer those that it does not."""
    closed = []
    for gap in gaps:
        about = _told_in_brief(draft, gap)
        if gap.kind == "why_missing" and gap.evidence is None:
            draft.answer(gap, f"a person decides: {gap.next_step}")
        elif about and not any(draft.record.shows(one, draft.audience) for one in about):
            draft.answer(gap, INTERNAL)
        elif there is not None:
            draft.answer(gap, PENDING if there.state == "pending" else f"the brief {there.key} is there")
        elif about or gap.kind in {"project_missing", "conversation_missing"}:
            draft.answered.add(gap.id)
            closed.append(gap.id)
    return tuple(closed)


def _told_in_brief(draft: Draft, gap: Gap) -> Sequence[Outcome | ScopeItem]:
    if gap.kind == "why_missing":
        return telling_outcomes(draft.record)
    return [point for point in draft.record.scope if point.id == gap.subject_id]


def _update_brief(draft: Draft, there: ExistingItem, body: Document) -> None:
    if there.edited_by_person:
        draft.skip(f"The brief {there.key}", "a person changed its text")
    elif there.state == "done":
        draft.skip(f"The brief {there.key}", "a person closed it")
    elif draft.is_moved_out(there):
        draft.differ(f"The brief {there.key}", MOVED_OUT)
    else:
        comment = brief_comment(draft.record, draft.audience, there.body_text) if draft.target.takes_comments else None
        draft.commands.append(
            UpdateItem(
                marker=draft.brief,
                engagement_id=draft.id,
                body=body,
                key=there.key,
                comment=comment,
                audience=draft.audience,
            )
        )
