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

from atlas_sync.assets import raw
from atlas_sync.assets.automation import sync_schedule, won_deal_sensor
from atlas_sync.assets.resources import WorkspaceResource
from atlas_sync.cli.sandbox import secret_variables, write_settings
from atlas_sync.config import load_settings
from atlas_sync.definitions import defs
from atlas_sync.opening import open_workspace
from atlas_sync.operations import pull
from atlas_sync.operations.workspace import Workspace
from atlas_sync.sandbox.faults import Rule
from atlas_sync.sandbox.serve import Sandbox
from atlas_sync.store.lock import writer_lock
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
WRITTEN = "everything_to_write_was_written"


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
    assert str(told.metadata["incomplete"].value).count("The next run tries again.") == 1
    assert not [issue for issue in sandbox.jira.issues() if "atlas-sync" in issue["labels"]]


def test_what_the_tracker_refuses_is_listed_with_the_reason_and_fails_a_check(
    synced: tuple[Sandbox, Workspace],
) -> None:
    sandbox, _workspace = synced
    body = '{"errors": {"customfield_1": "Team is required."}}'
    sandbox.faults.rules.append(
        Rule("jira", "status", method="POST", path=".*/issue$", times=999, status=400, body=body)
    )
    result = _run("writeback")
    assert result.success
    told = {check.check_name: check for check in result.get_asset_check_evaluations()}[WRITTEN]
    assert (told.passed, told.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert "customfield_1" in str(told.metadata["not_written"].value)
    (made,) = result.asset_materializations_for_node("writeback__tracker")
    listed = made.metadata["not_written"]
    assert isinstance(listed, dg.TableMetadataValue)
    rows = [row.data for row in listed.records]
    assert {"engagement", "action", "item", "result", "reason"} == set(rows[0])
    assert "refused" in {row["result"] for row in rows}
    assert "“We" not in str(rows)


def _settings(folder: Path, monkeypatch: pytest.MonkeyPatch, *kinds: str) -> None:
    """Lead the environment to settings with some connections, all but HubSpot's with their secrets."""
    own = {"jira": 'url = "http://127.0.0.1:9"\nemail = "bot@tidemark.example"\n'}
    tables = "".join(f'[connections.{kind}]\nkind = "{kind}"\n{own.get(kind, "")}' for kind in kinds)
    (folder / "atlas.toml").write_text(f'home = "state"\n{tables}', encoding="utf-8")
    monkeypatch.setenv("ATLAS_CONFIG", str(folder / "atlas.toml"))
    monkeypatch.setenv("ATLAS_JIRA_API_TOKEN", "x")
    monkeypatch.delenv("ATLAS_HUBSPOT_ACCESS_TOKEN", raising=False)


def _headlines(result: dg.ExecuteInProcessResult) -> set[str]:
    """Give what stands over each step that failed, without the class of the error."""
    errors = [event.step_failure_data.error for event in result.filter_events(lambda event: event.is_step_failure)]
    assert all(error is not None and error.cause is None for error in errors)
    return {error.message.partition(": ")[2].rstrip() for error in errors if error}


@pytest.mark.parametrize(
    ("group", "kinds", "said"),
    [
        ("raw", (), "nothing is connected. Describe your systems in atlas.toml"),
        ("raw", ("hubspot",), "ATLAS_HUBSPOT_ACCESS_TOKEN"),
        ("writeback", ("jira",), "nothing has been synced yet"),
    ],
)
def test_step_that_fails_says_why_and_what_to_do_and_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: str, kinds: tuple[str, ...], said: str
) -> None:
    _settings(tmp_path, monkeypatch, *kinds)
    result = _run(group)
    assert not result.success
    assert {event.event_type_value for event in result.all_events}.isdisjoint({"STEP_UP_FOR_RETRY", "STEP_RESTARTED"})
    assert [one for one in _headlines(result) if said not in one] == []


def test_run_beside_another_one_says_so_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _settings(tmp_path, monkeypatch, "jira")
    monkeypatch.setattr(pull, "_LOCK_WAIT_S", 0.0)
    with writer_lock(tmp_path / "state" / "landing" / "jira"):
        assert _headlines(_run("raw")) == {
            f"another run is writing (process {os.getpid()}). Wait for it to end, or stop it."
        }


def test_step_that_is_stopped_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_asked: object) -> None:
        raise dg.DagsterExecutionInterruptedError

    _settings(tmp_path, monkeypatch, "jira")
    monkeypatch.setattr(raw, "pull_connection", stop)
    told = {event.event_type_value for event in _run("raw").all_events if event.step_key == "raw__jira"}
    assert "STEP_FAILURE" in told
    assert told.isdisjoint({"STEP_UP_FOR_RETRY", "STEP_RESTARTED"})


def test_nothing_is_written_and_nothing_fails_where_no_tracker_is_connected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _settings(tmp_path, monkeypatch, "hubspot")
    monkeypatch.setenv("ATLAS_HUBSPOT_ACCESS_TOKEN", "x")
    result = _run("writeback")
    assert result.success
    (made,) = result.asset_materializations_for_node("writeback__tracker")
    assert made.metadata["status"].value == "no tracker connected"


def test_schedule_starts_no_run_beside_another_and_leaves_wrong_settings_to_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _settings(tmp_path, monkeypatch, "jira")
    with writer_lock(tmp_path / "state"):
        skipped = sync_schedule(workspace=WorkspaceResource())
    assert isinstance(skipped, dg.SkipReason)
    assert str(os.getpid()) in str(skipped.skip_message)
    assert isinstance(sync_schedule(workspace=WorkspaceResource()), dg.RunRequest)
    _settings(tmp_path, monkeypatch)
    assert isinstance(sync_schedule(workspace=WorkspaceResource()), dg.RunRequest)


def _look(cursor: str | None) -> dg.SensorResult:
    found = won_deal_sensor(dg.build_sensor_context(cursor=cursor, resources={"workspace": WorkspaceResource()}))
    assert isinstance(found, dg.SensorResult)
    return found


def test_sensor_fires_once_when_a_deal_enters_won(synced: tuple[Sandbox, Workspace]) -> None:
    sandbox, workspace = synced
    before = _look(None)
    following = sandbox.next_event()
    while following is not None and following.isoformat() <= "2026-06-15T10:06:00+00:00":
        sandbox.move_to(max(following, sandbox.clock.now()))
        following = sandbox.next_event()
    with writer_lock(workspace.landing.folder("jira")):
        assert not _look(before.cursor).run_requests
    fired = _look(before.cursor)
    assert len(fired.run_requests or ()) == 1
    again = _look(fired.cursor)
    assert not again.run_requests


def test_sensor_says_which_crm_it_could_not_ask(synced: tuple[Sandbox, Workspace]) -> None:
    sandbox, _workspace = synced
    sandbox.faults.rules.append(Rule("hubspot", "status", status=401, times=99))
    said = str(_look(_look(None).cursor).skip_reason)
    assert "hubspot could not be asked: hubspot" in said
    assert "Renew the service key" in said
    assert "salesforce" not in said
