"""What is said in other languages: promises, refusals and duties of the customer, by the commonest forms of each.

What it finds is for a person to look at, never decided.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from atlas_sync.canonical.model import Side
from atlas_sync.extraction.judgement import Judgement, Label
from atlas_sync.extraction.languages import Language
from atlas_sync.extraction.naming import kind_of_promise
from atlas_sync.extraction.tongues import TONGUES, Form, Tongue
from atlas_sync.extraction.units import Unit

__all__ = ["judge_foreign"]

_FOREIGN = 0.5
_OF_SIDE = re.compile(r"(?:We|The customer) ")
_LETTER = re.compile(r"\w")
_ENDS = re.compile(r"[,;:()!?–—]")
_LOOKED_AROUND = 200
_BINDS_WHO_SAYS_IT = frozenset({"we act", "you get", "moved"})
_PRICES = frozenset({"price", "free"})
_OURS_ALONE = frozenset({"we do", "free"})
"""What says nothing where a customer says it: "wij gebruiken Excel", "no cobramos hasta mayo"."""


def judge_foreign(unit: Unit, language: Language, named: tuple[str, Side] | None = None) -> list[Judgement]:
    """Say what a unit in another language is; a promise needs a person's look. Empty in English and where nothing is heard.

    `named` is a unit that begins with a name as that one's side would say it.
    """
    tongue = TONGUES.get(language)
    if tongue is None or unit.zone != "new" or unit.text.rstrip("\"'”’)] ").endswith("?"):
        return []
    if tongue.veto.search(unit.text):
        return []
    side = named[1] if named else unit.side
    heard = [one for one in _heard(unit.text, tongue, named) if side != "customer" or one[0].what not in _OURS_ALONE]
    bound = [form for form, is_denied in heard if not is_denied]
    whats = {form.what for form in bound}
    if side == "customer" and whats & _BINDS_WHO_SAYS_IT and "word" not in whats:
        return [_judged("obligation", language, bound[0].name)]
    found = [_judged("obligation", language, "duty")] if side != "customer" and tongue.duty.search(unit.text) else []
    if bound:
        found.append(_promise(unit, language, bound))
    elif side != "customer" and _is_left_out(unit.text, tongue):
        found.append(replace(_judged("scope", language, "not included"), scope="out"))
    elif heard and side != "customer":
        found.append(_judged("refusal", language, "says no"))
    return found


def _is_left_out(text: str, tongue: Tongue) -> bool:
    clauses = (_clause(text, *found.span(), tongue) for found in tongue.included.finditer(text))
    return any(tongue.no.search(clause) for clause in clauses)


def _heard(text: str, tongue: Tongue, named: tuple[str, Side] | None) -> Iterator[tuple[Form, bool]]:
    """Yield the forms that a text has, each with whether every clause that has it says no.

    That nothing is charged ("ohne Aufpreis", "kein Aufpreis") denies nothing, and does nothing ("no cobraremos").
    """
    rest = _without_free(text, tongue)
    for form in tongue.forms:
        said = text if form.what in _PRICES else rest
        clauses = [_clause(rest, *found.span(), tongue) for found in form.pattern.finditer(said)]
        if clauses:
            yield form, all(map(tongue.no.search, clauses))
    does = _OF_SIDE.match(named[0]) if named else None
    if named and does and tongue.acts.match(named[0], does.end()):
        clause = _clause(_without_free(named[0], tongue), 0, does.end(), tongue)
        yield Form("by name", "we act", tongue.acts), tongue.no.search(clause) is not None


def _clause(text: str, start: int, end: int, tongue: Tongue) -> str:
    """Give the clause around a place; what hangs on it by a "that" is another, so is no part of what it denies."""
    first, last = max(0, start - _LOOKED_AROUND), end + _LOOKED_AROUND
    begins = max((mark.end() for mark in _ENDS.finditer(text, first, start)), default=first)
    closes = [mark.start() for ends in (_ENDS, tongue.that) if (mark := ends.search(text, end, last))]
    return text[begins : min(closes, default=last)]


def _without_free(text: str, tongue: Tongue) -> str:
    """Give a text with each word that says what is not charged made unreadable, every place as it was."""
    for form in tongue.forms:
        if form.what in _PRICES:
            text = form.pattern.sub(lambda found: _LETTER.sub("x", found[0]), text)
    return text


def _promise(unit: Unit, language: Language, bound: Collection[Form]) -> Judgement:
    """Give the promise that some forms make: one of price where nothing is said to be done."""
    whats = {form.what for form in bound}
    is_price = bool(whats & _PRICES) and not whats & {"we act", "we do", "done", "moved"}
    first = next(iter(bound))
    return Judgement(
        "promise",
        f"{language}: {first.name}",
        _FOREIGN,
        needs_review=True,
        change="renegotiated" if "moved" in whats else "none",
        kind="price" if is_price else kind_of_promise(unit.text),
    )


def _judged(label: Label, language: Language, form: str) -> Judgement:
    return Judgement(label, f"{language}: {form}", _FOREIGN)
