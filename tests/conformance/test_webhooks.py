"""Webhooks are speed and never the truth: one that is signed makes the next pull of a record earlier, and that is all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
import requests

from atlas_sync.connectors.protocol import Watcher
from atlas_sync.store.ledger import Ledger
from atlas_sync.webhooks.app import make_app
from tests.kit import serve
from tests.stands.protocol import Announced
from tests.stands.rig import Rig

SECTION = "Webhooks"
PUBLIC = "https://hooks.example"


@pytest.fixture
def ledger(rig: Rig) -> Iterator[Ledger]:
    with closing(rig.workspace.open_ledger()) as opened:
        yield opened


@pytest.fixture
def door(rig: Rig, ledger: Ledger) -> Iterator[str]:
    with serve(make_app(rig.workspace, ledger, public_url=PUBLIC, tell=print)) as address:
        yield f"{address}/{rig.stand.kind}"


def _settled(rig: Rig) -> str:
    made = rig.stand.create(rig.main, "Nordhavn")
    rig.stand.pass_time(60)
    assert rig.pull_main().status == "complete"
    rig.stand.pass_time(3600)
    return made


def _announced(rig: Rig, key: str, *, number: int = 1, late: timedelta = timedelta(0), **given: str) -> Announced:
    at = rig.workspace.now() - late
    return rig.stand.announce(key, url=f"{PUBLIC}/{rig.stand.kind}", number=number, at=at, **given)


def _send(door: str, sent: Announced) -> int:
    return requests.post(door, data=sent.body, headers=dict(sent.headers), timeout=10).status_code


@pytest.mark.case(
    SECTION,
    "a signed event makes the next pull of its record earlier and is not believed otherwise",
    needs=("webhook",),
)
def test_signed_event_makes_the_pull_earlier(rig: Rig, door: str, ledger: Ledger) -> None:
    made = _settled(rig)
    rig.stand.rename(rig.main, [made], "Pellworth")
    rig.stand.pass_time(60)
    before, asked = rig.rows(), len(rig.stand.wire.asked)
    sent = _announced(rig, made)
    assert _send(door, sent) == 204
    assert ledger.last_nudge()
    assert (rig.rows(), len(rig.stand.wire.asked)) == (before, asked)
    reader = rig.workspace.connections[rig.stand.kind].open_reader()
    assert isinstance(reader, Watcher)
    url = f"{PUBLIC}/{rig.stand.kind}"
    named = reader.verify(method="POST", url=url, headers=sent.headers, body=sent.body, now=rig.workspace.now())
    assert (rig.main, made) in {(nudge.stream, nudge.id) for nudge in named}
    rig.pull_main()
    assert rig.wrong() == []


@pytest.mark.case(SECTION, "an event that is not signed by the vendor is refused", needs=("webhook",))
@pytest.mark.parametrize("variant", ["no signature", "another secret", "another body", "an empty signature"])
def test_bad_signature_is_refused(rig: Rig, door: str, ledger: Ledger, variant: str) -> None:
    good, other = _announced(rig, "7"), _announced(rig, "7", secret="another")
    sent = {
        "no signature": replace(good, headers={}),
        "another secret": other,
        "another body": replace(good, body=good.body.replace(b"7", b"8")),
        "an empty signature": replace(good, headers=dict.fromkeys(good.headers, "")),
    }[variant]
    assert _send(door, sent) == 401
    assert not ledger.last_nudge()
    assert _send(door, good) == 204


@pytest.mark.case(SECTION, "an event that is played back at another time is refused", needs=("webhook",))
@pytest.mark.parametrize("variant", ["two days old", "two days ahead"])
def test_replay_is_refused(rig: Rig, door: str, ledger: Ledger, variant: str) -> None:
    late = timedelta(days=2 if variant == "two days old" else -2)
    assert _send(door, _announced(rig, "7", late=late)) == 401
    assert not ledger.last_nudge()


@pytest.mark.case(SECTION, "an event that comes again is no news, and another one is", needs=("webhook",))
def test_event_that_comes_again_is_no_news(rig: Rig, door: str, ledger: Ledger) -> None:
    assert [_send(door, _announced(rig, "7", number=1)) for _ in range(2)] == [204, 204]
    first = ledger.last_nudge()
    assert first
    assert _send(door, _announced(rig, "7", number=1)) == 204
    assert ledger.last_nudge() == first
    assert _send(door, _announced(rig, "7", number=2)) == 204
    assert ledger.last_nudge() != first
