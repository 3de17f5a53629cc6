"""Reading conversations: cleaned, split, judged unit by unit. Pure, and each independent of every other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from atlas_sync.canonical.model import Evidence, Mention, Outcome, ScopeItem, Side
from atlas_sync.canonical.normalize import month_comes_first
from atlas_sync.extraction.conversation import Conversation, PromiseMention, Reading, Remark
from atlas_sync.extraction.denials import says_no
from atlas_sync.extraction.dues import complete_due, find_due
from atlas_sync.extraction.explicit import untagged, written_down
from atlas_sync.extraction.foreign import judge_foreign
from atlas_sync.extraction.headings import Place
from atlas_sync.extraction.inputs import Question, questions_of
from atlas_sync.extraction.judgement import Judgement, judge
from atlas_sync.extraction.languages import is_hardly_english, language_of, language_within
from atlas_sync.extraction.lines import Zone
from atlas_sync.extraction.machines import heed_machine, machine_of
from atlas_sync.extraction.model import Answer, Model, shipped, shipped_version
from atlas_sync.extraction.naming import heed_headings, kind_of_promise, name_scope, with_subject
from atlas_sync.extraction.parties import promisee_of, promiser_of
from atlas_sync.extraction.people import Cast
from atlas_sync.extraction.rows import without_cells
from atlas_sync.extraction.rules import judge_by_rules
from atlas_sync.extraction.runtime import Each, threads
from atlas_sync.extraction.sense import sense_version, with_sense
from atlas_sync.extraction.subject import as_told_to_them, retold, retold_heading
from atlas_sync.extraction.units import Unit, split

__all__ = ["READER_VERSION", "explain", "read", "read_many"]

READER_VERSION = f"{shipped_version()}-{sense_version()}/16"
"""Part of the key of a remembered reading: the weights, and a number that grows with every other change of what is read."""

_DENIAL = 0.5
_NOTES = frozenset({"note", "task"})
_READ: frozenset[Zone] = frozenset({"new"})
_EXPLAINED: frozenset[Zone] = frozenset({"new", "quoted"})
_Judged = tuple[Unit, Sequence[Judgement]]


@dataclass(slots=True)
class _Collected:
    """What was found so far in one conversation, in which slashed dates are written one way."""

    month_first: bool | None = None
    promises: list[PromiseMention] = field(default_factory=list)
    denials: list[PromiseMention] = field(default_factory=list)
    conditional: list[Remark] = field(default_factory=list)
    non_commitments: list[Remark] = field(default_factory=list)
    obligations: list[Remark] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    scope: list[ScopeItem] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)


def read(conversation: Conversation) -> Reading:
    """Find what was said: promises, near promises, whys, scope points, and who people are; every quote exact in the body."""
    return read_many([conversation])[0]


def read_many(conversations: Sequence[Conversation]) -> list[Reading]:
    """Read several conversations at once, which keeps all threads busy; the readings are those of `read`, in order."""
    with threads() as each:
        judged = [_judged(conversation, _READ, each) for conversation in conversations]
        return with_sense([_reading(*pair) for pair in zip(conversations, judged, strict=True)], each)


def explain(conversation: Conversation) -> tuple[Remark, ...]:
    """Give what was nearly a promise, each with what stood against it, in order of place."""
    machine = machine_of(conversation)
    return tuple(
        Remark(evidence=_evidence(conversation, unit), text=" ".join(unit.text.split()), rule=judgement.rule)
        for unit, judgements in _judged(conversation, _EXPLAINED)
        for judgement in heed_machine(machine, unit.text, judgements)
        if judgement.label == "none"
    )


def _judged(conversation: Conversation, zones: frozenset[Zone], each: Each = map) -> Iterator[_Judged]:
    """Give the units of some zones with what they say: by the model, or by the rules where there is none."""
    said = [unit for unit in split(conversation) if unit.zone in zones]
    model = shipped()
    if model is None:
        at = conversation.at
        return ((unit, judge_by_rules(unit, is_note=_is_note(conversation, unit), said_at=at)) for unit in said)
    questions = questions_of(said, conversation)
    places = [_retold_place(question.place, conversation) for question in questions]
    others = [retold(unit, conversation) for unit in said]
    told = [as_told_to_them(unit, conversation) for unit in said]
    return _answered(said, places, others, _answers(model, questions, others, each), told=told, by=model.sheet.name)


def _retold_place(place: Place, conversation: Conversation) -> Place:
    return replace(place, headings=tuple(retold_heading(heading, conversation) for heading in place.headings))


def _answers(
    model: Model, questions: Sequence[Question], others: Sequence[tuple[str, Side] | None], each: Each
) -> Iterator[Answer]:
    """Yield the answer to each question; one that begins with a name is asked with its side's word in its place as well."""
    asked = (
        (one, replace(one, text=other[0])) if other else (one,) for one, other in zip(questions, others, strict=True)
    )
    answers = model.ask([question for both in asked for question in both], each)
    for other in others:
        answer = next(answers)
        yield answer.told(next(answers), other[1]) if other else answer


def _answered(
    said: Sequence[Unit],
    places: Sequence[Place],
    others: Sequence[tuple[str, Side] | None],
    answers: Iterator[Answer],
    *,
    told: Sequence[Unit],
    by: str,
) -> Iterator[_Judged]:
    """Yield units with what they say, each judged by the words of `told`.

    Where they are not in English, the model has no say and a person has to look.
    """
    whole = language_of(" ".join(unit.text for unit in said if unit.zone == "new"))
    for unit, meant, place, other in zip(said, told, places, others, strict=True):
        answer = next(answers)
        language = language_within(unit.text, whole)
        if language not in {"en", None}:
            yield unit, heed_headings(unit, judge_foreign(unit, language, other), place)
            continue
        judged = judge(meant, answer, by=by)
        if language is None and is_hardly_english(unit.text):
            judged = [replace(one, needs_review=one.needs_review or one.label == "promise") for one in judged]
        yield unit, heed_headings(unit, name_scope(unit, judged), place)


def _is_note(conversation: Conversation, unit: Unit) -> bool:
    return conversation.kind in _NOTES or (conversation.kind == "meeting" and unit.speaker == conversation.author)


def _reading(conversation: Conversation, judged: Iterable[_Judged]) -> Reading:
    said = list(judged)
    found = _Collected(_month_first(conversation, [unit for unit, _judgements in said]))
    cast, machine = Cast(conversation.attendees), machine_of(conversation)
    before: Unit | None = None
    for unit, judgements in said:
        evidence = _evidence(conversation, unit)
        stated = written_down(conversation, unit)
        meant = _with_denial(unit, judgements) if stated is None else stated
        for judgement in heed_machine(machine, unit.text, meant):
            if judgement.scope == "vague" and (whole := with_subject(unit, before)) is not unit:
                _join(found, conversation, whole, judgement)
            else:
                _take(found, conversation, unit, judgement=judgement, evidence=evidence)
        before = unit
        found.mentions += _mentions(conversation, unit, cast, evidence)
    return Reading(
        interaction_id=conversation.interaction_id,
        audience=conversation.audience,
        promises=tuple(found.promises),
        denials=tuple(found.denials),
        conditional=tuple(found.conditional),
        non_commitments=tuple(found.non_commitments),
        customer_obligations=tuple(found.obligations),
        outcomes=tuple(found.outcomes),
        scope=tuple(found.scope),
        mentions=tuple(found.mentions),
    )


def _join(found: _Collected, conversation: Conversation, whole: Unit, judgement: Judgement) -> None:
    """Take an open point in the place of what was found open in its first words."""
    found.scope = [one for one in found.scope if (one.kind, one.evidence.start) != ("vague", whole.start)]
    _take(found, conversation, whole, judgement=judgement, evidence=_evidence(conversation, whole))


def _with_denial(unit: Unit, judgements: Sequence[Judgement]) -> Sequence[Judgement]:
    """Add that a sentence of our side says no to something, which matters where that was promised."""
    if unit.side != "us" or any(one.label == "promise" for one in judgements) or not says_no(unit.text):
        return judgements
    kind = kind_of_promise(unit.text)
    return [*judgements, Judgement("denial", "says no", _DENIAL, needs_review=True, change="withdrawn", kind=kind)]


def _month_first(conversation: Conversation, said: Sequence[Unit]) -> bool | None:
    """Tell how slashed dates are written: as those show that can be read in one way only, else as the settings say."""
    told = month_comes_first("\n".join(unit.text for unit in said))
    return told if told is not None else conversation.month_first or None


def _mentions(conversation: Conversation, unit: Unit, cast: Cast, evidence: Evidence) -> Iterator[Mention]:
    for name, roles, stance, rule in cast.shown_in(unit):
        row = _statement("men", conversation, evidence, rule=f"person: {rule}", confidence=0.6, more=name)
        yield Mention(**row | {"audience": "internal"}, name=name, roles=roles, stance=stance)


def _evidence(conversation: Conversation, unit: Unit) -> Evidence:
    return Evidence(
        interaction_id=conversation.interaction_id,
        start=unit.start,
        end=unit.end,
        quote=conversation.body[unit.start : unit.end],
        speaker=unit.speaker,
        side=unit.side,
        said_at=conversation.at,
    )


def _statement(
    prefix: str, conversation: Conversation, evidence: Evidence, *, rule: str, confidence: float, more: str = ""
) -> dict[str, Any]:
    return {
        "id": evidence.id_as(prefix, conversation.engagement_id, more),
        "engagement_id": conversation.engagement_id,
        "evidence": evidence,
        "rule": rule,
        "confidence": round(confidence, 2),
        "audience": conversation.audience,
    }


def _take(
    found: _Collected, conversation: Conversation, unit: Unit, *, judgement: Judgement, evidence: Evidence
) -> None:
    text = " ".join(unit.text.split())
    match judgement.label:
        case "promise":
            found.promises.append(_promise(conversation, unit, judgement, evidence, month_first=found.month_first))
        case "denial":
            found.denials.append(_promise(conversation, unit, judgement, evidence, month_first=found.month_first))
        case "conditional":
            found.conditional.append(Remark(evidence=evidence, text=text, rule=judgement.rule))
        case "refusal":
            found.non_commitments.append(Remark(evidence=evidence, text=text, rule=judgement.rule))
        case "obligation":
            _words, day = find_due(
                unit.text, said_at=conversation.at, before=unit.before, month_first=found.month_first
            )
            found.obligations.append(Remark(evidence=evidence, text=text, rule=judgement.rule, due_date=day))
        case "why" if judgement.why:
            row = _statement("why", conversation, evidence, rule=judgement.rule, confidence=judgement.confidence)
            found.outcomes.append(Outcome(**row, text=text, kind=judgement.why))
        case "scope" if judgement.scope:
            row = _statement(
                "sco",
                conversation,
                evidence,
                rule=judgement.rule,
                confidence=judgement.confidence,
                more=judgement.scope,
            )
            found.scope.append(ScopeItem(**row, text=text, kind=judgement.scope))
        case _:
            pass


def _promise(
    conversation: Conversation, unit: Unit, judgement: Judgement, evidence: Evidence, *, month_first: bool | None
) -> PromiseMention:
    due_text, due_date = _due(conversation, unit, judgement, month_first=month_first)
    text = without_cells(unit.text, conversation.attendees, said_at=conversation.at)
    return PromiseMention(
        evidence=evidence,
        text=" ".join(untagged(text, conversation.tags).split()),
        kind=judgement.kind,
        rule=judgement.rule,
        confidence=round(judgement.confidence, 2),
        needs_review=judgement.needs_review,
        promised_by=promiser_of(unit, conversation),
        promised_to=promisee_of(unit, conversation),
        due_text=due_text,
        due_date=due_date,
        changes=judgement.change,
    )


def _due(
    conversation: Conversation, unit: Unit, judgement: Judgement, *, month_first: bool | None
) -> tuple[str | None, date | None]:
    """Give the words that say when, as the judgement marks them, and their day; unmarked ones where they name a day."""
    if judgement.due is None:
        phrase, day = find_due(unit.text, said_at=conversation.at, before=unit.before, month_first=month_first)
        return (phrase, day) if day else (None, None)
    return complete_due(unit.text, judgement.due, said_at=conversation.at, before=unit.before, month_first=month_first)
