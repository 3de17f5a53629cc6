from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--schedules", type=int, default=5, help="how many schedules the hostile tracker is played with")
    parser.addoption("--first-schedule", type=int, default=0, help="the first of them")
    parser.addoption(
        "--data-center", type=int, default=10, help="each so many of them are played on Data Center as well"
    )
    parser.addoption("--plants", action="store_true", help="also plant bugs, each of which must be caught")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "schedule" in metafunc.fixturenames:
        first, number = metafunc.config.getoption("--first-schedule"), metafunc.config.getoption("--schedules")
        seeds, every = range(first, first + number), metafunc.config.getoption("--data-center")
        played = [("cloud", seed) for seed in seeds] + [("data center", seed) for seed in seeds[::every]]
        metafunc.parametrize(("product", "schedule"), played)
