"""Phrases that say when, as patterns over levelled text: those from which a day may follow, each by its name, and the others.

No pattern nests a repetition in a repetition, and every repetition is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from atlas_sync.canonical.spelled import MONTHS
from atlas_sync.extraction.days import NTH, NUMBER, NUMBERS, ORDINALS, WEEKDAYS, WORDY_MONTHS
from atlas_sync.extraction.holidays import HOLIDAYS

__all__ = [
    "AT_EARLIEST",
    "AWAY",
    "DATED",
    "EARLIEST",
    "ENDING",
    "HINT",
    "ONWARDS",
    "RECURRING",
    "TELLS_WHEN",
    "WITHOUT_DAY",
]


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_DAY, _ORDINAL, _NUMBER, _NTHS = _any(WEEKDAYS), _any(ORDINALS), NUMBER, _any(NTH)
_WORDY = _any(WORDY_MONTHS)
_MONTH = (
    rf"(?:{_any(MONTHS)}|(?:(?<=\d de )|(?<=\sem )|(?<=\sate ))(?:{_WORDY})|(?<=\d )ago|"
    rf"(?<=\d[ -])(?:{_WORDY})(?=[.\s-]{{1,2}}(?:de )?20\d\d\b))"
)
"""The names of months; of "out" and the like only "2 de out", "em out", "até out" and "2 out 2026"."""
_COUNTING = _any(set(NUMBERS) - {"a", "an"})
_S = r"\s{1,8}"
_O = r"\s{0,8}"
_DAY_END = rf"(?:eod|cob|end{_S}of{_S}(?:the{_S})?(?:business{_S})?day|close{_S}of{_S}(?:business|play))"
_LEAD = (
    rf"(?:(?:no later than|not later than|at the latest|latest|by|on|until|til|till|before|from|starting|as of|beginning|in|within|during|at|for|to|is|through|"
    rf"bis|zum|am|ab|im|vor|d'ici|avant|jusqu'au|jusqu'a|le|a partir(?: d(?:u|el?|a|o))?|desde|courant|au|en|hasta|antes del?|para|el|ate|em|no|na|dia|des)(?:{_S}|:{_O}))?"
    rf"(?:(?:the{_S})?{_DAY_END},?{_S}(?:on{_S})?)?(?:(?:the|zum|dem|den|der|el|la|le|o|a|ao){_S})?"
)
_YEAR = rf"(?:,?{_S}(?:de{_S})?(?P<y>20\d\d)\b)?"
_NTH = rf"(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.)?|(?P<o>{_ORDINAL}))"
_WEEKDAY_BEFORE = rf"(?:(?P<beside>{_DAY})\.?,?{_S}(?:the{_S}|den{_S}|dem{_S})?)?"
_PART_OF = r"(?:of|des|der|du|del?|da|do|(?:the )?(?:price|cost|fee|way|time)|days?|hours?|inch(?:es)?|pages?)\b"
"""What makes of "1/3" a part of something."""
_EDGE = rf"(?:(?P<edge>(?:the{_S})?(?:very{_S})?end(?:{_S}of)?|beginning of|start of|early|late|mid|middle of|eom|month[- ]?end|end of (?:the )?month|ende|anfang|mitte|fin(?:{_S}(?:de|du))?|debut|mi|(?:finales|principios|comienzos|primeros|mediados|meados|mitad)(?:{_S}de)?|fim de|final de|inicio de)[-\s]{_O}(?:(?:des|der|du|del){_S})?)?(?:the{_S})?"
_ENDS = rf"(?={_O}(?:[.,;:!?)\-–—/]|$|(?:and|but|so|at|or|then|that|we|you|i|he|she|it|they|instead|rather|latest|now|with|for|if|not)\b))"
_COUNT = rf"(?P<n>\d{{1,3}}|{_NUMBER})"
_UNIT = r"(?P<unit>working days?|business days?|days?|weeks?|wks?|months?|fortnights?|(?:arbeits|werk)tagen?|tagen?|wochen?|monaten?|jours?(?: ouvr\w{2,4})?|semaines?|mois|dias?(?: (?:habiles|laborables|uteis))?|semanas?|meses|mes)\b"
_NO_TRIGGER = rf"(?!{_S}(?:after|of|from (?!now|today)|before|following|once|whenever|(?:each|every) time|(?:on|for) (?:each|every)|nach|apres|despues|apos))"

_TOLD = r"(?:this|next|diese[rnms]?|(?:uber)?nachste[rnms]?|kommende[rnms]?|cette|ce|prochaine?|esta|este|proxim[ao])"
_LATER = r"(?:after next|prochaine?|d'apres|que viene|que vem|proxim[ao])\b"
_LATER_ONE = rf"(?:le|el|o)(?={_S}\w{{3,9}}{_S}{_LATER})"
_THAT_WEEK = rf"(?:(?:of|the|der|de|la|da|in){_S}){{0,2}}(?:{_TOLD}{_S}(?:week|woche|semaine|semana)\b|(?:week|semaine|semana){_S}{_LATER})"
_OF_MONTH = (
    rf"(?:of|in|im|du|del?|des|en|do){_S}(?:the{_S}|el{_S})?"
    rf"(?:(?P<mn>{_MONTH})\b{_YEAR}|(?P<which>{_TOLD}{_S})?(?:month|monats?|mois|mes)\b(?P<later>{_S}{_LATER})?)"
)
_FISCAL = rf"(?P<fiscal>(?:fiscal|financial|fy{_O}\d{{0,4}}){_S})?"
_QUARTERS = _any(name for name, nth in NTH.items() if nth > 0)
_HOLIDAY = rf"(?P<holiday>{_any(HOLIDAYS)})\b"

_PRONOUN = "we|you|they|he|she|it|i"
_WHO = rf"(?:{_PRONOUN})"
_WORD = (
    rf"(?!(?:and|or|but|so|that|which|then|if|when|while|for|with|{_PRONOUN}|und|oder|et|ou|y|o)\b)\w[\w'’-]{{0,29}}"
)
_EARLY_WORD = rf"(?!(?:later|latest|than|only|just|by|until|wir|sie|nous|vous)\b){_WORD}"
_ARTICLE = r"(?:the|your|our|their|its|dem|den|der|le|la|el|o|a)"
AWAY = re.compile(
    rf"(?:(?P<each>\b(?:every|each|alle|cada|tou(?:s|tes) les){_S})|(?P<the>\b(?:the|last|first|final|den|die|les|las){_S})|(?P<rate>\b(?:\d{{1,3}}|{_NUMBER}|once|twice|times|days?|hours?|months?){_S}(?=an?\b)))?"
    rf"\b(?:{_COUNT}{_S}(?:more{_S})?|(?:a{_S})?(?P<few>few|couple(?:{_S}of)?|some|several){_S}|(?<!per )(?<!/)(?=day\b)){_UNIT}{_S}"
    rf"(?:(?P<back>before|ahead of|prior to|vor|avant|antes del?|antes do)|(?P<from>from|ab|a partir d(?:u|el?)|desde)|after|following|nach|apres|despues del?|depois d[eo]){_S}"
    rf"(?:{_ARTICLE}{_S})?(?:(?:{_WHO}{_S})?(?:{_WORD}{_S}){{1,3}}(?:on|am|vom|du|le|el|em){_S}(?:the{_S})?)?$"
)
"""What stands before a day and counts from it: "two weeks from", "two days before the go-live on"."""
EARLIEST = re.compile(
    rf"(?:(?:\b(?:not|cannot|never|no|nothing|nobody|none|nicht|nie|kein\w{{0,2}}|pas|nao)|\b\w{{1,12}}n['’]t)\b{_S}(?:{_EARLY_WORD}{_S}){{0,4}}"
    rf"(?:before|prior to|(?:earlier|sooner) than|vor|avant|antes del?|antes do|fruher als)"
    rf"|\b(?:earliest|fruhestens|au plus tot)\b(?:(?!{_S}convenience){_S}(?!\d){_EARLY_WORD}){{0,5}}:?)"
    rf"{_S}(?:(?:on|in|am|im|ab|le|el|em){_S})?(?:{_ARTICLE}{_S})?$"
)
AT_EARLIEST = re.compile(rf",?{_S}(?:at the (?:very )?earliest|earliest|fruhestens|au plus tot|como (?:muy )?pronto)\b")
"""A day after the one, or before the other, is the first that may be: nothing is due on it."""
ONWARDS = re.compile(
    rf"(?:\b(?:from|as of|starting|ab|desde|a partir(?: d(?:u|el?|a|o))?|des(?= l[ae] )|(?<!\w )(?:starting|beginning) in)|(?<!\w )beginning){_S}"
    rf"(?:(?:the|dem|der|el|la|le|o|a){_S})?$"
)
"""What stands before a period on whose first day something begins to hold; "training starting in July" may be on any day."""

DATED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?<![\w/.:-])(?P<lead>{_LEAD})(?:{pattern})"))
    for name, pattern in (
        ("hyphens", rf"{_WEEKDAY_BEFORE}(?P<d>\d{{1,2}})-(?P<mn>{_MONTH})-(?P<y>20\d\d)\b"),
        (
            "iso",
            rf"{_WEEKDAY_BEFORE}(?P<y>20\d\d)(?P<mark>[-/]|\.(?=\d\d\.\d\d\b))(?P<m>\d{{1,2}})(?P=mark)(?P<d>\d{{1,2}})\b(?!/[a-z]|-\w|\.\d)",
        ),
        (
            "week_of",
            rf"(?:(?:week|wk|w/c|woche){_S}(?:(?:of|commencing|beginning|starting|vom|ab){_S})?(?:the{_S})?{_NTH}{_S}(?:of{_S})?(?P<mn>{_MONTH})\b|(?P<d2>\d{{1,2}}){_S}(?P<mn2>{_MONTH}){_S}(?:week|wk)\b){_YEAR}",
        ),
        ("week_in_month", rf"(?P<nth>{_NTHS}){_S}(?:week|woche|semaine|semana){_S}{_OF_MONTH}"),
        (
            "named",
            rf"{_WEEKDAY_BEFORE}(?:\d{{1,2}}(?:st|nd|rd|th)?{_O}[-–/]{_O})?{_NTH}{_O}-?{_O}(?:of{_S}|de{_S})?(?P<mn>{_MONTH})\b\.?-?{_YEAR.replace(',?', '(?:,?|-)')}",
        ),
        (
            "named",
            rf"{_WEEKDAY_BEFORE}(?P<mn>{_MONTH})\.?{_S}(?:the{_S})?(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]?\d)|(?P<o>{_ORDINAL})\b){_YEAR}",
        ),
        (
            "dotted",
            rf"{_WEEKDAY_BEFORE}(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})(?:\.(?P<y>20\d\d|\d\d(?!\d))?|(?(beside)\b|(?!)))(?!\d)",
        ),
        (
            "slashed",
            rf"{_WEEKDAY_BEFORE}(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/(?P<y>20\d\d|\d\d))?(?![\d/])(?<!24/7)(?!{_S}{_PART_OF})",
        ),
        ("slashed", rf"{_WEEKDAY_BEFORE}(?P<a>\d{{1,2}})-(?P<b>\d{{1,2}})-(?P<y>20\d\d)\b(?![/.-]\w)"),
        (
            "nth_weekday",
            rf"(?P<nth>{_NTHS}){_S}(?P<wd>{_DAY}){_S}{_OF_MONTH}",
        ),
        ("quarter", rf"{_EDGE}(?P<y>20\d\d)(?:{_S}|[-/])q(?P<q>[1-4])\b"),
        (
            "quarter",
            rf"{_EDGE}{_FISCAL}(?:(?:q|(?:(?<=\bau )|(?<=\bfin )|(?<=\bdu )|(?<=\bici ))t)(?P<q>[1-4])|(?P<qo>{_QUARTERS}) (?:quarter|quartals?|trimestre))(?:{_S}(?:of{_S})?(?P<y>20\d\d)|[/-](?P<y2>(?:20)?\d\d))?\b(?!{_S}(?:fy|(?:of (?:the|our|your|their) )?(?:fiscal|financial)|des geschaftsjahr))",
        ),
        ("half", rf"{_EDGE}{_FISCAL}h(?P<h>[12])(?:{_S}(?P<y>20\d\d))?\b"),
        (
            "week",
            rf"{_EDGE}(?:calendar week|week|wk|cw|kw|semaine|semana|kalenderwoche){_O}(?:no\.?{_O})?(?P<w>\d{{1,2}})\b(?:[/\s]{_O}(?P<y>20\d\d)\b)?",
        ),
        (
            "month",
            rf"{_EDGE}(?:(?P<whole>month{_S}of|monats?|mois{_S}de|mois(?={_S}d')|mes{_S}de){_S})?(?:d'|de{_S})?(?P<mn>{_MONTH})\b(?!{_S}(?:\d{{1,2}}|jours?|semaines?|mois|dias?|semanas?|meses)\b)(?:{_S}(?:de{_S})?(?P<y>20\d\d)\b)?",
        ),
        (
            "year",
            r"(?:the end of|end of|end|through|until|in the year|ende|fin|in|by)\s{1,8}(?P<y>20[2-9]\d)\b(?![./-]\d)",
        ),
        (
            "weekday_nth",
            rf"(?:(?:this|next){_S})?(?P<wd>{_DAY})\b\.?,?{_S}(?:(?:(?:the|den|dem){_S})?(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.)(?!\d)(?:(?={_S}(?:is|was|after|before|in|on)\b)|{_ENDS})|(?P<d2>\d{{1,2}})(?!{_O}[.:/–-]{_O}\d){_ENDS})",
        ),
        ("near_holiday", rf"(?P<wd>{_DAY}){_S}before{_S}{_HOLIDAY}"),
        ("holiday", rf"{_HOLIDAY}(?:{_S}(?:week|weekend|wknd)\b)?"),
        ("week_on", rf"(?:(?P<wd>{_DAY}) week\b(?!{_S}\d)|a week (?:on|from) (?P<wd2>{_DAY})\b)"),
        ("weekday", rf"(?P<wd2>{_DAY})\b(?P<later>,?{_S}{_THAT_WEEK})(?!{_S}(?:after|of|before)\b)"),
        ("weekday", rf"(?P<later>{_THAT_WEEK}),?{_S}(?:on{_S}|am{_S})?(?P<wd2>{_DAY})\b"),
        (
            "this_week",
            rf"{_EDGE}(?:(?P<which>this|next|the|of the|of|diese[rn]?|kommende[rn]?|(?:uber)?nachste[rn]?|der|cette|prochaine|la|esta|proxima|que viene)?{_S})?(?:week|woche|semaine|semana)(?P<later>{_S}{_LATER})?\b(?!{_S}(?:after|of|before|\d))",
        ),
        ("eow", r"(?:eow|week[- ]?end of work|end of (?:the |this )?week|ende der woche|fin de semaine)\b"),
        (
            "this_month",
            rf"{_EDGE}(?P<which>this|next|of the|the|diesen|(?:uber)?nachsten|kommenden|des|du|del|{_LATER_ONE}|ce|este|proximo){_S}(?:month|monats?|mois|mes)(?P<later>{_S}{_LATER})?\b",
        ),
        ("eom", r"(?:eom|month[- ]?end|monatsende|fin de mois|fin de mes)\b"),
        (
            "this_quarter",
            rf"{_EDGE}(?P<which>this|next|the|of the|diese[nms]|(?:uber)?nachste[nms]|kommende[nms]|des|du|del|{_LATER_ONE}|ce|este|prochain|proximo){_S}(?:quarter|quartals?|trimestre)\b(?P<later>{_S}{_LATER})?|\b(?P<eoq>eoq|quarter[- ]end|quartals?ende|ende quartal|fin de trimestre|final(?:es)? de trimestre)\b",
        ),
        (
            "this_year",
            r"(?:(?:rest of|end of|ende) (?:the |this |des )?(?P<which>next )?(?:calendar )?(?:year(?P<later> after next)?|jahres)|eoy|year[- ]?end|jahresende|fin d'annee|fin de ano|fim do ano)\b",
        ),
        ("after_tomorrow", r"(?:day after tomorrow|ubermorgen|apres-demain|pasado manana|depois de amanha)\b"),
        (
            "tomorrow",
            r"(?P<word>tomorrow|tmrw|tmr|demain|amanha|(?<!\bam )morgen(?! (?:ist|wird))|(?<!\bla )(?<!\besta )(?<!\buna )(?<!\bmedia )manana(?! (?:y (?:tarde|noche)|entera|siguiente|de \d)|/))\b",
        ),
        (
            "today",
            rf"(?:today|tonight|this (?:afternoon|evening)|{_DAY_END}(?!,?{_S}(?:on{_S})?(?:(?:the|this|next|coming){_S}){{0,2}}(?:(?:{_DAY})\b|\d{{1,2}}(?:st|nd|rd|th)))|heute|aujourd'hui|ce soir|hoy|hoje)\b(?! we\b)",
        ),
        (
            "weekday",
            rf"(?P<which>this|next|this coming|coming|(?:uber)?nachste[rnms]?|kommende[rnms]?){_S}(?P<wd>{_DAY})\b|{_LEAD}(?P<wd2>{_DAY})\b(?P<later>{_S}(?:next week|prochain|que viene))?(?!{_S}before\b(?!{_S}(?:noon|lunch|midday|close|\d))|{_O}[-/–]{_O}(?:{_DAY})\b)",
        ),
        ("weekend", r"(?:this|coming) weekend\b"),
        (
            "in_time",
            rf"(?:in|within|inside(?: of)?|binnen|innerhalb von|dans|sous|d'ici|en|em|dentro de){_S}{_COUNT}{_S}(?:more )?{_UNIT}(?:'s time| time)?{_NO_TRIGGER}",
        ),
        ("in_time", rf"{_COUNT}{_S}{_UNIT} from (?:now|today)\b"),
        (
            "the_nth",
            rf"(?:the{_S}(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)|(?P<o>{_ORDINAL}))|(?P<d2>\d{{1,2}})(?:st|nd|rd|th))(?:{_ENDS}|(?={_O}\())",
        ),
    )
)
HINT = re.compile(
    rf"\d|\b(?:{_DAY}|{_MONTH}|{_ORDINAL}|days?|tagen?|{_any(HOLIDAYS)}|eve|dias|meses|today|tonight|tomorrow|tmrw|tmr|this|week\w*|wk|month\w*|quarter\w*|quartals?(?:ende)?|trimestre|jours?|year\w*|eo[dwmqy]|cob|close|every|daily|weekly|monthly|"
    r"quarterly|minutes?|hours?|fortnight\w*|woche\w*|monat\w*|heute|morgen|ubermorgen|jahres\w*|semaine\w*|mois|demain|apres-demain|aujourd|semana\w*|mes|manana|hoy|hoje|amanha|fin|fim|soir|ano)\b"
)
ENDING = re.compile(rf"{_ENDS}|{_O}(?:noon|morning|afternoon|evening|night|lunch|first|before|by|at|\d)", re.IGNORECASE)
RECURRING = (
    re.compile(
        rf"\b(?:every|each|jeden|jede|chaque|cada|todas?|tous)\b{_S}(?:(?:other|second|single|first|last)\b{_S})?(?:{_DAY}|day|week|month|quarter|year|night|morning|hour|fortnight|summer|tag|morgen|woche|monat|mois|manana|semaine|semana|mes|dia)s?\b"
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
        rf"\b(?:(?:within|inside(?: of)?|in(?: under| less than)?|under|after|for|over){_S}(?:(?:the|its|their|your)\b{_S})?(?:first\b{_S}|last\b{_S}|next\b{_S})?)?(?<!\d/)(?:\d{{1,4}}|{_NUMBER}|sixty|forty|ninety)[-\s]{_O}(?:working |business )?(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|months?|years?|yrs?)\b(?![- ]end\b)(?:{_S}(?:after|of|before|following)\b(?:{_S}{_WHO}\b)?(?:{_S}{_WORD}){{1,6}})?"
    ),
    re.compile(rf"\b(?:for{_S})?(?:the|its){_S}first{_S}(?:year|month|week|day|season)\b(?![- ]end\b)"),
    re.compile(
        rf"\b(?:before|after|by|until|from|at|on|ahead of|in){_S}(?:the{_S}|your{_S})?(?:kick-?off|go-live|launch|signature|signing|easter|new year|summer|autumn|spring|winter|half-term|opening|handover|acceptance|season|day one)\b"
    ),
)
"""What says when, and no day follows: recurrences, durations, triggers."""

TELLS_WHEN = re.compile(
    rf"{HINT.pattern}|\b(?:hours?|hrs?|h|mins?|minutes?|secs?|years?|yrs?|wks?|d|summer|autumn|fall|spring|winter|easter|xmas|season\w*|term|terms|michaelmas|ramadan|eid|tet|lebaran|advent|lent|teatime|mthly|(?:{_DAY})s|holidays?|weekends?|"
    rf"noon|midnight|lunch\w*|mornings?|evenings?|nights?|nightly|overnight|afternoons?|dawn|hourly|biweekly|ongoing|throughout|beforehand|immediately|always|anytime|duration|kick-?off|go-live|launch|handover|"
    rf"signature|signing|opening|acceptance|{_COUNTING})\b"
    rf"|\b(?:before|after|until|till?|when\w*|once|while|during|as soon as|by the time|as long as|upon|prior to|ahead of|through|thru|b4|by|from|at|for|within|over|on|in|each|every|whole|same){_S}"
    rf"(?!(?:{_WHO}|{_ARTICLE}|this|that)?{_O}(?:do|does|is|are|have|has|will)?{_O}$)\w"
)
"""Words that say when by themselves, or begin to; "before we do" does not."""
