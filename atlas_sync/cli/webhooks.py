"""`atlas-sync webhooks`: take word of changes from the vendors."""

from __future__ import annotations

import re
from contextlib import closing
from urllib.parse import urlsplit

import click

from atlas_sync.cli.port import PORT, serve
from atlas_sync.cli.shared import Out, clean, command, echo, workspace_of
from atlas_sync.errors import ConfigError
from atlas_sync.operations.nudges import doors
from atlas_sync.webhooks.app import make_app

__all__ = ["webhooks_command"]


@click.command(name="webhooks")
@click.option(
    "--public-url", required=True, help="Address under which the vendors reach this, such as https://hooks.example."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8378, show_default=True, help="Port to listen on.")
@click.pass_context
@command
def webhooks_command(context: click.Context, *, public_url: str, host: str, port: int, out: Out) -> None:
    """Take signed webhooks of HubSpot and Jira at /CONNECTION, each of which makes the next pull earlier.

    Optional: pulls find the same changes a little later. Put a proxy with https in front. HubSpot signs with the app's secret,
    ATLAS_HUBSPOT_CLIENT_SECRET, Jira with the webhook's, ATLAS_JIRA_WEBHOOK_SECRET; what is refused is told on stderr, each
    reason once. Salesforce has no webhooks; its deals are asked for every half minute by the sensor.

    Example: atlas-sync webhooks --public-url https://hooks.example
    """
    if not _is_address(public_url):
        message = "--public-url is a whole address, without a query."
        raise ConfigError(message, advice="Write it as in --public-url https://hooks.acme.example.")
    workspace = workspace_of(context)
    lacking = {name: secret for name, secret in doors(workspace).items() if secret}

    def ready(url: str) -> None:
        out.say(f"{url}<connection>  (Ctrl-C to stop)")
        out.result({"url": url, "connections": sorted(workspace.connections), "lacking": lacking})
        for name, secret in lacking.items():
            _tell(f"{name}: its webhooks are refused, since {secret} is not set.")

    with closing(workspace.open_ledger()) as ledger:
        app = make_app(workspace, ledger, public_url=public_url, tell=_tell)
        serve(app, host=host, port=port, ready=ready)


def _is_address(url: str) -> bool:
    """Tell if a vendor can reach, and sign, what lies below an address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"[?#\s]", url)


def _tell(text: str) -> None:
    echo(clean(text), err=True)
