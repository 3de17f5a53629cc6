from __future__ import annotations

import pytest

from atlas_sync.extraction.languages import Language, is_hardly_english, language_of, language_within

TEXTS = {
    "en": "We will have you on the new platform by Friday, and the report is with you on Monday.",
    "de": "Wir haben das Angebot für Sie fertig und schicken es Ihnen am Montag mit der Post.",
    "fr": "Nous avons bien reçu votre demande et le rapport est prêt pour la réunion de lundi.",
    "es": "Hemos recibido los datos y el informe está listo para la reunión del lunes con ustedes.",
    "pt": "Já recebemos os dados e o relatório está pronto para a reunião de segunda, não se preocupe.",
    "nl": "Wij hebben de gegevens ontvangen en het rapport is klaar voor de vergadering van maandag.",
    "it": "Abbiamo ricevuto i dati e il rapporto è pronto per la riunione di lunedì con voi.",
}


@pytest.mark.parametrize(("language", "text"), TEXTS.items(), ids=TEXTS)
def test_a_language_is_told_by_its_small_words(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "OK", "340 k€ 12/12", "שלום", "Kestrel GmbH, Hallmann AG"])
def test_where_too_little_is_said_no_language_is_told(text: str) -> None:
    assert language_of(text) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Mise en service en mai, sans frais."),
        ("fr", "On livre en mai, c'est promis."),
        ("es", "Formaremos a dos personas por tienda."),
        ("es", "Nos encargamos de la migración."),
        ("es", "Enviaremos la factura a final de mes."),
        ("de", "Angebot bis Freitag, Festpreis 24.500"),
        ("de", "Schulung ohne Aufpreis."),
        ("nl", "We leveren in mei."),
        ("it", "La formazione è inclusa nel prezzo."),
    ],
)
def test_a_short_line_is_told_by_days_and_words_of_a_sale_too(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "I'll do a demo on 14 May, no charge.",
        "A no-show gets credited, double.",
        "After each sprint you get from me a half page, no more, no less.",
        "Am I audible, sir? One minute, I am just unmuting Prakash.",
        "Free as a bird.",
        "no DoS no phys",
        "O&M manuals in Welsh also. no.",
        "7y parts cover -> yes, no svc contract needed",
    ],
)
def test_words_that_english_has_too_tell_of_no_other_language(text: str) -> None:
    assert language_of(text) in {"en", None}


@pytest.mark.parametrize(
    ("text", "whole", "language"),
    [
        ("Wir liefern das im Mai an Sie.", "en", "de"),
        ("The Café de la Paix and Les Halles, le mardi.", "en", "en"),
        ("No entregaremos hardware.", "es", "es"),
        ("We will be live in May.", "de", "en"),
        ("Go-live 14.4.", "de", "de"),
        ("Nos encargamos de la base.", "es", "es"),
        ("Wir liefern bis Freitag.", None, "de"),
        ("OK", None, None),
    ],
)
def test_a_part_is_in_the_language_of_the_whole_unless_it_plainly_is_not(
    text: str, whole: Language | None, language: str | None
) -> None:
    assert language_within(text, whole) == language


@pytest.mark.parametrize("text", ["Wir migrieren alle Filialen.", "på måndag", "6 Juni"])
def test_a_line_with_another_word_and_no_english_one_is_hardly_english(text: str) -> None:
    assert is_hardly_english(text)


@pytest.mark.parametrize("text", ["Tell 'em.", "honoring 212", "Müller", "EN/FR captions", "The für is a typo"])
def test_a_terse_line_a_name_and_two_letters_may_be_english(text: str) -> None:
    assert not is_hardly_english(text)
