"""Keys for comparing what people type: e-mails, domains, names of people and companies. Total functions only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from atlas_sync.canonical.hosts import FREE_MAIL, PAGE_HOSTS, SITE_HOSTS

__all__ = [
    "GENERATIONS",
    "LEGAL_FORMS",
    "UNNAMED",
    "client_key",
    "company_key",
    "domain_of",
    "email_key",
    "fold",
    "is_shared_mailbox",
    "legal_forms",
    "month_comes_first",
    "name_block",
    "name_key",
    "person_key",
    "shown_name",
    "site_domain",
    "spelt_plainly",
    "surname",
]

UNNAMED = "unnamed"
"""What a connector calls a record that has no name: nothing is compared by it."""
_NO_NAMES = frozenset(
    "anonymous anonym anonyme anonimo inconnu inconnue unknown unbekannt unbekannte unbekannter desconocido desconocida "  # noqa: SIM905 - a list to read
    "desconhecido desconhecida sconosciuto sconosciuta onbekend ukendt ukjent okaend nieznany neznamy ismeretlen bilinmiyor "
    "unnamed noname namenlos tba tbc tbd xxx null undefined dummy".split()
)
_NO_NAME_PHRASES = frozenset(
    "not provided, not available, not known, not given, not specified, not set, no name, no last name, no first name, "  # noqa: SIM905 - a list to read
    "n a, n a n a, test, test test, test user, test contact, test kontakt, test person, unknown user, unknown "
    "contact, unknown name, anonymous user, former user, deleted user, inactive user, deactivated user, unassigned, "
    "nicht angegeben, nicht bekannt, keine angabe, kein name, ohne name, ehemaliger benutzer, ehemaliger nutzer, non "
    "renseigne, sans nom, sin nombre, sem nome, senza nome, geen naam, niet bekend, ancien utilisateur, usuario "
    "anterior, ex utente, first last, vorname nachname, first name last name, firstname lastname, vorname "
    "name".split(", ")
)
"""What is written where a name is asked for and none is known."""

GENERATIONS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(("sr", "snr", "sen", "senior", "pere"), 1)
    | dict.fromkeys(("jr", "jnr", "jun", "junior", "fils", "filho", "figlio", "hijo", "ii"), 2)
    | {"iii": 3, "iv": 4}
)
"""Words behind a full name that tell a father from a son, with the place of each; the second of a name may be junior."""
_NAMES_TOO = frozenset(("sen", "jun", "pere"))
"""Those of them that are names as well, unless a point shortens them."""

_SHARED = frozenset(
    "info office contact kontakt hello hallo mail post sales vertrieb verkauf support service help helpdesk billing invoices "  # noqa: SIM905 - a list to read
    "accounts accounting buchhaltung rechnung finance einkauf purchasing procurement orders team admin it hr jobs marketing "
    "press reception empfang zentrale noreply no-reply donotreply webmaster postmaster enquiries enquiry projects".split()
)

LEGAL_FORMS = frozenset(
    "ag as ab aps bv co company corp corporation gmbh inc incorporated kg limited llc llp ltd mbh nv oy oyj plc sa sarl "  # noqa: SIM905 - a list to read
    "sas se spa srl".split()
)
"""Words that no company is told by."""
_ONE_FORM = {
    "company": "co",
    "corporation": "corp",
    "incorporated": "inc",
    "limited": "ltd",
    "mbh": "gmbh",
}

_TITLES = frozenset(
    ("dr", "prof", "professor", "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "herr", "frau", "ing", "dipl")
)
_WORD = re.compile(r"[^\W_]+")
_SPELT = str.maketrans(
    {"ß": "ss", "æ": "ae", "ø": "o", "å": "a", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "œ": "oe", "ı": "i"}
)
_PLAINER = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("dt", "t"), ("th", "t"))
_REPEATED = re.compile(r"(.)\1+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def fold(text: str) -> str:
    """Give the text in lower case without accents; German umlauts become two letters, as people type them.

    >>> fold("Köhler"), fold("Łukasz Åberg")
    ('koehler', 'lukasz aberg')
    """
    if text.isascii():
        return text.casefold()
    lowered = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    spelt = unicodedata.normalize("NFKD", lowered.translate(_UMLAUTS).translate(_SPELT))
    return "".join(char for char in spelt if not unicodedata.combining(char)).casefold()


def email_key(email: str | None) -> str | None:
    """Give an address in lower case, None where it is none.

    >>> email_key(" Ruth.Amadi@Pellworth.Example "), email_key("n/a")
    ('ruth.amadi@pellworth.example', None)
    """
    address = (email or "").strip().lower()
    name, at, domain = address.partition("@")
    return address if name and at and "." in domain and " " not in address else None


def domain_of(email: str | None) -> str | None:
    """Give the domain of an address that tells an employer; None for free mail and for no address."""
    address = email_key(email)
    domain = address.rpartition("@")[2] if address else None
    return None if domain in FREE_MAIL else domain


def site_domain(site: str | None) -> str | None:
    """Give the domain of a company's site, where it tells the company; None for free mail and where many have a page.

    >>> site_domain("Pellworth.example"), site_domain("de-de.facebook.com"), site_domain("pellworth.wixsite.com")
    ('pellworth.example', None, 'pellworth.wixsite.com')
    """
    domain = domain_of(f"x@{site}" if site else None)
    if not domain or domain in SITE_HOSTS or any(f".{domain}".endswith(f".{host}") for host in PAGE_HOSTS):
        return None
    return domain


def is_shared_mailbox(address: str) -> bool:
    """Tell if an address is read by several people, by its name: it says nothing about who somebody is.

    >>> is_shared_mailbox("info@pellworth.example"), is_shared_mailbox("ruth@pellworth.example")
    (True, False)
    """
    return address.partition("@")[0].partition("+")[0].lower() in _SHARED


def company_key(name: str) -> str:
    """Give a company's name without legal form and punctuation, "&" and "+" as "and".

    >>> company_key("Pellworth & Daughters Ltd") == company_key("Pellworth and Daughters, Limited")
    True
    """
    words = _WORD.findall(fold(name.replace("&", " and ").replace("+", " and ")))
    kept = [word for word in words if word not in LEGAL_FORMS]
    return " ".join(kept or words)


def client_key(name: str, domain: str | None) -> str:
    """Give a company's key as a record's; empty where it has no name but its domain or an address.

    >>> client_key("Nordwerk GmbH", "nordwerk.example"), client_key("Nordwerk.example", "nordwerk.example")
    ('nordwerk', '')
    """
    is_name = name.lower() not in {UNNAMED, (domain or "").lower()} and email_key(name) is None
    return company_key(name) if is_name else ""


def legal_forms(name: str) -> frozenset[str]:
    """Give the legal forms in a company's name, each in one spelling.

    >>> legal_forms("Pellworth Limited") == legal_forms("Pellworth Ltd"), legal_forms("Pellworth")
    (True, frozenset())
    """
    return frozenset(_ONE_FORM.get(word, word) for word in _WORD.findall(fold(name)) if word in LEGAL_FORMS)


@lru_cache(maxsize=1 << 16)
def person_key(name: str) -> str:
    """Give a person's name without titles and punctuation, words in the order given; "Last, First" is turned round.

    >>> person_key("Köhler, Dr. Margarethe")
    'margarethe koehler'
    """
    if name.count(",") == 1:
        last, first = name.split(",")
        name = f"{last} {first}" if _is_generation(first) else f"{first} {last}"
    words = _WORD.findall(fold(name))
    kept = [word for word in words if word not in _TITLES]
    return " ".join(kept or words)


def _is_generation(text: str) -> bool:
    return fold(text).strip(" .") in GENERATIONS


def name_key(name: str) -> str:
    """Give a person's key; empty for an address, and for what is written where no name is known: they tell nobody.

    The address of a mailbox that many read is the name of the mailbox.

    >>> name_key("Ruth Amadi"), name_key("ruth@pellworth.example"), name_key("[not provided]"), name_key("Unknown Unknown")
    ('ruth amadi', '', '', '')
    """
    key = person_key(name)
    if address := email_key(name):
        return key if is_shared_mailbox(address) else ""
    return "" if key in _NO_NAME_PHRASES or set(key.split()) <= _NO_NAMES else key


def name_block(name: str) -> str | None:
    """Give what names that are nearly one share: the first letter, and the family name however it is spelt.

    >>> name_block("Jürgen Müller jun.") == name_block("J. Muller"), name_block("Prince")
    (True, None)
    """
    first, *others = name_key(name).split() or [""]
    lowered = name.lower()
    families = [
        word for word in others if word not in GENERATIONS or (word in _NAMES_TOO and f"{word}." not in lowered)
    ]
    return f"{first[0]} {spelt_plainly((families or others)[-1])}" if others and not email_key(name) else None


def spelt_plainly(word: str) -> str:
    """Give a folded name in the fewest letters that it is spelt with, whoever cannot type an umlaut.

    >>> spelt_plainly("mueller"), spelt_plainly("schmidt"), spelt_plainly("aaberg")
    ('muler', 'schmit', 'aberg')
    """
    for letters, plain in _PLAINER:
        word = word.replace(letters, plain)
    return _REPEATED.sub(r"\1", word)


def shown_name(name: str) -> str:
    """Give a person's name in the order it is said: "Last, First" is turned round, a title goes first.

    >>> shown_name("Thode, Anke Dr."), shown_name("Ruth Amadi")
    ('Dr. Anke Thode', 'Ruth Amadi')
    """
    last, comma, first = name.partition(",")
    if not comma or not last.strip() or not first.strip() or "," in first or _is_generation(first):
        return name
    words = first.split()
    titles = [word for word in words if fold(word).rstrip(".") in _TITLES]
    return " ".join([*titles, *(word for word in words if word not in titles), *last.split()])


def surname(name: str) -> str:
    """Give the last word of a person's key; empty for a name that tells nobody."""
    return "" if email_key(name) else name_key(name).rpartition(" ")[2]


_SLASHED = re.compile(r"(?<![\w/.:-])([0-9]{1,2})/([0-9]{1,2})(/(?:20)?[0-9]{2})?(?![0-9/])")
_MONTHS, _DAYS = 12, 31
_ALWAYS = ("24", "7")


def month_comes_first(text: str) -> bool | None:
    """Tell how a text writes its slashed dates, by those that can be read in one way only; None where nothing tells.

    Dates with a year tell more than those without, which may be shares.

    >>> month_comes_first("by 5/29/2026, then 6/5/2026"), month_comes_first("29/5 and 6/5"), month_comes_first("6/5, 24/7")
    (True, False, None)
    """
    ways: dict[bool, set[bool]] = {True: set(), False: set()}
    for hit in _SLASHED.finditer(text):
        first, second = int(hit[1]), int(hit[2])
        if min(first, second) <= _MONTHS < max(first, second) <= _DAYS and hit.group(1, 2) != _ALWAYS:
            ways[hit[3] is not None].add(second > first)
    told = ways[True] or ways[False]
    return told.pop() if len(told) == 1 else None
