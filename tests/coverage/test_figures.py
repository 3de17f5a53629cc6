from __future__ import annotations

import time

import pytest

from atlas_sync.coverage.figures import day_mentions, figures_of, quantities


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("every fifteen minutes", [("900", "seconds")]),
        ("CSV pull via SFTP, every 60 min.", [("3600", "seconds")]),
        ("EUR 1,500 and €2.500,50", [("1500", "eur"), ("2500.5", "eur")]),
        ("EUR 1,500.00 or CHF 1'500 or CHF 1’800", [("1500", "eur"), ("1500", "chf"), ("1800", "chf")]),
        ("0.125 litre and 1 500,50 EUR", [("0.125", "litre"), ("1500.5", "eur")]),
        ("EUR 1.5 million", [("1500000", "eur")]),
        ("2½ days and ½ day, 1 ½ days", [("2.5", "days"), ("0.5", "days"), ("1.5", "days")]),
        ("one and a half days", [("1.5", "days")]),
        ("two hundred and fifty users", [("250", "person")]),
        ("two hundred and three hundred users", [("200", "amount"), ("300", "person")]),
        ("nine thousand four hundred and twenty-one metres", [("9421", "metr")]),
        ("two dozen scanners", [("24", "scanner")]),
        ("half a dozen scanners", [("6", "scanner")]),
        ("half a dozen", []),
        ("1.5 days", [("1.5", "days")]),
        ("1,234,567 records", [("1234567", "record")]),
        ("five thousand sessions", [("5000", "session")]),
        ("twenty-four months", [("24", "months")]),
        ("42k lines", [("42000", "line")]),
        ("a 20% discount", [("20", "percent")]),
        ("160 new scanners", [("160", "scanner")]),
        ("live by 14 August", []),
        ("no numbers here", []),
        ("in 2", []),
        ("10 am", []),
        ("two or three", []),
        ("pound 3", [("3", "gbp")]),
        ("six of our engineers", [("6", "engineer")]),
        ("One of our engineers stays, no one leaves", []),
        ("one of the three sites", [("3", "site")]),
        ("twenty-one of our users", [("21", "person")]),
        ("The tills talk to one another", []),
        ("Einer unserer Techniker bleibt, un de nos techniciens, een van onze monteurs", []),
        ("onze jours", [("11", "days")]),
        ("One day we may do the canteen, you will one day see it, one day soon", []),
        (
            "one day of training, another in one day, we bring one day more, will one day of it do?",
            [("1", "days"), ("1", "days"), ("1", "days"), ("1", "days")],
        ),
        ("We will one day a week be on site", [("1", "days")]),
        ("You will one day a second shop open, we may one day next week see it", []),
        ("70 per cent", [("70", "percent")]),
        ("24 miesiace", [("24", "months")]),
        ("online for a full year", [("12", "months")]),
        ("half a year of support", [("6", "months")]),
        ("EUR 90 a year", [("90", "eur")]),
        ("a full refund", []),
        ("20 to 30 photos", [("30", "photo")]),
        ("28 on-site staff", [("28", "staff")]),
        ("1-2-1 meetings", [("1", "meet")]),
        ("20 to 30", []),
    ],
)
def test_numbers_are_read_with_what_they_count(said: str, expected: list[tuple[str, str]]) -> None:
    assert [(str(one.value), one.units[0]) for one in quantities(said)] == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("by 14 August", [(8, 14, None)]),
        ("by the 3rd of March 2026", [(3, 3, 2026)]),
        ("August 14th, 2026", [(8, 14, 2026)]),
        ("due 2026-08-14.", [(8, 14, 2026)]),
        ("bis 14.08.2026", [(8, 14, 2026)]),
        ("am 14.8. fertig", [(8, 14, None)]),
        ("am 3. März", [(3, 3, None)]),
        ("31 February", []),
        ("2026-13-01", []),
        ("version 3.11", []),
        ("May I ask", []),
        ("between 1 May and 3 May", [(5, 1, None), (5, 3, None)]),
        ("1 May 2 May", [(5, 1, None), (5, 2, None)]),
        ("6/5/2026", [(5, 6, 2026)]),
        ("staffed 24/7, from 24/7/2026", [(7, 24, 2026)]),
        ("due 7/24", [(7, 24, None)]),
        ("by the first of November", [(11, 1, None)]),
        ("on the twenty-first of May 2027", [(5, 21, 2027)]),
        ("am ersten November", [(11, 1, None)]),
        ("zum fünfzehnten März", [(3, 15, None)]),
        ("le premier novembre, pas le 1er mai", [(11, 1, None), (5, 1, None)]),
        ("el primero de noviembre", [(11, 1, None)]),
        ("the first may be late", []),
        ("on 28\nAugust\n2026", [(8, 28, 2026)]),
        ("März: 28\tAugust", [(8, 28, None)]),
        ("Seats: 12\nMarch: kick-off", []),
        ("Go-live March\n12 scanners", []),
        ("6/5, done 5/29", [(6, 5, None), (5, 29, None)]),
        ("6/5, done 29/5", [(5, 6, None), (5, 29, None)]),
    ],
)
def test_days_are_read_as_written_and_impossible_ones_are_not(
    said: str, expected: list[tuple[int, int, int | None]]
) -> None:
    assert [(one.month, one.day, one.year) for one in day_mentions(said)] == expected


def test_what_is_counted_is_shown_with_the_place_before_it() -> None:
    assert quantities("28 on-site staff")[0].shown == "28 on-site staff"


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ("20-30 photos", ("20", "30")),
        ("between two and three weeks", ("14", "21")),
        ("€20–30k", ("20000", "30000")),
        ("5 to 200 thousand lines", ("5000", "200000")),
        ("30 to 20 photos", ("None", "20")),
        ("from 4 to 6 seats", ("None", "6")),
        ("20 - 30 photos", ("None", "30")),
        ("modules 1-6 live", ("None", "6")),
        ("1-2 weeks", ("7", "14")),
        ("a two-hundred page dump", ("None", "100")),
    ],
)
def test_ranges_are_read_from_their_lesser_number_on(said: str, ends: tuple[str, str]) -> None:
    found = quantities(said)[-1]
    assert (str(found.least), str(found.value)) == ends


@pytest.mark.parametrize(
    ("said", "per"),
    [
        ("40 hours of support a month", "month"),
        ("six blog posts a month", "month"),
        ("GBP 54,000 for the year", "year"),
        ("900 hectares each week from June to August", "week"),
        ("EUR 5,000 per day after 4 December", "day"),
        ("three quarters of an hour", None),
        ("four languages online a month before", None),
        ("4 technicians twice a week", None),
        ("12 cameras, a visit a month", None),
    ],
)
def test_rates_are_read_past_the_rest_of_what_is_counted(said: str, per: str | None) -> None:
    assert quantities(said)[0].per == per


@pytest.mark.parametrize(
    "piece", ["1 to ", "1-", "between 1 and ", "1.", "1,1", "9" * 40, "twenty ", "jan ", "14 ", "a", "%", "\u0130"]
)
def test_long_hostile_text_is_read_in_time(piece: str) -> None:
    said = piece * 200_000
    started = time.process_time()
    figures_of(said)
    assert time.process_time() - started < 3
