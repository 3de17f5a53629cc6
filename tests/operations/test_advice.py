"""The adviser against an endpoint that speaks the wire of OpenAI's chat completions on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from atlas_sync.canonical.model import Engagement, Evidence, Interaction, Promise
from atlas_sync.config import AdviceSettings, Settings
from atlas_sync.errors import AccessError, AuthError, ConfigError, ContractError, TransientError
from atlas_sync.opening import open_adviser
from atlas_sync.operations.advice import Adviser, advise
from atlas_sync.operations.review import Doubt
from atlas_sync.store.warehouse import Warehouse, open_warehouse

NOW = datetime(2026, 6, 15, 8, tzinfo=UTC)
QUOTE = "We bring two trainers."
BODY = f"{'x' * 2000} Thanks. {QUOTE} See you. {'y' * 2000}"


class Endpoint:
    """What the stand-in was asked, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.status = 200
        self.content: object = ""
        self.answer: dict[str, Any] | None = None

    def says(self, **opinion: object) -> None:
        self.content = f"Sure!\n```json\n{json.dumps(opinion)}\n```"


@pytest.fixture
def endpoint() -> Iterator[tuple[Endpoint, str]]:
    state = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/chat/completions"
            state.keys.append(self.headers["Authorization"])
            state.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            usual = {"choices": [{"message": {"role": "assistant", "content": state.content}}]}
            answer = json.dumps(state.answer or usual).encode()
            self.send_response(state.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state, f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[Warehouse]:
    with open_warehouse(tmp_path) as warehouse:
        for system in ("mail", "private"):
            interaction = Interaction(
                id=f"int_{system}",
                engagement_id="eng_1",
                source=f"{system}:interaction/email:1",
                kind="email",
                at=NOW,
                body=BODY,
                text_hash=system,
            )
            warehouse.put([interaction])
        yield warehouse


def doubt(system: str) -> Doubt:
    start = BODY.index(QUOTE)
    said = Evidence(interaction_id=f"int_{system}", start=start, end=start + len(QUOTE), quote=QUOTE, said_at=NOW)
    promise = Promise(
        id=system,
        engagement_id="eng_1",
        evidence=said,
        rule="r",
        confidence=0.5,
        needs_review=True,
        text=QUOTE,
        kind="price",
    )
    engagement = Engagement(id="eng_1", name="Pier", source="crm:deal:1", stage="won", stage_label="Won")
    return Doubt(promise, engagement, 1.0)


def test_only_texts_of_named_connections_are_sent_and_only_what_stands_around(
    endpoint: tuple[Endpoint, str], rows: Warehouse
) -> None:
    state, url = endpoint
    state.says(promise=True, quote="We bring two trainers", reason="first person, present")
    adviser = Adviser(url, "small", "k-1", ("mail",))
    ((about, opinion),) = advise(rows, [doubt("private"), doubt("mail")], adviser)
    assert about.promise.id == "mail"
    assert opinion is not None
    assert (opinion.promise, opinion.quote) == (True, "We bring two trainers")
    (asked,) = state.asked
    assert (asked["model"], state.keys) == ("small", ["Bearer k-1"])
    sent = asked["messages"][1]["content"]
    assert QUOTE in sent
    assert len(sent) < 1600


def test_an_opinion_that_quotes_what_is_not_there_is_dropped(endpoint: tuple[Endpoint, str], rows: Warehouse) -> None:
    state, url = endpoint
    for quote in ("We bring three trainers", "", " "):
        state.says(promise=True, quote=quote)
        assert [opinion for _doubt, opinion in advise(rows, [doubt("mail")], Adviser(url, "m", "", ("mail",)))] == [
            None
        ]
    assert state.keys == [None] * 3


@pytest.mark.parametrize("content", ["I think so.", '{"promise": "yes", "quote": "x"}', '{"quote": "x"}', "{", None])
def test_a_model_that_does_not_answer_what_was_asked_has_no_opinion(
    endpoint: tuple[Endpoint, str], rows: Warehouse, content: object
) -> None:
    state, url = endpoint
    state.content = content
    assert [one for _doubt, one in advise(rows, [doubt("mail")], Adviser(url, "m", "", ("mail",)))] == [None]


def test_an_answer_without_a_message_breaks_the_contract(endpoint: tuple[Endpoint, str], rows: Warehouse) -> None:
    state, url = endpoint
    state.answer = {"choices": []}
    with pytest.raises(ContractError):
        list(advise(rows, [doubt("mail")], Adviser(url, "m", "", ("mail",))))


def test_a_key_that_is_refused_is_told_as_such(endpoint: tuple[Endpoint, str], rows: Warehouse) -> None:
    state, url = endpoint
    state.status = 401
    with pytest.raises((AuthError, AccessError)):
        list(advise(rows, [doubt("mail")], Adviser(url, "m", "bad", ("mail",))))


def test_an_endpoint_that_does_not_answer_may_be_asked_again(rows: Warehouse) -> None:
    with pytest.raises(TransientError, match="Ask again"):
        list(advise(rows, [doubt("mail")], Adviser("http://127.0.0.1:9/v1", "m", "", ("mail",))))


def test_nobody_is_asked_without_settings_that_say_so() -> None:
    named = AdviceSettings(url="http://127.0.0.1:1/v1", model="m")
    for settings in (Settings(), Settings(advice=named)):
        with pytest.raises(ConfigError):
            open_adviser(settings, environ={})
    allowed = Settings(connections={"mail": {}}, advice=named.model_copy(update={"connections": ("mail",)}))
    assert open_adviser(allowed, environ={"ATLAS_ADVICE_KEY": "k"}).key == "k"
    with pytest.raises(ConfigError):
        AdviceSettings(url="http://models.example/v1", model="m")
