"""Whatever the wire does, a read is complete or says why not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from atlas_sync.canonical.past import REMEMBERED
from atlas_sync.operations.reconcile import reconcile
from atlas_sync.sandbox.faults import Rule
from tests.stands.pages import empty_page_between, halve_pages, repeat_page, say_the_same_token_for_ever
from tests.stands.protocol import Stand
from tests.stands.rig import Rig, rigged
from tests.stands.wire import Asked

PAGING = "Paging"
TROUBLE = "Trouble on the wire"
ALWAYS = 10_000


def _fill(stand: Stand, number: int = 45) -> list[str]:
    made = [stand.create(stand.on["create"], f"Nordhavn {place}") for place in range(number)]
    stand.pass_time(60)
    return made


def _to_read(rig: Rig, variant: str, number: int = 45) -> list[str]:
    """Fill the vendor, so that the next read is one of everything, or an increment that is as long."""
    made = _fill(rig.stand, number)
    if variant == "increment":
        assert rig.pull_main().status == "complete"
        rig.stand.pass_time(3600)
        rig.stand.rename(rig.main, made, "Pellworth")
        rig.stand.pass_time(3600)
    return made


@pytest.mark.case(PAGING, "many pages, first to last, each record once")
def test_everything_is_read_and_accounted_for(rig: Rig) -> None:
    _fill(rig.stand)
    manifest = rig.pull_main()
    assert (manifest.status, manifest.reason) == ("complete", "")
    assert rig.wrong() == []
    assert rig.quarantined() == []
    assert reconcile(rig.workspace, rig.warehouse).balances


@pytest.mark.case(PAGING, "the end of the read is proven in words")
def test_proof_is_written_down(rig: Rig) -> None:
    _fill(rig.stand, 3)
    manifest = rig.pull_main()
    assert manifest.proof
    assert manifest.pages > 0


@pytest.mark.case(PAGING, "an empty list is a complete read of nothing")
def test_empty_list_is_complete(rig: Rig) -> None:
    manifest = rig.pull_main()
    assert (manifest.status, manifest.records, manifest.watermark is None) == ("complete", 0, False)


@pytest.mark.case(PAGING, "pages shorter than asked are not the end", needs=("paging",))
@pytest.mark.parametrize("variant", ["first read", "increment"])
def test_short_pages_are_no_end(rig: Rig, variant: str) -> None:
    _to_read(rig, variant)
    kept = halve_pages(rig.stand.wire, rig.stand.paging)
    assert rig.pull_main().status == "complete"
    assert kept
    assert rig.wrong() == []


@pytest.mark.case(PAGING, "an empty page with more behind it is not the end", needs=("paging",))
def test_empty_page_is_no_end(rig: Rig) -> None:
    _fill(rig.stand)
    kept = empty_page_between(rig.stand.wire, rig.stand.paging)
    assert rig.pull_main().status == "complete"
    assert kept
    assert rig.wrong() == []


@pytest.mark.case(PAGING, "a page that comes twice adds nothing", needs=("paging",))
def test_duplicate_page_adds_nothing(rig: Rig) -> None:
    made = _fill(rig.stand)
    kept = repeat_page(rig.stand.wire, rig.stand.paging)
    assert rig.pull_main().status in {"complete", "failed"}
    assert kept
    rig.stand.wire.reset()
    assert rig.pull_main().status == "complete"
    assert rig.wrong() == []
    assert sum(1 for source in rig.rows() if source in {rig.stand.source(rig.main, key) for key in made}) == len(made)
    assert reconcile(rig.workspace, rig.warehouse).balances


@pytest.mark.case(
    PAGING, "a page token that repeats ends the read, not in a loop and not as complete", needs=("paging",)
)
@pytest.mark.parametrize("variant", ["first read", "increment"])
def test_repeated_token_is_no_loop(rig: Rig, variant: str) -> None:
    _to_read(rig, variant, 130)
    rig.stand.wire.asked.clear()
    say_the_same_token_for_ever(rig.stand.wire, rig.stand.paging)
    manifest = rig.pull_main()
    assert manifest.status in {"failed", "partial"} or rig.wrong() == []
    assert len(rig.stand.wire.asked) < 200


@pytest.mark.case(
    PAGING, "records that move between pages while they are read take no other with them", needs=("paging",)
)
@pytest.mark.parametrize(
    "variant", ["first read", "increment", "increment with one stamp", "increment of a moment ago"]
)
def test_moving_records_are_not_lost(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variant: str
) -> None:
    with rigged(stand, tmp_path, monkeypatch, overlap_s=0) as rig:
        made = _spread(rig, variant)
        _move_meanwhile(rig, [*made[:3], *made[-2:], made[30]])
        rig.pull_main()
        rig.stand.wire.reset()
        rig.stand.pass_time(60)
        assert rig.pull_main().status == "complete"
        assert rig.wrong() == []


@pytest.mark.case(PAGING, "of a record that comes twice in a read the later state counts", needs=("paging",))
def test_later_state_counts(rig: Rig) -> None:
    made = _spread(rig, "increment")
    _move_meanwhile(rig, made[:3])
    manifest = rig.pull_main()
    assert manifest.status == "complete"
    mapper, rows = rig.workspace.connections[rig.stand.kind].mapper, rig.rows()
    came = dict(rig.workspace.landing.records(manifest))
    for body in came.values():
        for row in mapper.map_record(rig.main, json.loads(body)):
            assert rows[row.source].model_dump(exclude=REMEMBERED) == row.model_dump(exclude=REMEMBERED)


def _spread(rig: Rig, variant: str) -> list[str]:
    """Let there be many records to read, changed one after another."""
    made = []
    for place in range(130):
        made.append(rig.stand.create(rig.main, f"Nordhavn {place}"))
        rig.stand.pass_time(20)
    rig.stand.pass_time(3600)
    if variant != "first read":
        assert rig.pull_main().status == "complete"
    if variant == "increment of a moment ago":
        rig.stand.rename(rig.main, made, "Pellworth")
        rig.stand.pass_time(60)
        return made
    if variant == "increment with one stamp":
        rig.stand.rename(rig.main, made, "Pellworth")
    elif variant == "increment":
        for key in made:
            rig.stand.pass_time(20)
            rig.stand.rename(rig.main, [key], "Pellworth")
    rig.stand.pass_time(3600)
    return made


def _move_meanwhile(rig: Rig, keys: list[str]) -> None:
    """Change a record, and let the change be found, ahead of each page but the first."""
    listings: list[Asked] = []

    def move(asked: Asked) -> None:
        if not re.search(rig.stand.paging.path, asked.path):
            return
        listings.append(asked)
        if len(listings) > 1 and keys:
            rig.stand.rename(rig.main, [keys.pop(0)], "moved")
            rig.stand.pass_time(10)

    rig.stand.wire.before.append(move)


@pytest.mark.case(TROUBLE, "passing trouble is outlasted", needs=("network",))
@pytest.mark.parametrize("variant", ["503", "429 with Retry-After: 0", "hang-up before", "hang-up after", "408"])
def test_passing_trouble_is_outlasted(rig: Rig, variant: str) -> None:
    _fill(rig.stand, 5)
    rules = {
        "503": {"kind": "status", "status": 503},
        "408": {"kind": "status", "status": 408},
        "429 with Retry-After: 0": {"kind": "status", "status": 429, "headers": {"retry-after": "0"}},
        "hang-up before": {"kind": "drop_before"},
        "hang-up after": {"kind": "drop_after"},
    }
    rule = Rule(rig.stand.kind, path=rig.stand.paging.path, times=2, **rules[variant])  # type: ignore[arg-type]  # fields by name
    rig.stand.fault(rule)
    assert rig.pull_main().status == "complete"
    assert rule.times == 0
    assert rig.wrong() == []


@pytest.mark.case(TROUBLE, "lasting trouble never looks like an empty success", needs=("network",))
@pytest.mark.parametrize(
    "variant",
    [
        "401",
        "403",
        "404",
        "410",
        "429",
        "500",
        "a page of a proxy",
        "a body cut short",
        "200 with an error inside",
        "204",
    ],
)
def test_lasting_trouble_is_no_empty_success(rig: Rig, variant: str) -> None:
    _fill(rig.stand, 5)
    assert rig.pull_main().status == "complete"
    bodies = {
        "a page of a proxy": "<html>log in</html>",
        "a body cut short": '{"cut',
        "200 with an error inside": '{"status":"error","message":"no","errorMessages":["no"],"category":"X"}',
        "204": "",
    }
    status = 204 if variant == "204" else 200 if variant in bodies else int(variant)
    rig.stand.fault(
        Rule(
            rig.stand.kind,
            "status",
            path=rig.stand.paging.path,
            times=ALWAYS,
            status=status,
            body=bodies.get(variant, '{"message":"no"}'),
        )
    )
    manifest = rig.pull_main()
    assert manifest.status != "complete"
    assert manifest.watermark is None
    assert manifest.reason
    assert manifest.status == "not_permitted" or variant not in {"401", "403"}
    assert rig.wrong() == []


@pytest.mark.case(
    TROUBLE,
    "trouble on a later page keeps what was read, moves no watermark and is made good",
    needs=("network", "paging"),
)
def test_trouble_on_a_later_page_is_partial(rig: Rig) -> None:
    _fill(rig.stand, 250)
    listings: list[Asked] = []

    def go_down(asked: Asked) -> None:
        if re.search(rig.stand.paging.path, asked.path):
            listings.append(asked)
        if len(listings) == 2:
            rig.stand.fault(Rule(rig.stand.kind, "down"))

    rig.stand.wire.before.append(go_down)
    manifest = rig.pull_main()
    assert manifest.status == ("partial" if manifest.records else "failed")
    assert manifest.watermark is None
    rig.stand.wire.reset()
    rig.stand.mend()
    rig.restart()
    assert rig.pull_main().status == "complete"
    assert rig.wrong() == []


@pytest.mark.case(TROUBLE, "no reason, advice or log holds what the vendor answered", needs=("network",))
@pytest.mark.parametrize("variant", ["401", "403", "404", "429", "500", "200"])
def test_nothing_of_an_answer_leaks(rig: Rig, variant: str, capfd: pytest.CaptureFixture[str]) -> None:
    canary = "canary@secret.example"
    body = f'[{{"message":"{canary}","errorCode":"{canary}","errors":{{"{canary}":"{canary}"}}}}]'
    rig.stand.fault(Rule(rig.stand.kind, "status", times=ALWAYS, status=int(variant), body=body))
    texts = [f"{manifest.reason} {manifest.advice}" for manifest in rig.read().values()]
    printed = capfd.readouterr()
    secrets = [*rig.stand.environ().values(), "canary"]
    for text in (*texts, printed.out, printed.err):
        assert not [secret for secret in secrets if secret in text]


@pytest.mark.case(
    TROUBLE, "a field that is needed and hidden makes the stream partial and names itself", needs=("hidden field",)
)
def test_hidden_field_is_named(rig: Rig) -> None:
    _fill(rig.stand, 3)
    rig.stand.spoil("hidden field")
    manifest = rig.pull_main()
    assert manifest.status == "partial"
    assert manifest.missing_fields
    assert manifest.missing_fields[0] in manifest.reason + manifest.advice


@pytest.mark.case(TROUBLE, "a kind of record that is hidden is not permitted, never empty", needs=("hidden object",))
def test_hidden_object_is_not_permitted(rig: Rig) -> None:
    made = _fill(rig.stand, 3)
    assert rig.pull_main().status == "complete"
    rig.stand.spoil("hidden object")
    manifest = rig.pull_main()
    assert manifest.status == "not_permitted"
    assert manifest.advice
    row = rig.row(rig.main, made[0])
    assert row is not None
    assert row.deletion is None
