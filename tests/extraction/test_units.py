from __future__ import annotations

import unicodedata

import pytest

from atlas_sync.extraction import Attendee
from atlas_sync.extraction.units import split
from tests.extraction.build import PEOPLE, conversation


def said(body: str, **changes: object) -> list[tuple[str, str | None, str]]:
    return [(unit.text, unit.speaker, unit.side) for unit in split(conversation(body, **changes))]


TRANSCRIPTS = {
    "stamp before": "00:01:03 Lena Wirth: We start Monday.\n00:01:09 Jens Brandt: Good.\n",
    "stamp in brackets": "[00:01:03] Lena Wirth: We start Monday.\n[00:01:09] Jens Brandt: Good.\n",
    "label only": "Lena Wirth: We start Monday.\nJens Brandt: Good.\n",
    "first names": "Lena: We start Monday.\nJens: Good.\n",
    "initials": "LW: We start Monday.\nJB: Good.\n",
    "bold": "**Lena Wirth:** We start Monday.\n**Jens Brandt:** Good.\n",
    "stamp behind": "Lena Wirth 0:03\nWe start Monday.\n\nJens Brandt 0:08\nGood.\n",
    "stamp behind, in brackets": "Lena Wirth [00:01:03]\nWe start Monday.\n\nJens Brandt [00:01:08]\nGood.\n",
    "name in brackets": "[Lena Wirth] 00:01:03\nWe start Monday.\n\n[Jens Brandt] 00:01:08\nGood.\n",
    "from when to when": "Lena Wirth (00:01:03 - 00:01:07)\nWe start Monday.\n\nJens Brandt (00:01:08 - 00:01:09)\nGood.\n",
    "numbered speakers": "Speaker 1 (Lena Wirth) [00:14:02]\nWe start Monday.\n\nSpeaker 2 (Jens Brandt) [00:14:06]\nGood.\n",
    "stamp above": "0:00:05\nLena Wirth\nWe start Monday.\n0:00:11\nJens Brandt\nGood.\n",
    "webvtt": "WEBVTT\n\n1\n00:00:03.000 --> 00:00:09.000\n<v Lena Wirth>We start Monday.</v>\n\n2\n00:00:10.000 --> 00:00:12.000\n<v Jens Brandt>Good.</v>\n",
    "webvtt, cues named": "WEBVTT\n\n8f1c2a3b-4d5e/13-0\n00:00:03.000 --> 00:00:09.000\n<v Lena Wirth>We start Monday.</v>\n\n8f1c2a3b-4d5e/16-1\n00:00:10.000 --> 00:00:12.000\n<v Jens Brandt>Good.</v>\n",
    "webvtt, cut": "00:03.000 --> 00:06.000\n<v Lena Wirth>We start</v>\n\n00:06.000 --> 00:09.000\n<v Lena Wirth>Monday.</v>\n\n00:10.000 --> 00:12.000\n<v Jens Brandt>Good.</v>\n",
    "srt, cut": "1\n00:00:03,000 --> 00:00:06,000\nLena Wirth: We\nstart\n\n2\n00:00:06,000 --> 00:00:09,000\nLena Wirth: Monday.\n\n3\n00:00:10,000 --> 00:00:12,000\nJens Brandt: Good.\n",
    "name below a cue, cut": "0:0:2.1 --> 0:0:6.4\nLena Wirth\nWe start\n\n0:0:6.4 --> 0:0:9.4\nLena Wirth\nMonday.\n\n0:0:10.0 --> 0:0:16.0\nJens Brandt\nGood.\n",
    "srt": "1\n00:00:03,000 --> 00:00:09,000\nLena Wirth: We start Monday.\n\n2\n00:00:10,000 --> 00:00:12,000\nJens Brandt: Good.\n",
    "company behind the name": "Lena Wirth (Kestrel): We start Monday.\nJens Brandt (Hallmann): Good.\n",
    "capitals": "00:03 LENA WIRTH We start Monday.\n00:09 JENS BRANDT Good.\n",
    "name below a cue": "0:0:2.1 --> 0:0:9.4\nLena Wirth\nWe start Monday.\n\n0:0:10.0 --> 0:0:16.0\nJens Brandt\nGood.\n",
    "chat": "06/03/2026 10:15 - Lena: We start Monday.\n06/03/2026 10:18 - Jens: Good.\n",
    "chat in brackets": "[06.03.26, 10:15:11] Lena Wirth: We start Monday.\n\u200e[06.03.26, 10:18:22] ~ Jens Brandt: Good.\n",
    "clock before the day": "[10:15, 3/6/2026] Lena: We start Monday.\n[10:18, 3/6/2026] Jens: Good.\n",
    "day and clock behind": "Lena Wirth   10.03.2026 09:12\nWe start Monday.\n\nJens Brandt   10.03.2026 09:13\nGood.\n",
    "inside a line": "Lena: We start Monday. Jens: Good.\n",
}

TRAINING = "we will train your 20 users by 10 May."


@pytest.mark.parametrize("body", TRANSCRIPTS.values(), ids=TRANSCRIPTS)
def test_a_transcript_tells_who_said_what(body: str) -> None:
    assert said(body, kind="call", author=None, author_side="unknown") == [
        ("We start Monday.", "Lena Wirth", "us"),
        ("Good.", "Jens Brandt", "customer"),
    ]


LABELLED = {
    "colon": "{jens}: Good, we pay.\n{lena}: We start Monday.\n",
    "clock before": "00:01 {jens}: Good, we pay.\n00:10 {lena}: We start Monday.\n",
    "clock above": "00:01\n{jens}\nGood, we pay.\n00:10\n{lena}\nWe start Monday.\n",
    "clock behind": "{jens}   0:01\nGood, we pay.\n\n{lena}   0:10\nWe start Monday.\n",
    "voice": "WEBVTT\n\n00:01.000 --> 00:03.000\n<v {jens}>Good, we pay.</v>\n\n00:10.000 --> 00:13.000\n<v {lena}>We start Monday.</v>\n",
}
BESIDE = {
    "bar": ("Lena Wirth | Kestrel & Pine", "Jens Brandt | Hallmann"),
    "dash": ("Lena Wirth - Kestrel", "Jens Brandt – Hallmann"),
    "slash": ("Lena Wirth / Kestrel", "Jens Brandt / Hallmann GmbH"),
    "at": ("Lena Wirth @ Kestrel", "Jens Brandt @ Hallmann"),
    "comma": ("Lena Wirth, Kestrel", "Jens Brandt, Hallmann"),
    "brackets": ("Lena Wirth [Kestrel]", "Jens Brandt [Hallmann]"),
    "last name first": ("Wirth, Lena", "Brandt, Jens"),
    "address": ("lena.wirth@kestrel.example", "j.brandt@hallmann.example"),
}


@pytest.mark.parametrize("names", BESIDE.values(), ids=BESIDE)
@pytest.mark.parametrize("form", LABELLED.values(), ids=LABELLED)
def test_a_label_with_the_company_beside_the_name_tells_who_speaks(form: str, names: tuple[str, str]) -> None:
    lena, jens = names
    assert said(form.format(lena=lena, jens=jens), kind="call", author=None, author_side="unknown") == [
        ("Good, we pay.", "Jens Brandt", "customer"),
        ("We start Monday.", "Lena Wirth", "us"),
    ]


@pytest.mark.parametrize("kind", ["call", "note"])
@pytest.mark.parametrize(
    "body",
    [
        "09:01:02 From Jens Brandt to Everyone:\n\tGood, we pay.\n09:02:10 From Lena Wirth to Everyone:\n\tWe start Monday.\n",
        "09:01:02 From  Jens Brandt : Good, we pay.\n09:02:10 From  Lena Wirth : We start Monday.\n",
        "<Jens Brandt> Good, we pay.\n<Lena Wirth> We start Monday.\n",
    ],
)
def test_the_chat_beside_a_call_tells_who_wrote(body: str, kind: str) -> None:
    assert said(body, kind=kind) == [
        ("Good, we pay.", "Jens Brandt", "customer"),
        ("We start Monday.", "Lena Wirth", "us"),
    ]


def test_a_label_whose_accents_are_signs_of_their_own_tells_who_speaks() -> None:
    people = (*PEOPLE, Attendee("José Núñez", "j.nunez@hallmann.example", "customer"))
    label = unicodedata.normalize("NFD", "José Núñez")
    found = said(f"{label}: We pay.\nLena: We start Monday.\n", kind="call", author=None, attendees=people)
    assert [(name, side) for _text, name, side in found] == [("José Núñez", "customer"), ("Lena Wirth", "us")]


@pytest.mark.parametrize(
    "label", ["Jens Brandt / Lena Wirth", "Hallmann - Lena Wirth", "Jens - Hallmann", "Jens Brandt - stock feed"]
)
def test_a_label_that_may_mean_another_tells_nobody(label: str) -> None:
    body = f"00:01 {label}: We start Monday.\n00:10 Lena: Good.\n"
    assert said(body, kind="call", author=None, author_side="unknown")[0][2] == "unknown"


@pytest.mark.parametrize("kind", ["call", "meeting"])
@pytest.mark.parametrize("mark", [" – ", " - ", ", ", " / "])
def test_a_topic_behind_a_name_leaves_the_word_to_the_author(mark: str, kind: str) -> None:
    lines = [f"Jens Brandt{mark}Stock Feed: we import it.", f"Lena Wirth{mark}Reports: we deliver them."]
    found = said("\n".join(["Summary of the talk.", *lines]), kind=kind)
    assert found[1:] == [(lines[0], None, "unknown"), (lines[1], "Lena Wirth", "us")]


@pytest.mark.parametrize("kind", ["call", "meeting"])
def test_behind_somebody_and_a_topic_what_the_author_says_next_is_the_authors(kind: str) -> None:
    body = (
        "Summary of the talk.\nJens Brandt - Acme: we send the list\non Friday.\nWe start.\nJens Brandt - Feed: runs.\n"
    )
    assert [side for _text, _name, side in said(body, kind=kind)] == ["us", "unknown", "unknown", "us", "us"]


@pytest.mark.parametrize("mark", [" – ", " - ", ", ", " / "])
@pytest.mark.parametrize("job", ["Head of E-Commerce", "Head", "CEO", "IT-Leiterin", "Managing Director"])
def test_a_label_with_the_job_beside_the_name_tells_who_speaks(job: str, mark: str) -> None:
    body = f"Jens Brandt{mark}{job}: Good, we pay.\nLena Wirth{mark}Account Director: We start Monday.\n"
    sides = [("Jens Brandt", "customer"), ("Lena Wirth", "us")]
    assert [(name, side) for _text, name, side in said(body, kind="call", author=None, author_side="unknown")] == sides
    assert [(name, side) for _text, name, side in said(f"Summary.\n{body}", kind="meeting")][1:] == sides


def test_a_company_that_no_address_tells_is_one_where_the_label_comes_back() -> None:
    body = "Jens Brandt - Acme: We pay.\nLena: We start.\nJens Brandt - Acme: Good to know.\n"
    assert said(body, kind="call", author=None)[2] == ("Good to know.", "Jens Brandt", "customer")


def test_in_minutes_what_stands_behind_a_name_and_a_dash_is_what_is_spoken_of() -> None:
    line = "Jens Brandt - Stock Feed: runs by Monday."
    assert said(f"We met on site.\n{line}\n", kind="meeting")[1] == (line, "Lena Wirth", "us")


CHATS = {
    "name and clock above": "Lena Wirth  10:02 AM\nWe start Monday.\n\nJens Brandt  10:03 AM\nGood.\n",
    "clock and name above": "[10:02] Lena Wirth\nWe start Monday.\n[10:03] Jens Brandt\nGood.\n",
    "name, clock above": "Lena Wirth, 10:02\n\nWe start Monday.\n\nJens Brandt, 10:03\n\nGood.\n",
    "clock behind the name": "Lena Wirth (10:02): We start Monday.\nJens Brandt (10:03): Good.\n",
    **{
        when: f"Lena Wirth{when}\nWe start Monday.\nJens Brandt{when}\nGood.\n"
        for when in (
            " 10.03.2026 07:58",
            " (Mar 10, 2026 7:58 AM)",
            ", 10 March 2026, 07:58:",
            ", 10. März 2026 um 07:58 Uhr",
            " - 10/Mar/26 7:58 AM",
            " on 2026-03-10 at 07:58",
            " wrote on 10 March 2026:",
            " schrieb am 10.03.2026 um 07:58 Uhr:",
            " a écrit le 10 mars 2026 à 07:58 :",
        )
    },
    **{
        form: "".join(
            form.format(f"{name} <l@kestrel.example>") + f"\n{words}\n"
            for name, words in (("Lena Wirth", "We start Monday."), ("Jens Brandt", "Good."))
        )
        for form in (
            "On Tue, Mar 10, 2026 at 9:12 AM {} wrote:",
            "Am 10. März 2026 um 09:12 schrieb {}:",
            "El 10 de marzo de 2026 a las 9:12, {} escribió:",
        )
    },
}


@pytest.mark.parametrize(
    "form", ["webvtt", "name below a cue", "chat", "chat in brackets", "clock before the day", *CHATS]
)
def test_a_chat_or_transcript_in_a_note_tells_who_said_what(form: str) -> None:
    body = f"Heard from them:\n{(TRANSCRIPTS | CHATS)[form]}"
    assert said(body, kind="note")[1:] == [
        ("We start Monday.", "Lena Wirth", "us"),
        ("Good.", "Jens Brandt", "customer"),
    ]


@pytest.mark.parametrize(
    ("body", "sides"),
    [
        ("[10:12] Jens: Is it on?\n[10:15] Lena: We start Monday.\n", ["customer", "us"]),
        ("10:12 Jens: wants it blue.\n11:00 Sabine: has doubts.\n", ["us", "us"]),
        ("10:18 call with Jens: wants it blue.\nJens: pays on Friday.\n", ["us", "us"]),
        ("06/03/2026 10:12 - Jens: wants it blue.\n", ["us"]),
        ("\n", []),
        ("Jens, 10:12\nWe start Monday.\n", ["us", "us"]),
        ("10:00 Jens\n11:00 Lena\n12:00 Sabine\nWe start Monday.\n", ["us", "us", "us", "us"]),
        ("Jens 10:12\nI will send it.\nSabine 10:15\nWe pay.\n", ["customer", "customer"]),
        (
            "Lena 10:11\nIs it on?\nJens 10:12\nYes.\n\nWe pay.\n\nLena 10:15\nGood.\n\nWe start Monday.\n",
            ["us", "customer", "unknown", "us", "us"],
        ),
        (
            "[10:18, 06/03/2026] Jens: I will send it.\nAnd the list.\n\nWe start Monday.\n",
            ["customer", "customer", "us"],
        ),
        ("He was on leave.\nJens wrote on 10 March:\nI will send it.\n\nWe pay.\n", ["us", "customer", "unknown"]),
        ("Jens wrote on 10 March: he wants it blue.\nSabine wrote:\nWe pay.\n", ["us", "us", "us"]),
        ("Jens Brandt, 10.03.2026 10:12\nWe start Monday.\n", ["us", "us"]),
        ("6/3/26, 10:12 AM - +49 40 123456: Is it on?\n6/3/26, 10:15 AM - Lena: Yes, it is.\n", ["unknown", "us"]),
    ],
)
def test_in_a_note_a_name_behind_a_stamp_speaks_where_people_take_turns(body: str, sides: list[str]) -> None:
    assert [side for _text, _name, side in said(body, kind="note")] == sides


@pytest.mark.parametrize("kind", ["call", "meeting"])
def test_a_lone_name_with_its_day_heads_what_was_written_down(kind: str) -> None:
    found = said("Jens Brandt, 10.03.2026 10:00\nWe start Monday.\n", kind=kind)
    assert [side for _text, _name, side in found] == ["us", "us"]


@pytest.mark.parametrize(
    ("notice", "units"),
    [
        ("Messages and calls are end-to-end encrypted. No one outside of this chat can read them.", 1),
        ("\u200eNachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt. Niemand kann sie lesen.", 1),
        ("Los mensajes y las llamadas están cifrados de extremo a extremo.", 1),
        ("Jens Brandt: \u200eMessages and calls are end-to-end encrypted. Only people in this chat can read them.", 1),
        ("Lena Wirth: Messages and calls are end-to-end encrypted.", 2),
        ("Lena Wirth: Good.", 2),
    ],
)
@pytest.mark.parametrize("stamp", ["[10/03/2026, 09:12:00] ", "10/03/2026, 09:12 - "])
def test_what_a_chat_says_of_itself_is_not_said(stamp: str, notice: str, units: int) -> None:
    assert len(said(f"{stamp}{notice}\n{stamp}Jens Brandt: We pay.\n", kind="note")) == units


@pytest.mark.parametrize(
    ("cues", "units"),
    [
        (["We start", "Lena: on Monday. And we", "stay"], ["We start on Monday.", "And we stay"]),
        (["Wir liefern am 14.", "April das Portal."], ["Wir liefern am 14. April das Portal."]),
        (["We need 14.", "May I ask?"], ["We need 14.", "May I ask?"]),
        (["We start", "<v Jens Brandt>on Monday?</v>"], ["We start", "on Monday?"]),
        (["We start", "- On Monday?"], ["We start", "On Monday?"]),
        (["We start", "on Monday\n\nwrites me."], ["We start on Monday", "writes me."]),
        (["We start", "on Monday", *["and so on"] * 30], ["We start", "on Monday", *["and so on"] * 30]),
    ],
)
def test_what_a_voice_says_from_cue_to_cue_is_one_as_far_as_a_stop(cues: list[str], units: list[str]) -> None:
    labelled = [f"Lena: {cues[0]}", *cues[1:]]
    body = "".join(f"0:0:{at}.0 --> 0:0:{at}.9\n{words}\n\n" for at, words in enumerate(labelled))
    assert [text for text, _name, _side in said(body, kind="call")] == units


def test_words_right_above_a_cue_are_no_name_of_it() -> None:
    body = "00:03 --> 00:06\nGood.\n00:06 --> 00:09\n\nFine.\n00:09 --> 00:12\nBye.\n"
    assert [text for text, _name, _side in said(body, kind="call")] == ["Good.", "Fine.", "Bye."]


def test_a_name_nobody_knows_speaks_below_a_cue_where_it_comes_back() -> None:
    turn = "0:0:{at}.0 --> 0:0:{at}.9\n{name}\nWe pay on Friday.\n\n"
    names = ["Lena Wirth", "Ana Reis", "Jens Brandt", "Ana Reis"]
    body = "".join(turn.format(at=at, name=name) for at, name in enumerate(names))
    assert [name for _text, name, _side in said(body, kind="meeting")] == names


def test_a_day_before_a_line_that_names_nobody_is_part_of_it() -> None:
    body = "06/05/2026 10:00 - we deliver the racks.\n06/05/2026 11:00 Agenda: the racks.\n"
    assert [text for text, _name, _side in said(body, kind="meeting")] == body.splitlines()


def test_a_speaker_nobody_knows_has_no_side() -> None:
    body = "00:01 Lena Wirth: Hello there.\n00:02 Mystery Guest: We will pay.\nSpeaker 4: We sign.\n"
    assert [side for _text, _speaker, side in said(body, kind="call", author=None)] == ["us", "unknown", "unknown"]


@pytest.mark.parametrize(
    ("label", "side"),
    [
        ("Melissa Tran", "unknown"),
        ("Melissa Tran (customer, no contact)", "unknown"),
        ("Dr. Melissa van der Tran", "unknown"),
        ("Melissa", "unknown"),
        ("Next Steps", "us"),
        ("Budget", "us"),
        ("Offene Punkte", "us"),
        ("Three more things", "us"),
    ],
)
@pytest.mark.parametrize("kind", ["call", "meeting"])
def test_in_talk_without_stamps_a_name_nobody_knows_speaks_and_a_heading_does_not(
    label: str, side: str, kind: str
) -> None:
    body = f"Jens Brandt: Is it on?\nLena Wirth: We start Monday.\n{label}: We bring the list.\nJens Brandt: Good.\n"
    found = said(body, kind=kind)
    assert [each for _text, _name, each in found] == ["customer", "us", side, "customer"]
    assert (found[2][0] == "We bring the list.") == (side == "unknown")


def test_in_talk_that_is_wrapped_a_name_nobody_knows_speaks_until_the_next() -> None:
    body = "Jens: Is it\non, please?\nLena: We start\non Monday.\nMelissa Tran: We bring\nthe list.\n"
    sides = [side for _text, _name, side in said(body, kind="call")]
    assert sides == ["customer", "customer", "us", "us", "unknown", "unknown"]


def test_names_that_come_back_are_speakers_where_none_is_known() -> None:
    body = "Ida Holm: Is it on?\nBo Lind: We start Monday.\nIda Holm: Good.\nBo Lind: We bring the list.\n"
    assert [(name, side) for _text, name, side in said(body, kind="call", attendees=PEOPLE[:1])] == [
        (name, "unknown") for name in ("Ida Holm", "Bo Lind", "Ida Holm", "Bo Lind")
    ]


def test_headings_make_no_talk_of_a_note_on_a_call() -> None:
    body = "Budget: 40k.\nSite Access: we bring the keys.\nData Room: we build it.\nJens: likes it.\n"
    assert [side for _text, _name, side in said(body, kind="call")] == ["us", "us", "us", "customer"]


def test_a_label_two_people_share_means_neither() -> None:
    people = (*PEOPLE, Attendee("Jens Larsen", None, "us"))
    assert said("00:01 Jens: We start.", kind="call", author=None, author_side="unknown", attendees=people) == [
        ("We start.", "Jens", "unknown")
    ]


def test_a_colon_in_speech_is_no_label() -> None:
    body = "Lena Wirth: Two things: the racks and the readers.\nOne more: the test comes first.\n"
    assert {speaker for _text, speaker, _side in said(body, kind="call", author=None)} == {"Lena Wirth"}


def test_a_side_follows_from_the_address_and_is_not_guessed_otherwise() -> None:
    people = (
        Attendee("Lena Wirth", "lena@kestrel.example", "us"),
        Attendee("Kim Larsen", "kim@kestrel.example", "unknown"),
        Attendee("Pat Doe", "pat@gmail.com", "unknown"),
    )
    body = "Kim Larsen: We start Monday.\nPat Doe: We pay on Friday.\n"
    sides = [
        side for _text, _name, side in said(body, kind="call", author=None, author_side="unknown", attendees=people)
    ]
    assert sides == ["us", "unknown"]


def test_a_forwarded_message_is_its_senders() -> None:
    body = "FYI\n\n---------- Forwarded message ---------\nFrom: Jens Brandt <j.brandt@hallmann.example>\nDate: x\nSubject: y\n\nWe send the files Monday."
    assert said(body)[-1] == ("We send the files Monday.", "Jens Brandt", "customer")


@pytest.mark.parametrize("head", ["MINUTES 7 May 2026, Gatehouse Kaiserhafen, 13:00-14:40", "Kick-off Nordhavn 10:00"])
def test_the_hour_of_minutes_is_no_speaker(head: str) -> None:
    body = f"{head}\nWe start Monday."
    assert said(body, kind="meeting", author="Lena Wirth", author_side="us")[-1][1:] == ("Lena Wirth", "us")


def test_minutes_without_an_author_speak_of_whom_they_name() -> None:
    body = "- Kestrel delivers the racks.\n- Mr Brandt sends the files.\n- The contractor cleans up.\n- It was cold.\n"
    sides = [side for _text, _name, side in said(body, kind="meeting", author=None, author_side="unknown")]
    assert sides == ["us", "customer", "us", "unknown"]


@pytest.mark.parametrize(
    ("body", "sides"),
    [
        ("Jens: prefers mornings.\n- We label every cable.\n- We start Monday.\n", ["customer", "us", "us"]),
        ("Jens: prefers mornings.\nWe label every cable.\n", ["customer", "us"]),
        (
            "Jens: will bring:\n- the list\n- the keys\nWe label every cable.\n",
            ["customer", "customer", "customer", "us"],
        ),
        ("Jens: the guards want photos, he will\nsend the list.\nWe start Monday.\n", ["customer", "customer", "us"]),
        ("Cables\nJens: prefers mornings.\nDoors: we fit them.\nThe lift: ours.\n", ["us", "customer", "us", "us"]),
        ("Jens Brandt 0:03\nI will send it.\nWe pay on Friday.\n", ["customer", "customer"]),
        (
            "1\n00:00:03 --> 00:00:09\nJens: Yes.\nWe pay on Friday.\nOn the day.\n",
            ["customer", "customer", "customer"],
        ),
        ("Jens: I will.\nLena: Good.\nJens: Yes.\nWe pay on Friday.\n", ["customer", "us", "customer", "customer"]),
        ("Jens: the list.\nLena: the racks.\nWe start Monday.\nDoors fit.\n", ["customer", "us", "us", "us"]),
        ("1. Racks stay. Jens: I prefer mornings.\n2. We start Monday.\n", ["us", "customer", "us"]),
        ("1. Racks stay on Monday. Jens: acceptable, not one day more.\n", ["us", "us"]),
        ("Sabine asks; Jens: we send the list on Friday.\nDoors fit.\n", ["us", "customer", "us"]),
        ("Security. Jens: he has a veto.\nWe asked Dr. Ruf: no answer.\n", ["us", "us"]),
    ],
)
def test_a_label_in_minutes_holds_for_its_line_and_in_talk_until_the_next(body: str, sides: list[str]) -> None:
    assert [side for _text, _name, side in said(body, kind="meeting")] == sides


def test_minutes_without_an_author_are_nobodys_again_after_a_labelled_line() -> None:
    body = "Jens: prefers mornings.\n- We label every cable.\n- It was cold.\n"
    assert said(body, kind="meeting", author=None, author_side="unknown")[1:] == [
        ("We label every cable.", None, "us"),
        ("It was cold.", None, "unknown"),
    ]


@pytest.mark.parametrize("kind", ["email", "call", "meeting", "note"])
def test_a_lone_sentence_has_the_side_it_came_with(kind: str) -> None:
    found = said("The ramp is up before the first guest.", kind=kind, author=None, author_side="us")
    assert found == [("The ramp is up before the first guest.", None, "us")]


@pytest.mark.parametrize(
    ("line", "units"),
    [
        ("Dr. Ruf gets it. Then we start.", ["Dr. Ruf gets it.", "Then we start."]),
        ("Both. One for the patch, one for the platform.", ["Both. One for the patch, one for the platform."]),
        ("It costs approx. 40 k. Incl. travel.", ["It costs approx. 40 k.", "Incl. travel."]),
        ("Hi\xa0Anna, I'll send it by Friday. OK.", ["I'll send it by Friday.", "OK."]),
        ("Dear Dr. Ruf, dear Jens! We start on Monday.", ["We start on Monday."]),
        ("Dear Jens, dear Sabine,", ["Dear Jens, dear Sabine,"]),
        ("Hi Jens, Sabine and the whole team,", ["Hi Jens, Sabine and the whole team,"]),
        ("Dear customers get it, as do all others.", ["Dear customers get it, as do all others."]),
        ("Really? We will.", ["Really?", "We will."]),
        ("go-live Q2 // price flat // on us", ["go-live Q2", "price flat", "on us"]),
        ("- (a) three months hosting", ["(a) three months hosting"]),
        ("3.2 Racks by Friday.", ["Racks by Friday."]),
        ("3.2 Racks by Friday.\n3.3 readers", ["Racks by Friday.", "readers"]),
        ("D1 Inspection on 6 November.\nD2 Test first.", ["Inspection on 6 November.", "Test first."]),
        ("AI-12 Racks by Friday.\nD-04: readers\nR2: cables", ["Racks by Friday.", "readers", "cables"]),
        ("| 4 | Racks | Friday |", ["4 | Racks | Friday"]),
        (
            "The plan is done by April 24. Training starts on May 15. 48 scanners follow by June 5. We stay.",
            [
                "The plan is done by April 24.",
                "Training starts on May 15.",
                "48 scanners follow by June 5.",
                "We stay.",
            ],
        ),
        ("Payment is net 45. Travel is free.", ["Payment is net 45.", "Travel is free."]),
        ("Wir liefern in KW 24. Schulung folgt.", ["Wir liefern in KW 24.", "Schulung folgt."]),
        ("Nous livrons le 15. Formation le 20.", ["Nous livrons le 15.", "Formation le 20."]),
        ("Vi leverer den 15. Kursus i uge 30.", ["Vi leverer den 15.", "Kursus i uge 30."]),
        ("The answer is no. We do no. 4 by 20 Apr. 2026.", ["The answer is no.", "We do no. 4 by 20 Apr. 2026."]),
        (
            "You have it by Thu. 14.05.2026. See you Thu. We start then.",
            ["You have it by Thu. 14.05.2026.", "See you Thu.", "We start then."],
        ),
        ("You have it by Thu. 14.05 at the latest.", ["You have it by Thu. 14.05 at the latest."]),
        ("You have it by Thu. 14.5 at the latest.", ["You have it by Thu. 14.5 at the latest."]),
        ("You have it by Thu. 14.5, as agreed.", ["You have it by Thu. 14.5, as agreed."]),
        ("Wir kommen am Do. 14.5 um 10 Uhr.", ["Wir kommen am Do. 14.5 um 10 Uhr."]),
        ("You have it on Mon. 3.2 is the newest one.", ["You have it on Mon.", "3.2 is the newest one."]),
        ("You have it by Thu. 14/5, we hope.", ["You have it by Thu. 14/5, we hope."]),
        ("We start on Fri. 24/7 support is included.", ["We start on Fri.", "24/7 support is included."]),
        ("We go live on Mon. 2-3 consultants come along.", ["We go live on Mon.", "2-3 consultants come along."]),
        ("You have it on Fri. 1.5 days of training are in.", ["You have it on Fri.", "1.5 days of training are in."]),
        ("You have it on Fri. 1.10 hours are in it.", ["You have it on Fri.", "1.10 hours are in it."]),
        ("It is live by 14.05. (Thu) for all. (We hope.)", ["It is live by 14.05. (Thu) for all.", "(We hope.)"]),
        (
            "It is ready by 20 Apr. It lasts 45 min. Then you go.",
            ["It is ready by 20 Apr.", "It lasts 45 min.", "Then you go."],
        ),
        ("Kestrel Ltd. We answer by 5 p.m. They know that.", ["Kestrel Ltd. We answer by 5 p.m.", "They know that."]),
        (
            "We'll put in twelve badge kiosks and we'll send you the floor plan by 29 May.",
            ["We'll put in twelve badge kiosks", "we'll send you the floor plan by 29 May."],
        ),
        (
            "We will file the tax return by 12 June, and then I will train your bookkeepers by 30 June.",
            ["We will file the tax return by 12 June", "I will train your bookkeepers by 30 June."],
        ),
        (
            "We will deliver the portal by 3 June and we will deliver the manuals by 5 June.",
            ["We will deliver the portal by 3 June", "we will deliver the manuals by 5 June."],
        ),
        *(
            (
                f"We will {work} by 3 May and we will train your 20 users by 10 May.",
                [f"We will {work} by 3 May", TRAINING],
            )
            for work in (
                "move the archive to the new server",
                "hold the kickoff in Bremen",
                "remove the old tills",
                "reduce the page load time to 2 seconds",
                "push the product data to the shop",
                "drop off the tills in Bremen",
            )
        ),
        *(
            (whole, [whole])
            for whole in (
                "We will drop the training of the drivers and we will send you a manual by 3 May.",
                "We will install the tills and we will install the printers by 3 May.",
                "We will skip the training of the drivers and we will send you a manual by 3 May.",
                "We will send you a manual by 3 May and we will cancel the workshop on 5 May.",
            )
        ),
    ],
)
def test_lines_are_cut_into_what_is_said(line: str, units: list[str]) -> None:
    assert [text for text, _speaker, _side in said(line, kind="note")] == units


@pytest.mark.parametrize(
    "body",
    [
        "10 scanners come free.",
        "2 days of training\n3 days of support\n1 spare",
        "1 June.",
        "14 April is fixed.\n15 April is not.",
        "14. April ist fest.\n15. April auch.\n5. März nicht.",
        "14.04. Schulung\n15.04. Abnahme",
        "4.10 per cow, flat",
        "62.5 kVA",
        "P1 tickets within 1 hour\nP2 tickets within 4 hours",
        "Q2 go-live confirmed\nQ3 training",
        "A4 flyers, free",
        "R11 tiles",
    ],
)
def test_a_number_or_label_that_counts_no_lines_is_part_of_what_is_said(body: str) -> None:
    assert [text for text, _speaker, _side in said(body, kind="note")] == body.split("\n")


@pytest.mark.parametrize(
    "marks",
    [
        ["1 ", "2 ", "3 "],
        ["1. ", "2. ", "3. "],
        ["1) ", "2) ", "3) "],
        ["1 | ", "2 | ", "3 | "],
        ["4. ", "4.1 ", "5. "],
        ["3.1. ", "3.2. ", "3.3. "],
        ["A1 ", "A2 ", "A3 "],
        *([f"{bullet} "] * 3 for bullet in "-*•·–—+>▪◦●○■□‣☐☑✓✔→➢➤\uf0a7\uf0b7"),
        ["o\t", "o   ", "§  "],
        ["[ ] ", "[x] ", "- [ ] "],
    ],
    ids=" ".join,
)
def test_what_counts_or_marks_lines_is_no_part_of_what_is_said(marks: list[str]) -> None:
    lines = ["Jan sends the list.", "May we start?", "Set up."]
    body = "".join(f"{mark}{line}\n" for mark, line in zip(marks, lines, strict=True))
    assert [text for text, _speaker, _side in said(body, kind="note")] == lines


@pytest.mark.parametrize(
    "line",
    [
        "Wir liefern am 30. April, im 3. Quartal bis 2. OG und jeden 1. Montag.",
        "Aufzug, 2. Mann, vor 1. Einsatz, z. B. Die Kabel.",
        "Dodávka 28. 5. 2026, den 3. juni, le 7 nov. 2026.",
        "We build it, e.g. The Hub, vs. Our Hub, at 5 p.m. Friday with J. Brandt of Kestrel Ltd. Leeds on May 5. 2026.",
    ],
)
def test_a_stop_behind_what_is_short_or_counts_ends_nothing(line: str) -> None:
    assert [text for text, _speaker, _side in said(line, kind="note")] == [line]


@pytest.mark.parametrize(
    "line",
    [
        "If we win the tender and we'll know by Friday, we start.",
        "We'll build the price list and we'll send it to you by 29 May.",
        "We'll come by on Monday so that we can measure and we will send the plan.",
        "We'll send the plan of the hall and you'll sign it by Friday.",
        "We'll send the plan of the hall and we'll be done by 3 May.",
        "We'll send the plan of the hall, but we'll need the logo by Friday.",
        "We'll install two readers and we'll charge nothing for 2026.",
        "We'll install the readers and we'll train your staff, both by 3 May.",
        "We'll install the readers and we'll train your staff by 3 May if you sign.",
        "We'll install the readers and we'll train your staff.",
        "We'll ship and we'll install the readers by 3 May.",
        "We'll install the readers on Monday and we'll finish by noon on Friday.",
        "We'll install the readers on 3 June and we'll move on from there.",
        "We'll install the readers on 3 June and we'll leave everything to Jens.",
        "We'll install the readers on 3 June and we'll keep you in the loop.",
        "We'll install the readers on 3 June and we'll hold off the rest.",
        "We'll install the readers on 3 June and we'll hold you to your word.",
    ],
)
def test_what_hangs_together_is_one_thing_however_often_we_say_we_will(line: str) -> None:
    assert [text for text, _speaker, _side in said(line)] == [line]


def test_a_unit_knows_what_was_said_before_it_also_before_the_text() -> None:
    units = split(conversation("Yes, we do. On Friday then.", context="Could you take the sofa one?"))
    assert [unit.before for unit in units] == ["Could you take the sofa one?", "Yes, we do."]
