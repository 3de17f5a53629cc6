"""When the passing of time alone changes the gaps of an engagement, so that it is compared again on that day and not before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

from atlas_sync.coverage.judged import GapWord
from atlas_sync.coverage.promises import STALLED_AFTER
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.urgency import NEAR_DAYS, SOON_DAYS

__all__ = ["next_change"]

_DAY = timedelta(days=1)


def next_change(record: EngagementRecord, words: Mapping[str, GapWord], run_at: datetime) -> datetime | None:
    """Give the first moment after `run_at` at which a day that counts has come; None where none does.

    Days that count: a due day nears or passes, work that was begun has lain still for too long, a waiver ends.
    """
    days = [*_due_days(record), *_stalls(record), *(word.until + _DAY for word in words.values() if word.until)]
    coming = [day for day in days if day > run_at.date()]
    return datetime.combine(min(coming), time(), UTC) if coming else None


def _due_days(record: EngagementRecord) -> Iterator[date]:
    if record.engagement.stage == "won":
        dues = [*(one.due_date for one in record.promises), *(one.due_date for one in record.obligations)]
        for due in filter(None, dues):
            yield from (due - timedelta(days=SOON_DAYS), due - timedelta(days=NEAR_DAYS), due + _DAY)


def _stalls(record: EngagementRecord) -> Iterator[date]:
    for item in record.living:
        if item.state == "in_progress" and item.moved_at:
            yield item.moved_at.date() + STALLED_AFTER + _DAY
