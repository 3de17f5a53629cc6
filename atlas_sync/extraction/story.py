"""The story of an engagement: mentions of one promise become a chain, the latest wording in force, the earlier ones kept.

Where it is not sure that two are one, each stays a promise, and the later one says which it may repeat: to hide a promise
behind another costs more than to ask. Told forward: what a mention repeats or changes is decided by what came before it, so a
later text changes no earlier answer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from atlas_sync.canonical.model import Outcome, Promise, PromiseStatus, Resemblance, ScopeItem
from atlas_sync.extraction.apart import are_apart
from atlas_sync.extraction.chain import Chain, Heard, heard_again, is_withdrawn, status_of, whole_of
from atlas_sync.extraction.conversation import PromiseMention, Reading, Story
from atlas_sync.extraction.denials import denial_in, replaces
from atlas_sync.extraction.elsewhere import are_elsewhere
from atlas_sync.extraction.likeness import BY_SENSE, BY_WORDS, Terms, Wording, likeness, terms_of
from atlas_sync.extraction.rows import are_other_rows

__all__ = ["Telling", "tell_story"]

StatementT = TypeVar("StatementT", Outcome, ScopeItem)
_SAME = 0.6
_SURE = 0.5
"""The likeness from which two mentions are one promise without a question."""
_LOOKED_AT = 40
_LATEST = 3
"""A chain is known by its first mention and so many of its latest."""
_COMMON = 400


@dataclass(slots=True)
class Telling:
    """An engagement's story as far as it was heard; `hear` takes its readings in order of time."""

    _chains: list[Chain] = field(default_factory=list)
    _chains_by_term: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _seen: Counter[str] = field(default_factory=Counter)

    def hear(self, reading: Reading) -> list[Heard]:
        """Give each promise of a reading its place in the story, and each denial that says no to an earlier one."""
        said = [*((one, self._place) for one in reading.promises), *((one, self._deny) for one in reading.denials)]
        if reading.denials:
            said.sort(key=lambda pair: pair[0].evidence.start)
        return [heard for mention, put in said if (heard := put(mention, reading))]

    def _place(self, mention: PromiseMention, reading: Reading) -> Heard | None:
        terms = terms_of(mention)
        self._seen.update(terms.words)
        number, place, score = self._nearest(mention, terms)
        if not self._is_beside(mention, number, place, score=score):
            heard = Heard(mention, "withdrawn" if is_withdrawn(mention) else "open", mention)
            self._chains.append(Chain([heard], [terms], [reading]))
            number = len(self._chains) - 1
        else:
            chain = self._chains[number]
            place, is_part = whole_of(chain, place, mention)
            nearest = chain.heard[place].mention, chain.terms[place]
            is_two = are_apart((mention, terms), nearest) or are_elsewhere((mention, terms), nearest)
            is_sure = score >= _SURE and not is_part and not is_two
            status = status_of(chain, mention, terms)
            heard = heard_again(chain, place, mention, status=status, is_sure=is_sure, likeness=score)
            chain.add(heard, terms, reading)
        for term in terms.words:
            self._chains_by_term[term].add(number)
        return heard

    def _deny(self, mention: PromiseMention, reading: Reading) -> Heard | None:
        """Put what says no beside the promise whose words it denies; None where it denies nobody's, and so is no matter."""
        terms = terms_of(mention)
        number, place, score = self._nearest(mention, terms)
        if not self._is_beside(mention, number, place, score=score):
            return None
        chain = self._chains[number]
        place, is_part = whole_of(chain, place, mention)
        denial = denial_in(mention.text, earlier=chain.heard[place].mention.text)
        if denial == "none":
            return None
        is_sure = score >= _SURE and denial == "all" and not is_part
        heard = heard_again(chain, place, mention, status="withdrawn", is_sure=is_sure, likeness=score)
        chain.add(heard, terms, reading)
        return heard

    def _is_beside(self, mention: PromiseMention, number: int, place: int, *, score: float) -> bool:
        """Tell if a mention is of the chain it is nearest to: it is likely enough, or says no to what was said there alone."""
        if score >= (BY_SENSE if mention.sense else BY_WORDS).linked:
            return True
        return number >= 0 and denial_in(mention.text, earlier=self._chains[number].heard[place].mention.text) == "all"

    def _nearest(self, mention: PromiseMention, terms: Terms) -> tuple[int, int, float]:
        """Give the chain with the mention most like a new one, its place there, and the chance that those are one promise."""
        best, at, score = -1, 0, 0.0
        for number in self._near(terms, by_sense=mention.sense != ""):
            chain = self._chains[number]
            places = {0, *range(max(0, len(chain.heard) - _LATEST), len(chain.heard))}
            for place in sorted(places):
                said = chain.heard[place].mention
                alike = likeness((mention, terms), (said, chain.terms[place]), seen=self._seen)
                if alike > score and not _are_rows_beside(mention, said):
                    best, at, score = number, place, alike
        return best, at, score

    def _near(self, terms: Terms, *, by_sense: bool) -> list[int]:
        """Give the chains that share rare words with a mention, and where sense can be told the latest others as well."""
        shared: dict[int, float] = defaultdict(float)
        for term in terms.words:
            chains = self._chains_by_term[term]
            for number in chains if len(chains) <= _COMMON else ():
                shared[number] += 1 / len(chains)
        found = sorted(shared, key=lambda one: (-shared[one], one))[:_LOOKED_AT]
        if by_sense:
            others = (one for one in reversed(range(len(self._chains))) if one not in shared)
            found += islice(others, _LOOKED_AT - len(found))
        return found

    def promises(self, engagement_id: str) -> Iterator[Promise]:
        """Yield each promise as it stands after what was heard."""
        for chain in self._chains:
            for part in sorted({one.part for one in chain.heard}):
                promise = _promise(engagement_id, chain, part)
                # What takes back what was never promised promises nothing; what may take back something is asked about.
                if chain.heard[part].status != "withdrawn" or promise.perhaps:
                    yield promise


def tell_story(engagement_id: str, readings: Sequence[Reading]) -> Story:
    """Put the readings of an engagement's conversations together; `readings` are in order of time.

    Ids follow from the place of the first mention, so a later one changes no id.
    """
    telling = Telling()
    for reading in readings:
        telling.hear(reading)
    return Story(
        promises=tuple(telling.promises(engagement_id)),
        outcomes=tuple(_unique([one for reading in readings for one in reading.outcomes])),
        scope=tuple(_unique([one for reading in readings for one in reading.scope])),
        mentions=tuple(one for reading in readings for one in reading.mentions),
    )


def _promise(engagement_id: str, chain: Chain, part: int) -> Promise:
    """Make the promise of those mentions of a chain that are surely one."""
    everywhere = [place for place, one in enumerate(chain.heard) if one.part == part]
    places = _telling_places(chain, everywhere)
    heard = [chain.heard[place] for place in places]
    mentions = [one.mention for one in heard]
    said = [chain.heard[place].mention for place in everywhere]
    first, latest = mentions[0], mentions[-1]
    begun: PromiseStatus = "withdrawn" if heard[0].status == "withdrawn" else "open"
    statuses: list[PromiseStatus] = [begun, *(one.status for one in heard[1:])]
    changed = [status for status in statuses if status not in {"open", "repeat"}]
    status = changed[-1] if changed else statuses[-1]
    is_back = statuses[-1] == "withdrawn"
    dated = _dated(mentions, statuses)
    shown = first if is_back else _fullest(chain, places, statuses)
    doubled = None if heard[0].perhaps is None else chain.heard[heard[0].perhaps]
    if doubled is not None and doubled.status == "withdrawn":
        doubled = None
    return Promise(
        id=_id_of(engagement_id, first),
        engagement_id=engagement_id,
        evidence=latest.evidence,
        rule=latest.rule,
        confidence=round(max(one.confidence for one in said), 2),
        needs_review=all(one.needs_review for one in said),
        audience=chain.readings[places[-1]].audience,
        text=shown.text,
        kind=first.kind if latest.kind == "deliverable" else latest.kind,
        promised_by=shown.promised_by or latest.promised_by or first.promised_by,
        promised_to=shown.promised_to or latest.promised_to or first.promised_to,
        due_text=dated.due_text if dated else None,
        due_date=dated.due_date if dated else None,
        status=status,
        repeats=tuple(one.evidence for one in said if one is not latest),
        perhaps="" if doubled is None else _id_of(engagement_id, doubled.mention),
        resembles=None if doubled is None else _resemblance(chain, heard[0]),
    )


def _telling_places(chain: Chain, places: Sequence[int]) -> list[int]:
    """Leave out the places that only repeat and may be no promise, where another is surely one.

    "Lock agent: two of the eleven workstations run Windows 7" names what was promised, and says no more of it.
    """
    sure = {place for place in places if not chain.heard[place].mention.needs_review}
    if not sure:
        return list(places)
    return [place for place in places if place in sure or chain.heard[place].status != "repeat"]


def _resemblance(chain: Chain, heard: Heard) -> Resemblance:
    mention, earlier = heard.mention, chain.heard[heard.beside].mention
    return Resemblance(
        text=mention.text,
        said_at=mention.evidence.said_at,
        earlier=earlier.text,
        earlier_said_at=earlier.evidence.said_at,
        likeness=round(heard.likeness, 2),
    )


def _dated(mentions: Sequence[PromiseMention], statuses: Sequence[PromiseStatus]) -> PromiseMention | None:
    """Give the latest mention that says when; the words that take a promise back name what is not to be, on no day of its own.

    What is only said once more, without a day, leaves the day that is known. None where the latest names the earlier term
    only to replace it.
    """
    is_back = statuses[-1] == "withdrawn"
    told = zip(mentions, statuses, strict=True)
    said = [(one, status) for one, status in told if not (is_back and status == "withdrawn")]
    when = [(one, status) for one, status in reversed(said) if one.due_text] or said[-1:] or [(mentions[0], "open")]
    dated = next((one for one, status in when if one.due_date or status != "repeat"), when[0][0])
    dated = dated if dated.due_date else when[0][0]
    if is_back or dated is mentions[-1] or not replaces(mentions[-1].text, earlier=dated.text):
        return dated
    is_named = terms_of(mentions[-1]).numbers & terms_of(Wording(dated.due_text or "")).numbers
    return None if is_named else dated


def _fullest(chain: Chain, places: Sequence[int], statuses: Sequence[PromiseStatus]) -> PromiseMention:
    """Give the mention that says most of the terms in force: "confirmed, it goes into the contract" says little of what.

    What a client heard is never shown in words that were meant for us.
    """
    since = max(number for number, status in enumerate(statuses) if number == 0 or status != "repeat")
    latest = places[-1]
    audiences = {"client_ok", chain.readings[latest].audience}
    same = [
        place
        for place in places[since:]
        if chain.terms[latest].numbers <= chain.terms[place].numbers and chain.readings[place].audience in audiences
    ]
    return chain.heard[max(same, key=lambda place: (len(chain.terms[place].words), place))].mention


def _are_rows_beside(one: PromiseMention, other: PromiseMention) -> bool:
    """Tell if two mentions are rows of one text that begin with other things: each is a promise, and nothing to ask."""
    return one.evidence.interaction_id == other.evidence.interaction_id and are_other_rows(one, other)


def _id_of(engagement_id: str, first: PromiseMention) -> str:
    return first.evidence.id_as("pro", engagement_id)


def _unique(rows: Sequence[StatementT]) -> list[StatementT]:
    """Leave out what says nearly the same as an earlier row of its kind."""
    kept: list[tuple[frozenset[str], StatementT]] = []
    for row in rows:
        words = terms_of(row).words
        if not any(other.kind == row.kind and _shared(words, seen) > _SAME for seen, other in kept):
            kept.append((words, row))
    return [row for _seen, row in kept]


def _shared(left: frozenset[str], right: frozenset[str]) -> float:
    smaller = min(len(left), len(right))
    return len(left & right) / smaller if smaller >= 3 else 0.0  # noqa: PLR2004 - fewer words tell nothing
