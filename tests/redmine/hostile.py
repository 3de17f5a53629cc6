"""The stage of a hostile schedule, with a real Redmine for a tracker."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from atlas_sync.canonical.model import DeliveryProject
from atlas_sync.canonical.pattern import Pattern
from atlas_sync.connectors.redmine import RedmineWriter
from atlas_sync.connectors.redmine.markup import text_from_markup
from atlas_sync.operations.workspace import Connection, Delivery, Workspace
from tests.factories import TellingMapper, TellingReader
from tests.hostile.play import Installation, Played, Stage, kind_of
from tests.hostile.record import PROJECTS, TENANT, Published, published
from tests.hostile.turns import Turns
from tests.hostile.wire import Time
from tests.redmine.people import RedminePeople, Seen, seen_in
from tests.redmine.proxy import ProxyWire
from tests.redmine.server import Server
from tests.redmine.stage import settings_of

__all__ = ["RedmineStage"]


class RedmineStage(Stage):
    """A Redmine behind a proxy, its people, and the writers. Without a field marks stand in the texts alone."""

    people: RedminePeople
    wire: ProxyWire

    def __init__(self, seed: int, folder: Path, server: Server) -> None:
        self.dice = Random(seed)  # noqa: S311 - it is to be the same again, not a secret
        self.server = server
        self.time = Time()
        self.kind = kind_of(seed)
        self.turns = Turns(self.dice)
        self.has_field = self.dice.random() < 0.7
        self.wire = ProxyWire(server.url, self.time, self.dice, fault_rate=self.dice.choice([0.0, 0.04, 0.12]))
        self.wire.meanwhile, self.wire.may_die = self._meanwhile, self._may_die
        self.people = RedminePeople(None, self.dice, "ada", may_hide=self._is_known, server=server)  # type: ignore[arg-type]  # no sandbox
        self.busy = self.dice.choice([0.0, 0.02, 0.06])
        self.version = 1
        self.published = _published
        self.delivery = Delivery(audience={key.lower(): audience for key, audience in PROJECTS.items()}, at_once=1)
        self.kept_gone = set[str]()
        self.played = Played(writers=1 if self.kind in {"alone", "forgetful"} else 2)
        self.writers = [self._writer(folder / name) for name in ("a", "b")[: self.played.writers]]
        self._current = threading.local()

    def _meanwhile(self, asked: str) -> None:
        self.turns.give()
        if not asked.startswith("DELETE") and self.dice.random() < self.busy:
            self.person()
        if asked.startswith("PUT") and self.dice.random() < 4 * self.busy:
            self.people.cut_in(re.findall(r"\d+", asked)[-1])

    def issues(self) -> Sequence[Any]:
        """Give all issues."""
        return seen_in(self.server)

    def holding(self) -> set[str]:
        """Give the ids of issues with others below them."""
        return {str(one["parent"]["id"]) for one in self.server.issues() if "parent" in one}

    def patterns(self) -> list[Pattern]:
        """Give nothing: no template is copied here."""
        return []

    def mark(self, issue: Seen) -> str:
        """Give our mark on an issue, the one included that a person took off."""
        return issue.mark or self.people.unmarked.get(issue.id, "")

    def words(self, issue: Seen) -> tuple[str, list[str]]:
        """Give the words of an issue and of its comments, as our own reader has them."""
        shown = self.server.call("keeper", "GET", f"issues/{issue.id}.json?include=journals")["issue"]
        notes = [text_from_markup(one["notes"]) for one in shown["journals"] if one.get("notes")]
        return text_from_markup(issue.text), notes

    def workspace(self, writer: Installation) -> Workspace:
        """Open a writer's workspace, as a new process does."""
        settings = settings_of(self.server, url=self.wire.proxy.url)
        if not self.has_field:
            settings = settings.model_copy(update={"mark_field": None})
        make = partial(writer.line.lend, lambda: RedmineWriter(settings, system="redmine", sleep=self.wire.pass_time))
        connection = Connection("redmine", "redmine", "tracker", TellingReader, TellingMapper(), make, line=writer.line)
        return Workspace(
            home=writer.home,
            tenant=TENANT,
            connections={"redmine": connection},
            delivery=self.delivery,
            ledger_url=writer.ledger_url,
            now=self.time.now,
        )


def _published(version: int) -> Published:
    """Give what is published, delivered where Redmine's identifiers say."""
    found = published(version)
    places = [
        place.model_copy(update={"key": place.key.lower(), "source": place.source.replace("jira", "redmine")})
        for place in found.rows[DeliveryProject]
    ]
    return Published(found.name, {**found.rows, DeliveryProject: tuple(places)})
