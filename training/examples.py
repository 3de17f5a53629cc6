"""From labelled files to training examples: the units the reader itself would see, each with what is known about it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from atlas_sync.extraction.conversation import Attendee, Conversation
from atlas_sync.extraction.inputs import Question, questions_of
from atlas_sync.extraction.units import Unit, split
from training.labels import CHANGES, LABELS, ROLES, SCOPE, WHY

__all__ = ["AUTHORS", "DATA", "Example", "conversation_of", "examples_of", "rows_of", "sentence_of"]

DATA = Path(__file__).parent / "data"
AUTHORS: dict[str, tuple[str, ...]] = {
    "dev": ("promises_dev", "sentences_dev", "conversations_dev", "coverage_dev"),
    "a": ("a_sentences", "a_conversations", "a_pairs"),
    "b": ("b_sentences", "b_conversations", "b_pairs"),
    "c": ("c_sentences", "c_conversations", "c_pairs"),
    "d": ("d_sentences", "d_conversations", "d_pairs"),
    "e": ("e_sentences", "e_conversations"),
}
_CHANNELS = ("email", "call", "call", "note", "meeting")
_SENTENCE_LABELS = ("promise", "conditional", "refusal", "obligation", "scope", "scope out")
_NONE_MEANS = {
    "conditional": ("conditional", ("scope", "scope tradeoff")),
    "hedged": ("refusal", ("scope", "scope out", "scope vague", "scope later")),
    "declined": ("refusal", ("scope", "scope out", "scope later")),
    "customer_commitment": ("obligation", ()),
    "customer_ask": (None, ("obligation",)),
}


@dataclass(frozen=True, slots=True)
class Example:
    """One unit with what is known: 1 and 0 for known labels, nothing for the others; `due` None means the phrase is not known."""

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
    for name in AUTHORS[author]:
        for row in rows_of(name):
            if "body" in row:
                found += _document(row, author)
            elif "text" in row:
                found.append(_sentence(row, author))
            else:
                found += _bare(row, author)
    return list({(one.question.text if not one.in_document else one.id): one for one in reversed(found)}.values())[::-1]


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


def conversation_of(row: dict[str, Any]) -> Conversation:
    """Give a labelled document as the reader takes it."""
    sides = {one["name"]: one["side"] for one in row["participants"]}
    return Conversation(
        interaction_id=row["id"],
        engagement_id=row["engagement_id"],
        kind=row["kind"],
        at=datetime.fromisoformat(row["at"]),
        subject=row["subject"],
        author=row["author"],
        author_side=sides.get(row["author"], "us" if row["kind"] == "note" else "unknown"),
        attendees=tuple(Attendee(one["name"], one["email"], one["side"]) for one in row["participants"]),
        body=row["body"],
        body_format=row["format"],
        audience="internal",
    )


def sentence_of(row: dict[str, Any]) -> Conversation:
    """Give a labelled sentence as a conversation of one line."""
    side = row["speaker_side"]
    return Conversation(
        interaction_id=row["id"],
        engagement_id=row["id"],
        kind=row["channel"],
        at=datetime.fromisoformat("2026-03-02T10:00:00+00:00"),
        subject=None,
        author="Speaker",
        author_side=side,
        attendees=(Attendee("Speaker", None, side),),
        body=row["text"],
        body_format="text",
        audience="internal",
    )


def _sentence(row: dict[str, Any], author: str) -> Example:
    labels = dict.fromkeys(_SENTENCE_LABELS, 0.0)
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
    context = row.get("context") or ""
    speaker, colon, rest = context.partition(": ")
    side = {"customer": "customer", "us": "us"}.get(speaker.lower(), "unknown")
    before = f"{side} : {rest if colon and side != 'unknown' else context}" if context else ""
    where = f"{row['speaker_side']} {row['channel']}"
    return Example(
        id=row["id"],
        author=author,
        question=Question(row["text"], where, before),
        labels=labels,
        kind=row["type"] if row["label"] == "promise" else None,
        due=_place(row["text"], row["due_text"]),
        is_due_known=row["label"] == "promise",
        meta={"subclass": row["subclass"], "channel": row["channel"]},
    )


def _place(text: str, part: str | None) -> tuple[int, int] | None:
    at = text.find(part) if part else -1
    return (at, at + len(part or "")) if at >= 0 else None


def _document(row: dict[str, Any], author: str) -> Iterator[Example]:
    units = split(conversation_of(row))
    for unit, question in zip(units, questions_of(units, channel=row["kind"]), strict=True):
        if unit.zone == "new":
            yield _unit(row, unit, question, author)


def _unit(row: dict[str, Any], unit: Unit, question: Question, author: str) -> Example:
    body, gold = row["body"], row["gold"]
    labels = dict.fromkeys(LABELS, 0.0)
    promises = [one for one in gold["promises"] if _touches(body, unit, one["quote"])]
    if promises:
        labels["promise"] = 1.0
        if all(one["status"] in {"softened", "withdrawn"} for one in promises):
            del labels["promise"]
        for one in promises:
            if one["status"] in CHANGES:
                labels[f"change {one['status']}"] = 1.0
    for name, key in (
        ("conditional", "conditional"),
        ("refusal", "non_commitments"),
        ("obligation", "customer_obligations"),
    ):
        labels[name] = float(any(_touches(body, unit, one["quote"]) for one in gold[key]))
    for group, kinds in (("scope", SCOPE), ("why", WHY)):
        for one in gold[group]:
            if one["kind"] in kinds and _touches(body, unit, one["quote"]):
                labels[group] = labels[f"{group} {one['kind']}"] = 1.0
    for one in gold["stakeholders"]:
        if _touches(body, unit, one["quote"]):
            labels["person"] = 1.0
            for role in one["roles"]:
                if role in ROLES:
                    labels[f"role {role}"] = 1.0
            if one["stance"] == "supporter":
                labels["stance supporter"] = 1.0
            if one["stance"] in {"skeptic", "opponent"}:
                labels["stance opponent"] = 1.0
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


def _touches(body: str, unit: Unit, quote: str) -> bool:
    """Tell if a unit and a quote share half of the shorter one."""
    start = body.find(quote)
    if start < 0:
        return False
    shared = min(unit.end, start + len(quote)) - max(unit.start, start)
    return shared >= 0.5 * min(unit.end - unit.start, len(quote))
