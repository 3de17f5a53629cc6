"""Ids as the vendor makes them."""

from __future__ import annotations

import pytest

from atlas_sync.sandbox.salesforce.ids import Mint, is_id, to_18


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("001dM00003jU9Gy", "001dM00003jU9GyQAK"),
        ("003dM00001wBXYD", "003dM00001wBXYDQA4"),
        ("006ak00000OQ4Rx", "006ak00000OQ4RxAAL"),
        ("00kak00000OQ4Rx", "00kak00000OQ4RxAAL"),
        ("001ak00000OKNPH", "001ak00000OKNPHAA5"),
        ("012000000000000", "012000000000000AAA"),
    ],
)
def test_suffix_is_the_one_on_recorded_ids(short: str, long: str) -> None:
    assert to_18(short) == long
    assert to_18(long) == long


def test_ids_are_unique_also_where_case_is_lost() -> None:
    mint = Mint()
    ids = [mint.next("006") for _ in range(200)]
    assert all(is_id(key) and len(key) == 18 and key.startswith("006") for key in ids)
    assert len({key.lower() for key in ids}) == 200
    assert len({key[:15].lower() for key in ids}) < 200


@pytest.mark.parametrize("text", ["", "006", "0065e00000AAAA0A", "0065e00000AAA-0", "0065e00000AAAA0AAPX"])
def test_other_texts_are_no_ids(text: str) -> None:
    assert not is_id(text)
