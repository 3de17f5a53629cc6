"""Train the matcher: the labelled trackers in, the package's weights out, with bounds from authors left out.

Run: `make train`, or python -m training.match WORK ENCODER. Prints what was measured on the authors left out.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from atlas_sync.coverage.decision import Bounds
from atlas_sync.operations.matcher import LearnedMatcher
from training.bounds import UNFITTED
from training.covering import LEFT_OUT, bounds_for, measure, report
from training.matching import Matching, fit_matching
from training.ship import SHIPPED as READER
from training.ship import export
from training.trackers import UNREAD, listings_of, pages_of_phrases

__all__ = ["SHIPPED", "main"]

SHIPPED = READER.parent.parent / "coverage" / "weights"
NAME = "matcher-4"
TOGETHER = 0.6
"""How much it counts what is read together, beside what is read alone; chosen on A, x and z left out."""
_log = logging.getLogger("training")


def main(work: Path, wheel: Path) -> None:
    """Fit without a half of the authors and measure on them; fit on all, set the bounds, and write the weights."""
    started = time.monotonic()
    phrases = list(pages_of_phrases())
    ship(fit_matching(wheel, listings_of(LEFT_OUT), phrases), work)
    _log.info("without %s: %.0f s", "+".join(LEFT_OUT), time.monotonic() - started)
    report(work)
    found = ship(fit_matching(wheel, listings_of(()), phrases), SHIPPED)
    _log.info("all: %.0f s, sha256 %s", time.monotonic() - started, found)
    set_bounds(SHIPPED)
    for author in UNREAD:
        _log.info("as shipped, on %s, whom nothing has seen:", author)
        measure(LearnedMatcher(SHIPPED), [author])


def ship(matching: Matching, folder: Path) -> str:
    """Write weights and sheet to a folder, with bounds that decide nothing, and give the hash; same network, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / "matcher.onnx"
    export(matching, weights, takes=("pieces", "segments"), gives=("whole", "each", "counts", "pair"))
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    sheet = {
        "name": NAME,
        "sha256": found,
        "scales": [round(one, 4) for one in matching.scales.tolist()],
        "nothing": round(matching.nothing.item(), 4),
        "together": TOGETHER,
    }
    _write(folder, sheet, UNFITTED)
    return found


def set_bounds(folder: Path) -> None:
    """Put the bounds beside the weights of a folder that are right for them."""
    sheet = json.loads((folder / "matcher.json").read_text(encoding="utf-8"))
    _write(folder, sheet, bounds_for(LearnedMatcher(folder)))


def _write(folder: Path, sheet: Mapping[str, object], bounds: Bounds) -> None:
    text = json.dumps({**sheet, "bounds": asdict(bounds)}, indent=1)
    (folder / "matcher.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
