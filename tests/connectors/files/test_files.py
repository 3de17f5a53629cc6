"""The connector as a whole: what it reads of a folder, what a row becomes, and what it refuses."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from atlas_sync.canonical.observed import Observed, ObservedDeal, ObservedInteraction, ObservedRole
from atlas_sync.connectors import files
from atlas_sync.connectors.files import FilesMapper, FilesReader, FilesSettings
from atlas_sync.connectors.protocol import FieldReport, Page, ReadRequest
from atlas_sync.errors import ContractError, MappingError, TransientError

DEALS = {
    "files": "deals*.csv",
    "id": ["Id"],
    "columns": {"name": "Name", "stage": "Stage", "amount": "Amount", "close_date": "Close", "client": "Account"},
}
ROLES = {
    "files": "roles.json",
    "id": ["deal", "contact"],
    "columns": {"deal": "deal", "person": "contact", "role": "as"},
}
MAILS = {
    "files": "mails.ndjson",
    "id": ["id"],
    "columns": {"at": "sent", "subject": "subject", "body": "text", "author": "from", "deals": "about.deals"},
}


def _settings(folder: Path, **streams: object) -> FilesSettings:
    return FilesSettings.model_validate({"folder": folder, "streams": streams or {"deals": DEALS}})


def _pages(settings: FilesSettings, stream: str) -> list[Page]:
    return list(FilesReader(settings).read(ReadRequest(stream)))


def _observed(settings: FilesSettings, stream: str) -> list[Observed]:
    records = (record for page in _pages(settings, stream) for record in page.records)
    mapper = FilesMapper("export", settings)
    return [row for record in records for row in mapper.map_record(stream, msgspec.json.decode(record.body))]


def test_stream_is_mapped_by_the_settings_that_its_rows_follow(tmp_path: Path) -> None:
    def told(**more: object) -> list[object]:
        given = {"folder": tmp_path, "streams": {"deals": DEALS, "roles": ROLES}, **more}
        mapper = FilesMapper("export", FilesSettings.model_validate(given))
        return [mapper.mapped_by(stream) for stream in ("deals", "roles", "notes")]

    assert told(won=["Won", "Closed"], encoding="utf-8") == told(won=["Closed", "Won"])
    assert told(won=["Signed"]) != told()
    assert told(timezone="Europe/Lisbon") != told()
    renamed = {**DEALS, "columns": {**DEALS["columns"], "owner": "Owner"}}  # type: ignore[dict-item]  # a table
    assert told(streams={"deals": renamed, "roles": ROLES})[1:] == told()[1:]
    assert told(streams={"deals": renamed, "roles": ROLES})[0] != told()[0]


def test_deal_is_read_from_a_table(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(
        "Id,Name,Stage,Amount,Close,Account\n7,Nordhavn,closed won,1200.50,1/7/2026,A1\n"
    )
    assert _observed(_settings(tmp_path), "deals") == [
        ObservedDeal(
            source="export:deal:7",
            name="Nordhavn",
            stage="won",
            stage_label="closed won",
            amount=Decimal("1200.50"),
            close_date=date(2026, 7, 1),
            client="export:client:A1",
        )
    ]


def test_role_is_told_by_both_its_ends(tmp_path: Path) -> None:
    (tmp_path / "roles.json").write_text('[{"deal": 7, "contact": "c1", "as": "Decision Maker"}]')
    assert _observed(_settings(tmp_path, roles=ROLES), "roles") == [
        ObservedRole(source="export:role:7/c1", deal="export:deal:7", person="export:person:c1", role="Decision Maker")
    ]


def test_mail_is_read_from_lines_of_json(tmp_path: Path) -> None:
    mail = '{"id": 1, "sent": "2026-06-01T08:00:00Z", "text": "Hello", "from": "ana@kilbride.example", "about": {"deals": [7]}}'
    (tmp_path / "mails.ndjson").write_text(mail)
    (found,) = _observed(_settings(tmp_path, emails=MAILS), "emails")
    assert isinstance(found, ObservedInteraction)
    assert (found.kind, found.at, found.body) == ("email", datetime(2026, 6, 1, 8, tzinfo=UTC), "Hello")
    assert found.deals == ("export:deal:7",)


def test_newest_full_dump_replaces_the_others(tmp_path: Path) -> None:
    for day, name in (("2026-06-01", "Old"), ("2026-06-02", "New")):
        (tmp_path / f"deals {day}.csv").write_text(f"Id,Name,Stage,Amount,Close,Account\n{day},{name},Open,,,\n")
    assert [row.source for row in _observed(_settings(tmp_path), "deals")] == [
        "export:deal:2026-06-01",
        "export:deal:2026-06-02",
    ]
    newest = _settings(tmp_path, deals={**DEALS, "take": "newest"})
    assert [row.source for row in _observed(newest, "deals")] == ["export:deal:2026-06-02"]


def test_last_page_proves_the_end(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("Id,Name,Stage,Amount,Close,Account\n" + "1,a,Open,,,\n" * 1201)
    pages = _pages(_settings(tmp_path), "deals")
    assert [len(page.records) for page in pages] == [500, 500, 201, 0]
    assert [bool(page.proof) for page in pages] == [False, False, False, True]


def test_no_file_is_no_empty_success(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"no file is called deals\*.csv"):
        _pages(_settings(tmp_path), "deals")


def test_file_that_changes_while_it_is_read_ends_the_read(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text("Id,Name,Stage,Amount,Close,Account\n1,a,Open,,,\n")
    pages = FilesReader(_settings(tmp_path)).read(ReadRequest("deals"))
    assert len(next(pages).records) == 1
    with path.open("a") as file:
        file.write("2,b,Open,,,\n")
    with pytest.raises(TransientError, match="changed while it was read"):
        next(pages)


def test_clock_is_that_of_the_newest_file(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text("Id,Name,Stage,Amount,Close,Account\n")
    os.utime(path, (0, 1_780_000_000))
    assert {page.server_time for page in _pages(_settings(tmp_path), "deals")} == {
        datetime.fromtimestamp(1_780_000_000, UTC)
    }


def test_missing_column_is_reported_and_one_that_decides_makes_the_stream_partial(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("Id,Name,Amount\n1,a,\n")
    report = FilesReader(_settings(tmp_path)).describe("deals")
    assert report.missing == ("Stage", "Close", "Account")
    assert report.required == ("Stage", "Account")
    assert report.advice == "Export the columns Stage, Close, Account too, or correct their names."


@pytest.mark.parametrize(
    ("header", "missing", "advice"),
    [
        (
            "Id,Name,Name,Stage,Account,Amount,Close",
            ("Name",),
            "export one, or map Name (column 2) or Name (column 3).",
        ),
        ("Id,Name,Stage,Account,Amount,Amount,Close", ("Amount",), "map Amount (column 5) or Amount (column 6)."),
        ("Id,Name,Stage,Account,Amount,Close,Notes,Notes,,", (), ""),
    ],
)
def test_column_that_stands_twice_is_none_where_it_is_mapped(
    tmp_path: Path, header: str, missing: tuple[str, ...], advice: str
) -> None:
    (tmp_path / "deals.csv").write_text(f"{header}\n")
    report = FilesReader(_settings(tmp_path)).describe("deals")
    assert (report.missing, report.required) == (missing, missing)
    assert report.advice.startswith("Several columns are called") == bool(missing)
    assert report.advice.endswith(advice)


def test_empty_array_lacks_no_column(tmp_path: Path) -> None:
    (tmp_path / "roles.json").write_text("[]")
    assert FilesReader(_settings(tmp_path, roles=ROLES)).describe("roles") == FieldReport((), (), "")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,a,Open,x,,", "deals.csv line 2: Amount does not hold a good amount."),
        ("1,a,Open,,soon,", "deals.csv line 2: Close does not hold a good close_date."),
        ("1,,Open,,,", "deals.csv line 2: no good name."),
        (",a,Open,,,", "deals.csv line 2: no value in Id."),
        ("1,a", "deals.csv line 2: 2 cells for 6 columns."),
    ],
)
def test_odd_row_is_refused_with_file_and_line_and_without_its_values(tmp_path: Path, row: str, reason: str) -> None:
    (tmp_path / "deals.csv").write_text(f"Id,Name,Stage,Amount,Close,Account\n{row}\n")
    with pytest.raises(MappingError) as caught:
        _observed(_settings(tmp_path), "deals")
    assert caught.value.summary == reason
    assert caught.value.path == "deals.csv line 2"


@pytest.mark.parametrize(
    "streams",
    [
        {"oddities": DEALS},
        {"deals": {**DEALS, "columns": {"name": "Name"}}},
        {"deals": {**DEALS, "columns": {**DEALS["columns"], "colour": "Colour"}}},  # type: ignore[dict-item]  # a dict
        {"deals": {**DEALS, "files": "../deals.csv"}},
        {},
    ],
)
def test_settings_that_cannot_work_are_refused(tmp_path: Path, streams: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FilesSettings.model_validate({"folder": tmp_path, "streams": streams})


def test_whole_example_is_under_150_lines() -> None:
    modules = Path(files.__file__).parent.glob("*.py")
    assert sum(len(module.read_text(encoding="utf-8").splitlines()) for module in modules) < 150


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_MAPPER = FilesMapper("export", _settings(Path(), deals=DEALS, roles=ROLES, emails=MAILS))


@example(stream="emails", cells=[None, 67_768_036_191_676_796_000, None, None, None, None])
@given(stream=st.sampled_from(["deals", "roles", "emails"]), cells=st.lists(_JSON, min_size=6, max_size=6))
def test_any_row_is_mapped_or_refused(stream: str, cells: list[Any]) -> None:
    names = ["Id", "Name", "Stage", "Amount", "Close", "Account"]
    if stream == "roles":
        names = ["deal", "contact", "as"]
    elif stream == "emails":
        names = ["id", "sent", "subject", "text", "from", "about"]
    row = dict(zip(names, cells, strict=False))
    try:
        found = _MAPPER.map_record(stream, {"file": "f", "line": 1, "row": row})
    except MappingError:
        return
    assert len(found) == 1
