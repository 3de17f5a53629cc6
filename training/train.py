"""Train the reader: all labelled text in, the shipped weights out, with the hash that the model card gives.

Run: `make train`, which sets up what this needs; or python -m training.train ENCODER.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path

from training.calibrate import CALIBRATION
from training.examples import AUTHORS, examples_of
from training.fit import RECIPE, fit_all
from training.kinds import ship_kinds
from training.ship import SHIPPED, note_in_card, ship

_log = logging.getLogger("training")


def main(encoders: Path) -> None:
    """Fit on every author and write the package's weights."""
    started = time.monotonic()
    examples = [one for author in AUTHORS for one in examples_of(author)]
    calibration = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    found = ship(fit_all(examples, encoders, RECIPE), SHIPPED, calibration)
    note_in_card("| sha256 | `", found)
    note_in_card("`kinds.json`, sha256 `", ship_kinds(examples, SHIPPED))
    _log.info("%d examples, %.0f s, sha256 %s", len(examples), time.monotonic() - started, found)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(Path(sys.argv[1]))
