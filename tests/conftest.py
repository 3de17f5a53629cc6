"""What every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.readings import Readings

if TYPE_CHECKING:
    from tests.stages import Stages

# A busy machine draws slowly; how long a draw takes says nothing about what is tested. One commit has one result: the
# draws of `make test` are the same each time, `make soak` looks for new ones.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile("search", settings.get_profile("steady"), derandomize=False, max_examples=1000)
settings.load_profile("steady")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def readings(tmp_path_factory: pytest.TempPathFactory) -> Readings:
    """Give what the model read so far in this run of the tests."""
    base = tmp_path_factory.getbasetemp()
    return Readings((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "readings.json")


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory, readings: Readings) -> Iterator[Stages]:
    """Give this process's place for sandboxes."""
    from tests.stages import Stages  # noqa: PLC0415 - a second that most tests need not spend

    found = Stages(tmp_path_factory.mktemp("first sync"), readings)
    yield found
    found.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder with the vendors' recordings and the labelled texts, or skip where it is absent."""
    folder = Path(os.environ.get("ATLAS_SHARED", ROOT.parent / "shared"))
    if not (folder / "contracts").is_dir():
        pytest.skip("the folder ../shared with the vendors' recordings is absent")
    return folder
