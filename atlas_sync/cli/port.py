"""What commands that serve share: a port is ours before its address is told."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import closing, suppress

import click
import uvicorn
from starlette.applications import Starlette

from atlas_sync.errors import ConfigError

__all__ = ["PORT", "listen", "serve"]

PORT = click.IntRange(0, 65_535)
"""What may be a port; 0 stands for a free one."""


def listen(host: str, port: int, *, option: str = "--port") -> socket.socket:
    """Take a port.

    Raises:
        ConfigError: it is taken or not ours to take, or the host is no address of this machine; `option` gives another port.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        message = f"port {port} of {host} cannot be listened on ({error.strerror})."
        raise ConfigError(message, advice=f"Give another one with {option}.") from None
    return listener


def serve(app: Starlette, *, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve an application until it is interrupted; `ready` is called once with its address.

    Raises:
        ConfigError: the port cannot be listened on.
    """
    with closing(listen(host, port)) as listener:
        shown = f"[{host}]" if ":" in host else host
        ready(f"http://{shown}:{listener.getsockname()[1]}/")
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])
