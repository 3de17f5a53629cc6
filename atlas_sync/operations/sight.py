"""What a read sees of its stream, held against what an earlier one saw: what came into sight is read from its start.

So is a stream of which the settings say otherwise than before what its records hold.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from atlas_sync.connectors.protocol import Configured, FieldReport, Mapper
from atlas_sync.store.landing import Manifest

__all__ = ["appeared", "has_new_fields", "is_mapped_otherwise", "mapped_by", "seen_all_along", "told_by"]


def told_by(earlier: Manifest) -> FieldReport:
    """Give what an earlier read saw, which holds for what it landed even where the one that goes on with it cannot look."""
    return FieldReport(
        earlier.missing_fields,
        shown=earlier.shown_fields,
        permissions=earlier.permissions,
        projects=earlier.shown_projects,
        withheld=earlier.withheld,
    )


def has_new_fields(before: Manifest, now: FieldReport) -> bool:
    """Tell if a field is shown that was asked for and hidden before; of one that was not asked for, nothing was said."""
    return bool(set(before.missing_fields) & set(now.shown) - set(now.missing))


def mapped_by(mapper: Mapper, stream: str) -> str:
    """Give what stands for the settings by which a stream's records are mapped; empty where none count."""
    settings = mapper.mapped_by(stream) if isinstance(mapper, Configured) else {}
    told = json.dumps(settings, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16] if settings else ""


def is_mapped_otherwise(before: Manifest, now: FieldReport, settings: str) -> bool:
    """Tell if a stream is mapped by other settings than before.

    A read of an earlier version, which said nothing of them, shows it by what it asked for. While a needed field is hidden
    there is nothing to read again for: the stream stays partial, and the settings other, until it is shown.
    """
    if now.required:
        return False
    if before.mapped_by:
        return before.mapped_by != settings
    asked = {*before.shown_fields, *before.missing_fields}
    return bool(settings and asked and set(now.shown) - asked)


def appeared(before: Manifest, now: FieldReport) -> tuple[str, ...]:
    """List the projects that came into sight; none where the read before said nothing of projects."""
    seen = set(before.shown_projects or now.projects)
    return tuple(one for one in now.projects if one not in seen)


def seen_all_along(before: Manifest, now: FieldReport) -> FieldReport:
    """Leave out the projects that came into sight while a read was cut off: it has only a part of them."""
    late = set(appeared(before, now))
    return replace(now, projects=tuple(one for one in now.projects if one not in late))
