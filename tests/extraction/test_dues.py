from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from atlas_sync.extraction.days import last_of_month, level, next_month_day, weekday_in_month
from atlas_sync.extraction.dues import complete_due, find_due, resolve_due

TUESDAY = datetime(2026, 3, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("phrase", "day"),
    [
        ("by 10 April", "2026-04-10"),
        ("on 1 March", "2027-03-01"),
        ("on Monday 16 March, 9:30", "2026-03-16"),
        ("April the first", "2026-04-01"),
        ("the thirteenth of November", "2026-11-13"),
        ("October sixteenth", "2026-10-16"),
        ("June 8", "2026-06-08"),
        ("01-Mar-2027 0700 hrs", "2027-03-01"),
        ("2026-05-04", "2026-05-04"),
        ("until 20.03.", "2026-03-20"),
        ("12/19", "2026-12-19"),
        ("17/10", "2026-10-17"),
        ("4/5", "2026-05-04"),
        ("before 1 October", "2026-09-30"),
        ("until 12/31/2027", "2027-12-31"),
        ("14-28 August", "2026-08-28"),
        ("in March", "2026-03-31"),
        ("until June 2029", "2029-06-30"),
        ("at the beginning of May", "2026-05-01"),
        ("week 24", "2026-06-12"),
        ("at the beginning of week 32", "2026-08-03"),
        ("end of Q2", "2026-06-30"),
        ("Q1", "2026-03-31"),
        ("H1 2027", "2027-06-30"),
        ("by EOD", "2026-03-03"),
        ("by EOW", "2026-03-06"),
        ("end of the month", "2026-03-31"),
        ("by the end of the quarter", "2026-03-31"),
        ("by year-end", "2026-12-31"),
        ("Friday", "2026-03-06"),
        ("Tuesday", "2026-03-10"),
        ("next Thursday", "2026-03-12"),
        ("next Monday", "2026-03-09"),
        ("Friday week", "2026-03-13"),
        ("a week on Friday", "2026-03-13"),
        ("by the end of next week", "2026-03-13"),
        ("the last Friday in January", "2027-01-29"),
        ("by the 24th", "2026-03-24"),
        ("as of the first", "2026-04-01"),
        ("tomorrow before lunch", "2026-03-04"),
        ("the day after tomorrow", "2026-03-05"),
        ("in two weeks", "2026-03-17"),
        ("within eleven days", "2026-03-14"),
        ("within seventy days", "2026-05-12"),
        ("in twenty-one days", "2026-03-24"),
        ("innerhalb von sieben Tagen", "2026-03-10"),
        ("in acht Wochen", "2026-04-28"),
        ("dans onze jours", "2026-03-14"),
        ("en ocho días", "2026-03-11"),
        ("bis 3. Mrz 2027", "2027-03-03"),
        ("within a fortnight", "2026-03-17"),
        ("in 10 business days", "2026-03-17"),
        ("this week", "2026-03-06"),
        ("by the last week of June", "2026-06-26"),
        ("week of 20 April", "2026-04-24"),
        ("20 Apr wk", "2026-04-24"),
        ("21/22 November", "2026-11-22"),
        ("6/3", "2026-03-06"),
        ("6/2", "2026-06-02"),
        ("in three months", "2026-06-03"),
        ("until Christmas", "2026-12-25"),
        ("the Friday before Labor Day", "2026-09-04"),
        ("bis 15. März", "2026-03-15"),
        ("bis Ende Mai", "2026-05-31"),
        ("nächste Woche", "2026-03-13"),
        ("d'ici vendredi", "2026-03-06"),
        ("le 15 mars", "2026-03-15"),
        ("fin mai", "2026-05-31"),
        ("para el viernes", "2026-03-06"),
        ("a finales de mayo", "2026-05-31"),
        ("até sexta-feira", "2026-03-06"),
        ("in the morning", "2026-03-04"),
        ("30 days from today", "2026-04-02"),
        ("within the next sixty days from today", "2026-05-02"),
        ("two weeks from tomorrow", "2026-03-18"),
        ("three weeks from Monday", "2026-03-30"),
        ("two days before the go-live on 1 July", "2026-06-29"),
        ("the day before 1 July", "2026-06-30"),
        ("5 working days before 1 July", "2026-06-24"),
        ("ten days after the end of the quarter", "2026-04-10"),
        ("EUR 40 a month from 1 July", "2026-07-01"),
        ("twice a week from Monday", "2026-03-09"),
        ("three per week from 5 May", "2026-05-05"),
        ("every two weeks from 1 July", "2026-07-01"),
        ("in the two weeks before 1 July", "2026-06-30"),
        ("by Tuesday next week", "2026-03-10"),
        ("on Tuesday of next week", "2026-03-10"),
        ("next week on Friday", "2026-03-13"),
        ("on Thursday this week", "2026-03-05"),
        ("Monday of the week after next", "2026-03-16"),
        ("by the end of the month after next", "2026-05-31"),
        ("the quarter after next", "2026-09-30"),
        ("the end of the year after next", "2028-12-31"),
        ("on the first Monday of next month", "2026-04-06"),
        ("in the second week of June", "2026-06-12"),
        ("in 30 Tagen ab heute", "2026-04-02"),
        ("zwei Wochen vor dem 1. Juli", "2026-06-17"),
        ("bis Ende des übernächsten Monats", "2026-05-31"),
        ("übernächste Woche", "2026-03-20"),
        ("am ersten Montag im Juni", "2026-06-01"),
        ("am letzten Freitag des nächsten Monats", "2026-04-24"),
        ("Dienstag nächster Woche", "2026-03-10"),
        ("mardi de la semaine prochaine", "2026-03-10"),
        ("le premier lundi de juin", "2026-06-01"),
        ("à la fin du mois prochain", "2026-04-30"),
        ("el martes de la próxima semana", "2026-03-10"),
        ("a finales del mes que viene", "2026-04-30"),
        ("el primer lunes de junio", "2026-06-01"),
        ("dentro de 30 días a partir de hoy", "2026-04-02"),
        ("by Fri 13th", "2026-03-13"),
        ("by Friday the 13th", "2026-03-13"),
        ("by next Friday, the 13th", "2026-03-13"),
        ("by Friday 13", "2026-03-13"),
        ("by Friday the 12th", "2026-06-12"),
        ("bis Freitag, den 13.", "2026-03-13"),
        ("d'ici vendredi 13", "2026-03-13"),
        ("by Friday 13:00", "2026-03-06"),
        ("by Friday 12, as always", "2026-03-06"),
        ("Friday 9-17", "2026-03-06"),
        ("by Friday (13 March)", "2026-03-13"),
        ("by Friday (the 13th)", "2026-03-13"),
        ("by Friday (13/3)", "2026-03-13"),
        ("by next Friday (20.3.)", "2026-03-20"),
        ("by the end of next week (12 March at the latest)", "2026-03-12"),
        ("by Friday (13 March if it rains)", "2026-03-06"),
        ("by the 13th (Friday)", "2026-03-13"),
        ("by Good  Friday", "2026-04-03"),
        ("Friday\u00a0week", "2026-03-13"),
        ("this\tafternoon", "2026-03-03"),
        ("within 10\n working days", "2026-03-17"),
        ("in the second\u202fquarter", "2026-06-30"),
        ("la semana  que viene", "2026-03-13"),
        ("COB Friday CET", "2026-03-06"),
        ("EOD Friday UK time", "2026-03-06"),
        ("by EOD next Friday", "2026-03-13"),
        ("by close of play tomorrow", "2026-03-04"),
        ("by EOD the 14th", "2026-03-14"),
        ("by 2026/05/14", "2026-05-14"),
        ("by 2026.05.14", "2026-05-14"),
        ("op 14-05-2026", "2026-05-14"),
        ("by 05-14-2026", "2026-05-14"),
        ("by 2026 Q2", "2026-06-30"),
        ("in Q2/2027", "2027-06-30"),
        ("by the end of the month of May", "2026-05-31"),
        ("bis Ende des Monats Mai", "2026-05-31"),
        ("avant la fin du mois d'avril", "2026-04-30"),
        ("EOM May", "2026-05-31"),
        ("by Thu 14.05.", "2026-05-14"),
        ("by Thu. 14.05", "2026-05-14"),
        ("Thursday, 14.05.2026", "2026-05-14"),
        ("Thursday, 2026-05-14", "2026-05-14"),
        ("bis Donnerstag, den 14.05.", "2026-05-14"),
        ("at Thursday, 14.05.", "2026-05-14"),
        ("on Friday 10.30.", "2026-03-06"),
        ("on Friday 9.12.", "2026-03-06"),
        ("on Fri 9-17", "2026-03-06"),
        ("14.05. (Thu)", "2026-05-14"),
        ("2026-05-14 (Thursday)", "2026-05-14"),
        ("14 May, a Thursday", "2026-05-14"),
        ("before 14 May, a Thursday", "2026-05-13"),
        ("on 14 May, then Thursday 21 May", "2026-05-21"),
        ("übernächsten Dienstag", "2026-03-17"),
        ("bis nächsten Dienstag", "2026-03-10"),
        ("vor dem 1. Mai", "2026-04-30"),
        ("avant le 1er mai", "2026-04-30"),
        ("antes del 1 de mayo", "2026-04-30"),
        ("mañana por la mañana", "2026-03-04"),
        ("a primeros de mayo", "2026-05-01"),
        ("courant mai", "2026-05-31"),
        ("in 10 Werktagen", "2026-03-17"),
        ("sous dix jours ouvrés", "2026-03-17"),
        ("en 10 días hábiles", "2026-03-17"),
        ("le mois prochain", "2026-04-30"),
        ("el mes que viene", "2026-04-30"),
        ("bis Quartalsende", "2026-03-31"),
        ("Ende Quartal", "2026-03-31"),
        ("bis Ende des nächsten Quartals", "2026-06-30"),
        ("avant la fin du trimestre", "2026-03-31"),
        ("le trimestre prochain", "2026-06-30"),
        ("im zweiten Quartal", "2026-06-30"),
        ("au deuxième trimestre 2027", "2027-06-30"),
        ("au T2", "2026-06-30"),
        ("fin T2", "2026-06-30"),
        ("before Black Friday", "2026-11-27"),
        ("by Black Friday week", "2026-11-27"),
        ("by Cyber Monday", "2026-11-30"),
        ("by Good Friday", "2026-04-03"),
        ("Good Friday to Easter Monday", "2026-04-06"),
        ("by Maundy Thursday", "2026-04-02"),
        ("on Ash Wednesday", "2027-02-10"),
        ("two weeks before Easter Monday", "2026-03-23"),
        ("bis Karfreitag", "2026-04-03"),
        ("d'ici vendredi saint", "2026-04-03"),
        ("antes del lunes de Pascua", "2026-04-06"),
        ("on Christmas Eve", "2026-12-24"),
        ("a 2 de out.", "2026-10-02"),
        ("até 15 set 2026", "2026-09-15"),
        ("01-out-2026", "2026-10-01"),
        ("sáb., até out.", "2026-10-31"),
        ("o mais tardar em set", "2026-09-30"),
        ("el 15 ago", "2026-08-15"),
        ("15 de março", "2026-03-15"),
        ("Release 14.04.", "2026-04-14"),
        ("Version 2.1.2027", "2027-01-02"),
    ],
)
def test_a_phrase_gives_its_day(phrase: str, day: str) -> None:
    assert resolve_due(phrase, said_at=TUESDAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "phrase",
    [
        "every Monday",
        "1/3 of the price",
        "to version 2026.3.1",
        "by a Friday",
        "any given Sunday",
        "an einem Samstag",
        "un sábado",
        "9/10 of the work",
        "1/3 des Preises",
        "order 12-05-2026-77",
        "on Mondays",
        "within fifteen minutes",
        "within one working day",
        "two weeks after signature",
        "Monday to Friday, 7 to 20h",
        "mid-March",
        "a mediados de mayo",
        "a mitad de abril",
        "à la mi-avril",
        "por la mañana",
        "a la mañana siguiente",
        "cada mañana",
        "turnos mañana y tarde",
        "jeden Morgen",
        "am Morgen",
        "T2 support",
        "tout le mois",
        "early next week",
        "24/7",
        "Q3 FY27",
        "before the board meeting",
        "the eighth business day of every month",
        "31 February",
        "once a year",
        "v2.10.3",
        "end of fiscal Q2",
        "Q2 of our fiscal year",
        "a few weeks from today",
        "two weeks before June",
        "10 days before 31 February",
        "the first Monday of the month",
        "no earlier than June 15",
        "We can't start before June 15",
        "15 June at the earliest",
        "at the earliest on 15 June",
        "nicht vor dem 15. Juni",
        "frühestens am 15. Juni",
        "pas avant le 15 juin",
        "le 15 juin au plus tôt",
        "no empezamos antes del 15 de junio",
        "by Friday the 14th",
        "each month by the 5th",
        "the report is monthly, by the 3rd",
        "by the 5th, every month",
    ],
)
def test_what_names_no_single_day_gives_none(phrase: str) -> None:
    assert resolve_due(phrase, said_at=TUESDAY) is None


@pytest.mark.parametrize(
    ("text", "phrase", "day"),
    [
        ("Stage 3 lands on 16 April; I can't keep the 19th of March.", "on 16 April", "2026-04-16"),
        ("It is the 17th, not the 12th.", "the 17th", "2026-03-17"),
        ("with you on 3 April rather than the 28th", "on 3 April", "2026-04-03"),
        ("We move by 10 April, so that you open on 20 April.", "by 10 April", "2026-04-10"),
        ("from 14 to 28 August", "to 28 August", "2026-08-28"),
        ("told V the last 2 or 3 may trail", None, None),
        ("the Monday report goes out at noon", None, None),
        ("The second shift is ours.", None, None),
        ("A live tech answers within fifteen minutes.", "within fifteen minutes", None),
        ("We ship the racks.", None, None),
        ("The launch will be no earlier than June 15.", "no earlier than June 15", None),
        ("The second wave starts no earlier than October.", "no earlier than October", None),
        ("No earlier than 15 June and by 30 June at the latest.", "by 30 June", "2026-06-30"),
        ("At your earliest convenience on 15 June.", "on 15 June", "2026-06-15"),
        ("What is not ready, we finish before 1 July.", "before 1 July", "2026-06-30"),
        ("Hypercare lasts six weeks after go-live, and we staff it.", "six weeks after go-live", None),
        ("Every copy goes 30 days after handover and we write.", "30 days after handover", None),
        ("five days after you sign it off", "five days after you sign", None),
        ("Every complaint is answered within 5 days.", "within 5 days", None),
        ("4.2 When a camera fails we replace it within 3 days.", "within 3 days", None),
        ("We test before each wave and share the report within 10 days.", "within 10 days", None),
        ("You get a decision within 3 days on each change request.", "within 3 days", None),
        ("We fix any defect in 5 days.", "in 5 days", None),
        ("We will answer minor tickets within 2 days.", "within 2 days", None),
        ("We will repair broken scanners within 3 days.", "within 3 days", None),
        ("Within 2 days we answer support requests.", "Within 2 days", None),
        ("Customer complaints are acknowledged within one day.", "within one day", None),
        ("Wir beantworten Anfragen innerhalb von 2 Tagen.", "innerhalb von 2 Tagen", None),
        ("Respondemos a las consultas en 2 días.", "en 2 días", None),
        ("Complaints: we will answer within 5 working days.", "within 5 working days", None),
        ("Invoices: we will correct them within 10 days.", "within 10 days", None),
        ("We'll turn visa letters around within 3 days.", "within 3 days", None),
        ("We'll reply to delegates' questions within one day.", "within one day", None),
        ("We will answer merchants' questions within 2 days.", "within 2 days", None),
        ("We will answer parents’ emails within 2 days.", "within 2 days", None),
        ("We will respond to retailers' complaints within 3 days.", "within 3 days", None),
        ("Partners' requests are answered within 2 days.", "within 2 days", None),
        ("Jens' team will answer appeals within 2 days.", "within 2 days", None),
        ("We will answer Chris Peters' questions within 2 days.", "within 2 days", "2026-03-05"),
        ("Appeals are answered within 14 days.", "within 14 days", None),
        ("Wir antworten innerhalb von 5 Tagen.", "innerhalb von 5 Tagen", None),
        ("Nous répondons sous 5 jours.", "sous 5 jours", None),
        ("Respondemos dentro de 5 días.", "dentro de 5 días", None),
        ("Wir antworten Ihnen innerhalb von 5 Tagen.", "innerhalb von 5 Tagen", "2026-03-08"),
        ("Thanks for the tender, we will respond within 10 days.", "within 10 days", "2026-03-13"),
        ("We'll answer Jens' questions within 3 days.", "within 3 days", "2026-03-06"),
        ("We'll answer JENS' questions within 3 days.", "within 3 days", "2026-03-06"),
        ("WE WILL ANSWER CUSTOMERS' QUESTIONS WITHIN 3 DAYS.", "WITHIN 3 DAYS", None),
        ("Our lawyer will reply within 5 days.", "within 5 days", "2026-03-08"),
        ("Our support team will reply within 5 days.", "within 5 days", None),
        ("We'll react to Lena's comments within 2 days.", "within 2 days", "2026-03-05"),
        ("We'll turn the draft around within 2 days.", "within 2 days", "2026-03-05"),
        ("We will answer three questions within 2 days.", "within 2 days", "2026-03-05"),
        ("We will install the kiosks within 10 days.", "within 10 days", "2026-03-13"),
        ("Drawings: we will send them within 10 days.", "within 10 days", "2026-03-13"),
        ("The kiosks: we will handle them within 10 days.", "within 10 days", "2026-03-13"),
        ("We'll send the reply within 3 days.", "within 3 days", "2026-03-06"),
        ("We'll answer in two weeks.", "in two weeks", "2026-03-17"),
        ("We will answer your questions within 2 days.", "within 2 days", "2026-03-05"),
        ("We will replace the broken scanners within 3 days.", "within 3 days", "2026-03-06"),
        ("We answer tickets and start the audit within 2 weeks.", "within 2 weeks", "2026-03-17"),
        ("When you sign, we start within 3 weeks.", "within 3 weeks", None),
        ("Once the deposit clears, our workshop ships it within ten days.", "within ten days", None),
        ("If she walks within six months, you get the fee back.", "within six months", None),
        ("Jede Anfrage wird innerhalb von 5 Tagen beantwortet.", "innerhalb von 5 Tagen", None),
        ("Sobald Sie unterschreiben, liefern wir binnen 10 Tagen.", "binnen 10 Tagen", None),
        ("Dès que vous signez, nous livrons dans 10 jours.", "dans 10 jours", None),
        ("Cada queja se responde en 5 días.", "en 5 días", None),
        ("When we meet in two weeks I will show you the draft.", "in two weeks", "2026-03-17"),
        ("I'll ask if that works, and you know within 3 days.", "within 3 days", "2026-03-06"),
        ("If all goes well we are live in six weeks.", "in six weeks", "2026-04-14"),
        ("We start at once and make every effort to be done within 3 weeks.", "within 3 weeks", "2026-03-24"),
        ("You get it, with pictures of each panel, within 3 weeks.", "within 3 weeks", "2026-03-24"),
        ("If the test fails, we are back within 3 weeks from today.", "3 weeks from today", "2026-03-24"),
        ("Every user gets a login by 5 May.", "by 5 May", "2026-05-05"),
        ("We deliver the report by Friday (13 March), and you sign.", "by Friday (13 March)", "2026-03-13"),
        ("The doors are up by Friday the 13th is my guess.", "by Friday the 13th", "2026-03-13"),
        ("By Friday the 2nd server is up.", "By Friday", "2026-03-06"),
        ("We deliver by 1 June if you sign by 3 May.", "by 1 June", "2026-06-01"),
        ("It stands on Thursday noon, 30 July.", "30 July", "2026-07-30"),
        ("The month of May is credited in full.", "The month", None),
        ("French version within the month of September.", "within the month of September", "2026-09-30"),
        ("We send it before close of business on 14 May.", "before close of business on 14 May", "2026-05-14"),
        ("We close on Mon 9.3. at noon.", "on Mon 9.3.", "2026-03-09"),
        ("A chef for 1/2 day, at no charge.", None, None),
        ("Three training mornings, one of them on a Saturday.", "on a Saturday", None),
        ("We'll never work on a Monday in your shop.", "on a Monday", None),
        ("We are there on a Friday in June.", "in June", "2026-06-30"),
        ("We are there on a Friday next week.", "on a Friday next week", "2026-03-13"),
        ("Entregamos até a sexta-feira.", "até a sexta-feira", "2026-03-06"),
        ("We do it  by Good\n Friday.", "by Good\n Friday", "2026-04-03"),
        ("We send it by EOD Friday to Sabine.", "by EOD Friday", "2026-03-06"),
        ("The shop is live on 14 May (Thursday), with all articles.", "on 14 May (Thursday)", "2026-05-14"),
        ("It is live on 14 May, a Thursday.", "on 14 May, a Thursday", "2026-05-14"),
        ("We install on 14 May, Friday we train.", "Friday", "2026-03-06"),
        ("By Monday first thing you have it.", "By Monday", "2026-03-09"),
        ("Every quarter we deliver a review by the 15th.", "Every quarter", None),
        ("We meet every month and you have the plan by the 5th.", "by the 5th", "2026-03-05"),
        ("Your monthly plan starts on the 5th.", "on the 5th", "2026-03-05"),
        ("We send it every month from the 5th.", "from the 5th", "2026-03-05"),
        ("Your first monthly report is there by the 5th.", "by the 5th", "2026-03-05"),
        ("The ads run by Super Bowl Sunday.", "by Super Bowl Sunday", None),
        ("We are there on the bank holiday Monday.", "on the bank holiday Monday", None),
        ("It works on 16 November, before the Black Friday madness.", "on 16 November", "2026-11-16"),
        ("We hang the Christmas lights.", None, None),
        ("Marc is on call over the Black Friday weekend.", "the Black Friday weekend", "2026-11-27"),
        ("We will send out 3 newsletters for you.", None, None),
        ("You get 1 out of 3 licences free.", None, None),
        ("We hand 'em out to your staff.", None, None),
        ("We'll be there to set everything up.", None, None),
        ("We will set 4 milestones with you.", None, None),
        ("Not long ago 3 scanners came.", None, None),
        ("Wir schicken Ihnen Marco 3 Tage.", None, None),
        ("Ce sera fait en sept jours.", None, None),
        ("You have it in twenty-one days.", "in twenty-one days", "2026-03-24"),
        ("Lo tiene en ocho días.", "en ocho días", "2026-03-11"),
        ("We will deliver release 2.1.", None, None),
        ("The penalties apply as set out in clauses 4.2. and 5.1.", None, None),
        ("Version 2.1. liefern wir bis 20.4.", "bis 20.4.", "2026-04-20"),
        ("Das steht in § 4.2. und in Ziffer 5.3. des Vertrags.", None, None),
        ("The driver waits at 10.11.", None, None),
        ("Go-live 3.4., danach Schulung.", "3.4.", "2026-04-03"),
        ("From July Priya will answer your questions.", "From July", "2026-07-01"),
        ("As of Q3 we answer your calls.", "As of Q3", "2026-07-01"),
        ("Starting in July, you get a report.", "in July", "2026-07-01"),
        ("You get a report from next month.", "from next month", "2026-04-01"),
        ("Ab Juli beantwortet Priya Ihre Fragen.", "Ab Juli", "2026-07-01"),
        ("Ab KW 30 liefern wir.", "Ab KW 30", "2026-07-20"),
        ("À partir de juillet, Priya répondra.", "À partir de juillet", "2026-07-01"),
        ("Dès la semaine prochaine, nous répondons.", "Dès la semaine prochaine", "2026-03-09"),
        ("Desde julio Priya responderá.", "Desde julio", "2026-07-01"),
        ("A partir da próxima semana respondemos.", "A partir da próxima semana", "2026-03-09"),
        ("From the end of July we answer your calls.", "From the end of July", "2026-07-31"),
        ("From this month we answer your calls.", "From this month", "2026-03-31"),
        ("From July to September we train your staff.", "to September", "2026-09-30"),
        ("We'll be starting in July.", "in July", "2026-07-31"),
        ("That leaves you one clean month before year end.", "before year end", None),
        ("That gives your team two weeks before year-end.", "two weeks before year-end", None),
        ("We go live on 30 November, leaving you a full month before year-end.", "on 30 November", "2026-11-30"),
        ("We'll give you one month before year end.", "one month before year end", "2026-11-30"),
        ("The plan gives you three training days before 15 June.", "before 15 June", "2026-06-14"),
    ],
)
def test_a_sentence_gives_its_deadline(text: str, phrase: str | None, day: str | None) -> None:
    assert find_due(text, said_at=TUESDAY) == (phrase, date.fromisoformat(day) if day else None)


def test_a_bare_number_of_a_day_stands_in_the_month_just_named() -> None:
    before = "Delivery date is 18 September."
    found = find_due("French comes earlier, on the 4th, for your QA.", said_at=TUESDAY, before=before)
    assert found == ("on the 4th", date(2026, 9, 4))
    assert resolve_due("on Friday the 4th", said_at=TUESDAY, before=before) == date(2026, 9, 4)
    assert resolve_due("on Friday the 13th", said_at=TUESDAY, before=before) == date(2026, 3, 13)
    assert resolve_due("on Tuesday the 31st", said_at=TUESDAY, before=before) == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("phrase", "month_first", "day"),
    [
        ("6/5/2026", True, "2026-06-05"),
        ("6/5/2026", False, "2026-05-06"),
        ("6/2", False, "2027-02-06"),
        ("17/10", True, "2026-10-17"),
        ("12/19", False, "2026-12-19"),
    ],
)
def test_a_slashed_date_is_read_as_the_others_there_are_written(phrase: str, month_first: bool, day: str) -> None:  # noqa: FBT001 - a table
    assert resolve_due(phrase, said_at=TUESDAY, month_first=month_first) == date.fromisoformat(day)


def test_marked_words_are_completed_to_the_phrase_they_belong_to() -> None:
    text = "We are done by 10 April, and the May figures follow."
    assert complete_due(text, (18, 23), said_at=TUESDAY) == ("by 10 April", date(2026, 4, 10))
    assert complete_due(text, (33, 36), said_at=TUESDAY) == ("May", date(2026, 5, 31))


def test_a_marked_span_that_is_started_anew_each_time_has_no_day() -> None:
    text = "From 1 April every complaint is answered within 5 days."
    assert complete_due(text, (text.index("within"), len(text) - 1), said_at=TUESDAY) == ("within 5 days", None)
    text = "Each month by the 5th you get a report."
    assert complete_due(text, (11, 21), said_at=TUESDAY) == ("by the 5th", None)
    text = "Every report is there by the 5th."
    assert complete_due(text, (22, 32), said_at=TUESDAY) == ("by the 5th", date(2026, 3, 5))


@pytest.mark.parametrize(
    ("text", "marked", "phrase"),
    [
        ("You get 25 photos per week.", "per", None),
        ("We send a batch before we do anything else.", "before we do", None),
        ("We write before the fair opens.", "before the fair opens", "before the fair opens"),
        ("We stay until Pride is over.", "until Pride", "until Pride"),
        ("It rests on the scaffold, and we ring on Mondays.", "Mondays", "Mondays"),
        ("A report comes with each release.", "each release", "each release"),
        ("Finials are on the scaffold.", "Finials", None),
        ("No charge per sheet, and it is here by 10 April.", "per", "by 10 April"),
        ("The agent will run on Windows 7.", "Windows 7", None),
        ("The agent will run on Windows 7.", "on Windows 7", None),
        ("We'll support Windows 11 and macOS 14.", "14", None),
        ("We'll support macOS 13 and 14.", "13 and 14", None),
        ("We upgrade you to SQL Server 2022.", "to SQL Server 2022", None),
        ("The agent runs on Windows 7 by 10 April.", "Windows 7", "by 10 April"),
        ("We move you to version 12.", "12", None),
        ("We move the Return 2027", "2027", "2027"),
        ("All is done by Term 2", "by Term 2", "by Term 2"),
        ("Go-live with Milestone 2", "with Milestone 2", "with Milestone 2"),
        ("We'll open at Oslo by 9", "by 9", "by 9"),
        ("we pay on WD 8", "WD 8", "WD 8"),
        ("We deliver the portal on March 20 and send the invoice on April 1.", "on March 20", "on March 20"),
        ("Wir liefern am März 20 und rechnen am 1. April ab.", "am März 20", "am März 20"),
        ("We deliver on Friday 23; the contract starts on 1 March.", "on Friday 23", "on Friday 23"),
        ("Go-live in FY 27", "in FY 27", "in FY 27"),
        ("Live in Fall 26", "in Fall 26", "in Fall 26"),
        ("Live in Semester 2", "in Semester 2", "in Semester 2"),
        ("It comes with Release 4", "with Release 4", "with Release 4"),
        ("We train with Cohort 2", "with Cohort 2", "with Cohort 2"),
        ("Then it stays at 14", "14", "14"),
    ],
)
def test_marked_words_that_say_nothing_of_a_time_are_as_good_as_unmarked(
    text: str, marked: str, phrase: str | None
) -> None:
    start = text.index(marked)
    assert complete_due(text, (start, start + len(marked)), said_at=TUESDAY)[0] == phrase


def test_marked_numbers_of_a_part_say_nothing_of_when() -> None:
    text = "We will deliver release 2.1."
    assert complete_due(text, (text.index("2.1"), len(text)), said_at=TUESDAY) == (None, None)


@pytest.mark.parametrize("phrase", ["30 days from today", "two months from tomorrow"])
def test_no_day_is_counted_past_the_last_one(phrase: str) -> None:
    assert resolve_due(phrase, said_at=datetime(9999, 12, 5, tzinfo=UTC)) is None


def test_the_calendar_keeps_places_and_leap_days() -> None:
    assert len(level("Straße İstanbul é")) == len("Straße İstanbul é")
    assert next_month_day(2, 29, said=date(2026, 3, 3)) == date(2028, 2, 29)
    assert weekday_in_month(-1, 4, date(2027, 1, 1)) == date(2027, 1, 29)
    with pytest.raises(ValueError, match="no such month"):
        last_of_month(2026, 13)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Forget the report within 3 business days, you'll get it the next business day.", None),
        ("Forget the report of Friday: you get it by Thursday.", "by Thursday"),
        ("We don't forget the report by Friday.", "by Friday"),
    ],
)
def test_a_day_that_is_to_be_forgotten_is_not_due(text: str, phrase: str | None) -> None:
    assert find_due(text, said_at=datetime(2026, 4, 20, tzinfo=UTC))[0] == phrase


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("We'll be on the phone for your first month end.", None),
        ("Phone support for the month end after go-live.", None),
        ("We run your year end close in the new system.", None),
        ("A manual for the month-end checklist comes with it.", None),
        ("We'll automate the quarter-end accruals.", None),
        ("Year-end forms (P60s) are included.", None),
        ("We prepare the year end tax forms.", None),
        ("Month-end and quarter-end accruals are automated.", None),
        ("EOY bonuses are paid through us.", None),
        ("Wir automatisieren die Quartalsende-Buchungen.", None),
        ("Les écritures de fin de mois sont incluses.", None),
        ("Automatizamos los informes de fin de mes.", None),
        ("EOM sales figures and EOM/EOQ reports are automated.", None),
        ("Month end weekly reports are ours.", None),
        ("We'll train staff on month end postings.", None),
        ("We will automate the EOM workflow.", None),
        ("We'll train your staff on EOM tasks.", None),
        ("We'll build month-end consolidated reports for you.", None),
        ("We'll send you month end automated emails.", None),
        ("You have it by the EOM Priya named.", "2026-03-31"),
        ("We deliver the interface EOM ready to use.", "2026-03-31"),
        ("We deliver the interface EOY free of charge.", "2026-12-31"),
        ("We'll have it ready EOM even if the vendor is late.", "2026-03-31"),
        ("Data migration: EOM confirmed.", "2026-03-31"),
        ("The interface is ours, month end delivered by us.", "2026-03-31"),
        ("We ship it month end directly to the site.", "2026-03-31"),
        ("We finish year end although it is tight.", "2026-12-31"),
        ("We finish the rollout month-end June.", "2026-06-30"),
        ("We finish the rollout end of month June.", "2026-06-30"),
        ("Year-end go-live is our plan.", "2026-12-31"),
        ("Year-end, all branches are live.", "2026-12-31"),
        ("At year end you have the report.", "2026-12-31"),
        ("By year-end Priya hands over.", "2026-12-31"),
        ("We switch before the year-end freeze.", "2026-12-31"),
        ("Wir liefern zum Jahresende - wie besprochen.", "2026-12-31"),
        ("Entregamos a fin de mes.", "2026-03-31"),
        ("The stock count is in by month end.", "2026-03-31"),
        ("All branches are live before year-end.", "2026-12-31"),
        ("You get 3 design days in a month.", None),
        ("We add up to 10% of users in a month at no charge.", None),
        ("Jusqu'à 20 demandes en une semaine sans frais.", None),
        ("The 20 laptops are with you in a month.", "2026-04-03"),
        ("We hold the three training days within a month.", "2026-04-03"),
    ],
)
def test_a_period_of_their_books_and_a_rate_are_no_day(text: str, day: str | None) -> None:
    _found, due = find_due(text, said_at=TUESDAY)
    assert due == (date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("text", "marked", "phrase"),
    [
        ("Six training days on site", "Six", None),
        ("Send the W-9 and the COI", "9", None),
        ("Data from MYOB: 2 years of history", "2 years of history", None),
        ("30 days of warranty after launch", "30 days of warranty after launch", None),
        ("We will scan the 12 years of payslip history to PDF", "12 years of payslip history", None),
        ("The price is frozen for 36 months", "for 36 months", "for 36 months"),
        ("Emergency attendance 30 minutes, 24/7", "30 minutes", "30 minutes"),
        ("There the first two weeks of production", "two weeks of production", "two weeks of production"),
        ("We reply two days of receipt", "two days of receipt", "two days of receipt"),
        ("We are there for the two days of Carnival", "two days of Carnival", "for the two days of Carnival"),
        ("Response is six", "six", "six"),
    ],
)
def test_a_count_of_things_says_nothing_of_when(text: str, marked: str, phrase: str | None) -> None:
    place = text.index(marked)
    assert complete_due(text, (place, place + len(marked)), said_at=TUESDAY) == (phrase, None)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("as you asked on 14 May, we'll add the gate report.", None),
        ("As agreed in our call on 28 May we'll add the gate report.", None),
        ("As per your mail of 20 May we will add it by 12 June.", "by 12 June"),
        ("We'll replace the scanner that broke on 28 May.", None),
        ("We'll send you the minutes of 28 May.", None),
        ("We'll replace what was delivered on 28 May.", None),
        ("We'll send the notes from Tuesday's workshop.", None),
        ("We'll credit the outage on Monday.", None),
        ("Birch and Ash went live on Tuesday, the rest follows on 9 June.", "on 9 June"),
        ("Wie am 14. Mai besprochen, liefern wir den Bericht.", None),
        ("Ihre Mail vom 20. März nehmen wir auf.", None),
        ("Wie am Montag besprochen liefern wir den Bericht.", None),
        ("Comme convenu le 14 mars, nous livrons le rapport.", None),
        ("Según su correo del 20 de marzo añadimos el informe.", None),
        ("You asked on 14 May 2026 for the report.", None),
        ("We'll discuss it on Monday.", "on Monday"),
        ("The plan will be agreed on Friday.", "on Friday"),
        ("We agreed on 14 August.", "on 14 August"),
        ("Delivery is confirmed for 14 May.", "for 14 May"),
        ("As agreed, by 14 May.", "by 14 May"),
        ("You pick with it on 7 May.", "on 7 May"),
        ("You get it from Tuesday.", "from Tuesday"),
    ],
)
def test_a_day_on_which_something_was_asked_or_agreed_is_not_due(text: str, phrase: str | None) -> None:
    assert find_due(text, said_at=datetime(2026, 6, 2, tzinfo=UTC))[0] == phrase


def test_marked_words_torn_from_a_week_name_no_day() -> None:
    text = "eight half-day sessions, never in the first week of a month"
    marked = (text.index("in the first"), text.index(" week"))
    assert complete_due(text, marked, said_at=TUESDAY)[1] is None


@pytest.mark.parametrize(
    ("text", "marked", "due"),
    [
        ("We'll backdate it to the installation day of each branch.", "day", None),
        ("We print the cards on 300gsm for you.", "300gsm", None),
        ("We'll automate the quarter-end accruals.", "the quarter-end", None),
        ("We'll automate the quarter-end accruals by 3 May.", "quarter-end accruals", "by 3 May"),
        ("The 22nd stays put.", "22nd", "22nd"),
        ("We'll start on Monday as long as we have it by 3 May.", "by 3 May", "on Monday"),
        ("It is live in June provided we have your data by 3 May.", "by 3 May", "in June"),
        ("We install it once you send us the plan by 3 May.", "3 May", None),
        ("We import the articles once you hand over the data by 3 May.", "by 3 May", None),
        ("We import the articles once the data is complete by 3 May.", "by 3 May", None),
        ("We import the articles once your team is ready on 3 May.", "on 3 May", None),
        ("We start once the contract has been signed by 3 May.", "by 3 May", None),
        ("Wir liefern, sofern Sie bis 3. Mai unterschreiben.", "3. Mai", None),
        ("If you sign by 3 May, we'll deliver by 1 June.", "by 1 June", "by 1 June"),
        ("We run it for you once you are live until 30 June.", "until 30 June", "until 30 June"),
        ("We train all users once the portal is live by 30 June.", "by 30 June", "by 30 June"),
        ("We switch over once your data is imported by 30 June.", "by 30 June", "by 30 June"),
        ("We start once you are given access on 30 June.", "on 30 June", "on 30 June"),
        ("We train all users once your shop is delivered on 30 June.", "on 30 June", "on 30 June"),
        ("We can do it, if you like, by 3 May.", "by 3 May", "by 3 May"),
        ("If you want by 3 May.", "by 3 May", "by 3 May"),
    ],
)
def test_marked_words_are_due_only_where_they_say_when_it_is_done(text: str, marked: str, due: str | None) -> None:
    start = text.index(marked)
    assert complete_due(text, (start, start + len(marked)), said_at=TUESDAY)[0] == due


def test_marked_words_are_found_however_the_text_is_set() -> None:
    text = "We  will have it\n running in  April, by 10\u00a0 April."
    marked = (text.rindex("April"), len(text) - 1)
    assert complete_due(text, marked, said_at=TUESDAY) == ("by 10\u00a0 April", date(2026, 4, 10))


def test_a_marked_day_on_which_something_was_asked_is_not_due() -> None:
    text = "As you asked on 14 May, we'll add the gate report."
    marked = (text.index("14"), text.index(","))
    assert complete_due(text, marked, said_at=datetime(2026, 6, 2, tzinfo=UTC)) == (None, None)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Instalaremos las cajas el 3 de junio; desde enero tienen el contrato.", "el 3 de junio"),
        ("Instalaremos el módulo que esperan desde enero.", None),
        ("Resolveremos o erro que têm desde março.", None),
        ("Corregiremos el error que tienen desde el 3 de enero.", None),
        ("Trabajamos con ustedes desde marzo de 2024.", None),
        ("Desde julio tendrán el soporte.", "Desde julio"),
        ("Tendrán el módulo desde el 15 de octubre.", "desde el 15 de octubre"),
        ("Desde octubre daremos soporte.", "Desde octubre"),
        ("Instalaremos el módulo que ya usan desde octubre.", None),
        ("Estará operativo desde finales de junio.", "desde finales de junio"),
        ("Garantizamos el precio desde septiembre de 2027.", "desde septiembre de 2027"),
    ],
)
def test_what_lasts_since_a_month_is_not_due_a_year_on(text: str, phrase: str | None) -> None:
    assert find_due(text, said_at=TUESDAY)[0] == phrase
