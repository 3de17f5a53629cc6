from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.soak.play import Puller


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seeds", type=int, default=1, help="how many seeds the randomised test plays")
    parser.addoption("--soak", action="store_true", help="also run what takes minutes")
    parser.addoption("--first-seed", type=int, default=0, help="the first of them")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--soak"):
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: make soak"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        first, number = metafunc.config.getoption("--first-seed"), metafunc.config.getoption("--seeds")
        metafunc.parametrize("seed", range(first, first + number))


@pytest.fixture(scope="session")
def puller() -> Iterator[Puller]:
    """Give the process whose children pull."""
    with Puller() as made:
        yield made
