"""Reads the enhanced notes of known deals: links first, then what changed, and the text of that alone.

A note costs a call of its own for its text, so only notes that are new to us, or whose document or link changed, are
fetched; a run that finds nothing new costs one call for every few hundred deals. Asking by deal is what shows the notes
nobody shared with the integration's user. Source: object reference, ContentDocumentLink; REST API guide, sObject Blob Get.

    {"record": ContentDocument, "links": [ContentDocumentLink, ...], "content": HTML or null}

`content` is null for a deleted note; a text that is not UTF-8 stands under `content_base64` instead.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from atlas_sync.connectors.protocol import Page, RawRecord, ReadRequest
from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.faults import NotFoundError
from atlas_sync.connectors.salesforce.soql import chunks, is_in, select
from atlas_sync.connectors.salesforce.walk import peek, rows, walk
from atlas_sync.errors import AccessError, ContractError

__all__ = ["compose", "read_notes"]

_LINK = ("Id", "LinkedEntityId", "ContentDocumentId", "IsDeleted", "SystemModstamp")
_DOCUMENT = ("ContentDocument.FileType", "ContentDocument.SystemModstamp")
_NOTE = "SNOTE"
_WHOLE_PAGE = re.compile(rb"\s*<(!doctype|html|head)\b", re.IGNORECASE)


class _Document(msgspec.Struct, rename={"file_type": "FileType", "stamp": "SystemModstamp"}):
    file_type: str | None = None
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
    rename={"id": "Id", "deleted": "IsDeleted", "kind": "FileType", "version": "LatestPublishedVersionId"},
):
    id: str
    deleted: bool = False
    kind: str | None = None
    version: str | None = None


def compose(**parts: bytes | list[bytes]) -> bytes:
    """Put JSON texts together as the members of one object, untouched; a list of texts becomes a list."""
    members = (
        b'"%s":%s' % (name.encode(), b"[%s]" % b",".join(part) if isinstance(part, list) else part)
        for name, part in parts.items()
    )
    return b"{%s}" % b",".join(members)


def read_notes(client: SalesforceClient, request: ReadRequest, *, columns: Sequence[str]) -> Iterator[Page]:
    """Yield the notes of known deals that are new or changed, one record a note with all its links.

    The last page holds none: it only proves that the links of every deal were read to their end.

    Raises:
        AccessError: a note's text is hidden though its link is not.
    """
    landed = frozenset(request.known.get("notes", ()))
    done: set[str] = set()
    for deals in chunks(request.known.get("deals", ())):
        soql = select((*_LINK, *_DOCUMENT), "ContentDocumentLink", is_in("LinkedEntityId", deals), order="")
        for page in walk(client, lambda _key, soql=soql: soql, operation="ContentDocumentLink"):  # type: ignore[misc]  # the default binds this turn's query
            links = [peek(record.body, _Link) for record in page.records]
            fresh = [link for link in links if link.id not in landed or _is_new(link, request.since)]
            ids = list(dict.fromkeys(link.id for link in fresh if link.id not in done and _may_be_note(link)))
            done.update(ids)
            yield Page(tuple(_notes(client, ids, columns)), page.server_time)
    yield Page((), proof=f"done: true for the links of {len(request.known.get('deals', ()))} deals")


def _may_be_note(link: _Link) -> bool:
    """Tell if a link leads to a note; where the document is deleted the link may not show what it was."""
    return link.document is None or link.document.file_type == _NOTE


def _is_new(link: _Link, since: datetime | None) -> bool:
    stamps = (link.stamp, link.document.stamp if link.document else None)
    return since is None or any(_moment(stamp) >= since for stamp in stamps if stamp)


def _moment(stamp: str) -> datetime:
    try:
        return datetime.fromisoformat(stamp).astimezone(UTC)
    except ValueError:
        raise ContractError("a change stamp that is no time.", advice="Run again.") from None


def _notes(client: SalesforceClient, ids: Sequence[str], columns: Sequence[str]) -> Iterator[RawRecord]:
    for some in chunks(ids):
        links: dict[str, list[bytes]] = {one: [] for one in some}
        soql = select(_LINK, "ContentDocumentLink", is_in("ContentDocumentId", some), order="")
        for body in rows(client, soql, operation="ContentDocumentLink"):
            links.setdefault(peek(body, _Link).id, []).append(body)
        found = rows(client, select(columns, "ContentDocument", is_in("Id", some)), operation="ContentDocument")
        for body in found:
            note = peek(body, _Note)
            if note.kind == _NOTE:
                text = _text(client, note)
                yield RawRecord(note.id, compose(record=body, links=sorted(links[note.id]), **text))


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
    try:
        return {"content": msgspec.json.encode(answer.body.decode())}
    except UnicodeDecodeError:
        return {"content_base64": msgspec.json.encode(base64.b64encode(answer.body).decode())}
