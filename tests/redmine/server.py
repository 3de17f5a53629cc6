"""A Redmine of the tests' own: made once from Debian's package, on loopback, ended with whoever asked for it.

`python -m tests.redmine.server` makes the copy that each server begins with; `... FOLDER PID` serves in a folder until the
process PID is gone.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

__all__ = ["Server", "joined", "why_not"]

_ROOT = Path(__file__).resolve().parents[2]
_CODE = Path("/usr/share/redmine")
_SETUP = Path(__file__).with_name("setup.rb")
_START_S = 60
_STARTED: list[subprocess.Popen[bytes]] = []
"""Servers of this process, which end when it is gone and not when nothing here speaks of them."""


def why_not() -> str:
    """Say why no Redmine can be started here, nothing where it can."""
    if not (_CODE / "config.ru").exists() or shutil.which("puma") is None:
        return "Redmine is not installed: `make redmine` does that on Debian"
    return ""


def _environment(folder: Path) -> dict[str, str]:
    """Give the environment of a Redmine whose database, logs and files are in a folder.

    Redmine looks for them below its own folder, from which enough dots lead to the root, however it is linked.
    """
    bundler = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", "ruby-bundler"], capture_output=True, text=True, check=True
    ).stdout.partition("-")[0]
    given = {"TZ": "UTC", "RAILS_ENV": "production", "BUNDLER_VERSION": bundler, "SCHEMA": str(folder / "schema.rb")}
    return {**os.environ, **given, "REDMINE_INSTANCE": "../" * 12 + str(folder).lstrip("/")}


def _lay_out(folder: Path) -> None:
    for name in ("config", "log", "tmp", "files"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    database = {"production": {"adapter": "sqlite3", "database": str(folder / "redmine.sqlite"), "timeout": 20_000}}
    (folder / "config" / "database.yml").write_text(json.dumps(database), encoding="utf-8")
    (folder / "config" / "secret_key.txt").write_text(secrets.token_hex(64), encoding="utf-8")


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def template() -> Path:
    """Give the folder of the copy, which is made where there is none of this set-up yet."""
    folder = _ROOT / "build" / "redmine" / hashlib.sha256(_SETUP.read_bytes()).hexdigest()[:12]
    with _locked(folder.with_suffix(".lock")):
        if not (folder / "facts.json").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _lay_out(folder)
            told = [
                subprocess.run(
                    ["bundle", "exec", *command],
                    cwd=_CODE,
                    env=_environment(folder),
                    capture_output=True,
                    text=True,
                    check=True,
                ).stdout
                for command in (["rake", "db:migrate"], ["rails", "runner", str(_SETUP)])
            ]
            (folder / "facts.json").write_text(told[-1].splitlines()[-1], encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Server:
    """A running Redmine, and what was set up in it."""

    folder: Path
    url: str
    facts: Mapping[str, Any]

    def reset(self) -> None:
        """Make everything as it was in the beginning, while the server runs."""
        with (
            closing(sqlite3.connect(template() / "redmine.sqlite")) as before,
            closing(sqlite3.connect(self.folder / "redmine.sqlite", timeout=20)) as now,
        ):
            before.backup(now)

    def sql(self, change: str, *values: object) -> None:
        """Change what no API does, while the server runs."""
        with closing(sqlite3.connect(self.folder / "redmine.sqlite", timeout=20)) as now, now:
            now.execute(change, values)

    def set_up(self, setting: str, value: str) -> None:
        """Change one of the settings that only an admin's page has; Redmine looks for newer ones on each request."""
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 1))
        self.sql("DELETE FROM settings WHERE name = ?", setting)
        self.sql("INSERT INTO settings (name, value, updated_on) VALUES (?, ?, ?)", setting, value, stamp)

    def key(self, login: str) -> str:
        """Give somebody's API key."""
        return str(self.facts["keys"][login])

    def call(self, login: str, method: str, path: str, **body: Any) -> Any:  # noqa: ANN401 - the wire
        """Ask as somebody; give the answer's JSON, None where it has none."""
        answer = requests.request(
            method, f"{self.url}/{path}", json=body or None, headers={"X-Redmine-API-Key": self.key(login)}, timeout=30
        )
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content.strip() else None

    def issues(self) -> list[dict[str, Any]]:
        """Give all issues, as an admin sees them in a list."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.call("keeper", "GET", f"issues.json?status_id=*&sort=id&limit=100&offset={len(found)}")
            found += page["issues"]
            if len(found) >= page["total_count"]:
                return found


def joined(folder: Path, pid: int) -> Server:
    """Give the server in a folder, started where there is none; it runs until a process is gone."""
    facts = json.loads((template() / "facts.json").read_text(encoding="utf-8"))
    with _locked(folder / "starting"):
        if not (folder / "url").exists():
            started = subprocess.Popen(
                [sys.executable, "-m", "tests.redmine.server", str(folder), str(pid)], cwd=_ROOT, start_new_session=True
            )
            _STARTED.append(started)
            _wait_for(folder / "url")
    return Server(folder, (folder / "url").read_text(encoding="utf-8"), facts)


def _wait_for(file: Path) -> None:
    ends = time.monotonic() + _START_S
    while not file.exists():
        assert time.monotonic() < ends, f"Redmine did not start: see {file.parent}"
        time.sleep(0.1)


def serve(folder: Path, pid: int) -> None:
    """Serve in a folder, on a free port, until a process is gone."""
    _lay_out(folder)
    shutil.copy(template() / "redmine.sqlite", folder / "redmine.sqlite")
    log = folder / "log" / "puma.log"
    with log.open("w") as output:
        puma = subprocess.Popen(
            ["puma", "-b", "tcp://127.0.0.1:0", "-e", "production", "-t", "0:4", "config.ru"],
            cwd=_CODE,
            env=_environment(folder),
            stdout=output,
            stderr=output,
        )
    try:
        while _is_there(pid) and puma.poll() is None:
            listening = re.search(r"Listening on (http://\S+)", log.read_text(encoding="utf-8"))
            if listening and not (folder / "url").exists():
                (folder / "url.new").write_text(listening[1], encoding="utf-8")
                (folder / "url.new").rename(folder / "url")
            time.sleep(0.2)
    finally:
        puma.terminate()
        puma.wait()
        shutil.rmtree(folder / "files", ignore_errors=True)


def _is_there(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


if __name__ == "__main__":
    if len(sys.argv) > 1:
        serve(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        sys.stdout.write(why_not() or f"ready: {template()}")
        sys.stdout.write("\n")
