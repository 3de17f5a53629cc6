"""How an asset gets at a workspace: through settings found when a run starts, never at import."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from atlas_sync.config import load_settings
from atlas_sync.errors import AtlasError
from atlas_sync.opening import open_workspace
from atlas_sync.operations.sync import hold_connected
from atlas_sync.operations.workspace import Workspace, new_run_id
from atlas_sync.store.publish import last_run

__all__ = ["OWNERS", "WorkspaceResource", "run_of"]

OWNERS = ["team:operations"]


def run_of(context: dg.AssetExecutionContext, home: Path) -> str:
    """Name our run after the start of Dagster's, so that all of it is one run, as from the command line."""
    record = context.instance.get_run_record_by_id(context.run.run_id)
    if record is None or record.start_time is None:
        return new_run_id(datetime.now(UTC), after=last_run(home))
    return new_run_id(datetime.fromtimestamp(record.start_time, UTC), after=last_run(home))


class WorkspaceResource(dg.ConfigurableResource):  # type: ignore[type-arg]  # the parameter is for resources that wrap another
    """The workspace that a settings file describes; an empty `config` means ATLAS_CONFIG or atlas.toml.

    `wait_s` is how long an asset waits for another run to end writing.
    """

    config: str = ""
    wait_s: float = 120.0

    @contextmanager
    def open(self) -> Iterator[Workspace]:
        """Give the workspace while a block runs.

        Raises:
            Failure: what went wrong in the block, or with the settings before it, in the words of the command line.
        """
        try:
            opened = open_workspace(load_settings(Path(self.config) if self.config else None))
            hold_connected(opened)
            yield opened
        except AtlasError as error:
            raise dg.Failure(str(error)) from None
