"""What several tests build on: an application served on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from atlas_sync.sandbox.faults import App
from atlas_sync.sandbox.listen import serving


@contextmanager
def serve(app: App) -> Iterator[str]:
    """Serve one application from a thread and give its address."""
    with serving({"app": app}) as addresses:
        yield addresses["app"]
