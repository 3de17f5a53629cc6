"""`atlas-sync review`: look at what reading and comparing were unsure of, and say what it is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import partial

import click

from atlas_sync.canonical.model import Engagement, Interaction, Obligation, Promise
from atlas_sync.cli.questions import Question, of_choice, of_doubt, of_pair
from atlas_sync.cli.shared import Out, by_option, command, local_of, named
from atlas_sync.errors import ConfigError
from atlas_sync.operations.corrections import KINDS, Edit, alike, correct, merge
from atlas_sync.operations.named import check_named, is_named
from atlas_sync.operations.ranking import load_ranking
from atlas_sync.operations.review import Answer, Choice, Doubt, decide, list_choices, list_doubts, take_back
from atlas_sync.operations.same import list_unsure
from atlas_sync.operations.show import snapshot_as_told
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.judgements import Judgement
from atlas_sync.store.ledger import Ledger
from atlas_sync.store.publish import Snapshot
from atlas_sync.store.tables import Unsure

__all__ = ["review_command"]

_MOST_ALIKE = 9
"""As many as one key tells apart."""
_Keep = Callable[[], list[Judgement]]


@click.command(name="review")
@click.option("--engagement", "wanted", default="", help="Only engagements whose name or client holds this text.")
@click.option("--kind", type=click.Choice(["promises", "links", "identities"]), help="Only questions of this kind.")
@click.option("--most", type=click.IntRange(min=1), default=20, show_default=True, help="How many to show.")
@click.option("--confirm", multiple=True, metavar="ID", help="It is a promise, the link holds, the two are one.")
@click.option("--reject", multiple=True, metavar="ID", help="It is none, it does not, they are two.")
@click.option(
    "--edit",
    "edits",
    nargs=2,
    multiple=True,
    metavar="ID WHAT",
    help="Put right: kind=... or due=YYYY-MM-DD; several times.",
)
@click.option("--merge", "merges", nargs=2, multiple=True, metavar="ID INTO", help="The two are one, the second stays.")
@click.option(
    "--undo", "undone", multiple=True, metavar="ID", help="Take back all that was said of a promise, or of a link."
)
@by_option
@click.pass_context
@command
def review_command(  # noqa: PLR0913 - an option each
    context: click.Context,
    *,
    wanted: str,
    kind: str | None,
    most: int,
    confirm: tuple[str, ...],
    reject: tuple[str, ...],
    edits: tuple[tuple[str, str], ...],
    merges: tuple[tuple[str, str], ...],
    undone: tuple[str, ...],
    by: str,
    out: Out,
) -> None:
    """List what reading and comparing were unsure of, and take down what you say of it.

    Sentences that may be promises, repeat one or take one back; promises, and what the customer owes, with the three work
    items that may deliver them and what speaks for and against each; and records that may be one. Where a look pays most comes
    first: doubt times the size of the deal, won deals before open ones, and lost ones not at all. On a terminal one key
    answers; e puts kind or day right, m says with which other promise it is one. What you say is kept with your name, holds
    against later readings, and shows after the next sync.

    --confirm and --reject take the id of a promise, a link or a pair, several times. To reject a promise in no doubt, or what
    the customer owes, says that no item there delivers it. --undo takes back what anybody said of either and of what delivers
    it, also of a promise that was rejected or merged and is shown no more, and with the id of a link of that item alone; of two
    records say the opposite instead.

    Example: atlas-sync review --engagement Nordhavn --kind links
    """
    workspace = local_of(context)
    answers, corrections = _answers(confirm, reject), _edits(edits)
    with snapshot_as_told(workspace) as snapshot, closing(workspace.open_ledger()) as ledger:
        check_named(snapshot.select(Engagement), wanted)
        desk = _Desk(snapshot, ledger, by, workspace)
        told = [keep for keep, said in desk.kept_by(answers, corrections, _merges(merges), undone) if said]
        if len(told) > 1:
            message = "--confirm and --reject, --edit, --merge, and --undo are said one after the other."
            raise ConfigError(message, advice="Give one of them at a time; nothing was kept.")
        kept = told[0]() if told else []
        doubts, choices, pairs = _waiting(desk, wanted, kind)
        said_in = _heard(snapshot, choices[:most])
        questions = [
            *map(of_doubt, doubts[:most]),
            *(of_choice(one, said_in.get(one.said.interaction_id)) for one in choices[:most]),
            *map(of_pair, pairs[:most]),
        ]
        if not told and not out.as_json and _is_terminal():
            for keep in _asked(out, questions, desk):
                kept += keep()
        elif not told:
            for question in questions:
                _print(out, question)
    out.say(_summary(len(kept), len(doubts), len(choices), len(pairs)))
    out.result(
        {
            "waiting": len(doubts),
            "links_waiting": len(choices),
            "identities_waiting": len(pairs),
            "doubts": [_doubt_row(doubt) for doubt in doubts[:most]],
            "links": [_choice_row(choice) for choice in choices[:most] if isinstance(choice.about, Promise)],
            "obligations": [_choice_row(choice) for choice in choices[:most] if isinstance(choice.about, Obligation)],
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


def _edits(given: Sequence[tuple[str, str]]) -> dict[str, Edit]:
    """Read what is to be put right: kind=price, due=2026-05-01."""
    edits: dict[str, Edit] = {}
    for name, what in given:
        field, _, value = what.partition("=")
        try:
            edit = _edit(field, value.strip())
        except ValueError as error:
            message = f"{what} puts nothing right."
            raise ConfigError(message, advice=f"Give kind={'|'.join(KINDS)} or due=YYYY-MM-DD.") from error
        before = edits.get(name, Edit())
        edits[name] = Edit(edit.kind or before.kind, edit.due or before.due)
    return edits


def _merges(given: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Read which promise is one with which; a promise can go into one other alone."""
    names = [name for name, _into in given]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        message = f"{', '.join(twice)} is merged more than once."
        raise ConfigError(message, advice="Give --merge once for each promise that goes; nothing was kept.")
    return dict(given)


def _edit(field: str, value: str) -> Edit:
    if field == "kind" and value in KINDS:
        return Edit(kind=value)
    if field == "due":
        return Edit(due=date.fromisoformat(value))
    raise ValueError(field)


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where a person sits: what is shown, what is kept, in whose name."""

    rows: Snapshot
    ledger: Ledger
    by: str
    workspace: Workspace

    def kept_by(
        self, answers: Mapping[str, Answer], edits: Mapping[str, Edit], merges: Mapping[str, str], undone: Sequence[str]
    ) -> tuple[tuple[_Keep, bool], ...]:
        return (
            (partial(self.decide, answers), bool(answers)),
            (partial(self.correct, edits), bool(edits)),
            (partial(self.merge, merges), bool(merges)),
            (partial(self.undo, undone), bool(undone)),
        )

    def decide(self, answers: Mapping[str, Answer]) -> list[Judgement]:
        return decide(self.rows, self.ledger, answers, by=named(self.by), at=self.workspace.now())

    def correct(self, edits: Mapping[str, Edit]) -> list[Judgement]:
        return correct(self.rows, self.ledger, edits, by=named(self.by), at=self.workspace.now())

    def merge(self, pairs: Mapping[str, str]) -> list[Judgement]:
        return merge(self.rows, self.ledger, pairs, by=named(self.by), at=self.workspace.now())

    def undo(self, names: Sequence[str]) -> list[Judgement]:
        return take_back(self.rows, self.ledger, names, by=named(self.by), at=self.workspace.now())


def _waiting(desk: _Desk, wanted: str, kind: str | None) -> tuple[list[Doubt], list[Choice], list[Unsure]]:
    """Give what waits, of the kind that is wanted or of all kinds; pairs of records belong to no one engagement."""
    doubts = (
        list_doubts(desk.rows, desk.ledger, load_ranking(desk.workspace.home)) if kind in {None, "promises"} else []
    )
    choices = list_choices(desk.rows, desk.ledger) if kind in {None, "links"} else []
    pairs = (
        list_unsure(desk.rows, desk.ledger.judgements("same")) if kind in {None, "identities"} and not wanted else []
    )
    doubts = [one for one in doubts if is_named(one.engagement, wanted)]
    return doubts, [one for one in choices if is_named(one.engagement, wanted)], pairs


def _heard(rows: Snapshot, choices: Sequence[Choice]) -> dict[str, Interaction]:
    """Give the interactions in which was said what is asked about, by their ids."""
    return {one.id: one for one in rows.select(Interaction, id=[choice.said.interaction_id for choice in choices])}


def _asked(out: Out, questions: Sequence[Question], desk: _Desk) -> Iterator[_Keep]:
    """Show one after another and yield what keeps the person's answer; what anybody answers meanwhile is not asked any more."""
    known = len(desk.ledger.judgements())
    for question in questions:
        if answer := question.answered_in(desk.ledger.judgements(past=known)):
            out.say(f"{answer.by} said meanwhile: {answer.decision}", style="dim")
            continue
        _print(out, question)
        out.say(f"  {question.hint}, q ends, any other key leaves it", style="dim")
        key = _key()
        if key == "q":
            return
        if key in question.keys:
            yield partial(desk.decide, question.keys[key])
        elif key == "e" and question.promise:
            if (edit := _asked_edit(question.promise)) != Edit():
                yield partial(desk.correct, {question.promise.id: edit})
        elif key == "m" and question.promise and (into := _asked_other(out, desk, question.promise)):
            yield partial(desk.merge, {question.promise.id: into})


def _key() -> str:
    """Give the key that is pressed; that nothing comes any more, as by Ctrl-D, is q."""
    try:
        return click.getchar().lower()
    except EOFError:
        return "q"


def _asked_edit(promise: Promise) -> Edit:
    """Ask for kind and day; what stands there already stays with a press of return."""
    kind = click.prompt("  kind", default=promise.kind, type=click.Choice(KINDS), show_choices=True)
    shown = promise.due_date.isoformat() if promise.due_date else ""
    due = click.prompt("  due", default=shown, value_proc=_day, show_default=bool(shown))
    return Edit(kind if kind != promise.kind else None, due if due != promise.due_date else None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        message = "a day is written YYYY-MM-DD"
        raise click.UsageError(message) from error


def _asked_other(out: Out, desk: _Desk, promise: Promise) -> str | None:
    """Ask with which other promise of the engagement one is the same; None where it is with none."""
    rows = desk.rows.select(Promise, engagement_id=promise.engagement_id)
    others = [row for row in rows if row.id == promise.perhaps]
    others += [row for row in alike(promise, rows, most=_MOST_ALIKE) if row not in others]
    others = others[:_MOST_ALIKE]
    for number, other in enumerate(others, 1):
        out.say(f"  {number}  {' '.join(other.text.split())}")
    out.say(
        "  the same as which? any other key: none of them" if others else "  no other promise is like it", style="dim"
    )
    key = _key() if others else ""
    return others[int(key) - 1].id if key.isdecimal() and 0 < int(key) <= len(others) else None


def _print(out: Out, question: Question) -> None:
    for text, style in question.lines:
        out.say(text, style=style)


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
        "promise" if isinstance(choice.about, Promise) else "obligation": choice.about.model_dump(mode="json"),
        "items": items,
    }


def _kept_row(kept: Judgement) -> dict[str, object]:
    about: dict[str, object] = {"kind": "link", "item": kept.other or None} if kept.kind == "link" else {}
    if kept.kind == "same":
        about = {"kind": "identity", "other": kept.other}
    return {"id": kept.subject, "decision": kept.decision, **about}
