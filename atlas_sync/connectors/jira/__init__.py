"""Jira, Cloud by REST v3 and Data Center by v2: projects, people, work items with comments, links; and writing of ours."""

from atlas_sync.connectors.jira.mapping import JiraMapper
from atlas_sync.connectors.jira.reader import JiraReader
from atlas_sync.connectors.jira.settings import JiraSettings
from atlas_sync.connectors.jira.writer import JiraWriter

__all__ = ["JiraMapper", "JiraReader", "JiraSettings", "JiraWriter"]
