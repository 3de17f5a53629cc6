"""Languages other than English: told by their small words, and the commonest ways in which they commit.

A first cut: what it finds is for a person to look at, never decided.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from atlas_sync.extraction.units import Unit

__all__ = ["Language", "foreign_commitments", "language_of"]

Language = Literal["en", "de", "fr", "es", "pt"]

_SMALL_WORDS: Mapping[Language, frozenset[str]] = {
    "en": frozenset(
        "the and you we is are of to with that this have has will for on it not be at from your our as was they would can an in by if so".split()  # noqa: SIM905 - a list to read
    ),
    "de": frozenset(
        "der die das und ist sind nicht wir sie ich mit für auf ein eine einen dem den des zu von wird werden haben hat auch noch bei bis nach uns ihnen ihr "  # noqa: SIM905 - a list to read
        "euch dass wenn wie aus im am zum zur oder aber schon mal können bitte".split()
    ),
    "fr": frozenset(
        "le la les et est sont pas nous vous je avec pour sur un une des du de à au aux que qui dans ce cette ont a avons votre nos notre vos plus ne si mais "  # noqa: SIM905 - a list to read
        "être fait jusqu elle il par".split()
    ),
    "es": frozenset(
        "el la los las y es son no con para por un una de del que en se lo su sus les nos como más pero si ya le al está están hemos vamos muy este esta "  # noqa: SIM905 - a list to read
        "tenemos usted ustedes".split()
    ),
    "pt": frozenset(
        "o a os as e é são não com para por um uma de do da dos das que em no na se seu sua nos mas mais já ao está estão temos vamos muito este esta você "  # noqa: SIM905 - a list to read
        "vocês até foi isso".split()
    ),
}
_WORD = re.compile(r"[^\W\d_]{1,30}")
_LOOKED_AT = 400
_FEWEST, _MARGIN = 2, 1.2


def _re(text: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{text})", re.IGNORECASE)


_FORMS: Mapping[Language, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "de": (
        (
            "wir tun es",
            _re(
                r"wir (?:werden|liefern|bauen|schicken|senden|übernehmen|stellen|garantieren|kümmern|installieren|schulen|migrieren|starten|beginnen|bringen|richten|geben|machen|tauschen|"
                r"ersetzen|testen|erstellen|sorgen|halten|verzichten|berechnen (?:ihnen |euch )?nichts|sichern|verpflichten|legen|tragen)\b"
            ),
        ),
        (
            "ich tue es",
            _re(
                r"ich (?:werde|schicke|sende|bringe|sorge|komme|übernehme|garantiere|verspreche|kümmere|liefere|stelle|lasse|melde mich (?:bis|am))\b|(?:schicke|sende|bringe|liefere) ich\b"
            ),
        ),
        (
            "Sie bekommen es",
            _re(
                r"(?:sie|ihr|du) (?:bekommen|erhalten|bekommt|erhaltet|bekommst|haben bis|können sich (?:darauf )?verlassen)\b|(?:bekommen|erhalten) sie\b|(?:bekommt|erhaltet) ihr\b"
            ),
        ),
        (
            "es wird gemacht",
            _re(
                r"(?:wird|werden) (?:\S{1,30} ){0,8}(?:geliefert|installiert|übergeben|fertig|umgesetzt|geschult|live|bereitgestellt|übernommen)\b"
            ),
        ),
        (
            "gebundener Preis",
            _re(
                r"festpreis|ohne aufpreis|kostenfrei|kostenlos|ohne mehrkosten|auf unsere kosten|im preis (?:enthalten|inbegriffen|drin)|geht auf uns|gedeckelt"
            ),
        ),
        ("zugesagt", _re(r"zugesagt|versprochen|verbindlich|garantiert|zugesichert|versprechen")),
    ),
    "fr": (
        (
            "nous ferons",
            _re(
                r"nous (?:vous )?\w{2,20}(?:erons|irons|drons|rons)\b|nous (?:allons|nous engageons|livrons|prenons en charge|garantissons|installons|formons|mettons)\b|\w{2,20}(?:erons|irons|drons)-nous"
            ),
        ),
        (
            "je ferai",
            _re(
                r"je (?:vous )?\w{2,20}(?:erai|irai|drai|rai)\b|je (?:vous )?(?:envoie|livre|garantis|promets|m['’]engage|m['’]occupe)\b|on (?:vous )?(?:livre|installe|s['’]occupe|s['’]en charge|prend en charge)\b"
            ),
        ),
        ("vous aurez", _re(r"vous (?:aurez|recevrez|disposerez|pouvez compter)\b")),
        (
            "prix ferme",
            _re(
                r"sans (?:frais|supplément|surcoût)|offert(?:e|s|es)?\b|à nos frais|prix (?:ferme|fixe)|gratuit\w{0,4}|inclus(?:e|es)? dans le prix|plafonné"
            ),
        ),
        ("promis", _re(r"c['’]est promis|promis(?:e|es)?\b|garanti(?:e|s|es)?\b|nous nous engageons|engagement ferme")),
    ),
    "es": (
        (
            "lo haremos",
            _re(
                r"\w{2,20}(?:aremos|eremos|iremos)\b|vamos a \w{2,20}r(?:les?|los?|las?|os)?\b|nos (?:comprometemos|encargamos|ocupamos)\b|garantizamos\b|entregamos\b|asumimos\b"
            ),
        ),
        (
            "lo haré",
            _re(
                r"(?:les?|os|te) (?:envío|mando|entrego)\b|\w{2,20}(?:aré|eré|iré)\b|me (?:comprometo|encargo|ocupo)\b|voy a \w{2,20}r(?:les?|los?|las?|os)?\b"
            ),
        ),
        ("lo tendrán", _re(r"(?:tendrán?|recibirán?|dispondrán?|estará (?:listo|instalado|operativo))\b")),
        (
            "precio cerrado",
            _re(
                r"sin (?:coste|costo|cargo|recargo)|gratis\b|gratuito\b|precio (?:cerrado|fijo)|incluid[oa]s? en el precio|por nuestra cuenta|corre de nuestra cuenta"
            ),
        ),
        ("prometido", _re(r"prometid[oa]\b|garantizad[oa]\b|palabra\b|compromiso firme")),
    ),
    "pt": (
        (
            "faremos",
            _re(
                r"\w{2,20}(?:aremos|eremos|iremos|faremos)\b|vamos \w{2,20}r(?:-lhes?)?\b|comprometemo-nos\b|garantimos\b|entregamos\b|assumimos\b|encarregamo-nos\b|ficamos de\b"
            ),
        ),
        (
            "farei",
            _re(
                r"(?:envio|mando|entrego)(?:-lhes?|-vos)\b|\w{2,20}(?:arei|erei|irei)\b|comprometo-me\b|fico de\b|vou \w{2,20}r(?:-lhes?)?\b|encarrego-me\b"
            ),
        ),
        ("terão", _re(r"(?:terão?|terá|receberão?|receberá|estará (?:pronto|instalado|operacional))\b")),
        (
            "preço fixo",
            _re(
                r"sem (?:custo|custos|encargos)|grátis\b|gratuit[oa]s?\b|preço (?:fixo|fechado)|incluíd[oa]s? no preço|por nossa conta|à nossa custa"
            ),
        ),
        ("prometido", _re(r"prometid[oa]\b|garantid[oa]\b|palavra\b|compromisso firme")),
    ),
}
_VETOES: Mapping[Language, re.Pattern[str]] = {
    "de": _re(
        r"falls\b|wenn (?:sie|ihr)\b|vielleicht|eventuell|würden?\b|könnten?\b|prüfen|schauen|leider|können wir nicht|versuchen|unverbindlich|voraussichtlich|ohne gewähr|freuen uns"
    ),
    "fr": _re(
        r"si vous\b|peut-être|éventuellement|pourrions|pourrait|essayer|malheureusement|sous réserve|vérifier|ne pouvons pas|sans engagement"
    ),
    "es": _re(
        r"si (?:ustedes|usted|firman|nos)\b|quizás?|tal vez|podríamos|podría\b|intentar|lamentablemente|no podemos|sin compromiso|revisar"
    ),
    "pt": _re(
        r"se (?:vocês|você|assinarem|nos)\b|talvez|poderíamos|poderia\b|tentar|infelizmente|não podemos|sem compromisso|verificar"
    ),
}


def language_of(text: str) -> Language | None:
    """Tell a text's language by its small words; None where too few are known or two languages come close."""
    words = [word.casefold() for word in _WORD.findall(text[: _LOOKED_AT * 30])[:_LOOKED_AT]]
    counts = {language: sum(word in small for word in words) for language, small in _SMALL_WORDS.items()}
    best, second = sorted(counts, key=lambda language: -counts[language])[:2]
    return best if counts[best] >= _FEWEST and counts[best] > _MARGIN * counts[second] else None


def foreign_commitments(unit: Unit, *, language: Language | None = None) -> str | None:
    """Name the form in which a unit commits in German, French, Spanish or Portuguese; None in English and without one.

    `language` is that of the whole text; without it, the unit and what was said before it have to tell. What is found needs
    a person's look.
    """
    text = unit.text
    told = language or language_of(f"{unit.before} {text}")
    if told is None or told == "en" or unit.zone != "new" or text.rstrip("\"'”’)] ").endswith("?"):
        return None
    if _VETOES[told].search(text):
        return None
    return next((f"{told}: {name}" for name, form in _FORMS[told] if form.search(text)), None)
