"""What was written, judged or found for a deal counts on when the deal turns out to be part of another sale."""

from __future__ import annotations

from datetime import date

from atlas_sync.canonical.identity import derive_id, marker_for
from atlas_sync.coverage import EngagementRecord
from tests.coverage.build import ENG, contract, engagement, gaps_of, interaction, person, promise, record
from tests.coverage.proposing import BRIEF, brief_there, creates, proposed, there

SECOND = derive_id("eng", "hub:deal:2")


def joined() -> EngagementRecord:
    """Give a sale of two deals, on the second of which all was said; the promise repeats one of another place there."""
    said = interaction(deal="hub:deal:2")
    again = promise().evidence.model_copy(update={"start": 400, "end": 404})
    ruth = person(person_id="per_1", id=derive_id("sta", SECOND, "per_1"), home=SECOND)
    sold = engagement(sources=("crm:deal:7", "hub:deal:2"))
    made = promise(repeats=(again,))
    return record(engagement=sold, promises=(made,), interactions=(said,), stakeholders=(ruth,))


def test_items_are_made_under_the_mark_that_their_own_deal_would_give_them() -> None:
    made = joined()
    brief, item, meeting = creates(proposed(made))
    assert brief.marker == BRIEF
    assert item.marker == marker_for("t", SECOND, "promise", "prm_1111111111111111")
    assert meeting.marker == marker_for("t", SECOND, "people", made.stakeholders[0].id)


def test_brief_and_items_that_were_made_for_the_other_deal_are_not_made_again() -> None:
    made = joined()
    alone = derive_id("pro", SECOND, made.interactions[0].id, "400")
    marks = [
        marker_for("t", SECOND, "brief", SECOND),
        marker_for("t", SECOND, "promise", alone),  # as the mention was called when it was a promise of its own
        marker_for("t", SECOND, "people", made.stakeholders[0].id),
    ]
    body = next(iter(brief_there(made).values())).body_text
    existing = {mark: there(mark, body_text=body)[mark] for mark in marks}
    assert creates(proposed(made, existing=existing)) == []


def test_gaps_keep_the_ids_that_their_own_deal_gave_them() -> None:
    found = {gap.kind: gap.id for gap in gaps_of(joined())}
    assert found["promise_missing"] == derive_id("gap", SECOND, "promise_missing", "prm_1111111111111111")
    assert found["why_missing"] == derive_id("gap", ENG, "why_missing", ENG)


def test_gap_of_a_contract_keeps_the_id_that_its_own_deal_gave_it() -> None:
    sold = engagement(sources=("crm:deal:7", "hub:deal:2"), stage="open")
    signed = contract(home=SECOND, signed_on=date(2026, 5, 1))
    (gap,) = gaps_of(record(engagement=sold, contracts=(signed,), projects=()))
    assert gap.id == derive_id("gap", SECOND, "contract_without_project", signed.id)
