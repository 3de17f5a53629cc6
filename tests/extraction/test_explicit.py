from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from atlas_sync.extraction import read
from tests.extraction.build import conversation


def test_each_line_of_a_place_for_promises_is_one_whatever_it_says() -> None:
    body = "Promised to the customer:\n- 12 access points, spare parts on site\n- Training on 3 March 2026\n\nNo weekend rates"
    reading = read(conversation(body, kind="promises", subject="Handover"))
    assert [one.text for one in reading.promises] == [
        "12 access points, spare parts on site",
        "Training on 3 March 2026",
        "No weekend rates",
    ]
    for one in reading.promises:
        assert (one.needs_review, one.confidence, one.rule) == (False, 1.0, "written down under Handover")
        assert one.promised_by == "Lena Wirth"
        assert body[one.evidence.start : one.evidence.end] == one.evidence.quote
    assert reading.promises[1].due_date == date(2026, 3, 3)
    assert not reading.scope
    assert not reading.non_commitments


@pytest.mark.parametrize("line", ["#promise Spare keys for both gates", "- #Promised: Spare keys for both gates"])
def test_a_tagged_line_of_a_note_is_a_promise_without_its_tag(line: str) -> None:
    reading = read(conversation(f"Weather was fine.\n{line}", kind="note"))
    (promise,) = [one for one in reading.promises if one.rule.startswith("tagged #promise")]
    assert (promise.text, promise.needs_review) == ("Spare keys for both gates", False)
    assert "Spare keys" in promise.evidence.quote


def test_other_tags_can_be_agreed_on() -> None:
    note = replace(conversation("[P] Spare keys\n#promise no\n[p]\n[P]lus a jetty", kind="note"), tags=("[P]",))
    (promise,) = [one for one in read(note).promises if one.rule.startswith("tagged")]
    assert (promise.text, promise.rule) == ("Spare keys", "tagged [p]")


def test_a_tag_in_a_mail_of_the_customer_binds_nobody() -> None:
    reading = read(conversation("#promise spare keys", author="Jens Brandt", author_side="customer"))
    assert not [one for one in reading.promises if one.rule.startswith("tagged")]
