"""Naming: what kind a promise, a scope point or a why is, by its words alone. The model's answers are named by it as well.

Patterns are short alternations over one sentence; none nests a repetition in a repetition, so none backtracks far.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from atlas_sync.canonical.model import OutcomeKind, PromiseKind, ScopeKind
from atlas_sync.extraction.days import level
from atlas_sync.extraction.headings import Place
from atlas_sync.extraction.judgement import Judgement
from atlas_sync.extraction.units import Unit

__all__ = ["READ", "SCOPE", "WHY", "first", "heed_headings", "kind_of_promise", "name_scope", "with_subject", "words"]

NameT = TypeVar("NameT", bound=str)
READ = range(12, 601)
"""How many characters a unit has that is read by its words."""


def words(*parts: str) -> re.Pattern[str]:
    """Give a pattern that finds any of some parts, in any case."""
    return re.compile("|".join(f"(?:{part})" for part in parts), re.IGNORECASE)


SCOPE: tuple[tuple[ScopeKind, re.Pattern[str]], ...] = (
    (
        "out",
        words(
            r"\b(?:not (?:included|part of|in (?:scope|the (?:price|offer|package))|covered)|out of scope|outside (?:the|our) scope|exclud(?:es?|ed|ing)|we (?:don['’]t|do not|won['’]t|will not) (?:touch|do|cover|include|move|take|migrate|replace)|(?:stays?|remains?) with you|is (?:yours|not ours))\b"
        ),
    ),
    (
        "vague",
        words(
            r"\b(?:tbd|tbc|to be (?:decided|defined|agreed|confirmed|clarified)|still open|open point|left open|leave (?:it|that|this) open|not (?:yet )?(?:decided|agreed|clear|settled)|undecided|who (?:pays|decides)|nobody decided|decide (?:later|by (?:the )?\d|by the end)|to be settled|park(?:ed)? (?:it|that|this))\b",
            r"\?\?+",
        ),
    ),
    (
        "later",
        words(
            r"\b(?:phase (?:2|two|ii)|second (?:phase|step|stage|round)|later (?:phase|step|stage)|next year|separate (?:project|step|order|offer|quote)|follow-up project|not now|after that,? (?:perhaps|maybe)|in a second step)\b"
        ),
    ),
    (
        "tradeoff",
        words(
            r"\b(?:in (?:return|exchange)|instead of|traded?|give up|gave up|swap(?:ped)? .{0,30} for|worth more .{0,40} than|rather .{0,40} than)\b"
        ),
    ),
    (
        "assumption",
        words(r"\b(?:assum(?:e|es|ed|ing|ption)|based on the|presuppos|we take it that|on the basis (?:of|that))\b"),
    ),
    (
        "in",
        words(
            r"\b(?:up to \d|limited to|maximum of|at most \d|scope (?:is|covers|includes)|covers? (?:the|all|only)|in scope)\b"
        ),
    ),
)
WHY: tuple[tuple[OutcomeKind, re.Pattern[str]], ...] = (
    (
        "why_us",
        words(
            r"\b(?:(?:reason|why) we(?:['’]re| are)? (?:talk|went|chose|pick|call|with)|chose you|picked you|went with you|you(?:['’]re| are| were) the (?:only|first)|because you (?:have|had|are|were|know|did|told|actually)|unlike the (?:others|other))"
        ),
    ),
    (
        "metric",
        words(
            r"\b(?:from|under|below|at least|at most|less than|more than|down to|up to) [^.]{0,20}\d[\d.,]* ?(?:%|percent|hours?|minutes?|days?|k\b|eur|€|£|\$)[^.]{0,60}\b(?:to|by|today|now|target|want|need|should|must)\b",
            r"\b(?:cut|reduce|halve|double|increase|bring) [^.]{0,60}\d",
        ),
    ),
    (
        "deadline_reason",
        words(
            r"\b(?:because|since|before|ahead of|in time for|otherwise)\b[^.]{0,60}\b(?:season|opening|audit|board|harvest|christmas|easter|peak|inspection|contract (?:ends|runs out)|licen[cs]e|regulator|deadline|newsletter|holiday|night|guests?)\b"
        ),
    ),
    (
        "trigger",
        words(
            r"\b(?:since (?:the|our|we)|after the (?:outage|incident|audit|fire|flood|merger|storm|strike)|never again|last straw|new (?:law|rule|regulation|ceo|owner|manager|director)|(?:contract|licen[cs]e|support|lease) (?:ends|runs out|expires)|budget (?:now|this year|until))\b"
        ),
    ),
    (
        "pain",
        words(
            r"\b(?:problem|pain|outage|falls? over|fell over|breaks?|broke|broken|lost|losing|lose|waste|wasting|wasted|by hand|manually|spreadsheets?|excel|complain|complaints?|too slow|takes? (?:us )?(?:\w+ ){0,2}(?:hours|days|weeks)|nightmare|fails?|failed|errors?|mess|nobody knows|can['’]t see|blind|queue|queues|stuck)\b"
        ),
    ),
    (
        "outcome",
        words(
            r"\b(?:(?:we|they|i) (?:want|need|must|expect)|(?:s?he|it) wants?|what (?:we|i) want|goal|the point is|so that|for us (?:it['’]s|it is|success)|success (?:is|means|looks)|would change everything)\b"
        ),
    ),
)

_KINDS: tuple[tuple[PromiseKind, re.Pattern[str]], ...] = (
    (
        "price",
        words(
            r"€|\$|£|\b(?:eur|usd|gbp|dkk|price|fee|cost|charge|free|discount|rate|invoice|waive|on us|on the house|budget|pay)\b"
        ),
    ),
    (
        "quality",
        words(
            r"\b(?:sla|uptime|guarantee|within \d+ (?:minutes?|hours?|seconds?|ms)|in \d+ (?:minutes|seconds)|\d+ ?ms|response time|secure|encrypt|backup|downtime|warranty|\d+(?:\.\d+)? ?%|replace|swap|refund|fix)\b"
        ),
    ),
    (
        "resource",
        words(
            r"\b(?:on site|onsite|on-site|engineer|engineers|team|trainer|consultant|technician|somebody|someone|person|people|standby|stand-by|helpline|hotline|spare|spares|half a day|workshop|in person|dedicated|floor)\b"
        ),
    ),
    (
        "communication",
        words(
            r"\b(?:send|sends|sent|mail|e-mail|report|share|call you|introduce|update you|write-up|summary|minutes|proposal|offer|document|answer|tell you|keep you)\b"
        ),
    ),
    (
        "timeline",
        words(
            r"\b(?:live|go-live|start|starts|ready|finish|finished|done|complete|kickoff|kick-off|cut-?over|open|switch|moves? to|date|week|before the)\b"
        ),
    ),
)
_SAYS_ONLY_OPEN = re.compile(
    r"\W*(?:(?:it|this|that) (?:is|has|needs) )?(?:still )?to be (?:decided|defined|agreed|confirmed|clarified|settled)"
    r"(?: (?:at|before|by|in|later|next|on|soon|this|together|until|with)\b[^:;?]*)?\W*",
    re.IGNORECASE,
)
"""What leaves open that which was said just before it: "To be settled by end of July"."""
_COURTESY = words(
    r"^\W{0,4}(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|liebe[rs]?|thanks?|thank you|danke|all the best|best regards)\b[^,!.?:–—-]{0,40}"
    r"[,!.]?\s{0,4})?(?:(?:and )?how(?:['’]s| are| is| do you do\b)(?: (?:you|things|it going|everything|life|your \w{1,20}))?(?: (?:doing|today|all|going))?"
    r"|(?:i )?(?:hope|trust) (?:you|all|this|everything)\b[^.!?]{0,60})?\W*$"
)
"""What greets, thanks or asks after somebody, and names no point."""
_SAID_OUTRIGHT = frozenset({"vague", "later"})
_PLAINLY = r"(?:(?:the following|explicitly|expressly|what['’]s|what|work|services?|items?|points?|is|are) ){0,3}"
_OF_WHAT = (
    r"(?: (?:from|in|of|by|im|dans|de|en|del) (?:(?:the|this|our|la|el|le|l['’]) ?)?"
    r"(?:price|scope|offer|fee|contract|quote|proposal|work|package|agreement|sow|statement of work|preis|angebot|prix|offre|forfait|precio|oferta|alcance))?"
    r"(?: (?:is|are))? ?:?"
)
_EXCLUDES = re.compile(
    rf"{_PLAINLY}(?:not (?:included|covered|in (?:scope|it|(?:the|this|our) (?:price|fee|offer|quote|package|scope))|part of (?:the|this|our) \w{{1,20}})|"
    r"(?:you|we) (?:do not|don['’]t|won['’]t|will not) (?:get|receive|include|cover|deliver|provide)|"
    r"exclu(?:ded|des|sions?|s|es)|out of scope|outside (?:the |our )?scope|"
    r"nicht (?:(?:im \w{1,20} )?(?:enthalten|inbegriffen)|im (?:umfang|preis)|bestandteil \w{3} \w{1,30})(?: sind)?|ausgeschlossen|ausschlusse|"
    r"non (?:inclus|compris)e?s?|hors (?:perimetre|forfait|prestations?)|no inclu(?:id[oa]s?|ye)|excluid[oa]s?|exclusiones|fuera del? alcance|"
    r"nao incluid[oa]s?|exclusoes|fora do (?:ambito|escopo)|niet inbegrepen|uitgesloten|uitsluitingen|buiten (?:de )?scope)"
    rf"{_OF_WHAT}"
)
"""What a heading is that plainly rules out what stands below it, as a whole: "Exclusions we can drop" is not one."""
_INCLUDES = re.compile(
    rf"{_PLAINLY}(?:includ(?:ed|es|ing)|covered|covers|in scope|part of (?:the|this|our) \w{{1,20}}|"
    r"(?:im \w{1,20} )?(?:enthalten|inbegriffen)(?: sind)?|(?:inclus|compris)e?s?|inclu(?:id[oa]s?|ye)|inbegrepen)"
    rf"{_OF_WHAT}"
)
_THEIR = r"(?:(?:the )?(?:customer|client)(?:['’]s)?|kunden?|cliente?)"
_DUTIES = r"(?:side|part|tasks?|duty|duties|to[- ]?dos?|responsibilit(?:y|ies)|obligations?|homework|inputs?|actions?(?: items)?)"
_FOR_THEM = re.compile(
    rf"{_THEIR}(?: (?:will|to do|provides|{_DUTIES}))? ?:?|(?:(?:on|from|at) )?{_THEIR} side ?:?|"
    rf"(?:to be )?(?:provided|supplied|delivered|done) by {_THEIR} ?:?"
)
_FOR_YOU = re.compile(
    rf"you(?: will| to do| provide)? ?:?|(?:(?:on|from|at) )?your {_DUTIES} ?:?|(?:to be )?(?:provided|supplied|delivered|done) by you ?:?|"
    r"(?:what )?(?:(?:we(?:['’]ll)?|i) (?:will )?)?(?:need|require|expect)(?:ed)? from you(?:r side)? ?:?|"
    r"sie ?:?|(?:ihre (?:aufgaben|pflichten|seite|mitwirkung)|(?:auf|von) ihrer seite|ihrerseits|von ihnen|(?:was )?wir von ihnen (?:brauchen|benotigen)) ?:?|"
    r"(?:(?:de )?votre cote|de votre part|vos taches|por su parte|sus tareas|(?:aan )?uw kant|uw taken) ?:?"
)
"""What a heading is that leaves all below it to the customer, whoever wrote it, or where it was one of ours."""
_WANTED = re.compile(
    r"(?:(?:what|so|as) )?(?:(?:you|we|they|the (?:customer|client|team|business)) (?:all |really |also )?(?:want|wanted|wants|need|needs|needed|wish for|"
    r"hope for|expect|asked for|are after)|you['’]d like|(?:what )?(?:success|good|done) (?:is|means|looks like))"
    r"(?: (?:to (?:see|get|have|reach|achieve)|most|is|out of it))?,? ?:?|"
    r"(?:(?:your|our|their|the) )?(?:(?:main|key|business|project|top) )?(?:goals?|aims?|objectives?|wishes|wish ?list|wants|needs|outcomes?|"
    r"targets?|ambitions?|priorities|the why|vision|benefits)(?: (?:of|for) (?:the |this )?[\w-]{1,20})? ?:?"
)
"""What a heading is that lists what the customer wants."""
_MOVED = (
    r"(?!(?s:.*)\b(?:not|no|never|nothing|without|exclud\w+|except|only|extra|separate\w*|left|leav\w+|stay\w*|remain\w*|keep\w*|kept|"
    r"drop\w*|is|are|was|were|we|i)\b)\W{0,4}(?:[\w'’&/-]{1,30} ){0,8}?(?:out of|away from|off(?! the table\b)) "
)
_SOLD = (
    r"(?:scope|pric\w*|offer|contract|quote|order|budget|fees?|bill|invoice|figures?|project|phase|stage|step|wave|round|sprint|"
    r"package|plan|programme|release|version|beta|pilot|mvp|deal|proposal|agreement|sow|works?|job|rollout|roll-out|migration|"
    r"training|audit|syllabus|it|this|that|these|those|ours|yours)\b"
)
_RELIEVED = words(
    rf"{_MOVED}(?:(?!{_SOLD})[\w'’-]{{1,20}} ){{0,3}}?(?:spread)?(?:sheets?|excel|paper(?:work)?|inbox(?:es)?|e-?mails?|"
    r"mail(?:box(?:es)?)?|envelopes?|whatsapp|heads?|whiteboards?|notebooks?|shoebox(?:es)?|post-its?)"
    r"(?:,? (?:by|before|in(?:to)?|within|and into|this|next|so) [^;:?]{1,80})?\W*"
)
"""What is to come "out of the spreadsheet" or "off paper": where things are kept for want of better, and nothing is out by it."""
_WISHED = words(rf"{_MOVED}(?!(?:[\w'’-]{{1,20}} ){{0,4}}?{_SOLD})[^;:?]{{2,80}}")
"""The same of any place, under a heading of wishes; out of the price or of the work something may be all the same."""
_WISH = "why outcome by its words"
_UNDERTAKES = words(r"\b(?:we|i)(?:['’]ll| will| shall)\b")


def first(table: Sequence[tuple[NameT, re.Pattern[str]]], text: str) -> NameT | None:
    """Give the first name of a table whose pattern is in a text."""
    return next((name for name, pattern in table if pattern.search(text)), None)


def name_scope(unit: Unit, judgements: Sequence[Judgement]) -> list[Judgement]:
    """Let words that leave a point open or put it off name the kind of scope, whatever the model makes of it.

    "Still open" and "second phase" say it themselves, and the model has seen few of them. A point that is left open is
    noticed in any case, since somebody has to decide it, and what else is promised in that sentence is for a person. What is
    to come "out of the spreadsheet" is not out at all.
    """
    if unit.zone != "new" or len(unit.text) not in READ:
        return list(judgements)
    said = next((kind for kind, pattern in SCOPE if kind in _SAID_OUTRIGHT and pattern.search(unit.text)), None)
    if said is None:
        return _wished(judgements) if _RELIEVED.fullmatch(unit.text) else list(judgements)
    rule = f"scope {said} by its words"
    named = [replace(one, rule=rule, scope=said) if one.label == "scope" else one for one in judgements]
    if said != "vague":
        return named
    if not any(one.label == "scope" for one in named):
        named.append(Judgement("scope", rule, 0.6, scope=said))
    return [replace(one, needs_review=True) if one.label == "promise" else one for one in named]


def with_subject(unit: Unit, before: Unit | None) -> Unit:
    """Give a unit that only says of what stands before it on its line that it is open together with that; not with a greeting."""
    if before is None or unit.lead is not None or before.speaker != unit.speaker or _COURTESY.search(before.text):
        return unit
    said = f"{before.text} {unit.text}"
    return replace(before, text=said, end=unit.end) if _SAYS_ONLY_OPEN.fullmatch(unit.text) else unit


def heed_headings(unit: Unit, judgements: Sequence[Judgement], place: Place) -> list[Judgement]:
    """Let a heading that plainly says so tell of the items below it, whatever the model makes of them.

    An item is often but a few words, which say nothing by themselves. What an item undertakes in so many words stays; a
    heading that excludes says nothing itself.
    """
    if place.heads_list and _EXCLUDES.fullmatch(level(unit.text)):
        return []
    if unit.zone != "new" or not place.is_listed or _UNDERTAKES.search(unit.text):
        return list(judgements)
    headings = [level(heading) for heading in place.headings]
    if any(map(_EXCLUDES.fullmatch, headings)):
        return _ruled_out(judgements)
    nearest = headings[-1] if headings else ""
    if _FOR_THEM.fullmatch(nearest) or (unit.side == "us" and _FOR_YOU.fullmatch(nearest)):
        return _owed(judgements)
    if _WANTED.fullmatch(nearest) and _WISHED.fullmatch(unit.text):
        return _wished(judgements)
    return _let_in(unit, judgements) if _INCLUDES.fullmatch(nearest) else list(judgements)


def _ruled_out(judgements: Sequence[Judgement]) -> list[Judgement]:
    """Put an item out ("Not included:"); what takes something back stays, a point left open or put off stays so."""
    rule = "scope out by its heading"
    judgements = [replace(one, label="scope", why=None) if one.rule == _WISH else one for one in judgements]
    kept = [one for one in judgements if one.label != "promise" or one.change != "none"]
    kept = [replace(one, rule=rule, scope="out") if _is_bound(one) else one for one in kept]
    is_told = any(one.label in {"scope", "promise"} for one in kept)
    return kept if is_told else [*kept, Judgement("scope", rule, 0.6, scope="out")]


def _owed(judgements: Sequence[Judgement]) -> list[Judgement]:
    """Take what sounds like a promise of ours under "Your side:" for the customer's to do; a person looks at it."""
    kept = [replace(one, needs_review=True) if one.label == "promise" else one for one in judgements]
    is_owed = any(one.label == "promise" and one.change == "none" for one in kept)
    if not is_owed or any(one.label == "obligation" for one in kept):
        return kept
    return [*kept, Judgement("obligation", "obligation by its heading", 0.6)]


def _wished(judgements: Sequence[Judgement]) -> list[Judgement]:
    """Take what is wanted out of where it is now for an outcome that is bought, not for what is out of scope."""
    is_told = any(one.label == "why" for one in judgements)
    kept = [one for one in judgements if one.scope != "out" or not is_told]
    return [
        replace(one, label="why", rule=_WISH, scope=None, why="outcome") if one.scope == "out" else one for one in kept
    ]


def _let_in(unit: Unit, judgements: Sequence[Judgement]) -> list[Judgement]:
    """Put no item out that stands under "Included:", unless its own words do."""
    if first(SCOPE, unit.text) == "out":
        return list(judgements)
    rule = "scope in by its heading"
    return [replace(one, rule=rule, scope="in") if one.scope == "out" else one for one in judgements]


def _is_bound(judgement: Judgement) -> bool:
    return judgement.label == "scope" and judgement.scope not in _SAID_OUTRIGHT


def kind_of_promise(text: str) -> PromiseKind:
    """Give the kind of a promise from its words; a deliverable where nothing says more."""
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), "deliverable")
