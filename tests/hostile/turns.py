"""Several threads of which one goes on at a time, as chance decides: two writers at once, and the same again next time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from random import Random

__all__ = ["Turns"]


class Turns:
    """Lets one of several threads go on at a time, and chance decide which."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._changed = threading.Condition()
        self._alive: list[int] = []
        self._whose = -1
        self._mine = threading.local()

    def run(self, jobs: Sequence[Callable[[], None]]) -> None:
        """Run jobs to their ends."""
        self._alive = list(range(len(jobs)))
        failed: list[BaseException] = []
        threads = [threading.Thread(target=self._do, args=(at, job, failed)) for at, job in enumerate(jobs)]
        for thread in threads:
            thread.start()
        with self._changed:
            self._choose()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]

    def _do(self, at: int, job: Callable[[], None], failed: list[BaseException]) -> None:
        self._mine.at = at
        self._wait(at)
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - raised again where the jobs were started
            failed.append(error)
        with self._changed:
            self._alive.remove(at)
            self._choose()

    def _choose(self) -> None:
        self._whose = self._dice.choice(self._alive) if self._alive else -1
        self._changed.notify_all()

    def _wait(self, at: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._whose == at)

    def give(self) -> None:
        """Perhaps let another one go on."""
        if len(self._alive) > 1:
            with self._changed:
                self._choose()
            self._wait(self._mine.at)
