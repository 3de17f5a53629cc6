"""One suite for every connector: whatever goes wrong on the wire, a read is complete or says why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from atlas_sync.cli.sandbox import secret_variables, write_settings
from atlas_sync.config import load_settings, open_workspace
from atlas_sync.operations.canonicalize import canonicalize
from atlas_sync.operations.pull import pull_connection
from atlas_sync.operations.reconcile import reconcile
from atlas_sync.operations.workspace import Workspace
from atlas_sync.sandbox.faults import Rule
from atlas_sync.sandbox.listen import serving
from atlas_sync.sandbox.serve import Sandbox
from atlas_sync.store.landing import Manifest
from atlas_sync.store.tables import Quarantined
from atlas_sync.store.warehouse import open_warehouse

SYSTEMS = ("salesforce", "hubspot", "jira")
FIRST = {"salesforce": "/query", "hubspot": "/deals", "jira": "/search/jql"}


@dataclass
class Rig:
    """A sandbox in this process, and a workspace on it."""

    sandbox: Sandbox
    workspace: Workspace
    runs: int = 0

    def pull(self, system: str) -> dict[str, Manifest]:
        self.runs += 1
        manifests = pull_connection(self.workspace, self.workspace.connections[system], f"r{self.runs}")
        return {manifest.stream: manifest for manifest in manifests}


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    sandbox = Sandbox()
    with serving(sandbox.apps()) as addresses:
        config, _secrets = write_settings(tmp_path, addresses, policy="plan-only")
        yield Rig(sandbox, open_workspace(load_settings(config), environ=secret_variables(addresses)))


def _statuses(manifests: Mapping[str, Manifest]) -> dict[str, str]:
    return {stream: manifest.status for stream, manifest in manifests.items()}


@pytest.mark.parametrize("system", SYSTEMS)
def test_full_read_is_complete_and_every_record_is_accounted_for(rig: Rig, system: str) -> None:
    manifests = rig.pull(system)
    assert set(_statuses(manifests).values()) == {"complete"}, _statuses(manifests)
    assert sum(manifest.records for manifest in manifests.values()) > 20
    with open_warehouse(rig.workspace.home) as warehouse:
        canonicalize(rig.workspace, warehouse)
        assert warehouse.select(Quarantined) == []
        assert reconcile(rig.workspace, warehouse).balances


@pytest.mark.parametrize("system", SYSTEMS)
def test_second_read_changes_nothing(rig: Rig, system: str) -> None:
    rig.pull(system)
    with open_warehouse(rig.workspace.home) as warehouse:
        canonicalize(rig.workspace, warehouse)
    rig.pull(system)
    with open_warehouse(rig.workspace.home) as warehouse:
        assert sum(row.changed for row in canonicalize(rig.workspace, warehouse)) == 0


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503, "times": 2},
        {"kind": "status", "status": 429, "headers": {"retry-after": "0"}, "times": 2},
        {"kind": "drop_before", "times": 2},
        {"kind": "drop_after", "times": 2},
    ],
    ids=lambda fault: f"{fault['kind']} {fault.get('status', '')}".strip(),
)
def test_passing_trouble_is_outlasted(rig: Rig, system: str, fault: dict[str, object]) -> None:
    rig.sandbox.faults.rules.append(Rule(system, path=FIRST[system], **fault))  # type: ignore[arg-type]  # fields by name
    assert set(_statuses(rig.pull(system)).values()) == {"complete"}
    assert rig.sandbox.faults.rules[0].times == 0


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"kind": "status", "status": 401}, "not_permitted"),
        ({"kind": "status", "status": 403}, "not_permitted"),
        ({"kind": "status", "status": 200, "body": "<html>log in</html>"}, "failed"),
        ({"kind": "status", "status": 200, "body": '{"cut'}, "failed"),
    ],
    ids=["401", "403", "page of a proxy", "body cut short"],
)
def test_lasting_trouble_never_looks_like_an_empty_success(
    rig: Rig, system: str, fault: dict[str, object], status: str
) -> None:
    rule = Rule(system, path=FIRST[system], times=10_000, **fault)  # type: ignore[arg-type]  # fields by name
    rig.sandbox.faults.rules.append(rule)
    statuses = _statuses(rig.pull(system))
    assert status in statuses.values(), statuses
    for stream, manifest in rig.pull(system).items():
        assert manifest.status == "complete" or manifest.watermark is None, stream
        assert manifest.status == "complete" or manifest.reason, stream


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_reason_or_advice_holds_a_secret_or_an_address(
    rig: Rig, system: str, capfd: pytest.CaptureFixture[str]
) -> None:
    rig.sandbox.faults.rules.append(
        Rule(system, "status", times=10_000, status=403, body='[{"message":"canary@secret.example","errorCode":"X"}]')
    )
    texts = [manifest.reason + manifest.advice for manifest in rig.pull(system).values()]
    printed = capfd.readouterr()
    for text in (*texts, printed.out, printed.err):
        assert "canary" not in text
        assert "pat-" not in text


@pytest.mark.parametrize("system", SYSTEMS)
def test_new_things_come_with_the_next_read(rig: Rig, system: str) -> None:
    rig.pull(system)
    with open_warehouse(rig.workspace.home) as warehouse:
        canonicalize(rig.workspace, warehouse)
    following = rig.sandbox.next_event()
    while following is not None:
        rig.sandbox.move_to(max(following, rig.sandbox.clock.now()))
        following = rig.sandbox.next_event()
    if system == "jira":
        _edit(rig)
    _let_indexes_catch_up(rig)
    rig.pull(system)
    with open_warehouse(rig.workspace.home) as warehouse:
        assert sum(row.changed for row in canonicalize(rig.workspace, warehouse)) > 0


def _edit(rig: Rig) -> None:
    issue = str(rig.sandbox.jira.issues()[0]["key"])
    rig.sandbox.jira.edit_as_person(issue, user_key="u-rahul", fields={"summary": "Renamed by a person"})


def _let_indexes_catch_up(rig: Rig) -> None:
    rig.sandbox.move_to(rig.sandbox.clock.now() + timedelta(seconds=60))
