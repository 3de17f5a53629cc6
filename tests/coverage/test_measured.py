"""Tracing held against the labelled development sets; the figures themselves are printed by benchmarks/coverage.py."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.contracts
def test_figures_are_printed_and_nothing_is_silently_covered(shared: Path) -> None:
    result = subprocess.run(
        [sys.executable, "benchmarks/coverage.py", str(shared / "eval")],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [line for line in result.stdout.splitlines() if "silently covered" in line]
    assert len(rows) == 15
    assert all("silently covered 0 " in row for row in rows)
    typical = next(row for row in rows if "coverage_dev typical" in row)
    assert float(typical.split("link@1 ")[1].split()[0]) >= 0.9
    assert float(typical.split("link@3 ")[1].split()[0]) >= 0.95
