"""What a user sees when something is wrong: plain words, the right exit code, and nothing claimed that was not read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from atlas_sync.canonical.model import Gap
from atlas_sync.operations.reconcile import unlicensed_gaps
from atlas_sync.store.warehouse import open_warehouse
from tests.e2e.conftest import Stage
from tests.stages import Stages

pytestmark = pytest.mark.e2e

ABSENCES = {"promise_missing", "why_missing", "person_missing", "scope_missing", "vague_undecided", "project_missing"}
ASKING = {"promise_review", "promise_contradicted", "promise_late", "promise_stalled"}
"""Gaps that show a sentence and an item, both of which were read, and claim no absence."""

Unread = tuple[Sequence[Mapping[str, Sequence[str]]], Sequence[str]]
UNREAD: Mapping[str, Unread] = {
    "fields": (
        [
            {"hide": ["hubspot", "deals", "hubspot_owner_id"]},
            {"hide": ["hubspot", "deals", "description"]},
            {"hide": ["hubspot", "deals", "hs_next_step"]},
            {"hide": ["hubspot", "meetings", "hs_internal_meeting_notes"]},
            {"hide": ["hubspot", "calls", "hubspot_owner_id"]},
            {"hide": ["salesforce", "Opportunity", "LastStageChangeDate"]},
            {"hide": ["salesforce", "ContentDocument", "OwnerId"]},
        ],
        [
            "Show the token hubspot_owner_id, description, hs_next_step of deals.",
            "Show the token hs_internal_meeting_notes of meetings.",
            "Show the token hubspot_owner_id of calls.",
            "(field-level security) to Opportunity.LastStageChangeDate.",
            "(field-level security) to ContentDocument.OwnerId.",
        ],
    ),
    "who delivers": (
        [{"hide": ["jira", "issue", "assignee"]}, {"hide": ["jira", "issue", "resolution"]}],
        ["Show the fields resolution, assignee to the integration's user in Jira."],
    ),
    "what was signed": (
        [{"deny": ["salesforce", "Contract"]}, {"deny": ["hubspot", "crm.objects.quotes.read"]}],
        ["user read access to Contract.", "hubspot quotes: "],
    ),
    "who sells": (
        [{"deny": ["salesforce", "User"]}, {"deny": ["hubspot", "crm.objects.owners.read"]}],
        ["Give the integration's user read access to User.", "hubspot users: "],
    ),
    "who buys, in one CRM": ([{"deny": ["salesforce", "Contact"]}], ["user read access to Contact."]),
    "who buys, in the other": ([{"deny": ["hubspot", "crm.objects.contacts.read"]}], ["crm.objects.contacts.read"]),
}
"""What is hidden or denied, and words of the sentences that say what to fix."""


def _states(stage: Stage, client: str = "") -> set[str]:
    gaps = stage.json("gaps", "--engagement", client)["gaps"]
    return {gap["state"] for gap in gaps if gap["kind"] in ABSENCES}


def test_tracker_that_stops_answering_leaves_every_absence_undecided(synced: Stage) -> None:
    synced.control("fault", {"system": "jira", "kind": "down", "path": "search"})
    result = synced.run("sync", check=4)
    assert "jira issues: " in result.stdout
    assert _states(synced) == {"not_decidable"}
    assert "Traceback" not in result.stderr
    synced.control("fault", {"clear": True})
    synced.run("sync")
    assert _states(synced) == {"open"}


def test_tracker_that_dies_between_two_writes_is_said_plainly_and_filled_once_later(synced: Stage) -> None:
    planned = synced.json("plan")["commands"]
    synced.control("fault", {"system": "jira", "kind": "slow", "times": 60})  # answers this often, then is gone
    synced.control("fault", {"system": "jira", "kind": "down"})
    result = synced.run("apply", check=4)
    assert "Traceback" not in result.stderr
    assert "jira" in result.stderr
    synced.control("fault", {"clear": True})
    made = [issue["summary"] for issue in synced.issues() if "atlas-sync" in issue["labels"]]
    assert 0 < len(made) < planned
    for command in ("sync", "plan", "apply", "sync"):
        synced.run(command)
    assert synced.json("plan")["commands"] == 0
    after = [(issue["project"], issue["summary"]) for issue in synced.issues() if "atlas-sync" in issue["labels"]]
    assert len(after) > len(made)
    assert len(set(after)) == len(after)


def test_revoked_permission_is_named_and_nothing_is_called_missing(synced: Stage) -> None:
    synced.control("fault", {"deny": ["jira", "BROWSE_PROJECTS"]})
    result = synced.run("sync", check=3)
    assert "BROWSE_PROJECTS" in result.stdout
    assert _states(synced) == {"not_decidable"}


def test_project_that_is_hidden_later_is_not_taken_for_empty(synced: Stage) -> None:
    synced.control("fault", {"deny": ["jira", "project:PELL"]})
    result = synced.run("sync", check=3)
    assert "cannot be seen any more" in result.stdout
    assert "open" not in _states(synced)


def test_waiver_until_the_end_of_the_calendar_ends_no_later_sync(synced: Stage) -> None:
    gap = synced.json("gaps")["gaps"][0]["id"]
    synced.run("waive", gap, "--reason", "never", "--until", "9999-12-31")
    for _again in range(2):
        assert "Traceback" not in synced.run("sync").stderr
    assert gap not in {one["id"] for one in synced.json("gaps")["gaps"]}


def test_project_that_a_deal_names_and_is_hidden_from_us_is_filled_nowhere_else(stage: Stage) -> None:
    stage.control("fault", {"deny": ["jira", "project:BRACK"]})
    stage.run("sync")
    assert _states(stage, "Brackenridge") == {"not_decidable"}
    result = stage.run("plan")
    assert "the deal names BRACK, which no tracker shows" in " ".join(result.stdout.split())
    assert "Kickoff brief: BRACKENRIDGE" not in result.stdout


def test_hidden_field_of_the_conversation_makes_its_crm_undecided_and_leaves_the_other(stage: Stage) -> None:
    stage.control("fault", {"hide": ["salesforce", "EmailMessage", "TextBody"]})
    result = stage.run("sync", check=3)
    assert "TextBody" in result.stdout
    assert _states(stage, "stock and margin") == {"not_decidable"}
    assert _states(stage, "Brackenridge") == {"open"}


@pytest.fixture
def faultless(tmp_path: Path, stages: Stages) -> Path:
    """Give the state after a first sync of everything, which has to be made before the ports are taken."""
    stages.copy(tmp_path / "faultless")
    return tmp_path / "faultless"


@pytest.mark.parametrize(
    "unread",
    [pytest.param(one, marks=[pytest.mark.soak] * one.startswith(("who sells", "what was"))) for one in UNREAD],
)
def test_nothing_is_called_missing_that_a_complete_read_would_have_found(
    faultless: Path, stage: Stage, unread: str
) -> None:
    faults, said = UNREAD[unread]
    for fault in faults:
        stage.control("fault", fault)
    stage.run("sync", check=3)
    known = {gap.id for gap in _gaps(faultless) if gap.state == "open"}
    now = _gaps(stage.state)
    assert not [gap.title for gap in now if gap.state == "open" and gap.id not in known and gap.kind not in ASKING]
    why = " ".join(sentence for gap in now for sentence in gap.undecided_because)
    assert [words for words in said if words not in why] == []
    assert _unlicensed(stage) == []


def test_people_that_one_crm_hides_later_leave_people_of_the_other_undecided(synced: Stage) -> None:
    def people() -> set[str]:
        sold_in_salesforce = synced.json("gaps", "--engagement", "yard data platform")["gaps"]
        return {gap["state"] for gap in sold_in_salesforce if gap["kind"] == "person_missing"}

    assert people() == {"open"}
    synced.control("fault", {"deny": ["hubspot", "crm.objects.owners.read"]})
    synced.run("sync", check=3)
    assert people() == {"not_decidable"}
    assert _unlicensed(synced) == []
    synced.control("fault", {"clear": True})
    synced.run("sync")
    assert people() == {"open"}


def _unlicensed(stage: Stage) -> list[Gap]:
    with open_warehouse(stage.state) as warehouse:
        return unlicensed_gaps(stage.workspace(), warehouse)


def _gaps(state: Path) -> list[Gap]:
    with open_warehouse(state) as warehouse:
        return warehouse.select(Gap)


def test_missing_scope_stops_one_crm_and_not_the_other(stage: Stage) -> None:
    stage.control("fault", {"deny": ["hubspot", "crm.objects.deals.read"]})
    result = stage.run("sync", check=3)
    assert "hubspot deals: not_permitted" in result.stdout
    assert _states(stage, "yard data platform") == {"open"}


def test_wrong_secret_says_which_one_to_renew(synced: Stage) -> None:
    wrong = Stage(synced.home, synced.config, synced.addresses, {**synced.env, "ATLAS_JIRA_API_TOKEN": "wrong"})
    result = wrong.run("sync", check=3)
    assert "jira" in result.stdout
    assert "renew" in result.stdout
    assert "wrong" not in result.stdout


def test_missing_secret_names_the_variable(stage: Stage) -> None:
    env = {name: value for name, value in stage.env.items() if name != "ATLAS_HUBSPOT_ACCESS_TOKEN"}
    result = Stage(stage.home, stage.config, stage.addresses, env).run("sync", check=2)
    assert "ATLAS_HUBSPOT_ACCESS_TOKEN" in result.stderr


def test_commands_before_the_first_sync_say_what_to_do(stage: Stage) -> None:
    for command in (["gaps"], ["brief", "x"], ["show", "x"]):
        assert "atlas-sync sync" in stage.run(*command, check=2).stderr


def test_unknown_names_are_refused_with_a_next_step(synced: Stage) -> None:
    assert "nothing is known as" in synced.run("show", "NOPE-1", check=2).stderr
    assert "there is no engagement" in synced.run("brief", "nobody", check=2).stderr
    assert "engagements fit" in synced.run("brief", "Nordhavn", check=2).stderr


def test_settings_that_are_wrong_name_their_place(stage: Stage, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text('[delivery]\npolice = "auto"\n', encoding="utf-8")
    result = Stage(stage.home, broken, stage.addresses, stage.env).run("sync", check=2)
    assert "delivery.police" in result.stderr
    missing = Stage(stage.home, tmp_path / "nowhere.toml", stage.addresses, stage.env).run("sync", check=2)
    assert "nowhere.toml" in missing.stderr


def test_sync_with_nothing_connected_is_no_success(stage: Stage, tmp_path: Path) -> None:
    empty = tmp_path / "empty.toml"
    empty.write_text("", encoding="utf-8")
    result = Stage(stage.home, empty, stage.addresses, {}).run("sync", check=2)
    assert "nothing is connected" in result.stderr
    assert "atlas-sync demo" in result.stderr


def test_apply_without_a_plan_and_after_a_change_is_refused(synced: Stage) -> None:
    assert "there is no plan yet" in synced.run("apply", check=2).stderr
    synced.run("plan")
    synced.control("move", {"to": "2026-06-15T10:06:00+00:00"})
    synced.run("sync")
    assert "changed since" in synced.run("apply", check=5).stderr
    assert not [issue for issue in synced.issues() if "atlas-sync" in issue["labels"]]
