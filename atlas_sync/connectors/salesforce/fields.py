"""Which fields of which object each stream asks for, and which of them it cannot do without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from atlas_sync.connectors.protocol import StreamSpec

__all__ = ["SOURCES", "STREAMS", "Source", "sources_for"]

STREAMS = (
    StreamSpec("users", "increment", ("people",)),
    StreamSpec("clients", "increment", ("deal",)),
    StreamSpec("persons", "increment", ("people",)),
    StreamSpec("deals", "increment", ("deal",)),
    StreamSpec("roles", "set", ("people",)),
    StreamSpec("line_items", "increment", ("deal",)),
    StreamSpec("contracts", "increment", ("contract",)),
    StreamSpec("tasks", "increment", ("conversation",)),
    StreamSpec("events", "increment", ("conversation",)),
    StreamSpec("emails", "increment", ("conversation",)),
    StreamSpec("notes", "increment", ("conversation",), after=("deals",)),
)


@dataclass(frozen=True, slots=True)
class Source:
    """One object as a stream reads it.

    `required` fields make a stream partial when they are hidden, `wanted` ones only thin it out; `if_there` are fields that
    many orgs do not have, so their absence is no news. `where` narrows the rows. `SystemModstamp` and `Id` always come along.
    """

    thing: str
    required: tuple[str, ...]
    wanted: tuple[str, ...] = ()
    if_there: tuple[str, ...] = ()
    where: str = ""


SOURCES: Mapping[str, Source] = {
    "users": Source("User", ("Name", "IsActive", "UserType"), ("Email", "Title")),
    "clients": Source(
        "Account",
        ("IsDeleted", "MasterRecordId", "Name"),
        ("Website", "Industry", "BillingCity", "BillingCountry"),
    ),
    "persons": Source(
        "Contact",
        ("IsDeleted", "MasterRecordId", "AccountId", "Name", "Email"),
        ("Phone", "MobilePhone", "Title"),
    ),
    "deals": Source(
        "Opportunity",
        ("IsDeleted", "Name", "AccountId", "OwnerId", "StageName", "IsWon", "IsClosed", "Description", "NextStep"),
        ("Amount", "CloseDate", "CreatedDate", "LastStageChangeDate"),
        ("ContractId", "CurrencyIsoCode"),
    ),
    "roles": Source(
        "OpportunityContactRole",
        ("IsDeleted", "OpportunityId", "ContactId", "Role", "IsPrimary"),
        where="IsDeleted = false",
    ),
    "line_items": Source(
        "OpportunityLineItem",
        ("IsDeleted", "OpportunityId", "Name", "Description"),
        ("Quantity", "UnitPrice", "TotalPrice"),
    ),
    "contracts": Source(
        "Contract",
        ("IsDeleted", "AccountId", "Status", "SpecialTerms", "Description"),
        ("ContractNumber", "StartDate", "EndDate", "CustomerSignedDate"),
    ),
    "tasks": Source(
        "Task",
        ("IsDeleted", "WhatId", "WhoId", "Subject", "Description", "OwnerId", "TaskSubtype", "ActivityDate"),
        ("AccountId", "CallType", "CompletedDateTime", "CreatedDate"),
    ),
    "events": Source(
        "Event",
        ("IsDeleted", "WhatId", "WhoId", "Subject", "Description", "OwnerId", "StartDateTime"),
        ("AccountId", "ActivityDate", "CreatedDate"),
        where="IsChild = false",
    ),
    "emails": Source(
        "EmailMessage",
        ("IsDeleted", "RelatedToId", "Subject", "TextBody", "HtmlBody", "FromAddress", "ToAddress", "Incoming"),
        ("FromName", "CcAddress", "Status", "MessageDate", "CreatedDate"),
        ("IsPrivateDraft",),
    ),
    "notes": Source(
        "ContentDocument",
        ("IsDeleted", "Title", "FileType", "LatestPublishedVersionId"),
        ("OwnerId", "CreatedDate", "ContentModifiedDate"),
    ),
}
"""The object of each stream.

Roles carry no mark when they are taken off a deal, so the whole set is read. `IsChild` rows are an invited colleague's copy
of a meeting. Source: object reference, OpportunityContactRole; contracts/salesforce/describe/Event.describe.json.
"""


def sources_for(project_field: str | None) -> Mapping[str, Source]:
    """Give the table for an org whose deals name their delivery project in a field of its own.

    That field is required: hidden and wrongly spelt look the same, and either way the links to delivery are lost.
    """
    if project_field is None:
        return SOURCES
    deals = SOURCES["deals"]
    return {**SOURCES, "deals": replace(deals, required=(*deals.required, project_field))}
