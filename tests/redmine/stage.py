"""How tests come to the one Redmine of a test run, and what a connection to it is set to."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from pydantic import SecretStr

from atlas_sync.connectors.redmine import RedmineSettings
from tests.redmine.server import Server, joined, why_not

__all__ = ["borrowed", "settings_of"]


@contextmanager
def borrowed(config: pytest.Config, folders: pytest.TempPathFactory) -> Iterator[Server]:
    """Give the Redmine of this run to one test at a time, as it was in the beginning."""
    if why := why_not():
        pytest.skip(why)
    is_worker = hasattr(config, "workerinput")
    folder = (folders.getbasetemp().parent if is_worker else folders.getbasetemp()) / "redmine"
    server = joined(folder, os.getppid() if is_worker else os.getpid())
    with (folder / "lent").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server.reset()
        yield server


def settings_of(server: Server, **given: Any) -> RedmineSettings:  # noqa: ANN401 - any settings
    """Give the settings of a connection of the integration's user."""
    own: Mapping[str, Any] = {
        "url": server.url,
        "api_key": SecretStr(server.key("atlas")),
        "mark_field": server.facts["field"],
        "calls_per_second": 1e9,
    }
    return RedmineSettings(**{**own, **given})
