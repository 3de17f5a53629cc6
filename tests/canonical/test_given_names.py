from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_sync.canonical.given_names import given_names_differ, may_be_one_given_name
from atlas_sync.canonical.likeness import alike_people


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("thomas", "tom"),
        ("tomas", "tommy"),
        ("michael", "micheal"),
        ("katherine", "catherine"),
        ("stephen", "stefan"),
        ("rob", "robbie"),
        ("alex", "alexandra"),
        ("bob", "robert"),
        ("greta", "margarethe"),
        ("hans", "johannes"),
        ("sara", "sarah"),
        ("juergen", "jurgen"),
        ("bjorn", "bjoern"),
        ("a", "anna"),
    ],
)
def test_short_forms_initials_and_spellings_may_be_one_given_name(one: str, other: str) -> None:
    assert may_be_one_given_name(one, other)
    assert may_be_one_given_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anna", "peter"),
        ("paul", "paula"),
        ("peter", "petra"),
        ("maria", "mario"),
        ("wilhelm", "wilhelmine"),
        ("anna", "hanna"),
        ("marvin", "martin"),
        ("hans", "jens"),
        ("alexander", "alexandra"),
        ("stefan", "stefanie"),
        ("p", "anna"),
    ],
)
def test_names_that_differ_by_a_letter_or_an_ending_are_two(one: str, other: str) -> None:
    assert not may_be_one_given_name(one, other)
    assert not may_be_one_given_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Mueller", "Peter Mueller"),
        ("Mueller Peter", "Anna Mueller"),
        ("Anna Garcia Lopez", "Pedro Garcia Lopez"),
        ("Anna van der Berg", "Peter van der Berg"),
        ("Anna Mueller-Paulsen", "P. Mueller"),
        ("Anna Berg", "Hanna Bergh"),
        ("Hans Huber sen.", "Hans Huber jun."),
        ("Robert Fox, Jr.", "Robert Fox III"),
        ("Fox, Robert Senior", "Robert Fox Jr"),
    ],
)
def test_family_name_does_not_make_two_given_names_one(one: str, other: str) -> None:
    for left, right in ((one, other), (other, one)):
        assert given_names_differ(left, right)
        assert not alike_people(left, right)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hans-Peter Mueller", "HP Mueller"),
        ("Hans-Peter Mueller", "Peter Mueller"),
        ("Anna Maria Berg", "Maria Berg"),
        ("Berg Anna Maria", "Anna Berg"),
        ("A. P. Mueller", "Peter Mueller"),
        ("Mueller", "Anna Mueller"),
        ("Анна Мюллер", "Anna Mueller"),
        ("", "Anna Mueller"),
        ("Hans Huber", "Hans Huber jun."),
        ("Hans Huber jun.", "Hans Huber, Junior"),
        ("Hans Junior", "Hans Senior"),
        ("Amartya Sen", "Amartya Sen Jr."),
    ],
)
def test_names_in_other_order_with_more_or_fewer_words_or_letters_may_be_one(one: str, other: str) -> None:
    assert not given_names_differ(one, other)
    assert not given_names_differ(other, one)


@given(st.text(), st.text())
def test_any_two_texts_are_compared_the_same_both_ways_round(one: str, other: str) -> None:
    assert given_names_differ(one, other) == given_names_differ(other, one)
    assert not given_names_differ(one, one)
