"""Runtime: the networks that come with the package, checked by their hash and run by onnxruntime."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from atlas_sync.errors import ConfigError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

__all__ = ["Each", "are_there", "check_network", "open_network", "threads"]

GivenT = TypeVar("GivenT")
FoundT = TypeVar("FoundT")
_THREADS = 2
_SLOWER_FUSED = ["SkipLayerNormFusion"]
"""Measured with onnxruntime 1.32: without this fusion a text takes a tenth less time."""


class Each(Protocol):
    """What does the same for each of many, as `map` does, which is one."""

    def __call__(self, work: Callable[[GivenT], FoundT], given: Iterable[GivenT], /) -> Iterator[FoundT]:
        """Yield what comes of each, in order."""


def check_network(path: Path, *, sha256: str) -> None:
    """Compare a file of weights with the hash that belongs to it.

    Raises:
        ConfigError: the weights are not those that were shipped.
    """
    with path.open("rb") as weights:
        found = hashlib.file_digest(weights, "sha256").hexdigest()
    if found != sha256:
        message = f"the weights of the {path.stem} are not those that were shipped"
        raise ConfigError(message, advice=f"Install atlas-sync again: the file {path.name} in its package is damaged.")


def open_network(path: Path) -> InferenceSession:
    """Load a network; a text runs on one thread, so that several can run at once."""
    import onnxruntime  # noqa: PLC0415 - two tenths of a second that a run without news need not spend

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER_FUSED
    )


@contextmanager
def threads() -> Iterator[Each]:
    """Give a `map` that begins with all it is given at once, on as many threads as there are cores for."""
    with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
        yield pool.map


def are_there(folder: Path, *names: str, run_by: Sequence[str] = ("onnxruntime", "numpy")) -> bool:
    """Tell if some files of the package are there, and what runs them."""
    present = all((folder / name).is_file() for name in names)
    return present and all(importlib.util.find_spec(name) for name in run_by)
