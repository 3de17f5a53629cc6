"""What was agreed held against what is planned: figures, times and terms, each with both quotes.

Every comparison names its topic and says whether the two sides agree. Likeness of words is no matter of this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import product

from atlas_sync.coverage.compared import Comparison, Plan, Topic
from atlas_sync.coverage.figures import Figures, figures_of
from atlas_sync.coverage.named import compare_names
from atlas_sync.coverage.quantity import Quantity, count_alike, is_same, keeps, meet, passes
from atlas_sync.coverage.replaced import in_force
from atlas_sync.coverage.terms import compare_terms
from atlas_sync.coverage.timing import agreed_day, compare_due, compare_marks, compare_times, compare_weekdays

__all__ = ["compare", "compare_figures", "compare_statements"]

_TOPIC_OF: dict[str, Topic] = {"money": "amount", "share": "share", "time": "duration", "count": "figure"}


def compare(text: str, due: date | None, plan: Plan) -> list[Comparison]:
    """List what an agreed text and a plan say about the same thing, contradictions first.

    A due day of the plan contradicts when it is after the agreed one and the work is not done. A figure that the agreed text
    says is replaced is not agreed; a plan that names one may do so to correct it, or by mistake.
    """
    return _compare(text, due, plan, agreed=in_force(text))


def _compare(text: str, due: date | None, plan: Plan, *, agreed: str) -> list[Comparison]:
    ours, theirs = figures_of(agreed), figures_of(plan.text)
    found = [
        *compare_due(ours, agreed_day(agreed, due, plan), theirs, plan),
        *compare_figures(ours, theirs),
        *compare_times(ours.times, theirs.times),
        *compare_weekdays(agreed, plan),
        *compare_terms(text, plan.text),
        *compare_names(text, plan.text),
    ]
    return sorted(dict.fromkeys(found), key=lambda one: (one.agrees, one.limits))


def compare_statements(text: str, due: date | None, other: Plan) -> list[Comparison]:
    """List where two statements contradict each other, the same whichever came first.

    A plan may be ahead of what was agreed and within its bound. Of two statements one that names an earlier day or time than
    the other, or another bound, says something else.
    """
    ours, theirs = figures_of(text), figures_of(other.text)
    ahead = agreed_day(other.text, other.due, Plan(text, due))
    turned = [*compare_due(theirs, ahead, ours, Plan(text, due)), *compare_times(theirs.times, ours.times)]
    found = [
        *_compare(text, due, other, agreed=text),
        *(replace(one, said=one.planned, planned=one.said) for one in turned),
        *_other_bounds(ours, theirs),
    ]
    return [one for one in dict.fromkeys(found) if not one.agrees]


def _other_bounds(ours: Figures, theirs: Figures) -> Iterator[Comparison]:
    for one, other in product(ours.quantities, theirs.quantities):
        if one.bound != other.bound or one.bound not in {"most", "least"}:
            continue
        differ = passes(one, other) or (count_alike(one, other) and not is_same(one, other))
        if differ and one.value not in theirs.numbers and other.value not in ours.numbers:
            yield Comparison(_TOPIC_OF[one.kind], agrees=False, said=one.shown, planned=other.shown)


def compare_figures(said: Figures, planned: Figures) -> list[Comparison]:
    """Hold the figures of two texts together.

    Where none of what was said is a bound or a range, the answer with the sides changed is the same with the sides changed.
    """
    return [*_quantities(said, planned), *compare_marks(said, planned)]


def _quantities(our: Figures, their: Figures) -> Iterator[Comparison]:
    said, planned = our.quantities, their.quantities
    for one in said:
        alike = [other for other in planned if count_alike(one, other)]
        # What is partly within a range neither keeps it nor says something else.
        apart = [other for other in alike if not meet(one, other)]
        same = [
            other for other in planned if keeps(other, one) and (other in alike or one.kind == other.kind == "time")
        ]
        other_unit = [
            other
            for other in planned
            if other.figure == one.figure and (other in apart or _is_other_span(other, one, said))
        ]
        topic = _TOPIC_OF[one.kind]
        if same:
            yield Comparison(topic, agrees=True, said=one.shown, planned=same[0].shown)
        elif other_unit:
            yield Comparison(topic, agrees=False, said=one.shown, planned=other_unit[0].shown)
        # A number that the other side names too, whatever it counts there, is not read as denied.
        elif one.value not in their.numbers and (
            rivals := [other for other in apart if other.value not in our.numbers]
        ):
            yield Comparison(topic, agrees=False, said=one.shown, planned=rivals[0].shown)
        elif not alike and (
            past := [other for other in planned if passes(other, one) and other.value not in our.numbers]
        ):
            yield Comparison(topic, agrees=False, said=one.shown, planned=past[0].shown)


def _is_other_span(planned: Quantity, one: Quantity, said: Sequence[Quantity]) -> bool:
    """Tell if a plan has a figure that was said in another unit of time, hours against days, and nothing said allows it."""
    if not one.kind == planned.kind == "time" or one.per or planned.per or any(is_same(mine, planned) for mine in said):
        return False
    return passes(planned, one) if one.bound in {"most", "least"} else one.units[0] != planned.units[0]
