"""What a row can become: the streams of a folder of exports, and the observed model that each fills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from atlas_sync.canonical import observed

__all__ = ["KINDS", "OURS", "Kind"]

OURS = frozenset({"source", "kind", "stage_label", "deletion"})
"""Fields that no column fills."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a stream's rows become: the kind in references, the model, what it feeds, and fields that are always the same."""

    name: str
    model: type[observed.Observed]
    feeds: tuple[str, ...]
    fixed: Mapping[str, str] = field(default_factory=dict)

    @property
    def required(self) -> frozenset[str]:
        """The fields without which there is no record."""
        return frozenset(name for name, info in self.model.model_fields.items() if info.is_required()) - OURS


def _activity(kind: str) -> Kind:
    return Kind(f"interaction/{kind}", observed.ObservedInteraction, ("conversation",), {"kind": kind})


KINDS: Mapping[str, Kind] = {
    "users": Kind("user", observed.ObservedUser, ("people",)),
    "clients": Kind("client", observed.ObservedClient, ("people",)),
    "persons": Kind("person", observed.ObservedPerson, ("people",)),
    "deals": Kind("deal", observed.ObservedDeal, ("deal",)),
    "roles": Kind("role", observed.ObservedRole, ("people",)),
    "contracts": Kind("contract", observed.ObservedContract, ("contract",)),
    "line_items": Kind("line_item", observed.ObservedLineItem, ()),
    **{f"{kind}s": _activity(kind) for kind in ("email", "call", "meeting", "note", "task")},
    "promises": _activity("promises"),
}
"""By stream, in the order of reading."""
