"""Extract: a file of conversation documents read, each engagement told as one story, the findings as lines of JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import msgspec

from atlas_sync import extraction
from atlas_sync.canonical.model import Evidence, Mention, Outcome, ScopeItem
from atlas_sync.errors import ConfigError
from atlas_sync.extraction import Conversation, Reading
from atlas_sync.extraction.chain import Heard
from atlas_sync.extraction.conversation import PromiseMention, Remark
from atlas_sync.extraction.story import Telling
from atlas_sync.extraction.units import split
from atlas_sync.operations.documents import BadLine, Documents, Placed, conversation_of_document

__all__ = ["Extraction", "Told", "extract", "finding_of", "mention_id", "open_documents", "tell", "writing"]

_BATCH = 64

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Told:
    """A document that was read, and the place of its promises in the story of its engagement."""

    placed: Placed
    conversation: Conversation
    reading: Reading
    heard: tuple[Heard, ...]


@dataclass(slots=True)
class Extraction:
    """What came of a file: how many documents went out, with how many promises, and the lines that could not be used."""

    documents: int = 0
    promises: int = 0
    in_review: int = 0
    bad: tuple[BadLine, ...] = ()


@contextmanager
def open_documents(path: Path) -> Iterator[Documents]:
    """Open a file of documents; what comes from a pipe is first laid down, because lines are read in order of time."""
    with path.open("rb") as file:
        if file.seekable():
            yield Documents(path, file)
            return
        with TemporaryFile() as kept:
            for block in iter(lambda: file.read(1 << 20), b""):
                kept.write(block)
            kept.seek(0)
            yield Documents(path, kept)


def extract(source: Path, target: Path, *, explain: bool) -> Extraction:
    """Read the documents of `source` and write what was said in each, a line a document, to `target`.

    The target takes its name when all is written. Memory holds one engagement's promises and a few dozen documents.
    """
    done = Extraction()
    with open_documents(source) as documents, writing(target) as out:
        for told in tell(documents):
            row = finding_of(told, explain=explain)
            out.write(msgspec.json.encode(row) + b"\n")
            done.documents += 1
            done.promises += len(told.heard)
            done.in_review += sum(one.mention.needs_review for one in told.heard)
        done.bad = tuple(sorted(documents.bad, key=lambda bad: bad.line))
    return done


@contextmanager
def writing(target: Path) -> Iterator[BinaryIO]:
    """Open a file that is renamed into place at the end; a pipe or device is written to directly.

    Raises:
        ConfigError: it cannot be written there.
    """
    if str(target) == "-":
        yield sys.stdout.buffer
        return
    if target.exists() and not target.is_file():
        with target.open("wb") as out:
            yield out
        return
    part = target.with_name(f".{target.name}.part")
    try:
        out = part.open("wb")
    except OSError as error:
        message = f"{target} cannot be written ({error.strerror})."
        raise ConfigError(message, advice="Name a file in a folder that is there and can be written to.") from None
    try:
        with out:
            yield out
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def tell(documents: Iterable[Placed]) -> Iterator[Told]:
    """Read documents and tell each engagement's story; documents of one engagement stand together, in order of time."""
    placed = iter(documents)
    engagement, telling = "", Telling()
    while batch := list(islice(placed, _BATCH)):
        conversations = [conversation_of_document(one) for one in batch]
        for one, conversation, reading in zip(batch, conversations, extraction.read_many(conversations), strict=True):
            if one.engagement != engagement:
                engagement, telling = one.engagement, Telling()
            if one.document.at is None:
                reading = _without_days(reading)  # noqa: PLW2901 - the reading that counts
            yield Told(one, conversation, reading, tuple(telling.hear(reading)))


def _without_days(reading: Reading) -> Reading:
    """Drop the due dates of a document that does not say when it was written."""
    undated = tuple(one.model_copy(update={"due_date": None}) for one in reading.promises)
    return reading.model_copy(update={"promises": undated})


def mention_id(mention: PromiseMention) -> str:
    """Name a mention by where it stands: the document's id and the place of its first character."""
    return f"{mention.evidence.interaction_id}:{mention.evidence.start}"


def finding_of(told: Told, *, explain: bool) -> Row:
    """Give what was found in a document as its line of output."""
    reading = told.reading
    row: Row = {
        "id": told.conversation.interaction_id,
        "promises": [_promise(heard, explain=explain) for heard in told.heard],
        "conditional": [_remark(one, explain=explain) for one in reading.conditional],
        "non_commitments": [_remark(one, explain=explain) for one in reading.non_commitments],
        "customer_obligations": [_remark(one, explain=explain) for one in reading.customer_obligations],
        "why": [_statement(one, explain=explain) for one in reading.outcomes],
        "scope": [_statement(one, explain=explain) for one in reading.scope],
        "stakeholders": [_person(one, explain=explain) for one in reading.mentions],
    }
    return row | {"refused": _refused(told), "units": list(_units(told))} if explain else row


def _refused(told: Told) -> list[Row]:
    """Give what was nearly a promise, with what stood against it."""
    return [_remark(one, explain=True) for one in extraction.explain(told.conversation)]


def _span(evidence: Evidence) -> Row:
    return {"quote": evidence.quote, "start": evidence.start, "end": evidence.end}


def _promise(heard: Heard, *, explain: bool) -> Row:
    mention = heard.mention
    row = _span(mention.evidence) | {
        "pid": mention_id(mention),
        "side": mention.evidence.side,
        "promised_by": mention.promised_by,
        "promised_to": mention.promised_to,
        "type": mention.kind,
        "due_text": mention.due_text,
        "due_date": mention.due_date,
        "status": heard.status,
        "same_as": mention_id(heard.before) if heard.before else None,
        "confidence": mention.confidence,
        "needs_review": mention.needs_review,
    }
    return row | {"rule": mention.rule, "speaker": mention.evidence.speaker} if explain else row


def _remark(remark: Remark, *, explain: bool) -> Row:
    row = _span(remark.evidence)
    return row | {"rule": remark.rule, "speaker": remark.evidence.speaker} if explain else row


def _statement(statement: Outcome | ScopeItem, *, explain: bool) -> Row:
    row = _span(statement.evidence) | {"kind": statement.kind}
    return row | {"rule": statement.rule, "confidence": statement.confidence} if explain else row


def _person(mention: Mention, *, explain: bool) -> Row:
    row: Row = {
        "name": mention.name,
        "roles": [role.replace(" ", "_") for role in mention.roles],
        "stance": mention.stance or "neutral",
        **_span(mention.evidence),
    }
    return row | {"rule": mention.rule} if explain else row


def _units(told: Told) -> Iterator[Row]:
    """Yield every unit of a document with its zone and speaker: what was looked at, and what was left aside and why."""
    for unit in split(told.conversation):
        yield {
            "start": unit.start,
            "end": unit.end,
            "text": unit.text,
            "zone": unit.zone,
            "speaker": unit.speaker,
            "side": unit.side,
        }
