from __future__ import annotations

import pytest

from atlas_sync.extraction.denials import (
    Denial,
    calls_off,
    denial_in,
    instead_in,
    may_confirm,
    may_replace,
    negations_in,
    replaces,
    says_no,
    takes_back,
)

WEEK = "We will include a free hypercare week after go-live."


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("We have to take back the free hypercare week.", True),
        ("The standby we unfortunately have to take out again.", True),
        ("I take back what I said of the pump.", True),
        ("I have to withdraw the offer of a hypercare week.", True),
        ("Forget what I wrote about the hypercare week.", True),
        ("Sorry, we cannot offer the hypercare week anymore.", True),
        ("I can't lend the gadget after all.", True),
        ("We no longer offer the hypercare week.", True),
        ("Sorry, there will be no hypercare week.", True),
        ("We take your old pumps back for nothing.", False),
        ("We take the goods back and send new ones.", False),
        ("There will be no charge for the skip.", False),
        ("If the permit fails we cannot hold the day any more.", False),
        ("Can't you offer the week any more?", False),
        ("The key staff shall not be withdrawn before acceptance.", False),
    ],
)
def test_words_of_ours_that_take_back_something(text: str, *, does: bool) -> None:
    assert takes_back(text) is does


@pytest.mark.parametrize(
    ("text", "denial"),
    [
        ("As agreed on the phone, there will be no free hypercare week after go-live.", "all"),
        ("In August there is no hypercare from us.", "part"),
        ("We will not train anybody in the hypercare week.", "none"),
        ("There will be no extra cost for the hypercare week.", "none"),
        ("There is no hypercare without go-live.", "none"),
        ("The free hypercare week has been cancelled.", "all"),
        ("The hypercare week after go-live had to be called off.", "all"),
        ("The hypercare week will be dropped.", "all"),
        ("The hypercare week in August has been taken out.", "part"),
        ("The extra fee for the hypercare week has been dropped.", "none"),
        ("The hypercare week has not been cancelled.", "none"),
        ("The hypercare kit will be dropped off after go-live.", "none"),
        ("A free hypercare week after go-live, as agreed.", "none"),
        ("We can't deliver the free hypercare week.", "all"),
        ("We are unable to include a hypercare week.", "all"),
        ("We have decided not to do the hypercare week.", "all"),
        ("We are dropping the hypercare week after go-live.", "all"),
        ("We have to withdraw the free hypercare week.", "all"),
        ("I'm afraid the hypercare week won't happen.", "all"),
        ("Unfortunately the hypercare week is not possible.", "all"),
        ("The free hypercare week won't be part of it.", "all"),
        ("The hypercare week will not happen this year.", "part"),
        ("We are dropping the fee for the hypercare week.", "none"),
        ("We are dropping off the hypercare kit after go-live.", "none"),
        ("We are dropping the hypercare week at go-live.", "part"),
        ("We cannot start the hypercare week before go-live.", "none"),
        ("The hypercare week will not be possible before May.", "none"),
        ("We cannot promise a free hypercare week.", "part"),
        ("We can't wait to start the free hypercare week.", "none"),
        ("Don't forget the free hypercare week.", "none"),
        ("We are no longer able to offer the free hypercare week.", "all"),
        ("We're not in a position to offer the hypercare week.", "all"),
        ("The hypercare week is not going ahead.", "all"),
        ("The free hypercare week is off, sorry.", "all"),
        ("The hypercare week is off for good.", "all"),
        ("The hypercare phone is off at night.", "none"),
        ("The week before go-live is busy, Friday is off.", "none"),
    ],
)
def test_what_was_promised_is_denied_by_its_own_words(text: str, denial: Denial) -> None:
    assert denial_in(text, earlier=WEEK) == denial


@pytest.mark.parametrize(
    ("earlier", "text"),
    [
        ("Wir liefern den mobilen Check-in im Hotel.", "Der mobile Check-in ist leider nicht möglich."),
        ("Wir liefern den mobilen Check-in im Hotel.", "Wir können den mobilen Check-in nicht liefern."),
        ("Nous livrerons l'enregistrement mobile.", "Nous ne pourrons pas livrer l'enregistrement mobile."),
        ("Entregaremos el registro móvil.", "No podremos entregar el registro móvil."),
        ("Entregaremos o registo móvel.", "Não podemos entregar o registo móvel."),
        ("Wij leveren de mobiele check-in.", "We kunnen de mobiele check-in helaas niet leveren."),
    ],
)
def test_what_is_denied_in_another_language_is_asked_about(earlier: str, text: str) -> None:
    assert says_no(text)
    assert denial_in(text, earlier=earlier) == "part"


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("We cannot do the mobile check-in.", True),
        ("The mobile check-in won't be part of it.", True),
        ("We have decided not to do it.", True),
        ("We can't start before May.", False),
        ("We cannot deliver by May but by June.", False),
        ("We cannot start unless you sign.", False),
        ("The list has not come yet.", False),
        ("Wir können nicht vor Mai beginnen.", False),
        ("We will do the mobile check-in.", False),
    ],
)
def test_words_that_may_say_no_to_a_promise(text: str, *, does: bool) -> None:
    assert says_no(text) is does


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry to say the scanning of the 12 years of payslips won't happen, the microfiche is unreadable.",
        "The payslip scanning will not happen after all.",
        "We are no longer able to scan the payslips.",
    ],
)
def test_a_deed_is_denied_by_its_verb_or_by_the_noun_of_it(text: str) -> None:
    assert denial_in(text, earlier="We will scan the 12 years of payslips to PDF.") == "all"


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("The siren in the courtyard will not happen after all.", True),
        ("The workshop isn't going ahead, sorry.", True),
        ("Her controls in the halls will not take place.", True),
        ("It will not happen again.", False),
        ("Data loss will not happen.", False),
        ("The workshop will not happen before May.", False),
        ("If it rains the flight will not take place.", False),
    ],
)
def test_who_says_that_something_will_not_be_promises_nothing(text: str, *, does: bool) -> None:
    assert calls_off(text) is does


@pytest.mark.parametrize("earlier", ["We remove the old carpet in hall 2.", "We take out the old carpet in hall 2."])
def test_who_was_to_take_something_out_says_that_it_is_done(earlier: str) -> None:
    assert denial_in("The old carpet in hall 2 has been taken out.", earlier=earlier) == "none"


def test_who_said_no_before_says_it_again() -> None:
    assert denial_in("There will be no downtime at the switch.", earlier="The switch comes without downtime.") == "none"
    assert denial_in("No billing meters, no valves.", earlier="Meters for billing are out (approval, law).") == "none"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We train all.", 0),
        ("We don't train all.", 1),
        ("Wir schulen nicht, ohne Plan.", 2),
        ("Não formamos ninguém.", 1),
    ],
)
def test_how_often_a_text_says_no_is_counted_in_the_languages_that_are_read(text: str, count: int) -> None:
    assert negations_in(text) == count


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("We can no longer offer 30 days after each site; we will provide 30 days after the last site.", True),
        ("We have to drop the training on site, but we will do it by video.", True),
        ("Forget the report within 3 days, you'll get it the next day.", True),
        ("We can't do the workshop on 14 April after all, we do it on 21 April.", True),
        ("We can't hold the workshop on 14 April, it will be on 21 April.", True),
        ("The workshop on 14 April has to be cancelled, the new date is 21 April.", True),
        ("We have to cancel the workshop on 14 April; it takes place on 21 April.", True),
        ("I can't run the workshop on 14 April, Ben does.", True),
        ("Ben can't run the migration after all; Sarah will run it in May.", True),
        ("We can't offer three workshops any more, but two are included.", True),
        ("We can't run the workshop after all, Ben is leaving us in May.", False),
        ("We can't run the workshop after all, it takes three weeks.", False),
        ("We can't run the workshop after all; it will cost 3,000 more.", False),
        ("The workshop on 14 April will be run by Ben, it takes place on 21 April.", False),
        ("We can no longer offer the training; we will send you a refund.", False),
        ("We can no longer offer the training, we will not hold it.", False),
        ("We can no longer offer the training.", False),
    ],
)
def test_what_is_taken_back_for_another_thing_is_told_from_what_is_gone(text: str, *, does: bool) -> None:
    assert replaces(text) is does


def test_somebody_else_who_does_what_was_promised_takes_its_place() -> None:
    text = "Ben is no longer with us; Tom will be on site three days a week."
    assert instead_in(text, earlier="Ben will be on site three days a week.").endswith(
        "Tom will be on site three days a week."
    )
    assert not replaces(text, earlier="Ben will run the migration.")


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("The workshop on 14 April cannot be held: 21 April is free.", True),
        ("We cannot hold 15 minutes any more; 30 from May.", True),
        ("The workshop on 14 April cannot be held, the room is gone.", False),
        ("About the workshop on 14 April, we can't hold that.", False),
    ],
)
def test_a_day_or_count_beside_what_is_denied_may_hold_in_its_place(text: str, *, does: bool) -> None:
    assert may_replace(text, earlier="We will hold the workshop on 14 April.") is does


@pytest.mark.parametrize(
    ("earlier", "text", "does"),
    [
        ("We will waive the setup fee.", "The setup fee is no longer on the invoice.", True),
        ("We will block logins from abroad.", "Logins from abroad will not be possible.", True),
        ("We will shut down the old portal on 30 June.", "The old portal will not be available from 30 June.", True),
        ("We will keep the shop online until 1 June.", "The shop will not be online after 1 June.", True),
        ("We will take over the data entry.", "No data entry for your people, we take it over.", True),
        ("We will waive the setup fee.", "We will not waive the setup fee.", False),
        ("We will block logins from abroad.", "We can't do that after all.", False),
        ("We will keep the shop online until 1 June.", "The shop will not be online in May.", False),
        ("We will train ten users.", "The training will not be possible.", False),
    ],
)
def test_who_says_that_something_is_over_may_confirm_that_it_was_to_end(earlier: str, text: str, *, does: bool) -> None:
    assert may_confirm(text, earlier=earlier) is does
