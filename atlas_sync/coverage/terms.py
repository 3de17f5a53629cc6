"""The terms that two texts name in words: charges, places, languages, limits, and what is ruled out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from atlas_sync.canonical.normalize import fold
from atlas_sync.coverage.compared import Comparison, Topic
from atlas_sync.coverage.cues import CHARGED, FREE, LANGUAGES, LIMIT, NAME, NEGATION, ON_SITE, PAID_FOR, REMOTE
from atlas_sync.coverage.refusals import ruled_of
from atlas_sync.coverage.text import MAX_TEXT, shorten, stem, unwrapped, words

__all__ = ["compare_terms", "free_in", "languages_left", "languages_of"]

_QUOTE, _MOST = 60, 60
_REACH = 3
_NEAR, _WIDE = 30, 60

_SPEAKING = re.compile(r"[^\W\d_]+(?![^\W\d_])(?! ?\d)")
"""Words without a number behind them, which makes a standard of EN."""
_OTHERWISE = frozenset(
    "IT AR PT TA NB SE DA CN VI BG EL ET FA GR HE HR IS KO LT MK SK SL SQ SR TH".split()  # noqa: SIM905 - a list to read
)
"""Codes of languages that stand for something else as often."""
_DEPARTMENTS = frozenset(("IT", "HR", "IS"))
"""Of these codes one beside another, or behind "in", is a department."""
_POLISHED = re.compile(r"polish|(?:\A|(?<=\n)|(?<=[.!?:*)\]•–-] ))Polish (?:the|your|our|all|every|each|up|it)\b")
"""What is done to floors, and no language; with a capital only where a sentence begins: "in Polish every month"."""
_BESIDE = 8
_REVERSING = frozenset(("not", "nicht", "niet", "pas", "non"))


def compare_terms(text: str, planned: str) -> Iterator[Comparison]:
    """Hold the terms of an agreed text against those of a plan."""
    yield from _charge(text, planned)
    yield from _place(text, planned)
    yield from _languages(text, planned)
    yield from _negations(text, planned)
    yield from _limits(text, planned)


def _charge(text: str, planned: str) -> Iterator[Comparison]:
    ours, theirs = _priced(text), _priced(planned)
    for left, right in ((ours[0], theirs[0]), (ours[0], theirs[1]), (ours[1], theirs[0])):
        if left and right:
            agrees = (left, right) == (ours[0], theirs[0])
            yield Comparison("charge", agrees=agrees, said=left, planned=right)
            return


def free_in(text: str) -> str | None:
    """Give the words by which a text says free of charge, None where it does not."""
    return _priced(text)[0]


@lru_cache(maxsize=4096)
def _priced(text: str) -> tuple[str | None, str | None]:
    """Give the words that say free of charge and, where there are none, those that say charged: "not included" does."""
    folded = fold(unwrapped(text[:MAX_TEXT]))
    said = list(FREE.finditer(folded))
    denied = [hit for hit in said if hit.group().startswith("not free") or _is_reversed(folded, hit)]
    free = next((hit for hit in said if hit not in denied), None)
    charged = None if free else next(iter([*denied, *_charged_in(folded)]), None)
    return free and free.group(), charged and charged.group()


def _is_reversed(folded: str, hit: re.Match[str]) -> bool:
    """Tell if "not" stands right before a hit, or "isn't"."""
    before = words(folded[max(0, hit.start() - _NEAR) : hit.start()])
    return before[-1:] == ["t"] or not _REVERSING.isdisjoint(before[-1:])


def _charged_in(folded: str) -> Iterator[re.Match[str]]:
    return (hit for hit in CHARGED.finditer(folded) if not _is_denied(folded, hit))


def _is_denied(folded: str, hit: re.Match[str]) -> bool:
    """Tell if one of the three words before a hit says no to it."""
    return bool(NEGATION & set(words(folded[max(0, hit.start() - _NEAR) : hit.start()])[-_REACH:]))


def _place(text: str, planned: str) -> Iterator[Comparison]:
    """Tell being there from being on the line."""
    ours, theirs = _where(text), _where(planned)
    for one, other in ((0, 1), (1, 0)):
        said, away = ours[one], theirs[other]
        if said and not ours[other] and (hit := away or theirs[one]):
            yield Comparison("place", agrees=away is None, said=said, planned=hit)


@lru_cache(maxsize=4096)
def _where(text: str) -> tuple[str | None, str | None]:
    """Give the words that say there, and those that say on the line."""
    folded = fold(unwrapped(text[:MAX_TEXT]))
    here, away = ON_SITE.search(folded), REMOTE.search(folded)
    return here and here.group(), away and away.group()


def _languages(text: str, planned: str) -> Iterator[Comparison]:
    """Hold the languages together; a plan of some of those that were agreed, and of no other, only narrows."""
    ours, theirs = languages_of(text), languages_of(planned)
    if ours and theirs:
        left = languages_left(text, planned)
        topic: Topic = "limit" if left and theirs.keys() <= ours.keys() else "language"
        said, shown = (", ".join(side.values()) for side in (ours, theirs))
        yield Comparison(topic, agrees=not left, said=said, planned=shown)


def languages_left(text: str, planned: str) -> tuple[str, ...]:
    """List the languages of a text that a plan which names some leaves out, as written."""
    theirs = languages_of(planned)
    return tuple(shown for code, shown in languages_of(text).items() if code not in theirs) if theirs else ()


@lru_cache(maxsize=4096)
def languages_of(text: str) -> Mapping[str, str]:
    """Find languages by their names, and by codes where these are in capitals."""
    found: dict[str, str] = {}
    for hit in _SPEAKING.finditer(text[:MAX_TEXT]):
        word = hit.group()
        code = LANGUAGES.get(word) if word.isupper() else LANGUAGES.get(fold(word))
        if code and not _POLISHED.match(text, hit.start()) and (word not in _OTHERWISE or _is_listed(text, hit)):
            found.setdefault(code, word)
    return found


def _is_listed(text: str, hit: re.Match[str]) -> bool:
    """Tell if a code stands near another one, or behind "in"."""
    before, after = text[max(0, hit.start() - _BESIDE) : hit.start()], text[hit.end() : hit.end() + _BESIDE]
    near = {word for word in _SPEAKING.findall(f"{before} {after}") if word.isupper() and word in LANGUAGES}
    if hit.group() in _DEPARTMENTS:
        return bool(near - _DEPARTMENTS)
    return before.endswith("in ") or bool(near)


def _negations(text: str, planned: str) -> Iterator[Comparison]:
    """Find what the plan rules out and was agreed, and what both rule out.

    What was agreed to be ruled out is mostly planned for in the same words: "no downtime" is a test of downtime. A "no" within
    bounds of which nothing was said only narrows.
    """
    ours, theirs = ruled_of(text), ruled_of(planned)
    for terms, quote in _phrases(theirs.out):
        if terms & ours.spoken and not terms & ours.out.keys():
            bound = theirs.bounds.get(quote)
            topic: Topic = "limit" if bound and bound.isdisjoint(ours.spoken) else "negation"
            yield Comparison(topic, agrees=False, said=_around(text, min(terms & ours.spoken)), planned=quote)
    for terms, quote in _phrases(ours.out):
        if both := terms & theirs.out.keys():
            yield Comparison("negation", agrees=True, said=quote, planned=theirs.out[min(both)])


def _phrases(ruled: dict[str, str]) -> Iterable[tuple[set[str], str]]:
    by_quote: dict[str, set[str]] = {}
    for term, quote in ruled.items():
        by_quote.setdefault(quote, set()).add(term)
    return [(terms, quote) for quote, terms in by_quote.items()][:_MOST]


def _around(text: str, term: str) -> str:
    """Give the words around a term, as quote."""
    said = words(text)
    at = next((at for at, word in enumerate(said) if stem(word) == term), 0)
    return " ".join(said[max(0, at - 1) : at + 2])


def _limits(text: str, planned: str) -> Iterator[Comparison]:
    ours = dict(_limits_in(text))
    for limit, quote in _limits_in(planned):
        if limit not in ours:
            yield Comparison("limit", agrees=False, said=shorten(text, _QUOTE), planned=quote)
            return


@lru_cache(maxsize=4096)  # each text of an engagement is held against all others
def _limits_in(text: str) -> tuple[tuple[str, str], ...]:
    """Give the limits that a text sets, in order, each with the words around it."""
    folded = fold(unwrapped(NAME.sub(" ", text[:MAX_TEXT])))
    paid = (hit for hit in PAID_FOR.finditer(folded) if not _is_denied(folded, hit))
    found = []
    for hit in sorted((*LIMIT.finditer(folded), *paid), key=lambda hit: hit.start()):
        near = max(0, hit.start() - 20)
        start = folded.rfind(" ", max(0, near - _WIDE), near) + 1 or near
        found.append((hit.group(), shorten(folded[start : hit.end() + 30], _QUOTE)))
    return tuple(found)
