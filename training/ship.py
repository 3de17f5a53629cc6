"""Shipping: a network as an int8 ONNX file with its sheet, the form in which the package carries and runs it."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx.external_data_helper import set_external_data
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from training.labels import KINDS, LABELS
from training.network import Network

__all__ = ["LONG", "NAME", "SHIPPED", "add_vocabulary", "export", "note_in_card", "ship", "write_sheet"]

NAME = "reader-5"
SHIPPED = Path(__file__).parent.parent / "atlas_sync" / "extraction" / "weights"
_EVEN = ((0.5, 0.5), (0.5, 0.5))
_DUE = 0.4
_TABLE = "encoder.words.weight_quantized"
_CARD = Path(__file__).parent.parent / "docs" / "reader-model.md"
LONG = frozenset({"due", "each", "counts"})
"""What a network gives for each piece of a text."""


def ship(network: Network, folder: Path, calibration: dict[str, Any]) -> str:
    """Write weights, sheet and vocabulary to a folder and give the hash of the weights; same network, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    export(network, folder / "reader.onnx", takes=("pieces", "segments"), gives=("labels", "kinds", "due"))
    add_vocabulary(folder)
    return write_sheet(folder, calibration)


def add_vocabulary(folder: Path) -> None:
    """Put the pieces beside weights that use them."""
    if folder.resolve() != SHIPPED.resolve():
        shutil.copy(SHIPPED / "vocabulary.txt", folder)


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


def note_in_card(before: str, sha256: str) -> None:
    """Put a hash into the model card, after the words that stand before it there."""
    text = _CARD.read_text(encoding="utf-8")
    _CARD.write_text(re.sub(f"(?<={re.escape(before)})[^`]*", sha256, text), encoding="utf-8")


def export(
    module: nn.Module, path: Path, *, takes: Sequence[str], gives: Sequence[str], words: str | None = None
) -> None:
    """Write a module as an eight-bit file, to be asked one text at a time.

    All that it takes, and what it gives of `LONG`, has as many columns as a text has pieces. Its table of pieces goes into a
    file `words` beside it, where one is named, which networks with the same table share.
    """
    module.eval()
    example = torch.ones(2, 12, dtype=torch.long)
    axes = {name: {0: "rows", 1: "length"} if name in (*takes, *LONG) else {0: "rows"} for name in (*takes, *gives)}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # The older exporter is chosen knowingly: the newer one needs a compiler of its own.
        warnings.simplefilter("ignore")
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            module,
            tuple(example for _name in takes),
            str(plain),
            input_names=list(takes),
            output_names=list(gives),
            dynamic_axes=axes,
            opset_version=17,
            custom_opsets={"com.microsoft": 1},
            dynamo=False,
        )
        logging.disable(logging.WARNING)  # it advises a preparation that changes nothing here
        quantize_dynamic(
            plain,
            path,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather", "Attention"],
            weight_type=QuantType.QInt8,
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
    logging.disable(logging.NOTSET)
    model = onnx.load(path)
    for field in ("producer_name", "producer_version", "doc_string"):
        model.ClearField(field)
    if words:
        _move_table(model, path.parent / words)
    onnx.save(model, path)


def _move_table(model: onnx.ModelProto, path: Path) -> None:
    """Put the table of pieces into a file of its own."""
    table = next(one for one in model.graph.initializer if one.name == _TABLE)
    path.write_bytes(table.raw_data)
    set_external_data(table, location=path.name, offset=0, length=len(table.raw_data))
    table.ClearField("raw_data")
    table.data_location = onnx.TensorProto.EXTERNAL
