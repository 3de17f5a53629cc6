"""The table in the docs is the suite's."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.conformance.table import PATH, STANDS, Cell, render
from tests.stands.protocol import CAPABILITIES


def test_table_in_the_docs_is_that_of_the_suite(collected: Sequence[Cell], request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--table") or request.config.getoption("--stand"):
        pytest.skip("the table is being written, or another connector is tried")
    if len({cell.section for cell in collected}) < 6 or request.config.getoption("keyword"):
        pytest.skip("only some of the suite was collected")
    assert PATH.read_text(encoding="utf-8") == render(collected), "write it anew: pytest tests/conformance --table"


@pytest.mark.parametrize("maker", STANDS, ids=lambda maker: maker().kind)
def test_what_is_not_declared_has_a_name_and_a_reason(maker: type) -> None:
    stand = maker()
    assert stand.lacks.keys() <= CAPABILITIES.keys()
    assert all(stand.lacks.values())
    acts = {"delete", "archive", "merge", "hide", "erase", "member", "relink", "move", "aged"}
    assert acts - stand.lacks.keys() == stand.on.keys() - {"create"}
