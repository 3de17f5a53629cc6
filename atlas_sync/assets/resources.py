"""How an asset gets at a workspace: through settings found when a run starts, never at import."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from atlas_sync.config import load_settings
from atlas_sync.errors import ConfigError
from atlas_sync.opening import open_workspace
from atlas_sync.operations.workspace import Workspace, new_run_id
from atlas_sync.store.publish import last_run

__all__ = ["OWNERS", "WorkspaceResource", "run_of"]

OWNERS = ["team:operations"]


def run_of(context: dg.AssetExecutionContext, home: Path) -> str:
    """Name our run after the start of Dagster's, so that all that one reads and works off is one run, as from the command line.

    A step that is tried again is a run of its own: what the first try landed stays.
    """
    record = context.instance.get_run_record_by_id(context.run.run_id)
    if record is None or record.start_time is None or context.retry_number:
        return new_run_id(datetime.now(UTC), after=last_run(home))
    return new_run_id(datetime.fromtimestamp(record.start_time, UTC), after=last_run(home))


class WorkspaceResource(dg.ConfigurableResource):  # type: ignore[type-arg]  # the parameter is for resources that wrap another
    """The workspace that a settings file describes; an empty `config` means ATLAS_CONFIG or atlas.toml.

    `wait_s` is how long an asset waits for another run to end writing.
    """

    config: str = ""
    wait_s: float = 120.0

    def open(self) -> Workspace:
        """Make the workspace.

        Raises:
            Failure: settings or secrets are missing or wrong, which no second try mends.
        """
        try:
            return open_workspace(load_settings(Path(self.config) if self.config else None))
        except ConfigError as error:
            raise dg.Failure(str(error), allow_retries=False) from error
