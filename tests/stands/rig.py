"""A stand with a workspace on it: pulls as a run does, and compares what came of it with the truth."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from atlas_sync.canonical.observed import Observed
from atlas_sync.config import Settings
from atlas_sync.connectors.protocol import Reader
from atlas_sync.connectors.transport import Transport
from atlas_sync.opening import open_workspace
from atlas_sync.operations.canonicalize import canonicalize
from atlas_sync.operations.pull import pull_connection
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.landing import Manifest
from atlas_sync.store.tables import TABLES, Intake, Quarantined
from atlas_sync.store.warehouse import Rows, Warehouse, open_warehouse
from tests.stands.protocol import Fact, Stand

__all__ = ["Rig", "compare", "observed", "rigged"]

_LONGEST_NAP_S = 0.01


@dataclass
class Rig:
    """One stand, served, and a workspace that is connected to it alone. `naps` are the pauses that were asked for."""

    stand: Stand
    workspace: Workspace
    warehouse: Warehouse
    settings: Settings
    naps: list[float] = field(default_factory=list)
    taken: list[Intake] = field(default_factory=list)
    _runs: int = 0

    def restart(self) -> None:
        """Begin anew, as the next process does: what was only remembered is forgotten."""
        self.workspace = open_workspace(self.settings, environ=self.stand.environ())

    def pass_time(self, seconds: float) -> None:
        """Let time pass at the vendor and with us."""
        self.stand.pass_time(seconds)
        later = self.workspace.now() + timedelta(seconds=seconds) - datetime.now(UTC)
        self.workspace = replace(self.workspace, now=lambda: datetime.now(UTC) + later)

    @property
    def main(self) -> str:
        """The main stream."""
        return self.stand.on["create"]

    def pull(self, *streams: str) -> dict[str, Manifest]:
        """Read streams with those they come after (all by default), take them in, and give their manifests."""
        manifests = self.read(*streams)
        self.taken = canonicalize(self.workspace, self.warehouse)
        return manifests

    def read(self, *streams: str) -> dict[str, Manifest]:
        """Read streams as `pull` does, and take nothing in."""
        self._runs += 1
        connection = self.workspace.connections[self.stand.kind]
        narrowed = _narrow(connection.open_reader, streams)
        manifests = pull_connection(
            self.workspace, replace(connection, open_reader=narrowed), f"2026061{self._runs // 100}T{self._runs:06}"
        )
        return {manifest.stream: manifest for manifest in manifests}

    def pull_main(self) -> Manifest:
        """Pull the main stream and give its manifest."""
        return self.pull(self.main)[self.main]

    def rows(self) -> dict[str, Observed]:
        """Give every observed record by reference."""
        return observed(self.warehouse)

    def row(self, stream: str, key: str) -> Observed | None:
        """Give one observed record."""
        return self.rows().get(self.stand.source(stream, key))

    def quarantined(self) -> list[Quarantined]:
        """Give what was set aside."""
        return self.warehouse.select(Quarantined)

    def wrong(self, *streams: str) -> list[str]:
        """Say where the observed records of these streams (the main one by default) differ from the truth."""
        kinds = tuple(self.stand.source(stream, "") for stream in streams or (self.main,))
        found = {source: row for source, row in self.rows().items() if source.startswith(kinds)}
        facts = {source: fact for source, fact in self.stand.truth().items() if source.startswith(kinds)}
        return compare(facts, found)


def observed(rows: Rows) -> dict[str, Observed]:
    """Give every observed record of a warehouse by reference."""
    kinds = {kind for name, kind in TABLES.items() if name.startswith("observed_")}
    return {row.source: row for kind in kinds for row in rows.select(kind) if isinstance(row, Observed)}


def compare(facts: Mapping[str, Fact], found: Mapping[str, Observed]) -> list[str]:
    """Say in words where records differ from the facts; a reference to what was merged away counts as to its winner."""
    winners = {source: into for source, row in found.items() if (into := getattr(row, "merged_into", None))}
    wrong = []
    for source in sorted(facts.keys() | found.keys()):
        fact, row = facts.get(source), found.get(source)
        if fact is None or row is None:
            if (row and not row.deletion) or (fact and not fact.gone):
                wrong.append(f"{source}: {'not at the vendor' if fact is None else 'missing'}")
        elif fact.gone or row.deletion:
            if row.deletion not in (fact.gone or {None}):
                wrong.append(f"{source}: {row.deletion or 'there'}, not {' or '.join(fact.gone) or 'there'}")
        else:
            for name, value in fact.values.items():
                seen = _resolved(getattr(row, name), winners)
                if seen != _resolved(value, winners):
                    wrong.append(f"{source}: {name} is {seen!r}, not {value!r}")
    return wrong


def _resolved(value: Any, winners: Mapping[str, str]) -> Any:  # noqa: ANN401 - any field
    if isinstance(value, tuple):
        return tuple(_resolved(one, winners) for one in value)
    seen = set[str]()
    while isinstance(value, str) and value in winners and value not in seen:
        seen.add(value)
        value = winners[value]
    return value


@contextmanager
def rigged(
    stand: Stand, folder: Path, patch: pytest.MonkeyPatch, *, overlap_s: float = 900, **settings: object
) -> Iterator[Rig]:
    """Serve a stand and give a workspace on it, in which nobody waits for long."""
    with stand.serving(folder):
        given = {"kind": stand.kind, **stand.settings(), **settings}
        made = Settings(home=folder / "home", overlap_s=overlap_s, connections={stand.kind: given})
        workspace = open_workspace(made, environ=stand.environ())
        with open_warehouse(workspace.home) as warehouse:
            rig = Rig(stand, workspace, warehouse, made)
            _nap(rig.naps, patch)
            yield rig


def _nap(naps: list[float], patch: pytest.MonkeyPatch) -> None:
    """Let every transport note its pauses, and hardly take them."""
    make = Transport.__init__

    def sleep(pause_s: float) -> None:
        naps.append(pause_s)
        time.sleep(min(pause_s, _LONGEST_NAP_S))

    def init(self: Transport, *args: Any, **given: Any) -> None:  # noqa: ANN401 - passed through
        make(self, *args, **{**given, "sleep": sleep})

    patch.setattr(Transport, "__init__", init)


def _narrow(open_reader: Callable[[], Reader], wanted: Sequence[str]) -> Callable[[], Reader]:
    """Let a reader know only some of its streams, and those they come after."""

    def narrowed() -> Reader:
        reader = open_reader()
        specs = {spec.name: spec for spec in reader.streams()}
        chosen = set(wanted or specs)
        while more := {name for one in chosen for name in specs[one].after} - chosen:
            chosen |= more
        kept = [spec for spec in specs.values() if spec.name in chosen]
        reader.streams = lambda: kept  # type: ignore[method-assign]  # one reader, not its class
        return reader

    return narrowed
