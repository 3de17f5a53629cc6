"""The whole way by the command line: sold in the CRMs, delivered in a real Redmine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.model import Engagement
from atlas_sync.store.publish import open_snapshot
from tests.e2e.conftest import Stage
from tests.redmine.people import seen_in
from tests.redmine.server import Server
from tests.redmine.stage import borrowed

pytestmark = pytest.mark.e2e


@pytest.fixture
def redmine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a Redmine to this test alone."""
    if not request.config.getoption("--handover", default=False):
        pytest.skip("takes half a minute: make handover")
    with borrowed(request.config, tmp_path_factory) as server:
        yield server


def _moved(stage: Stage, server: Server) -> Stage:
    """Give the stage with Redmine in Jira's place, into which one sale is delivered."""
    with open_snapshot(stage.workspace().home) as snapshot:
        sold = [one for one in snapshot.select(Engagement, stage="won") if one.source.startswith("hubspot")]
    deal = SourceRef.parse(sold[0].source).id
    text = stage.config.read_text(encoding="utf-8")
    crms, delivery = text.partition("[connections.jira]")[0], text[text.index("[delivery]") :]
    redmine = f"""
[connections.redmine]
kind = "redmine"
url = "{server.url}"
mark_field = {server.facts["field"]}
calls_per_second = 400

{delivery.partition("[delivery.default_project]")[0]}
[delivery.links]
"{deal}" = "one"
[delivery.audience]
one = "internal"
"""
    stage.config.write_text(crms + redmine, encoding="utf-8")
    return replace(stage, env={**stage.env, "ATLAS_REDMINE_API_KEY": server.key("atlas")})


def test_sale_is_handed_over_into_redmine(synced: Stage, redmine: Server) -> None:
    stage = _moved(synced, redmine)
    streams = stage.json("sync")["streams"]
    assert {one["status"] for one in streams if one["system"] == "redmine"} == {"complete"}
    first = stage.json("plan")["plan"]
    done = stage.json("apply", first["id"])
    made = seen_in(redmine)
    assert len(made) == sum(one["result"] == "created" for one in done["steps"]) > 3
    assert {one.mark for one in made} == {one["marker"] for one in done["steps"]}
    again = stage.json("plan")["plan"]
    assert not [one for place in again["engagements"] for one in place["commands"]]
