"""A person's verdict: kept, shown after the next sync, never asked again."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Stage

pytestmark = pytest.mark.e2e


def test_what_a_person_says_of_a_promise_holds(synced: Stage) -> None:
    before = synced.json("review", "--most", "500")
    assert before["waiting"] >= 2
    first, second = (doubt["id"] for doubt in before["doubts"][:2])
    kept = synced.json("review", "--confirm", first, "--reject", second)
    assert kept["decided"] == [{"id": first, "decision": "confirmed"}, {"id": second, "decision": "rejected"}]
    assert synced.json("review")["waiting"] == before["waiting"] - 2

    synced.run("sync")
    after = {doubt["id"] for doubt in synced.json("review", "--most", "500")["doubts"]}
    assert not after & {first, second}
    assert synced.json("show", first)["chains"]
    synced.run("show", second, check=2)

    synced.run("review", "--confirm", second, check=2)
    taken_back = synced.json("review", "--undo", second, "--by", "Ada")["decided"]
    assert taken_back == [{"id": second, "decision": "undone"}]
    synced.run("sync")
    assert second in {doubt["id"] for doubt in synced.json("review", "--most", "500")["doubts"]}
    assert "nothing was said of a promise" in synced.run("review", "--undo", second, check=2).stderr
    synced.run("review", "--confirm", first, "--reject", first, check=2)


def test_link_that_a_person_confirms_or_rejects_holds_and_is_not_asked_again(synced: Stage) -> None:
    before = synced.json("review", "--kind", "links", "--most", "500")
    assert before["links_waiting"] >= 2
    first, second = before["links"][:2]
    chosen = first["items"][-1]
    kept = synced.json("review", "--confirm", chosen["id"], "--reject", second["promise"]["id"], "--by", "Ada")
    assert [(one["kind"], one["decision"]) for one in kept["decided"]] == [("link", "confirmed"), ("link", "rejected")]
    assert kept["decided"][0]["item"].startswith("jira:work_item:")
    synced.run("sync")
    after = synced.json("review", "--kind", "links", "--most", "500")
    assert not {first["promise"]["id"], second["promise"]["id"]} & {one["promise"]["id"] for one in after["links"]}
    chain = synced.json("show", first["promise"]["id"])["chains"][0]
    assert [(link["status"], link["work_item_key"]) for link in chain["links"]] == [
        ("covered", chosen["work_item_key"])
    ]
    missing = {gap["subject_id"] for gap in synced.json("gaps", "--kind", "promise_missing")["gaps"]}
    assert second["promise"]["id"] in missing


def _planned(synced: Stage) -> set[str]:
    """Give the gaps for which the plan makes an item."""
    places = synced.json("plan")["plan"]["engagements"]
    return {gap for place in places for command in place["commands"] for gap in command.get("gap_ids", ())}


def test_gap_that_a_person_waives_is_gone_until_it_is_reopened(synced: Stage) -> None:
    first, second = sorted(_planned(synced))[:2]
    synced.run("waive", first, "--reason", "agreed by phone", "--by", "Ada")
    synced.run("acknowledge", second, "--by", "Ben")
    for _sync in range(2):
        listed = {gap["id"]: gap for gap in synced.json("gaps")["gaps"]}
        assert first not in listed
        assert (listed[second]["state"], listed[second]["judged_by"]) == ("acknowledged", "Ben")
        waived = {gap["id"]: gap for gap in synced.json("gaps", "--waived")["gaps"]}[first]
        assert (waived["state"], waived["judged_by"], waived["judged_reason"]) == ("waived", "Ada", "agreed by phone")
        assert not {first, second} & _planned(synced)
        synced.run("sync")
    synced.run("reopen", first)
    assert first in {gap["id"] for gap in synced.json("gaps")["gaps"]}
    synced.run("waive", "gap_nothing", "--reason", "x", check=2)
