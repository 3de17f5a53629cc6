"""`atlas-sync brief`: an engagement's kickoff brief, as it stands in the tracker."""

from __future__ import annotations

import click

from atlas_sync.canonical.document import Bullets, Document, Heading, Paragraph, Quote, Span, plain_text
from atlas_sync.canonical.model import Audience
from atlas_sync.cli.shared import Out, command, local_of
from atlas_sync.coverage import kickoff_brief
from atlas_sync.errors import ConfigError
from atlas_sync.operations.named import find_engagement
from atlas_sync.operations.records import load_record
from atlas_sync.store.publish import open_snapshot

__all__ = ["brief_command", "print_document"]


@click.command(name="brief")
@click.argument("wanted", metavar="ENGAGEMENT")
@click.option(
    "--for-client", is_flag=True, help="Leave out everything internal, as in a project that the client reads."
)
@click.pass_context
@command
def brief_command(context: click.Context, *, wanted: str, for_client: bool, out: Out) -> None:
    """Print the kickoff brief of an engagement.

    ENGAGEMENT is its id, its deal's id, or a part of its name that fits only one.

    Example: atlas-sync brief Nordhavn
    """
    workspace = local_of(context)
    with open_snapshot(workspace.home) as snapshot:
        engagement = find_engagement(snapshot, wanted)
        record = load_record(snapshot, engagement.id)
    if record is None:
        raise ConfigError("the engagement is gone.", advice="Run `atlas-sync sync`.")
    audience: Audience = "client_ok" if for_client else "internal"
    document = kickoff_brief(record, audience=audience, texts=workspace.delivery.rules.texts)
    print_document(out, document)
    out.result({"engagement": engagement, "document": document, "text": plain_text(document)})


def print_document(out: Out, document: Document) -> None:
    """Print a document for a terminal."""
    for block in document.blocks:
        match block:
            case Heading():
                out.say()
                out.say(block.text, style="bold")
            case Paragraph():
                out.say(_line(block.spans))
            case Quote():
                out.say(f'  "{block.text}"', style="italic")
                if block.source:
                    out.say(f"  {_line(block.source)}", style="dim")
            case Bullets():
                for item in block.items:
                    out.say(f"- {_line(item)}")


def _line(spans: tuple[Span, ...]) -> str:
    return "".join(span.text for span in spans)
