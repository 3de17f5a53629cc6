"""Which deals are one sale: by what a system says of its own merges and of another system's ids, and by what people say.

A sale keeps the id of its deal that was seen first. What joins two deals is looked at anew each time, so that a person's word,
or a reference that names another deal now, parts them without a trace. Likeness joins nothing: see `alike_deals`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from atlas_sync.canonical.candidates import Candidate
from atlas_sync.canonical.cluster import Words, joined
from atlas_sync.canonical.identity import SourceRef, derive_id
from atlas_sync.canonical.observed import ObservedDeal
from atlas_sync.canonical.resolution import Assignment

__all__ = [
    "JOINED",
    "engagement_id_for",
    "lapsed_deals",
    "named_by",
    "noted_sources",
    "resolve_deals",
    "spelt_ids",
    "unseen_deals",
]

_MERGED = "the same record after a merge"
_NOTED = "noted as the same by the other system"
_LAPSED = "noted as the same by the other system once, and not any more"
_SAID = "a person said they are one"
_NOTHING: Mapping[str, Assignment] = MappingProxyType({})
JOINED = (_MERGED, _NOTED, _LAPSED, _SAID)
"""Why a deal may be one with an earlier one."""
_Pair = tuple[str, str]
_SHORT, _LONG = 15, 18
_OPEN = 0.5
_TELLING_FIGURES = 8
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def engagement_id_for(deal: ObservedDeal) -> str:
    """Derive the id that an engagement gets when its deal is first seen."""
    return derive_id("eng", deal.source)


def resolve_deals(
    deals: Sequence[ObservedDeal], words: Words, before: Mapping[str, Assignment] = _NOTHING
) -> list[Assignment]:
    """Assign every deal to an engagement. `deals` are in order of first sight; each one's own id is its `base_id`.

    Deals that people said are two are never one, and what people said goes before what systems note. What a system noted
    `before` holds while it notes nothing else: a field that was hidden looks like one that was emptied, and a person is asked.
    """
    by_source = {deal.source: deal for deal in deals}
    reasons = {
        **dict.fromkeys(_held(deals, before), _LAPSED),
        **dict.fromkeys(_notes(deals, before), _NOTED),
        **dict.fromkeys(_merges(deals), _MERGED),
        **dict.fromkeys(words.same, _SAID),
    }
    pairs = sorted(reasons, key=lambda pair: (reasons[pair] != _SAID, reasons[pair] != _MERGED, pair))
    order = {deal.source: place for place, deal in enumerate(deals)}
    found: dict[str, Assignment] = {}
    for group in joined([[deal.source] for deal in deals], order, pairs, words.parts):
        sources = sorted(group, key=order.__getitem__)
        entity = engagement_id_for(by_source[sources[0]])
        for source in sources:
            own = engagement_id_for(by_source[source])
            pair = next((pair for pair in pairs if source in pair and set(pair) <= set(sources)), None)
            if pair is None or source == sources[0]:
                found[source] = Assignment(source, entity, "first seen", own)
            else:
                partner = pair[0] if pair[1] == source else pair[1]
                found[source] = Assignment(source, entity, reasons[pair], own, partner)
    return [found[deal.source] for deal in deals]


def lapsed_deals(deals: Sequence[ObservedDeal], assigned: Iterable[Assignment]) -> list[Candidate]:
    """List the pairs of deals that are one sale only since a system noted it once, for a person to say if they are."""
    there = {deal.source: deal for deal in deals if deal.deletion is None}
    lapsed = [one for one in assigned if one.reason == _LAPSED and {one.source, one.partner} <= there.keys()]
    both = [(there[one.partner], there[one.source]) for one in lapsed]
    return [
        Candidate(one, other, _OPEN, (_LAPSED, f"they are called {one.name} and {other.name}")) for one, other in both
    ]


def noted_sources(deal: ObservedDeal, systems: Iterable[str]) -> list[str]:
    """List the deals of other systems that a deal's own system may mean by the ids that it notes."""
    own = SourceRef.parse(deal.source).system
    ids = [spelling for noted in deal.cross_ids for spelling in spelt_ids(noted)]
    return [str(SourceRef(system, "deal", one)) for system in systems if system != own for one in ids]


def unseen_deals(deals: Sequence[ObservedDeal]) -> tuple[str, ...]:
    """List the ids that the deals of one sale, those that are gone apart, note of other systems' and none of them has."""
    there = {spelling for deal in deals for spelling in spelt_ids(SourceRef.parse(deal.source).id)}
    noted = dict.fromkeys(one for deal in deals if deal.deletion is None for one in deal.cross_ids)
    return tuple(one for one in noted if (spelt := spelt_ids(one)) and there.isdisjoint(spelt))


def spelt_ids(remote_id: str) -> tuple[str, ...]:
    """Give the ways in which an id that tells one record may be written; none for one that tells nothing.

    Salesforce writes 15 letters and figures, or 18, of which the last three say which of the others are capitals. Figures
    alone have to be many. Source: Salesforce object reference, ID field type.

    >>> spelt_ids("0065e00000AbCdE"), spelt_ids("17")
    (('0065e00000AbCdE', '0065e00000AbCdEAUU'), ())
    """
    one = remote_id.strip()
    if not one.isascii() or not one.isalnum():
        return ()
    if one.isdigit():
        return (one,) if len(one) >= _TELLING_FIGURES else ()
    if len(one) not in {_SHORT, _LONG}:
        return ()
    short = one[:_SHORT]
    fives = (short[start : start + 5] for start in range(0, _SHORT, 5))
    check = "".join(_CHECK[sum(1 << at for at, sign in enumerate(five) if sign.isupper())] for five in fives)
    return (short, short + check)


def named_by(source: str) -> tuple[str, ...]:
    """Give the ids by which people name a deal: its own, and the other spelling of that where it has two.

    >>> named_by("sf:deal:0065e00000AbCdEAUU"), named_by("hs:deal:17")
    (('0065e00000AbCdEAUU', '0065e00000AbCdE'), ('17',))
    """
    remote_id = SourceRef.parse(source).id
    return tuple(dict.fromkeys((remote_id, *spelt_ids(remote_id))))


def _merges(deals: Iterable[ObservedDeal]) -> Iterator[_Pair]:
    for deal in deals:
        if deal.merged_into:
            yield _pair(deal.source, deal.merged_into)


def _notes(deals: Sequence[ObservedDeal], before: Mapping[str, Assignment]) -> Iterator[_Pair]:
    """Yield the pairs that a system notes; where two deals of it note the same one, one is a copy.

    The deal that had it before keeps it, also when it is gone or has lost its note; else the first counts. A deal that is new
    joins beside one that is gone, since it may be that one made again; a copy that stood there before does not.
    """
    was = {_pair(one.source, one.partner) for one in before.values() if one.reason in {_NOTED, _LAPSED}}
    lapsed = {(_system(one), other) for pair in _held(deals, before) for one, other in (pair, pair[::-1])}
    for (system, noted), some in _noters(deals).items():
        holders = [deal for deal in some if _pair(deal.source, noted) in was]
        living = [deal for deal in some if deal.deletion is None and deal not in holders]
        if holders or (system, noted) in lapsed:
            is_left = all(deal.deletion for deal in holders) and (system, noted) not in lapsed
            living = [deal for deal in living if is_left and deal.source not in before]
        yield from (_pair(deal.source, noted) for deal in (*holders, *living[:1]))


def _noters(deals: Sequence[ObservedDeal]) -> dict[tuple[str, str], list[ObservedDeal]]:
    """Give which deals of a system note a deal of another, in order of first sight."""
    there = {deal.source for deal in deals}
    systems = sorted({_system(source) for source in there})
    found: dict[tuple[str, str], list[ObservedDeal]] = {}
    for deal in deals:
        for noted in noted_sources(deal, systems):
            if noted in there and deal not in found.setdefault((_system(deal.source), noted), []):
                found[_system(deal.source), noted].append(deal)
    return found


def _held(deals: Iterable[ObservedDeal], before: Mapping[str, Assignment]) -> Iterator[_Pair]:
    """Yield the pairs that were noted once and of which neither deal notes anything now."""
    there = {deal.source: deal for deal in deals}
    for one in before.values():
        both = [there[source] for source in (one.source, one.partner) if source in there]
        if one.reason in {_NOTED, _LAPSED} and not any(deal.cross_ids for deal in both):
            yield _pair(one.source, one.partner)


def _system(source: str) -> str:
    return SourceRef.parse(source).system


def _pair(one: str, other: str) -> _Pair:
    return min(one, other), max(one, other)
