"""Bugs to plant into what is Redmine's own, each of which the hostile suite must catch there.

Whose change it was, and what a text is put back with, is too rare there: test_writing.py holds both by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

from atlas_sync.connectors.redmine.client import RedmineClient

__all__ = ["PLANTS", "planted"]


def _blindly(self: RedmineClient, path: str, *, operation: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - an answer
    return self._call("POST", path, operation=operation, repeatable=True, body=body)


def _of_open_ones(self: RedmineClient, path: str, name: str, **params: Any) -> Any:  # noqa: ANN401 - a page
    given = {key: value for key, value in params.items() if (key, value) != ("status_id", "*")}
    return _PAGE(self, path, name, **given)


_PAGE = RedmineClient.page

PLANTS: Mapping[str, tuple[object, str, object]] = {
    "a create is repeated": (RedmineClient, "create", _blindly),
    "what a person closed is not looked for": (RedmineClient, "page", _of_open_ones),
}
"""By what goes wrong: where it is planted, and what."""


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Plant a bug while the block runs."""
    owner, attribute, bug = PLANTS[name]
    with mock.patch.object(owner, attribute, bug):
        yield
