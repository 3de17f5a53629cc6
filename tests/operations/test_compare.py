from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from atlas_sync import coverage
from atlas_sync.canonical.model import DeliveryProject, Engagement, Gap, Promise, Stakeholder, TraceLink, WorkItem
from atlas_sync.canonical.observed import ObservedProject
from atlas_sync.coverage import EngagementRecord, Licence
from atlas_sync.coverage.decision import Match
from atlas_sync.coverage.similarity import Likeness
from atlas_sync.coverage.trace import words_of
from atlas_sync.operations import compare as comparing
from atlas_sync.operations import matcher as matching
from atlas_sync.operations.compare import compare
from atlas_sync.operations.matcher import LearnedMatcher, shipped_matcher, usable_matcher
from atlas_sync.operations.pending import add_pending, pending
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.judgements import Judgement
from atlas_sync.store.tables import CachedPairs, Compared
from atlas_sync.store.warehouse import Warehouse, open_warehouse
from atlas_sync.store.writes import Intent, WriteStep
from tests.coverage.build import ENG, engagement, item, person, project, promise
from tests.coverage.test_decision import Fixed
from tests.factories import NOW, TellingReader, workspace_of

WEIGHTS = Path(coverage.__file__).parent / "weights"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return workspace_of(tmp_path, TellingReader())


@pytest.fixture
def warehouse(workspace: Workspace) -> Iterator[Warehouse]:
    with open_warehouse(workspace.home) as opened:
        opened.replace(Engagement, [engagement(amount=Decimal(50_000))], engagements=[ENG])
        opened.replace(DeliveryProject, [project()], engagements=[ENG])
        opened.replace(Promise, [promise("Scanner sync is live")], engagements=[ENG])
        opened.replace(WorkItem, [item(summary="Sync live")], engagements=[ENG])
        add_pending(opened, "compare", [ENG])
        yield opened


def use(monkeypatch: pytest.MonkeyPatch, score: float | None, *, version: str = "one") -> None:
    """Let comparing use a matcher that gives every item one score, or none."""
    made = None if score is None else Fixed({"Sync": score}, version=version)
    monkeypatch.setattr(comparing, "usable_matcher", lambda: (made, "" if made else "absent"))


def test_sync_covers_by_the_matcher_and_never_without_it(
    workspace: Workspace, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, 9.0)
    assert compare(workspace, warehouse, run_at=NOW) == 1
    assert [(link.status, link.how) for link in warehouse.select(TraceLink)] == [("covered", "reads as the same")]
    use(monkeypatch, None)
    assert compare(workspace, warehouse, run_at=NOW) == 1
    assert [link.status for link in warehouse.select(TraceLink)] == ["review"]


def test_another_matcher_compares_all_again_once(
    workspace: Workspace, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, 0.0)
    assert compare(workspace, warehouse, run_at=NOW) == 1
    assert compare(workspace, warehouse, run_at=NOW) == 0
    use(monkeypatch, 0.0, version="two")
    assert compare(workspace, warehouse, run_at=NOW) == 1
    assert compare(workspace, warehouse, run_at=NOW) == 0
    assert pending(warehouse, "publish") == ["all"]


def test_settings_that_gaps_follow_from_compare_all_again_once(
    workspace: Workspace, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, 0.0)
    assert compare(workspace, warehouse, run_at=NOW) == 1
    assert not any("large engagement" in gap.reasons for gap in warehouse.select(Gap))
    changed = replace(workspace, delivery=replace(workspace.delivery, large_from={"*": Decimal(1)}))
    assert [compare(changed, warehouse, run_at=NOW) for _run in range(2)] == [1, 0]
    assert any("large engagement" in gap.reasons for gap in warehouse.select(Gap))


def test_run_with_nothing_new_traces_nothing_and_loads_no_network(
    workspace: Workspace, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    traced: list[str] = []

    def counted(records: Sequence[EngagementRecord]) -> list[Likeness]:
        traced.extend(record.engagement.id for record in records)
        return words_of(records)

    monkeypatch.setattr(comparing, "words_of", counted)
    assert compare(workspace, warehouse, run_at=NOW) == len(traced) == 1
    monkeypatch.setattr(LearnedMatcher, "_sessions", property(lambda _self: pytest.fail("the network was loaded")))
    shipped_matcher.cache_clear()
    assert compare(workspace, warehouse, run_at=NOW) == 0
    assert traced == [ENG]


def test_what_was_read_is_read_again_only_by_another_network(
    workspace: Workspace, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[str, ...]] = []
    run_alone, run_together = LearnedMatcher._run_alone, LearnedMatcher._run_together

    def alone(matcher: LearnedMatcher, text: str) -> object:
        read.append((text,))
        return run_alone(matcher, text)

    def together(matcher: LearnedMatcher, said: str, planned: str) -> Match:
        read.append((said, planned))
        return run_together(matcher, said, planned)

    def compared_anew() -> tuple[list[tuple[str, ...]], list[TraceLink]]:
        """Compare in what could be another process, and give what was read for it."""
        read.clear()
        shipped_matcher.cache_clear()
        add_pending(warehouse, "compare", [ENG])
        assert compare(workspace, warehouse, run_at=NOW) == 1
        return list(read), warehouse.select(TraceLink)

    monkeypatch.setattr(LearnedMatcher, "_run_alone", alone)
    monkeypatch.setattr(LearnedMatcher, "_run_together", together)
    said, sync = "Scanner sync is live", "Sync live."
    first, links = compared_anew()
    assert sorted(first) == [(said,), (said, sync), (sync,)]
    assert compared_anew() == ([], links)
    warehouse.put([item("SCAN-2", "Label printer in hall 2")])
    printer = "Label printer in hall 2."
    assert sorted(compared_anew()[0]) == [(printer,), (said,), (said, printer)]
    (known,) = warehouse.select(CachedPairs)
    assert (len(known.pairs), len(known.texts), len(known.alone)) == (2, 1, 2)
    warehouse.replace(CachedPairs, [known.model_copy(update={"reads": "another"})], engagements=[ENG])
    assert len(compared_anew()[0]) == 5
    assert warehouse.select(CachedPairs) == [known]


def test_engagement_of_an_older_release_is_compared_again(
    workspace: Workspace, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, 0.0)
    compare(workspace, warehouse, run_at=NOW)
    warehouse.delete(Compared, column="engagement_id", values=[ENG])
    assert compare(workspace, warehouse, run_at=NOW + timedelta(days=1)) == 1


@pytest.mark.skipif(not (WEIGHTS / "pairs.onnx").is_file(), reason="the package was built without its weights")
@pytest.mark.parametrize("harm", ["weights", "sheet", "no JSON", "gone"])
def test_damaged_or_missing_matcher_is_named_and_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    for name in ("matcher.json", "matcher.onnx", "pairs.onnx", "words.bin", "pieces.model"):
        shutil.copy(WEIGHTS / name, tmp_path)
    sheet = tmp_path / "matcher.json"
    match harm:
        case "weights":
            with (tmp_path / "matcher.onnx").open("ab") as file:
                file.write(b"x")
        case "sheet":
            sheet.write_text(json.dumps({"bounds": {}}))
        case "no JSON":
            sheet.write_text("{")
        case _:
            sheet.unlink()
    monkeypatch.setattr(matching, "_FOLDER", tmp_path)
    shipped_matcher.cache_clear()
    try:
        found, why_not = usable_matcher()
    finally:
        shipped_matcher.cache_clear()
    assert found is None
    assert "nothing is called covered by likeness" in why_not


def test_what_a_person_says_is_compared_at_the_next_run_and_only_there(
    workspace: Workspace, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, 0.0)
    compare(workspace, warehouse, run_at=NOW)
    said = Judgement(
        "link", "prm_1111111111111111", "jira:work_item:SCAN-1", "confirmed", "Ada", NOW, engagement_id=ENG
    )
    with closing(workspace.open_ledger()) as ledger:
        ledger.keep_judgements([said])
    assert compare(workspace, warehouse, run_at=NOW) == 1
    assert [(link.status, link.how) for link in warehouse.select(TraceLink)] == [("covered", "confirmed by a person")]
    assert compare(workspace, warehouse, run_at=NOW) == 0


def test_who_was_asked_to_watch_is_met_from_the_next_run_on_and_in_no_run_before(
    workspace: Workspace, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, None)
    monkeypatch.setattr(comparing, "licence_for", lambda *_all, **_more: Licence())
    warehouse.replace(Stakeholder, [person()], engagements=[ENG])
    brief = Intent("m1", "jira", "TD", ENG, ENG, "brief", "done", "p1", "1", "TD-1")
    asked = NOW + timedelta(hours=1)
    with closing(workspace.open_ledger()) as ledger:
        ledger.record(brief, WriteStep("run", "m1", "watch", "done", "1", person().person_id, asked))

    def run(hours: int) -> tuple[int, list[str]]:
        at = NOW + timedelta(hours=hours)
        compared = compare(workspace, warehouse, run_at=at, judged_by=at)
        return compared, [gap.state for gap in warehouse.select(Gap, kind="person_missing")]

    assert [run(hours) for hours in (0, 2, 3)] == [(1, ["open"]), (1, ["resolved"]), (0, ["resolved"])]


def test_what_a_person_added_since_we_last_wrote_an_item_introduces_whom_it_names(
    workspace: Workspace, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, None)
    monkeypatch.setattr(comparing, "licence_for", lambda *_all, **_more: Licence())
    warehouse.replace(Stakeholder, [person()], engagements=[ENG])
    ours = "A report to Greta Koehler"
    wrote = Intent("m1", "jira", "TD", ENG, ENG, "promise", "done", "p1", "1", "TD-1", None, "Report", ours)
    with closing(workspace.open_ledger()) as ledger:
        ledger.record(replace(wrote, changed_at=NOW))

    def state(text: str, *, hours: int = 0) -> list[str]:
        warehouse.replace(WorkItem, [item(marker="m1", summary="Report", text=text)], engagements=[ENG])
        add_pending(warehouse, "compare", [ENG])
        compare(workspace, warehouse, run_at=NOW, judged_by=NOW + timedelta(hours=hours))
        return [gap.state for gap in warehouse.select(Gap, kind="person_missing")]

    added = f"{ours}\nAsk Greta Koehler first"
    assert [state(ours), state(added, hours=-1), state(added)] == [["open"], ["open"], ["resolved"]]


def test_day_that_counts_compares_its_engagement_again_and_no_other_day_does(
    workspace: Workspace, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, None)
    warehouse.replace(Promise, [promise("Sync is live", due_date=NOW.date() + timedelta(days=20))], engagements=[ENG])
    compare(workspace, warehouse, run_at=NOW)
    assert compare(workspace, warehouse, run_at=NOW + timedelta(days=5)) == 0
    assert compare(workspace, warehouse, run_at=NOW + timedelta(days=6)) == 1
    assert compare(workspace, warehouse, run_at=NOW + timedelta(days=20)) == 0
    assert compare(workspace, warehouse, run_at=NOW + timedelta(days=21)) == 1


def test_project_without_a_deal_is_found_once_and_let_be_by_a_word(workspace: Workspace, warehouse: Warehouse) -> None:
    compare(workspace, warehouse, run_at=NOW)
    warehouse.put([ObservedProject(source="jira:project:7", key="INT", name="Office move")])
    add_pending(warehouse, "unsold", ["all"])
    assert compare(workspace, warehouse, run_at=NOW) == 0
    (gap,) = warehouse.select(Gap, kind="project_without_deal")
    said = Judgement("gap", gap.id, "", "waived", "Ada", NOW, engagement_id=gap.engagement_id, reason="ours")
    with closing(workspace.open_ledger()) as ledger:
        ledger.keep_judgements([said])
    compare(workspace, warehouse, run_at=NOW)
    assert [one.state for one in warehouse.select(Gap, kind="project_without_deal")] == ["waived"]
