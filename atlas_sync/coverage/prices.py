"""What a text says of a price beside its sums: free, fixed, at most, never, by effort, with tax or without.

What two texts name in figures is compared elsewhere. Tables are folded as `fold` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from atlas_sync.canonical.model import PromiseKind
from atlas_sync.canonical.normalize import fold
from atlas_sync.coverage.compared import Comparison
from atlas_sync.coverage.cues import FREE, NEGATION, PAID_FOR
from atlas_sync.coverage.figures import figures_of
from atlas_sync.coverage.quantity import Quantity
from atlas_sync.coverage.refusals import OF_DEGREE, SHORT_NOT
from atlas_sync.coverage.statements import terms_of
from atlas_sync.coverage.terms import free_in
from atlas_sync.coverage.text import MAX_TEXT, unwrapped, words
from atlas_sync.coverage.units import RATE_WORDS

__all__ = ["prices_held", "says_as_firmly", "sums_for_free"]

_TAX = (
    r"(?:value[ -]added tax|(?:sales )?tax(?:es)?|vat|gst|mwst|ust|mehrwertsteuer|umsatzsteuer|tva|iva|btw|moms)\b\.?"
)
_RATE = r"(?:of |the |de |la |der |gesetzlich\w{0,2} |[0-9]{1,2}(?:[.,][0-9])? ?% ?){0,3}"
_WITH = r"(?:incl(?:u\w{1,6})?|inkl(?:usive)?|einschliesslich|enthalten|comprise?|inbegrepen)\b\.?"
_APART = (
    r"(?:plus|excl(?:u\w{2,6})?|exkl(?:usive)?|ex|without|before|net of|zzgl|zuzueglich|ohne|hors|mas|senza|sin)\b\.?"
)
_NOT_WITH = r"(?:not included|excluded|extra|on top|added|apart|nicht enthalten|non comprise?)\b"
_BEHIND_SUM = r"(?:(?<=[0-9] )|(?<=[0-9]k )|(?<=eur )|(?<=euro )|(?<=euros )|(?<=usd )|(?<=gbp )|(?<=chf ))"
_GROSS = rf"{_BEHIND_SUM}(?:gross|brutto|bruto)\b|\bgross (?:price|fee|sum|amount)\b|\bbruttopreis\b"
_WITH_TAX = re.compile(rf"\b{_WITH} ?{_RATE}{_TAX}|\b{_TAX} (?:is |are |ist |est )?{_WITH}|\bttc\b|{_GROSS}")
_TAX_APART = re.compile(rf"(?:\bnot {_WITH}|\b{_APART}|\+) ?{_RATE}{_TAX}|\b{_TAX} (?:is |are |ist |wird )?{_NOT_WITH}")
_WAIVED = re.compile(
    r"(?<!not )\b(?:free of charge|for free|(?:is|are|stays?|remains?) free(?: of charge)?(?! (?:to\b(?! you)|from\b|of\b|"
    r"on (?:the )?(?:[0-9]|(?:mon|tues|wednes|thurs|fri|satur|sun)day)))|waived?|complimentary|on the house|"
    r"(?:no|without|at no|for no) (?:extra )?(?:charge|cost)|(?:not|nothing) (?:be )?charged|costs? (?:you )?nothing|"
    r"kosten(?:los|frei)\w{0,2}|gratis|gratuit\w{0,2}|sans frais|sin (?:coste|cargo)|senza costi|kosteloos)\b"
)
"""Words by which a thing costs nothing; what is included may be paid with what it comes with."""
_IS_FREE = re.compile(r"(?:is|are|stays?|remains?) free")
"""Words that say so of a price alone: a room that is free may be had."""
_IS = re.compile(r"\b(?:is|are|be|stays?|remains?|ist|sind|wird|werden|est|sont|son|sono)\b")
_AND = re.compile(
    r"\b(?:and|but|und|aber|et|mais|y) (?:we|i|then|also|will|wir|dann|auch|nous|luego)\b|[.;] |\bincl(?:uding)?\b\.?"
)
_BESIDE = re.compile(r", (?:and|plus|und|et|y) (?=(?:an?|one|eine?n?|une?|una?) )|(?=\bspare\b)")
"""What comes beside a thing, and is another one whatever is said of it: "tills, and a spare one"."""
_BOTH = re.compile(r"\b(?:are|sind|sont|son|sono)\b")
_AT_FIRST = re.compile(r" for the (first)\b")
_PRICE = r"(?:price|fee|cost|charge|rate|sum|amount|preis|gebuehr|prix|precio|prezzo|prijs|preco)\w{0,2}"
_COSTS = re.compile(rf"\b{_PRICE}\b|preis\b|gebuehr\b")
_INCLUDED = re.compile(r"(?<!not )\bincl\b")
_THING = r"\b\.? (?:(?:the|an?|der|die|das|den|dem) )?([a-z]+)"
_ALONG = re.compile(rf"\b(?:incl|inkl|including|inklusive){_THING}")
_WITH_IT = re.compile(rf"\b(?:incl|inkl|including|inklusive|with|mit){_THING}")
"""What comes along with a thing: one text may say "incl. support" and the other "with support"."""
_PAID_TOO = re.compile(
    rf"{PAID_FOR.pattern}|\b(?:on top|extra|zusaetzlich\w{{0,2}}|gesondert|at cost|on request|auf anfrage)\b"
)
"""Words by which what comes along is paid for besides."""
_FIRM = (
    r"(?:(?<!\ba )(?<!\bthe )\bflat(?= (?:for|per|a)\b|[.,;:)]|$)|"
    r"\b(?:unchanged|unveraendert\w{0,2}|inchangee?s?|sin cambios|invariat[oaie]|ongewijzigd|inalterad[oa]s?|frozen|"
    r"lump sums?|flat (?:rate|fee|price)s?|(?:fix|fest)preise?|pauschal\w{0,3}|forfait\w{0,6})\b)"
)
_FIX = r"(?:fix(?:ed|e|[oa]s?)?|fest(?:e[nrs]?)?|fij[oa]s?|fiss[oiae]|vaste)"
_FIXED = re.compile(rf"{_FIRM}|\b{_FIX}\b")
_NOT_DENIED = "".join(
    rf"(?<!\b{word} )"
    for word in ("no", "not", "not a", "kein", "keine", "keinen", "nicht", "ohne", "without", "pas de", "sin")
)
_FIXED_PRICE = re.compile(
    rf"{_NOT_DENIED}(?:"
    r"\bfix(?:ed)?[ -](?:price|fee|cost|rate|sum)s?\b|\b(?:price|fee|cost|sum) (?:is|stays|remains) fixed\b|\blump sums?\b|"
    r"\bflat (?:fee|price)s?\b|\b(?:fix|fest|feste[nrs]? )preise?\b|\bpauschal\w{0,3}\b|\bprix (?:fixe|forfaitaire)s?\b|"
    r"\bprecios? (?:fij|cerrad)os?\b|\bprezz[oi] fiss[oi]\b|\bvaste prijs\b|\bpreco fixo\b)"
)
_IS_FIXED = (
    rf"(?<!date )(?<!dates )(?<!not )(?<!nicht )\b{_FIX}(?= ?(?:[.,;:)(]|$)| (?:for|until|at|over|per|fuer|bis|bei)\b)"
)
_OF_PRICE = rf"\b{_PRICE}\b(?:[^,;:]|,(?=[0-9])|, [^,;:]{{1,30}},){{0,40}}?"
"""A price with what it is of: not with another subject behind a comma, as in "the price may rise, the team is fixed"."""
_OF_SUM = r":(?= ?(?:[a-z]{3} )?[^\sa-z]?[0-9])(?:[^,;:(]|,(?=[0-9])){1,60}[,(] ?"
"""The sum behind a price and a colon, up to what is said of it: "price: EUR 24,000 for all sites, fixed"."""
_THINGS = (
    r" (?:for|of|fuer|von|de|des|per|voor|van)(?: [\w-]+){1,3}"
    r"(?:, ?(?!(?:the|our|your|der|die|das|les?|la)\b)[\w-]+(?: [\w-]+){0,2}){1,5}"
    r",? (?:and|und|et|y|e|en)(?: [\w-]+){1,5} "
)
"""What a price is of, in a row, and no other subject: "the price of mail varies, the team and the dates are fixed"."""
_ONE = r"(?:price|fee|cost|charge|rate|sum|amount|preis|gebuehr|prix|precio|prezzo|prijs|preco)"
_OF_ROW = (
    rf"\b{_ONE}{_THINGS}(?:is|stays|remains|ist|bleibt|est|reste|es)|"
    rf"\b(?:prix|{_ONE}\w{{1,2}}){_THINGS}(?:are|stay|remain|sind|bleiben|sont|restent|son)"
)
_AT_FIXED_PRICE = re.compile(
    rf"{_FIXED_PRICE.pattern}|{_NOT_DENIED}{_FIRM}|\bfix(?:ed)? \w+ {_PRICE}\b|{_OF_PRICE}[,:]? ?{_IS_FIXED}|"
    rf"{_OF_PRICE}{_OF_SUM}{_IS_FIXED}|(?:{_OF_ROW}) {_IS_FIXED}|"
    rf"[0-9k] ?(?:eur|euros?|usd|gbp|chf|francs?|pounds?|dollars?|gross|net|brutto|netto)?"
    rf"(?:[ ,(]{{1,4}}all[ -]in(?:clusive)?)?[ ,(]{{1,4}}{_IS_FIXED}|"
    rf"{_OF_PRICE}(?<!date)(?<!dates) (?:is|are|stays?|remains?|ist|sind|est|sont) {_FIX} (?:and|und|et)\b|"
    r"\b(?:fixed|fest|fix) (?:at|with|bei|auf|zu|mit)? ?(?:(?:eur|usd|gbp|chf)\b|[^\sa-z]{0,2}[0-9])"
)
"""Words by which it is the price that is fixed, not a team or a date."""
_BY_EFFORT = re.compile(
    r"\btime (?:and|&) materials?\b|\bt ?& ?m\b|\b(?:by|at) (?:the )?(?:actual )?(?:hours?|effort|time spent)\b|"
    r"\bnach (?:aufwand|stunden)\b|\ben regie\b|\bau temps passe\b|\bpor horas\b|\ba consuntivo\b|\bop (?:nacalculatie|regie)\b"
)
_AT_MOST = re.compile(
    rf"{_BEHIND_SUM}max\b|"
    r"\bmax(?=[.:]? ?(?:of |price|fee|cost|preis|(?:eur|euros?|usd|gbp|chf)\b|[^\sa-z]{0,2}[0-9]))|"
    r"\b(?:cap(?:s|ped)?|ceilings?|at most|max(?:imum|imal)|upper limit|hoechst(?:grenze|betrag|preis)|"
    r"(?:no|not) more than|(?:not|never) (?:to )?exceed\w{0,3}|"
    r"limited to|hoechstens|gedeckelt|obergrenze|plafonn\w{1,4}|au plus|como maximo|al massimo|hoogstens|maximaal|no maximo)\b"
)
_ON_TOP = re.compile(
    r"\b(?:additional|further|beyond|above|exceeding|optional\w{0,2}|extra (?=[a-z])|weitere\w?|zusaetzlich\w{0,2}|"
    r"supplementaires?|adicional\w{0,2}|aggiuntiv\w|aanvullend\w?|mehr(?:aufwand|leistung)|meerwerk|avenants?)"
)
"""Words by which a clause is on what comes on top of what was agreed."""
_CHANGE = r"(?P<what>changes?|aenderung\w{0,6}|modifications?|modificacion\w{0,2}|modifiche|wijziging\w{0,2}|alterac\w{2,4})\b"
_CHANGES = re.compile(
    rf"(?:^[\W\d]*|[,;:(] ?(?=[^,;]{{0,100}}(?:[0-9]|{_BY_EFFORT.pattern}))|\b(?:for|on|of|bei|fuer|von|pour|para|voor) )"
    rf"(?:(?:for|on|to|any|all|each|the|later|bei|fuer|alle) ){{0,3}}{_CHANGE}(?! (?:are |is )?included)"
)
"""Changes that a clause is on, or that are priced in it; not such as may come."""
_PAID_AFTER = re.compile(
    r"\b(?:payable|due|invoiced?|billed|paid|payment|charged)"
    r"(?: within| only| net| [0-9]+| days?| weeks?| months?){0,3} after\b"
)
_PAID_AT = re.compile(
    r"\b(?:payable|due|invoiced?|billed|paid|payment|charged)(?: [^\s.;,]+){0,3} (?:after|on|upon|at)(?: [\w-]+){1,4}"
)
_AFTER = re.compile(r"\bafter((?: [\w-]+){1,4})")
_ADVERBS = {
    "hour": r"hourly|stuendlich",
    "day": r"daily|taeglich",
    "week": r"weekly|woechentlich",
    "month": r"p\. ?m\b|monthly|monatlich|mensuel\w{0,6}|mensual\w{0,5}|mensil\w{1,5}|maandelijks",
    "quarter": r"quarterly|quartalsweise|vierteljaehrlich|trimestr\w{2,7}",
    "year": r"p\. ?a\b|yearly|annual(?:ly)?|jaehrlich|annuel\w{0,6}|anual\w{0,5}|annual[ei]|jaarlijks",
}
_SPAN = "|".join(RATE_WORDS)
_PER = (
    rf"(?:\b(?:(?:per|pro)(?: (?:named|registered|single|active|concurrent))?|by the|each|every) |/ ?)[a-z]\w*"
    rf"(?: (?:and|und|et|y) (?:{_SPAN})\b)?|\b(?:an?|je|par|por|al) (?:{_SPAN})"
)
_RHYTHM = rf"(?:\b(?:{'|'.join(_ADVERBS.values())})|{_PER})\b"
_RHYTHMS = re.compile(rf"(?:\b(?:{'|'.join(f'(?P<{span}>{words})' for span, words in _ADVERBS.items())})|{_PER})\b")
_AND_PER = re.compile(r" (?:and|und|et|y) ")
_NOT_THIS_RHYTHM = re.compile(
    rf"(?:, ?(?:and |und |et )?(?:not|never|nicht|pas|no|non|niet)|,? (?:instead of|rather than|statt)) {_RHYTHM}"
    rf"(?:(?:,| or| nor| oder| ou) {_RHYTHM}){{0,2}}(?!,? but)"
)
"""The rhythm that one says a price has not, beside the one it has: "monthly, not yearly"."""
_DISCOUNT = re.compile(r"\b(?:discount|rabatt|nachlass|remise|descuento|sconto|korting|desconto)\b")
_ALL = 100


@dataclass(frozen=True, slots=True)
class _Terms:
    """The words of a text for each thing that it says of a price, None where it does not; `sums` are those above nothing.

    `but_payment` are all words but those of when it is paid.
    """

    free: str | None
    waived: str | None
    waived_of: frozenset[str]
    along: frozenset[str]
    with_it: frozenset[str]
    paid_too: str | None
    fixed: str | None
    fixed_price: str | None
    at_fixed_price: str | None
    by_effort: str | None
    at_most: str | None
    never: str | None
    rhythms: frozenset[str]
    not_rhythms: frozenset[str]
    on_top: frozenset[str]
    after: frozenset[str]
    but_payment: frozenset[str]
    with_tax: str | None
    tax_apart: str | None
    share: str | None
    sums: tuple[Quantity, ...]


def says_as_firmly(text: str, clause: str) -> bool:
    """Tell if a clause says of its price what a text says: that it is free, fixed, at most so much, or not to be.

    What a thing costs is not what was said of it, so a clause with a sum holds no text without any figure.
    """
    ours, theirs = _terms_of(text), _terms_of(clause)
    if any(not one.agrees for one in prices_held(text, clause)) or (ours.with_tax and not theirs.with_tax):
        return False
    if ours.not_rhythms and not _has_rhythm(ours, theirs, clause):
        return False
    if ours.free and not _comes_along(ours, theirs):
        return theirs.free is not None
    firm = (theirs.at_fixed_price if ours.fixed_price else theirs.fixed) or theirs.never
    if (ours.at_most and not (theirs.at_most or firm)) or (ours.fixed and not firm):
        return False
    if ours.never and not (firm or theirs.free):
        return False
    return bool(figures_of(text).quantities) or not (theirs.sums or theirs.share)


def _has_rhythm(ours: _Terms, theirs: _Terms, clause: str) -> bool:
    """Tell if a clause counts its price as a text says, or by nothing that the text rules out."""
    if theirs.rhythms:
        return ours.rhythms <= theirs.rhythms and ours.not_rhythms.isdisjoint(theirs.rhythms)
    return terms_of(" ".join(ours.not_rhythms)).isdisjoint(terms_of(clause))


def _comes_along(ours: _Terms, theirs: _Terms) -> bool:
    """Tell if a clause has what a text includes, and asks for no more than the text does."""
    asked = {one.value for one in theirs.sums} - {one.value for one in ours.sums}
    is_paid = ours.waived or theirs.by_effort or theirs.paid_too or asked
    return bool(ours.along) and ours.along <= theirs.with_it and not is_paid


def prices_held(text: str, clause: str) -> Iterator[Comparison]:
    """Yield where a clause is as fixed or taxed as a text says, or the opposite: by effort, with tax on top.

    A clause on changes or further work says nothing of what was agreed.
    """
    ours, theirs = _terms_of(text), _terms_of(clause)
    if ours.fixed_price and theirs.at_fixed_price and not theirs.by_effort:
        yield Comparison("charge", agrees=True, said=ours.fixed_price, planned=theirs.at_fixed_price)
    elif ours.fixed_price and theirs.by_effort and not (ours.by_effort or _is_on_top(text, theirs)):
        yield Comparison("charge", agrees=False, said=ours.fixed_price, planned=theirs.by_effort)
    if (ours.with_tax and ours.tax_apart) or (theirs.with_tax and theirs.tax_apart):
        return
    for said, planned in ((ours.with_tax, theirs.tax_apart), (ours.tax_apart, theirs.with_tax)):
        if said and planned:
            yield Comparison("charge", agrees=False, said=said, planned=planned)


def sums_for_free(text: str, clause: str, kind: PromiseKind) -> Iterator[Comparison]:
    """Yield the sum that a clause asks for what a text says costs nothing; both are to speak of the very same thing.

    What "is free" costs nothing where a price was promised; of anything else it may be said that it can be had.
    """
    ours, theirs = _terms_of(text), _terms_of(clause)
    if not ours.waived or (kind != "price" and _IS_FREE.fullmatch(ours.waived)):
        return
    is_asked = theirs.sums and not (ours.sums or theirs.free or _is_on_top(text, theirs))
    if is_asked and (not ours.waived_of or ours.waived_of & terms_of(clause)):
        yield Comparison("charge", agrees=False, said=ours.waived, planned=theirs.sums[0].shown)


def _is_on_top(text: str, theirs: _Terms) -> bool:
    """Tell if a clause is on what comes on top of what a text says, or after it: the portal after the pilot."""
    return not (theirs.on_top <= terms_of(text) and theirs.after.isdisjoint(_terms_of(text).but_payment))


def _waived_of(folded: str) -> frozenset[str]:
    """Give what of several things costs nothing: "20 tills, and we train you for free"; nothing where it may be all."""
    hit = _WAIVED.search(folded)
    if not hit:
        return frozenset()
    if at_first := _AT_FIRST.match(folded, hit.end()):
        return terms_of(at_first[1])
    *others, beside = _BESIDE.split(folded[: hit.start()])
    if others and not _BOTH.search(folded, 0, hit.end()):
        return terms_of(beside)
    if _IS.search(folded, 0, hit.end()):
        return frozenset()
    return terms_of(_AND.split(folded[: hit.start()])[-1])


@lru_cache(maxsize=4096)
def _terms_of(text: str) -> _Terms:
    folded = fold(unwrapped(text[:MAX_TEXT]))
    rest = _WITH_TAX.sub(" ", _TAX_APART.sub(" ", folded))
    rhythms = _rhythms_of(kept := _NOT_THIS_RHYTHM.sub(" ", rest))
    figures = figures_of(text)
    read = figures.quantities
    bare = next((shown for value, shown in figures.bare if not value), None)
    nothing = next((one.shown for one in read if _is_nothing(one, rest)), None)
    return _Terms(
        free=free_in(rest) or _found(_INCLUDED, rest) or nothing or bare,
        waived=_found(_WAIVED, rest) or nothing or (bare if _COSTS.search(rest) else None),
        waived_of=_waived_of(rest),
        along=frozenset(_ALONG.findall(rest)),
        with_it=frozenset(_WITH_IT.findall(rest)),
        paid_too=_found(_PAID_TOO, rest),
        fixed=_found(_FIXED, rest),
        fixed_price=_found(_FIXED_PRICE, rest),
        at_fixed_price=_found(_AT_FIXED_PRICE, rest),
        by_effort=_found(_BY_EFFORT, rest),
        at_most=_found(_AT_MOST, rest),
        never=_never(kept if rhythms else rest),
        rhythms=rhythms,
        not_rhythms=_rhythms_of(" ".join(_NOT_THIS_RHYTHM.findall(rest))),
        on_top=_on_top(rest),
        after=frozenset().union(*map(terms_of, _AFTER.findall(_PAID_AFTER.sub(" ", rest)))),
        but_payment=terms_of(_PAID_AT.sub(" ", rest)),
        with_tax=_found(_WITH_TAX, _TAX_APART.sub(" ", folded)),
        tax_apart=_found(_TAX_APART, folded),
        share=next((one.shown for one in read if one.kind == "share"), None),
        sums=tuple(one for one in read if one.kind == "money" and one.value),
    )


def _rhythms_of(folded: str) -> frozenset[str]:
    """Give the spans or things by which a price is counted, in one word for each: a month for "monthly" and "per month"."""
    found: set[str] = set()
    for hit in _RHYTHMS.finditer(folded):
        named = [re.split("[ /]", one)[-1] for one in _AND_PER.split(hit.group())]
        found.update([hit.lastgroup] if hit.lastgroup else (RATE_WORDS.get(word, word) for word in named))
    return frozenset(found)


def _on_top(folded: str) -> frozenset[str]:
    changes = (hit["what"] for hit in _CHANGES.finditer(folded))
    return terms_of(" ".join((*_ON_TOP.findall(folded), *changes)))


def _found(pattern: re.Pattern[str], folded: str) -> str | None:
    hit = pattern.search(folded)
    return hit.group().strip() if hit else None


def _is_nothing(one: Quantity, folded: str) -> bool:
    """Tell if a quantity says that nothing is to be paid: EUR 0.00, or all of it as discount."""
    if one.kind == "money":
        return not one.value
    return one.kind == "share" and one.value == _ALL and _DISCOUNT.search(folded) is not None


def _never(folded: str) -> str | None:
    """Give the word by which a text says no to something; not of a bound, or of a charge."""
    said = words(SHORT_NOT.sub(" not", FREE.sub(" ", _AT_MOST.sub(" ", folded))))
    beside = zip_longest(said, said[1:], fillvalue="")
    return next((word for word, then in beside if word in NEGATION and then not in OF_DEGREE), None)
