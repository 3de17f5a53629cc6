"""What the reader is trained on: well formed, and never the lines it is measured on."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache

import pytest

from atlas_sync.operations.cover import item_of
from training.chains import CHAINS, chains_of
from training.covering import LEFT_OUT
from training.examples import AUTHORS, DATA, HELD_OUT, UNREAD, Example, examples_of, rows_of, spared
from training.labels import KINDS, LABELS
from training.trackers import AUTHORS as TRACKERS
from training.trackers import (
    CONTRASTS,
    PHRASES,
    SET_BY,
    UNREAD_CONTRASTS,
    contrasts_of,
    file_of,
    pages_of_phrases,
    trackers_of,
)
from training.trackers import UNREAD as UNREAD_TRACKERS

FILES = [name for names in (AUTHORS | UNREAD | CHAINS).values() for name in names]
NEAR = 0.85


def test_each_file_belongs_to_one_author() -> None:
    assert len(FILES) == len(set(FILES))
    unused = {path.stem for path in DATA.glob("*.jsonl")} - set(FILES)
    trackers = {file_of(author)[0].stem for author in (*TRACKERS, *SET_BY, *UNREAD_TRACKERS)} - {"coverage_dev"}
    phrases = {f"{author}_phrases" for author in PHRASES}
    contrasting = {f"{author}_contrasts" for author in (*CONTRASTS, *UNREAD_CONTRASTS)}
    assert unused == trackers | phrases | contrasting, "the tracker side holds nothing that was said"


def test_measured_authors_are_left_out_once_and_the_unread_one_is_never_trained_on() -> None:
    assert sorted(HELD_OUT) == ["b", "d", "g"], "bounds of an author come from the others: fewer than three tell little"
    assert set(HELD_OUT) <= set(AUTHORS)
    assert not set(UNREAD) & set(AUTHORS)


def test_half_of_the_authors_of_trackers_is_left_out_and_some_are_never_trained_on() -> None:
    assert len(set(LEFT_OUT) & set(TRACKERS)) == len(LEFT_OUT) == len(TRACKERS) // 2
    assert len({*TRACKERS, *SET_BY, *UNREAD_TRACKERS}) == len(TRACKERS) + len(SET_BY) + len(UNREAD_TRACKERS)


def test_pages_of_phrases_have_some_without_an_item() -> None:
    pages = list(pages_of_phrases())
    assert all(said.strip() and len(page.passages) < len(page.promises) for page in pages for said in page.promises)
    assert {at for page in pages for at, _item in page.delivers} == set(range(len(pages[0].passages)))


def test_contrasts_say_four_things() -> None:
    for one in contrasts_of((*CONTRASTS, *UNREAD_CONTRASTS)):
        cells = (one.said, one.delivers, one.departs, one.beside)
        assert all(cell.strip() for cell in cells)
        assert len(set(cells)) == len(cells), one


@pytest.mark.parametrize("author", [*TRACKERS, *SET_BY, *UNREAD_TRACKERS])
def test_trackers_name_living_items_where_something_is_delivered(author: str) -> None:
    for case in trackers_of(author):
        living = {one.key for one in (item_of(issue, "") for issue in case.tracker.issues) if one.state != "dropped"}
        assert case.right.keys() == {one.pid for one in case.tracker.promises}
        for status, keys in case.right.values():
            assert status in {"covered", "missing", "partial"}
            assert bool(keys & living) is (status != "missing"), (case.tracker.engagement_id, status, keys)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(("conversations", "conversations_dev"))])
def test_labels_quote_the_text_exactly(name: str) -> None:
    for row in rows_of(name):
        gold = row["gold"]
        for key, entries in gold.items():
            for entry in entries:
                assert entry["quote"] in row["body"], (row["id"], key, entry["quote"])
        for promise in gold["promises"]:
            assert promise["type"] in KINDS
            assert not promise["due_text"] or promise["due_text"] in row["body"]
        assert all(one["condition"] in row["body"] for one in gold["conditional"])
        for group in ("why", "scope"):
            assert all(f"{group} {one['kind']}" in LABELS for one in gold[group])


@pytest.mark.parametrize("name", [f"{author}_conversations" for author in "efgmnp"])
def test_repeats_point_at_an_earlier_mention(name: str) -> None:
    earlier: dict[str, set[str]] = defaultdict(set)
    for row in rows_of(name):
        for promise in row["gold"]["promises"]:
            assert (promise["status"] == "open") == (promise["same_as"] is None), promise["pid"]
            assert promise["same_as"] is None or promise["same_as"] in earlier[row["engagement_id"]]
            earlier[row["engagement_id"]].add(promise["pid"])


@pytest.mark.parametrize("name", [name for names in CHAINS.values() for name in names])
def test_chains_begin_with_a_promise_and_lines_beside_them_have_none(name: str) -> None:
    for row in rows_of(name):
        known: set[str] = set()
        for one in row["said"]:
            assert one["text"].strip()
            assert (one["root"] is None) == (one["status"] == "none"), one
            assert one["root"] is None or (one["status"] == "open") == (one["root"] not in known), one
            known.add(one["root"])


def test_no_address_leads_anywhere() -> None:
    for path in DATA.glob("*.jsonl"):
        addresses = re.findall(r"[\w.+-]+@[\w-]+\.[\w.-]*\w", path.read_text(encoding="utf-8"))
        assert all(address.endswith(".example") for address in addresses), path.name


def test_labelled_text_becomes_examples_with_what_is_known() -> None:
    found = _examples("c")
    assert len({one.id for one in found if one.in_document}) == sum(one.in_document for one in found) > 400
    for one in found:
        assert set(one.labels) <= set(LABELS)
        assert one.kind is None or one.kind in KINDS
        if one.due:
            assert one.question.text[slice(*one.due)].strip()
    sentence = next(one for one in found if not one.in_document)
    assert "why" not in sentence.labels, "a sentence's file knows nothing of whys: neither yes nor no"


def test_a_sentence_knows_of_whys_and_scope_where_its_file_tells() -> None:
    rows = {row["id"]: row for author in "fghijklop" for row in rows_of(f"{author}_sentences")}
    for one in (example for author in "fghijklop" for example in _examples(author)):
        if not one.in_document:
            groups = {name for name in one.labels if name.split()[0] in {"scope", "why"}}
            assert {name for name in groups if one.labels[name] and " " in name} >= set(rows[one.id]["also"])
            assert groups == {name for name in LABELS if name.split()[0] in {"scope", "why"}}


@pytest.mark.soak
def test_measured_lines_are_not_near_copies_of_lines_trained_on() -> None:
    """Whatever is measured, a fold or the spared lines of a voice that is known, is like no line of another author in its letters."""
    lines: list[tuple[str, str]] = []
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for author, said, is_measured in _lines():
        text = " ".join(re.findall(r"\w+", said.lower()))
        if len(text) > 30:
            for three in _threes(text) if is_measured else ():
                places[three].append(len(lines))
            lines.append((author, text))
    pairs = {
        (place, other)
        for place, (author, text) in enumerate(lines)
        for three in _threes(text)
        for other in (places[three] if len(places[three]) < 60 else ())
        if lines[other][0] != author
    }
    assert len(pairs) > 1000
    alike = [(lines[one], lines[other]) for one, other in pairs if _likeness(lines[one][1], lines[other][1]) > NEAR]
    assert not alike


def _lines() -> Iterator[tuple[str, str, bool]]:
    """Yield all lines with their author, and if they are measured."""
    for author in AUTHORS | UNREAD:
        for one in _examples(author):
            yield author, one.question.text, author in {*HELD_OUT, *UNREAD} or one.id in spared()
    for author in CHAINS:
        for said in (one for chain in chains_of(author) for one in chain):
            yield author, said.text, False


@cache
def _examples(author: str) -> list[Example]:
    return examples_of(author)


def _threes(text: str) -> list[tuple[str, ...]]:
    words = text.split()
    return list(zip(words, words[1:], words[2:], strict=False))


def _likeness(one: str, other: str) -> float:
    left, right = _pieces(one), _pieces(other)
    if len(left) > len(right):
        left, right = right, left
    shared = sum(count * right[piece] for piece, count in left.items() if piece in right)
    return shared / (_length(one) * _length(other))


@cache
def _pieces(text: str) -> Counter[str]:
    return Counter(text[at : at + 4] for at in range(len(text) - 3))


@cache
def _length(text: str) -> float:
    return math.sqrt(sum(count**2 for count in _pieces(text).values()))
