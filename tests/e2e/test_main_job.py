"""From won deal to filled tracker, through the command line."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import date

import duckdb
import pytest

from atlas_sync.operations.show import show
from atlas_sync.store.publish import current_name, open_snapshot
from tests.e2e.conftest import Stage

pytestmark = pytest.mark.e2e


def _ours(stage: Stage) -> list[dict[str, object]]:
    return [issue for issue in stage.issues() if "atlas-sync" in issue["labels"]]


def test_deal_becomes_a_filled_project_once_and_only_once(stage: Stage) -> None:
    read = stage.json("sync")
    assert {one["status"] for one in read["streams"]} == {"complete"}
    gaps = stage.json("gaps")["gaps"]
    assert {"promise_missing", "person_missing", "why_missing"} <= {gap["kind"] for gap in gaps}
    assert not _ours(stage)

    plan = stage.json("plan")
    creates = [c for e in plan["plan"]["engagements"] for c in e["commands"] if c["action"] == "create"]
    gap = next(c["gap_ids"][0] for c in creates if c["gap_ids"])
    assert _shown_state(stage, gap) == "planned"
    applied = stage.json("apply")
    assert _shown_state(stage, gap) == "written"
    assert Counter(step["result"] for step in applied["steps"])["created"] == len(creates)
    assert len(_ours(stage)) == len(creates)

    stage.run("sync")
    assert stage.json("plan")["commands"] == 0
    again = stage.json("apply")
    assert again["steps"] == []
    assert len(_ours(stage)) == len(creates)

    _every_written_item_leads_back(stage, [step["key"] for step in applied["steps"] if step["result"] == "created"])
    _chain_leads_both_ways(stage, next(c for c in creates if c["item"] == "promise"))
    _lost_and_open_deals_got_nothing(plan)
    _nothing_internal_is_visible_to_the_client(stage)


def _shown_state(stage: Stage, wanted: str) -> str:
    return next(gap["state"] for gap in stage.json("show", wanted)["chains"][0]["gaps"] if gap["id"] == wanted)


def _every_written_item_leads_back(stage: Stage, keys: list[str]) -> None:
    """From each item to a deal, and to what was said or, for somebody whom only the CRM names, to the person."""
    workspace = stage.workspace()
    with open_snapshot(workspace.home) as snapshot, closing(workspace.open_ledger()) as ledger:
        for key in keys:
            chains = show(snapshot, ledger, key, today=date(2026, 6, 16))
            assert all(chain.engagement.link for chain in chains), key
            assert any(chain.evidence or chain.what == "person" for chain in chains), key
            assert all(chain.interaction for chain in chains if chain.evidence), key


def _chain_leads_both_ways(stage: Stage, promise: dict[str, object]) -> None:
    chain = stage.json("show", str(promise["subject_id"]))["chains"][0]
    assert chain["evidence"]["quote"]
    assert chain["interaction"]["link"] or chain["interaction"]["source"]
    assert chain["written"][0]["remote_key"]
    back = stage.json("show", chain["written"][0]["remote_key"])["chains"][0]
    assert back["evidence"]["quote"] == chain["evidence"]["quote"]
    text = stage.run("show", chain["written"][0]["remote_key"]).stdout
    assert " ".join(chain["evidence"]["quote"].split())[:40] in " ".join(text.split())


def _lost_and_open_deals_got_nothing(plan: dict[str, object]) -> None:
    names = " ".join(engagement["name"] for engagement in plan["plan"]["engagements"])  # type: ignore[index]  # JSON
    for lost in ("Ostrava", "Kilbride", "Greywater", "Marisco"):
        assert lost not in names


def _nothing_internal_is_visible_to_the_client(stage: Stage) -> None:
    """Look for every internal sentence in everything of ours that stands in the client's project."""
    with_client = " ".join(str(issue) for issue in _ours(stage) if str(issue["key"]).startswith("CAST-"))
    assert with_client
    assert "skeptic" not in with_client.lower()
    for gap in stage.json("gaps")["gaps"]:
        if gap["audience"] == "internal" and gap["evidence"]:
            assert gap["evidence"]["quote"][:60] not in with_client


def test_brief_for_the_client_leaves_the_internal_out(synced: Stage) -> None:
    full = synced.run("brief", "Castellan").stdout
    shared = synced.run("brief", "Castellan", "--for-client").stdout
    assert "EUR" in full or "GBP" in full
    assert "Conversation" in full
    assert "Conversation" not in shared
    assert len(shared) < len(full)


def test_deal_that_closes_is_filled_by_the_next_run(synced: Stage) -> None:
    synced.run("plan")
    synced.run("apply")
    before = len(_ours(synced))
    synced.control("move", {"to": "2026-06-15T10:06:00+00:00"})
    synced.run("sync")
    plan = synced.json("plan")
    assert [engagement["name"] for engagement in plan["plan"]["engagements"] if engagement["commands"]]
    synced.run("apply")
    assert len(_ours(synced)) > before


def test_second_sync_without_news_reads_no_text_and_compares_nothing(synced: Stage) -> None:
    again = synced.json("sync")
    assert (again["texts_read"], again["engagements_compared"], again["run"]["changed"]) == (0, 0, 0)


def test_snapshot_of_an_older_version_is_published_anew_by_a_sync_without_news(synced: Stage) -> None:
    name = current_name(synced.state)
    with duckdb.connect(str(synced.state / "published" / str(name))) as older:
        older.execute("DROP TABLE statement")
    assert "older version. Run `atlas-sync sync`" in synced.run("gaps", check=4).stderr
    synced.run("sync")
    assert synced.json("gaps")["gaps"]


def test_person_who_edits_or_closes_an_item_has_the_last_word(synced: Stage) -> None:
    synced.run("plan")
    synced.run("apply")
    brief = next(issue for issue in _ours(synced) if issue["type"] == "Epic")
    item = next(issue for issue in _ours(synced) if issue["type"] != "Epic")
    synced.control("edit", {"issue": brief["key"], "user": "u-rahul", "fields": {"description": "my own words"}})
    synced.control("edit", {"issue": item["key"], "user": "u-rahul", "fields": {"labels": []}})
    synced.control("move", {"to": "2026-06-15T10:06:00+00:00"})
    synced.run("sync")
    synced.run("plan")
    synced.run("apply")
    now = {issue["key"]: issue for issue in synced.issues()}
    assert "my own words" in str(now[brief["key"]])
    assert now[item["key"]]["labels"] == []
    summaries = Counter(issue["summary"] for issue in now.values())
    assert summaries[item["summary"]] == 1
