"""What a planted bug is, and how one is planted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.stands.protocol import Stand

__all__ = ["FIRST", "INCREMENT", "LONG_AGO", "Patch", "Plant", "wrap"]

Patch = pytest.MonkeyPatch
FIRST, INCREMENT, LONG_AGO = {"variant": "first read"}, {"variant": "increment"}, {"variant": "changed long ago"}
"""Variants of plays."""


@dataclass(frozen=True)
class Plant:
    """A bug, in words, how it is planted, and the play on a stand that must fail with it."""

    says: str
    plant: Callable[[Patch], None]
    play: Callable[..., object]
    stand: type[Stand]
    given: Mapping[str, str] = field(default_factory=dict)
    is_random: bool = False
    """Random seeds show it too, soon enough to be played in the long form."""


def wrap(owner: Any, name: str, change: Callable[[Any], Any]) -> Callable[[Patch], None]:
    """Give what puts something else in the place of a function, class member or text, made of what is there."""
    return lambda patch: patch.setattr(owner, name, change(getattr(owner, name)))
