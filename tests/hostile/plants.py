"""Bugs to plant, one of each kind that makes twins or hurts people; the hostile tracker must catch every one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

from atlas_sync.connectors.jira.client import JiraClient
from atlas_sync.connectors.writing import RemoteItem
from atlas_sync.operations import edits, holdings
from atlas_sync.operations.twins import Twins

__all__ = ["PLANTS", "planted"]


def _blindly(self: JiraClient, path: str, *, operation: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - an answer
    return self.upsert(path, operation=operation, body=body)


def _state_as_never_made(*_args: object, **_given: object) -> None:
    return None


PLANTS: Mapping[str, tuple[object, str, object]] = {
    "a create is repeated": (JiraClient, "create", _blindly),
    "twins are not parted": (Twins, "part", lambda *_args: []),
    "every text is taken for ours": (RemoteItem, "edited", lambda _self: frozenset()),
    "a text written over is not put back": (edits, "put_back", lambda *_args, **_given: ""),
    "what a person deleted counts as never made": (holdings, "_state_of_absent", _state_as_never_made),
}
"""By what goes wrong: where it is planted, and what."""


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Plant a bug while the block runs."""
    owner, attribute, bug = PLANTS[name]
    with mock.patch.object(owner, attribute, bug):
        yield
