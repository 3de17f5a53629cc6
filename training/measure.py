"""Measure the reader on authors left out, as `eval` does: each text is read by the model that never saw its author.

Where labels begin is taken from the answers about other authors alone. Run: python -m training.measure WORK, after
`training.folds`.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from unittest.mock import patch

from atlas_sync.extraction import Conversation, Reading, read_many
from atlas_sync.extraction.model import Model, shipped
from atlas_sync.extraction.sense import Sense
from atlas_sync.operations.evaluate import evaluate
from training.calibrate import calibrate, scored_units
from training.examples import AUTHORS, BARE, DATA, GROUPS, HELD_OUT, SENSE, SENSE_LEFT_OUT, SPARED, rows_of, spared
from training.ship import write_sheet

__all__ = ["LeftOut", "texts_of"]

_log = logging.getLogger("training")


class LeftOut:
    """Reads each conversation with a model that never saw its author, with bounds from the answers about other authors.

    Authors whom only the sense never saw are read by the shipped model.
    """

    def __init__(self, work: Path) -> None:
        self._models: dict[str, tuple[Model, Sense]] = {}
        known = shipped()
        assert known, "the package carries its model"
        sense = Sense(work / SENSE)
        for author in SENSE_LEFT_OUT:
            self._set(author, known, sense)
        units = list(scored_units(work))
        self.authors = [author for author in HELD_OUT if (work / f"{author}.jsonl").exists()]
        for author in self.authors:
            folder = next(work / group for group in GROUPS if author in group.split("+"))
            write_sheet(folder, calibrate([one for one in units if one.example.author != author]))
            self._set(author, Model(folder), sense)
        write_sheet(work / GROUPS[0], calibrate(units))
        self._models |= dict.fromkeys(spared(), (Model(work / GROUPS[0]), sense))

    def _set(self, author: str, model: Model, sense: Sense) -> None:
        for name in texts_of(author):
            self._models |= {row["id"]: (model, sense) for row in rows_of(name)}

    def read_many(self, conversations: Sequence[Conversation]) -> list[Reading]:
        """Stand in for `extraction.read_many`."""
        readings: list[Reading] = []
        for conversation in conversations:
            model, sense = self._models[conversation.interaction_id]
            with (
                patch("atlas_sync.extraction.reader.shipped", return_value=model),
                patch("atlas_sync.extraction.sense.shipped_sense", return_value=sense),
            ):
                readings += read_many([conversation])
        return readings

    def reading(self) -> AbstractContextManager[object]:
        """Let everything be read that way meanwhile."""
        return patch("atlas_sync.extraction.read_many", self.read_many)


def texts_of(author: str) -> Iterator[str]:
    """Name the files that hold what an author wrote."""
    return (name for name in AUTHORS[author] if not name.endswith(BARE))


def main(work: Path) -> None:
    """Print the figures as tables for the model card: strangers, then the lines of a known voice that no fold saw."""
    left_out = LeftOut(work)
    unseen = work / f"spared_{SPARED}.jsonl"
    rows = (json.dumps(row) + "\n" for row in rows_of(SPARED) if row["id"] in spared())
    unseen.write_text("".join(rows), encoding="utf-8")
    with left_out.reading():
        _print([DATA / f"{name}.jsonl" for author in left_out.authors for name in texts_of(author)])
        _print([unseen])


def _print(paths: Sequence[Path]) -> None:
    done = evaluate(paths, with_misses="--misses" in sys.argv)
    for part in done.parts:
        _log.info("\n%d %s\n\n| measure | P | R | F1 | labelled |\n|---|---|---|---|---|", part.count, part.name)
        for one in part.figures:
            low, high = one.f1_interval
            _log.info(
                "| %s | %.2f | %.2f | %.2f [%.2f, %.2f] | %d |",
                *(one.name, one.precision, one.recall, one.f1, low, high, one.labelled),
            )
        _log.info("\n| share | value | of |\n|---|---|---|")
        for share in part.shares:
            _log.info("| %s | %.2f | %d |", share.name, share.value, share.total)
    for miss in done.misses:
        _log.info("%s\t%s\t%s\t%s\t%s", miss.what, miss.document, miss.channel, miss.text, miss.detail)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(Path(sys.argv[1]))
