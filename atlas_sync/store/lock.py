"""One writer at a time: a file lock of our own, held by whoever may change the warehouse.

It covers cron, the command line, tests and Dagster alike, and is released by the kernel when its holder dies.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from atlas_sync.errors import ConfigError, StoreError
from atlas_sync.store.refusals import is_full, writing

__all__ = ["usable", "writer_lock", "writer_of"]

_POLL_S = 0.2


@contextmanager
def writer_lock(home: Path, *, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the right to write while the block runs, waiting up to `wait_s` seconds for it.

    Raises:
        ConfigError: the home cannot be made or written to.
        StoreError: another process holds it; its id is in the message. Or the disk does not take what the block writes.
    """
    with writing(home):
        with usable(home):
            home.mkdir(parents=True, exist_ok=True)
            handle = os.open(home / "writer.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _acquire(handle, wait_s)
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
            yield
        finally:
            os.close(handle)


def writer_of(home: Path) -> str | None:
    """Name the process that holds the right to write, if one does; it is asked without waiting, and nothing is made.

    Raises:
        ConfigError: the home cannot be read.
    """
    with usable(home):
        try:
            handle = os.open(home / "writer.lock", os.O_RDONLY)
        except FileNotFoundError:
            return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(handle)
    else:
        return None
    finally:
        os.close(handle)


@contextmanager
def usable(home: Path) -> Iterator[None]:
    """Say of a home that refuses what the block does that it is the setting which is wrong.

    Raises:
        ConfigError: it does; a full disk is no refusal.
    """
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise
        message = f"home, {home}, cannot be used ({type(error).__name__})."
        raise ConfigError(message, advice="Give this user the right to, or correct home in the settings.") from None


def _acquire(handle: int, wait_s: float) -> None:
    # Whoever only asks if somebody writes holds the lock for an instant: one refusal tells nothing.
    deadline = time.monotonic() + max(wait_s, _POLL_S)
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                message = f"another run is writing (process {_holder(handle)})."
                raise StoreError(message, advice="Wait for it to end, or stop it.") from None
            time.sleep(_POLL_S)
        else:
            return


def _holder(handle: int) -> str:
    return os.pread(handle, 32, 0).decode() or "unknown"
