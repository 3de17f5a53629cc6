"""Leave authors out: fit without some, and keep the answers for the ones never seen.

Thresholds and figures come from these answers only. Run: python -m training.folds WORK ENCODER [AUTHOR+AUTHOR ...]
"""

from __future__ import annotations

import json
import logging
import math
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from atlas_sync.extraction.conversation import Conversation
from atlas_sync.extraction.inputs import questions_of
from atlas_sync.extraction.model import Model
from atlas_sync.extraction.units import split
from training.examples import AUTHORS, BARE, GROUPS, SENSE, SENSE_LEFT_OUT, conversations_of, examples_of, spared
from training.fit import RECIPE, fit_all
from training.kinds import ship_kinds
from training.sense import fit_sense, ship_sense
from training.ship import ship

__all__ = ["answers_of"]

_log = logging.getLogger("training")


def answers_of(model: Model, author: str) -> Iterator[dict[str, Any]]:
    """Yield the logits of a model for each unit of an author's text, with the unit's place."""
    for conversation in _texts_of(author):
        units = [unit for unit in split(conversation) if unit.zone == "new"]
        questions = questions_of(units, conversation)
        for unit, _question, answer in zip(units, questions, model.ask(questions), strict=True):
            yield {
                "id": conversation.interaction_id,
                "start": unit.start,
                "text": unit.text,
                "side": unit.side,
                "alone": len(units) == 1,
                "logits": [round(_logit(score), 4) for score in answer.scores.values()],
                "kinds": list(answer.kinds.values()),
                "due": answer.due,
            }


def _logit(score: float) -> float:
    return math.log(score / (1 - score))


def _texts_of(author: str) -> Iterator[Conversation]:
    """Yield what an author wrote, as `extract` is given it."""
    for name in AUTHORS[author]:
        if not name.endswith(BARE):
            for _row, conversation in conversations_of(name):
                yield conversation


def main(work: Path, encoders: Path, groups: Sequence[str]) -> None:
    """Fit the folds one after the other; each leaves a folder with its weights, and one with answers for each author."""
    for group in groups:
        started = time.monotonic()
        left_out = group.split("+")
        others = [one for other in AUTHORS if other not in left_out for one in examples_of(other)]
        others = [one for one in others if one.id not in spared()]
        ship(fit_all(others, encoders, RECIPE), work / group, {})
        ship_kinds(others, work / group)
        for author in left_out:
            with (work / f"{author}.jsonl").open("w", encoding="utf-8") as lines:
                for row in answers_of(Model(work / group), author):
                    lines.write(json.dumps(row) + "\n")
        _log.info("without %s: %.0f s", group, time.monotonic() - started)
    ship_sense(fit_sense(encoders, left_out=SENSE_LEFT_OUT), work / SENSE)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:] or GROUPS)
