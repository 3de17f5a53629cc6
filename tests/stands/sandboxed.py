"""What the three stands on the sandbox share: its clock, its faults, the tap, and being served."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from atlas_sync.sandbox.faults import Rule
from atlas_sync.sandbox.happenings import PRESENT, Event, Project, ProjectCreated, User, UserJoined, World
from atlas_sync.sandbox.listen import serving
from atlas_sync.sandbox.serve import Sandbox
from tests.stands.wire import Wire

__all__ = ["Ground", "empty_sandbox"]


def empty_sandbox() -> Sandbox:
    """Give a sandbox with one user of ours and two tracker projects, and nothing sold."""
    user = User("u-ana", "Ana Reis", "ana.reis@tidemark.example", "Lead", ("salesforce", "hubspot", "jira"))
    start = PRESENT - timedelta(days=2)
    projects = (Project(key, f"Project {key}", "", user.key) for key in ("ONE", "TWO"))
    events = [Event(start, UserJoined(user)), *(Event(start, ProjectCreated(one)) for one in projects)]
    return Sandbox(World(tuple(events)))


@dataclass
class Ground:
    """A sandbox of which one stand-in is played."""

    kind: str
    sandbox: Sandbox = field(default_factory=empty_sandbox)
    wire: Wire = field(default_factory=Wire)
    address: str = ""

    @contextmanager
    def serving(self, _folder: Path) -> Iterator[None]:
        """Serve this stand-in."""
        app = self.wire.around(self.sandbox.apps()[self.kind])
        with serving({self.kind: app}) as addresses:
            self.address = addresses[self.kind]
            yield

    def fault(self, rule: Rule) -> None:
        """Let something go wrong."""
        self.sandbox.faults.rules.append(rule)

    def mend(self) -> None:
        """Let the wire work again."""
        self.sandbox.faults.rules.clear()

    def pass_time(self, seconds: float) -> None:
        """Move the clock on."""
        self.sandbox.clock.move_by(seconds)
        self.wire.run(self.sandbox.catch_up)

    def at(self, late_s: float = 0) -> datetime:
        """Give the moment so many seconds ago."""
        return (self.sandbox.clock.now() - timedelta(seconds=late_s)).astimezone(UTC)
