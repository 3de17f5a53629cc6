"""The three stand-ins as one sandbox, with a control address beside them.

The control address tells the world's time, moves it forward, sets faults, and shows the tracker's truth.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from atlas_sync.sandbox import hubspot, jira, salesforce
from atlas_sync.sandbox.clock import Clock
from atlas_sync.sandbox.faults import App, FaultLayer, Faults, Rule
from atlas_sync.sandbox.happenings import PRESENT, Event, World
from atlas_sync.sandbox.hubspot import HubSpotSandbox
from atlas_sync.sandbox.jira import JiraSandbox
from atlas_sync.sandbox.salesforce import SalesforceSandbox
from atlas_sync.sandbox.world import load_world

__all__ = ["Sandbox", "connections"]


class Sandbox:
    """The three stand-ins, filled from one world, sharing one clock and one set of faults."""

    def __init__(self, world: World | None = None, *, present: datetime = PRESENT) -> None:
        self.world = world or load_world()
        self.clock = Clock(present)
        self.faults = Faults()
        self.salesforce = SalesforceSandbox(self.clock, self.faults)
        self.hubspot = HubSpotSandbox(self.clock, self.faults)
        self.jira = JiraSandbox(self.clock, self.faults)
        self._played: datetime | None = None
        self._play(present)

    def move_to(self, moment: datetime) -> int:
        """Move the world's time forward and tell how many events happened.

        Raises:
            ValueError: `moment` has passed already.
        """
        self.clock.move_to(moment)
        return self._play(moment)

    def catch_up(self) -> int:
        """Let everything happen whose time has come by the running clock."""
        return self._play(self.clock.now())

    def next_event(self) -> datetime | None:
        """Tell when the next event happens; None when the story is over."""
        return self.world.next_after(self._played or PRESENT)

    def _play(self, until: datetime) -> int:
        events = list(self.world.between(self._played, until))
        for event in events:
            self._apply(event)
        self._played = until
        return len(events)

    def _apply(self, event: Event) -> None:
        for stand_in in (self.salesforce, self.hubspot, self.jira):
            stand_in.apply(event)

    def apps(self) -> Mapping[str, App]:
        """Give the applications by system, the control address among them."""
        return {
            "salesforce": FaultLayer(self.salesforce.app(), "salesforce", self.faults),
            "hubspot": FaultLayer(self.hubspot.app(), "hubspot", self.faults),
            "jira": FaultLayer(self.jira.either_app(), "jira", self.faults),
            "control": _control(self),
        }


def connections(addresses: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Give what a client needs for each system: its address and the invented credentials."""
    return {
        "salesforce": {
            "endpoint": addresses["salesforce"],
            "instance_url": salesforce.INSTANCE_URL,
            "client_id": salesforce.CLIENT_ID,
            "client_secret": salesforce.CLIENT_SECRET,
        },
        "hubspot": {"endpoint": addresses["hubspot"], "access_token": hubspot.ACCESS_TOKEN},
        "jira": {"url": addresses["jira"], "email": jira.EMAIL, "api_token": jira.API_TOKEN},
    }


def _control(sandbox: Sandbox) -> Starlette:
    """Make the control application."""

    async def status(_request: Request) -> Response:
        following = sandbox.next_event()
        return JSONResponse({"now": sandbox.clock.now().isoformat(), "next": following and following.isoformat()})

    async def move(request: Request) -> Response:
        wanted = await request.json()
        try:
            moment = _moment(sandbox, wanted)
            happened = sandbox.move_to(moment)
        except (KeyError, ValueError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse({"now": sandbox.clock.now().isoformat(), "happened": happened})

    async def fault(request: Request) -> Response:
        if not _set_fault(sandbox.faults, await request.json()):
            return JSONResponse({"error": "hide, deny, clear, or a rule with system and kind"}, status_code=400)
        return JSONResponse({"rules": len(sandbox.faults.rules)})

    async def edit(request: Request) -> Response:
        wanted = await request.json()
        sandbox.jira.edit_as_person(wanted["issue"], user_key=wanted["user"], fields=wanted["fields"])
        return JSONResponse({"edited": wanted["issue"]})

    async def issues(_request: Request) -> Response:
        return JSONResponse(sandbox.jira.issues())

    return Starlette(
        routes=[
            Route("/", status),
            Route("/move", move, methods=["POST"]),
            Route("/fault", fault, methods=["POST"]),
            Route("/edit", edit, methods=["POST"]),
            Route("/issues", issues),
        ]
    )


def _set_fault(faults: Faults, wanted: Mapping[str, Any]) -> bool:
    """Set, or clear, what is asked for; false where that cannot be read."""
    match wanted:
        case {"hide": [system, thing, name]}:
            faults.hide(system, thing, name)
        case {"deny": [system, thing]}:
            faults.deny(system, thing)
        case {"clear": True}:
            faults.clear()
        case {"system": str(), "kind": str()}:
            faults.rules.append(Rule(**wanted))
        case _:
            return False
    return True


def _moment(sandbox: Sandbox, wanted: Mapping[str, Any]) -> datetime:
    """Read `{"to": time}`, `{"seconds": n}` or `{"next": true}`."""
    if "to" in wanted:
        return datetime.fromisoformat(wanted["to"])
    if "seconds" in wanted:
        return sandbox.clock.now() + timedelta(seconds=float(wanted["seconds"]))
    following = sandbox.next_event()
    if following is None:
        raise ValueError("the story is over")
    return max(following, sandbox.clock.now())
