"""From the portal's people to the warehouse: what they do between two runs is what the tables say after the second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from atlas_sync.canonical.observed import (
    ObservedClient,
    ObservedDeal,
    ObservedInteraction,
    ObservedPerson,
    ObservedRole,
)
from atlas_sync.cli.sandbox import secret_variables, write_settings
from atlas_sync.config import load_settings
from atlas_sync.opening import open_workspace
from atlas_sync.operations.canonicalize import canonicalize
from atlas_sync.operations.pull import pull_connection
from atlas_sync.operations.workspace import Workspace
from atlas_sync.sandbox.hubspot import ACCESS_TOKEN
from atlas_sync.sandbox.listen import serving
from atlas_sync.sandbox.serve import Sandbox
from atlas_sync.sandbox.world import load_world
from atlas_sync.store.tables import Intake, Quarantined
from atlas_sync.store.warehouse import open_warehouse
from tests.readings import Readings


@dataclass
class Firm:
    """A sandbox, and a workspace on it."""

    sandbox: Sandbox
    workspace: Workspace
    address: str
    runs: int = 0

    def call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        headers = {"Authorization": f"Bearer {ACCESS_TOKEN}"}
        answer = requests.request(method, f"{self.address}{path}", json=body, headers=headers, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def ids(self, kind: str) -> list[str]:
        return [row["id"] for row in self.call("GET", f"/crm/v3/objects/{kind}?limit=100")["results"]]

    def run(self) -> int:
        """Let the index catch up, pull and canonicalize, and tell how many records changed."""
        self.sandbox.move_to(self.sandbox.clock.now() + timedelta(seconds=60))
        self.runs += 1
        manifests = pull_connection(self.workspace, self.workspace.connections["hubspot"], f"r{self.runs}")
        assert {manifest.status for manifest in manifests} == {"complete"}, manifests
        with open_warehouse(self.workspace.home) as warehouse:
            taken: list[Intake] = canonicalize(self.workspace, warehouse)
            assert warehouse.select(Quarantined) == []
        return sum(row.changed for row in taken)

    def row(self, kind: Any, source: str) -> Any:  # noqa: ANN401 - any of the tables
        with open_warehouse(self.workspace.home) as warehouse:
            (found,) = warehouse.select(kind, source=[f"hubspot:{source}"])
        return found


@pytest.fixture
def firm(tmp_path: Path, readings: Readings) -> Iterator[Firm]:
    sandbox = Sandbox(load_world(("td-nordhavn", "cf-nordhavn")))
    with serving(sandbox.apps()) as addresses:
        config, _secrets = write_settings(tmp_path, addresses, policy="plan-only")
        workspace = open_workspace(load_settings(config), environ=secret_variables(addresses))
        with readings.shared(workspace.home):
            yield Firm(sandbox, workspace, addresses["hubspot"])


def test_what_people_did_between_two_runs_is_what_the_tables_say(firm: Firm) -> None:
    firm.run()
    assert firm.run() == 0
    (deal,), (company, *_), (note, *_) = firm.ids("deals"), firm.ids("companies"), firm.ids("notes")
    people = firm.ids("contacts")

    firm.call("DELETE", f"/crm/v4/objects/notes/{note}/associations/deals/{deal}")
    twin = firm.call("POST", "/crm/v3/objects/companies", {"properties": {"name": "Twin"}})["id"]
    assert firm.run() >= 2
    assert firm.row(ObservedInteraction, f"interaction/note:{note}").deals == ()

    body = {"primaryObjectId": company, "objectIdToMerge": twin}
    firm.call("POST", "/crm/v3/objects/companies/merge", body)
    firm.call("DELETE", f"/crm/v4/objects/deals/{deal}/associations/contacts/{people[0]}")
    firm.call("PUT", f"/crm/v4/objects/notes/{note}/associations/default/deals/{deal}")
    firm.run()
    gone = firm.row(ObservedClient, f"client:{twin}")
    assert (gone.deletion, gone.merged_into) == ("merged", f"hubspot:client:{company}")
    assert firm.row(ObservedInteraction, f"interaction/note:{note}").deals == (f"hubspot:deal:{deal}",)
    assert firm.row(ObservedRole, f"role:{deal}-{people[0]}-0").deletion == "deleted"

    firm.call("DELETE", f"/crm/v3/objects/notes/{note}")
    firm.call("POST", "/crm/v3/objects/contacts/gdpr-delete", {"objectId": people[-1]})
    firm.run()
    assert firm.row(ObservedInteraction, f"interaction/note:{note}").deletion == "archived"

    firm.call("DELETE", f"/crm/v3/objects/deals/{deal}")
    firm.run()
    assert firm.row(ObservedDeal, f"deal:{deal}").deletion == "archived"
    assert firm.run() == 0


def test_person_erased_without_a_trace_is_found_by_the_sweep_of_ids(firm: Firm) -> None:
    firm.run()
    erased = firm.ids("contacts")[-1]
    firm.call("POST", "/crm/v3/objects/contacts/gdpr-delete", {"objectId": erased})
    firm.run()
    assert firm.row(ObservedPerson, f"person:{erased}").deletion is None
    hubspot = firm.workspace.connections["hubspot"]
    hurried = replace(firm.workspace, connections={"hubspot": replace(hubspot, sweep_every_h=0.0)})
    replace(firm, workspace=hurried).run()
    assert firm.row(ObservedPerson, f"person:{erased}").deletion == "deleted"
