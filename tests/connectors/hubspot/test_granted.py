from __future__ import annotations

import pytest

from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.errors import AccessError
from tests.connectors.hubspot.conftest import OAUTH, Stage, settings_for


@pytest.fixture(params=["given", "installed"])
def either(request: pytest.FixtureRequest, stage: Stage) -> Stage:
    """Give the portal with either kind of token."""
    if request.param == "installed":
        stage.settings = settings_for(stage.settings.endpoint, **OAUTH)
    return stage


def test_scopes_of_each_stream_are_confirmed_by_one_call(either: Stage) -> None:
    reader = either.reader()
    reader.describe("users")
    before = either.calls(reader)
    held = {spec.name: reader.describe(spec.name).permissions for spec in reader.streams()}
    assert held["deals"] == ("crm.objects.deals.read",)
    assert held["emails"] == ("crm.objects.contacts.read", "sales-email-read")
    assert {name for name, scopes in held.items() if not scopes} == {"pipelines", "roles", "links", "archived"}
    assert either.calls(reader) - before == len(held) - 5  # one for the properties of each object type


def test_mails_whose_content_is_left_out_make_the_stream_partial(either: Stage) -> None:
    either.wire.faults.deny("hubspot", "sales-email-read")
    reader = either.reader()
    report = reader.describe("emails")
    assert report.required == report.missing == ("sales-email-read",)
    assert "Grant scope sales-email-read" in report.advice
    assert report.permissions == ("crm.objects.contacts.read",)
    assert reader.describe("notes").required == ()


def test_scope_that_the_read_is_refused_without_is_advice_alone(either: Stage) -> None:
    either.wire.faults.deny("hubspot", "crm.objects.quotes.read")
    report = either.reader().describe("quotes")
    assert (report.required, report.permissions) == ((), ())
    assert report.advice == "Grant scope crm.objects.quotes.read to the service key or private app."


@pytest.mark.parametrize(("status", "body"), [(404, "{}"), (401, "{}"), (200, "{}"), (200, "<html>"), (503, "")])
def test_nothing_is_claimed_where_hubspot_does_not_tell(stage: Stage, status: int, body: str) -> None:
    stage.fault("status", "access-token-info", status=status, body=body, times=99)
    reader = stage.reader()
    for stream in ("emails", "deals"):
        report = reader.describe(stream)
        assert (report.required, report.advice, report.permissions) == ((), "", ())


@pytest.mark.parametrize(
    ("stream", "path", "scopes"),
    [
        ("pipelines", "/pipelines/", "crm.objects.deals.read"),
        ("line_items", "/associations/", "crm.objects.line_items.read, crm.objects.deals.read"),
        ("roles", "/associations/", "crm.objects.deals.read, crm.objects.contacts.read"),
        ("clients", "/search", "crm.objects.companies.read"),
        ("clients", "/properties/", "crm.objects.companies.read"),
    ],
)
def test_refusal_that_names_no_scope_names_those_that_the_stream_needs(
    stage: Stage, stream: str, path: str, scopes: str
) -> None:
    request = ReadRequest(stream, known={"deals": ["1"]})
    stage.fault("status", path, status=403, body="{}", times=9)
    reader = stage.reader()
    with pytest.raises(AccessError) as caught:
        list(reader.describe(stream).missing or (reader.windows(request) and reader.read(request)))
    assert caught.value.advice == f"Grant scope {scopes} to the service key or private app."


def test_refusal_that_names_another_scope_than_the_missing_one_names_the_one_the_token_lacks(stage: Stage) -> None:
    stage.wire.faults.deny("hubspot", "crm.objects.owners.read")
    reader = stage.reader()
    reader.describe("users")
    with pytest.raises(AccessError, match=r"Grant scope crm\.objects\.owners\.read to"):
        list(reader.read(ReadRequest("users")))
