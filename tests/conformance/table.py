"""The table of connectors and cases: made of what is collected, written only when all of it passed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.stands.files import FilesStand
from tests.stands.hubspot import HubSpotStand
from tests.stands.jira import JiraStand
from tests.stands.protocol import Stand
from tests.stands.salesforce import SalesforceStand

__all__ = ["PATH", "STANDS", "Cell", "cells", "declared", "render", "write_table"]

STANDS: tuple[type[Stand], ...] = (SalesforceStand, HubSpotStand, JiraStand, FilesStand)
PATH = Path(__file__).resolve().parents[2] / "docs" / "connector-conformance.md"

_HEAD = """# What every connector is held to

Written by `pytest tests/conformance --table`, after every case passed; a test compares it with the suite. What a vendor does
not have, or a connector does not do, is named below with the reason. Run the suite on a connector of your own with
`pytest tests/conformance --stand package.module:Class`; [connectors.md](connectors.md) says how.
"""


@dataclass(frozen=True, order=True)
class Cell:
    """One case on one stand; `lacks` says what is not declared."""

    section: str
    case: str
    kind: str
    lacks: str = ""


@cache
def declared(maker: Callable[[], Stand]) -> Stand:
    """Give a stand to ask what it declares, and for nothing else."""
    return maker()


def cells(items: Sequence[pytest.Item]) -> list[Cell]:
    """Give the cell of every collected case, in order of the suite's sections."""
    found = []
    for item in items:
        marker = item.get_closest_marker("case")
        maker = getattr(item, "callspec", None) and item.callspec.params.get("stand")  # type: ignore[attr-defined]  # of parametrised items
        if marker is None or maker is None:
            continue
        stand = declared(maker)
        text = marker.args[1]
        variant = "".join(f": {value}" for name, value in item.callspec.params.items() if name == "variant")  # type: ignore[attr-defined]  # as above
        lacks = next((need for need in marker.kwargs.get("needs", ()) if need in stand.lacks), "")
        found.append(Cell(marker.args[0], text + variant, stand.kind, lacks))
    return sorted(set(found))


def render(found: Sequence[Cell]) -> str:
    """Give the table as Markdown."""
    kinds = [maker().kind for maker in STANDS]
    lines = [_HEAD]
    for section in dict.fromkeys(cell.section for cell in found):
        lines += [f"## {section}\n", f"| case | {' | '.join(kinds)} |", f"|---|{'---|' * len(kinds)}"]
        for case in dict.fromkeys(cell.case for cell in found if cell.section == section):
            by_kind = {cell.kind: cell for cell in found if (cell.section, cell.case) == (section, case)}
            said = [_word(by_kind.get(kind)) for kind in kinds]
            lines.append(f"| {case} | {' | '.join(said)} |")
        lines.append("")
    lines.append("## What is not declared\n")
    lines += [
        f"- **{maker().kind}**, {what}: {why}." for maker in STANDS for what, why in sorted(maker().lacks.items())
    ]
    return "\n".join(lines) + "\n"


def _word(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return f"not declared ({cell.lacks})" if cell.lacks else "pass"


def write_table(found: Sequence[Cell]) -> None:
    """Write the table, unless only some of the suite was collected."""
    PATH.write_text(render(found), encoding="utf-8")
