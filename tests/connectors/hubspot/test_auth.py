from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.hubspot import HubSpotSettings
from atlas_sync.connectors.hubspot.auth import OAuthTokens, notices
from atlas_sync.errors import AuthError, TransientError
from atlas_sync.sandbox.hubspot import ACCESS_TOKEN
from tests.connectors.hubspot.conftest import OAUTH, Stage, settings_for


@pytest.fixture
def app(stage: Stage) -> Stage:
    """Give the portal, which is reached through an installed app."""
    stage.settings = settings_for(stage.settings.endpoint, **OAUTH)
    return stage


def test_installed_app_reads_with_tokens_it_is_granted(app: Stage) -> None:
    assert app.ids("deals")
    assert app.waits == []


def test_expired_token_is_renewed_once_and_the_read_goes_on(app: Stage) -> None:
    reader = app.reader()
    reader.describe("deals")
    app.wire.clock.move_to(app.wire.clock.now() + timedelta(minutes=31))
    before = app.calls(reader)
    reader.describe("deals")
    assert app.calls(reader) - before == 3


def test_token_that_is_always_refused_is_not_renewed_for_ever(app: Stage) -> None:
    body = '{"status": "error", "category": "EXPIRED_AUTHENTICATION"}'
    rule = app.fault("status", "/properties/", status=401, body=body, times=99)
    reader = app.reader()
    with pytest.raises(AuthError):
        reader.describe("deals")
    assert rule.times == 97
    assert app.calls(reader) == 4


def test_given_token_that_is_refused_is_not_tried_again(stage: Stage) -> None:
    body = '{"status": "error", "category": "EXPIRED_AUTHENTICATION"}'
    rule = stage.fault("status", "/properties/", status=401, body=body, times=99)
    with pytest.raises(AuthError, match="expired"):
        stage.reader().describe("deals")
    assert rule.times == 98


@pytest.mark.parametrize("wrong", ["refresh_token", "client_secret"])
def test_refused_grant_says_what_to_do_and_no_secret(app: Stage, wrong: str) -> None:
    app.settings = settings_for(app.settings.endpoint, **{**OAUTH, wrong: SecretStr("canary")})
    with pytest.raises(AuthError, match="Install the app") as caught:
        app.ids("deals")
    assert "canary" not in f"{caught.value} {caught.value.__cause__}"


def test_grant_without_a_token_is_refused(app: Stage) -> None:
    app.fault("status", "/oauth/", status=200, body="{}")
    with pytest.raises(AuthError, match="no token came"):
        app.ids("deals")


def test_token_address_that_is_down_is_waited_for(app: Stage) -> None:
    app.fault("status", "/oauth/", status=503, times=2)
    assert app.ids("deals")
    assert len(app.waits) == 2
    app.fault("status", "/oauth/", status=503, times=99)
    with pytest.raises(TransientError):
        app.ids("deals")


def test_token_is_renewed_before_its_end_and_once_for_all_threads() -> None:
    now, asked = [0.0], []

    def ask(_path: str, form: Any) -> Answer:  # noqa: ANN401 - a form
        asked.append(form["grant_type"])
        return Answer(200, {}, f'{{"access_token": "t{len(asked)}", "expires_in": 1800}}'.encode())

    tokens = OAuthTokens(HubSpotSettings(**OAUTH), ask, clock=lambda: now[0])
    assert [tokens.current(), tokens.current()] == ["t1", "t1"]
    now[0] = 1741.0
    assert tokens.current() == "t2"
    threads = [threading.Thread(target=tokens.renewed, args=("t2",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked == ["refresh_token"] * 3
    assert tokens.current() == "t3"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"access_token": ACCESS_TOKEN, "refresh_token": "r", "client_id": "c", "client_secret": "s"},
        {"refresh_token": "r", "client_id": "c"},
        {"refresh_token": "r", "client_secret": "s"},
    ],
)
def test_settings_hold_exactly_one_way_in(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="refresh_token"):
        HubSpotSettings(**given)  # type: ignore[arg-type]  # texts become secrets


def test_secret_for_webhooks_may_stand_beside_a_token() -> None:
    secret = SecretStr("s")
    assert HubSpotSettings(access_token=SecretStr("a"), client_secret=secret).client_secret == secret


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "expired on 2026-06-14"), (0, "expires on"), (14, "expires on"), (15, "")]
)
def test_end_of_a_token_is_told_ahead(days: int, words: str) -> None:
    today = date(2026, 6, 15)
    settings = HubSpotSettings(access_token=SecretStr("a"), token_expires=today + timedelta(days=days))
    said = " ".join(notices(settings, today=today))
    assert bool(said) is bool(words)
    assert words in said


def test_end_of_the_numbered_paths_is_told_to_who_uses_them() -> None:
    numbered = HubSpotSettings(access_token=SecretStr("a"), api_version="v3")
    assert notices(numbered, today=date(2026, 6, 15)) == ()
    assert "api_version" in notices(numbered, today=date(2026, 12, 1))[0]
    assert notices(HubSpotSettings(access_token=SecretStr("a")), today=date(2026, 12, 1)) == ()


def test_notice_comes_with_every_description(stage: Stage) -> None:
    stage.settings = settings_for(stage.settings.endpoint, token_expires=date(2020, 1, 1))
    for spec in stage.reader().streams():
        assert "token_expires" in stage.reader().describe(spec.name).advice


def test_every_setting_is_explained() -> None:
    for name, field in HubSpotSettings.model_fields.items():
        assert field.description, name
        if field.annotation is float:
            assert "second" in field.description.casefold()
            assert name.endswith(("_s", "_per_second"))
