"""Bugs to plant into what is Redmine's own, each of which the hostile suite must catch there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

from atlas_sync.connectors.redmine.client import RedmineClient
from atlas_sync.connectors.redmine.items import Items

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
    "everybody's changes are taken for ours": (Items, "_is_foreign", lambda *_args: False),
    "a text is put back without its markup": (
        Items,
        "as_written",
        lambda _self, _remote_id, text: text.replace("*", ""),
    ),
}
"""By what goes wrong: where it is planted, and what."""


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Plant a bug while the block runs."""
    owner, attribute, bug = PLANTS[name]
    with mock.patch.object(owner, attribute, bug):
        yield
