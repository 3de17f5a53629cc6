"""Fields that sales writes promises into: after a sync that is a promise with its evidence, and nobody is asked."""

from __future__ import annotations

import pytest

from atlas_sync.canonical.model import Interaction, Promise
from atlas_sync.store.publish import open_snapshot
from tests.e2e.conftest import Stage

pytestmark = pytest.mark.e2e


def test_what_stands_in_a_field_for_promises_is_one_without_guessing(stage: Stage) -> None:
    text = stage.config.read_text(encoding="utf-8")
    text = text.replace('kind = "hubspot"', 'kind = "hubspot"\npromise_properties = ["description"]')
    text = text.replace('kind = "salesforce"', 'kind = "salesforce"\npromise_texts = ["Description"]')
    stage.config.write_text(text, encoding="utf-8")
    assert {one["status"] for one in stage.json("sync")["streams"]} == {"complete"}
    with open_snapshot(stage.workspace().home) as snapshot:
        fields = {row.id: row for row in snapshot.select(Interaction) if row.kind == "promises"}
        promises = snapshot.select(Promise)
    found = [row for row in promises if row.evidence.interaction_id in fields]
    said = {one.interaction_id for row in promises for one in (row.evidence, *row.repeats)}
    assert {row.source.partition(":")[0] for row in fields.values()} == {"hubspot", "salesforce"}
    assert found
    assert set(fields) <= said
    for row in found:
        assert not row.needs_review
        body = fields[row.evidence.interaction_id].body
        assert body[row.evidence.start : row.evidence.end] == row.evidence.quote
    chain = stage.json("show", found[0].id)["chains"][0]
    assert chain["evidence"]["quote"] == found[0].evidence.quote
