from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_sync.connectors.salesforce.soql import Key, after, chunks, is_in, quote, select, since
from atlas_sync.sandbox.salesforce.soql import parse
from atlas_sync.sandbox.salesforce.syntax import Comparison

MOMENT = datetime(2026, 5, 1, 9, 25, 37, 900_000, tzinfo=timezone(timedelta(hours=2)))


@given(st.text())
def test_any_text_stays_one_literal(text: str) -> None:
    where = parse(f"SELECT Id FROM User WHERE Name = {quote(text)}").where  # noqa: S608 - what is under test
    assert isinstance(where, Comparison)
    assert [literal.value for literal in where.values] == [text]


def test_quote_cannot_end_the_literal() -> None:
    assert quote("x' OR Name != '\\") == r"'x\' OR Name != \'\\'"


def test_list_is_never_empty() -> None:
    with pytest.raises(ValueError, match="never empty"):
        is_in("Id", [])


def test_time_is_in_utc_and_rounded_down_to_the_grain_of_the_stamps() -> None:
    assert since(MOMENT) == "SystemModstamp >= 2026-05-01T07:25:37Z"
    assert since(None) == ""


def test_query_goes_on_after_a_key_and_keeps_its_ties() -> None:
    key = Key(datetime(2026, 5, 1, tzinfo=UTC), "003A")
    assert select(["Id"], "Task", "IsDeleted = false", after(key)) == (
        "SELECT Id FROM Task WHERE IsDeleted = false AND ((SystemModstamp = 2026-05-01T00:00:00Z AND Id > '003A') "
        "OR SystemModstamp > 2026-05-01T00:00:00Z) ORDER BY SystemModstamp, Id"
    )


def test_chunk_of_ids_fits_into_an_address() -> None:
    ids = [f"0065e00000AAAA{n:04d}" for n in range(1000)]
    assert [one for _place, chunk in chunks(ids) for one in chunk] == ids
    longest = max(
        len(quote_plus(select(["Id"] * 12, "ContentDocumentLink", is_in("LinkedEntityId", chunk))))
        for _place, chunk in chunks(ids)
    )
    assert longest < 16_384 - 2_000


def test_chunks_go_on_from_a_place() -> None:
    ids = [str(n) for n in range(1000)]
    (first, _), *rest = chunks(ids)
    assert first == 0
    assert list(chunks(ids, start=rest[0][0])) == rest


@pytest.mark.parametrize(
    "key", [Key(datetime(2026, 5, 1, 7, 25, 37, tzinfo=UTC), "0065e00000AAAA0AAP"), Key(None, "0065e00000AAAA0")]
)
def test_key_is_read_back_from_its_text(key: Key) -> None:
    assert Key.read(str(key)) == key


@pytest.mark.parametrize(
    "position", ["", "350", "x 0065e00000AAAA0AAP", "bulk 7505e00000AAAA0AAP MTAw 5", "' OR Id != '"]
)
def test_position_of_another_kind_is_no_key(position: str) -> None:
    assert Key.read(position) is None
