from __future__ import annotations

import json
from pathlib import Path

from atlas_sync.operations.tracker_scorer import TrackerScorer, promises_said, tracker_shape

ISSUES = [
    {"key": "S-1", "status": "To Do", "summary": "Scanner sync live", "description": "Cut-over.", "people": ["Greta"]},
    {"key": "S-2", "status": "Cancelled", "summary": "Pilot invoice", "description": None},
]
ALONE = {
    "id": "e1",
    "difficulty": "typical",
    "issues": ISSUES,
    "promises": [
        {"id": "p1", "text": "Scanner sync is live", "gold_status": "covered", "gold_issues": ["S-1"]},
        {"id": "p2", "text": "Pilot invoice", "gold_status": "missing", "gold_issues": []},
    ],
}
BESIDE = {
    "engagement_id": "c1",
    "issues": ISSUES,
    "gold": {
        "coverage": [{"pid": "c1-p1", "in_force": "c1-p2", "status": "covered", "issues": ["S-1"]}],
        "stakeholders": [{"name": "Greta Koehler", "present": True}, {"name": "Jens Brandt", "present": True}],
    },
}
SAID = {
    "id": "c1-d1",
    "gold": {"promises": [{"pid": "c1-p2", "quote": "Scanner <b>sync</b> is live", "due_date": None}]},
}
PAIR = {"id": "a", "promise": "two weeks", "issue": {"summary": "Three weeks"}, "label": "partial"}


def file_of(folder: Path, *rows: object) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_shapes_are_told_by_their_fields() -> None:
    assert [tracker_shape(row) for row in (ALONE, BESIDE, PAIR, SAID)] == ["trackers", "engagements", "pairs", None]


def test_tracker_is_counted_by_tier(tmp_path: Path) -> None:
    scorer = TrackerScorer({}, None)
    scorer.score_file(file_of(tmp_path, ALONE), "trackers")
    shares = {share.name: (share.count, share.total) for share in scorer.tallies.shares()}
    assert shares["link@1 · typical"] == (1, 1)
    assert shares["review · typical"] == (1, 2)
    assert shares["missing silently called covered · typical"] == (0, 1)
    (missing,) = scorer.tallies.figures()
    assert (missing.name, missing.precision, missing.recall) == ("missing · typical", 1.0, 1.0)


def test_promises_of_conversations_and_people_are_counted(tmp_path: Path) -> None:
    said = promises_said(file_of(tmp_path, SAID, {"no": "gold"}))
    assert said == {"c1-p2": ("Scanner sync is live", None)}
    scorer = TrackerScorer(said, None)
    scorer.score_file(file_of(tmp_path, BESIDE), "engagements")
    shares = {share.name: (share.count, share.total) for share in scorer.tallies.shares()}
    assert shares["people present or absent, right"] == (1, 2)
    assert shares["link@1 · rows.jsonl"] == (1, 1)


def test_pairs_count_what_is_named_against_them_and_bad_lines_are_kept(tmp_path: Path) -> None:
    scorer = TrackerScorer({}, None)
    scorer.score_file(file_of(tmp_path, PAIR, {"id": "b"}), "pairs")
    shares = {share.name: (share.count, share.total) for share in scorer.tallies.shares()}
    assert shares["pairs: contradiction named · partial"] == (1, 1)
    assert [(bad.line, bad.reason) for bad in scorer.bad] == [(2, "Object missing required field `promise`")]


def test_promise_that_no_document_holds_is_named(tmp_path: Path) -> None:
    scorer = TrackerScorer({}, None)
    scorer.score_file(file_of(tmp_path, BESIDE), "engagements")
    assert [bad.reason for bad in scorer.bad] == ["the promise 'c1-p2' stands in none of the files"]
