"""The layers hold, and would be seen not to."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).parent / "lint-imports"
    return subprocess.run([str(linter), "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


def test_layers_hold() -> None:
    result = _lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("canonical/identity.py", "from atlas_sync.store import lock", "Each layer imports only what is below it"),
        ("sandbox/clock.py", "from atlas_sync.errors import AtlasError", "The sandbox knows nothing of ours"),
        ("operations/pull.py", "import duckdb", "Databases stay in the store"),
        ("store/lock.py", "import dagster", "Dagster stays in assets and definitions"),
        ("cli/shared.py", "import jira", "A vendor's package stays in its connector"),
    ],
)
def test_planted_violation_is_reported(tmp_path: Path, module: str, line: str, contract: str) -> None:
    shutil.copytree(ROOT / "atlas_sync", tmp_path / "atlas_sync", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = tmp_path / "atlas_sync" / module
    planted.write_text(planted.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    result = _lint(tmp_path)
    assert result.returncode != 0
    broken = [text for text in result.stdout.splitlines() if text.endswith("BROKEN")]
    assert [text for text in broken if text.startswith(contract)], result.stdout
