"""A home that was landed while comments came as part of their issue goes on without losing or keeping one wrongly."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from atlas_sync.canonical.observed import ObservedComment
from atlas_sync.operations.canonicalize import canonicalize
from atlas_sync.sandbox import jira
from atlas_sync.store.landing import Manifest
from tests.stands.jira import JiraStand
from tests.stands.rig import Rig, rigged

RUN = "20260101T000000"


def _ask(stand: JiraStand, path: str) -> requests.Response:
    return requests.get(f"{stand.address}/rest/api/3/{path}", auth=(jira.EMAIL, jira.API_TOKEN), timeout=10)


def _land_as_before(rig: Rig, stand: JiraStand, issues: list[str]) -> None:
    """Land the issues with their comments inside, as the first version did, and take them in."""
    landing = rig.workspace.landing
    with landing.writer("jira", RUN, "issues") as parts:
        answers = [_ask(stand, f"issue/{issue}") for issue in issues]
        parts.add_all(issues, [answer.content for answer in answers])
        parts.close_part()
        watermark = stand.at() - timedelta(minutes=1)
        read: dict[str, Any] = {"status": "complete", "proof": "no nextPageToken", "parts": parts.parts}
        manifest = Manifest(system="jira", stream="issues", run=RUN, mode="increment", watermark=watermark, **read)
    landing.commit(manifest)
    canonicalize(rig.workspace, rig.warehouse)


def _comments(rig: Rig) -> dict[str, tuple[str, str | None]]:
    found = (row for row in rig.rows().values() if isinstance(row, ObservedComment))
    return {row.source.rpartition(":")[2]: (row.text, row.deletion) for row in found}


def test_comments_of_a_home_from_before_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand = JiraStand()
    with rigged(stand, tmp_path, monkeypatch) as rig:
        issue, quiet = stand.create("issues", "Nordhavn"), stand.create("issues", "Kilbride")
        people, keys = stand.sandbox.jira, {one: stand.site.issues[one].key for one in (issue, quiet)}
        kept, edited, removed = (
            people.comment_as_person(keys[quiet], user_key="u-ana", text=text) for text in ("kept", "old", "removed")
        )
        stand.pass_time(3600)
        _land_as_before(rig, stand, [issue, quiet])
        assert _comments(rig) == {kept: ("kept", None), edited: ("old", None), removed: ("removed", None)}
        stand.pass_time(3600)
        people.delete_comment_as_person(keys[quiet], removed)
        people.edit_comment_as_person(keys[quiet], edited, "new")
        stand.pass_time(60)
        rig.pull()
        assert _comments(rig) == {
            kept: ("kept", None),
            edited: ("new", None),
            removed: ("removed", "not_visible"),
        }
        added = people.comment_as_person(keys[issue], user_key="u-ana", text="added")
        people.delete_comment_as_person(keys[quiet], kept)
        rig.pass_time(2 * 86_400)
        rig.pull()
        assert _comments(rig) == {
            kept: ("kept", "not_visible"),
            edited: ("new", None),
            removed: ("removed", "not_visible"),
            added: ("added", None),
        }
