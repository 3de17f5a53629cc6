"""What the model is given for one unit: who says it where, what came before, the unit itself, what comes after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from atlas_sync.extraction.conversation import Conversation
from atlas_sync.extraction.headings import NOWHERE, Place, places_of
from atlas_sync.extraction.units import Unit
from atlas_sync.extraction.wordpiece import Piece, Vocabulary

__all__ = ["Encoded", "Question", "encode", "questions_of", "said_before", "traits_of"]

_BEFORE_CHARS, _AFTER_CHARS = 100, 60
_BEFORE, _AFTER, _UNIT = 28, 16, 78
_FEW = 2
"""So many units are no conversation: a sentence with a word before it is judged as the sentence is."""
_HEADING_CHARS = 40
_TERSE = frozenset({"note", "meeting"})
_CHANNELS, _TALK = {"task": "note"}, "call"
_SIDES = frozenset({"us", "customer", "partner"})


@dataclass(frozen=True, slots=True)
class Question:
    """One unit to judge, with its surroundings; `before` and `after` carry the side of who said them, or are empty.

    `is_alone` tells that the text holds hardly another unit, whatever is known of what was said before it; `place` is no
    input, but says under which heading the unit stands.
    """

    text: str
    where: str
    before: str = ""
    after: str = ""
    is_alone: bool = True
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Encoded:
    """The numbers of a question; `segments` is 1 on the pieces of the unit, `words` says which characters those stand for."""

    numbers: tuple[int, ...]
    segments: tuple[int, ...]
    words: tuple[tuple[int, int], ...]


def questions_of(units: Sequence[Unit], conversation: Conversation) -> list[Question]:
    """Give the question for each unit; neighbours are those in the same text, quoted parts passed over.

    Under a heading ("For us to do:") it stands before the neighbour, since it tells whose line this is.
    """
    channel = _CHANNELS.get(conversation.kind, conversation.kind)
    said = [unit for unit in units if unit.zone == "new"]
    places = {id(unit): place for place, unit in enumerate(said)}
    stands = list(places_of(said, is_terse=channel in _TERSE, is_meeting=channel == "meeting"))
    questions: list[Question] = []
    for unit in units:
        place = places.get(id(unit))
        before = _told(said[place - 1], stands[place].heading) if place else said_before(conversation.context)
        after = said[place + 1] if place is not None and place + 1 < len(said) else None
        questions.append(
            Question(
                text=unit.text,
                where=f"{unit.side} {_TALK if _is_handed_on(unit, conversation) else channel}",
                before=before,
                after=f"{after.side} : {after.text[:_AFTER_CHARS]}" if after else "",
                is_alone=len(said) <= _FEW,
                place=stands[place] if place is not None else NOWHERE,
            )
        )
    return questions


def _is_handed_on(unit: Unit, conversation: Conversation) -> bool:
    """Tell if a note hands on what another says in a chat or call: talk, and nothing that its author wrote down."""
    return conversation.kind == "note" and unit.speaker not in {None, conversation.author}


def _told(unit: Unit, heading: str) -> str:
    above = f"{heading[:_HEADING_CHARS]} / " if heading and heading != unit.text else ""
    return f"{unit.side} : {above}{unit.text[len(above) - _BEFORE_CHARS :]}"


def traits_of(question: Question) -> dict[str, float]:
    """Give what is known of a unit from outside: side, channel, if it asks, if it is told what came before.

    `always` holds for each.
    """
    asks = float(question.text.rstrip("\"'”’)] ").endswith("?"))
    told = float(bool(question.before))
    return dict.fromkeys(question.where.split(), 1.0) | {"always": 1.0, "asks": asks, "told": told}


def said_before(context: str) -> str:
    """Give what was said before a piece of text in the form of `Question.before`; "Customer:" or "Us:" names the side."""
    speaker, colon, rest = context.partition(": ")
    side = speaker.lower() if colon and speaker.lower() in _SIDES else ""
    return f"{side or 'unknown'} : {(rest if side else context)[-_BEFORE_CHARS:]}" if context else ""


def encode(question: Question, vocabulary: Vocabulary) -> list[Encoded]:
    """Give the numbers of a question: one piece of work, or several where the unit is longer than the model looks at once."""
    where = [piece.number for piece in vocabulary.pieces(question.where)]
    before = [piece.number for piece in vocabulary.pieces(question.before)][-_BEFORE:]
    after = [piece.number for piece in vocabulary.pieces(question.after)][:_AFTER]
    pieces = vocabulary.pieces(question.text)
    head = [vocabulary.start, *where, *before, vocabulary.separator]
    tail = [vocabulary.separator, *after, vocabulary.separator]
    return [_window(head, pieces[at : at + _UNIT], tail) for at in range(0, max(1, len(pieces)), _UNIT)]


def _window(head: list[int], pieces: Sequence[Piece], tail: list[int]) -> Encoded:
    return Encoded(
        numbers=(*head, *(piece.number for piece in pieces), *tail),
        segments=(*(0 for _ in head), *(1 for _ in pieces), *(0 for _ in tail)),
        words=tuple((piece.start, piece.end) for piece in pieces),
    )
