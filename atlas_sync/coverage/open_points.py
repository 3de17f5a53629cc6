"""What was left open: who decides it and by when, as its own words say. What roles and rules say of it does not belong here."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from atlas_sync.canonical.model import ScopeItem, Stakeholder
from atlas_sync.coverage.figures import DayMention, day_mentions, figures_of
from atlas_sync.coverage.people import is_named
from atlas_sync.coverage.timing import as_date

__all__ = ["day_in_words", "deciders_in_words"]

_REACH, _LEAP_YEAR = 60, 2024
_END = re.compile(r"(?P<by>by )|(?:end of|ende|fin) ", re.IGNORECASE)
_DECIDES = r"(?:decid|decision|confirm|entscheid|bestätig|klär|décid|tranche|confirme|confirma|beslis|beslut)\w{0,8}"
_BY = (
    r"(?:by|until|till|before|no later than|bis|bis zum|spätestens(?: am)?|d['’]ici(?: le)?|avant(?: la| le)?|au plus tard le|"
    r"antes del?|até)"
)
_DECIDED_BY = re.compile(
    rf"\b(?:{_DECIDES}|(?<=to be )(?:agreed|clarified|defined|settled))"
    rf"(?:,? (?!whether|if|to|how|which|what|ob|wie|si|se)[^\W\d_]{{1,20}}){{0,4}}:?,? {_BY} (?:the )?$",
    re.IGNORECASE,
)
_BY_DAY = re.compile(rf"\b{_BY} (?:the )?$", re.IGNORECASE)
_ANSWERS = (
    r"(?:(?:come|get|report)s? back|(?:answer|check|say)s?|(?:clarif|repl)(?:y|ies)|tells? (?:us|you)|lets? (?:us|you) know|"
    r"(?:meldet|melden) sich|gibt (?:uns )?bescheid|sagt|prüft|klärt|antwortet|revient|répond(?:re)?|vérifie|dit|"
    r"responde|contesta|avisa|verifica|laat weten|komt terug)"
)
"""What somebody does who is to bring an answer; of a point that is called open, by its day it is decided."""
_ANSWERED_BY = re.compile(rf"\b{_ANSWERS}(?: [^\W\d_]{{1,20}}){{0,3}},? {_BY} (?:the )?$", re.IGNORECASE)
_WHO_ANSWERS = re.compile(
    rf"((?:[^\W\d_][\w'’.-]{{0,30}},? ){{1,3}})(?:will |to |has to |must |can |soll |muss |doit )?(?i:{_ANSWERS})\b"
)
_THEN_DECIDED = re.compile(rf",?(?: [^\W\d_]{{1,20}}){{0,4}} {_DECIDES}\b", re.IGNORECASE)
_WHO_DECIDES = re.compile(
    rf"((?:[^\W\d_][\w'’.-]{{0,30}},? ){{1,3}}(?:\([^()]{{1,40}}\) )?)"
    rf"(?:will |to |has to |must |can |soll |muss |doit )?{_DECIDES}\b"
)
_DECIDED_BY_WHOM = re.compile(
    r"\b(?:decided|confirmed|settled|decision|up) (?:by|to|with|is|of)((?: [^\W\d_][\w'’-]{0,30}){1,2})"
)
_OPEN = re.compile(
    r"\b(?:to be (?:decided|defined|agreed|confirmed|clarified|settled)|tb[adc]|open|undecided|"
    r"offen|unentschieden|zu (?:klären|entscheiden)|à (?:décider|définir|confirmer)|"
    r"por (?:decidir|definir|confirmar)|pendiente|a decidir|em aberto|te beslissen)\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"(?:\((?P<bracket>[^()]{1,80})\)|\s[-–—]\s(?P<dash>[^–—:]{1,80})|"
    r"\b(?:owner|who|responsible|verantwortlich|zuständig|responsable|responsável)\s?:\s(?P<owner>[^:]{1,80}))[\s.]{0,4}$",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:by|until|till|before|due|bis|spätestens|fällig|avant|d['’]ici|hasta|antes|até)\b", re.IGNORECASE
)
_BETWEEN = re.compile(
    rf"(?:{_UNTIL.pattern}|{_DECIDES}|no|later|than|the|on|to|zum|am|au|plus|tard|le|del?|el|and|und|et|y|e)",
    re.IGNORECASE,
)
"""What stands between names and days and is neither."""


def day_in_words(point: ScopeItem) -> date | None:
    """Give the day by which an open point is decided where its quote says so, in the year nearest to when it was said."""
    said = point.text
    for day in _days(said):
        before, _, after = said.partition(day.shown)
        is_open = _OPEN.search(before) is not None
        before = before[-_REACH:]
        if is_open and _ANSWERED_BY.search(before):
            return as_date(day, point.evidence.said_at.date())
        if _DECIDED_BY.search(before) or (_BY_DAY.search(before) and _THEN_DECIDED.match(after)):
            return as_date(day, point.evidence.said_at.date())
    beside = _days(_beside(said))
    return as_date(beside[-1], point.evidence.said_at.date()) if beside else None


def _days(said: str) -> list[DayMention]:
    """List the days a text names, then those of "by the end of July" and "by July"."""
    return [*day_mentions(said), *_ends_of_months(said)]


def _ends_of_months(said: str) -> Iterator[DayMention]:
    for month in figures_of(said).months:
        if when := _END.match(month.shown):
            shown = month.shown[when.end() :] if when["by"] else month.shown
            yield replace(month, day=monthrange(_LEAP_YEAR, month.month)[1], shown=shown)


def deciders_in_words(point: ScopeItem, stakeholders: Sequence[Stakeholder]) -> list[str]:
    """Name those of whom the quote of an open point says that they decide it, by a first or a family name as well."""
    quote = point.text
    told = [hit[1] for form in (_WHO_DECIDES, _DECIDED_BY_WHOM) for hit in form.finditer(quote)]
    if called := _OPEN.search(quote):
        told += [hit[1] for hit in _WHO_ANSWERS.finditer(quote, called.end())]
    said = " ".join([*told, _beside(quote)])
    names = [word for word in re.findall(r"[^\W\d_]+", said) if word[0].isupper()]
    return [person.name for person in stakeholders if is_named(person.name, said, listed=names)]


def _beside(said: str) -> str:
    """Give what stands in the last bracket of an open point, behind its last dash or "owner:", if only names and days do."""
    hit = _BESIDE.search(said)
    if hit is None or not _OPEN.search(said, 0, hit.start()):
        return ""
    beside = next(part for part in hit.groups() if part)
    rest = beside
    for day in _days(beside):
        rest = rest.replace(day.shown, " ")
    names = [word for word in re.findall(r"[^\W\d_][^\s,;/]*", rest) if not _BETWEEN.fullmatch(word.strip("."))]
    is_told = bool(names) or _UNTIL.search(rest)
    return beside if is_told and all(word[0].isupper() for word in names) else ""
