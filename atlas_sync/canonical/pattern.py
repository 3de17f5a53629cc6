"""An item of a template project, before it is copied."""

from __future__ import annotations

from dataclasses import dataclass

from atlas_sync.canonical.document import Document

__all__ = ["Pattern"]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is copied of an item. `type` is the tracker's name for what it is, `parent` the id of what it stands below."""

    id: str
    type: str
    summary: str
    body: Document
    parent: str | None = None
    labels: tuple[str, ...] = ()
