"""What one run read of one stream, and how it knows: the licence, or its absence, to call something missing."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from atlas_sync.store.parts import Part

__all__ = ["Manifest", "Reach", "ReadStatus", "Unread"]

ReadStatus = Literal["complete", "partial", "not_permitted", "failed"]


class Reach(BaseModel):
    """How far one window of a read got: to its end by `proof`, or to a `position` from which it can go on."""

    model_config = ConfigDict(frozen=True)

    window: str = ""
    position: str = ""
    proof: str = ""


class Unread(BaseModel):
    """A stream of a connection that no run has read yet, and what it feeds."""

    model_config = ConfigDict(frozen=True)

    stream: str
    mode: Literal["increment", "set"]
    feeds: tuple[str, ...] = ()


class Manifest(BaseModel):
    """What one run read of one stream, and how it knows.

    `since` is the start of the window asked for (None for all), `clock` when it began by the vendor's, and `watermark`
    where the next window starts, moved only by a complete read. `proof` tells how the end was known. `shown_fields`,
    `missing_fields`, `permissions` and `shown_projects` are what was visible. `windows` says how far each part of an
    unfinished read got and `resumed` which run it goes on from. `swept` is when every id was last listed, `sweep` what came
    of it. `expected` is the number of records where the vendor told it. `unread` are the streams of the connection that no run
    had read when this was committed: what a run that is cut short leaves out has no manifest that says so. `mapped_by` stands
    for the settings by which its records are mapped; empty where none count, or an earlier version did not say. `withheld` says
    why there may be records that are not shown at all, though the read was complete.
    """

    model_config = ConfigDict(frozen=True)

    system: str
    stream: str
    run: str
    mode: Literal["increment", "set"]
    feeds: tuple[str, ...] = ()
    since: datetime | None = None
    clock: datetime | None = None
    watermark: datetime | None = None
    pages: int = 0
    records: int = 0
    expected: int | None = None
    calls: int = 0
    seconds: float = 0.0
    status: ReadStatus
    reason: str = ""
    advice: str = ""
    proof: str = ""
    shown_fields: tuple[str, ...] = ()
    missing_fields: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    shown_projects: tuple[str, ...] = ()
    withheld: str = ""
    windows: tuple[Reach, ...] = ()
    resumed: str = ""
    swept: datetime | None = None
    sweep: str = ""
    unread: tuple[Unread, ...] = ()
    mapped_by: str = ""
    parts: tuple[Part, ...] = ()
