from __future__ import annotations

import threading
import time

import pytest
import requests

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.line import Limit, Line, Pace
from atlas_sync.connectors.transport import Policy, Transport
from atlas_sync.errors import AuthError, BudgetError, RateLimitedError, TransientError

POLICY = Policy(attempts=2, first_pause_s=0.01, longest_pause_s=30.0, per_second=1e6, failures=3, trial_every_s=60.0)


class Clock:
    """A clock that moves when it is slept on."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds


class Vendor:
    """Answers as it is told, and counts."""

    def __init__(self) -> None:
        self.says: Answer | Exception = Answer(200, {}, b"{}")
        self.asked = 0

    def __call__(self) -> Answer:
        self.asked += 1
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


def _transport(line: Line, clock: Clock, *limits: Limit, policy: Policy = POLICY) -> Transport:
    return Transport("crm", policy=policy, read_limits=lambda _answer: limits, sleep=clock.sleep, line=line)


def _status(status: int, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, b"{}")


def test_calls_of_all_threads_keep_one_pace() -> None:
    pace = Pace(100.0, longest_s=30.0)
    started = time.monotonic()
    threads = [threading.Thread(target=lambda: [pace.wait(time.sleep) for _ in range(5)]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - started >= 0.29


def test_little_that_is_left_is_spread_over_the_time_until_it_fills_up(clock: Clock) -> None:
    pace = Pace(10.0, longest_s=30.0, clock=clock)
    pace.heed(Limit("burst", 5, 100, resets_in_s=10.0))
    for _ in range(3):
        pace.wait(clock.sleep)
    assert clock.slept == [2.0, 2.0]
    pace.heed(Limit("burst", 90, 100, resets_in_s=10.0))
    clock.slept.clear()
    clock.now += 5
    for _ in range(2):
        pace.wait(clock.sleep)
    assert clock.slept == [0.1]


def test_nothing_is_sent_until_an_empty_limit_fills_up(clock: Clock) -> None:
    pace = Pace(10.0, longest_s=30.0, clock=clock)
    pace.heed(Limit("burst", 0, 100, resets_in_s=8.0))
    pace.wait(clock.sleep)
    assert clock.slept == [8.0]


def test_limit_that_takes_longer_than_a_run_waits_is_left_to_the_vendor(clock: Clock) -> None:
    pace = Pace(10.0, longest_s=30.0, clock=clock)
    pace.heed(Limit("hour", 0, 100, resets_in_s=3600.0))
    pace.wait(clock.sleep)
    assert clock.slept == [30.0]


def test_pause_asked_of_one_thread_holds_the_others(clock: Clock) -> None:
    pace = Pace(1e6, longest_s=30.0, clock=clock)
    seen: list[float] = []

    def sleep(seconds: float) -> None:
        pace.wait(seen.append)  # another thread comes along while this one sleeps
        clock.sleep(seconds)

    pace.hold(7.0, sleep)
    assert seen == [7.0]
    clock.now += 1
    pace.wait(seen.append)
    assert seen == [7.0]


def test_run_sends_no_more_calls_than_it_may_and_the_next_one_goes_on(clock: Clock, vendor: Vendor) -> None:
    line = Line(calls_per_run=3, clock=clock)
    transport = _transport(line, clock)
    for _ in range(3):
        transport.call(vendor, operation="read", repeatable=True)
    with pytest.raises(BudgetError, match="3 calls of this run"):
        transport.call(vendor, operation="read", repeatable=True)
    line.start_run()
    transport.call(vendor, operation="read", repeatable=True)
    assert vendor.asked == 4


def test_repeated_calls_count_towards_the_budget(clock: Clock, vendor: Vendor) -> None:
    transport = _transport(Line(calls_per_run=1, clock=clock), clock)
    vendor.says = _status(503)
    with pytest.raises(BudgetError):
        transport.call(vendor, operation="read", repeatable=True)
    assert vendor.asked == 1


def test_reserve_of_a_shared_quota_is_never_eaten(clock: Clock, vendor: Vendor) -> None:
    line = Line(reserve=0.2, clock=clock)
    _transport(line, clock, Limit("day", 201, 1000, shared=True)).call(vendor, operation="read", repeatable=True)
    transport = _transport(line, clock, Limit("day", 200, 1000, shared=True))
    transport.call(vendor, operation="read", repeatable=True)
    with pytest.raises(BudgetError, match="200 of 1000 calls are left") as caught:
        transport.call(vendor, operation="read", repeatable=True)
    assert (vendor.asked, caught.value.system) == (2, "crm")


def test_quota_that_filled_up_again_may_be_used(clock: Clock, vendor: Vendor) -> None:
    transport = _transport(Line(reserve=0.2, clock=clock), clock, Limit("day", 1, 1000, resets_in_s=60, shared=True))
    transport.call(vendor, operation="read", repeatable=True)
    clock.now += 61
    transport.call(vendor, operation="read", repeatable=True)
    assert vendor.asked == 2


def test_limit_of_the_pace_has_no_reserve(clock: Clock, vendor: Vendor) -> None:
    transport = _transport(Line(reserve=0.5, clock=clock), clock, Limit("burst", 1, 100, resets_in_s=1.0))
    for _ in range(2):
        transport.call(vendor, operation="read", repeatable=True)
    assert vendor.asked == 2


def test_used_up_day_is_neither_waited_for_nor_asked_about_again(clock: Clock, vendor: Vendor) -> None:
    transport = _transport(Line(clock=clock), clock)
    vendor.says = _status(429, retry_after="86400")
    for _ in range(2):
        with pytest.raises(RateLimitedError):
            transport.call(vendor, operation="read", repeatable=True)
    assert (vendor.asked, clock.slept) == (1, [])
    clock.now += 86_401
    vendor.says = _status(200)
    assert transport.call(vendor, operation="read", repeatable=True).status == 200


def test_vendor_that_keeps_failing_is_left_alone_and_tried_with_one_call(clock: Clock, vendor: Vendor) -> None:
    line = Line(clock=clock)
    transport = _transport(line, clock)
    vendor.says = _status(503)
    for _ in range(3):
        with pytest.raises(TransientError):
            transport.call(vendor, operation="read", repeatable=True)
    assert vendor.asked == 6
    with pytest.raises(TransientError, match="not reachable earlier"):
        transport.call(vendor, operation="read", repeatable=True)
    assert vendor.asked == 6
    clock.now += 61
    with pytest.raises(TransientError, match="503"):
        transport.call(vendor, operation="read", repeatable=True)
    assert vendor.asked == 7  # the trial is one call without repeats
    with pytest.raises(TransientError, match="not reachable earlier"):
        transport.call(vendor, operation="read", repeatable=True)
    clock.now += 61
    vendor.says = _status(200)
    for _ in range(2):
        transport.call(vendor, operation="read", repeatable=True)
    assert vendor.asked == 9


def test_failures_that_do_not_follow_each_other_are_no_outage(clock: Clock, vendor: Vendor) -> None:
    transport = _transport(Line(clock=clock), clock)
    for _ in range(5):
        vendor.says = _status(500)
        with pytest.raises(TransientError):
            transport.call(vendor, operation="read", repeatable=True)
        vendor.says = _status(401)
        with pytest.raises(AuthError):
            transport.call(vendor, operation="read", repeatable=True)
    assert vendor.asked == 15


def test_transports_made_while_a_line_is_lent_share_it(clock: Clock, vendor: Vendor) -> None:
    line = Line(calls_per_run=2, clock=clock)
    reader, writer = (line.lend(lambda: Transport("crm", policy=POLICY, sleep=clock.sleep)) for _ in range(2))
    apart = Transport("crm", policy=POLICY, sleep=clock.sleep)
    reader.call(vendor, operation="read", repeatable=True)
    writer.call(vendor, operation="write", repeatable=True)
    with pytest.raises(BudgetError):
        reader.call(vendor, operation="read", repeatable=True)
    apart.call(vendor, operation="read", repeatable=True)
    assert (line.calls, apart.calls) == (2, 1)


def test_line_that_was_hung_up_sends_nothing_more_after_a_pause_until_it_is_picked_up(
    clock: Clock, vendor: Vendor
) -> None:
    line = Line(clock=clock)
    vendor.says = _status(503)

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        line.hang_up()

    transport = Transport("crm", policy=POLICY, sleep=sleep, line=line)
    for _ in range(2):
        with pytest.raises(BudgetError, match="interrupted"):
            transport.call(vendor, operation="read", repeatable=True)
    assert vendor.asked == 1
    line.pick_up()
    vendor.says = _status(200)
    assert transport.call(vendor, operation="read", repeatable=True).status == 200


def test_dead_vendor_of_a_reader_is_dead_for_the_writer_too(clock: Clock, vendor: Vendor) -> None:
    line = Line(clock=clock)
    reader, writer = _transport(line, clock), _transport(line, clock)
    vendor.says = requests.ConnectionError("nobody")
    with pytest.raises(TransientError):
        reader.call(vendor, operation="read", repeatable=True)
    with pytest.raises(TransientError, match="not reachable earlier"):
        writer.call(vendor, operation="write", repeatable=False)
    assert vendor.asked == 2


def test_call_with_all_its_repeats_ends_in_time(vendor: Vendor) -> None:
    policy = Policy(attempts=100, first_pause_s=10.0, longest_pause_s=10.0, total_s=5.0, per_second=1e6)
    slept: list[float] = []
    vendor.says = _status(503)
    with pytest.raises(TransientError):
        Transport("crm", policy=policy, sleep=slept.append).call(vendor, operation="read", repeatable=True)
    assert (vendor.asked, slept) == (1, [])
