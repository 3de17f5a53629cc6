"""What the vendor fills in by itself: won and closed from the stage, names from their parts, archiving by age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from atlas_sync.sandbox.salesforce.store import Row, Value

__all__ = ["FORMULAS", "STAGES", "add_months", "is_archived"]

_ARCHIVE_AFTER = timedelta(days=365)
_CONTRACT_CODES = {"In Approval Process": "InApproval", "Activated": "Activated"}


@dataclass(frozen=True, slots=True)
class _Stage:
    probability: float
    forecast: str
    closed: bool = False
    won: bool = False


STAGES = {
    "Prospecting": _Stage(10.0, "Pipeline"),
    "Qualification": _Stage(10.0, "Pipeline"),
    "Proposal/Price Quote": _Stage(75.0, "Pipeline"),
    "Negotiation/Review": _Stage(90.0, "BestCase"),
    "Closed Won": _Stage(100.0, "Closed", closed=True, won=True),
    "Closed Lost": _Stage(0.0, "Omitted", closed=True),
}
"""The org's stages. A stage that is none of them counts as open, as an unrestricted picklist allows."""


def add_months(day: date, months: int) -> date:
    """Give the day so many months later, at most the last of its month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_after = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (first_after - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def is_archived(thing: str, row: Row, *, now: datetime) -> bool:
    """Tell if an activity is archived: a past event or closed task at least 365 days old.

    Source: SOAP API guide, Archived Activities.
    """
    if thing == "Event":
        day = row["EndDate"] or row["ActivityDate"]
    elif thing == "Task" and row["IsClosed"]:
        created = row["CreatedDate"]
        day = row["ActivityDate"] or (created.date() if isinstance(created, datetime) else None)
    else:
        return False
    return isinstance(day, date) and day <= (now - _ARCHIVE_AFTER).date()


def _person(row: Row) -> Row:
    return {"Name": " ".join(str(part) for part in (row["FirstName"], row["LastName"]) if part)}


def _opportunity(row: Row) -> Row:
    stage = STAGES.get(str(row["StageName"]), STAGES["Prospecting"])
    probability = row["Probability"] if row["Probability"] is not None else stage.probability
    amount = row["Amount"]
    values: Row = {
        "IsClosed": stage.closed,
        "IsWon": stage.won,
        "Probability": probability,
        "ForecastCategory": stage.forecast,
        "ForecastCategoryName": {"BestCase": "Best Case"}.get(stage.forecast, stage.forecast),
        "ExpectedRevenue": _number(amount) * _number(probability) / 100 if amount is not None else None,
    }
    close = row["CloseDate"]
    if isinstance(close, date):
        quarter = (close.month + 2) // 3
        values.update(FiscalYear=close.year, FiscalQuarter=quarter, Fiscal=f"{close.year} {quarter}")
    return values


def _line_item(row: Row) -> Row:
    return {"TotalPrice": _number(row["Quantity"]) * _number(row["UnitPrice"])}


def _contract(row: Row) -> Row:
    start, months = row["StartDate"], row["ContractTerm"]
    ends = (
        add_months(start, months) - timedelta(days=1) if isinstance(start, date) and isinstance(months, int) else None
    )
    return {"EndDate": ends, "StatusCode": _CONTRACT_CODES.get(str(row["Status"]), "Draft")}


def _task(row: Row) -> Row:
    closed = row["Status"] == "Completed"
    return {
        "IsClosed": closed,
        "IsHighPriority": row["Priority"] == "High",
        "TaskSubtype": row["TaskSubtype"] or "Task",
        "CompletedDateTime": (row["CompletedDateTime"] or row["LastModifiedDate"]) if closed else None,
    }


def _event(row: Row) -> Row:
    start = row["StartDateTime"] or row["ActivityDateTime"]
    if not isinstance(start, datetime):
        day = row["ActivityDate"]
        start = datetime.combine(day, time(), UTC) if isinstance(day, date) else None
    if start is None:
        return {}
    minutes = row["DurationInMinutes"] if isinstance(row["DurationInMinutes"], int) else 60
    ends = start + timedelta(minutes=minutes)
    return {
        "StartDateTime": start,
        "ActivityDateTime": start,
        "ActivityDate": start.date(),
        "DurationInMinutes": minutes,
        "EndDateTime": ends,
        "EndDate": ends.date(),
        "EventSubtype": "Event",
    }


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


FORMULAS = {
    "Contact": _person,
    "User": _person,
    "Opportunity": _opportunity,
    "OpportunityLineItem": _line_item,
    "Contract": _contract,
    "Task": _task,
    "Event": _event,
}
"""By object: what follows from the fields of a row."""
