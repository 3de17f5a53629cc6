"""Redmine, 5.0 or later: projects, people, issues with their notes; and writing of items of ours."""

from atlas_sync.connectors.redmine.mapping import RedmineMapper
from atlas_sync.connectors.redmine.reader import RedmineReader
from atlas_sync.connectors.redmine.settings import RedmineSettings
from atlas_sync.connectors.redmine.writer import RedmineWriter

__all__ = ["RedmineMapper", "RedmineReader", "RedmineSettings", "RedmineWriter"]
