"""Deals of two CRMs that may be one sale and that nothing says are: scored, explained, and left to a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from atlas_sync.canonical.candidates import MOST, Candidate, Scored, unsure
from atlas_sync.canonical.cluster import Words
from atlas_sync.canonical.deals import noted_sources
from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.likeness import spelt_alike
from atlas_sync.canonical.normalize import company_key
from atlas_sync.canonical.observed import ObservedDeal

__all__ = ["unsure_deals"]

_NEAR_DAYS, _FAR_DAYS = 31, 180
_NEAR_SHARE = Decimal("0.1")


def unsure_deals(
    deals: Sequence[ObservedDeal],
    entity_of: Mapping[str, str],
    words: Words,
    *,
    client_of: Mapping[str, str],
    person_of: Mapping[str, str],
) -> list[Candidate]:
    """List pairs of one client's deals in two CRMs that may be one sale, the likeliest first.

    `client_of` and `person_of` give the entity by source. Deals of one CRM are two sales to whoever keeps it, and not asked.
    """
    return unsure(
        [deal for deal in deals if deal.deletion is None],
        lambda deal: _blocks(deal, client_of),
        lambda one, other: _score(one, other, person_of),
        entity_of=entity_of,
        words=words,
    )


def _blocks(deal: ObservedDeal, client_of: Mapping[str, str]) -> Iterator[str]:
    client = client_of.get(deal.client or "")
    if client:
        yield client
        yield f"{client} {_key(deal.name)}"
        if deal.amount:
            yield f"{client} {deal.amount.normalize()} {deal.currency}"


def _key(name: str) -> str:
    return " ".join(sorted(company_key(name).split()))


def _score(one: ObservedDeal, other: ObservedDeal, person_of: Mapping[str, str]) -> Scored:
    if SourceRef.parse(one.source).system == SourceRef.parse(other.source).system:
        return 0.0, ()
    score = 0.2 + 0.4 * spelt_alike(_key(one.name), _key(other.name))
    reasons = ["both are sold to the same client", f"they are called {one.name} and {other.name}"]
    for more, why in (_amounts(one, other), _days(one, other), _notes(one, other)):
        score += more
        reasons += [why] if why else []
    seller = person_of.get(one.owner or "")
    if seller and seller == person_of.get(other.owner or ""):
        score, reasons = score + 0.1, [*reasons, "the same person sells both"]
    if one.project_hint and one.project_hint == other.project_hint:
        score, reasons = score + 0.2, [*reasons, f"both name the project {one.project_hint}"]
    return min(MOST, score), tuple(reasons)


def _amounts(one: ObservedDeal, other: ObservedDeal) -> tuple[float, str]:
    if not one.amount or not other.amount:
        return 0.0, ""
    shown = f"{one.amount} {one.currency or ''}".strip(), f"{other.amount} {other.currency or ''}".strip()
    if one.currency != other.currency:
        return 0.0, f"they are worth {shown[0]} and {shown[1]}"
    if one.amount == other.amount:
        return 0.3, f"both are worth {shown[0]}"
    if abs(one.amount - other.amount) <= _NEAR_SHARE * max(one.amount, other.amount):
        return 0.1, f"they are worth {shown[0]} and {shown[1]}"
    return -0.1, f"against it: they are worth {shown[0]} and {shown[1]}"


def _days(one: ObservedDeal, other: ObservedDeal) -> tuple[float, str]:
    if not one.close_date or not other.close_date:
        return 0.0, ""
    apart = abs((one.close_date - other.close_date).days)
    if apart > _FAR_DAYS:
        return -0.15, f"against it: they close {apart} days apart"
    more = 0.15 if apart == 0 else 0.1 if apart <= _NEAR_DAYS else 0.0
    return more, f"both close on {one.close_date}" if apart == 0 else f"they close {apart} days apart"


def _notes(one: ObservedDeal, other: ObservedDeal) -> tuple[float, str]:
    """Say it where one names the other and another deal of its system does so too: one of them is a copy."""
    systems = [SourceRef.parse(deal.source).system for deal in (one, other)]
    named = other.source in noted_sources(one, systems) or one.source in noted_sources(other, systems)
    return (0.2, "one of them names the other, as does another deal beside it") if named else (0.0, "")
