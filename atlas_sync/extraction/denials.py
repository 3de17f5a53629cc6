"""Denials: what takes back an earlier word by itself, and what says "no" to that which was promised.

To take back is English, as the reader is; how often a text denies is counted in every language whose commitments are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from atlas_sync.extraction.likeness import TIMES, Wording, stem_of, terms_of

__all__ = [
    "FILLER",
    "FORGOTTEN",
    "OFF",
    "TAKEN_BACK",
    "Denial",
    "calls_off",
    "denial_in",
    "denied_in",
    "may_replace",
    "negations_in",
    "replaces",
    "says_no",
    "takes_back",
    "undoubled",
]

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
_REST = r"([^.,;:!?()–]{0,100})"
_LEFT_OUT = (
    r"dropping(?! (?:off|to|at|by|from|in(?:to)?)\b)|scrapping|cancell?ing|withdrawing|leaving out|pulling out of"
)
_LEFT_OUT_BEFORE = re.compile(
    r"\b(?:is|are|was|were|be|stays?|remains?|left) out(?=\s{0,2}(?:[.,;:()!]|$))|\bout of scope\b|\bexclu(?:ded?|des|ding)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:(?:not|no longer) (?:able|in a position) to|unable to|no|never|cannot|"
    r"(?:will|do|does|did|can|shall|could|would|is|are|am|be|was|were) not(?! (?:able|in a position)\b)|\w+n['’]t|"
    rf"(?:decided|chosen|agreed) (?:not to|against)|not possible (?:for us )?to|"
    rf"have to withdraw|{_LEFT_OUT})\b"
    rf"{_REST}",
    re.IGNORECASE,
)
_NOT_TO_BE = re.compile(
    r"([^.,;:!?()–]{1,100}?) (?:(?:will|can) not|cannot|(?:wo|ca|is|are)n['’]t|(?:is|are) (?:not|no longer|im(?=possible)))[ ]?"
    r"(?:be |going to (?:be )?)?(?:happen\w*|go(?:ing)? ahead|take place|possible|feasible|part of|"
    r"offered|included|delivered|done|provided)\b"
    rf"{_REST}",
    re.IGNORECASE,
)
_LASTS = r"(?:while|until|till?|if|when|before|because|once|that|as|everyone|everybody|nobody)"
OFF = (
    rf"(?:^|(?<=[.,;:!?()–]))((?:(?!\b{_LASTS}\b)[^.,;:!?()–]){{1,100}}?) (?:is|are) (?:now |therefore )?"
    r"off(?: for good| anyway)?(?=\s{0,2}(?:[.,;:!)–—]|$))"
)
"""What says that a thing is off, and not only at some time or from something: "the report is off, sorry"."""
_OFF = re.compile(OFF, re.IGNORECASE)
_CALLED_OFF = re.compile(
    r"([^.,;:!?()–]{1,100}?) (?:(?:will|(?:is|are)(?: going to)?) not|(?:wo|is|are)n['’]t(?: going to)?|(?:is|are) no longer)"
    r"(?: be)? (?:going to )?(?:happen(?:ing)?|go(?:ing)? ahead|tak(?:e|ing) place)\b(?![^.;!?]* again\b)",
    re.IGNORECASE,
)
"""What says that a thing to come will not come, which nobody promises; that a bad one will not, somebody may."""
_CANCELLED = re.compile(
    r"([^.,;:!?()–]{1,100}?) (?:(?:has|have|had|will|must) )(?:to be|been|be) (?:\w+ly )?"
    r"(?:cancell?ed|scrapped|called off|taken out|dropped(?! (?:off|to|at|by|from|in(?:to)?)\b))\b",
    re.IGNORECASE,
)
_SAYS_NO = re.compile(
    r"\b(?:(?:will|can|shall|do|does|is|are) not|cannot|(?:wo|ca|do|does|is|are)n['’]t|there (?:will be|is|are) no|"
    rf"impossible|no longer|not in a position to|{OFF}|"
    r"(?:un|not )able to|decided (?:not to|against)|have to withdraw|"
    rf"(?:we|i)(?: am| are|['’]m|['’]re) (?:\w+ )?(?:{_LEFT_OUT}))\b",
    re.IGNORECASE,
)
_ABROAD = re.compile(
    r"\b(?:k[öo]nnen|kann|werden|wird|findet|ist|kunnen|kan|zullen|zal|gaan|gaat)\b[^.;:!?()–]{0,120}?\b(?:nicht|kein\w*|unmöglich|niet|geen)\b|"
    r"\b(?:ne |n['’])(?:pouvons|pourrons|peux|pourrai|est|sera|seront|aura|\w+rons) (?:malheureusement )?(?:pas|plus)\b|"
    r"\bno (?:podemos|podremos|puedo|podré|vamos a|(?:es|será) posible|habrá|\w+(?:remos|rá))\b|"
    r"\bnão (?:podemos|poderemos|conseguimos|posso|vamos|(?:é|será) possível|haverá|\w+(?:remos|rá))\b",
    re.IGNORECASE,
)
"""What says no to a thing to come, in English and elsewhere; there the whole clause is what is denied."""
_HARMLESS = re.compile(
    r"\b(?:before|until|till|earlier|sooner|later than|more than|less than|yet|so far|"
    r"but (?:by|in|on|at|from|only)|only|worry|forget|wait|"
    r"tell|know|think|believe|vor(?:her)?|früher|sondern|erst|noch nicht|"
    r"avant|mais|encore|antes|todavía|ainda|sino|voordat|maar)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[^.,;:!?()–]{1,160}")
FILLER = frozenset(
    stem_of(word)
    for word in (  # noqa: SIM905 - a list to read
        "do deliver provide offer give include support make manage keep build run hold happen possible decided able part going "
        "longer afraid sorry unfortunately regret sadly news however say tell inform position"
    ).split()
)
"""What a denial may say without naming what it denies."""
_UNDOES = re.compile(
    r"\b(?:remov\w+|dismantl\w+|cancel\w*|terminat\w+|dispos\w+|scrap\w*|strip\w*|drop\w*|(?:take|taking|tear|rip|pull)\w* )",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"[,;:–—-] (?:(?:but|and|so|instead),? )*(?:i|we|you)(?:['’]ll| will| get| can have)(?! not\b| no longer\b)\b([^;!?]*)",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:waiv\w+|block\w*|replac\w+|automat\w+|stop\w*|remov\w+|eliminat\w+|delet\w+|disabl\w+|prevent\w*|avoid\w*|abolish\w*|retir\w+|"
    r"decommission\w*|dismantl\w+|cancel\w*|terminat\w+|dispos\w+|scrap\w*|clos(?:e|es|ing)|"
    r"(?:switch|turn|shut|take|tak)(?:s|es|ing)? (?:[\w'’-]+ ){0,4}?(?:off|down|over|out|away))\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\b(?:until|till?|up to)\b", re.IGNORECASE)
_FROM_THEN = re.compile(r"\b(?:after|from|beyond|past|as of)\b", re.IGNORECASE)
_PUT_DOWN = re.compile(r"\bdropping (?:[\w'’-]+ ){1,4}?(?:off|to|at|by|into)\b", re.IGNORECASE)
"""What ends something, lasts to a day, or brings something somewhere: whoever then says that it is gone may only confirm it."""
_COUNT = r"one|two|three|four|five|six|\d{1,4}"
_IN_ITS_PLACE = re.compile(
    r"(?:[,;:–—-] |\b(?=(?i:but) ))(?:(?i:but|and|so|instead|now|then),? ){0,2}"
    rf"(?P<who>(?i:i|we|you|it|they|(?:the|our|your) (?:new|next) [\w-]{{2,40}}|{_COUNT})\b|"
    r"[A-ZÀ-Þ][\w'’-]{1,39}(?: [A-ZÀ-Þ][\w'’-]{1,39})?)"
    r"(?:['’](?:ll|s|re)| (?:will|can|do|does|is|are|get|hold|(?:run|start|come|take|go|move|follow|goe)s?))\b"
    r"(?! not\b| no\b)(?P<rest>[^;!?]*)"
)
"""What follows a "no" and says what is instead: "it will be on 21 April", "Tom does", "two are included"."""
_REASON = re.compile(
    r"\b(?:it|they)(?:['’](?:s|re)| (?:is|are|do|does|get|takes?))\b(?! (?:now|on|at|in|place)\b)", re.IGNORECASE
)
_UNNAMED = re.compile(rf"(?:i|we|you|it|they|the|our|your|{_COUNT})\b", re.IGNORECASE)
_MEANS_IT = re.compile(r"\b(?:it|them|one|instead)\b", re.IGNORECASE)
_BOUNDED = re.compile(r"\b(?:without|only|unless|if|until|instead)\b", re.IGNORECASE)
_BURDEN = re.compile(
    r"\W*(?:\w+ ){0,2}?(?:extra|addition\w*|further|other|costs?|pay(?:s|ing|able|ments?)?|charg\w*|fees?|surcharg\w*|"
    r"pric\w*|downtime|loss|surpris\w*|increas\w*|delay\w*|interrupt\w*|limit\w*|longer|later|earlier|more|less|change\w*|move\w*|need|matter|worr\w*|doubt|"
    r"problem\w*|risk|before|just|even)\b",
    re.IGNORECASE,
)
_BEGINNING = 2
_SHORTEST = 3
_STEM = 5


def takes_back(text: str) -> bool:
    """Tell if a sentence of our side takes back something, whatever that is; not if it only would in some case, or asks."""
    return _TAKES_BACK.search(text) is not None and _IN_CASE.search(text) is None


def calls_off(text: str) -> bool:
    """Tell if a sentence says that something will not be, whatever that is: "the workshop will not happen after all"."""
    match = _CALLED_OFF.search(text)
    return match is not None and not (_spares(match[1]) or _IN_CASE.search(text) or _HARMLESS.search(text))


def _spares(subject: str) -> bool:
    """Tell if what will not be is a burden, so that whoever says so promises something: "data loss will not happen"."""
    return any(_BURDEN.match(subject[place.start() :]) for place in re.finditer(r"\b\w", subject))


def replaces(text: str, *, earlier: str = "") -> bool:
    """Tell if a sentence that takes something back promises another thing in its place: "no longer five; we give you three"."""
    return instead_in(text, earlier=earlier) != ""


def instead_in(text: str, *, earlier: str = "") -> str:
    """Give the clause that promises another thing in place of what a sentence takes back, empty where there is none.

    The other thing is told by the words of what is gone, or of what was said earlier, or by a day or count of its own.
    """
    match = _INSTEAD.search(text)
    if match is not None and not negations_in(match[1]):
        gone, new = (terms_of(Wording(part)).words for part in (text[: match.start()], match[1]))
        if _MEANS_IT.search(match[0]) is not None or not gone.isdisjoint(new):
            return match[0]
    found = (one[0] for one in _IN_ITS_PLACE.finditer(text) if _is_in_its_place(one, earlier=earlier))
    return next(found, "")


def _is_in_its_place(match: re.Match[str], *, earlier: str) -> bool:
    """Tell if a clause names another day or count than stood before it, or somebody else who does the same."""
    gone, said = match.string[: match.start()], match["rest"]
    if (
        negations_in(match[0])
        or _BURDEN.match(said)
        or _REASON.search(match[0])
        or not (negations_in(gone) or _CANCELLED.search(gone) or takes_back(gone))
    ):
        return False
    if _UNNAMED.match(match["who"]):
        return not _told_by(match[0]) <= _told_by(f"{gone} {earlier}")
    before, new = (terms_of(Wording(one)).words - TIMES for one in (f"{gone} {earlier}", said))
    return not new or _MEANS_IT.search(said) is not None or not before.isdisjoint(new)


def may_replace(text: str, *, earlier: str) -> bool:
    """Tell if a text that takes back an earlier one names a day or a count of its own that it does not deny."""
    told: dict[bool, set[str]] = {True: set(), False: set()}
    for clause in _CLAUSE.findall(text):
        told[bool(negations_in(clause) or takes_back(clause))] |= _told_by(clause)
    return not told[False] <= told[True] | _told_by(earlier)


def may_confirm(text: str, *, earlier: str) -> bool:
    """Tell if a text that says "no" may only say that something is over, as was promised: "the fee is no longer there".

    Who denies the deed itself, "we cannot waive the fee", or takes back a word of ours confirms nothing.
    """
    if takes_back(text) or any(negations_in(clause) and _ENDS.search(clause) for clause in _CLAUSE.findall(text)):
        return False
    is_over = _UNTIL.search(earlier) and _FROM_THEN.search(text) and _told_by(text) & _told_by(earlier)
    return _ENDS.search(earlier) is not None or bool(is_over)


def _told_by(text: str) -> frozenset[str]:
    """Give the days and counts in a text; "one" counts nothing."""
    terms = terms_of(Wording(text))
    return (terms.numbers | (terms.words & TIMES)) - {"1"}


def negations_in(text: str) -> int:
    """Count how often a text says no."""
    return len(_NEGATION.findall(text))


def says_no(text: str) -> bool:
    """Tell if a text may say no to a promise: that something will not be, in whatever case and at whatever time."""
    is_no = _SAYS_NO.search(text) or _ABROAD.search(text)
    return bool(is_no) and not (_IN_CASE.search(text) or _BOUNDED.search(text) or _HARMLESS.search(text))


def denial_in(text: str, *, earlier: str) -> Denial:
    """Say how much of what was said earlier a text denies: only words that were said there, or others as well.

    Whoever is spared a cost or a delay is denied nothing, and what said no before says it again.
    """
    if negations_in(earlier) or _LEFT_OUT_BEFORE.search(earlier) or _BOUNDED.search(text):
        return "none"
    said = frozenset(map(undoubled, terms_of(Wording(earlier)).words))
    denied = denied_in(text, earlier=earlier)
    if not denied:
        return "part" if _is_denied_abroad(text, said) else "none"
    is_all = any(len(words) > 1 and said.issuperset(words) for words in denied)
    return "all" if is_all and not _PUT_DOWN.search(text) else "part"


def denied_in(text: str, *, earlier: str) -> list[Sequence[str]]:
    """List the words of each "no" in a text that begins with what was said earlier."""
    said = frozenset(map(undoubled, terms_of(Wording(earlier)).words))
    return [words for words in _denied(text, earlier, said) if not said.isdisjoint(words[:_BEGINNING])]


def _denied(text: str, earlier: str, said: frozenset[str]) -> Iterator[Sequence[str]]:
    """Yield the telling words after each "no", before each "has been cancelled" and around each "is not possible", in order.

    Where to cancel or take out is what was promised, whoever says that it is done denies nothing.
    """
    cancelled = () if _UNDOES.search(earlier) else _CANCELLED.finditer(text)
    for match in (*_DENIED.finditer(text), *cancelled, *_NOT_TO_BE.finditer(text), *_OFF.finditer(text)):
        if not _BURDEN.match(match[1]) and not any(map(_HARMLESS.search, match.groups())):
            terms = terms_of(Wording(" ".join(match.groups())))
            words = [word for word in terms.sequence if word in terms.words]
            yield [undoubled(word) for word in words if undoubled(word) in said or word not in FILLER]


def undoubled(stem: str) -> str:
    """Give a stem without the letter that its ending doubled: "scann" of "scanning" as "scan"."""
    return stem[:-1] if len(stem) > _SHORTEST and stem[-1] == stem[-2] else stem


def _is_denied_abroad(text: str, said: frozenset[str]) -> bool:
    """Tell if a clause in another language says no to some of these words, whose endings are not known."""
    clauses = (terms_of(Wording(one)).words for one in _CLAUSE.findall(text) if _ABROAD.search(one))
    begun = {word[:_STEM] for word in said}
    return any(len({undoubled(word)[:_STEM] for word in words} & begun) >= _BEGINNING for words in clauses)
