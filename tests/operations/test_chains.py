"""What an id leads to: an engagement to every gap that it has, and each gap to what it is about."""

from __future__ import annotations

from atlas_sync.operations.chains import chains_of_id
from atlas_sync.store.asof import tables_of
from tests.coverage.build import ENG, contract, gaps_of, obligation, person, point, promise, record


def test_engagement_leads_to_all_its_gaps_and_each_gap_to_what_it_is_about() -> None:
    made = record(
        promises=(promise(),),
        scope=(point(),),
        obligations=(obligation(),),
        contracts=(contract(status="Signed"), contract(id="con_2", number=None, status="Signed")),
        stakeholders=(person(),),
        projects=(),
    )
    gaps = gaps_of(made)
    parts = (*made.promises, *made.scope, *made.obligations, *made.contracts, *made.stakeholders)
    with tables_of([made.engagement, *parts, *gaps]) as rows:
        chains = chains_of_id(rows, None, ENG)
        assert {gap.id for chain in chains for gap in chain.gaps} == {gap.id for gap in gaps}
        assert {one.id for one in parts} == {chain.subject_id for chain in chains} - {ENG}
        about = {
            (gap.kind, one.what, one.title)
            for gap in gaps
            if gap.subject_id != ENG
            for one in chains_of_id(rows, None, gap.id)
        }
        assert {(one.what, one.title) for one in chains_of_id(rows, None, "con_1")} == {("contract", "C-17")}
    assert about >= {
        ("obligation_open", "customer's duty", "Send us the floor plans"),
        ("contract_without_project", "contract", "C-17"),
        ("contract_without_project", "contract", "without a number"),
        ("person_missing", "person", "Greta Koehler"),
    }
