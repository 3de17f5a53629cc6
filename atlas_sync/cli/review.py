"""`atlas-sync review`: look at what reading and comparing were unsure of, and say what it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import click

from atlas_sync.canonical.model import Engagement
from atlas_sync.cli.shared import Out, by_option, command, local_of
from atlas_sync.errors import ConfigError
from atlas_sync.operations.review import Answer, Choice, Doubt, decide, list_choices, list_doubts
from atlas_sync.operations.same import list_unsure
from atlas_sync.store.judgements import Judgement
from atlas_sync.store.publish import open_snapshot
from atlas_sync.store.tables import Unsure

__all__ = ["review_command"]

_NUMBERED = "123"


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of a person: lines to show, and the answers by their keys."""

    lines: tuple[tuple[str, str], ...]
    keys: Mapping[str, Mapping[str, Answer]]
    hint: str


@click.command(name="review")
@click.option("--engagement", "wanted", default="", help="Only engagements whose name or client holds this text.")
@click.option("--kind", type=click.Choice(["promises", "links", "identities"]), help="Only questions of this kind.")
@click.option("--most", type=click.IntRange(min=1), default=20, show_default=True, help="How many to show.")
@click.option("--confirm", multiple=True, metavar="ID", help="It is a promise, the link holds, the two are one.")
@click.option("--reject", multiple=True, metavar="ID", help="It is none, it does not, they are two.")
@by_option
@click.pass_context
@command
def review_command(
    context: click.Context,
    *,
    wanted: str,
    kind: str | None,
    most: int,
    confirm: tuple[str, ...],
    reject: tuple[str, ...],
    by: str,
    out: Out,
) -> None:
    """List what reading and comparing were unsure of, and take down what you say of it.

    Sentences that may be promises; promises of which one of three work items may be the delivery, with both quotes and what
    speaks for and against each; and records of clients or people that may be one. Those where a look pays most come first:
    doubt times the size of the deal. On a terminal one key answers. What you say is kept in the ledger with your name, holds
    against any later reading, and is never asked twice; the record shows it after the next sync.

    --confirm and --reject take the id of a promise, a link or a pair, several times. To reject a promise that is in no doubt
    says that no item there delivers it.

    Example: atlas-sync review --engagement Nordhavn --kind links
    """
    workspace = local_of(context)
    answers = _answers(confirm, reject)
    with open_snapshot(workspace.home) as snapshot, closing(workspace.open_ledger()) as ledger:
        kept = decide(snapshot, ledger, answers, by=by, at=workspace.now())
        doubts = list_doubts(snapshot, ledger) if kind in {None, "promises"} else []
        choices = list_choices(snapshot, ledger) if kind in {None, "links"} else []
        doubts = [one for one in doubts if _holds(one.engagement, wanted)]
        choices = [one for one in choices if _holds(one.engagement, wanted)]
        pairs = list_unsure(snapshot, ledger.judgements("same")) if kind in {None, "identities"} and not wanted else []
        questions = [*map(_of_doubt, doubts[:most]), *map(_of_choice, choices[:most]), *map(_of_pair, pairs[:most])]
        if not answers and not out.as_json and _is_terminal():
            for answer in _asked(out, questions):
                kept += decide(snapshot, ledger, answer, by=by, at=workspace.now())
        elif not answers:
            for question in questions:
                _print(out, question)
    out.say(_summary(len(kept), len(doubts), len(choices), len(pairs)))
    out.result(
        {
            "waiting": len(doubts),
            "links_waiting": len(choices),
            "identities_waiting": len(pairs),
            "doubts": [_doubt_row(doubt) for doubt in doubts[:most]],
            "links": [_choice_row(choice) for choice in choices[:most]],
            "identities": [pair.model_dump(mode="json") for pair in pairs[:most]],
            "decided": [_kept_row(one) for one in kept],
        }
    )


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _answers(confirm: Sequence[str], reject: Sequence[str]) -> dict[str, Answer]:
    if both := set(confirm) & set(reject):
        message = f"{', '.join(sorted(both))} cannot be confirmed and rejected at once."
        raise ConfigError(message)
    answers: dict[str, Answer] = dict.fromkeys(confirm, "confirmed")
    return answers | dict.fromkeys(reject, "rejected")


def _asked(out: Out, questions: Sequence[_Question]) -> Iterator[Mapping[str, Answer]]:
    """Show one after another and yield what the person answers."""
    for question in questions:
        _print(out, question)
        out.say(f"  {question.hint}, q ends, any other key leaves it", style="dim")
        key = click.getchar().lower()
        if key == "q":
            return
        if key in question.keys:
            yield question.keys[key]


def _print(out: Out, question: _Question) -> None:
    for text, style in question.lines:
        out.say(text, style=style)


def _of_doubt(doubt: Doubt) -> _Question:
    promise, said = doubt.promise, doubt.promise.evidence
    due = f", due {promise.due_date or promise.due_text}" if promise.due_text else ""
    lines = (
        (f"{promise.id}  {_title(doubt.engagement)}", "dim"),
        (f'  "{" ".join(promise.text.split())}"', "bold"),
        (
            f"  {said.speaker or 'somebody'} ({said.side}), {said.said_at:%Y-%m-%d}: {promise.kind}{due}; {promise.rule}",
            "",
        ),
    )
    keys: dict[str, Mapping[str, Answer]] = {"y": {promise.id: "confirmed"}, "n": {promise.id: "rejected"}}
    return _Question(lines, keys, "promise? y yes, n no")


def _of_choice(choice: Choice) -> _Question:
    promise = choice.promise
    due = f" (due {promise.due_date or promise.due_text})" if promise.due_text else ""
    lines = [
        (f"{promise.id}  {_title(choice.engagement)}", "dim"),
        (f'  "{" ".join(promise.text.split())}"{due}', "bold"),
    ]
    keys: dict[str, Mapping[str, Answer]] = {"n": {promise.id: "rejected"}}
    for number, link in zip(_NUMBERED, choice.links, strict=False):
        item = choice.items[link.id]
        lines.append((f"  {number}  {item.key} {item.summary} [{item.status}]  {link.id}", ""))
        lines += [(f"       for: {reason}", "dim") for reason in link.reasons]
        lines += [(f"       against: {reason}", "yellow") for reason in link.contradictions]
        keys[number] = {link.id: "confirmed"}
    return _Question(tuple(lines), keys, "which delivers it? 1 to 3, n none of all items there")


def _of_pair(pair: Unsure) -> _Question:
    lines = (
        (f"{pair.id}  two records of a {pair.kind}, likely one: {pair.score:.2f}", "dim"),
        (f"  {pair.one_name}  {pair.one}", "bold"),
        (f"  {pair.other_name}  {pair.other}", "bold"),
        *((f"       {reason}", "dim") for reason in pair.reasons),
    )
    keys: dict[str, Mapping[str, Answer]] = {"y": {pair.id: "confirmed"}, "n": {pair.id: "rejected"}}
    return _Question(lines, keys, f"one and the same {pair.kind}? y yes, n no")


def _title(engagement: Engagement) -> str:
    return f"{engagement.name} {engagement.client_name or ''}".strip()


def _holds(engagement: Engagement, text: str) -> bool:
    return text.casefold() in _title(engagement).casefold()


def _summary(kept: int, doubts: int, choices: int, pairs: int) -> str:
    if kept:
        return f"{kept} kept; the record shows it after the next `atlas-sync sync`."
    if doubts or choices or pairs:
        return f"{doubts} sentences, {choices} links and {pairs} pairs of records wait for a look."
    return "Nothing waits for a look."


def _doubt_row(doubt: Doubt) -> dict[str, object]:
    return {
        "engagement": doubt.engagement.name,
        "weight": round(doubt.weight, 3),
        **doubt.promise.model_dump(mode="json"),
    }


def _choice_row(choice: Choice) -> dict[str, object]:
    items = [
        {
            **link.model_dump(mode="json"),
            "summary": choice.items[link.id].summary,
            "status_there": choice.items[link.id].status,
        }
        for link in choice.links
    ]
    return {
        "engagement": choice.engagement.name,
        "weight": round(choice.weight, 3),
        "promise": choice.promise.model_dump(mode="json"),
        "items": items,
    }


def _kept_row(kept: Judgement) -> dict[str, object]:
    about: dict[str, object] = {"kind": "link", "item": kept.other or None} if kept.kind == "link" else {}
    if kept.kind == "same":
        about = {"kind": "identity", "other": kept.other}
    return {"id": kept.subject, "decision": kept.decision, **about}
