"""Chains: what our side promised in an engagement, in order of time, each with the promise that it takes up.

They come from the labels of whole conversations, and from files that hold nothing else (`CHAINS`): lines of an engagement, of
which some are like promises and are none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from training.examples import AUTHORS, rows_of

__all__ = ["CHAINS", "Said", "chains_of", "chains_without"]

CHAINS: dict[str, tuple[str, ...]] = {author: (f"{author}_chains",) for author in "qrst"}


@dataclass(frozen=True, slots=True)
class Said:
    """Something said of what is promised; `root` names the promise, and nothing else where it is none."""

    text: str
    root: str


def chains_without(left_out: Collection[str], *, part: int, parts: int) -> list[list[Said]]:
    """Give what all authors but some wrote: all of their conversations, and a part of the files that hold lines."""
    talks = [chain for author in AUTHORS if author not in left_out for chain in chains_of(author)]
    lines = [chain for author in CHAINS if author not in left_out for chain in chains_of(author)]
    return talks + lines[part::parts]


def chains_of(author: str) -> Iterator[list[Said]]:
    """Yield what was said in each engagement of an author, where there is more than one line."""
    found: dict[str, list[Said]] = {}
    roots: dict[str, str] = {}
    for name in (AUTHORS | CHAINS)[author]:
        for row in rows_of(name):
            said = found.setdefault(row["engagement_id"], []) if "engagement_id" in row else []
            for place, one in enumerate(row.get("said", ())):
                said.append(Said(one["text"], one["root"] or f"none {place}"))
            for one in row["gold"]["promises"] if "body" in row else ():
                roots[one["pid"]] = roots.get(one["same_as"], one["same_as"]) if one["same_as"] else one["pid"]
                said.append(Said(" ".join(one["quote"].split()), roots[one["pid"]]))
    yield from (said for said in found.values() if len(said) > 1)
