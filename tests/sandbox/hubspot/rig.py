"""A small portal behind the stand-in's wire, and a client for it that needs no socket."""

# ruff: noqa: ANN401  # JSON, whose shape is what the tests are about

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from atlas_sync.sandbox import happenings
from atlas_sync.sandbox.clock import Clock
from atlas_sync.sandbox.faults import Faults
from atlas_sync.sandbox.happenings import Event
from atlas_sync.sandbox.hubspot import ACCESS_TOKEN, HubSpotSandbox

NOW = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
LAG = 30.0

OBJECTS = {"v3": "/crm/v3/objects", "2026-03": "/crm/objects/2026-03", "2026-09": "/crm/objects/2026-09"}
ASSOCIATIONS = {"v4": "/crm/v4/associations", "2026-09": "/crm/associations/2026-09"}


@dataclass
class Wire:
    """Speaks to the stand-in without a socket, with its token."""

    sandbox: HubSpotSandbox
    clock: Clock
    faults: Faults

    def call(self, method: str, path: str, *, token: str = ACCESS_TOKEN, **options: Any) -> httpx.Response:
        async def one() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.sandbox.app())
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            async with httpx.AsyncClient(transport=transport, base_url="https://api.hubapi.com") as client:
                return await client.request(method, path, headers=headers, **options)

        return asyncio.run(one())

    def get(self, path: str, **params: Any) -> Any:
        answer = self.call("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any, *, status: int = 200) -> Any:
        answer = self.call("POST", path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def refused(self, method: str, path: str, *, status: int, **options: Any) -> Any:
        answer = self.call(method, path, **options)
        assert answer.status_code == status, answer.text
        body = answer.json()
        assert body["status"] == "error"
        assert body["correlationId"] == answer.headers["x-hubspot-correlation-id"]
        return body

    def wait(self, seconds: float) -> None:
        self.clock.move_by(seconds)

    def create(self, kind: str, **properties: Any) -> str:
        return str(self.post(f"/crm/v3/objects/{kind}", {"properties": properties}, status=201)["id"])

    def only(self, kind: str, **params: Any) -> Any:
        (row,) = self.get(f"/crm/v3/objects/{kind}", **params)["results"]
        return row

    def search(self, kind: str, *filters: tuple[str, str, Any], **rest: Any) -> Any:
        wanted = []
        for name, operator, value in filters:
            entry: dict[str, Any] = {"propertyName": name, "operator": operator}
            if operator in {"IN", "NOT_IN"}:
                entry["values"] = value
            elif operator == "BETWEEN":
                entry |= {"value": value[0], "highValue": value[1]}
            elif value is not None:
                entry["value"] = value
            wanted.append(entry)
        groups = [{"filters": wanted}] if wanted else []
        return self.post(f"/crm/v3/objects/{kind}/search", {"filterGroups": groups, **rest})


def ids(answer: Any) -> list[str]:
    return [row["id"] for row in answer["results"]]


def _talk(kind: Any, at: datetime, **values: Any) -> Event:
    said = {"format": "text", "subject": f"A {kind}", "body": "We start in two weeks.\n\nTwo & a half.", "author": None}
    item = happenings.Interaction(key=f"i-{kind}", kind=kind, **{**said, "to": (), **values})
    return Event(at, happenings.InteractionLogged("hubspot", "d-pier", item))


def events() -> list[Event]:
    """Tell the story of one deal, from the first call to the signature."""
    start = datetime(2025, 9, 1, 7, 0, tzinfo=UTC)
    day = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    users = [
        happenings.User("u-ada", "Ada Nkemelu", "ada@corran.example", "Account Manager", ("hubspot",)),
        happenings.User("u-ben", "Ben Ruiz", "ben@corran.example", "Seller", ("hubspot", "jira"), day),
        happenings.User("u-cy", "Cy Park", "cy@corran.example", "Engineer", ("jira",)),
        happenings.User("u-dee", "Dee Hall", "dee@corran.example", "Seller", ("hubspot",)),
    ]
    company = happenings.Company("c-pier", "hubspot", "Pier Ltd", "pier.example", "Cold storage", "Leith", "UK")
    people = [
        happenings.Person(
            "p-dot", "hubspot", "c-pier", "Dot O'Neil", "dot@pier.example", "CFO", "+44 1", "DECISION_MAKER"
        ),
        happenings.Person("p-eli", "hubspot", "c-pier", "Eli van Rijn", "eli@pier.example", "IT", None, "BLOCKER"),
        happenings.Person("p-flo", "hubspot", "c-pier", "Flo", None, "Foreman"),
    ]
    deal = happenings.Deal(
        key="d-pier",
        crm="hubspot",
        company="c-pier",
        name="Pier: Wi-Fi",
        owner="u-ben",
        amount=8006,
        currency="GBP",
        close_date=date(2026, 3, 31),
        description="Wants one network.",
        next_step="Send contract",
        line_items=(
            happenings.LineItem("Access point", 12, 500.5),
            happenings.LineItem("Support", 1, 2000.0, "Yearly"),
        ),
        project_hint="CFS",
    )
    return [
        *(Event(start, happenings.UserJoined(user)) for user in users),
        Event(start, happenings.CompanyAdded(company)),
        *(Event(start, happenings.PersonAdded(person)) for person in people),
        Event(start, happenings.CompanyAdded(happenings.Company("c-sf", "salesforce", "Other", None, "x", "y", "z"))),
        Event(start, happenings.DealOpened(deal, "qualifying")),
        Event(
            start, happenings.RoleGiven("hubspot", "d-pier", happenings.Role("p-dot", "Decision maker", primary=True))
        ),
        Event(start, happenings.RoleGiven("hubspot", "d-pier", happenings.Role("p-flo", None))),
        Event(day, happenings.UserLeft("u-ben")),
        _talk("email", day, author="u-cy", to=("p-dot", "u-ada", "p-flo"), subject="Scope"),
        _talk("call", day, to=("u-ada", "p-eli"), logged_by="u-ada"),
        _talk("meeting", day, to=("u-ada", "p-eli"), subject="Minutes", logged_by="u-ada"),
        _talk("note", day, author="u-ada", subject="", body="<p>Eli is <b>wary</b>.</p>", format="html"),
        _talk("task", day, author="u-ada"),
        Event(day + timedelta(days=1), happenings.DealMoved("hubspot", "d-pier", "negotiating")),
        Event(day + timedelta(days=20), happenings.DealMoved("hubspot", "d-pier", "won")),
    ]


def make_wire(**options: Any) -> Wire:
    """Give a client of a fresh stand-in that holds one deal."""
    clock, faults = Clock(NOW), Faults()
    sandbox = HubSpotSandbox(clock, faults, index_lag_s=LAG, **options)
    for event in events():
        sandbox.apply(event)
    return Wire(sandbox, clock, faults)
