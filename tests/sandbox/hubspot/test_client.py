"""The vendor's own client talks to the stand-in over loopback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hubspot import HubSpot
from hubspot.crm.associations.v4 import BatchInputPublicFetchAssociationsBatchRequest
from hubspot.crm.deals import ApiException, PublicObjectSearchRequest, SimplePublicObjectInputForCreate

from atlas_sync.sandbox.hubspot import ACCESS_TOKEN
from tests.kit import serve
from tests.sandbox.hubspot.rig import make_wire

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve(make_wire().sandbox.app()) as address:
        yield HubSpot(access_token=ACCESS_TOKEN, host=address)


def test_it_lists_reads_and_searches(client: Any) -> None:  # noqa: ANN401  # an untyped package
    deals = client.crm.deals.basic_api
    (deal,) = deals.get_page(limit=10, properties=["dealname", "hs_is_closed_won"], archived=False).results
    assert deal.properties["hs_is_closed_won"] == "true"
    assert deals.get_by_id(deal.id, associations=["contacts"]).associations["contacts"].results
    request = PublicObjectSearchRequest(filter_groups=[], limit=5, after="0", sorts=[], properties=["amount"])
    assert client.crm.deals.search_api.do_search(request).total == 1


def test_it_reads_associations_owners_pipelines_and_properties(client: Any) -> None:  # noqa: ANN401  # as above
    (deal,) = client.crm.deals.basic_api.get_page().results
    inputs = BatchInputPublicFetchAssociationsBatchRequest(inputs=[{"id": deal.id}])
    (found,) = client.crm.associations.v4.batch_api.get_page("deals", "contacts", inputs).results
    assert [entry.label for entry in found.to[0].association_types] == [None, "Decision maker"]
    assert [owner.first_name for owner in client.crm.owners.owners_api.get_page(archived=True).results] == ["Ben"]
    assert client.crm.pipelines.pipelines_api.get_all("deals").results[0].id == "default"
    names = [row.name for row in client.crm.properties.core_api.get_all("deals").results]
    assert "delivery_project" in names


def test_it_writes_and_is_refused(client: Any) -> None:  # noqa: ANN401  # as above
    deals = client.crm.deals.basic_api
    made = deals.create(SimplePublicObjectInputForCreate(properties={"dealname": "New"}, associations=[]))
    deals.archive(made.id)
    with pytest.raises(ApiException) as refusal:
        deals.get_by_id(made.id)
    assert refusal.value.status == 404
