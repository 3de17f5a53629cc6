from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.coverage.compared import Plan
from atlas_sync.coverage.comparison import compare
from atlas_sync.coverage.named import compare_names


@pytest.mark.parametrize(
    ("said", "planned", "both"),
    [
        ("We deliver 10 scanners to Hamburg", "Deliver 10 scanners to Bremen", ("Hamburg", "Bremen")),
        ("Free Wi-Fi in the store in Leipzig", "Free Wi-Fi Köln store", ("Leipzig", "Köln")),
        ("Two days in Osaka and Tokyo", "2 TAGE NAGOYA", ("Osaka, Tokyo", "NAGOYA")),
        ("The team is in New York", "Team Chicago", ("New York", "Chicago")),
        ("The data stays in Hungary", "Hosting Italien", ("Hungary", "Italien")),
        ("Priya Nair stays your project manager", "Project manager: Tom Weber", ("Priya Nair", "Tom Weber")),
        ("Herr Dr. van Hulst calls you", "Call by Mrs O'Brien", ("Dr. van Hulst", "Mrs O'Brien")),
    ],
)
def test_place_or_person_of_another_name_contradicts_with_both(said: str, planned: str, both: tuple[str, str]) -> None:
    (found,) = (one for one in compare(said, None, Plan(planned)) if one.topic == "name")
    assert (found.agrees, found.said, found.planned) == (False, *both)


@pytest.mark.parametrize(
    ("said", "planned"),
    [
        ("Training in Munich", "Schulung München"),
        ("Training in Vienna", "Schulung Wien, Anreise aus Graz"),
        ("Training in Hamburg", "Training in Outlook"),
        ("Training in Hamburg", "Schulung in Deutschland"),
        ("Training in Hamburg, not in Bremen", "Schulung Hamburg"),
        ("Your men do not stay in Istanbul", "Zimmer Graz"),
        ("Training in Hamburg", "training for bremen.example"),
        ("Priya Nair stays with you", "Priya bleibt, Tom Weber geht"),
        ("Priya Nair stays with you", "Frau Nair bleibt"),
        ("Herr Weber calls", "Thomas Weber ruft an"),
        ("Herr Weber calls", "Anna ruft an"),
        ("Herr Weber calls", "Test in San Simone Nord"),
        ("Herr Weber calls", "PETER TESTS"),
        ("Follow Up With Power Users", "Import Legacy Data"),
    ],
)
def test_names_that_may_be_one_and_words_that_may_be_none_say_nothing(said: str, planned: str) -> None:
    assert not [*compare_names(said, planned), *compare_names(planned, said)]


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts_are_held_together_by_their_names(said: str, planned: str) -> None:
    assert not [one for one in compare_names(said, planned) if one.agrees]
