"""What Jira's headers say about its limits: how much is left, and how long to wait.

Three limiters work at once on Cloud and are told apart by `RateLimit-Reason`: an hourly quota that all of a company's apps
share, a burst for each call, and a burst of writes to one issue. Data Center has one bucket that fills at a steady rate.
Source: contract recordings observed-limits-and-errors.json.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from atlas_sync.connectors.answer import Answer, retry_after
from atlas_sync.connectors.line import Limit

__all__ = ["pause_after", "read_limits"]

_QUOTA = "jira-quota"
_PART = re.compile(r'"([^"]+)"|;\s*([a-z])=(\d+)')


def read_limits(answer: Answer) -> tuple[Limit, ...]:
    """Read every limit that an answer tells of; none where it is silent or cannot be read."""
    found = (_bucket(answer), _structured(answer))
    return tuple(limit for limit in found if limit)


def pause_after(answer: Answer) -> float | None:
    """Give the seconds that a refused call has to wait, None where the answer does not say.

    `Retry-After: 0`, which Data Center sends while it refuses, says nothing. Source: github pycontribs/jira issue 1805.
    """
    return retry_after(answer) or _resets_in(answer)


def _bucket(answer: Answer) -> Limit | None:
    """Read the `X-RateLimit-*` headers; they speak of the quota where a reason says so, else of the burst."""
    left, size = _number(answer, "x-ratelimit-remaining"), _number(answer, "x-ratelimit-limit")
    if left is None or not size:
        return None
    reason = answer.headers.get("ratelimit-reason", "")
    return Limit(
        name=reason if reason.startswith(_QUOTA) else "burst",
        left=left,
        of=size,
        resets_in_s=_resets_in(answer) or _fills_in(answer, size - left),
        shared=reason.startswith(_QUOTA),
    )


def _structured(answer: Answer) -> Limit | None:
    """Read the hourly quota from `RateLimit` and `RateLimit-Policy`, which an empty quota leaves out."""
    for prefix in ("", "beta-"):
        now = _parts(answer.headers.get(f"{prefix}ratelimit", ""))
        if "name" not in now or "r" not in now:
            continue
        policy = _parts(answer.headers.get(f"{prefix}ratelimit-policy", ""))
        left = int(now["r"])
        resets = _resets_in(answer) or (float(now["t"]) if "t" in now else None)
        return Limit(now["name"], left, max(int(policy.get("q", 0)), left, 1), resets, shared=True)
    return None


def _parts(header: str) -> Mapping[str, str]:
    """Split `"name";r=1;t=2` into its name and parameters."""
    return {match[2] or "name": match[3] or match[1] for match in _PART.finditer(header)}


def _resets_in(answer: Answer) -> float | None:
    """Give the seconds until a limit is full again, from a time with or without seconds."""
    text = answer.headers.get("x-ratelimit-reset") or answer.headers.get("x-beta-ratelimit-reset", "")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    now = answer.server_time or datetime.now(UTC)
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


def _fills_in(answer: Answer, missing: int) -> float | None:
    """Give the seconds in which Data Center's bucket fills up again."""
    rate, every = _number(answer, "x-ratelimit-fillrate"), _number(answer, "x-ratelimit-interval-seconds")
    return missing / rate * every if rate and every else None


def _number(answer: Answer, name: str) -> int | None:
    text = answer.headers.get(name, "")
    return int(text) if text.isdecimal() else None
