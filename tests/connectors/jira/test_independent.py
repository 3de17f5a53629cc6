"""Data Center as somebody else understood it: the stand-in `jira820`, where it is installed; it is no dependency of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from atlas_sync.canonical.observed import ObservedComment, ObservedProject, ObservedWorkItem
from atlas_sync.connectors.jira import JiraMapper, JiraReader, JiraSettings
from atlas_sync.connectors.protocol import ReadRequest
from tests.connectors.jira.conftest import bodies, ids
from tests.kit import serve

server: Any = pytest.importorskip("jira820.server", reason="the independent stand-in jira820 is not installed")


@pytest.fixture(scope="module")
def settings() -> Iterator[JiraSettings]:
    with serve(server.make_app()) as address:
        yield JiraSettings(url=address, personal_access_token=SecretStr("any"), calls_per_second=1000)


def _read(settings: JiraSettings, stream: str) -> tuple[list[str], list[Any], str]:
    pages = list(JiraReader(settings, system="jira").read(ReadRequest(stream)))
    mapper = JiraMapper("jira", settings)
    rows = [row for body in bodies(pages) for row in mapper.map_record(stream, body)]
    return ids(pages), rows, pages[-1].proof


def test_every_issue_it_counts_is_read_once_and_mapped(settings: JiraSettings) -> None:
    found, rows, proof = _read(settings, "issues")
    assert len(found) == len(set(found)) > 300
    assert proof == f"{len(found)} of {len(found)}"
    assert all(isinstance(row, ObservedWorkItem) for row in rows)
    assert {row.state for row in rows} >= {"to_do", "done"}


def test_its_project_statuses_and_fields_are_read(settings: JiraSettings) -> None:
    (_id,), (project,), proof = _read(settings, "projects")
    assert isinstance(project, ObservedProject)
    assert proof
    for stream in ("statuses", "fields"):
        found, _rows, proof = _read(settings, stream)
        assert found
        assert proof


def test_its_comments_are_read_as_plain_text(settings: JiraSettings) -> None:
    _found, rows, proof = _read(settings, "comments")
    assert proof
    assert all(isinstance(row, ObservedComment) for row in rows)
