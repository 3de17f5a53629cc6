"""Sweep: list every id of a stream now and then, look up those that are missing, and land what became of them.

Those that are listed and were never read are looked up as well, so that what a vendor once left out comes in. What we took
away ourselves is looked up on the next run, and waits for no listing.

Nothing is claimed from absence alone: a listing must have come to its proven end, and every missing id is asked about by
itself. What neither shows nor explains itself then is `not_visible`, and no more is said of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import msgspec

from atlas_sync.connectors.protocol import Mapper, Page, RawRecord, Reader, StreamSpec, Sweeper
from atlas_sync.errors import AtlasError, MappingError
from atlas_sync.operations.removal import taken_away
from atlas_sync.operations.windows import guarded
from atlas_sync.operations.workspace import Connection, Workspace
from atlas_sync.store.landing import NOT_VISIBLE, PartWriter

__all__ = ["Swept", "sweep_stream"]

_ASK = 500
_OURS_ALONE = "only what we took away ourselves was asked about"
_UNPROVEN = "the listing of ids did not come to a proven end; nothing was concluded from it."


@dataclass(frozen=True, slots=True)
class Swept:
    """What came of a listing: `at` is set where it is proven and done with; `gone`, where set, holds all that are gone."""

    at: datetime | None = None
    outcome: str = ""
    gone: frozenset[str] | None = None


def sweep_stream(
    workspace: Workspace,
    connection: Connection,
    reader: Reader,
    stream: StreamSpec,
    *,
    run: str,
    parts: PartWriter,
    is_full: bool,
) -> Swept:
    """List the ids of a stream that was just read, if that is due, and land what became of the missing ones.

    Between two listings those count as missing that we took away ourselves.
    """
    if not isinstance(reader, Sweeper) or stream.mode != "increment":
        return Swept()
    parts.close_part()
    memory, now = workspace.landing.memory(connection.name, stream.name), workspace.now()
    known = set(memory.known_ids())
    if is_full and not known:
        return Swept(now, "read from the beginning")
    gone, every = memory.gone_ids(), timedelta(hours=connection.sweep_every_h)
    is_due = is_full or memory.swept is None or now - memory.swept >= every
    ours = _taken_away(workspace, connection, stream, memory.swept) & (known - gone)
    if not is_due and not ours:
        return Swept()
    try:
        seen, proof = _listed(reader, stream.name) if is_due else (known - gone, _OURS_ALONE)
        if not proof:
            return Swept(outcome="" if proof is None else _UNPROVEN)
        missing = (known - seen) | ours  # a listing may lag behind
        just_read = set(workspace.landing.ids_of(connection.name, run, parts.parts))
        asked = sorted((missing - gone) | (gone & seen) | (seen - known - just_read))
        settled: dict[str, bool] = {}
        for record in _looked_up(reader, stream.name, asked):
            parts.add(record.id, record.body)
            settled[record.id] = _is_gone(connection.mapper, stream.name, record)
    except AtlasError as error:
        return Swept(outcome=f"cut off; nothing was concluded from absence: {error}")
    # What was read a moment ago was visible: if it is gone already, the next listing says so.
    unexplained = [one for one in asked if one in missing and one not in settled and one not in just_read]
    for remote_id in unexplained:
        parts.add(remote_id, NOT_VISIBLE)
    found_gone = {remote_id for remote_id, is_gone in settled.items() if is_gone}
    said = f"{proof}; {len(missing)} of {len(known)} not listed, {len(asked)} looked up, {len(unexplained)} unexplained"
    return Swept(now if is_due else None, said, frozenset((gone & missing) | (found_gone & missing) | set(unexplained)))


def _taken_away(workspace: Workspace, connection: Connection, stream: StreamSpec, since: datetime | None) -> set[str]:
    """Give the ids of the items of a tracker that we removed since its last listing."""
    if connection.role != "tracker" or "tracker" not in stream.feeds:
        return set()
    with closing(workspace.open_ledger()) as ledger:
        removed = taken_away(ledger, "removed")
    return {
        ref.id
        for ref, at in removed.items()
        if ref.system == connection.name and (since is None or at is None or at > since)
    }


def _listed(reader: Sweeper, stream: str) -> tuple[set[str], str | None]:
    """Give the ids that are listed and the proof of the end; None where there is no listing of this stream at all."""
    seen: set[str] = set()
    proof: str | None = None
    for page in _raised(guarded(partial(reader.sweep, stream))):
        seen.update(record.id for record in page.records)
        proof = page.proof
    return seen, proof


def _looked_up(reader: Sweeper, stream: str, asked: Sequence[str]) -> Iterator[RawRecord]:
    """Yield what the vendor says of each id, a record or a tombstone; nothing of those without a clear answer."""
    for start in range(0, len(asked), _ASK):
        for page in _raised(guarded(partial(reader.look_up, stream, asked[start : start + _ASK]))):
            yield from page.records


def _is_gone(mapper: Mapper, stream: str, record: RawRecord) -> bool:
    try:
        rows = mapper.map_record(stream, msgspec.json.decode(record.body))
    except (MappingError, msgspec.DecodeError):
        return False
    return bool(rows) and all(row.deletion is not None for row in rows)


def _raised(pages: Iterable[Page | AtlasError]) -> Iterable[Page]:
    for page in pages:
        if isinstance(page, AtlasError):
            raise page
        yield page
