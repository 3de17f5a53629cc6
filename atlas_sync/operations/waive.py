"""Waive: what people decide about gaps, kept in the ledger; later runs never take it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from atlas_sync.canonical.model import Gap
from atlas_sync.errors import ConfigError
from atlas_sync.store.judgements import Judgement
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
) -> list[Gap]:
    """Keep what a person says of gaps, by their ids, and give those gaps.

    Raises:
        ConfigError: an id is not that of a gap, or a gap is to be let be without a reason; nothing was kept.
    """
    if decision == "waived" and not reason.strip():
        message = "a gap is let be for a reason, and this one is empty."
        raise ConfigError(message, advice="Say in a few words why it is no gap; nothing was kept.")
    gaps = {row.id: row for row in rows.select(Gap, id=list(names))}
    if unknown := sorted(set(names) - set(gaps)):
        message = f"there is no gap {', '.join(unknown)}."
        raise ConfigError(message, advice="`atlas-sync gaps --json` prints their ids; nothing was kept.")
    ledger.keep_judgements(
        [
            Judgement("gap", gap.id, "", decision, by, at, engagement_id=gap.engagement_id, reason=reason, until=until)
            for gap in gaps.values()
        ]
    )
    return list(gaps.values())
