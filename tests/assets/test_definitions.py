"""The Dagster definitions: they load anywhere, say what they are, and run the main job."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest
import yaml

from atlas_sync.assets.automation import won_deal_sensor
from atlas_sync.assets.resources import WorkspaceResource
from atlas_sync.cli.sandbox import secret_variables, write_settings
from atlas_sync.config import load_settings
from atlas_sync.definitions import defs
from atlas_sync.opening import open_workspace
from atlas_sync.operations.workspace import Workspace
from atlas_sync.sandbox.faults import Rule
from atlas_sync.sandbox.serve import Sandbox
from tests.stages import Stages

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    "raw/salesforce",
    "raw/hubspot",
    "raw/jira",
    "raw/others",
    "canonical/engagements",
    "canonical/statements",
    "coverage/gaps",
    "published/snapshot",
    "writeback/tracker",
}


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stages: Stages) -> Iterator[tuple[Sandbox, Workspace]]:
    """Give a sandbox that the environment leads to, and its workspace; unattended runs write."""
    sandbox = Sandbox()
    with stages.serving(sandbox) as addresses:
        config, _secrets = write_settings(tmp_path, addresses, policy="auto")
        for name, value in {**secret_variables(addresses), "ATLAS_CONFIG": str(config)}.items():
            monkeypatch.setenv(name, value)
        yield sandbox, open_workspace(load_settings(config))


@pytest.fixture
def synced(tmp_path: Path, stages: Stages, request: pytest.FixtureRequest) -> tuple[Sandbox, Workspace]:
    """Give the same after a first sync."""
    stages.copy(tmp_path / "state")
    sandbox, workspace = request.getfixturevalue("stage")
    sandbox.clock.move_by(stages.seconds)
    return sandbox, workspace


def _run(*only: str) -> dg.ExecuteInProcessResult:
    """Run the job, or of its assets those of some groups."""
    keys = [dg.AssetKey(key.split("/")) for key in sorted(KEYS) if key.partition("/")[0] in only] or None
    with dg.DagsterInstance.ephemeral() as instance:
        return defs.resolve_job_def("sync").execute_in_process(
            instance=instance, raise_on_error=False, asset_selection=keys
        )


def test_definitions_load_with_an_empty_environment() -> None:
    code = "from atlas_sync.definitions import defs; import dagster as dg; dg.Definitions.validate_loadable(defs)"
    env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], check=True, env=env, cwd="/")


def test_asset_keys_and_groups_are_these() -> None:
    graph = defs.resolve_asset_graph()
    assert {key.to_user_string() for key in graph.get_all_asset_keys()} == KEYS
    for key in graph.get_all_asset_keys():
        assert graph.get(key).group_name == key.path[0]


def test_workspace_file_and_project_settings_name_the_same_module() -> None:
    workspace = yaml.safe_load((ROOT / "workspace.yaml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["dg"]["project"]
    assert workspace["load_from"][0]["python_module"]["module_name"] == project["code_location_target_module"]


def test_job_fills_the_tracker_once(synced: tuple[Sandbox, Workspace]) -> None:
    sandbox, workspace = synced
    first = _run()
    assert first.success
    ours = [issue for issue in sandbox.jira.issues() if "atlas-sync" in issue["labels"]]
    assert ours
    checks = {check.check_name: check.passed for check in first.get_asset_check_evaluations()}
    assert checks["everything_read_is_accounted_for"]
    assert checks["every_absence_is_licensed"]
    assert _run().success
    assert len([issue for issue in sandbox.jira.issues() if "atlas-sync" in issue["labels"]]) == len(ours)
    with closing(workspace.open_ledger()) as ledger:
        assert {intent.state for intent in ledger.intents()} == {"done"}


def test_connection_is_pulled_whatever_its_name(
    stage: tuple[Sandbox, Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    _sandbox, workspace = stage
    config = Path(os.environ["ATLAS_CONFIG"])
    renamed = config.read_text(encoding="utf-8").replace("[connections.salesforce]", "[connections.emea]")
    config.write_text(renamed.replace("salesforce = ", "emea = "), encoding="utf-8")
    for secret in ("CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"ATLAS_EMEA_{secret}", os.environ[f"ATLAS_SALESFORCE_{secret}"])
    assert _run("raw").success
    pulled = {manifest.system for manifest in workspace.landing.manifests() if manifest.records}
    assert pulled == {"emea", "hubspot", "jira"}


def test_dead_tracker_fails_no_pull_and_writes_nothing(synced: tuple[Sandbox, Workspace]) -> None:
    sandbox, _workspace = synced
    sandbox.faults.rules.append(Rule("jira", "down"))
    result = _run()
    assert not result.success
    told = next(one for one in result.get_asset_check_evaluations() if one.check_name == "streams_are_complete")
    assert (told.passed, told.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert not [issue for issue in sandbox.jira.issues() if "atlas-sync" in issue["labels"]]


def test_missing_secret_fails_a_pull_without_a_second_try(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "atlas.toml"
    config.write_text('home = "state"\n[connections.hubspot]\nkind = "hubspot"\n', encoding="utf-8")
    monkeypatch.setenv("ATLAS_CONFIG", str(config))
    monkeypatch.delenv("ATLAS_HUBSPOT_ACCESS_TOKEN", raising=False)
    result = _run("raw")
    assert not result.success
    assert {event.event_type_value for event in result.all_events}.isdisjoint({"STEP_UP_FOR_RETRY", "STEP_RESTARTED"})
    assert any("ATLAS_HUBSPOT_ACCESS_TOKEN" in str(event.event_specific_data) for event in result.all_events)


def test_sensor_fires_once_when_a_deal_enters_won(synced: tuple[Sandbox, Workspace]) -> None:
    sandbox, _workspace = synced
    with dg.DagsterInstance.ephemeral() as instance:

        def look(cursor: str | None) -> dg.SensorResult:
            context = dg.build_sensor_context(
                instance=instance, cursor=cursor, resources={"workspace": WorkspaceResource()}
            )
            found = won_deal_sensor(context)
            assert isinstance(found, dg.SensorResult)
            return found

        before = look(None)
        following = sandbox.next_event()
        while following is not None and following.isoformat() <= "2026-06-15T10:06:00+00:00":
            sandbox.move_to(max(following, sandbox.clock.now()))
            following = sandbox.next_event()
        fired = look(before.cursor)
        assert len(fired.run_requests or ()) == 1
        again = look(fired.cursor)
        assert not again.run_requests
