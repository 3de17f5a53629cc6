"""The field firm's stories: whole, in order, and each sale where the demo needs it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest

from atlas_sync.sandbox.happenings import (
    PRESENT,
    DealMoved,
    DealOpened,
    Event,
    InteractionLogged,
    IssueCreated,
    IssueMoved,
    PersonAdded,
    UserLeft,
)
from atlas_sync.sandbox.world import load_world

Story = dict[str, Any]

_FOLDER = files("atlas_sync.sandbox") / "stories"
_GROUP: Story = json.loads((_FOLDER / "group.json").read_text(encoding="utf-8"))
_STORIES: dict[str, Story] = {
    path.name.removeprefix("cf-").removesuffix(".json"): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(_FOLDER.iterdir(), key=lambda path: path.name)
    if path.name.startswith("cf-")
}
_USERS: dict[str, Story] = {user["key"]: user for user in _GROUP["users"]}
_CLOSING = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)

each_story = pytest.mark.parametrize("story", _STORIES.values(), ids=_STORIES.keys())


def _issues(story: Story) -> list[Story]:
    own = story.get("project") or {}
    return [{"project": own["key"], **issue} for issue in own.get("issues", ())] + list(story.get("issues", ()))


def _moments(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in {"at", "created_at"}:
                yield inner
            else:
                yield from _moments(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _moments(inner)


def _people(story: Story) -> set[str]:
    return {person["key"] for person in story["people"]}


def _named(story: Story) -> Iterator[str]:
    yield story["deal"]["owner"]
    for item in story["interactions"]:
        yield from item["to"]
        yield from (item[name] for name in ("author", "logged_by") if item.get(name))
    for issue in _issues(story):
        yield from (issue[name] for name in ("assignee", "reporter") if issue.get(name))
        yield from (comment["author"] for comment in issue.get("comments", ()))
    if project := story.get("project"):
        yield project["lead"]


def _played(until: datetime) -> list[Event]:
    return list(load_world().between(None, until))


def _stages(deal: str, until: datetime) -> list[str]:
    stages: list[str] = []
    for event in _played(until):
        match event.what:
            case DealOpened(opened, stage) if opened.key == deal:
                stages.append(stage)
            case DealMoved(deal=moved, stage=stage) if moved == deal:
                stages.append(stage)
    return stages


def test_all_seven_sales_are_told_in_hubspot() -> None:
    names = {"nordhavn", "pellworth", "brackenridge", "santorre", "kilbride", "ostholm", "marisco"}
    assert set(_STORIES) == names
    assert {story["crm"] for story in _STORIES.values()} == {"hubspot"}


@each_story
def test_everybody_named_is_a_user_or_a_contact_of_the_story(story: Story) -> None:
    assert set(_named(story)) <= _USERS.keys() | _people(story)
    assert {role["person"] for role in story["deal"]["roles"]} <= _people(story)


@each_story
def test_company_of_the_deal_and_its_people_is_the_storys(story: Story) -> None:
    company = story["company"]["key"]
    assert story["deal"]["company"] == company
    assert {person["company"] for person in story["people"]} == {company}


@each_story
def test_addresses_are_invented(story: Story) -> None:
    found = re.findall(r"[\w.+-]+@([\w.-]+\w)", json.dumps(story, ensure_ascii=False))
    assert found
    assert [domain for domain in found if not domain.endswith(".example")] == []


@each_story
def test_every_moment_carries_an_offset(story: Story) -> None:
    moments = list(_moments(story))
    assert moments
    assert [text for text in moments if datetime.fromisoformat(text).tzinfo is None] == []


@each_story
def test_nothing_happens_before_the_deal_is_opened(story: Story) -> None:
    moments = [datetime.fromisoformat(text) for text in _moments(story)]
    assert min(moments) == datetime.fromisoformat(story["deal"]["stages"][0]["at"])


@each_story
def test_stages_and_conversation_are_told_in_order(story: Story) -> None:
    for told in (story["deal"]["stages"], story["interactions"]):
        moments = [datetime.fromisoformat(step["at"]) for step in told]
        assert moments == sorted(moments)


@each_story
def test_mail_comes_from_the_side_it_says(story: Story) -> None:
    for item in story["interactions"]:
        writers = _people(story) if item["incoming"] else _USERS.keys()
        assert item["author"] is None or item["author"] in writers
        assert (item["author"] is None) == (item["kind"] in {"call", "meeting"})


@each_story
def test_whoever_logs_has_a_login_at_that_time(story: Story) -> None:
    for item in story["interactions"]:
        user = _USERS[item.get("logged_by") or item["author"]]
        left = user.get("left_at")
        assert "hubspot" in user["systems"], item["key"]
        assert left is None or datetime.fromisoformat(item["at"]) < datetime.fromisoformat(left), item["key"]


@each_story
def test_notes_are_html_as_hubspot_keeps_them(story: Story) -> None:
    notes = [item for item in story["interactions"] if item["kind"] == "note"]
    assert all(note["format"] == "html" for note in notes)
    assert all(re.fullmatch(r"<div [^>]*>(<p [^>]*>.*?</p>)+</div>", note["body"]) for note in notes)


@each_story
def test_conversation_has_the_length_of_real_ones(story: Story) -> None:
    talk = [item for item in story["interactions"] if item["kind"] != "task"]
    assert 3 <= len(talk) <= 6
    assert [item["key"] for item in talk if not 80 <= len(item["body"].split()) <= 350] == []


@each_story
def test_amount_is_the_sum_of_the_lines(story: Story) -> None:
    deal = story["deal"]
    lines = [item["quantity"] * item["unit_price"] for item in deal["line_items"]]
    assert deal["amount"] == (sum(lines) if lines else None)


def test_keys_are_unique_and_tell_the_firm() -> None:
    keys = [
        entry["key"]
        for story in _STORIES.values()
        for entry in (story["company"], story["deal"], *story["people"], *story["interactions"])
    ]
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert all(key.startswith("cf-") for key in keys)


@pytest.mark.parametrize(("project", "count"), [("CFS", 6), ("BRACK", 9)])
def test_issue_keys_follow_the_order_of_creation(project: str, count: int) -> None:
    issues = [issue for story in _STORIES.values() for issue in _issues(story) if issue["project"] == project]
    by_time = sorted(issues, key=lambda issue: datetime.fromisoformat(issue["created_at"]))
    assert [issue["key"] for issue in by_time] == [f"{project}-{number}" for number in range(1, count + 1)]


@each_story
def test_issues_hang_below_an_epic_made_before_them(story: Story) -> None:
    epics: set[str] = set()
    for issue in _issues(story):
        if issue["type"] == "Epic":
            epics.add(issue["key"])
        else:
            assert issue["parent"] in epics


@each_story
def test_work_on_an_issue_comes_after_its_creation_and_goes_to_people_with_a_login(story: Story) -> None:
    for issue in _issues(story):
        created = datetime.fromisoformat(issue["created_at"])
        assert all(datetime.fromisoformat(text) >= created for text in _moments(issue))
        assert "jira" in _USERS[issue["assignee"]]["systems"]
        assert "jira" in _USERS[issue["reporter"]]["systems"]


@each_story
def test_the_world_holds_the_whole_story(story: Story) -> None:
    events = [event.what for event in load_world().events]
    said = {what.interaction.key for what in events if isinstance(what, InteractionLogged)}
    entered = {what.person.key for what in events if isinstance(what, PersonAdded)}
    made = {what.issue.key for what in events if isinstance(what, IssueCreated)}
    assert {item["key"] for item in story["interactions"]} <= said
    assert _people(story) <= entered
    assert {issue["key"] for issue in _issues(story)} <= made


@pytest.mark.parametrize(
    ("deal", "stage"),
    [
        ("nordhavn", "won"),
        ("pellworth", "won"),
        ("brackenridge", "won"),
        ("santorre", "negotiating"),
        ("kilbride", "lost"),
        ("ostholm", "won"),
        ("marisco", "qualifying"),
    ],
)
def test_sale_stands_where_the_demo_begins(deal: str, stage: str) -> None:
    assert _stages(f"cf-d-{deal}", PRESENT)[-1] == stage


def test_reopened_sale_was_lost_before_it_was_won() -> None:
    assert _stages("cf-d-ostholm", PRESENT) == ["qualifying", "proposed", "lost", "proposed", "negotiating", "won"]


def test_closing_sale_is_won_an_hour_after_its_last_call() -> None:
    assert _stages("cf-d-santorre", _CLOSING - timedelta(seconds=1))[-1] == "negotiating"
    assert _stages("cf-d-santorre", _CLOSING)[-1] == "won"
    ahead = [event for event in load_world().between(PRESENT, _CLOSING) if isinstance(event.what, InteractionLogged)]
    calls = [
        event.at for event in ahead if isinstance(event.what, InteractionLogged) and event.what.deal == "cf-d-santorre"
    ]
    assert calls == [_CLOSING - timedelta(hours=1)]


def test_seller_of_the_delivered_sale_left_before_it_was_won() -> None:
    deal = _STORIES["brackenridge"]["deal"]
    left = [event.at for event in load_world().events if event.what == UserLeft(deal["owner"])]
    assert left
    assert left[0] < datetime.fromisoformat(deal["stages"][-1]["at"])


def test_promised_evenings_were_cancelled_and_the_promised_day_was_moved() -> None:
    events = [event.what for event in _played(PRESENT)]
    issues = {what.issue.key: what.issue for what in events if isinstance(what, IssueCreated)}
    assert IssueMoved("BRACK-6", "Cancelled") in events
    promised = datetime(2026, 5, 22, tzinfo=UTC).date()
    due = issues["BRACK-3"].due
    assert due is not None
    assert due > promised


@pytest.mark.parametrize("name", ["nordhavn", "ostholm", "santorre", "kilbride", "marisco"])
def test_sale_without_delivery_has_no_trace_in_the_tracker(name: str) -> None:
    story = _STORIES[name]
    assert _issues(story) == []
    assert story["deal"]["project_hint"] is None


def test_epic_names_its_sale_in_words_only() -> None:
    (epic,) = [issue for issue in _STORIES["pellworth"]["issues"] if issue["type"] == "Epic"]
    assert "HubSpot" in epic["description"]
    assert _STORIES["pellworth"]["deal"]["key"] not in epic["description"]
    assert "http" not in epic["description"]
