from __future__ import annotations

from pathlib import Path

import pytest

from atlas_sync.config import load_settings, open_local, open_workspace
from atlas_sync.errors import ConfigError

CONNECTION = """
[connections.crm]
kind = "hubspot"
"""


def _file(folder: Path, text: str) -> Path:
    path = folder / "atlas.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_environment_overrides_the_file(tmp_path: Path) -> None:
    path = _file(tmp_path, 'home = "state"\ntenant = "file"\n')
    assert load_settings(path, environ={}).home == (tmp_path / "state").resolve()
    settings = load_settings(path, environ={"ATLAS_TENANT": "env", "ATLAS_HOME": str(tmp_path / "other")})
    assert (settings.tenant, settings.home) == ("env", (tmp_path / "other").resolve())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("hom = 'x'", "hom"),
        ("overlap_s = -1", "overlap_s"),
        ('promise_tags = [""]', "promise_tags"),
        ("[delivery]\npolice = 'auto'", "delivery.police"),
        ("[delivery.audience]\nTD = 'everybody'", "delivery.audience.TD"),
        ("not toml", "not readable TOML"),
        ('[connections."eu/crm"]\nkind = "files"', "connections: .*'eu/crm' is no name"),
        ('[connections."../esc"]\nkind = "files"', "connections: .*is no name"),
        ('[connections.""]\nkind = "files"', "connections: .*is no name"),
        ('[connections."sf:eu"]\nkind = "files"', "connections: .*is no name"),
        ('[connections."my crm"]\nkind = "files"', "connections: .*is no name"),
        ('[connections.a-b]\nkind = "files"\n[connections.A_b]\nkind = "files"', "a-b and A_b have the same variables"),
        ("overlap_s = inf", "overlap_s"),
        ("overlap_s = 1e18", "overlap_s"),
        ("overlap_s = nan", "overlap_s"),
        ("[delivery]\nsettle_s = inf", "delivery.settle_s"),
        ("[advice]\nurl = 'http://127.0.0.1:9/v1'\nmodel = 'm'\ntimeout_s = inf", "advice.timeout_s"),
        ("[delivery.default_project]\nsalesfroce = 'TD'", "delivery.default_project names salesfroce"),
    ],
)
def test_wrong_setting_is_named_by_its_place(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(ConfigError, match=place):
        load_settings(_file(tmp_path, text), environ={})


def test_secret_in_the_file_is_refused_without_repeating_it(tmp_path: Path) -> None:
    settings = load_settings(_file(tmp_path, CONNECTION + 'access_token = "pat-canary"'), environ={})
    with pytest.raises(ConfigError, match="ATLAS_CRM_ACCESS_TOKEN") as caught:
        open_workspace(settings, environ={})
    assert "canary" not in str(caught.value)


def test_secret_comes_from_the_environment_or_from_a_file_it_names(tmp_path: Path) -> None:
    settings = load_settings(_file(tmp_path, CONNECTION), environ={})
    assert "crm" in open_workspace(settings, environ={"ATLAS_CRM_ACCESS_TOKEN": "pat-1"}).connections
    secret = tmp_path / "token"
    secret.write_text("pat-2\n", encoding="utf-8")
    assert "crm" in open_workspace(settings, environ={"ATLAS_CRM_ACCESS_TOKEN_FILE": str(secret)}).connections
    with pytest.raises(ConfigError, match="ATLAS_CRM_ACCESS_TOKEN_FILE"):
        open_workspace(settings, environ={"ATLAS_CRM_ACCESS_TOKEN_FILE": str(tmp_path / "nowhere")})
    with pytest.raises(ConfigError, match="Set ATLAS_CRM_ACCESS_TOKEN"):
        open_workspace(settings, environ={})


def test_unknown_connector_lists_the_known_ones(tmp_path: Path) -> None:
    settings = load_settings(_file(tmp_path, '[connections.crm]\nkind = "siebel"\n'), environ={})
    with pytest.raises(ConfigError, match="hubspot, jira, redmine, salesforce"):
        open_workspace(settings, environ={})


def test_looking_needs_no_secret(tmp_path: Path) -> None:
    assert open_local(load_settings(_file(tmp_path, CONNECTION), environ={})).connections == {}


def test_tags_of_promises_reach_the_reader(tmp_path: Path) -> None:
    (tmp_path / "atlas.toml").write_text('promise_tags = ["[P]"]')
    assert open_workspace(load_settings(tmp_path / "atlas.toml", environ={}), environ={}).promise_tags == ("[P]",)


@pytest.mark.parametrize(("text", "expected"), [("", False), ("[record]\nmonth_first = true", True)])
def test_how_slashed_dates_are_read_reaches_the_reader(tmp_path: Path, text: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert open_workspace(load_settings(_file(tmp_path, text), environ={}), environ={}).month_first is expected


def test_project_that_was_not_declared_counts_as_read_by_the_client(tmp_path: Path) -> None:
    workspace = open_local(load_settings(_file(tmp_path, "[delivery.audience]\nTD = 'internal'\n"), environ={}))
    assert workspace.delivery.audience_of("TD") == "internal"
    assert workspace.delivery.audience_of("OTHER") == "client_ok"


def test_texts_of_a_company_are_read_beside_the_settings_and_checked_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "texts" / "renewal"
    folder.mkdir(parents=True)
    settings = load_settings(
        _file(tmp_path, "[delivery]\ntexts = 'texts'\nassign = {promise = '5b10ac'}\n"), environ={}
    )
    with pytest.raises(ConfigError, match="there is no text in"):
        open_local(settings)
    (folder / "promise.txt").write_text("Keep: {{ said }}\n\n{{ quote }}\n", encoding="utf-8")
    rules = open_local(settings).delivery.rules
    assert rules.assignees == {"promise": "5b10ac"}
    (folder / "promise.txt").write_text("Keep: {{ said }}\n\n{{ quot }}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"texts/renewal/promise\.txt, line 3: quot is not known here"):
        open_local(settings)


def test_reader_and_writer_of_a_connection_are_on_one_line(tmp_path: Path) -> None:
    text = """
[connections.tracker]
kind = "jira"
url = "http://127.0.0.1:9"
email = "sync@firm.example"
calls_per_run = 5
windows = 2
"""
    workspace = open_workspace(
        load_settings(_file(tmp_path, text), environ={}), environ={"ATLAS_TRACKER_API_TOKEN": "t"}
    )
    connection = workspace.connections["tracker"]
    assert connection.open_writer is not None
    made = (connection.open_reader(), connection.open_writer())
    assert {part._client.transport.line for part in made} == {connection.line}  # type: ignore[attr-defined]  # a look inside
    assert (connection.windows, connection.sweep_every_h) == (2, 24.0)


@pytest.mark.parametrize(
    "text", ["reserve = 1.5", "sweep_every_h = inf", "sweep_every_h = 1e9", "read_timeout_s = inf"]
)
def test_manners_are_checked_like_any_setting(tmp_path: Path, text: str) -> None:
    settings = load_settings(_file(tmp_path, CONNECTION + text), environ={})
    with pytest.raises(ConfigError, match=text.partition(" ")[0]):
        open_workspace(settings, environ={"ATLAS_CRM_ACCESS_TOKEN": "t"})
