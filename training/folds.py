"""Leave one author out: fit on all authors but one, and keep the answers for the one never seen.

Thresholds and figures come from these answers only. Run: python -m training.folds WORK ENCODER [AUTHOR ...]
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import torch

from atlas_sync.extraction.conversation import Conversation
from atlas_sync.extraction.inputs import questions_of
from atlas_sync.extraction.units import split
from atlas_sync.extraction.wordpiece import Vocabulary
from training.examples import AUTHORS, conversation_of, examples_of, rows_of, sentence_of
from training.fit import Recipe, answers, fit
from training.network import Network

__all__ = ["answers_of", "conversations_of", "fit_without", "vocabulary"]

WEIGHTS = Path(__file__).parent.parent / "atlas_sync" / "extraction" / "weights"


def vocabulary() -> Vocabulary:
    """Give the vocabulary that is shipped."""
    return Vocabulary((WEIGHTS / "vocabulary.txt").read_text(encoding="utf-8").rstrip("\n").split("\n"))


def conversations_of(author: str) -> list[Conversation]:
    """Give what an author wrote as the reader takes it, sentences and documents."""
    rows = [row for name in AUTHORS[author] for row in rows_of(name)]
    return [
        conversation_of(row) if "body" in row else sentence_of(row) for row in rows if "body" in row or "text" in row
    ]


def fit_without(author: str, encoder: Path, recipe: Recipe) -> Network:
    """Fit on everything that others wrote."""
    others = [one for other in AUTHORS if other != author for one in examples_of(other)]
    return fit(others, encoder, vocabulary(), recipe)


def answers_of(network: Network, author: str) -> list[dict[str, Any]]:
    """Give a network's answers for each unit of an author's text, with the unit's place."""
    asked = []
    for conversation in conversations_of(author):
        units = split(conversation)
        questions = questions_of(units, channel=conversation.kind)
        asked += [
            (conversation.interaction_id, unit, question)
            for unit, question in zip(units, questions, strict=True)
            if unit.zone == "new"
        ]
    found = answers(network, [question for _id, _unit, question in asked], vocabulary())
    return [
        {
            "id": one,
            "start": unit.start,
            "end": unit.end,
            "text": unit.text,
            "side": unit.side,
            "where": question.where,
            "labels": labels,
            "kinds": kinds,
            "due": due,
        }
        for (one, unit, question), (labels, kinds, due) in zip(asked, found, strict=True)
    ]


def main(work: Path, encoder: Path, authors: list[str]) -> None:
    """Fit the folds one after the other; each leaves its weights and its answers in the work folder."""
    work.mkdir(parents=True, exist_ok=True)
    for author in authors or list(AUTHORS):
        started = time.monotonic()
        network = fit_without(author, encoder, Recipe(seed=int(__import__("os").environ.get("SEED", "0"))))
        torch.save(network.state_dict(), work / f"{author}.pt")
        with (work / f"{author}.jsonl").open("w", encoding="utf-8") as lines:
            for row in answers_of(network, author):
                lines.write(json.dumps(row) + "\n")
        print(author, f"{time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
