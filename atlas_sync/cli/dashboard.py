"""`atlas-sync dashboard`: the handoff gaps in a browser."""

from __future__ import annotations

import re

import click

from atlas_sync.cli.port import PORT, serve
from atlas_sync.cli.shared import Out, command, local_of
from atlas_sync.dashboard.app import make_app
from atlas_sync.errors import ConfigError

__all__ = ["dashboard_command"]

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command(name="dashboard")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; only this machine's are allowed."
)
@click.option("--port", type=PORT, default=8377, show_default=True, help="Port to listen on.")
@click.option(
    "--public-host", multiple=True, help="Name under which a proxy in front is asked; may be given more than once."
)
@click.pass_context
@command
def dashboard_command(context: click.Context, *, host: str, port: int, public_host: tuple[str, ...], out: Out) -> None:
    """Serve the portfolio of gaps and a kickoff page for each engagement, read-only, on this machine.

    Example: atlas-sync dashboard --port 8377
    """
    if host not in _LOOPBACK:
        message = f"{host} is not an address of this machine only."
        raise ConfigError(message, advice="The dashboard has no login: put a proxy with one in front (--public-host).")
    if not all(re.fullmatch(r"[\w.-]+", name, flags=re.ASCII) for name in public_host):
        raise ConfigError("--public-host is a name alone.", advice="Write it as in --public-host handoff.acme.example.")
    app = make_app(local_of(context), public_hosts=public_host)

    def ready(url: str) -> None:
        out.say(f"{url}  (Ctrl-C to stop)")
        out.result({"url": url})

    serve(app, host=host, port=port, ready=ready)
