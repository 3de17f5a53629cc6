"""The projects that are copied into new ones, each read once and only when something is to be copied."""

from __future__ import annotations

from collections.abc import Sequence

from atlas_sync.canonical.pattern import Pattern
from atlas_sync.connectors.writing import Templates, Writer
from atlas_sync.errors import RejectedError

__all__ = ["Shelf"]


class Shelf:
    """Reads template projects of one tracker."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._read: dict[str, Sequence[Pattern]] = {}

    def patterns(self, project: str) -> Sequence[Pattern]:
        """Give what is copied of a project; nothing where none is named.

        Raises:
            RejectedError: it cannot be read, or holds nothing to copy.
        """
        if not project:
            return ()
        if project not in self._read:
            self._read[project] = self._patterns(project)
        if not self._read[project]:
            message = f"the template project {project} holds nothing to copy, or cannot be read."
            raise RejectedError(message, advice="Correct delivery.templates, or let the integration's user see it.")
        return self._read[project]

    def _patterns(self, project: str) -> Sequence[Pattern]:
        if not isinstance(self._writer, Templates):
            return ()
        try:
            return self._writer.patterns(project)
        except RejectedError:
            return ()
