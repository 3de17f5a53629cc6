# ruff: noqa: ANN401 - a builder passes any field on
from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from atlas_sync.canonical.model import Engagement, Evidence, Promise
from atlas_sync.errors import ConfigError
from atlas_sync.operations.pending import done, pending
from atlas_sync.operations.review import ask_again, decide, list_doubts, with_verdicts
from atlas_sync.store.ledger import Ledger, Verdict
from atlas_sync.store.warehouse import Warehouse, open_warehouse

NOW = datetime(2026, 6, 15, 8, tzinfo=UTC)


def promise(name: str, *, engagement: str = "eng_1", **changes: Any) -> Promise:
    quote = f"We will deliver {name}."
    values: dict[str, Any] = {
        "id": name,
        "engagement_id": engagement,
        "evidence": Evidence(interaction_id="int_1", start=0, end=len(quote), quote=quote, said_at=NOW),
        "rule": "model: promise 0.50",
        "confidence": 0.5,
        "needs_review": True,
        "text": quote,
        "kind": "deliverable",
    }
    return Promise(**values | changes)


def verdict(name: str, decision: Any, *, quote: str | None = None) -> Verdict:
    return Verdict(name, "eng_1", quote or f"We will deliver {name}.", decision, NOW)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as opened:
        yield opened


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with open_warehouse(tmp_path) as opened:
        for number, amount in (("1", Decimal(1_000_000)), ("2", Decimal(100))):
            opened.put(
                [
                    Engagement(
                        id=f"eng_{number}",
                        name=f"Deal {number}",
                        source=f"crm:deal:{number}",
                        stage="won",
                        stage_label="Won",
                        amount=amount,
                    )
                ]
            )
        yield opened


def test_the_queue_begins_where_a_look_pays_most(warehouse: Warehouse, ledger: Ledger) -> None:
    rows = [
        promise("small", engagement="eng_2"),
        promise("large"),
        promise("nearly sure", confidence=0.9),
        promise("decided", needs_review=False),
    ]
    warehouse.put(rows)
    assert [doubt.promise.id for doubt in list_doubts(warehouse, ledger)] == ["large", "small", "nearly sure"]


def test_what_was_judged_is_not_asked_again_until_its_words_change(warehouse: Warehouse, ledger: Ledger) -> None:
    warehouse.put([promise("a"), promise("b")])
    decide(warehouse, ledger, {"a": "rejected", "b": "confirmed"}, at=NOW)
    assert list_doubts(warehouse, ledger) == []
    other = promise("a").evidence.model_copy(update={"quote": "We will bring a."})
    warehouse.put([promise("a", evidence=other)])
    assert [doubt.promise.id for doubt in list_doubts(warehouse, ledger)] == ["a"]


def test_an_unknown_id_keeps_nothing(warehouse: Warehouse, ledger: Ledger) -> None:
    warehouse.put([promise("a")])
    with pytest.raises(ConfigError, match="no promise nothing"):
        decide(warehouse, ledger, {"a": "confirmed", "nothing": "rejected"}, at=NOW)
    assert ledger.verdicts() == []


def test_a_later_verdict_replaces_the_earlier(ledger: Ledger) -> None:
    ledger.keep_verdict(verdict("a", "confirmed"))
    ledger.keep_verdict(verdict("a", "rejected"))
    assert [(one.decision, one.decided_at) for one in ledger.verdicts()] == [("rejected", NOW)]


def test_verdicts_hold_when_texts_are_read_again() -> None:
    read = [promise("kept"), promise("gone"), promise("open")]
    said = [verdict("kept", "confirmed"), verdict("gone", "rejected"), verdict("open", "rejected", quote="other words")]
    assert [(row.id, row.needs_review) for row in with_verdicts(read, said)] == [("kept", False), ("open", True)]


def test_only_engagements_that_do_not_show_a_verdict_are_read_again(warehouse: Warehouse) -> None:
    warehouse.put([promise("a"), promise("b", engagement="eng_2", needs_review=False)])
    ask_again(warehouse, [verdict("a", "rejected"), verdict("b", "confirmed"), verdict("unknown", "rejected")])
    assert pending(warehouse, "read") == ["eng_1"]
    done(warehouse, "read", ["eng_1"])
    warehouse.delete(Promise, column="id", values=["a"])
    ask_again(warehouse, [verdict("a", "rejected")])
    assert pending(warehouse, "read") == []
