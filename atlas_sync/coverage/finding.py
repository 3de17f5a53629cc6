"""One thing that delivery lacks, before licence, history and people's words are looked at."""

from __future__ import annotations

from dataclasses import dataclass

from atlas_sync.canonical.model import Audience, Evidence, GapKind, Severity

__all__ = ["TITLE", "Finding"]

TITLE = 120
"""Characters of a finding's title."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A gap without its life: what is lacking, how bad, and what to do about it; `unread` says what may hold it unread."""

    kind: GapKind
    subject_id: str
    title: str
    severity: Severity
    next_step: str
    reasons: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    work_item_key: str | None = None
    evidence: Evidence | None = None
    audience: Audience = "internal"
