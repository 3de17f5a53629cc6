from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.redmine.server import Server
from tests.redmine.stage import borrowed


@pytest.fixture
def redmine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a Redmine as it was in the beginning, to this test alone; skip by name where none can be started."""
    with borrowed(request.config, tmp_path_factory) as server:
        yield server
