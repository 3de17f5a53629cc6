"""What is written to Data Center otherwise than to Cloud."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from atlas_sync.canonical.document import Document, Paragraph, Span, plain_text
from atlas_sync.canonical.identity import marker_for
from atlas_sync.connectors.jira import JiraWriter
from atlas_sync.connectors.writing import Draft, Edit
from atlas_sync.errors import RejectedError
from tests.connectors.jira.conftest import Stage

HOSTILE = "{html}<b>{html} [~ada] !http://x.example/p.png! h1. As promised."
DRAFT = Draft(
    marker="atlas-0123456789abcdef0123",
    project="TD",
    kind="item",
    summary="Send the plan",
    body=Document(blocks=(Paragraph(spans=(Span(text=HOSTILE),)),)),
    due=date(2026, 8, 14),
    labels=("atlas-sync",),
)
BRIEF = replace(DRAFT, marker="atlas-brief", kind="brief", summary="Pier: kickoff")


@pytest.fixture
def writer(dc_stage: Stage) -> JiraWriter:
    return JiraWriter(dc_stage.settings, system="jira", sleep=lambda _seconds: None)


def test_epic_gets_a_name_and_items_name_their_epic(dc_stage: Stage, writer: JiraWriter) -> None:
    (slow,) = writer.preflight("TD").notes
    assert "one by one" in slow
    brief = writer.create(BRIEF)
    item = writer.create(replace(DRAFT, parent=brief.id))
    site = dc_stage.wire.sandbox
    assert site.issue(brief.key).custom == {"customfield_10011": BRIEF.summary}
    assert site.issue(item.key).parent is site.issue(brief.key)
    dc_stage.wait(minutes=1)
    assert writer.touched(brief.id) == ["1 item below it"]
    assert list(writer.touched(item.id)) == []
    dc_stage.wire.faults.deny("jira", "DELETE_ISSUES")
    assert writer.remove(item.id) == "closed"
    assert list(writer.touched(brief.id, closed=[item.id])) == []
    assert writer.touched(brief.id) == ["1 item below it"]


def test_text_is_markup_that_shows_it_and_nothing_else(dc_stage: Stage, writer: JiraWriter) -> None:
    made = writer.create(DRAFT)
    kept = dc_stage.wire.sandbox.issue(made.key).description
    assert isinstance(kept, str)
    assert not {*"{}[]"} & {*kept}
    found = writer.get(made.id)
    assert found is not None
    assert (found.body_text, found.edited(), found.due) == (HOSTILE, frozenset(), DRAFT.due)


def test_epic_that_is_not_on_the_screen_is_left_out_and_named(dc_stage: Stage, writer: JiraWriter) -> None:
    dc_stage.wire.faults.hide("jira", "issue", "customfield_10014")
    _slow, note = writer.preflight("TD").notes
    assert note == "The epic is not on the create screen of project TD: items stand beside the brief."
    brief = writer.create(BRIEF)
    assert dc_stage.wire.sandbox.issue(writer.create(replace(DRAFT, parent=brief.id)).key).parent is None


def test_copies_of_a_template_get_its_types_and_stand_where_its_items_do(dc_stage: Stage, writer: JiraWriter) -> None:
    dc_stage.wire.create("Part", issuetype={"name": "Sub-task"}, parent={"key": "TD-2"})
    dc_stage.wait(minutes=1)
    patterns = writer.patterns("TD")
    assert [(one.type, one.summary) for one in patterns] == [
        ("Epic", "Pier rollout"),
        ("Task", "Scanners"),
        ("Bug", "Dates"),
        ("Sub-task", "Part"),
    ]
    assert plain_text(patterns[0].body) == "Two weeks.\nThen more."
    made: dict[str, str] = {}
    for one in patterns:
        parent = made.get(one.parent or "", made.get("brief"))
        draft = replace(
            DRAFT,
            marker=marker_for("acme", "eng_1", "template", one.id),
            project="PIER",
            summary=one.summary,
            type=one.type,
            parent=parent,
        )
        made[one.id] = writer.create(draft).id
    issues = dc_stage.wire.sandbox._site.issues
    copies = {issues[one].summary: issues[one] for one in made.values()}
    assert {name: (one.type, one.parent.summary if one.parent else "") for name, one in copies.items()} == {
        "Pier rollout": ("Epic", ""),
        "Dates": ("Bug", ""),
        "Scanners": ("Task", "Pier rollout"),
        "Part": ("Sub-task", "Scanners"),
    }
    dc_stage.wait(minutes=1)
    assert writer.patterns("PIER") == []


def test_refused_epic_is_told_as_a_refused_parent(dc_stage: Stage, writer: JiraWriter) -> None:
    with pytest.raises(RejectedError) as caught:
        writer.create(replace(DRAFT, parent=dc_stage.issue("TD-4")))
    assert caught.value.fields == ("parent",)


@pytest.mark.parametrize(("user", "name"), [("JIRAUSERu-ada", "u-ada"), ("u-ada", "u-ada")])
def test_user_is_named_by_key_or_by_name(dc_stage: Stage, writer: JiraWriter, user: str, name: str) -> None:
    made = writer.create(replace(DRAFT, assignee=user))
    assignee = dc_stage.wire.sandbox.issue(made.key).assignee
    assert assignee is not None
    assert assignee.key == name


def test_watcher_is_named_by_name(dc_stage: Stage, writer: JiraWriter) -> None:
    made = writer.create(DRAFT)
    writer.watch(made.id, "JIRAUSERu-ada")
    assert [one.key for one in dc_stage.wire.sandbox.issue(made.key).watchers] == ["u-ada"]
    with pytest.raises(RejectedError):
        writer.watch(made.id, "JIRAUSERnobody")


def test_user_who_left_is_told_as_a_refused_assignee(writer: JiraWriter) -> None:
    with pytest.raises(RejectedError) as caught:
        writer.create(replace(DRAFT, assignee="JIRAUSERu-ben"))
    assert caught.value.fields == ("assignee",)


def test_what_a_person_wrote_comes_back_with_its_markup(dc_stage: Stage, writer: JiraWriter) -> None:
    made = writer.create(DRAFT)
    theirs = "*Agreed*\n\n# with [Ada|https://x.example]"
    since = writer.changes(made.id)
    dc_stage.edit(made.key, description=theirs)
    now = writer.get(made.id)
    assert now is not None
    writer.edit(Edit(now, body=DRAFT.body))
    lost = writer.overwritten(made.id, since=since)
    assert lost["body"].split() == theirs.split()
    lines = tuple(Paragraph(spans=(Span(text=line),)) for line in theirs.splitlines())
    writer.edit(Edit(now, body=Document(blocks=lines), puts_back=True))
    assert dc_stage.wire.sandbox.issue(made.key).description == theirs


def test_comment_link_and_file_are_there_once(dc_stage: Stage, writer: JiraWriter) -> None:
    made = writer.create(DRAFT)
    name = "conversation-0123456789ab.html"
    assert not writer.has_comment(made.id, DRAFT.body)
    writer.comment(made.id, DRAFT.body)
    assert writer.has_comment(made.id, DRAFT.body)
    for _twice in range(2):
        writer.link(made.id, marker=made.marker, url="https://crm.example/1", title="Deal")
        writer.attach(made.id, name=name, content=b"<p>x</p>")
    issue = dc_stage.wire.sandbox.issue(made.key)
    assert (len(issue.links), len(issue.attachments), len(issue.comments)) == (1, 1, 1)
    assert list(writer.touched(made.id)) == []
    dc_stage.wire.sandbox.comment_as_person(made.key, user_key="u-ada", text="Why?")
    assert list(writer.touched(made.id)) == ["1 comment"]
    dc_stage.wire.faults.deny("jira", "DELETE_ISSUES")
    assert writer.remove(made.id) == "closed"
    assert issue.status == "Won't Do"
    assert issue.labels == []


def test_what_search_knows_to_be_of_others_is_not_looked_at(dc_stage: Stage, writer: JiraWriter) -> None:
    for _more in range(5):
        dc_stage.wire.create("Theirs")
    for issue in dc_stage.wire.sandbox._site.issues.values():
        issue.reporter = dc_stage.wire.sandbox._site.users["u-ada"]
    dc_stage.wait(minutes=1)
    made = writer.create(DRAFT)
    writer.tail("TD", after=made.number)
    before = writer._client.transport.calls
    assert [item.id for item in writer.tail("TD").items] == [made.id]
    pages, hole, own, clear = 4, 1, 1, 50
    assert writer._client.transport.calls - before == pages + hole + own + clear
