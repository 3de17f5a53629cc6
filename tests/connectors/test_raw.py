from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_sync.connectors.protocol import RawRecord
from atlas_sync.connectors.raw import raw_members, raw_records, record_id, record_ids
from atlas_sync.errors import ContractError


def test_members_are_split_untouched() -> None:
    body = b'{"done":true,"records":[{"a": 1.0e5,\n"b":"x\\ny"},{"c":null}]}'
    members, rest = raw_members(body, list_name="records")
    assert members == [b'{"a":1.0e5,"b":"x\\ny"}', b'{"c":null}']
    assert rest == {"done": True}


@pytest.mark.parametrize("body", [b"[]", b'{"records": {}}', b'{"records": null}', b"{}", b'{"records": [', b"\xff"])
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


NAMES = st.sampled_from(["Id", "id", "attributes", "a b", 'q"', "i\\u0064", "ü"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


@given(records=st.lists(st.dictionaries(NAMES, VALUES, max_size=4), min_size=1, max_size=3), spaced=st.booleans())
def test_ids_of_a_page_are_those_that_each_record_gives_by_itself(
    *, records: list[dict[str, object]], spaced: bool
) -> None:
    separators = (", ", ": ") if spaced else (",", ":")
    members = [json.dumps(one, separators=separators, ensure_ascii=spaced).encode() for one in records]
    try:
        found = [record_id(member, key="Id") for member in members]
    except ContractError:
        with pytest.raises(ContractError):
            record_ids(members, key="Id")
    else:
        assert record_ids(members, key="Id") == found


@pytest.mark.parametrize(
    "body",
    [
        b'{"attributes":{"type":"Task}","Id":"x"},"Id":"7","Name":"n"}',
        b'{"expand":"\xc3\xbc,{","Id":"7","self":"s"}',
        b'{"note":"a \\"Id\\":\\"8\\" b","Id":"7"}',
        b'{"Id":7}',
        b'{ "Id" : "7" }',
    ],
)
def test_id_is_found_whatever_stands_before_it(body: bytes) -> None:
    assert record_ids([body, body], key="Id") == ["7", "7"]


def test_single_record_that_is_cut_short_gives_no_id() -> None:
    with pytest.raises(ContractError):
        record_id(b'{"id":"7","name":"n')


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
