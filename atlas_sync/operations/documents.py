"""Documents: conversations as lines of JSON, labelled or not, and how such a line becomes a conversation.

Files are read by place, never whole: an index of a few bytes a line, then each line when its turn comes.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from atlas_sync.canonical.markup import has_markup
from atlas_sync.canonical.model import Side
from atlas_sync.canonical.observed import InteractionKind
from atlas_sync.extraction import Attendee, Conversation

__all__ = [
    "BadLine",
    "Document",
    "Documents",
    "Gold",
    "GoldPerson",
    "GoldPromise",
    "GoldQuote",
    "Participant",
    "Placed",
    "conversation_of_document",
    "unmarked",
]

_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class Participant(msgspec.Struct):
    """Somebody in or on a document."""

    name: str | None = None
    email: str | None = None
    side: Side | None = None
    title: str | None = None


class GoldPromise(msgspec.Struct):
    """A labelled mention of a promise."""

    quote: str
    pid: str = ""
    promised_by: str | None = None
    type: str | None = None
    due_text: str | None = None
    due_date: str | None = None
    status: str = "open"
    same_as: str | None = None


class GoldQuote(msgspec.Struct):
    """A labelled place of another sort."""

    quote: str
    kind: str | None = None


class GoldPerson(msgspec.Struct):
    """A labelled role or stance."""

    name: str
    roles: list[str] = []
    stance: str | None = None
    quote: str | None = None


class Gold(msgspec.Struct):
    """What a person found in a document."""

    promises: list[GoldPromise] = []
    conditional: list[GoldQuote] = []
    non_commitments: list[GoldQuote] = []
    customer_obligations: list[GoldQuote] = []
    why: list[GoldQuote] = []
    scope: list[GoldQuote] = []
    stakeholders: list[GoldPerson] = []


class Document(msgspec.Struct):
    """A line: a whole conversation (`body`) or a lone sentence (`text`). Everything but the words may be absent."""

    id: str | int | None = None
    engagement_id: str | None = None
    kind: InteractionKind | None = None
    channel: InteractionKind | None = None
    format: Literal["text", "html"] | None = None
    at: str | None = None
    subject: str | None = None
    participants: list[Participant] = []
    author: str | None = None
    speaker_side: Side | None = None
    context: str | None = None
    body: str | None = None
    text: str | None = None
    gold: Gold | None = None
    label: str | None = None
    subclass: str | None = None
    type: str | None = None
    due_text: str | None = None

    @property
    def words(self) -> str:
        """Give what was said or written."""
        return self.body if self.body is not None else self.text or ""


class _Head(msgspec.Struct):
    """What has to be known of a line before its turn."""

    engagement_id: str | None = None
    at: str | None = None
    body: str | None = None
    text: str | None = None


class _Guests(msgspec.Struct):
    participants: list[Participant] = []


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that could not be used, counted from 1; `reason` holds no value of it."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        """Give it as compilers do."""
        return f"{self.path}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Placed:
    """A document with the line it stands on and everybody met in its engagement."""

    line: int
    document: Document
    people: tuple[Participant, ...]
    engagement: str


@dataclass(slots=True)
class Documents:
    """The usable lines of an open file, each engagement's together and in order of time; `bad` are the others."""

    path: Path
    file: BinaryIO
    bad: list[BadLine] = field(default_factory=list)
    _lines: array[int] = field(default_factory=lambda: array("Q"))
    _places: array[int] = field(default_factory=lambda: array("Q"))
    _times: array[float] = field(default_factory=lambda: array("d"))
    _groups: array[int] = field(default_factory=lambda: array("Q"))

    def __post_init__(self) -> None:
        """Index the file."""
        head = msgspec.json.Decoder(_Head)
        firsts: dict[int, int] = {}
        place = 0
        for number, line in enumerate(self.file, 1):
            if line.strip():
                try:
                    self._note(head.decode(unmarked(line)), firsts, line=number, place=place)
                except (msgspec.DecodeError, ValueError) as error:
                    self.bad.append(BadLine(self.path, number, _reason(error)))
            place += len(line)

    def _note(self, head: _Head, firsts: dict[int, int], *, line: int, place: int) -> None:
        if head.body is None and head.text is None:
            raise msgspec.ValidationError("there is neither `body` nor `text`")
        at = _time(head.at).timestamp() if head.at else 0.0
        group = line
        if head.engagement_id is not None:
            digest = hashlib.blake2b(head.engagement_id.encode(), digest_size=8).digest()
            group = firsts.setdefault(int.from_bytes(digest, "big"), line)
        self._lines.append(line)
        self._places.append(place)
        self._times.append(at)
        self._groups.append(group)

    def __iter__(self) -> Iterator[Placed]:
        """Give the documents; lines whose fields have a wrong shape are added to `bad`."""
        order = sorted(range(len(self._lines)), key=lambda one: (self._groups[one], self._times[one], self._lines[one]))
        decoder = msgspec.json.Decoder(Document)
        people: tuple[Participant, ...] = ()
        group = 0
        for position, one in enumerate(order):
            if self._groups[one] != group:
                group = self._groups[one]
                people = self._people(order, position)
            try:
                document = decoder.decode(self._line(one))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                self.bad.append(BadLine(self.path, self._lines[one], _reason(error)))
                continue
            engagement = document.engagement_id or f"line {self._lines[one]}"
            yield Placed(self._lines[one], document, people, engagement)

    def _people(self, order: Sequence[int], position: int) -> tuple[Participant, ...]:
        """Gather everybody met in the engagement whose documents begin at a position."""
        decoder = msgspec.json.Decoder(_Guests)
        met: dict[tuple[str | None, str | None, str | None], Participant] = {}
        group = self._groups[order[position]]
        while position < len(order) and self._groups[one := order[position]] == group:
            position += 1
            try:
                guests = decoder.decode(self._line(one)).participants
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            for guest in guests:
                met.setdefault((guest.name, guest.email, guest.side), guest)
        return tuple(met.values())

    def _line(self, one: int) -> bytes:
        self.file.seek(self._places[one])
        return unmarked(self.file.readline())


def unmarked(line: bytes) -> bytes:
    """Give a line without the mark that some programs write before UTF-8; files laid end to end have one inside as well."""
    return line.removeprefix(codecs.BOM_UTF8)


def _reason(error: Exception) -> str:
    """Say what is wrong with a line without repeating any of it."""
    if isinstance(error, msgspec.ValidationError):
        return re.sub(r"Invalid enum value '.*?'", "a word that is not one of those known", str(error))
    return "not UTF-8" if isinstance(error, UnicodeDecodeError) else "not JSON"


def _time(text: str) -> datetime:
    """Read a time; one without an offset is taken as UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise msgspec.ValidationError("`at` is not an ISO time") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def conversation_of_document(placed: Placed) -> Conversation:
    """Give a document as the reader takes it.

    A note is our side's own record unless the line says otherwise. Where only one side takes part, the author is theirs;
    else an author that nobody knows has no side.
    """
    document = placed.document
    kind: InteractionKind = document.kind or document.channel or "email"
    here = [_attendee(one) for one in document.participants]
    names = {one.name for one in here}
    others = [replace(_attendee(one), is_here=False) for one in placed.people if one.name not in names]
    body = document.words
    return Conversation(
        interaction_id=str(document.id) if document.id is not None else f"line {placed.line}",
        engagement_id=placed.engagement,
        kind=kind,
        at=_time(document.at) if document.at else _NO_TIME,
        subject=document.subject,
        author=document.author,
        author_side=document.speaker_side or _author_side(document, here, kind),
        attendees=(*here, *others),
        body=body,
        body_format="html" if document.format == "html" or has_markup(body) else "text",
        audience="internal",
        context=document.context or "",
    )


def _attendee(one: Participant) -> Attendee:
    return Attendee(one.name, one.email, one.side or "unknown", title=one.title)


def _author_side(document: Document, here: Sequence[Attendee], kind: InteractionKind) -> Side:
    known = next((one.side for one in here if one.name and one.name == document.author), None)
    if known:
        return known
    if kind in {"note", "task", "promises"}:
        return "us"
    sides = {one.side for one in here}
    return sides.pop() if len(sides) == 1 and document.author is None else "unknown"
