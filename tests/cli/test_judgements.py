"""What people say through the command line, over a small published record: kept with a name, and shown at once."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from atlas_sync.canonical.model import (
    Engagement,
    Gap,
    Person,
    Promise,
    Saying,
    Stakeholder,
    Statement,
    TraceLink,
    WorkItem,
)
from atlas_sync.canonical.observed import ObservedPerson
from atlas_sync.cli import main
from atlas_sync.cli import review as reviewing
from atlas_sync.operations.identify import identify
from atlas_sync.store.judgements import Judgement, items_of, standing
from atlas_sync.store.ledger import Ledger
from atlas_sync.store.publish import publish, write_last_run
from atlas_sync.store.tables import Run
from atlas_sync.store.warehouse import open_warehouse
from tests.coverage.build import ENG, RUN, engagement, gaps_of, item, person, promise, record

ANNA = ObservedPerson(source="crm:person:3", name="Anna Berg", email="anna@one.example")
ANNA_TOO = ObservedPerson(source="hub:person:4", name="Anna Berg", email="anna@two.example")


class Desk:
    """The command line with the settings of one installation."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.ledger = f"sqlite:///{home / 'ledger.sqlite'}"
        self._config = home / "atlas.toml"
        self._config.write_text(f'home = "{home}"\ntenant = "test"\n')

    def json(self, *args: str, code: int = 0) -> dict[str, Any]:
        done = CliRunner().invoke(main, ["--config", str(self._config), *args, "--json"])
        assert done.exit_code == code, done.output
        found: dict[str, Any] = json.loads(done.output)
        return found

    def text(self, *args: str) -> str:
        return CliRunner().invoke(main, ["--config", str(self._config), *args]).output

    def kept(self) -> list[Judgement]:
        with closing(Ledger(self.ledger)) as ledger:
            return ledger.judgements()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Publish an engagement with a promise in doubt, one with two candidates, and two records of one name."""
    items = [item("SCAN-1", "Scanner sync Kaiserhafen"), item("SCAN-2", "Scanner sync live")]
    made = record(promises=(promise(),), items=tuple(items))
    links = [
        TraceLink(
            id=f"trl_{at}",
            engagement_id=ENG,
            subject_id="prm_1111111111111111",
            work_item_id=one.id,
            work_item_key=one.key,
            rank=at,
            status="review",
            score=0.6,
            how="similar words",
            reasons=(f"{one.key} says “{one.summary}”",),
            leaves_open=("does not mention Kaiserhafen",),
            contradictions=(f"{one.key} says 2 September, agreed was 14 August",),
        )
        for at, one in enumerate(items)
    ]
    with open_warehouse(tmp_path) as warehouse:
        warehouse.replace(Engagement, [engagement()], engagements=[ENG])
        doubtful = promise("We may send a trainer", id="prm_2", needs_review=True)
        warehouse.replace(Promise, [promise(), doubtful], engagements=[ENG])
        warehouse.replace(WorkItem, items, engagements=[ENG])
        warehouse.replace(TraceLink, links, engagements=[ENG])
        warehouse.replace(Gap, gaps_of(made), engagements=[ENG])
        warehouse.put([ANNA, ANNA_TOO])
        identify(warehouse)
        publish(warehouse, tmp_path, run="1")
    row = Run(
        run="1",
        started_at=RUN,
        finished_at=RUN,
        as_of=RUN,
        status="complete",
        pulled=1,
        changed=1,
        quarantined=0,
        engagements=1,
    )
    write_last_run(tmp_path, row)
    return Desk(tmp_path)


def test_review_lists_all_three_kinds_of_question_with_what_is_for_and_against(desk: Desk) -> None:
    answer = desk.json("review")
    assert (answer["waiting"], answer["links_waiting"], answer["identities_waiting"]) == (1, 1, 1)
    assert [one["work_item_key"] for one in answer["links"][0]["items"]] == ["SCAN-1", "SCAN-2"]
    shown = desk.text("review")
    for words in (
        "We may send a trainer",
        "for: SCAN-1 says",
        "against: SCAN-2 says 2 September",
        "against: does not mention Kaiserhafen",
        "Anna Berg  hub:person:4",
    ):
        assert words in shown
    assert desk.json("review", "--kind", "links")["waiting"] == 0
    assert desk.json("review", "--engagement", "nordhavn")["identities_waiting"] == 0, (
        "pairs belong to no one engagement"
    )
    assert "there is no engagement 'Nordhvan'" in desk.json("review", "--engagement", "Nordhvan", code=2)["message"]


def test_answers_of_every_kind_are_kept_with_a_name_and_never_asked_again(desk: Desk) -> None:
    (pair,) = desk.json("review")["identities"]
    args = ["--confirm", "trl_1", "--reject", "prm_2", "--confirm", pair["id"], "--by", "Ada"]
    assert {one["decision"] for one in desk.json("review", *args)["decided"]} == {"confirmed", "rejected", "same"}
    again = desk.json("review")
    assert (again["waiting"], again["links_waiting"], again["identities_waiting"]) == (0, 0, 0)
    assert {(one.kind, one.by) for one in desk.kept()} == {("link", "Ada"), ("promise", "Ada"), ("same", "Ada")}
    assert "Nothing waits for a look." in desk.text("review")


def test_what_was_answered_stands_beside_what_it_is_about(desk: Desk) -> None:
    desk.json("review", "--confirm", "trl_1", "--by", "Ada")
    (chain,) = desk.json("show", "prm_1111111111111111")["chains"]
    assert [(one["kind"], one["decision"], one["by"]) for one in chain["words"]] == [("link", "confirmed", "Ada")]
    shown = desk.text("show", "prm_1111111111111111")
    assert "judged    link jira:work_item:SCAN-2 confirmed by Ada on " in shown


@pytest.mark.parametrize(("name", "left"), [("trl_1", ["jira:work_item:SCAN-1"]), ("prm_1111111111111111", [])])
def test_slip_is_taken_back_by_the_id_it_was_made_with(desk: Desk, name: str, left: list[str]) -> None:
    desk.json("review", "--confirm", "trl_0", "--confirm", "trl_1", "--reject", "prm_2", "--by", "Ada")
    undone = desk.json("review", "--undo", name, "--by", "Ben")["decided"]
    assert {(one["id"], one["decision"]) for one in undone} == {("prm_1111111111111111", "undone")}
    stands = [one for one in standing(desk.kept()) if one.decision != "undone"]
    assert [one.other for one in stands if one.kind == "link"] == left
    assert [one.subject for one in stands if one.kind == "promise"] == ["prm_2"]
    assert f"link {name}." in desk.json("review", "--undo", name, code=2)["message"]


def test_link_leads_to_what_its_item_may_deliver(desk: Desk) -> None:
    (chain,) = desk.json("show", "trl_1")["chains"]
    assert chain["subject_id"] == "prm_1111111111111111"


def test_one_key_answers_on_a_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = iter("x2y")
    monkeypatch.setattr(click, "getchar", lambda: next(keys))
    monkeypatch.setattr(reviewing, "_is_terminal", lambda: True)
    assert "2 kept" in desk.text("review", "--by", "Ada")
    assert [(one.kind, one.subject, one.decision) for one in desk.kept()] == [
        ("link", "prm_1111111111111111", "confirmed"),
        ("same", "crm:person:3", "same"),
    ]
    assert desk.kept()[0].other == "jira:work_item:SCAN-2"


def test_end_of_what_is_typed_ends_as_q_does_and_says_what_was_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = iter("n")

    def pressed() -> str:
        if (key := next(keys, None)) is None:
            raise EOFError
        return key

    monkeypatch.setattr(click, "getchar", pressed)
    monkeypatch.setattr(reviewing, "_is_terminal", lambda: True)
    assert "1 kept" in desk.text("review", "--by", "Ada")
    assert [one.subject for one in desk.kept()] == ["prm_2"]


def test_last_key_ends_and_none_rejects_every_item(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = iter("xnq")
    monkeypatch.setattr(click, "getchar", lambda: next(keys))
    monkeypatch.setattr(reviewing, "_is_terminal", lambda: True)
    desk.text("review")
    (said,) = desk.kept()
    assert (said.decision, list(items_of(said))) == ("rejected", ["jira:work_item:SCAN-1", "jira:work_item:SCAN-2"])


def test_what_may_take_back_a_promise_is_asked_beside_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = promise("The scanner sync is off", id="prm_3", status="withdrawn", perhaps="prm_1111111111111111")
    with open_warehouse(tmp_path) as warehouse:
        warehouse.replace(Promise, [promise(), back], engagements=[ENG])
        publish(warehouse, tmp_path, run="2")
    keys = iter("m1")
    monkeypatch.setattr(click, "getchar", lambda: next(keys))
    monkeypatch.setattr(reviewing, "_is_terminal", lambda: True)
    shown = " ".join(desk.text("review", "--kind", "promises", "--by", "Ada").split())
    assert f'perhaps takes back (2026-02-24): "{promise().text}"' in shown
    assert "takes it back? n no, m yes, that or another" in shown
    assert [(one.kind, one.subject, one.other) for one in desk.kept()] == [
        ("merge", "prm_3", "prm_1111111111111111")
    ], "y says nothing"


def test_no_more_promises_are_offered_than_one_key_tells_apart(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = promise(id="prm_0", needs_review=True, perhaps="prm_other")
    rows = [promise("Quite another thing", id="prm_other"), *(promise(id=f"prm_like{at}") for at in range(10))]
    with open_warehouse(tmp_path) as warehouse:
        warehouse.replace(Promise, [asked, *rows], engagements=[ENG])
        publish(warehouse, tmp_path, run="2")
    keys = iter("mxq")
    monkeypatch.setattr(click, "getchar", lambda: next(keys))
    monkeypatch.setattr(reviewing, "_is_terminal", lambda: True)
    lines = desk.text("review", "--kind", "promises").splitlines()
    offered = [line.split()[0] for line in lines if line.startswith("  ") and line.split()[0].isdecimal()]
    assert offered == list("123456789")


def test_promise_that_goes_into_two_others_is_refused(desk: Desk) -> None:
    args = ["review", "--merge", "prm_2", "prm_1", "--merge", "prm_2", "prm_3"]
    assert "prm_2 is merged more than once." in desk.text(*args)
    desk.json(*args, code=2)
    assert desk.kept() == []


def test_gaps_are_waived_acknowledged_and_opened_again(desk: Desk) -> None:
    gap = next(gap for gap in desk.json("gaps")["gaps"] if gap["kind"] == "promise_review")["id"]
    desk.json("waive", gap, "--reason", "by phone", "--until", "2026-06-15", "--by", "Ada")
    assert gap not in {one["id"] for one in desk.json("gaps")["gaps"]}
    (waived,) = [one for one in desk.json("gaps", "--waived")["gaps"] if one["id"] == gap]
    assert (waived["state"], waived["judged_by"], waived["waived_until"]) == ("waived", "Ada", "2026-06-15")
    desk.json("acknowledge", gap, "--by", "Ben", code=2)
    assert gap not in {one["id"] for one in desk.json("gaps")["gaps"]}
    desk.json("reopen", gap)
    desk.json("acknowledge", gap, "--reason", "on Monday", "--by", "Ben")
    assert {one["state"] for one in desk.json("gaps")["gaps"] if one["id"] == gap} == {"acknowledged"}
    desk.json("reopen", gap)
    assert {one["state"] for one in desk.json("gaps")["gaps"] if one["id"] == gap} == {"open"}
    desk.json("reopen", gap, code=2)
    desk.json("waive", gap, "--reason", "x", "--until", "2026-01-31", code=2)
    desk.json("waive", gap, "--reason", " ", code=2)
    assert gap in {one["id"] for one in desk.json("gaps")["gaps"]}
    for command in (["waive", "gap_x", "--reason", "x"], ["acknowledge", "gap_x"], ["reopen", "gap_x"]):
        desk.json(*command, code=2)


def test_same_and_different_take_ids_of_people_or_of_their_records(desk: Desk) -> None:
    (pair,) = desk.json("review")["identities"]
    assert (
        desk.json("same", pair["one_entity"], pair["other"], "--reason", "asked her")["decided"][0]["decision"]
        == "same"
    )
    assert desk.json("different", pair["one"], pair["other"])["decided"][0]["decision"] == "different"
    assert [one.reason for one in desk.kept()] == ["asked her", ""]
    desk.json("same", "per_nobody", pair["other"], code=2)


def test_word_that_overturns_anothers_on_the_same_two_says_whose(desk: Desk) -> None:
    pair = "crm:person:3", "hub:person:4"
    assert desk.json("same", *pair, "--by", "Ben")["overturned"] == []
    shown = " ".join(desk.text("different", *pair, "--by", "Cem").split())
    (ben, _cem) = desk.kept()
    assert f"Ben said on {ben.at:%Y-%m-%d} that they are one; that holds no more" in shown
    assert "`atlas-sync same crm:person:3 hub:person:4` says it again" in shown
    assert "said on" not in desk.text("different", *pair, "--by", "Dan")
    told = desk.json("same", *pair, "--by", "Eve")["overturned"]
    assert [(one["by"], one["decision"]) for one in told] == [("Dan", "different")]


def test_same_names_what_it_takes_back_and_how_to_say_it_again(desk: Desk, tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as warehouse:
        warehouse.put([ANNA.model_copy(update={"source": "hub:person:5"})])
        identify(warehouse)
        publish(warehouse, tmp_path, run="2")
    desk.json("different", "hub:person:5", "hub:person:4", "--by", "Ada")
    shown = " ".join(desk.text("same", "crm:person:3", "hub:person:4", "--by", "Ben").split())
    assert "That hub:person:4 and hub:person:5 are two is taken back" in shown
    assert "`atlas-sync different hub:person:4 hub:person:5` says it again" in shown
    assert [(one.by, one.decision) for one in desk.kept()] == [
        ("Ada", "different"),
        ("Ben", "same"),
        ("Ben", "undone"),
    ], "nobody said that the other two are one"
    shown = " ".join(desk.text("different", "hub:person:4", "hub:person:5").split())
    assert "That crm:person:3 and hub:person:4 are one is taken back" in shown
    assert "`atlas-sync same crm:person:3 hub:person:4` says it again" in shown


def test_person_is_shown_with_records_and_why_they_are_one(desk: Desk, tmp_path: Path) -> None:
    again = ANNA.model_copy(update={"source": "hub:person:5"})
    with open_warehouse(tmp_path) as warehouse:
        warehouse.put([again])
        identify(warehouse)
        (anna,) = warehouse.select(Person, email=ANNA.email)
        title = Statement(
            id="stm_1",
            engagement_id=ENG,
            about="person",
            subject_id=anna.id,
            name="title",
            value="CFO",
            source=ANNA.source,
            others=(Saying(source=again.source, value="Head of Finance"),),
        )
        warehouse.replace(Statement, [title], engagements=[ENG])
        warehouse.replace(
            Stakeholder, [person(anna.name, person_id=anna.id, roles=("decision maker",))], engagements=[ENG]
        )
        publish(warehouse, tmp_path, run="2")
    for name in (anna.id, ANNA.source, again.source):
        shown = desk.json("show", name)["identity"]
        assert (shown["entity"]["id"], shown["entity"]["email"]) == (anna.id, ANNA.email)
        assert [(one["source"], one["reason"], one["values"]) for one in shown["records"]] == [
            (ANNA.source, "first seen", {"title": "CFO"}),
            (again.source, "the same e-mail", {"title": "Head of Finance"}),
        ]
        assert [(one["engagement_id"], one["roles"]) for one in shown["parts"]] == [(ENG, ["decision maker"])]
    assert desk.json("show", ENG)["identity"] is None
    assert f"            {anna.id}\n" in desk.text("show", ENG), "to be copied"
    assert "Leave out --as-of." in desk.text("show", anna.id, "--as-of", "2026-06-15")
    text = desk.text("show", anna.id)
    for line in (f"record    {again.source}: the same e-mail", "title Head of Finance", "deal      ", ENG):
        assert line in text


def test_person_is_shown_with_who_may_be_the_same_until_somebody_says(desk: Desk) -> None:
    (pair,) = desk.json("review")["identities"]
    for one, other in ((pair["one"], pair["other"]), (pair["other"], pair["one"])):
        assert f"unsure    {other} Anna Berg: " in desk.text("show", one)
    desk.json("different", pair["one"], pair["other"], "--by", "Ada")
    shown = desk.json("show", pair["one"])["identity"]
    assert ([one["decision"] for one in shown["words"]], shown["unsure"]) == (["different"], [])
    assert f"  judged    same {pair['one']} and {pair['other']} different by Ada" in desk.text("show", pair["one"])


def test_engagement_is_shown_by_its_deal_or_a_part_of_its_name(desk: Desk) -> None:
    for name in (engagement().source, engagement().name[:9].upper()):
        assert desk.json("show", name)["chains"][0]["engagement"]["id"] == ENG
    desk.json("show", "NOPE-1", code=2)


def test_resolved_gap_without_history_is_dated_by_its_end(desk: Desk, tmp_path: Path) -> None:
    (gap,) = [one for one in gaps_of(record(promises=(promise(),))) if one.kind == "promise_missing"]
    closed = gap.model_copy(update={"state": "resolved", "closed_at": RUN + timedelta(days=5)})
    with open_warehouse(tmp_path) as warehouse:
        warehouse.replace(Gap, [closed], engagements=[ENG])
        publish(warehouse, tmp_path, run="2")
    assert "            since 2026-06-20\n" in desk.text("show", gap.id)


def test_nobody_says_anything_without_a_name(desk: Desk) -> None:
    for command in (
        ["same", "crm:person:3", "hub:person:4"],
        ["acknowledge", "gap_1"],
        ["waive", "gap_1", "--reason", "none"],
        ["reopen", "gap_1"],
        ["approve"],
        ["review", "--confirm", "prm_1"],
    ):
        assert "Say who, with --by or ATLAS_BY." in desk.text(*command, "--by", " ")
    assert desk.kept() == []


def test_who_only_looks_needs_no_name(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert desk.json("review")["waiting"]
    assert desk.json("approve", "--log")["approvals"] == []
    assert desk.json("same", "crm:person:3", "hub:person:4", code=2)["error"] == "ConfigError"
    assert desk.json("same", "crm:person:3", "hub:person:4", "--by", "ruth")
