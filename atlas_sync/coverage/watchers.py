"""Who is asked to watch a brief: people of the sale who have a user in the tracker, each once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from atlas_sync.coverage.commands import AddWatcher, ExistingItem, Target

__all__ = ["Onlooker", "Role", "watch"]

Role = Literal["seller", "customer"]


@dataclass(frozen=True, slots=True)
class Onlooker:
    """A person of the sale with their user's id in the tracker."""

    person_id: str
    name: str
    user: str
    role: Role


def watch(
    people: Sequence[Onlooker], *, marker: str, engagement_id: str, there: ExistingItem | None, target: Target
) -> Iterator[AddWatcher]:
    """Yield who is to watch a brief that is new, or of which we know whom we asked: nobody is asked twice.

    The customer's people are asked only where what is written is for their eyes, whatever they can see of the tracker.
    """
    if there is not None and there.asked is None:
        return
    asked = set(there.asked or ()) if there else set()
    for one in people:
        is_reader = one.role == "seller" or target.audience == "client_ok"
        if is_reader and one.person_id not in asked:
            asked.add(one.person_id)
            yield AddWatcher(
                marker=marker,
                engagement_id=engagement_id,
                person_id=one.person_id,
                user=one.user,
                title=one.name,
                audience=target.audience,
            )
