"""Reads the notes and files of known deals: links first, then what changed, and the text of notes alone.

A note costs a call of its own for its text, so only notes that are new to us, or whose document or link changed, are
fetched; a run that finds nothing new costs one call for every few hundred deals. Asking by deal is what shows the notes
nobody shared with the integration's user. Source: object reference, ContentDocumentLink; REST API guide, sObject Blob Get.

    {"record": ContentDocument, "links": [ContentDocumentLink, ...], "content": HTML or null}       a note
    {"record": ContentDocument, "links": [ContentDocumentLink, ...], "version": ContentVersion}     a file

`content` is null for a deleted note; a text that is not UTF-8 stands under `content_base64` instead. Of a file only what
is known about it is read; `version` is null where that is hidden.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

import msgspec

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.protocol import Page, RawRecord, ReadRequest
from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.faults import NotFoundError
from atlas_sync.connectors.salesforce.soql import chunks, is_in, select
from atlas_sync.connectors.salesforce.walk import peek, rows, walk
from atlas_sync.errors import AccessError, ContractError

__all__ = ["Columns", "compose", "fetch_notes", "read_notes", "sweep_notes"]

_LINK = ("Id", "LinkedEntityId", "ContentDocumentId", "IsDeleted", "SystemModstamp")
_DOCUMENT = ("ContentDocument.SystemModstamp",)
_NOTE = "SNOTE"
_NOTHING = frozenset({b"", b"null", b"{}", b"[]"})
_WHOLE_PAGE = re.compile(rb"\s*<(!doctype|html|head)\b", re.IGNORECASE)


class _Document(msgspec.Struct, rename={"stamp": "SystemModstamp"}):
    stamp: str | None = None


class _Link(
    msgspec.Struct,
    rename={"id": "ContentDocumentId", "stamp": "SystemModstamp", "document": "ContentDocument"},
):
    id: str
    stamp: str | None = None
    document: _Document | None = None


class _Note(
    msgspec.Struct,
    rename={
        "id": "Id",
        "deleted": "IsDeleted",
        "kind": "FileType",
        "version": "LatestPublishedVersionId",
        "size": "ContentSize",
    },
):
    id: str
    deleted: bool = False
    kind: str | None = None
    version: str | None = None
    size: int | None = None


class _Id(msgspec.Struct, rename={"id": "Id"}):
    id: str


def compose(**parts: bytes | list[bytes]) -> bytes:
    """Put JSON texts together as the members of one object, untouched; a list of texts becomes a list."""
    members = (
        b'"%s":%s' % (name.encode(), b"[%s]" % b",".join(part) if isinstance(part, list) else part)
        for name, part in parts.items()
    )
    return b"{%s}" % b",".join(members)


@dataclass(frozen=True, slots=True)
class Columns:
    """The visible fields of documents, and of their versions, empty where these are hidden."""

    document: Sequence[str]
    version: Sequence[str] = ()


def read_notes(client: SalesforceClient, request: ReadRequest, *, columns: Callable[[], Columns]) -> Iterator[Page]:
    """Yield the notes and files of known deals that are new or changed, one record each with all its links.

    The last page holds none: it only proves that the links of every deal were read to their end. A position is a number of
    deals, which are known in order of first sight.

    Raises:
        AccessError: a note's text is hidden though its link is not.
        ContractError: a note's text is not all there; it is asked for again on the next run.
    """
    deals = request.known.get("deals", ())
    begun = int(request.position) if request.position.isdecimal() else 0
    landed, seen = frozenset(request.known.get("notes", ())), set[str]()
    for start, some in chunks(deals, start=begun):
        soql = select((*_LINK, *_DOCUMENT), "ContentDocumentLink", is_in("LinkedEntityId", some), order="")
        for page in _walk(client, soql):
            links = [peek(record.body, _Link) for record in page.records]
            fresh = [link.id for link in links if link.id not in landed or _is_new(link, request.since)]
            ids = [one for one in dict.fromkeys(fresh) if one not in seen]
            seen.update(ids)
            records = tuple(fetch_notes(client, ids, columns=columns))
            yield Page(records, page.server_time, position=str(start))
    yield Page((), position=str(len(deals)), proof=f"done: true for the links of {len(deals)} deals")


def sweep_notes(client: SalesforceClient, deals: Sequence[str]) -> Iterator[Page]:
    """Yield the ids of the notes and files that are linked to deals now."""
    for _start, some in chunks(deals):
        soql = select(_LINK, "ContentDocumentLink", is_in("LinkedEntityId", some), "IsDeleted = false", order="")
        for page in _walk(client, soql):
            ids = dict.fromkeys(peek(record.body, _Link).id for record in page.records)
            yield Page(tuple(RawRecord(one, b"") for one in ids), page.server_time)
    yield Page((), proof=f"done: true for the links of {len(deals)} deals")


def _walk(client: SalesforceClient, soql: str) -> Iterator[Page]:
    return walk(client, lambda _key: soql, operation="ContentDocumentLink")


def _is_new(link: _Link, since: datetime | None) -> bool:
    stamps = (link.stamp, link.document.stamp if link.document else None)
    return since is None or any(_moment(stamp) >= since for stamp in stamps if stamp)


def _moment(stamp: str) -> datetime:
    try:
        return datetime.fromisoformat(stamp).astimezone(UTC)
    except ValueError:
        raise ContractError("a change stamp that is no time.", advice="Run again.") from None


def fetch_notes(client: SalesforceClient, ids: Sequence[str], *, columns: Callable[[], Columns]) -> Iterator[RawRecord]:
    """Fetch notes and files by id, with all their links; those that are not there are left out."""
    for _start, some in chunks(ids):
        links: dict[str, list[bytes]] = {one: [] for one in some}
        soql = select(_LINK, "ContentDocumentLink", is_in("ContentDocumentId", some), order="")
        for body in rows(client, soql, operation="ContentDocumentLink"):
            links.setdefault(peek(body, _Link).id, []).append(body)
        asked = columns()
        found = rows(client, select(asked.document, "ContentDocument", is_in("Id", some)), operation="ContentDocument")
        notes = [(peek(body, _Note), body) for body in found]
        versions = _versions(client, [note for note, _body in notes if note.kind != _NOTE], asked.version)
        for note, body in notes:
            rest = _text(client, note) if note.kind == _NOTE else {"version": versions.get(note.version or "", b"null")}
            yield RawRecord(note.id, compose(record=body, links=sorted(links[note.id]), **rest))


def _versions(client: SalesforceClient, files: Sequence[_Note], columns: Sequence[str]) -> dict[str, bytes]:
    """Give what is known of files, by the id of their latest version."""
    ids = [file.version for file in files if file.version] if columns else []
    if not ids:
        return {}
    soql = select(columns, "ContentVersion", is_in("Id", ids))
    return {peek(body, _Id).id: body for body in rows(client, soql, operation="ContentVersion")}


def _text(client: SalesforceClient, note: _Note) -> dict[str, bytes | list[bytes]]:
    """Fetch a note's text, as the member that holds it."""
    if note.deleted or note.version is None:
        return {"content": b"null"}
    try:
        answer = client.get(f"sobjects/ContentVersion/{note.version}/VersionData", operation="VersionData")
    except NotFoundError:
        message = f"the text of note {note.id} is hidden from us."
        raise AccessError(
            message, advice='Give the integration\'s user "Query All Files" and "View All Data".'
        ) from None
    if _WHOLE_PAGE.match(answer.body):
        raise ContractError(
            "a web page in place of a note's text.", advice="Look for a proxy or a login page in between."
        )
    if _is_short(answer, note.size):
        message = f"the text of note {note.id} came empty or cut."
        raise ContractError(
            message, advice="Run again; if it stays, save the note anew in Salesforce, or look for a proxy in between."
        )
    try:
        return {"content": msgspec.json.encode(answer.body.decode())}
    except UnicodeDecodeError:
        return {"content_base64": msgspec.json.encode(base64.b64encode(answer.body).decode())}


def _is_short(answer: Answer, size: int | None) -> bool:
    """Tell if there should be more of a text than came.

    That it is shorter than its size is not enough, since the vendor may count before it cleans the markup: there has to be
    nothing of it, or markup without an end. Source: object reference, ContentNote, Content and ContentSize.
    """
    if answer.status != HTTPStatus.OK:
        return size != 0
    text = answer.body.strip()
    is_odd = text in _NOTHING or (text.startswith(b"<") and not text.endswith(b">"))
    return len(answer.body) < (size or 0) and is_odd
