# ruff: noqa: ANN401 - a builder passes any field on
from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from atlas_sync.errors import ConfigError
from atlas_sync.operations.evaluate import Evaluation, evaluate
from atlas_sync.operations.scoring import Tallies, Visible, matches
from tests.operations.test_extract import document


def measured(tmp_path: Path, *rows: Mapping[str, Any], name: str = "gold.jsonl") -> Evaluation:
    path = tmp_path / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return evaluate([tmp_path], with_misses=True)


def gold(**lists: Any) -> dict[str, Any]:
    names = ("promises", "conditional", "non_commitments", "customer_obligations", "why", "scope", "stakeholders")
    return {name: lists.get(name, []) for name in names}


def promise(quote: str, pid: str, **changes: Any) -> dict[str, Any]:
    return {
        "quote": quote,
        "pid": pid,
        "promised_by": "Lena Wirth",
        "type": "timeline",
        "due_text": None,
        "due_date": None,
        "status": "open",
        "same_as": None,
    } | changes


FIRST = "We will have you live on the new platform by 10 April."
SECOND = "We will have you live on the new platform by 24 April, not 10 April."


def test_what_is_found_is_measured_against_the_labels(tmp_path: Path) -> None:
    done = measured(
        tmp_path,
        document(
            1,
            f"Hello.\n\n{FIRST}\nLovely weather today.",
            gold=gold(
                promises=[
                    promise(FIRST, "p1", due_text="by 10 April", due_date="2026-04-10"),
                    promise("Nobody said this here, or did they: the racks are with you.", "p0"),
                ]
            ),
        ),
        document(
            2,
            SECOND,
            gold=gold(
                promises=[
                    promise(
                        SECOND, "p2", due_text="by 24 April", due_date="2026-04-24", status="renegotiated", same_as="p1"
                    ),
                ]
            ),
        ),
    )
    figures = {figure.name: figure for figure in done.parts[0].figures}
    decided = figures["promises, decided"]
    assert (decided.precision, decided.found, decided.labelled) == (1.0, 2, 3)
    assert decided.recall == pytest.approx(2 / 3)
    assert decided.f1 == pytest.approx(0.8)
    assert decided.recall_interval[0] < 2 / 3 < decided.recall_interval[1]
    assert figures["repeats and changes, grouped"].f1 == 1.0
    shares = {share.name: (share.count, share.total) for share in done.parts[0].shares}
    assert shares["due date right"] == (2, 2)
    assert shares["due phrase right"] == (2, 2)
    assert shares["quotes that are the exact substring"] == (2, 2)
    assert shares["status right"] == (2, 2)
    assert [miss.what for miss in done.misses if miss.what == "missed"] == ["missed"]


def test_a_found_promise_counts_once(tmp_path: Path) -> None:
    done = measured(
        tmp_path,
        document(
            1,
            f"{FIRST} We will also send you the report by Friday.",
            gold=gold(promises=[promise(f"{FIRST} We will also send you the report by Friday.", "p1")]),
        ),
    )
    decided = next(figure for figure in done.parts[0].figures if figure.name == "promises, decided")
    assert (decided.precision, decided.recall) == (0.5, 1.0)


def test_labels_in_markup_are_compared_without_it(tmp_path: Path) -> None:
    body = "<p>We will have you live by <b>10 April</b>, fixed price 118.000 &euro; net.</p>"
    quote = "We will have you live by <b>10 April</b>, fixed price 118.000 &euro; net."
    row = document(1, body, format="html", gold=gold(promises=[promise(quote, "p1")]))
    decided = next(figure for figure in measured(tmp_path, row).parts[0].figures if figure.name == "promises, decided")
    assert (decided.precision, decided.recall) == (1.0, 1.0)


def test_sentences_are_measured_by_their_label(tmp_path: Path) -> None:
    row = {"channel": "email", "speaker_side": "us", "subclass": "firm", "type": "timeline", "due_text": None}
    done = measured(
        tmp_path,
        {**row, "id": "1", "text": FIRST, "label": "promise", "due_text": "by 10 April"},
        {**row, "id": "2", "text": "The weather was fine.", "label": "none", "subclass": "opinion"},
        {**row, "id": "3", "text": "The permits were spoken of.", "label": "promise"},
    )
    (part,) = done.parts
    decided = next(figure for figure in part.figures if figure.name == "promises, decided")
    assert (part.name, part.count, decided.precision, decided.recall) == ("sentences", 3, 1.0, 0.5)
    assert [(miss.document, miss.what) for miss in done.misses] == [("3", "missed")]


def test_files_of_other_shapes_are_skipped_and_nothing_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text('{"promise": "x", "issue": {}}\n')
    (tmp_path / "empty.jsonl").write_text("")
    with pytest.raises(ConfigError, match="no labelled documents"):
        evaluate([tmp_path], with_misses=False)
    done = measured(tmp_path, document(1, FIRST, gold=gold()))
    assert sorted(path.name for path in done.skipped) == ["empty.jsonl", "pairs.jsonl"]


def test_spans_match_at_half_of_the_shorter() -> None:
    assert matches([(0, 10)], [[(5, 30)]]) == [(0, 0)]
    assert matches([(0, 10)], [[(6, 30)]]) == []
    assert matches([(0, 10), (0, 4)], [[(0, 10)], [(0, 4)]]) == [(0, 0), (1, 1)]


def test_visible_characters_ignore_white_space_and_tags() -> None:
    visible = Visible("<p>Fixed\n price &euro;5</p>", is_html=True)
    assert visible.find("Fixed price €5") == [(0, 12)]
    assert visible.span(0, 100) == (0, 12)


def test_intervals_hold_the_value_and_blocks_bound_the_memory() -> None:
    tallies = Tallies()
    for number in range(1000):
        tallies.next_document()
        tallies.count("x", hits=number % 2, found=1, labelled=1)
    (figure,) = tallies.figures()
    assert figure.f1 == 0.5
    assert figure.f1_interval[0] <= 0.5 <= figure.f1_interval[1]
