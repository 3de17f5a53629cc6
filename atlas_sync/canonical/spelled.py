"""Numbers and months as people spell them in several languages, one table for whoever reads texts and whoever compares them.

Words that mean something else as well ("out", "once", "neuf") do not belong here: they take what stands around them.
"""

from __future__ import annotations

__all__ = ["COUNTS", "MONTHS"]

_UP_TO_NINETEEN = (
    (
        "one two three four five six seven eight nine ten "
        "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    ),
    "- zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn",
    "- - - - fuenf - - - - - - zwoelf - - fuenfzehn",
    "- deux trois quatre cinq - - huit - dix onze douze treize quatorze quinze",
    "- dos tres cuatro cinco seis siete ocho nueve diez - doce trece catorce quince",
    "- dois - quatro",
    "- duas",
    "- twee drie",
)
_TENS = (
    "twenty thirty forty fifty sixty seventy eighty ninety",
    "zwanzig dreissig vierzig funfzig sechzig",
    "- dreißig - fuenfzig",
    "vingt trente quarante cinquante soixante",
    "veinte treinta cuarenta cincuenta sesenta",
)
COUNTS: dict[str, int] = {
    word: number
    for step, lists in ((1, _UP_TO_NINETEEN), (10, _TENS))
    for words in lists
    for number, word in zip(range(step if step == 1 else 2 * step, 100, step), words.split(), strict=False)
    if word != "-"
}
MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar januari janner jaenner janvier janv enero ene gennaio janeiro",
            "february feb februar februari fevrier fevr febrero febbraio fevereiro fev",
            "march mar marz maerz mrz maart mars marzo marco",
            "april apr avril avr abril abr aprile",
            "may mai mayo maggio maio",
            "june jun juni juin junio giugno junho",
            "july jul juli juillet juil julio luglio julho",
            "august aug augustus aout agosto",
            "september sept sep septembre septiembre settembre setembro",
            "october oct oktober okt octobre octubre ottobre outubro",
            "november nov novembre noviembre novembro",
            "december dec dezember dez decembre diciembre dic dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
