"""The conversation as a file on the brief: hung there once, kept current, and never where a client can read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from atlas_sync.coverage import Rules
from atlas_sync.operations import apply as applying
from atlas_sync.operations.apply import Applied
from atlas_sync.operations.hand import Hand
from atlas_sync.operations.undo import undo
from atlas_sync.sandbox.jira.store import Issue
from tests.coverage.build import engagement, interaction, project, promise, record
from tests.hostile.play import Stage
from tests.hostile.record import snapshot_of

_MAIL = "Could you send the plan of the yard?"


def _sync(stage: Stage, *bodies: str, key: str = "ONE") -> Applied:
    """Publish a deal with some conversation and write what follows."""
    own = {"engagement_id": "eng_a"}
    made = record(
        engagement=engagement(id="eng_a", source="hubspot:deal:1"),
        interactions=tuple(interaction(f"int_{at}", body=body, **own) for at, body in enumerate(bodies)),
        projects=(project(id="del_a", **own, key=key, source="jira:project:1"),),
        items=(),
        promises=(promise(id="prm_a", **own),),
    )
    stage.delivery = replace(stage.delivery, rules=Rules(attaches=True))
    stage.published = lambda _version: snapshot_of("one", [made])
    stage.wire.pass_time(60)
    applied = stage.run(stage.writers[0])
    assert applied is not None
    assert applied.error is None
    return applied


def _brief(stage: Stage) -> Issue:
    return next(one for one in stage.site._site.issues.values() if one.type == "Epic")


def _files(stage: Stage) -> list[dict[str, Any]]:
    return _brief(stage).attachments


@pytest.mark.parametrize("fault", ["", "503_after", "drop_after", "503"])
def test_conversation_hangs_on_the_brief_once_and_follows_what_is_said(stage: Stage, fault: str) -> None:
    stage.wire.script.append((r"^POST .*/attachments$", fault))
    first = _sync(stage, "We start soon.")
    assert first.count("attached") == (fault != "503")
    _sync(stage, "We start soon.")
    (file,) = _files(stage)
    assert "We start soon." in file["body"]
    assert file["mimeType"] == "text/html"
    assert not _sync(stage, "We start soon.").steps
    _sync(stage, "We start soon.", _MAIL)
    (newer,) = _files(stage)
    assert newer["filename"] != file["filename"]
    assert _MAIL in newer["body"]


def test_file_that_a_person_took_off_stays_off(stage: Stage) -> None:
    _sync(stage, "We start soon.")
    stage.site._site.change(_brief(stage), stage.site._site.users["u-ada"], {"attachments": []})
    assert _sync(stage, "We start soon.", _MAIL).count("attached") == 0
    assert _files(stage) == []


def test_earlier_file_that_may_not_be_deleted_stays_beside_the_newer_one(stage: Stage) -> None:
    _sync(stage, "We start soon.")
    stage.site._faults.deny("jira", "DELETE_OWN_ATTACHMENTS")
    _sync(stage, "We start soon.", _MAIL)
    assert len(_files(stage)) == 2
    assert not _sync(stage, "We start soon.", _MAIL).steps


def test_nothing_hangs_where_the_client_reads_or_no_file_may_be_attached(stage: Stage) -> None:
    assert _sync(stage, "We start soon.", key="TWO").count("attached") == 0
    stage.site._faults.deny("jira", "CREATE_ATTACHMENTS")
    assert _sync(stage, "We start soon.").count("attached") == 0


def test_undo_takes_a_brief_with_our_file_and_leaves_one_with_a_persons(stage: Stage) -> None:
    run = _sync(stage, "We start soon.").run
    workspace = stage.workspace(stage.writers[0])
    assert undo(workspace, run).count("removed") == 2
    run = _sync(stage, "We start soon.").run
    assert len(_files(stage)) == 1
    stage.site.attach_as_person(_brief(stage).id, "plan.pdf", 7)
    (left,) = [one for one in undo(workspace, run).items if one.result == "left"]
    assert "1 attachment" in left.reason


def test_snapshot_is_asked_by_one_thread_at_a_time(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    locked: list[bool] = []

    class Watched(Hand):
        def __init__(self, *args: Any, page_of: Callable[[str], str], **given: Any) -> None:  # noqa: ANN401 - passed on
            def watched(engagement_id: str) -> str:
                locked.append(self._lock.locked())
                return page_of(engagement_id)

            super().__init__(*args, page_of=watched, **given)

    monkeypatch.setattr(applying, "Hand", Watched)
    _sync(stage, "We start soon.")
    assert locked == [True]
