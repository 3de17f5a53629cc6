"""Associations between records: pairs with one or more types, each type with an inverse of another number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from atlas_sync.sandbox.hubspot.objects import ACTIVITIES, OBJECTS

__all__ = ["DEFINED", "USER_DEFINED", "LinkType", "Links", "Node"]

DEFINED, USER_DEFINED = "HUBSPOT_DEFINED", "USER_DEFINED"
Node = tuple[str, str]
"""An object type's name and a record's id."""

_FIRST_OWN = 35

_STOCK = (
    ("contacts", "companies", 1, 2, "Primary"),
    ("contacts", "companies", 279, 280, None),
    ("deals", "contacts", 3, 4, None),
    ("deals", "companies", 5, 6, "Primary"),
    ("deals", "companies", 341, 342, None),
    ("deals", "line_items", 19, 20, None),
    ("deals", "quotes", 63, 64, None),
    ("quotes", "companies", 71, 72, None),
)
_STOCK_ACTIVITIES = {
    "companies": {"calls": 181, "emails": 185, "meetings": 187, "notes": 189, "tasks": 191},
    "contacts": {"calls": 193, "emails": 197, "meetings": 199, "notes": 201, "tasks": 203},
    "deals": {"calls": 205, "emails": 209, "meetings": 211, "notes": 213, "tasks": 215},
}


@dataclass(frozen=True, slots=True)
class LinkType:
    """One direction of a type. `name` is what blocks inside records call it; unlabeled ones have no label."""

    id: int
    source: str
    target: str
    name: str
    label: str | None
    category: str
    inverse: int

    @property
    def key(self) -> tuple[str, int]:
        """Ids are unique within a category only."""
        return (self.category, self.id)


class Links:
    """All types, and the pairs of records that have them.

    Source: facts/hubspot.md, section 4, and the numbers in the vendor's client (`AssociationType`).
    """

    def __init__(self) -> None:
        self._types: dict[tuple[str, int], LinkType] = {}
        self._pairs: dict[Node, dict[Node, set[tuple[str, int]]]] = {}
        self._next_own = _FIRST_OWN
        for source, target, number, inverse, label in _STOCK:
            suffix = "_unlabeled" if label is None and target == "companies" else ""
            self._define(source, target, number, inverse, label=label, suffix=suffix)
        for source, numbers in _STOCK_ACTIVITIES.items():
            for activity in ACTIVITIES:
                number = numbers[activity.name]
                self._define(source, activity.name, number, number + 1, label=None)

    def _define(
        self, source: str, target: str, number: int, inverse: int, *, label: str | None, suffix: str = ""
    ) -> None:
        for one, other, own, back in ((source, target, number, inverse), (target, source, inverse, number)):
            name = f"{OBJECTS[one].singular}_to_{OBJECTS[other].singular}{suffix}"
            made = LinkType(own, one, other, name, label, DEFINED, back)
            self._types[made.key] = made

    def label(self, source: str, target: str, *, label: str, inverse_label: str | None = None) -> list[LinkType]:
        """Define a label of the portal, or give the one of that text; its inverse comes second."""
        known = next((row for row in self.types(source, target) if row.label == label), None)
        if known is None:
            number, self._next_own = self._next_own, self._next_own + 2
            name = re.sub(r"\W+", "_", label.casefold()).strip("_")
            back = inverse_label or label
            known = LinkType(number, source, target, name, label, USER_DEFINED, number + 1)
            inverse = LinkType(number + 1, target, source, name, back, USER_DEFINED, number)
            self._types |= {known.key: known, inverse.key: inverse}
        return [known, self._types[known.category, known.inverse]]

    def types(self, source: str, target: str) -> list[LinkType]:
        """List the types from one object type to another."""
        return [row for row in self._types.values() if (row.source, row.target) == (source, target)]

    def type(self, category: str, number: int) -> LinkType | None:
        """Give a type by category and id."""
        return self._types.get((category, number))

    def unlabeled(self, source: str, target: str) -> LinkType | None:
        """Give the type that every pair has, None if such records cannot be associated."""
        return next((row for row in self.types(source, target) if row.label is None), None)

    def add(self, source: Node, target: Node, types: Iterable[LinkType]) -> bool:
        """Give a pair more types, the unlabeled one among them, and tell if the pair is new."""
        basic = self.unlabeled(source[0], target[0])
        wanted = [*types, *([basic] if basic else [])]
        is_new = target not in self._pairs.get(source, {})
        for row in wanted:
            if row.label == "Primary":
                inverse = self._types[row.category, row.inverse]
                self._take_away(*((source, row) if row.target == "companies" else (target, inverse)))
            self._pairs.setdefault(source, {}).setdefault(target, set()).add(row.key)
            self._pairs.setdefault(target, {}).setdefault(source, set()).add((row.category, row.inverse))
        return is_new

    def _take_away(self, source: Node, row: LinkType) -> None:
        """Take a label from whoever has it: a record has one primary company. Source: HubSpot guide, association types."""
        for target, keys in self._pairs.get(source, {}).items():
            if row.key in keys:
                keys.discard(row.key)
                self._pairs[target][source].discard((row.category, row.inverse))

    def remove(self, source: Node, target: Node) -> bool:
        """Take a pair apart, whatever its types, and tell if there was one."""
        self._pairs.get(target, {}).pop(source, None)
        return self._pairs.get(source, {}).pop(target, None) is not None

    def move(self, source: Node, target: Node) -> None:
        """Give all pairs of one record to another one."""
        for other, keys in list(self._pairs.get(source, {}).items()):
            self.remove(source, other)
            self.add(target, other, [self._types[key] for key in keys])

    def has_primary_company(self, source: Node) -> bool:
        """Tell if a record has its primary company already."""
        held = (self._types[key] for keys in self._pairs.get(source, {}).values() for key in keys)
        return any(row.target == "companies" and row.label == "Primary" for row in held)

    def of(self, source: Node, target: str) -> Iterator[tuple[str, list[LinkType]]]:
        """Yield the associated records of an object type with the types, in order of their ids."""
        found = [(key, keys) for (kind, key), keys in self._pairs.get(source, {}).items() if kind == target]
        for key, keys in sorted(found, key=lambda pair: int(pair[0])):
            yield key, [self._types[type_key] for type_key in sorted(keys)]
