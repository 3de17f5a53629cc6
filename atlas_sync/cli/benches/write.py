"""`bench write`: a thousand items written into the sandbox's tracker at a fixed pace of calls, against what that pace allows.

Each size runs in a process of its own, and the sandbox in another. The floor is two calls an item, the create and its link;
looks, briefs and the ledger are what comes on top of it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import requests
from pydantic import BaseModel

from atlas_sync.canonical.model import DeliveryProject, Engagement, Evidence, Gap, Interaction, Promise
from atlas_sync.cli.benches.figures import Report, Side, Target, checksum_of, measured, side_of
from atlas_sync.cli.demo import running_sandbox
from atlas_sync.cli.sandbox import secret_variables, write_settings
from atlas_sync.config import load_settings
from atlas_sync.coverage import CreateItem
from atlas_sync.opening import open_workspace
from atlas_sync.operations.apply import apply
from atlas_sync.operations.plan import plan
from atlas_sync.operations.workspace import Caps, Workspace
from atlas_sync.store.publish import publish
from atlas_sync.store.warehouse import open_warehouse

__all__ = ["bench_write"]

_PER_SECOND = 50.0
_AT_ONCE = 8
_A_DEAL = 50
_PROJECT = "OPS"
_SAID = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def bench_write(records: int = 1000) -> Report:
    """Write a tenth of the items, then all of them."""
    few, many = (side_of(__name__, str(number)) for number in (max(_A_DEAL, records // 10), records))
    floor_s = 2 * many.records / _PER_SECOND
    targets = (
        Target(
            name=f"wall time over {floor_s:.0f} s, which {_PER_SECOND:.0f} calls a second allow",
            value=many.wall_s / floor_s,
            kind="at most",
            limit=1.1,
        ),
        Target(
            name=f"memory of {many.records} items over that of {few.records}",
            value=many.rss_mib / few.rss_mib,
            kind="at most",
            limit=1.15,
        ),
    )
    wanted = [_checksum_of_made(side.records) for side in (few, many)]
    return Report(
        name="write",
        sides=(few, many),
        targets=targets,
        notes=("the checksum is over the marks of the items in the tracker, each of which has to be there once.",),
        checksum=many.checksum,
        checksums_agree=[few.checksum, many.checksum] == wanted,
    )


def _checksum_of_made(items: int) -> str:
    return checksum_of(f"prm_{number}" for number in range(items) if number % _A_DEAL) if items else ""


def _write(items: int, home: Path) -> Side:
    with running_sandbox(home) as addresses:
        config, _secrets = write_settings(home, addresses, policy="plan-only")
        text = config.read_text(encoding="utf-8")
        paced = text.replace("calls_per_second = 400", f"calls_per_second = {_PER_SECOND}")
        config.write_text(paced, encoding="utf-8")
        # Planned in a process of its own, as its users do: what a plan takes to be drawn up is not what writing takes.
        with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
            subjects = pool.submit(_plan, config, addresses, items).result()
        workspace = _open(config, addresses, items)
        issues = f"{addresses['control']}/issues"
        return measured(f"{items} items", lambda: _apply(workspace, subjects, issues))


def _open(config: Path, addresses: Mapping[str, str], items: int) -> Workspace:
    opened = open_workspace(load_settings(config), environ=secret_variables(addresses))
    caps = Caps(run=items, project=items, engagement=items)
    audience = {**opened.delivery.audience, _PROJECT: "internal"}
    return replace(opened, delivery=replace(opened.delivery, caps=caps, at_once=_AT_ONCE, audience=audience))


def _plan(config: Path, addresses: Mapping[str, str], items: int) -> dict[str, str]:
    """Draw up the plan, and give what its items stand for, by mark."""
    workspace = _open(config, addresses, items)
    _publish(workspace, items)
    drawn = plan(workspace)
    return {one.marker: one.subject_id for one in drawn.commands if isinstance(one, CreateItem) and one.kind == "item"}


def _apply(workspace: Workspace, subjects: Mapping[str, str], issues: str) -> tuple[int, Iterable[str]]:
    applied = apply(workspace)
    if applied.error is not None:
        raise applied.error
    there = (
        subjects[label]
        for issue in requests.get(issues, timeout=60).json()
        for label in issue["labels"]
        if label in subjects
    )
    return applied.count("created"), there


def _publish(workspace: Workspace, items: int) -> None:
    """Publish deals of which nothing is delivered yet: a brief and 49 promises each."""
    with open_warehouse(workspace.home) as warehouse:
        with warehouse.transaction():
            for first in range(0, items, _A_DEAL):
                for rows in _deal(first, min(_A_DEAL, items - first)):
                    warehouse.put(rows)
        publish(warehouse, workspace.home, run="made")


def _deal(first: int, items: int) -> list[Sequence[BaseModel]]:
    deal = f"eng_{first}"
    call = Interaction(
        id=f"int_{first}",
        engagement_id=deal,
        source=f"hubspot:interaction/call:{first}",
        link=f"https://crm.example/call/{first}",
        kind="call",
        at=_SAID,
        subject="Scope of the first phase",
        text_hash="made",
    )
    sold = Engagement(
        id=deal, name=f"Made deal {first}", source=f"hubspot:deal:{first}", stage="won", stage_label="Won", won_at=_SAID
    )
    place = DeliveryProject(
        id=f"del_{first}", engagement_id=deal, source="jira:project:made", key=_PROJECT, name="Made", how="made"
    )
    promises, gaps = zip(*(_promise(number, call) for number in range(first + 1, first + items)), strict=True)
    return [[sold], [place], [call], promises, gaps]


def _promise(number: int, call: Interaction) -> tuple[Promise, Gap]:
    text = f"Report {number} of the old warehouse is moved over, with a rehearsal before the cut-over weekend."
    evidence = Evidence(interaction_id=call.id, start=0, end=len(text), quote=text, speaker="Sam", said_at=_SAID)
    promise = Promise(
        id=f"prm_{number}",
        engagement_id=call.engagement_id,
        evidence=evidence,
        rule="made",
        confidence=1.0,
        text=text,
        kind="deliverable",
    )
    gap = Gap(
        id=f"gap_{number}",
        engagement_id=call.engagement_id,
        kind="promise_missing",
        subject_id=promise.id,
        title=text,
        state="open",
        severity="medium",
        next_step="Make an item.",
        evidence=evidence,
        opened_at=_SAID,
    )
    return promise, gap


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        sys.stdout.write(f"{_write(int(sys.argv[1]), Path(folder)).model_dump_json()}\n")
