"""Phrases that say when, as patterns over levelled text: those from which a day may follow, each by its name, and the others.

No pattern nests a repetition in a repetition, and every repetition is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from atlas_sync.extraction.days import MONTHS, NUMBERS, ORDINALS, WEEKDAYS

__all__ = ["DATED", "ENDING", "HINT", "RECURRING", "WITHOUT_DAY"]


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_MONTH, _DAY, _ORDINAL, _NUMBER = _any(MONTHS), _any(WEEKDAYS), _any(ORDINALS), _any(NUMBERS)
_S = r"\s{1,8}"
_O = r"\s{0,8}"
_LEAD = (
    rf"(?:(?:no later than|not later than|at the latest|latest|by|on|until|til|till|before|from|starting|as of|beginning|in|within|during|at|for|to|is|through|"
    rf"bis|zum|am|ab|im|vor|d'ici|avant|jusqu'au|jusqu'a|le|a partir du|au|en|hasta|antes del?|para|el|ate|em|no|na|dia|des)(?:{_S}|:{_O}))?"
    rf"(?:(?:the|zum|dem|den|der|el|la|le|o|a|ao){_S})?"
)
_YEAR = rf"(?:,?{_S}(?:de{_S})?(?P<y>20\d\d)\b)?"
_NTH = rf"(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.)?|(?P<o>{_ORDINAL}))"
_WEEKDAY_BEFORE = rf"(?:(?:{_DAY})\.?,?{_S}(?:the{_S}|den{_S}|dem{_S})?)?"
_EDGE = rf"(?:(?P<edge>(?:the{_S})?(?:very{_S})?end(?:{_S}of)?|beginning of|start of|early|late|mid|middle of|ende|anfang|mitte|fin(?:{_S}(?:de|du))?|debut|finales de|principios de|fim de|final de|inicio de)[-\s]{_O})?(?:the{_S})?"
_ENDS = rf"(?={_O}(?:[.,;:!?)\-–—/]|$|(?:and|but|so|at|or|then|that|we|you|i|he|she|it|they|instead|rather|latest|now|with|for|if|not)\b))"
_COUNT = rf"(?P<n>\d{{1,3}}|{_NUMBER})"
_UNIT = r"(?P<unit>working days?|business days?|days?|weeks?|wks?|months?|fortnights?|arbeitstagen?|tagen?|wochen?|monaten?|jours?|semaines?|mois|dias?|semanas?|meses|mes)\b"
_NO_TRIGGER = rf"(?!{_S}(?:after|of|from (?!now|today)|before|following|once|nach|apres|despues|apos))"

_HOLIDAYS = ("christmas", "new year's eve", "labor day", "labour day")

DATED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?<![\w/.:-]){_LEAD}(?:{pattern})"))
    for name, pattern in (
        ("hyphens", rf"(?P<d>\d{{1,2}})-(?P<mn>{_MONTH})-(?P<y>20\d\d)\b"),
        ("iso", r"(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"),
        (
            "week_of",
            rf"(?:(?:week|wk|w/c|woche){_S}(?:(?:of|commencing|beginning|starting|vom|ab){_S})?(?:the{_S})?{_NTH}{_S}(?:of{_S})?(?P<mn>{_MONTH})\b|(?P<d2>\d{{1,2}}){_S}(?P<mn2>{_MONTH}){_S}(?:week|wk)\b){_YEAR}",
        ),
        ("week_in_month", rf"(?P<nth>last|first){_S}week{_S}(?:of|in){_S}(?P<mn>{_MONTH})\b{_YEAR}"),
        (
            "named",
            rf"{_WEEKDAY_BEFORE}(?:\d{{1,2}}(?:st|nd|rd|th)?{_O}[-–/]{_O})?{_NTH}{_O}-?{_O}(?:of{_S}|de{_S})?(?P<mn>{_MONTH})\b\.?-?{_YEAR.replace(',?', '(?:,?|-)')}",
        ),
        (
            "named",
            rf"{_WEEKDAY_BEFORE}(?P<mn>{_MONTH})\.?{_S}(?:the{_S})?(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]?\d)|(?P<o>{_ORDINAL})\b){_YEAR}",
        ),
        ("dotted", r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>20\d\d|\d\d(?!\d))?(?!\d)"),
        ("slashed", rf"{_WEEKDAY_BEFORE}(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/(?P<y>20\d\d|\d\d))?(?![\d/])(?<!24/7)"),
        (
            "nth_weekday",
            rf"(?P<nth>last|first|second|third|fourth){_S}(?P<wd>{_DAY}){_S}(?:in|of){_S}(?:the{_S})?(?P<mn>{_MONTH})\b{_YEAR}",
        ),
        (
            "quarter",
            rf"{_EDGE}(?:q(?P<q>[1-4])|(?P<qo>first|second|third|fourth) quarter)(?:{_S}(?:of{_S})?(?P<y>20\d\d)|/(?P<y2>\d\d))?\b(?!{_S}fy)",
        ),
        ("half", rf"{_EDGE}h(?P<h>[12])(?:{_S}(?P<y>20\d\d))?\b"),
        (
            "week",
            rf"{_EDGE}(?:calendar week|week|wk|cw|kw|semaine|semana|kalenderwoche){_O}(?:no\.?{_O})?(?P<w>\d{{1,2}})\b(?:[/\s]{_O}(?P<y>20\d\d)\b)?",
        ),
        ("month", rf"{_EDGE}(?:de{_S})?(?P<mn>{_MONTH})\b(?!{_S}\d{{1,2}}\b)(?:{_S}(?:de{_S})?(?P<y>20\d\d)\b)?"),
        ("year", r"(?:the end of|end of|end|through|until|in the year|ende|fin|in|by)\s{1,8}(?P<y>20[2-9]\d)\b"),
        ("week_on", rf"(?:(?P<wd>{_DAY}) week\b(?!{_S}\d)|a week (?:on|from) (?P<wd2>{_DAY})\b)"),
        (
            "this_week",
            rf"{_EDGE}(?:(?P<which>this|next|the|of the|of|diese[rn]?|kommende[rn]?|nachste[rn]?|der|cette|prochaine|la|esta|proxima|que viene)?{_S})?(?:week|woche|semaine|semana)(?P<later>{_S}(?:prochaine|que viene|proxima|after next))?\b(?!{_S}(?:after|of|before|\d))",
        ),
        ("eow", r"(?:eow|week[- ]?end of work|end of (?:the |this )?week|ende der woche|fin de semaine)\b"),
        (
            "this_month",
            rf"{_EDGE}(?P<which>this|next|of the|the|diesen|nachsten|des|du|ce|este|proximo){_S}(?:month|monats?|mois|mes)(?P<later>{_S}prochain)?\b",
        ),
        ("eom", r"(?:eom|month[- ]?end|monatsende|fin de mois|fin de mes)\b"),
        ("this_quarter", rf"{_EDGE}(?P<which>this|next|the|of the){_S}quarter\b|\b(?P<eoq>eoq|quarter[- ]end)\b"),
        (
            "this_year",
            r"(?:(?:rest of|end of|ende) (?:the |this |des )?(?P<which>next )?(?:calendar )?(?:year|jahres)|eoy|year[- ]?end|jahresende|fin d'annee|fin de ano|fim do ano)\b",
        ),
        ("after_tomorrow", r"(?:day after tomorrow|ubermorgen|apres-demain|pasado manana|depois de amanha)\b"),
        ("tomorrow", r"(?P<word>tomorrow|tmrw|tmr|demain|amanha|morgen(?! (?:ist|wird)))\b"),
        (
            "today",
            r"(?:today|tonight|this (?:afternoon|evening)|eod|end of (?:the |business )?day|cob|close of business|heute|aujourd'hui|ce soir|hoy|hoje)\b(?! we\b)",
        ),
        ("near_holiday", rf"(?P<wd>{_DAY}){_S}before{_S}(?P<holiday>{_any(_HOLIDAYS)})\b"),
        ("holiday", rf"(?P<holiday>{_any(_HOLIDAYS)})\b"),
        (
            "weekday",
            rf"(?P<which>this|next|this coming|coming|nachsten?|kommenden?){_S}(?P<wd>{_DAY})\b|{_LEAD}(?P<wd2>{_DAY})\b(?P<later>{_S}(?:next week|prochain|que viene))?(?!{_S}before\b(?!{_S}(?:noon|lunch|midday|close|\d))|{_O}[-/–]{_O}(?:{_DAY})\b)",
        ),
        ("weekend", r"(?:this|coming) weekend\b"),
        (
            "in_time",
            rf"(?:in|within|inside(?: of)?|binnen|innerhalb von|dans|sous|d'ici|en|em|dentro de){_S}{_COUNT}{_S}(?:more )?{_UNIT}(?:'s time| time)?{_NO_TRIGGER}",
        ),
        ("in_time", rf"{_COUNT}{_S}{_UNIT} from (?:now|today)\b"),
        (
            "the_nth",
            rf"(?:the{_S}(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)|(?P<o>{_ORDINAL}))|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)){_ENDS}",
        ),
    )
)
HINT = re.compile(
    rf"\d|\b(?:{_DAY}|{_MONTH}|{_ORDINAL}|days?|tagen?|christmas|labou?r|eve|today|tonight|tomorrow|tmrw|tmr|this|week\w*|wk|month\w*|quarter\w*|year\w*|eo[dwmqy]|cob|close|every|daily|weekly|monthly|"
    r"quarterly|minutes?|hours?|fortnight\w*|woche\w*|monat\w*|heute|morgen|ubermorgen|jahres\w*|semaine\w*|mois|demain|apres-demain|aujourd|semana\w*|mes|manana|hoy|hoje|amanha|fin|fim|soir|ano)\b"
)
ENDING = re.compile(rf"{_ENDS}|{_O}(?:noon|morning|afternoon|evening|night|lunch|first|before|by|at|\d)", re.IGNORECASE)
RECURRING = (
    re.compile(
        rf"\b(?:every|each|jeden|jede|chaque|cada|todas?|tous)\b{_S}(?:(?:other|second|single|first|last)\b{_S})?(?:{_DAY}|day|week|month|quarter|year|night|morning|hour|fortnight|summer|tag|woche|monat|mois|semaine|semana|mes|dia)s?\b"
    ),
    re.compile(
        rf"\b(?:{_DAY})(?:{_O}[-–/]{_O}|{_S}(?:to|through|bis){_S})(?:{_DAY})\b(?=,?{_O}(?:\d|from|between|all year|$))"
    ),
    re.compile(
        rf"\b(?:on{_S})?(?:mon|tues|wednes|thurs|fri|satur|sun)days\b|\b(?:daily|weekly|fortnightly|monthly|quarterly|annually|yearly)\b"
    ),
    re.compile(
        rf"\b(?:once|twice|{_COUNT.replace('(?P<n>', '(?:')} (?:times|days|hours)) (?:a|per|each|every) (?:day|week|month|quarter|year)\b"
    ),
)
"""What comes again and again, so that a weekday or month in it is no day."""

WITHOUT_DAY = (
    *RECURRING,
    re.compile(
        rf"\b(?:(?:within|inside(?: of)?|in(?: under| less than)?|under|after|for|over){_S}(?:(?:the|its|their|your)\b{_S})?(?:first\b{_S}|last\b{_S}|next\b{_S})?)?(?:\d{{1,4}}|{_NUMBER}|sixty|forty|ninety)[-\s]{_O}(?:working |business )?(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|months?|years?|yrs?)\b(?:{_S}(?:after|of|before|following)\b{_S}(?:\w{{1,20}}{_O}){{1,4}})?"
    ),
    re.compile(rf"\b(?:for{_S})?(?:the|its){_S}first{_S}(?:year|month|week|day|season)\b"),
    re.compile(
        rf"\b(?:before|after|by|until|from|at|on|ahead of|in){_S}(?:the{_S}|your{_S})?(?:kick-?off|go-live|launch|signature|signing|easter|new year|summer|autumn|spring|winter|half-term|opening|handover|acceptance|season|day one)\b"
    ),
)
"""What says when, and no day follows: recurrences, durations, triggers."""
