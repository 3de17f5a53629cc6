"""The line to one vendor: what all transports of a connection share, of readers and writers alike.

It decides if another call may be sent at all (budget, the company's quota, a vendor that is down) and when (pace). What an
answer means is not decided here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from atlas_sync.errors import BudgetError, RateLimitedError, TransientError

__all__ = ["Limit", "Line", "Pace", "lent_line"]

Made = TypeVar("Made")

_NEAR = 0.2
"""From this share of a pace limit on, what is left is spread over the time until it fills up again."""
_UNTOLD_S = 1.0


@dataclass(frozen=True, slots=True)
class Limit:
    """One of a vendor's limits as an answer tells it: calls left of how many, and the seconds until it fills up again.

    `shared` marks a quota that the whole company eats from (a day's calls), of which a reserve is left alone; the others
    only set the pace.
    """

    name: str
    left: int
    of: int
    resets_in_s: float | None = None
    shared: bool = False


class Pace:
    """Lets calls through at an even rate over all threads, slower as a limit of the vendor nears.

    No call waits longer than `longest_s` for a limit: what takes longer is for the vendor to refuse and the next run to do.
    """

    def __init__(self, per_second: float, *, longest_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._step_s = 1.0 / per_second
        self._longest_s = longest_s
        self._clock = clock
        self._lock = threading.Lock()
        self._next = 0.0
        self._held = 0.0
        self._near: dict[str, tuple[float, float]] = {}

    def wait(self, sleep: Callable[[float], None]) -> None:
        """Wait for this call's turn."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next, self._held)
            steps = [step for step, until in self._near.values() if turn < until]
            self._next = turn + max([self._step_s, *steps])
        if turn > now:
            sleep(turn - now)

    def hold(self, pause_s: float, sleep: Callable[[float], None]) -> None:
        """Wait as the vendor asked, and let no other thread through meanwhile."""
        until = self._clock() + pause_s
        with self._lock:
            self._held = max(self._held, until)
        sleep(pause_s)
        with self._lock:
            if self._held == until:
                self._held = 0.0

    def heed(self, limit: Limit) -> None:
        """Slow down where little is left of a limit, and stop until it fills up where nothing is."""
        now = self._clock()
        resets_s = min(_UNTOLD_S if limit.resets_in_s is None else limit.resets_in_s, self._longest_s)
        with self._lock:
            if limit.left <= 0 < limit.of:
                self._held = max(self._held, now + resets_s)
            if limit.left < limit.of * _NEAR:
                step = 2 * self._step_s if limit.resets_in_s is None else resets_s / max(1, limit.left)
                self._near[limit.name] = (step, now + resets_s)
            else:
                self._near.pop(limit.name, None)


class Line:
    """Counts and admits the calls of one connection.

    `calls_per_run` ends a run's reading early rather than eating the day; `reserve` is the share of every shared quota
    that is left to the rest of the company. Without them everything passes.
    """

    def __init__(
        self,
        *,
        calls_per_run: int | None = None,
        reserve: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.calls = 0
        self.is_hung_up = False
        self.limits: dict[str, Limit] = {}
        self._calls_per_run = calls_per_run
        self._reserve = reserve
        self._clock = clock
        self._lock = threading.Lock()
        self._run_from = 0
        self._paces: dict[object, Pace] = {}
        self._told: dict[str, float] = {}
        self._barred = (0.0, "")
        self._failures = 0
        self._open_until: float | None = None

    def lend(self, make: Callable[[], Made]) -> Made:
        """Give what `make` makes; every transport made meanwhile is on this line, whatever package it belongs to."""
        token = _LENT.set(self)
        try:
            return make()
        finally:
            _LENT.reset(token)

    def start_run(self) -> None:
        """Start counting towards the budget anew."""
        with self._lock:
            self._run_from = self.calls

    def pace(self, kind: object, per_second: float, *, longest_s: float) -> Pace:
        """Give the pace of one kind of calls, the same one to everybody on the line."""
        with self._lock:
            return self._paces.setdefault(kind, Pace(per_second, longest_s=longest_s, clock=self._clock))

    def admit(self, *, trial_every_s: float) -> bool:
        """Count a call that is about to be sent, and tell if it is the one that tries a vendor which was down.

        Raises:
            BudgetError: this run has sent all it may or was interrupted, or the rest of a quota belongs to others.
            RateLimitedError: the vendor said before that nothing will pass for longer than a run waits.
            TransientError: the vendor was down, and it is too early to try again.
        """
        self.hold_open()
        with self._lock:
            now = self._clock()
            until, reason = self._barred
            if now < until:
                raise RateLimitedError(reason, retry_after_s=until - now, advice="A later run goes on.")
            self._check_budget(now)
            is_trial = self._open_until is not None
            if self._open_until is not None:
                if now < self._open_until:
                    message = f"not reachable earlier in this run; tried again every {trial_every_s:g} s."
                    raise TransientError(message, advice="The next run tries again.")
                self._open_until = now + trial_every_s
            self.calls += 1
        return is_trial

    def _check_budget(self, now: float) -> None:
        if self._calls_per_run is not None and self.calls - self._run_from >= self._calls_per_run:
            message = f"the {self._calls_per_run} calls of this run are used up."
            raise BudgetError(
                message, advice="The next run goes on from here; calls_per_run sets how many a run may send."
            )
        for limit in self.limits.values():
            is_over = limit.resets_in_s is not None and now >= self._told[limit.name] + limit.resets_in_s
            if limit.shared and limit.left <= limit.of * self._reserve and not is_over:
                message = f"{limit.left} of {limit.of} calls are left ({limit.name}): the rest is reserved for others."
                raise BudgetError(
                    message, advice="A later run goes on from here; reserve sets the share left to others."
                )

    def hang_up(self) -> None:
        """Let nothing more be sent, by whichever thread, until `pick_up`: whoever started the run has interrupted it."""
        self.is_hung_up = True

    def pick_up(self) -> None:
        """Let calls pass again."""
        self.is_hung_up = False

    def hold_open(self) -> None:
        """Hold that nobody has hung up.

        Raises:
            BudgetError: somebody has; what was read so far stays good.
        """
        if self.is_hung_up:
            raise BudgetError("the run was interrupted.", advice="The next run goes on from here.")

    def heed(self, limits: Sequence[Limit]) -> None:
        """Remember what an answer told of the vendor's limits."""
        with self._lock:
            for limit in limits:
                self.limits[limit.name] = limit
                self._told[limit.name] = self._clock()

    def bar(self, pause_s: float, reason: str) -> None:
        """Send nothing more for a while: a quota is used up."""
        with self._lock:
            self._barred = (self._clock() + pause_s, reason)

    def note_answer(self) -> None:
        """Remember that the vendor is there."""
        with self._lock:
            self._failures = 0
            self._open_until = None

    def note_failure(self, *, after: int, trial_every_s: float) -> None:
        """Remember a call that was given up; the one that is number `after` in a row takes the vendor for down."""
        with self._lock:
            self._failures += 1
            if self._failures >= after:
                self._open_until = self._clock() + trial_every_s


_LENT: ContextVar[Line | None] = ContextVar("lent_line", default=None)


def lent_line() -> Line | None:
    """Give the line that is being lent in this thread."""
    return _LENT.get()
