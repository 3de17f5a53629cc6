"""The kinds of gap in the sandbox's stories, the handoff score, and what was known on a day, through the command line."""

from __future__ import annotations

import pytest
import requests

from atlas_sync.sandbox.serve import connections
from tests.e2e.conftest import Stage

pytestmark = pytest.mark.e2e


def test_stories_hold_what_is_out_of_order_unsold_unowned_or_owed(synced: Stage) -> None:
    answer = synced.json("gaps")
    by_kind = {gap["kind"]: gap for gap in answer["gaps"]}
    assert {"contract_without_project", "project_without_deal", "owner_missing", "obligation_open"} <= by_kind.keys()
    assert "NL-2026-014" in by_kind["contract_without_project"]["title"]
    unsold = [gap for gap in answer["gaps"] if gap["kind"] == "project_without_deal"]
    assert [(gap["title"].split()[7], gap["severity"]) for gap in unsold] == [("OPS", "low")]
    assert all(gap["evidence"]["quote"] for gap in answer["gaps"] if gap["kind"] == "obligation_open")
    assert not any(gap["severity"] == "high" for gap in answer["gaps"] if gap["kind"] == "obligation_open")

    scores = answer["handoffs"]
    assert scores == sorted(scores, key=lambda one: (one["score"], one["engagement"]))
    assert all(0 <= one["score"] <= 100 and one["parts"] for one in scores)
    chain = synced.json("show", scores[0]["engagement_id"])["chains"][0]
    assert chain["handoff"]["score"] == scores[0]["score"]
    assert f"handoff   {scores[0]['score']} of 100" in synced.run("show", scores[0]["engagement_id"]).stdout
    project = synced.json("show", unsold[0]["id"])["chains"][0]
    assert project["what"] == "project"
    (state,) = project["gap_states"][unsold[0]["id"]]
    then = synced.json("show", unsold[0]["id"], "--as-of", state["since"][:10])["chains"][0]
    assert (state["state"], then["gaps"]) == ("open", project["gaps"])


def test_deal_that_was_won_since_is_shown_as_it_was_known_the_day_before(synced: Stage) -> None:
    before = {one["engagement_id"] for one in synced.json("gaps")["handoffs"]}
    synced.control("move", {"to": "2026-06-16T10:06:00+00:00"})
    synced.run("sync")
    answer = synced.json("gaps")
    engagement = next(one["engagement_id"] for one in answer["handoffs"] if one["engagement_id"] not in before)
    gap = next(one for one in answer["gaps"] if one["engagement_id"] == engagement)
    (now, *_rest) = synced.json("show", engagement)["chains"]
    (then, *_rest) = synced.json("show", engagement, "--as-of", "2026-06-15")["chains"]
    assert (now["engagement"]["stage"], then["engagement"]["stage"]) == ("won", "open")
    assert (then["gaps"], then["handoff"]) == ([], None)
    stages = [next(one["value"] for one in chain["statements"] if one["name"] == "stage") for chain in (now, then)]
    assert stages == [chain["engagement"]["stage_label"] for chain in (now, then)]
    states = synced.json("show", gap["id"])["chains"][0]["gap_states"][gap["id"]]
    assert [(one["state"], one["since"][:10]) for one in states] == [("open", "2026-06-16")]
    synced.run("show", engagement, "--as-of", "2026-06-01", check=2)
    assert synced.run("show", now["engagement"]["name"], "--as-of", "2026-06-15").stdout


def test_work_that_a_person_confirmed_is_late_after_its_day_and_stalled_when_it_lies_still(synced: Stage) -> None:
    links = synced.json("review", "--kind", "links", "--most", "500")["links"]
    wanted = {"Loch Arder is on air": "BRACK-3", "dug by hand": "BRACK-4"}
    found = [
        item["id"]
        for one in links
        for item in one["items"]
        for words, key in wanted.items()
        if words in one["promise"]["text"] and item["work_item_key"] == key
    ]
    synced.run("review", *(arg for name in found for arg in ("--confirm", name)))
    synced.run("sync")
    gaps = {gap["kind"]: gap for gap in synced.json("gaps")["gaps"] if gap["work_item_key"] in wanted.values()}
    assert gaps["promise_late"]["work_item_key"] == "BRACK-3"
    assert gaps["promise_late"]["reasons"][0].startswith("was due 22 May 2026")
    assert gaps["promise_stalled"]["work_item_key"] == "BRACK-4"
    assert "has not moved since 27 Apr 2026" in gaps["promise_stalled"]["reasons"][0]


def test_person_who_is_mentioned_in_a_comment_on_an_item_is_missing_no_more(synced: Stage) -> None:
    gap = next(gap for gap in synced.json("gaps")["gaps"] if gap["kind"] == "person_missing")
    name, _paren, _rest = gap["title"].partition(" (")
    chains = synced.json("show", gap["engagement_id"])["chains"]
    key = next(item["key"] for chain in chains for item in chain["work_items"] if item["state"] != "dropped")
    mention = {"type": "mention", "attrs": {"id": "somebody", "text": f"@{name}"}}
    said = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [mention]}]}
    jira = connections(synced.addresses)["jira"]
    answer = requests.post(
        f"{jira['url']}/rest/api/3/issue/{key}/comment",
        json={"body": said},
        auth=(jira["email"], jira["api_token"]),
        timeout=10,
    )
    assert answer.ok, answer.text
    synced.control("move", {"to": "2026-06-16T10:06:00+00:00"})
    synced.run("sync")
    states = synced.json("show", gap["id"])["chains"][0]["gap_states"][gap["id"]]
    assert [one["state"] for one in states] == ["open", "resolved"]
