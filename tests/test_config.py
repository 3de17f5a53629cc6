from __future__ import annotations

from pathlib import Path

import pytest

from atlas_sync.config import load_settings
from atlas_sync.errors import ConfigError

CONNECTION = """
[connections.crm]
kind = "hubspot"
"""


def _file(folder: Path, text: str) -> Path:
    path = folder / "atlas.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_environment_overrides_the_file(tmp_path: Path) -> None:
    path = _file(tmp_path, 'home = "state"\ntenant = "file"\n')
    assert load_settings(path, environ={}).home == (tmp_path / "state").resolve()
    settings = load_settings(path, environ={"ATLAS_TENANT": "env", "ATLAS_HOME": str(tmp_path / "other")})
    assert (settings.tenant, settings.home) == ("env", (tmp_path / "other").resolve())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("hom = 'x'", "hom"),
        ("overlap_s = -1", "overlap_s"),
        ('promise_tags = [""]', "promise_tags"),
        ("[delivery]\npolice = 'auto'", "delivery.police"),
        ("[delivery.audience]\nTD = 'everybody'", "delivery.audience.TD"),
        ("not toml", "not readable TOML"),
        ('[connections."eu/crm"]\nkind = "files"', "connections: .*'eu/crm' is no name"),
        ('[connections."../esc"]\nkind = "files"', "connections: .*is no name"),
        ('[connections.""]\nkind = "files"', "connections: .*is no name"),
        ('[connections."sf:eu"]\nkind = "files"', "connections: .*is no name"),
        ('[connections."my crm"]\nkind = "files"', "connections: .*is no name"),
        ('[connections.a-b]\nkind = "files"\n[connections.A_b]\nkind = "files"', "a-b and A_b have the same variables"),
        ("overlap_s = inf", "overlap_s"),
        ("overlap_s = 1e18", "overlap_s"),
        ("overlap_s = nan", "overlap_s"),
        ("[delivery]\nsettle_s = inf", "delivery.settle_s"),
        ("[advice]\nurl = 'http://127.0.0.1:9/v1'\nmodel = 'm'\ntimeout_s = inf", "advice.timeout_s"),
        ("[delivery.default_project]\nsalesfroce = 'TD'", "delivery.default_project names salesfroce"),
        (
            "[advice]\nurl = 'http://127.0.0.1:9/v1'\nmodel = 'm'\nconnections = ['hubspt']",
            "advice.connections names hubspt",
        ),
        ("[advice]\nurl = 'http://a.example'\nmodel = 'm'", r"atlas\.toml: advice\.url must be an https address"),
    ],
)
def test_wrong_setting_is_named_by_its_place(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(ConfigError, match=place):
        load_settings(_file(tmp_path, text), environ={})
