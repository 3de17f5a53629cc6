"""Naming: sentences and promises keep the names under which they were first known, whatever is written, sent or lost later.

What people said of a promise, and the item that was made for it, are known by its id alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from atlas_sync.canonical.model import Evidence, Outcome, Promise, ScopeItem
from atlas_sync.extraction import Reading, Story
from atlas_sync.extraction.conversation import PromiseMention, Remark
from atlas_sync.extraction.places import Places, find_places

__all__ = ["name_sentences", "name_story"]

SaidT = TypeVar("SaidT", PromiseMention, Remark)
StatedT = TypeVar("StatedT", Outcome, ScopeItem)


def name_sentences(reading: Reading, before: Places) -> tuple[Reading, Places]:
    """Give a reading with its sentences named, and the names for the next time."""
    stated: list[PromiseMention | Remark | Outcome | ScopeItem] = [*reading.promises, *reading.denials]
    stated += [*reading.customer_obligations, *reading.outcomes, *reading.scope]
    # What is stated twice of one sentence may be quoted with more of it or less.
    quotes: dict[int, str] = {}
    for one in stated:
        quotes[one.evidence.start] = max(quotes.get(one.evidence.start, ""), one.evidence.quote, key=len)
    said = sorted(quotes.items())
    names, places = find_places(before, said)
    moved = {start: name for (start, _quote), name in zip(said, names, strict=True) if name != str(start)}
    if not moved:
        return reading, places
    update = {
        "promises": tuple(_placed(one, moved) for one in reading.promises),
        "denials": tuple(_placed(one, moved) for one in reading.denials),
        "customer_obligations": tuple(_placed(one, moved) for one in reading.customer_obligations),
        "outcomes": tuple(_renamed(one, moved) for one in reading.outcomes),
        "scope": tuple(_renamed(one, moved, one.kind) for one in reading.scope),
    }
    return reading.model_copy(update=update), places


def _placed(said: SaidT, moved: Mapping[int, str]) -> SaidT:
    return said.model_copy(update={"evidence": _at(said.evidence, moved)})


def _renamed(stated: StatedT, moved: Mapping[int, str], kind: str = "") -> StatedT:
    evidence = _at(stated.evidence, moved)
    name = evidence.id_as(stated.id.partition("_")[0], stated.engagement_id, kind)
    return stated.model_copy(update={"evidence": evidence, "id": name})


def _at(evidence: Evidence, moved: Mapping[int, str]) -> Evidence:
    return evidence.model_copy(update={"place": moved.get(evidence.start, "")})


def name_story(
    engagement_id: str,
    story: Story,
    *,
    homes: Mapping[str, str],
    before: Sequence[Promise],
    judged: Collection[str],
) -> Story:
    """Give a story in which promises have the ids under which they are known.

    A promise is known by the first of its mentions of which it had its id `before`, or that people `judged`; else by the
    promise that had one of its mentions and whose own first one is gone; else by its first mention.
    `homes` are by interaction the ids that engagements had when their deals stood alone: ids hold when deals join and part.
    """

    def trail(promise: Promise) -> list[str]:
        said = (*promise.repeats, promise.evidence)
        return [one.id_as("pro", homes.get(one.interaction_id, engagement_id)) for one in said]

    trails = {promise.id: trail(promise) for promise in story.promises}
    known = {promise.id for promise in before} | set(judged)
    names = {name: one for name, mine in trails.items() if (one := next((one for one in mine if one in known), None))}
    there = {one for mine in trails.values() for one in mine}
    lost = {one: promise.id for promise in before if promise.id not in there for one in trail(promise)}
    for name, mine in trails.items():
        left = next((lost[one] for one in mine if one in lost and lost[one] not in names.values()), mine[0])
        names.setdefault(name, left)
    return story.model_copy(
        update={
            "promises": tuple(
                one.model_copy(update={"id": names[one.id], "perhaps": names.get(one.perhaps, "")})
                for one in story.promises
            ),
            "outcomes": tuple(one.model_copy(update={"engagement_id": engagement_id}) for one in story.outcomes),
            "scope": tuple(one.model_copy(update={"engagement_id": engagement_id}) for one in story.scope),
        }
    )
