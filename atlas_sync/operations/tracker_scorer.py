"""Score tracing on labelled trackers and pairs, through the very path of `cover`: links, misses, silence, review, people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from atlas_sync.canonical.model import CoverageStatus
from atlas_sync.coverage.contradictions import compare_item
from atlas_sync.coverage.decision import Matcher
from atlas_sync.coverage.people import is_named
from atlas_sync.coverage.verdict import Verdict
from atlas_sync.extraction.clean import clean
from atlas_sync.operations.cover import AskedPromise, Issue, Tracker, item_of, judge_tracker
from atlas_sync.operations.documents import BadLine, unmarked
from atlas_sync.operations.scorers import Miss
from atlas_sync.operations.scoring import Tallies

__all__ = ["TrackerScorer", "promises_said", "tracker_shape"]

_NEAR = 3


class _Labelled(msgspec.Struct):
    """A promise beside its right answer."""

    id: str
    text: str
    gold_status: str
    gold_issues: list[str]
    due_date: str | None = None


class _Present(msgspec.Struct):
    name: str
    present: bool


class _Alone(msgspec.Struct):
    """A tracker that holds its promises."""

    id: str
    promises: list[_Labelled]
    issues: list[Issue]
    difficulty: str = ""
    stakeholders: list[_Present] = []


class _Expected(msgspec.Struct):
    pid: str
    in_force: str
    status: str
    issues: list[str]


class _Gold(msgspec.Struct):
    coverage: list[_Expected]
    stakeholders: list[_Present] = []


class _Beside(msgspec.Struct):
    """A tracker whose promises stand in conversations."""

    engagement_id: str
    issues: list[Issue]
    gold: _Gold


class _PairIssue(msgspec.Struct):
    summary: str
    description: str | None = None
    due: str | None = None
    status: str | None = None


class _Pair(msgspec.Struct):
    id: str
    promise: str
    issue: _PairIssue
    label: str


class _Said(msgspec.Struct):
    pid: str
    quote: str
    due_date: str | None = None


class _SaidGold(msgspec.Struct):
    promises: list[_Said] = []


class _Document(msgspec.Struct):
    gold: _SaidGold


_SHAPES: Mapping[str, type[_Alone | _Beside | _Pair]] = {"trackers": _Alone, "engagements": _Beside, "pairs": _Pair}


def tracker_shape(fields: Mapping[str, object]) -> str | None:
    """Tell by the fields of a line if it is a labelled tracker, one whose promises stand elsewhere, or a pair."""
    if "issues" in fields and "promises" in fields and "difficulty" in fields:
        return "trackers"
    if "issues" in fields and "gold" in fields:
        return "engagements"
    return "pairs" if {"promise", "issue", "label"} <= fields.keys() else None


def promises_said(path: Path) -> dict[str, tuple[str, str | None]]:
    """Give the labelled promises of a file of conversations by their ids: the words and the due day."""
    decoder = msgspec.json.Decoder(_Document)
    said: dict[str, tuple[str, str | None]] = {}
    with path.open("rb") as lines:
        for line in lines:
            try:
                promises = decoder.decode(unmarked(line)).gold.promises if line.strip() else []
            except msgspec.DecodeError:
                continue
            said |= {one.pid: (_plain(one.quote), one.due_date) for one in promises}
    return said


def _plain(quote: str) -> str:
    return " ".join(line.text for line in clean(quote, is_html=True, kind="note"))


class TrackerScorer:
    """Counts over the trackers and pairs of all files; measures of a tier are named "measure · tier".

    `matcher` judges what is scored next.
    """

    def __init__(self, said: Mapping[str, tuple[str, str | None]], matcher: Matcher | None) -> None:
        self.tallies = Tallies()
        self.misses: list[Miss] = []
        self.bad: list[BadLine] = []
        self._said = said
        self.matcher = matcher

    def score_file(self, path: Path, shape: str) -> None:
        """Score each line of a file; lines that cannot be used are added to `bad`."""
        decoder = msgspec.json.Decoder(_SHAPES[shape])
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    self._score(decoder.decode(unmarked(line)), path.name)
                except (msgspec.ValidationError, KeyError, ValueError) as error:
                    named = (
                        f"the promise {error} stands in none of the files"
                        if isinstance(error, KeyError)
                        else str(error)
                    )
                    self.bad.append(BadLine(path, number, named))

    def _score(self, row: _Alone | _Beside | _Pair, file: str) -> None:
        match row:
            case _Alone():
                expected = [(one.id, one.gold_status, frozenset(one.gold_issues)) for one in row.promises]
                asked = [AskedPromise(one.id, one.text, due_date=one.due_date) for one in row.promises]
                self._tracker(Tracker(asked, row.issues, row.id), expected, row.difficulty or file)
                self._people(row.stakeholders, row.issues)
            case _Beside():
                expected = [(one.pid, one.status, frozenset(one.issues)) for one in row.gold.coverage]
                asked = [
                    AskedPromise(one.pid, self._said[one.in_force][0], due_date=self._said[one.in_force][1])
                    for one in row.gold.coverage
                ]
                self._tracker(Tracker(asked, row.issues, row.engagement_id), expected, file)
                self._people(row.gold.stakeholders, row.issues)
            case _Pair():
                self._pair(row)

    def _tracker(self, tracker: Tracker, expected: list[tuple[str, str, frozenset[str]]], tier: str) -> None:
        self.tallies.next_document()
        for promise, verdict, (_pid, right, keys) in zip(
            tracker.promises, judge_tracker(tracker, matcher=self.matcher), expected, strict=True
        ):
            self._verdict(verdict, right, keys, tier=tier)
            status = verdict.links[0].status
            if status not in {right, "review"} or (status == "review" and right == "missing"):
                near = ", ".join(item.key for item in verdict.nearest)
                self.misses.append(
                    Miss(
                        tracker.engagement_id,
                        tier,
                        f"{right} called {status}",
                        promise.text,
                        f"{near} {verdict.links[0].score}",
                    )
                )

    def _verdict(self, verdict: Verdict, right: str, keys: frozenset[str], *, tier: str) -> None:
        status: CoverageStatus = verdict.links[0].status
        called, lost = status == "missing", right == "missing"
        self.tallies.count(f"missing · {tier}", hits=called and lost, found=called, labelled=lost)
        self.tallies.share(f"review · {tier}", count=status == "review")
        if right != "covered":
            self.tallies.share(f"{right} silently called covered · {tier}", count=status == "covered")
        else:
            self.tallies.share(f"covered called missing · {tier}", count=called)
        if keys:
            nearest = [item.key for item in verdict.nearest[:_NEAR]]
            self.tallies.share(f"link@1 · {tier}", count=bool(keys & set(nearest[:1])))
            self.tallies.share(f"link@3 · {tier}", count=bool(keys & set(nearest)))

    def _people(self, people: list[_Present], issues: list[Issue]) -> None:
        for one in people:
            present = any(
                is_named(
                    one.name,
                    f"{issue.summary}\n{issue.description or ''}",
                    listed=[*issue.people, issue.assignee or ""],
                )
                for issue in issues
            )
            self.tallies.share("people present or absent, right", count=present == one.present)

    def _pair(self, row: _Pair) -> None:
        """See what is named against an item that delivers, delivers in part, or has nothing to do with it."""
        self.tallies.next_document()
        pair = row.issue
        issue = Issue(row.id, pair.summary, description=pair.description, due=pair.due, status=pair.status)
        item = item_of(issue, row.id)
        if item.state == "dropped":
            return
        found = compare_item(row.promise, None, item)
        self.tallies.share(
            f"pairs: contradiction named · {row.label}", count=any(not one.agrees and not one.limits for one in found)
        )
        self.tallies.share(
            f"pairs: contradiction or limit named · {row.label}", count=any(not one.agrees for one in found)
        )
