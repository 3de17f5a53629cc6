"""Each connector reads its streams from cassettes, without any server."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from atlas_sync.canonical.observed import Observed
from atlas_sync.cli.sandbox import secret_variables, write_settings
from atlas_sync.config import load_settings
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.opening import open_workspace
from atlas_sync.operations.workspace import Workspace
from atlas_sync.sandbox.happenings import PRESENT
from atlas_sync.sandbox.listen import serving
from atlas_sync.sandbox.serve import Sandbox
from atlas_sync.sandbox.world import load_world
from tests.cassettes.recorder import recorded

STREAMS = {
    "salesforce": (
        "users",
        "clients",
        "persons",
        "deals",
        "deal_stages",
        "roles",
        "line_items",
        "contracts",
        "tasks",
        "events",
        "emails",
        "notes",
    ),
    "hubspot": (
        "users",
        "clients",
        "persons",
        "deals",
        "roles",
        "line_items",
        "notes",
        "emails",
        "calls",
        "meetings",
        "tasks",
    ),
}
CASES = [
    (system, stream, case) for system, names in STREAMS.items() for stream in names for case in ("full", "increment")
]
LANDED_ONLY = {"deal_stages"}
STORIES = ("td-nordhavn", "td-pellworth", "cf-nordhavn", "cf-kilbride")
NOWHERE = {"salesforce": "http://127.0.0.1:9", "hubspot": "http://127.0.0.1:9", "jira": "http://127.0.0.1:9"}


@pytest.fixture
def workspace(tmp_path: Path, record: bool) -> Iterator[Workspace]:  # noqa: FBT001 - a fixture
    """Give the connections: to a small sandbox when recording, to nowhere when replaying."""
    with ExitStack() as stack:
        addresses: Mapping[str, str] = NOWHERE
        if record and os.environ.get("ATLAS_RECORD_CONFIG"):
            yield open_workspace(load_settings(Path(os.environ["ATLAS_RECORD_CONFIG"])))
            return
        if record:
            addresses = stack.enter_context(serving(Sandbox(load_world(STORIES)).apps()))
        config, _secrets = write_settings(tmp_path, addresses, policy="plan-only")
        yield open_workspace(load_settings(config), environ=secret_variables(addresses))


def _read(workspace: Workspace, system: str, request: ReadRequest) -> tuple[list[str], list[Observed]]:
    connection = workspace.connections[system]
    ids: list[str] = []
    rows: list[Observed] = []
    for page in connection.open_reader().read(request):
        for one in page.records:
            ids.append(one.id)
            rows.extend(connection.mapper.map_record(request.stream, msgspec.json.decode(one.body)))
    return ids, rows


@pytest.mark.parametrize(("system", "stream", "case"), CASES)
def test_stream_is_read_and_mapped_from_its_cassette(
    workspace: Workspace,
    system: str,
    stream: str,
    case: str,
    record: bool,  # noqa: FBT001 - a fixture
) -> None:
    since = PRESENT - timedelta(days=30) if case == "increment" else None
    with recorded(system, stream, case, record=record) as cassette:
        known = _known(workspace, system, stream)
        ids, rows = _read(workspace, system, ReadRequest(stream, since, known))
    if not record:
        assert cassette.all_played
    expected = msgspec.json.decode((Path(cassette._path).with_suffix(".expect")).read_bytes()) if not record else None
    summary = {"ids": sorted(ids), "sources": sorted(row.source for row in rows)}
    if record:
        Path(cassette._path).with_suffix(".expect").write_bytes(
            msgspec.json.format(msgspec.json.encode(summary), indent=1)
        )
    else:
        assert summary == expected
    if case == "full" and stream not in LANDED_ONLY:
        assert rows


def _known(workspace: Workspace, system: str, stream: str) -> dict[str, list[str]]:
    """Give the ids that a stream read by parent needs, read within the same cassette."""
    spec = next(one for one in workspace.connections[system].open_reader().streams() if one.name == stream)
    return {name: _read(workspace, system, ReadRequest(name))[0] for name in spec.after}
