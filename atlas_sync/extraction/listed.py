"""If a text takes back one of several things that an earlier one lists: the cost report, of "the cost and the tax report"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from atlas_sync.extraction.denials import denied_in, undoubled
from atlas_sync.extraction.likeness import Wording, terms_of

__all__ = ["is_one_of_several"]

_BRACKET = re.compile(r"\(([^()]*)\)")
_CLAUSES = re.compile(r"[.;:!?–—]+(?=\s|$)")
_AND = r"(?:\b(?:and|or|as well as)\b|&)"
_MEMBERS = re.compile(rf",?\s{_AND}\s|,\s")
_JOINED = re.compile(rf"\s{_AND}\s")
_BEGINS = re.compile(r"\W*(?:(?:and|so|then) )?(?:i|we|you|they|it)\b", re.IGNORECASE)
"""With whom a promise begins: what stands before that, as "As agreed on the phone," does, is no part of a list."""
_POINTS_BACK = re.compile(r"\b(?:it|its|them|their|this|that|these|those)\b", re.IGNORECASE)
"""What is about that which was named before it, and goes with it: "and walk you through it"."""
_ITS_OWN = (
    r" (?!(?:least|latest|when|\w+ing)\b)(?:(?:the|an?|our|your|no) )?(?:[\w'’-]+ ){0,2}?"
    r"(?!(?:of|in|on|at|to|by|from|with|for|during|until|before|after|over|per|than|as|all|both|about|under|within|through|"
    r"and|or|which|that|who)\b)[\w'’-]+ (?:the|an?) (?!(?:hour|day|week|month|quarter|year|head|piece)\b)\w"
)
"""A thing of its own behind what it is for: "for York the kiosk", but "for the end of the year" or "at 20 euros a month"."""
_ASIDE = re.compile(
    rf"\W*(?:(?P<how>with|as|(?:without|at|for)\b(?!{_ITS_OWN}))\b|(?:so|which|who|including)\b|"
    r"(?:you|he|she|they) (?:asked|wanted|(?:can|may|could)(?! \w+ an? \w))\b|"
    r"(?:fast|quick(?:ly)?|simple|easy|safe(?:ly)?|half an? \w+)\W*\Z)",
    re.IGNORECASE,
)
"""How a thing is done or what others do, behind it: ", with support and training"; who takes it back means all of that."""
_NOR = re.compile(r",(?=[^.;:!?]*\sn?or\s)", re.IGNORECASE)


def is_one_of_several(text: str, *, earlier: str) -> bool:
    """Tell if a text that takes something back names some of what an earlier one lists, and not the rest of it.

    What it denies counts, and where no denial is found all of its words. Who names none of the list means the whole:
    "no reports after all".
    """
    denied = denied_in(_NOR.sub("", text), earlier=earlier)
    named = frozenset().union(*denied) if denied else frozenset(_words(text))
    for members, count in _lists(earlier):
        touched = [not named.isdisjoint(member) for member in members]
        if any(touched) and not (count and all(touched[:count])):
            return True
    return False


def _lists(text: str) -> Iterator[tuple[list[frozenset[str]], int]]:
    """Yield the lists in a text, those in brackets by themselves, as the words that each of their members has alone.

    With each goes how many of them stand before an aside.
    """
    for clause in (*_CLAUSES.split(_BRACKET.sub(" ", text)), *_BRACKET.findall(text)):
        pieces = _MEMBERS.split(clause)
        begin = next((place for place, piece in enumerate(pieces) if _BEGINS.match(piece)), 0)
        pieces = pieces[begin:]
        count = sum(not _POINTS_BACK.search(piece) for piece in pieces[: _end_of(clause, pieces)])
        said = [_words(piece) for piece in pieces if not _POINTS_BACK.search(piece)]
        seen = Counter(word for words in said for word in set(words))
        if _JOINED.search(clause) or max(seen.values(), default=0) > 1:
            own = [[word for word in words if seen[word] == 1] for words in said]
            yield (
                [_kernel(words, place, len(own)) for place, words in enumerate(own) if words],
                sum(map(bool, own[:count])),
            )


def _end_of(clause: str, pieces: list[str]) -> int:
    """Give how many pieces of a clause stand before an aside; where a comma follows there, the list may go on."""
    for place, piece in enumerate(pieces):
        aside = _ASIDE.match(piece) if place else None
        if aside and "," not in clause[clause.rfind(piece) :]:
            is_member = bool(aside["how"]) and aside["how"].lower() in pieces[place - 1].lower().split()
            return len(pieces) if is_member else place
    return len(pieces)


def _kernel(words: list[str], place: int, count: int) -> frozenset[str]:
    """Leave out what frames a list: the deed before its first member, and what follows the last: "by June", "are included"."""
    if place == 0:
        return frozenset(words[-1:])
    return frozenset(words[:1] if place == count - 1 else words)


def _words(text: str) -> list[str]:
    terms = terms_of(Wording(text))
    return [undoubled(word) for word in terms.sequence if word in terms.words]
