from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from atlas_sync.connectors.jira import JiraReader, JiraSettings
from atlas_sync.connectors.jira.auth import notices
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.errors import AtlasError, AuthError, ConfigError, OutcomeUnknownError
from atlas_sync.sandbox.faults import FaultLayer, Rule
from atlas_sync.sandbox.jira import CLIENT_ID, CLIENT_SECRET, CLOUD_ID, REFRESH_TOKEN
from tests.connectors.jira.conftest import settings_for
from tests.kit import serve
from tests.sandbox.jira.rig import Wire, make_wire

OAUTH = {"client_id": "a", "client_secret": SecretStr("b"), "cloud_id": "1-2", "token_file": Path("t")}
TOKEN = {"email": "bot@x.example", "api_token": SecretStr("c")}
PERSONAL = {"personal_access_token": SecretStr("d")}


@pytest.fixture
def wire() -> Wire:
    return make_wire()


@pytest.fixture
def settings(wire: Wire, tmp_path: Path) -> Iterator[JiraSettings]:
    """Give the settings of an OAuth app whose refresh token was just put into its file."""
    file = tmp_path / "token"
    file.write_text(REFRESH_TOKEN + "\n", encoding="utf-8")
    with serve(FaultLayer(wire.sandbox.oauth_app(), "jira", wire.faults)) as address:
        yield JiraSettings(
            url="https://tidemark.example",
            client_id=CLIENT_ID,
            client_secret=SecretStr(CLIENT_SECRET),
            cloud_id=CLOUD_ID,
            token_file=file,
            api_gateway=address,
            auth_server=address,
            calls_per_second=1000,
        )


def _reader(settings: JiraSettings) -> JiraReader:
    return JiraReader(settings, system="jira", sleep=lambda _seconds: None)


def _statuses(reader: JiraReader) -> int:
    return sum(len(page.records) for page in reader.read(ReadRequest("statuses")))


def _kept(settings: JiraSettings) -> dict[str, Any]:
    assert settings.token_file is not None
    return dict(json.loads(settings.token_file.read_text(encoding="utf-8")))


def test_first_call_refreshes_and_keeps_the_next_token_for_itself(settings: JiraSettings) -> None:
    assert _statuses(_reader(settings)) == 5
    assert _kept(settings)["refresh_token"] == "invented-refresh-token-1"
    assert settings.token_file is not None
    assert stat.S_IMODE(settings.token_file.stat().st_mode) == 0o600


def test_token_that_is_kept_is_used_by_the_next_run(settings: JiraSettings) -> None:
    _statuses(_reader(settings))
    reader = _reader(settings)
    _statuses(reader)
    assert reader._client.transport.calls == 1


def test_expired_token_is_refreshed_once_and_the_call_repeated(wire: Wire, settings: JiraSettings) -> None:
    reader = _reader(settings)
    _statuses(reader)
    wire.clock.move_to(wire.clock.now() + timedelta(hours=2))
    assert _statuses(reader) == 5
    assert reader._client.transport.calls == 2 + 3
    assert _kept(settings)["refresh_token"] == "invented-refresh-token-2"


def test_many_threads_refresh_once(wire: Wire, settings: JiraSettings) -> None:
    readers = [_reader(settings) for _ in range(6)]
    _statuses(readers[0])
    wire.clock.move_to(wire.clock.now() + timedelta(hours=2))
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(_statuses, readers)) == [5] * 6
    assert _kept(settings)["refresh_token"] == "invented-refresh-token-2"


def test_refused_refresh_token_says_what_to_do_and_no_secret(settings: JiraSettings) -> None:
    assert settings.token_file is not None
    settings.token_file.write_text("spent-canary", encoding="utf-8")
    with pytest.raises(AuthError, match="authorise the app again") as caught:
        _statuses(_reader(settings))
    assert "canary" not in str(caught.value)


def test_token_that_lacks_a_scope_is_not_refreshed_for_ever(wire: Wire, settings: JiraSettings) -> None:
    wire.faults.rules.append(Rule("jira", "status", path="/rest/", status=401, times=99))
    reader = _reader(settings)
    for _ in range(3):
        with pytest.raises(AuthError):
            _statuses(reader)
    assert _kept(settings)["refresh_token"] == "invented-refresh-token-2"


def test_nothing_is_refreshed_where_the_next_token_could_not_be_kept(settings: JiraSettings, tmp_path: Path) -> None:
    away = settings.model_copy(update={"token_file": tmp_path / "no" / "token"})
    with pytest.raises(ConfigError, match="token file"):
        _statuses(_reader(away))


def test_refresh_without_an_answer_is_not_repeated(wire: Wire, settings: JiraSettings) -> None:
    rule = Rule("jira", "drop_after", path="/oauth/token", times=9)
    wire.faults.rules.append(rule)
    with pytest.raises(OutcomeUnknownError):
        _statuses(_reader(settings))
    assert rule.times == 8


def test_refresh_that_gives_no_next_token_is_refused(wire: Wire, settings: JiraSettings) -> None:
    wire.faults.rules.append(Rule("jira", "status", path="/oauth/token", status=200, body='{"access_token":"x"}'))
    with pytest.raises(AtlasError, match="offline_access"):
        _statuses(_reader(settings))


def test_refused_api_token_is_asked_with_once() -> None:
    wire = make_wire()
    with serve(wire.sandbox.app()) as address:
        reader = _reader(settings_for(address, api_token=SecretStr("wrong")))
        with pytest.raises(AuthError):
            _statuses(reader)
        assert reader._client.transport.calls == 1


@pytest.mark.parametrize(
    "values",
    [{}, {"email": "x@x.example"}, {**TOKEN, **PERSONAL}, {**OAUTH, "cloud_id": ""}, {**OAUTH, **TOKEN}],
    ids=["none", "half", "two", "incomplete", "two again"],
)
def test_there_is_exactly_one_way_in(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        JiraSettings(url="https://x.example", **values)


@pytest.mark.parametrize(
    ("values", "auth", "is_data_center"),
    [(TOKEN, "api_token", False), (OAUTH, "oauth", False), (PERSONAL, "personal_access_token", True)],
)
def test_way_in_tells_the_product(values: dict[str, Any], auth: str, is_data_center: bool) -> None:  # noqa: FBT001 - expected
    settings = JiraSettings(url="https://x.example/", **values)
    assert (settings.auth, settings.is_data_center) == (auth, is_data_center)
    assert settings.url == "https://x.example"


@pytest.mark.parametrize("field", ["url", "api_gateway", "auth_server"])
def test_no_credentials_travel_in_clear_text(field: str) -> None:
    with pytest.raises(ConfigError):
        JiraSettings(**{"url": "https://x.example", **TOKEN, field: "http://x.example"})


@pytest.mark.parametrize(
    ("ends", "words"),
    [(None, ""), (date(2026, 12, 31), ""), (date(2026, 7, 1), "expires on 2026-07-01"), (date(2026, 6, 1), "expired")],
)
def test_end_of_a_token_is_told_a_month_ahead(ends: date | None, words: str) -> None:
    settings = JiraSettings(url="https://x.example", token_expires=ends, **TOKEN)
    said = " ".join(notices(settings, today=date(2026, 6, 15)))
    assert words in said
    assert bool(said) is bool(words)


def test_every_setting_is_described() -> None:
    for name, field in JiraSettings.model_fields.items():
        assert field.description, name
        if name.endswith("_s"):
            assert "econds" in str(field.description)
