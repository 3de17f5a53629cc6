"""One seed: people work on every vendor while pulls go on, are killed and started again, and things go wrong on the wire.

In the end all faults stop, everything visible has been visible for a while, one last run is left alone, and what the warehouse
holds must be what the vendors hold, record for record.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from random import Random
from typing import Self

from atlas_sync.canonical.model import Engagement
from atlas_sync.config import Settings
from atlas_sync.sandbox.faults import Rule
from atlas_sync.store.tables import RecordHead
from atlas_sync.store.warehouse import Rows, open_warehouse
from tests.soak.deeds import Player, player_of
from tests.stands.files import FilesStand
from tests.stands.hubspot import HubSpotStand
from tests.stands.jira import JiraStand
from tests.stands.protocol import Fact, Stand
from tests.stands.rig import compare, observed
from tests.stands.salesforce import SalesforceStand
from tests.stands.wire import Answered, Asked

__all__ = ["Played", "Puller", "job_of", "make_small", "play"]

_ROOT = Path(__file__).resolve().parents[2]
_PAGE = 5
_STREAMS = {
    "salesforce": ("deals", "clients", "persons", "roles", "tasks"),
    "hubspot": ("deals", "clients", "persons", "roles", "notes"),
    "jira": ("issues",),
    "files": ("deals", "roles"),
}


class Puller:
    """The process whose children pull."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.puller"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.child = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def start(self, job: dict[str, object]) -> None:
        """Start a run."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        self.child = int(self._process.stdout.readline())

    def wait(self) -> int:
        """Wait for the run to end and give its exit code, -9 where it was killed."""
        assert self._process.stdout is not None
        code = int(self._process.stdout.readline())
        self.child = 0
        return code

    def kill(self) -> None:
        """Kill the run that is going on, as hard as can be."""
        if self.child:
            with suppress(ProcessLookupError):
                os.kill(self.child, signal.SIGKILL)


@dataclass
class Played:
    """What came of a seed."""

    wrong: list[str]
    deeds: int = 0
    runs: int = 0
    killed: int = 0
    faults: int = 0
    records: int = 0


@dataclass
class _Stage:
    """All vendors, in the middle of a seed. `late_s` bounds late commits, `skew_s` how far the vendors' nodes disagree."""

    dice: Random
    puller: Puller
    stands: Sequence[Stand]
    late_s: float
    skew_s: float
    fault_rate: float
    players: list[Player] = field(default_factory=list)
    played: Played = field(default_factory=lambda: Played([]))
    _kill_in: int | None = None
    _is_over: bool = False

    def set_up(self) -> None:
        """Let every request be an occasion for a deed, a fault, or a kill."""
        self.players = [player_of(stand, self.dice, late_s=self.late_s) for stand in self.stands]
        for player in self.players:
            player.stand.wire.before.append(lambda _asked, player=player: self._meanwhile(player))  # type: ignore[misc]  # the default binds this turn's player
            player.stand.wire.after.append(self._skew)

    def _meanwhile(self, player: Player) -> None:
        if self._kill_in is not None:
            self._kill_in -= 1
            if self._kill_in == 0:
                self._kill()
        if self._is_over:
            return
        if self.dice.random() < 0.15:
            self.deed(player)
        if self.dice.random() < self.fault_rate:
            self.fault(player.stand)

    def _kill(self) -> None:
        """Kill the run. What it asked last is still answered, and nothing happens at that: nobody is there to read it."""
        self._is_over = True
        self.puller.kill()

    def _skew(self, _asked: Asked, answered: Answered) -> Answered:
        """Let the answer's clock be that of a node which goes a little before or behind."""
        name = next((one for one in answered.headers if one.lower() == "date"), None)
        if not self.skew_s or name is None:
            return answered
        shift = timedelta(seconds=self.dice.uniform(-self.skew_s, self.skew_s))
        moment = parsedate_to_datetime(answered.headers[name]).astimezone(UTC) + shift
        headers = {**answered.headers, name: format_datetime(moment, usegmt=True)}
        return Answered(answered.status, headers, answered.body)

    def deed(self, player: Player) -> None:
        """Let one thing happen."""
        player.act()
        self.played.deeds += 1

    def fault(self, stand: Stand) -> None:
        """Let something go wrong on the next call, or on all of them until the run is over."""
        if "network" in stand.lacks:
            return
        self.played.faults += 1
        kinds: list[dict[str, object]] = [
            {"kind": "status", "status": 503},
            {"kind": "status", "status": 429, "headers": {"retry-after": "1"}},
            {"kind": "drop_before"},
            {"kind": "drop_after"},
            {"kind": "status", "status": 200, "body": "<html>log in</html>"},
            {"kind": "status", "status": 200, "body": '{"cut'},
            {"kind": "status", "status": 403},
            {"kind": "down"},
        ]
        times = self.dice.choice([1, 1, 2, 50])
        stand.fault(Rule(stand.kind, times=times, **self.dice.choice(kinds)))  # type: ignore[arg-type]  # fields by name

    def run(self, job: dict[str, object], *, may_kill: bool) -> int:
        """Do one run, killing it now and then: at a request, or at a time, which is also after the last request."""
        self._kill_in = self.dice.randint(1, 60) if may_kill and self.dice.random() < 0.3 else None
        self._is_over = False
        timer = threading.Timer(self.dice.uniform(0.05, 1.5), self._kill)
        is_timed = may_kill and self._kill_in is None and self.dice.random() < 0.3
        self.puller.start(job)
        if is_timed:
            timer.start()
        code = self.puller.wait()
        timer.cancel()
        self._kill_in = None
        self.played.runs += 1
        self.played.killed += code == -signal.SIGKILL
        return code

    def rest(self, seconds: float) -> None:
        """Let time pass everywhere."""
        for stand in self.stands:
            stand.pass_time(seconds)

    def quiet(self) -> None:
        """Let nothing happen any more.

        A run that is killed leaves a server behind that may be in the middle of a deed: it ends first, since one that
        happens after the last rest is too young for an index that lags.
        """
        for stand in self.stands:
            stand.wire.reset()
            stand.mend()
            stand.wire.run(lambda: None)


def play(
    seed: int, folder: Path, puller: Puller, *, rounds: int = 5, deeds: int = 40, faults: float = 0.02, plant: str = ""
) -> Played:
    """Play a seed and say what is wrong in the end.

    Every other seed has no overlap and nothing that needs one (late commits, nodes that disagree, a lagging index), so that
    what the bounds of a window lose is not made good by the overlap.
    """
    dice = Random(seed)  # noqa: S311 - it is to be the same again, not a secret
    is_tight = seed % 2 == 1
    stands: list[Stand] = [SalesforceStand(), HubSpotStand(), JiraStand(), FilesStand()]
    make_small(stands)
    if is_tight:
        _without_lag(stands)
    stage = _Stage(dice, puller, stands, late_s=0 if is_tight else 40, skew_s=0 if is_tight else 5, fault_rate=faults)
    with ExitStack() as stack:
        for stand in stands:
            stack.enter_context(stand.serving(folder))
        job = job_of(stands, folder, overlap_s=0 if is_tight else 60, plant=plant)
        stage.set_up()
        for _ in range(rounds):
            for _ in range(deeds):
                stage.deed(dice.choice(stage.players))
                if dice.random() < 0.2:
                    stage.rest(dice.uniform(0, 20))
            stage.run(job, may_kill=True)
        stage.quiet()
        stage.rest(120)
        code = stage.run({**job, "is_last": True}, may_kill=False)
        stage.played.wrong = [] if code == 0 else [f"the last run ended with {code}"]
        with open_warehouse(folder / "home") as warehouse:
            _judge(stage, warehouse)
    return stage.played


def job_of(stands: Sequence[Stand], folder: Path, *, overlap_s: float, plant: str) -> dict[str, object]:
    """Give what the puller is told: to read these vendors, and to list all ids each time."""
    connections = {stand.kind: {**stand.settings(), "sweep_every_h": 1e-9, "reserve": 0} for stand in stands}
    settings = Settings(home=folder / "home", overlap_s=overlap_s, connections=connections)
    environ = {name: value for stand in stands for name, value in stand.environ().items()}
    return {"settings": settings.model_dump_json(), "environ": environ, "plant": plant, "is_last": False}


def make_small(stands: Sequence[Stand]) -> None:
    """Let the vendors give small pages, so that few records make many of them."""
    for stand in stands:
        if isinstance(stand, SalesforceStand):
            stand.sandbox.salesforce._page_cap = _PAGE
        elif isinstance(stand, JiraStand):
            stand.sandbox.jira._page_cap = _PAGE


def _without_lag(stands: Sequence[Stand]) -> None:
    for stand in stands:
        if isinstance(stand, HubSpotStand):
            stand.sandbox.hubspot._index_lag_s = 0
        elif isinstance(stand, JiraStand):
            stand.site._lag = timedelta(0)


def _judge(stage: _Stage, warehouse: Rows) -> None:
    """Compare the observed records with the vendors', and the engagements with their living deals."""
    rows = observed(warehouse)
    streams = {head.source: (head.system, head.stream) for head in warehouse.select(RecordHead)}
    deals: dict[str, Fact] = {}
    for stand in stage.stands:
        kinds = tuple(stand.source(stream, "") for stream in _STREAMS[stand.kind])
        facts = {source: fact for source, fact in stand.truth().items() if source.startswith(kinds)}
        found = {
            source: row for source, row in rows.items() if streams[source][0] == stand.kind and source.startswith(kinds)
        }
        stage.played.wrong += compare(facts, found)
        stage.played.records += len(facts)
        if stand.on["create"] == "deals":
            start = stand.source("deals", "")
            deals |= {source: fact for source, fact in facts.items() if source.startswith(start) and not fact.gone}
    held = {engagement.source: engagement.name for engagement in warehouse.select(Engagement)}
    stage.played.wrong += [
        f"engagement of {source}: {held.get(source)!r}, not {fact.values['name']!r}"
        for source, fact in sorted(deals.items())
        if held.get(source) != fact.values["name"]
    ]
    stage.played.wrong += [
        f"engagement of {source}: there, and its deal is not" for source in sorted(held.keys() - deals.keys())
    ]
