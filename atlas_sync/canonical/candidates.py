"""Pairs of records that may be one and that no key decides: scored, explained, and left to a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Protocol, TypeVar

from atlas_sync.canonical.cluster import Words
from atlas_sync.canonical.given_names import given_names_differ
from atlas_sync.canonical.likeness import are_spelt_alike, spelt_alike
from atlas_sync.canonical.normalize import company_key, is_shared_mailbox
from atlas_sync.canonical.resolution import Keyed

__all__ = [
    "BLOCK",
    "MOST",
    "Candidate",
    "Scored",
    "likeliest",
    "score_clients",
    "score_people",
    "unsure",
]

_LEAST = 0.5
MOST = 0.95
_NAME = 0.5
_NOTED = 0.6
_BOTH_NOTED = "one id is noted of both"
_AT_ONE_CLIENT = "both are at the same client"
_MISTYPED = 0.65
BLOCK = 20
"""Records that share something said of more than these say nothing by it."""

_AGAINST = "against it: "
_KEPT = f"{_AGAINST}the same system "

Scored = tuple[float, tuple[str, ...]]


class Named(Protocol):
    """A record as it is shown to whoever has to judge it."""

    @property
    def source(self) -> str:
        """Give where it comes from."""

    @property
    def name(self) -> str:
        """Give what it is called."""


NamedT = TypeVar("NamedT", bound=Named)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two records that may be one: how likely, by what is for and against it. `one` was seen first."""

    one: Named
    other: Named
    score: float
    reasons: tuple[str, ...]


def unsure(
    records: Sequence[NamedT],
    blocks_of: Callable[[NamedT], Iterator[str]],
    score: Callable[[NamedT, NamedT], Scored],
    *,
    entity_of: Mapping[str, str],
    words: Words,
) -> list[Candidate]:
    """List the pairs of two entities that share a block and score enough, one a pair of entities, the likeliest first."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        for block in blocks_of(record):
            blocks[block].append(place)
    places = {pair for block in blocks.values() if len(block) <= BLOCK for pair in combinations(block, 2)}
    pairs = ((records[one], records[other]) for one, other in sorted(places))
    return likeliest(pairs, score, entity_of=entity_of, words=words)


def likeliest(
    pairs: Iterable[tuple[NamedT, NamedT]],
    score: Callable[[NamedT, NamedT], Scored],
    *,
    entity_of: Mapping[str, str],
    words: Words,
) -> list[Candidate]:
    """List what scores enough of some pairs, one a pair of entities, the likeliest first; of equal ones the first given.

    That one system keeps any of one as two with any of the other is told whichever pair is listed.
    Two entities are left out where any record of one was said to differ from any of the other: a person could not join them.
    `entity_of` holds the records that `words` speak of as well.
    """
    said = words.of_entities(entity_of)
    best: dict[tuple[str, str], tuple[float, Candidate]] = {}
    kept: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for one, other in pairs:
        left, right = entity_of[one.source], entity_of[other.source]
        if left == right or said.parts([left], [right]):
            continue
        likely, reasons = score(one, other)
        pair = (min(left, right), max(left, right))
        if likely < _LEAST:
            continue
        kept[pair] += (reason for reason in reasons if reason.startswith(_KEPT))
        if pair not in best or best[pair][0] < likely:
            best[pair] = (likely, Candidate(one, other, round(likely, 2), reasons))
    found = [
        replace(candidate, reasons=tuple(dict.fromkeys((*candidate.reasons, *kept[pair]))))
        for pair, (_likely, candidate) in best.items()
    ]
    return sorted(found, key=lambda one: (-one.score, one.one.source, one.other.source))


def score_people(one: Keyed, other: Keyed) -> Scored:
    """Score two people by their names, addresses and clients, with the reasons; a name that tells nobody is not compared."""
    more, said = _beside_the_name(one, other)
    left, right = one.name_key, other.name_key
    # Comparing letters is dear, and most pairs of a block cannot come to enough, however alike their names are.
    if _NAME + more < _LEAST or (more == 0 and left != right):
        return 0.0, ()
    # Two with an address each are two colleagues; where one has none, what they are called may be short for one name.
    if said == [_AT_ONE_CLIENT] and one.address and other.address and _are_called_otherwise(left, right):
        return 0.0, ()
    likeness = spelt_alike(left, right) if left and right else 0.0
    reasons = [_named(one, other, likeness)]
    if left.split()[:1] != right.split()[:1] and left.split()[-1:] == right.split()[-1:]:
        reasons = [f"{one.name} and {other.name} share a family name"]
    doubts = [doubt(one, other) for key in one.keys for doubt in (key.doubt, key.apart) if doubt]
    doubts += [one.bar(one, other)] if one.bar else []
    against = [_AGAINST + doubt for doubt in dict.fromkeys(filter(None, doubts))]
    return min(MOST, _NAME * likeness + more), (*reasons, *said, *against)


def _are_called_otherwise(one: str, other: str) -> bool:
    """Tell if the given names of two are two, and neither is mistyped: colleagues of one family name are many."""
    first, other_first = one.partition(" ")[0], other.partition(" ")[0]
    return first != other_first and given_names_differ(one, other) and spelt_alike(first, other_first) < _MISTYPED


def _beside_the_name(one: Keyed, other: Keyed) -> tuple[float, list[str]]:
    """Give what addresses and employers add to the likeness of two names, and take from it."""
    more, reasons = 0.0, []
    if one.address and one.address == other.address and not is_shared_mailbox(one.address):
        more, reasons = 0.4, [f"both have the address {one.address}"]
    elif one.address and other.address and _begins_alike(one.address, other.address):
        more, reasons = 0.2, ["their addresses begin alike"]
    if one.noted_id and one.noted_id == other.noted_id:
        more, reasons = more + _NOTED, [*reasons, _BOTH_NOTED]
    if one.client and one.client == other.client:
        return more + 0.2, [*reasons, _AT_ONE_CLIENT]
    if one.client and other.client:
        return more - 0.05, [*reasons, f"{_AGAINST}they are at two clients"]
    return more, reasons


def score_clients(one: Keyed, other: Keyed) -> Scored:
    """Score two companies by their names and domains, with the reasons."""
    likeness = spelt_alike(company_key(one.name), company_key(other.name))
    score, reasons = 0.6 * likeness, [_named(one, other, likeness)]
    if one.domain and one.domain == other.domain:
        score, reasons = score + 0.3, [*reasons, f"both have the domain {one.domain}"]
    elif one.domain and other.domain:
        score, reasons = score - 0.05, [*reasons, f"{_AGAINST}their domains are {one.domain} and {other.domain}"]
    if one.noted_id and one.noted_id == other.noted_id:
        score, reasons = score + _NOTED, [*reasons, _BOTH_NOTED]
    doubt = one.bar and one.bar(one, other)
    return min(MOST, score), (*reasons, _AGAINST + doubt) if doubt else tuple(reasons)


def _named(one: Keyed, other: Keyed, likeness: float) -> str:
    is_alike = are_spelt_alike(likeness)
    return (
        f"{one.name} and {other.name} are written alike" if is_alike else f"they are called {one.name} and {other.name}"
    )


def _begins_alike(one: str, other: str) -> bool:
    """Tell if two addresses have one name before the @, at two domains, and it is somebody's own."""
    box, other_box = one.partition("@")[0], other.partition("@")[0]
    return box == other_box and not is_shared_mailbox(one) and one != other
