from __future__ import annotations

import pytest

from atlas_sync.extraction.penalties import is_penalty


@pytest.mark.parametrize(
    "text",
    [
        "If we miss 18 September we work for free.",
        "As agreed: if we are late, you get 5 % back.",
        "As agreed, if we take longer than 4 hours we credit 5 % of the fee.",
        "If we are not done by 30 June you pay 5 % less.",
        "If we can't deliver by 30 June, we tell you by 15 June.",
        "When we fail to restore your data within 8 hours, we refund the monthly fee.",
        "If the system is up less than 99.5 % of the time, you get 10 % back.",
        "If it takes more than 2 days, we pay 500 euros a day.",
        "For each week of delay we take 1 % off the price.",
        "We credit 5 % of the fee for every ticket that we answer later than 4 hours.",
        "If you do not get the manual by 30 June, you can leave the contract without notice.",
        "Liefern wir das Handbuch nicht bis 30. Juni, zahlen Sie 5 % weniger.",
        "Falls wir länger als 4 Stunden brauchen, schreiben wir Ihnen 5 % gut.",
        "Si nous ne livrons pas avant le 30 juin, vous payez 5 % de moins.",
        "L'intervention est gratuite si le technicien n'est pas sur place sous 24 heures.",
        "Si no entregamos antes del 30 de junio, pagáis un 5 % menos.",
        "Se non consegniamo entro il 30 giugno, avete uno sconto del 5 %.",
        "Als we niet voor 30 juni leveren, betaalt u 5 % minder.",
        "If we're later than 10 working days after lock, you don't pay the final milestone.",
        "If the report is late, you won't be billed for it.",
        "We won't invoice the month if we miss the date.",
        "Wenn wir zu spät liefern, berechnen wir nichts.",
        "Si l'import n'est pas prêt le 28 août, vous ne payez pas septembre.",
        "Si no está listo el 28 de agosto, no pagáis septiembre.",
        "Als de import niet live is, betaalt u september niet.",
        "Each ticket that we do not answer within 4 hours is free of charge.",
        "Every visit later than 24 hours is free of charge.",
        "Every ticket not answered within 4 hours is free of charge.",
        "Each printer not working by Monday is free of charge.",
        "Every support visit not made within 24 hours is free of charge.",
        "Where the import isn't live by 28 August, you get 5 % back.",
        "Where a ticket is not answered within 4 hours, we credit 5 % of the fee.",
    ],
)
def test_what_is_given_where_a_promise_fails_is_a_penalty(text: str) -> None:
    assert is_penalty(text)


@pytest.mark.parametrize(
    "text",
    [
        "We answer every ticket within 4 hours.",
        "We answer every ticket within 4 hours; if we don't, you get 5 % back.",
        "We deliver by 30 June, and you pay nothing if we don't.",
        "We answer in 4 hours and you pay nothing if we are late.",
        "If you need the visit within 24 hours, it is free of charge.",
        "If you have more than 50 users, you get 5 % discount.",
        "If you send the texts by 1 May, we deliver by 30 June.",
        "If it is not raining, we deliver by 30 June.",
        "When we train your staff in May, it is free of charge.",
        "The set-up is free of charge.",
        "You won't be charged for the first month.",
        "If you have fewer than 50 users, you don't pay for the module.",
        "We answer within 4 hours, and you don't pay if we don't.",
        "Die Einrichtung ist kostenlos, wenn Sie bis Mai bestellen.",
        "La formation est gratuite si vous signez en mai.",
        "Every site gets its router no later than 30 June, free of charge.",
        "We will install the scanners free of charge at each site no later than 30 June.",
        "The training is free of charge if there are not more than 20 people.",
        "Support is free of charge for every site and not only for Leeds.",
        "Every site gets its router for free, and not a used one.",
        "Every site not yet listed gets its router free of charge.",
        "Every site gets a router not used before, free of charge.",
        "Where the line is ready we install free of charge.",
        "Where it is not more than 20 people, the training is free of charge.",
        "Where the site is no bigger than Leeds, the visit is free of charge.",
        "Die Schulung ist kostenlos, wenn es nicht mehr als 20 Teilnehmer sind.",
        "La formation est gratuite pour chaque site et pas plus tard que le 30 juin.",
        "La formación es gratis si vienen no más de 20 personas.",
        "La formazione è gratuita se siete non più di 20 persone.",
        "De training is kosteloos als het niet meer dan 20 mensen zijn.",
    ],
)
def test_a_promise_with_or_without_its_own_terms_is_none(text: str) -> None:
    assert not is_penalty(text)
