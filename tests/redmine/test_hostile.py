"""The hostile suite on a real Redmine: one item for each promise, and no person's text changed."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.hostile.play import play_on
from tests.redmine.hostile import RedmineStage
from tests.redmine.server import Server


def test_every_promise_has_one_item_and_no_persons_text_is_changed(
    redmine_schedule: int, redmine: Server, tmp_path: Path
) -> None:
    played = play_on(RedmineStage(redmine_schedule, tmp_path, redmine))
    sys.stdout.write(
        f"schedule {redmine_schedule}: {played.writers} writers, {played.runs} runs, {played.killed} killed, "
        f"{played.faults} faults, {played.deeds} deeds of people, {played.made} items\n"
    )
    assert not played.wrong, "\n".join(played.wrong)
