"""Languages: told by their small words, and by the days, months and words of a sale that are met most."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

__all__ = ["Language", "is_hardly_english", "language_of", "language_within"]

Language = Literal["en", "de", "fr", "es", "pt", "nl", "it"]

_KNOWN: Mapping[Language, frozenset[str]] = {
    "en": frozenset(
        "the and you we is are of to with that this have has will for on it not be at from your our as was they would can an in by if so "  # noqa: SIM905 - a list to read
        "a i no do me my us am or but all any more one there their been don ll ve what when which who up out".split()
    ),
    "de": frozenset(
        "der die das und ist sind nicht wir sie ich mit für auf ein eine einen dem den des zu von wird werden haben hat auch noch bei bis nach uns ihnen ihr "  # noqa: SIM905 - a list to read
        "euch dass wenn wie aus im am zum zur oder aber schon mal können bitte an in so es kein keine ohne vor ihre unser unsere dann gehen geht "
        "januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag woche morgen "
        "angebot festpreis kostenlos aufpreis schulung lieferung garantiert zugesagt versprochen reisekosten".split()
    ),
    "fr": frozenset(
        "le la les et est sont pas nous vous je avec pour sur un une des du de à au aux que qui dans ce cette ont a avons votre nos notre vos plus ne si mais "  # noqa: SIM905 - a list to read
        "être fait jusqu elle il par en on tu te d l j c n s t sans avant ou y se son sera chez "
        "janvier février avril mai juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi semaine demain "
        "devis livraison prix offerte garantie promis compris inclus gratuit supplément".split()
    ),
    "es": frozenset(
        "el la los las y es son no con para por un una de del que en se lo su sus les nos como más pero si ya le al está están hemos vamos muy este esta "  # noqa: SIM905 - a list to read
        "tenemos usted ustedes a o me te os mi sin hasta antes estará será "
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves viernes semana mañana "
        "precio entrega formación oferta personas tienda coste".split()
    ),
    "pt": frozenset(
        "o a os as e é são não com para por um uma de do da dos das que em no na se seu sua nos mas mais já ao está estão temos vamos muito este esta você "  # noqa: SIM905 - a list to read
        "vocês até foi isso sem antes estará será me "
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro segunda terça quarta quinta sexta semana amanhã "
        "preço entrega formação proposta pessoas relatório custo".split()
    ),
    "nl": frozenset(
        "de het een en van in is op te dat die voor met niet zijn wij we ik jullie je u er aan om ook als bij maar nog naar uit dan tot of onze ons deze dit "  # noqa: SIM905 - a list to read
        "wordt worden geen gaan gaat hebben heeft kunnen zullen zal door zonder na vanaf "
        "januari februari maart mei juni juli augustus oktober maandag dinsdag woensdag donderdag vrijdag week morgen "
        "leveren levert sturen stuurt offerte prijs afspraken inbegrepen kosteloos".split()
    ),
    "it": frozenset(
        "il lo la le gli i e è di del della dei delle dell un una non che per con nel nella in da dal ci vi si noi voi sono siamo ha abbiamo anche più a al alla "  # noqa: SIM905 - a list to read
        "l d entro senza prima sarà "
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre lunedì martedì mercoledì giovedì venerdì settimana domani "
        "prezzo consegna formazione offerta incluso inclusa".split()
    ),
}
_ENGLISH_TOO = _KNOWN["en"] | frozenset(
    "die met van door war pour plus son con per men des les sur par week is august november".split()  # noqa: SIM905 - a list to read
)
"""Words that English has as well: they tell of no other language."""
_ENGLISH_ONLY = _KNOWN["en"] - frozenset[str]().union(*(known for name, known in _KNOWN.items() if name != "en"))
_WORD = re.compile(r"[^\W\d_]{1,30}")
_ABROAD = re.compile(r"(?<![^\W\d_])(?!caf|na[iï]ve|r[eé]sum)[a-z]{0,20}[ß-ÿąćęłńśźżőű]")
"""A word, and no name, with a letter that English lacks."""
_ENDINGS: Mapping[Language, re.Pattern[str]] = {
    "fr": re.compile(r"(?:tion|ons|ez)\b"),
    "es": re.compile(r"(?:ción|mos|dad)\b"),
    "pt": re.compile(r"(?:ção|mos|dade)\b"),
    "it": re.compile(r"(?:zione|[aei]mo|tà)\b"),
}
"""How words end, which tells those apart that share their small words."""
_LOOKED_AT = 400
_LETTERS = 2
_FEWEST, _MARGIN = 2, 1.2


def _words_of(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text[: _LOOKED_AT * 30])[:_LOOKED_AT]]


def _own(words: Sequence[str], language: Language) -> set[str]:
    """Give the words of a language that English lacks; a lone letter may be anything."""
    own = _KNOWN[language].intersection(words) - _ENGLISH_TOO
    return {word for word in own if len(word) > 1 or not word.isascii()}


def language_of(text: str, *, beside: Language | None = None) -> Language | None:
    """Tell a text's language by its words; None where too few are known, or English and another come close.

    Another language is told by words that English lacks. Where two of those come close it is the one it stands `beside`.
    """
    words = _words_of(text)
    counts = {language: sum(word in known for word in words) for language, known in _KNOWN.items()}
    english = counts.pop("en")
    most = max(counts.values())
    if english >= _FEWEST and english > _MARGIN * most:
        return "en"
    close = [language for language in counts if _MARGIN * counts[language] >= most]
    best = max(close, key=lambda language: (language == beside, counts[language], _ends_like(text, language)))
    is_told = counts[best] > _MARGIN * english and len(_own(words, best)) >= _FEWEST
    return best if is_told else None


def _ends_like(text: str, language: Language) -> bool:
    ending = _ENDINGS.get(language)
    return ending is not None and ending.search(text[: _LOOKED_AT * 30]) is not None


def language_within(text: str, whole: Language | None) -> Language | None:
    """Tell the language of a part of a text: that of the whole, unless its own words are plain and none speaks for the whole."""
    told = language_of(text, beside=whole)
    if told is None or whole is None:
        return told or whole
    is_english = not _ENGLISH_ONLY.isdisjoint(_words_of(text))
    return whole if "en" in {told, whole} and (whole == "en") == is_english else told


def is_hardly_english(text: str) -> bool:
    """Tell if a text has no word that is English alone, and one that is of another language; two letters may be short for anything."""
    words = _words_of(text)
    if not _ENGLISH_ONLY.isdisjoint(words):
        return False
    return _ABROAD.search(text) is not None or any(
        len(word) > _LETTERS for language in _KNOWN for word in _own(words, language)
    )
