"""Where a work item says something else than what was agreed, as sentences that name both sides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from atlas_sync.canonical.model import WorkItem
from atlas_sync.coverage.compared import Comparison, Plan
from atlas_sync.coverage.comparison import compare
from atlas_sync.coverage.figures import Figures, figures_of
from atlas_sync.coverage.quantity import Quantity, count_alike, is_same, keeps
from atlas_sync.coverage.replaced import in_force
from atlas_sync.coverage.terms import languages_left
from atlas_sync.coverage.text import show_day

__all__ = [
    "compare_item",
    "contradictions_of",
    "days_left",
    "ends_above",
    "has_other_figures",
    "plan_of",
    "uncovered",
    "uncovered_in",
]

_MOST = 3


def plan_of(item: WorkItem) -> Plan:
    """Give what a work item says, for comparing."""
    return Plan(f"{item.summary}. {item.text}", item.due, item.state == "done")


def compare_item(text: str, due: date | None, item: WorkItem) -> list[Comparison]:
    """List what an agreed text and a work item say about the same thing."""
    return compare(text, due, plan_of(item))


def contradictions_of(text: str, due: date | None, item: WorkItem) -> tuple[str, ...]:
    """List what contradicts, each as a sentence part that names both sides; empty where nothing does."""
    found = [f"{item.key} was dropped ({item.status})"] if item.state == "dropped" else []
    found += [
        f"{item.key} says {one.planned}, agreed was {one.said}"
        for one in compare_item(text, due, item)
        if not one.agrees and not one.limits
    ]
    return tuple(found[:_MOST])


def ends_above(due: date | None, item: WorkItem, above: WorkItem | None) -> str | None:
    """Say that the item which one without a day of its own stands below ends after the agreed day, None where it does not.

    That is no word against what was agreed: what is below may well be done long before.
    """
    if due is None or item.state == "done" or above is None or above.state in {"done", "dropped"}:
        return None
    named = figures_of(plan_of(item).text)
    if above.due is None or above.due <= due or item.due or named.days or named.months:
        return None
    return f"{item.key} has no day, and {above.key} above it is due {show_day(above.due)}, agreed was {show_day(due)}"


def uncovered_in(text: str, due: date | None, item: WorkItem) -> tuple[str, ...]:
    """List the numbers, days and languages of a text that an item does not hold; see `uncovered`."""
    return uncovered(text, due, plan_of(item))


def uncovered(text: str, due: date | None, plan: Plan) -> tuple[str, ...]:
    """List the numbers, days and languages of a text that a plan does not hold, as written; contradicted ones included.

    A number of which nothing tells what it counts holds in a plan, and is listed where the plan names another instead.
    """
    ours, theirs = figures_of(in_force(text)), figures_of(plan.text)
    unnamed = {value for value, _shown in theirs.bare} | {
        one.least for one in theirs.quantities if one.least is not None
    }
    values = unnamed | {quantity.value for quantity in theirs.quantities}
    days = {(mention.month, mention.day) for mention in theirs.days}
    if plan.due:
        days.add((plan.due.month, plan.due.day))
    missing = [one.shown for one in ours.quantities if one.value not in unnamed and not _is_held(one, ours, theirs)]
    if theirs.numbers - ours.numbers:
        missing += [shown for value, shown in ours.bare if value > 1 and value not in values | theirs.numbers]
    missing += [one.shown for one in ours.days if (one.month, one.day) not in days]
    if due and (due.month, due.day) not in days and not ours.days:
        missing.append(show_day(due))
    missing += languages_left(text, plan.text)
    return tuple(dict.fromkeys(missing))


def days_left(text: str, plans: Sequence[Plan]) -> tuple[str, ...]:
    """List the days of a text that names several and of which none of some plans knows, as written: each is a milestone."""
    owed = [one for one in figures_of(in_force(text)).days if not one.is_earliest]
    if len({(one.month, one.day) for one in owed}) <= 1:
        return ()
    held = {(one.month, one.day) for plan in plans for one in figures_of(plan.text).days}
    held |= {(plan.due.month, plan.due.day) for plan in plans if plan.due}
    return tuple(one.shown for one in owed if (one.month, one.day) not in held)


def has_other_figures(text: str, item: WorkItem) -> bool:
    """Tell if both name numbers, or both name days, and none of them is the same."""
    ours, theirs = figures_of(in_force(text)), figures_of(plan_of(item).text)
    days = [{(one.month, one.day) for one in side.days} for side in (ours, theirs)]
    numbers = ours.numbers, theirs.numbers
    return any(one and other and one.isdisjoint(other) for one, other in (days, numbers))


def _is_held(one: Quantity, ours: Figures, theirs: Figures) -> bool:
    """Tell if an item holds a number, whatever it counts there, unless it goes with what another of our numbers counts.

    "40 tablets and 12 scanners" does not hold 12 tablets and 40 scanners.
    """
    same = [other for other in theirs.quantities if keeps(other, one)]
    if not any(count_alike(one, other) and not keeps(other, one) for other in theirs.quantities):
        return bool(same)
    rest = [mine for mine in ours.quantities if not is_same(mine, one)]
    return any(count_alike(one, other) or not any(count_alike(mine, other) for mine in rest) for other in same)
