"""A stream's read while it goes on: what was asked for, how far it got, by whose clock, and the manifest of it as it stands."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from atlas_sync.connectors.protocol import FieldReport, Page, StreamSpec
from atlas_sync.errors import AtlasError
from atlas_sync.operations.clocks import began_at
from atlas_sync.operations.sweep import Swept
from atlas_sync.operations.windows import proof_of
from atlas_sync.store.landing import Manifest, Part, Reach, ReadStatus

__all__ = ["Read"]


@dataclass(slots=True)
class Read:
    """One stream's read while it goes on; `before` is the one that it goes on from or follows, as far as that is known.

    It `began` by our clock, and `told` is the vendor's at the first answer, which may be ahead of ours by `slack`. Of the
    streams by whose ids it is read, `lacks` names those that were never read to their end: nobody knows what else is there.
    """

    system: str
    stream: StreamSpec
    run: str
    began: datetime
    slack: timedelta
    since: datetime | None
    watermark: datetime | None
    reaches: list[Reach]
    before: Manifest | None = None
    adopted: tuple[Part, ...] = ()
    resumed: str = ""
    told: datetime | None = None
    clock: datetime | None = None
    started: float = field(default_factory=time.monotonic)
    pages: int = 0
    records: int = 0
    totals: dict[str, int] = field(default_factory=dict)
    failure: AtlasError | None = None
    fields: FieldReport = field(default_factory=FieldReport)
    appeared: tuple[str, ...] = ()
    mapped_by: str = ""
    lacks: tuple[str, ...] = ()

    @property
    def is_proven(self) -> bool:
        """Tell if every window came to its proven end, and there can be no others."""
        is_ended = bool(self.reaches) and all(reach.proof for reach in self.reaches)
        return is_ended and self.failure is None and not self.lacks

    @property
    def is_early(self) -> bool:
        """Tell if the window starts after the vendor's present: then its clock was ahead when the watermark was taken."""
        return self.told is not None and self.since is not None and self.told < self.since

    def see(self, place: int, page: Page) -> None:
        """Count a landed page and remember how far its window got."""
        reach = self.reaches[place]
        self.reaches[place] = Reach(window=reach.window, position=page.position, proof=page.proof)
        self.pages += 1
        self.records += len(page.records)
        if page.server_time is not None:
            self.told = min(self.told or page.server_time, page.server_time)
            clock = began_at(self.told, ours=self.began, slack=self.slack, shown=[self.watermark])
            self.clock = min(self.clock or clock, clock)
        if page.total is not None:
            self.totals[reach.window] = page.total

    def manifest(self, parts: Sequence[Part], calls: int, status: ReadStatus, swept: Swept) -> Manifest:
        """Write down the read as it stands."""
        is_whole = status == "complete"
        # Read again from the start: what ended without an error and without a proof, and what said nothing of its place.
        can_go_on = self.failure is not None and any(reach.position or reach.proof for reach in self.reaches)
        return Manifest(
            system=self.system,
            stream=self.stream.name,
            run=self.run,
            mode=self.stream.mode,
            feeds=self.stream.feeds,
            since=self.since,
            clock=self.clock,
            watermark=(self.clock or self.watermark) if is_whole else None,
            pages=self.pages,
            records=self.records,
            expected=sum(self.totals.values()) if len(self.totals) == len(self.reaches) else None,
            calls=calls,
            seconds=round(time.monotonic() - self.started, 3),
            status=status,
            proof=proof_of(self.reaches) if self.is_proven else "",
            shown_fields=self.fields.shown,
            missing_fields=self.fields.missing,
            permissions=self.fields.permissions,
            shown_projects=self.fields.projects,
            withheld=self.fields.withheld,
            windows=tuple(self.reaches) if can_go_on else (),
            resumed=self.resumed,
            swept=swept.at,
            sweep=swept.outcome,
            mapped_by=self.mapped_by,
            parts=(*self.adopted, *parts),
        )
