# ruff: noqa: ANN401 - builders pass any field on
"""Builders for tests of what is proposed: a target of ours and one that the client reads, and what is there already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atlas_sync.canonical.document import plain_text
from atlas_sync.canonical.identity import marker_for
from atlas_sync.canonical.model import Gap
from atlas_sync.coverage import (
    CreateItem,
    EngagementRecord,
    ExistingItem,
    Proposal,
    Target,
    kickoff_brief,
    propose,
)
from tests.coverage.build import ENG, gaps_of

OURS = Target(project="SCAN", audience="internal")
THEIRS = Target(project="SCAN", audience="client_ok")
BRIEF = marker_for("t", ENG, "brief", ENG)
ITEM = marker_for("t", ENG, "promise", "prm_1111111111111111")
ALIKE = "Scanner sync Kaiserhafen live"


def proposed(
    made: EngagementRecord,
    target: Target = OURS,
    existing: Mapping[str, ExistingItem] | None = None,
    gaps: list[Gap] | None = None,
) -> Proposal:
    return propose(made, gaps_of(made) if gaps is None else gaps, target=target, existing=existing or {}, tenant="t")


def creates(proposal: Proposal) -> list[CreateItem]:
    return [command for command in proposal.commands if isinstance(command, CreateItem)]


def there(marker: str = BRIEF, **changes: Any) -> dict[str, ExistingItem]:
    values = {"marker": marker, "key": "SCAN-90", "state": "to_do", "linked": True, "audience": "internal"}
    return {marker: ExistingItem.model_validate({**values, **changes})}


def brief_there(made: EngagementRecord, **changes: Any) -> dict[str, ExistingItem]:
    return there(body_text=plain_text(kickoff_brief(made, audience="internal")), **changes)
