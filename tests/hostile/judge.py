"""What must be true when all is quiet: one item for each promise, texts as people left them, ledger and tracker alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from atlas_sync.canonical.document import plain_text
from atlas_sync.canonical.model import Gap
from atlas_sync.canonical.pattern import Pattern
from atlas_sync.coverage import CreateItem, Target, propose
from atlas_sync.operations.records import load_record
from atlas_sync.sandbox.jira.store import Issue
from tests.hostile.people import People
from tests.hostile.record import PROJECTS, TENANT, published
from tests.hostile.wire import Wire

__all__ = ["judge"]


class _Stage(Protocol):
    """What is judged."""

    people: People
    wire: Wire
    kind: str
    version: int
    kept_gone: set[str]
    writers: Sequence[Any]
    played: Any

    def run(self, writer: Any) -> Any: ...  # noqa: ANN401 - one of the writers
    def issues(self) -> Sequence[Any]: ...
    def holding(self) -> set[str]: ...
    def patterns(self) -> Sequence[Pattern]: ...
    def mark(self, issue: Any) -> str: ...  # noqa: ANN401 - as the tracker keeps it
    def words(self, issue: Any) -> tuple[str, list[str]]: ...  # noqa: ANN401 - as the tracker keeps it
    def intents(self, writer: Any, *states: str) -> list[Any]: ...  # noqa: ANN401 - as above


def judge(stage: _Stage) -> list[str]:
    """Say what is wrong; in the end, that another run writes something."""
    by_mark: dict[str, list[Issue]] = {}
    for issue in stage.issues():
        if mark := stage.mark(issue):
            by_mark.setdefault(mark, []).append(issue)
    stage.played.made = len(by_mark)
    wrong = _judge_items(stage, by_mark) + stage.people.wronged()
    for writer in stage.writers:
        held = {intent.marker: intent for intent in stage.intents(writer)}
        wrong += [f"ledger {writer.name}: {text}" for text in _judge_ledger(held, by_mark, stage.people.hidden)]
    writes = len(stage.wire.writes)
    for writer in stage.writers:
        stage.run(writer)
    more = Counter(stage.wire.writes[writes:])
    return [*wrong, f"another run writes {more}"] if more else wrong


def _judge_items(stage: _Stage, by_mark: Mapping[str, Sequence[Issue]]) -> list[str]:
    wanted, people = _wanted(stage), stage.people
    holding = stage.holding()
    wrong = [f"{marker} stands for nothing" for marker in by_mark.keys() - wanted.keys()]
    if stage.kind == "alone" and any(asked.startswith("DELETE") for asked in stage.wire.writes):
        wrong.append("one writer alone made an item twice, if only for a while")
    wrong += [f"{marker} was deleted by a person, and is there again" for marker in by_mark.keys() & stage.kept_gone]
    for marker, issues in by_mark.items():
        if len(issues) == 1:
            continue
        # One that a person wrote into and one with items below it are both in use: that is shown, and left to them.
        if all(one.id in people.touched or one.id in holding for one in issues):
            stage.played.twins += 1
        else:
            wrong.append(f"{marker} is there {len(issues)} times: {[one.key for one in issues]}")
    given_up = people.erased | people.closed | people.hidden
    kept = {intent.remote_id for writer in stage.writers for intent in stage.intents(writer)}
    for marker, command in wanted.items():
        above = _above(command, wanted)
        brief = (marker, *above)[-1]
        if marker not in by_mark and not {marker, *above} & given_up:
            wrong.append(f"{marker} is missing")
        issues = by_mark.get(marker, ())
        for issue in issues:
            # Of two in use the one that no ledger keeps is a person's to close; what it says is not renewed.
            is_ours = len(issues) == 1 or issue.id in kept
            # Without its brief an engagement is left alone, whoever took it away.
            if is_ours and issue.id not in people.touched and brief not in given_up:
                wrong += _judge_untouched(stage, issue, command)
    return wrong


def _above(command: CreateItem, wanted: Mapping[str, CreateItem]) -> list[str]:
    """Give the marks of what an item stands below, its brief last."""
    found: list[str] = []
    while command.parent_marker:
        found.append(command.parent_marker)
        command = wanted[command.parent_marker]
    return found


def _judge_untouched(stage: _Stage, issue: Issue, command: CreateItem) -> list[str]:
    wrong = []
    text, said = stage.words(issue)
    if (text.split(), issue.due) != (plain_text(command.body).split(), command.due):
        wrong.append(f"{issue.key} does not say what the record says, and nobody touched it")
    if len(stage.writers) == 1 and len(said) > len(set(said)):
        wrong.append(f"{issue.key} has the same comment twice")
    return wrong


def _wanted(stage: _Stage) -> dict[str, CreateItem]:
    """Give by its mark everything that the record asks for, and the copies of the template where there is one."""
    rows: Any = published(stage.version)
    found: dict[str, CreateItem] = {}
    for engagement_id, project in (("eng_one", "ONE"), ("eng_two", "TWO")):
        record = load_record(rows, engagement_id)
        assert record is not None
        gaps = rows.select(Gap, engagement_id=engagement_id)
        target = Target(project=project, audience=PROJECTS[project])
        commands = propose(record, gaps, target=target, existing={}, tenant=TENANT, template=stage.patterns).commands
        found |= {one.marker: one for one in commands if isinstance(one, CreateItem)}
    return found


def _judge_ledger(held: Mapping[str, Any], by_mark: Mapping[str, Sequence[Issue]], hidden: set[str]) -> list[str]:
    wrong = [f"{marker} is not in it" for marker in by_mark.keys() - held.keys() - hidden]
    for marker, intent in held.items():
        there = [one.id for one in by_mark.get(marker, ())]
        if intent.state in {"sent", "unknown"}:
            wrong.append(f"{marker} is still {intent.state}")
        elif intent.state == "done" and intent.remote_id not in there:
            wrong.append(f"{marker} is {intent.remote_id}, the tracker has {there}")
        elif intent.state == "gone" and there and marker not in hidden:
            wrong.append(f"{marker} is gone, the tracker has {there}")
    return wrong
