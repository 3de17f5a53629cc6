"""Rules: what a unit is, by named cues and named vetoes. They read where the model's files or its runtime are missing.

On strangers' text they find a third of what the model finds, so that all but the plainest goes to review.

Patterns are short alternations over one sentence; none nests a repetition in a repetition, so none backtracks far.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from atlas_sync.extraction.denials import TAKEN_BACK, takes_back
from atlas_sync.extraction.dues import find_due
from atlas_sync.extraction.duties import is_left_to_you
from atlas_sync.extraction.judgement import Change, Judgement, Label
from atlas_sync.extraction.naming import READ, SCOPE, WHY, first, kind_of_promise, words
from atlas_sync.extraction.units import Unit

__all__ = ["judge_by_rules"]

# What makes a sentence of our side a promise: name, pattern, confidence.
_CUES: tuple[tuple[str, re.Pattern[str], float], ...] = (
    (
        "first person future",
        words(
            r"\b(?:we|i)(?:['’]ll| will| shall)\b(?! (?:see|be in touch|get back|let you know|have to see|look into|check))"
        ),
        0.7,
    ),
    ("you will have", words(r"\byou(?:['’]ll| will) (?:get|have|receive|see|find|hear)\b"), 0.65),
    (
        "it will be done",
        words(
            r"\b(?:will be|['’]ll be|gets?|are|is) (?:live|ready|done|finished|delivered|installed|in place|up and running|up|on site|with you|in your (?:hands|inbox))\b"
        ),
        0.65,
    ),
    (
        "our people will",
        words(r"\b(?:our|my) \w+(?: \w+)? (?:will|['’]ll|is with you|are with you|comes?|stays?|sits?)\b"),
        0.6,
    ),
    (
        "bound price",
        words(
            r"\b(?:fixed|flat|capped|frozen|all[- ]in|not to exceed)\b.{0,60}(?:€|\$|£|eur|usd|gbp|price|fee|rate|\d)",
            r"\b(?:price|fee|rate)s? .{0,40}\b(?:fixed|frozen|capped|stays?|holds?|won['’]t (?:move|change|go up))",
        ),
        0.7,
    ),
    (
        "free of charge",
        words(
            r"\b(?:free of charge|at no (?:extra |additional )?(?:cost|charge)|no (?:extra |additional )?(?:cost|charge|fee)\b|on us\b|on the house|at our (?:own )?(?:cost|expense)|we pay for|waived?|thrown? in)"
        ),
        0.7,
    ),
    (
        "included for you",
        words(r"\b(?:is|are|comes?) (?:all )?(?:included|part of (?:the|what we)|in (?:the|that) price|in there)\b"),
        0.55,
    ),
    (
        "guarantee",
        words(
            r"\bwe (?:guarantee|commit|promise|undertake|warrant|make sure|see to it)\b",
            r"\b(?:guaranteed|you have (?:my|our) word|has my word|consider it done|count on (?:it|us|me)|leave (?:that|it|the \w+) (?:to|with) (?:us|me))\b",
        ),
        0.75,
    ),
    (
        "we do it for you",
        words(
            r"\bwe (?:also |then |always )?(?:send|deliver|provide|supply|bring|train|install|migrate|move|set up|hand over|test|put|cover|replace|swap|take care|take on|take over|keep|run|fit|build|write|give|leave|start|finish|switch|connect|host|monitor|repair|fix|answer|respond|report)\b"
        ),
        0.55,
    ),
    (
        "repair clause",
        words(r"\b(?:if|should|when) .{3,90}\bwe (?:fix|repair|replace|refund|add|pay|come|put|redo|swap)\b"),
        0.7,
    ),
    (
        "no worse",
        words(
            r"\bno (?:price increase|downtime|data (?:loss|leaves)|lock-in|surprises|travel costs?)\b",
            r"\bwill (?:not|never) (?:leave|exceed|go (?:above|beyond|over|up)|increase|cost you)\b",
            r"\bwon['’]t (?:exceed|cost|go (?:above|over|up))",
        ),
        0.65,
    ),
)
# How sellers write down what they said, in notes and minutes.
_NOTE_CUES: tuple[tuple[str, re.Pattern[str], float], ...] = (
    (
        "noted promise",
        words(
            r"\b(?:promised|committed|agreed (?:to|that we|w/)|offered to|gave (?:them|him|her) (?:my|our) word|guaranteed|assured|confirmed (?:that )?we)\b"
        ),
        0.7,
    ),
    (
        "told them we would",
        words(
            r"\b(?:told|said to|assured|promised) (?:\w+ ){1,3}(?:we|i)(?:['’]d| would| will|['’]ll)\b",
            r"\bsaid (?:we|i)(?:['’]d| would| will|['’]ll)\b",
        ),
        0.7,
    ),
    (
        "noted extra",
        words(
            r"\b(?:throwing in|threw in|thrown in|on us|free\b.{0,40}\b(?:of charge|for)|waiv(?:ed|ing)|at our cost|no charge)"
        ),
        0.65,
    ),
    ("firm will", words(r"\b(?:we|us)\b(?:(?: to|: )| will| shall) \w+"), 0.55),
    (
        "standing terms",
        words(
            r"^(?:sla|go-live|golive|start|kickoff|kick-off|delivery|price|training|support|hypercare|warranty|standby)\s*[:=]"
        ),
        0.5,
    ),
)
_PLAYED_BACK = words(
    r"\byou (?:said|promised|told (?:me|us)|agreed|confirmed|offered|assured)\b",
    r"\bas you (?:said|promised|agreed)\b",
    r"\byour (?:word|promise)\b",
)

_CHANGES: tuple[tuple[Change, re.Pattern[str]], ...] = (
    (
        "withdrawn",
        words(
            *TAKEN_BACK,
            r"\b(?:take|taking) (?:\w+ ){0,4}(?:out|back|off the table)\b",
            r"\b(?:withdraw|no longer (?:possible|included|offer)|cannot keep|can['’]t keep|off the table|falls? away|is off\b)",
        ),
    ),
    (
        "renegotiated",
        words(
            r"\b(?:moves?|moved|shifts?|slips?|pushed?) (?:\w+ ){0,5}(?:to|from|by)\b",
            r"\b(?:instead of|rather than|not \d+|new date|becomes? (?:two|three|\d))",
        ),
    ),
    (
        "softened",
        words(r"\b(?:rather than promise|will try|best effort|aim (?:for|to)|if all goes well|weather permitting)\b"),
    ),
)

_VETOES: tuple[tuple[str, Label, re.Pattern[str]], ...] = (
    ("question", "none", words(r"\?[\"'”’)\]]*$")),
    (
        "courtesy",
        "none",
        words(
            r"\b(?:look(?:ing)? forward|get back to you|be in touch|let you know|let me know|talk soon|speak soon|see you|happy to|glad to|feel free|don['’]t hesitate|thank(?:s| you)|hope (?:this|you|all)|attached|please find|as discussed|nice to|good to (?:see|hear|meet))\b"
        ),
    ),
    (
        "past",
        "none",
        words(
            r"\b(?:last (?:year|month|week|time|spring|summer|autumn|winter)|we (?:did|delivered|built|had|were|used to|once)|(?:has|have) (?:been|already)|in 20(?:1\d|2[0-4]))\b"
        ),
    ),
    (
        "hedge",
        "refusal",
        words(
            r"\b(?:might|maybe|perhaps|possibly|probably|should be able|would like to|we['’]d love|i['’]d love|i hope|we hope|ballpark|rough(?:ly)?|gut feeling|no promises?|not promise|can['’]t promise|cannot promise|don['’]t want to promise|don['’]t nail|look at it|look into|will (?:check|see|try|ask)|['’]ll (?:check|see|try|ask|look|think)|let me (?:check|see|ask|look)|roadmap|not sure|i think|i guess|within reason|depends)\b"
        ),
    ),
    (
        "bargain",
        "conditional",
        words(
            r"\b(?:if you (?:sign|commit|order|take|go|pay|can|agree)|in exchange|in return for|provided (?:that )?you|as long as you|subject to|on condition|only if|unless|once you (?:commit|sign up)|were you to)\b"
        ),
    ),
    ("hypothetical", "conditional", words(r"\b(?:we|i) (?:would|could)\b", r"\bwe['’]d (?:be able|have to|need)\b")),
    (
        "refusal",
        "refusal",
        words(
            r"\b(?:told (?:\w+ )no|said no|declin(?:ed|e)|can['’]t (?:do|give|offer)|cannot (?:do|give|offer)|not possible|no discount|won['’]t (?:discount|do|give)|refus(?:e|ed))\b"
        ),
    ),
    (
        "ask of the customer",
        "obligation",
        words(
            r"\b(?:please|could you|can you|would you|you(?:['’]ll| will)? need to|you (?:must|should|have to)|we need (?:from you|your|you|a|the)|from your side|on your side|customer (?:to|will)|client (?:to|will)|they (?:will|['’]ll|to) (?:send|give|provide|share|check|confirm))\b"
        ),
    ),
    (
        "internal",
        "none",
        words(
            r"^(?:to ?do|todo|internal|fyi|note to self|next|me)\b\s*[:\-]?",
            r"\b(?:ask (?:\w+ )?(?:if|whether|about)|check with|deal desk|forecast|margin|commit this quarter|my boss|need approval|chase)\b",
        ),
    ),
    (
        "somebody else's",
        "none",
        words(
            r"\b(?:competitor|other (?:vendor|supplier|agency|bidder|offer)s?|previous (?:vendor|supplier|agency)|the last (?:agency|vendor|lot|people)|they (?:promised|said they|had promised))\b"
        ),
    ),
)

_DOES = words(
    r"\b(?:go-live|live|start|begin|kick-?off|rollout|roll-out|migration|training|deliver\w*|install\w*|hand-?over|ready|done|"
    r"finish\w*|complete\w*|launch|switch|opens?|arrives?|comes?|goes|run|test\w*|swap\w*|report|moves?|is with you|up)\b"
)
_NOT = words(r"\b(?:will not|won['’]t|not)\b")
_MAY_DENY = frozenset({"no worse", "free of charge", "bound price", "guarantee"})
_WARRANTIES = frozenset({"repair clause", "bound price", "guarantee"})
_UNDERTAKES = words(r"\b(?:we|i)(?:['’]ll| will) \w+")
_SURE = 0.9
_NO_CUE = "no cue"


def judge_by_rules(unit: Unit, *, is_note: bool, said_at: datetime) -> Sequence[Judgement]:
    """Say what a unit is: a promise or a near one at most once, and besides perhaps a why and a scope point.

    `is_note` is true for what our side wrote down for itself: notes, minutes, tasks.
    """
    if unit.zone != "new" or len(unit.text) not in READ:
        return ()
    found = [_promise(unit, is_note=is_note, said_at=said_at)]
    scope = first(SCOPE, unit.text)
    if (scope and not unit.text.rstrip().endswith("?")) or scope == "vague":
        found.append(Judgement("scope", f"scope {scope}", 0.6, scope=scope))
    if scope in {"out", "later", "vague"}:
        found = [one for one in found if one.label != "promise" or one.change != "none"]
    if unit.side != "us" or is_note:
        why = first(WHY, unit.text)
        if why and not any(one.label == "promise" for one in found) and not unit.text.rstrip().endswith("?"):
            found.append(Judgement("why", f"why {why}", 0.55, why=why))
    return [_promised(unit, one) if one.label == "promise" else one for one in found if one.rule != _NO_CUE]


def _promised(unit: Unit, judgement: Judgement) -> Judgement:
    unsure = judgement.confidence < _SURE or unit.side == "unknown"
    return replace(judgement, kind=kind_of_promise(unit.text), needs_review=unsure)


def _promise(unit: Unit, *, is_note: bool, said_at: datetime) -> Judgement:
    if unit.side == "customer" and not is_note:
        return _customer(unit.text)
    text = unit.text
    if is_left_to_you(text):
        return Judgement("obligation", "left to the customer", 0.6)
    change = first(_CHANGES, text) or "none"
    cue = _cue(text, is_note=is_note)
    if cue is None and _DOES.search(text) and find_due(text, said_at=said_at)[1]:
        cue = ("dated statement", 0.5)
    if change == "withdrawn" and (cue is None or takes_back(text)):
        return Judgement("promise", "taken back", 0.5, change=change)
    if cue is None:
        return Judgement("none", _NO_CUE)
    name, confidence = cue
    veto = _veto_of(text)
    if veto and not (name in _WARRANTIES and veto[0] in {"bargain", "hypothetical"}):
        return Judgement(veto[1], f"{name}, but {veto[0]}", confidence)
    if _NOT.search(text) and name not in _MAY_DENY:
        confidence -= 0.15
    return Judgement("promise", name, confidence, change=change)


def _customer(text: str) -> Judgement:
    """Judge what a customer says: our word played back, a duty they take on, or neither."""
    if _PLAYED_BACK.search(text) and not text.rstrip().endswith("?"):
        return Judgement("promise", "customer plays it back", 0.55)
    if _UNDERTAKES.search(text) and not _veto_of(text, ("question", "hedge", "courtesy")):
        return Judgement("obligation", "customer undertakes", 0.6)
    return Judgement("none", _NO_CUE)


def _cue(text: str, *, is_note: bool) -> tuple[str, float] | None:
    cues = (*_NOTE_CUES, *_CUES) if is_note else _CUES
    hits = [(name, confidence) for name, pattern, confidence in cues if pattern.search(text)]
    if not hits:
        return None
    name, confidence = max(hits, key=lambda hit: hit[1])
    return name, min(0.9, confidence + 0.08 * (len(hits) - 1))


def _veto_of(text: str, only: Sequence[str] = ()) -> tuple[str, Label] | None:
    for name, label, pattern in _VETOES:
        if (not only or name in only) and pattern.search(text):
            return name, label
    return None
