"""What `atlas-sync review` asks of a person, as lines to show and the answers that the keys give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from atlas_sync.canonical.markup import words_of
from atlas_sync.canonical.model import Engagement, Evidence, Interaction, Promise
from atlas_sync.coverage.wording import said_where
from atlas_sync.operations.review import Answer, Choice, Doubt
from atlas_sync.store.judgements import Judgement, standing
from atlas_sync.store.tables import Unsure

__all__ = ["Question", "of_choice", "of_doubt", "of_pair", "title_of"]

_NUMBERED = "123"
_FEW_WORDS = 10
"""So few may say nothing without what stands before them."""
_AROUND = 100


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a person about a promise, or two records: lines to show, and the answers by their keys.

    Nothing is asked any more where one of its `gaps` was let be.
    """

    about: frozenset[str]
    lines: tuple[tuple[str, str], ...]
    keys: Mapping[str, Mapping[str, Answer]]
    hint: str
    promise: Promise | None = None
    gaps: frozenset[str] = frozenset()

    def answered_in(self, judgements: Sequence[Judgement]) -> Judgement | None:
        """Give the newest of some judgements that is about this and not taken back by another, None where none is."""
        said = [one for one in standing(judgements) if one.decision != "undone" and self._is_answered_by(one)]
        return max(said, key=lambda one: one.at, default=None)

    def _is_answered_by(self, said: Judgement) -> bool:
        if said.subject in self.gaps:
            return said.decision == "waived"
        return said.subject in self.about and self.about <= {said.subject, said.other}


def of_doubt(doubt: Doubt) -> Question:
    """Ask if something is a promise, and which one."""
    promise, said = doubt.promise, said_where(doubt.promise)
    due = f", due {promise.due_date or promise.due_text}" if promise.due_text else ""
    lines: tuple[tuple[str, str], ...] = (
        (f"{promise.id}  {title_of(doubt.engagement)}", "dim"),
        (f'  "{" ".join(promise.text.split())}"', "bold"),
        (f"  {_by(said)}: {promise.kind}{due}; {promise.rule}", ""),
    )
    keys: dict[str, Mapping[str, Answer]] = {"y": {promise.id: "confirmed"}, "n": {promise.id: "rejected"}}
    about = frozenset((promise.id,))
    if doubt.perhaps is None:
        return Question(about, lines, keys, "promise? y yes, n no, e edit, m merge", promise)
    before = _before(promise, doubt.perhaps)
    if promise.status == "withdrawn":
        lines += ((f"  perhaps takes back {before}", ""),)
        return Question(about, lines, {"n": keys["n"]}, "takes it back? n no, m yes, that or another", promise)
    lines += ((f"  perhaps said before {before}", ""),)
    return Question(about, lines, keys, "its own promise? y yes, n no promise, e edit, m the same as before", promise)


def _before(promise: Promise, perhaps: Promise) -> str:
    """Quote what a promise was compared with, and its own words of then where it stands in others by now."""
    compared = promise.resembles
    if compared is None:
        return _quoted(perhaps.text, said_where(perhaps).said_at)
    before = _quoted(compared.earlier, compared.earlier_said_at)
    is_other = " ".join(compared.text.split()) != " ".join(promise.text.split())
    return f"{before}, in the words {_quoted(compared.text, compared.said_at)}" if is_other else before


def _quoted(text: str, said_at: datetime) -> str:
    return f'({said_at:%Y-%m-%d}): "{" ".join(text.split())}"'


def _by(said: Evidence) -> str:
    """Tell who said something, for which side, and when."""
    return f"{said.speaker or 'somebody'} ({said.side}), {said.said_at:%Y-%m-%d}"


def of_choice(choice: Choice, said_in: Interaction | None = None) -> Question:
    """Ask which of some work items delivers a promise, or what the customer owes, as it was said in an interaction."""
    about = choice.about
    day = about.due_date or (about.due_text if isinstance(about, Promise) else None)
    owed = "" if isinstance(about, Promise) else "the customer owes "
    lines = [
        (f"{about.id}  {title_of(choice.engagement)}", "dim"),
        (f'  {owed}"{" ".join(about.text.split())}"{f" (due {day})" if day else ""}', "bold"),
        (f"  {_by(choice.said)}{_where(said_in)}", ""),
    ]
    if said_in and len(about.text.split()) < _FEW_WORDS and (before := _words_before(choice.said, said_in)):
        lines.append((f"  after {before}", "dim"))
    keys: dict[str, Mapping[str, Answer]] = {"n": {about.id: "rejected"}}
    for number, link in zip(_NUMBERED, choice.links, strict=False):
        item = choice.items[link.id]
        lines.append((f"  {number}  {item.key} {item.summary} [{item.status}]  {link.id}", ""))
        lines += [(f"       for: {reason}", "dim") for reason in link.reasons]
        lines += [(f"       against: {reason}", "yellow") for reason in (*link.contradictions, *link.leaves_open)]
        keys[number] = {link.id: "confirmed"}
    hint = "which delivers it? 1 to 3, n none of all items there"
    return Question(frozenset((about.id,)), tuple(lines), keys, hint, gaps=choice.gaps)


def _where(said_in: Interaction | None) -> str:
    return f", {said_in.kind}: {said_in.subject or 'no subject'}" if said_in else ""


def _words_before(said: Evidence, said_in: Interaction) -> str:
    """Quote the last words that stand before a quote; a mail that was answered between its lines stands there as well."""
    before = said_in.body[: said.start]
    plain = (words_of(before) if said_in.is_markup else before).split()
    words = " ".join(filter(None, (word.lstrip(">") for word in plain)))
    if len(words) <= _AROUND:
        return f'"{words}"' if words else ""
    return f'"… {words[-_AROUND:].partition(" ")[2]}"'


def of_pair(pair: Unsure) -> Question:
    """Ask if two records are one."""
    lines = (
        (f"{pair.id}  two records of a {pair.kind}, likely one: {pair.score:.2f}", "dim"),
        (f"  {pair.one_name}  {pair.one}", "bold"),
        (f"  {pair.other_name}  {pair.other}", "bold"),
        *((f"       {reason}", "dim") for reason in pair.reasons),
    )
    keys: dict[str, Mapping[str, Answer]] = {"y": {pair.id: "confirmed"}, "n": {pair.id: "rejected"}}
    return Question(frozenset((pair.one, pair.other)), lines, keys, f"one and the same {pair.kind}? y yes, n no")


def title_of(engagement: Engagement) -> str:
    """Name an engagement with its client."""
    return f"{engagement.name} {engagement.client_name or ''}".strip()
