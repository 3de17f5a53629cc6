from __future__ import annotations

import pytest

from atlas_sync.extraction.languages import foreign_commitments, language_of
from atlas_sync.extraction.units import split
from tests.extraction.build import conversation

TEXTS = {
    "en": "We will have you on the new platform by Friday, and the report is with you on Monday.",
    "de": "Wir haben das Angebot für Sie fertig und schicken es Ihnen am Montag mit der Post.",
    "fr": "Nous avons bien reçu votre demande et le rapport est prêt pour la réunion de lundi.",
    "es": "Hemos recibido los datos y el informe está listo para la reunión del lunes con ustedes.",
    "pt": "Já recebemos os dados e o relatório está pronto para a reunião de segunda, não se preocupe.",
}


@pytest.mark.parametrize(("language", "text"), TEXTS.items(), ids=TEXTS)
def test_a_language_is_told_by_its_small_words(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "OK", "340 k€ 12/12", "שלום", "Kestrel GmbH, Hallmann AG"])
def test_where_too_little_is_said_no_language_is_told(text: str) -> None:
    assert language_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Wir liefern die Regale bis zum 15. März und bauen sie auch auf.",
        "Die Schulung ist im Preis enthalten, das ist für uns klar.",
        "Sie bekommen den Bericht am Freitag von mir.",
        "Das wird bis Ende Mai von uns geliefert und installiert.",
        "Nous vous livrerons les lecteurs avant la fin du mois.",
        "Vous aurez le rapport vendredi et la formation est offerte.",
        "Je m'engage à vous donner une réponse pour lundi.",
        "Les enviaremos el informe para el viernes con los datos.",
        "La formación va sin coste para ustedes, es nuestra palabra.",
        "Enviaremos o relatório até sexta-feira com os dados.",
        "A formação é por nossa conta e não tem custos.",
    ],
)
def test_common_commitments_are_found(text: str) -> None:
    (unit,) = split(conversation(text))
    assert foreign_commitments(unit) is not None


@pytest.mark.parametrize(
    "text",
    [
        "We will deliver the racks by Friday.",
        "Wenn Sie bis Freitag unterschreiben, liefern wir die Regale im März.",
        "Vielleicht schicken wir Ihnen das Angebot noch vor der Messe.",
        "Könnten Sie uns die Dateien bis Montag schicken?",
        "Si vous signez avant lundi, nous vous livrerons les lecteurs.",
        "Lamentablemente no podemos enviar el informe en la semana.",
        "Talvez possamos enviar o relatório na semana que vem.",
        "Das Wetter war schön und die Fahrt nach Hamburg auch.",
    ],
)
def test_bargains_hedges_questions_and_english_are_left_alone(text: str) -> None:
    (unit,) = split(conversation(text))
    assert foreign_commitments(unit) is None


def test_a_quoted_commitment_counts_where_it_was_written() -> None:
    units = split(conversation("> Wir liefern die Regale bis zum 15. März und bauen sie auf."))
    assert [foreign_commitments(unit) for unit in units] == [None]
