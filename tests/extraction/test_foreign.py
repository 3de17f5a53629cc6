from __future__ import annotations

import pytest

from atlas_sync.canonical.model import Side
from atlas_sync.extraction.foreign import judge_foreign
from atlas_sync.extraction.judgement import Judgement
from atlas_sync.extraction.languages import Language, language_of
from atlas_sync.extraction.subject import retold
from atlas_sync.extraction.units import split
from tests.extraction.build import conversation


def _judged(text: str, language: Language | None = None, *, side: Side = "us") -> list[Judgement]:
    author = "Jens Brandt" if side == "customer" else "Lena Wirth"
    (unit,) = split(conversation(text, author=author, author_side=side))
    return judge_foreign(unit, language or language_of(text) or "en")


def _labels(text: str, language: Language | None = None, *, side: Side = "us") -> list[str]:
    return [one.label for one in _judged(text, language, side=side)]


@pytest.mark.parametrize(
    "text",
    [
        "Wir liefern die Regale bis zum 15. März und bauen sie auch auf.",
        "CNC-7 bekommst du bis 19. Juni, Lorenz.",
        "Die Anzeige am Tor verschiebt sich vom 30. Juni auf den 14. Juli, der Bildschirm ist defekt.",
        "Die Schulung wird auf den 14. Juli verschoben.",
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
        "Bis Freitag liefern wir die Schnittstelle.",
        "Die Reisekosten übernehmen wir.",
        "Morgen melde ich mich bei Ihnen.",
        "Wir gehen am 1. Juni bei Ihnen live.",
        "Je t'envoie la doc demain.",
        "On te livre le site pour fin avril.",
        "Nous t'enverrons le devis avant mardi.",
        "Wij gaan live op 1 juni, dat beloof ik je.",
        "De eerste training verzorgen wij kosteloos bij jullie.",
        "Consegneremo il portale entro il 14 aprile.",
        "Le invio domani l'offerta per la formazione.",
    ],
)
def test_common_commitments_are_found(text: str) -> None:
    assert _labels(text) == ["promise"]


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
        "Wenn der Vertrag da ist, liefern wir die Regale im März.",
        "Wir gehen davon aus, dass das Angebot für Sie passt.",
        "Als jullie tekenen, leveren wij in mei.",
        "Se firmate entro lunedì, consegneremo il portale a maggio.",
        "Das Wetter war schön und die Fahrt nach Hamburg auch.",
    ],
)
def test_bargains_hedges_questions_and_english_are_left_alone(text: str) -> None:
    assert _labels(text) == []


def test_a_quoted_commitment_counts_where_it_was_written() -> None:
    units = split(conversation("> Wir liefern die Regale bis zum 15. März und bauen sie auf."))
    assert [judge_foreign(unit, "de") for unit in units] == [[]]


@pytest.mark.parametrize(
    ("language", "text", "labels"),
    [
        ("de", "Wir liefern keine Hardware.", ["refusal"]),
        ("de", "Wir werden das nicht kostenlos machen.", ["refusal"]),
        ("de", "Kein Rabatt zugesagt!", ["refusal"]),
        ("de", "Die Reisekosten sind nicht inklusive.", ["scope"]),
        ("de", "Wir liefern bis Freitag, damit Sie nicht warten.", ["promise"]),
        ("de", "Wir liefern ohne Aufpreis, kein Aufpreis, versprochen.", ["promise"]),
        ("fr", "Nous ne livrerons pas le matériel.", ["refusal"]),
        ("fr", "hébergement stagiaires pas compris", ["scope"]),
        ("es", "No entregaremos hardware.", ["refusal"]),
        ("es", "No está garantizado.", ["refusal"]),
        ("es", "No se cobrará nada a la tienda.", ["promise"]),
        ("de", "Sie schicken uns die Liste bis Freitag.", ["obligation"]),
        ("de", "Bis Freitag schickt ihr uns den Plan.", ["obligation"]),
        ("de", "Ihr stellt uns den Testzugang, wir installieren alles.", ["obligation", "promise"]),
        ("de", "Die Schulung verschiebt sich nicht auf Juli.", ["refusal"]),
        ("fr", "Vous nous enverrez la liste avant vendredi.", ["obligation"]),
        ("es", "Tendrán que abrir el cortafuegos antes de Pascua.", ["obligation"]),
        ("pt", "Não entregaremos hardware.", ["refusal"]),
        ("pt", "Terão de abrir a firewall.", ["obligation"]),
        ("nl", "Jullie leveren de exports aan in week 16.", ["obligation"]),
        ("nl", "Wij leveren geen hardware.", ["refusal"]),
        ("it", "Dovrete aprire il firewall.", ["obligation"]),
        ("de", "Sie müssen nur die Daten schicken, wir installieren alles.", ["obligation", "promise"]),
        ("es", "Garantizamos que el precio de 27.800 € no subirá.", ["promise"]),
        ("es", "No garantizamos que la tienda esté lista en marzo.", ["refusal"]),
        ("es", "Me temo que no entregaremos en marzo.", ["refusal"]),
        ("es", "Confirmaremos que no entregaremos el módulo.", ["refusal"]),
        ("es", "Garantizamos que no entregaremos el módulo.", ["refusal"]),
        ("es", "Nos comprometemos a que el servicio no se interrumpa.", ["promise"]),
        ("es", "Entregaremos el módulo que ustedes no tienen.", ["promise"]),
        ("fr", "Nous vous confirmerons que nous ne livrerons pas le module.", ["refusal"]),
        ("fr", "Nous nous engageons à ce que les prix n'augmentent pas.", ["promise"]),
        ("fr", "Nous livrons le module que vous n'avez pas encore.", ["promise"]),
        ("it", "Vi confermeremo che non consegneremo il modulo.", ["refusal"]),
        ("it", "Garantiamo che non aumenteremo il prezzo.", ["promise"]),
        ("pt", "Garantimos que não entregaremos o módulo.", ["refusal"]),
        ("pt", "Garantimos que o preço não sobe.", ["promise"]),
        ("de", "Wir werden bestätigen dass wir nicht liefern.", ["refusal"]),
        ("de", "Wir werden den Liefertermin nicht berechnen können.", ["refusal"]),
        ("de", "Wir berechnen die Mengen nicht neu.", []),
        ("de", "Wir berechnen die Reisezeit nicht pauschal, sondern nach Aufwand.", []),
        ("de", "Wir berechnen die Reisezeit nicht unter 80 EUR.", []),
        ("de", "Wir verrechnen die Anzahlung nicht mit der Schlussrechnung.", []),
        ("de", "Wir berechnen die Anfahrt nicht, wenn der Termin steht.", ["promise"]),
        ("pt", "Garantimos que não haverá custos adicionais.", ["promise"]),
        ("fr", "Nous garantissons que le prix n'augmentera pas.", ["promise"]),
        ("fr", "Je pense que nous ne livrerons pas le module.", ["refusal"]),
        ("it", "Garantiamo che il prezzo non aumenterà.", ["promise"]),
        ("nl", "We garanderen dat de prijs drie jaar niet stijgt.", ["promise"]),
        ("nl", "We gaan dat de komende maanden niet doen.", ["refusal"]),
        ("nl", "Wij garanderen dat niet.", ["refusal"]),
        ("de", "Wir garantieren dass der Preis nicht steigt.", ["promise"]),
        ("nl", "We plaatsen in elke lift een noodknop.", ["promise"]),
        ("nl", "In mei vervangen we de deuren.", ["promise"]),
        ("nl", "We zetten de server klaar voor vrijdag.", ["promise"]),
        ("nl", "We plaatsen geen noodknop.", ["refusal"]),
        ("nl", "We twijfelen nog over de planning.", []),
        ("nl", "We herinneren u aan de afspraak op 3 juni.", []),
        ("nl", "We nodigen u uit voor de demo op 3 juni.", []),
        ("nl", "We vieren op 3 juni ons jubileum.", []),
        ("nl", "We voeren op 3 juni de migratie uit.", ["promise"]),
        ("nl", "We plaatsten gisteren de kast.", []),
        ("nl", "We kregen het rapport.", []),
        ("nl", "We denken dat het past.", []),
        ("nl", "Omdat we klanten hebben in België, is dat belangrijk.", []),
        ("es", "Garantizamos que no perderemos sus datos.", ["promise"]),
        ("es", "Nos aseguraremos de que no se pierda nada.", ["promise"]),
        ("es", "Instalaremos las cajas el 3 de junio para que el equipo no espere.", ["promise"]),
        ("es", "No instalaremos las cajas para que el equipo no espere.", ["refusal"]),
        ("fr", "Nous garantissons que nous ne perdrons pas vos données.", ["promise"]),
        ("fr", "Nous garantissons que nous ne vous livrerons aucun module.", ["refusal"]),
        ("fr", "Nous livrerons le module afin que l'équipe n'ait pas à attendre.", ["promise"]),
        ("it", "Garantiamo che non perderemo i dati.", ["promise"]),
        ("it", "Garantiamo che non consegneremo il modulo.", ["refusal"]),
        ("it", "Installeremo le casse in modo che il team non aspetti.", ["promise"]),
        ("pt", "Instalaremos as caixas para que a equipa não espere.", ["promise"]),
        ("de", "Wir verrechnen die Anfahrt nicht.", ["promise"]),
        ("de", "Wir werden die Anfahrt nicht verrechnen.", ["promise"]),
        ("de", "Wir werden die Anzahlung nicht verrechnen.", ["refusal"]),
        ("de", "Wir liefern damit die Hardware nicht.", ["refusal"]),
        ("nl", "We leveren op 3 juni zodat het team niet wacht.", ["promise"]),
        ("nl", "We herinneren de gebruikers eraan en leveren de kassa's.", ["promise"]),
    ],
)
def test_a_no_and_a_duty_of_the_customer_are_no_promises(language: Language, text: str, labels: list[str]) -> None:
    assert _labels(text, language) == labels


@pytest.mark.parametrize(
    ("language", "text", "labels"),
    [
        ("de", "Wir liefern die Daten bis Freitag.", ["obligation"]),
        ("fr", "Nous vous enverrons les données vendredi.", ["obligation"]),
        ("de", "Ihr habt uns zugesagt: wir bekommen es, ihr erhaltet die Logos.", ["promise"]),
        ("de", "Die Schulung ist im Festpreis enthalten.", ["promise"]),
        ("de", "Wir liefern keine Daten.", []),
        ("es", "No cobramos hasta que el cliente confirma.", []),
        ("nl", "We gebruiken nu Excel voor de planning.", []),
        ("nl", "We sturen de sleutels maandag.", ["obligation"]),
        ("es", "Queremos vender directo en Alemania antes de Navidad.", []),
        ("es", "Prepararemos los datos.", ["obligation"]),
        ("es", "Preparé los datos ayer.", []),
        ("pt", "Queremos vender na Alemanha antes do Natal.", []),
        ("pt", "Retirei a máquina.", []),
        ("fr", "Nous espérons recevoir le site.", []),
        ("fr", "Nous rencontrons des problèmes.", []),
        ("it", "Però il prezzo è alto.", []),
    ],
)
def test_what_a_customer_says_they_do_is_theirs(language: Language, text: str, labels: list[str]) -> None:
    assert _labels(text, language, side="customer") == labels


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("Die Schulung verschiebt sich auf den 14. Juli.", ["renegotiated"]),
        ("Wir verschieben die Schulung auf Montag, den 9. März.", ["renegotiated"]),
        ("Wir verschieben um eine Woche.", ["renegotiated"]),
        ("Wir verschieben den Start auf nächste Woche.", ["renegotiated"]),
        ("Die Abnahme wird auf Ende Mai verschoben.", ["renegotiated"]),
        ("Die Abnahme wird um zwei Wochen verschoben.", ["renegotiated"]),
        ("Die Migration wird auf Montag, den 14. Juli 2026, um 10 Uhr, verschoben.", ["renegotiated"]),
        ("Wir verschieben die Abnahme der Schnittstelle auf spätestens 14. Juli.", ["renegotiated"]),
        ("Wir verschieben die Abnahme auf Kalenderwoche 12.", ["renegotiated"]),
        ("Wir verschieben die Abnahme auf das zweite Quartal.", ["renegotiated"]),
        ("Die Abnahme verschiebt sich ins zweite Halbjahr.", ["renegotiated"]),
        ("Die Abnahme wird in den Juni verschoben.", ["renegotiated"]),
        ("Die Abnahme wird in die zweite Juniwoche verschoben.", ["renegotiated"]),
        ("Die Abnahme wird auf einen späteren Zeitpunkt verschoben.", ["renegotiated"]),
        ("Die Abnahme wird auf unbestimmte Zeit verschoben.", ["renegotiated"]),
        ("Die Daten werden in das zweite Archiv verschoben.", []),
        ("Die Postfächer werden in der Nacht auf Montag verschoben.", []),
        ("Die Postfächer werden in den nächsten Wochen auf den neuen Server verschoben.", []),
        ("Ihr verschiebt dann bitte die Abnahme auf Montag.", []),
        ("Die Postfächer der Filialen werden bis 20. Mai auf den neuen Server verschoben.", []),
        ("Wir verschieben Ihre Postfächer um Mitternacht auf den neuen Server.", []),
        ("Wir verschieben die Daten auf den neuen Server bis 20. März.", []),
        ("Bitte verschieben Sie unser Meeting auf Montag.", []),
        ("Verschieben Sie bitte unser Meeting auf den 9. März.", []),
    ],
)
def test_what_moves_to_another_day_was_promised_for_the_one_before(text: str, changes: list[str]) -> None:
    assert [one.change for one in _judged(text, "de")] == changes


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Die Reisekosten sind im Festpreis enthalten.", "price"),
        ("Die Schulung bekommt ihr von uns gratis dazu.", "price"),
        ("Wir schulen zwölf Leute bei Ihnen kostenlos.", "deliverable"),
        ("Die Anfahrt berechnen wir nicht.", "price"),
        ("Wir werden Ihnen die Anfahrt nicht berechnen.", "price"),
        ("Wir werden die Anfahrt nicht extra berechnen.", "price"),
        ("Wir verrechnen keine Reisekosten für den Workshop.", "price"),
        ("No le cobraremos nada por los cambios.", "price"),
        ("Não cobraremos nada por isso até março.", "price"),
        ("Nous ne vous facturerons pas les déplacements.", "price"),
        ("Wij rekenen geen voorrijkosten voor de reis.", "price"),
        ("We brengen de reistijd niet in rekening.", "price"),
        ("Non vi addebiteremo le modifiche.", "price"),
    ],
)
def test_what_is_free_is_a_promise_of_price_where_nothing_is_done(text: str, kind: str) -> None:
    assert [(one.kind, one.needs_review) for one in _judged(text)] == [(kind, True)]


@pytest.mark.parametrize(
    ("language", "text", "labels"),
    [
        ("de", "Lena richtet die Testumgebung bis KW 14 ein", ["promise"]),
        ("de", "Lena übernimmt die Abstimmung", ["promise"]),
        ("de", "Lena liefert keine Hardware", ["refusal"]),
        ("de", "Jens liefert die Daten", ["obligation"]),
        ("fr", "Lena envoie le planning avant vendredi", ["promise"]),
        ("es", "Lena envía la planificación", ["promise"]),
        ("nl", "Jens levert de productdata aan", ["obligation"]),
        ("de", "Lena findet das gut", []),
    ],
)
def test_what_somebody_named_does_is_their_side_s(language: Language, text: str, labels: list[str]) -> None:
    minutes = conversation(text, kind="meeting")
    (unit,) = split(minutes)
    assert [one.label for one in judge_foreign(unit, language, retold(unit, minutes))] == labels
