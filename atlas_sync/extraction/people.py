"""Who they are: roles and stance of the customer's people, from sentences that name them or that they say themselves.

A sentence counts only if it shows something: a cue for a role or a stance, or a name introduced with its function. Then the
person's title adds the roles that go with it. The words themselves stand in `cues` and `titles`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from atlas_sync.canonical.model import Stance
from atlas_sync.canonical.normalize import fold
from atlas_sync.extraction.conversation import Attendee
from atlas_sync.extraction.cues import OPPOSED, SAID_BY, SAID_OF, cued, has_turned
from atlas_sync.extraction.leavers import comes_for, leaves
from atlas_sync.extraction.names import Directory, directory_of
from atlas_sync.extraction.titles import roles_of_title
from atlas_sync.extraction.units import Unit

__all__ = ["Cast", "PersonCue", "is_spoken_to"]

PersonCue = tuple[str, tuple[str, ...], Stance | None, str]

_INTRODUCED = r"{name}(?:\s{{1,3}}[A-Z][\w’'-]{{1,30}})?(?:,? \(|, (?:he['’]s |she['’]s |who is |who['’]s )?(?:our |my |the |their )| is (?:our |my |the |their )| = |,? our | from (?:the )?)([^.,;:!?()]{{2,40}})"
_INTRODUCED_BEFORE = r"(?:my|our|the|their|his|her) ([a-z][\w& -]{{2,40}}),? \(?{name}"
_STRANGER = re.compile(
    r"(?P<name>[A-Z][\w’'-]{1,30} [A-Z][\w’'-]{1,30})(?:,? \(|, (?:he['’]s |she['’]s |who is |who['’]s )?(?:our |my |the |their )?| is (?:our |my |the |their )|,? our )(?P<function>[^.;!?()]{2,60})"
)
_FIRST_NAME = re.compile(
    r"(?<![\w.])(?P<name>[A-ZÀ-Þ][a-zà-ÿ][\w’'-]{1,30})(?: \(| from (?:the |our )?| = | is (?:our|my|the|their) |, (?:he['’]s |she['’]s |who is |who['’]s )?(?:our|my|the|their) )(?P<function>[^.,;!?()]{2,60})"
)
_ADDRESSED = re.compile(
    r"\b(?P<name>(?:Mrs?|Ms|Herr|Hr|Frau|Fr|Mme|Dr|Dott\.ssa|Sr|Sra|Chairman)\.? [A-ZÀ-Þ][\w’'-]{2,30})"
)
_FUNCTION_FIRST = re.compile(
    r"\b(?:[Oo]ur|[Mm]y|[Tt]he|[Tt]heir|[Hh]is|[Hh]er) (?P<function>[\w&’' -]{2,40}?),? \(?(?P<name>[A-ZÀ-Þ][\w’'-]{1,30} [A-ZÀ-Þ][\w’'-]{1,30})"
)
_NO_NAMES = frozenset(
    "and but so the then now also price pricing security server legal budget contract training support for from with this that his her our their day hours week site team people not yes note call demo offer data access".split()  # noqa: SIM905 - a list to read
)
_GREETED = re.compile(r"\b(?:thanks|thank you|hi|hello|dear|hey|morning|danke|hallo|sorry),? $", re.IGNORECASE)
_CALLED_FIRST = re.compile(
    r"(?:[A-ZÀ-Þ][\w’'-]{1,30} ){0,2}[A-ZÀ-Þ][\w’'-]{1,30}, (?!(?:our|my|their|who|he|she|a|an|his|her)\b)"
)
_CALLED_WITH_DASH = re.compile(
    r"(?:[A-ZÀ-Þ][\w’'-]{1,30} ){0,2}[A-ZÀ-Þ][\w’'-]{1,30} [-–—] (?!.*\b(?:s?he|him|his|her|they|them|their)\b)"
    r"(?:(?:I|[Ww]e)\b|.*\byou(?:['’]ll| will) (?:\w+ly )?(?:have|get|receive|hear|find|see)\b)"
)
"""A dash after a name begins what is said to them where "I", "we" or "you will have" follows: "Jo - all set, you'll have it then"."""
_CALLED_LAST = re.compile(
    r"(?:[A-ZÀ-Þ][\w’'-]{1,30} ){0,2}[A-ZÀ-Þ][\w’'-]{1,30}(?:[.?!]{0,3}$|, (?:and|but|so|we|can|could|yes|no|will|please|I)\b| you\b)"
)
_VERB_FIRST = re.compile(
    r"(?:will|now|still|wants|thinks|likes|liked|loves|hates|signs|decides|has|had|is|was|not|never|afraid|scared|happy|keen|nervous|worried|furious|says|said|fears|prefers|runs|knows|trusts?|came|seemed|sounds?|seems)\b",
    re.IGNORECASE,
)
_EXCLAIMED = re.compile(r"(?!(?:Dr|Mrs?|Ms|Prof|St)\b)\w+(?: \w+)?[.!] ")
"""A word or two before a sentence, which the speaker says of themselves: "delighted. Jo will ring Kim"."""
_ITEM = re.compile(r"\s*[-–*•]\s*$")
_PRONOUN = re.compile(r"\b(?:s?he(?:['’]s|['’]d|['’]ll)?|him|her)\b", re.IGNORECASE)
_SUBJECT = re.compile(r"^\W{0,3}s?he\b", re.IGNORECASE)
_FIRST_PERSON = re.compile(r"\b(?:I(?:['’]\w{1,2})?|my|me|mine|we(?:['’]\w{1,2})?|our)\b", re.IGNORECASE)
_OF_US = re.compile(
    r"\b(?:(?:I(?!\.)|we|ich|wir|je|j['’]|nous)\b|(?:our|my) (?:\w+ ){1,2}(?:is|are|was|were)\b[^,;]*[,;])",
    re.IGNORECASE,
)
"""What a seller says of themselves and theirs: "I doubt that Jo", "our lawyer is sceptical, Jo"."""
_LEADING = re.compile(
    r"(?:\b(?:our|the|their|an?|one|der|die|das|den|eine?n?|unsere?n?|l[ea]|une?|notre) (?:(?!(?:I|we|ich|wir|je|nous)\b)[\w’'-]{1,30} ){0,4}"
    r"[\w’'-]{1,30}(?: (?:is|was|in|by|from|ist|war|est)|(?P<colon>:))|\b[\w-]{3,30} from) (?:(?:Mrs?|Ms|Dr|Herrn?|Frau)\.? )?$",
    re.IGNORECASE,
)
"""What leads to a name, and so is about whom it names whoever says it: "I think our champion is Jo", "We have a champion in Jo"."""
_NAME_ALONE = re.compile(r"(?:[A-ZÀ-Þ][\w’'-]{1,30} ?){1,3}(?:[.,;!(–-]|$)")
_OWNER = re.compile(r"[\w-]{1,30}(?: [A-ZÀ-Þ][\w-]{1,30}){0,2}['’](?:s\b| )")
_LEFT_OPEN = re.compile(
    r"\b(?:not|never|nicht|pas|if|whether|ob|doubt|bezweifle|wonder\w*|wish|hope|hoffen?|thought|dachten?)\b|n['’]t\b",
    re.IGNORECASE,
)
_UNSAID = re.compile(
    r"\b(?:whether|ob|nobody (?:said|says|thinks)|no one (?:said|says|thinks)|(?:not|\w{2,6}n['’]t) (?:say|said|think|believe|sure|know)|doubt\w*)(?: that| if| whether)? $",
    re.IGNORECASE,
)
"""What before a name leaves open what follows, or denies it: "I don't think Jo signs"."""
_IF = re.compile(r"\b(?:if|unless|wenn|falls) $", re.IGNORECASE)
_WERE = re.compile(r"[^,.;]{2,60}? (?:were|wäre)\b", re.IGNORECASE)
_QUESTION = re.compile(r"\?[\"'”’)\]]{0,3}$")
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a sentence and whom it is about; `function` is the one it introduces them by."""

    name: str
    person: Attendee | None
    text: str
    is_self: bool = False
    function: str = ""

    @property
    def roles(self) -> tuple[str, ...]:
        """Give the roles that the words show."""
        return (*cued(SAID_BY if self.is_self else SAID_OF, self.text), *roles_of_title(self.function))


class Cast:
    """The people of a conversation as its units speak of them, in order; remembers who "he" and "she" are."""

    def __init__(self, attendees: Sequence[Attendee]) -> None:
        self._directory = directory_of(tuple(attendees))
        self._titles = _titles(self._directory.people)
        self._last: Attendee | None = None
        self._gone: set[Attendee] = set()
        self._has_left = False

    def shown_in(self, unit: Unit) -> Iterator[PersonCue]:
        """Yield whom a unit says something about, by the cues in it; a question shows only whom it introduces."""
        is_asked = _QUESTION.search(unit.text) is not None
        for said in self._parts(unit):
            part = replace(said, text="") if is_asked else said
            if part.roles or has_turned(part.text):
                rule = "says so" if part.is_self else "introduced" if part.function else "named beside it"
                yield _cue(part, rule)

    def _parts(self, unit: Unit) -> list[_Part]:
        """Cut a unit where a name begins: what stands before the first is the speaker's own, or about the one before."""
        if unit.zone != "new" or len(unit.text) > _LONGEST:
            return []
        others = [(place, Attendee(name, None, "customer")) for place, name in self._directory.others(unit.text)]
        if _ITEM.match(unit.lead or "") and not _PRONOUN.search(unit.text):
            self._last = None
        named = [one for one in self._places(unit.text, others) if one[1].side in {"customer", "partner"}]
        named = self._with_newcomers(unit.text, named, others)
        speaker = self._directory.find(unit.speaker) if unit.speaker and unit.side == "customer" else None
        parts = list(self._before(unit, unit.text[: named[0][0]] if named else None, speaker, is_others=bool(others)))
        for at, (place, person) in enumerate(named):
            end = self._end(unit.text, place, person, named[at + 1][0] if at + 1 < len(named) else len(unit.text))
            function = _introduction(unit.text, person)
            if person is not speaker and (function or not is_spoken_to(unit.text, place)):
                said = unit.text[place if at or parts else _opening(unit, place) : end]
                said = "" if _is_unsaid(unit.text, place) else said
                parts.append(_Part(str(person.name), person, said, function=function))
        met = {person.name for _place, person in named}
        strangers = [one for one in _strangers(unit.text, self._directory) if one.name not in met]
        parts += [_Part(str(one.name), one, unit.text, function=one.title or "") for one in strangers]
        about = [part.person for part in parts if part.person and not part.is_self]
        about = about or ([] if others or not self._last else [self._last])
        self._last = next((one for one in reversed(about) if one not in self._gone), None)
        return parts

    def _end(self, text: str, place: int, person: Attendee, until: int) -> int:
        """Give where the words about somebody end: those about who goes with that, as what follows is about others."""
        gone = leaves(text[place:until]) if person in self._gone else None
        return place + gone if gone else until

    def _with_newcomers(
        self, text: str, named: list[tuple[int, Attendee]], others: list[tuple[int, Attendee]]
    ) -> list[tuple[int, Attendee]]:
        """Take note of who leaves, and add whom a text names in full as it says so or just after; whom they come for goes."""
        followed = [person for place, person in named if comes_for(text[:place])]
        ends = [*(place for place, _person in named[1:]), len(text)]
        left = [person for (place, person), end in zip(named, ends, strict=False) if leaves(text[place:end])]
        if not named and self._last and _PRONOUN.search(text) and leaves(text):
            left.append(self._last)
        had_left, self._has_left = self._has_left, bool(followed or left)
        self._gone.update(followed, left)
        kept = [one for one in named if one[1] not in followed]
        return sorted([*kept, *others], key=lambda one: one[0]) if had_left or self._has_left else kept

    def _before(self, unit: Unit, head: str | None, speaker: Attendee | None, *, is_others: bool) -> Iterator[_Part]:
        """Yield whom the words before the first name are about; `head` is None where nobody is named.

        Where only somebody nobody listed is named, "she" may be that one, unless the sentence begins with it.
        """
        text = unit.text if head is None else head
        if unit.side == "customer" and unit.speaker and _FIRST_PERSON.search(text):
            yield _Part(unit.speaker, speaker, text, is_self=True)
        elif self._last and (_goes_on(unit) if head is None and not is_others else _SUBJECT.search(text)):
            yield _Part(str(self._last.name), self._last, text)

    def _places(self, text: str, others: Sequence[tuple[int, Attendee]]) -> list[tuple[int, Attendee]]:
        """Give where people are named, by name or, where no name stands, by a title only one of the customer's people has."""
        named = self._directory.places(text)
        titles = () if named or others else [one for one in self._titles if one[1] not in self._gone]
        return named or [(found.start(), one) for title, one in titles if (found := title.search(text))][:1]


def _opening(unit: Unit, place: int) -> int:
    """Give where the words about whom a sentence names first begin; what a seller says before it of "us" is about the seller."""
    if unit.side != "us":
        return 0
    cry = _EXCLAIMED.match(unit.text)
    return _leading(unit.text, place) if _OF_US.search(unit.text, 0, place) else cry.end() if cry else 0


def _leading(text: str, place: int) -> int:
    """Give where the words that lead to a name begin, or the place of the name where none do or they are not held for true."""
    lead = _LEADING.search(text[:place])
    if lead is None or _LEFT_OPEN.search(text, 0, place) or _OWNER.match(text, place):
        return place
    return place if lead["colon"] and not _NAME_ALONE.match(text, place) else lead.start()


def _is_unsaid(text: str, place: int) -> bool:
    """Tell if what is said of whom a text names is left open, denied or only supposed: "if Jo were against it"."""
    is_supposed = _IF.search(text, 0, place) and _WERE.match(text, place)
    return bool(is_supposed or _UNSAID.search(text, 0, place))


def _goes_on(unit: Unit) -> bool:
    """Tell if a sentence without a name is about whom the last was: "She signs", and in a seller's notes "Will sign himself"."""
    return bool(_PRONOUN.search(unit.text) or (unit.side == "us" and _VERB_FIRST.match(unit.text)))


def _titles(people: Sequence[Attendee]) -> list[tuple[re.Pattern[str], Attendee]]:
    """Give the titles that mean one of the customer's people alone: "CISO - scared of cloud"."""
    count = Counter(fold(one.title) for one in people if one.title)
    return [
        (re.compile(rf"\b{re.escape(one.title)}\b", re.IGNORECASE), one)
        for one in people
        if one.title and one.side == "customer" and count[fold(one.title)] == 1
    ]


def is_spoken_to(text: str, place: int) -> bool:
    """Tell if a name is that of whom the words are said to: "Price, Astrid.", "Thank you Willem", "Ivan, can you look?"."""
    before, after = text[:place], text[place:]
    if _GREETED.search(before) or (before.rstrip().endswith((",", ";")) and _CALLED_LAST.match(after)):
        return True
    return not before.strip(" -–*•") and (_CALLED_FIRST.match(after) or _CALLED_WITH_DASH.match(after)) is not None


def _cue(part: _Part, rule: str) -> PersonCue:
    more = roles_of_title(part.person.title) if part.person and part.person.title else ()
    seen = tuple(dict.fromkeys((*part.roles, *more)))
    return part.name, seen, _stance(seen, part.text), rule


def _strangers(text: str, directory: Directory) -> Iterator[Attendee]:
    """Yield one whom nobody listed, introduced with a function or spoken of by "Mr" with a cue: "Petra Hahn (investor)"."""
    for pattern in (_STRANGER, _FUNCTION_FIRST, _FIRST_NAME, _ADDRESSED):
        for match in pattern.finditer(text):
            name, function = match["name"], match.groupdict().get("function") or ""
            if directory.find(name) or any(directory.find(word) or fold(word) in _NO_NAMES for word in name.split()):
                continue
            if roles_of_title(function) or (pattern is _ADDRESSED and cued(SAID_OF, text[match.start() :])):
                yield Attendee(name=name, email=None, side="customer", title=function)
                return


def _introduction(text: str, person: Attendee) -> str:
    """Give the function that a text introduces somebody by, empty where it gives none."""
    first, last = str(person.name).split()[:1], str(person.name).split()[-1:]
    for word in (*last, *first):
        for pattern in (_INTRODUCED, _INTRODUCED_BEFORE):
            found = re.search(pattern.format(name=re.escape(word)), text)
            if found:
                return found.group(1) if roles_of_title(found.group(1)) else ""
    return ""


def _stance(roles: Sequence[str], text: str) -> Stance | None:
    if has_turned(text) or "champion" in roles:
        return "supporter"
    if "skeptic" not in roles:
        return None
    return "opponent" if OPPOSED.search(text) else "skeptic"
