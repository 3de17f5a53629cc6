from __future__ import annotations

import pytest

from atlas_sync.extraction.duties import is_left_to_you, is_our_own_need, may_go_on


@pytest.mark.parametrize(
    "text",
    [
        "you will provide a network socket at each machine by 20 June",
        "you'll send us the floor plan by 12 June",
        "You will send the list to us before Friday.",
        "As agreed, you are to confirm the floor plan.",
        "So you'll let us have the keys on Monday.",
        "You need to give us access to the server.",
        "You will name a contact.",
        "you provide the test data by 3 April",
        "You will send us the plan, the list and the keys by Friday.",
        "You'll send us the names and addresses of all who will use it by Friday.",
        "You will send us the list of people and tell us how the old system works by Friday.",
        "You will send us the contract and the names of the people your manager will need by Friday.",
        "You will send us the plan and all data of the shop your team runs by Friday.",
        "You will send us the users and what each of them does by Friday.",
        "You will send us the list and let us know if it is complete.",
    ],
)
def test_what_we_say_the_customer_will_give_is_left_to_them(text: str) -> None:
    assert is_left_to_you(text)


@pytest.mark.parametrize(
    "text",
    [
        "You'll have the report by Friday.",
        "You will receive the plan by Friday.",
        "You'll be able to send us files by Friday.",
        "You'll get one from us.",
        "You'll send us the plan and we'll return it by Friday.",
        "You will supply nothing.",
        "We set them up, you just send us a name.",
        "You will send us the old ones free of charge.",
        "Once you will send us the list, the shop goes live.",
        "You will send us the list and Dapo returns it by Friday.",
        "You'll send us the list, the shop goes live in a week.",
        "You send the file, it does the rest.",
        "You send us the list by Friday and on Monday the full portal is live.",
        "You supply the servers and by 20 March the whole portal is installed.",
        "You provide the addresses, the readers arrive on 20 March.",
        "You send us the users and SSO works by 20 March.",
        "You send us the list and the same day your portal is live.",
        "You send us the list and tomorrow your portal is live.",
        "You send us the list and on 3 May each user gets a login.",
        "You send us the logo, and the whole site of your shop is live by 3 May.",
        "You send us the list and the training of all the key users takes place on 3 May.",
        "You just give us the keys and come back when it's all standing.",
        "You open on Monday on the new system.",
        "The list that you send us is checked by Friday.",
    ],
)
def test_what_they_get_and_what_we_do_for_it_stays_ours(text: str) -> None:
    assert not is_left_to_you(text)


@pytest.mark.parametrize(
    ("text", "goes_on"),
    [
        ("You will provide the data by Friday - go-live on 20 March.", True),
        ("You will provide the data by Friday, then go-live on 20 March.", True),
        ("You will confirm the date, training for all 40 users on 20 March.", True),
        ("You will send us the plan by Friday and by Monday the first draft.", True),
        ("You'll send us the plan by Friday", False),
        ("You will send us the names and addresses by Friday", False),
        ("You will send us the plan, the list and the keys by Friday.", False),
        ("You will send us the plan, by Friday at the latest.", False),
        ("You'll send us the list, including phone numbers, by Friday.", False),
        ("You will name a contact - by Friday, please.", False),
        ("You will provide the data by Friday - and go-live on 20 March.", True),
        ("You will provide the data by Friday - training in Leeds - on Monday the portal opens.", True),
        ("You will send us the plan, signed by your CEO, training for all on 20 March.", True),
        ("You will send us the data – names, addresses, roles – by Friday.", False),
        ("You will send us the data by Friday - as agreed - and name a contact.", False),
        ("You will send us the list, sorted by name.", False),
        ("You will provide the servers, hosted at your site in Leeds.", False),
        ("You will provide the data by Friday; thanks.", False),
        ("You will confirm the design by Friday so the shop launches on 2 March.", True),
        ("You will send us the list by Friday so that all users are in by Monday.", True),
        ("You will send us the list so that you are ready by Friday.", False),
    ],
)
def test_a_duty_after_which_the_sentence_breaks_off_may_go_on_with_what_we_do(text: str, *, goes_on: bool) -> None:
    assert may_go_on(text) is goes_on


@pytest.mark.parametrize(
    ("text", "is_ours"),
    [
        ("we need to move the South.", True),
        ("Sorry, we'll need to push the launch.", True),
        ("We need to move the South, please tell the branches.", False),
        ("We need to get your list by Friday.", False),
        ("We need to know who signs.", False),
        ("We need the list by Friday.", False),
    ],
)
def test_what_we_need_to_do_is_no_duty_of_the_customer(text: str, *, is_ours: bool) -> None:
    assert is_our_own_need(text) is is_ours
