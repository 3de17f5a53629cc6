from __future__ import annotations

import pytest

from atlas_sync.extraction.clean import clean
from atlas_sync.extraction.lines import Line

OWN = "We start on Monday."
OLD = "We will never read this twice."
ON_WROTE = "On Tue, 13 Jan 2026 at 10:04, Jens Brandt <j.brandt@hallmann.example> wrote:"


def zones(body: str, *, is_html: bool = False, kind: str = "email", subject: str | None = None) -> dict[str, str]:
    return {
        line.text.strip(): line.zone
        for line in clean(body, is_html=is_html, kind=kind, subject=subject, author="Lena Wirth")
    }


REPLY_HEADS = {
    "english": ON_WROTE,
    "wrapped": "On Tue, Jan 13, 2026 at 10:04 AM Jens Brandt <\nj.brandt@hallmann.example> wrote:",
    "wrapped in the middle": "On Tue, Jan 13, 2026 at 10:04 AM Jens Brandt\n<j.brandt@hallmann.example>\nwrote:",
    "german": "Am 13.01.2026 um 10:04 schrieb Jens Brandt <j.brandt@hallmann.example>:",
    "german, name first": "Jens Brandt <j.brandt@hallmann.example> schrieb am Di., 13. Jan. 2026, 10:04:",
    "french": "Le mar. 13 janv. 2026 à 10:04, Jens Brandt <j.brandt@hallmann.example> a écrit :",
    "spanish": "El mar, 13 ene 2026 a las 10:04, Jens Brandt (<j.brandt@hallmann.example>) escribió:",
    "portuguese": "Em ter., 13 de jan. de 2026 às 10:04, Jens Brandt <j.brandt@hallmann.example> escreveu:",
    "dutch": "Op di 13 jan 2026 om 10:04 schreef Jens Brandt <j.brandt@hallmann.example>:",
    "swedish": "Den tis 13 jan. 2026 kl 10:04 skrev Jens Brandt <j.brandt@hallmann.example>:",
    "danish": "Den 13. jan. 2026 kl. 10.04 skrev Jens Brandt <j.brandt@hallmann.example>:",
    "bar": "-----Original Message-----",
    "bar, german": "-----Ursprüngliche Nachricht-----\nVon: Jens Brandt\nGesendet: Dienstag, 13. Januar 2026\nAn: Lena\nBetreff: x",
    "outlook": "From: Jens Brandt <j@hallmann.example>\nSent: 13 January 2026 10:04\nTo: Lena Wirth\nCc: Dapo\nSubject: Offer",
    "outlook, bold": "*From:* Jens Brandt <j@hallmann.example>\n*Sent:* 13 January 2026 10:04\n*To:* Lena\n*Subject:* Offer",
    "outlook, german": "Von: Jens Brandt\nGesendet: Dienstag, 13. Januar 2026 10:04\nAn: Lena Wirth\nBetreff: Angebot",
    "outlook, french": "De : Jens Brandt\nEnvoyé : mardi 13 janvier 2026 10:04\nÀ : Lena Wirth\nObjet : Offre",
    "outlook, spanish": "De: Jens Brandt\nEnviado el: martes, 13 de enero de 2026\nPara: Lena Wirth\nAsunto: Oferta",
    "outlook, portuguese": "De: Jens Brandt\nEnviado: 13 de janeiro de 2026\nPara: Lena Wirth\nAssunto: Proposta",
    "outlook, brazilian": "De: Jens Brandt\nEnviada em: terça-feira, 13 de janeiro de 2026 10:04\nPara: Lena Wirth\nAssunto: Proposta",
    "outlook, czech": "Od: Jens Brandt\nOdesláno: úterý 13. ledna 2026\nKomu: Lena Wirth\nPředmět: Nabídka",
    "outlook, finnish": "Lähettäjä: Jens Brandt\nLähetetty: tiistai 13. tammikuuta 2026\nVastaanottaja: Lena Wirth\nAihe: Tarjous",
    "outlook, hungarian": "Feladó: Jens Brandt\nElküldve: 2026. január 13., kedd\nCímzett: Lena Wirth\nTárgy: Ajánlat",
    "outlook, turkish": "Kimden: Jens Brandt\nGönderildi: 13 Ocak 2026 Salı\nKime: Lena Wirth\nKonu: Teklif",
    "outlook, romanian": "De la: Jens Brandt\nTrimis: marți, 13 ianuarie 2026\nCătre: Lena Wirth\nSubiect: Ofertă",
    "outlook, russian": "От: Jens Brandt\nОтправлено: 13 января 2026 г.\nКому: Lena Wirth\nТема: Предложение",
    "outlook, japanese": "差出人: Jens Brandt\n送信日時: 2026年1月13日\n宛先: Lena Wirth\n件名: お見積り",
    "outlook, words unknown": "Šalje: Jens Brandt <j@hallmann.example>\nPoslano: 13. siječnja 2026. 10:04\nPrima: Lena Wirth\nPredmet: Ponuda",
    "outlook, danish": "Fra: Jens Brandt\nSendt: 13. januar 2026\nTil: Lena Wirth\nEmne: Tilbud",
}


@pytest.mark.parametrize("head", REPLY_HEADS.values(), ids=REPLY_HEADS)
def test_what_stands_below_the_head_of_an_answered_message_is_quoted(head: str) -> None:
    found = zones(f"{OWN}\n\n{head}\n\n{OLD}\n")
    assert found[OWN] == "new"
    assert found[OLD] == "quoted"
    assert {zone for text, zone in found.items() if text not in {OWN, OLD}} == {"header"}


ANSWERS = {
    "between": f"{ON_WROTE}\n> {OLD}\n{OWN}\n> Is it dear?\nIt is on us.\n",
    "below": f"{ON_WROTE}\n\n> {OLD}\n> Jens\n\n{OWN}\n\nIt is on us.\n\nBest regards\nLena\n",
    "below a signature": f"See below.\nLena\nKestrel GmbH\n\n{ON_WROTE}\n\n> {OLD}\n{OWN}\n> Is it dear?\nIt is on us.\n",
    "below a signature, no head": f"See below.\nLena\nKestrel GmbH\n\n> {OLD}\n\n{OWN} It is at 9 a.m. sharp.\nIt is on us.\n",
    "of several levels": f"{ON_WROTE}\n> On Mon, 12 Jan 2026, Lena Wirth wrote:\n>> Hello\n> {OLD}\n\n{OWN}\nIt is on us.\n",
    "to a block that is marked": f"> From: Jens Brandt\n> Sent: 13 January 2026\n> To: Lena\n> Subject: x\n>\n> {OLD}\n{OWN}\nIt is on us.\n",
    "gmail": f'<div class="gmail_quote"><div class="gmail_attr">{ON_WROTE}<br></div><blockquote class="gmail_quote">{OLD}</blockquote>'
    f"<div>{OWN}</div><blockquote>Is it dear?</blockquote><div>It is on us.</div></div>",
    "thunderbird": f'<div class="moz-cite-prefix">{ON_WROTE}<br></div><blockquote type="cite"><p>{OLD}</p></blockquote><p>{OWN}</p><p>It is on us.</p>',
    "apple": f'<div><blockquote type="cite"><div>{ON_WROTE}</div><br><div>{OLD}</div></blockquote></div><div>{OWN}</div><div>It is on us.</div>',
    "proton, of two levels": f'<div class="protonmail_quote">{ON_WROTE}<br><blockquote><div class="protonmail_quote">Am 12.01. schrieb Lena:<br>'
    f"<blockquote>Hello</blockquote></div><div>{OLD}</div></blockquote></div><p>{OWN}</p><p>It is on us.</p>",
}


@pytest.mark.parametrize("body", ANSWERS.values(), ids=ANSWERS)
def test_what_stands_unmarked_between_and_below_marked_lines_is_the_answer(body: str) -> None:
    found = {
        line.text.lstrip("> "): line.zone for line in clean(body, is_html=False, kind="email", author="Lena Wirth")
    }
    new = {text for text, zone in found.items() if zone == "new"}
    assert new - {"See below."} == {next(text for text in found if text.startswith(OWN)), "It is on us."}
    assert found[OLD] == "quoted"


QUOTED_ON = {
    "the rest of a broken line": f"{ON_WROTE}\n> We would like to have the dashboard by the end of April and two\ndays of training.\n\n> Jens",
    "a rest of few words": f"{ON_WROTE}\n> We would like to have the dashboard by the end of the month of\nApril 2026\n> Jens",
    "a broken line, twice": f"{ON_WROTE}\n> We would like to have the dashboard by the end of April and two\ndays of training for the whole of the team of ours in the north and\nthe south.",
    "a block whose message begins with a quote": f"{REPLY_HEADS['outlook']}\n\n> {OWN}\n{OLD}",
    "a box whose message holds a quote": f'<div class="yahoo_quoted"><div>{ON_WROTE}</div><div>Hello</div><blockquote>{OWN}</blockquote><div>{OLD}</div></div>',
    "a box whose message begins with a quote": f'<div id="divRplyFwdMsg"><b>From:</b> Jens<br></div><div><blockquote>{OWN}</blockquote><div>{OLD}</div></div>',
    "an older message below": f'<div class="gmail_quote"><div>{ON_WROTE}</div><blockquote><p>{REPLY_HEADS["outlook"]}</p><p>{OLD}</p></blockquote></div>',
}


@pytest.mark.parametrize("body", QUOTED_ON.values(), ids=QUOTED_ON)
def test_what_belongs_to_an_earlier_message_is_quoted_without_a_mark(body: str) -> None:
    assert "new" not in zones(f"{body}\n").values()


def test_small_print_below_a_quote_is_small_print_where_a_signature_stands_above() -> None:
    body = f"{OWN}\n\nBest regards\nLena\n\n{ON_WROTE}\n\n> {OLD}\n\nKestrel GmbH, VAT no. DE 123\n"
    assert zones(body)["Kestrel GmbH, VAT no. DE 123"] == "disclaimer"


def test_words_that_only_look_like_a_head_stay_text() -> None:
    body = (
        "From: the garage to the yard, we move all 14 racks.\nOn Monday Jens wrote: send it.\nTo: be decided by March."
    )
    assert set(zones(body).values()) == {"new"}


def test_a_list_of_facts_about_a_meeting_is_no_head() -> None:
    body = "Contact: Lena Wirth <lena@kestrel.example>\nKick-off: 20 January 2026\nPlace: Hamburg\nHotline: 040 1234, until 18:00"
    assert set(zones(body).values()) == {"new"}
    assert set(zones(f"Place: Hamburg\nStart: 20 January 2026, 10:00\n{body}").values()) == {"new"}


FORWARDS = {
    "gmail": "---------- Forwarded message ---------\nFrom: Dapo Ogunleye <dapo@kestrel.example>\nDate: Mon, 12 Jan 2026\nSubject: Load test\nTo: Lena",
    "apple": "Begin forwarded message:\n\nFrom: Dapo Ogunleye <dapo@kestrel.example>\nSubject: Load test\nDate: 12 January 2026\nTo: Lena",
    "german": "-------- Weitergeleitete Nachricht --------\nVon: Dapo Ogunleye <dapo@kestrel.example>\nDatum: Mon, 12 Jan 2026\nAn: Lena\nBetreff: Test",
    "french": "---------- Message transféré ----------\nDe : Dapo Ogunleye <dapo@kestrel.example>\nDate : lun. 12 janv. 2026\nObjet : Test",
}


@pytest.mark.parametrize("head", FORWARDS.values(), ids=FORWARDS)
def test_a_forwarded_message_counts_as_its_senders_words(head: str) -> None:
    lines = clean(f"FYI\n\n{head}\n\n{OWN}\n", is_html=False, kind="email")
    own = next(line for line in lines if line.text == OWN)
    assert (own.zone, own.sender) == ("new", "Dapo Ogunleye")


def test_an_outlook_block_in_a_forwarded_mail_begins_text_that_counts() -> None:
    body = f"see below\n\nFrom: Dapo Ogunleye\nSent: 12 January 2026\nTo: Lena\nSubject: x\n\n{OWN}"
    assert zones(body, subject="WG: Angebot")[OWN] == "new"
    assert zones(body, subject="Re: Angebot")[OWN] == "quoted"


def test_a_reply_inside_a_forwarded_message_is_quoted_again() -> None:
    found = zones(f"FYI\n{FORWARDS['gmail']}\n\n{OWN}\n\n{REPLY_HEADS['english']}\n> {OLD}\n")
    assert found[OWN] == "new"
    assert found[f"> {OLD}"] == "quoted"


CONTAINERS = {
    "gmail": '<div>{own}</div><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Tue, Jens wrote:<br></div><div>{old}</div></div>',
    "blockquote": '<p>{own}</p><blockquote type="cite"><div>{old}</div></blockquote>',
    "outlook web": '<div>{own}</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Jens<br></div><div>{old}</div>',
    "outlook desktop": "<p>{own}</p><div><p><b>From:</b> Jens Brandt<br><b>Sent:</b> 13 January<br><b>To:</b> Lena<br><b>Subject:</b> x</p></div><p>{old}</p>",
    "yahoo": '<div>{own}</div><div class="yahoo_quoted"><div>{old}</div></div>',
    "proton": '<div>{own}</div><div class="protonmail_quote"><div>{old}</div></div>',
    "thunderbird": '<p>{own}</p><div class="moz-cite-prefix">Am 13.01.26 schrieb Jens:<br></div><blockquote>{old}</blockquote>',
}


@pytest.mark.parametrize("markup", CONTAINERS.values(), ids=CONTAINERS)
def test_the_quote_containers_of_mail_programs_are_quoted(markup: str) -> None:
    found = zones(markup.format(own=OWN, old=OLD), is_html=True)
    assert found[OWN] == "new"
    assert found[OLD] == "quoted"


def test_text_after_a_closed_quote_is_new_again() -> None:
    found = zones(f"<blockquote>{OLD}</blockquote><p>{OWN}</p>", is_html=True)
    assert found == {OLD: "quoted", OWN: "new"}


def test_a_sign_off_begins_the_signature_and_a_postscript_ends_it() -> None:
    body = f"{OWN}\n\nBest regards\nLena Wirth\nTel. +49 40 123456\nThis e-mail may contain confidential information.\n\nPS: the racks come on Friday."
    found = zones(body)
    assert found["Lena Wirth"] == "signature"
    assert found["Tel. +49 40 123456"] == "disclaimer"
    assert found["This e-mail may contain confidential information."] == "disclaimer"
    assert found["PS: the racks come on Friday."] == "new"


CLOSED = "We are closed on 3 August for the holiday."
CARD = "Best regards\nLena\n\nLena Wirth\nHead of Sales | Kestrel\nT +49 40 123456"


@pytest.mark.parametrize(
    "below", ["", "\nKestrel GmbH, Hamburg", "\nThis e-mail may contain confidential information."]
)
def test_a_sentence_right_below_the_authors_name_and_number_ends_no_signature(below: str) -> None:
    found = zones(f"{OWN}\n\n{CARD}\n{CLOSED}{below}")
    assert [found[line] for line in (OWN, "Best regards", CLOSED)] == ["new", "signature", "signature"]


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("We will install your tills on 3 June.", "new"),
        ("I'll send you the plan by Friday.", "new"),
        ("Wir liefern am 3. Juni Ihre Kassen.", "new"),
        ("I will leave the keys at your desk.", "new"),
        ("We will have the report ready by Friday.", "new"),
        ("I will leave Kestrel on 30 June.", "signature"),
        ("We will exhibit at CeBIT on 3 June.", "signature"),
        ("We will have a new address from 3 June.", "signature"),
        ("We will be closed on 3 August.", "signature"),
        ("I'll be away until 3 August.", "signature"),
        ("We will never ask for your password by mail.", "signature"),
        ("Wir werden am 3. August geschlossen haben.", "signature"),
    ],
)
@pytest.mark.parametrize("close", [CARD, "--\nLena Wirth\nT +49 40 123456"])
def test_a_sentence_right_below_the_number_that_promises_is_text(close: str, text: str, zone: str) -> None:
    assert zones(f"{OWN}\n\n{close}\n{text}")[text] == zone


@pytest.mark.parametrize(
    "body",
    [
        f"{OWN}\n\n{CARD}\n\n{CLOSED}",
        f"{OWN}\n\n{CARD}\nThe report comes on Friday, too.\n{CLOSED}",
        f"{OWN}\n\n{CARD}\n\n> Is it dear?\n{CLOSED}",
        f"{OWN}\n\nBest regards\nLena\nT +49 40 123456\n{CLOSED}",
        f"{OWN}\n\nBest regards\nLena Wirth\n{CLOSED}",
        f"Your contact:\nLena Wirth\nT +49 40 123456\n{CLOSED}\n\nBest regards\nLena",
        f"Lena Wirth\nT +49 40 123456\n{CLOSED}",
    ],
)
def test_what_is_written_below_a_signature_or_a_number_is_text(body: str) -> None:
    assert zones(body)[CLOSED] == "new"


def test_the_authors_name_alone_begins_the_signature() -> None:
    assert zones(f"{OWN}\nLena\nKestrel GmbH")["Kestrel GmbH"] == "signature"


def test_thanks_at_the_top_of_a_mail_are_no_signature() -> None:
    assert zones(f"Thanks!\n\n{OWN} The report comes with it.\nLena")[f"{OWN} The report comes with it."] == "new"


@pytest.mark.parametrize(
    "top",
    [
        "Thank you for the call on Monday.",
        "Thanks, Jens!",
        "Many thanks for the meeting yesterday!!",
        "In short:\n\n---",
    ],
)
@pytest.mark.parametrize("text", ["- Flat fee\n- Ines on campus", "We train ten drivers at your depot", "Flat fee"])
def test_thanks_and_bars_above_lines_without_a_full_stop_are_no_signature(top: str, text: str) -> None:
    found = zones(f"Hi Jens,\n\n{top}\n\n{text}\n\nBest regards\nLena\nHead of Sales")
    assert [line for line, zone in found.items() if zone == "signature"] == ["Best regards", "Lena", "Head of Sales"]


@pytest.mark.parametrize(
    "close", ["Thanks for your help,", "Thank you!", "Thanks a lot", "________", "-- ", "Thanks & regards"]
)
def test_thanks_and_bars_above_a_name_alone_begin_the_signature(close: str) -> None:
    found = zones(f"{OWN}\n\n{close}\nTom Hale\nHead of Sales\nTel. +44 20 7946 0000\n")
    assert [found[line] for line in (OWN, "Tom Hale", "Head of Sales")] == ["new", "signature", "signature"]


def test_a_promise_to_keep_something_confidential_is_text() -> None:
    text = "We keep your figures confidential and delete them after the test."
    assert zones(text)[text] == "new"


@pytest.mark.parametrize(
    "text",
    [
        "All 400 users will be registered in the portal by 15 April.",
        "We will put an unsubscribe link into every newsletter by 1 May.",
        "Unsubscribe link in every newsletter by 1 May",
        "Old case files are scanned by us at our expense.",
        "We print your VAT no. on every invoice from 1 April.",
        "We update the privacy notice on your website by 15 May.",
        "From 1 May we mark every external e-mail with a yellow bar.",
        "We import the company number of each of your suppliers.",
        "The report will be sent from my account on Friday.",
        "Sent from Samsung's warehouse by Friday.",
        "Sent from Mail Boxes by courier on Friday.",
        "Von meinem Kollegen bis Freitag gesendet: der Plan.",
        "Gesendet von uns wird der Bericht am Freitag.",
        "Gesendet von meinem Kollegen: die Liste. Wir liefern den Plan bis 3. Mai.",
        "Each fax goes to the intended recipient within an hour.",
        "The export may contain confidential data, so we encrypt it.",
        "We deliver a virus-free image for all 40 laptops.",
        "Wir melden die Firma bis Freitag beim Handelsregister an.",
        "We will treat this message as confidential.",
    ],
)
def test_a_word_of_small_print_makes_none_of_what_is_promised(text: str) -> None:
    assert zones(f"Hi Jens,\n\n{text}\n\n{OWN}\n\nBest regards\nLena")[text] == "new"


@pytest.mark.parametrize(
    "text",
    [
        "If you are not the intended recipient, please delete it.",
        "The information in this e-mail is confidential and privileged.",
        "This message and any attachment will be treated as confidential.",
        "Diese E-Mail kann vertrauliche Informationen enthalten.",
        "This e-mail has been scanned for viruses.",
        "(Sent from my phone, typos are free of charge)",
        "Sent from Outlook",
        "Sent from Outlook for iOS",
        "Sent from Outlook for Android<https://aka.ms/AAb9ysg>",
        "Sent from Proton Mail for iOS",
        "Sent from Mail for Windows",
        "Sent from Yahoo Mail: Search, Organize, Conquer",
        "Sent from Samsung Galaxy smartphone.",
        "Von meinem iPhone gesendet",
        "Von meinem Samsung Galaxy Smartphone gesendet.",
        "Von Outlook für iOS gesendet",
        "Gesendet von Outlook für iOS",
        "Gesendet von meinem iPhone",
        "Gesendet von meinem Samsung Galaxy S23 mit Outlook",
        "Gesendet von meinem Fairphone",
        "Gesendet von meinem Nokia.",
        "Outlook für Android beziehen",
        "Envoyé de mon iPhone",
        "Envoyé à partir de Outlook pour iOS",
        "Obtenez Outlook pour iOS",
        "Enviado desde Outlook para Android",
        "Enviado do meu iPhone",
        "CAUTION: This email came from outside.",
        "[EXTERNAL EMAIL]",
        "Unsubscribe | You asked for this letter.",
    ],
)
def test_small_print_that_stands_for_itself_needs_no_signature(text: str) -> None:
    assert zones(f"{text}\n\n{OWN}")[text] == "disclaimer"


def test_hard_wrapped_lines_are_joined_and_lists_are_not() -> None:
    body = (
        "The stock interface is part of what we do, and we read your\nflat files every fifteen minutes, also at weekends.\n"
        "- one trainer for the night shift in Preston and in Leeds too\n- two spare readers\n"
    )
    assert [line.text for line in clean(body, is_html=False, kind="email")] == [
        "The stock interface is part of what we do, and we read your flat files every fifteen minutes, also at weekends.",
        "- one trainer for the night shift in Preston and in Leeds too",
        "- two spare readers",
    ]


@pytest.mark.parametrize("marks", ["1. 2. 3.", "1) 2) 3)", "2.1 2.2 2.3", "a) b) c)"])
def test_counted_lines_are_no_hard_wrapped_one(marks: str) -> None:
    first, second, third = marks.split()
    lines = [
        f"{first} We deliver the data from the till: opening balances, open invoices and history",
        f"{second} We hold six training days on site in Newcastle, the last of them on",
        f"30. April, and one for the night shift\n{third} We set up the bank feeds",
    ]
    assert [line.text for line in clean("\n".join(lines), is_html=False, kind="email")] == [
        lines[0],
        f"{lines[1]} 30. April, and one for the night shift",
        f"{third} We set up the bank feeds",
    ]


@pytest.mark.parametrize("begin", ["2. März geht es mit dem Lager los", "14. in the price list of this year", "b or c"])
def test_a_hard_wrapped_line_that_begins_with_a_number_is_joined(begin: str) -> None:
    body = f"1. We move the whole of the stock to the new system, and from then on the\n{begin}"
    assert len(clean(body, is_html=False, kind="email")) == 1


ADDRESS = f"https://kestrel.example/{'offer/' * 20}final.pdf"


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("We move the whole shop with all nine thousand articles for at most", "€14,500 by 14 May 2026."),
        ("We will have the stock feed and the article import running by Thursday", "(14 May 2026), tested by Dapo."),
        ("We will deliver the new stock feed and the article import to you, in all", '"raw" formats, by 14 May 2026.'),
        ("We will have the new stock feed and the article import running for approx.", "40 suppliers by 14 May."),
        ("Wir liefern den neuen Shop mit allen neuntausend Artikeln spätestens am 14.", "Mai 2026 an Sie aus."),
        ("We will have the new stock feed running by", "14 May 2026."),
        ("The racks are on us, not", "on you."),
        ("We move the whole shop and the", "Kestrel archive."),
        ("We will connect the new portal with", "Salesforce by 20 March."),
        ("We will not deliver the archive, that is not part of", "Phase 1."),
        ("We will train your users with", "40 laptops by 20 March."),
        ("Das Portal liefern wir mit", "Anbindung an SAP bis 20. März."),
        ("Wir liefern die Schnittstelle von", "SAP zu Shopware bis 20. März."),
        ("Nous livrons le connecteur de", "Lyon le 20 mars."),
    ],
)
def test_a_hard_wrapped_line_of_a_mail_is_joined_whatever_the_next_begins_with(above: str, below: str) -> None:
    body = f"Hello Jens,\n\n{above}\n{below}\n\nThe offer: {ADDRESS}\n"
    lines = clean(body, is_html=False, kind="email")
    assert lines[1].text == f"{above} {below}"
    assert body[lines[1].starts[0] : lines[1].ends[-1]] == f"{above}\n{below}"


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("We will have the stock feed and the article import running by May 14.", "May I call you?"),
        ("We will have the stock feed and the article import running by Thursday", "(a) in Hamburg"),
        ("The racks are on us", "On Monday we bring them."),
        ("We will deliver the new stock feed to the whole team of Kestrel S.A.", "We cannot include the import."),
        ("What you asked us for", "24/7 support until 30 June"),
        ("Open topics to start with", "Portal by 3 May"),
        ("These are the things we take care of", "Installation of the readers by 20 March"),
        ("Das machen wir für Sie mit", "Schulung am Montag"),
        ("Wir bringen Ihnen die Geräte mit", "Schulung am Montag"),
        ("Here is what you get from", "Kestrel Ltd."),
        ("Everything your team asked for", "Training in Leeds"),
        ("Daar zorgen wij voor", "Training op maandag"),
        ("You find it all on www.kestrel.com", "We deliver the portal."),
    ],
)
def test_a_line_of_a_mail_that_somebody_ended_is_not_joined(above: str, below: str) -> None:
    assert [line.text for line in clean(f"{above}\n{below}", is_html=False, kind="email")] == [above, below]


WRAPPED = """Call with Jens. We promised that the new stock feed and the article import
will be running for them by 14 May 2026, tested by Dapo with their own
data, at no extra cost.
- one trainer for the night shift in Preston, who comes on the Monday and
the Tuesday of the last week.
Next: offer"""
POINTS = """told her swap can be done wk of 20 April, one dead day max
loan chiller on the yard while we're at it
pipework past the manifold is theirs, they know it
slab: engineer been, fine"""


@pytest.mark.parametrize("kind", ["note", "meeting", "task", "call"])
def test_hard_wrapped_lines_of_notes_are_joined_where_the_next_word_had_no_room(kind: str) -> None:
    assert [line.text for line in clean(f"{WRAPPED}\n\n{ADDRESS}", is_html=False, kind=kind)] == [
        " ".join(WRAPPED.splitlines()[:3]),
        " ".join(WRAPPED.splitlines()[3:5]),
        "Next: offer",
        ADDRESS,
    ]


def test_hard_wrapped_lines_of_a_note_are_joined_where_the_one_that_needs_another_is_before_a_name() -> None:
    body = (
        "Spoke with Jens about the new portal for the shops, and why\nit takes long. We promised to deliver all of the stock feed\n"
        "module by 20 March, free of charge. We also promised that\nDapo trains 40 users."
    )
    assert [line.text for line in clean(body, is_html=False, kind="note")] == [body.replace("\n", " ")]


@pytest.mark.parametrize(
    "body",
    [
        POINTS,
        "file came 2 days late and she has to redo the branches by Friday\ntold him sorting office in June now",
        "asked for ten in a hundred off, told her no, best I can do is spread it\nfree floor\nno licence",
        "00:00:01.000 --> 00:00:03.000\nWe will have the new stock feed and the article import\nrunning by May",
        "the nurse sat in, she knows the machine better than any of our own guys\nmaker: 860k, ten weeks",
        "12:04 jens is in the cellar, so if he disappears it is the cellar again\n12:05 we fetch the boxes",
        "we will deliver the stock feed module free of charge by 30 April\nmaybe they also take the import, if it is cheap.",
        (
            "Promised to Jens:\nstock feed for all of the shops in Leeds and Preston, by 20 March\n"
            "reports in German, English and French for the controlling team\ntraining for 40 users on site in Leeds, in May."
        ),
        "we will build the import of all articles by the end of April\nwe can not do the archive.",
        "Zugesagt: Wir liefern die Schnittstelle zum Shop bis zum 30. April\nkeine Schulung vor Ort, das ist nicht drin.",
        "on livre le connecteur pour tous les magasins de Lyon le 30 avril\nils nous envoient la liste le 10 mars.",
        "told him that the new stock feed of the shops is what they asked for\nReports by 20 March, free of charge.",
    ],
    ids=[
        "points",
        "two points",
        "more points",
        "captions",
        "labels",
        "stamps",
        "stop",
        "list",
        "denial",
        "German",
        "French",
        "capital",
    ],
)
def test_points_that_somebody_ended_are_not_joined(body: str) -> None:
    lines = clean(body, is_html=False, kind="note")
    assert [line.text.strip() for line in lines] == body.splitlines()


def test_every_character_knows_its_place_in_the_markup() -> None:
    body = "<p>Fixed price 118.000 &euro; net,<br>caf\u0065\u0301 &amp; more</p><style>x{}</style><!-- no --><div style='display:none'>no</div>"
    lines = clean(body, is_html=True, kind="email")
    assert [line.text for line in lines] == ["Fixed price 118.000 € net,", "cafe\u0301 & more"]
    for line in lines:
        assert _round_trip(line, body)


@pytest.mark.parametrize("is_html", [True, False])
def test_what_is_not_shown_is_not_read_and_stays_in_the_quote(is_html: bool) -> None:  # noqa: FBT001 - a case
    body = "We de\xadli\xadver t\u200bhe racks\ufeff."
    (line,) = clean(body, is_html=is_html, kind="email")
    assert line.text == "We deliver the racks."
    assert body[line.starts[0] : line.ends[-1]] == body
    assert _round_trip(line, body)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("**We deliver.** And *two* more.", "We deliver. And two more."),
        ("- **Portal**: live _by_ 3 March", "- Portal: live by 3 March"),
        ('***Both*** and __one__, "_two_"', 'Both and one, "two"'),
        (
            "*We deliver the whole of the portal of yours\nby Friday.*",
            "We deliver the whole of the portal of yours by Friday.",
        ),
        ("* one *two*", "* one two"),
        *(
            (text, text)
            for text in ("5 * 3 * 2 and 2*3*4", "*.csv and *.xml", "a_b_c, https://x.example/_a_/b", "*) net*")
        ),
    ],
)
def test_marks_of_bold_words_are_not_read_and_stars_of_other_sorts_are(body: str, text: str) -> None:
    (line,) = clean(body, is_html=False, kind="email")
    assert line.text == text
    assert all(body[start] == char for char, start in zip(line.text, line.starts, strict=True) if char != " ")


def test_stars_of_two_paragraphs_are_no_pair() -> None:
    assert list(zones("*net of tax\n\nAll prices*", kind="note")) == ["*net of tax", "All prices*"]


def test_small_print_in_slanted_words_is_small_print() -> None:
    text = "This message is intended for the addressee only."
    assert zones(f"{OWN}\n\nKind regards\nLena\n\n*{text}*")[text] == "disclaimer"


def _round_trip(line: Line, body: str) -> bool:
    shown = {"&euro;": "€", "&amp;": "&"}
    return all(
        shown.get(body[start:end], body[start:end]) == char
        for char, start, end in zip(line.text, line.starts, line.ends, strict=True)
    )


def test_markup_in_a_body_called_plain_is_read_as_markup() -> None:
    found = zones("<ol>\n<li>Flat fee</li>\n<li>Ines on campus</li>\n</ol>")
    assert list(found) == ["Flat fee", "Ines on campus"]


def test_notes_and_calls_have_no_signatures() -> None:
    assert set(zones("Cheers\n-- \nwe start Monday", kind="note").values()) == {"new"}
