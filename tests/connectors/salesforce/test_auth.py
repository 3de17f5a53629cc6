"""The ways to log in, on the wire, and what is said ahead of the day on which one ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from atlas_sync.config import load_settings
from atlas_sync.connectors.salesforce.auth import notices
from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.settings import SalesforceSettings
from atlas_sync.errors import AuthError, ConfigError, ContractError
from atlas_sync.opening import open_workspace
from atlas_sync.sandbox.salesforce import CLIENT_ID, CLIENT_SECRET, PASSWORD, SECURITY_TOKEN, USERNAME
from atlas_sync.sandbox.salesforce.signing import Signer
from tests.connectors.salesforce.conftest import Stage, settings_for

DESCRIBE = "sobjects/User/describe"
NOW = datetime(2026, 6, 15, tzinfo=UTC)
BAD_KEY = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----"


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


def _jwt(endpoint: str | None, key: str, **values: Any) -> SalesforceSettings:  # noqa: ANN401 - settings by name
    given = {"auth": "jwt_bearer", "username": USERNAME, "private_key": SecretStr(key), "client_secret": SecretStr("")}
    return settings_for(endpoint, **{**given, **values})


def _client(settings: SalesforceSettings) -> SalesforceClient:
    return SalesforceClient(settings, system="crm", sleep=lambda _seconds: None)


def test_signed_assertion_opens_a_session_and_opens_it_anew_once(stage: Stage) -> None:
    client = _client(_jwt(stage.settings.endpoint, stage.wire.sandbox.signer.private_key))
    assert client.get(DESCRIBE, operation="describe").status == 200
    stage.wire.sandbox.end_sessions()
    assert client.get(DESCRIBE, operation="describe").status == 200
    assert client.transport.calls == 5


def test_key_that_is_not_the_apps_is_refused_with_what_to_look_at(stage: Stage, signer: Signer) -> None:
    client = _client(_jwt(stage.settings.endpoint, signer.private_key))
    with pytest.raises(AuthError, match="invalid_grant") as caught:
        client.get(DESCRIBE, operation="describe")
    assert "private_key" in caught.value.advice
    assert client.transport.calls == 1


def test_user_who_was_not_approved_is_told_from_a_bad_key(stage: Stage) -> None:
    key = stage.wire.sandbox.signer.private_key
    client = _client(_jwt(stage.settings.endpoint, key, username="ada@tidemark.example"))
    with pytest.raises(AuthError) as caught:
        client.get(DESCRIBE, operation="describe")
    assert caught.value.advice.startswith("Pre-authorise the user")


def test_assertion_for_a_sandbox_org_names_the_test_host(stage: Stage) -> None:
    key = stage.wire.sandbox.signer.private_key
    url = "https://tidemark--dev.sandbox.my.salesforce.com"
    client = _client(_jwt(stage.settings.endpoint, key, instance_url=url))
    with pytest.raises(AuthError) as caught:  # the stand-in is no sandbox of its own
        client.get(DESCRIBE, operation="describe")
    assert "a sandbox has an address of its own" in caught.value.advice


@pytest.mark.parametrize("key", ["no key", BAD_KEY, "-----BEGIN EC PRIVATE KEY-----"])
def test_key_that_is_none_is_a_mistake_of_the_settings(stage: Stage, key: str) -> None:
    client = _client(_jwt(stage.settings.endpoint, key))
    with pytest.raises(ConfigError, match="private_key"):
        client.get(DESCRIBE, operation="describe")
    assert client.transport.calls == 0


def test_password_opens_a_session_with_a_warning_that_it_ends(stage: Stage) -> None:
    settings = settings_for(
        stage.settings.endpoint,
        auth="password",
        username=USERNAME,
        password=SecretStr(PASSWORD),
        security_token=SecretStr(SECURITY_TOKEN),
    )
    client = _client(settings)
    with pytest.warns(FutureWarning, match="ending the username-password flow"):
        assert client.get(DESCRIBE, operation="describe").status == 200
    assert "ending" in notices(settings, now=NOW)[0]


def test_wrong_password_is_an_auth_error_without_the_password(stage: Stage) -> None:
    given = {"auth": "password", "username": USERNAME, "password": SecretStr("canary")}
    client = _client(settings_for(stage.settings.endpoint, **given))
    with pytest.warns(FutureWarning), pytest.raises(AuthError, match="invalid_grant") as caught:
        client.get(DESCRIBE, operation="describe")
    assert "canary" not in f"{caught.value}"


def test_log_in_is_not_sent_to_another_address(stage: Stage) -> None:
    heard = stage.fault("status", "/elsewhere", method="POST", status=200)
    stage.fault("status", "oauth2/token", status=307, headers={"location": f"{stage.settings.endpoint}/elsewhere"})
    given = {"auth": "password", "username": USERNAME, "password": SecretStr(PASSWORD)}
    client = _client(settings_for(stage.settings.endpoint, **given))
    with pytest.warns(FutureWarning), pytest.raises(ContractError, match="sends us elsewhere"):
        client.get(DESCRIBE, operation="describe")
    assert heard.times == 1


@pytest.mark.parametrize(("days", "said"), [(-1, "has ended"), (30, "ends"), (90, None)])
def test_end_of_the_certificate_is_said_ahead(tmp_path: Path, signer: Signer, days: int, said: str | None) -> None:
    certificate = signer.certificate(ends=NOW + timedelta(days=days))
    file = tmp_path / "app.crt"
    file.write_text(certificate, encoding="utf-8")
    beside = notices(_jwt(None, f"{signer.private_key}{certificate}"), now=NOW)
    named = notices(_jwt(None, signer.private_key, certificate=file), now=NOW)
    assert beside == named
    assert [said in notice for notice in named] == [True] if said else named == ()


def test_certificate_that_cannot_be_read_is_a_mistake_of_the_settings(tmp_path: Path, signer: Signer) -> None:
    with pytest.raises(ConfigError, match="certificate"):
        notices(_jwt(None, signer.private_key, certificate=tmp_path / "none.crt"), now=NOW)


def test_nothing_is_said_where_no_end_is_known(signer: Signer) -> None:
    assert notices(settings_for(None), now=NOW) == ()
    assert notices(_jwt(None, signer.private_key), now=NOW) == ()


def test_advice_of_the_fields_carries_what_will_end(stage: Stage) -> None:
    key = stage.wire.sandbox.signer
    ends = datetime.now(UTC) + timedelta(days=9)
    stage.settings = _jwt(stage.settings.endpoint, key.private_key + key.certificate(ends=ends))
    with pytest.warns(FutureWarning, match="certificate ends on"):
        report = stage.reader().describe("users")
    assert (report.missing, f"{ends:%Y-%m-%d}" in report.advice) == ((), True)


@pytest.mark.parametrize(
    ("auth", "given", "missing"),
    [
        ("client_credentials", {"client_secret": SecretStr("")}, "client_secret"),
        ("jwt_bearer", {"username": USERNAME}, "private_key"),
        ("jwt_bearer", {"private_key": SecretStr("k")}, "username"),
        ("password", {"username": USERNAME}, "password"),
    ],
)
def test_way_to_log_in_names_what_it_lacks(auth: str, given: dict[str, Any], missing: str) -> None:
    with pytest.raises(ConfigError, match=missing):
        settings_for(None, auth=auth, **given)


def _open(tmp_path: Path, text: str, environ: dict[str, str]) -> None:
    file = tmp_path / "atlas.toml"
    file.write_text(
        f'[connections.crm]\nkind = "salesforce"\ninstance_url = "https://x.my.salesforce.com"\n{text}',
        encoding="utf-8",
    )
    open_workspace(load_settings(file, environ={}), environ={"ATLAS_CRM_CLIENT_ID": CLIENT_ID, **environ})


def test_secrets_come_from_the_environment_or_a_secret_file(tmp_path: Path, signer: Signer) -> None:
    key = tmp_path / "app.key"
    key.write_text(signer.private_key, encoding="utf-8")
    text = f'auth = "jwt_bearer"\nusername = "{USERNAME}"'
    _open(tmp_path, text, {"ATLAS_CRM_PRIVATE_KEY_FILE": str(key)})
    _open(tmp_path, "", {"ATLAS_CRM_CLIENT_SECRET": CLIENT_SECRET})


@pytest.mark.parametrize("name", ["client_secret", "private_key", "password", "security_token"])
def test_secret_in_the_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="may not stand in the file"):
        _open(tmp_path, f'{name} = "x"', {"ATLAS_CRM_CLIENT_SECRET": CLIENT_SECRET})
