"""Train the matcher: the labelled trackers and pairs in, the package's weights out, with bounds from authors left out.

Run: `make train`, or python -m training.match WORK ENCODER. Prints what was measured on the authors left out.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from atlas_sync.coverage.contradictions import compare_item, uncovered_in
from atlas_sync.coverage.decision import Bounds, Fit, weigh
from atlas_sync.coverage.passages import passages_of
from atlas_sync.coverage.similarity import likenesses
from atlas_sync.extraction.wordpiece import Vocabulary
from atlas_sync.operations.cover import item_of, judge_tracker
from atlas_sync.operations.matcher import LearnedMatcher
from training.matching import Matching, States, fit_matching
from training.network import Network
from training.ship import SHIPPED as READER
from training.trackers import Case, listings_of, trackers_of

__all__ = ["SHIPPED", "main"]

SHIPPED = READER.parent.parent / "coverage" / "weights"
NAME = "matcher-1"
_LEFT_OUT = ("A", "B")
_UNFITTED = Bounds(agreement=1.0, words=2.5, slope=1.0, shift=0.0, size=0.0, cover=1.1, missing=-0.1, silence=0.125)
"""`agreement`, `words` and `silence` are round figures between settings that differ by less than the noise of two authors."""

_SILENT = 0.05
_PRECISION = 0.85
_SIZES = (6, 12, 25, 50, 100)
_USUAL = 12

_log = logging.getLogger("training")


@dataclass(frozen=True, slots=True)
class Judged:
    """One promise of an author left out: its right status, its best score of so many, and if anything speaks against it.

    `words` is the greatest likeness of words of any candidate.
    """

    tier: str
    right: str
    score: float
    candidates: int
    doubts: bool
    words: float


def main(work: Path, wheel: Path) -> None:
    """Fit without each author, take the bounds from what was said of them, fit on all, and write the package's weights."""
    started = time.monotonic()
    torch.use_deterministic_algorithms(mode=True)
    encoder = Network()
    encoder.load_encoder(wheel)
    vocabulary = Vocabulary((READER / "vocabulary.txt").read_text(encoding="utf-8").rstrip("\n").split("\n"))
    states = States(encoder, vocabulary)
    judged: list[Judged] = []
    growth: list[tuple[float, float]] = []
    matchers = {}
    for author in _LEFT_OUT:
        ship(fit_matching(encoder, states, list(listings_of(author))), work / author, _UNFITTED)
        matchers[author] = LearnedMatcher(work / author)
        cases = [case for case in trackers_of() if case.author == author]
        judged += [one for case in cases for one in _judge(case, matchers[author])]
        growth += _growth(cases, matchers[author])
        _log.info("without %s: %.0f s", author, time.monotonic() - started)
    bounds = _bounds(judged, growth)
    _log.info("bounds %s", asdict(bounds))
    for case_tier in dict.fromkeys(one.tier for one in judged):
        _log.info("%s", _figures(case_tier, matchers, bounds))
    found = ship(fit_matching(encoder, states, list(listings_of(""))), SHIPPED, bounds)
    _log.info("all: %.0f s, sha256 %s", time.monotonic() - started, found)


def ship(matching: Matching, folder: Path, bounds: Bounds) -> str:
    """Write weights and sheet to a folder and give the hash of the weights; same network, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / "matcher.onnx"
    _export(matching, weights)
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    sheet = {
        "name": NAME,
        "sha256": found,
        "scales": [round(one, 4) for one in matching.scales.tolist()],
        "nothing": round(matching.nothing.item(), 4),
        "bounds": asdict(bounds),
    }
    (folder / "matcher.json").write_text(json.dumps(sheet, indent=1) + "\n", encoding="utf-8")
    return found


def _export(matching: Matching, path: Path) -> None:
    logging.getLogger().setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # The older exporter is chosen knowingly: the newer one needs a compiler of its own.
        warnings.simplefilter("ignore")
        plain = Path(folder) / "plain.onnx"
        length = {0: "rows", 1: "length"}
        torch.onnx.export(
            matching,
            (torch.ones(1, 12, dtype=torch.long),),
            str(plain),
            input_names=["pieces"],
            output_names=["whole", "each", "counts"],
            dynamic_axes={"pieces": length, "whole": {0: "rows"}, "each": length, "counts": length},
            opset_version=17,
            dynamo=False,
        )
        kinds = ["MatMul", "Gather"]
        quantize_dynamic(plain, path, per_channel=True, op_types_to_quantize=kinds, weight_type=QuantType.QInt8)
    logging.getLogger().setLevel(logging.INFO)
    model = onnx.load(path)
    for field in ("producer_name", "producer_version", "doc_string"):
        model.ClearField(field)
    onnx.save(model, path)


def _judge(case: Case, matcher: LearnedMatcher) -> list[Judged]:
    items = [item for item in (item_of(issue, "") for issue in case.tracker.issues) if item.state != "dropped"]
    passages = [passages_of(item, {})[0] for item in items]
    rows = matcher.scores([one.text for one in case.tracker.promises], passages)
    (alike,) = likenesses([([one.text for one in case.tracker.promises], items)])
    judged = []
    for promise, row, likeness in zip(case.tracker.promises, rows, alike.tolist(), strict=True):
        due = _due(promise.due_date)
        fits = []
        for item, learned, words in zip(items, row, likeness, strict=True):
            found = tuple(compare_item(promise.text, due, item))
            score = weigh(learned, words, found, _UNFITTED)
            fits.append(Fit(score, words, found, uncovered_in(promise.text, due, item)))
        best = max(fits, key=lambda fit: fit.score)
        words = max(fit.words for fit in fits)
        right = case.right[promise.pid][0]
        judged.append(Judged(case.tier, right, best.score, len(items), best.doubts, words))
    return judged


def _due(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _growth(cases: Sequence[Case], matcher: LearnedMatcher) -> list[tuple[float, float]]:
    """Give how high the best of so many wrong items scores: (log of their number, score), with items of other engagements."""
    chance = random.Random(0)  # noqa: S311 - the same each time
    pool = [passages_of(item_of(issue, ""), {})[0] for case in cases for issue in case.tracker.issues]
    lost = [one.text for case in cases for one in case.tracker.promises if case.right[one.pid][0] == "missing"]
    rows = matcher.scores(lost, pool)
    return [(math.log(size), max(chance.sample(row, size))) for row in rows for size in _SIZES for _draw in range(4)]


def _bounds(judged: Sequence[Judged], growth: Sequence[tuple[float, float]]) -> Bounds:
    """Fit the probability, the price of a longer list, and the two bounds, all on authors left out.

    `cover` is the lowest score at which no tier has more than its share of missing ones above it with nothing against them;
    `missing` the highest below which enough of those called missing are, where words are silent too, the hard tier aside:
    there, words and absence have nothing to do with each other by design.
    """
    mean_x = sum(one for one, _ in growth) / len(growth)
    mean_y = sum(one for _, one in growth) / len(growth)
    growing = sum((x - mean_x) * (y - mean_y) for x, y in growth) / sum((x - mean_x) ** 2 for x, _ in growth)
    judged = [replace(one, score=one.score - growing * math.log(one.candidates / _USUAL)) for one in judged]
    slope, shift = _logistic([(one.score, one.right == "covered") for one in judged if one.right != "partial"])
    scores = sorted({one.score for one in judged})
    cover = next(score for score in scores if _is_quiet(judged, score))
    low = max((score for score in scores if _is_right(judged, score)), default=scores[0])

    def chance(score: float) -> float:
        return round(1 / (1 + math.exp(-(slope * score + shift))), 4)

    return replace(
        _UNFITTED,
        slope=round(slope, 4),
        shift=round(shift + slope * growing * math.log(_USUAL), 4),
        size=round(slope * growing, 4),
        cover=chance(cover),
        missing=chance(low),
    )


def _is_quiet(judged: Sequence[Judged], score: float) -> bool:
    for tier in {one.tier for one in judged}:
        missing = [one for one in judged if one.tier == tier and one.right == "missing"]
        silent = [one for one in missing if one.score >= score and not one.doubts]
        if len(silent) > _SILENT * len(missing) + 0.1:
            return False
    return True


def _is_right(judged: Sequence[Judged], score: float) -> bool:
    for tier in {one.tier for one in judged} - {"hard"}:
        low = [one for one in judged if one.tier == tier and one.score < score]
        called = [one for one in low if one.words < _UNFITTED.silence]
        if not called or sum(one.right == "missing" for one in called) < _PRECISION * len(called):
            return False
    return True


def _logistic(rows: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    slope, shift = 0.5, 0.0
    for _step in range(4000):
        down_slope = down_shift = 0.0
        for score, right in rows:
            wrong = 1 / (1 + math.exp(-(slope * score + shift))) - right
            down_slope += wrong * score
            down_shift += wrong
        slope -= 0.02 * down_slope / len(rows)
        shift -= 0.05 * down_shift / len(rows)
    return slope, shift


def _figures(tier: str, matchers: dict[str, LearnedMatcher], bounds: Bounds) -> str:
    """Say what the whole path reaches on a tier, each author judged by the matcher that has not seen them."""
    counts: dict[str, int] = {}
    for case in trackers_of():
        if case.tier != tier:
            continue
        matcher = matchers[case.author]
        matcher.bounds = bounds
        for promise, verdict in zip(case.tracker.promises, judge_tracker(case.tracker, matcher=matcher), strict=True):
            right, keys = case.right[promise.pid]
            counts[f"{right} called {verdict.links[0].status}"] = (
                counts.get(f"{right} called {verdict.links[0].status}", 0) + 1
            )
            if keys:
                nearest = [item.key for item in verdict.nearest]
                counts["placed"] = counts.get("placed", 0) + 1
                counts["first"] = counts.get("first", 0) + (nearest[0] in keys)
                counts["third"] = counts.get("third", 0) + bool(keys & set(nearest))
    return f"{tier}: {json.dumps(dict(sorted(counts.items())))}"


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
