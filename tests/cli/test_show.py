"""What `show` prints of a promise: what speaks against it, and what is to be done."""

from __future__ import annotations

from datetime import date
from io import StringIO

from rich.console import Console

from atlas_sync.cli.shared import Out
from atlas_sync.cli.show import print_chain
from atlas_sync.operations.chains import Chain
from tests.coverage.build import by_kind, engagement, gaps_of, item, promise, record


def test_reason_of_a_promise_that_is_late_stands_before_its_gap() -> None:
    said = promise(due_date=date(2026, 6, 12))
    made = record(promises=(said,), items=(item(text=f"Record: {said.id}", status="In Progress", state="in_progress"),))
    gap = by_kind(gaps_of(made), "promise_late")
    shown = StringIO()
    screen = Console(file=shown, width=200)
    print_chain(Out(as_json=False, console=screen), Chain(engagement(), "promise", said.text, said.id, gaps=(gap,)))
    lines = shown.getvalue().splitlines()
    assert lines[-3:-1] == [
        "  but       was due 12 Jun 2026, and SCAN-1 is In Progress",
        "  gap       promise late: open; SCAN-1 is overdue: finish it, or agree another day with the client and write it down.",
    ]
