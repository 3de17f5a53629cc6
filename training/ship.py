"""Shipping: a network as an int8 ONNX file with its sheet, the form in which the package carries and runs it."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from training.labels import KINDS, LABELS
from training.network import Network

__all__ = ["NAME", "SHIPPED", "ship", "write_sheet"]

NAME = "reader-5"
SHIPPED = Path(__file__).parent.parent / "atlas_sync" / "extraction" / "weights"
_EVEN = ((0.5, 0.5), (0.5, 0.5))
_DUE = 0.4


def ship(network: Network, folder: Path, calibration: dict[str, Any]) -> str:
    """Write weights, sheet and vocabulary to a folder and give the hash of the weights; same network, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    _export(network, folder / "reader.onnx")
    if folder.resolve() != SHIPPED.resolve():
        shutil.copy(SHIPPED / "vocabulary.txt", folder)
    return write_sheet(folder, calibration)


def write_sheet(folder: Path, calibration: dict[str, Any]) -> str:
    """Write the sheet beside the weights of a folder and give their hash.

    `calibration` holds `weights` and `bands` as `training.calibrate` finds them; without it scores are taken as they are.
    """
    found = hashlib.sha256((folder / "reader.onnx").read_bytes()).hexdigest()
    sheet = {
        "name": NAME,
        "sha256": found,
        "labels": LABELS,
        "kinds": KINDS,
        "weights": calibration.get("weights", {name: ({name: 1.0}, {name: 1.0}) for name in LABELS}),
        "bands": calibration.get("bands", dict.fromkeys(LABELS, _EVEN)),
        "due": _DUE,
    }
    (folder / "reader.json").write_text(json.dumps(sheet, indent=1) + "\n", encoding="utf-8")
    return found


def _export(network: Network, path: Path) -> None:
    network.eval()
    example = torch.ones(2, 12, dtype=torch.long)
    axes = {0: "rows", 1: "length"}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # the older exporter is chosen knowingly: the newer one needs a compiler of its own
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            network,
            (example, example),
            str(plain),
            input_names=["pieces", "segments"],
            output_names=["labels", "kinds", "due"],
            dynamic_axes={"pieces": axes, "segments": axes, "due": axes, "labels": {0: "rows"}, "kinds": {0: "rows"}},
            opset_version=17,
            dynamo=False,
        )
        operators = ["MatMul", "Gather"]
        logging.disable(logging.WARNING)  # it advises a preparation that changes nothing here
        quantize_dynamic(plain, path, per_channel=True, op_types_to_quantize=operators, weight_type=QuantType.QInt8)
    logging.disable(logging.NOTSET)
    model = onnx.load(path)
    for field in ("producer_name", "producer_version", "doc_string"):
        model.ClearField(field)
    onnx.save(model, path)
