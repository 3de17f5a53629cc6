"""The small portal, fresh for each test."""

from __future__ import annotations

import pytest

from tests.sandbox.hubspot.rig import Wire, make_wire


@pytest.fixture
def wire() -> Wire:
    """Give a client of a fresh stand-in that holds one deal."""
    return make_wire()
