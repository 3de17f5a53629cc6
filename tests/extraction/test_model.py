"""The model as it is shipped: whole, total over any text, and the same for each unit whatever it is asked beside."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.errors import ConfigError
from atlas_sync.extraction import READER_VERSION, model
from atlas_sync.extraction.inputs import Question, encode, questions_of, said_before, traits_of
from atlas_sync.extraction.model import Model, shipped
from atlas_sync.extraction.units import split
from atlas_sync.extraction.wordpiece import Vocabulary, read_vocabulary
from tests.extraction.build import conversation
from training.examples import UNREAD, examples_of
from training.labels import KINDS, LABELS

WEIGHTS = Path(model.__file__).parent / "weights"
PLAIN = Question("We'll have the pump running by Friday.", "us email")


@pytest.fixture(scope="module")
def reader() -> Model:
    found = shipped()
    assert found is not None, "the package carries its model"
    return found


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return read_vocabulary(WEIGHTS / "vocabulary.txt")


def test_readings_are_remembered_under_the_hash_of_the_weights(reader: Model) -> None:
    assert hashlib.sha256((WEIGHTS / "reader.onnx").read_bytes()).hexdigest() == reader.sheet.sha256
    assert reader.sheet.sha256[:12] in READER_VERSION


def test_the_card_names_the_weights_that_are_shipped(reader: Model) -> None:
    card = Path(__file__).parents[2] / "docs" / "reader-model.md"
    assert reader.sheet.sha256 in card.read_text(encoding="utf-8")
    assert hashlib.sha256((WEIGHTS / "kinds.json").read_bytes()).hexdigest() in card.read_text(encoding="utf-8")


def test_the_sheet_fits_what_training_asks(reader: Model) -> None:
    assert reader.sheet.labels == LABELS
    assert reader.sheet.kinds == KINDS
    assert set(reader.sheet.bands) == set(reader.sheet.weights) == set(LABELS)
    for alone, among in reader.sheet.bands.values():
        assert 0 < alone.review <= alone.sure < 1
        assert 0 < among.review <= among.sure < 1
    for name, pair in reader.sheet.weights.items():
        assert all(weights[name] > 0 for weights in pair), "a label's own logit speaks for it"


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(WEIGHTS, tmp_path / "weights")
    weights = bytearray((folder / "reader.onnx").read_bytes())
    weights[len(weights) // 2] ^= 1
    (folder / "reader.onnx").write_bytes(weights)
    with pytest.raises(ConfigError) as refused:
        Model(folder)
    assert "Install" in refused.value.advice


def test_without_its_files_the_rules_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "_FOLDER", tmp_path)
    model.shipped.cache_clear()
    try:
        assert shipped() is None
        assert model.shipped_version().startswith("rules")
    finally:
        model.shipped.cache_clear()


def test_a_score_does_not_depend_on_the_company(reader: Model) -> None:
    others = [
        Question(f"Number {count} is a much longer line, written to fill whatever may be shared.", "customer call")
        for count in range(7)
    ]
    assert list(reader.ask([*others, PLAIN, *others]))[7] == next(reader.ask([PLAIN]))


def test_a_plain_promise_is_plain(reader: Model) -> None:
    answer = next(reader.ask([PLAIN]))
    assert answer.scores["promise"] > answer.bands["promise"].sure
    assert answer.due is not None
    assert PLAIN.text[slice(*answer.due)] in {"by Friday", "Friday"}


def test_a_unit_is_known_by_where_it_stands_and_whether_it_is_told_what_came_before() -> None:
    alone, told = (
        Question("Both.", "us call"),
        Question("Both?", "us call", before=said_before("Customer: Gate or barrier?")),
    )
    assert traits_of(alone) == {"us": 1.0, "call": 1.0, "always": 1.0, "asks": 0.0, "told": 0.0}
    assert traits_of(told) == traits_of(alone) | {"asks": 1.0, "told": 1.0}


def test_sentences_that_the_weights_never_saw_are_read_as_the_card_says(reader: Model) -> None:
    """Every fourth of them, so that a score or a bound that is badly off shows; the card gives F1 .91, .99 with review."""
    examples = [one for author in UNREAD for one in examples_of(author) if not one.in_document][::4]
    answers = list(reader.ask([one.question for one in examples]))
    labelled = [one.labels["promise"] == 1 for one in examples]
    decided = [one.scores["promise"] >= one.bands["promise"].sure for one in answers]
    noticed = [one.scores["promise"] >= one.bands["promise"].review for one in answers]
    hits = sum(map(all, zip(labelled, decided, strict=True)))
    assert 2 * hits / (sum(labelled) + sum(decided)) > 0.84
    assert sum(map(all, zip(labelled, noticed, strict=True))) / sum(labelled) > 0.95


def test_nothing_is_made_of_nothing(reader: Model) -> None:
    assert list(reader.ask([])) == []
    for text in ("", " ", "\x00", "\ud83d", "🙂🙂", "\u0301", "." * 5000, "x" * 100_000):
        answer = next(reader.ask([Question(text, "unknown email")]))
        assert all(0 <= score <= 1 for score in answer.scores.values())


def test_what_is_said_at_the_end_of_a_long_unit_counts(reader: Model) -> None:
    filler, promise = "pump " * 78, "We will have the new one running for you by Friday, free of charge."
    long, short = reader.ask([Question(filler + promise, "us email"), Question(promise, "us email")])
    assert long.scores["promise"] >= short.scores["promise"] > short.bands["promise"].sure


@given(text=st.text(st.characters(exclude_categories=()), max_size=200))
@settings(max_examples=300, deadline=None)
def test_pieces_stand_where_their_words_stand(vocabulary: Vocabulary, text: str) -> None:
    last = 0
    for piece in vocabulary.pieces(text):
        assert last <= piece.start < piece.end <= len(text)
        last = piece.start
    for window in encode(Question(text, "us call", text[:50], text[50:]), vocabulary):
        assert len(window.numbers) == len(window.segments) <= 128
        assert sum(window.segments) == len(window.words)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("We’ll pay €5", ["we", "'", "ll", "pay", "€", "5"]),
        ("Zürich", ["zurich"]),
        ("go-live", ["go", "-", "live"]),
        ("telemetry", ["tel", "##eme", "##try"]),
    ],
)
def test_words_are_spelled_as_the_encoder_learned_them(vocabulary: Vocabulary, text: str, pieces: list[str]) -> None:
    names = (WEIGHTS / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    assert [names[piece.number] for piece in vocabulary.pieces(text)] == pieces


def test_a_question_carries_its_neighbours_and_passes_over_quotes() -> None:
    body = "It was good to meet.\n\n> We will never do that.\n\nThe pump is on us.\n\nSee you Friday."
    one = conversation(body)
    questions = {question.text: question for question in questions_of(split(one), one)}
    assert questions["The pump is on us."].before == "us : It was good to meet."
    assert questions["The pump is on us."].after == "us : See you Friday."


def test_what_a_note_hands_on_of_a_chat_is_asked_as_talk() -> None:
    one = conversation("From the chat:\nLena 10:02\nIs it on?\nJens 10:03\nI send the list.", kind="note")
    assert [question.where for question in questions_of(split(one), one)] == ["us note", "us note", "customer call"]


@pytest.mark.parametrize(
    ("kind", "body", "before"),
    [
        ("note", "Other side:\n- Benjie clears the line\n- gate passes", "us : Other side: / Benjie clears the line"),
        ("note", "Other side:\nBenjie clears the line\ngate passes", "us : Other side: / Benjie clears the line"),
        ("email", "Other side:\nBenjie clears the line.\ngate passes", "us : Benjie clears the line."),
        ("email", "Your part\n\n* clear the line\n* gate passes", "us : Your part / clear the line"),
        ("meeting", "Actions\nclear the line\ngate passes", "us : Actions / clear the line"),
        ("note", "Actions\nclear the line\ngate passes", "us : clear the line"),
        ("email", "We saw all three.\n\n1. hoods and ducts\n2. gate passes", "us : hoods and ducts"),
        ("note", "Theirs:\n- clear the line\nRoof is ours.\ngate passes", "us : Roof is ours."),
        ("email", "Your part:\n4.1 clear the line\n4.2 gate passes", "us : Your part: / clear the line"),
        ("email", "Your part:\n(a) clear the line\n(b) gate passes", "us : Your part: / clear the line"),
        ("email", "4. Your part\n4.1 clear the line\n4.2 gate passes", "us : Your part / clear the line"),
        ("email", "4. Your part\n- clear the line\n- gate passes", "us : Your part / clear the line"),
        ("email", "4. Your part\n4.1 clear the line\n5. Ours\n5.1 gate passes", "us : Ours"),
        ("email", "Your part:\n- clear the line\n5. gate passes", "us : clear the line"),
        ("email", "Your part:\n- line\n(a) clear the line\n(b) gate passes", "us : Your part: / clear the line"),
        ("email", "4. Your part\n4.1 clear the line\n5. gate passes", "us : clear the line"),
        ("email", "Your part:\n- clear the line. All of it.\n- gate passes", "us : All of it."),
        ("email", "Your part:\n(1) clear the line\n(2) gate passes", "us : Your part: / clear the line"),
        ("note", "Your part:\n- clear the line. All of it.\n- gate passes", "us : Your part: / All of it."),
        ("email", "Your part:\n18.50 clear the line\n- gate passes", "us : 18.50 clear the line"),
        ("email", "Hi Jens -\n\nYour part:\n- clear the line\n- gate passes", "us : Your part: / clear the line"),
        ("email", "Hi Jens -\n\nYour part is:\nclear the line\ngate passes", "us : clear the line"),
        ("note", f"{'Other side ' * 9}:\n- {'clear the line ' * 9}\n- gate passes", None),
    ],
)
def test_a_line_of_a_list_is_told_its_heading(kind: str, body: str, before: str | None) -> None:
    one = conversation(body, kind=kind)
    found = next(question.before for question in questions_of(split(one), one) if question.text == "gate passes")
    assert before is None or found == before
    assert len(found) <= len("us : ") + 100


@pytest.mark.parametrize(
    "items",
    [
        "<ul><li>clear the line</li><li>gate passes</li></ul>",
        '<ul><li>clear the line</li><li class="MsoListParagraph" style="margin-left:0in;mso-list:l0 level1 lfo1">gate passes</li></ul>',
        "<p>· clear the line</p><p><![if !supportLists]>·<span style='font:7.0pt'>&nbsp;&nbsp;&nbsp;&nbsp; </span><![endif]>gate passes</p>",
        '<ol><li><p style="margin:0">clear the line</p></li><li><span style="font-family:arial"><b>gate</b> passes</span></li></ol>',
        "<ul><li>fences<br>clear the line</li><li>gate passes</li></ul>",
        "<ul><li>fences<ul><li>clear the line</ul></li><li>gate passes</li></ul>",
        "<ul><li>fences<li>clear the line<li>gate passes</ul>",
        "<ul><li>(a) clear the line</li><li>(b) gate passes</li></ul>",
    ],
)
def test_a_heading_is_found_before_html_items(items: str) -> None:
    one = conversation(f"<p>Your side:</p>{items}<p>We start Monday.</p><p>It holds.</p>", body_format="html")
    *_, item, below, last = questions_of(split(one), one)
    assert item.before.endswith("clear the line")
    assert (item.place.headings, item.place.is_listed) == (("Your side:",), True)
    assert not below.place.is_listed
    assert (last.before, last.place.headings) == ("us : We start Monday.", ())


@pytest.mark.parametrize("mark", ["*", "**", "_"])
def test_a_bold_heading_is_no_item(mark: str) -> None:
    one = conversation(f"Hello Jens,\n\n{mark}Your side:{mark}\n- clear the line\n- gate passes\n")
    *_, last = questions_of(split(one), one)
    assert last.before == "us : Your side: / clear the line"


@pytest.mark.parametrize(
    ("context", "before"),
    [("", ""), ("Customer: And the skips?", "customer : And the skips?"), ("Item 7: skips", "unknown : Item 7: skips")],
)
def test_context_tells_its_side_where_it_names_one(context: str, before: str) -> None:
    assert said_before(context) == before
