from __future__ import annotations

import pytest

from atlas_sync.connectors.protocol import RawRecord
from atlas_sync.connectors.raw import raw_members, raw_records, record_id
from atlas_sync.errors import ContractError


def test_members_are_split_untouched() -> None:
    body = b'{"done":true,"records":[{"a": 1.0e5,\n"b":"x\\ny"},{"c":null}]}'
    members, rest = raw_members(body, list_name="records")
    assert members == [b'{"a":1.0e5,"b":"x\\ny"}', b'{"c":null}']
    assert rest == {"done": True}


@pytest.mark.parametrize("body", [b"[]", b'{"records": {}}', b'{"records": [', b"\xff"])
def test_answer_without_a_readable_list_is_outside_the_contract(body: bytes) -> None:
    with pytest.raises(ContractError):
        raw_members(body, list_name="records")


def test_members_without_a_line_break_stay_byte_for_byte() -> None:
    members, _rest = raw_members(b'{"records": [ {"a":  1, "b": "x"} ]}', list_name="records")
    assert members == [b'{"a":  1, "b": "x"}']


@pytest.mark.parametrize(("body", "found"), [(b'{"x":{"id":9},"id":"7"}', "7"), (b'{"id":12}', "12")])
def test_id_of_a_record_is_found_without_reading_the_rest(body: bytes, found: str) -> None:
    assert record_id(body) == found
    assert record_id(body.replace(b'"id"', b'"Id"'), key="Id") == found


@pytest.mark.parametrize("body", [b"{}", b'{"id":null}', b'{"id":""}', b'{"id":{}}', b"[]", b'{"id":'])
def test_record_without_an_id_is_outside_the_contract(body: bytes) -> None:
    with pytest.raises(ContractError):
        record_id(body)


@pytest.mark.parametrize(
    ("body", "members", "rest"),
    [
        (
            b'{"list":[{"a":1},{"a":1}],"list2":[{"a":1}],"next":{"list":[{"a":1}]}}',
            2,
            {"list2": [{"a": 1}], "next": {"list": [{"a": 1}]}},
        ),
        (b'{"before":{"list":[{"a":1}]},"list":[{"a":1}]}', 1, {"before": {"list": [{"a": 1}]}}),
        (b'{"n":1,"list":[1,1],"m":[1]}', 2, {"n": 1, "m": [1]}),
        (b'{"x":"[{\\"a\\":1}]","list":[{"a":1}],"y":"{\\"a\\":1}"}', 1, {"x": '[{"a":1}]', "y": '{"a":1}'}),
        (b'{"list":[],"done":true}', 0, {"done": True}),
        (b'{"list":null,"done":true}', 0, {"done": True}),
        (b'{"done":true}', 0, {"done": True}),
        (b'{"":[5],"list":[5],"done":[5]}', 1, {"": [5], "done": [5]}),
    ],
)
def test_rest_of_a_page_is_all_but_its_list(body: bytes, members: int, rest: dict[str, object]) -> None:
    found, others = raw_members(body, list_name="list")
    assert (len(found), others) == (members, rest)


def test_page_is_split_into_records_with_their_ids() -> None:
    records, rest = raw_records(
        b'{"done":true,"records":[{"Id":"1","x":null},{"Id":"2"}]}', list_name="records", key="Id"
    )
    assert records == (RawRecord("1", b'{"Id":"1","x":null}'), RawRecord("2", b'{"Id":"2"}'))
    assert rest == {"done": True}
