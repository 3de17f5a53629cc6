from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.canonical.document import plain_text
from atlas_sync.coverage.brief import brief_text
from atlas_sync.coverage.items import decision_text, person_text, promise_text
from atlas_sync.coverage.people import is_met, is_named
from atlas_sync.coverage.templates import Texts, our_texts
from tests.coverage.build import SAID, evidence, item, outcome, person, point, promise, record


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Report goes to G. Köhler.", True),
        ("Report goes to Greta Koehler", True),
        ("Ask Frau Köhler", True),
        ("Koehler signs", True),
        ("GRETA KÖHLER signs", True),
        ("koehler bags", False),
        ("Greta signs", False),
        ("H. Brandt signs", False),
        ("", False),
    ],
)
def test_person_is_named_in_the_forms_that_trackers_use(text: str, named: bool) -> None:  # noqa: FBT001 - a table
    assert is_named("Greta Köhler", text) is named


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Kate O'Brien", "Introduce O’Brien to the team"),
        ("Kate O'Brien", "Call K. O'Brien"),
        ("Ann McDonald", "Show McDonald the plan"),
        ("Anneke DeVries", "Ask DeVries"),
        ("Jan van der Pol", "Kick-off with Mr van der Pol"),
        ("Jan van der Pol", "Kick-off with J. Pol"),
        ("Anne-Marie Le Goff", "Mme Le Goff signs"),
    ],
)
def test_names_of_several_parts_and_capitals_are_read(name: str, text: str) -> None:
    assert is_named(name, text)
    assert is_named(name, "", listed=[name, "x"])
    assert not is_named(name, text.lower().replace("mr ", "").replace("j. ", "").replace("k. ", "").replace("mme ", ""))


def test_family_name_of_several_parts_is_known_alone_and_a_number_tells_two_apart() -> None:
    assert is_named("Kate O'Brien", "", listed=["O'Brien"])
    assert not is_named("User 2", "", listed=["User 3"])


def test_short_family_name_needs_a_title_or_an_initial() -> None:
    assert not is_named("Lin Ng", "Ng plan")
    assert is_named("Lin Ng", "call Ms. Ng")
    assert is_named("Lin Ng", "call L. Ng")


@pytest.mark.parametrize("listed", ["Greta", "koehler", "Greta Köhler"])
def test_listed_person_counts_by_any_of_their_names(listed: str) -> None:
    assert is_named("Greta Koehler", "", listed=[listed])
    assert not is_named("Greta Koehler", "", listed=["Gret", "", "Thomas Koehler"])


def test_listed_person_counts_by_a_short_name() -> None:
    assert is_named("Robert Lee", "", listed=["Bob Lee"])
    assert not is_named("Robert Lee", "", listed=["Tom Lee", "Bob Li"])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Robert Lee", "Budget: Bob Lee"),
        ("Bob Lee", "Robert Lee approves"),
        ("William Lee", "ask Will Lee"),
        ("Elizabeth Fox", "Liz Fox signs off"),
        ("Jean-Pierre Roy", "Budget: JP Roy"),
        ("Jean-Pierre Roy", "Budget: J.-P. Roy"),
        ("Jean-Pierre Roy", "ask Pierre Roy"),
        ("Kai Uwe Reh", "Protokoll K. U. Reh"),
        ("Bauamtsleiter Ernst Ohm", "Abnahme E. Ohm"),
        ("Corneel Lambrechts", "validé par Thibaut et Corneel L."),
        ("Jan de Jong", "Vraag De Jong"),
        ("Amy Field", "A. Field signs"),
    ],
)
def test_given_name_may_be_short_or_initials(name: str, text: str) -> None:
    assert is_named(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Claudia Weber", "Lead: Thomas Weber"),
        ("Claudia Weber", "Lead: Bob Weber"),
        ("Claudia Weber", "Thomas Weber leads"),
        ("Claudia Weber", "layout by Wojciech Weber"),
        ("Claudia Weber", "podpis T. Weber"),
        ("Morgane Le Bihan", "test on the parc of Yannick Le Bihan"),
        ("Amy Field", "Field crew: Sam"),
        ("Amy Field", "A Field crew installs a field router"),
        ("Linda Price", "Price list"),
        ("Mark Summer", "mark summer items"),
        ("Sam Field", "Sample Field data"),
        ("Theodor Field", "The Field crew"),
        ("Robert Lee", "Tom Lee"),
        ("Jan de Jong", "Jong team"),
    ],
)
def test_name_of_another_or_a_word_is_nobody(name: str, text: str) -> None:
    assert not is_named(name, text)


@pytest.mark.parametrize(
    "text",
    [
        "Abstimmung mit Architekt Weber",
        "approved by Director Weber",
        "approved by CFO Weber",
        "M. Weber valide",
        "Freigabe Weber",
        "Ask Weber",
        "Mark Weber as informed",
        "Claudia and Thomas Weber",
        "Lead: Thomas Weber; sponsor: Weber",
    ],
)
def test_what_stands_before_a_family_name_need_not_be_the_name_of_another(text: str) -> None:
    assert is_named("Claudia Weber", text)


def test_family_name_that_is_counted_is_no_name() -> None:
    assert not is_named("Rui Dias", "Prazo: 30 Dias")
    assert is_named("Rui Dias", "30 Dias, diz Rui Dias")
    assert is_named("Rui Dias", "Prazo com Dias")


def test_single_name_and_no_name_are_no_trouble() -> None:
    assert is_named("Tomke", "Tomke does it")
    assert not is_named("Tomke", "tomke")
    assert not is_named("", "anything", listed=[""])


def test_person_is_met_by_assignment_or_mention_and_not_by_what_was_dropped() -> None:
    known = person()
    assert is_met(known, record(items=(item(text="Check wording w/ G. Koehler"),)))
    assert is_met(known, record(items=(item(assignee="Greta Koehler"),)))
    assert is_met(person(in_delivery=("SCAN-1",)), record(items=(item(),)))
    assert not is_met(known, record(items=(item(text="Greta Koehler", state="dropped"),)))
    assert not is_met(known, record(items=(item(),)))


@pytest.mark.parametrize(
    ("items", "is_known"),
    [
        ((("SCAN-1", "atlas-brief", "to_do"),), False),
        ((("SCAN-1", "atlas-brief", "to_do"), ("SCAN-2", "atlas-greta", "to_do")), True),
        ((("SCAN-1", "atlas-brief", "to_do"), ("SCAN-2", "atlas-greta", "dropped")), True),
        ((("SCAN-1", "atlas-brief", "to_do"), ("SCAN-3", None, "to_do")), True),
    ],
    ids=["our brief alone", "their item too", "their item, which a person dropped", "an item of others"],
)
def test_our_brief_counts_for_nobody_whose_own_item_is_still_to_be_made(
    items: tuple[tuple[str, str | None, str], ...], *, is_known: bool
) -> None:
    greta = person(in_delivery=tuple(key for key, _marker, _state in items))
    there = tuple(
        item(id=key, key=key, marker=marker, state=state, text="Greta Koehler decides") for key, marker, state in items
    )
    made = record(items=there)
    assert is_met(greta, made)
    assert is_met(greta, replace(made, introducing={greta.id: "atlas-greta"})) == is_known


@pytest.mark.parametrize(
    ("name", "text", "assignee", "met"),
    [
        ("greta", "Greta tests it", None, False),
        ("Greta", "Ask Greta Brandt", None, False),
        ("Greta", "", "Greta", True),
        ("Köhler", "Köhler tests it", None, True),
        ("Greta Köhler", "Frau Köhler tests it", None, True),
    ],
)
def test_given_name_alone_is_anybodys_in_a_text(name: str, text: str, assignee: str | None, *, met: bool) -> None:
    known = person().model_copy(update={"name": name})
    assert is_met(known, record(items=(item(text=text, assignee=assignee),))) is met


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ("People\nGreta Koehler, Head of yard: decision maker", True),
        ("* Greta Koehler: skeptic — “the map was fiction” (Hana Vrba, call, 24 Feb 2026)", True),
        ("Record: sta_1", True),
        (
            "“It is live by 14 August” by Hana Vrba, to Greta Koehler, due 14 Aug 2026 (Hana Vrba, call, 24 Feb 2026)",
            False,
        ),
        ("340 re-scans in one shift\nGreta Koehler, call, 24 Feb 2026", False),
        ("Promised by Hana Vrba to Greta Koehler on 24 Feb 2026.\nDone when Greta Koehler has it.", False),
        ("At Pellworth it is decided by Greta Koehler. No day is known.", False),
        ("- 24 Feb 2026, call: with Greta Koehler", False),
        ("- “we sign”: perhaps SCAN-2; but Greta Koehler", False),
        ("- In: a day with Greta Koehler (Hana Vrba, call, 24 Feb 2026)", False),
        ("The deal\n- Koehler yard for Koehler GmbH\n- Sold by Hana Vrba, agreed on 1 Jun 2026.", False),
        ("Record: prm_1\n\nGreta Koehler, she decides.", True),
        ("1. Greta Koehler, COO", True),
        ("People\n- Greta Koehler：COO", True),
        ("People\n- Koehler, Greta: sponsor", True),
        ("People\n- Tom Weiss, CEO Koehler GmbH: sponsor", False),
        ("People\n- Wiebke Koehler: sponsor\n- Koehler: sponsor", False),
        ("Greta Koehler, our COO, signs.\nHana Vrba, 24 Feb 2026", False),
        ("Promise: a report\nGreta Koehler: receives it\nRecord: prm_1", False),
        ("Zugesagt von Hana Vrba an Greta Koehler am 24 Feb 2026.\nRecord: prm_1", False),
    ],
)
def test_item_of_ours_introduces_whom_it_lists(text: str, *, is_known: bool) -> None:
    assert is_met(person(), record(items=(item(marker="atlas-1", text=text),))) is is_known
    assert is_met(person(), record(items=(item(text=text),))) is ("oehler" in text)
    assert is_met(person(), record(items=(item(marker="atlas-1", assignee="Greta Koehler"),)))


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ("People\n- Greta: sponsor", True),
        ("People\n- Greta Brandt: sponsor", False),
        ("Ask Greta", False),
        ("It hurts.\nGreta, call, 24 Feb 2026", False),
    ],
)
def test_given_name_alone_counts_where_we_list_it(text: str, *, is_known: bool) -> None:
    greta = person().model_copy(update={"name": "Greta"})
    assert is_met(greta, record(items=(item(marker="atlas-1", text=text),))) is is_known


@pytest.mark.parametrize("name", ["王小明", "KOEHLER", "koehler", "Björk", "Robert “Bob” Smith", "Greta — Koehler"])
def test_whoever_the_brief_lists_is_met_however_their_name_is_written(name: str) -> None:
    listed = person(name, evidence=evidence("we sign when it works"))
    _title, body = brief_text(record(stakeholders=(listed,)), "internal", our_texts())
    assert is_met(listed, record(items=(item(marker="atlas-1", text=plain_text(body)),)))


_OWN = Texts({"promise": "Zugesagt: {{ said }}\nZugesagt von {{ by }} an {{ to }} am {{ on }}.\n{{ quote }}\n"})


@pytest.mark.parametrize(
    ("line", "is_known"),
    [
        ("Contact on site: Greta Koehler, she decides.", True),
        ("Agreed with Frau Koehler on the phone.", True),
        ("- Ask Greta Koehler (COO) before go-live", True),
        ("Decision maker: Greta Koehler", True),
        ("Talked to Greta Koehler (call, 24 Feb 2026)", True),
        ("* Ms Koehler: decision maker", True),
        ("Ask Greta", False),
        ("Ask Thomas Koehler", False),
        ("Zugesagt von Hana Vrba an Greta Koehler am 25 Feb 2026, siehe Mail.", False),
        ("Greta Koehler names the gates", False),
        ("Hana Vrba an Greta Koehler", False),
        ("Zugesagt von Hana Vrba an Greta Koehler", False),
        ("[ ] call Greta Koehler", True),
    ],
)
@pytest.mark.parametrize("texts", [our_texts(), _OWN], ids=["ours", "their own"])
def test_what_people_add_to_an_item_of_ours_introduces_whom_it_names(
    line: str, texts: Texts, *, is_known: bool
) -> None:
    asked = promise("Greta Koehler names the gate", promised_by="Hana Vrba", promised_to="Greta Koehler")
    title, body = promise_text(asked, record(), "internal", texts)
    text = plain_text(body)
    if texts is not _OWN:
        line = line.replace("Zugesagt von", "Promised by").replace(" an ", " to ").replace(" am ", " on ")
    edited = item(marker="atlas-1", summary=title, text=text.replace("\n", f"\n{line}\n", 1))
    made = record(items=(edited,), written={"atlas-1": f"{title}\n{text}"})
    assert is_met(person(), made) is is_known
    assert not is_met(person(), replace(made, items=(item(marker="atlas-1", summary=title, text=text),)))
    assert not is_met(person(), replace(made, written={}))


@pytest.mark.parametrize(("summary", "is_known"), [("Call Greta Koehler", True), ("Decide: ask Greta Koehler", False)])
def test_title_that_a_person_gave_an_item_of_ours_introduces_whom_it_names(summary: str, *, is_known: bool) -> None:
    renamed = item(marker="atlas-1", summary=summary)
    assert is_met(person(), record(items=(renamed,), written={"atlas-1": "Decide: ask Greta Koehler\n"})) is is_known


@pytest.mark.parametrize("kind", ["timeline", "deliverable", "price", "resource", "quality", "communication"])
@pytest.mark.parametrize(
    "due", [{}, {"due_text": "when Greta is back"}, {"due_date": SAID.date(), "due_text": "as Greta says"}]
)
def test_what_we_write_introduces_nobody_who_only_said_something_or_was_promised_it(
    kind: str, due: dict[str, object]
) -> None:
    theirs = evidence("Greta Koehler names the gate", speaker="Greta Koehler", side="customer")
    asked = promise(theirs.quote, kind=kind, promised_by="Hana Vrba", promised_to="Greta Koehler", **due)
    tom = person("Tom Weiss", id="sta_2", stance="skeptic", evidence=theirs)
    left_open = point(theirs.quote, kind="vague", evidence=theirs)
    made = record(
        promises=(asked,), outcomes=(outcome(theirs.quote, evidence=theirs),), scope=(left_open,), stakeholders=(tom,)
    )
    decided = replace(made, stakeholders=(person(),))
    texts = our_texts()
    written = (
        brief_text(made, "internal", texts),
        promise_text(asked, made, "internal", texts),
        decision_text(left_open, decided, "internal", texts, by=None),
        person_text(tom, made, texts),
    )
    items = [item(marker="atlas-1", summary=title, text=plain_text(body)) for title, body in written]
    said = {"atlas-1": "\n".join(f"{one.summary}\n{one.text}" for one in items)}
    assert [one.summary for one in items if is_met(person(), record(items=(one,), written=said))] == []
    assert is_met(tom, record(items=items[:1]))


def test_person_who_watches_the_brief_is_met() -> None:
    greta = person()
    assert not is_met(greta, record(items=()))
    assert is_met(greta, replace(record(items=()), watching=frozenset({greta.person_id})))


@pytest.mark.contracts
def test_people_of_the_labelled_trackers_are_told_present_or_absent(shared: Path) -> None:
    right = total = 0
    for line in (shared / "eval" / "engagements_dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for one in row["gold"]["stakeholders"]:
            present = any(
                is_named(
                    one["name"],
                    f"{issue['summary']} {issue['description'] or ''}",
                    listed=[*issue["people"], issue["assignee"] or ""],
                )
                for issue in row["issues"]
            )
            right += present == one["present"]
            total += 1
    assert total > 40
    assert right / total >= 0.95


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=200), st.lists(st.text(max_size=20), max_size=3))
def test_any_name_in_any_text_is_answered(name: str, text: str, listed: list[str]) -> None:
    assert is_named(name, text, listed=listed) in {True, False}
