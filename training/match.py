"""Train the matcher: the labelled trackers and pairs in, the package's weights out, with bounds from authors left out.

Run: `make train`, or python -m training.match WORK ENCODER. Prints what was measured on the authors left out.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import tempfile
import time
import warnings
from dataclasses import asdict
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from atlas_sync.coverage.decision import Bounds
from atlas_sync.extraction.wordpiece import Vocabulary
from training.bounds import UNFITTED
from training.covering import LEFT_OUT, report
from training.matching import Matching, States, fit_matching
from training.network import Network
from training.ship import SHIPPED as READER
from training.trackers import listings_of

__all__ = ["SHIPPED", "main"]

SHIPPED = READER.parent.parent / "coverage" / "weights"
NAME = "matcher-1"
_log = logging.getLogger("training")


def main(work: Path, wheel: Path) -> None:
    """Fit without each author, take the bounds from what was said of them, fit on all, and write the package's weights."""
    started = time.monotonic()
    torch.use_deterministic_algorithms(mode=True)
    encoder = Network()
    encoder.load_encoder(wheel)
    vocabulary = Vocabulary((READER / "vocabulary.txt").read_text(encoding="utf-8").rstrip("\n").split("\n"))
    states = States(encoder, vocabulary)
    for author in LEFT_OUT:
        ship(fit_matching(encoder, states, list(listings_of(author))), work / author, UNFITTED)
        _log.info("without %s: %.0f s", author, time.monotonic() - started)
    bounds = report(work)
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


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
