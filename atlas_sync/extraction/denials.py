"""Denials: what takes back an earlier word by itself, and what says "no" to that which was promised.

To take back is English, as the reader is; how often a text denies is counted in every language whose commitments are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from atlas_sync.extraction.likeness import Wording, terms_of

__all__ = ["FORGOTTEN", "TAKEN_BACK", "Denial", "denial_in", "negations_in", "replaces", "takes_back"]

Denial = Literal["all", "part", "none"]

TAKEN_BACK = (
    r"\b(?:(?:have|has|had|need|forced|['’]ve) to|(?:i|we) must) (?:\w+ ){0,2}?take (?:[\w'’-]+ ){0,8}?(?:back|out again)\b",
    r"\b(?:take|taking) (?:it |that )?back (?:what|my|our|the) (?:i|we|offer|word)\b",
    r"\b(?:i|we)(?:['’](?:ll|ve|d))? (?:[\w'’-]+ ){0,5}?withdraw\b",
    r"\b(?:forget|disregard|ignore) (?:about )?(?:what|all) (?:i|we) (?:\w+ )?(?:wrote|said|promised|offered|mentioned)\b",
    r"\bplease forget (?:about )?(?:it|that)\b",
    r"\b(?:can(?:not|['’]t| not)|could(?:n['’]t| not)|not able to)\b[^.;?!]{0,80}?\b(?:any ?more|any longer|after all)\b",
    r"\b(?:will not|won['’]t)\b[^.;?!]{0,80}?\bafter all\b",
    r"\b(?:i|we) (?:can no longer|no longer (?:offer|include|provide|give))\b",
    r"\b(?:i|we) can(?:not|['’]t) (?:keep|hold)\b|\b(?:have|['’]ve) to (?:cancel|drop|scrap|row back)\b",
    r"\b(?:sorry|unfortunately|regret\w*|afraid),? (?:[\w'’-]+ ){0,4}?there (?:will be no|won['’]t be (?:any|an?))\b",
)
"""The ways in which our side takes back its word."""

FORGOTTEN = (
    r"(?:^|[.,;:–] )(?:please |so |and )?(?:forget|scrap|never mind) (?:about )?(?:the|our|my|that|those) (?!other)"
)
"""What begins to take back something named; said of a thing that nobody promised it is no word about a promise."""

_TAKES_BACK = re.compile("|".join(TAKEN_BACK), re.IGNORECASE)
_IN_CASE = re.compile(r"\b(?:if|unless|otherwise|should|in case|until)\b|\?\W{0,4}$", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:no|not|never|nothing|nobody|none|neither|nor|without|cannot|\w+n['’]t|exclud\w+|except|"
    r"nichts?|nie|kein\w*|ohne|weder|au(?:ß|ss)er|pas|sans|jamais|aucune?|rien|sauf|"
    r"sin|nunca|ning[uú]n\w*|nada|tampoco|excepto|não|sem|nenhum\w*|nem|exceto)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no|never|cannot|(?:will|do|does|did|can|shall|could|would|is|are|am|be|was|were) not|\w+n['’]t)\b"
    r"([^.,;:!?()–]{0,100})",
    re.IGNORECASE,
)
_CANCELLED = re.compile(
    r"([^.,;:!?()–]{1,100}?) (?:(?:has|have|had|will|must) )(?:to be|been|be) (?:\w+ly )?"
    r"(?:cancell?ed|scrapped|called off|taken out|dropped(?! (?:off|to|at|by|from|in(?:to)?)\b))\b",
    re.IGNORECASE,
)
_UNDOES = re.compile(
    r"\b(?:remov\w+|dismantl\w+|cancel\w*|terminat\w+|dispos\w+|scrap\w*|strip\w*|drop\w*|(?:take|taking|tear|rip|pull)\w* )",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"[,;:–—-] (?:(?:but|and|so|instead),? )*(?:i|we|you)(?:['’]ll| will| get| can have)(?! not\b| no longer\b)\b([^;!?]*)",
    re.IGNORECASE,
)
_MEANS_IT = re.compile(r"\b(?:it|them|one|instead)\b", re.IGNORECASE)
_BOUNDED = re.compile(r"\b(?:without|only|unless|if|until|instead)\b", re.IGNORECASE)
_BURDEN = re.compile(
    r"\W*(?:\w+ ){0,2}?(?:extra|addition\w*|further|other|costs?|pay\w*|charg\w*|fees?|surcharg\w*|pric\w*|downtime|loss|"
    r"surpris\w*|increas\w*|delay\w*|interrupt\w*|limit\w*|longer|later|earlier|more|less|change\w*|move\w*|need|matter|worr\w*|doubt|"
    r"problem\w*|risk|before|just|even)\b",
    re.IGNORECASE,
)
_BEGINNING = 2


def takes_back(text: str) -> bool:
    """Tell if a sentence of our side takes back something, whatever that is; not if it only would in some case, or asks."""
    return _TAKES_BACK.search(text) is not None and _IN_CASE.search(text) is None


def replaces(text: str) -> bool:
    """Tell if a sentence that takes something back promises another thing in its place: "no longer five; we give you three"."""
    match = _INSTEAD.search(text)
    if match is None or negations_in(match[1]):
        return False
    gone, new = (terms_of(Wording(part)).words for part in (text[: match.start()], match[1]))
    return _MEANS_IT.search(match[0]) is not None or not gone.isdisjoint(new)


def negations_in(text: str) -> int:
    """Count how often a text says no."""
    return len(_NEGATION.findall(text))


def denial_in(text: str, *, earlier: str) -> Denial:
    """Say how much of what was said earlier a text denies: only words that were said there, or others as well.

    Whoever is spared a cost or a delay is denied nothing, and what said no before says it again.
    """
    if negations_in(earlier) or _BOUNDED.search(text):
        return "none"
    said = terms_of(Wording(earlier)).words
    denied = [words for words in _denied(text, earlier) if not said.isdisjoint(words[:_BEGINNING])]
    if not denied:
        return "none"
    return "all" if any(len(words) > 1 and said.issuperset(words) for words in denied) else "part"


def _denied(text: str, earlier: str) -> Iterator[list[str]]:
    """Yield the telling words after each "no", and before each "has been cancelled", in order.

    Where to cancel or take out is what was promised, whoever says that it is done denies nothing.
    """
    cancelled = () if _UNDOES.search(earlier) else _CANCELLED.finditer(text)
    for match in (*_DENIED.finditer(text), *cancelled):
        if not _BURDEN.match(match[1]):
            terms = terms_of(Wording(match[1]))
            yield [word for word in terms.sequence if word in terms.words]
