from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from atlas_sync.canonical.observed import ObservedProject
from atlas_sync.connectors.redmine.mapping import RedmineMapper
from atlas_sync.connectors.redmine.settings import RedmineSettings

MAPPER = RedmineMapper("red", RedmineSettings(url="https://red.example", api_key=SecretStr("x")))


@pytest.mark.parametrize(("told", "parent"), [({}, None), ({"parent": {"id": 4, "name": "Nordhavn"}}, "red:project:4")])
def test_project_says_inside_which_it_is(told: dict[str, Any], parent: str | None) -> None:
    (project,) = MAPPER.map_record(
        "projects", {"id": 7, "identifier": "rollout", "name": "Rollout", "status": 1, **told}
    )
    assert isinstance(project, ObservedProject)
    assert project.parent == parent
