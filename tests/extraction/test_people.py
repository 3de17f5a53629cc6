from __future__ import annotations

import pytest

from atlas_sync.extraction.conversation import Attendee
from atlas_sync.extraction.names import directory_of
from atlas_sync.extraction.people import Cast
from atlas_sync.extraction.titles import roles_of_title
from atlas_sync.extraction.units import split
from tests.extraction.build import PEOPLE, conversation


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Lena Wirth", "Lena Wirth"),
        ("lena", "Lena Wirth"),
        ("Ms Wirth", "Lena Wirth"),
        ("LW", "Lena Wirth"),
        ("L. Wirth", "Lena Wirth"),
        ("Lena W.", "Lena Wirth"),
        ("Wirth, Lena", "Lena Wirth"),
        ("Sabine", "Dr. Sabine Ruf"),
        ("Dr Ruf", "Dr. Sabine Ruf"),
        ("Rike", "Henrike (Rike) Hallmann"),
        ("Henrike Hallmann", "Henrike (Rike) Hallmann"),
        ("j.brandt@hallmann.example", "Jens Brandt"),
    ],
)
def test_a_spelling_that_fits_one_person_means_them(label: str, name: str) -> None:
    found = directory_of(PEOPLE).find(label)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("label", ["", "Nobody", "K", "(x)", "the team"])
def test_a_spelling_that_fits_nobody_means_nobody(label: str) -> None:
    assert directory_of(PEOPLE).find(label) is None


def shown(text: str, **changes: object) -> list[tuple[str, set[str], str | None]]:
    units = split(conversation(text, kind="note", **changes))
    cast = Cast(PEOPLE)
    return [(name, set(roles), stance) for unit in units for name, roles, stance, _rule in cast.shown_in(unit)]


def test_each_person_gets_the_role_that_stands_beside_the_name() -> None:
    assert shown("Jens pushing for us internally, Sabine still nervous abt timeline") == [
        ("Jens Brandt", {"champion"}, "supporter"),
        ("Dr. Sabine Ruf", {"skeptic", "technical"}, "skeptic"),
    ]


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("Sabine is dead set against the cloud.", "opponent"),
        ("Sabine has her doubts, Jens refuses to look at it.", "skeptic"),
        ("Sabine doubts it, releases funds only against figures.", "skeptic"),
    ],
)
def test_who_works_against_it_does_more_than_doubt(text: str, stance: str) -> None:
    assert [one for name, _roles, one in shown(text) if name == "Dr. Sabine Ruf"] == [stance]


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("Sabine is keen on a discount.", None),
        ("Sabine was nervous, is fine with it this week.", "supporter"),
        ("Sabine was nervous, is fine now.", "supporter"),
    ],
)
def test_a_better_price_is_no_word_for_us_and_who_no_longer_minds_supports_us(text: str, stance: str | None) -> None:
    assert [one for _name, _roles, one in shown(text)] == [stance]


def test_she_is_whom_the_text_spoke_of_last() -> None:
    found = shown("Call with Henrike. She signs this off in the end.")
    assert found[-1][0] == "Henrike (Rike) Hallmann"
    assert "decision maker" in found[-1][1]


def test_somebody_introduced_with_a_function_counts_without_being_listed() -> None:
    found = shown("Petra Hahn (investor, chairs the audit committee) must approve anything > 25k.")
    assert [name for name, _roles, _stance in found] == ["Petra Hahn"]
    assert "economic buyer" in found[0][1]


def test_what_customers_say_of_themselves_counts_for_them() -> None:
    (unit,) = split(conversation("Sabine: I'm not convinced by the load test.", kind="call", author=None))
    assert [(name, set(roles)) for name, roles, _stance, _rule in Cast(PEOPLE).shown_in(unit)] == [
        ("Dr. Sabine Ruf", {"skeptic", "technical"})
    ]


@pytest.mark.parametrize(
    ("text", "is_skeptic"),
    [
        ("I'm afraid Kim is on holiday until the 15th.", False),
        ("I don't want to hold you up.", False),
        ("I'm not sure if Kim is in on Friday, same place as last time.", False),
        ("I'm a bit afraid of the same-day answers.", True),
        ("I don't want agencies at all.", True),
        ("I'm not sure about the price.", True),
    ],
)
def test_what_customers_say_out_of_courtesy_is_no_doubt(text: str, *, is_skeptic: bool) -> None:
    (unit,) = split(conversation(f"Jens: {text}", kind="call", author=None))
    assert ["skeptic" in roles for _name, roles, *_rest in Cast(PEOPLE).shown_in(unit)] == [True] * is_skeptic


def test_our_own_people_have_no_role_at_the_customer() -> None:
    assert shown("Dapo is nervous about the date and decides it himself") == []


def test_a_text_without_a_cue_shows_nobody() -> None:
    assert shown("Met Jens in Hamburg on Friday.") == []


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("Spoke with Sabine. Will sign herself in March.", "Dr. Sabine Ruf", "signer"),
        ("IT Manager - scared of the cloud", "Dr. Sabine Ruf", "skeptic"),
        ("Layla Ghanem, their general counsel, wants liability uncapped.", "Layla Ghanem", "legal"),
        ("He wants the group's lawyer (Aileen Croft) to look over the terms.", "Aileen Croft", "legal"),
        ("Layla (legal) wants liability uncapped.", "Layla", "legal"),
        ("Mr Lekkas has the last word, he bought the ships.", "Mr Lekkas", "decision maker"),
        ("Henrike: ihr Prokurist Jens unterschreibt am Montag.", "Jens Brandt", "signer"),
    ],
)
def test_people_are_known_by_name_by_title_and_by_how_they_are_introduced(text: str, name: str, role: str) -> None:
    assert (name, role) in [(found, one) for found, roles, _stance in shown(text) for one in roles]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Sabine is no longer with us. Marina Couto is our new IT Manager, and she has her doubts.", ["Marina Couto"]),
        ("Sabine stepped down; Fiona Grant has been appointed in her place. She's all for it.", ["Fiona Grant"]),
        ("Sabine is leaving in July. From August on you deal with Satu Korhonen. She signs.", ["Satu Korhonen"]),
        ("Marina Couto replaces Sabine and is all for it. She signs.", ["Marina Couto", "Marina Couto"]),
        ("Jens succeeds Sabine. He has his doubts.", ["Jens Brandt"]),
        ("Sabine left the company, and whoever follows is all for it. She signs.", []),
        ("Sabine hat uns verlassen. Neuer IT Manager ist Marc Petit, begeistert.", ["Marc Petit"]),
        ("Sabine n'est plus chez nous. Le nouvel IT Manager est Marc Petit, sceptique.", ["Marc Petit"]),
        ("Sabine ya no trabaja aquí. The IT Manager signs.", []),
        ("Henrike was there. You deal with Satu Korhonen now. She signs.", []),
        ("Marc Petit is IT Manager now and has his doubts.", []),
        ("Sabine left a message. She has her doubts.", ["Dr. Sabine Ruf"]),
        ("Sabine, who had her doubts, is not leaving. She signs.", ["Dr. Sabine Ruf", "Dr. Sabine Ruf"]),
    ],
)
def test_what_is_said_of_who_comes_is_not_about_who_goes(text: str, names: list[str]) -> None:
    assert [name for name, _roles, _stance in shown(text)] == names


def test_what_is_said_before_a_name_is_about_whom_was_spoken_of() -> None:
    found = shown("Henrike was in the call. She pushed it through against Jens's cheap one.")
    assert ("Henrike (Rike) Hallmann", "champion") in [(name, role) for name, roles, _stance in found for role in roles]
    assert "Jens Brandt" not in [name for name, _roles, _stance in found]


@pytest.mark.parametrize(
    "text",
    [
        "Jens, the firewall logs must reach our collector by Friday.",
        "The contract is countersigned, thank you Jens.",
        "From you: three years of data, Jens, and somebody who knows the spreadsheet.",
    ],
)
def test_whom_a_sentence_is_said_to_it_is_not_about(text: str) -> None:
    assert shown(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "I'm afraid Jens is on holiday until the 15th.",
        "Jens is out until Monday, I'm afraid.",
        "I fear Jens is out on Friday.",
        "No doubt Jens will be there.",
        "Jens raised no objections.",
        "Please don't hesitate to call Jens.",
        "Jens prefers the morning slot.",
        "Jens would rather have the call on Tuesday.",
        "Jens will check the export against the list.",
        "Jens pushed back the date to May.",
        "Jens's sign-off is on the critical path.",
        "Jens hat nichts dagegen.",
        "Ohne Zweifel kommt Jens am Montag.",
        "Par contre, Jens est absent.",
        "Jens to name a champion per office by 3 April",
        "Jens will nominate one champion for each site.",
        "Finally, Jens will send the list.",
        "Jens wants us to send the invoice to Leeds.",
        "We'd be grateful if Jens could send the plan.",
        "EUR 4,000 all in, Jens gets the quote.",
        "The change can't wait until Monday, says Jens.",
        "Jens joins Tuesday's call.",
        "On our last call Jens asked for the plan.",
        "Friday is fine, says Jens.",
        "delighted. Dapo will ring Jens tomorrow and you'll have a plan by 13 March.",
        "- Interface: TBC, Jens to confirm by 27 Feb\n- Migration: only active lots? decide by 15 March",
        "- Jens to send the list\n- will sign on 3 April",
        "Attendees: Jens, Dapo, Ravi, Ally",
        "Jens counts the videos and decides by end of June.",
        "Jens decides on Friday which logo it is.",
        "Jens decides when the posters go up.",
        "Jens decides on Friday about the order of the rollout.",
        "Jens decides by Friday how the contract data is shown.",
        "Jens decides by Friday how quotes are printed.",
        "Jens decides by Friday whether orders are imported.",
        "Jens decides on Friday about the colours, then we sign.",
        "Jens entscheidet bis Ende Juni.",
        "Jens entscheidet am Freitag.",
        "Jens décide d'ici vendredi.",
        "Jens is keen to get the price down.",
        "Jens is keen on a lower price.",
        "Jens is keen to keep the old system.",
        "Jens is keen to move to Friday.",
        "Jens is keen to postpone it.",
        "Jens is excited about the lower price.",
        "Jens liked the price.",
        "Jens ist begeistert vom Rabatt.",
        "Jens - 11 December is fine, you'll have the draft then.",
        "Jens says 11 December is fine.",
        "Jens said 10:00 is fine.",
        "Jens is fine with the new date.",
        "Jens is not fine with it.",
        "Jens – that's fine with us.",
        "Jens - delighted, you'll have the plan by Friday.",
        "Jens - I'm worried about the date, we need your list.",
    ],
)
def test_courtesy_and_things_show_nothing_of_anybody(text: str) -> None:
    assert shown(text) == []


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Jens is afraid of the cloud.", "skeptic"),
        ("Jens fears the worst.", "skeptic"),
        ("Jens is against it.", "skeptic"),
        ("Jens objects to the price.", "skeptic"),
        ("Jens has concerns about the date.", "skeptic"),
        ("Jens prefers the old system.", "skeptic"),
        ("Jens ist dagegen.", "skeptic"),
        ("Jens est contre.", "skeptic"),
        ("Jens is our champion.", "champion"),
        ("Jens wants us.", "champion"),
        ("Jens can't wait.", "champion"),
        ("Jens is keen, wants a pilot.", "champion"),
        ("Jens is keen to sign.", "champion"),
        ("Jens is keen to get rid of Excel.", "champion"),
        ("Jens is keen to move to the cloud.", "champion"),
        ("Jens is keen to convince the board.", "champion"),
        ("Jens is keen to partner with us.", "champion"),
        ("Jens is keen to keep going.", "champion"),
        ("Jens is keen on us despite the price.", "champion"),
        ("Jens is keen on the pricing tool.", "champion"),
        ("Jens is excited about the project, the price is fine.", "champion"),
        ("Jens is not keen on the price.", "skeptic"),
        ("Jens never liked the price.", "skeptic"),
        ("Jens - very keen, you can start Monday.", "champion"),
        ("Jens - we met him, very keen.", "champion"),
        ("Jens - nervous, we'll send the plan.", "skeptic"),
        ("It's Jens's call.", "decision maker"),
        ("Jens has the last word.", "decision maker"),
        ("Jens decides on the budget.", "decision maker"),
        ("Jens decides in the end.", "decision maker"),
        ("Jens decides by 3 June whether to sign the contract.", "decision maker"),
        ("Jens decides on Friday about the budget.", "decision maker"),
        ("Jens decides in June on the supplier.", "decision maker"),
        ("Jens decides which supplier gets the contract.", "decision maker"),
        ("Jens decides by Friday whether to go ahead.", "decision maker"),
        ("Jens decides by Friday whether the contract is signed.", "decision maker"),
        ("Jens entscheidet am Freitag über den Kauf.", "decision maker"),
        ("Jens décide le 3 juin du fournisseur.", "decision maker"),
        ("Jens decides if we get it.", "decision maker"),
        ("Jens entscheidet am Ende.", "decision maker"),
    ],
)
def test_the_same_words_show_what_somebody_is_where_they_are_of_them(text: str, role: str) -> None:
    assert [role in roles for _name, roles, _stance in shown(text)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "Is Jens against it?",
        "Who decides, Jens or Henrike?",
        "Does Jens have the last word?",
        "Jens, is Henrike the decision maker?",
        "Henrike was there. Does she sign?",
        "Could it be that Mr Lekkas decides?",
        "Jens is not against it.",
        "Jens is no longer sceptical.",
        "Jens is not at all unhappy.",
        "Jens is not the one who signs.",
        "It is not up to her, says Jens.",
        "Jens ist nicht mehr skeptisch.",
        "Jens unterschreibt das nicht.",
        "Jens n'est pas contre.",
        "If Jens were against it, we would know.",
        "Nobody said that Jens was against it.",
        "I don't think Jens decides.",
        "Nobody knows whether Jens signs.",
        "I doubt that Jens got my mail.",
        "I am worried that Jens misses the deadline.",
        "I liked the way Jens explained the warehouse.",
        "We approve of what Jens wrote.",
        "Our lawyer is sceptical, Jens knows that.",
        "I don't think our champion is Jens.",
        "I wonder whether the decision maker is Jens.",
        "We do not have a champion in Jens.",
        "Wir haben keinen Fürsprecher in Jens.",
        "We have one concern: Jens got no mail.",
        "I am worried about the mail from Jens.",
        "We lost it to a sceptic in Jens's team.",
    ],
)
def test_what_is_asked_denied_supposed_or_the_sellers_own_shows_nothing_of_anybody(text: str) -> None:
    assert shown(text) == []


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Jens is not convinced.", "skeptic"),
        ("Jens is not happy.", "skeptic"),
        ("Jens is not thrilled.", "skeptic"),
        ("Jens does not like it.", "skeptic"),
        ("Jens isn't just worried, he is against it.", "skeptic"),
        ("Jens is not the only one who signs.", "signer"),
        ("Not against us, but Jens is against the date.", "skeptic"),
        ("I think Jens decides.", "decision maker"),
        ("If Jens signs, we start.", "signer"),
        ("Has Petra Hahn, their investor, seen it?", "economic buyer"),
        ("Jens says the export isn't validated.", "technical"),
        ("Jens ist begeistert, was uns nicht wundert.", "champion"),
        ("I think our champion is Jens Brandt.", "champion"),
        ("We have a champion in Jens Brandt.", "champion"),
        ("I was told the decision maker is Jens.", "decision maker"),
        ("I know the one who signs off is Jens.", "decision maker"),
        ("We heard doubts from Jens.", "skeptic"),
        ("We found a real champion: Jens Brandt.", "champion"),
        ("Ich glaube, der Entscheider ist Jens Brandt.", "decision maker"),
        ("Wir haben einen Fürsprecher: Jens Brandt.", "champion"),
        ("Jens entscheidet allein und nicht der Vorstand.", "decision maker"),
    ],
)
def test_a_doubt_with_a_no_in_it_and_what_stands_beside_one_count(text: str, role: str) -> None:
    assert [role in roles for _name, roles, _stance in shown(text)] == [True]


def test_what_somebody_denies_gives_them_no_role() -> None:
    (unit,) = split(conversation("Jens: I don't hold the budget.", kind="call", author=None))
    assert list(Cast(PEOPLE).shown_in(unit)) == []


def test_any_word_of_a_name_means_them_and_so_do_initials_of_all_its_parts() -> None:
    cast = directory_of(
        (Attendee("Fr Declan Boyce", None, "customer"), Attendee("Mairead O'Hare", "m@hallmann.example", "customer"))
    )
    assert [one.name for one in cast.named("Declan has the say, MO not convinced")] == [
        "Fr Declan Boyce",
        "Mairead O'Hare",
    ]


@pytest.mark.parametrize(
    ("title", "roles"),
    [
        ("CFO", ("economic buyer",)),
        ("IT Manager", ("technical",)),
        ("General Counsel", ("legal",)),
        ("Geschäftsführerin", ("economic buyer", "decision maker")),
        ("Leiter Einkauf", ("procurement",)),
        ("Directrice financière", ("economic buyer",)),
        ("Transportation Director", ()),
        ("Product Owner", ()),
        ("Hausmeister", ("end user",)),
        ("", ()),
    ],
)
def test_a_title_tells_usual_roles(title: str, roles: tuple[str, ...]) -> None:
    assert roles_of_title(title) == roles
