"""`atlas-sync sandbox`: Salesforce, HubSpot and Jira to try things on, on this machine, with invented data."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from atlas_sync.cli.port import PORT, listen
from atlas_sync.cli.shared import Out, called, command
from atlas_sync.sandbox.listen import serve
from atlas_sync.sandbox.serve import Sandbox, connections

__all__ = ["sandbox_command", "write_settings"]

_DEV_STEP_S = 20.0
_STOP_WAIT_S = 15.0

_SETTINGS = """# Settings for the sandbox; the secrets are in the environment ({env_name}).
home = {home}
tenant = "sandbox"
overlap_s = 900

[connections.salesforce]
kind = "salesforce"
instance_url = {instance_url}
endpoint = {salesforce}
project_field = "Delivery_Project__c"
calls_per_second = 400

[connections.hubspot]
kind = "hubspot"
endpoint = {hubspot}
project_property = "delivery_project"
calls_per_second = 400
searches_per_second = 400

[connections.jira]
kind = "jira"
url = {jira}
email = {email}
calls_per_second = 400

[delivery]
# The sandbox handles every request at once: what was not made by then is never made.
settle_s = 0
policy = {policy}

[delivery.default_project]
salesforce = "TD"
hubspot = "CFS"

[delivery.audience]
TD = "internal"
CFS = "internal"
PELL = "internal"
BRACK = "internal"
CAST = "client_ok"
"""


@click.command(name="sandbox")
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    default=Path(".atlas-sandbox"),
    show_default=True,
    help="Folder for settings and state.",
)
@click.option("--control-port", type=PORT, default=0, help="Port of the control address; a free one by default.")
@click.option("--dev", is_flag=True, help="Also open the Dagster UI on it, in a world that moves by itself.")
@command
def sandbox_command(*, home: Path, control_port: int, dev: bool, out: Out) -> None:
    """Serve stand-ins for Salesforce, HubSpot and Jira on loopback, until interrupted.

    Writes atlas.toml and secrets.env into the folder; load them in another shell and every command works on the sandbox.
    The control address tells the world's time and moves it: POST /move {"next": true}.

    Example: atlas-sync sandbox --home /tmp/atlas
    """
    listen("127.0.0.1", control_port, option="--control-port").close()
    sandbox = Sandbox()
    children: list[subprocess.Popen[bytes]] = []

    def ready(addresses: Mapping[str, str]) -> None:
        config, secrets = write_settings(home, addresses, policy="auto" if dev else "plan-only")
        out.result({"addresses": dict(addresses), "config": str(config), "secrets": str(secrets)})
        for name, address in addresses.items():
            out.say(f"{name:<11} {address}")
        out.say()
        out.say("In another shell:")
        out.say(f"  set -a; . '{secrets}'; set +a")
        out.say(f"  {called()} sync && {called()} gaps")
        if dev:
            with _signals_held():
                children.append(_start_dagster(home, secrets))
            threading.Thread(target=_move_on, args=(sandbox,), daemon=True).start()

    if dev:  # ended from outside, it ends like interrupted: with what it started
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        serve(sandbox.apps(), ports={"control": control_port}, ready=ready)
    finally:
        for child in children:
            _stop(child)


def write_settings(home: Path, addresses: Mapping[str, str], *, policy: str) -> tuple[Path, Path]:
    """Write the settings and the invented secrets of a sandbox, and give both paths."""
    home.mkdir(parents=True, exist_ok=True)
    given = connections(addresses)
    config = home / "atlas.toml"
    values = {
        "home": str((home / "state").resolve()),
        "instance_url": given["salesforce"]["instance_url"],
        "salesforce": given["salesforce"]["endpoint"],
        "hubspot": given["hubspot"]["endpoint"],
        "jira": given["jira"]["url"],
        "email": given["jira"]["email"],
        "policy": policy,
    }
    quoted = {name: json.dumps(value) for name, value in values.items()}
    config.write_text(_SETTINGS.format(env_name="secrets.env", **quoted), encoding="utf-8")
    secrets = home / "secrets.env"
    lines = {"ATLAS_CONFIG": str(config.resolve()), **secret_variables(addresses)}
    secrets.touch(mode=0o600)
    secrets.write_text("".join(f"{name}='{value}'\n" for name, value in lines.items()), encoding="utf-8")
    return config, secrets


def secret_variables(addresses: Mapping[str, str]) -> dict[str, str]:
    """Give the environment that holds the sandbox's invented secrets."""
    given = connections(addresses)
    return {
        "ATLAS_SALESFORCE_CLIENT_ID": given["salesforce"]["client_id"],
        "ATLAS_SALESFORCE_CLIENT_SECRET": given["salesforce"]["client_secret"],
        "ATLAS_HUBSPOT_ACCESS_TOKEN": given["hubspot"]["access_token"],
        "ATLAS_JIRA_API_TOKEN": given["jira"]["api_token"],
    }


def _move_on(sandbox: Sandbox) -> None:
    """Let the next thing in the story happen every so often."""
    while (following := sandbox.next_event()) is not None:
        time.sleep(_DEV_STEP_S)
        sandbox.move_to(max(following, sandbox.clock.now()))


def _start_dagster(home: Path, secrets: Path) -> subprocess.Popen[bytes]:
    """Start `dagster dev` on the sandbox.

    No limit is set on the pool of those who write: a run that was killed would hold its place in it for good.
    """
    dagster_home = home / "dagster"
    dagster_home.mkdir(parents=True, exist_ok=True)
    (dagster_home / "dagster.yaml").write_text(
        "telemetry:\n  enabled: false\nnux:\n  enabled: false\n", encoding="utf-8"
    )
    pairs = (line.partition("=") for line in secrets.read_text(encoding="utf-8").splitlines())
    env = {**os.environ, "DAGSTER_HOME": str(dagster_home.resolve())}
    env |= {name: value.strip("'") for name, _sign, value in pairs}
    return subprocess.Popen(
        [sys.executable, "-m", "dagster", "dev", "-m", "atlas_sync.definitions", "-h", "127.0.0.1"], env=env
    )


@contextmanager
def _signals_held() -> Iterator[None]:
    """Let signals that end us come through after the block, so that a child that starts in it is known and is ended too.

    A shell's `&` leaves SIGINT ignored, and a `dagster dev` that inherits that cannot be stopped; what is held is not.
    """
    came: list[signal.Signals] = []
    before = {
        one: signal.signal(one, lambda number, _frame: came.append(signal.Signals(number)))
        for one in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    if any(before[one] is not signal.SIG_IGN for one in came):
        raise KeyboardInterrupt


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Ask a child to end, and see to it."""
    child.terminate()
    try:
        child.wait(timeout=_STOP_WAIT_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
