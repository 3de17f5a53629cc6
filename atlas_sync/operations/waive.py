"""Waive: what people decide about gaps, kept in the ledger; later runs never take it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Literal

from atlas_sync.canonical.model import Engagement, Gap
from atlas_sync.coverage.gaps import ids_of
from atlas_sync.errors import ConfigError
from atlas_sync.operations.judged import judged_of
from atlas_sync.operations.retold import told
from atlas_sync.store.judgements import Judgement, standing
from atlas_sync.store.ledger import Ledger
from atlas_sync.store.warehouse import Rows

__all__ = ["judge_gaps"]


def judge_gaps(
    rows: Rows,
    ledger: Ledger,
    names: Sequence[str],
    decision: Literal["waived", "acknowledged", "reopened"],
    *,
    by: str,
    at: datetime,
    reason: str = "",
    until: date | None = None,
    today: date | None = None,
) -> list[Gap]:
    """Keep what a person says of gaps, by their ids, and give those gaps.

    It is kept as well of the gap that one turns into when likeness tells otherwise of the same promise. Which waivers hold is
    told by `today`, without it by the day on which this is said.

    Raises:
        ConfigError: an id is not that of a gap, a gap is to be let be without a reason, or there is nothing to acknowledge or
            to take back; nothing was kept.
    """
    if decision == "waived" and not reason.strip():
        message = "a gap is let be for a reason, and this one is empty."
        raise ConfigError(message, advice="Say in a few words why it is no gap; nothing was kept.")
    gaps = _named(rows, names)
    if decision == "acknowledged":
        _check_open(told(gaps, rows, ledger, today=today or at.date()))
    if decision == "reopened":
        _check_judged(names, ledger)
    word = partial(Judgement, "gap", other="", decision=decision, by=by, at=at, reason=reason, until=until)
    ledger.keep_judgements(
        [
            word(subject=name, engagement_id=gap.engagement_id, seen=(gap.opened_at.isoformat(),))
            for gap in gaps
            for name in _names_of(gap, rows)
        ]
    )
    return gaps


def _named(rows: Rows, names: Sequence[str]) -> list[Gap]:
    gaps = {row.id: row for row in rows.select(Gap, id=list(names))}
    if unknown := sorted(set(names) - set(gaps)):
        message = f"there is no gap {', '.join(unknown)}."
        raise ConfigError(message, advice="`atlas-sync gaps --json` prints their ids; nothing was kept.")
    return list(gaps.values())


def _check_open(gaps: Sequence[Gap]) -> None:
    """Refuse to acknowledge what somebody let be, which would end that, and what nobody has to see to any more."""
    for gap in gaps:
        if gap.state == "waived":
            message = f"{gap.id} was waived by {gap.judged_by}."
            raise ConfigError(message, advice=f"`atlas-sync reopen {gap.id}` takes that back; nothing was kept.")
        if gap.state in {"written", "resolved"}:
            message = f"{gap.id} is {gap.state}: there is nothing to acknowledge."
            raise ConfigError(message, advice="Leave it out; nothing was kept.")


def _check_judged(names: Sequence[str], ledger: Ledger) -> None:
    """Refuse to take back what nobody said."""
    if unsaid := sorted(set(names) - set(judged_of(standing(ledger.judgements("gap"))).gaps)):
        message = f"nobody waived or acknowledged {', '.join(unsaid)}."
        raise ConfigError(message, advice="`atlas-sync gaps --waived --json` prints what was; nothing was kept.")


def _names_of(gap: Gap, rows: Rows) -> tuple[str, ...]:
    """Give the ids under which a word on a gap is kept, its own first; it was derived from one of its sale's deals."""
    homes = (home for sale in rows.select(Engagement, id=gap.engagement_id) for home in sale.ids)
    derived = (ids_of(gap.kind, gap.subject_id, home) for home in homes)
    return next((ids for ids in derived if ids[0] == gap.id), (gap.id,))
