"""A small org behind the stand-in's wire, and a client for it that needs no socket."""

# ruff: noqa: ANN401  # JSON, whose shape is what the tests are about

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from atlas_sync.sandbox import happenings
from atlas_sync.sandbox.clock import Clock
from atlas_sync.sandbox.faults import Faults
from atlas_sync.sandbox.happenings import Event
from atlas_sync.sandbox.salesforce import CLIENT_ID, CLIENT_SECRET, SalesforceSandbox

NOW = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)


@dataclass
class Wire:
    """Speaks to the stand-in without a socket, with a token of its own."""

    sandbox: SalesforceSandbox
    clock: Clock
    faults: Faults
    token: str = ""

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def one() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.sandbox.app())
            async with httpx.AsyncClient(transport=transport, base_url="https://tidemark.my.salesforce.com") as client:
                return await client.request(method, path, **options)

        return asyncio.run(one())

    def log_in(self) -> str:
        form = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        self.token = self.send("POST", "/services/oauth2/token", data=form).json()["access_token"]
        return self.token

    def call(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **options: Any
    ) -> httpx.Response:
        """Send with the token; a path that does not begin with /services is below version 62.0."""
        if not self.token:
            self.log_in()
        full = path if path.startswith("/services") else f"/services/data/v62.0/{path}"
        return self.send(method, full, headers={"Authorization": f"Bearer {self.token}", **(headers or {})}, **options)

    def query(self, text: str, *, everything: bool = False) -> httpx.Response:
        return self.call("GET", "queryAll" if everything else "query", params={"q": text})

    def rows(self, text: str, *, everything: bool = False) -> list[Any]:
        answer = self.query(text, everything=everything)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        rows = list(body["records"])
        while not body["done"]:
            body = self.call("GET", body["nextRecordsUrl"]).json()
            rows.extend(body["records"])
        return rows

    def one(self, text: str, *, everything: bool = False) -> Any:
        (row,) = self.rows(text, everything=everything)
        return row


def _talk(kind: Any, at: datetime, **values: Any) -> Event:
    said = {"format": "text", "subject": f"A {kind}", "body": "We start in two weeks.", "author": None, "to": ()}
    item = happenings.Interaction(key=f"i-{kind}-{at:%y%m%d%H}", kind=kind, **{**said, **values})
    return Event(at, happenings.InteractionLogged("salesforce", "d-pier", item))


def events() -> list[Event]:
    """Tell the story of one deal, from the first mail to the signature."""
    start = datetime(2025, 9, 1, 7, 0, tzinfo=UTC)
    users = [
        happenings.User("u-ada", "Ada Nkemelu", "ada@tidemark.example", "Account Executive", ("salesforce",)),
        happenings.User(
            "u-ben", "Ben Ruiz", "ben@tidemark.example", "Seller", ("salesforce",), start + timedelta(days=99)
        ),
        happenings.User("u-cy", "Cy Park", "cy@tidemark.example", "Engineer", ("jira",)),
    ]
    company = happenings.Company("c-pier", "salesforce", "Pier Ltd", "pier.example", "Energy", "Leith", "UK")
    people = [
        happenings.Person("p-dot", "salesforce", "c-pier", "Dot O'Neil", "dot@pier.example", "CFO", "+44 1"),
        happenings.Person("p-eli", "salesforce", "c-pier", "Eli van Rijn", None, "IT"),
    ]
    items = (happenings.LineItem("Pilot", 1, 5000.0), happenings.LineItem("Support", 12, 250.5, "Monthly"))
    deal = happenings.Deal(
        key="d-pier",
        crm="salesforce",
        company="c-pier",
        name="Pier: data platform",
        owner="u-ada",
        amount=8006,
        currency="GBP",
        close_date=date(2026, 3, 31),
        description="Wants one view.",
        line_items=items,
        project_hint="TD",
    )
    paper = happenings.Contract("00000107", "Activated", date(2026, 4, 1), 12, date(2026, 3, 30), "Export included.")
    day = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    old = datetime(2025, 5, 5, 9, 0, tzinfo=UTC)
    return [
        *(Event(start, happenings.UserJoined(user)) for user in users),
        Event(start, happenings.CompanyAdded(company)),
        *(Event(start, happenings.PersonAdded(person)) for person in people),
        Event(start, happenings.DealOpened(deal, "qualifying")),
        Event(
            start,
            happenings.RoleGiven("salesforce", "d-pier", happenings.Role("p-dot", "Economic Buyer", primary=True)),
        ),
        Event(start, happenings.RoleGiven("salesforce", "d-pier", happenings.Role("p-eli", None))),
        Event(start + timedelta(days=99), happenings.UserLeft("u-ben")),
        _talk("call", old, subject="Old call"),
        _talk("meeting", old, subject="Old meeting"),
        _talk("task", old, subject="Old open task"),
        _talk("email", day, author="u-cy", to=("p-dot", "u-ada"), subject="Scope"),
        _talk("email", day, author="p-dot", to=("u-ada",), incoming=True, format="html", body="<p>Fine &amp; well</p>"),
        _talk("note", day, author="u-ada", subject="Kick-off", body="Dot is wary.\nEli helps."),
        _talk("meeting", day, to=("p-eli",), subject="Workshop"),
        Event(day + timedelta(days=1), happenings.DealMoved("salesforce", "d-pier", "negotiating")),
        Event(day + timedelta(days=20), happenings.DealMoved("salesforce", "d-pier", "won")),
        Event(day + timedelta(days=21), happenings.ContractSigned("salesforce", "d-pier", paper)),
    ]


def make_wire(*, page_cap: int = 5) -> Wire:
    """Give a client of a fresh stand-in that holds one deal."""
    clock, faults = Clock(NOW), Faults()
    sandbox = SalesforceSandbox(clock, faults, page_cap=page_cap)
    for event in events():
        sandbox.apply(event)
    return Wire(sandbox, clock, faults)
