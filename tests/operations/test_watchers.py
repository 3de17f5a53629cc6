"""People of the sale are asked to watch the brief once, and what they do about it is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

from atlas_sync.canonical.model import Person
from atlas_sync.operations.apply import Applied, apply
from atlas_sync.operations.compare import _watching
from atlas_sync.operations.plan import plan
from atlas_sync.sandbox.jira.store import Issue
from atlas_sync.store.ledger import Ledger
from tests.hostile.play import Stage
from tests.hostile.record import Published, published


def _seen(stage: Stage, *wanted: str) -> None:
    """Let some people of the record have a user in the tracker."""
    ada = stage.site._site.users["u-ada"].account_id

    def shown(version: int) -> Published:
        rows = published(version).rows
        ((one, two),) = ([row for kind, held in rows.items() if kind.__name__ == "Engagement" for row in held],)
        (internal,) = [row for kind, held in rows.items() if kind.__name__ == "Stakeholder" for row in held]
        greta = internal.model_copy(update={"id": "sta_two", "engagement_id": "eng_two"})
        people = [
            Person(id=internal.person_id, name=internal.name, side="customer", sources=(f"jira:user:{ada}",)),
            Person(
                id="per_hana",
                name="Hana M. Vrba",
                side="us",
                aliases=("Hana Vrba",),
                sources=("salesforce:user:1", "hubspot:user:1", f"jira:user:{ada}"),
            ),
        ]
        sold = [
            row.model_copy(update={"owner_sales": "Hana Vrba", "owner_sales_active": row is one}) for row in (one, two)
        ]
        more: dict[Any, Sequence[Any]] = {type(one): sold, type(internal): (internal, greta), Person: people}
        return _Listed("shown", {**rows, **{kind: tuple(held) for kind, held in more.items()}})

    stage.published = shown
    stage.delivery = replace(stage.delivery, watch=wanted)


class _Listed(Published):
    """A snapshot that can be asked for several values of a column."""

    def select(self, kind: Any, /, **equal: Any) -> list[Any]:  # noqa: ANN401 - as a snapshot is asked
        found = self.rows.get(kind, ())
        lists = {name: value if isinstance(value, list) else [value] for name, value in equal.items()}
        return [row for row in found if all(getattr(row, name) in values for name, values in lists.items())]


def _apply(stage: Stage) -> Applied:
    stage._current.writer = stage.writers[0]
    workspace = stage.workspace(stage.writers[0])
    applied = apply(workspace, plan(workspace).id)
    assert applied.error is None
    stage.wire.pass_time(60)
    return applied


def _watched(stage: Stage) -> list[Issue]:
    return [one for one in stage.site._site.issues.values() if one.watchers]


def test_people_are_asked_once_and_the_customers_only_where_it_is_written_for_them(stage: Stage) -> None:
    _seen(stage, "customer")
    assert _apply(stage).count("asked") == 1
    (theirs,) = _watched(stage)
    assert (theirs.project.key, theirs.type) == ("TWO", "Epic")
    stage.site.unwatch_as_person(theirs.key, user_key="u-ada")
    _seen(stage, "customer", "seller")
    assert _apply(stage).count("asked") == 1
    (ours,) = _watched(stage)
    assert ours.project.key == "ONE"
    with closing(Ledger(stage.writers[0].ledger_url)) as ledger:
        assert {home: len(people) for home, people in _watching(ledger).items()} == {"eng_one": 1, "eng_two": 1}
    stage.site.unwatch_as_person(ours.key, user_key="u-ada")
    stage.writers[0].forget()
    assert _apply(stage).count("asked") == 0
    assert _watched(stage) == []


def test_who_cannot_be_asked_is_told(stage: Stage) -> None:
    _seen(stage, "seller")
    stage.site._faults.deny("jira", "MANAGE_WATCHERS")
    stage._current.writer = stage.writers[0]
    skipped = [left.subject for place in plan(stage.workspace(stage.writers[0])).engagements for left in place.skipped]
    assert "Hana M. Vrba as a watcher" in skipped
    stage.site._faults.clear()
    stage.site._site.users["u-ada"].active = False
    assert _apply(stage).count("refused") == 1
    assert _apply(stage).steps == []
