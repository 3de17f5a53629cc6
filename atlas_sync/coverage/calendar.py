"""When the passing of time alone changes the gaps of an engagement, so that it is compared again on that day and not before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

from atlas_sync.coverage.judged import GapWord
from atlas_sync.coverage.promises import STALLED_AFTER
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.urgency import NEAR_DAYS, SOON_DAYS

__all__ = ["next_change"]


def next_change(record: EngagementRecord, words: Mapping[str, GapWord], run_at: datetime) -> datetime | None:
    """Give the first moment after `run_at` at which a day that counts has come; None where none does.

    Days that count: a due day nears or passes, work that was begun has lain still for too long, a waiver ends. `words` are
    those on the engagement's own gaps.
    """
    days = [*_due_days(record), *_stalls(record), *(_moved(word.until, by=1) for word in words.values() if word.until)]
    coming = [day for day in days if run_at.date() < day < date.max]
    return datetime.combine(min(coming), time(), UTC) if coming else None


def _due_days(record: EngagementRecord) -> Iterator[date]:
    if record.engagement.stage == "won":
        dues = [*(one.due_date for one in record.promises), *(one.due_date for one in record.obligations)]
        for due in filter(None, dues):
            yield from (_moved(due, by=days) for days in (-SOON_DAYS, -NEAR_DAYS, 1))


def _stalls(record: EngagementRecord) -> Iterator[date]:
    for item in record.living:
        if item.state == "in_progress" and item.moved_at:
            yield item.moved_at.date() + STALLED_AFTER + timedelta(days=1)


def _moved(day: date, *, by: int) -> date:
    """Give the day so many days later; the last one there is where the calendar holds none, as people write 9999 for never."""
    try:
        return day + timedelta(days=by)
    except OverflowError:
        return date.max
