"""Issues that a list shows and that are refused by themselves: the others are read, and these are named at the end."""

from __future__ import annotations

from dataclasses import replace

from atlas_sync.connectors.protocol import Page
from atlas_sync.connectors.redmine.mapping import key_of
from atlas_sync.errors import AccessError, AtlasError, TransientError

__all__ = ["Refused"]

_MOST = 10
"""More than so many are no odd issues any more: the read ends, and nobody waits for each of thousands."""
_NAMED = 3


class Refused:
    """The issues that one read went without. `position` is where it began."""

    def __init__(self, position: str) -> None:
        self._position = position
        self._errors: dict[str, AtlasError] = {}

    def note(self, issue: str, error: AtlasError) -> None:
        """Set an issue aside.

        Raises:
            AccessError, TransientError: there are too many.
        """
        self._errors[issue] = error
        if len(self._errors) > _MOST:
            self.tell()

    def judged(self, page: Page) -> Page:
        """Give a page without its proof from the first such issue on, and the place before that one to go on from."""
        if self._errors:
            return replace(page, position=self._position, proof="")
        self._position = page.position
        return page

    def tell(self) -> None:
        """Say which issues were refused, if any.

        Raises:
            AccessError: one is hidden from us.
            TransientError: Redmine fails at each of them.
        """
        if not self._errors:
            return
        more = len(self._errors) - _NAMED
        named = ", ".join(map(key_of, list(self._errors)[:_NAMED])) + (f" and {more} more" if more > 0 else "")
        why = next(iter(self._errors.values())).summary.rstrip(".")
        message = f"issue {named} is in the list and not given by itself: {why}."
        if all(isinstance(one, TransientError) for one in self._errors.values()):
            raise TransientError(message, advice="Open it in Redmine, look into its log for the cause, and run again.")
        advice = "Let the integration's user open it in Redmine, look for a proxy in between, and run again."
        raise AccessError(message, advice=advice)
