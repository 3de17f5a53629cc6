"""Duties: what our side says that the customer will do, and what we need to do ourselves, by their words.

What follows from them for a promise does not belong here.
"""

from __future__ import annotations

import re

__all__ = ["is_left_to_you", "is_our_own_need", "may_go_on"]

_TO_US = r"(?:(?:[\w'’-]+ ){1,5}?to )?(?:us|me)\b"
_TO_DO = r"(?:['’]ll| will| shall| are to| need to| have to| must)(?: (?:\w+ly|also|then|please|just|kindly))?"
_LEFT_TO_YOU = re.compile(
    r"(?:^\W{0,4}|[,;:.(–—-] |\b(?:and|so|then|but),? )(?:(?:and|so|then),? )?you"
    rf"(?:{_TO_DO} (?:(?:provide|supply|prepare|nominate|appoint|upload|name|fill (?:in|out)|arrange|organi[sz]e|confirm|"
    rf"make available)\b|(?:send|give|get|bring|hand|lend|let|tell|forward|e-?mail|mail|deliver|return|share) {_TO_US})"
    rf"|(?: (?:also|then|just|kindly))? (?:(?:provide|supply|send|give|hand|forward) (?:us|me)|(?:provide|supply|send) the)\b)",
    re.IGNORECASE,
)
_IN_CASE = re.compile(
    r"\b(?:if|once|when|whenever|until|till|unless|before|after|as soon as|provided)\b", re.IGNORECASE
)
_OURS = re.compile(r"\b(?:(?:we|i)(?:['’]\w{1,2})?|ours?|free|charge|costs?|nothing|no)\b|[€$£]", re.IGNORECASE)
_WHEN = r"(?:on|by|within|in|from|at|until|before|after)"
_OF = rf"(?:{_WHEN}|of|for|to|with|about|across|during|into|per|and|or|day|week|month|later)"
_THE = r"(?:the|your|their|each|every)"
_LED = rf"(?:(?:all|both|any|some)(?: of)?(?: {_THE})?|{_THE}|an?)"
_HOW = r"(?:how|why|whether|(?:know|say|tell us|check|confirm) (?:if|when))"
_ASKED = rf"(?:who|whom|whose|that|which|what|where|{_HOW})"
_WORD = rf"(?!{_ASKED}\b)[\w-]{{1,20}}"
_ANOTHER_CLAUSE = re.compile(
    r"(?:[,;:–—-]|\band|\bthen) (?:(?:and|so|then) )?"
    rf"(?:{_LED}(?: (?:{_OF} (?:all )?{_THE}\b|(?!{_THE}\b){_WORD})){{0,6}}?|"
    rf"(?!{_LED} |(?:{_HOW}|what(?! you))\b)[\w'’-]{{1,20}}(?: {_WORD}){{0,6}}?)"
    r"(?:['’](?:ll|s)| (?:is|are|will|has|have|can|gets?|does|do|goes|starts?|begins?|comes?|runs?|works?|returns?|arrives?|"
    r"delivers?|installs?|sends?|follows?|takes?|makes?|builds?|puts?|shows?))\b",
    re.IGNORECASE,
)
"""What somebody else does, not what they tell us ("how it works") or have of it ("the people your manager will need")."""
_SAID_BESIDE = rf"(?:{_WHEN}|please|as|including|with|preferably|ideally|(?:many )?thanks?)"
_DONE_TO_IT = rf"(?:\w{{2,20}}(?:ed|tten|ken|wn)|sent|made|built|held|kept|set) {_WHEN}"
_ASIDE = re.compile(
    rf" [–—-] (?:as \w{{2,20}} [–—-] |(?:(?!\b{_WHEN}\b)[^–—;.\d]){{2,60}}? [–—-] (?={_WHEN} ))", re.IGNORECASE
)
_MAY_GO_ON = re.compile(
    rf"(?:;|–|—| -|,? then) (?!{_SAID_BESIDE}\b)\w|\band (?:then )?{_WHEN} \w|"
    rf"\bso (?:that )?(?!(?:that|you|they|please)\b)[^,.;]{{2,60}} {_WHEN} \w|"
    rf", (?!(?:{_SAID_BESIDE}|{_DONE_TO_IT}|and|or)\b)(?![^.]{{0,200}}\b(?:and|or)\b)[^,.;]{{2,60}} {_WHEN} \w",
    re.IGNORECASE,
)
"""After what the customer gives, perhaps something of ours: "by Friday - go-live on 20 March", "so it opens on 2 March"."""
_WE_NEED_TO = re.compile(
    r"(?:^\W{0,4}|[,;:.–—-] )(?:(?:and|but|so|sorry|unfortunately),? )?(?:we|i)(?:['’]ll| will| do| also| still)? need to "
    r"(?!(?:know|see|have|get|receive|hear|understand|agree|be (?:able|told|given|sent))\b)\w",
    re.IGNORECASE,
)
_OF_THEM = re.compile(r"\b(?:you|your|yours|yourself|please|kindly|customer|client|they|their)\b", re.IGNORECASE)


def is_left_to_you(text: str) -> bool:
    """Tell if a sentence of our side leaves all it speaks of to the customer: "you will send us the plan by Friday".

    Not where it only would in some case, or says besides what is done then or what it costs.
    """
    found = _LEFT_TO_YOU.search(text)
    if found is None or _IN_CASE.search(text, 0, found.start()) or _OURS.search(text):
        return False
    return _ANOTHER_CLAUSE.search(text, found.end()) is None


def may_go_on(text: str) -> bool:
    """Tell if a sentence that leaves something to the customer may go on with ours: "the data by Friday, then go-live"."""
    found = _LEFT_TO_YOU.search(text)
    return found is not None and _MAY_GO_ON.search(_ASIDE.sub(" ", text[found.end() :])) is not None


def is_our_own_need(text: str) -> bool:
    """Tell if a sentence of our side says what we need to do, and nothing of the customer: "we need to move the launch"."""
    return _WE_NEED_TO.search(text) is not None and _OF_THEM.search(text) is None
