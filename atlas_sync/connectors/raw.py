"""Pages as received: split into their records without making anything of what a record holds.

Objects of a vendor's package cost many times the parsing, and a parsed record is not what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec

from atlas_sync.connectors.protocol import RawRecord
from atlas_sync.errors import ContractError

__all__ = ["raw_members", "raw_records", "record_id", "record_ids"]


def raw_members(body: bytes, *, list_name: str) -> tuple[list[bytes], dict[str, Any]]:
    """Split a JSON object into the untouched members of one of its lists and everything else, parsed.

    The members hold no line break afterwards: one that had some is written compactly.

    Raises:
        ContractError: not a JSON object, or without the list: a success that leaves it out proves nothing gone.
    """
    try:
        listed = _list_decoder(list_name).decode(body).members
        members = [bytes(member) for member in listed]
        rest = _rest_around(body, members, list_name) if members else None
        if rest is None:
            rest = _rest_of(body, list_name)
    except (msgspec.DecodeError, UnicodeDecodeError):
        message = f"an answer without a readable list `{list_name}` ({len(body)} bytes)."
        raise ContractError(message, advice="The answer was kept out; run again.") from None
    if body.find(b"\n", 0, body.rfind(b"]")) >= 0:  # not the one that some servers end a body with
        members = [msgspec.json.format(member, indent=-1) for member in members]
    return members, rest


@cache
def _list_decoder(list_name: str) -> msgspec.json.Decoder[Any]:
    kind = msgspec.defstruct("Listed", [("members", list[msgspec.Raw])], rename={"members": list_name})
    return msgspec.json.Decoder(kind)


def _rest_of(body: bytes, list_name: str) -> dict[str, Any]:
    envelope = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    return {name: msgspec.json.decode(value) for name, value in envelope.items() if name != list_name}


def _rest_around(body: bytes, members: Sequence[bytes], list_name: str) -> dict[str, Any] | None:
    """Parse what stands before and after a list that is most of the body; None where it is not sure what that is.

    Cut at the list's first and last member, the body must be an object on either side, and the list the last thing before
    the cut: else it was not the one at the top.
    """
    start, end = body.find(members[0]), body.rfind(members[-1]) + len(members[-1])
    opened = b"{" + msgspec.json.encode(list_name) + b":["
    try:
        before = msgspec.json.decode(body[:start] + b"]}", type=dict[str, Any])
        after = msgspec.json.decode(opened + body[end:], type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if list(before)[-1] != list_name:
        return None
    return {name: value for name, value in (before | after).items() if name != list_name}


def raw_records(body: bytes, *, list_name: str, key: str = "id") -> tuple[tuple[RawRecord, ...], dict[str, Any]]:
    """Split a page into its records, each with its id, and everything else, parsed; nothing is made of what a record holds.

    Raises:
        ContractError: as `raw_members`, or a record has no id.
    """
    members, rest = raw_members(body, list_name=list_name)
    return tuple(map(RawRecord, record_ids(members, key=key), members)), rest


def record_ids(members: Sequence[bytes], *, key: str = "id") -> list[str]:
    """Give the ids of records that `raw_members` gave, which are known to be whole, without reading on behind an id.

    Raises:
        ContractError: one has none.
    """
    first = _early_id(key).match(members[0]) if members else None
    found = _in_one_place(members, first.start(1)) if first else []
    if len(found) < len(members):
        found = [match[1] for match in map(_early_id(key).match, members) if match]
    if not found or len(found) < len(members):
        return _read_ids(members, key)
    try:
        return b"\n".join(found).decode().split("\n")
    except UnicodeDecodeError:
        raise _without(key) from None


def _in_one_place(members: Sequence[bytes], start: int) -> list[bytes]:
    """Give the ids of the records that begin as the first one does, whose id begins at `start`; most pages are so."""
    before = members[0][:start]
    found = [member[start : member.find(b'"', start)] for member in members if member.startswith(before)]
    return found if all(map(bytes.isalnum, found)) else []


def record_id(body: bytes, *, key: str = "id") -> str:
    """Give a record's id without making anything of the rest, which is read to its end all the same.

    Raises:
        ContractError: there is none, or the record is cut short.
    """
    return _read_ids([body], key)[0]


def _read_ids(members: Sequence[bytes], key: str) -> list[str]:
    decode = _id_decoder(key).decode
    try:
        ids = [decode(member).id for member in members]
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _without(key) from None
    if None in ids or "" in ids:
        raise _without(key)
    return list(map(str, ids))


def _without(key: str) -> ContractError:
    message = f"a record without {key}."
    return ContractError(message, advice="The answer was kept out; run again.")


@cache
def _early_id(key: str) -> re.Pattern[bytes]:
    """Match an object up to its id, where nothing but plain texts and flat objects stands before: no need to read on."""
    text = rb'"[^"\\\x00-\x1f]*+"'
    flat = rb'\{(?:[^{}"]|' + text + rb")*+\}"
    name = re.escape(f'"{key}"').encode()
    before = rb"(?:(?!" + name + rb":)" + text + rb":(?:" + text + rb"|" + flat + rb"),)*+"
    return re.compile(rb"\{" + before + name + rb':"([^"\\\x00-\x1f]++)"')


@cache
def _id_decoder(key: str) -> msgspec.json.Decoder[Any]:
    kind = msgspec.defstruct("Identified", [("id", str | int | None, None)], rename={"id": key})
    return msgspec.json.Decoder(kind)
