"""What hangs on each deal, as a history of pairs, so that an association that comes or goes re-reads just its record.

HubSpot stamps neither side for sure when two records are associated or parted. A deal is stamped when the count of what hangs
on it changes, never for its company; so companies are asked of every deal on each run, the rest of those that changed. The
first time, what is written down of its companies is what each deal was landed with: what changed since then is news later.

Landed shape: `{"deal": id, "type": type, "id": id, "attached": bool, "stream": name, "landed": record}`. The id ends with a
count that is odd while the pair is attached; what is known of a pair is thus its highest count. `landed` stands on news only,
and on the pair with nobody of a deal that had to be landed once more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from atlas_sync.connectors.hubspot.associations import Associations, Companies, company_ids
from atlas_sync.connectors.hubspot.departures import Departures
from atlas_sync.connectors.hubspot.objects import LINKED
from atlas_sync.connectors.protocol import Page, RawRecord

__all__ = ["Links"]

_AT_ONCE = 1_000
_PROOF = "every deal that could have changed was asked"
_NOBODY = "0"
_Found = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class _Pair:
    deal: str
    type: str
    other: str

    @property
    def stream(self) -> str:
        """The stream whose record shows the pair, and by which it is re-read."""
        return self.type if self.type in LINKED else "deals"

    @property
    def asked(self) -> str:
        """The type under which HubSpot is asked for the pair."""
        return "companies" if self.type == "primary" else self.type

    @property
    def record(self) -> str:
        """The id of that record."""
        return self.other if self.type in LINKED else self.deal


class Links:
    """Compares what hangs on deals with what did."""

    def __init__(self, associations: Associations, departures: Departures) -> None:
        self._associations = associations
        self._departures = departures

    def first(self, deals: Sequence[str], companies: Companies) -> Iterator[Page]:
        """Yield the pairs there are; `companies` are those that deals were landed with, and grow by whoever is landed.

        Deals that another process landed are landed again, since nobody knows what with.
        """
        for chunk in _chunks(deals):
            again = self._again([deal for deal in chunk if deal not in companies], {})
            pairs = [pair for deal in chunk for pair in sorted(_with_companies(deal, companies), key=_order)]
            yield Page((*again, *self._records(pairs, {}, {})), self._associations.at)
        for type_ in LINKED:
            for chunk in _chunks(deals):
                found = self._associations.read("deals", type_, chunk)
                pairs = [pair for deal in chunk for pair in sorted(_now(deal, type_, found), key=_order)]
                yield Page(tuple(self._records(pairs, {}, {})), self._associations.at)
        yield Page((), self._associations.at, proof=_PROOF)

    def pages(
        self,
        *,
        deals: Sequence[str],
        touched: Sequence[str],
        known: Sequence[str],
        at: datetime | None,
        companies: Companies,
    ) -> Iterator[Page]:
        """Yield the pairs that came or went since they were last known.

        `companies` are those that deals were landed with earlier in this run: a deal whose companies differ by now is landed
        again, though they may be those that were known before.
        """
        counts = _counts(known, touched=frozenset(touched))
        before: dict[tuple[str, str], set[_Pair]] = defaultdict(set)
        for pair, count in counts.items():
            if count % 2 == 1:
                before[pair.deal, pair.asked].add(pair)
        for type_, some in (("companies", deals), *((type_, touched) for type_ in LINKED)):
            for chunk in _chunks(some):
                found = self._associations.read("deals", type_, chunk)
                news = [
                    pair
                    for deal in chunk
                    for pair in sorted(_now(deal, type_, found) ^ before[deal, type_], key=_order)
                ]
                records = list(self._records(news, counts, self._landed(news)))
                if type_ == "companies":
                    records += self._again(_outdated(chunk, found, companies), counts)
                yield Page(tuple(records), at or self._associations.at)
        yield Page((), at or self._associations.at, proof=_PROOF)

    def _again(self, deals: Sequence[str], counts: Mapping[_Pair, int]) -> list[RawRecord]:
        """Land deals once more, each with a pair that is not attached."""
        nobody = [_Pair(deal, "companies", _NOBODY) for deal in deals]
        return list(self._records(nobody, {pair: counts.get(pair, 0) + 1 for pair in nobody}, self._landed(nobody)))

    def _records(
        self, news: Sequence[_Pair], counts: Mapping[_Pair, int], landed: Mapping[tuple[str, str], bytes]
    ) -> Iterator[RawRecord]:
        for pair in news:
            count = counts.get(pair, 0) + 1
            body: dict[str, Any] = {
                "deal": pair.deal,
                "type": pair.type,
                "id": pair.other,
                "attached": count % 2 == 1,
                "stream": pair.stream,
            }
            if (pair.stream, pair.record) in landed:
                body["landed"] = msgspec.Raw(landed[pair.stream, pair.record])
            yield RawRecord(f"{pair.deal}-{pair.type}-{pair.other}-{count}", msgspec.json.encode(body))

    def _landed(self, news: Iterable[_Pair]) -> dict[tuple[str, str], bytes]:
        """Read the records that show these pairs, or where they went."""
        wanted: dict[str, dict[str, None]] = defaultdict(dict)
        for pair in news:
            wanted[pair.stream][pair.record] = None
        return {
            (stream, record.id): record.body
            for stream, ids in wanted.items()
            for page in self._departures.look_up(stream, list(ids))
            for record in page.records
        }


def _counts(known: Iterable[str], *, touched: frozenset[str]) -> dict[_Pair, int]:
    """Give the highest count of each pair that is compared in this run."""
    counts: dict[_Pair, int] = {}
    for one in known:
        deal, type_, other, count = one.rsplit("-", 3)
        if type_ in LINKED and deal not in touched:
            continue
        pair = _Pair(deal, type_, other)
        counts[pair] = max(counts.get(pair, 0), int(count))
    return counts


def _now(deal: str, type_: str, found: _Found) -> set[_Pair]:
    """Give the pairs of a deal; a company is one more if it is the primary one."""
    if type_ == "companies":
        return _with_companies(deal, {deal: company_ids(found.get(deal, ()))})
    return {_Pair(deal, type_, str(one["toObjectId"])) for one in found.get(deal, ())}


def _outdated(deals: Sequence[str], found: _Found, companies: Companies) -> list[str]:
    """Give the deals that were landed with other companies than they have."""
    return [
        deal for deal in deals if deal in companies and set(companies[deal]) != set(company_ids(found.get(deal, ())))
    ]


def _with_companies(deal: str, companies: Companies) -> set[_Pair]:
    of_deal = companies.get(deal, ())
    pairs = {_Pair(deal, "companies", one) for one, _is_primary in of_deal}
    return pairs | {_Pair(deal, "primary", one) for one, is_primary in of_deal if is_primary}


def _chunks(deals: Sequence[str]) -> Iterator[Sequence[str]]:
    return (deals[start : start + _AT_ONCE] for start in range(0, len(deals), _AT_ONCE))


def _order(pair: _Pair) -> tuple[int, str]:
    return int(pair.other), pair.type
