"""`bench pull`: what windows gain, what a run costs that finds nothing new, and what one costs that finds one in a hundred.

Windows are measured against a vendor of fixed latency on loopback, calls against the sandbox with the real connectors, and
the increment on made records, from pages to canonical tables.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from atlas_sync.cli.benches.figures import Report, Side, Target, checksum_of, measured, side_of
from atlas_sync.cli.benches.ingest import MadeMapper, PagesReader, made_workspace, write_pages
from atlas_sync.cli.benches.slow_vendor import SlowReader, slow_vendor
from atlas_sync.cli.sandbox import secret_variables, write_settings
from atlas_sync.config import load_settings
from atlas_sync.connectors.line import Line
from atlas_sync.opening import open_workspace
from atlas_sync.operations.canonicalize import canonicalize
from atlas_sync.operations.pull import pull, pull_connection
from atlas_sync.operations.workspace import Connection, Delivery, Workspace, new_run_id
from atlas_sync.sandbox.listen import serving
from atlas_sync.sandbox.serve import Sandbox
from atlas_sync.store.warehouse import open_warehouse

__all__ = ["bench_pull"]

_DELAY_S = 0.1
_PAGES = 96
_AT_ONCE = (4, 8)
_PER_SECOND = 20.0


def bench_pull(records: int = 240_000) -> Report:
    """Measure all three; `records` is the size of the full load that the increment is compared with."""
    sides, targets = _windows()
    full, part = _increment(records)
    share = Target(
        name=f"CPU of a 1 % increment over that of the full load, one in {full.cpu_s / part.cpu_s:.0f}",
        value=part.cpu_s / full.cpu_s,
        kind="at most",
        limit=1 / 30,
    )
    quiet, note = _no_change()
    return Report(
        name="pull",
        sides=(*sides, full, part),
        targets=(*targets, quiet, share),
        notes=(note,),
        checksum=sides[0].checksum,
        checksums_agree=len({side.checksum for side in sides}) == 1,
    )


def _windows() -> tuple[list[Side], list[Target]]:
    with slow_vendor(_DELAY_S) as url:
        alone = _quickest(url, at_once=1)
        sides, targets = [alone], []
        for at_once in _AT_ONCE:
            side = _quickest(url, at_once=at_once)
            gain = alone.wall_s / side.wall_s / at_once
            targets.append(
                Target(name=f"gain of {at_once} windows, per window", value=gain, kind="at least", limit=0.9)
            )
            sides.append(side)
        paced = _read(url, at_once=8, per_second=_PER_SECOND)
        reached = (_PAGES - 1) / paced.wall_s / _PER_SECOND
        targets.append(Target(name="share of a pace that is reached", value=reached, kind="at least", limit=0.9))
        targets.append(Target(name="the same, not overrun", value=reached, kind="at most", limit=1.01))
    return [*sides, paced], targets


def _quickest(url: str, *, at_once: int) -> Side:
    """Read twice without a pace and give the quicker one: what else the machine did is no property of windows."""
    return min((_read(url, at_once=at_once, per_second=1e6) for _ in range(2)), key=lambda side: side.wall_s)


def _read(url: str, *, at_once: int, per_second: float) -> Side:
    """Read all pages in windows, in this process, whose memory is not what is looked at."""
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        line = Line()
        make = partial(SlowReader, url, parts=8, pages=_PAGES, per_second=per_second)
        connection = Connection(
            name="slow",
            kind="slow",
            role="crm",
            open_reader=partial(line.lend, make),
            mapper=MadeMapper(),
            line=line,
            windows=at_once,
        )
        workspace = Workspace(
            home=Path(folder),
            tenant="bench",
            connections={"slow": connection},
            delivery=Delivery(),
            ledger_url="sqlite://",
        )
        cpu, wall = time.process_time(), time.perf_counter()
        (manifest,) = pull_connection(workspace, connection, "r1")
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        ids = workspace.landing.ids_of("slow", "r1", manifest.parts)
        pace = f", {per_second:.0f}/s" if per_second < 1e6 else ""  # noqa: PLR2004 - no pace
        name = f"{at_once} at once{pace}"
        return Side(name=name, records=manifest.records, cpu_s=cpu, wall_s=wall, rss_mib=0, checksum=checksum_of(ids))


def _no_change() -> tuple[Target, str]:
    """Count the calls of a second run over the sandbox, which finds nothing new."""
    sandbox = Sandbox()
    with serving(sandbox.apps()) as addresses, tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        config, _secrets = write_settings(Path(folder), addresses, policy="plan-only")
        settings, secrets = load_settings(config), secret_variables(addresses)
        pull(open_workspace(settings, environ=secrets), "r1")
        manifests = pull(open_workspace(settings, environ=secrets), "r2")
    calls = sum(manifest.calls for manifest in manifests)
    by_system = {
        system: [manifest.calls for manifest in manifests if manifest.system == system]
        for system in dict.fromkeys(manifest.system for manifest in manifests)
    }
    said = "; ".join(f"{system} {sum(counts)} calls for {len(counts)} streams" for system, counts in by_system.items())
    target = Target(
        name=f"calls a stream of a run without news, over {len(manifests)} streams",
        value=calls / len(manifests),
        kind="at most",
        limit=2,
    )
    return target, f"without news: {said}"


def _increment(records: int) -> tuple[Side, Side]:
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        home = Path(folder)
        write_pages(home / "full", records)
        write_pages(home / "part", records // 100, changed_share=1.0)
        full = side_of(__name__, "full load", str(home / "full"), str(home / "work"))
        return full, side_of(__name__, "1 % increment", str(home / "part"), str(home / "work"))


def _take_in(pages: Path, work: Path) -> tuple[int, Iterable[str]]:
    workspace = made_workspace(work, PagesReader(pages))
    manifests = pull_connection(workspace, workspace.connections["made"], new_run_id(workspace.now()))
    with open_warehouse(work) as warehouse:
        changed = sum(intake.changed for intake in canonicalize(workspace, warehouse))
    ids = (
        f"{manifest.stream}:{one}"
        for manifest in manifests
        for one in workspace.landing.ids_of("made", manifest.run, manifest.parts)
    )
    return changed, ids


if __name__ == "__main__":
    side, pages_folder, work_folder = sys.argv[1:]
    result = measured(side, lambda: _take_in(Path(pages_folder), Path(work_folder)))
    sys.stdout.write(f"{result.model_dump_json()}\n")
