"""Train the matcher: the labelled trackers in, the package's weights out, with bounds by authors that no weights see.

Run: `make train`, or python -m training.match WORK ENCODERS. Prints what was measured on the authors left out.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from atlas_sync.coverage.decision import Bounds
from atlas_sync.operations.matcher import ALONE, SPELLING, TOGETHER, WORDS, LearnedMatcher
from training.bounds import UNFITTED
from training.covering import LEFT_OUT, bounds_for, measure, measure_amid, measure_beginnings, measure_contrasts, report
from training.matching import Matching, fit_matching
from training.multilingual import Encoder, unpack, write_spelling
from training.pairs import asked_in, asked_of, fit_pairs
from training.ship import SHIPPED as READER
from training.ship import export
from training.trackers import CONTRASTS, UNREAD, Listing, contrasts_of, listings_of, pages_of_phrases

__all__ = ["SHIPPED", "main"]

SHIPPED = READER.parent.parent / "coverage" / "weights"
NAME = "matcher-7"
WEIGHT = 0.6
"""How much it counts what is read together, beside what is read alone; chosen on A, x and z left out."""
_log = logging.getLogger("training")


def main(work: Path, encoders: Path) -> None:
    """Fit without a half of the authors and measure on them; fit on all, set the bounds, and write the weights."""
    started = time.monotonic()
    write_spelling(unpack(encoders), _texts(), SHIPPED / SPELLING)
    fit(work, encoders, LEFT_OUT)
    _log.info("without %s: %.0f s", "+".join(LEFT_OUT), time.monotonic() - started)
    report(work)
    fit(SHIPPED, encoders, ())
    _log.info("all: %.0f s", time.monotonic() - started)
    set_bounds(SHIPPED)
    for author in UNREAD:
        _log.info("as shipped, on %s, whom nothing has seen:", author)
        measure(LearnedMatcher(SHIPPED), [author])
        measure_beginnings(LearnedMatcher(SHIPPED), author)
        measure_amid(LearnedMatcher(SHIPPED), author)
    measure_contrasts(LearnedMatcher(SHIPPED))


def fit(folder: Path, encoders: Path, without: Collection[str]) -> None:
    """Fit both networks without some authors of trackers, and write them to a folder."""
    listings, pages = listings_of(without), list(pages_of_phrases())
    encoder = unpack(encoders).spelled_by(SHIPPED / SPELLING)
    ship(fit_matching(encoder, listings, pages), folder)
    add_pairs(folder, encoder, listings, pages)


def ship(matching: Matching, folder: Path) -> None:
    """Write weights and sheet to a folder, with bounds that decide nothing; same network, same bytes.

    It stands for what reads together as well, until there is a network for that.
    """
    folder.mkdir(parents=True, exist_ok=True)
    export(matching, folder / ALONE, takes=("pieces",), gives=("whole", "each", "counts"), words=WORDS)
    shutil.copy(folder / ALONE, folder / TOGETHER)
    if folder != SHIPPED:
        shutil.copy(SHIPPED / SPELLING, folder)
    sheet = {
        "name": NAME,
        "scales": [round(one, 4) for one in matching.scales.tolist()],
        "nothing": round(matching.nothing.item(), 4),
        "together": WEIGHT,
    }
    _write(folder, sheet, UNFITTED)


def add_pairs(folder: Path, encoder: Encoder, listings: Sequence[Listing], pages: Sequence[Listing]) -> None:
    """Fit the network that reads together on what the one in a folder finds, and put it there.

    The table of pieces is neither's to fit, and so the same.
    """
    alone = LearnedMatcher(folder)
    rows = [one for listing in listings for one in asked_in(listing, alone)]
    rows += [asked_of(one) for one in contrasts_of(CONTRASTS)]
    once = [one for page in pages for one in asked_in(page, alone)]
    export(fit_pairs(encoder, once, rows), folder / TOGETHER, takes=("pieces",), gives=("pair",), words=WORDS)
    _write(folder, _sheet_of(folder), UNFITTED)


def _texts() -> Iterator[str]:
    """Yield all that is learned from."""
    for listing in (*listings_of(()), *pages_of_phrases()):
        yield from (*listing.promises, *listing.passages)
    for one in contrasts_of(CONTRASTS):
        yield from (one.said, one.delivers, one.departs, one.beside)


def set_bounds(folder: Path) -> None:
    """Put the bounds beside the weights of a folder that are right for them."""
    _write(folder, _sheet_of(folder), bounds_for(LearnedMatcher(folder)))


def _sheet_of(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "matcher.json").read_text(encoding="utf-8"))
    return found


def _write(folder: Path, sheet: Mapping[str, object], bounds: Bounds) -> None:
    files = (ALONE, TOGETHER, WORDS, SPELLING)
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files}
    text = json.dumps({**sheet, "sha256": hashes, "bounds": asdict(bounds)}, indent=1)
    (folder / "matcher.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
