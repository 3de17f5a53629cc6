"""What every operation needs, put together by an entry point: where state lives, what is connected, and the policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

from atlas_sync.canonical.model import Audience, PromiseKind
from atlas_sync.canonical.observed import TAGS
from atlas_sync.canonical.statement import Precedence
from atlas_sync.connectors.line import Line
from atlas_sync.connectors.protocol import Mapper, Reader
from atlas_sync.connectors.writing import DealWriter, Writer
from atlas_sync.coverage import HELD_IN, LARGE_FROM, Place, Rules
from atlas_sync.errors import StoreError
from atlas_sync.store.landing import Landing
from atlas_sync.store.ledger import Ledger, is_kept
from atlas_sync.store.lock import usable
from atlas_sync.store.publish import last_run
from atlas_sync.store.tables import Run

__all__ = ["Caps", "Connection", "Delivery", "Workspace", "WritePolicy", "new_run_id", "start_of"]


_FIRST_SEEN = Precedence()
_RUN_ID = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True, slots=True)
class Connection:
    """One connected system: a name of the user's, the kind of its connector, and `role`, which tells sale from delivery.

    `open_reader` and `open_writer` log in only when a call is made, and share the `line`; `open_deals` does too, and is there
    where deals have fields of ours. `windows` of a stream are read at the same time, where its reader can part it, and every
    `sweep_every_h` hours its ids are listed, to find what was erased without a trace. `unsigned` is the variable of the
    secret without which its webhooks cannot be checked, where that is not given.
    """

    name: str
    kind: str
    role: str
    open_reader: Callable[[], Reader]
    mapper: Mapper
    open_writer: Callable[[], Writer] | None = None
    open_deals: Callable[[], DealWriter] | None = None
    line: Line = field(default_factory=Line)
    windows: int = 4
    sweep_every_h: float = 24.0
    unsigned: str = ""


WritePolicy = Literal["plan-only", "approve", "auto"]


@dataclass(frozen=True, slots=True)
class Caps:
    """How many items one run may make or change, in all, in a project and for an engagement; the next run goes on."""

    run: int = 500
    project: int = 300
    engagement: int = 100


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where engagements are delivered and who can read it there.

    `default_project` is a tracker project key by CRM connection; `audience` by project key: `internal`, or `client_ok`
    for one that the client can read, which is also assumed of every project not named. `links` joins a deal (its id at
    the vendor) to a project key by hand. A create that got no answer is not tried again before `settle_s` seconds, in
    which it may still come about. `at_once` items are written at the same time, all within the pace of the connection.

    `policy` says who decides: `plan-only` lets whoever runs `apply` write, and unattended runs only plan; `approve` writes
    only what was approved; `auto` also writes by itself what needs no look: of `auto_kinds`, from confidence `sure_above` on,
    not more than `many` writes to an engagement, no money, no date, nothing that the client can read. `rules` say how items
    are written; `templates` name the project that is copied into new ones, by type of deal, `*` for every other type;
    `watch` is who is asked to watch a brief, `held_in` where promises of a kind are looked for, `large_from` from
    which amount of a currency on a sale is large.
    """

    default_project: Mapping[str, str] = field(default_factory=dict)
    audience: Mapping[str, Audience] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    policy: WritePolicy = "plan-only"
    auto_kinds: Sequence[str] = ("brief", "promise", "decision", "people", "template", "deal")
    sure_above: float = 0.8
    many: int = 20
    caps: Caps = Caps()
    settle_s: float = 900.0
    at_once: int = 4
    rules: Rules = field(default_factory=Rules)
    templates: Mapping[str, str] = field(default_factory=dict)
    watch: Sequence[str] = ()
    held_in: Mapping[PromiseKind, Place] = field(default_factory=lambda: HELD_IN)
    large_from: Mapping[str, Decimal] = field(default_factory=lambda: LARGE_FROM)

    def template_for(self, deal_type: str | None) -> str:
        """Give the project that is copied for a type of deal; empty for none."""
        by_type = {name.casefold(): project for name, project in self.templates.items()}
        return by_type.get((deal_type or "").casefold(), by_type.get("*", ""))

    def audience_of(self, project: str) -> Audience:
        """Tell who can read a project; the client, unless it was declared internal."""
        return self.audience.get(project, "client_ok")


@dataclass(frozen=True, slots=True)
class Workspace:
    """One installation's state and connections. `precedence` says whose word goes first where several say something.

    `overlap_s` is how far windows reach back over their watermark; `part_s` how long what was read may be in danger of a kill.
    A line of our notes that begins with one of the `promise_tags` is a promise. `month_first` says how 6/5 is read.
    """

    home: Path
    tenant: str
    connections: Mapping[str, Connection]
    delivery: Delivery
    ledger_url: str
    precedence: Precedence = _FIRST_SEEN
    overlap_s: float = 900.0
    part_s: float = 20.0
    promise_tags: tuple[str, ...] = TAGS
    month_first: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def landing(self) -> Landing:
        """The landed records."""
        return Landing(self.home / "landing", part_s=self.part_s)

    @property
    def today(self) -> date:
        """The day of the record: that of the last run, since what is shown was true then."""
        run = last_run(self.home)
        return (run.as_of if run else self.now()).date()

    def open_ledger(self, *, must_be_there: bool = False) -> Ledger:
        """Open the ledger, or make it where it may be made; the caller closes it.

        Raises:
            ConfigError: the home cannot be made.
            StoreError: it cannot be reached, or is not there.
        """
        if must_be_there and not is_kept(self.ledger_url):
            message = "the ledger is not there."
            raise StoreError(message, advice="Put it back from a copy before anything is planned or judged.")
        with usable(self.home):
            self.home.mkdir(parents=True, exist_ok=True)
        return Ledger(self.ledger_url)

    def trackers(self) -> list[Connection]:
        """Give the connections that can be written to."""
        return [connection for connection in self.connections.values() if connection.open_writer is not None]


def start_of(run: str) -> datetime:
    """Read back when a run began, which its id says."""
    return datetime.strptime(run, _RUN_ID).replace(tzinfo=UTC)


def new_run_id(now: datetime, *, after: Run | None = None) -> str:
    """Give a run's id: its start in UTC, sortable as text.

    It sorts behind the run `after`, also where our clock was ahead then: what is read later is newer, whatever the clock says.
    """
    run = now.astimezone(UTC).strftime(_RUN_ID)
    if after is None or run > after.run:
        return run
    return (start_of(after.run) + timedelta(microseconds=1)).strftime(_RUN_ID)
