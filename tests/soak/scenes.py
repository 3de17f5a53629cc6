"""Scenes with a kill in them: a vendor, the real process that pulls, and the one moment that matters."""

from __future__ import annotations

import re
import time
from pathlib import Path

from atlas_sync.store.warehouse import open_warehouse
from tests.soak.play import Puller, job_of, make_small
from tests.stands.protocol import Stand
from tests.stands.rig import compare, observed
from tests.stands.wire import Asked

__all__ = ["killed_on_the_way"]

_RECORDS, _LAST = 40, 5
_PAGE_S = 0.03
"""A page takes so long that what it holds is safe from a kill before the next one comes."""


def killed_on_the_way(stand: Stand, folder: Path, puller: Puller, plant: str) -> None:
    """Kill the first read after some pages, and let the next run go on: both together hold everything."""
    make_small([stand])
    with stand.serving(folder):
        for place in range(_RECORDS):
            stand.create(stand.on["create"], f"Nordhavn {place}")
            stand.pass_time(60)
        stand.pass_time(3600)
        job = job_of([stand], folder, overlap_s=60, plant=plant)
        listed: list[Asked] = []

        def kill(asked: Asked) -> None:
            if re.search(stand.paging.path, asked.path):
                listed.append(asked)
                time.sleep(_PAGE_S)
            if len(listed) == _LAST:
                puller.kill()

        stand.wire.before.append(kill)
        puller.start(job)
        assert puller.wait() < 0
        stand.wire.reset()
        puller.start({**job, "is_last": True})
        assert puller.wait() == 0
        kind = stand.source(stand.on["create"], "")
        with open_warehouse(folder / "home") as warehouse:
            found = {source: row for source, row in observed(warehouse).items() if source.startswith(kind)}
        assert compare(stand.truth(), found) == []
