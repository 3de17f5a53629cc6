"""`atlas-sync extract` and `eval` as people run them, from a shell."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

PROMISE = "We will have you live on the new platform by 10 April."


def run(*args: str, check: int = 0, text: str | None = None) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        [sys.executable, "-m", "atlas_sync", *args],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        input=text,
    )
    assert result.returncode == check, result.stderr
    return result


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    row = {
        "id": "c01-d1",
        "engagement_id": "c01",
        "at": "2026-01-13T10:00:00+01:00",
        "speaker_side": "us",
        "body": PROMISE,
    }
    path.write_text(json.dumps(row) + "\n{broken\n")
    return path


def test_extract_writes_a_line_a_document_and_names_bad_lines(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    result = run("extract", "--input", str(source), "--output", str(target), "--json", check=1)
    assert f"{source}:2: not JSON" in result.stderr
    answer = json.loads(result.stdout)
    assert (answer["version"], answer["documents"], answer["promises"]) == (1, 1, 1)
    (row,) = [json.loads(line) for line in target.read_text().splitlines()]
    assert row["promises"][0]["quote"] == PROMISE


def test_extract_reads_from_a_pipe_and_writes_to_one(source: Path) -> None:
    line = source.read_text().splitlines()[0]
    result = run("extract", "--input", "/dev/stdin", "--output", "-", text=line)
    assert json.loads(result.stdout)["id"] == "c01-d1"


def test_extract_of_no_file_is_a_wrong_argument(tmp_path: Path) -> None:
    run("extract", "--input", str(tmp_path / "none"), "--output", str(tmp_path / "out"), check=2)


def test_eval_prints_figures_with_intervals(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    rows = [
        {"id": "1", "channel": "email", "speaker_side": "us", "text": PROMISE, "label": "promise", "subclass": "firm"},
        {
            "id": "2",
            "channel": "call",
            "speaker_side": "us",
            "text": "Lovely weather.",
            "label": "none",
            "subclass": "opinion",
        },
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    shown = run("eval", str(path), "--misses").stdout
    assert "2 sentences" in shown
    assert "promises," in shown
    assert "1.00 [.21 1.00]" in shown
    assert "…" not in shown
    answer = json.loads(run("eval", str(path), "--json").stdout)
    decided = answer["parts"][0]["figures"][0]
    assert (decided["name"], decided["f1"], len(decided["f1_interval"])) == ("promises, decided", 1.0, 2)


def test_eval_of_nothing_labelled_is_a_wrong_argument(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("{}\n")
    assert "no labelled documents" in run("eval", str(tmp_path), check=2).stderr
