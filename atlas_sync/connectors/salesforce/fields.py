"""Which fields of which object each stream asks for, and which of them it cannot do without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from atlas_sync.connectors.protocol import StreamSpec
from atlas_sync.connectors.salesforce.settings import SalesforceSettings
from atlas_sync.connectors.salesforce.soql import STAMP

__all__ = ["FILES", "SOURCES", "STREAMS", "Source", "sources_for", "streams_for"]

STREAMS: tuple[StreamSpec, ...] = (
    StreamSpec("users", "increment", ("people",)),
    StreamSpec("clients", "increment", ("deal",)),
    StreamSpec("persons", "increment", ("people",)),
    StreamSpec("deals", "increment", ("deal",), whole=True),
    StreamSpec("deal_stages", "increment", ()),
    StreamSpec("roles", "set", ("roles",)),
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

    `required` fields make a stream partial when they are hidden, since something would look absent without them; `wanted`
    ones only thin it out; `if_there` are fields that many orgs do not have, so their absence is no news. `where` narrows the
    rows. `Id`, the stamp and every custom field that is shown always come along.
    """

    thing: str
    required: tuple[str, ...]
    wanted: tuple[str, ...] = ()
    if_there: tuple[str, ...] = ()
    where: str = ""
    stamp: str = STAMP
    whole: bool = False


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
        (
            "IsDeleted",
            "Name",
            "AccountId",
            "OwnerId",
            "StageName",
            "IsWon",
            "IsClosed",
            "Description",
            "NextStep",
            "LastStageChangeDate",
        ),
        ("Amount", "CloseDate", "CreatedDate"),
        ("ContractId", "CurrencyIsoCode"),
    ),
    "deal_stages": Source(
        "OpportunityHistory",
        ("IsDeleted", "OpportunityId", "StageName", "CreatedDate"),
        ("CreatedById", "Amount", "ExpectedRevenue", "CloseDate", "Probability", "ForecastCategory"),
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
        ("IsDeleted", "Title", "FileType", "LatestPublishedVersionId", "OwnerId"),
        ("CreatedDate", "ContentModifiedDate", "FileExtension", "ContentSize"),
    ),
}
"""The object of each stream.

Roles carry no mark when they are taken off a deal, so the whole set is read. `IsChild` rows are an invited colleague's copy
of a meeting. Source: object reference, OpportunityContactRole; contracts/salesforce/describe/Event.describe.json.
"""


FILES = Source(
    "ContentVersion",
    ("ContentDocumentId", "Title"),
    ("VersionNumber", "PathOnClient", "FileType", "FileExtension", "ContentSize", "Checksum", "OwnerId", "CreatedDate"),
)
"""What is known of a file besides its bytes, of which none are read."""

_DEAL_CHANGES = StreamSpec("deal_changes", "increment", ())
_DEAL_CHANGES_SOURCE = Source(
    "OpportunityFieldHistory",
    ("IsDeleted", "OpportunityId", "Field", "OldValue", "NewValue"),
    ("CreatedById",),
    stamp="CreatedDate",
)


def streams_for(settings: SalesforceSettings) -> tuple[StreamSpec, ...]:
    """List the streams: those of every org, then the tracked changes and the org's own objects where they are asked for."""
    changes = (_DEAL_CHANGES,) if settings.field_history else ()
    own = (
        StreamSpec(thing, "increment", ("conversation",) if spec.texts else (), whole=True)
        for thing, spec in settings.custom.items()
    )
    return (*STREAMS, *changes, *own)


def sources_for(settings: SalesforceSettings) -> Mapping[str, Source]:
    """Give the table for an org, with what its settings name.

    Such fields are required: hidden and wrongly spelt look the same, and either way what they hold is lost.
    """
    deals = SOURCES["deals"]
    named = (
        *((settings.project_field,) if settings.project_field else ()),
        *((settings.type_field,) if settings.type_field else ()),
        *settings.notes,
        *settings.promise_texts,
    )
    own = {thing: Source(thing, ("IsDeleted", *spec.fields), whole=True) for thing, spec in settings.custom.items()}
    changes = {_DEAL_CHANGES.name: _DEAL_CHANGES_SOURCE} if settings.field_history else {}
    return {**SOURCES, "deals": replace(deals, required=(*deals.required, *named)), **changes, **own}
