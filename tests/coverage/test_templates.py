from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.canonical.document import Bullets, Heading, Paragraph, Quote, Span, plain_text
from atlas_sync.coverage import CreateItem, Rules, Target, Texts, propose
from atlas_sync.coverage.templates import NAMES, Value
from atlas_sync.errors import ConfigError
from tests.coverage.build import engagement, full_record, gaps_of, point, promise, record

_LAYOUT = st.text(alphabet="# -*\n\r\t{}%<>[]|!\\`_~\ue000\ue001:0123ab\u2028é", max_size=40)
_EVERYWHERE = Texts(
    {
        "promise": "{{ client }}: {{ said }}\n\n# {{ by }}\n- {{ to }}\nDue {{ due }}.\n"
        "{% set both = by ~ to %}\n- {{ both }}\n{{ quote }}\n"
    }
)
_GIVEN: dict[str, Value] = dict.fromkeys(NAMES["promise"], "x") | {"quote": (Quote(text="q"),), "taken_back": False}


def _made(texts: Texts, **changes: object) -> list[CreateItem]:
    made = full_record(**changes)
    target = Target(project="SCAN", audience="internal")
    rules = Rules(texts=texts, assignees={"promise": "5b10ac"}, decide_within_days=14)
    commands = propose(made, gaps_of(made), target=target, existing={}, tenant="t", rules=rules).commands
    return [one for one in commands if isinstance(one, CreateItem)]


def _by_kind(commands: list[CreateItem]) -> dict[str, CreateItem]:
    return {one.item: one for one in commands}


def test_company_changes_a_text_and_the_rest_is_as_we_write_it() -> None:
    own = "To do for {{ client }}\n\n# As said\n{{ quote }}\n- {{ by }}\n- {{ to | upper }}\n\nDue {{ due }}\n"
    made = _by_kind(_made(Texts({"promise": own})))
    assert made["promise"].summary == "To do for Nordhavn"
    heading, quote, bullets, due, origin = made["promise"].body.blocks
    assert heading == Heading(text="As said")
    assert isinstance(quote, Quote)
    assert bullets == Bullets(items=((Span(text="Hana Vrba"),), (Span(text="GRETA KOEHLER"),)))
    assert (due, origin) == (
        Paragraph(spans=(Span(text="Due 14 Aug 2026"),)),
        Paragraph(spans=(Span(text="Record: prm_1111111111111111"),)),
    )
    assert made["brief"].summary == "Kickoff brief: Yard scanners"


def test_type_of_deal_chooses_its_text_where_it_has_one() -> None:
    texts = Texts({"renewal-of-term/brief": "Renewed: {{ name }}\n{{ why }}"})
    renewed = engagement(deal_type="Renewal of Term")
    assert _by_kind(_made(texts, engagement=renewed))["brief"].summary == "Renewed: Yard scanners"
    assert _by_kind(_made(texts, engagement=engagement(deal_type="newbusiness")))["brief"].summary.startswith("Kickoff")


def test_rules_say_who_gets_an_item_and_by_when_a_point_is_decided() -> None:
    made = _by_kind(_made(Texts()))
    assert (made["promise"].assignee, made["decision"].assignee) == ("5b10ac", None)
    assert made["decision"].due == date(2026, 6, 15)
    assert "It is needed by 15 Jun 2026." in plain_text(made["decision"].body)
    open_point = record(scope=(point(kind="vague"),))
    (brief, decision) = propose(
        open_point, gaps_of(open_point), target=Target(project="SCAN", audience="internal"), existing={}, tenant="t"
    ).commands[::2]
    assert isinstance(decision, CreateItem)
    assert (decision.due, decision.assignee) == (None, None)
    assert "No day is known." in plain_text(decision.body)
    assert brief.action == "create"


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"promise": "T\n\n{{ nobody }}"}, "own/promise.txt, line 3: nobody is not known here; there are by, client"),
        ({"promise": "T\n{% if due %}\n"}, "own/promise.txt, line 2: Unexpected end"),
        ({"x/brief": "T\n{{ name|shout }}"}, "own/x/brief.txt, line 2: No filter named 'shout'."),
        (
            {"promise": "T\n\n{{ by.__class__.__mro__ }}"},
            "line 3: access to attribute '__class__' of 'str' object is unsafe",
        ),
        ({"promise": "T\n\n\n{{ due_text[3] / 0 }}"}, "line 4: "),
        ({"promise": "T\nThey said: {{ quote }}"}, "line 2: quote holds whole blocks: it stands on a line of its own"),
        ({"promise": "\n{{ quote }}"}, "line 1: the first line is the title, and it is empty"),
        (
            {"promises": "T"},
            "own/promises.txt, line 1: there is no text of this name; there are brief, decision, person",
        ),
        ({"promise": "T\n" + "x" * 9_000}, "it is longer than 8000 characters"),
    ],
)
def test_text_that_cannot_be_used_is_refused_with_file_and_line(own: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Texts(own, folder="own/")
    assert said in str(caught.value)


@settings(max_examples=60)
@given(_LAYOUT, st.sampled_from(["by", "to", "said", "due", "client"]))
def test_value_never_becomes_layout(text: str, name: str) -> None:
    title, body = _EVERYWHERE.render("promise", None, _GIVEN | {name: text})
    _title, plain = _EVERYWHERE.render("promise", None, _GIVEN)
    assert [block.block for block in body.blocks] == [block.block for block in plain.blocks]
    assert "\n" not in title
    assert len(title) <= 120
    if name not in {"client", "said"}:
        assert text in plain_text(body)


def test_long_record_with_every_shipped_text_stays_below_the_limit() -> None:
    made = _made(Texts(), promises=tuple(promise("A word " * 300, id=f"prm_{at}") for at in range(80)))
    assert max(len(plain_text(one.body)) for one in made) < 21_000
