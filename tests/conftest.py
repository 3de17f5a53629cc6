"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine draws slowly; how long a draw takes says nothing about what is tested. One commit has one result: the
# draws of `make test` are the same each time, `make soak` looks for new ones.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile("search", settings.get_profile("steady"), derandomize=False, max_examples=1000)
settings.load_profile("steady")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder with the vendors' recordings and the labelled texts, or skip where it is absent."""
    folder = Path(os.environ.get("ATLAS_SHARED", ROOT.parent / "shared"))
    if not (folder / "contracts").is_dir():
        pytest.skip("the folder ../shared with the vendors' recordings is absent")
    return folder
