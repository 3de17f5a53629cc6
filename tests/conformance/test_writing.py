"""A create happens once, or not at all, or is said to be unknown; it is never sent again blindly."""

from __future__ import annotations

import pytest

from atlas_sync.canonical.document import Document
from atlas_sync.connectors.writing import Draft, Writer
from atlas_sync.errors import OutcomeUnknownError, RateLimitedError, RejectedError, TransientError
from atlas_sync.sandbox.faults import Rule
from tests.stands.jira import DataCenterStand
from tests.stands.rig import Rig

SECTION = "Creating"
ALSO = (DataCenterStand,)
MARKER = "atlas-0123456789abcdef0123"


def _writer(rig: Rig) -> Writer:
    open_writer = rig.workspace.connections[rig.stand.kind].open_writer
    assert open_writer is not None
    return open_writer()


def _draft() -> Draft:
    return Draft(marker=MARKER, project="ONE", kind="item", summary="Send the migration plan", body=Document())


def _made(rig: Rig) -> int:
    return sum(1 for fact in rig.stand.truth().values() if not fact.gone)


def _creates(rig: Rig) -> int:
    return sum(1 for asked in rig.stand.wire.asked if asked.method == "POST" and asked.path.endswith("/issue"))


@pytest.mark.case(SECTION, "a create is made once and found by its mark, past a lagging index", needs=("write",))
def test_created_item_is_found(rig: Rig) -> None:
    writer = _writer(rig)
    made = writer.create(_draft())
    rig.stand.pass_time(60)
    found = writer.find(MARKER, project="ONE")
    assert found is not None
    assert found.id == made.id
    assert _made(rig) == 1


@pytest.mark.case(
    SECTION, "a hang-up in the middle of a create is an unknown outcome, and is looked up", needs=("write",)
)
@pytest.mark.parametrize(
    "variant", ["made and hung up", "hung up before", "made and answered 500", "made and answered a page"]
)
def test_hang_up_in_a_create_is_not_repeated(rig: Rig, variant: str) -> None:
    rules = {
        "made and hung up": {"kind": "drop_after"},
        "hung up before": {"kind": "drop_before"},
        "made and answered 500": {"kind": "status_after", "status": 500},
        "made and answered a page": {"kind": "status_after", "status": 201, "body": "<html>"},
    }
    rig.stand.fault(Rule(rig.stand.kind, method="POST", path=r"/issue$", **rules[variant]))  # type: ignore[arg-type]  # fields by name
    writer = _writer(rig)
    with pytest.raises(OutcomeUnknownError):
        writer.create(_draft())
    assert _creates(rig) == 1
    rig.stand.pass_time(60)
    found = writer.find(MARKER, project="ONE")
    assert (found is None) == (variant == "hung up before")
    assert _made(rig) == (variant != "hung up before")


@pytest.mark.case(SECTION, "a create refused for its rate was not made, and is sent again", needs=("write",))
def test_create_refused_for_its_rate_is_sent_again(rig: Rig) -> None:
    headers = {"retry-after": "1"}
    rig.stand.fault(Rule(rig.stand.kind, "status", method="POST", path=r"/issue$", status=429, headers=headers))
    _writer(rig).create(_draft())
    assert (_creates(rig), _made(rig)) == (2, 1)


@pytest.mark.case(SECTION, "a create that is refused names what is wrong, and was not made", needs=("write",))
def test_refused_create_was_not_made(rig: Rig) -> None:
    body = '{"errorMessages":[],"errors":{"summary":"canary@secret.example"}}'
    rig.stand.fault(Rule(rig.stand.kind, "status", method="POST", path=r"/issue$", status=400, body=body))
    with pytest.raises(RejectedError) as caught:
        _writer(rig).create(_draft())
    assert "summary" in str(caught.value)
    assert "canary" not in str(caught.value)
    assert (_creates(rig), _made(rig)) == (1, 0)


@pytest.mark.case(SECTION, "a vendor that keeps refusing for the rate is given up, with nothing made", needs=("write",))
def test_lasting_refusal_for_the_rate_is_given_up(rig: Rig) -> None:
    rig.stand.fault(Rule(rig.stand.kind, "status", method="POST", path=r"/issue$", status=429, times=100))
    with pytest.raises((RateLimitedError, TransientError)):
        _writer(rig).create(_draft())
    assert _made(rig) == 0
    assert _creates(rig) <= 8
