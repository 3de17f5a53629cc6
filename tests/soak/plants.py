"""Bugs to plant in a run, one of each kind that loses records: the randomised test must catch every one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["PLANTS", "Plant"]


@dataclass(frozen=True)
class Plant:
    """A bug, and what it stands for."""

    says: str
    plant: Callable[[], None]


PLANTS: Mapping[str, Plant] = {}
