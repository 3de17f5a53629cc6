"""The small site, fresh for each test."""

from __future__ import annotations

import pytest

from tests.sandbox.jira.rig import Wire, make_wire


@pytest.fixture
def wire() -> Wire:
    """Give a client of a fresh stand-in that holds two projects."""
    return make_wire()
