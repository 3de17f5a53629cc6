from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from atlas_sync.operations.introductions import introducing
from atlas_sync.operations.workspace import Caps
from atlas_sync.store.ledger import Ledger
from tests.hostile.play import Stage


def test_whom_a_run_that_was_cut_short_did_not_introduce_is_remembered_until_a_later_run_does(stage: Stage) -> None:
    stage.delivery = replace(stage.delivery, caps=Caps(run=2))
    begun = stage.time.now()
    waiting = []
    for _turn in range(3):
        stage.run(stage.writers[0])
        stage.wire.pass_time(60)
        with closing(Ledger(stage.writers[0].ledger_url)) as ledger:
            waiting.append(set(introducing(ledger)))
    assert waiting == [{"sta_one"}, {"sta_one"}, set()]
    with closing(Ledger(stage.writers[0].ledger_url)) as ledger:
        assert len(ledger.steps(action="introduce")) == 1
        assert not introducing(ledger, begun - timedelta(seconds=1))
        assert set(introducing(ledger, begun + timedelta(seconds=30))) == {"sta_one"}
