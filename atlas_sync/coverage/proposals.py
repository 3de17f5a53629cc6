"""What to write for an engagement: gaps minus what the target already holds, as an ordered list of commands.

What a person decided stays: an item that was dropped or removed is never made again, a brief that was edited or closed is
left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from atlas_sync.canonical.document import Document
from atlas_sync.canonical.identity import marker_for
from atlas_sync.canonical.model import Audience, Gap, GapKind, Outcome, Promise, ScopeItem, Stakeholder
from atlas_sync.canonical.pattern import Pattern
from atlas_sync.coverage import items
from atlas_sync.coverage.brief import brief_comment, brief_text, same_text
from atlas_sync.coverage.commands import (
    AttachFile,
    CreateItem,
    ExistingItem,
    ItemKind,
    LinkItem,
    Proposal,
    Skipped,
    Target,
    TrackerCommand,
    UpdateItem,
)
from atlas_sync.coverage.conversation import conversation_page, page_name
from atlas_sync.coverage.copying import Copier
from atlas_sync.coverage.findings import telling_outcomes
from atlas_sync.coverage.open_points import day_in_words
from atlas_sync.coverage.people import matters
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.templates import Texts, our_texts
from atlas_sync.coverage.text import shorten, show_day
from atlas_sync.coverage.watchers import Onlooker, watch

__all__ = ["Rules", "propose"]

_IN_BRIEF: frozenset[GapKind] = frozenset({"project_missing", "why_missing", "scope_missing", "conversation_missing"})
_ITEM_OF: Mapping[GapKind, ItemKind] = {
    "promise_missing": "promise",
    "vague_undecided": "decision",
    "person_missing": "people",
}
_REMOVED = frozenset({"gone", "dropped"})
_AT_WORK = frozenset({"to_do", "in_progress"})
_NOT_THERE = frozenset({"gone", "dropped", "pending"})
_PENDING = "it was sent and got no clear answer; it is looked for before it is tried again"
_INTERNAL = "internal evidence, client-visible target"
_MOVED_OUT = "a person moved it to where the client can read, and what we would write there is internal"
_BRIEF_ALONE = "no item can be made in this project; it stands in the brief"
_LIVE = frozenset({"open", "planned", "written"})


@dataclass(frozen=True, slots=True)
class Rules:
    """How items are written: by which texts, who gets those of a kind, and how long after the win a point is to be decided.

    `attaches` hangs the whole conversation on each brief that only our own people can read.
    """

    texts: Texts = field(default_factory=our_texts)
    assignees: Mapping[str, str] = field(default_factory=dict)
    decide_within_days: int | None = None
    attaches: bool = False


def propose(
    record: EngagementRecord,
    gaps: Sequence[Gap],
    *,
    target: Target,
    existing: Mapping[str, ExistingItem],
    tenant: str,
    rules: Rules | None = None,
    template: Callable[[], Sequence[Pattern]] = tuple,
    onlookers: Sequence[Onlooker] = (),
) -> Proposal:
    """Give the commands that fill the target, the brief first and each item followed by its link, and what is left out.

    `existing` holds our items by their marks. `template` gives what is copied for this kind of deal, and is asked only where
    something may have to be; `onlookers` are who is to watch the brief. Every gap that is not resolved is answered: by a
    command, by an item that is there, or by a reason in `skipped`. While a gap cannot be decided for want of what all of the
    engagement rests on, nothing is written for it; one that cannot for another reason waits alone. The same arguments give the
    same commands, and none once they have been carried out.
    """
    if record.engagement.stage != "won":
        return Proposal()
    proposer = _Proposer(
        record,
        target=target,
        existing=existing,
        tenant=tenant,
        rules=rules or Rules(),
        template=template,
        onlookers=onlookers,
    )
    return proposer.run(gaps)


class _Proposer:
    """Collects what one engagement needs."""

    def __init__(
        self,
        record: EngagementRecord,
        *,
        target: Target,
        existing: Mapping[str, ExistingItem],
        tenant: str,
        rules: Rules,
        template: Callable[[], Sequence[Pattern]],
        onlookers: Sequence[Onlooker],
    ) -> None:
        self._record = record
        self._id = record.engagement.id
        self._target = target
        self._audience: Audience = target.audience
        self._existing = existing
        self._tenant = tenant
        self._rules = rules
        self._template = template
        self._onlookers = onlookers
        self._commands: list[TrackerCommand] = []
        self._skipped: list[Skipped] = []
        self._answered: set[str] = set()
        self._brief = self._marker("brief", self._id)

    def run(self, gaps: Sequence[Gap]) -> Proposal:
        live = [gap for gap in gaps if gap.state in _LIVE]
        undecided = [gap for gap in gaps if gap.state == "not_decidable"]
        brief = self._existing.get(self._brief)
        for gap in undecided:
            self._answer(gap, f"not decidable: {'; '.join(gap.undecided_because)}")
        if any(gap.holds_back for gap in undecided):
            rest = "what this engagement rests on was not read completely"
        elif brief and brief.state in _REMOVED:
            rest = "a person removed or dropped the brief of this engagement"
        else:
            copier = Copier(self._target, self._existing, partial(self._marker, "template"), self._template)
            patterns = copier.left(brief)
            self._write_brief(brief, [gap for gap in live if gap.kind in _IN_BRIEF], patterns)
            self._write_items({gap.subject_id: gap for gap in live if gap.kind in _ITEM_OF})
            self._commands += copier.copies(patterns, engagement_id=self._id, brief=self._brief)
            self._skipped += copier.skipped
            rest = "what it is about is not in the record any more"
        for gap in live:
            if gap.kind not in _IN_BRIEF | _ITEM_OF.keys():
                self._answer(gap, f"a person decides: {gap.next_step}")
            elif gap.id not in self._answered:
                self._answer(gap, rest)
        return Proposal(commands=tuple(self._commands), skipped=tuple(self._skipped))

    def _marker(self, item: ItemKind, subject_id: str) -> str:
        """Give the mark of what was written for a subject, under any name that it ever had, else the mark to write it under."""
        names = [subject_id, *(name for name, now in self._record.names.items() if now == subject_id)]
        names += self._record.engagement.ids if item == "brief" else ()
        home = self._record.homes.get(subject_id, self._id)
        homes = dict.fromkeys((home, *self._record.engagement.ids))
        marks = [marker_for(self._tenant, one, item, name) for name in names for one in homes]
        return next((mark for mark in marks if mark in self._existing), marks[0])

    def _answer(self, gap: Gap, reason: str) -> None:
        self._answered.add(gap.id)
        self._skip(gap.title, reason)

    def _skip(self, subject: str, reason: str) -> None:
        self._skipped.append(Skipped(subject=shorten(subject, 120), reason=reason))

    def _differ(self, key: str, reason: str) -> None:
        """List a conflict: theirs stays."""
        self._skipped.append(Skipped(subject=key, reason=reason, is_conflict=True))

    def _write_brief(self, there: ExistingItem | None, gaps: Sequence[Gap], patterns: Sequence[Pattern]) -> None:
        title, body = brief_text(self._record, self._audience, self._rules.texts)
        closed = self._closed_by_brief(there, gaps)
        if there is None:
            self._commands.append(
                CreateItem(
                    marker=self._brief,
                    engagement_id=self._id,
                    gap_ids=closed,
                    item="brief",
                    project=self._target.project,
                    kind="brief",
                    summary=title,
                    body=body,
                    subject_id=self._id,
                    assignee=self._rules.assignees.get("brief"),
                    copies=tuple(one.id for one in patterns),
                    audience=self._audience,
                )
            )
        elif there.state == "pending":
            self._skip("The brief", _PENDING)
        elif not same_text(body, there.body_text):
            self._update_brief(there, body)
        self._link(self._brief, there, title=f"Deal: {self._record.engagement.name}", url=self._record.engagement.link)
        self._attach(there)
        self._watch(there)

    def _watch(self, there: ExistingItem | None) -> None:
        asked = watch(self._onlookers, marker=self._brief, engagement_id=self._id, there=there, target=self._target)
        for command in asked:
            if self._target.takes_watchers:
                self._commands.append(command)
            else:
                self._skip(f"{command.title} as a watcher", "we may not say in this project who watches")

    def _attach(self, there: ExistingItem | None) -> None:
        """Hang the conversation on the brief, unless it is there, is closed, or a person took it off."""
        if not self._rules.attaches or self._audience != "internal" or not self._target.takes_files:
            return
        page = conversation_page(self._record)
        name = page_name(page)
        if not page or (there is not None and (name in there.files or there.state not in _AT_WORK)):
            return
        if there is not None and self._is_moved_out(there):
            self._skip(f"The conversation on {there.key}", _MOVED_OUT)
            return
        if there is not None and there.had_file and not there.files:
            self._skip(f"The conversation on {there.key}", "a person took it off")
            return
        title = f"Conversation, {len(self._record.interactions)} pieces"
        self._commands.append(AttachFile(marker=self._brief, engagement_id=self._id, name=name, title=title))

    def _closed_by_brief(self, there: ExistingItem | None, gaps: Sequence[Gap]) -> tuple[str, ...]:
        """Give the gaps that a new brief closes, and answer those that it does not."""
        closed = []
        for gap in gaps:
            about = self._told_in_brief(gap)
            if gap.kind == "why_missing" and gap.evidence is None:
                self._answer(gap, f"a person decides: {gap.next_step}")
            elif about and not any(self._record.shows(one, self._audience) for one in about):
                self._answer(gap, _INTERNAL)
            elif there is not None:
                self._answer(gap, _PENDING if there.state == "pending" else f"the brief {there.key} is there")
            elif about or gap.kind in {"project_missing", "conversation_missing"}:
                self._answered.add(gap.id)
                closed.append(gap.id)
        return tuple(closed)

    def _told_in_brief(self, gap: Gap) -> Sequence[Outcome | ScopeItem]:
        if gap.kind == "why_missing":
            return telling_outcomes(self._record)
        return [point for point in self._record.scope if point.id == gap.subject_id]

    def _update_brief(self, there: ExistingItem, body: Document) -> None:
        if there.edited_by_person:
            self._skip(f"The brief {there.key}", "a person changed its text")
        elif there.state == "done":
            self._skip(f"The brief {there.key}", "a person closed it")
        elif self._is_moved_out(there):
            self._differ(f"The brief {there.key}", _MOVED_OUT)
        else:
            comment = (
                brief_comment(self._record, self._audience, there.body_text) if self._target.takes_comments else None
            )
            self._commands.append(
                UpdateItem(
                    marker=self._brief,
                    engagement_id=self._id,
                    body=body,
                    key=there.key,
                    comment=comment,
                    audience=self._audience,
                )
            )

    def _is_moved_out(self, there: ExistingItem) -> bool:
        """Tell if an item stands where the client can read, while what is written of its engagement is for us alone."""
        return self._audience == "internal" and there.audience != "internal"

    def _write_items(self, gaps: Mapping[str, Gap]) -> None:
        record, audience, texts = self._record, self._audience, self._rules.texts
        for promise in record.promises:
            text = partial(items.promise_text, promise, record, audience, texts)
            self._write("promise", promise, gaps.get(promise.id), text, due=promise.due_date)
        for point in record.scope:
            if point.kind == "vague":
                by = day_in_words(point) or self._decided_by()
                text = partial(items.decision_text, point, record, audience, texts, by=by)
                self._write("decision", point, gaps.get(point.id), text, due=by)
        for person in record.stakeholders:
            if matters(person):
                self._write("people", person, gaps.get(person.id), partial(items.person_text, person, record, texts))

    def _decided_by(self) -> date | None:
        """Give the day by which what was left open is to be decided, by the rule for it."""
        days, won_at = self._rules.decide_within_days, self._record.engagement.won_at
        return None if days is None or won_at is None else won_at.date() + timedelta(days=days)

    def _write(
        self,
        item: ItemKind,
        subject: Promise | ScopeItem | Stakeholder,
        gap: Gap | None,
        text: Callable[[], tuple[str, Document]],
        *,
        due: date | None = None,
    ) -> None:
        """Make an item for a gap unless it is there; set the link of one that is there without."""
        marker = self._marker(item, subject.id)
        there = self._existing.get(marker)
        if there is None and gap is None:
            return
        if there is not None and isinstance(subject, Promise) and there.state in _AT_WORK and self._may_show(subject):
            self._keep_up(subject, there)
        if gap and there:
            self._answer(gap, _why_there(there))
        elif gap and not self._may_show(subject):
            self._answer(gap, _INTERNAL)
            return
        elif gap and not self._target.takes_items:
            self._answer(gap, _BRIEF_ALONE)
            return
        elif gap:
            self._answered.add(gap.id)
            summary, body = text()
            self._commands.append(
                CreateItem(
                    marker=marker,
                    engagement_id=self._id,
                    gap_ids=(gap.id,),
                    item=item,
                    project=self._target.project,
                    kind="item",
                    summary=summary,
                    body=body,
                    due=due,
                    parent_marker=self._brief,
                    subject_id=subject.id,
                    assignee=self._rules.assignees.get(item),
                    audience=self._audience,
                )
            )
        self._link_to_source(marker, there, subject)

    def _keep_up(self, promise: Promise, there: ExistingItem) -> None:
        """Bring an item up to what was said of its promise since, field by field, and list what a person decided otherwise."""
        day = there.due if self._target.takes_days else items.day_in(promise, there.body_text)
        news = items.promise_news(promise, body_text=there.body_text, due=day, is_ours=not there.edited_by_person)
        if not news:
            return
        is_moved = self._target.takes_days and promise.due_date is not None and promise.due_date != day
        if is_moved and there.due_by_person:
            theirs = show_day(there.due) if there.due else "no day"
            self._differ(
                there.key, f"a person set {theirs}, and the record says {show_day(promise.due_date or date.max)}"
            )
        due = promise.due_date if is_moved and not there.due_by_person else None
        title, wanted = items.promise_text(promise, self._record, self._audience, self._rules.texts)
        body = None if there.edited_by_person or same_text(wanted, there.body_text) else wanted
        if there.edited_by_person:
            self._differ(there.key, f"a person changed its text; the record says: {'; '.join(news)}")
        if due is None and body is None:
            return
        if self._is_moved_out(there):
            self._differ(there.key, _MOVED_OUT)
            return
        comment = items.promise_comment(promise, news, self._record, self._audience)
        self._commands.append(
            UpdateItem(
                marker=there.marker,
                engagement_id=self._id,
                summary=title if body is not None and there.summary not in {"", title} else None,
                body=body,
                due=due,
                title=title,
                key=there.key,
                comment=comment if self._target.takes_comments else None,
                audience=self._audience,
            )
        )

    def _may_show(self, subject: Promise | ScopeItem | Stakeholder) -> bool:
        if isinstance(subject, Stakeholder):
            return self._audience == "internal"
        return self._record.shows(subject, self._audience)

    def _link_to_source(
        self, marker: str, there: ExistingItem | None, subject: Promise | ScopeItem | Stakeholder
    ) -> None:
        evidence = subject.evidence
        said_in = self._record.interaction_by_id.get(evidence.interaction_id) if evidence else None
        if said_in and said_in.link:
            title = f"{said_in.kind.capitalize()} of {show_day(said_in.at.date())}: {said_in.subject or 'no subject'}"
            self._link(marker, there, title=title, url=said_in.link)
        else:
            engagement = self._record.engagement
            self._link(marker, there, title=f"Deal: {engagement.name}", url=engagement.link)

    def _link(self, marker: str, there: ExistingItem | None, *, title: str, url: str | None) -> None:
        """Link an item to its page, in internal projects only: clients get no address of the CRM."""
        done = there is not None and (there.linked or there.state in _NOT_THERE or self._is_moved_out(there))
        if url and not done and self._audience == "internal" and self._target.takes_links:
            self._commands.append(LinkItem(marker=marker, engagement_id=self._id, url=url, title=shorten(title, 120)))


def _why_there(there: ExistingItem) -> str:
    if there.state == "pending":
        return _PENDING
    return "a person removed or dropped its item" if there.state in _REMOVED else f"{there.key} was made for it"
