from __future__ import annotations

import re
from pathlib import Path

import pytest

from atlas_sync.config import Settings, load_settings
from atlas_sync.connectors.registry import connector
from atlas_sync.errors import ConfigError
from atlas_sync.opening import _secrets, open_adviser, open_local, open_workspace

CONNECTION = """
[connections.crm]
kind = "hubspot"
"""


def _settings(folder: Path, text: str) -> Settings:
    path = folder / "atlas.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path, environ={})


def test_secret_in_the_file_is_refused_without_repeating_it(tmp_path: Path) -> None:
    settings = _settings(tmp_path, CONNECTION + 'access_token = "pat-canary"')
    with pytest.raises(ConfigError, match="ATLAS_CRM_ACCESS_TOKEN") as caught:
        open_workspace(settings, environ={})
    assert "canary" not in str(caught.value)


def test_secret_comes_from_the_environment_or_from_a_file_it_names(tmp_path: Path) -> None:
    settings = _settings(tmp_path, CONNECTION)
    assert "crm" in open_workspace(settings, environ={"ATLAS_CRM_ACCESS_TOKEN": "pat-1"}).connections
    secret = tmp_path / "token"
    secret.write_text("pat-2\n", encoding="utf-8")
    assert "crm" in open_workspace(settings, environ={"ATLAS_CRM_ACCESS_TOKEN_FILE": str(secret)}).connections
    with pytest.raises(ConfigError, match="ATLAS_CRM_ACCESS_TOKEN_FILE"):
        open_workspace(settings, environ={"ATLAS_CRM_ACCESS_TOKEN_FILE": str(tmp_path / "nowhere")})
    with pytest.raises(ConfigError, match="Set ATLAS_CRM_ACCESS_TOKEN"):
        open_workspace(settings, environ={})


SALESFORCE = '[connections.sf]\nkind = "salesforce"\ninstance_url = "https://a.my.salesforce.com"\n'
IDS = {"ATLAS_SF_CLIENT_ID": "id", "ATLAS_SF_CLIENT_SECRET": "s"}
ADVICE = "[advice]\nurl = 'https://a.example'\nmodel = 'm'\nconnections = ['crm']\n"
KEY = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "variable", "secret", "expected"),
    [
        (CONNECTION, "ATLAS_CRM_ACCESS_TOKEN", " pat-1\r\n", "pat-1"),
        (SALESFORCE, "ATLAS_SF_SECURITY_TOKEN", "s\n", "s"),
        (SALESFORCE, "ATLAS_SF_PASSWORD", "Zürich “9” ", "Zürich “9” "),
        (SALESFORCE, "ATLAS_SF_PRIVATE_KEY", f"{KEY}\r\n", KEY),
    ],
)
def test_line_end_behind_a_secret_is_none_of_it_and_what_people_choose_stays(
    tmp_path: Path, text: str, variable: str, secret: str, expected: str
) -> None:
    ((name, given),) = _settings(tmp_path, text).connections.items()
    found = _secrets(name, connector(given["kind"]), given, IDS | {variable: secret})
    assert expected in found.values()


@pytest.mark.parametrize(
    ("text", "variable", "secret"),
    [
        (CONNECTION, "ATLAS_CRM_ACCESS_TOKEN", "pat\nx"),
        (CONNECTION, "ATLAS_CRM_ACCESS_TOKEN", "pat-“é"),
        (SALESFORCE, "ATLAS_SF_CLIENT_SECRET", "s\rx"),
        (SALESFORCE, "ATLAS_SF_CLIENT_SECRET", "s\udce9x"),
        (CONNECTION + ADVICE, "ATLAS_ADVICE_KEY", "k–"),
    ],
)
def test_secret_that_cannot_be_sent_is_named_without_repeating_it(
    tmp_path: Path, text: str, variable: str, secret: str
) -> None:
    settings = _settings(tmp_path, text)
    opened = open_adviser if "advice" in text else open_workspace
    with pytest.raises(ConfigError, match=f"^{variable} holds a character") as caught:
        opened(settings, environ=IDS | {variable: secret})
    assert secret not in str(caught.value)


def test_secret_of_a_file_is_held_to_the_same(tmp_path: Path) -> None:
    settings, secret = _settings(tmp_path, CONNECTION), tmp_path / "token"
    for held, said in ((b"pat-1\npat-2", "holds a character"), (b"pat-\xe9", "names cannot be read")):
        secret.write_bytes(held)
        with pytest.raises(ConfigError, match=f"ATLAS_CRM_ACCESS_TOKEN_FILE {said}"):
            open_workspace(settings, environ={"ATLAS_CRM_ACCESS_TOKEN_FILE": str(secret)})


def test_unknown_connector_lists_the_known_ones(tmp_path: Path) -> None:
    settings = _settings(tmp_path, '[connections.crm]\nkind = "siebel"\n')
    with pytest.raises(ConfigError, match="hubspot, jira, redmine, salesforce"):
        open_workspace(settings, environ={})


def test_looking_needs_no_secret(tmp_path: Path) -> None:
    assert open_local(_settings(tmp_path, CONNECTION)).connections == {}


def test_tags_of_promises_reach_the_reader(tmp_path: Path) -> None:
    settings = _settings(tmp_path, 'promise_tags = ["[P]"]')
    assert open_workspace(settings, environ={}).promise_tags == ("[P]",)


@pytest.mark.parametrize(("text", "expected"), [("", False), ("[record]\nmonth_first = true", True)])
def test_how_slashed_dates_are_read_reaches_the_reader(tmp_path: Path, text: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert open_workspace(_settings(tmp_path, text), environ={}).month_first is expected


def test_project_that_was_not_declared_counts_as_read_by_the_client(tmp_path: Path) -> None:
    workspace = open_local(_settings(tmp_path, "[delivery.audience]\nTD = 'internal'\n"))
    assert workspace.delivery.audience_of("TD") == "internal"
    assert workspace.delivery.audience_of("OTHER") == "client_ok"


def test_texts_of_a_company_are_read_beside_the_settings_and_checked_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "texts" / "renewal"
    folder.mkdir(parents=True)
    settings = _settings(tmp_path, "[delivery]\ntexts = 'texts'\nassign = {promise = '5b10ac'}\n")
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
    workspace = open_workspace(_settings(tmp_path, text), environ={"ATLAS_TRACKER_API_TOKEN": "t"})
    connection = workspace.connections["tracker"]
    assert connection.open_writer is not None
    made = (connection.open_reader(), connection.open_writer())
    assert {part._client.transport.line for part in made} == {connection.line}  # type: ignore[attr-defined]  # a look inside
    assert (connection.windows, connection.sweep_every_h) == (2, 24.0)


@pytest.mark.parametrize(
    "text", ["reserve = 1.5", "sweep_every_h = inf", "sweep_every_h = 1e9", "read_timeout_s = inf"]
)
def test_manners_are_checked_like_any_setting(tmp_path: Path, text: str) -> None:
    settings = _settings(tmp_path, CONNECTION + text)
    with pytest.raises(ConfigError, match=text.partition(" ")[0]):
        open_workspace(settings, environ={"ATLAS_CRM_ACCESS_TOKEN": "t"})


JIRA = '[connections.tracker]\nkind = "jira"\nurl = "https://a.atlassian.net"\n'
EMAIL = 'email = "a@b.example"\n'
TOKEN = {"ATLAS_TRACKER_API_TOKEN": "t"}


@pytest.mark.parametrize(
    ("text", "environ", "expected", "unhelpful"),
    [
        (EMAIL + 'api_gateway = "ftp://x"', TOKEN, "connection tracker: api_gateway must", " url"),
        (EMAIL + 'auth_server = "http://auth.example"', TOKEN, "connection tracker: auth_server must", " url"),
        (EMAIL, {}, "Set ATLAS_TRACKER_API_TOKEN, or correct", "PERSONAL|CLIENT|WEBHOOK"),
        ("", TOKEN, "email and api_token belong together", "Set "),
        ("", {}, "Set ATLAS_TRACKER_API_TOKEN or ATLAS_TRACKER_PERSONAL_ACCESS_TOKEN or .*_CLIENT_SECRET,", "WEBHOOK"),
    ],
)
def test_setting_that_is_wrong_is_named_with_its_connection_and_the_secrets_that_help(
    tmp_path: Path, text: str, environ: dict[str, str], expected: str, unhelpful: str
) -> None:
    with pytest.raises(ConfigError, match=expected) as caught:
        open_workspace(_settings(tmp_path, JIRA + text), environ=environ)
    assert re.search(unhelpful, str(caught.value)) is None
