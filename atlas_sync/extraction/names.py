"""Names: whom a label, a word or a pair of initials means among the people of a conversation, and whose side they are on.

A spelling that fits two people means neither; a side is known or told by an address, never guessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from atlas_sync.canonical.normalize import company_key, domain_of, fold, person_key
from atlas_sync.extraction.conversation import Attendee

__all__ = ["Directory", "directory_of"]

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_])){0,40}")
_CAPITAL = r"[A-ZÀ-Þ][a-zà-ÿ][\w’'-]{0,30}"
_FULL_NAME = re.compile(
    rf"(?<![\w.]){_CAPITAL}(?: (?:(?:da|de|del|den|der|di|do|dos|la|ter|van|von) ){{0,2}}{_CAPITAL}){{1,5}}"
)
_NICKNAME = re.compile(r"[(\"“]([^\W\d_]{2,30})[)\"”]")
_ASIDE = re.compile(r"\s{0,8}\([^()]{0,60}\)\s{0,8}")
_BEFORE_COMPANY = re.compile(r"\s[|/@–—-]\s|,\s|\s?\[")
_COMPANY = re.compile(
    r"(?:(?:(?![a-zß-ÿ])[\w&+][^\s:;!?\[\]]{0,40}|and|und|et|y|e|en|of|de|du|für|der|van)(?:\s|$)){1,6}"
)
"""What parts a name from whom it belongs to: "Lena Wirth | Kestrel", "Lena Wirth, Kestrel", "Lena Wirth [Kestrel]"."""
_PARTS_COMPANY = frozenset("|@[")
"""What nobody parts a name from a topic with."""
_JOB = re.compile(
    r"(?:(?:deputy |group )?(?:head|director|vp|president|chief|leit(?:er|ung)(?:in)?|responsable|directeur|directrice|chef) "
    r"(?:of|for|der|des|d[eu]|für) .{1,60}|vp .{1,60}|(?:.{1,60}[ -])?(?:v?c[a-z]{1,2}o|lead|head|chief|partner|"
    r"manager|director|officer|executive|president|owner|founder|engineer|consultant|architect|analyst|assistant|coordinator|"
    r"controller|counsel|buyer|planner|specialist|trainer|supervisor|administrator|developer|treasurer|secretary|accountant|"
    r"technician|clerk|chair|directeur|directrice|g[ée]rante?|vorstand)|"
    r"(?:.{1,60})?(?:leiter|führer|berater|einkäufer|entwickler|ingenieur|referent|inhaber)(?:in)?)",
    re.IGNORECASE,
)
"""What somebody is by their work: "CEO", "Head of IT", "Sales Manager"; "Data Import" and "Order Management" are topics."""
_BESIDE = frozenset(
    "a ab after afterwards all also am an and as at auf aus bei but by call chez da das de dear depuis der desde die "  # noqa: SIM905 - a list to read
    "don do dona doña dr e ein eine el em en for frau from herr hi his her hello i if il in instead it la le maybe "
    "meet met miss mit monsieur mme mr mrs ms my nach neu neue neuer new next no not now o on once our per please "
    "prof senhor senhora señor señora seit since so sr sra talk thanks that the their then there this to today "
    "tomorrow until und unser unsere we when who with y yes you your january february march april may june july "
    "august september october november december januar februar märz mai juni juli oktober dezember monday tuesday "
    "wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag".split()
)
"""Words with a capital beside a name that are no part of it."""
_SHORTEST = 3
_LONGEST = 2_000


class Directory:
    """The people of a conversation by every spelling that means one of them alone."""

    def __init__(self, attendees: Sequence[Attendee]) -> None:
        self.people = tuple(_with_sides(attendees))
        self._by_key: dict[str, list[Attendee]] = defaultdict(list)
        self._by_word: dict[str, list[Attendee]] = defaultdict(list)
        self._by_initials: dict[str, list[Attendee]] = defaultdict(list)
        for person in self.people:
            for name in person.names:
                self._add(person, name)
        self._in_titles = frozenset(fold(word) for person in self.people for word in _WORD.findall(person.title or ""))
        companies = [(domain_of(person.email) or "").partition(".")[0] for person in self.people]
        self._taken = self._in_titles | {fold(word) for name in companies for word in (name, *name.split("-"))}

    def _add(self, person: Attendee, name: str) -> None:
        parts = person_key(_ASIDE.sub(" ", name)).split()
        if not parts:
            return
        _put(self._by_key, " ".join(parts), person)
        inner = (part for part in parts[1:-1] if len(part) >= _SHORTEST)
        for word in {parts[0], parts[-1], *inner, *(fold(nickname) for nickname in _NICKNAME.findall(name))}:
            _put(self._by_word, word, person)
        if len(parts) > 1:
            for spelling in (name, name.replace("'", "").replace("’", "").replace("-", "")):
                initials = "".join(part[0] for part in person_key(_ASIDE.sub(" ", spelling)).split())
                _put(self._by_initials, initials, person)
            _put(self._by_key, f"{parts[0]} {parts[-1][0]}", person)
            _put(self._by_key, f"{parts[0][0]} {parts[-1]}", person)

    def find(self, label: str) -> Attendee | None:
        """Give whom a label such as "Lena Wirth", "Lena (KP)", "Dr. Wirth" or "LW" means, None where nobody or two."""
        key = person_key(_ASIDE.sub(" ", label[:_LONGEST]))
        address = label.strip().lower()
        found = (
            self._by_key.get(key)
            or self._by_word.get(key)
            or self._by_initials.get(key.replace(" ", "").replace(".", ""))
        )
        if found is None and "@" in address:
            found = [person for person in self.people if person.email and person.email.lower() == address]
        return found[0] if found and len(found) == 1 else None

    def find_before_company(self, label: str) -> Attendee | None:
        """Give whom the full name before a company's means, None where what stands behind names somebody else."""
        mark = _BEFORE_COMPANY.search(label[:_LONGEST])
        if mark is None or " " not in label[: mark.start()].strip():
            return None
        person, company = self.find(label[: mark.start()]), _company_behind(label, mark)
        if not _COMPANY.fullmatch(company):
            return None
        is_others = person and self.named(company) and not _is_of(person, company)
        return None if is_others else person

    def may_be_topic(self, label: str) -> bool:
        """Tell if what stands behind a full name may be what is spoken of: after a dash or a comma, no company and no job."""
        mark, person = _BEFORE_COMPANY.search(label[:_LONGEST]), self.find_before_company(label)
        if mark is None or person is None or mark.group(0).strip() in _PARTS_COMPANY:
            return False
        behind = _company_behind(label, mark)
        if _JOB.fullmatch(behind) or fold(person.title or "").startswith(fold(behind)):
            return False
        return not any(_is_of(one, behind) for one in self.people if one.side == person.side)

    def named(self, text: str) -> list[Attendee]:
        """Give who is named in a text, in order."""
        return [person for _place, person in self.places(text)]

    def places(self, text: str) -> list[tuple[int, Attendee]]:
        """Give where people are first named: by a name nobody else there has, in full, or by initials in capitals."""
        words = [
            (match.start(), match.group(0), fold(match.group(0).removesuffix("'s").removesuffix("’s")))
            for match in _WORD.finditer(text[:_LONGEST])
            if match.group(0)[0].isupper()
        ]
        met: dict[Attendee, int] = {}
        for at, (place, word, key) in enumerate(words):
            after = words[at + 1][2] if at + 1 < len(words) else ""
            found = self._by_key.get(f"{key} {after}") or (self._by_word.get(key) if len(key) >= _SHORTEST else None)
            if found is None and word.isupper() and len(word) > 1:
                found = self._by_initials.get(key)
            if found and len(found) == 1:
                met.setdefault(found[0], place)
        return [(place, person) for person, place in met.items()]

    def others(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield where somebody nobody listed is named in full: words with capitals, none of a person, title or company here."""
        for run in _FULL_NAME.finditer(text[:_LONGEST]):
            words = [(match.start(), match.group(0)) for match in re.finditer(r"[^\s]+", run.group(0))]
            while words and fold(words[0][1]) in _BESIDE | self._in_titles:
                words = words[1:]
            name = " ".join(word for _at, word in words)
            if len(words) > 1 and not any(self.find(word) or fold(word) in self._taken for _at, word in words):
                yield run.start() + words[0][0], name.removesuffix("'s").removesuffix("’s")


def _company_behind(label: str, mark: re.Match[str]) -> str:
    return label[mark.end() : _LONGEST].strip(" ]")


def _is_of(person: Attendee, company: str) -> bool:
    """Tell if a company is whose a person's address is, by the beginning of its name."""
    address = (domain_of(person.email) or "").partition(".")[0]
    whole, key = (company_key(one).replace(" ", "") for one in (address, company))
    return bool(whole and key) and (whole.startswith(key) or key.startswith(whole))


def _put(index: dict[str, list[Attendee]], key: str, person: Attendee) -> None:
    if person not in index[key]:
        index[key].append(person)


def _with_sides(attendees: Iterable[Attendee]) -> Iterator[Attendee]:
    """Give people whose side is not told that of their address's company, where all known addresses there agree."""
    people = list(attendees)
    sides: dict[str, set[str]] = defaultdict(set)
    for person in people:
        if (domain := domain_of(person.email)) and person.side != "unknown":
            sides[domain].add(person.side)
    for person in people:
        domain = domain_of(person.email)
        known = sides.get(domain, set()) if domain else set()
        if person.side != "unknown" or len(known) != 1:
            yield person
            continue
        side = next(other.side for other in people if other.side in known and domain_of(other.email) == domain)
        yield replace(person, side=side)


@lru_cache(maxsize=256)
def directory_of(attendees: tuple[Attendee, ...]) -> Directory:
    """Give the directory of a conversation's attendees, made once for each."""
    return Directory(attendees)
