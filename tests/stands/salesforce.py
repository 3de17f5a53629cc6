"""Salesforce, played on the sandbox's org."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from atlas_sync.sandbox.salesforce import CLIENT_ID, CLIENT_SECRET, INSTANCE_URL
from atlas_sync.sandbox.salesforce.org import Org
from atlas_sync.sandbox.salesforce.store import Row
from tests.stands.protocol import WEBHOOK_SECRET, Act, Announced, Capability, Fact, Paging
from tests.stands.sandboxed import Ground

__all__ = ["SalesforceStand"]

_THINGS = {
    "deals": "Opportunity",
    "clients": "Account",
    "persons": "Contact",
    "tasks": "Task",
    "roles": "OpportunityContactRole",
}
_KINDS = {"deals": "deal", "clients": "client", "persons": "person", "tasks": "interaction/task", "roles": "role"}
_NEARLY_USED = {"sforce-limit-info": "api-usage=99999/100000"}
_CLOSED = {"Closed Won": "won", "Closed Lost": "lost"}


class SalesforceStand(Ground):
    """An org whose people sell."""

    lacks: ClassVar[Mapping[Capability, str]] = {
        "archive": "the vendor archives by age alone: see the aged ones",
        "relink": "what a record belongs to is a field of it and moves its stamp; a merge is told by the loser",
        "move": "a record has one name, its id",
        "lag": "queries read the records themselves",
        "cap": "a query has no end but its own",
        "batch": "records are not asked for in batches",
        "write": "the connector only reads",
        "webhook": "the vendor has none; changes are asked for at short intervals",
    }
    on: ClassVar[Mapping[Act, str]] = {
        "create": "deals",
        "delete": "deals",
        "merge": "clients",
        "hide": "deals",
        "erase": "deals",
        "member": "roles",
        "aged": "tasks",
    }
    gone_as: ClassVar[Mapping[str, frozenset[str]]] = {
        "delete": frozenset({"deleted"}),
        "merge": frozenset({"merged"}),
        "hide": frozenset({"not_visible"}),
        "erase": frozenset({"deleted", "not_visible"}),
    }
    paging: ClassVar[Paging] = Paging(r"/queryAll|/query/", "records", "nextRecordsUrl=/services/data/v62.0/query/{}")

    def __init__(self) -> None:
        super().__init__("salesforce")
        self._left: dict[str, frozenset[str]] = {}
        self._restored: set[str] = set()

    @property
    def org(self) -> Org:
        """The org itself."""
        return self.sandbox.salesforce._org

    def settings(self) -> Mapping[str, Any]:
        """Give the settings of a connection."""
        return {
            "kind": self.kind,
            "instance_url": INSTANCE_URL,
            "endpoint": self.address,
            "project_field": "Delivery_Project__c",
            "calls_per_second": 2000,
        }

    def environ(self) -> Mapping[str, str]:
        """Give the secrets."""
        return {"ATLAS_SALESFORCE_CLIENT_ID": CLIENT_ID, "ATLAS_SALESFORCE_CLIENT_SECRET": CLIENT_SECRET}

    def source(self, stream: str, key: str) -> str:
        """Give a reference."""
        return f"{self.kind}:{_KINDS[stream]}:{key}"

    def create(self, stream: str, name: str, *, late_s: float = 0) -> str:
        """Make a record."""
        return str(self.wire.run(lambda: self._create(stream, name, late_s)))

    def _create(self, stream: str, name: str, late_s: float) -> str:
        day = self.at().date() + timedelta(days=30)
        values: dict[str, Row] = {
            "deals": {"Name": name, "StageName": "Prospecting", "CloseDate": day, "Amount": 1000.0},
            "clients": {"Name": name},
            "persons": {"LastName": name},
            "tasks": {"Subject": name, "Status": "Completed"},
        }
        made = values[stream]
        return self.org.create(_THINGS[stream], made, by=self.org.api_user, at=self.at(late_s))

    def set(self, stream: str, key: str, **values: Any) -> None:  # noqa: ANN401 - fields by name
        """Set fields of a record."""
        self.org.update(_THINGS[stream], key, values, by=self.org.api_user, at=self.at())

    def rename(self, stream: str, keys: list[str], name: str) -> None:
        """Rename records in one transaction."""
        field = {"deals": "Name", "clients": "Name", "persons": "LastName", "tasks": "Subject"}[stream]

        def act() -> None:
            at = self.at()
            for key in keys:
                self.org.update(_THINGS[stream], key, {field: name}, by=self.org.api_user, at=at)

        self.wire.run(act)

    def act(self, what: str, key: str, *, into: str = "") -> str:
        """Do something to a record."""
        acts: dict[str, Any] = {
            "delete": lambda: self.org.delete(_THINGS[self.on["delete"]], key, at=self.at()),
            "restore": lambda: self._restore(key),
            "merge": lambda: self.org.merge(_THINGS[self.on["merge"]], into, key, at=self.at()),
            "hide": lambda: self.org.store.hide(key),
            "erase": lambda: self._erase(key),
            "member": lambda: self._member(key),
            "aged": lambda: self._age(key),
        }
        return str(self.wire.run(acts[what]) or "")

    def _restore(self, key: str) -> None:
        self.org.undelete(_THINGS[self.on["delete"]], key, at=self.at())
        self._restored.add(key)

    def _erase(self, key: str) -> None:
        """Delete a record and empty the bin at once."""
        self.org.delete("Opportunity", key, at=self.at())
        self.org.purge("Opportunity", key)
        self._left[self.source("deals", key)] = self.gone_as["erase"]

    def _member(self, deal: str) -> str:
        person = self.org.create("Contact", {"LastName": "Reis"}, by=self.org.api_user, at=self.at())
        role: Row = {"OpportunityId": deal, "ContactId": person, "Role": "Decision Maker"}
        return self.org.create("OpportunityContactRole", role, by=self.org.api_user, at=self.at())

    def leave(self, member: str) -> None:
        """Take a role off its deal."""
        self._left[self.source("roles", member)] = frozenset({"deleted"})
        self.wire.run(lambda: self.org.delete("OpportunityContactRole", member, at=self.at()))

    def _age(self, key: str) -> None:
        """Give a closed task a day more than a year ago: it is archived from then on."""
        self.set("tasks", key, Status="Completed", ActivityDate=date(2024, 1, 2))

    def announce(self, key: str, *, url: str, number: int, at: datetime, secret: str = WEBHOOK_SECRET) -> Announced:
        """Nothing is announced."""
        raise NotImplementedError(key, url, number, at, secret)

    def spoil(self, what: Capability) -> None:
        """Switch on an awkward behaviour."""
        if what == "quota":
            self.wire.after.append(
                lambda _asked, answered: replace(answered, headers={**answered.headers, **_NEARLY_USED})
            )
        elif what == "session":
            self.sandbox.salesforce.end_sessions()
        elif what == "hidden field":
            self.sandbox.faults.hide("salesforce", "Opportunity", "StageName")
        elif what == "hidden object":
            self.sandbox.faults.deny("salesforce", "Opportunity")

    def truth(self) -> Mapping[str, Fact]:
        """Give what is true of deals, clients, persons, roles and tasks."""
        facts = {source: Fact(gone=kinds) for source, kinds in self._left.items()}
        for stream in ("deals", "clients", "persons", "roles", "tasks"):
            for row in self.org.store.rows(_THINGS[stream]):
                facts[self.source(stream, str(row["Id"]))] = self._fact(stream, row)
        return facts

    def _fact(self, stream: str, row: Row) -> Fact:
        if row["IsDeleted"]:
            return Fact(gone=frozenset({"merged" if row.get("MasterRecordId") else "deleted"}))
        if not self.org.store.is_shared(str(row["Id"])):
            # Hidden again before anybody read that it was back, it is still what it was when it was last seen.
            was = self.gone_as["delete"] if str(row["Id"]) in self._restored else frozenset()
            return Fact(gone=self.gone_as["hide"] | was)
        match stream:
            case "deals":
                values = {
                    "name": row["Name"],
                    "stage_label": row["StageName"],
                    "stage": _CLOSED.get(str(row["StageName"]), "open"),
                    "amount": None if row["Amount"] is None else Decimal(str(row["Amount"])),
                    "client": self._to("clients", row["AccountId"]),
                }
            case "clients":
                values = {"name": row["Name"]}
            case "persons":
                values = {"name": row["Name"], "client": self._to("clients", row["AccountId"])}
            case "roles":
                ends = {
                    "deal": self._to("deals", row["OpportunityId"]),
                    "person": self._to("persons", row["ContactId"]),
                }
                values = {**ends, "role": row["Role"]}
            case _:
                values = {"subject": row["Subject"]}
        return Fact(values)

    def _to(self, stream: str, key: object) -> str | None:
        return self.source(stream, str(key)) if key else None
