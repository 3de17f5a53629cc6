"""`atlas-sync demo`: the whole idea on a sandbox, from a won deal to a filled tracker, in about a minute."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click
import requests
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from atlas_sync.canonical.model import Engagement, Gap, Interaction, Promise
from atlas_sync.cli.apply import print_step, summary
from atlas_sync.cli.brief import print_document
from atlas_sync.cli.gaps import print_gaps
from atlas_sync.cli.plan import print_plan
from atlas_sync.cli.sandbox import secret_variables, write_settings
from atlas_sync.cli.shared import Out, called, clean, command
from atlas_sync.cli.show import print_chain
from atlas_sync.cli.sync import print_streams
from atlas_sync.config import load_settings
from atlas_sync.coverage import CreateItem, kickoff_brief
from atlas_sync.errors import StoreError
from atlas_sync.opening import open_workspace
from atlas_sync.operations.apply import Applied, Step, apply
from atlas_sync.operations.named import find_engagement
from atlas_sync.operations.plan import plan
from atlas_sync.operations.planned import Plan
from atlas_sync.operations.pull import BEING_READ, estimate
from atlas_sync.operations.records import load_record
from atlas_sync.operations.show import list_gaps, show
from atlas_sync.operations.sync import SyncResult, sync
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.landing import Manifest
from atlas_sync.store.publish import open_snapshot

__all__ = ["demo_command", "running_sandbox"]

_BRIEF_OF = "Nordhavn yard data platform"
_CLOSES_AT = "2026-06-15T10:06:00+00:00"
_START_WAIT_S = 30.0
_CATCH_UP_TRIES = 10
_STEPS_SHOWN = 6
_SMOOTH = frozenset({"created", "found", "updated", "linked"})


@click.command(name="demo")
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    default=Path(".atlas-demo"),
    show_default=True,
    help="Folder for the demo's settings and state; state of an earlier demo there is replaced.",
)
@command
def demo_command(*, home: Path, out: Out) -> None:
    """Read two CRMs and a tracker on a sandbox, find what the handoff lost, and fill the tracker.

    Needs no credentials and reaches nothing but this machine.

    Example: atlas-sync demo
    """
    started = time.monotonic()
    shutil.rmtree(home / "state", ignore_errors=True)
    with running_sandbox(home) as addresses:
        config, _secrets = write_settings(home, addresses, policy="plan-only")
        workspace = open_workspace(load_settings(config), environ=secret_variables(addresses))
        result = _Demo(workspace, addresses, out).run()
    seconds = round(time.monotonic() - started, 1)
    _tell_where_next(out, config, seconds)
    out.result({**result, "seconds": seconds})


@contextmanager
def running_sandbox(home: Path) -> Iterator[Mapping[str, str]]:
    """Run the sandbox as a process of its own while the block runs, and give its addresses.

    Raises:
        StoreError: it did not start; its log is in `home`.
    """
    home.mkdir(parents=True, exist_ok=True)
    log = home / "sandbox.log"
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "atlas_sync", "sandbox", "--home", str(home), "--json"],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                message = "the sandbox did not start."
                raise StoreError(message, advice=f"See {log}.")
            yield json.loads(line)["addresses"]
        finally:
            process.terminate()
            process.wait(timeout=_START_WAIT_S)
            if process.stdout:
                process.stdout.close()


class _Demo:
    """The demo's steps over one workspace."""

    def __init__(self, workspace: Workspace, addresses: Mapping[str, str], out: Out) -> None:
        self._workspace = workspace
        self._control = addresses["control"]
        self._out = out
        self._brief_of = ""

    def run(self) -> dict[str, Any]:
        """Go through all steps and give the figures."""
        self._title("1. Read two CRMs and a tracker")
        read = self._sync()
        print_streams(self._out, read.manifests)
        counts = self._count()
        self._title("2. What was sold, and what the handoff lost")
        self._engagements()
        self._title(f"3. One engagement's kickoff brief: {_BRIEF_OF}")
        self._brief()
        self._title("4. The plan")
        drawn = plan(self._workspace)
        print_plan(self._out, drawn, workspace=self._workspace)
        self._title("5. Apply it")
        applied = self._apply()
        self._title("6. Once more: nothing is left to do")
        self._sync()
        second = plan(self._workspace)
        self._out.say(f"Second plan: {len(second.commands)} commands.")
        self._title("7. A deal closes")
        late = self._close_a_deal()
        self._chain(applied)
        return {
            **counts,
            "planned": len(drawn.commands),
            "applied": applied.count("created", "found", "updated", "linked"),
            "items": applied.count("created", "found"),
            "second_plan": len(second.commands),
            **late,
        }

    def _title(self, text: str) -> None:
        self._out.say()
        self._out.say(text, style="bold cyan")

    def _sync(self) -> SyncResult:
        columns = (SpinnerColumn(), TextColumn("{task.description}"))
        with Progress(*columns, console=self._out.console, transient=True) as progress:
            tasks = {name: progress.add_task(f"{name}: connecting") for name in self._workspace.connections}
            records: Counter[str] = Counter()

            def report(manifest: Manifest) -> None:
                if manifest.reason == BEING_READ:
                    text = f"{manifest.system}: {manifest.stream}, {estimate(manifest)}"
                else:
                    records[manifest.system] += manifest.records
                    text = f"{manifest.system}: {records[manifest.system]} records, {manifest.stream} {manifest.status}"
                progress.update(tasks[manifest.system], description=text)

            return sync(self._workspace, report=report, wait_s=30)

    def _count(self) -> dict[str, Any]:
        with open_snapshot(self._workspace.home) as snapshot:
            gaps: dict[str, Counter[str]] = {}
            for gap in snapshot.select(Gap):
                gaps.setdefault(gap.kind, Counter())[gap.state] += 1
            return {
                "engagements": snapshot.count(Engagement),
                "interactions": snapshot.count(Interaction),
                "promises": snapshot.count(Promise),
                "gaps": {kind: dict(states) for kind, states in sorted(gaps.items())},
            }

    def _engagements(self) -> None:
        with open_snapshot(self._workspace.home) as snapshot, closing(self._workspace.open_ledger()) as ledger:
            rows = snapshot.query("SELECT * FROM portfolio ORDER BY stage DESC, gaps_high DESC, gaps_open DESC, name")
            table = Table(box=None, padding=(0, 2, 0, 0))
            for title in ("engagement", "stage", "value", "promises", "unsure", "gaps", "high", "project"):
                is_text = title in {"engagement", "stage", "project"}
                table.add_column(title, justify="left" if is_text else "right")
            for row in rows:
                value = f"{row['amount']:,.0f} {row['currency'] or ''}" if row["amount"] is not None else "-"
                gaps = [str(row["gaps_open"]), str(row["gaps_high"])] if row["stage"] == "won" else ["", ""]
                cells = (
                    clean(row["name"]),
                    row["stage"],
                    value,
                    str(row["promises"]),
                    str(row["promises_in_review"] or ""),
                    *gaps,
                    row["project_keys"] or "",
                )
                table.add_row(*(Text(cell) for cell in cells))
            self._out.console.print(table)
            found = [
                (one, gap)
                for one, gap in list_gaps(snapshot, ledger, today=self._workspace.now().date())
                if _BRIEF_OF in one.name + (one.client_name or "")
            ]
        self._out.say()
        self._out.say(f"The gaps of {_BRIEF_OF}:")
        print_gaps(self._out, found, most=20)

    def _brief(self) -> None:
        with open_snapshot(self._workspace.home) as snapshot:
            found = [
                row for row in snapshot.select(Engagement, stage="won") if _BRIEF_OF in f"{row.name} {row.client_name}"
            ]
            self._brief_of = found[0].id if found else find_engagement(snapshot, _BRIEF_OF).id
            record = load_record(snapshot, self._brief_of)
        if record is not None:
            print_document(self._out, kickoff_brief(record, audience="internal"))

    def _apply(self) -> Applied:
        """Apply the plan, showing the first steps as they happen: all of them stand in the plan above."""
        shown = 0

        def report(step: Step) -> None:
            nonlocal shown
            if step.result in {"created", "found"}:
                shown += 1
            if shown <= _STEPS_SHOWN or step.result not in _SMOOTH:
                print_step(self._out, step)

        applied = apply(self._workspace, report=report)
        if shown > _STEPS_SHOWN:
            self._out.say(f"  ... and {shown - _STEPS_SHOWN} more")
        self._out.say(summary(applied))
        if applied.error is not None:
            raise applied.error
        return applied

    def _close_a_deal(self) -> dict[str, Any]:
        """Move the world on until a deal has closed, and time how long its project takes to be filled."""
        self._out.say("Two hours later in the sandbox's world a customer says yes.")
        requests.post(f"{self._control}/move", json={"to": _CLOSES_AT}, timeout=10).raise_for_status()
        started = time.monotonic()
        drawn = self._until_planned()
        print_plan(self._out, drawn, workspace=self._workspace)
        applied = self._apply()
        seconds = round(time.monotonic() - started, 1)
        self._out.say(f"From won deal to filled tracker: {seconds} s.")
        return {"won_later": {"items": applied.count("created", "found"), "seconds": seconds}}

    def _until_planned(self) -> Plan:
        """Sync until the closed deal is seen; a search index may lag behind."""
        for _ in range(_CATCH_UP_TRIES):
            self._sync()
            drawn = plan(self._workspace)
            if drawn.commands:
                return drawn
            time.sleep(1)
        raise StoreError("the closed deal never showed up.", advice="Run the demo again.")

    def _chain(self, applied: Applied) -> None:
        """Show one written item from the tracker back to the words that were said: of the brief's sale, and with a day."""
        made = [step for step in applied.steps if getattr(step.command, "item", "") == "promise" and step.key]
        for step in sorted(made, key=lambda step: step.command.engagement_id != self._brief_of or not _due(step))[:1]:
            self._title(f"8. Where an item comes from: atlas-sync show {step.key}")
            with open_snapshot(self._workspace.home) as snapshot, closing(self._workspace.open_ledger()) as ledger:
                for chain in show(snapshot, ledger, step.key or "", today=self._workspace.now().date()):
                    print_chain(self._out, chain)


def _due(step: Step) -> date | None:
    return step.command.due if isinstance(step.command, CreateItem) else None


def _tell_where_next(out: Out, config: Path, seconds: float) -> None:
    out.say()
    out.say(f"Done in {seconds} s. The sandbox has stopped; what was read is still here:", style="bold")
    out.say(f"  {called()} --config {shlex.quote(str(config))} dashboard")
    out.say(f"  {called()} --config {shlex.quote(str(config))} gaps")
    out.say("Next: `make dev` for the Dagster UI on a world that moves; README.md, Connect your own, for your systems.")
