from __future__ import annotations

import base64
from array import array
from datetime import UTC, date, datetime
from typing import Literal

import pytest

from atlas_sync.canonical.model import Evidence, Promise
from atlas_sync.extraction import PromiseMention, Reading, tell_story
from atlas_sync.extraction.dues import find_due
from atlas_sync.extraction.likeness import terms_of
from atlas_sync.extraction.sense import with_sense
from atlas_sync.extraction.story import Telling


def mention(
    text: str,
    *,
    document: str = "d1",
    start: int = 0,
    due: date | None = None,
    kind: Literal["timeline", "quality", "resource", "price", "deliverable"] = "timeline",
    changes: Literal["none", "withdrawn", "renegotiated"] = "none",
    sense: str = "",
) -> PromiseMention:
    return PromiseMention(
        evidence=Evidence(
            interaction_id=document,
            start=start,
            end=start + len(text),
            quote=text,
            side="us",
            said_at=datetime(2026, 1, 13, tzinfo=UTC),
        ),
        text=text,
        kind=kind,
        rule="given",
        confidence=0.9,
        needs_review=False,
        due_text=None,
        due_date=due,
        changes=changes,
        sense=sense,
    )


def reading(*mentions: PromiseMention, document: str = "d1") -> Reading:
    return Reading(interaction_id=document, audience="internal", promises=mentions)


FIRST = mention("We'll have you on the new platform by 10 April.", due=date(2026, 4, 10))
TEST = mention("We run a load test with five thousand concurrent sessions before the switch.", start=60, kind="quality")


@pytest.mark.parametrize(
    ("later", "status"),
    [
        (mention("Go-live of the new platform on 10 April.", document="d2", due=date(2026, 4, 10)), "repeat"),
        (mention("The new platform now moves to 24 April.", document="d2", due=date(2026, 4, 24)), "renegotiated"),
        (
            mention(
                "The new platform by 10 April stays, now in writing.",
                document="d2",
                due=date(2026, 4, 10),
                changes="renegotiated",
            ),
            "repeat",
        ),
        (mention("The new platform stays as discussed.", document="d2", changes="renegotiated"), "repeat"),
        (
            mention("The new platform switch will be at noon, not ten.", document="d2", changes="renegotiated"),
            "renegotiated",
        ),
        (mention("For the new platform we aim for April.", document="d2"), "softened"),
        (mention("The new platform date in April we have to take out again.", document="d2"), "withdrawn"),
    ],
)
def test_a_later_mention_says_what_it_does_to_the_promise(later: PromiseMention, status: str) -> None:
    telling = Telling()
    telling.hear(reading(FIRST, TEST))
    (heard,) = telling.hear(reading(later, document="d2"))
    assert (heard.status, heard.before, heard.root) == (status, FIRST, FIRST)


def test_numbers_in_words_and_digits_are_the_same() -> None:
    telling = Telling()
    telling.hear(reading(FIRST, TEST))
    again = mention("Load test with 5,000 sessions, report to Ms Ruf.", document="d2", kind="quality")
    (heard,) = telling.hear(reading(again, document="d2"))
    assert (heard.status, heard.root) == ("repeat", TEST)


def test_another_number_of_the_same_thing_is_a_change() -> None:
    telling = Telling()
    telling.hear(reading(mention("Critical alerts get triaged by a person inside ten minutes.", kind="quality")))
    (heard,) = telling.hear(
        reading(mention("Triage of critical alerts in 20 minutes.", document="d2", kind="quality"), document="d2")
    )
    assert heard.status == "renegotiated"


def test_a_promise_about_something_else_opens_a_chain_of_its_own() -> None:
    telling = Telling()
    telling.hear(reading(FIRST))
    (heard,) = telling.hear(reading(mention("Two trainers are on site in Preston.", document="d2", kind="resource")))
    assert (heard.status, heard.before) == ("open", None)


@pytest.mark.parametrize(("other", "is_one"), [((99, 20, -3), True), ((20, -99, 3), False)])
def test_wordings_without_a_shared_word_are_one_promise_where_they_mean_the_same(
    other: tuple[int, int, int], *, is_one: bool
) -> None:
    said, later = (base64.b64encode(array("b", one)).decode() for one in ((100, 22, -1), other))
    first = FIRST.model_copy(update={"sense": said})
    telling = Telling()
    telling.hear(reading(first))
    again = mention("Everybody switched over in spring.", document="d2", sense=later)
    (heard,) = telling.hear(reading(again, document="d2"))
    assert (heard.before == first) is is_one


@pytest.mark.parametrize("by_sense", [True, False])
@pytest.mark.parametrize(
    "frame",
    ["We deliver the {} with its report.", "Training for the {} team is included.", "You get the {} by {n} March."],
)
def test_the_same_said_of_many_things_are_many_promises(frame: str, *, by_sense: bool) -> None:
    things = ("pump", "crane", "boiler", "licence server", "freezer", "tariff table", "lift", "archive")
    said = [mention(frame.format(thing, n=place + 3), start=place * 100) for place, thing in enumerate(things)]
    heard = with_sense([reading(*said)]) if by_sense else [reading(*said)]
    assert len(tell_story("c01", heard).promises) == len(things)


@pytest.mark.parametrize("days", [("3 March", "10 March"), ("3 March", "10 April")])
def test_the_same_said_again_with_another_day_is_one_promise(days: tuple[str, str]) -> None:
    said = [mention(f"You get the pump by {day}.", document=f"d{place}") for place, day in enumerate(days)]
    assert len(tell_story("c01", with_sense([reading(one) for one in said])).promises) == 1


APART = (
    ("We will connect the warehouse in Lyon by 1 May.", "We will connect the warehouse in Ghent by 1 June."),
    ("We will send the security questionnaire by 27 April.", "We will send the retention schedule by 29 May."),
    ("We will train 20 dispatchers in Rotterdam.", "We will train 12 drivers in Antwerp."),
    ("We will train 20 dispatchers.", "We will train 12 drivers."),
    (
        "We will connect your TMS with all four carriers by 30 June.",
        "We will add Correos as a fifth carrier by 31 July, at no extra cost.",
    ),
    ("Phase 1 goes live on 1 September.", "Phase 2 goes live on 1 December."),
    ("Group A is trained in the first week of May.", "Group B is trained in the second week of May."),
    ("Wir binden das Lager in Lyon bis zum 1. Mai an.", "Wir binden das Lager in Gent bis zum 1. Juni an."),
    ("We deliver release 1 by 30 April.", "We deliver release 2 by 31 May."),
    ("The first workshop is on 14 April.", "The second workshop is on 21 April."),
    ("Priority 1 tickets: we answer within 1 hour.", "Priority 2 tickets: we answer within 4 hours."),
    ("Training day 1: 14 April", "Training day 2: 15 April"),
    ("We survey hangar 2 with the heat camera.", "Hangar 5 is surveyed with the heat camera too."),
    ("Ben is on site on 14 April.", "Ben is on site on 28 April."),
    ("Der erste Workshop ist am 14. April.", "Der zweite Workshop ist am 21. April."),
    ("We will train the key users by 14 August 2026.", "We will deliver the network diagram by 14 August 2026."),
    ("Old servers are wiped and recycled by 14 August.", "Reefer alarms reach the phone of the lead by 14 August."),
    ("Wir schulen die neuen Anwender bis 14. August.", "Der alte Server wird bis 14. August verschrottet."),
)


@pytest.mark.parametrize("by_sense", [True, False])
@pytest.mark.parametrize(("first", "second"), APART)
def test_what_is_promised_of_another_place_or_thing_hides_no_promise(
    first: str, second: str, *, by_sense: bool
) -> None:
    at = datetime(2026, 1, 13, tzinfo=UTC)
    said = [
        mention(text, start=100 * place, due=find_due(text, said_at=at)[1])
        for place, text in enumerate((first, second))
    ]
    told = with_sense([reading(*said)]) if by_sense else [reading(*said)]
    assert [one.text for one in tell_story("c01", told).promises] == [first, second]


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("We will visit your Bremen plant on 14 April.", "We will also visit your Kiel plant on 21 April."),
        ("Remote hands in the Bremen rack come within one hour.", "In the Kiel rack they come within three hours."),
        ("We will deliver 30 tablets by 10 April.", "We will deliver another 10 tablets by 24 April."),
        ("We will send two engineers on 13 April.", "We will send a third engineer on 20 April."),
        ("Two clerks will be trained in May.", "We will also train the two clerks on the tool."),
        ("We will survey hangar 2 by 20 November.", "We will survey hangar 5 by 30 November."),
        ("Payslips in English, Polish and Portuguese are included.", "Ukrainian payslips: yes, no extra charge."),
        ("Payslips in English and Polish are included.", "You now get Ukrainian payslips, they are included."),
        ("Payslips in English, Polish and Portuguese are included.", "Ukrainian is included too."),
        ("The first workshop is on 14 April.", "The second workshop moves to 21 April."),
        ("The first draft of the report by 14 April.", "The second draft of the report by 21 April, as agreed."),
        ("We will deliver the first ten tills by 15 January.", "We will deliver the last ten tills by 28 February."),
        ("The new site will be live by 27 July.", "It'll be live by 31 August."),
        (
            "Core finance will be live on 1 July.",
            "Mobile timesheets for the staff will be live with finance on 1 July.",
        ),
        (
            "Core finance will be live on 1 July.",
            "Mobile timesheets for the staff will be live with finance on 20 July.",
        ),
        ("The online shop will be live by 13 July.", "Gift cards will be live by 31 July."),
        ("Gift cards will be live by 31 July.", "The customer portal will be live by 31 August."),
        ("The customer portal will be live by 31 August.", "Click and collect will be live by 30 September."),
        (
            "We will have the bed state at 15 minutes on the first three wards, Birch, Ash and Rowan, by 12 July.",
            "Phase 3: remaining 14 wards - by 30 September",
        ),
        ("We will train the day shift for two days.", "We will train the night shift for one day."),
        (
            "We will resolve critical incidents within 8 hours.",
            "We will resolve low-priority incidents within 5 working days.",
        ),
        ("Wir beheben kritische Fehler in 8 Stunden.", "Wir beheben kleine Fehler in 3 Arbeitstagen."),
        (
            "We will give you a cycle time comparison old/new by 15 May.",
            "Traceability will be productive by 15 September as agreed.",
        ),
        (
            "Gift Aid claims straight to HMRC, first claim by 31 October",
            "We can do 28 August, but events ticketing comes after, by the end of October.",
        ),
        ("Dispatcher board live by 14 August 2026.", "Reefer alarms on the phone by 14 August 2026."),
        ("Phase 1: 20 branches by 30 April", "The branches will be done on 30 June."),
        ("The branches will be live by 1 May.", "Phase 2 of the branches will be live by 1 September."),
        (
            "Phase 2: migration of your mail archive is done by 30 June.",
            "The migration of your document archive is done by 14 July.",
        ),
        (
            "Phase 2: migration of your mail archive is done by 30 June.",
            "The migration of your document archive moves to 14 July.",
        ),
        ("Phase 1: new portal for customers by 30 June", "The new portal for suppliers is live by 14 July."),
        (
            "Release 2 brings the stock feed and the reports by 30 June.",
            "The stock feed reports are delivered by 14 July.",
        ),
        ("Phase 2 of the portal rollout will be live by 30 June.", "The portal rollout moves to 14 July."),
        ("The training of key users is done by 30 June.", "Wave 2: training of key users by 14 July"),
        (
            "We'd have you live by 18 September to leave some slack.",
            "If we miss 18 September we work for free until live.",
        ),
        ("Wir gehen am 18. September live.", "Wenn wir den 18. September verpassen, gehen wir gratis live."),
        ("Wilmslow | 1", "Knutsford | 1"),
        ("We'll refund the deposit of EUR 500.", "We'll take EUR 1,180 off the final invoice."),
        ("We'll waive the setup fee of EUR 2,000.", "We'll credit EUR 350 for the broken tablets."),
        ("We'll send you the meter data every Monday.", "We'll send the invoice every month."),
        ("We'll send the energy report every quarter.", "We'll send the minutes every week."),
        (
            "We will migrate 8 printers of the Bremen office by 31 July 2026.",
            "We will cable 32 desks in the Hamburg store by 2 December 2026.",
        ),
        (
            "We aim to migrate 8 printers of the Bremen office by 31 July 2026.",
            "We aim to cable 32 desks in the Hamburg store by 2 December 2026.",
        ),
        (
            "We will replace 55 card readers at the Duisburg branch by 22 August 2026.",
            "We will migrate 22 printers of the Marburg office by 22 August 2026.",
        ),
        (
            "We will migrate 56 printers of the Bremen office by 17 November 2026.",
            "We will train 59 cashiers in Duisburg by 17 November 2026.",
        ),
        ("The file of the Leipzig plant is done by 31 May.", "The file of Zwickau is done by 31 August."),
        ("Sea-view villas, 18 pools, are cleaned from 15 May.", "The terrace with 12 troughs is cleaned from 1 May."),
    ],
)
def test_one_more_of_the_same_or_of_its_like_hides_no_promise_in_a_later_text(first: str, later: str) -> None:
    assert [one.text for one in _told(first, later)] == [first, later]


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("Go-live is in week 24.", "Go-live is in week 26."),
        ("The workshop is on the first Monday of May.", "The workshop is on the second Monday of May."),
        ("The test result stays under 30.", "The test result is under 20."),
        ("We send another engineer on 13 April.", "We send another engineer on 20 April."),
        ("We train 12 users.", "We train 20 users."),
        ("We back up the shop every day.", "We back up the shop every week."),
        ("The new site will be live by 27 July.", "It'll be live by 27 July."),
        ("The new site will be live by 27 July.", "It will now be live by 31 August."),
        ("Core finance will be live on 1 July.", "The finance module will be live on 20 July."),
        ("We train each team for two days.", "Training will take two days."),
        ("We send the report every second month.", "The report comes every other month."),
        ("We will train the key users by 14 August.", "The superusers have their sessions by 14 August."),
        ("We will train the key users by 14 August.", "14 August it is, as agreed."),
        ("Phase 1: 20 branches live by 30 April", "Phase one moves to 8 May, sorry."),
        ("Lot 11: topsoil off on 12 April.", "Eleven: topsoil on 10 April, two days sooner"),
        ("If we miss 18 September we work for free.", "As agreed: if we miss 18 September, we work for free."),
        ("Training | 2 days | Anna", "Training | 3 days | Anna"),
        ("We'll give you a discount of EUR 500.", "The discount is EUR 700."),
        ("Payslips in English and Polish are included.", "All payslips are included, as agreed."),
        ("We train Kim and Vera on the portal by 3 May.", "Lena will train them on the portal by 10 May."),
        ("We train Kim and Vera on the portal by 3 May.", "Lena is training Kim and Vera on the portal by 10 May."),
        ("Six porters carry to the fourth floor.", "Four porters carry now, to the third floor."),
        ("The first workshop is on 14 April, the second on 21 April.", "The second workshop moves to 28 April."),
        ("The first lorry leaves on 14 April.", "The 1st lorry leaves on 21 April, as agreed."),
        ("You get the training in the first week of May.", "The training moves to the second week of May."),
        ("We call you every week.", "We'll phone every second Friday."),
        ("We migrate 8 printers of the Bremen office by 31 July.", "The Bremen printers, 9, are migrated by 7 August."),
        ("We will cable 32 desks in the Hamburg store by 2 May.", "Cabling of 40 desks is done by 9 May."),
        ("We will train 20 users in Lyon by 3 May.", "Training for 25 people by 10 May."),
        ("We will ship 12 scanners in Kiel by 3 March.", "The scanners now ship to Leer on 10 March, 14 of them."),
        ("Wir schulen 20 Anwender in Bremen bis 3. Mai.", "Die Schulung der 22 Anwender in Bremen ist am 10. Mai."),
    ],
)
def test_another_time_or_amount_is_no_other_thing(first: str, later: str) -> None:
    assert len(_told(first, later)) == 1


HOUSES = "Seven houses will be live by 30 September, Davos and Arosa by 30 November."
WAVES = "We will deliver wave 1 (claims) by 15 May, wave 2 (sales) by 15 July and wave 3 (renewals) by 1 September."


@pytest.mark.parametrize(
    "rows",
    [
        ("Chester | 2", "Wilmslow | 1", "Knutsford | 1", "Harrogate | 2"),
        ("Chester: 28 April", "Wilmslow: 28 April", "Knutsford: 28 April"),
    ],
)
@pytest.mark.parametrize("changes", ["none", "renegotiated"])
def test_rows_are_promises_of_their_own_and_nothing_to_ask(
    rows: tuple[str, ...], changes: Literal["none", "renegotiated"]
) -> None:
    said = [
        mention(row, start=20 * place, due=date(2026, 4, 28), changes=changes).model_copy(
            update={"due_text": "28 April"}
        )
        for place, row in enumerate(rows)
    ]
    told = tell_story("c01", with_sense([reading(*said)])).promises
    assert [(one.text, one.perhaps) for one in told] == [(row, "") for row in rows]


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        (HOUSES, ("Davos will be live by 31 October after all.", "Arosa remains 30 November.")),
        (WAVES, ("Wave 2 moves to 5 August, sorry.", "Wave 3 stays 1 September.")),
        ("We deliver the pump by 3 May and the crane by 1 June.", ("The crane moves to 10 June.",)),
        (
            "We'll run alongside paper for four weeks on each ward before anybody switches.",
            ("Ash will go on with paper until 9 June, which gives the four weeks.",),
        ),
        ("We'll build the absence report and the overtime report.", ("We won't build the overtime report.",)),
    ],
)
def test_a_word_on_one_part_leaves_the_whole_in_force(whole: str, parts: tuple[str, ...]) -> None:
    assert [one.text for one in _told(whole, *parts)] == [whole, *parts]


@pytest.mark.parametrize(
    ("whole", "later"),
    [
        ("We deliver the pump by 3 May and the crane by 1 June.", "Both pump and crane move to 10 June."),
        ("We deliver the pump by 3 May, the crane by 1 June.", "We deliver the pump by 9 May, the crane by 9 June."),
        ("We hold the training on 3 May and 4 May.", "The training moves to 10 May."),
        (
            "Phase 2 - migration of your document archive, done by 30 June",
            "The migration of your document archive moves to 14 July, sorry.",
        ),
        ("Phase 1: new portal for customers by 30 June", "The new portal for customers is live by 14 July."),
        ("Phase 2 (mail archive migration), by 30 June", "The mail archive migration slips to 14 July, sorry."),
        ("Green | Training for 12 key users | 12 June", "Amber | Training for 12 key users | moved to 19 June"),
    ],
)
def test_another_day_for_all_the_parts_is_another_day_for_the_whole(whole: str, later: str) -> None:
    assert [one.text for one in _told(whole, later)] == [later]


def _told(*texts: str) -> tuple[Promise, ...]:
    at = datetime(2026, 1, 13, tzinfo=UTC)
    dues = [find_due(text, said_at=at) for text in texts]
    said = [
        mention(text, document=f"d{n}", due=day).model_copy(update={"due_text": phrase})
        for n, (text, (phrase, day)) in enumerate(zip(texts, dues, strict=True))
    ]
    return tell_story("c01", with_sense([reading(one) for one in said])).promises


def test_another_day_for_the_same_place_is_said_of_one_promise() -> None:
    first, second = (f"We will connect the warehouse in Lyon by 1 {month}." for month in ("May", "June"))
    said = mention(first, due=date(2026, 5, 1)), mention(second, document="d2", due=date(2026, 6, 1))
    (promise,) = tell_story("c01", with_sense([reading(one) for one in said])).promises
    assert (promise.status, promise.due_date) == ("renegotiated", date(2026, 6, 1))


def test_the_latest_wording_leads_and_the_trail_stays() -> None:
    moved = mention("The new platform now moves to 24 April.", document="d2", due=date(2026, 4, 24))
    (promise,) = tell_story("c01", [reading(FIRST), reading(moved, document="d2")]).promises
    assert (promise.text, promise.due_date, promise.status) == (moved.text, date(2026, 4, 24), "renegotiated")
    assert promise.repeats == (FIRST.evidence,)


BOARD = mention("The dispatcher board is live by 14 August.", start=10, due=date(2026, 8, 14))
AGAIN = mention("As agreed: dispatcher board live 14 August.", document="d3", due=date(2026, 8, 14))
CRANE = mention("The board for the crane test comes with its report.", document="d2")


def test_what_may_be_the_same_stays_a_promise_and_says_which_it_may_repeat() -> None:
    telling = Telling()
    heard = [one for said in (BOARD, CRANE) for one in telling.hear(reading(said))]
    assert [one.before for one in heard] == [None, BOARD], "likelier one promise than any other in its reach"
    first, second = telling.promises("eng_1")
    assert (first.text, first.repeats, first.perhaps) == (BOARD.text, (), "")
    assert (second.text, second.status, second.perhaps) == (CRANE.text, "open", first.id)


def test_what_may_be_the_same_keeps_the_two_sentences_that_were_compared() -> None:
    """Both promises may be said again since, on later days and in other words."""
    said = (BOARD, _on(CRANE, 20), _on(AGAIN, 25))
    board, crane = tell_story("c01", [reading(one, document=one.evidence.interaction_id) for one in said]).promises
    assert board.evidence.said_at == said[2].evidence.said_at
    assert crane.resembles is not None
    found = crane.resembles.model_dump(exclude={"likeness"})
    days = {"said_at": said[1].evidence.said_at, "earlier_said_at": BOARD.evidence.said_at}
    assert found == {"text": CRANE.text, "earlier": BOARD.text, **days}
    assert 0.3 <= crane.resembles.likeness < 0.5


def _on(said: PromiseMention, day: int) -> PromiseMention:
    """Let something be said on a day of that January."""
    at = said.evidence.said_at.replace(day=day)
    return said.model_copy(update={"evidence": said.evidence.model_copy(update={"said_at": at})})


def test_what_may_take_back_a_promise_is_kept_for_a_person_and_what_takes_back_nothing_is_not() -> None:
    off = mention("The board is off the table.", document="d3")
    board, crane, back = tell_story(
        "eng_1", [reading(BOARD), reading(CRANE, document="d2"), reading(off, document="d3")]
    ).promises
    assert (back.text, back.status, back.perhaps) == (off.text, "withdrawn", board.id)
    assert (board.status, crane.status) == ("open", "open"), "what is not sure changes nothing"
    alone = mention(off.text, changes="withdrawn")
    assert tell_story("eng_1", [reading(alone)]).promises == ()


def test_what_is_said_after_a_doubtful_wording_joins_the_one_it_is_surely_of() -> None:
    alone = tell_story("eng_1", [reading(BOARD), reading(CRANE, document="d2")]).promises
    first, second = tell_story("eng_1", [reading(BOARD), reading(CRANE, document="d2"), reading(AGAIN)]).promises
    assert (first.text, [one.quote for one in first.repeats]) == (AGAIN.text, [BOARD.text])
    assert second == alone[1]
    assert first.id == alone[0].id


@pytest.mark.parametrize(("first_heard_by", "shown"), [("client_ok", 0), ("internal", 1)])
def test_the_fullest_wording_of_the_same_terms_is_shown(
    first_heard_by: Literal["client_ok", "internal"], shown: int
) -> None:
    said = [BOARD, mention("Confirmed: 14 August for the board.", document="d2", due=date(2026, 8, 14))]
    readings = [
        reading(said[0]).model_copy(update={"audience": first_heard_by}),
        reading(said[1], document="d2").model_copy(update={"audience": "client_ok"}),
    ]
    (promise,) = tell_story("eng_1", readings).promises
    assert (promise.text, promise.status) == (said[shown].text, "repeat")
    assert promise.evidence.quote == said[1].text
    assert promise.audience == "client_ok"


AGENT = mention("We'll install the lock agent on all eleven workstations.")
WINDOWS = mention("Lock agent: Two of the eleven workstations run Windows 7.", document="d2")


def test_what_may_be_no_promise_gives_no_words_to_one_that_is_sure() -> None:
    named = WINDOWS.model_copy(update={"needs_review": True})
    (promise,) = tell_story("eng_1", [reading(AGENT), reading(named, document="d2")]).promises
    assert (promise.text, promise.evidence, promise.needs_review) == (AGENT.text, AGENT.evidence, False)
    assert promise.repeats == (named.evidence,)


def test_what_may_be_no_promise_may_still_move_one_that_is_sure() -> None:
    later = mention("The new platform now moves to 24 April.", document="d2", due=date(2026, 4, 24))
    moved = later.model_copy(update={"needs_review": True})
    (promise,) = tell_story("c01", [reading(FIRST), reading(moved, document="d2")]).promises
    assert (promise.status, promise.due_date) == ("renegotiated", date(2026, 4, 24))


def test_a_later_text_changes_no_id() -> None:
    alone = tell_story("c01", [reading(FIRST)]).promises[0].id
    moved = mention("The new platform now moves to 24 April.", document="d2", due=date(2026, 4, 24))
    assert tell_story("c01", [reading(FIRST), reading(moved, document="d2")]).promises[0].id == alone


def test_a_withdrawn_promise_keeps_the_words_that_were_promised() -> None:
    gone = mention("The new platform date is off.", document="d2", changes="withdrawn")
    (promise,) = tell_story("c01", [reading(FIRST), reading(gone, document="d2")]).promises
    assert (promise.status, promise.text) == ("withdrawn", FIRST.text)


WEEK = mention("We will include a free hypercare week after go-live.")
NO_WEEK = "as agreed on the phone, there will be no free hypercare week after go-live."


def test_what_denies_a_promise_does_not_repeat_it() -> None:
    denied = mention(NO_WEEK, document="d2")
    (promise,) = tell_story("c01", [reading(WEEK), reading(denied, document="d2")]).promises
    assert (promise.status, promise.text) == ("withdrawn", WEEK.text)


def test_what_denies_a_part_of_a_promise_is_asked_about() -> None:
    partly = mention("We will include no free hypercare week after go-live in Bremen.", document="d2")
    week, denied = tell_story("c01", [reading(WEEK), reading(partly, document="d2")]).promises
    assert (week.status, week.text) == ("open", WEEK.text)
    assert (denied.status, denied.perhaps) == ("withdrawn", week.id)


CHECK_IN = mention("We will do the mobile check-in for the two city hotels.", kind="deliverable")


def denied(text: str) -> Reading:
    said = mention(text, document="d2", kind="deliverable", changes="withdrawn")
    no = said.model_copy(update={"needs_review": True})
    return Reading(interaction_id="d2", audience="internal", denials=(no,))


@pytest.mark.parametrize(
    "text",
    [
        "We can't deliver the mobile check-in for the city hotels.",
        "Unfortunately the mobile check-in is not possible.",
        "We have decided not to do the mobile check-in.",
        "We are no longer able to do the mobile check-in.",
        "The mobile check-in is off, sorry.",
    ],
)
def test_a_plain_no_to_a_promise_is_no_less_than_asked_about(text: str) -> None:
    promises = tell_story("c01", with_sense([reading(CHECK_IN), denied(text)])).promises
    assert promises[-1].status == "withdrawn"
    assert promises[0].text == CHECK_IN.text
    assert len(promises) == 1 or promises[1].perhaps == promises[0].id


@pytest.mark.parametrize("text", ["We can't do the translation.", "The mobile check-in won't cost extra."])
def test_a_no_to_what_nobody_promised_is_no_part_of_a_story(text: str) -> None:
    telling = Telling()
    told = with_sense([reading(CHECK_IN), denied(text)])
    assert [len(telling.hear(one)) for one in told] == [1, 0]


def test_a_no_is_heard_where_it_was_said() -> None:
    telling = Telling()
    again = CHECK_IN.model_copy(update={"evidence": CHECK_IN.evidence.model_copy(update={"start": 200})})
    no = denied("We can't deliver the mobile check-in for the city hotels.").denials[0]
    no = no.model_copy(update={"evidence": no.evidence.model_copy(update={"start": 100})})
    (told,) = with_sense([reading(CHECK_IN, again).model_copy(update={"denials": (no,)})])
    assert [one.mention.evidence.start for one in telling.hear(told)] == [0, 100, 200]


def test_what_is_promised_again_after_it_was_taken_back_is_in_force() -> None:
    said = [WEEK, mention(NO_WEEK, document="d2"), WEEK.model_copy(update={"rule": "again"})]
    (promise,) = tell_story("c01", [reading(one) for one in said]).promises
    assert (promise.status, promise.rule) == ("renegotiated", "again")


@pytest.mark.parametrize(
    ("first", "later", "due_text"),
    [
        ("The hotline answers within 4 hours.", "The hotline answers within 3 days.", "within 3 days"),
        ("We train 12 users on site.", "We train 20 users on site.", None),
        ("We train 40 drivers by 16 January.", "We train 30 drivers by 16 January.", "by 16 January"),
        (
            "We train 12 drivers in Leeds and 20 drivers in York by 16 January.",
            "We train 12 drivers in Leeds and 30 drivers in York by 16 January.",
            "by 16 January",
        ),
    ],
)
def test_another_figure_of_the_same_is_no_repetition(first: str, later: str, due_text: str | None) -> None:
    due = {"due_text": due_text, "due_date": date(2026, 1, 16) if due_text else None}
    said = mention(first, due=date(2026, 1, 16) if "16 January" in first else None)
    again = mention(later, document="d2").model_copy(update=due)
    (promise,) = tell_story("c01", [reading(said), reading(again, document="d2")]).promises
    assert promise.status == "renegotiated"


def test_one_of_two_counts_said_again_is_a_repetition() -> None:
    first, later = "We train 12 users in Leeds and 20 users in York.", "We train 12 users in Leeds."
    (promise,) = tell_story("c01", [reading(mention(first)), reading(mention(later, document="d2"))]).promises
    assert promise.status == "repeat"


def test_the_day_of_before_counts_nothing() -> None:
    first, later = "We train 12 users on 10 April, Friday.", "On Friday 10 April 2026 users are trained."
    said = [mention(text, document=f"d{n}", due=date(2026, 4, 10)) for n, text in enumerate((first, later))]
    (promise,) = tell_story("c01", [reading(one) for one in said]).promises
    assert promise.status == "repeat"


def test_a_day_that_is_added_is_a_repetition() -> None:
    later = mention("We train 12 users on site on 10 April.", document="d2", due=date(2026, 4, 10))
    (promise,) = tell_story(
        "c01", [reading(mention("We train 12 users on site.")), reading(later, document="d2")]
    ).promises
    assert promise.status == "repeat"


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (
            "Our technician will be with you within 24 hours.",
            "If the technician is not there within 24 hours, the visit is free of charge.",
        ),
        ("We answer every ticket within 4 hours.", "You pay nothing for a ticket if we don't answer within 4 hours."),
        (
            "We deliver the manual by 30 June.",
            "Should the manual come later than 30 June, you may cancel the contract.",
        ),
        (
            "Unser Techniker ist innerhalb von 24 Stunden vor Ort.",
            "Ist der Techniker nicht innerhalb von 24 Stunden vor Ort, ist der Einsatz kostenlos.",
        ),
        ("If the import isn't live by 28 August you don't pay for September.", "Go-live stays 28 August."),
        (
            "If a payslip isn't corrected within 48 hours, we don't charge for it.",
            "We correct every wrong payslip within 48 hours.",
        ),
    ],
)
def test_what_is_given_where_a_promise_fails_leaves_it_in_force_and_is_asked_about(first: str, later: str) -> None:
    held, given = _told(first, later)
    assert (held.text, held.status, given.text, given.perhaps) == (first, "open", later, held.id)


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (
            "If the technician is not there within 24 hours, the visit is free of charge.",
            "As agreed, late visits within 24 hours are free of charge.",
        ),
        (
            "Go-live is 18 September; if we miss it, we work for free.",
            "Go-live stays 18 September.",
        ),
    ],
)
def test_what_is_given_again_where_a_promise_fails_is_a_repetition(first: str, later: str) -> None:
    assert [one.status for one in _told(first, later)] == ["repeat"]


def test_taking_back_what_was_never_promised_is_no_promise() -> None:
    gone = mention("The resident technician is cancelled.", changes="withdrawn", kind="resource")
    assert tell_story("c01", [reading(gone)]).promises == ()
    off = mention("The payslip scanning will not happen after all.")
    assert tell_story("c01", [reading(off)]).promises == ()


def test_what_is_off_at_some_time_is_not_taken_back() -> None:
    first, later = "We keep the gate report on one screen.", "The gate report is off on Sunday nights, on one screen."
    assert [one.status for one in _told(first, later)] == ["repeat"]


def test_a_story_of_thousands_of_promises_is_told_in_seconds() -> None:
    telling = Telling()
    for number in range(1000):
        thing = "".join(chr(97 + number // 26**place % 26) for place in range(3))
        text = f"We deliver the {thing}{thing} with its report."
        telling.hear(reading(mention(text, document=f"d{number}", kind="deliverable"), document=f"d{number}"))
    assert sum(1 for _promise in telling.promises("c01")) > 100


def test_terms_write_numbers_one_way() -> None:
    assert terms_of(mention("285k, 285,000 and two hundred")).numbers == {"285000", "200"}


HYPERCARE = mention("We will provide 30 days of hypercare after each site.", due=date(2026, 4, 10))
REPORT = mention("You get the exception report within 3 business days.", kind="quality").model_copy(
    update={"due_text": "within 3 business days"}
)


@pytest.mark.parametrize(
    ("first", "text", "changes", "status"),
    [
        (
            HYPERCARE,
            "We can no longer offer the 30 days of hypercare after each site; we will provide 30 days after the last site.",
            "withdrawn",
            "renegotiated",
        ),
        (HYPERCARE, "We can no longer offer the 30 days of hypercare after each site.", "withdrawn", "withdrawn"),
        (HYPERCARE, "The 30 days of hypercare after each site had to be cancelled.", "none", "withdrawn"),
        (
            REPORT,
            "Forget the exception report within 3 business days, you'll get it the next one.",
            "none",
            "renegotiated",
        ),
        (REPORT, "Scrap the exception report within 3 business days.", "none", "withdrawn"),
    ],
)
def test_what_takes_a_promise_back_for_another_keeps_the_other(
    first: PromiseMention, text: str, changes: Literal["none", "withdrawn"], status: str
) -> None:
    later = mention(text, document="d2", changes=changes, kind=first.kind)  # type: ignore[arg-type] - kinds of this file
    (promise,) = tell_story("c01", with_sense([reading(first), reading(later, document="d2")])).promises
    assert (promise.status, promise.text) == (status, first.text if status == "withdrawn" else text)
    if first is REPORT:
        assert promise.due_text == (first.due_text if status == "withdrawn" else None)


def test_a_replacement_stands_where_nothing_was_promised_before() -> None:
    text = "We can no longer offer the week in May; we will offer a week in June."
    (promise,) = tell_story("c01", [reading(mention(text, changes="withdrawn"))]).promises
    assert (promise.status, promise.text) == ("open", text)


def test_what_is_taken_back_keeps_its_own_day() -> None:
    back = mention(
        "We have to cancel the new platform by 24 April.", document="d2", due=date(2026, 4, 24), changes="withdrawn"
    )
    told = [reading(FIRST.model_copy(update={"due_text": "by 10 April"})), reading(back, document="d2")]
    (promise,) = tell_story("c01", with_sense(told)).promises
    assert (promise.status, promise.due_text, promise.due_date) == ("withdrawn", "by 10 April", date(2026, 4, 10))


@pytest.mark.parametrize(
    ("texts", "due_text", "day"),
    [
        (("The dispatcher board is live by 14 August.", "The dispatcher board, a day early."), "by 14 August", 14),
        (("The dispatcher board is live by 14 August.", "The board: next summer."), "next summer", None),
        (("The dispatcher board is live in August.", "Dispatcher board live a day early."), "a day early", None),
        (("The dispatcher board, a day early.", "The dispatcher board is live by 14 August."), "by 14 August", 14),
    ],
)
def test_what_is_said_again_without_a_day_leaves_the_day_that_is_known(
    texts: tuple[str, str], due_text: str, day: int | None
) -> None:
    dues = {"by 14 August": date(2026, 8, 14), "in August": None, "a day early": None, "next summer": None}
    said = [
        mention(
            text, document=f"d{at}", changes="renegotiated" if "summer" in text else "none", due=dues[due]
        ).model_copy(update={"due_text": due})
        for at, text in enumerate(texts)
        for due in dues
        if due in text
    ]
    (promise,) = tell_story("c01", [reading(one) for one in said]).promises
    assert (promise.due_text, promise.due_date) == (due_text, date(2026, 8, day) if day else None)


@pytest.mark.parametrize(
    ("later", "status"), [("As agreed: the board.", "repeat"), ("The dispatcher board is off.", "withdrawn")]
)
def test_who_said_the_words_that_are_shown_has_promised_them(later: str, status: str) -> None:
    first = BOARD.model_copy(update={"promised_by": "Fiona", "promised_to": "Nia"})
    last = mention(later, document="d2").model_copy(update={"promised_by": "Ade", "promised_to": "Tom"})
    (promise,) = tell_story("c01", [reading(first), reading(last)]).promises
    assert (promise.text, promise.status, promise.promised_by, promise.promised_to) == (
        BOARD.text,
        status,
        "Fiona",
        "Nia",
    )


WORKSHOP = mention("We will hold the kickoff workshop on 14 April.", due=date(2026, 4, 14))


def test_what_is_to_be_instead_is_due_on_its_own_day() -> None:
    text = "We can't hold the kickoff workshop on 14 April, it will be on 21 April."
    moved = mention(text, document="d2", due=date(2026, 4, 14)).model_copy(update={"due_text": "on 14 April"})
    (promise,) = tell_story("c01", with_sense([reading(WORKSHOP), reading(moved, document="d2")])).promises
    assert (promise.status, promise.due_text, promise.due_date) == ("renegotiated", "on 21 April", date(2026, 4, 21))


def test_what_may_be_to_be_instead_is_asked_about() -> None:
    text = "The kickoff workshop on 14 April has to be cancelled: 21 April would do."
    moved = mention(text, document="d2", due=date(2026, 4, 14))
    first, later = tell_story("c01", with_sense([reading(WORKSHOP), reading(moved, document="d2")])).promises
    assert (first.status, later.status, later.perhaps) == ("open", "withdrawn", first.id)


def test_day_that_does_not_move_is_no_promise_of_its_own() -> None:
    dates = mention(
        "The new word is: floor water everywhere by 4 September, temperature and pressure by 13 November.",
        due=date(2026, 9, 4),
    )
    later = mention("13 November for the rest doesn't move.", document="d2", due=date(2026, 11, 13))
    assert len(tell_story("c01", with_sense([reading(dates), reading(later, document="d2")])).promises) == 1


POINTS = mention("64 access points in four parks: Loch Arder, Craigellan, Tarff Bay, Auchenroy")


@pytest.mark.parametrize(
    ("said", "statuses"),
    [
        ("masts: off the table, they stay, and she gets four more access points at Tarff Bay", ["open", "withdrawn"]),
        ("access points: off the table in all four parks", ["withdrawn"]),
    ],
)
def test_what_is_taken_back_by_a_name_of_its_own_takes_back_nothing_else(said: str, statuses: list[str]) -> None:
    later = mention(said, document="d2")
    promises = tell_story("c01", with_sense([reading(POINTS), reading(later, document="d2")])).promises
    assert [one.status for one in promises] == statuses


@pytest.mark.parametrize(
    ("first", "later", "count"),
    [
        ("We will waive the setup fee of 2,000 EUR.", "The setup fee is no longer on the invoice.", 2),
        ("We will automate the manual export by 1 June.", "You will no longer need the manual export from 1 June.", 1),
        (
            "We will deliver the racks to the depot on 30 April.",
            "We will be dropping the racks at the depot on 30 April.",
            2,
        ),
    ],
)
def test_what_confirms_that_something_will_be_gone_takes_nothing_back(first: str, later: str, count: int) -> None:
    told = _told(first, later)
    assert len(told) == count
    assert told[0].status != "withdrawn"
