from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.redmine.server import Server
from tests.redmine.stage import borrowed

_SHORT = 226
"""A schedule of one writer and two rounds in which much goes wrong and people are busy."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--handover", action="store_true", help="also hand a sale over by the command line")
    parser.addoption("--redmine-schedules", type=int, default=0, help="how many schedules Redmine is played with")
    parser.addoption("--first-redmine-schedule", type=int, default=_SHORT, help="the first of them")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "redmine_schedule" in metafunc.fixturenames:
        option = metafunc.config.getoption
        first, number = option("--first-redmine-schedule"), option("--redmine-schedules")
        metafunc.parametrize("redmine_schedule", range(first, first + number))


@pytest.fixture
def redmine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a Redmine as it was in the beginning, to this test alone; skip by name where none can be started."""
    with borrowed(request.config, tmp_path_factory) as server:
        yield server
