from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.soak.play import Puller


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seeds", type=int, default=3, help="how many seeds the randomised test plays")
    parser.addoption("--first-seed", type=int, default=0, help="the first of them")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        first, number = metafunc.config.getoption("--first-seed"), metafunc.config.getoption("--seeds")
        metafunc.parametrize("seed", range(first, first + number))


@pytest.fixture(scope="session")
def puller() -> Iterator[Puller]:
    """Give the process whose children pull."""
    with Puller() as made:
        yield made
