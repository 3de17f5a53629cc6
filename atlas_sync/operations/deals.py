"""Deals: what sales is to see of delivery, held against what stands on the deal and against what we last wrote there.

A field that holds anything but what we last wrote is a person's, and stays. Nothing is written here but the ledger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from atlas_sync.canonical.identity import SourceRef, marker_for
from atlas_sync.canonical.model import Engagement, Gap, Handoff
from atlas_sync.connectors.writing import DealWriter
from atlas_sync.coverage import FEEDBACK, DealField, EngagementRecord, Feedback, SetDeal, Skipped, feedback_of
from atlas_sync.coverage.text import shorten, show_day
from atlas_sync.errors import AtlasError
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.ledger import FieldKey, FieldState, Ledger, WriteStep

__all__ = ["Deals", "is_same", "look_at_deals"]

_AGAIN = timedelta(days=1)
"""So long a value that a rule refused is not sent again; by then somebody may have changed the rule, or the deal."""
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Deals:
    """The deals of a plan: what stands in our fields there, by CRM and deal, and what we know of having written it.

    `notes` say by CRM what cannot be written there; of a CRM without fields of ours nothing is known and nothing said.
    """

    writers: Mapping[str, DealWriter]
    names: Mapping[str, frozenset[str]]
    notes: Mapping[str, tuple[str, ...]]
    held: Mapping[tuple[str, str], Mapping[str, str]]
    known: Mapping[FieldKey, FieldState]
    tenant: str
    now: datetime
    _adopted: dict[FieldKey, FieldState] = field(default_factory=dict)

    def tell(
        self, record: EngagementRecord, gaps: Sequence[Gap], handoff: Handoff | None
    ) -> tuple[list[SetDeal], list[Skipped]]:
        """Give the commands that bring the deals up to the record, none where one is, and what is left to a person.

        Every deal that led to the delivery is told the same: whoever sold a part of it looks at their own.
        """
        told: list[SetDeal] = []
        skipped: list[Skipped] = []
        deals = [ref for ref in map(SourceRef.parse, record.engagement.deals) if (ref.system, ref.id) in self.held]
        wanted = feedback_of(record, gaps, handoff, tenant=self.tenant) if deals else {}
        for ref in deals:
            fields, left = self._compare(ref, wanted)
            skipped += left
            if fields:
                told.append(
                    SetDeal(
                        marker=marker_for(self.tenant, record.engagement.id, "deal", ref.id),
                        engagement_id=record.engagement.id,
                        system=ref.system,
                        deal=ref.id,
                        title=shorten(f"Deal: {record.engagement.name}", 120),
                        fields=tuple(fields),
                    )
                )
        return told, skipped

    def _compare(self, ref: SourceRef, wanted: Mapping[Feedback, str]) -> tuple[list[DealField], list[Skipped]]:
        """Hold what stands on one deal against what is wanted there."""
        held = self.held[ref.system, ref.id]
        fields, skipped = [], []
        for name in (one for one in FEEDBACK if one in self.names[ref.system]):
            there = held.get(name, "")
            left = self._left((ref.system, ref.id, name), there, wanted[name])
            if left is None:
                fields.append(DealField(name=name, value=wanted[name], before=there))
            elif left:
                reason, is_conflict = left
                subject = f"The {name} on the deal {ref.id} in {ref.system}"
                skipped.append(Skipped(subject=subject, reason=reason, is_conflict=is_conflict))
        return fields, skipped

    def _left(self, key: FieldKey, there: str, wanted: str) -> tuple[str, bool] | tuple[()] | None:
        """Say why a field is left as it is, and if that is a conflict; nothing where it is right, None where we write it."""
        state = self.known.get(key)
        if is_same(there, wanted):
            if there and (state is None or state.written is None or not is_same(there, state.written)):
                self._adopted[key] = FieldState(written=wanted, changed_at=self.now)
            return ()
        ours = [one for one in (state.written, state.sent) if one is not None] if state else []
        if not any(is_same(there, one) for one in ours):
            if there:
                said = f"a person set “{shorten(there, _SHOWN)}”, and the record says “{shorten(wanted, _SHOWN)}”"
                return said, True
            if state is not None and state.written:
                return "a person emptied it", False
        if state and state.changed_at and state.refused == wanted and self.now < state.changed_at + _AGAIN:
            return f"it was refused on {show_day(state.changed_at.date())}, and is tried again after a day", False
        return None

    def adopt(self, ledger: Ledger, *, run: str) -> None:
        """Write down as ours what already stands as we would write it: a lost ledger learns it again."""
        for key, state in self._adopted.items():
            ledger.keep_deal_fields({key: state}, WriteStep(run, key[2], "adopt", "done", key[1], key[0], at=self.now))


def is_same(one: str, other: str) -> bool:
    """Tell if a field says the same, whatever a CRM did to white space."""
    return one.split() == other.split()


def look_at_deals(workspace: Workspace, ledger: Ledger, won: Iterable[Engagement]) -> Deals:
    """Look at the deals in every CRM that has fields of ours; one that cannot be asked is left out, with a note."""
    writers = {name: one.open_deals() for name, one in workspace.connections.items() if one.open_deals}
    by_system: dict[str, list[str]] = defaultdict(list)
    for ref in (SourceRef.parse(source) for row in won for source in row.deals):
        by_system[ref.system].append(ref.id)
    names: dict[str, frozenset[str]] = {}
    notes: dict[str, tuple[str, ...]] = {}
    held: dict[tuple[str, str], Mapping[str, str]] = {}
    for system, writer in writers.items():
        try:
            notes[system] = tuple(writer.lacking())
            names[system] = writer.names()
            read = writer.read(by_system[system]) if names[system] & set(FEEDBACK) else {}
        except AtlasError as error:
            notes[system] = (f"Nothing is written on deals: {error}",)
            continue
        held |= {(system, deal): values for deal, values in read.items()}
    known = ledger.deal_fields() if writers else {}
    return Deals(writers, names, notes, held, known, tenant=workspace.tenant, now=workspace.now())
