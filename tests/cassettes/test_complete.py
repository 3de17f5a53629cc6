"""Every vendor, stream and case has a cassette, or a reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from atlas_sync.cli.sandbox import secret_variables, write_settings
from atlas_sync.config import load_settings
from atlas_sync.opening import open_workspace
from tests.cassettes.recorder import FOLDER

_NOWHERE = dict.fromkeys(("salesforce", "hubspot", "jira"), "http://127.0.0.1:9")
_CASES: Mapping[str, frozenset[str]] = {
    "first page": frozenset({"full", "first_page", "whole"}),
    "next page": frozenset({"next_page"}),
    "empty": frozenset({"empty"}),
    "increment": frozenset({"increment"}),
    "deletion": frozenset({"deletion", "archived"}),
    "merge": frozenset({"merge"}),
    "401": frozenset({"401"}),
    "403": frozenset({"403"}),
    "404": frozenset({"404"}),
    "429": frozenset({"429", "limit"}),
    "5xx": frozenset({"5xx", "503"}),
    "malformed": frozenset({"malformed"}),
}
_NEVER_MERGED = "the vendor merges no records of this kind"
_WHOLE = "the list comes whole, in one answer"
_SET = "read as a whole set on every run"
_WITH_RECORDS = "recorded as the deletion of every object"
_REASONS: Mapping[tuple[str, str, str], str] = {
    **{
        ("salesforce", stream, "merge"): _NEVER_MERGED
        for stream in (
            "contracts",
            "deal_changes",
            "deal_stages",
            "deals",
            "emails",
            "events",
            "line_items",
            "notes",
            "roles",
            "tasks",
            "users",
            "Delivery_Note__c",
        )
    },
    ("salesforce", "users", "deletion"): "users are switched off, and never deleted",
    ("salesforce", "notes", "empty"): "notes are asked for by deal; no deal, no call",
    ("salesforce", "deal_changes", "first page"): "as of the stages, which are the same object's history",
    ("salesforce", "deal_changes", "increment"): "as of the stages, which are the same object's history",
    **{
        ("hubspot", stream, "merge"): _NEVER_MERGED
        for stream in (
            "calls",
            "emails",
            "line_items",
            "links",
            "meetings",
            "notes",
            "pipelines",
            "quotes",
            "roles",
            "tasks",
            "users",
        )
    },
    **{("hubspot", "archived", case): _WITH_RECORDS for case in _CASES if case != "first page"},
    ("hubspot", "pipelines", "next page"): _WHOLE,
    ("hubspot", "pipelines", "empty"): "never empty: there is a pipeline",
    ("hubspot", "pipelines", "increment"): _SET,
    **{("hubspot", stream, "deletion"): _SET for stream in ("pipelines", "roles")},
    ("hubspot", "users", "empty"): "never empty: there are ourselves",
    ("hubspot", "users", "deletion"): "those who left are listed by every read, in a pass of its own",
    (
        "hubspot",
        "links",
        "deletion",
    ): "a pair that parted is news of a record, which stands in its own stream's cassettes",
    **{
        ("jira", stream, "merge"): _NEVER_MERGED
        for stream in (
            "comments",
            "fields",
            "history",
            "issues",
            "links",
            "projects",
            "statuses",
            "users",
            "watchers",
        )
    },
    **{("jira", stream, "increment"): _SET for stream in ("fields", "projects", "statuses", "users")},
    **{("jira", stream, "deletion"): _SET for stream in ("fields", "statuses", "users")},
    **{
        ("jira", stream, "next page"): _WHOLE
        for stream in ("fields", "links", "projects", "statuses", "users", "watchers")
    },
    **{
        ("jira", stream, "empty"): "never empty: there are a status, a field, a project and ourselves"
        for stream in ("fields", "projects", "statuses", "users")
    },
    ("jira", "history", "deletion"): "an entry of a history is never deleted alone",
}


@pytest.mark.parametrize("system", _NOWHERE)
def test_every_stream_and_case_has_a_cassette_or_a_reason(system: str, tmp_path: Path) -> None:
    config, _secrets = write_settings(tmp_path, _NOWHERE, policy="plan-only")
    workspace = open_workspace(load_settings(config), environ=secret_variables(_NOWHERE))
    lacking = [
        (stream.name, case)
        for stream in workspace.connections[system].open_reader().streams()
        for case, names in _CASES.items()
        if not names & _recorded(system, stream.name) and (system, stream.name, case) not in _REASONS
    ]
    assert lacking == []


@pytest.mark.parametrize(("system", "stream", "case"), sorted(_REASONS))
def test_no_reason_has_outlived_itself(system: str, stream: str, case: str) -> None:
    assert not _CASES[case] & _recorded(system, stream)


def _recorded(system: str, stream: str) -> set[str]:
    return {path.stem for path in (FOLDER / system / stream).glob("*.json")}
