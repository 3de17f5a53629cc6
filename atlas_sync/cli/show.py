"""`atlas-sync show`: from a tracker key or any id to the quote, its conversation, the deal, and the work item."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import click

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.model import Handoff, Person, Saying, Statement
from atlas_sync.cli.shared import Out, command, local_of
from atlas_sync.coverage.wording import in_words
from atlas_sync.errors import ConfigError
from atlas_sync.operations.chains import Chain
from atlas_sync.operations.identities import IdentityView, view_identity
from atlas_sync.operations.show import show, show_as_of
from atlas_sync.store.judgements import Judgement, items_of
from atlas_sync.store.publish import open_snapshot

__all__ = ["print_chain", "print_handoff", "show_command"]

_SLOW = frozenset({"promise_late", "promise_stalled"})
"""Gaps whose reason stands in no link: the item says nothing against the promise, it is only not done yet."""


@click.command(name="show")
@click.argument("wanted", metavar="KEY")
@click.option(
    "--as-of",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="As it was known at the end of that day (UTC), with what was said and written by then; not what was planned.",
)
@click.pass_context
@command
def show_command(context: click.Context, *, wanted: str, day: datetime | None, out: Out) -> None:
    """Show where something comes from and where it went, and how much of an engagement delivery holds.

    KEY is a tracker key (TD-7), or the id of a promise, gap, scope point, contract, interaction, work item or engagement, or a
    deal (hubspot:deal:17), or a part of an engagement's name that fits only one. With --as-of it may be the key of an item
    that is gone.

    The id of a client or person (cli_..., per_...), or a record of theirs (hubspot:person:201), shows their records as they are
    now, and why these are one: what `atlas-sync same` and `atlas-sync different` take.

    Example: atlas-sync show TD-7
    """
    workspace = local_of(context)
    chains: list[Chain] = []
    with open_snapshot(workspace.home) as snapshot, closing(workspace.open_ledger()) as ledger:
        identity = view_identity(snapshot, ledger, wanted)
        if identity and day:
            message = "which records are one client or person is known as it is now."
            raise ConfigError(message, advice="Leave out --as-of.")
        if day:
            end = day.replace(tzinfo=UTC) + timedelta(days=1, microseconds=-1)
            chains = show_as_of(snapshot, ledger, wanted, end)
        elif identity is None:
            chains = show(snapshot, ledger, wanted, today=workspace.today)
    for chain in chains:
        print_chain(out, chain)
    if identity:
        _print_identity(out, identity)
    out.result(
        {
            "as_of": day and day.date(),
            "chains": [_plain(chain) for chain in chains],
            "identity": identity and asdict(identity),
        }
    )


def _plain(chain: Chain) -> dict[str, object]:
    return {
        "engagement": chain.engagement,
        "what": chain.what,
        "title": chain.title,
        "subject_id": chain.subject_id,
        "evidence": chain.evidence,
        "interaction": chain.interaction.model_dump(mode="json", exclude={"body"}) if chain.interaction else None,
        "work_items": list(chain.work_items),
        "links": list(chain.links),
        "gaps": list(chain.gaps),
        "gap_states": chain.gap_states,
        "handoff": chain.handoff,
        "statements": list(chain.statements),
        "written": [asdict(intent) for intent in chain.written],
        "words": [asdict(word) for word in chain.words],
        "person_id": chain.person_id or None,
    }


def print_chain(out: Out, chain: Chain) -> None:
    """Print one chain, from the thing to its source and to delivery."""
    out.say(f"{chain.what}: {chain.title}", style="bold")
    if chain.person_id:
        out.say(f"            {chain.person_id}", style="dim")
    if chain.evidence:
        out.say(f'  said      "{in_words(chain.evidence, chain.interaction)}"')
        out.say(f"  by        {chain.evidence.speaker or 'unnamed'} on {chain.evidence.said_at:%Y-%m-%d}")
    if chain.interaction:
        out.say(f"  in        {chain.interaction.kind}: {chain.interaction.subject or 'no subject'}")
        out.say(f"            {chain.interaction.link or chain.interaction.source}", style="dim")
    out.say(f"  deal      {chain.engagement.name} ({chain.engagement.client_name or 'no client'})")
    out.say(f"            {chain.engagement.link or chain.engagement.source}", style="dim")
    for item in chain.work_items:
        out.say(f"  delivery  {item.key} {item.summary} [{item.status}]")
        out.say(f"            {item.link or ''}", style="dim")
    known = {item.key for item in chain.work_items}
    for intent in chain.written:
        if intent.remote_key and intent.remote_key not in known and intent.state != "undone":
            out.say(f"  delivery  {intent.remote_key} {intent.written_summary or ''} [written by us]")
            out.say(f"            {intent.url or ''}", style="dim")
    if chain.handoff:
        print_handoff(out, chain.handoff)
    _print_statements(out, chain.statements)
    _print_gaps(out, chain)
    # A word on a gap stands for both that a promise may have.
    for said in dict.fromkeys(_judged(word) for word in chain.words):
        out.say(f"  judged    {said}")


def _print_identity(out: Out, identity: IdentityView) -> None:
    """Print a client or person, and under each record what it says."""
    entity = identity.entity
    out.say(f"{'person' if isinstance(entity, Person) else 'client'}: {entity.name}", style="bold")
    out.say(f"            {entity.id}", style="dim")
    for name in ("email", "title", "domain"):
        if value := getattr(entity, name, None):
            out.say(f"  {name:<9} {value}")
    if identity.client:
        out.say(f"  client    {identity.client.name}")
        out.say(f"            {identity.client.id}", style="dim")
    for record in identity.records:
        out.say(f"  record    {record.source}: {record.reason}")
        if record.values:
            out.say(f"            {', '.join(f'{name} {value}' for name, value in record.values.items())}", style="dim")
    for pair in identity.unsure:
        other, name = (pair.one, pair.one_name) if pair.other_entity == entity.id else (pair.other, pair.other_name)
        out.say(f"  unsure    {other} {name}: {'; '.join(pair.reasons)}", style="yellow")
    for part in identity.parts:
        roles = f": {', '.join(part.roles)}" if part.roles else ""
        out.say(f"  deal      {part.name}{roles}")
        out.say(f"            {part.engagement_id}", style="dim")
    for word in identity.words:
        out.say(f"  judged    {_judged(word)}")


def _print_gaps(out: Out, chain: Chain) -> None:
    """Print what contradicts something or holds it up, and what is missing of it, with the states that the gap went through."""
    against = [contradiction for link in chain.links for contradiction in link.contradictions]
    slow = [gap.reasons[0] for gap in chain.gaps if gap.kind in _SLOW and gap.state != "resolved" and gap.reasons]
    for reason in dict.fromkeys((*against, *slow)):
        out.say(f"  but       {reason}", style="yellow")
    for gap in chain.gaps:
        step = " ".join(gap.undecided_because) if gap.state == "not_decidable" else gap.next_step
        step = "" if gap.state == "resolved" else f"; {step}"
        out.say(f"  gap       {gap.kind.replace('_', ' ')}: {gap.state.replace('_', ' ')}{step}")
        states = chain.gap_states.get(gap.id, ())
        since = [f"{str(one['state']).replace('_', ' ')} since {one['since']:%Y-%m-%d}" for one in states]
        began = (gap.state == "resolved" and gap.closed_at) or gap.opened_at
        out.say(f"            {', '.join(since) or f'since {began:%Y-%m-%d}'}", style="dim")


def _print_statements(out: Out, statements: Iterable[Statement]) -> None:
    """Print the deal's values with who says so and since when, and of every value that systems disagree on all that is said."""
    for statement in statements:
        first = Saying(source=statement.source, value=statement.value, at=statement.at)
        if statement.about == "deal" or statement.is_conflict:
            name = statement.name if statement.about == "deal" else f"{statement.about}'s {statement.name}"
            out.say(f"  {name.replace('_', ' '):<9} {_said(first)}", style="yellow" if statement.is_conflict else None)
        for other in statement.others if statement.is_conflict else ():
            out.say(f"            but {_said(other)}", style="dim")


def _judged(word: Judgement) -> str:
    """Say what a person decided, of what, and why; a quote is known by its hash alone and left out."""
    about = {"link": (", ".join(items_of(word)),), "merge": (word.subject, word.other)}
    about["same"] = about["merge"]
    named = " and ".join(about.get(word.kind, ()))
    why = f": {word.reason}" if word.reason else ""
    until = f", {word.until:%Y-%m-%d}" if word.until else ""
    return f"{word.kind} {named}".rstrip() + f" {word.decision} by {word.by} on {word.at:%Y-%m-%d}{why}{until}"


def _said(saying: Saying) -> str:
    since = f" since {saying.at:%Y-%m-%d}" if saying.at else ""
    return f"{saying.value} ({SourceRef.parse(saying.source).system}{since})"


def print_handoff(out: Out, handoff: Handoff) -> None:
    """Print how much of an engagement delivery holds, part by part."""
    parts = [f"{part.name} {part.held:g} of {part.total}" for part in handoff.parts if part.total]
    parts += [f"{part.undecided} {part.name} undecided" for part in handoff.parts if part.undecided]
    out.say(f"  handoff   {handoff.told}: {', '.join(parts)}")
