"""The portal: changes to records with all that the vendor calculates and counts beside them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from atlas_sync.sandbox.hubspot.associations import Links, LinkType
from atlas_sync.sandbox.hubspot.objects import ACTIVITIES, OBJECTS, ObjectType
from atlas_sync.sandbox.hubspot.owners import Owners
from atlas_sync.sandbox.hubspot.pipelines import STAGES
from atlas_sync.sandbox.hubspot.store import Record, Store, Values
from atlas_sync.sandbox.hubspot.values import exact, flag, milliseconds, moment, plain, stamp, times, to_ms

__all__ = ["PORTAL_ID", "Portal"]

PORTAL_ID = 26_184_073
_BODIES = ("hs_note_body", "hs_email_text", "hs_email_html", "hs_call_body", "hs_meeting_body", "hs_task_body")
_PREVIEW = 255


class Portal:
    """A portal without records. `required` are deal properties that its admins ask for in a stage."""

    def __init__(self) -> None:
        self.required: dict[str, tuple[str, ...]] = {}
        self.store = Store()
        self.links = Links()
        self.owners = Owners()

    def create(self, kind: ObjectType, values: Values, *, at: datetime, source: str = "INTEGRATION") -> Record:
        """Add a record; `source` says where it was made."""
        stamps: dict[str, str] = {"hs_object_source": source, "hs_object_source_label": source}
        if kind.name == "deals":
            stamps["hs_createdate"] = stamp(at)
        record = self.store.insert(kind, {}, at=at)
        self._write(record, {**stamps, **values}, at=at)
        self._recount(record, at=at)
        return record

    def update(self, record: Record, values: Values, *, at: datetime) -> None:
        """Change a record."""
        self._write(record, values, at=at)
        if record.kind.name == "contacts" and "hs_buying_role" in values:
            self._recount_around(record, ("companies",), at=at)

    def archive(self, record: Record, *, at: datetime) -> None:
        """Archive a record; what it was associated with is counted again."""
        self.store.archive(record, at=at)
        self._recount_around(record, ("companies", "contacts", "deals"), at=at)

    def merge(self, primary: Record, other: Record, *, at: datetime) -> Record:
        """Merge two records: of deals a new one comes into being, else the first one survives.

        Source: HubSpot changelog, deals now support merging; facts/hubspot.md, section 7.
        """
        lost = [primary, other] if primary.kind.name == "deals" else [other]
        stamps = {"hs_object_id", "hs_merged_object_ids", primary.kind.created, primary.kind.cursor}
        values = {
            name: value for name, value in {**other.properties, **primary.properties}.items() if name not in stamps
        }
        survivor = self.create(primary.kind, values, at=at) if len(lost) > 1 else primary
        old = ([*row.properties.get("hs_merged_object_ids", "").split(";"), row.id] for row in lost)
        merged = [*survivor.properties.get("hs_merged_object_ids", "").split(";"), *(one for ids in old for one in ids)]
        self.store.update(survivor, {**values, "hs_merged_object_ids": ";".join(filter(None, merged))}, at=at)
        for row in lost:
            self.links.move(_node(row), _node(survivor))
            self.store.erase(row, at=at, survivor=survivor)
        self._recount(survivor, at=at)
        return survivor

    def erase(self, record: Record, *, at: datetime) -> None:
        """Erase a record for good, as the law on privacy wants it: nothing tells that it was there."""
        self.store.erase(record, at=at)
        record.properties.clear()
        self._recount_around(record, ("companies", "contacts", "deals"), at=at)

    def associate(self, source: Record, target: Record, types: Iterable[LinkType] = (), *, at: datetime) -> None:
        """Associate two records. Only a new pair is counted: a label alone moves no stamp.

        Whether the vendor stamps a deal for a label is not known (facts/hubspot.md, Not settled 1); here it does not,
        which is what a reader must be able to bear.
        """
        wanted = list(types)
        one, other = _node(source), _node(target)
        if target.kind.name == "companies" and not wanted and not self.links.has_primary_company(one):
            wanted = [row for row in self.links.types(*(node[0] for node in (one, other))) if row.label == "Primary"]
        if self.links.add(one, other, wanted):
            self._recount(source, at=at)
            self._recount(target, at=at)

    def dissociate(self, source: Record, target: Record, *, at: datetime) -> None:
        """Take an association away, whatever its types."""
        if self.links.remove(_node(source), _node(target)):
            self._recount(source, at=at)
            self._recount(target, at=at)

    def linked(self, record: Record, kind: ObjectType) -> list[tuple[Record, list[LinkType]]]:
        """List the associated records of a type that are not archived."""
        found = ((self.store.get(kind, key), types) for key, types in self.links.of(_node(record), kind.name))
        return [(other, types) for other, types in found if other is not None]

    def _write(self, record: Record, values: Values, *, at: datetime) -> None:
        written = {**values, **self._ownership(record, values, at=at)}
        match record.kind.name:
            case "deals":
                written |= _deal(record, values, at=at)
            case "contacts" if "email" in values:
                written["hs_email_domain"] = (values["email"] or "").partition("@")[2] or None
            case "line_items":
                written |= _line_item({**record.properties, **values})
            case "tasks" if "hs_task_status" in values:
                written["hs_task_is_completed"] = str(int(values["hs_task_status"] == "COMPLETED"))
        written |= _preview(values)
        self.store.update(record, written, at=at)

    def _ownership(self, record: Record, values: Values, *, at: datetime) -> dict[str, str | None]:
        owner = values.get("hubspot_owner_id")
        if "hubspot_owner_id" not in values or owner == record.properties.get("hubspot_owner_id"):
            return {}
        return {"hs_all_owner_ids": owner, "hubspot_owner_assigneddate": stamp(at) if owner else None}

    def _recount_around(self, record: Record, kinds: Iterable[str], *, at: datetime) -> None:
        for name in kinds:
            for key, _types in list(self.links.of(_node(record), name)):
                if found := self.store.get(OBJECTS[name], key):
                    self._recount(found, at=at)

    def _recount(self, record: Record, *, at: datetime) -> None:
        """Write the counts that follow from associations; this stamps the record, as the vendor does."""
        counts: dict[str, str | None] = {}
        if record.kind.name in {"deals", "companies", "contacts"}:
            counts |= self._activity_counts(record)
        if record.kind.name in {"deals", "companies"}:
            counts["num_associated_contacts"] = str(len(self.linked(record, OBJECTS["contacts"])))
        if record.kind.name == "deals":
            counts["hs_num_of_associated_line_items"] = str(len(self.linked(record, OBJECTS["line_items"])))
        if record.kind.name == "companies":
            counts |= self._buying_roles(record)
        if record.kind.name == "contacts":
            company = next((other for other, _types in self.linked(record, OBJECTS["companies"])), None)
            counts["associatedcompanyid"] = company.id if company else None
        if any(record.properties.get(name) != value for name, value in counts.items()):
            self.store.update(record, counts, at=at)

    def _activity_counts(self, record: Record) -> dict[str, str | None]:
        found = [other for kind in ACTIVITIES for other, _types in self.linked(record, kind)]
        last = max((other.properties.get("hs_timestamp", "") for other in found), key=_when, default="")
        return {"num_notes": str(len(found)), "notes_last_updated": last or None}

    def _buying_roles(self, company: Record) -> dict[str, str | None]:
        people = [other for other, _types in self.linked(company, OBJECTS["contacts"])]
        roles = [person.properties.get("hs_buying_role", "").split(";") for person in people]
        return {
            "hs_num_contacts_with_buying_roles": str(sum(1 for held in roles if held != [""])),
            "hs_num_decision_makers": str(sum(1 for held in roles if "DECISION_MAKER" in held)),
            "hs_num_blockers": str(sum(1 for held in roles if "BLOCKER" in held)),
        }


def _node(record: Record) -> tuple[str, str]:
    return (record.kind.name, record.id)


def _when(text: str) -> datetime:
    return moment(text) or datetime.min.replace(tzinfo=UTC)


def _preview(values: Values) -> dict[str, str | None]:
    bodies = [values[name] for name in _BODIES if name in values]
    if not bodies:
        return {}
    words = " ".join(plain(next((body for body in bodies if body), "")).split())
    if not words:
        return {"hs_body_preview": None, "hs_body_preview_is_truncated": None}
    truncated = flag(is_set=len(words) > _PREVIEW)
    return {"hs_body_preview": words[:_PREVIEW], "hs_body_preview_is_truncated": truncated}


def _line_item(row: Values) -> dict[str, str | None]:
    price, quantity = row.get("price"), row.get("quantity")
    return {"amount": times(price, quantity) if price is not None and quantity is not None else None}


def _deal(record: Record, values: Values, *, at: datetime) -> dict[str, str | None]:
    """Calculate what follows from a deal's stage, amount and close date."""
    old = record.properties.get("dealstage")
    row = {**record.properties, **values}
    stage = STAGES.get(row.get("dealstage") or "")
    written: dict[str, str | None] = {}
    if row.get("dealstage") != old:
        if old:
            written[f"hs_v2_date_exited_{old}"] = stamp(at)
        if stage:
            written[f"hs_v2_date_entered_{stage.id}"] = stamp(at)
        written["hs_deal_stage_probability"] = exact(stage.probability) if stage else "0"
    elif "hs_deal_stage_probability" not in row:
        written["hs_deal_stage_probability"] = "0"
    is_won, is_closed = bool(stage and stage.is_won), bool(stage and stage.is_closed)
    amount, close = row.get("amount"), row.get("closedate")
    chance = written.get("hs_deal_stage_probability") or row.get("hs_deal_stage_probability") or "0"
    return written | {
        "hs_is_closed": flag(is_set=is_closed),
        "hs_is_closed_won": flag(is_set=is_won),
        "hs_is_closed_lost": flag(is_set=is_closed and not is_won),
        "hs_is_open_count": str(int(not is_closed)),
        "hs_closed_won_count": str(int(is_won)),
        "hs_closed_amount": (amount if is_won else None) or "0",
        "hs_closed_won_date": close if is_won else None,
        "hs_forecast_amount": amount,
        "hs_projected_amount": times(amount, chance) if amount else None,
        "hs_open_deal_create_date": None if is_closed else str(milliseconds(record.created_at)),
        "days_to_close": _days(record.created_at, close),
    }


def _days(created: datetime, close: str | None) -> str:
    closing = moment(close) if close else None
    span = closing - to_ms(created) if closing else timedelta()
    return str(max(Decimal(0), Decimal(span.days)))
