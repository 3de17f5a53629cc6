from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from atlas_sync.canonical.observed import ObservedDeal
from atlas_sync.connectors.protocol import Page, RawRecord, StreamSpec
from atlas_sync.errors import AtlasError, TransientError
from atlas_sync.operations.canonicalize import canonicalize
from atlas_sync.operations.pull import pull
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.landing import Manifest
from atlas_sync.store.ledger import Intent, WriteStep
from atlas_sync.store.warehouse import open_warehouse
from tests.factories import NOW, TellingReader, workspace_of

DEALS = StreamSpec("deals", "increment", ("deal", "tracker"))


class SweepingReader(TellingReader):
    """Lists the ids a test names, and says of single ones what the test says."""

    def __init__(self) -> None:
        super().__init__(DEALS)
        self.visible: list[str] = []
        self.proof = "listed to the end"
        self.answers: dict[str, dict[str, object]] = {}
        self.trouble: AtlasError | None = None
        self.sweeps = 0
        self.cannot_list = False
        self.asked: list[str] = []

    def sweep(self, stream: str) -> Iterator[Page]:  # noqa: ARG002 - there is one stream
        self.sweeps += 1
        if self.cannot_list:
            return
        yield Page(tuple(RawRecord(remote_id, b"") for remote_id in self.visible), proof=self.proof)

    def look_up(self, stream: str, ids: Sequence[str]) -> Iterator[Page]:  # noqa: ARG002 - there is one stream
        self.asked += ids
        found = [RawRecord(one, msgspec.json.encode(self.answers[one])) for one in ids if one in self.answers]
        yield Page(tuple(found), proof="asked each")
        if self.trouble is not None:
            raise self.trouble


class Days:
    """Pulls once a day and takes in what came."""

    def __init__(self, home: Path, reader: SweepingReader) -> None:
        self.reader = reader
        self._home = home
        self._at = NOW

    def pull(self, *, hours: float = 25) -> Manifest:
        self._at += timedelta(hours=hours)
        workspace: Workspace = replace(workspace_of(self._home, self.reader, role="tracker"), now=lambda: self._at)
        manifest = pull(workspace, self._at.strftime("%Y%m%dT%H%M"))[0]
        with open_warehouse(self._home) as warehouse:
            canonicalize(workspace, warehouse)
            self.deals = {deal.source.rpartition(":")[2]: deal.deletion for deal in warehouse.select(ObservedDeal)}
        return manifest

    def take_away(self, *ids: str, action: str = "undo", system: str = "crm", hours: float = 0.5) -> None:
        """Write down that we removed items, so many hours after the last pull."""
        with closing(workspace_of(self._home, self.reader).open_ledger()) as ledger:
            for one in ids:
                made = Intent(f"atlas-{one}", system, "TD", "eng_1", "prm_1", "promise", "undone", "plan_1")
                at = self._at + timedelta(hours=hours)
                ledger.record(made, WriteStep("run_2", made.marker, action, "removed", one, "run_1", at=at))


@pytest.fixture
def days(tmp_path: Path) -> Days:
    reader = SweepingReader()
    reader.records["deals"] = [{"id": str(number), "name": "a"} for number in range(1, 5)]
    reader.visible = ["1", "2", "3", "4"]
    made = Days(tmp_path, reader)
    assert made.pull().sweep == "read from the beginning"
    reader.records["deals"] = []
    return made


def test_ids_are_listed_when_it_is_time_and_not_on_every_run(days: Days) -> None:
    assert days.reader.sweeps == 0
    for hours in (1, 22, 2, 1):
        days.pull(hours=hours)
    assert days.reader.sweeps == 1


def test_erasure_without_a_trace_is_found_and_called_not_visible(days: Days) -> None:
    days.reader.visible = ["1", "2", "3"]
    manifest = days.pull()
    assert (manifest.status, manifest.records) == ("complete", 0)
    assert manifest.sweep == "listed to the end; 1 of 4 not listed, 1 looked up, 1 unexplained"
    assert days.deals == {"1": None, "2": None, "3": None, "4": "not_visible"}


def test_missing_record_is_what_the_look_up_says_of_it(days: Days) -> None:
    days.reader.visible = ["1"]
    days.reader.answers = {
        "2": {"id": "2", "gone": "deleted"},
        "3": {"id": "3", "gone": "archived"},
        "4": {"id": "4", "name": "here after all"},
    }
    days.pull()
    assert days.deals == {"1": None, "2": "deleted", "3": "archived", "4": None}


def test_what_is_known_to_be_gone_is_not_asked_about_again(days: Days) -> None:
    days.reader.visible = ["1", "2"]
    days.reader.answers = {"3": {"id": "3", "gone": "deleted"}}
    days.pull()
    days.pull()
    assert (days.reader.sweeps, days.reader.asked) == (2, ["3", "4"])


def test_record_that_is_listed_again_is_read_again(days: Days) -> None:
    days.reader.visible = ["1", "2", "3"]
    days.pull()
    days.reader.visible = ["1", "2", "3", "4"]
    days.reader.answers = {"4": {"id": "4", "name": "a"}}
    days.pull()
    assert days.deals["4"] is None
    days.reader.visible = ["1", "2", "3"]
    days.reader.answers = {}
    days.pull()
    assert days.deals["4"] == "not_visible"


def test_listing_without_a_proof_claims_nothing_and_is_tried_again(days: Days) -> None:
    days.reader.visible, days.reader.proof = ["1"], ""
    manifest = days.pull()
    assert (manifest.status, manifest.swept, days.reader.asked) == ("complete", None, [])
    assert "nothing was concluded" in manifest.sweep
    assert set(days.deals.values()) == {None}
    days.reader.proof = "listed"
    days.pull(hours=1)
    assert days.deals["4"] == "not_visible"


def test_stream_that_cannot_be_listed_concludes_nothing_and_complains_of_nothing(days: Days) -> None:
    days.reader.records["deals"] = [{"id": "1", "name": "a"}]
    days.pull()
    days.reader.cannot_list = True
    manifest = days.pull()
    assert (manifest.status, manifest.sweep, manifest.swept) == ("complete", "", None)
    assert days.reader.asked == []


def test_look_up_that_breaks_off_claims_only_what_was_answered(days: Days) -> None:
    days.reader.visible = ["1"]
    days.reader.answers = {"2": {"id": "2", "gone": "deleted"}}
    days.reader.trouble = TransientError("down")
    assert "nothing was concluded" in days.pull().sweep
    assert days.deals == {"1": None, "2": "deleted", "3": None, "4": None}
    days.reader.trouble = None
    days.pull(hours=1)
    assert days.deals == {"1": None, "2": "deleted", "3": "not_visible", "4": "not_visible"}


def test_record_read_a_moment_ago_is_not_called_invisible(days: Days) -> None:
    days.reader.visible = ["1", "2", "3"]
    days.reader.records["deals"] = [{"id": "4", "name": "b"}]
    days.pull()
    assert days.deals["4"] is None
    days.reader.records["deals"] = []
    days.pull()
    assert days.deals["4"] == "not_visible"


def test_what_we_took_away_ourselves_is_looked_up_on_the_next_run_and_once(days: Days) -> None:
    days.take_away("2")
    days.take_away("3", action="remove")
    days.reader.answers = {"2": {"id": "2", "gone": "deleted"}}
    days.take_away("4", system="another")
    days.take_away("1", hours=-1)  # its listing came later
    days.take_away("9")  # it was never read
    manifest = days.pull(hours=1)
    assert days.pull(hours=1).sweep == ""
    assert (days.reader.sweeps, days.reader.asked, manifest.swept) == (0, ["2", "3"], None)
    assert days.deals == {"1": None, "2": "deleted", "3": "not_visible", "4": None}


def test_what_we_took_away_and_a_listing_still_shows_is_looked_up_too(days: Days) -> None:
    days.take_away("4")
    days.reader.answers = {"4": {"id": "4", "gone": "deleted"}}
    assert days.pull().swept
    assert days.deals == {"1": None, "2": None, "3": None, "4": "deleted"}


def test_what_has_the_id_of_what_we_took_away_stays(days: Days) -> None:
    days.take_away("4")
    days.reader.answers = {"4": {"id": "4", "name": "another"}}
    days.pull(hours=1)
    assert set(days.deals.values()) == {None}


def test_stream_that_was_not_read_to_its_end_is_not_swept(days: Days) -> None:
    days.reader.failures["deals"] = TransientError("down")
    days.reader.visible = []
    days.pull()
    assert days.reader.sweeps == 0
    assert set(days.deals.values()) == {None}
