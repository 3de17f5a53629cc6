"""HubSpot, played on the sandbox's portal."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from atlas_sync.sandbox.hubspot import ACCESS_TOKEN, search
from atlas_sync.sandbox.hubspot.objects import OBJECTS
from atlas_sync.sandbox.hubspot.portal import Portal
from atlas_sync.sandbox.hubspot.store import Record, Values
from tests.stands.protocol import WEBHOOK_SECRET, Act, Announced, Capability, Fact, Paging
from tests.stands.sandboxed import Ground

__all__ = ["HubSpotStand"]

_TYPES = {"deals": "deals", "clients": "companies", "persons": "contacts", "notes": "notes"}
_KINDS = {"deals": "deal", "clients": "client", "persons": "person", "notes": "interaction/note", "roles": "role"}
_NEARLY_USED = {"X-HubSpot-RateLimit-Daily": "250000", "X-HubSpot-RateLimit-Daily-Remaining": "9"}
_STAGES = {
    "qualifiedtobuy": ("open", "Qualified To Buy"),
    "closedwon": ("won", "Closed Won"),
    "closedlost": ("lost", "Closed Lost"),
}


class HubSpotStand(Ground):
    """A portal whose people sell."""

    lacks: ClassVar[Mapping[Capability, str]] = {
        "delete": "the vendor's deleting is archiving",
        "hide": "a token sees all records of an object or none",
        "move": "a record has one name, its id",
        "aged": "nothing falls out of listings by age",
        "session": "the token of a private app has no end that a client could renew",
        "write": "the connector only reads",
    }
    on: ClassVar[Mapping[Act, str]] = {
        "create": "deals",
        "archive": "deals",
        "merge": "persons",
        "erase": "persons",
        "member": "roles",
        "relink": "deals",
    }
    gone_as: ClassVar[Mapping[str, frozenset[str]]] = {
        "archive": frozenset({"archived"}),
        "merge": frozenset({"merged"}),
        "erase": frozenset({"deleted", "not_visible"}),
    }
    paging: ClassVar[Paging] = Paging(r"/objects/[\w-]+/deals$|/search$", "results", "paging.next.after")

    def __init__(self) -> None:
        super().__init__("hubspot")
        self._merged: dict[str, str] = {}

    @contextmanager
    def serving(self, folder: Path) -> Iterator[None]:
        """Serve the portal; how far a search reaches is as before when this ends."""
        reach = search._WINDOW
        try:
            with super().serving(folder):
                yield
        finally:
            search._WINDOW = reach

    @property
    def portal(self) -> Portal:
        """The portal itself."""
        return self.sandbox.hubspot._portal

    def settings(self) -> Mapping[str, Any]:
        """Give the settings of a connection."""
        return {
            "kind": self.kind,
            "endpoint": self.address,
            "calls_per_second": 2000,
            "searches_per_second": 2000,
        }

    def environ(self) -> Mapping[str, str]:
        """Give the secrets."""
        return {"ATLAS_HUBSPOT_ACCESS_TOKEN": ACCESS_TOKEN, "ATLAS_HUBSPOT_CLIENT_SECRET": WEBHOOK_SECRET}

    def source(self, stream: str, key: str) -> str:
        """Give a reference."""
        return f"{self.kind}:{_KINDS[stream]}:{key}"

    def _record(self, stream: str, key: str) -> Record:
        found = self.portal.store.get(OBJECTS[_TYPES[stream]], key)
        if found is None:
            message = f"no {stream} {key}"
            raise LookupError(message)
        return found

    def create(self, stream: str, name: str, *, late_s: float = 0) -> str:
        """Make a record."""
        values: dict[str, Values] = {
            "deals": {"dealname": name, "dealstage": "qualifiedtobuy", "pipeline": "default", "amount": "1000"},
            "clients": {"name": name},
            "persons": {"lastname": name},
            "notes": {"hs_note_body": name},
        }
        kind = OBJECTS[_TYPES[stream]]
        made: Record = self.wire.run(lambda: self.portal.create(kind, values[stream], at=self.at(late_s)))
        return made.id

    def set(self, stream: str, key: str, **values: Any) -> None:  # noqa: ANN401 - fields by name
        """Set properties of a record."""
        self.portal.update(self._record(stream, key), values, at=self.at())

    def rename(self, stream: str, keys: list[str], name: str) -> None:
        """Rename records with one stamp."""
        field = {"deals": "dealname", "clients": "name", "persons": "lastname", "notes": "hs_note_body"}[stream]

        def act() -> None:
            at = self.at()
            for key in keys:
                self.portal.update(self._record(stream, key), {field: name}, at=at)

        self.wire.run(act)

    def act(self, what: str, key: str, *, into: str = "") -> str:
        """Do something to a record."""
        acts: dict[str, Any] = {
            "archive": lambda: self.portal.archive(self._record("deals", key), at=self.at()),
            "restore": lambda: self._restore(key),
            "merge": lambda: self._merge(key, into),
            "erase": lambda: self._erase(key),
            "member": lambda: self._member(key),
            "relink": lambda: self._relink(key),
        }
        return str(self.wire.run(acts[what]) or "")

    def _restore(self, key: str) -> None:
        """Take a deal out of the archive."""
        record = self.portal.store.get_archived(OBJECTS["deals"], key)
        assert record is not None
        record.archived_at = None
        self.portal.store.update(record, {}, at=self.at())

    def _merge(self, loser: str, winner: str) -> None:
        """Merge a contact into another one."""
        self._merged[loser] = winner
        self.portal.merge(self._record("persons", winner), self._record("persons", loser), at=self.at())

    def _erase(self, key: str) -> None:
        """Erase a contact as the law on privacy wants it."""
        self.portal.erase(self._record("persons", key), at=self.at())

    def _member(self, deal: str) -> str:
        """Put a contact on a deal."""
        person = self.portal.create(OBJECTS["contacts"], {"lastname": "Reis"}, at=self.at())
        self.portal.associate(self._record("deals", deal), person, at=self.at())
        return f"{deal}-{person.id}"

    def leave(self, member: str) -> None:
        """Take a contact off its deal."""
        deal, _, person = member.partition("-")
        ends = (self._record("deals", deal), self._record("persons", person))
        self.wire.run(lambda: self.portal.dissociate(*ends, at=self.at()))

    def _relink(self, deal: str) -> str:
        """Give a deal another company; the deal itself is not stamped."""
        record = self._record("deals", deal)
        for company, _types in self.portal.linked(record, OBJECTS["companies"]):
            self.portal.dissociate(record, company, at=self.at())
        company = self.portal.create(OBJECTS["companies"], {"name": "Nordhavn"}, at=self.at())
        self.portal.associate(record, company, at=self.at())
        return company.id

    def announce(self, key: str, *, url: str, number: int, at: datetime, secret: str = WEBHOOK_SECRET) -> Announced:
        """Give a webhook of an app, signed in the third version."""
        event = {"eventId": number, "subscriptionType": "deal.propertyChange", "objectId": int(key)}
        stamp = str(int(at.timestamp() * 1000))
        body = json.dumps([{**event, "propertyName": "dealname", "propertyValue": "not to be believed"}]).encode()
        digest = hmac.new(secret.encode(), b"POST" + url.encode() + body + stamp.encode(), hashlib.sha256).digest()
        signature = base64.b64encode(digest).decode()
        return Announced({"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp}, body)

    def spoil(self, what: Capability) -> None:
        """Switch on an awkward behaviour."""
        if what == "quota":
            self.wire.after.append(
                lambda _asked, answered: replace(answered, headers={**answered.headers, **_NEARLY_USED})
            )
        elif what == "cap":
            search._WINDOW = 300
        elif what == "lag":
            self.sandbox.hubspot._index_lag_s = 20
        elif what == "hidden field":
            self.sandbox.faults.hide("hubspot", "deals", "dealstage")
        elif what == "hidden object":
            self.sandbox.faults.deny("hubspot", "crm.objects.deals.read")

    def truth(self) -> Mapping[str, Fact]:
        """Give what is true of deals, clients, persons, roles and notes."""
        facts: dict[str, Fact] = {}
        for stream, name in _TYPES.items():
            for record in self.portal.store.rows(OBJECTS[name]):
                facts[self.source(stream, record.id)] = self._fact(stream, record)
        return facts | self._roles()

    def _fact(self, stream: str, record: Record) -> Fact:
        if record.archived_at is not None:
            return Fact(gone=self._gone(record))
        values = dict(record.properties)
        companies = [company.id for company, _types in self.portal.linked(record, OBJECTS["companies"])]
        client = self.source("clients", companies[0]) if companies else None
        match stream:
            case "deals":
                stage, label = _STAGES[values["dealstage"]]
                amount = Decimal(values["amount"]) if "amount" in values else None
                return Fact(
                    {
                        "name": values["dealname"],
                        "stage": stage,
                        "stage_label": label,
                        "amount": amount,
                        "client": client,
                    }
                )
            case "clients":
                return Fact({"name": values["name"]})
            case "persons":
                return Fact({"name": values["lastname"], "client": client})
            case _:
                deals = tuple(
                    self.source("deals", one.id) for one, _types in self.portal.linked(record, OBJECTS["deals"])
                )
                return Fact({"body": values["hs_note_body"], "deals": deals})

    def _gone(self, record: Record) -> frozenset[str]:
        """Tell how a record may be gone; one whose survivor was erased later is only known as merged if it was seen so."""
        if record.id not in self._merged:
            return self.gone_as["erase" if record.is_gone else "archive"]
        kinds, winner = self.gone_as["merge"], self._merged[record.id]
        while winner in self._merged:
            winner = self._merged[winner]
        return kinds if self.portal.store.get(record.kind, winner) else kinds | self.gone_as["erase"]

    def _roles(self) -> dict[str, Fact]:
        pairs = [
            (deal.id, person.id)
            for deal in self.portal.store.rows(OBJECTS["deals"])
            if deal.archived_at is None
            for person, _types in self.portal.linked(deal, OBJECTS["contacts"])
        ]
        return {
            self.source("roles", f"{deal}-{person}-0"): Fact(
                {"deal": self.source("deals", deal), "person": self.source("persons", person)}
            )
            for deal, person in pairs
        }
