"""Four kinds of going away, each by its evidence: deleted, archived, merged, not visible any more."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from atlas_sync.canonical.observed import Observed, ObservedClient, ObservedPerson
from atlas_sync.connectors.protocol import Sweeper
from atlas_sync.connectors.salesforce import SalesforceMapper
from atlas_sync.connectors.salesforce.fields import STREAMS
from tests.connectors.salesforce.conftest import Stage
from tests.sandbox.salesforce.rig import NOW


def _swept(stage: Stage, stream: str) -> list[str]:
    *before, last = stage.reader().sweep(stream)
    assert last.proof.startswith("done: true")
    assert all(record.body == b"" for page in (*before, last) for record in page.records)
    return [record.id for page in (*before, last) for record in page.records]


def _looked_up(stage: Stage, stream: str, *ids: str) -> list[Observed]:
    mapper = SalesforceMapper("crm", stage.settings)
    pages = list(stage.reader().look_up(stream, ids))
    assert pages[-1].proof
    return [
        row
        for page in pages
        for record in page.records
        for row in mapper.map_record(stream, msgspec.json.decode(record.body))
    ]


def _what_became(stage: Stage, stream: str, key: str) -> str | None:
    (row,) = _looked_up(stage, stream, key)
    assert row.source.endswith(key)
    return row.deletion


def test_reader_is_a_sweeper(stage: Stage) -> None:
    assert isinstance(stage.reader(), Sweeper)


@pytest.mark.parametrize("stream", [spec.name for spec in STREAMS if spec.mode == "increment"])
def test_sweep_lists_what_a_whole_read_lists(stage: Stage, stream: str) -> None:
    deals = stage.ids("deals")
    assert sorted(set(_swept(stage, stream))) == sorted(stage.ids(stream, deals=deals))


def test_roles_are_not_swept_since_every_run_reads_them_whole(stage: Stage) -> None:
    assert list(stage.reader().sweep("roles")) == []


def test_sweep_survives_lost_sessions(stage: Stage) -> None:
    whole = _swept(stage, "tasks")
    found: list[str] = []
    for page in stage.reader().sweep("tasks"):
        found += [record.id for record in page.records]
        stage.wire.sandbox.end_sessions()
    assert found == whole


def test_deleted_record_is_in_the_next_increment_and_in_no_sweep(stage: Stage) -> None:
    key = stage.make("Contact", LastName="Quill")
    stage.later(hours=1)
    stage.wire.call("DELETE", f"sobjects/Contact/{key}")
    assert [row.deletion for row in stage.read("persons", NOW + timedelta(minutes=30))] == ["deleted"]
    assert key not in _swept(stage, "persons")
    assert _what_became(stage, "persons", key) == "deleted"


def test_record_that_left_the_recycle_bin_is_deleted_by_the_log(stage: Stage) -> None:
    key = stage.make("Contact", LastName="Quill")
    stage.wire.call("DELETE", f"sobjects/Contact/{key}")
    stage.org.purge("Contact", key)
    stage.later(days=10)
    assert key not in stage.ids("persons")
    assert key not in _swept(stage, "persons")
    assert _what_became(stage, "persons", key) == "deleted"


def test_record_that_came_back_from_the_bin_is_read_again(stage: Stage) -> None:
    key = stage.make("Contact", LastName="Quill")
    stage.wire.call("DELETE", f"sobjects/Contact/{key}")
    stage.later(hours=1)
    stage.org.undelete("Contact", key, at=stage.wire.clock.now())
    (back,) = stage.read("persons", NOW + timedelta(minutes=30))
    assert (back.source, back.deletion) == (f"crm:person:{key}", None)
    assert key in _swept(stage, "persons")


def test_erased_record_without_a_trace_is_found_by_the_sweep_and_never_called_deleted(stage: Stage) -> None:
    key = stage.make("Contact", LastName="Quill")
    stage.org.store.forget("Contact", key)
    assert stage.read("persons", NOW) == []
    assert key not in _swept(stage, "persons")
    assert _what_became(stage, "persons", key) == "not_visible"


@pytest.mark.parametrize(("stream", "thing"), [("deals", "Opportunity"), ("notes", "ContentDocument")])
def test_record_that_is_no_longer_shared_is_not_visible(stage: Stage, stream: str, thing: str) -> None:
    key = stage.id_of(thing)
    for link in stage.org.store.rows("ContentDocumentLink"):  # whoever cannot see a file sees no link to it
        if link["ContentDocumentId"] == key:
            stage.org.store.hide(str(link["Id"]))
    stage.org.store.hide(key)
    assert key not in _swept(stage, stream)
    assert _what_became(stage, stream, key) == "not_visible"
    stage.org.store.show(key)
    assert _what_became(stage, stream, key) is None


def test_log_of_deletions_older_than_a_fortnight_proves_nothing(stage: Stage) -> None:
    key = stage.make("Contact", LastName="Quill")
    stage.wire.call("DELETE", f"sobjects/Contact/{key}")
    stage.org.purge("Contact", key)
    stage.later(days=16)
    assert _what_became(stage, "persons", key) == "not_visible"


@pytest.mark.parametrize("code", ["INVALID_REPLICATION_DATE", "EXCEEDED_ID_LIMIT"])
def test_log_that_cannot_be_had_proves_nothing(stage: Stage, code: str) -> None:
    key = stage.make("Contact", LastName="Quill")
    stage.wire.call("DELETE", f"sobjects/Contact/{key}")
    stage.org.purge("Contact", key)
    stage.fault("status", "/deleted", status=400, body=f'[{{"errorCode":"{code}","message":"no"}}]')
    assert _what_became(stage, "persons", key) == "not_visible"


@pytest.mark.parametrize(
    ("stream", "thing", "fields", "kind"),
    [
        ("clients", "Account", {"Name": "Pier Group"}, ObservedClient),
        ("persons", "Contact", {"LastName": "O'Neil"}, ObservedPerson),
    ],
)
def test_loser_of_a_merge_names_the_survivor(
    stage: Stage, stream: str, thing: str, fields: dict[str, str], kind: type[ObservedClient | ObservedPerson]
) -> None:
    loser, winner = stage.id_of(thing), stage.make(thing, **fields)
    stage.later(hours=1)
    stage.org.merge(thing, winner, loser, at=stage.wire.clock.now())
    rows = {row.source: row for row in stage.read(stream, NOW + timedelta(minutes=30)) if isinstance(row, kind)}
    prefix = f"crm:{stream.removesuffix('s')}:"
    lost = rows[prefix + loser]
    assert (lost.deletion, lost.merged_into) == ("merged", prefix + winner)
    assert rows[prefix + winner].deletion is None
    (again,) = _looked_up(stage, stream, loser)
    assert again == lost


def test_roles_of_a_merged_person_are_the_survivors_though_nothing_stamped_them(stage: Stage) -> None:
    loser, winner = stage.id_of("Contact"), stage.make("Contact", LastName="O'Neil")
    stage.org.merge("Contact", winner, loser, at=stage.wire.clock.now())
    persons = [row.person for row in stage.read("roles")]  # type: ignore[attr-defined]  # roles name persons
    assert f"crm:person:{winner}" in persons
    assert f"crm:person:{loser}" not in persons


def test_archived_activity_is_neither_gone_nor_missing(stage: Stage) -> None:
    (old,) = [
        str(row["Id"]) for row in stage.wire.rows("SELECT Id FROM Task WHERE Subject = 'Old call'", everything=True)
    ]
    assert stage.wire.rows("SELECT Id FROM Task WHERE Subject = 'Old call'") == []
    assert old in _swept(stage, "tasks")
    assert _what_became(stage, "tasks", old) is None


def test_many_ids_are_looked_up_in_few_calls(stage: Stage) -> None:
    known = stage.ids("persons")
    lost = [f"0035e00000AA{n:03d}ZZZ" for n in range(700)]
    reader = stage.reader()
    pages = list(reader.look_up("persons", [*known, *lost]))
    found = [record.id for page in pages for record in page.records]
    assert sorted(found) == sorted([*known, *lost])
    assert reader._client.transport.calls == 6  # log-in, describe, three queries by id, the log of deletions


def test_hidden_log_leaves_ids_to_the_evidence_of_the_query(stage: Stage) -> None:
    stage.fault("status", "/deleted", status=404, body='[{"errorCode":"NOT_FOUND","message":"no"}]')
    assert _what_became(stage, "persons", "0035e00000AA999ZZZ") == "not_visible"
