# ruff: noqa: ANN401 - a builder passes any field on
from __future__ import annotations

import json
import resource
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from atlas_sync.errors import ConfigError
from atlas_sync.operations.extract import extract

PEOPLE = [
    {"name": "Lena Wirth", "email": "lena@kestrel.example", "side": "us", "title": "Account Director"},
    {"name": "Jens Brandt", "email": "jens@hallmann.example", "side": "customer", "title": "Head of E-Commerce"},
]


def document(number: int, body: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"c01-d{number}",
        "engagement_id": "c01",
        "kind": "email",
        "format": "text",
        "at": f"2026-01-{12 + number:02}T10:00:00+01:00",
        "subject": "Offer",
        "participants": PEOPLE,
        "author": "Lena Wirth",
        "body": body,
    } | changes


def found(tmp_path: Path, *lines: Mapping[str, Any] | str, explain: bool = False) -> list[dict[str, Any]]:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    extract(source, target, explain=explain)
    return [json.loads(line) for line in target.read_text().splitlines()]


def test_a_promise_comes_out_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    body = "Hello,\n\nWe will have you live on the new platform by 10 April.\n\nBest\nLena"
    ((promise,),) = (row["promises"] for row in found(tmp_path, document(1, body)))
    assert body[promise["start"] : promise["end"]] == promise["quote"]
    assert promise["pid"] == f"c01-d1:{promise['start']}"
    assert {name: promise[name] for name in ("side", "promised_by", "due_text", "due_date", "status", "same_as")} == {
        "side": "us",
        "promised_by": "Lena Wirth",
        "due_text": "by 10 April",
        "due_date": "2026-04-10",
        "status": "open",
        "same_as": None,
    }


def test_lines_in_any_order_are_told_in_order_of_time(tmp_path: Path) -> None:
    first = document(1, "We will have you live on the new platform by 10 April.")
    second = document(2, "We will have you live on the new platform by 24 April, not 10 April.")
    other = document(1, "We will send you the report by Friday.", id="c02-d1", engagement_id="c02")
    rows = {row["id"]: row for row in found(tmp_path, second, other, first)}
    (moved,) = rows["c01-d2"]["promises"]
    assert moved["same_as"] == rows["c01-d1"]["promises"][0]["pid"]
    assert moved["status"] == "renegotiated"
    assert rows["c02-d1"]["promises"][0]["same_as"] is None


def test_a_lone_sentence_is_a_document(tmp_path: Path) -> None:
    rows = found(
        tmp_path,
        {"id": "s1", "channel": "email", "speaker_side": "us", "text": "We will send you the report by 10 April."},
        {"id": "s2", "kind": "email", "speaker_side": "us", "body": "We will send you the report by 10 April."},
        {"body": "We will send you the report by 10 April."},
    )
    assert [row["id"] for row in rows] == ["s1", "s2", "line 3"]
    assert [len(row["promises"]) for row in rows] == [1, 1, 1]
    assert [row["promises"][0]["needs_review"] for row in rows] == [False, False, True]
    assert rows[0]["promises"][0]["due_date"] is None


def test_a_bad_line_is_named_and_the_others_go_out(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    good = json.dumps(document(1, "We will send you the report by Friday."))
    lines = [
        good,
        "{not json",
        '{"id": "x"}',
        '{"body": 3}',
        '{"body": "a", "kind": "fax"}',
        '{"body": "a", "at": "soon"}',
        "",
        "[1]",
        good.replace("c01-d1", "c01-d9"),
    ]
    source.write_bytes("\n".join(lines).encode() + b'\n{"body": "\xff"}\n')
    done = extract(source, target, explain=False)
    assert done.documents == 2
    assert [bad.line for bad in done.bad] == [2, 3, 4, 5, 6, 8, 10]
    assert str(done.bad[0]) == f"{source}:2: not JSON"
    assert "`body` nor `text`" in str(done.bad[1])
    assert "fax" not in " ".join(str(bad) for bad in done.bad)


def test_a_byte_order_mark_loses_no_line_and_another_encoding_is_named(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    body = json.dumps(document(1, "We will send you the report by Friday.", author="Anna")).encode()
    source.write_bytes(
        b"\xef\xbb\xbf%b\n%b\n%b\n" % (body, body.replace(b"Anna", b"K\xf6ln"), body.replace(b"send", b"s\xf6nd"))
    )
    done = extract(source, tmp_path / "out.jsonl", explain=False)
    assert (done.documents, done.promises) == (1, 1)
    assert [str(bad) for bad in done.bad] == [f"{source}:2: not UTF-8", f"{source}:3: not UTF-8"]


def test_people_of_other_documents_of_the_engagement_are_known(tmp_path: Path) -> None:
    first = document(1, "Jens: we like it.", kind="call", author=None, participants=PEOPLE[:1])
    rows = found(tmp_path, first, document(2, "Hello"), explain=True)
    assert [unit["side"] for unit in rows[0]["units"]] == ["customer"]


def test_explain_tells_rules_and_zones(tmp_path: Path) -> None:
    body = "We will send the report by Friday.\n\nOn Mon, 12 Jan 2026, Jens wrote:\n> We will pay."
    (row,) = found(tmp_path, document(1, body), explain=True)
    assert row["promises"][0]["rule"]
    assert [unit["zone"] for unit in row["units"]] == ["new", "quoted"]


def test_a_target_is_whole_or_as_it_was(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "missing" / "out.jsonl"
    source.write_text(json.dumps(document(1, "Hello.")))
    with pytest.raises(ConfigError, match="cannot be written"):
        extract(source, target, explain=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl"]


@pytest.mark.soak
def test_memory_does_not_grow_with_the_documents(tmp_path: Path) -> None:
    """Ten times the documents take a few more MB for their places, not for their 10 MB of texts."""
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"

    def peak(count: int) -> int:
        with source.open("w") as file:
            for number in range(count):
                body = f"{number} " + "x" * 40_000
                file.write(json.dumps({"id": str(number), "engagement_id": str(number), "body": body}) + "\n")
        extract(source, target, explain=False)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    small = peak(25)
    assert peak(250) - small < 5_000


def test_output_is_the_documented_shape(tmp_path: Path) -> None:
    (row,) = found(tmp_path, document(1, "We will send you the report by Friday."))
    assert list(row) == [
        *("id", "promises", "conditional", "non_commitments", "customer_obligations", "why", "scope", "stakeholders")
    ]
    wanted = "quote start end side promised_by type due_text due_date status same_as confidence needs_review"
    assert set(wanted.split()) <= set(row["promises"][0])
    assert date.fromisoformat(row["promises"][0]["due_date"]) == date(2026, 1, 16)
