"""Kinds: what clients and people have of their own where both are identified alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from atlas_sync.canonical.candidates import Scored, score_clients, score_people
from atlas_sync.canonical.likeness import alike_companies, alike_people
from atlas_sync.canonical.resolution import CLIENT_REASONS, PERSON_REASONS, Keyed
from atlas_sync.canonical.statement import ValueName

__all__ = ["CLIENTS", "PEOPLE", "Kind"]


@dataclass(frozen=True, slots=True)
class Kind:
    """Clients, or people with users. `reasons` name the keys, the surest first; `values` are what records may say otherwise."""

    name: Literal["client", "person"]
    prefix: str
    reasons: Sequence[str]
    values: Sequence[ValueName]
    alike: Callable[[str, str], bool]
    score: Callable[[Keyed, Keyed], Scored]


CLIENTS = Kind("client", "cli", CLIENT_REASONS, ("name", "domain"), alike_companies, score_clients)
PEOPLE = Kind("person", "per", PERSON_REASONS, ("name", "email", "title"), alike_people, score_people)
