from __future__ import annotations

import pytest

_EVERY = 5
"""Each so many schedules are played on Data Center as well."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--schedules", type=int, default=10, help="how many schedules the hostile tracker is played with")
    parser.addoption("--first-schedule", type=int, default=0, help="the first of them")
    parser.addoption("--plants", action="store_true", help="also plant bugs, each of which must be caught")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "schedule" in metafunc.fixturenames:
        first, number = metafunc.config.getoption("--first-schedule"), metafunc.config.getoption("--schedules")
        seeds = range(first, first + number)
        played = [("cloud", seed) for seed in seeds] + [("data center", seed) for seed in seeds[::_EVERY]]
        metafunc.parametrize(("product", "schedule"), played)
