"""A deal leads to the project whose key somebody typed on it, however the tracker writes its keys."""

from __future__ import annotations

import pytest

from atlas_sync.canonical.linking import Tracker, find_links
from atlas_sync.canonical.observed import ObservedDeal, ObservedProject

_KEYS = ("TD", "OPS_2", "yard-scanners", "portal")


@pytest.mark.parametrize(
    ("hint", "keys"),
    [
        ("TD", ["TD"]),
        ("TD-12, OPS_2-3", ["TD", "OPS_2"]),
        ("https://tidemark.example/browse/TD-12?filter=1", ["TD"]),
        ("yard-scanners", ["yard-scanners"]),
        ("https://portal.example/projects/yard-scanners/issues", ["yard-scanners"]),
        ("STD and TDX", []),
        (None, []),
    ],
)
def test_named_project_is_found(hint: str | None, keys: list[str]) -> None:
    projects = {f"t:project:{key}": ObservedProject(source=f"t:project:{key}", key=key, name=key) for key in _KEYS}
    deal = ObservedDeal(source="crm:deal:1", name="Yard", stage="won", stage_label="Won", project_hint=hint)
    tracker = Tracker(projects=projects, items=(), links=(), shared=frozenset())
    found = find_links([deal], tracker, brief_markers=(), client_names=())
    assert [link.project.key for link in found] == keys
