"""In the end the warehouse holds what the vendors hold, whatever happened on the way."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.soak.play import Puller, play


def test_nothing_is_lost_and_nothing_is_invented(seed: int, tmp_path: Path, puller: Puller) -> None:
    played = play(seed, tmp_path, puller)
    sys.stdout.write(
        f"seed {seed}: {played.deeds} deeds, {played.runs} runs, {played.killed} killed, {played.faults} faults\n"
    )
    sys.stdout.writelines(f"  {one}\n" for one in played.wrong)
    assert not played.wrong, "\n".join(played.wrong)
    assert played.records > 30
    assert played.runs == 6
