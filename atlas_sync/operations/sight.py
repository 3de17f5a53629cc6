"""What a read sees of its stream, held against what an earlier one saw: what came into sight is read from its start."""

from __future__ import annotations

from dataclasses import replace

from atlas_sync.connectors.protocol import FieldReport
from atlas_sync.store.landing import Manifest

__all__ = ["appeared", "has_new_fields", "seen_all_along", "told_by"]


def told_by(earlier: Manifest) -> FieldReport:
    """Give what an earlier read saw, which holds for what it landed even where the one that goes on with it cannot look."""
    return FieldReport(
        earlier.missing_fields,
        shown=earlier.shown_fields,
        permissions=earlier.permissions,
        projects=earlier.shown_projects,
    )


def has_new_fields(before: Manifest, now: FieldReport) -> bool:
    """Tell if a field is shown that was asked for and hidden before; of one that was not asked for, nothing was said."""
    return bool(set(before.missing_fields) & set(now.shown) - set(now.missing))


def appeared(before: Manifest, now: FieldReport) -> tuple[str, ...]:
    """List the projects that came into sight; none where the read before said nothing of projects."""
    seen = set(before.shown_projects or now.projects)
    return tuple(one for one in now.projects if one not in seen)


def seen_all_along(before: Manifest, now: FieldReport) -> FieldReport:
    """Leave out the projects that came into sight while a read was cut off: it has only a part of them."""
    late = set(appeared(before, now))
    return replace(now, projects=tuple(one for one in now.projects if one not in late))
