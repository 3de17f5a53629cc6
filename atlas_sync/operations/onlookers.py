"""Which people of a sale have a user in the tracker, by the records that were joined to one person."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.model import Person
from atlas_sync.coverage import EngagementRecord, Onlooker
from atlas_sync.store.warehouse import Rows

__all__ = ["find_onlookers"]


def find_onlookers(rows: Rows, record: EngagementRecord, wanted: Collection[str], *, system: str) -> Sequence[Onlooker]:
    """Give those of an engagement's people who are wanted and have exactly one user in a tracker."""
    found: list[Onlooker] = []
    if "seller" in wanted and record.engagement.owner_sales and record.engagement.owner_sales_active:
        # A deal tells its owner by one record, and what the person is called may be another's word.
        ours = rows.select(Person, side="us")
        sellers = [one for one in ours if record.engagement.owner_sales in {one.name, *one.aliases}]
        if len(sellers) == 1 and (user := _user_of(sellers[0], system)):
            found.append(Onlooker(sellers[0].id, sellers[0].name, user, "seller"))
    if "customer" in wanted and record.stakeholders:
        people = {one.id: one for one in rows.select(Person, id=[one.person_id for one in record.stakeholders])}
        for one in record.stakeholders:
            user = _user_of(people[one.person_id], system) if one.person_id in people else ""
            found += [Onlooker(one.person_id, one.name, user, "customer")] if user else []
    return found


def _user_of(person: Person, system: str) -> str:
    users = [ref.id for ref in map(SourceRef.parse, person.sources) if (ref.system, ref.kind) == (system, "user")]
    return users[0] if len(users) == 1 else ""
