from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

import pytest

from atlas_sync.connectors.rows import cell, columns, places, rows
from atlas_sync.errors import AccessError, ContractError

TABLE = "Id,Name\n1,Müller & Søn\n2,Ana\n"
READ = [(2, {"Id": "1", "Name": "Müller & Søn"}), (3, {"Id": "2", "Name": "Ana"})]


def _rows(folder: Path, name: str, content: bytes) -> list[tuple[int, object]]:
    path = folder / name
    path.write_bytes(content)
    return list(rows(path, encoding="cp1252"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_table_is_read_whatever_wrote_it(tmp_path: Path, encoding: str, delimiter: str, end: str) -> None:
    text = TABLE.replace(",", delimiter).replace("\n", end)
    assert _rows(tmp_path, "deals.csv", text.encode(encoding)) == READ


@pytest.mark.parametrize(
    ("lines", "others"),
    [
        ([b"1,S\xc3\xb8ren", b"2,Caf\xe9"], [3]),
        ([b"1,S\xf8ren", b"2,Caf\xe9"], []),
        ([b"1,Ana", b"2,Caf\xe9"], []),
        ([b"1,S\xf8ren", b"2,Caf\xe9", b"3,M\xc3\xbcller", b"4,Ana"], [4]),
        ([b"1,Gr\xfc\xdfe \x93Spa\xdf\x94", b"2,S\xf8ren"], []),
        ([b"1,\x93Spa\xdf\x94", b"2,S\xf8ren"], []),
        ([b"1,Spa\xdf\x94", b"2,S\xf8ren", b"3,Caf\xe9"], []),
        (["1,Αθήνα".encode(), "2,王小明".encode(), b"3,Caf\xe9"], [4]),
        ([b'1,"S\xc3\xb8ren\nCaf\xe9\nM\xc3\xbcller"', b"2,M\xc3\xbcller"], [4]),
    ],
)
def test_row_in_another_encoding_than_most_is_odd(tmp_path: Path, lines: list[bytes], others: list[int]) -> None:
    found = _rows(tmp_path, "a.csv", b"\n".join([b"Id,Name", *lines, b""]))
    assert [line for line, row in found if row == "in another encoding than the rest of its file"] == others
    kept = "".join(row["Name"] for _line, row in found if isinstance(row, dict))
    assert len(found) == len(lines)
    assert "\xc3" not in kept
    assert kept.encode()


def test_byte_that_is_no_utf_8_is_odd_behind_its_mark(tmp_path: Path) -> None:
    found = _rows(tmp_path, "a.csv", b"\xef\xbb\xbfId,Name\n1,Caf\xe9\n2,\xc9t\xe9\n3,Ana\n")
    assert [isinstance(row, str) for _line, row in found] == [True, True, False]


def test_header_in_another_encoding_than_most_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="in another encoding"):
        _rows(tmp_path, "a.csv", b"Id,Gr\xf6\xdfe\n1,S\xc3\xb8ren\n")


def test_first_line_of_excel_names_the_delimiter(tmp_path: Path) -> None:
    assert _rows(tmp_path, "a.csv", b"sep=;\nId;Name, all of it\n1;x\n") == [(3, {"Id": "1", "Name, all of it": "x"})]


def test_columns_of_one_name_are_told_apart_by_their_place(tmp_path: Path) -> None:
    found = _rows(tmp_path, "a.csv", b"Id,Name,Name ,\n1,a,b,\n")
    assert found == [(2, {"Id": "1", "Name (column 2)": "a", "Name (column 3)": "b", "": ""})]
    shown = columns(tmp_path / "a.csv", encoding="cp1252")
    assert places("Name", shown) == ("Name (column 2)", "Name (column 3)")
    assert places("Id", shown) == ()


def test_cell_may_hold_delimiters_quotes_and_lines(tmp_path: Path) -> None:
    found = _rows(tmp_path, "a.csv", b'Id,Body\n1,"a, ""b""\nand c"\n2,d\n')
    assert found == [(3, {"Id": "1", "Body": 'a, "b"\nand c'}), (4, {"Id": "2", "Body": "d"})]


def test_long_cell_is_read(tmp_path: Path) -> None:
    body = "x" * 500_000
    assert _rows(tmp_path, "a.csv", f"Id,Body\n1,{body}\n".encode()) == [(2, {"Id": "1", "Body": body})]


def test_odd_row_is_told_with_its_line_and_the_rest_is_read(tmp_path: Path) -> None:
    found = _rows(tmp_path, "a.csv", b'Id,Name\n1,a\n2,b,c\n\n3,"d"e\n4,f\n')
    assert found[0] == (2, {"Id": "1", "Name": "a"})
    assert found[1] == (3, "3 cells for 2 columns")
    assert found[2] == (5, "a quote in the wrong place")
    assert found[3] == (6, {"Id": "4", "Name": "f"})


def test_quote_that_is_never_closed_is_no_end(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="cut off"):
        _rows(tmp_path, "a.csv", b'Id,Name\n1,a\n2,"b\n3,c\n')


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.json", b""),
        ("a.ndjson", b""),
        ("a.jsonl", b"\n"),
        ("a.json", b'[{"Id": 1}, {"I'),
        ("a.json", b'{"Id": 1}'),
        ("a.json", b'{"a": [], "b": []}'),
    ],
)
def test_file_without_a_provable_end_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(ContractError):
        _rows(tmp_path, name, content)
    with pytest.raises(ContractError, match="Export it again"):
        columns(tmp_path / name, encoding="cp1252")


@pytest.mark.parametrize("look", [columns, rows])
def test_file_that_may_not_be_read_waits_for_a_permission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: Callable[..., Iterable[object]]
) -> None:
    def refuse(*_path: object, **_how: object) -> NoReturn:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(AccessError, match=r"a\.csv may not be read"):
        list(look(tmp_path / "a.csv", encoding="cp1252"))


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.ndjson"])
@pytest.mark.parametrize("look", [columns, rows])
def test_what_is_no_file_is_named(tmp_path: Path, name: str, look: Callable[..., Iterable[object]]) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(ContractError, match=r"cannot be opened: Is a directory\. Put the export itself"):
        list(look(tmp_path / name, encoding="cp1252"))
    (tmp_path / name).rmdir()
    (tmp_path / name).symlink_to(tmp_path / "gone")
    with pytest.raises(ContractError, match="cannot be opened: No such file"):
        list(look(tmp_path / name, encoding="cp1252"))


def test_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    assert _rows(tmp_path, "a.csv", b"Id,Name\n") == []
    assert columns(tmp_path / "a.csv", encoding="cp1252") == {"Id", "Name"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b'[{"id": 1}, 2, {"id": 3}]'),
        ("a.json", b'\xef\xbb\xbf{"total": 3, "results": [{"id": 1}, 2, {"id": 3}]}'),
        ("a.ndjson", b'{"id": 1}\n2\n{"id": 3}\n'),
    ],
)
def test_json_is_read_by_place_and_what_is_no_object_is_odd(tmp_path: Path, name: str, content: bytes) -> None:
    assert _rows(tmp_path, name, content) == [(1, {"id": 1}), (2, "not an object"), (3, {"id": 3})]


def test_broken_line_of_json_is_odd_and_the_rest_is_read(tmp_path: Path) -> None:
    assert _rows(tmp_path, "a.jsonl", b'\n{"id": 1}\n{"id"\n{"id": 2}') == [
        (2, {"id": 1}),
        (3, "not JSON"),
        (4, {"id": 2}),
    ]


def test_cell_of_nested_json_is_found_by_its_path(tmp_path: Path) -> None:
    row = {"properties": {"dealname": "x", "blank": " "}, "a.b": 1}
    assert cell(row, "properties.dealname") == "x"
    assert cell(row, "a.b") == 1
    assert cell(row, "properties.blank") is None
    assert cell(row, "properties.gone.deep") is None
    (tmp_path / "a.json").write_bytes(b'[{"properties": {"dealname": "x"}}]')
    assert columns(tmp_path / "a.json", encoding="cp1252") == {"properties", "properties.dealname"}


@pytest.mark.parametrize("name", ["a.ndjson", "a.json"])
def test_wanted_path_is_looked_for_behind_the_first_rows(tmp_path: Path, name: str) -> None:
    lines = [*['{"id": 1, "about": {}}'] * 100, '{"about": {"deals": [7]}, "other": 1}', "{}"]
    text = "\n".join(lines) if name == "a.ndjson" else f"[{','.join(lines)}]"
    (tmp_path / name).write_text(text)
    wanted = {"id", "about.deals", "sent"}
    assert columns(tmp_path / name, encoding="cp1252", wanted=wanted) == {"id", "about", "about.deals"}
