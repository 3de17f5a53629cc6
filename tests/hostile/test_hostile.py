"""However the tracker fails, whoever works in it and whatever dies: one item for each promise, and no person's text changed."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.hostile.play import Product, play


def test_every_promise_has_one_item_and_no_persons_text_is_changed(
    schedule: int, product: Product, tmp_path: Path
) -> None:
    played = play(schedule, tmp_path, product=product)
    sys.stdout.write(
        f"schedule {schedule} on {product}: {played.writers} writers, {played.runs} runs, {played.killed} killed, "
        f"{played.faults} faults, {played.deeds} deeds of people, {played.made} items\n"
    )
    assert not played.wrong, "\n".join(played.wrong)
