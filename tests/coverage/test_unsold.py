from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from atlas_sync.canonical.model import Client, Gap
from atlas_sync.canonical.observed import ObservedDeal, ObservedProject
from atlas_sync.coverage.judged import GapWord
from atlas_sync.coverage.record import Licence
from atlas_sync.coverage.unsold import unsold_projects
from tests.coverage.build import RUN

NORDHAVN = ObservedProject(source="jira:project:1", key="NORD", name="Nordhavn yard")
OURS = ObservedProject(source="jira:project:2", key="INT", name="Office move")
CLIENTS = [Client(id="cli_1", name="Nordhavn GmbH"), Client(id="cli_2", name="Pellworth")]

NONE: Mapping[str, Sequence[ObservedDeal]] = MappingProxyType({})


def found(
    *projects: ObservedProject,
    sold: Collection[str] = (),
    lost: Mapping[str, Sequence[ObservedDeal]] = NONE,
    licence: Licence | None = None,
    previous: list[Gap] | None = None,
    words: dict[str, GapWord] | None = None,
) -> list[Gap]:
    return unsold_projects(
        projects,
        sold=sold,
        lost=lost,
        clients=CLIENTS,
        licence=licence or Licence(),
        previous={gap.id: gap for gap in previous or ()},
        words=words or {},
        run_at=RUN,
    )


def test_project_that_no_deal_leads_to_is_a_gap_and_weighs_more_if_it_names_a_client() -> None:
    gaps = found(NORDHAVN, OURS)
    assert [(gap.subject_id, gap.severity) for gap in gaps] == [("jira:project:1", "medium"), ("jira:project:2", "low")]
    assert gaps[0].reasons == ("its name holds that of Nordhavn GmbH",)
    assert found(NORDHAVN, sold={"jira:project:1"}) == []
    assert found(NORDHAVN.model_copy(update={"archived": True})) == []


def test_project_of_a_deal_that_was_lost_says_so_and_does_not_ask_to_name_it() -> None:
    deal = ObservedDeal(source="hub:deal:17", name="Yard platform", stage="lost", stage_label="Closed Lost")
    ours, theirs = found(OURS, NORDHAVN, lost={OURS.source: [deal], NORDHAVN.source: [deal]})
    said = "“Yard platform”, which was lost, leads to it"
    assert (ours.severity, ours.reasons) == ("medium", (said,))
    assert theirs.reasons == (said, "its name holds that of Nordhavn GmbH")
    step = "Archive INT if nothing is left to do there, name it on the deal that it is for, or waive it."
    assert ours.next_step == step


def test_it_is_resolved_when_a_deal_leads_there_and_undecided_while_deals_were_not_read() -> None:
    gaps = found(NORDHAVN)
    assert [gap.state for gap in found(NORDHAVN, sold={"jira:project:1"}, previous=gaps)] == ["resolved"]
    withheld = Licence({"every deal": ("sf deals: only some are shared",)})
    assert [gap.state for gap in found(NORDHAVN, sold={"jira:project:1"}, previous=gaps, licence=withheld)] == [
        "resolved"
    ]
    for unread in ("conversation", "tracker", "every deal"):
        blind = Licence({unread: ("hubspot deals: not permitted",)})
        assert [gap.state for gap in found(NORDHAVN, licence=blind)] == ["not_decidable"]


def test_project_of_our_own_can_be_let_be_for_good() -> None:
    (gap,) = found(OURS)
    assert [one.state for one in found(OURS, words={gap.id: GapWord("waived", "Ada", RUN)})] == ["waived"]
