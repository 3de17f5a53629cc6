"""What is said of a disk that is full or refuses, and of a warehouse that cannot be opened: what to do, and nothing kept."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from atlas_sync.errors import StoreError

__all__ = ["is_full", "storing", "unopened", "unwritable", "writing"]

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_OF_DISK = re.compile("|".join(f'(?:"[^"]*": )?{re.escape(os.strerror(number))}' for number in _FULL | _REFUSED))
"""Where the engine names the disk's own reason, in its message alone, and most often the file."""


def is_full(error: OSError) -> bool:
    """Tell if the disk has no more room, or has failed: that is no matter of settings."""
    return error.errno in _FULL


def unwritable(message: str) -> StoreError:
    """Give the error of a disk that does not take what is written."""
    return StoreError(message, advice="Make room, or correct the rights of the folder, and run again.")


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say of a disk that does not take what the block writes that it is ours to put right; any other error is what it is.

    Where the error names no file, the folder tells which disk it is.

    Raises:
        StoreError: it does not.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL | _REFUSED:
            raise
        message = f"{error.filename or f'what is kept in {folder}'} cannot be written ({os.strerror(error.errno)})."
        raise unwritable(message) from None


@contextmanager
def storing() -> Iterator[None]:
    """Say the same of what the engine could not store; what it says of a statement is a mistake of ours, and stays one.

    Raises:
        StoreError: it could not.
    """
    try:
        yield
    except (duckdb.OperationalError, duckdb.FatalException) as error:
        message = f"the warehouse cannot be written ({_cause(error)})."
        raise unwritable(message) from error


def unopened(error: duckdb.Error) -> StoreError:
    """Tell a warehouse that another process has, or that the disk refuses, from a damaged one: only that may be moved away."""
    message = f"the warehouse cannot be opened ({_cause(error)})."
    if "Conflicting lock" in str(error):
        advice = "Another process has warehouse.duckdb open: close it, and let it read published/ instead."
        return StoreError(message, advice=advice)
    if _OF_DISK.search(str(error)):
        return unwritable(message)
    return StoreError(message, advice="Move warehouse.duckdb away; it is rebuilt from landing.")


def _cause(error: duckdb.Error) -> str:
    found = _OF_DISK.search(str(error))
    return found[0].replace('"', "") if found else type(error).__name__
