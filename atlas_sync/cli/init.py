"""`atlas-sync init`: make, or have made, the fields in which sales sees the delivery on its deals."""

from __future__ import annotations

import sys

import click

from atlas_sync.cli.shared import Out, command, workspace_of
from atlas_sync.operations.init import DealFields, deal_fields, make_deal_fields

__all__ = ["init_command"]


@click.command(name="init")
@click.option(
    "--yes", is_flag=True, help="Make the fields without asking; without it nothing is made unless you agree."
)
@click.pass_context
@command
def init_command(context: click.Context, *, yes: bool, out: Out) -> None:
    """Make the fields on deals that the settings name, and say what only an admin can make.

    The tables [connections.NAME.feedback] in atlas.toml name them. HubSpot lets us make properties, with the scope
    crm.schemas.deals.write; in Salesforce an admin makes the fields, as is told here one by one. Exit code 1: some are lacking.

    Example: atlas-sync init
    """
    workspace = workspace_of(context)
    found = deal_fields(workspace)
    for one in found:
        _print(out, one)
    lacking = [one.system for one in found if one.lacking]
    made: dict[str, list[str]] = {}
    if lacking and (yes or _agrees(out)):
        made = {system: make_deal_fields(workspace, system) for system in lacking}
        found = deal_fields(workspace)
        for system, names in made.items():
            out.say(f"{system}: made {', '.join(names)}." if names else f"{system}: an admin has to do this.")
    out.result({"made": made, "fields": {one.system: {"there": one.there, "lacking": one.lacking} for one in found}})
    sys.exit(int(any(one.lacking for one in found)))


def _agrees(out: Out) -> bool:
    """Ask, where there is somebody to be asked."""
    return not out.as_json and sys.stdin.isatty() and click.confirm("Make what can be made?", default=False)


def _print(out: Out, one: DealFields) -> None:
    out.say(f"{one.system}: {', '.join(one.there) or 'no field'} on deals", style="bold")
    for line in one.lacking:
        out.say(f"  {line}", style="yellow")
