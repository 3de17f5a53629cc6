from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_sync.coverage import trace
from atlas_sync.coverage.decision import LO, Bounds, Fit, Match, Setting, any_of, decide, usual_of, weigh, with_leads
from atlas_sync.coverage.passages import best_part, parts_of, passages_of
from tests.coverage.build import item, point, promise

BOUNDS = Bounds(
    agreement=1.0,
    words=0.0,
    slope=1.0,
    shift=0.0,
    size=0.0,
    usual=0.0,
    facts=0.5,
    dropped=0.0,
    cover=0.9,
    least=0.0,
    missing=0.2,
    faint=-100.0,
    departs=-1.0,
    departing=0.0,
    fitting=0.0,
    agrees=0.5,
    lacks=-1.0,
    keeping=0.0,
    kept=0.4,
)
SAID = "Scanner sync is live by 14 August"


class Fixed:
    """A matcher that holds a score for each passage that contains a word; all depart as likely."""

    def __init__(
        self, scores: dict[str, float], bounds: Bounds = BOUNDS, version: str = "one", *, departs: float | None = 0.0
    ) -> None:
        self.bounds = bounds
        self.version = self.reads = version
        self._scores = scores
        self._departs = departs

    def matches(self, texts: Sequence[str], passages: Sequence[str], **_closely: object) -> list[list[Match]]:
        row = [
            Match(max((score for word, score in self._scores.items() if word in passage), default=-9.0), self._departs)
            for passage in passages
        ]
        return [row for _text in texts]


def test_sure_match_with_nothing_against_it_covers_and_says_why() -> None:
    (link,) = trace([promise(SAID)], [item(), item("SCAN-2", "Sync live 14 Aug")], matcher=Fixed({"Sync": 5.0}))
    assert (link.status, link.work_item_key, link.how) == ("covered", "SCAN-2", "reads as the same")
    assert link.score > 0.9
    assert "SCAN-2 says “Sync live 14 Aug”" in link.reasons
    assert "both say 14 August (SCAN-2: 14 Aug)" in link.reasons


@pytest.mark.parametrize(
    ("said", "other", "status"),
    [
        ("North opens on 2 March, south on 30 June", "South opens 15 August", "review"),
        ("North opens on 2 March, south on 30 June", "South opens 30 June", "covered"),
        ("North opens on 2 March instead of 30 June", "South", "covered"),
        ("North is closed from 27 February to 2 March", "South", "covered"),
        ("North opens on 2 March, not before 27 February", "South", "covered"),
    ],
)
def test_day_of_several_that_no_near_item_holds_goes_to_a_person(said: str, other: str, status: str) -> None:
    items = [item("SCAN-1", "North 2 March"), item("SCAN-2", other)]
    bounds = replace(BOUNDS, lacks=0.0)
    links = trace([promise(said)], items, matcher=Fixed({"North": 9.0, "South": 1.0}, bounds))
    assert (links[0].work_item_key, links[0].status) == ("SCAN-1", status)


@pytest.mark.parametrize(
    ("summary", "due"),
    [
        ("Sync live 2 September", None),
        ("Sync live 14 August", date(2026, 9, 1)),
        ("Sync live 14 August, only dock one", None),
    ],
)
def test_sure_match_with_anything_against_it_goes_to_a_person(summary: str, due: date | None) -> None:
    said = promise(SAID, due_date=date(2026, 8, 14))
    links = trace([said], [item(summary=summary, due=due)], matcher=Fixed({"Sync": 9.0}, departs=-9.0))
    assert links[0].status == "review"


@pytest.mark.parametrize(
    ("below", "above", "status", "is_told"),
    [
        ({}, {}, "review", True),
        ({"parent": "SCAN-9"}, {}, "review", True),
        ({}, {"summary": "Phase two"}, "covered", True),
        ({}, {"due": date(2026, 8, 14)}, "covered", False),
        ({}, {"due": None}, "covered", False),
        ({}, {"state": "done"}, "covered", False),
        ({"due": date(2026, 8, 10)}, {}, "covered", False),
        ({"text": "by 10 August"}, {}, "covered", False),
        ({"state": "done"}, {}, "covered", False),
        ({"parent": "jira:work_item:SCAN-8"}, {}, "covered", False),
    ],
)
def test_item_without_a_day_below_work_on_the_same_that_ends_too_late_goes_to_a_person(
    below: dict[str, object],
    above: dict[str, object],
    status: str,
    is_told: bool,  # noqa: FBT001 - a table
) -> None:
    epic = item("SCAN-9", **{"summary": "Sync", "due": date(2026, 9, 30), **above})
    story = item(**{"summary": "Scanner live", "parent": epic.source, **below})
    (link, *_others) = trace(
        [promise("Scanner sync live", due_date=date(2026, 8, 14))],
        [epic, story],
        matcher=Fixed({"Scanner": 9.0}, replace(BOUNDS, lacks=0.0)),
    )
    told = "SCAN-1 has no day, and SCAN-9 above it is due 30 Sep 2026, agreed was 14 Aug 2026"
    assert (link.work_item_key, link.status, link.contradictions) == ("SCAN-1", status, ())
    assert (told in link.leaves_open) is is_told


@pytest.mark.parametrize(
    ("summary", "departs", "status"),
    [
        ("Sync live", 0.0, "review"),
        ("Sync live", -1.0, "covered"),
        ("Sync live 14 August", 0.0, "covered"),
        ("Sync live 14 August", 1.5, "review"),
    ],
)
def test_fact_that_is_left_out_counts_against_an_item_and_one_that_agrees_for_it(
    summary: str, departs: float, status: str
) -> None:
    links = trace([promise(SAID)], [item(summary=summary)], matcher=Fixed({"Sync": 9.0}, departs=departs))
    assert links[0].status == status
    assert ("does not mention 14 August" in links[0].leaves_open) is (summary == "Sync live")


def test_sure_match_that_seems_to_say_something_else_goes_to_a_person_who_is_told() -> None:
    said, made, doubt = [promise("Sync")], [item(summary="Sync")], "SCAN-1 may say something else than was said"
    (sure,) = trace(said, made, matcher=Fixed({"Sync": 9.0}, departs=0.0))
    (asked,) = trace(said, made, matcher=Fixed({"Sync": 9.0}, departs=0.5))
    (unread,) = trace(said, made, matcher=Fixed({"Sync": 9.0}, departs=None))
    assert [one.status for one in (sure, asked, unread)] == ["covered", "review", "review"]
    assert [doubt in one.leaves_open for one in (sure, asked, unread)] == [False, True, False]


def test_item_that_seems_to_depart_says_little_where_all_do() -> None:
    bounds = replace(BOUNDS, departing=1.0)
    fit = Fit(9.0, 0.0, learned=9.0, departs=2.0)
    assert decide([fit], bounds)[0] == "review"
    assert decide([fit], bounds, Setting(departing=2.0))[0] == "covered"
    # It is the only promise, so what it does is usual: no doubt is told where none decides.
    (link,) = trace([promise("Sync")], [item(summary="Sync")], matcher=Fixed({"Sync": 9.0}, bounds, departs=2.0))
    assert link.status == "covered"
    assert not any("something else" in reason for reason in link.leaves_open)
    assert usual_of([[Match(1.0, -2.0), Match(3.0, 1.0)], [Match(2.0, 5.0)], [Match(7.0, None)]]) == Setting(
        usual=3.0, departing=3.0
    )
    assert usual_of([]) == Setting()
    assert usual_of([[Match(-3.0)], [Match(-7.0)]]) == Setting()


def test_item_that_fits_hardly_covers_nothing_however_badly_all_others_fit() -> None:
    bounds = replace(BOUNDS, usual=-1.0, least=3.0, faint=-4.0)
    lowest = Setting(usual=-9.0)
    answers = [decide([Fit(score, 0.0, learned=score, departs=-9.0)], bounds, lowest)[0] for score in (4.0, 2.0, -5.0)]
    assert answers == ["covered", "review", "missing"]


def test_item_fits_as_well_as_its_best_passage() -> None:
    long = item(summary="Rollout", text="\n".join([*["Order the docks, one after the other"] * 20, "Sync is last"]))
    assert len(passages_of(long, {})) > 1
    assert trace([promise("Sync")], [long], matcher=Fixed({"Sync": 9.0}))[0].status == "covered"


def test_middling_match_goes_to_a_person_and_low_one_is_missing() -> None:
    assert trace([promise("x")], [item(summary="Sync")], matcher=Fixed({"Sync": 0.0}))[0].status == "review"
    assert trace([promise("x")], [item(summary="Sync")], matcher=Fixed({"Sync": -3.0}))[0].status == "missing"
    assert trace([promise("x")], [], matcher=Fixed({}))[0].status == "missing"


@pytest.mark.parametrize(
    ("said", "summary", "status"),
    [
        ("We'll add a transfer button for the ward clerks", "Transfer button", "review"),
        ("We'll add transfer buttons on every ward", "Transfer button", "review"),
        ("Wir bauen das Sturzregister Station für Sie", "Sturzregister Station", "review"),
        ("We transfer the data, and add a button", "Transfer button", "missing"),
        ("We'll add a transfer button", "Transfer button colours", "missing"),
        ("The training is on us", "Training", "missing"),
        ("We come for phase 2", "Phase 2", "missing"),
    ],
)
def test_promise_that_names_an_item_by_its_whole_title_is_not_missing(said: str, summary: str, status: str) -> None:
    items = [item("A-1", "Alpha"), item("A-2", summary)]
    links = trace([promise(said)], items, matcher=Fixed({"Alpha": -7.0}))
    assert (links[0].status, links[0].work_item_key) == (status, "A-2" if status == "review" else None)


def test_item_that_is_named_comes_first_where_nothing_else_covers_and_dropped_it_is_named_as_dropped() -> None:
    said, named = [promise("A transfer button")], item("A-2", "Transfer button")
    first = trace(said, [item("A-1", "Alpha"), named], matcher=Fixed({"Alpha": 9.0}))[0]
    assert (first.status, first.work_item_key) == ("covered", "A-1")
    gone = named.model_copy(update={"state": "dropped", "status": "Won't Do"})
    (link,) = trace(said, [item("A-1", "Alpha"), gone], matcher=Fixed({"Alpha": -7.0}))
    assert (link.status, link.work_item_key) == ("missing", "A-2")


@pytest.mark.parametrize(("count", "status"), [(3, "review"), (4, "missing")])
def test_title_that_stands_in_many_promises_names_none_of_them(count: int, status: str) -> None:
    said = [promise(f"We report {at} after the user training", id=f"prm_{at}") for at in range(count)]
    links = trace(said, [item(summary="User training")], matcher=Fixed({}))
    assert {link.status for link in links} == {status}


def test_dropped_item_never_covers_and_is_named_where_nothing_else_fits() -> None:
    dropped = item(summary="Sync", state="dropped", status="Cancelled")
    (link,) = trace([promise("x")], [item("SCAN-2"), dropped], matcher=Fixed({"Sync": 9.0}))
    assert (link.status, link.work_item_key) == ("missing", "SCAN-1")
    assert link.contradictions == ("SCAN-1 was dropped (Cancelled)",)


def test_scope_point_is_never_covered_by_likeness() -> None:
    links = trace([point("Sync")], [item(summary="Sync")], matcher=Fixed({"Sync": 9.0}))
    assert links[0].status == "review"


def test_best_of_several_passages_counts() -> None:
    long = item(
        text="\n".join(["Nothing of interest is written in this line of the description. " * 3, "Sync goes live."] * 2)
    )
    assert len(passages_of(long, {})) > 1
    assert trace([promise("x")], [long], matcher=Fixed({"Sync": 5.0}))[0].status == "covered"


def test_longer_list_of_candidates_asks_for_more() -> None:
    bounds = replace(BOUNDS, size=1.0)
    fit = Fit(4.0, 0.0, learned=4.0, departs=0.0)
    assert decide([fit], bounds)[0] == "covered"
    assert decide([fit, *[Fit(-9.0, 0.0, learned=-9.0)] * 49], bounds)[0] == "review"


def test_items_that_have_nothing_to_do_with_it_make_nothing_missing() -> None:
    bounds = replace(BOUNDS, size=1.5)
    unlike, own = [Fit(-9.0, 0.0, learned=-9.0)], Fit(3.5, 0.0, learned=3.5)
    answers = [decide([own, *unlike * count], bounds)[0] for count in (0, 5, 15, 30, 3000)]
    assert answers == ["review"] * 5
    assert {decide(unlike * count, bounds)[0] for count in (1, 16, 3000)} == {"missing"}


def test_items_without_words_change_nothing() -> None:
    bounds = replace(BOUNDS, size=1.0)
    blank = [item(f"SCAN-{at}", summary=" ", text="...") for at in range(2, 90)]
    said, matcher = [promise("Sync")], Fixed({"Sync": 4.0}, bounds)
    assert trace(said, [item(summary="Sync"), *blank], matcher=matcher) == trace(
        said, [item(summary="Sync")], matcher=matcher
    )


@pytest.mark.parametrize(
    ("summary", "text", "status"),
    [
        (SAID, "", "covered"),
        (SAID.upper(), SAID, "covered"),
        ("From the handover", f"* {SAID}.", "covered"),
        ("Scanner sync live", f"As promised: “{SAID}”", "covered"),
        ("Scanner", f"{SAID}\nParked", "review"),
        (f"~~{SAID}~~", "", "review"),
        (f"-{SAID}-", "", "review"),
        (f"{SAID}?", "", "review"),
        (f"Not: {SAID}", "", "review"),
        ("From the handover", f"{SAID}. Declined by Anna", "review"),
        (SAID, "Due 2 September", "review"),
    ],
)
def test_item_that_says_the_very_words_and_nothing_else_departs_from_nothing(
    summary: str, text: str, status: str
) -> None:
    (link, *_rest) = trace([promise(SAID)], [item(summary=summary, text=text)], matcher=Fixed({"": 9.0}, departs=9.0))
    assert link.status == status
    assert ("SCAN-1 may say something else than was said" in link.leaves_open) is (status == "review")


def test_low_score_says_little_where_all_scores_are_low() -> None:
    bounds = replace(BOUNDS, usual=-1.0)
    assert decide([Fit(-3.0, 0.0, learned=-3.0)], bounds, Setting(usual=4.0))[0] == "missing"
    assert decide([Fit(-3.0, 0.0, learned=-3.0)], bounds, Setting(usual=-3.0))[0] == "review"


def test_what_is_usual_is_the_middle_of_all_promises_also_of_those_with_an_item_of_ours() -> None:
    matcher = ByText({("crane", "Alpha"): 1.0, ("gates", "Beta"): 1.5, ("fence", "Beta"): 9.0, ("roof", "Beta"): 8.0})
    matcher.bounds = replace(BOUNDS, usual=-1.0)
    items = [item("A-1", "Alpha"), item("A-2", "Beta")]
    said = [promise(word, id=f"prm_{word}") for word in ("crane", "gates", "fence", "roof")]
    high = trace(said[:1] + said[2:], items, matcher=matcher)
    assert high[0].status == "missing"
    low = trace(said[:2], items, matcher=matcher)
    assert low[0].status == "review"
    ours = item("A-3", "made for it", marker="mark")
    marked = trace(said[:1] + said[2:], [*items, ours], markers={"mark": "prm_fence"}, matcher=matcher)
    assert marked[0] == high[0]


def test_without_a_matcher_nothing_is_covered() -> None:
    assert decide([Fit(1.0, 1.0)], None) == ("review", 1.0)
    assert decide([Fit(LO - 0.01, 0.0)], None)[0] == "missing"
    assert decide([], BOUNDS) == ("missing", 0.0)


def test_agreement_on_facts_adds_up_to_a_limit() -> None:
    assert weigh(1.0, 0.5, (), BOUNDS) == 1.0


def test_dropped_item_that_fits_better_speaks_against_the_living_ones() -> None:
    bounds = replace(BOUNDS, dropped=-1.0)
    fit = Fit(0.0, 0.0, learned=0.0)
    assert decide([fit], bounds, Setting(dropped=-1.0))[0] == "review"
    assert decide([fit], bounds, Setting(dropped=3.0))[0] == "missing"


def test_dropped_item_that_fits_better_is_named_where_nothing_living_is_left() -> None:
    matcher = ByText({("crane", "Alpha"): 0.0, ("crane", "Beta"): 5.0})
    items = [item("A-1", "Alpha"), item("A-2", "Beta", state="dropped", status="Cancelled")]
    assert trace([promise("crane")], items, matcher=matcher)[0].status == "review"
    matcher.bounds = replace(BOUNDS, dropped=-1.0)
    (link,) = trace([promise("crane")], items, matcher=matcher)
    assert (link.status, link.work_item_key) == ("missing", "A-2")


def test_scope_points_do_not_tell_what_is_usual_for_promises() -> None:
    matcher = ByText({("crane", "Alpha"): 1.0, ("gates", "Alpha"): 6.0, ("roof", "Alpha"): 6.0})
    matcher.bounds = replace(BOUNDS, usual=-1.0)
    said = [promise("crane"), point("gates", id="scp_1"), point("roof", id="scp_2")]
    assert trace(said, [item("A-1", "Alpha")], matcher=matcher)[0].status == "review"


def test_several_that_come_near_count_more_than_one() -> None:
    assert any_of([1.0]) == 1.0
    assert any_of([1.0, -50.0]) == pytest.approx(1.0)
    assert 1.0 < any_of([1.0, 0.5]) < any_of([1.0, 1.0])


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9), st.integers(0, 10_000), st.floats(-1e6, 1e6))
def test_probability_stays_one(scores: list[float], candidates: int, usual: float) -> None:
    fits = [Fit(0.0, 0.0, learned=score) for score in scores]
    assert 0 <= replace(BOUNDS, usual=-1.0).probability(fits, candidates, Setting(usual)) <= 1


def test_item_is_cut_into_summary_sentences_and_lines() -> None:
    made = item(summary="Scanners", text="* order 160\n- ship. Then install; test\n\n")
    assert parts_of(made) == ["Scanners", "order 160", "ship.", "Then install", "test"]
    assert best_part("we install them", made) == "Then install"
    assert best_part("nothing shared", made) == "Scanners"
    assert best_part("x", item(summary="")) == ""


def test_terse_item_is_read_with_the_one_above_it() -> None:
    above = item("SCAN-9", "Yard scanner rollout")
    below = item(summary="Dock 3", parent="SCAN-9")
    assert passages_of(below, {"SCAN-9": above}) == ["Dock 3. (Yard scanner rollout)"]
    assert passages_of(below, {}) == ["Dock 3."]


@pytest.mark.parametrize("parent", ["SCAN-9", "jira:work_item:9"], ids=["by key", "by source"])
def test_item_above_is_found_by_its_key_and_by_its_source(parent: str) -> None:
    """`cover` names it by the key, sync by the source."""
    above = item("SCAN-9", "Yard scanner rollout").model_copy(update={"source": "jira:work_item:9"})
    below = item("SCAN-1", "Dock 3", parent=parent)
    read: list[str] = []

    class Reading(Fixed):
        def matches(self, texts: Sequence[str], passages: Sequence[str], **closely: object) -> list[list[Match]]:
            read.extend(passages)
            return super().matches(texts, passages, **closely)

    trace([promise("Scanners on dock 3")], [above, below], matcher=Reading({}))
    assert read == ["Yard scanner rollout.", "Dock 3. (Yard scanner rollout)"]


@given(st.text(max_size=400), st.text(max_size=3000))
def test_any_item_has_a_passage(summary: str, text: str) -> None:
    assert passages_of(item(summary=summary, text=text), {})


class ByText(Fixed):
    """A matcher that holds a score for each pair of a word of what was said and a word of the passage."""

    def __init__(self, pairs: dict[tuple[str, str], float]) -> None:
        super().__init__({})
        self._pairs = pairs

    def matches(self, texts: Sequence[str], passages: Sequence[str]) -> list[list[Match]]:
        return [
            [
                Match(
                    max(
                        (score for (said, word), score in self._pairs.items() if said in text and word in passage),
                        default=-9.0,
                    ),
                    departs=0.0,
                )
                for passage in passages
            ]
            for text in texts
        ]


def test_item_that_fits_another_promise_better_comes_later() -> None:
    items = [item("A-1", "Alpha"), item("A-2", "Beta")]
    cranes, gates = promise("cranes", id="prm_1111111111111111"), promise("gates", id="prm_2")
    matcher = ByText(
        {("cranes", "Alpha"): 2.0, ("gates", "Alpha"): 5.0, ("cranes", "Beta"): 1.5, ("gates", "Beta"): -2.0}
    )
    links = [link for link in trace([cranes, gates], items, matcher=matcher) if link.rank == 0]
    assert [link.work_item_key for link in links] == ["A-2", "A-1"]
    alone = trace([cranes], items, matcher=matcher)
    assert alone[0].work_item_key == "A-1"


def test_scope_point_shares_its_item_with_the_promise_that_says_the_same() -> None:
    items = [item("A-1", "Alpha")]
    matcher = ByText({("cranes", "Alpha"): 1.0, ("gates", "Alpha"): 9.0})
    links = trace([promise("gates"), point("cranes")], items, matcher=matcher)
    assert [(link.status, link.work_item_key) for link in links] == [("covered", "A-1"), ("review", "A-1")]


@pytest.mark.parametrize(
    ("summary", "text", "score", "how"),
    [
        ("Alpha", "", 5.0, "similar words"),
        ("Alpha", "", 6.0, "reads as the same"),
        ("Alpha", "Cranes", 5.0, "reads as the same"),
        ("Alpha", "10 working days", 5.0, "similar words"),
        ("Alpha", "Cranes: 10 working days", 5.0, "reads as the same"),
    ],
)
def test_item_with_no_word_in_common_but_units_is_held_against_a_promise_only_where_it_fits_far_better(
    summary: str, text: str, score: float, how: str
) -> None:
    said = promise("The cranes are back within 5 working days", due_date=date(2026, 5, 20))
    made = item(summary=summary, text=text, due=date(2026, 10, 30))
    (link,) = trace([said], [made], matcher=Fixed({"Alpha": score}, replace(BOUNDS, least=3.0)))
    assert (link.status, link.how) == ("review", how)
    assert link.contradictions


@pytest.mark.parametrize(
    ("text", "other", "status"), [("", 5.0, "review"), ("", 3.5, "missing"), ("Cranes", 5.0, "missing")]
)
def test_dropped_item_with_no_word_in_common_that_fits_another_promise_far_better_is_for_a_person(
    text: str, other: float, status: str
) -> None:
    matcher = ByText({("cranes", "Alpha"): 1.0, ("gates", "Alpha"): other})
    matcher.bounds = replace(BOUNDS, least=3.0)
    dropped = item("A-1", "Alpha", text=text, state="dropped", status="Cancelled")
    link = trace([promise("We paint the cranes"), promise("The gates", id="prm_2")], [dropped], matcher=matcher)[0]
    assert (link.status, link.work_item_key) == (status, "A-1")
    assert link.contradictions == ("A-1 was dropped (Cancelled)",)


def test_leads_are_differences_and_two_that_fit_alike_lead_by_nothing() -> None:
    rows = with_leads([[Fit(3.0, 0.0), Fit(1.0, 0.0)], [Fit(1.0, 0.0), Fit(1.0, 0.0)]])
    assert [[fit.lead for fit in row] for row in rows] == [[2.0, 0.0], [-2.0, 0.0]]
    assert rows[0][0].crowd == rows[1][0].crowd == pytest.approx(any_of([3.0, 1.0], 1.5))
    assert rows[0][1].rank == pytest.approx(1.0 - 0.5 * (1.0 + 1.5 * math.log(2)))
    assert with_leads([[Fit(1.0, 0.0)]]) == [[Fit(1.0, 0.0)]]
