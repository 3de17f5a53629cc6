"""How an asset gets at a workspace: through settings found when a run starts, never at import."""

from pathlib import Path

import dagster as dg

from atlas_sync.config import load_settings, open_workspace
from atlas_sync.operations.workspace import Workspace

__all__ = ["OWNERS", "WorkspaceResource"]

OWNERS = ["team:operations"]


class WorkspaceResource(dg.ConfigurableResource):  # type: ignore[type-arg]  # the parameter is for resources that wrap another
    """The workspace that a settings file describes; an empty `config` means ATLAS_CONFIG or atlas.toml.

    `wait_s` is how long an asset waits for another run to end writing.
    """

    config: str = ""
    wait_s: float = 120.0

    def open(self) -> Workspace:
        """Make the workspace.

        Raises:
            ConfigError: settings or secrets are missing or wrong.
        """
        return open_workspace(load_settings(Path(self.config) if self.config else None))
