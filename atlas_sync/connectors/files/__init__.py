"""A folder of exports, CSV or JSON, from any CRM: for firms without API access, and as the example of a connector."""

from atlas_sync.connectors.files.mapping import FilesMapper
from atlas_sync.connectors.files.reader import FilesReader
from atlas_sync.connectors.files.settings import FilesSettings

__all__ = ["FilesMapper", "FilesReader", "FilesSettings"]
