"""One schedule: writers fill a tracker that fails, in which people work, and processes die."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Literal, TypeVar
from unittest import mock

import requests
from pydantic import SecretStr

from atlas_sync.canonical.document import Document
from atlas_sync.canonical.pattern import Pattern
from atlas_sync.connectors.jira import JiraSettings, JiraWriter
from atlas_sync.connectors.jira.adf import text_from_adf
from atlas_sync.connectors.jira.wiki import text_from_wiki
from atlas_sync.connectors.line import Line
from atlas_sync.connectors.transport import ReroutingAdapter
from atlas_sync.errors import AtlasError
from atlas_sync.operations import apply as applying
from atlas_sync.operations import approve as approving
from atlas_sync.operations import plan as planning
from atlas_sync.operations.workspace import Connection, Delivery, Workspace
from atlas_sync.sandbox import happenings
from atlas_sync.sandbox.faults import Faults
from atlas_sync.sandbox.happenings import Event
from atlas_sync.sandbox.jira import API_TOKEN, EMAIL, PERSONAL_ACCESS_TOKEN, JiraSandbox
from atlas_sync.sandbox.jira.adf import text_of
from atlas_sync.store.ledger import Ledger
from tests.factories import TellingMapper, TellingReader
from tests.hostile.judge import judge
from tests.hostile.people import People, mark_of
from tests.hostile.record import PROJECTS, TENANT, Published, published
from tests.hostile.turns import Turns
from tests.hostile.wire import KilledError, Time, Wire

__all__ = ["Installation", "Played", "Product", "Stage", "calm_stage", "kind_of", "on_stage", "play", "play_on"]


Given = TypeVar("Given")
Product = Literal["cloud", "data center"]

_COPIES = 3
"""Of five schedules the one in which a template project is copied as well."""
_KINDS = ("alone", "forgetful", "two", "shared", "alone", "two")
"""One writer, one that loses its ledger, two that do not know of each other, and two that share a ledger."""


def kind_of(seed: int) -> str:
    """Choose who writes."""
    return _KINDS[seed % len(_KINDS)]


@dataclass
class Played:
    """What came of a schedule. `twins` are pairs that people changed on both sides, which are shown and left to them."""

    wrong: list[str] = field(default_factory=list)
    runs: int = 0
    killed: int = 0
    faults: int = 0
    deeds: int = 0
    writers: int = 1
    made: int = 0
    twins: int = 0


@dataclass
class Installation:
    """One installation that writes: its own folder, and a ledger that is its own or shared."""

    home: Path
    ledger: Path
    line: Line
    kill_in: int | None = None

    @property
    def ledger_url(self) -> str:
        return f"sqlite:///{self.ledger}"

    @property
    def name(self) -> str:
        return self.home.name

    def forget(self) -> None:
        """Lose the ledger."""
        for file in self.ledger.parent.glob(f"{self.ledger.name}*"):
            file.unlink()


class Stage:
    """A tracker, its people, and the writers."""

    def __init__(self, seed: int, folder: Path, *, product: Product = "cloud") -> None:
        self.dice = Random(seed)  # noqa: S311 - it is to be the same again, not a secret
        self.time = Time()
        self.kind = kind_of(seed)
        lag = self.dice.choice([0.0, 2.0, 30.0, 240.0])
        self.site = JiraSandbox(self.time, Faults(), index_lag_s=lag)
        _settle(self.site, self.time)
        templates = {"*": "TPL"} if seed % 5 == _COPIES else {}
        if templates:
            _make_template(self.site, self.time)
        self.turns = Turns(self.dice)
        self.product = product
        app = self.site.app() if product == "cloud" else self.site.data_center_app()
        self.wire = Wire(app, self.time, self.dice, fault_rate=self.dice.choice([0.0, 0.04, 0.12]))
        self.wire.meanwhile, self.wire.may_die = self._meanwhile, self._may_die
        self.people = People(self.site, self.dice, "u-ada", may_hide=self._is_known)
        self.busy = self.dice.choice([0.0, 0.02, 0.06])
        self.version = 1
        self.published: Callable[[int], Published] = published
        self.delivery = Delivery(audience=PROJECTS, at_once=1, templates=templates)
        self.kept_gone: set[str] = set()
        self.played = Played(writers=1 if self.kind in {"alone", "forgetful"} else 2)
        self.writers = [self._writer(folder / name) for name in ("a", "b")[: self.played.writers]]
        self._current = threading.local()

    def _writer(self, home: Path) -> Installation:
        home.mkdir(parents=True)
        ledger = (home.parent if self.kind == "shared" else home) / "ledger.sqlite"
        return Installation(home, ledger, Line(clock=lambda: self.time.now().timestamp()))

    def _meanwhile(self, asked: str) -> None:
        self.turns.give()
        # Between a last look and a delete there is no help against a person: no tracker deletes on a condition.
        if not asked.startswith("DELETE") and self.dice.random() < self.busy:
            self.person()
        if asked.startswith("PUT") and self.dice.random() < 4 * self.busy:
            self.people.cut_in(asked.rpartition("/")[2])

    def person(self) -> None:
        """Let a person do something."""
        before = set(self.people.erased)
        self.people.act()
        for marker in self.people.erased - before:
            if self._is_known(marker):
                self.kept_gone.add(marker)

    def _is_known(self, marker: str) -> bool:
        """Tell if the only writer, which never loses its ledger, knows that an item was made."""
        return self.kind == "alone" and any(one.marker == marker for one in self.intents(self.writers[0], "done"))

    def _may_die(self) -> None:
        writer: Installation = self._current.writer
        if writer.kill_in is not None:
            writer.kill_in -= 1
            if writer.kill_in < 0:
                writer.kill_in = None
                self.played.killed += 1
                raise KilledError

    def issues(self) -> Sequence[Any]:
        """Give all that is in the tracker."""
        return list(self.site._site.issues.values())

    def mark(self, issue: Any) -> str:  # noqa: ANN401 - as the tracker keeps it
        """Give our mark on an issue."""
        return mark_of(issue)

    def words(self, issue: Any) -> tuple[str, list[str]]:  # noqa: ANN401 - as the tracker keeps it
        """Give the words that people read in an issue's text, and those of its comments."""
        text = issue.description
        plain = text_from_wiki(text) if self.product == "data center" else text_from_adf(text)
        return plain, [text_of(comment.body) for comment in issue.comments]

    def holding(self) -> set[str]:
        """Give the ids of issues with others below them."""
        return {one.parent.id for one in self.site._site.issues.values() if one.parent}

    def patterns(self) -> list[Pattern]:
        """Give what the template holds, where one is copied."""
        shown = [one for one in self.site._site.issues.values() if self.delivery.templates and one.project.key == "TPL"]
        return [
            Pattern(one.id, one.type, one.summary, Document(), one.parent.id if one.parent else None) for one in shown
        ]

    def intents(self, writer: Installation, *states: str) -> list[Any]:
        with closing(Ledger(writer.ledger_url)) as ledger:
            return [one for one in ledger.intents() if not states or one.state in states]

    def workspace(self, writer: Installation) -> Workspace:
        """Open a writer's workspace, as a new process does."""
        way_in: dict[str, Any] = {"email": EMAIL, "api_token": SecretStr(API_TOKEN)}
        if self.product == "data center":
            way_in = {"personal_access_token": SecretStr(PERSONAL_ACCESS_TOKEN)}
        settings = JiraSettings(url="http://127.0.0.1:9", calls_per_second=1e9, **way_in)
        make = partial(writer.line.lend, lambda: JiraWriter(settings, system="jira", sleep=self.wire.pass_time))
        connection = Connection("jira", "jira", "tracker", TellingReader, TellingMapper(), make, line=writer.line)
        return Workspace(
            home=writer.home,
            tenant=TENANT,
            connections={"jira": connection},
            delivery=self.delivery,
            ledger_url=writer.ledger_url,
            now=self.time.now,
        )

    def run(self, writer: Installation, *, pause_s: float = 0.0) -> applying.Applied | None:
        """Plan and apply once, as two processes; give what was done, None where that ended early."""
        self._current.writer = writer
        self.played.runs += 1
        return self.attempt(partial(self._plan_and_apply, writer, pause_s))

    def attempt(self, work: Callable[[], Given]) -> Given | None:
        """Do something that may fail, or die."""
        with suppress(AtlasError, KilledError):
            return work()
        return None

    def _plan_and_apply(self, writer: Installation, pause_s: float) -> applying.Applied:
        drawn = planning.plan(self.workspace(writer))
        if pause_s:
            self.wire.pass_time(pause_s)
        return applying.apply(self.workspace(writer), drawn.id)

    def round(self) -> None:
        """Let all writers run at once, some of them to their death."""
        for writer in self.writers:
            writer.kill_in = self.dice.randint(0, 60) if self.dice.random() < 0.5 else None
        pause_s = self.dice.choice([0.0, 0.0, 5.0, 100.0])
        self.turns.run([partial(self._run_one, writer, pause_s) for writer in self.writers])

    def _run_one(self, writer: Installation, pause_s: float) -> None:
        self.run(writer, pause_s=pause_s)
        writer.kill_in = None

    def quiet(self) -> None:
        """Let everything go well, and time pass, until nothing is left to do."""
        self.busy, self.wire.fault_rate = 0.0, 0.0
        notes: list[str] | None = None
        for _turn in range(6):
            self.wire.pass_time(1000)
            results = [self.run(writer) for writer in self.writers]
            before, notes = notes, [note for one in results if one for note in one.notes]
            if notes in ([], before) and all(one and not one.steps and not one.error for one in results):
                return
        self.played.wrong.append(f"it never came to rest: {results}")


def calm_stage(folder: Path, *, lag_s: float = 30.0, product: Product = "cloud") -> Stage:
    """Give a stage on which nothing goes wrong by itself, with one writer."""
    stage = Stage(0, folder, product=product)
    stage.wire.fault_rate = stage.busy = 0.0
    stage.site._site._lag = timedelta(seconds=lag_s)
    return stage


def play(seed: int, folder: Path, *, product: Product = "cloud") -> Played:
    """Play a schedule and say what is wrong in the end."""
    return play_on(Stage(seed, folder, product=product))


def play_on(stage: Stage) -> Played:
    """Play the schedule of a stage."""
    with closing(stage.wire), on_stage(stage):
        rounds = stage.dice.randint(2, 5)
        for number in range(rounds):
            stage.round()
            if number == rounds // 2:
                stage.version = 2
            if stage.kind == "forgetful" and stage.dice.random() < 0.5:
                stage.writers[0].forget()
            if stage.busy:
                stage.person()
            stage.wire.pass_time(stage.dice.choice([1.0, 20.0, 300.0, 1000.0]))
        stage.quiet()
        stage.played.wrong += judge(stage)
    stage.played.faults, stage.played.deeds = stage.wire.faults, stage.people.deeds
    return stage.played


@contextmanager
def on_stage(stage: Stage) -> Iterator[None]:
    """Lead every call to the stage's tracker, and every look at the record to what is published there."""

    def send(_self: object, request: requests.PreparedRequest, **_options: object) -> requests.Response:
        return stage.wire.send(request)

    def opened(home: object) -> Any:  # noqa: ANN401 - a context
        return stage.published(stage.version).opened(home)

    with (
        mock.patch.object(ReroutingAdapter, "send", send),
        mock.patch.object(planning, "open_snapshot", opened),
        mock.patch.object(applying, "open_snapshot", opened),
        mock.patch.object(approving, "open_snapshot", opened),
    ):
        yield


def _settle(site: JiraSandbox, time: Time) -> None:
    """Make the site's people and projects."""
    ada = happenings.User("u-ada", "Ada", "ada@tidemark.example", "Lead", ("jira",))
    site.apply(Event(time.now(), happenings.UserJoined(ada)))
    for key, is_open in (("ONE", False), ("TWO", True), ("ELSE", False)):
        _make_project(site, time, key, is_open=is_open)


def _make_project(site: JiraSandbox, time: Time, key: str, *, is_open: bool) -> None:
    made = happenings.Project(key, key, "", "u-ada", client_visible=is_open)
    site.apply(Event(time.now(), happenings.ProjectCreated(made)))


def _make_template(site: JiraSandbox, time: Time) -> None:
    """Make a project that is to be copied."""
    _make_project(site, time, "TPL", is_open=False)
    for key, kind, parent in (("TPL-1", "Epic", None), ("TPL-2", "Task", "TPL-1"), ("TPL-3", "Task", None)):
        issue = happenings.Issue(key, "TPL", kind, f"Step {key}", "", "To Do", reporter="u-ada", parent=parent)
        site.apply(Event(time.now() - timedelta(days=1), happenings.IssueCreated(issue)))
