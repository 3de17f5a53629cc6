from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_sync.canonical.normalize import (
    company_key,
    domain_of,
    email_key,
    fold,
    month_comes_first,
    name_block,
    name_key,
    person_key,
    shown_name,
    site_domain,
    surname,
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Köhler", "koehler"),
        ("STRAẞE", "strasse"),
        ("Łukasz Åberg", "lukasz aberg"),
        ("Inês", "ines"),
        ("Yıldız", "yildiz"),
        ("YILDIZ", "yildiz"),
        ("Cœur", "coeur"),
        ("", ""),
    ],
)
def test_fold_spells_accents_as_people_type_them(text: str, key: str) -> None:
    assert fold(text) == key


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Pellworth & Daughters Ltd", "Pellworth and Daughters, Limited"),
        ("Nordhavn Logistics GmbH", "NORDHAVN  logistics"),
        ("Å-Bygg AB", "a bygg"),
    ],
)
def test_company_key_ignores_legal_form_and_punctuation(left: str, right: str) -> None:
    assert company_key(left) == company_key(right)


def test_company_that_is_only_a_legal_form_keeps_it() -> None:
    assert company_key("Limited") == "limited"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Köhler, Dr. Margarethe", "margarethe koehler"),
        ("Dr. Margarethe Köhler", "margarethe koehler"),
        ("Prince", "prince"),
        ("Robert Fox, Jr.", "robert fox jr"),
        ("Fox, Robert Jr.", "robert jr fox"),
        ("Dr", "dr"),
    ],
)
def test_person_key_drops_titles_and_turns_names_round(name: str, key: str) -> None:
    assert person_key(name) == key


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Thode, Anke Dr.", "Dr. Anke Thode"),
        ("van den Berg, Ruth", "Ruth van den Berg"),
        ("Ruth Amadi", "Ruth Amadi"),
        ("Amadi, Ruth, MBA", "Amadi, Ruth, MBA"),
        ("Amadi,", "Amadi,"),
        ("Robert Fox, Jr.", "Robert Fox, Jr."),
        ("", ""),
    ],
)
def test_name_is_shown_as_it_is_said(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@pytest.mark.parametrize(
    ("text", "month_first"),
    [
        ("by 5/29/2026, then 6/5/2026", True),
        ("29/5 and 6/5", False),
        ("6/5/2026", None),
        ("5/29/2026 and 29/5", True),
        ("5/29/26 and 29/5/26", None),
        ("24/7, 50/12, 20/60 and 3/30/31/2", None),
        ("https://x.example/5/29", None),
        ("no date", None),
    ],
)
def test_dates_that_read_in_one_way_only_tell_of_the_others(text: str, month_first: bool | None) -> None:  # noqa: FBT001 - a table
    assert month_comes_first(text) is month_first


@pytest.mark.parametrize(
    "name",
    [
        "agb@pellworth.example",
        "Unnamed",
        "[not provided]",
        "N/A",
        "Herr Unbekannt",
        "Unknown Unknown",
        "Former user",
        "-",
        "",
    ],
)
def test_what_is_written_for_want_of_a_name_is_compared_by_nothing(name: str) -> None:
    assert (name_key(name), name_block(name), surname(name)) == ("", None, "")


@pytest.mark.parametrize("name", ["Anna Test", "Zoe Given", "Max Null", "An No", "info@pellworth.example"])
def test_name_of_somebody_or_of_a_mailbox_that_many_read_is_compared(name: str) -> None:
    assert name_key(name) == person_key(name) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jürgen Müller", "Jurgen Muller"),
        ("Bjørn Sørensen", "Bjoern Soerensen"),
        ("Åsa Åberg", "Aasa Aaberg"),
        ("Anna Schmidt", "Anna Schmitt"),
        ("Hans Huber sen.", "H. Huber"),
        ("Robert Fox, Jr.", "Robert Fox III"),
        ("Sunil Kumar Sen", "Sunil Sen"),
        ("Hans Junior", "H. Junior"),
    ],
)
def test_spellings_of_one_family_name_are_nearly_one_with_or_without_a_word_for_the_son(one: str, other: str) -> None:
    assert name_block(one) == name_block(other) is not None


def test_surname_is_the_last_word() -> None:
    assert surname("Ruth van den Berg") == "berg"
    assert surname("") == ""


@pytest.mark.parametrize(
    ("site", "domain"),
    [
        ("Pellworth.example", "pellworth.example"),
        ("facebook.com", None),
        ("de.linkedin.com", None),
        ("sites.google.com", None),
        ("wixsite.com", None),
        ("roma.wixsite.com", "roma.wixsite.com"),
        ("notfacebook.com", "notfacebook.com"),
        ("rambler.ru", None),
        (None, None),
    ],
)
def test_site_where_many_have_a_page_tells_no_company(site: str | None, domain: str | None) -> None:
    assert site_domain(site) == domain


@pytest.mark.parametrize("text", ["n/a", "", None, "a@b", "two words@x.example"])
def test_no_address_is_no_key(text: str | None) -> None:
    assert email_key(text) is None


def test_free_mail_tells_no_employer() -> None:
    assert domain_of("jo@gmail.com") is None
    for domain in (
        "hotmail.es",
        "outlook.es",
        "gmx.com",
        "live.de",
        "yahoo.com.br",
        "posteo.de",
        "fastmail.com",
        "sapo.pt",
        "rambler.ru",
        "hey.com",
    ):
        assert domain_of(f"jo@{domain}") is None, domain
    assert domain_of("jo@live.example") == "live.example"
    assert domain_of("Jo@Pellworth.Example") == "pellworth.example"


@given(st.text())
def test_keys_are_total_and_stable(text: str) -> None:
    for key in (fold, company_key, person_key):
        assert key(key(text)) == key(text)
