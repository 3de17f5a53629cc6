from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import get_args

import pytest

from atlas_sync.canonical.model import GapKind
from atlas_sync.dashboard.charts import sparkline
from atlas_sync.dashboard.text import LABELS, age, is_web, label, money, readable

NOW = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=12, hours=5), "12 d"),
    ],
)
def test_age_reads_in_its_largest_unit(before: timedelta, words: str) -> None:
    assert age(NOW - before, NOW) == words
    assert age((NOW - before).replace(tzinfo=None), NOW) == words


def test_every_kind_of_gap_has_its_words_and_can_be_filtered_by() -> None:
    assert LABELS["kind"].keys() == set(get_args(GapKind))


def test_nothing_has_no_age_and_no_price() -> None:
    assert age(None, NOW) == "-"
    assert money(None, "EUR") == "-"
    assert money(Decimal("118000.40"), "EUR") == "118,000 EUR"


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("https://crm.example/d1", True),
        ("HTTP://crm.example", True),
        ("javascript:alert(1)", False),
        (" java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://[", False),
        ("crm.example/d1", False),
        ("", False),
        (None, False),
    ],
)
def test_only_addresses_of_pages_are_links(link: str | None, leads: bool) -> None:  # noqa: FBT001 - a table
    assert is_web(link) is leads


def test_readable_keeps_words_and_drops_markup() -> None:
    body = "<div><p>We go <b>live</b> &amp; stay.</p><p>Next<br>line</p></div>"
    assert readable(body) == "We go live & stay.\nNext\nline"


def test_unknown_code_is_shown_as_words() -> None:
    assert label("kind", "something_new") == "something new"


def test_chart_needs_two_points_and_escapes_nothing_of_ours() -> None:
    assert sparkline([3], [0]) == ""
    assert sparkline([3, 0, 4], [0, 0, 0]).startswith("<svg")


def test_chart_shades_what_is_not_decidable_on_top_of_what_is_open() -> None:
    chart = sparkline([3, 0], [0, 3])
    assert '<polyline points="4.0,4.0 316.0,60.0"' in chart
    assert '<polygon points="4.0,4.0 316.0,4.0 316.0,60.0 4.0,4.0"' in chart
    assert "not decidable" in chart
    solved = sparkline([3, 0], [0, 0])
    assert "polygon" not in solved
    assert "not decidable" not in solved
