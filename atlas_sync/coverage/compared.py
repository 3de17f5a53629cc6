"""What a comparison of two texts says, and the side of the plan in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

__all__ = ["Comparison", "Plan", "Topic"]

Topic = Literal[
    "due", "day", "weekday", "time", "week", "quarter", "rhythm", "end", "figure", "amount", "share", "duration", "charge",
    "place", "name", "negation", "language", "limit",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """One topic on which both sides say something. `said` is what was agreed, `planned` what stands in the plan."""

    topic: Topic
    agrees: bool
    said: str
    planned: str

    @property
    def limits(self) -> bool:
        """Tell if the plan only narrows what was agreed, which may or may not take something away."""
        return self.topic == "limit"


@dataclass(frozen=True, slots=True)
class Plan:
    """What delivery plans: its words, its due day, and whether the work is done already."""

    text: str
    due: date | None = None
    is_done: bool = False
