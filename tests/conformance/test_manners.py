"""Manners: a quota belongs to the whole company, a vendor's word is kept, and one that is dead stops nobody else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from atlas_sync.config import Settings
from atlas_sync.opening import open_workspace
from atlas_sync.operations.pull import pull
from atlas_sync.sandbox.faults import Rule
from tests.stands.files import FilesStand
from tests.stands.protocol import Stand
from tests.stands.rig import Rig, rigged
from tests.stands.wire import Answered, Asked

SECTION = "Manners"
ALWAYS = 10_000


def _fill(stand: Stand, number: int = 5) -> list[str]:
    made = [stand.create(stand.on["create"], f"Nordhavn {place}") for place in range(number)]
    stand.pass_time(60)
    return made


def _refuse(stand: Stand, *, times: int = 1, status: int = 503, **headers: str) -> None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    stand.fault(Rule(stand.kind, "status", path=stand.paging.path, times=times, status=status, headers=named))


@pytest.mark.case(SECTION, "Retry-After is kept, as seconds and as a date", needs=("network",))
@pytest.mark.parametrize("variant", ["seconds", "date"])
def test_asked_pause_is_kept(rig: Rig, variant: str) -> None:
    _fill(rig.stand)
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=9), usegmt=True)
    _refuse(rig.stand, retry_after="7" if variant == "seconds" else later)
    assert rig.pull_main().status == "complete"
    assert any(6 <= nap <= 9 for nap in rig.naps), rig.naps


@pytest.mark.case(SECTION, "a pause longer than a run waits ends the read at once and is told", needs=("network",))
def test_long_pause_ends_the_read(rig: Rig) -> None:
    _fill(rig.stand)
    _refuse(rig.stand, times=ALWAYS, retry_after="7200")
    manifest = rig.pull_main()
    assert manifest.status in {"failed", "partial"}
    assert manifest.reason
    assert max(rig.naps, default=0) < 60
    assert len([one for one in rig.stand.wire.asked if re.search(rig.stand.paging.path, one.path)]) <= 2


@pytest.mark.case(SECTION, "a read is repeated a few times and not for ever", needs=("network",))
def test_read_is_not_repeated_for_ever(rig: Rig) -> None:
    _fill(rig.stand)
    _refuse(rig.stand, times=ALWAYS)
    assert rig.pull_main().status != "complete"
    assert 2 <= len([one for one in rig.stand.wire.asked if re.search(rig.stand.paging.path, one.path)]) <= 8


@pytest.mark.case(SECTION, "a vendor that is down is asked little and stops nobody else", needs=("network",))
def test_dead_vendor_stops_nobody(rig: Rig, tmp_path: Path) -> None:
    other = FilesStand(kind="files")
    with other.serving(tmp_path / "other"):
        other.create("deals", "Kilbride")
        both = {**rig.settings.connections, "files": dict(other.settings())}
        settings = Settings(home=tmp_path / "both", connections=both)
        workspace = open_workspace(settings, environ=rig.stand.environ())
        rig.stand.fault(Rule(rig.stand.kind, "down"))
        manifests = pull(workspace, "20260615T000001")
    assert {one.status for one in manifests if one.system == "files"} == {"complete"}
    dead = [one for one in manifests if one.system == rig.stand.kind]
    assert dead
    assert {one.status for one in dead if one.calls or one.reason} == {"failed"}
    assert len(rig.stand.wire.asked) <= 5


@pytest.mark.case(SECTION, "an answer that does not come is given up and asked for again", needs=("network",))
def test_slow_answer_is_given_up(stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with rigged(stand, tmp_path, monkeypatch, read_timeout_s=0.5) as rig:
        _fill(stand)
        stand.fault(Rule(stand.kind, "slow", path=stand.paging.path, seconds=3.0))
        assert rig.pull_main().status == "complete"
        assert rig.wrong() == []


@pytest.mark.case(
    SECTION, "a run sends no more calls than it may, says so, and the next one goes on", needs=("network",)
)
def test_budget_of_a_run_is_kept(rig: Rig) -> None:
    _fill(rig.stand, 60)
    settings = {**rig.settings.connections[rig.stand.kind], "calls_per_run": 3}
    narrow = rig.settings.model_copy(update={"connections": {rig.stand.kind: settings}})
    rig.workspace = open_workspace(narrow, environ=rig.stand.environ())
    first = rig.read()
    assert len(rig.stand.wire.asked) <= 4  # a log-in is not of the API, and not counted
    assert any(one.status != "complete" and "calls" in one.reason for one in first.values())
    rig.restart()
    assert rig.pull_main().status == "complete"
    assert rig.wrong() == []


@pytest.mark.case(SECTION, "the reserve of a shared quota is left to the others", needs=("network", "quota"))
def test_reserve_is_left(rig: Rig) -> None:
    _fill(rig.stand)
    rig.stand.spoil("quota")
    manifests = rig.read()
    assert len(rig.stand.wire.asked) <= 4
    assert any("reserve" in one.reason for one in manifests.values())
    assert not any(one.status == "complete" for one in list(manifests.values())[1:] if one.calls)


@pytest.mark.case(
    SECTION, "a session that ends is renewed once, in the middle of a read too", needs=("network", "session")
)
@pytest.mark.parametrize("variant", ["just changed", "changed long ago"])
def test_session_is_renewed(rig: Rig, variant: str) -> None:
    _fill(rig.stand, 70)
    rig.stand.pass_time(3600 if variant == "changed long ago" else 1)
    ended: list[Asked] = []

    def end(asked: Asked) -> Answered | None:
        if re.search(rig.stand.paging.path, asked.path):
            ended.append(asked)
            if len(ended) == 2:
                rig.stand.spoil("session")
        return None

    rig.stand.wire.before.append(end)
    assert rig.pull_main().status == "complete"
    assert rig.wrong() == []


@pytest.mark.case(SECTION, "refused credentials are not tried for ever", needs=("network",))
def test_refused_credentials_are_not_tried_for_ever(rig: Rig) -> None:
    rig.stand.fault(Rule(rig.stand.kind, "status", times=ALWAYS, status=401, body='{"error":"invalid_grant"}'))
    manifests = rig.read()
    tried = [one for one in manifests.values() if one.calls]
    assert {one.status for one in tried} == {"not_permitted"}
    assert all(one.advice for one in tried)
    assert len(rig.stand.wire.asked) <= 4 * len(manifests)


@pytest.mark.case(
    SECTION,
    "a batch in another order, with parts that failed, is neither mixed up nor complete",
    needs=("network", "batch"),
)
@pytest.mark.parametrize("variant", ["another order", "a part that failed"])
def test_batch_is_read_by_id(rig: Rig, variant: str) -> None:
    for key in _fill(rig.stand):
        rig.stand.act("relink", key)
    rig.stand.pass_time(60)

    def shuffle(asked: Asked, answered: Answered) -> Answered:
        body = answered.json()
        if not asked.path.endswith("/batch/read") or not isinstance(body, dict) or len(body.get("results", ())) < 2:
            return answered
        results = list(reversed(body["results"]))
        if variant == "another order":
            return answered.with_json({**body, "results": results})
        error = {"status": "error", "category": "INTERNAL_ERROR", "message": "no", "context": {}}
        failed = {**body, "results": results[1:], "numErrors": 1, "errors": [error]}
        return replace(answered.with_json(failed), status=207)

    rig.stand.wire.after.append(shuffle)
    status = rig.pull_main().status
    if variant == "another order":
        assert status == "complete"
    else:
        assert status != "complete"
        rig.stand.wire.reset()
        assert rig.pull_main().status == "complete"
    assert rig.wrong() == []
