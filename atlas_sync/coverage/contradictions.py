"""Where a work item says something else than what was agreed, in figures: a later day, another number of the same thing."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from atlas_sync.canonical.model import WorkItem
from atlas_sync.coverage.text import day_mentions, quantities, show_day

__all__ = ["contradictions_of", "uncovered_in"]

_MOST = 3


def contradictions_of(text: str, due: date | None, item: WorkItem) -> tuple[str, ...]:
    """List what contradicts, each as a sentence part that names both sides; empty where nothing does.

    A due day of the item after the promised one (unless the work is done); a number whose unit both sides count, where no
    number of the item is that of the text. Words are not judged.
    """
    found: list[str] = []
    if item.state == "dropped":
        found.append(f"{item.key} was dropped ({item.status})")
    if due and item.due and item.due > due and item.state != "done":
        found.append(f"{item.key} is due {show_day(item.due)}, agreed was {show_day(due)}")
    ours = _by_unit(text)
    theirs = _by_unit(f"{item.summary}. {item.text}")
    for unit in ours.keys() & theirs.keys():
        if not ours[unit].keys() & theirs[unit].keys():
            said, planned = " / ".join(ours[unit].values()), " / ".join(theirs[unit].values())
            found.append(f"{item.key} says {planned}, agreed was {said}")
    return tuple(sorted(found)[:_MOST])


def uncovered_in(text: str, due: date | None, item: WorkItem) -> tuple[str, ...]:
    """List the numbers and days of a text that an item does not hold, as written; contradicted ones included."""
    body = f"{item.summary}. {item.text}"
    values = {quantity.value for quantity in quantities(body)}
    days = {(mention.month, mention.day) for mention in day_mentions(body)}
    if item.due:
        days.add((item.due.month, item.due.day))
    missing = [one.shown for one in quantities(text) if one.value not in values]
    missing += [one.shown for one in day_mentions(text) if (one.month, one.day) not in days]
    if due and (due.month, due.day) not in days and not day_mentions(text):
        missing.append(show_day(due))
    return tuple(dict.fromkeys(missing))


def _by_unit(text: str) -> dict[str, dict[Decimal, str]]:
    found: dict[str, dict[Decimal, str]] = defaultdict(dict)
    for quantity in quantities(text):
        found[quantity.unit].setdefault(quantity.value, quantity.shown)
    return found
