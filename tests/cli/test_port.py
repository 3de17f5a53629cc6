"""A port that is taken, or is none, is said before any address is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from atlas_sync.cli import main
from atlas_sync.cli.port import listen, serve
from atlas_sync.dashboard.app import make_app
from atlas_sync.errors import ConfigError
from tests.dashboard.test_pages import installed

_COMMANDS = [["dashboard", "--port"], ["sandbox", "--control-port"]]


@pytest.fixture
def taken() -> Iterator[str]:
    with listen("127.0.0.1", 0) as listener:
        yield str(listener.getsockname()[1])


@pytest.mark.parametrize("command", _COMMANDS)
def test_port_that_is_taken_is_named_with_the_option_that_gives_another(
    tmp_path: Path, command: list[str], taken: str
) -> None:
    answer = CliRunner().invoke(main, [*command, taken, "--json"], env={"ATLAS_HOME": str(tmp_path)})
    assert answer.exit_code == 2
    said = json.loads(answer.stdout)
    assert said["error"] == "ConfigError"
    assert f"port {taken} of 127.0.0.1" in said["message"]
    assert said["message"].endswith(f"with {command[-1]}.")


@pytest.mark.parametrize("command", [*_COMMANDS, ["webhooks", "--public-url", "https://h.example", "--port"]])
def test_port_that_is_none_is_refused(command: list[str]) -> None:
    answer = CliRunner().invoke(main, [*command, "99999"])
    assert (answer.exit_code, command[-1] in answer.stderr) == (2, True)


def test_address_that_is_told_is_listened_on_already(tmp_path: Path) -> None:
    def ready(url: str) -> None:
        with pytest.raises(ConfigError, match="cannot be listened on"):
            listen("127.0.0.1", int(url.rstrip("/").rpartition(":")[2]))
        raise EOFError

    with pytest.raises(EOFError):
        serve(make_app(installed(tmp_path)), host="127.0.0.1", port=0, ready=ready)


def test_host_that_is_no_address_of_this_machine_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"port 0 of 192\.0\.2\.1"):
        listen("192.0.2.1", 0)
