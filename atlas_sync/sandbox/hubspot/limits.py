"""The account's request limits as its answers' headers tell them.

Source: contracts/hubspot/recordings/batch_archive_companies_204.json, search_contacts_429_secondly.json; figures for a
Professional account from facts/hubspot.md, section 11.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

__all__ = ["Limits"]

_DAILY, _BURST, _SECONDLY = 625_000, 190, 19
_WINDOW = timedelta(seconds=10)
_SECOND = timedelta(seconds=1)


class Limits:
    """Counts requests, and refuses those over a limit that is given; None refuses none."""

    def __init__(
        self, *, searches_per_s: int | None = None, calls_per_10s: int | None = None, calls_per_day: int | None = None
    ) -> None:
        self._searches_per_s = searches_per_s
        self._burst = calls_per_10s
        self._daily = calls_per_day
        self._day = ""
        self._used = 0
        self._recent: deque[datetime] = deque()
        self._searches: deque[datetime] = deque()

    def refusal(self, now: datetime, *, is_search: bool) -> str | None:
        """Count a request, and name the limit that it is over (daily, search, burst); None where it may pass."""
        day = now.date().isoformat()
        self._used = self._used + 1 if day == self._day else 1
        self._day = day
        if self._daily is not None and self._used > self._daily:
            return "daily"
        name, times, span, most = (
            ("search", self._searches, _SECOND, self._searches_per_s)
            if is_search
            else ("burst", self._recent, _WINDOW, self._burst)
        )
        _forget(times, now - span)
        if most is not None and len(times) >= most:
            return name
        times.append(now)
        return None

    def headers(self, now: datetime, *, is_search: bool) -> dict[str, str]:
        """Give the headers of an answer; those of searches lack all but the daily ones."""
        daily = {
            "X-HubSpot-RateLimit-Daily": str(self._daily or _DAILY),
            "X-HubSpot-RateLimit-Daily-Remaining": str(max(0, (self._daily or _DAILY) - self._used)),
        }
        if is_search:
            return daily
        _forget(self._recent, now - _WINDOW)
        last_second = sum(1 for at in self._recent if at > now - _SECOND)
        return daily | {
            "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
            "X-HubSpot-RateLimit-Max": str(self._burst or _BURST),
            "X-HubSpot-RateLimit-Remaining": str(max(0, (self._burst or _BURST) - len(self._recent))),
            "X-HubSpot-RateLimit-Secondly": str(_SECONDLY),
            "X-HubSpot-RateLimit-Secondly-Remaining": str(max(0, _SECONDLY - last_second)),
        }


def _forget(times: deque[datetime], until: datetime) -> None:
    while times and times[0] <= until:
        times.popleft()
