"""A person's verdict: kept, shown after the next sync, never asked again."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Stage

pytestmark = pytest.mark.e2e


def test_what_a_person_says_of_a_promise_holds(stage: Stage) -> None:
    stage.run("sync")
    before = stage.json("review", "--most", "500")
    assert before["waiting"] >= 2
    first, second = (doubt["id"] for doubt in before["doubts"][:2])
    kept = stage.json("review", "--confirm", first, "--reject", second)
    assert kept["decided"] == [{"id": first, "decision": "confirmed"}, {"id": second, "decision": "rejected"}]
    assert stage.json("review")["waiting"] == before["waiting"] - 2

    stage.run("sync")
    after = {doubt["id"] for doubt in stage.json("review", "--most", "500")["doubts"]}
    assert not after & {first, second}
    assert stage.json("show", first)["chains"]
    stage.run("show", second, check=2)

    stage.run("review", "--confirm", second, check=2)
    stage.run("review", "--confirm", first, "--reject", first, check=2)
