"""Runs every case on every stand, and writes the table of what passed.

pytest tests/conformance --table                        write docs/connector-conformance.md anew
pytest tests/conformance --stand my_package.stand:Mine  run every case on a connector of your own
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

import pytest

from tests.conformance.table import STANDS, Cell, cells, declared, write_table
from tests.stands.protocol import Stand
from tests.stands.rig import Rig, rigged

_RESULTS = pytest.StashKey[Sequence[Cell]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--table", action="store_true", help="write the table of connectors and cases anew")
    parser.addoption("--stand", default="", help="run the cases on this stand alone, package.module:Class")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "stand" in metafunc.fixturenames:
        named = metafunc.config.getoption("--stand")
        also = getattr(metafunc.module, "ALSO", ())
        makers = [_load(named)] if named else [*STANDS, *also]
        names = [maker.__name__ if maker in also else declared(maker).kind for maker in makers]
        metafunc.parametrize("stand", makers, ids=names, indirect=True)


def _load(name: str) -> type[Stand]:
    module, _, attribute = name.partition(":")
    found: type[Stand] = getattr(import_module(module), attribute)
    return found


@pytest.fixture
def stand(request: pytest.FixtureRequest) -> Stand:
    """Give a stand that declares what the case needs; skip by name what it does not."""
    made: Stand = request.param()
    for marker in request.node.iter_markers("case"):
        for need in marker.kwargs.get("needs", ()):
            if need in made.lacks:
                pytest.skip(f"{made.kind} does not declare {need}: {made.lacks[need]}")
    return made


@pytest.fixture
def rig(stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    """Give a rig on the stand."""
    with rigged(stand, tmp_path, monkeypatch) as made:
        yield made


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[_RESULTS] = cells(items)


@pytest.fixture
def collected(request: pytest.FixtureRequest) -> Sequence[Cell]:
    """Give the cells of the table as the suite was collected."""
    return request.config.stash[_RESULTS]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the table if that was asked for, and only after every case passed or was declared away."""
    if session.config.getoption("--table") and exitstatus == pytest.ExitCode.OK:
        write_table(session.config.stash[_RESULTS])
