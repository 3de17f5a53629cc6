"""Shipping: a network as an int8 ONNX file, the form in which the package carries and runs it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from training.network import Network

__all__ = ["export"]


def export(network: Network, path: Path) -> None:
    """Write a network as ONNX with its tables and dense layers in eight bits; the same network gives the same bytes."""
    network.eval()
    example = torch.ones(2, 12, dtype=torch.long)
    axes = {0: "rows", 1: "length"}
    with tempfile.TemporaryDirectory() as folder:
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
        quantize_dynamic(
            plain, path, per_channel=True, op_types_to_quantize=["MatMul", "Gather"], weight_type=QuantType.QInt8
        )
    model = onnx.load(path)
    for field in ("producer_name", "producer_version", "doc_string"):
        model.ClearField(field)
    onnx.save(model, path)
