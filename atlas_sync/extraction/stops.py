"""Stops: full stops that end no sentence, whatever line they stand on. Where sentences end is told in units and captions."""

from __future__ import annotations

import re

from atlas_sync.canonical.spelled import MONTHS
from atlas_sync.extraction.days import level

__all__ = ["NEVER_LAST", "is_day_before"]

NEVER_LAST = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|prof|st|nos|nr|approx|ca|incl|excl|e\.g|i\.e|vs|z\.b|d\.h|bzw|inkl|abt|resp|fig|messrs|sra|mme|cf|ggf|abs|est)|"
    r"\b(?![ap]\.m)[^\W\d_]\.\s?[^\W\d_])\.$",
    re.IGNORECASE,
)
"""Short for what comes with a word behind it, so that no sentence ends there."""
_DAY = re.compile(r"(?<![\w.,:/])\d{1,2}\.$")
_MONTH = re.compile(rf"(?!may\b)(?:{'|'.join(MONTHS)})\b")
"""What may stand behind such a day; "We need 14." and "May I ask" are two sentences."""


def is_day_before(text: str, further: str) -> bool:
    """Tell if a text ends with a day whose month follows: "am 14.", "April"."""
    return _DAY.search(text.rstrip()) is not None and _MONTH.match(level(further.lstrip())) is not None
