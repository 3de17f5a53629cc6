"""Names: whom a label, a word or a pair of initials means among the people of a conversation, and whose side they are on.

A spelling that fits two people means neither; a side is known or told by an address, never guessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from atlas_sync.canonical.normalize import domain_of, fold, person_key
from atlas_sync.extraction.conversation import Attendee

__all__ = ["Directory", "directory_of"]

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_])){0,40}")
_NICKNAME = re.compile(r"[(\"“]([^\W\d_]{2,30})[)\"”]")
_ASIDE = re.compile(r"\s{0,8}\([^()]{0,60}\)\s{0,8}")
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
