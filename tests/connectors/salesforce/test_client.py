from __future__ import annotations

import pytest
from pydantic import SecretStr

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.line import Limit
from atlas_sync.connectors.salesforce.client import DAILY, SalesforceClient, read_limits
from atlas_sync.errors import AtlasError, AuthError, ConfigError, ContractError, RateLimitedError, TransientError
from tests.connectors.salesforce.conftest import Stage, settings_for

DESCRIBE = "sobjects/User/describe"


def _client(stage: Stage, **values: object) -> SalesforceClient:
    settings = stage.settings.model_copy(update=values)
    return SalesforceClient(settings, system="crm", sleep=lambda _seconds: None)


def test_lost_session_is_opened_anew_once(stage: Stage) -> None:
    client = _client(stage)
    client.get(DESCRIBE, operation="describe")
    stage.wire.sandbox.end_sessions()
    assert client.get(DESCRIBE, operation="describe").status == 200
    assert client.transport.calls == 5  # log-in, good, refused, log-in, good


def test_lasting_refusal_ends_after_one_more_log_in(stage: Stage) -> None:
    body = '[{"errorCode":"INVALID_SESSION_ID","message":"This session is not valid for use with the REST API"}]'
    stage.fault("status", "/describe", status=401, body=body, times=99)
    client = _client(stage)
    with pytest.raises(AuthError, match="INVALID_SESSION_ID"):
        client.get(DESCRIBE, operation="describe")
    assert client.transport.calls == 4


def test_wrong_secret_is_an_auth_error_without_the_secret(stage: Stage) -> None:
    client = _client(stage, client_secret=SecretStr("canary"))
    with pytest.raises(AuthError, match="invalid_client") as caught:
        client.get(DESCRIBE, operation="describe")
    assert "canary" not in str(caught.value)
    assert client.transport.calls == 1


@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 503, "body": "<html>"}, {"kind": "drop_before"}, {"kind": "drop_after"}]
)
@pytest.mark.parametrize("path", ["/oauth2/token", "/describe"])
def test_passing_trouble_is_outlasted(stage: Stage, path: str, fault: dict[str, object]) -> None:
    rule = stage.fault(path=path, times=2, **fault)  # type: ignore[arg-type]  # fields by name
    assert _client(stage).get(DESCRIBE, operation="describe").status == 200
    assert rule.times == 0


def test_dead_vendor_is_a_transient_error(stage: Stage) -> None:
    stage.fault("down", ".*")
    with pytest.raises(TransientError):
        _client(stage).get(DESCRIBE, operation="describe")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<html>log in</html>", ContractError),
        ("{}", ContractError),
        ("[]", ContractError),
        ('{"access_token":null,"instance_url":"https://x.my.salesforce.com"}', ContractError),
        ('{"access_token":"t"}', ContractError),
    ],
)
def test_log_in_without_a_token_is_refused(stage: Stage, body: str, kind: type[AtlasError]) -> None:
    stage.fault("status", "/oauth2/token", status=200, body=body, times=9)
    with pytest.raises(kind):
        _client(stage).get(DESCRIBE, operation="describe")


def test_crowded_org_is_waited_for(stage: Stage) -> None:
    body = '[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"ConcurrentRequests Limit exceeded."}]'
    stage.fault("status", "/describe", status=403, body=body, times=2)
    assert _client(stage).get(DESCRIBE, operation="describe").status == 200


def test_used_up_day_ends_at_once(stage: Stage) -> None:
    body = '[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"TotalRequests Limit exceeded."}]'
    rule = stage.fault("status", "/describe", status=403, body=body, times=9)
    with pytest.raises(RateLimitedError, match="daily"):
        _client(stage).get(DESCRIBE, operation="describe")
    assert rule.times == 8


def test_answer_tells_what_is_left_of_the_shared_day(stage: Stage) -> None:
    client = _client(stage)
    client.get(DESCRIBE, operation="describe")
    assert client.transport.limits == {DAILY: Limit(DAILY, 107_999, 108_000, shared=True)}


@pytest.mark.parametrize(
    ("header", "limits"),
    [
        ("api-usage=18/5000", (Limit(DAILY, 4982, 5000, shared=True),)),
        (
            "per-app-api-usage=17/250(appName=sample-app); api-usage=25/5000",
            (Limit(DAILY, 4975, 5000, shared=True),),
        ),
        ("api-usage=5100/5000", (Limit(DAILY, 0, 5000, shared=True),)),
        ("api-usage=", ()),
        ("", ()),
    ],
)
def test_limits_are_read_from_every_form_of_the_header(header: str, limits: tuple[Limit, ...]) -> None:
    assert read_limits(Answer(200, {"sforce-limit-info": header}, b"")) == limits


def test_nothing_is_sent_before_the_first_call() -> None:
    client = SalesforceClient(settings_for("http://127.0.0.1:9"), system="crm")
    assert client.transport.calls == 0


@pytest.mark.parametrize(
    "values",
    [
        {"instance_url": "http://tidemark.my.salesforce.com"},
        {"instance_url": "https://tidemark.lightning.force.com"},
        {"instance_url": "https://tidemark.my.salesforce.com.evil.example"},
        {"instance_url": "https://login.salesforce.com"},
        {"endpoint": "http://sandbox.example"},
        {"project_field": "Id FROM User --"},
    ],
    ids=str,
)
def test_setting_that_would_lead_astray_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        settings_for(None, **values) if "endpoint" not in values else settings_for(values["endpoint"])


def test_address_of_a_vendors_sandbox_is_fine() -> None:
    assert settings_for(None, instance_url="https://tidemark--dev.sandbox.my.salesforce.com/").instance_url.endswith(
        "com"
    )


def test_secrets_stay_out_of_the_settings_text() -> None:
    assert "invented" not in repr(settings_for(None))
