"""Nothing internal reaches a place that the client can read: a canary of every internal kind, searched for in all there is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest

from atlas_sync.canonical.model import Audience
from atlas_sync.coverage import CreateItem, EngagementRecord, Rules
from atlas_sync.operations.apply import apply
from atlas_sync.operations.gate import Gate
from atlas_sync.operations.plan import plan
from atlas_sync.sandbox.jira.render import issue_json
from tests.coverage.build import (
    contract,
    engagement,
    evidence,
    interaction,
    item,
    outcome,
    person,
    point,
    project,
    promise,
    record,
)
from tests.hostile.play import Stage
from tests.hostile.record import snapshot_of

_AMONG_US = "int_note"
_HEARD = "The old portal stays up until May"


def _internal(canary: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - fields by name
    return {
        "audience": "internal",
        "evidence": evidence(f"{canary} is what we think", interaction_id=_AMONG_US),
        **changes,
    }


def _open_in_secret(canary: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - fields by name
    """A statement that claims to be for everybody, said where no client was."""
    return {"evidence": evidence(f"{canary} is what we think", interaction_id=_AMONG_US), **changes}


CANARIES: dict[str, dict[str, Any]] = {
    "engagement name": {"engagement": engagement(name="Canary deal")},
    "amount": {"engagement": engagement(amount=Decimal(7741993))},
    "address of the deal": {"engagement": engagement(link="https://crm.example/canary")},
    "promise": {"promises": (promise("Canary by May", **_internal("Canary")),)},
    "promise said among us": {"promises": (promise("Canary by May", **_open_in_secret("Canary")),)},
    "promise in review": {"promises": (promise("Canary by May", needs_review=True),)},
    "address of a conversation": {"interactions": (interaction(link="https://crm.example/canary"),)},
    "subject of a conversation": {"interactions": (interaction(subject="Canary"),)},
    "body of a note": {"interactions": (interaction(), interaction(_AMONG_US, audience="internal", body="Canary"))},
    "why": {"outcomes": (outcome("Canary hurts", **_internal("Canary")),)},
    "why said among us": {"outcomes": (outcome("Canary hurts", **_open_in_secret("Canary")),)},
    **{
        f"scope {kind}": {"scope": (point("Canary or not", kind=kind, **_internal("Canary")),)}
        for kind in ("in", "out", "later", "vague", "tradeoff", "assumption")
    },
    "scope said among us": {"scope": (point("Canary or not", kind="vague", **_open_in_secret("Canary")),)},
    "stance of a skeptic": {"stakeholders": (person(stance="skeptic", title=None, roles=("canary",)),)},
    "person for our eyes": {"stakeholders": (person("Canary Bird"),)},
    "role of a person whom the client may see": {
        "stakeholders": (person("Greta", roles=("canary",), stance="skeptic", audience="client_ok"),)
    },
    "words of a person": {"stakeholders": (person(evidence=evidence("Canary, he says", interaction_id=_AMONG_US)),)},
    "mail address": {"stakeholders": (person("Greta", email="canary@kilbride.example", audience="client_ok"),)},
    "terms of the contract": {"contracts": (contract(terms="Canary clause"),)},
    "address of the contract": {"contracts": (contract(link="https://crm.example/canary"),)},
    "item of the tracker": {"items": (item(summary="Canary item", text="canary"),)},
}
PLACES = {"declared": "TWO", "not declared": "ELSE", "a service desk declared internal": "ONE"}


def _record(key: str, changes: dict[str, Any]) -> EngagementRecord:
    heard = promise(_HEARD, id="prm_heard", evidence=evidence(_HEARD), due_date=date(2026, 8, 14))
    note = interaction(_AMONG_US, audience="internal", link="https://crm.example/note")
    values = {"interactions": (interaction(), note), "promises": (), "items": (), **changes}
    values["promises"] = (heard, *values["promises"])
    return record(**{**values, "projects": (project(key=key),)})


def _sold_to(engagement_id: str, made: EngagementRecord) -> EngagementRecord:
    """Give the same record as that of another engagement."""
    own = {"engagement_id": engagement_id}
    parts = ("promises", "outcomes", "scope", "stakeholders", "contracts", "interactions", "projects", "items")
    moved = {name: tuple(one.model_copy(update=own) for one in getattr(made, name)) for name in parts}
    return replace(made, engagement=made.engagement.model_copy(update={"id": engagement_id}), **moved)


def _all_there(stage: Stage, key: str) -> str:
    """Give everything that can be read of a project's issues, and what no screen shows."""
    site = stage.site._site
    issues = [one for one in site.issues.values() if one.project.key == key]
    shown = [
        issue_json(one, site, fields=["*all"], properties=list(one.properties), hidden=frozenset()) for one in issues
    ]
    return json.dumps([shown, [one.links for one in issues]], default=str).casefold()


@pytest.mark.parametrize("kind", CANARIES)
def test_no_canary_is_found_where_the_client_can_read(stage: Stage, kind: str) -> None:
    desk = stage.site._site.find_project(PLACES["a service desk declared internal"])
    assert desk is not None
    desk.kind = "service_desk"
    for changes in (CANARIES[kind], CANARIES[kind] | {"outcomes": (*CANARIES[kind].get("outcomes", ()), _why())}):
        records = [_sold_to(f"eng_{key}", _record(key, changes)) for key in PLACES.values()]
        stage.published = lambda _version, records=records: snapshot_of("one", records)  # type: ignore[misc]  # the default binds this turn's
        _apply(stage)
        stage.wire.pass_time(60)
    for key in PLACES.values():
        there = _all_there(stage, key)
        assert _HEARD.casefold() in there
        assert "40 re-scans a night" in there
        assert "canary" not in there
        assert "7741993" not in there.replace(",", "")
        assert "crm.example" not in there


def test_every_canary_is_there_where_only_we_can_read_or_is_never_written(stage: Stage) -> None:
    """The canaries would be seen: where only we read, most of them are."""
    seen = set()
    for kind, changes in CANARIES.items():
        made = _record("ONE", changes)
        stage.published = lambda _version, made=made: snapshot_of("one", [made])  # type: ignore[misc]  # as above
        _apply(stage)
        there = _all_there(stage, "ONE")
        if "canary" in there or "7741993" in there.replace(",", ""):
            seen.add(kind)
        for issue in list(stage.site._site.issues.values()):
            stage.site._site.erase(issue)
        stage.writers[0].forget()
        stage.wire.pass_time(60)
    never = {"promise in review", "body of a note", "mail address", "item of the tracker"}
    assert set(CANARIES) - seen == never


def test_project_under_another_key_than_the_declared_one_counts_as_readable_by_the_client(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tracker answers to a former key: a default project, or one that was renamed since the last sync."""
    site = stage.site._site
    find = site.find_project
    monkeypatch.setattr(site, "find_project", lambda name: find("ONE" if name == "FORMER" else name))
    stage.delivery = replace(stage.delivery, default_project={"hubspot": "FORMER"}, audience={"FORMER": "internal"})
    for projects in ((), (project(key="FORMER"),)):
        made = replace(_record("FORMER", CANARIES["promise"]), projects=projects)
        stage.published = lambda _version, made=made: snapshot_of("one", [made])  # type: ignore[misc]  # as above
        _apply(stage)
        (drawn,) = plan(stage.workspace(stage.writers[0])).engagements
        assert (drawn.project, drawn.audience) == ("ONE", "client_ok")
        stage.wire.pass_time(60)
    there = _all_there(stage, "ONE")
    assert _HEARD.casefold() in there
    assert "canary" not in there


def test_two_sales_to_one_client_in_a_project_have_briefs_of_two_names(stage: Stage) -> None:
    stage.delivery = replace(stage.delivery, audience={})
    moments = [datetime(2026, 6, day, tzinfo=UTC) for day in (2, 1)]
    sold = [_record("ONE", {"engagement": engagement(won_at=moment), "outcomes": (_why(),)}) for moment in moments]
    records = [_sold_to(f"eng_{at}", one) for at, one in enumerate(sold)]
    for count, days in ((1, [""]), (2, [", agreed on 1 Jun 2026", ", agreed on 2 Jun 2026"])):
        stage.published = lambda _version, records=records[:count]: snapshot_of("one", records)  # type: ignore[misc]  # as above
        stage._current.writer = stage.writers[0]
        commands = plan(stage.workspace(stage.writers[0])).commands
        titles = [one.summary for one in commands if isinstance(one, CreateItem) and one.item == "brief"]
        assert titles == [f"Kickoff brief: Nordhavn{day}" for day in days]


@pytest.mark.parametrize(
    "declared", [{}, {"ELSE": "internal"}], ids=["not declared", "a service desk declared internal"]
)
def test_nothing_internal_is_written_to_what_a_person_moved_where_the_client_can_read(
    stage: Stage, declared: dict[str, Audience]
) -> None:
    desk = stage.site._site.find_project("ELSE")
    assert desk is not None
    desk.kind = "service_desk"
    stage.delivery = replace(
        stage.delivery, audience={**stage.delivery.audience, **declared}, rules=Rules(attaches=True)
    )
    _publish(stage, {})
    _apply(stage)
    (brief,) = [one for one in stage.site._site.issues.values() if one.type == "Epic"]
    before = json.dumps([brief.description, brief.attachments], default=str)
    stage.site.move_as_person(brief.id, "ELSE")
    stage.wire.pass_time(60)
    note = interaction(_AMONG_US, audience="internal", body="Canary")
    _publish(stage, CANARIES["why"] | {"interactions": (interaction(), note)})
    workspace = stage.workspace(stage.writers[0])
    (drawn,) = plan(workspace).engagements
    assert [one.subject for one in drawn.skipped if one.is_conflict] == [f"The brief {brief.key}"]
    _apply(stage)
    assert json.dumps([brief.description, brief.attachments], default=str) == before
    assert not brief.comments
    assert "canary" not in _all_there(stage, "ELSE")


def test_item_that_is_moved_while_a_plan_is_carried_out_is_looked_at_once_more(stage: Stage) -> None:
    stage.delivery = replace(stage.delivery, rules=Rules(attaches=True))
    _publish(stage, {})
    _apply(stage)
    (brief,) = [one for one in stage.site._site.issues.values() if one.type == "Epic"]
    stage.wire.pass_time(60)
    note = interaction(_AMONG_US, audience="internal", body="Canary")
    _publish(stage, CANARIES["why"] | {"interactions": (interaction(), note)})
    workspace = stage.workspace(stage.writers[0])
    drawn = plan(workspace)

    def moved_meanwhile(*_given: object) -> str:
        if brief.project.key == "ONE":
            stage.site.move_as_person(brief.id, "TWO")
        return ""

    with mock.patch.object(Gate, "holds", moved_meanwhile):
        applied = apply(workspace, drawn.id)
    assert {step.result for step in applied.steps} == {"kept"}
    assert {step.command.action for step in applied.steps} == {"update", "attach"}
    assert "canary" not in _all_there(stage, "TWO")


def _publish(stage: Stage, changes: dict[str, Any]) -> None:
    made = _record("ONE", changes)
    stage.published = lambda _version: snapshot_of("one", [made])


def _why() -> Any:  # noqa: ANN401 - an outcome
    said = datetime(2026, 2, 24, 9, 0, tzinfo=UTC)
    return outcome("40 re-scans a night", id="out_heard", evidence=evidence("40 re-scans a night", said_at=said))


def _apply(stage: Stage) -> None:
    stage._current.writer = stage.writers[0]
    workspace = stage.workspace(stage.writers[0])
    applied = apply(workspace, plan(workspace).id)
    assert applied.error is None
    assert not applied.count("refused")
