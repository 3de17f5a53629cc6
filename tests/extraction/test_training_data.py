"""What the reader is trained on: well formed, and never the lines it is measured on."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from itertools import combinations

import pytest

from training.examples import AUTHORS, DATA, GROUPS, HELD_OUT, UNREAD, examples_of, rows_of
from training.labels import KINDS, LABELS

FILES = [name for names in (AUTHORS | UNREAD).values() for name in names]
NEAR = 0.85


def test_each_file_belongs_to_one_author() -> None:
    assert len(FILES) == len(set(FILES))
    unused = {path.stem for path in DATA.glob("*.jsonl")} - set(FILES)
    assert unused == {"engagements_dev"}, "the tracker side holds nothing that was said"


def test_every_author_is_left_out_once_but_those_who_knew_of_the_misses() -> None:
    left_out = [author for group in GROUPS for author in group.split("+")]
    assert sorted(left_out) == sorted(HELD_OUT) == sorted(set(AUTHORS) - {"e", "f"})
    assert not set(UNREAD) & set(AUTHORS)


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


@pytest.mark.parametrize("name", ["e_conversations", "f_conversations", "g_conversations"])
def test_repeats_point_at_an_earlier_mention(name: str) -> None:
    earlier: dict[str, set[str]] = defaultdict(set)
    for row in rows_of(name):
        for promise in row["gold"]["promises"]:
            assert (promise["status"] == "open") == (promise["same_as"] is None), promise["pid"]
            assert promise["same_as"] is None or promise["same_as"] in earlier[row["engagement_id"]]
            earlier[row["engagement_id"]].add(promise["pid"])


def test_no_address_leads_anywhere() -> None:
    for path in DATA.glob("*.jsonl"):
        addresses = re.findall(r"[\w.+-]+@[\w-]+\.[\w.-]*\w", path.read_text(encoding="utf-8"))
        assert all(address.endswith(".example") for address in addresses), path.name


def test_labelled_text_becomes_examples_with_what_is_known() -> None:
    found = examples_of("c")
    assert len({one.id for one in found if one.in_document}) == sum(one.in_document for one in found) > 400
    for one in found:
        assert set(one.labels) <= set(LABELS)
        assert one.kind is None or one.kind in KINDS
        if one.due:
            assert one.question.text[slice(*one.due)].strip()
    sentence = next(one for one in found if not one.in_document)
    assert "why" not in sentence.labels, "a sentence's file knows nothing of whys: neither yes nor no"


def test_a_sentence_knows_of_whys_and_scope_where_its_file_tells() -> None:
    rows = {row["id"]: row for author in "fg" for row in rows_of(f"{author}_sentences")}
    for one in (*examples_of("f"), *examples_of("g")):
        if not one.in_document:
            groups = {name for name in one.labels if name.split()[0] in {"scope", "why"}}
            assert {name for name in groups if one.labels[name] and " " in name} >= set(rows[one.id]["also"])
            assert groups == {name for name in LABELS if name.split()[0] in {"scope", "why"}}


def test_measured_lines_are_not_near_copies_of_lines_trained_on() -> None:
    """Across authors, since a fold trains on all authors but those it measures: no two lines alike in their letters."""
    lines = [
        (author, " ".join(re.findall(r"\w+", one.question.text.lower())))
        for author in AUTHORS | UNREAD
        for one in examples_of(author)
    ]
    lines = [(author, text) for author, text in lines if len(text) > 30]
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, (_author, text) in enumerate(lines):
        words = text.split()
        for start in range(len(words) - 2):
            places[tuple(words[start : start + 3])].append(place)
    pairs = {
        pair
        for shared in places.values()
        if len(shared) < 60
        for pair in combinations(sorted(set(shared)), 2)
        if lines[pair[0]][0] != lines[pair[1]][0]
    }
    assert len(pairs) > 1000
    alike = [(lines[one], lines[other]) for one, other in pairs if _likeness(lines[one][1], lines[other][1]) > NEAR]
    assert not alike


def _likeness(one: str, other: str) -> float:
    left, right = (Counter(text[at : at + 4] for at in range(len(text) - 3)) for text in (one, other))
    shared = sum(count * right[piece] for piece, count in left.items())
    return shared / math.sqrt(sum(count**2 for count in left.values()) * sum(count**2 for count in right.values()))
