"""A sentence that reads as our promise and rather as the customer's duty is one thing at a time."""

from __future__ import annotations

from typing import Any

import pytest

from atlas_sync.canonical.model import Obligation
from atlas_sync.operations.owed import rather_owed, still_owed
from atlas_sync.store.judgements import Judgement, JudgementKind
from tests.coverage.build import RUN, evidence, obligation, promise

SAID = evidence("Raj to send the asset list by 31 March.")
DUTY = obligation("Raj to send the asset list by 31 March.", evidence=SAID)
RATHER: dict[str, Any] = {"rule": "reader: promise 0.10, rather obligation 0.82", "evidence": SAID}


@pytest.mark.parametrize(
    ("changes", "duties", "is_owed"),
    [
        ({}, [DUTY], True),
        ({"evidence": evidence("Said since.", start=90), "repeats": (SAID,)}, [DUTY], True),
        ({}, [], False),
        ({}, [DUTY.model_copy(update={"evidence": evidence("Another.", start=90)})], False),
        ({"rule": "reader: promise 0.71"}, [DUTY], False),
        ({"needs_review": False}, [DUTY], False),
    ],
)
def test_what_the_customer_rather_owes_is_no_doubtful_promise(
    changes: dict[str, Any], duties: list[Obligation], *, is_owed: bool
) -> None:
    row = promise("Raj to send the asset list.", **{**RATHER, "needs_review": True, **changes})
    assert rather_owed([row], duties) == ({row.id} if is_owed else set())


@pytest.mark.parametrize(
    ("kind", "changes", "is_ours"),
    [
        ("promise", {}, True),
        ("edit", {}, True),
        ("link", {}, False),
        ("promise", {"needs_review": True}, False),
        ("promise", {"rule": "reader: promise 0.71"}, False),
    ],
)
def test_what_a_person_said_is_our_promise_is_owed_by_nobody_else(
    kind: JudgementKind, changes: dict[str, Any], *, is_ours: bool
) -> None:
    row = promise("Raj to send the asset list.", **{**RATHER, "needs_review": False, **changes})
    said = Judgement(kind, row.id, "", "confirmed", "Ada", RUN)
    assert still_owed([row], [DUTY], []) == [DUTY], (
        "what the reader alone decides takes nothing from the customer's duties"
    )
    assert still_owed([row], [DUTY], [said]) == ([] if is_ours else [DUTY])
