from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from atlas_sync.connectors.protocol import FieldReport, StreamSpec
from atlas_sync.errors import AccessError, AtlasError, AuthError, ContractError, TransientError
from atlas_sync.operations.pull import pull, worst
from tests.factories import NOW, TellingReader, workspace_of

DEALS = StreamSpec("deals", "increment", ("deal",))
ROLES = StreamSpec("roles", "set", ("people",), after=("deals",))
LINKS = StreamSpec("links", "increment", ("conversation",), after=("deals",))
NOTES = StreamSpec("notes", "increment", ("conversation",))


def test_complete_read_moves_the_watermark_to_the_vendors_clock(tmp_path: Path) -> None:
    reader = TellingReader(DEALS)
    reader.records["deals"] = [{"id": "1", "name": "a"}]
    workspace = workspace_of(tmp_path, reader)
    first = pull(workspace, "r1")[0]
    assert (first.status, first.records, first.watermark) == ("complete", 1, NOW)
    pull(workspace, "r2")
    assert reader.requests[0].since is None
    assert reader.requests[1].since == NOW - timedelta(seconds=workspace.overlap_s)


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (TransientError("down"), "partial"),
        (AuthError("no"), "not_permitted"),
        (AccessError("no"), "not_permitted"),
        (ContractError("html"), "failed"),
    ],
)
def test_read_that_ends_early_keeps_its_records_and_its_watermark(
    tmp_path: Path, failure: AtlasError, status: str
) -> None:
    reader = TellingReader(DEALS)
    reader.records["deals"] = [{"id": "1", "name": "a"}]
    reader.failures["deals"] = failure
    workspace = workspace_of(tmp_path, reader)
    manifest = pull(workspace, "r1")[0]
    assert (manifest.status, manifest.records, manifest.watermark) == (status, 1, None)
    assert workspace.landing.watermark("crm", "deals") is None
    assert workspace.landing.known_ids("crm", "deals") == ["1"]


def test_transient_failure_before_any_record_is_failed_not_partial(tmp_path: Path) -> None:
    reader = TellingReader(DEALS)
    reader.failures["deals"] = TransientError("down")
    assert pull(workspace_of(tmp_path, reader), "r1")[0].status == "failed"


def test_hidden_required_field_makes_a_read_partial_with_advice(tmp_path: Path) -> None:
    reader = TellingReader(DEALS)
    reader.hidden["deals"] = FieldReport(("Amount",), ("Amount",), "Show Amount to the integration's user.")
    manifest = pull(workspace_of(tmp_path, reader), "r1")[0]
    assert manifest.status == "partial"
    assert "Amount" in manifest.reason
    assert manifest.advice == "Show Amount to the integration's user."


def test_failed_stream_leaves_the_others_alone(tmp_path: Path) -> None:
    reader = TellingReader(DEALS, NOTES)
    reader.failures["deals"] = AuthError("no")
    reader.records["notes"] = [{"id": "1"}]
    assert [one.status for one in pull(workspace_of(tmp_path, reader), "r1")] == ["not_permitted", "complete"]


@pytest.mark.parametrize("follower", [LINKS, ROLES])
@pytest.mark.parametrize("failure", [TransientError("down"), AuthError("no"), ContractError("html")])
def test_stream_is_no_better_than_the_one_it_is_read_by(
    tmp_path: Path, follower: StreamSpec, failure: AtlasError
) -> None:
    reader = TellingReader(DEALS, follower)
    reader.failures["deals"] = failure
    reader.records[follower.name] = [{"id": "1", "deal": "d", "person": "p"}]
    workspace = workspace_of(tmp_path, reader)
    found = pull(workspace, "r1")[1]
    assert (found.status, found.records, found.proof, found.watermark) == ("partial", 1, "", None)
    assert found.reason == "it is read by the ids of deals, which were never read to their end."
    assert (found.advice, found.swept) == ("See to that first.", None)
    reader.records.clear()
    assert pull(workspace, "r2")[1].status == "failed", "nothing at all was read"
    reader.failures.clear()
    assert [one.status for one in pull(workspace, "r3")] == ["complete", "complete"]
    assert reader.requests[-1].since is None
    reader.failures["deals"] = failure
    assert pull(workspace, "r4")[1].status == "complete", "the ids of a read that once came to its end are known"


def test_stream_follows_one_of_which_only_a_field_is_hidden(tmp_path: Path) -> None:
    reader = TellingReader(DEALS, LINKS)
    reader.hidden["deals"] = FieldReport(("Amount",), ("Amount",), "Show it.")
    assert [one.status for one in pull(workspace_of(tmp_path, reader), "r1")] == ["partial", "complete"]


def test_what_is_hidden_of_a_stream_is_told_before_what_it_is_read_by(tmp_path: Path) -> None:
    reader = TellingReader(DEALS, LINKS)
    reader.failures["deals"] = AuthError("no")
    reader.hidden["links"] = FieldReport(("scope",), ("scope",), "Grant it.")
    assert pull(workspace_of(tmp_path, reader), "r1")[1].advice == "Grant it."


def test_stream_that_follows_another_knows_its_ids_of_this_run(tmp_path: Path) -> None:
    reader = TellingReader(DEALS, ROLES)
    reader.records["deals"] = [{"id": "7", "name": "a"}]
    pull(workspace_of(tmp_path, reader), "r1")
    assert list(reader.requests[1].known["deals"]) == ["7"]


def test_worst_status_is_what_needs_attention_first() -> None:
    assert worst(["complete", "partial", "not_permitted"]) == "not_permitted"
    assert worst([]) == "complete"
