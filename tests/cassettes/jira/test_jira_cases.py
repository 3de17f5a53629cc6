"""The Jira connector on the wire, a stream and a case at a time: recorded against the small site of its own tests.

On replay the site is made again, without being served, since the cases need the ids of what they speak of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from atlas_sync.connectors.jira import JiraMapper, JiraReader
from atlas_sync.connectors.protocol import Page, ReadRequest
from atlas_sync.errors import AtlasError
from atlas_sync.sandbox.faults import FaultLayer, Rule
from tests.cassettes.recorder import FOLDER, recorded
from tests.connectors.jira.conftest import settings_for
from tests.kit import serve
from tests.sandbox.jira.rig import NOW, Wire, make_wire

STREAMS = ("users", "projects", "statuses", "fields", "issues", "comments", "links", "watchers", "history")
SETS = STREAMS[:4]
SINCE = NOW - timedelta(minutes=15)
FAULTS: dict[str, dict[str, Any]] = {
    "401": {"status": 401, "body": '{"errorMessages":["Client must be authenticated."],"errors":{}}'},
    "403": {"status": 403, "body": '{"errorMessages":["Forbidden"],"errors":{}}'},
    "404": {"status": 404, "body": '{"errorMessages":["Not found"],"errors":{}}'},
    "429": {"status": 429, "body": "<html>", "headers": {"retry-after": "1", "ratelimit-reason": "jira-burst-based"}},
    "503": {"status": 503, "body": "<html>", "headers": {"retry-after": "1"}},
    "login_page": {"status": 200, "body": "<html>", "headers": {"x-seraph-loginreason": "AUTHENTICATED_FAILED"}},
    "malformed": {"status": 200, "body": '{"cut'},
}


@dataclass(frozen=True)
class Case:
    """What happens on the site before, and what is asked of the reader then."""

    ask: Callable[[JiraReader, Wire], Iterator[Page]]
    before: Callable[[Wire], object] = lambda _wire: None


def _read(stream: str, since: datetime | None = None) -> Callable[[JiraReader, Wire], Iterator[Page]]:
    return lambda reader, _wire: reader.read(ReadRequest(stream, since))


def _gone(stream: str, *ids: Callable[[Wire], str]) -> Callable[[JiraReader, Wire], Iterator[Page]]:
    return lambda reader, wire: reader.look_up(stream, [one(wire) for one in ids])


def _on(key: str, number: str = "") -> Callable[[Wire], str]:
    return lambda wire: wire.sandbox.issue(key).id + number


def _first(stream: str) -> Callable[[JiraReader, Wire], Iterator[Page]]:
    def ask(reader: JiraReader, _wire: Wire) -> Iterator[Page]:
        yield next(reader.read(ReadRequest(stream)))

    return ask


def _next(stream: str) -> Callable[[JiraReader, Wire], Iterator[Page]]:
    def ask(reader: JiraReader, _wire: Wire) -> Iterator[Page]:
        position = next(reader.read(ReadRequest(stream))).position
        yield from reader.read(ReadRequest(stream, position=position))

    return ask


def _changed(wire: Wire) -> None:
    """Let every stream that is read by change have one."""
    wire.sandbox.edit_as_person("TD-1", user_key="u-ada", fields={"summary": "Renamed"})
    wire.sandbox.comment_as_person("TD-1", user_key="u-ada", text="As agreed.")
    wire.sandbox.link_as_person("TD-1", "https://crm.example/d/1", "Deal")
    wire.sandbox.watch_as_person("TD-1", user_key="u-ada")
    wire.wait()


def _vanished(wire: Wire) -> None:
    _changed(wire)
    issue = wire.sandbox.issue("TD-1")
    issue.comments.clear()
    issue.links.clear()
    issue.watchers.clear()


def _all_gone(wire: Wire) -> None:
    for key in ("TD-4", "TD-2", "TD-1"):
        wire.sandbox.delete_as_person(key)


CASES: dict[tuple[str, str], Case] = {
    **{(stream, "full"): Case(_read(stream), _changed) for stream in STREAMS},
    **{(stream, "empty"): Case(_read(stream), _all_gone) for stream in STREAMS if stream not in SETS},
    **{(stream, "increment"): Case(_read(stream, SINCE), _changed) for stream in STREAMS if stream not in SETS},
    **{(stream, "no_change"): Case(_read(stream, SINCE)) for stream in STREAMS if stream not in SETS},
    **{(stream, "first_page"): Case(_first(stream)) for stream in ("users", "issues", "comments", "history")},
    **{(stream, "next_page"): Case(_next(stream)) for stream in ("issues", "comments", "history")},
    ("issues", "sweep"): Case(lambda reader, _wire: reader.sweep("issues")),
    ("issues", "deletion"): Case(_gone("issues", lambda _wire: "99999")),
    ("issues", "moved"): Case(_gone("issues", _on("TD-4")), lambda wire: wire.sandbox.move_as_person("TD-4", "PIER")),
    ("issues", "archived"): Case(_gone("issues", _on("TD-4")), lambda wire: wire.sandbox.archive_as_person("TD-4")),
    ("comments", "deletion"): Case(
        lambda reader, wire: reader.read(ReadRequest("comments", SINCE, {"comments": [_on("TD-1", "/1")(wire)]})),
        _vanished,
    ),
    ("links", "deletion"): Case(_gone("links", _on("TD-1", "/1")), _vanished),
    ("watchers", "deletion"): Case(_gone("watchers", _on("TD-1", "/1")), _vanished),
    ("projects", "deletion"): Case(
        lambda reader, wire: reader.read(
            ReadRequest("projects", known={"projects": list(wire.sandbox._site.projects)})
        ),
        lambda wire: wire.sandbox.put_away_project("PIER", "deleted"),
    ),
    **{
        (stream, name): Case(
            _read(stream), lambda wire, how=how: wire.faults.rules.append(Rule("jira", "status", **how))
        )  # type: ignore[misc]  # default binds the loop's name
        for stream in STREAMS
        for name, how in FAULTS.items()
    },
}


@contextmanager
def _address(wire: Wire, *, record: bool) -> Iterator[str]:
    if not record:
        yield "http://127.0.0.1:9"
        return
    with serve(FaultLayer(wire.sandbox.app(), "jira", wire.faults)) as address:
        yield address


def _told(pages: Iterator[Page], mapper: JiraMapper, stream: str) -> dict[str, Any]:
    told: dict[str, Any] = {"ids": [], "rows": [], "proof": "", "error": ""}
    try:
        for page in pages:
            told["ids"] += [record.id for record in page.records]
            told["proof"] = page.proof
            for record in page.records:
                rows = mapper.map_record(stream, msgspec.json.decode(record.body)) if record.body else ()
                told["rows"] += [f"{row.source} {row.deletion or ''}".strip() for row in rows]
    except AtlasError as error:
        told["error"] = f"{type(error).__name__}: {error.summary}"
    return told


@pytest.mark.parametrize(("stream", "case"), CASES, ids=[f"{stream}-{case}" for stream, case in CASES])
def test_case_is_read_and_mapped_from_its_cassette(stream: str, case: str, record: bool) -> None:  # noqa: FBT001 - a fixture
    wire, chosen = make_wire(), CASES[stream, case]
    chosen.before(wire)
    expect = FOLDER / "jira" / stream / f"{case}.expect"
    with _address(wire, record=record) as address, recorded("jira", stream, case, record=record) as cassette:
        settings = settings_for(address)
        reader = JiraReader(settings, system="jira", sleep=lambda _seconds: None)
        told = _told(chosen.ask(reader, wire), JiraMapper("jira", settings), stream)
        assert record or cassette.all_played
    if record:
        expect.write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n")
    assert told == msgspec.json.decode(expect.read_bytes())


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("case", ["429", "503"])
def test_passing_trouble_is_outlasted(stream: str, case: str) -> None:
    told = msgspec.json.decode((FOLDER / "jira" / stream / f"{case}.expect").read_bytes())
    assert told["proof"]
    assert not told["error"]


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("case", ["401", "403", "404", "login_page", "malformed"])
def test_lasting_trouble_is_no_empty_success(stream: str, case: str) -> None:
    told = msgspec.json.decode((FOLDER / "jira" / stream / f"{case}.expect").read_bytes())
    assert told["error"]
    assert not told["proof"]
