from __future__ import annotations

from typing import Any

import pytest

from atlas_sync.coverage import trace
from atlas_sync.coverage.asides import aside_of
from atlas_sync.coverage.judged import Judged
from tests.coverage.build import item, promise
from tests.coverage.test_decision import Fixed

SAID = "We migrate 40 mailboxes to Exchange Online"
SURE = Fixed({"mailboxes": 9.0}, departs=-9.0)


@pytest.mark.parametrize(
    ("said", "changes", "reason"),
    [
        (SAID, {"summary": "Risk: migration of 40 mailboxes fails", "state": "done"}, "SCAN-1 is a risk"),
        (SAID, {"summary": "Risiko 7 – Umzug der 40 mailboxes"}, "SCAN-1 is a risk"),
        (SAID, {"summary": "Move 40 mailboxes", "kind": "Risque"}, "SCAN-1 is a risk"),
        (SAID, {"summary": "Reunión: 40 mailboxes"}, "SCAN-1 is a meeting"),
        (SAID, {"summary": "Migrate 40 mailboxes", "kind": "Change request"}, "SCAN-1 is a change request"),
        (SAID, {"summary": "Änderungsantrag - 40 mailboxes"}, "SCAN-1 is a change request"),
        (SAID, {"summary": "[TEMPLATE] Migrate 40 mailboxes"}, "SCAN-1 is a template"),
        (SAID, {"summary": "Issue: 40 mailboxes"}, "SCAN-1 is an issue"),
        (SAID, {"summary": "40 mailboxes may slip past August"}, "SCAN-1 says what may go wrong"),
        (SAID, {"summary": "40 mailboxes moved too late"}, "SCAN-1 says what may go wrong"),
        (SAID, {"text": "x Migrate 40 mailboxes\n+ Change DNS"}, "SCAN-1 skips it: “Migrate 40 mailboxes”"),
        (SAID, {"text": "- [-] Migrate 40 mailboxes\n- [ ] DNS"}, "SCAN-1 skips it: “Migrate 40 mailboxes”"),
        (SAID, {"text": "~~Migrate 40 mailboxes~~"}, "SCAN-1 skips it: “~~Migrate 40 mailboxes~~”"),
        (SAID, {"text": "- [x] Migrate 40 mailboxes\n- [ ] Change DNS"}, None),
        (SAID, {"text": "+ Migrate 40 mailboxes\nx Change DNS"}, None),
        (SAID, {"summary": "Migrate 40 mailboxes", "kind": "Issue"}, None),
        (SAID, {"summary": "Issue 40 mailboxes with a licence"}, None),
        (SAID, {"summary": "Risk-based order of the 40 mailboxes"}, None),
        ("A letter stays long enough to be read", {"summary": "Template: 12 signs a second"}, None),
        ("A steering meeting each month", {"summary": "Steering each month", "kind": "Meeting"}, None),
        ("We train the clerks in March", {"summary": "Meeting: training of the clerks"}, None),
        ("A risk assessment of each hall", {"summary": "Risk: assessment of 19 halls"}, None),
        ("Wir liefern eine Risikoanalyse der Server", {"summary": "Analyse der Server", "kind": "Risiko"}, None),
        ("A weekly stand-up with your team", {"summary": "Stand-up", "kind": "Meeting"}, None),
        ("An alert when an order may arrive late", {"summary": "Alert when an order may be late"}, None),
        ("Late orders are flagged in red", {"summary": "Flag orders that may be late"}, None),
        ("Mail no later than 3 May", {"summary": "Mail may be delayed"}, "SCAN-1 says what may go wrong"),
        ("Mail by 3 May at the latest", {"summary": "Mail could slip"}, "SCAN-1 says what may go wrong"),
        ("Umzug spätestens am 3. Mai", {"summary": "Umzug kommt zu spät"}, "SCAN-1 says what may go wrong"),
        ("Mail without undue delay", {"summary": "Mail may be delayed"}, "SCAN-1 says what may go wrong"),
        ("We constrain the access", {"summary": "Meeting: access"}, "SCAN-1 is a meeting"),
        ("We retrofit and preview the 40 terminals", {"summary": "Meeting: terminals"}, "SCAN-1 is a meeting"),
        ("Tissue samples are frozen", {"summary": "Issue: samples"}, "SCAN-1 is an issue"),
        ("Zwei Abnahmetermine und eine Anwenderschulung", {"summary": "Besprechung: Abnahme"}, None),
    ],
)
def test_item_that_only_speaks_of_what_was_agreed_is_told(
    said: str, changes: dict[str, Any], reason: str | None
) -> None:
    assert aside_of(said, item(**{"summary": "Mail work", **changes})) == reason


def test_what_only_speaks_of_a_promise_is_for_a_person_and_is_not_held_against_it() -> None:
    link = trace([promise(SAID)], [item(summary="Risk: 40 mailboxes, charged at cost")], matcher=SURE)[0]
    assert (link.status, link.work_item_key, link.how) == ("review", "SCAN-1", "similar words")
    assert "SCAN-1 is a risk" in link.leaves_open


def test_what_delivers_covers_behind_what_only_speaks_of_it() -> None:
    items = [item("SCAN-1", f"Meeting: {SAID}"), item("SCAN-2", "Migrate mailboxes")]
    link = trace([promise(SAID)], items, matcher=SURE)[0]
    assert (link.status, link.work_item_key) == ("covered", "SCAN-2")


def test_a_person_may_say_that_a_risk_delivers_it() -> None:
    risk = item(summary=f"Risk: {SAID}")
    judged = Judged(confirmed={promise().id: frozenset({risk.source})})
    assert trace([promise(SAID)], [risk], judged=judged, matcher=SURE)[0].status == "covered"
