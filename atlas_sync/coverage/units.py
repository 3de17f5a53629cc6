"""Words for what is counted and by what: currencies, spans of time and rates, in the commonest languages of business.

All are folded: lower case, without accents.
"""

from __future__ import annotations

from decimal import Decimal

__all__ = ["CURRENCIES", "LAST_WORDS", "OF_MANY", "RATE_ADVERBS", "RATE_LETTERS", "RATE_WORDS", "TIME_UNITS", "UNITS"]

CURRENCIES = {
    word: code
    for code, spellings in {
        "eur": "€ eur euro euros",
        "usd": "$ usd dollar dollars",
        "gbp": "£ gbp pound pounds",
        "chf": "chf franken francs",
        "zar": "zar r rand",
        "inr": "₹ inr rs rupees",
        "sek": "sek kr kronor",
        "nok": "nok",
        "dkk": "dkk",
        "pln": "pln zl zloty",
        "czk": "czk",
        "aud": "aud",
        "cad": "cad",
        "sgd": "sgd",
    }.items()
    for word in spellings.split()
}
_KRONOR, _DOLLARS = ("sek", "nok", "dkk"), ("usd", "aud", "cad", "sgd")
OF_MANY = {"kr": _KRONOR, "kronor": _KRONOR, "$": _DOLLARS, "dollar": _DOLLARS, "dollars": _DOLLARS}
"""Words that many countries have for their own currency."""
TIME_UNITS = {
    word: (group, Decimal(scale))
    for group, scale, spellings in (
        ("seconds", "0.001", "ms millisecond milliseconds"),
        ("seconds", "1", "s sec secs second seconds sekunden secondes segundos"),
        ("seconds", "60", "min mins minute minutes minuten minutos minuti"),
        ("seconds", "3600", "h hr hrs hour hours stunde stunden heures horas ore uur"),
        ("seconds", "3600", "std godz godzin timmar tuntia saat"),
        ("days", "1", "d wd day days tag tage tagen werktage jours dias giorni dagen dage dagar dni siku"),
        ("days", "1", "bd dzien dny dnu paeivaeae guen zile dygn"),
        ("days", "7", "wk wks week weeks woche wochen semaines semanas settimane weken uger uker veckor tygodni"),
        ("days", "7", "wo tyg tydnu tydny vk viikkoa hafta saptamani"),
        ("months", "1", "mo mth mths month months monat monate monaten mois meses mesi maanden"),
        ("months", "1", "mdr mnd maaneder maneder manader mies miesiace miesiecy miezi mesicu luni honap"),
        ("months", "12", "y yr yrs year years jahr jahre jahren ans annees anos anni jaar jr lata lat vuotta"),
    )
    for word in spellings.split()
}
LAST_WORDS = frozenset(("std", "wo", "jr", "vk"))
"""Units that are read as such only at the end of what is said: 2 jr developers are no years."""
_SPANS = {
    ("seconds", 3600): "hour",
    ("days", 1): "day",
    ("days", 7): "week",
    ("months", 1): "month",
    ("months", 12): "year",
}
RATE_WORDS = {
    **{word: span for word, (group, scale) in TIME_UNITS.items() if (span := _SPANS.get((group, int(scale))))},
    **{
        word: span
        for span, spellings in (
            ("day", "jour dia giorno dag"),
            ("week", "semaine semana settimana uge uke vecka tydzien"),
            ("month", "mes mese maand maaned manad miesiac"),
            ("quarter", "quarter quartal trimestre trimestr"),
            ("year", "ano anno annee rok"),
        )
        for word in spellings.split()
    },
}
RATE_ADVERBS = {
    word: span
    for span, spellings in (
        ("week", "weekly woechentlich"),
        ("month", "monthly monatlich mensuel mensuels mensuelle mensual"),
        ("quarter", "quarterly vierteljaehrlich trimestriel"),
        ("year", "yearly annually jaehrlich annuel annuels annuelle anual pa"),
    )
    for word in spellings.split()
}
RATE_LETTERS = {"a": "year", "m": "month"}
UNITS = {
    spelling: unit
    for unit, spellings in (
        ("person", "person persons people pax heads participants users user personen personas personnes"),
        ("centimetre", "cm centimetre centimetres centimeter centimeters zentimeter"),
        ("millimetre", "mm millimetre millimetres millimeter millimeters"),
        ("kilogram", "kg kilo kilos kilogram kilograms kilogramm"),
        ("square", "square sqm qm"),
        ("decibel", "db dba decibel decibels dezibel"),
        ("lux", "lx lux"),
        ("megabit", "mbit mbits mbps megabit megabits"),
        ("kilowatt", "kw kilowatt kilowatts"),
        ("litre", "l litre litres liter liters ltr"),
    )
    for spelling in spellings.split()
}
"""Words for one unit, which else would count different things."""
