"""Heads: what was last received of every record, by its hash, so that only what differs is looked into.

All of it is set-based: a part's ids and hashes are a file that the engine reads, and no row becomes an object.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from atlas_sync.store.warehouse import Warehouse

__all__ = ["Heads", "Said", "Staged"]

# A macro and no table: a table stays in memory until the transaction ends, for every part of it; reading again costs less.
_ARRIVED = """
CREATE OR REPLACE TEMP MACRO arrived(ids) AS TABLE
SELECT id, arg_max(hash, line) AS hash, max(line) AS line
FROM (
    SELECT id, coalesce(hash, '') AS hash, row_number() OVER () - 1 AS line
    FROM read_csv(
        ids, delim = '\t', header = false, quote = '', escape = '', auto_detect = false, null_padding = true,
        nullstr = chr(1), parallel = false, columns = {'id': 'VARCHAR', 'hash': 'VARCHAR'}
    )
)
GROUP BY id
"""

_OURS = "read IN (SELECT number FROM landed_read WHERE system = $system AND stream = $stream)"

# Joined and then subtracted, since the engine then builds its table of what arrived and not of all that was ever seen.
_SEEN = """
CREATE OR REPLACE TEMP TABLE seen AS
SELECT
    a.id, h.used, h.hash = a.hash AND h.hash <> '' AND r.mapping = $mapping AND r.run <= $run AS is_known
FROM landed_head h JOIN arrived($ids) a ON h.id = a.id JOIN landed_read r ON r.number = h.read
WHERE r.system = $system AND r.stream = $stream
"""

_FRESH = "FROM arrived($ids) WHERE id NOT IN (SELECT id FROM seen WHERE is_known)"

_FORGET = f"DELETE FROM landed_head WHERE {_OURS} AND id IN (SELECT id FROM seen WHERE NOT is_known)"  # noqa: S608 - as above

_COUNTS = f"""
SELECT * FROM
    (SELECT count(*) FILTER (WHERE is_known AND NOT used), count(*) FILTER (WHERE NOT is_known) FROM seen),
    (SELECT count(*), min(line), max(line) {_FRESH})
"""  # noqa: S608 - all of it from here

_KEEP = f"""
INSERT INTO landed_head (id, hash, read, used)
SELECT id, hash, $read, id NOT IN (SELECT unnest($unused::VARCHAR[]))
{_FRESH} AND id NOT IN (SELECT unnest($odd::VARCHAR[]))
"""

_BEGIN = """
INSERT INTO landed_read (number, system, stream, run, mapping)
SELECT coalesce(max(number), 0) + 1, $system, $stream, $run, $mapping FROM landed_read RETURNING number
"""

_PRUNE = "DELETE FROM landed_read WHERE number < $number AND number NOT IN (SELECT read FROM landed_head)"
_PRUNE_EVERY = 100

_ABSENT = f"DELETE FROM landed_head WHERE {_OURS} AND id NOT IN (SELECT id FROM present)"  # noqa: S608 - as above


@dataclass(frozen=True, slots=True)
class Staged:
    """What a part holds: the `lines` of records that are new or differ, in order; how many others say nothing to us."""

    lines: Sequence[int]
    unused: int


class Said(NamedTuple):
    """What a source said last, as a hash of the mapped record, and the landed record that said it."""

    hash: str
    remote_id: str


class Heads:
    """The heads of one stream while a manifest of it is taken in, part by part, inside one transaction.

    `mapping` names the reading of records: those read in another way count as different, and so do those that a later run than
    `run` read.
    """

    def __init__(self, warehouse: Warehouse, *, system: str, stream: str, run: str, mapping: str) -> None:
        self._execute = warehouse.execute
        self._stream = {"system": system, "stream": stream}
        self._read = {**self._stream, "run": run, "mapping": mapping}
        self._number = self._differing = self._fresh = 0
        self._ids: dict[str, object] = {}
        self._execute(_ARRIVED)
        self._execute("CREATE OR REPLACE TEMP TABLE present (id VARCHAR)")

    def stage(self, ids: Path) -> Staged:
        """Look at the ids and hashes of a part; of an id that stands there twice the last one counts."""
        self._ids = {"ids": str(ids)}
        self._execute(_SEEN, {**self._read, **self._ids})
        ((unused, self._differing, self._fresh, first, last),) = self._execute(_COUNTS, self._ids)
        if not self._fresh or last - first + 1 == self._fresh:
            return Staged(range(first or 0, (first or 0) + self._fresh), unused)
        return Staged([line for (line,) in self._execute(f"SELECT line {_FRESH} ORDER BY line", self._ids)], unused)

    def keep(self, *, unused: Iterable[str], odd: Iterable[str]) -> None:
        """Remember what was staged as seen, but for the `odd` ones, which are tried again whenever they come."""
        if self._differing:
            self._execute(_FORGET, self._stream)
        if self._fresh:
            read = {"read": self._number or self._begun()}
            self._execute(_KEEP, {**self._ids, **read, "unused": list(unused), "odd": list(odd)})

    def said(self, sources: Iterable[str]) -> dict[str, Said]:
        """Give what some sources said last; those that are new are left out."""
        query = """
            SELECT source, hash, coalesce(remote_id, '') FROM record_head WHERE source IN (SELECT unnest($sources))
        """
        found = self._execute(query, {"sources": list(sources)})
        return {source: Said(digest, remote_id) for source, digest, remote_id in found}

    def _begun(self) -> int:
        """Give this read a number; now and then, reads of which no head is left are forgotten."""
        ((self._number,),) = self._execute(_BEGIN, self._read)
        if self._number % _PRUNE_EVERY == 0:
            self._execute(_PRUNE, {"number": self._number})
        return self._number

    def note_present(self) -> None:
        """Remember all that was staged as present in the set."""
        self._execute("INSERT INTO present SELECT id FROM arrived($ids)", self._ids)

    def absent(self) -> list[tuple[str, str]]:
        """List source and entity of what this stream gave before and of which no record was noted as present.

        Their heads are forgotten: one that comes back as it was is news.
        """
        query = """
            SELECT source, entity FROM record_head
            WHERE system = $system AND stream = $stream AND coalesce(remote_id, '') NOT IN (SELECT id FROM present)
            ORDER BY rowid
        """
        gone = [(source, entity) for source, entity in self._execute(query, self._stream)]
        self._execute(_ABSENT, self._stream)
        return gone

    def told_by(self, stream: str, kind: str) -> list[tuple[str, str]]:
        """List source and entity of the records of a kind that another stream of the system told last."""
        query = """
            SELECT source, entity FROM record_head
            WHERE system = $system AND stream = $stream AND starts_with(source, $system || ':' || $kind || ':')
            ORDER BY rowid
        """
        return list(self._execute(query, {**self._stream, "stream": stream, "kind": kind}))
