"""Who matters at the customer: those who decide, and those to be won over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from atlas_sync.canonical.given_names import is_given_name, may_be_one_given_name
from atlas_sync.canonical.model import Stakeholder, WorkItem
from atlas_sync.canonical.normalize import fold
from atlas_sync.canonical.stakeholders import is_listed
from atlas_sync.coverage.known_names import ALSO_WORDS, GIVEN_NAMES
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.text import MAX_TEXT, STOP

__all__ = ["decides", "doubts", "is_met", "is_named", "matters", "role_of"]

_WORD = re.compile(r"[^\W_]+")
_TITLES = frozenset(
    "mr mrs ms dr prof professor herr herrn frau mme madame monsieur mevrouw meneer sr sra "  # noqa: SIM905 - a list to read
    "senor senora senhor senhora pan pani".split()
)
_MONSIEUR = "m"
_TELLING = 4
"""Letters from which on a family name alone, with a capital, is taken for its bearer."""
_ALSO_VERBS = frozenset(("mark", "bill", "sue", "rob", "line", "max")) | STOP
"""Given names that tell nothing at the beginning of a sentence: "Mark Weber as absent"."""
_PARTS = frozenset(
    "director manager president captain officer owner lead engineer architect inspector secretary "  # noqa: SIM905 - a list to read
    "chair partner father sister".split()
)
"""What may stand before a family name with a capital and is no given name."""
_BEFORE_NOUNS = frozenset(
    "ab als am an auf aus bei beim bis das dem den der des die durch ein eine einem einen einer fuer "  # noqa: SIM905 - a list to read
    "gegen im in laut mit nach oder ohne per seit ueber um und unser unsere unserem unserer von vom vor wie zu zum zur".split()
)
"""German words behind which a capital says nothing: any noun has one, as in "mit Architekt Weber"."""
_BEGINS = frozenset(".!?;\n")

_ALIKE = 0.7
"""So much of the words of both a line has to share with one of ours to be that one, changed."""

_DECIDES = ("decision maker", "decision-maker", "economic buyer", "budget holder", "sponsor", "approver", "signatory")
_DOUBTS = ("skeptic", "sceptic", "blocker", "detractor")


def decides(person: Stakeholder) -> bool:
    """Tell if a person decides or pays, by any of their roles."""
    return any(word in role for role in person.roles for word in _DECIDES)


def doubts(person: Stakeholder) -> bool:
    """Tell if a person has doubts, by stance or by role."""
    return person.stance == "skeptic" or any(word in role for role in person.roles for word in _DOUBTS)


def matters(person: Stakeholder) -> bool:
    """Tell if delivery has to know a person from the first day."""
    return decides(person) or doubts(person)


def role_of(person: Stakeholder) -> str:
    """Give the role to show: the deciding one first, "skeptic" for a doubter without a role that says so, else the title."""
    telling = [role for role in person.roles if any(word in role for word in (*_DECIDES, *_DOUBTS))]
    fallback = "skeptic" if doubts(person) else person.title or "role unknown"
    return (telling or list(person.roles) or [fallback])[0]


def is_met(person: Stakeholder, record: EngagementRecord) -> bool:
    """Tell if delivery knows a person: asked to watch the brief, or on an item that lives, by their account or by name.

    While an item is still to be made for them, nothing of ours counts: it was written along with that. Else it counts where
    it lists them, and so does what people added to it; that they said something, or were promised it, does not introduce
    them. A given name alone, where no more is on record, counts where it is listed: in a text it is anybody's.
    """
    if person.person_id in record.watching:
        return True
    coming = record.introducing.get(person.id)
    is_coming = coming is not None and all(item.marker != coming for item in record.items)
    living = [item for item in record.living if not (is_coming and item.marker)]
    if {item.key for item in living} & set(person.in_delivery):
        return True
    if any(item.marker and (person.id in item.text or is_listed(person.name, item)) for item in living):
        return True
    is_anybodys = _is_known(fold(person.name))
    return any(
        is_named(person.name, "" if is_anybodys else _told_in(item, record), listed=[item.assignee or ""])
        for item in living
    )


def _told_in(item: WorkItem, record: EngagementRecord) -> str:
    """Give what people wrote into an item; of ours nothing where it is not known what we wrote ourselves."""
    text = f"{item.summary}\n{item.text}"
    return _added(text, record.written.get(item.marker, text)) if item.marker else text


@lru_cache(maxsize=1024)  # each is looked through for all people
def _added(text: str, written: str) -> str:
    """Give the lines of a text that we did not write; one of ours in which people changed some words is ours."""
    ours = [_WORD.findall(fold(line)) for line in written.splitlines()]
    whole = f" {' '.join(word for line in ours for word in line)} "
    sets = [frozenset(line) for line in ours]
    added = []
    for line in text.splitlines():
        words = _WORD.findall(fold(line))
        if f" {' '.join(words)} " not in whole and not any(_is_alike(frozenset(words), one) for one in sets):
            added.append(line)
    return "\n".join(added)


def _is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return 2 * len(one & other) > _ALIKE * (len(one) + len(other))


def is_named(name: str, text: str, *, listed: Iterable[str] = ()) -> bool:
    """Tell if a text or a list of people names a person.

    In a text: a given name, its short form, an initial or a title with the family name, the first name with the letter of the
    other, or a family name of some length with a capital, unless it is counted ("30 Dias"), is a word too ("Price list") or
    follows the given name of another. What stands between first and family name ("van der", "O'") may stand there or not.
    A first or family name alone counts where it is listed, as those assigned, watching or mentioned are.
    """
    words = _WORD.findall(fold(name))
    if not words:
        return False
    given = [fold(word) for word in _WORD.findall(name)[:-1] if not word[0].islower()]
    for one in listed:
        alone = _WORD.findall(fold(one))
        if alone and (alone in (words[:1], words[-len(alone) :]) or _is_short(alone, words, given)):
            return True
    said = _Said.of(text[:MAX_TEXT])
    if len(words) == 1:
        return words[0] in said.words and said.is_capital(said.words.index(words[0]))
    return any(
        _is_meant(said, at, words, given) if word == words[-1] else _is_cut(said, at, words)
        for at, word in enumerate(said.words)
        if word in {words[-1], words[-1][0]}
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """A text with its words, folded, and the places where each stands."""

    text: str
    hits: Sequence[re.Match[str]]
    words: Sequence[str]

    @classmethod
    def of(cls, text: str) -> _Said:
        hits = list(_WORD.finditer(text))
        return cls(text, hits, [fold(hit.group()) for hit in hits])

    def is_upper(self, at: int) -> bool:
        return self.hits[at].group()[0].isupper()

    def is_capital(self, at: int) -> bool:
        """Tell if a word begins with a capital, and is no code: McDonald, not MCD."""
        return self.is_upper(at) and not self.hits[at].group().isupper()

    def is_counted(self, at: int) -> bool:
        """Tell if a number stands before a word."""
        start = self.hits[at].start()
        return self.text[max(0, start - 2) : start].rstrip()[-1:].isdigit()

    def behind(self, at: int) -> str:
        """Give what stands between a word and the next."""
        return self.text[self.hits[at].end() : self.hits[at + 1].start()]

    def is_first(self, at: int) -> bool:
        """Tell if a sentence or a line begins with a word."""
        return at == 0 or not _BEGINS.isdisjoint(self.behind(at - 1))

    def is_within(self, at: int) -> bool:
        """Tell if a word follows one without a capital, so that its own is no matter of place."""
        return at > 0 and self.behind(at - 1) == " " and self.hits[at - 1].group()[0].islower()


def _is_meant(said: _Said, at: int, words: Sequence[str], given: Sequence[str]) -> bool:
    """Tell if the family name at some place of a text is that of a person, and not a word or the name of another."""
    is_word = words[-1] in ALSO_WORDS
    if is_word and not said.is_upper(at):
        return False
    before = next((one for one in range(at - 1, -1, -1) if said.words[one] not in words[1:-1]), None)
    if before is not None:
        if said.words[before] in _TITLES or _is_theirs(said, before, given):
            return True
        if _is_anothers(said, before):
            # "Claudia and Thomas Weber" names both.
            return words[0] in said.words[max(0, before - 2) : before]
    is_whole = at > 0 and before != at - 1
    is_telling = is_whole or (len(words[-1]) >= _TELLING and not is_word)
    return is_telling and said.is_capital(at) and not said.is_counted(at)


def _is_cut(said: _Said, at: int, words: Sequence[str]) -> bool:
    """Tell if a letter behind a first name stands for the family name: "Greta K."."""
    is_written = said.text.startswith(".", said.hits[at].end()) and said.is_upper(at)
    return is_written and at > 0 and said.words[at - 1] == words[0] and said.is_capital(at - 1)


def _is_theirs(said: _Said, at: int, given: Sequence[str]) -> bool:
    """Tell if the word before a family name is a given name of its bearer: in full, short, or as an initial."""
    word = said.words[at]
    if len(word) == 1:
        is_written = said.behind(at).startswith(".") or (said.is_upper(at) and word not in STOP)
        return is_written and any(one.startswith(word) for one in given)
    is_name = said.is_upper(at) and (word not in STOP or said.is_within(at))
    return word in given or (is_name and _is_form_of(word, given))


def _is_short(alone: Sequence[str], words: Sequence[str], given: Sequence[str]) -> bool:
    """Tell if a listed name is a person's with their given name in another form."""
    return len(alone) > 1 and alone[-1] == words[-1] and _is_form_of(alone[0], given)


def _is_form_of(word: str, given: Sequence[str]) -> bool:
    """Tell if a word is a form of a person's given name; one that is longer has to be known: "Sample Field" is not Sam's."""
    if word == "".join(one[0] for one in given):
        return True
    return any(may_be_one_given_name(word, one) and (len(word) <= len(one) or _is_known(word)) for one in given)


def _is_anothers(said: _Said, at: int) -> bool:
    """Tell if the word before a family name is the given name, or the initial, of somebody else."""
    word = said.words[at]
    if len(word) == 1:
        return said.is_upper(at) and said.behind(at).startswith(".") and word != _MONSIEUR
    if said.behind(at) != " " or not said.is_capital(at):
        return False
    if _is_known(word):
        return not (said.is_first(at) and word in _ALSO_VERBS)
    return said.is_within(at) and word not in _PARTS and said.words[at - 1] not in _BEFORE_NOUNS


def _is_known(word: str) -> bool:
    return word in GIVEN_NAMES or is_given_name(word)
