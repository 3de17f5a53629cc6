"""How pressing a gap about a promise is, with reasons that hold no stance, role or amount: clients may read them."""

from __future__ import annotations

import re
from datetime import date, datetime

from atlas_sync.canonical.model import GapKind, Promise, Severity
from atlas_sync.canonical.normalize import person_key
from atlas_sync.coverage.people import decides
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.text import show_day

__all__ = ["NEAR_DAYS", "RARELY_TRACKED", "SOON_DAYS", "lasts", "severity_of"]

RARELY_TRACKED = frozenset({"price", "communication"})
"""Kinds of promise that are kept in invoices and mails; that no work item holds them is no alarm."""

NEAR_DAYS = 14
"""Days before a due day from which on it is pressing."""
SOON_DAYS = 45
"""Days before a due day from which on it counts."""
_PRESSING = 3
_UNTIL = re.compile(r"\W*(?:until|till?|through|bis|jusqu|hasta|até)\b", re.IGNORECASE)
_HOLDS = re.compile(
    r"\b(?:hold(?:s|ing)?|held|keep(?:s|ing)?|kept|stay(?:s|ing)?|remains?|(?:leave|left|keep) open|valid|"
    r"fr(?:eeze|ozen)|locked|(?:price|rate|fee|sum|offer|quote|terms?)s?\b.{0,40}\bfixed|unchanged|reserved?|"
    r"(?:halten|hält)(?! (?:wir )?fest\b|.{0,80}\b(?:ab|ein)[.,;!]?$)|gehalten|bleib\w*|"
    r"gilt|gelten|gültig\w*|eingefroren|reservier\w*|"
    r"mainten\w*|maintien\w*|gard(?:er|ons|é\w*)|(?<!die )(?<!le )rest(?:e|ent|era|ons)|valables?|gelée?s?|bloquée?s?|"
    r"manten\w*|mantien\w*|qued\w*|permanec\w*|válid[oa]s?|vigentes?|congelad[oa]s?|bloquead[oa]s?)\b",
    re.IGNORECASE,
)


def severity_of(
    kind: GapKind, promise: Promise, record: EngagementRecord, run_at: datetime
) -> tuple[Severity, list[str]]:
    """Grade a gap about a promise and say why."""
    points, reasons = _points(promise, record, run_at.date())
    if promise.kind in RARELY_TRACKED and kind in {"promise_missing", "promise_review"}:
        return "low", [f"a {promise.kind} promise rarely lives in a tracker", *reasons]
    if kind != "promise_contradicted" and _is_over(promise, run_at.date()):
        return "low", reasons
    if kind in {"promise_review", "promise_stalled"}:
        return ("medium" if points >= _PRESSING else "low"), reasons
    if points >= _PRESSING or kind == "promise_dropped":
        return "high", reasons
    return "medium", reasons


def lasts(promise: Promise) -> bool:
    """Tell if a promise holds until its day, so that the day ends it and nothing is late after: "the price is frozen until"."""
    return _UNTIL.match(promise.due_text or "") is not None and _HOLDS.search(promise.text) is not None


def _is_over(promise: Promise, today: date) -> bool:
    """Tell if the day has passed until which a promise held: nobody can hold it any more."""
    return promise.due_date is not None and promise.due_date < today and lasts(promise)


def _points(promise: Promise, record: EngagementRecord, today: date) -> tuple[int, list[str]]:
    points, reasons = _due(promise, today)
    deciders = {person_key(person.name) for person in record.stakeholders if decides(person)}
    if promise.promised_to and person_key(promise.promised_to) in deciders:
        points += 1
        reasons.append(f"promised to {promise.promised_to}")
    if promise.repeats:
        points += 1
        reasons.append(f"spoken of {len(promise.repeats) + 1} times")
    if record.is_large:
        points += 1
        reasons.append("large engagement")
    return points, reasons


def _due(promise: Promise, today: date) -> tuple[int, list[str]]:
    due = promise.due_date
    if due is None:
        return 0, []
    days = (due - today).days
    if lasts(promise):
        # It is owed from the first day on, as one without a day is, and no more towards its end.
        return 0, [f"{'held' if days < 0 else 'holds'} until {show_day(due)}"]
    if days < 0:
        return _PRESSING, [f"was due {show_day(due)}"]
    near = _PRESSING if days <= NEAR_DAYS else 1 if days <= SOON_DAYS else 0
    return near, [f"due {show_day(due)}"]
