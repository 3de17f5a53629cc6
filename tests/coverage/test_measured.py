"""Tracing held against the labelled development sets by the command that prints their figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from atlas_sync.cli import main
from atlas_sync.operations.matcher import shipped_matcher


@pytest.mark.contracts
def test_figures_of_the_labelled_trackers_hold(shared: Path) -> None:
    names = ("coverage_dev.jsonl", "engagements_dev.jsonl", "conversations_dev.jsonl", "train/a_pairs.jsonl")
    files = [str(shared / "eval" / name) for name in names]
    result = CliRunner().invoke(main, ["eval", "--json", *files])
    part = next(part for part in json.loads(result.stdout)["parts"] if part["name"] == "trackers and pairs")
    shares = {share["name"]: share for share in part["shares"]}
    stranger = "engagements_dev.jsonl"
    assert shares["people present or absent, right"]["value"] >= 0.95
    assert shares["link@1 · typical"]["value"] >= 0.95
    assert shares["link@3 · typical"]["value"] >= 0.98
    assert shares["missing silently called covered · typical"]["count"] <= 1
    assert shares["missing silently called covered · hard"]["count"] <= 2
    assert shares[f"missing silently called covered · {stranger}"]["count"] <= 2
    assert shares[f"partial silently called covered · {stranger}"]["count"] <= 3
    assert shares["pairs: contradiction named · covers"]["value"] <= 0.06
    if shipped_matcher() is not None:
        assert shares[f"link@1 · {stranger}"]["value"] >= 0.75
        assert shares[f"review · {stranger}"]["value"] <= 0.8
