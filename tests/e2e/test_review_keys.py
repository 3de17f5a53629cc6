"""A person at a terminal: one key an answer, and what was put right holds after the next sync."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from atlas_sync.canonical.model import Promise
from atlas_sync.store.publish import open_snapshot
from tests.e2e.conftest import Stage

pytestmark = pytest.mark.e2e

_PATIENCE_S = 120.0


def type_into(
    stage: Stage, keys: Sequence[tuple[str, str]], *args: str, meanwhile: Callable[[], object] = lambda: None
) -> str:
    """Run a command on a terminal, type each key when its prompt has come up, and give all that was shown.

    Before the first key is typed happens what is to happen `meanwhile`.
    """
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "atlas_sync", "--config", str(stage.config), *args]
    env = {**os.environ, **stage.env, "TERM": "dumb", "COLUMNS": "200"}
    shown, seen = "", 0
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True) as run:
        os.close(theirs)
        waiting = list(keys)
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            if select.select([ours], [], [], 0.2)[0]:
                try:
                    piece = os.read(ours, 65536)
                except OSError:  # how a terminal says that nobody is there any more
                    break
                shown += piece.decode(errors="replace")
            if waiting and (place := shown.find(waiting[0][0], seen)) >= 0 and _is_ready(ours, waiting[0][1]):
                seen = place + len(waiting[0][0])
                if len(waiting) == len(keys) - 1:
                    meanwhile()
                os.write(ours, waiting.pop(0)[1].encode())
        run.kill()
    os.close(ours)
    assert not waiting, f"never asked: {waiting[0][0]}\n{shown[-2000:]}"
    return shown


def _is_ready(terminal: int, keys: str) -> bool:
    """Tell if a terminal takes what is about to be typed: keys raw, answers by the line; what comes sooner is dropped."""
    by_line = bool(termios.tcgetattr(terminal)[3] & termios.ICANON)
    return not keys or by_line == keys.endswith("\n")


def _asked(doubt: dict[str, Any]) -> str:
    """Give what a doubt is asked with; of what may take something back there is no confirming."""
    return "takes it back?" if doubt["status"] == "withdrawn" and doubt["perhaps"] else "promise?"


def test_keys_confirm_reject_edit_and_merge(synced: Stage) -> None:
    doubts = synced.json("review", "--kind", "promises", "--most", "500")["doubts"]
    whole = [place for place, doubt in enumerate(doubts) if doubt["status"] != "withdrawn"]
    names = [doubts[place]["id"] for place in whole[:3]]
    merged = next(place for place in whole[3:] if doubts[place]["perhaps"])
    earlier = doubts[merged]["perhaps"]
    typed = dict(zip([*whole[:3], merged], "ynem", strict=True))
    keys = [
        key
        for place, doubt in enumerate(doubts[: merged + 1])
        for key in [
            (doubt["id"], ""),
            (_asked(doubt), typed.get(place, "x")),
            *([("kind", "price\n"), ("due", "2026-12-24\n")] if typed.get(place) == "e" else []),
        ]
    ]
    keys += [("same as which?", "1"), (_asked(doubts[merged + 1]) if len(doubts) > merged + 1 else "kept", "q")]
    assert "4 kept" in type_into(synced, keys, "review", "--kind", "promises", "--most", "500", "--by", "Ada")
    synced.run("sync")
    left = {doubt["id"] for doubt in synced.json("review", "--kind", "promises", "--most", "500")["doubts"]}
    assert not left & {*names, doubts[merged]["id"]}
    with open_snapshot(synced.workspace().home) as snapshot:
        (edited,) = snapshot.select(Promise, id=names[2])
        (kept,) = snapshot.select(Promise, id=earlier)
    assert doubts[merged]["evidence"]["quote"] in (kept.evidence.quote, *(one.quote for one in kept.repeats))
    assert (edited.kind, edited.due_date, edited.needs_review) == ("price", date(2026, 12, 24), False)
    synced.run("show", names[1], check=2)
    synced.run("show", doubts[merged]["id"], check=2)
    told = synced.json("eval", "--train")
    assert (told["decisions"], told["kept"]) == (2, False)
    synced.run("eval", check=2)


def test_what_somebody_else_answers_meanwhile_is_not_asked_any_more(synced: Stage) -> None:
    doubts = synced.json("review", "--kind", "promises", "--most", "500")["doubts"]
    first, second, third = [place for place, doubt in enumerate(doubts) if doubt["status"] != "withdrawn"][:3]
    typed = {first: "y", third: "q"}
    keys = [
        key
        for place, doubt in enumerate(doubts[: third + 1])
        for key in [(doubt["id"], ""), (_asked(doubt), typed.get(place, "x"))]
        if place != second
    ]

    def answer_elsewhere() -> None:
        synced.run("review", "--reject", doubts[second]["id"], "--by", "Ben")

    shown = type_into(
        synced,
        keys,
        *("review", "--kind", "promises", "--most", str(third + 1), "--by", "Ada"),
        meanwhile=answer_elsewhere,
    )
    assert "Ben said meanwhile: rejected" in shown
    assert "1 kept" in shown


@pytest.mark.soak
def test_which_item_delivers_is_not_asked_of_a_gap_that_somebody_let_be_meanwhile(synced: Stage) -> None:
    first, second, third, *_rest = (
        choice["promise"]["id"] for choice in synced.json("review", "--kind", "links", "--most", "500")["links"]
    )
    gap = next(one["id"] for one in synced.json("gaps")["gaps"] if one["subject_id"] == second)

    def let_be_elsewhere() -> None:
        synced.run("waive", gap, "--reason", "agreed by phone", "--by", "Ben")

    shown = type_into(
        synced,
        [(first, ""), ("which delivers it?", "1"), (third, ""), ("which delivers it?", "q")],
        *("review", "--kind", "links", "--most", "3", "--by", "Ada"),
        meanwhile=let_be_elsewhere,
    )
    assert "Ben said meanwhile: waived" in shown
    assert "1 kept" in shown
