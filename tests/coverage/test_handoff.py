from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from atlas_sync.canonical.model import Handoff, HandoffPart
from atlas_sync.coverage import EngagementRecord, Licence
from atlas_sync.coverage.calendar import next_change
from atlas_sync.coverage.handoff import handoff_of, recount
from atlas_sync.coverage.judged import GapWord, as_judged
from tests.coverage.build import (
    BLIND,
    ENG,
    RUN,
    engagement,
    full_record,
    gaps_of,
    item,
    outcome,
    person,
    promise,
    record,
)

UNREAD = Licence({"conversation": ("crm emails: no file is called mails.ndjson",)})


def score(made: EngagementRecord, licence: Licence = Licence(), **changes: object) -> Handoff:  # noqa: B008 - frozen
    found = handoff_of(made, gaps_of(made, licence=licence, **changes), licence)  # type: ignore[arg-type]  # passed on
    assert found is not None
    return found


def parts_of(made: Handoff) -> dict[str, tuple[float, int, int]]:
    return {part.name: (part.held, part.total, part.undecided) for part in made.parts}


def test_handoff_that_holds_nothing_but_project_and_owner_says_so() -> None:
    found = score(full_record())
    assert parts_of(found) == {
        "project": (1, 1, 0),
        "promises": (0, 1, 0),
        "why": (0, 1, 0),
        "people": (0, 1, 0),
        "scope": (0, 1, 0),
        "open points": (0, 1, 0),
        "conversation": (0, 1, 0),
        "owner": (1, 1, 0),
    }
    assert found.score == round(100 * 3 / 14)


def test_handoff_without_a_project_holds_nothing_of_the_conversation() -> None:
    assert parts_of(score(replace(full_record(), projects=(), items=())))["conversation"] == (0, 1, 0)


def test_handoff_that_holds_all_is_a_hundred() -> None:
    there = item(
        text="Record: prm_1111111111111111. Because of 340 re-scans in one shift.\nGreta Koehler", marker="atlas-1"
    )
    made = record(promises=(promise(),), outcomes=(outcome(),), stakeholders=(person(),), items=(there,))
    assert score(made).score == 100


def test_promise_that_waits_for_a_look_counts_half() -> None:
    made = record(promises=(promise(),), items=(item(summary="Scanner sync Kaiserhafen live"),))
    assert parts_of(score(made))["promises"] == (0.5, 1, 0)


def test_what_cannot_be_decided_is_counted_beside_the_score() -> None:
    found = score(full_record(), licence=BLIND)
    assert parts_of(found)["promises"] == (0, 0, 1)
    assert parts_of(found)["owner"] == (1, 1, 0)
    assert (found.score, found.told) == (None, "not decidable")


def test_what_a_conversation_that_was_not_read_may_hold_cannot_be_decided() -> None:
    known = replace(record(stakeholders=(person(),), items=(item(text="Greta Koehler"),)), interactions=())
    assert score(known).score == round(100 * 5 / 7)
    found = score(known, UNREAD)
    assert parts_of(found) == {
        "project": (1, 1, 0),
        "promises": (0, 0, 1),
        "why": (0, 0, 1),
        "people": (1, 1, 1),
        "scope": (0, 0, 1),
        "open points": (0, 0, 1),
        "conversation": (0, 0, 1),
        "owner": (1, 1, 0),
    }
    assert found.told == "not decidable"


def test_score_of_all_that_was_read_says_that_more_may_have_been_said() -> None:
    there = item(
        text="Record: prm_1111111111111111. Because of 340 re-scans in one shift.\nGreta Koehler", marker="atlas-1"
    )
    made = record(promises=(promise(),), outcomes=(outcome(),), stakeholders=(person(),), items=(there,))
    found = score(made, UNREAD)
    assert (parts_of(found)["promises"], parts_of(found)["conversation"]) == ((1, 1, 1), (1, 1, 0))
    assert found.told == "100 of 100 of what can be decided, 4 cannot"


@pytest.mark.parametrize("licence", [Licence(), BLIND, UNREAD])
@pytest.mark.parametrize("waived", [1, 3, 99])
def test_recounting_gives_the_score_of_the_next_sync_whether_gaps_are_let_be_or_opened_again(
    licence: Licence, waived: int
) -> None:
    made = full_record()
    gaps = gaps_of(made, licence=licence)
    judged = [as_judged(gap, GapWord("waived", "Ada", RUN), RUN.date()) for gap in gaps[:waived]] + gaps[waived:]
    before, after = (handoff_of(made, given, licence) for given in (gaps, judged))
    assert before is not None
    assert after is not None
    assert recount(before, made, gaps, judged) == after != before
    assert recount(after, made, judged, gaps) == before


def test_score_stands_while_nothing_is_let_be() -> None:
    counted = Handoff(engagement_id=ENG, score=7)
    gaps = gaps_of(full_record())
    known = [as_judged(gap, GapWord("acknowledged", "Ada", RUN), RUN.date()) for gap in gaps]
    assert recount(counted, full_record(), gaps, known) is counted


def test_score_of_less_than_everything_says_so() -> None:
    held = HandoffPart(name="owner", weight=1, total=1, held=1)
    open_ = HandoffPart(name="people", weight=1, total=0, held=0, undecided=3)
    assert Handoff(engagement_id=ENG, score=100, parts=(held,)).told == "100 of 100"
    assert (
        Handoff(engagement_id=ENG, score=100, parts=(held, open_)).told == "100 of 100 of what can be decided, 3 cannot"
    )


def test_waived_gap_takes_nothing_away_and_an_acknowledged_one_does() -> None:
    made = record(promises=(promise(),))
    (gap,) = [gap for gap in gaps_of(made) if gap.kind == "promise_missing"]
    for decision, held in (("waived", 1), ("acknowledged", 0)):
        words = {gap.id: GapWord(decision, "Ada", RUN)}  # type: ignore[arg-type]  # one of the two
        assert parts_of(score(made, words=words))["promises"] == (held, 1, 0)


def test_deal_that_is_not_won_has_no_score() -> None:
    assert handoff_of(record(engagement=engagement(stage="open")), [], Licence()) is None


def test_engagement_is_looked_at_again_on_the_first_day_that_counts() -> None:
    made = record(promises=(promise(due_date=date(2026, 8, 14)),))
    assert next_change(made, {}, RUN) == datetime(2026, 6, 30, tzinfo=UTC)
    assert next_change(made, {}, datetime(2026, 8, 1, tzinfo=UTC)) == datetime(2026, 8, 15, tzinfo=UTC)
    assert next_change(made, {}, datetime(2026, 8, 15, tzinfo=UTC)) is None
    begun = record(items=(item(state="in_progress", moved_at=RUN),))
    assert next_change(begun, {}, RUN) == datetime(2026, 7, 7, tzinfo=UTC)
    words = {"gap": GapWord("waived", "Ada", RUN, until=RUN.date() + timedelta(days=2))}
    assert next_change(record(), words, RUN) == datetime(2026, 6, 18, tzinfo=UTC)


def test_days_at_the_ends_of_the_calendar_never_come() -> None:
    made = record(promises=(promise(due_date=date.max), promise(due_date=date.min)))
    words = {"gap": GapWord("waived", "Ada", RUN, until=date.max)}
    assert next_change(made, words, RUN) == datetime(9999, 11, 16, tzinfo=UTC)
    assert next_change(record(), words, RUN) is None
