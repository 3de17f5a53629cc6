"""A client of other people's making talks to the stand-in over loopback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce, SFType
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceMalformedRequest

from atlas_sync.sandbox.salesforce import CLIENT_ID, CLIENT_SECRET
from tests.kit import serve
from tests.sandbox.salesforce.rig import make_wire


class _ToLoopback(HTTPAdapter):
    """Sends what is meant for the vendor to the stand-in."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:  # noqa: ANN401  # as the base class has it
        request.url = self._address + request.path_url
        return super().send(request, *args, **options)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with serve(make_wire().sandbox.app()) as address, requests.Session() as session:
        session.trust_env = False
        session.mount("https://", _ToLoopback(address))
        yield session


def _log_in(session: requests.Session, secret: str = CLIENT_SECRET) -> Salesforce:
    return Salesforce(
        consumer_key=CLIENT_ID, consumer_secret=secret, domain="tidemark.my", session=session, version="62.0"
    )


def _thing(sf: Salesforce, name: str) -> SFType:
    return cast("SFType", getattr(sf, name))


def test_it_logs_in_queries_and_pages(session: requests.Session) -> None:
    sf = _log_in(session)
    for number in range(7):
        _thing(sf, "Account").create({"Name": f"Extra {number}"})
    rows = list(sf.query_all_iter("SELECT Id, Owner.Name FROM Account ORDER BY Id"))
    assert len(rows) == 8
    assert sf.query("SELECT count() FROM Contact")["totalSize"] == 2
    assert sf.api_usage["api-usage"].total == 108_000


def test_it_describes_reads_and_writes(session: requests.Session) -> None:
    sf = _log_in(session)
    assert "StageName" in [field["name"] for field in _thing(sf, "Opportunity").describe()["fields"]]
    contacts = _thing(sf, "Contact")
    assert contacts.upsert("Email/new@pier.example", {"LastName": "New"}) == 201
    assert contacts.upsert("Email/new@pier.example", {"LastName": "Newer"}) == 200
    contact = contacts.get_by_custom_id("Email", "new@pier.example")
    assert contacts.delete(contact["Id"]) == 204
    assert len(sf.query_all("SELECT Id FROM Contact", include_deleted=True)["records"]) == 3


def test_refusals_reach_it_as_its_own_errors(session: requests.Session) -> None:
    with pytest.raises(SalesforceAuthenticationFailed):
        _log_in(session, secret="wrong")
    with pytest.raises(SalesforceMalformedRequest) as caught:
        _log_in(session).query("SELECT Nope FROM Account")
    content = cast("list[dict[str, str]]", caught.value.content)
    assert content[0]["errorCode"] == "INVALID_FIELD"
