"""A package that somebody else wrote is found, and may not take a name that is taken."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from atlas_sync.config import Settings
from atlas_sync.connectors.registry import ENTRY_POINT_GROUP, connector, connectors
from atlas_sync.errors import ConfigError
from atlas_sync.opening import open_workspace

_PACKAGE = """
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from atlas_sync.connectors.protocol import FieldReport, Page, ReadRequest, StreamSpec
from atlas_sync.connectors.registry import ConnectorSpec


class Settings(BaseModel):
    room: str


class Reader:
    def streams(self) -> Sequence[StreamSpec]:
        return (StreamSpec("deals", "set", ("deal",)),)

    def describe(self, stream: str) -> FieldReport:
        return FieldReport()

    def read(self, request: ReadRequest) -> Iterator[Page]:
        yield Page((), proof="nothing was sold")


class Mapper:
    def map_record(self, stream: str, record: Mapping[str, object]) -> Sequence[object]:
        return ()


SPEC = ConnectorSpec(
    kind="acme",
    role="crm",
    settings=Settings,
    open_reader=lambda settings, system: Reader(),
    make_mapper=lambda settings, system: Mapper(),
)
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Put a package with an entry point on the path, as an installer does."""
    (tmp_path / "acme_atlas.py").write_text(_PACKAGE, encoding="utf-8")
    info = tmp_path / "acme_atlas-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-atlas\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[{ENTRY_POINT_GROUP}]\nacme = acme_atlas:SPEC\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    sys.modules.pop("acme_atlas", None)


def test_installed_package_is_listed_and_connects(install: Path) -> None:
    assert "acme" in connectors()
    settings = Settings(home=install / "home", connections={"sales": {"kind": "acme", "room": "7"}})
    workspace = open_workspace(settings, environ={})
    pages = list(workspace.connections["sales"].open_reader().read(None))  # type: ignore[arg-type]  # its reader asks nothing
    assert [page.proof for page in pages] == ["nothing was sold"]


def test_name_that_is_taken_is_refused(install: Path) -> None:
    package = install / "acme_atlas.py"
    package.write_text(package.read_text(encoding="utf-8").replace('kind="acme"', 'kind="files"'), encoding="utf-8")
    with pytest.raises(ConfigError, match="two connectors are called files"):
        connectors()


def test_kind_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(ConfigError, match="files, hubspot, jira, redmine, salesforce"):
        connector("acme")
