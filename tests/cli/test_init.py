from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from atlas_sync.cli import init, main
from atlas_sync.connectors.hubspot import HubSpotDeals
from atlas_sync.connectors.hubspot.settings import FeedbackProperties
from atlas_sync.operations.workspace import Connection, Workspace
from tests.connectors.hubspot.conftest import settings_for
from tests.factories import TellingMapper, TellingReader, workspace_of
from tests.kit import serve
from tests.sandbox.hubspot.rig import make_wire


def _run(*args: str, code: int) -> str:
    done = CliRunner().invoke(main, ["init", *args])
    assert done.exit_code == code, done.output
    return " ".join(done.output.split())


def test_fields_are_made_only_with_consent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    portal = make_wire()
    with serve(portal.sandbox.app()) as address:
        settings = settings_for(address, feedback=FeedbackProperties())

        def workspace(_context: object) -> Workspace:
            opened = lambda: HubSpotDeals(settings, system="hubspot")  # noqa: E731 - as a connection opens it
            crm = Connection("hubspot", "hubspot", "crm", TellingReader, TellingMapper(), open_deals=opened)
            return replace(workspace_of(tmp_path, TellingReader()), connections={"hubspot": crm})

        monkeypatch.setattr(init, "workspace_of", workspace)
        asked = _run(code=1)
        assert "hubspot: no field on deals" in asked
        assert "There is no deal property atlas_questions" in asked
        assert json.loads(_run("--json", code=1))["made"] == {}
        assert "hubspot: made atlas_delivery_link, atlas_delivery_status," in _run("--yes", code=0)
        said = json.loads(_run("--json", code=0))
    assert said["fields"]["hubspot"] == {"there": ["answers", "link", "questions", "score", "status"], "lacking": []}


def test_without_a_table_in_the_settings_init_says_which_to_add(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(init, "workspace_of", lambda _context: workspace_of(tmp_path, TellingReader()))
    assert "Add a table [connections.<name>.feedback]" in _run(code=2)
