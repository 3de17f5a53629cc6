"""From labelled files to training examples: the units the reader itself would see, each with what is known about it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from atlas_sync.extraction.conversation import Conversation
from atlas_sync.extraction.inputs import Question, questions_of, said_before
from atlas_sync.extraction.units import Unit, split
from atlas_sync.operations.documents import conversation_of_document
from atlas_sync.operations.extract import open_documents
from training.labels import LABELS, OTHERS

__all__ = [
    "AUTHORS",
    "BARE",
    "DATA",
    "GROUPS",
    "HELD_OUT",
    "SENSE",
    "SENSE_LEFT_OUT",
    "SPARED",
    "UNREAD",
    "Example",
    "conversations_of",
    "examples_of",
    "rows_of",
    "spared",
]

DATA = Path(__file__).parent / "data"
AUTHORS: dict[str, tuple[str, ...]] = {
    "dev": ("promises_dev", "sentences_dev", "conversations_dev", "coverage_dev"),
    "a": ("a_sentences", "a_conversations", "a_pairs"),
    "b": ("b_sentences", "b_conversations", "b_pairs"),
    "c": ("c_sentences", "c_conversations", "c_pairs"),
    "d": ("d_sentences", "d_conversations", "d_pairs"),
    "e": ("e_sentences", "e_conversations"),
    "f": ("f_sentences", "f_conversations"),
    "g": ("g_sentences", "g_conversations"),
    "h": ("h_sentences",),
    "i": ("i_sentences",),
    "j": ("j_sentences",),
    "k": ("k_sentences",),
    "l": ("l_sentences",),
    "m": ("m_conversations",),
    "n": ("n_conversations",),
    "o": ("o_sentences",),
}
UNREAD: dict[str, tuple[str, ...]] = {"p": ("p_sentences", "p_conversations")}
"""Whose text no weights ever see, so that those that are shipped can be measured as they are."""
GROUPS = ("b+d+g",)
"""Who is left out together: to leave out each alone would take hours, and the figures would be better, not worse."""
SENSE = "sense"
"""The folder of the sense that never saw `SENSE_LEFT_OUT`: on these authors it is measured, and what weighs it is fitted."""
SENSE_LEFT_OUT = ("a", "b", "c", "d", "g", "dev")
HELD_OUT = tuple(author for group in GROUPS for author in group.split("+"))
"""Whose text is measured: all but what was written for training alone, by those who knew what kinds of line are missed."""
SPARED = "promises_dev"
"""A file of which every second line is kept out of all folds, so that a voice that is otherwise known is measured too."""
_REMARKS = {
    "promises": "promise",
    "conditional": "conditional",
    "non_commitments": "refusal",
    "customer_obligations": "obligation",
}
_STANCES = {"supporter": "supporter", "skeptic": "opponent", "opponent": "opponent"}
BARE = ("coverage_dev", "_pairs")
_CHANNELS = ("email", "call", "call", "note", "meeting")
_SENTENCE_LABELS = ("promise", "conditional", "refusal", "obligation", "scope", "scope out")
_OTHERS = tuple(f"other {name}" for name in OTHERS.values())
_TOLD_ALSO = tuple(name for name in LABELS if name.split()[0] in {"scope", "why"})
"""What a sentence's file tells where its rows have `also`: the names of these that hold, none where it is empty."""
_NONE_MEANS = {
    "conditional": ("conditional", ("scope", "scope tradeoff")),
    "hedged": ("refusal", ("scope", "scope out", "scope vague", "scope later")),
    "declined": ("refusal", ("scope", "scope out", "scope later")),
    "customer_commitment": ("obligation", ()),
    "customer_ask": (None, ("obligation",)),
}


@dataclass(frozen=True, slots=True)
class Example:
    """One unit with what is known of it: 1 and 0 for known labels, nothing for the others."""

    id: str
    author: str
    question: Question
    labels: dict[str, float]
    kind: str | None = None
    due: tuple[int, int] | None = None
    is_due_known: bool = False
    in_document: bool = False
    meta: dict[str, Any] = field(default_factory=dict)


def rows_of(name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a labelled file."""
    with (DATA / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def examples_of(author: str) -> list[Example]:
    """Give all examples of an author, sentences first."""
    found: list[Example] = []
    for name in (AUTHORS | UNREAD)[author]:
        if name.endswith(BARE):
            found += [example for row in rows_of(name) for example in _bare(row, author)]
            continue
        for row, conversation in conversations_of(name):
            found += _document(row, conversation, author) if "body" in row else [_sentence(row, author)]
    return list({_same(one): one for one in reversed(found)}.values())[::-1]


def _same(example: Example) -> tuple[str, str]:
    """Tell examples apart: lone sentences by what is said and what was said before, others by their place."""
    return (example.id, "") if example.in_document else (example.question.text, example.question.before)


@cache
def spared() -> frozenset[str]:
    """Give the lines that no fold is trained on whatever authors it leaves out."""
    return frozenset(row["id"] for row in islice(rows_of(SPARED), 0, None, 2))


def _bare(row: dict[str, Any], author: str) -> Iterator[Example]:
    """Yield the promises of a file about tracing: their wording is known, where they were said is not."""
    for one in row.get("promises") or [{"text": row["promise"], "type": None}]:
        chance = random.Random(one["text"])  # noqa: S311 - no secret, but the same each time
        yield Example(
            id=f"bare-{author}-{row['id']}",
            author=author,
            question=Question(one["text"], f"us {chance.choice(_CHANNELS)}"),
            labels={"promise": 1.0, "conditional": 0.0, "refusal": 0.0, "obligation": 0.0},
            kind=one["type"],
            meta={"bare": True},
        )


def conversations_of(name: str) -> Iterator[tuple[dict[str, Any], Conversation]]:
    """Yield the rows of a file of documents or sentences with what the reader is given for them, as `extract` does."""
    rows = {row["id"]: row for row in rows_of(name)}
    with open_documents(DATA / f"{name}.jsonl") as documents:
        for placed in documents:
            conversation = conversation_of_document(placed)
            yield rows[conversation.interaction_id], conversation


def _sentence(row: dict[str, Any], author: str) -> Example:
    labels = dict.fromkeys((*_SENTENCE_LABELS, *_OTHERS), 0.0)
    if row["subclass"] in OTHERS:
        labels[f"other {OTHERS[row['subclass']]}"] = 1.0
    if row["label"] == "promise":
        labels["promise"] = 1.0
        labels.pop("scope")
    elif row["label"] == "scope_out":
        labels |= {"scope out": 1.0, "scope": 1.0}
        labels.pop("refusal")
    else:
        label, unknown = _NONE_MEANS.get(row["subclass"], (None, ("scope",)))
        labels |= {label: 1.0} if label else {}
        for name in unknown:
            labels.pop(name, None)
    if "also" in row:
        labels = dict.fromkeys(_TOLD_ALSO, 0.0) | labels | dict.fromkeys(_with_groups(row["also"]), 1.0)
    where = f"{row['speaker_side']} {row['channel']}"
    return Example(
        id=row["id"],
        author=author,
        question=Question(row["text"], where, said_before(row.get("context") or "")),
        labels=labels,
        kind=row["type"] if row["label"] == "promise" else None,
        due=_place(row["text"], row["due_text"]),
        is_due_known=row["label"] == "promise",
        meta={"subclass": row["subclass"], "channel": row["channel"]},
    )


def _with_groups(names: list[str]) -> Iterator[str]:
    """Yield labels of one kind of scope or why, each with the label of its group."""
    return (part for name in names for part in (name, name.split()[0]))


def _place(text: str, part: str | None) -> tuple[int, int] | None:
    at = text.find(part) if part else -1
    return (at, at + len(part or "")) if at >= 0 else None


def _document(row: dict[str, Any], conversation: Conversation, author: str) -> Iterator[Example]:
    units = split(conversation)
    for unit, question in zip(units, questions_of(units, conversation), strict=True):
        if unit.zone == "new":
            yield _unit(row, unit, question, author)


def _unit(row: dict[str, Any], unit: Unit, question: Question, author: str) -> Example:
    said = {
        key: [one for one in many if _touches(row["body"], unit, one["quote"])] for key, many in row["gold"].items()
    }
    promises = said["promises"]
    labels = dict.fromkeys(LABELS, 0.0) | dict.fromkeys(_said_labels(said), 1.0)
    if not promises:
        labels = {name: known for name, known in labels.items() if name not in _OTHERS}
    if promises and all(one["status"] in {"softened", "withdrawn"} for one in promises):
        del labels["promise"]  # weaker than a promise, and yet about one: let neither answer be wrong
    dues = [place for one in promises if (place := _place(unit.text, one["due_text"]))]
    return Example(
        id=f"{row['id']}:{unit.start}",
        author=author,
        question=question,
        labels=labels,
        kind=promises[0]["type"] if promises else None,
        due=dues[0] if dues else None,
        is_due_known=bool(promises),
        in_document=True,
        meta={"channel": row["kind"], "start": unit.start, "end": unit.end, "document": row["id"]},
    )


def _said_labels(said: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """Yield the labels of a unit from the quotes that it touches."""
    names = {name for key, name in _REMARKS.items() if said[key]}
    names |= {f"change {one['status']}" for one in said["promises"]}
    for group in ("scope", "why"):
        names |= {group for _one in said[group]} | {f"{group} {one['kind']}" for one in said[group]}
    for one in said["stakeholders"]:
        names |= {"person", *(f"role {role}" for role in one["roles"])}
        names |= {f"stance {_STANCES[one['stance']]}"} if one["stance"] in _STANCES else set()
    return (name for name in LABELS if name in names)


def _touches(body: str, unit: Unit, quote: str) -> bool:
    """Tell if a unit and a quote share half of the shorter one."""
    start = body.find(quote)
    if start < 0:
        return False
    shared = min(unit.end, start + len(quote)) - max(unit.start, start)
    return shared >= 0.5 * min(unit.end - unit.start, len(quote))
