"""What sales sees on its deal, written through the vendor's package into a portal on loopback, beside a tracker in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from atlas_sync.canonical.model import Gap, Handoff
from atlas_sync.connectors.hubspot import HubSpotDeals, HubSpotSettings
from atlas_sync.connectors.hubspot.settings import FeedbackProperties
from atlas_sync.coverage import SetDeal
from atlas_sync.errors import StaleError
from atlas_sync.operations.apply import Applied, apply
from atlas_sync.operations.init import deal_fields, make_deal_fields
from atlas_sync.operations.plan import plan
from atlas_sync.operations.planned import Plan
from atlas_sync.operations.undo import Undone, runs, undo
from atlas_sync.operations.workspace import Connection, Workspace
from atlas_sync.sandbox.faults import FaultLayer
from atlas_sync.store.judgements import Judgement
from tests.connectors.hubspot.conftest import settings_for
from tests.coverage.build import engagement, interaction, point, project, promise, record
from tests.factories import TellingMapper, TellingReader
from tests.hostile.play import Stage
from tests.hostile.record import Published, snapshot_of
from tests.hostile.wire import KilledError
from tests.kit import serve
from tests.sandbox.hubspot.rig import Wire, make_wire

_OURS = {"link": "delivery_link", "status": "delivery_status", "score": "handoff_score", "questions": "questions"}


@dataclass
class Ground:
    """A tracker and a portal with one won deal; `score` is what the next snapshot says of its handoff."""

    stage: Stage
    portal: Wire
    settings: HubSpotSettings
    deal: str
    score: int = 40
    others: tuple[str, ...] = ()
    on_set: list[Callable[[], None]] = field(default_factory=list)
    sets: int = 0
    opened: tuple[HubSpotSettings, HubSpotDeals] | None = None

    def workspace(self) -> Workspace:
        base = self.stage.workspace(self.stage.writers[0])
        crm = Connection("hubspot", "hubspot", "crm", TellingReader, TellingMapper(), open_deals=self._open)
        return replace(base, connections={**base.connections, "hubspot": crm})

    def _open(self) -> HubSpotDeals:
        """Open the writer; making the vendor's client anew each time would cost most of the test's time."""
        if self.opened and self.opened[0] is self.settings:
            self.opened[1]._shown = None
            return self.opened[1]
        made = HubSpotDeals(self.settings, system="hubspot", sleep=lambda _seconds: None)
        self.opened = (self.settings, made)
        really = made.set

        def set_(deal: str, values: Mapping[str, str]) -> None:
            self.sets += 1
            for act in self.on_set:
                act()
            really(deal, values)

        made.set = set_  # type: ignore[method-assign]  # one writer, not its class
        return made

    def published(self, _version: int) -> Published:
        own = {"engagement_id": "eng_one"}
        made = record(
            engagement=engagement(
                id="eng_one",
                source=f"hubspot:deal:{self.deal}",
                sources=tuple(f"hubspot:deal:{one}" for one in (self.deal, *self.others)),
            ),
            interactions=(interaction("int_call", **own),),
            projects=(
                project(
                    id="del_one",
                    **own,
                    key="ONE",
                    source="jira:project:1",
                    audience="internal",
                    link="https://t.example/ONE",
                ),
            ),
            items=(),
            promises=(promise("Scanner sync is live by August", id="prm_one", **own),),
            scope=(point("Training, we will see how that goes", id="sco_one", kind="vague", **own),),
            stakeholders=(),
        )
        snapshot = snapshot_of("one", [made])
        return Published("one", {**snapshot.rows, Handoff: (Handoff(engagement_id="eng_one", score=self.score),)})

    def plan(self) -> Plan:
        self.stage._current.writer = self.stage.writers[0]
        self.stage.wire.pass_time(60)
        return plan(self.workspace())

    def told(self) -> list[SetDeal]:
        return [one for one in self.plan().commands if isinstance(one, SetDeal)]

    def apply(self) -> Applied:
        applied = apply(self.workspace(), self.plan().id)
        assert applied.error is None
        return applied

    def undo(self, run: str) -> Undone:
        return undo(self.workspace(), run)

    def there(self, deal: str = "") -> dict[str, Any]:
        names = ",".join(f"atlas_{name}" for name in _OURS.values())
        found = self.portal.get(f"/crm/v3/objects/deals/{deal or self.deal}", properties=names)["properties"]
        return {word: found[f"atlas_{name}"] for word, name in _OURS.items()}

    def person_sets(self, **values: str) -> None:
        properties = {f"atlas_{_OURS[word]}": value for word, value in values.items()}
        answer = self.portal.call("PATCH", f"/crm/v3/objects/deals/{self.deal}", json={"properties": properties})
        assert answer.status_code == 200, answer.text


@pytest.fixture
def ground(stage: Stage) -> Iterator[Ground]:
    portal = make_wire()
    with serve(FaultLayer(portal.sandbox.app(), "hubspot", portal.faults)) as address:
        settings = settings_for(address, feedback=FeedbackProperties())
        made = Ground(stage, portal, settings, str(portal.only("deals")["id"]))
        stage.published = made.published
        make_deal_fields(made.workspace(), "hubspot")
        yield made


def _deal_steps(applied: Applied) -> list[Any]:
    return [step for step in applied.steps if isinstance(step.command, SetDeal)]


def test_deal_is_told_once_and_again_when_something_changed(ground: Ground) -> None:
    (step,) = _deal_steps(ground.apply())
    assert (step.result, step.key) == ("updated", "hubspot")
    there = ground.there()
    assert (there["link"], there["status"], there["score"]) == ("https://t.example/ONE", "Project without items", "40")
    assert "Who decides it, and by when?" in there["questions"]
    assert not ground.plan().commands
    ground.score = 85
    (command,) = ground.told()
    assert [(one.name, one.before, one.value) for one in command.fields] == [("score", "40", "85")]
    ground.apply()
    assert (ground.there()["score"], ground.sets) == ("85", 2)


def test_score_on_the_deal_is_that_of_the_gaps_as_people_judge_them_by_now(ground: Ground) -> None:
    ground.apply()
    workspace = ground.workspace()
    with closing(workspace.open_ledger()) as ledger:
        gaps = ground.published(1).select(Gap)
        words = [Judgement("gap", one.id, "", "waived", "Ada", workspace.now(), "eng_one", "by phone") for one in gaps]
        ledger.keep_judgements(words)
    told = {one.name: one.value for one in ground.told()[0].fields}
    assert told["score"] == "100"


def test_every_deal_of_an_engagement_is_told_and_what_a_person_set_on_one_stays_there(ground: Ground) -> None:
    made = ground.portal.call("POST", "/crm/v3/objects/deals", json={"properties": {"dealname": "Part two"}}).json()
    ground.others = (str(made["id"]), "404404")
    assert [step.result for step in _deal_steps(ground.apply())] == ["updated", "updated"]
    assert ground.there(ground.others[0]) == ground.there()
    ground.person_sets(status="On hold")
    ground.score = 60
    first, second = ground.told()
    assert [one.name for one in first.fields] == [one.name for one in second.fields] == ["score"]
    undone = ground.undo(ground.apply().run)
    assert undone.count("restored") == 2
    assert (ground.there()["status"], ground.there(ground.others[0])["score"]) == ("On hold", "40")


def test_without_fields_the_plan_says_how_to_get_them_and_the_tracker_is_written_all_the_same(ground: Ground) -> None:
    ground.settings = ground.settings.model_copy(update={"feedback": FeedbackProperties(questions="elsewhere")})
    (place,) = ground.plan().engagements
    assert place.notes == ("There is no deal property elsewhere: `atlas-sync init` makes it.",)
    assert [one.name for one in ground.told()[0].fields] == ["link", "status", "score"]
    (found,) = deal_fields(ground.workspace())
    assert (found.there, len(found.lacking)) == (("answers", "link", "score", "status"), 1)
    assert ground.apply().count("created") == 3


def test_crm_that_cannot_be_asked_holds_up_nothing(ground: Ground) -> None:
    ground.portal.faults.deny("hubspot", "crm.objects.deals.read")
    (place,) = ground.plan().engagements
    assert "Nothing is written on deals: " in place.notes[0]
    assert len(place.commands) == 6


def test_what_a_person_set_stays_and_is_shown_with_both_values(ground: Ground) -> None:
    ground.apply()
    ground.person_sets(status="On hold until May", questions="")
    ground.score = 60
    ground.apply()
    assert ground.there() == {**ground.there(), "status": "On hold until May", "questions": None, "score": "60"}
    (place,) = ground.plan().engagements
    status, questions = place.skipped[-2:]
    assert status.is_conflict
    assert "“On hold until May”, and the record says “Project without items”" in status.reason
    assert (questions.is_conflict, questions.reason) == (False, "a person emptied it")
    ground.person_sets(status="")
    assert not ground.plan().commands


def test_field_that_held_something_before_us_is_not_ours(ground: Ground) -> None:
    ground.person_sets(score="12")
    ground.apply()
    assert (ground.there()["score"], ground.there()["status"]) == ("12", "Project without items")


def test_person_who_is_faster_than_the_write_keeps_theirs(ground: Ground) -> None:
    drawn = ground.plan()
    ground.person_sets(link="https://wiki.example/quay")
    with pytest.raises(StaleError):
        apply(ground.workspace(), drawn.id)
    assert (ground.there()["status"], ground.sets) == (None, 0)


def test_rule_that_refuses_is_shown_and_not_tried_again_before_a_day_or_another_value(ground: Ground) -> None:
    ground.portal.sandbox.portal.required["closedwon"] = ("closed_won_reason",)
    (step,) = _deal_steps(ground.apply())
    assert step.result == "refused"
    assert "REQUIRED_PROPERTY (closed_won_reason)" in step.reason
    assert not ground.told()
    with closing(ground.workspace().open_ledger()) as ledger:
        assert [one.told for one in runs(ledger)] == [0]
    (place,) = ground.plan().engagements
    assert "is tried again after a day" in place.skipped[-1].reason
    ground.score = 41
    assert [one.name for one in ground.told()[0].fields] == ["score"]
    ground.portal.sandbox.portal.required.clear()
    ground.stage.wire.pass_time(25 * 3600)
    ground.apply()
    assert (ground.there()["score"], ground.there()["status"]) == ("41", "Project without items")


@pytest.mark.parametrize("when", ["before", "after"])
def test_run_that_died_at_the_write_leaves_a_field_that_is_still_ours(ground: Ground, when: str) -> None:
    def die() -> None:
        if when == "after":
            values = {"atlas_handoff_score": "40", "atlas_delivery_status": "Project without items"}
            ground.portal.call("PATCH", f"/crm/v3/objects/deals/{ground.deal}", json={"properties": values})
        raise KilledError

    ground.on_set.append(die)
    with pytest.raises(KilledError):
        ground.apply()
    ground.on_set.clear()
    ground.score = 77
    ground.apply()
    assert (ground.there()["score"], ground.there()["status"]) == ("77", "Project without items")
    assert not ground.plan().commands


def test_lost_ledger_learns_again_what_stands_on_the_deal(ground: Ground) -> None:
    ground.apply()
    ground.stage.writers[0].forget()
    assert not ground.told()
    ground.score = 90
    ground.apply()
    assert ground.there()["score"] == "90"


def test_undo_puts_back_what_stood_there_and_apply_gives_it_again(ground: Ground) -> None:
    first = ground.apply()
    told = ground.there()
    ground.score = 85
    second = ground.apply()
    assert ground.undo(second.run).count("restored") == 1
    assert ground.there() == told
    ground.apply()
    ground.person_sets(status="Mine")
    undone = ground.undo(first.run)
    assert undone.items[-1].result == "left"
    assert "score, status: set otherwise since" in undone.items[-1].reason
    assert ground.there() == {"link": None, "status": "Mine", "score": "85", "questions": None}
    ground.apply()
    assert ground.there()["link"] == told["link"]


def test_approval_and_the_kinds_of_policy_auto_hold_for_deals_too(ground: Ground) -> None:
    ground.stage.delivery = replace(ground.stage.delivery, policy="auto", auto_kinds=("brief",))
    applied = apply(ground.workspace(), ground.plan().id)
    (step,) = _deal_steps(applied)
    assert (step.result, step.reason) == ("held", "it needs approval: deal fields are not written unseen.")
    assert ground.there()["link"] is None


def test_ledger_keeps_the_steps_of_a_deal(ground: Ground) -> None:
    run = ground.apply().run
    with closing(ground.workspace().open_ledger()) as ledger:
        assert [step.result for step in ledger.steps(run=run, action="deal")] == ["sent", "done"]
        assert {key[2] for key in ledger.deal_fields()} == set(_OURS)
