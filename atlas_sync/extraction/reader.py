"""Reading one conversation: cleaned, split, judged unit by unit. Pure, and independent of every other conversation."""

from __future__ import annotations

from typing import Any

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import Evidence, Mention, Outcome, ScopeItem
from atlas_sync.extraction.conversation import Conversation, PromiseMention, Reading, Remark
from atlas_sync.extraction.dues import find_due
from atlas_sync.extraction.people import begins_with_customer, people_in
from atlas_sync.extraction.rules import Judgement, judge, kind_of_promise
from atlas_sync.extraction.units import Unit, split

__all__ = ["READER_VERSION", "read"]

READER_VERSION = "rules-2"
"""Changes with anything that changes what is read; part of the key under which a reading is remembered."""

_SURE = 0.6
_SPOKEN_SURE = 0.65
_NOTES = frozenset({"note", "task"})
_LONGEST = 600


class _Collected:
    """What was found so far in one conversation."""

    def __init__(self) -> None:
        self.promises: list[PromiseMention] = []
        self.conditional: list[Remark] = []
        self.non_commitments: list[Remark] = []
        self.obligations: list[Remark] = []
        self.outcomes: list[Outcome] = []
        self.scope: list[ScopeItem] = []
        self.mentions: list[Mention] = []


def read(conversation: Conversation) -> Reading:
    """Find what was said: promises, near promises, whys, scope points, and who people are; every quote exact in the body."""
    found = _Collected()
    for unit in split(conversation):
        if len(unit.text) > _LONGEST:
            continue
        is_note = conversation.kind in _NOTES or (
            conversation.kind == "meeting" and unit.speaker == conversation.author
        )
        evidence = _evidence(conversation, unit)
        for judgement in judge(unit, is_note=is_note):
            _take(found, conversation, unit, judgement=judgement, evidence=evidence)
        for name, roles, stance, rule in people_in(unit, conversation.attendees):
            found.mentions.append(
                Mention(
                    **_statement("men", conversation, evidence, rule=f"person: {rule}", confidence=0.6, more=name),
                    name=name,
                    roles=roles,
                    stance=stance,
                ).model_copy(update={"audience": "internal"})
            )
    return Reading(
        interaction_id=conversation.interaction_id,
        audience=conversation.audience,
        promises=tuple(found.promises),
        conditional=tuple(found.conditional),
        non_commitments=tuple(found.non_commitments),
        customer_obligations=tuple(found.obligations),
        outcomes=tuple(found.outcomes),
        scope=tuple(found.scope),
        mentions=tuple(found.mentions),
    )


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
        "id": derive_id(prefix, conversation.engagement_id, conversation.interaction_id, str(evidence.start), more),
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
        case "promise" if begins_with_customer(text, conversation.attendees):
            found.obligations.append(Remark(evidence=evidence, text=text, rule="a customer's task"))
        case "promise":
            found.promises.append(_promise(conversation, unit, judgement, evidence))
        case "conditional":
            found.conditional.append(Remark(evidence=evidence, text=text, rule=judgement.rule))
        case "refusal":
            found.non_commitments.append(Remark(evidence=evidence, text=text, rule=judgement.rule))
        case "obligation":
            found.obligations.append(Remark(evidence=evidence, text=text, rule=judgement.rule))
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


def _promise(conversation: Conversation, unit: Unit, judgement: Judgement, evidence: Evidence) -> PromiseMention:
    due_text, due_date = find_due(unit.text, said_at=conversation.at)
    confidence = min(0.95, judgement.confidence + (0.1 if due_text else 0.0))
    sure = _SPOKEN_SURE if conversation.kind == "call" else _SURE
    by = unit.speaker if unit.side == "us" else conversation.author if conversation.author_side == "us" else None
    customers = [one.name for one in conversation.attendees if one.side == "customer" and one.name]
    return PromiseMention(
        evidence=evidence,
        text=" ".join(unit.text.split()),
        kind=kind_of_promise(unit.text),
        rule=judgement.rule,
        confidence=round(confidence, 2),
        needs_review=confidence < sure or unit.side == "unknown",
        promised_by=by,
        promised_to=customers[0] if len(customers) == 1 else None,
        due_text=due_text,
        due_date=due_date,
        changes=judgement.change,
    )
