"""Measure reading and tracing on the labelled texts beside the checkout, or in the folder given.

python benchmarks/run.py [FOLDER]
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent.parent / "shared" / "eval"
    if not folder.is_dir():
        sys.exit(f"There are no labelled texts in {folder}; give their folder.")
    for name, command in (
        ("reading and tracing", ["-m", "atlas_sync", "eval", str(folder)]),
        ("linear time", [str(HERE / "linear.py")]),
    ):
        print(f"== {name}", flush=True)
        subprocess.run([sys.executable, *command], check=True)  # noqa: S603 - our own programs
