from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.hostile.play import Stage, calm_stage, on_stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Give a tracker in memory and one writer, on a day on which nothing goes wrong by itself."""
    made = calm_stage(tmp_path)
    with closing(made.wire), on_stage(made):
        yield made
