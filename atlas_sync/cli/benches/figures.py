"""What a measurement says: the sides, the ratios with their targets, and a checksum that shows that all did the same work."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = ["Report", "Side", "Target", "checksum_of", "is_there", "measured", "side_of"]


class Side(BaseModel):
    """One way of doing the work: processor and wall time without imports, and the most memory the process ever held."""

    model_config = ConfigDict(frozen=True)

    name: str
    records: int
    cpu_s: float
    wall_s: float
    rss_mib: float
    checksum: str = ""

    @property
    def cpu_us(self) -> float:
        """Microseconds of processor time a record."""
        return self.cpu_s * 1e6 / max(1, self.records)

    @property
    def per_second(self) -> float:
        """Records a second of wall time."""
        return self.records / max(self.wall_s, 1e-9)


class Target(BaseModel):
    """A ratio or figure that has to be at most, or at least, so much."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: float
    kind: Literal["at most", "at least"]
    limit: float

    @property
    def is_met(self) -> bool:
        """Tell if it is."""
        return self.value <= self.limit if self.kind == "at most" else self.value >= self.limit


class Report(BaseModel):
    """A whole measurement. `notes` say what was not compared, and why; `checksums_agree` is part of the outcome."""

    model_config = ConfigDict(frozen=True)

    name: str
    sides: tuple[Side, ...] = ()
    targets: tuple[Target, ...] = ()
    notes: tuple[str, ...] = ()
    checksum: str = ""
    checksums_agree: bool = True

    @property
    def is_met(self) -> bool:
        """Tell if every target is met and all sides came to the same result."""
        return self.checksums_agree and all(target.is_met for target in self.targets)


def is_there(package: str) -> bool:
    """Tell if an optional package is installed."""
    return find_spec(package) is not None


def checksum_of(ids: Iterable[str]) -> str:
    """Give a checksum of some ids that does not depend on their order, with their number."""
    total, number = 0, 0
    for remote_id in ids:
        total ^= int.from_bytes(hashlib.sha256(remote_id.encode()).digest()[:8])
        number += 1
    return f"{number}/{total:016x}"


def measured(name: str, work: Callable[[], tuple[int, Iterable[str]]]) -> Side:
    """Do some work, which gives the number of records and afterwards their ids, and measure it."""
    cpu, wall = time.process_time(), time.perf_counter()
    records, ids = work()
    cpu, wall, rss = time.process_time() - cpu, time.perf_counter() - wall, _peak_mib()
    return Side(name=name, records=records, cpu_s=cpu, wall_s=wall, rss_mib=rss, checksum=checksum_of(ids))


def side_of(module: str, *arguments: str) -> Side:
    """Run one side of a measurement in a process of its own, so that nothing of another one counts."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own module
    return Side.model_validate(json.loads(done.stdout.strip().splitlines()[-1]))


def _peak_mib() -> float:
    """Give the most memory this process ever held. The kernel's other figure counts the parent's before the start as well."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
