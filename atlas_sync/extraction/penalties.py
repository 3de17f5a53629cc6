"""Penalties: what is to be where a promise fails, which is of the same thing and promises another.

"If the technician is not there within 24 hours, the visit is free of charge" names all that the service level names, and
gives its client a sum, a credit or a way out.
"""

from __future__ import annotations

import re

__all__ = ["are_promise_and_penalty", "is_penalty"]

_LEAD = (
    r"(?:[^:?]{0,80}[:?] )?\W*(?:(?:and|but|or|also|so|und|aber|oder|et|mais|ou|y|pero|o|en|maar|of|e|mas|ma) )?"
    r"(?:[\w'’-]+(?: [\w'’-]+)?, )?"
)
"""What may stand before a condition that a text begins with: "As agreed, if", "18 September: if", "And if"."""
_MISSED = re.compile(
    rf"{_LEAD}(?:if|should|falls|wenn|sollten?|si)\b[^,;:]{{0,60}}?(?:\b(?:(?-i:miss)|fail|we can(?:not\b|['’]t\b)|"
    r"not (?:make|meet|hit|reach|keep)|verpassen|verfehlen|nicht (?:schaffen|halten|einhalten)|"
    r"ratons|manquons|ne tenons pas|no (?:llegamos|cumplimos))|n['’]t (?:make|meet|hit|reach|keep))\b",
    re.IGNORECASE,
)
"""A text that begins with what is to be where a promise fails: "if we miss 18 September"."""
_SPAN = r"\S{1,12} (?:working |business )?(?:minutes?|hours?|days?|weeks?|months?)"
_BEHIND = r"(?<!no )(?<!not )later|late|miss(?:es|ed)?|fail\w*|slower|overdue|delay\w*|exceed\w*"
_FAILURES = "|".join(
    rf"\b(?:{cue})\b[^,;:?]{{0,80}}?(?:{failure})"
    for cue, failure in (
        (
            r"if|should|when(?:ever)?|where (?:we|our)|in case|where(?= (?:the|an?|any|it)\b)|for (?:each|every)|(?:each|every)(?= (?:[\w-]+ ){1,2}(?:(?:that|which|we)\b|not (?:[\w-]+(?:ed|ing)|made|done|met|kept|sent|held|paid|given|built|found)\b))",
            rf"\b(?:not(?! only| just| more than| later)|cannot|never|{_BEHIND}|(?<!no )longer|(?<!not )more than {_SPAN}|tak(?:e|es|ing) more|(?:less than|below|under) [\d.,]+ ?%)(?!\w)|n['’]t\b",
        ),
        (r"where|each|every", rf"\b(?:{_BEHIND})(?!\w)"),
        (
            r"falls|wenn|sollten?|für jede[nrs]?|(?:sind|ist|wird|werden|kommt|kommen|dauert|brauch(?:en|t)|schaff(?:en|t)|liefern|antworten|reagieren|erreichen|halten|haben|hat|liegt|fällt) (?:wir|es|er|sie|unsere?|der|die|das)",
            r"\b(?:nicht(?! nur| mehr als| später)|kein\w*|nie|länger|(?<!nicht )(?:später|mehr als)|spät|verspät\w*|verzug|verzöger\w*|überschr\w*|verpass\w*|verfehl\w*|unter)\b",
        ),
        (
            r"si|s['’]ils?|en cas|pour chaque",
            r"\b(?:pas(?! plus (?:tard|de)| seulement)|jamais|retard\w*|dépass\w*|(?<!pas )(?<!au )plus (?:de|tard|longtemps)|manqu\w*|rat(?:ons|é\w*))\b",
        ),
        (
            r"si|se|caso|cuando|quando|qualora|por cada|per ogni",
            r"\b(?:(?:no|não|non)(?! m[aá]s (?:de|tarde)| mais (?:de|tarde)| più (?:di|tardi)| s[oó]l?o?\b)|nunca|(?<!no )m[aá]s (?:de|tarde)|(?<!não )mais (?:de|tarde)|(?<!non )più (?:di|tardi)|retras\w*|atras\w*|ritard\w*|tard[ei]|super\w*)\b",
        ),
        (
            r"als|indien|mocht(?:en)?|wanneer|voor elke?",
            r"\b(?:niet(?! alleen| later| meer dan)|geen|nooit|langer|(?<!niet )(?:later|meer dan)|te laat|vertrag\w*|overschr\w*)\b",
        ),
    )
)
"""A condition that something is not as it was promised: not there, later, longer, for every day of delay.

"No later than" and "not only" say how it is to be; where there is no "if", each or every one must be late for it.
"""
_LEAVES = r"leave|cancel|terminate|withdraw|walk away|step (?:out|back)|end the|quit|give notice"
_GIVES = "|".join(
    (
        r"(?<!feel )\bfree\b(?! to\b)",
        r"\b(?:pay|owe|cost|charge)[sd]?\b(?: [\w'’-]+){0,2} (?:nothing|less|half|no)\b|\bno (?:charge|cost|fee)\b|\b(?:on the house|money back)\b",
        r"(?:n['’]t|\b(?:not|never|no longer))(?: have to| need to| be| get)? (?:pay|owe|charged?|bill(?:ed)?|invoiced?)\b",
        r"\b(?:credit(?:s|ed)?|refund\w*|reimburs\w*|compensat\w*|waive\w*|deduct\w*|discount|penalt(?:y|ies)|rebate)\b",
        r"(?:%|[€$£] ?\d[\d.,]*|\d (?:eur|euros?|usd|gbp|chf|dollars?|pounds?|per ?cent|percent))(?!\w)[^.;,]{0,40}\b(?:less|back|off|lower)\b",
        r"\b(?:we|i) (?:will |shall )?(?:pay|owe) ",
        rf"\b(?:may|can|could|free to|right to|entitled to)\b (?:[\w'’-]+ ){{0,2}}?(?:{_LEAVES})\b",
        r"\b(?:kostenlos|kostenfrei|gratis|umsonst|gutschr\w*|erstatt\w*|nachlass|rabatt|vertragsstrafe|pönale|kündigen|zurücktreten)\b",
        r"\bschreiben [^.;]{0,40}\bgut\b|\b(?:zahl\w*|berechn\w*) (?:[\w'’-]+ ){0,3}nichts?\b|%[^.;,]{0,30}\b(?:weniger|zurück|minder|terug|menos|(?:de|in) (?:moins|meno))\b",
        r"\b(?:gratuit\w*|offert\w*|rembours\w*|remise|pénalités?|résilier|sans frais|payez rien)\b",
        r"\bn(?:e |['’])(?:pa[iy]|factur)\w+ (?:pas|rien)\b|\b(?:no|não|non) (?:pag|fac?tt?ur|cobr)\w+|\bbeta\w+ (?:[\w'’-]+ ){0,3}niet\b",
        r"\b(?:descuento|desconto|abon(?:amos|aremos|o)|devolv\w*|reembols\w*|penaliza\w*|rescindir|cancelar|sin coste|sem custo)\b",
        r"\b(?:kosteloos|korting|boete|vergoed\w*|opzeggen|niets|sconto|rimbors\w*|penale|recedere)\b",
    )
)
"""What a client is given for it: a sum, a credit, something for nothing, a way out."""
_GIVEN_FIRST = re.compile(
    rf"\W*(?:(?! (?:and|und|et|y|en|e|or|oder) )[^.,;:?]){{0,40}}?(?:{_GIVES})[^.:;?]{{0,100}}", re.IGNORECASE
)
_FAILED_FIRST = re.compile(rf"{_LEAD}(?:{_FAILURES})", re.IGNORECASE)
_GIVEN = re.compile(_GIVES, re.IGNORECASE)
_FAILED = re.compile(_FAILURES, re.IGNORECASE)
_OF_MONEY = re.compile(
    rf"{_GIVES}|[€$£%]|\d (?:eur|usd|gbp|chf|dollars?|pounds?|per ?cent|prozent)|"
    r"\b(?:on us|(?:invoice|fine|fee|charge|rechnung|gebühr|facture?|frais|fattura|factuur)[sn]?)\b",
    re.IGNORECASE,
)
_BESIDE = 200
"""What is given may stand so far behind the condition: "if we are late, ..."."""


def are_promise_and_penalty(later: str, earlier: str) -> bool:
    """Tell if one of two texts says what is to be where a promise fails, and the other does not speak of that.

    Who speaks of money, or names again what is given, repeats the penalty.
    """
    if is_penalty(later):
        return not is_penalty(earlier)
    return is_penalty(earlier) and _OF_MONEY.search(later) is None


def is_penalty(text: str) -> bool:
    """Tell if a text says what is to be where a promise fails; who says first what is promised repeats that.

    The condition stands before what is given for it, or after: "you pay nothing if we are late".
    """
    if _MISSED.match(text):
        return True
    if failed := _FAILED_FIRST.match(text):
        return _GIVEN.search(text, failed.end(), failed.end() + _BESIDE) is not None
    given = _GIVEN_FIRST.match(text)
    return given is not None and _FAILED.search(text, given.start(), given.end()) is not None
