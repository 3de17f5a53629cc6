"""The stand-in's org: changes to records with all that the vendor does beside them."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from atlas_sync.sandbox.salesforce.rules import FORMULAS
from atlas_sync.sandbox.salesforce.schema import OBJECTS
from atlas_sync.sandbox.salesforce.store import Row, Store, Value

__all__ = ["Org", "Validation", "plain"]

_FOUNDED = datetime(2025, 8, 1, 7, 0, tzinfo=UTC)
_PREVIEW = 255
_HISTORY = ("StageName", "Amount", "CloseDate", "Probability")
_TRACKED = ("StageName", "Amount", "CloseDate", "NextStep")
_COPIED = (*_HISTORY, "ExpectedRevenue", "ForecastCategory")
_CASCADES = {
    "Account": (("Contact", "AccountId"), ("Opportunity", "AccountId"), ("Contract", "AccountId")),
    "Opportunity": (
        ("OpportunityContactRole", "OpportunityId"),
        ("OpportunityHistory", "OpportunityId"),
        ("OpportunityFieldHistory", "OpportunityId"),
        ("OpportunityLineItem", "OpportunityId"),
        ("Task", "WhatId"),
        ("Event", "WhatId"),
        ("ContentDocumentLink", "LinkedEntityId"),
    ),
    "ContentDocument": (("ContentVersion", "ContentDocumentId"), ("ContentDocumentLink", "ContentDocumentId")),
}
_CHILDREN = {
    "Account": (
        *_CASCADES["Account"],
        ("Task", "WhatId"),
        ("Task", "AccountId"),
        ("Event", "WhatId"),
        ("Event", "AccountId"),
        ("EmailMessage", "RelatedToId"),
    ),
    "Contact": (("OpportunityContactRole", "ContactId"), ("Task", "WhoId"), ("Event", "WhoId")),
}
"""What is carried over to the winner of a merge, by child and field."""

_DEFAULTS: dict[str, Row] = {
    "Opportunity": {"CurrencyIsoCode": "EUR"},
    "Task": {"Status": "Not Started", "Priority": "Normal"},
    "Event": {"ShowAs": "Busy"},
    "Contract": {"Status": "Draft"},
    "EmailMessage": {"Status": "3"},
    "ContentDocumentLink": {"ShareType": "V", "Visibility": "AllUsers"},
    "User": {"IsActive": True},
    "Product2": {"IsActive": True},
}


def plain(text: str) -> str:
    """Give the words of an HTML text, a line per block: what the vendor copies into an activity's comments."""
    broken = re.sub(r"(?i)<br\s*/?>|</(?:p|div|li|h\d|tr)>", "\n", text)
    return html.unescape(re.sub(r"<[^>]+>", "", broken)).strip()


def _shown(value: Value) -> str | None:
    return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Validation:
    """A validation rule: a record that `breaks` it is refused with the sentence that the admin wrote."""

    breaks: Callable[[Row], bool]
    message: str
    field: str = ""


class Org:
    """An org with its own users in place, otherwise empty. `validations` are its admins' rules for changes, by object."""

    def __init__(self) -> None:
        self.store = Store()
        self.validations: dict[str, list[Validation]] = {}
        self.api_user = self._user("", "Atlas Integration", "atlas.integration@tidemark.example", kind="Standard")
        self._user("Automated", "Process", "autoproc@tidemark.example", kind="AutomatedProcess")
        organization: Row = {
            "Name": "Tidemark Data",
            "Country": "PT",
            "OrganizationType": "Enterprise Edition",
            "InstanceName": "SWE5",
            "TimeZoneSidKey": "Europe/Lisbon",
        }
        everything: Row = dict.fromkeys(
            ("PermissionsApiEnabled", "PermissionsViewAllData", "PermissionsQueryAllFiles"), True
        )
        self.store.insert("UserPermissionAccess", everything, by=self.api_user, at=_FOUNDED)
        self.id = self.store.insert("Organization", organization, by=self.api_user, at=_FOUNDED)

    def _user(self, first: str, last: str, email: str, *, kind: str) -> str:
        values: Row = {"FirstName": first or None, "LastName": last, "Email": email, "Username": email}
        values.update(IsActive=True, UserType=kind, Alias=last[:8].lower(), TimeZoneSidKey="Europe/Lisbon")
        key = self.create("User", values, by="", at=_FOUNDED)
        self._row("User", key).update(CreatedById=key, LastModifiedById=key)
        return key

    def create(self, thing: str, values: Mapping[str, Value], *, by: str, at: datetime) -> str:
        """Add a record and give its id."""
        defaults: Row = {**_DEFAULTS.get(thing, {}), **({"OwnerId": by} if OBJECTS[thing].field("OwnerId") else {})}
        key = self.store.insert(thing, {**defaults, **values}, by=by, at=at)
        row = self._row(thing, key)
        row.update(FORMULAS[thing](row) if thing in FORMULAS else {})
        if thing == "Opportunity":
            row["LastStageChangeDate"] = row["CreatedDate"]
            self._keep_history(row, by=by, at=at)
        if thing == "Contract" and not row["ContractNumber"]:
            row["ContractNumber"] = f"{sum(1 for _ in self.store.rows(thing)):08d}"
        if thing == "Delivery_Note__c":
            row["Name"] = f"DN-{sum(1 for _ in self.store.rows(thing)):04d}"
        if thing == "OpportunityLineItem":
            self._name_line_item(row, at=at)
        self._follow_up(thing, row, at=at)
        return key

    def update(self, thing: str, key: str, values: Mapping[str, Value], *, by: str, at: datetime) -> None:
        """Change a record."""
        row = self._row(thing, key)
        before, tracked = ({name: row.get(name) for name in names} for names in (_HISTORY, _TRACKED))
        moved = thing == "Opportunity" and values.get("StageName", row["StageName"]) != row["StageName"]
        changes: Row = dict(values)
        if moved:
            changes = {"Probability": None, **changes, "LastStageChangeDate": at.replace(microsecond=0)}
        self.store.update(thing, key, changes, by=by, at=at)
        row.update(FORMULAS[thing](row) if thing in FORMULAS else {})
        if thing == "Opportunity" and before != {name: row[name] for name in _HISTORY}:
            self._keep_history(row, by=by, at=at)
        if thing == "Opportunity":
            self._track(row, tracked, by=by, at=at)
        self._follow_up(thing, row, at=at)

    def delete(self, thing: str, key: str, *, at: datetime) -> None:
        """Put a record and what belongs to it into the recycle bin.

        A contact role that is removed by itself is gone without a trace. Source: object reference, OpportunityContactRole.
        """
        if thing == "OpportunityContactRole":
            self.store.forget(thing, key)
            return
        self._bin(thing, self._row(thing, key), at=at)
        for child, field in _CASCADES.get(thing, ()):
            for row in list(self.store.rows(child)):
                if row[field] == key and not row["IsDeleted"]:
                    self._bin(child, row, at=at)
        if thing == "ContentDocument" and (note := self.store.get("ContentNote", key)):
            self._bin("ContentNote", note, at=at)

    def undelete(self, thing: str, key: str, *, at: datetime) -> None:
        """Take a record, with what went there together with it, out of the recycle bin."""
        gone = self._row(thing, key)["SystemModstamp"]
        self._unbin(thing, self._row(thing, key), at=at)
        for child, field in _CASCADES.get(thing, ()):
            for row in self.store.rows(child):
                if row[field] == key and row["IsDeleted"] and row["SystemModstamp"] == gone:
                    self._unbin(child, row, at=at)

    def purge(self, thing: str, key: str) -> None:
        """Empty the recycle bin of a record and what belongs to it: only the log of deletions still knows of them."""
        self.store.forget(thing, key)
        for child, field in _CASCADES.get(thing, ()):
            for row in list(self.store.rows(child)):
                if row[field] == key and row["IsDeleted"]:
                    self.store.forget(child, str(row["Id"]))

    def merge(self, thing: str, winner: str, loser: str, *, at: datetime) -> None:
        """Merge two records: the loser goes into the bin and names the winner, which takes its children over.

        The children are not stamped: whether the vendor stamps them is not stated, so the worse is assumed.
        Source: SOAP API guide, merge(); Apex guide, Triggers and Merge Statements.
        """
        for child, field in _CHILDREN[thing]:
            for row in self.store.rows(child):
                if row[field] == loser:
                    row[field] = winner
        self._bin(thing, self._row(thing, loser), at=at)
        self._row(thing, loser)["MasterRecordId"] = winner
        self.store.touch(self._row(thing, winner), at=at)

    def add_note(self, title: str, content: str, *, parent: str, by: str, at: datetime) -> str:
        """Write an enhanced note (HTML) about a record and give its id, which is a document's."""
        raw = content.encode()
        preview = plain(content).replace("\n", " ")[:_PREVIEW]
        about: Row = {"Title": title, "FileType": "SNOTE", "ContentSize": len(raw), "OwnerId": by}
        about["ContentModifiedDate"] = at.replace(microsecond=0)
        document: Row = {**about, "FileExtension": "snote", "PublishStatus": "P"}
        key = self.store.insert("ContentDocument", document, by=by, at=at)
        version: Row = {
            **about,
            "ContentDocumentId": key,
            "IsLatest": True,
            "VersionNumber": "1",
            "PathOnClient": f"{title}.snote",
            "FileExtension": "snote",
            "TextPreview": preview,
            "Checksum": hashlib.md5(raw, usedforsecurity=False).hexdigest(),
        }
        latest = self.store.insert("ContentVersion", version, by=by, at=at)
        self._row("ContentDocument", key)["LatestPublishedVersionId"] = latest
        note: Row = {**about, "TextPreview": preview, "LatestPublishedVersionId": latest}
        self.store.insert("ContentNote", note, by=by, at=at, key=key)
        self.store.put_blob(latest, raw)
        for entity, share in ((by, "I"), (parent, "V")):
            link: Row = {"ContentDocumentId": key, "LinkedEntityId": entity, "ShareType": share}
            self.store.insert("ContentDocumentLink", {**link, "Visibility": "AllUsers"}, by=by, at=at)
        return key

    def _row(self, thing: str, key: str) -> Row:
        row = self.store.get(thing, key)
        if row is None:
            msg = f"no {thing} has the id {key}"
            raise LookupError(msg)
        return row

    def _bin(self, thing: str, row: Row, *, at: datetime) -> None:
        row["IsDeleted"] = True
        self.store.touch(row, at=at)
        self.store.log_deletion(thing, str(row["Id"]), at=at)

    def _unbin(self, thing: str, row: Row, *, at: datetime) -> None:
        """Take a row out of the bin; the log forgets it, and it is stamped anew."""
        row["IsDeleted"] = False
        self.store.touch(row, at=at)
        self.store.unlog_deletion(thing, str(row["Id"]))

    def _follow_up(self, thing: str, row: Row, *, at: datetime) -> None:
        if thing in {"Task", "Event"}:
            self._log_activity(thing, row, at=at)
        if thing == "OpportunityContactRole" and row["IsPrimary"]:
            for other in self.store.rows(thing):
                if other["OpportunityId"] == row["OpportunityId"] and other["IsPrimary"] and other is not row:
                    other["IsPrimary"] = False
                    self.store.touch(other, at=at)

    def _keep_history(self, row: Row, *, by: str, at: datetime) -> None:
        kept: Row = {name: row[name] for name in _COPIED}
        self.store.insert("OpportunityHistory", {**kept, "OpportunityId": row["Id"]}, by=by, at=at)

    def _track(self, row: Row, before: Row, *, by: str, at: datetime) -> None:
        for name, old in before.items():
            if old != row[name]:
                change: Row = {"OpportunityId": row["Id"], "Field": name, "DataType": "Text"}
                change.update(OldValue=_shown(old), NewValue=_shown(row[name]))
                self.store.insert("OpportunityFieldHistory", change, by=by, at=at)

    def _name_line_item(self, row: Row, *, at: datetime) -> None:
        product, deal = self.store.find(row["Product2Id"]), self.store.find(row["OpportunityId"])
        if deal:
            row["Name"] = f"{deal[1]['Name']} {product[1]['Name'] if product else ''}".strip()
            row["CurrencyIsoCode"] = deal[1]["CurrencyIsoCode"]
            deal[1]["HasOpportunityLineItem"] = True
            self.store.touch(deal[1], at=at)
        row["ProductCode"] = product[1]["ProductCode"] if product else None
        row["ListPrice"] = row["UnitPrice"]

    def _log_activity(self, thing: str, row: Row, *, at: datetime) -> None:
        """Carry an activity over to what it is about: the account, and the day of the last activity.

        That day moving stamps the deal, so it comes up in incremental reads though nobody edited it.
        """
        about, person = self.store.find(row["WhatId"]), self.store.find(row["WhoId"])
        account = about[1].get("AccountId") if about and about[0] != "Account" else row["WhatId"]
        row["AccountId"] = account or (person[1].get("AccountId") if person else None)
        day = row["ActivityDate"]
        if not isinstance(day, date) or (thing == "Task" and not row["IsClosed"]):
            return
        for _, touched in filter(None, (about, person, self.store.find(row["AccountId"]))):
            last = touched.get("LastActivityDate")
            touched["LastActivityDate"] = max(last, day) if isinstance(last, date) else day
            self.store.touch(touched, at=at)
