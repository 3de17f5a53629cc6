"""Serves ASGI applications on loopback, each on a port of its own, in one process."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from atlas_sync.sandbox.faults import App

__all__ = ["serve", "serving"]


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
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


def _prepare(
    apps: Mapping[str, App], ports: Mapping[str, int]
) -> tuple[list[tuple[_Server, socket.socket]], dict[str, str]]:
    servers: list[tuple[_Server, socket.socket]] = []
    addresses: dict[str, str] = {}
    for name, app in apps.items():
        listener = _bind(ports.get(name, 0))
        config = uvicorn.Config(
            app,
            log_level="critical",
            access_log=False,
            date_header=False,
            server_header=False,
            lifespan="off",
            http=_AbortableProtocol,
            ws="none",
        )
        servers.append((_Server(config), listener))
        addresses[name] = f"http://127.0.0.1:{listener.getsockname()[1]}"
    return servers, addresses


async def _serve_all(servers: list[tuple[_Server, socket.socket]]) -> None:
    await asyncio.gather(*(server.serve(sockets=[listener]) for server, listener in servers))


@contextlib.contextmanager
def serving(apps: Mapping[str, App], *, ports: Mapping[str, int] | None = None) -> Iterator[Mapping[str, str]]:
    """Serve applications from a thread while the block runs, and give their addresses; on free ports where none is given."""
    servers, addresses = _prepare(apps, ports or {})
    thread = threading.Thread(target=lambda: asyncio.run(_serve_all(servers)), daemon=True)
    thread.start()
    try:
        yield addresses
    finally:
        for server, _listener in servers:
            server.should_exit = True
            server.force_exit = True
        thread.join(timeout=10)
        for _server, listener in servers:
            listener.close()


def serve(apps: Mapping[str, App], *, ports: Mapping[str, int], ready: Callable[[Mapping[str, str]], None]) -> None:
    """Serve applications in this thread until it is interrupted; `ready` is called once with their addresses."""
    servers, addresses = _prepare(apps, ports)
    ready(addresses)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve_all(servers))
