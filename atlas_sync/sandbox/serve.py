"""Serves the three stand-ins and a control address on loopback, in one process, each on a port of its own.

The control address tells where everything is and with which invented credentials, moves the world's time, and sets faults.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from atlas_sync.sandbox import hubspot, jira, salesforce
from atlas_sync.sandbox.clock import Clock
from atlas_sync.sandbox.faults import App, FaultLayer, Faults, Rule
from atlas_sync.sandbox.hubspot import HubSpotSandbox
from atlas_sync.sandbox.jira import JiraSandbox
from atlas_sync.sandbox.salesforce import SalesforceSandbox
from atlas_sync.sandbox.world import PRESENT, Event, World, load_world

__all__ = ["Sandbox", "Served", "serve", "serving"]


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
            "jira": FaultLayer(self.jira.app(), "jira", self.faults),
            "control": _control(self),
        }


@dataclass(frozen=True, slots=True)
class Served:
    """Where a sandbox listens: an address for each system and for `control`."""

    addresses: Mapping[str, str]

    def connections(self) -> dict[str, dict[str, str]]:
        """Give what a client needs for each system: address and invented credentials."""
        return {
            "salesforce": {
                "endpoint": self.addresses["salesforce"],
                "instance_url": salesforce.INSTANCE_URL,
                "client_id": salesforce.CLIENT_ID,
                "client_secret": salesforce.CLIENT_SECRET,
            },
            "hubspot": {"endpoint": self.addresses["hubspot"], "access_token": hubspot.ACCESS_TOKEN},
            "jira": {"url": self.addresses["jira"], "email": jira.EMAIL, "api_token": jira.API_TOKEN},
        }


class _AbortableProtocol(H11Protocol):
    """Hands its connection to the application, so that a fault can hang up."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows it too
        self.app_state = {**self.app_state, "connection": transport}
        super().connection_made(transport)


class _Server(uvicorn.Server):
    """A server that leaves the process's signals alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _bind(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


def _prepare(apps: Mapping[str, App], ports: Mapping[str, int]) -> tuple[list[tuple[_Server, socket.socket]], Served]:
    servers: list[tuple[_Server, socket.socket]] = []
    addresses: dict[str, str] = {}
    for name, app in apps.items():
        listener = _bind(ports.get(name, 0))
        config = uvicorn.Config(
            app,  # type: ignore[arg-type]  # an ASGI application by shape
            log_level="warning",
            access_log=False,
            date_header=False,
            server_header=False,
            lifespan="off",
            http=_AbortableProtocol,
            ws="none",
        )
        servers.append((_Server(config), listener))
        addresses[name] = f"http://127.0.0.1:{listener.getsockname()[1]}"
    return servers, Served(addresses)


async def _serve_all(servers: list[tuple[_Server, socket.socket]]) -> None:
    await asyncio.gather(*(server.serve(sockets=[listener]) for server, listener in servers))


@contextlib.contextmanager
def serving(apps: Mapping[str, App]) -> Iterator[Served]:
    """Serve applications from a thread while the block runs, on free ports."""
    servers, served = _prepare(apps, {})
    thread = threading.Thread(target=lambda: asyncio.run(_serve_all(servers)), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        for server, _listener in servers:
            server.should_exit = True
            server.force_exit = True
        thread.join(timeout=10)
        for _server, listener in servers:
            listener.close()


def serve(sandbox: Sandbox, *, ports: Mapping[str, int], ready: Any) -> None:  # noqa: ANN401 - any callable taking Served
    """Serve a sandbox in this thread until it is interrupted; `ready` is called once with the addresses."""
    servers, served = _prepare(sandbox.apps(), ports)
    ready(served)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve_all(servers))


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
        wanted = await request.json()
        match wanted:
            case {"hide": [system, thing, name]}:
                sandbox.faults.hide(system, thing, name)
            case {"deny": [system, thing]}:
                sandbox.faults.deny(system, thing)
            case {"clear": True}:
                sandbox.faults.clear()
            case {"system": str(), "kind": str()}:
                sandbox.faults.rules.append(Rule(**wanted))
            case _:
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
