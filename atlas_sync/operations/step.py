"""One command carried out, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from atlas_sync.coverage import WriteCommand

__all__ = ["Result", "Step"]

Result = Literal[
    "created", "found", "updated", "linked", "attached", "asked", "kept", "refused", "unknown", "waiting", "held"
]


@dataclass(frozen=True, slots=True)
class Step:
    """One command carried out: what came of it, and on which item. `kept` means that a person's version stays.

    `unknown` got no clear answer and was not found; `waiting` waits for one such; `held` needs approval, or is over a cap.
    """

    command: WriteCommand
    result: Result
    key: str = ""
    url: str = ""
    reason: str = ""
