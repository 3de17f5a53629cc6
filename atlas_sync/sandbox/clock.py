"""The sandbox's time: it runs on like a real clock from where the world stands, and can be moved forward."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

__all__ = ["Clock"]


class Clock:
    """A clock that starts at `start` and only goes forward."""

    def __init__(self, start: datetime) -> None:
        self._base = start
        self._since = time.monotonic()

    def now(self) -> datetime:
        """Give the world's time, in UTC."""
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def move_to(self, moment: datetime) -> None:
        """Jump forward.

        Raises:
            ValueError: `moment` has passed already.
        """
        if moment < self.now():
            msg = "the world's time only goes forward"
            raise ValueError(msg)
        self._base = moment
        self._since = time.monotonic()

    def move_by(self, seconds: float) -> None:
        """Go forward by `seconds`, however few."""
        self._base += timedelta(seconds=seconds)
