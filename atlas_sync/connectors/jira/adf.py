"""Atlassian Document Format: our documents into it, and anybody's documents out of it as plain text.

Everything we write is a text node, so nothing in a quoted mail can become a mention, a macro or a picture.
Source: Atlassian document structure, read 2026-11; facts on limits in the writer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from atlas_sync.canonical.document import Block, Bullets, Document, Heading, Paragraph, Quote, Span, document_of_text

__all__ = ["adf_from_document", "document_from_adf", "is_foreign_adf", "is_web_address", "text_from_adf"]

_SAFE_SCHEMES = frozenset({"http", "https"})
_OURS: Mapping[str, frozenset[str]] = {
    "doc": frozenset({"heading", "paragraph", "blockquote", "bulletList"}),
    "heading": frozenset({"text"}),
    "paragraph": frozenset({"text", "hardBreak"}),
    "blockquote": frozenset({"paragraph"}),
    "bulletList": frozenset({"listItem"}),
    "listItem": frozenset({"paragraph"}),
}
"""What we write into what; Jira itself may break a line."""
_OUR_MARKS = frozenset({"strong", "link"})
_LINES = frozenset({"paragraph", "heading", "codeBlock", "taskItem", "decisionItem", "caption"})
"""What holds words and no blocks."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def adf_from_document(document: Document) -> dict[str, Any]:
    """Give a document as ADF. An empty one becomes an empty paragraph, since Jira refuses empty text nodes."""
    content: list[dict[str, Any]] = []
    for block in document.blocks:
        match block:
            case Heading():
                content.append({"type": "heading", "attrs": {"level": 3}, "content": _spans([Span(text=block.text)])})
            case Paragraph():
                content.append(_paragraph(block.spans))
            case Quote():
                lines = [_paragraph([Span(text=line)]) for line in block.text.splitlines() if line.strip()]
                source = [_paragraph(block.source)] if block.source else []
                content.append({"type": "blockquote", "content": lines + source or [_paragraph(())]})
            case Bullets():
                items = [{"type": "listItem", "content": [_paragraph(spans)]} for spans in block.items]
                if items:
                    content.append({"type": "bulletList", "content": items})
    return {"type": "doc", "version": 1, "content": content or [_paragraph(())]}


def _paragraph(spans: Iterable[Span]) -> dict[str, Any]:
    return {"type": "paragraph", "content": _spans(spans)}


def _spans(spans: Iterable[Span]) -> list[dict[str, Any]]:
    return [_text(span) for span in spans if span.text]


def _text(span: Span) -> dict[str, Any]:
    marks: list[dict[str, Any]] = []
    if span.strong:
        marks.append({"type": "strong"})
    if span.link and is_web_address(span.link):
        marks.append({"type": "link", "attrs": {"href": span.link}})
    node: dict[str, Any] = {"type": "text", "text": span.text}
    return node | ({"marks": marks} if marks else {})


def is_web_address(link: str) -> bool:
    """Tell if a link may be written."""
    try:
        return urlsplit(link).scheme in _SAFE_SCHEMES
    except ValueError:
        return False


def is_foreign_adf(node: object) -> bool:
    """Tell if a document holds what `adf_from_document` never writes: pictures, cards, struck words, lists in lists.

    Attributes are not looked at, since Jira adds some of its own.
    """
    if not isinstance(node, Mapping):
        return False
    left = [node]
    while left:
        parent = left.pop()
        inner = _OURS.get(str(parent.get("type")), frozenset())
        for child in _children(parent):
            if str(child.get("type")) not in inner or not _OUR_MARKS.issuperset(
                str(mark.get("type")) for mark in _marks(child)
            ):
                return True
            left.append(child)
    return False


def document_from_adf(node: object) -> Document:
    """Give anybody's ADF as a document of ours: headings, paragraphs, lists and quotes, with emphasis and web addresses.

    What a document cannot hold (pictures, tables, nesting) gives its words.
    """
    blocks: list[Block] = []
    for child in _children(node):
        match child.get("type"):
            case "heading":
                blocks.append(Heading(text=_inline(child.get("content"))))
            case "paragraph":
                blocks.append(Paragraph(spans=_read_spans(child)))
            case "bulletList" | "orderedList" if items := [_read_spans(one) for one in _leaves(child)]:
                blocks.append(Bullets(items=tuple(items)))
            case "blockquote":
                blocks.append(Quote(text=text_from_adf(child)))
            case _:
                blocks.extend(document_of_text(text_from_adf(child)).blocks)
    return Document(blocks=tuple(block for block in blocks if block != Paragraph(spans=())))


def _children(node: object) -> list[Mapping[str, Any]]:
    content = node.get("content") if isinstance(node, Mapping) else None
    return [one for one in content if isinstance(one, Mapping)] if isinstance(content, list) else []


def _leaves(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the paragraphs of a list, however deep they stand in it."""
    for child in _children(node):
        if child.get("type") == "paragraph":
            yield child
        else:
            yield from _leaves(child)


def _read_spans(node: Mapping[str, Any]) -> tuple[Span, ...]:
    spans = []
    for child in _children(node):
        marks = _marks(child)
        links = [mark.get("attrs") for mark in marks if mark.get("type") == "link"]
        addresses = [str(attrs.get("href")) for attrs in links if isinstance(attrs, Mapping)]
        is_strong = any(mark.get("type") == "strong" for mark in marks)
        if text := _inline([child]):
            spans.append(Span(text=text, strong=is_strong, link=next(iter(addresses), None)))
    return tuple(spans)


def _marks(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given = node.get("marks")
    return [mark for mark in given if isinstance(mark, Mapping)] if isinstance(given, list) else []


def text_from_adf(node: object) -> str:
    """Give the words of an ADF document, or of a plain string where an older field still holds one.

    One line a block, "- " before list entries, as `canonical.document.plain_text` does. Total: unknown nodes give the text
    below them.
    """
    if isinstance(node, str):
        return node
    lines: list[str] = []
    _walk(node, lines, bullet=False)
    return "\n".join(line.rstrip() for line in lines).strip()


def _walk(node: object, lines: list[str], *, bullet: bool) -> None:
    """Collect lines without recursion into text: depth is bounded by Jira's own nesting limits."""
    if not isinstance(node, Mapping):
        return
    kind = str(node.get("type"))
    if kind in _LINES:
        lines.append(("- " if bullet else "") + _inline(node.get("content")))
        return
    if words := _shown(node):
        lines.append(words)
    children = node.get("content")
    if isinstance(children, Sequence) and not isinstance(children, str):
        first = True
        for child in children:
            _walk(child, lines, bullet=(kind == "listItem" and first) or (bullet and kind != "listItem" and first))
            first = False


def _inline(content: object) -> str:
    if not isinstance(content, Sequence) or isinstance(content, str):
        return ""
    parts: list[str] = []
    for node in content:
        if isinstance(node, Mapping):
            parts.append(_shown(node) or _inline(node.get("content")))  # noqa: PERF401 - one call for each level of a deep text
    return "".join(parts)


def _shown(node: Mapping[str, Any]) -> str:
    """Give the words that a node shows by itself, whatever stands in it."""
    given = node.get("attrs")
    attrs = given if isinstance(given, Mapping) else {}
    words: object = ""
    match node.get("type"):
        case "text":
            words = node.get("text")
        case "hardBreak":
            words = "\n"
        case "mention" | "emoji" | "status":
            words = attrs.get("text") or attrs.get("shortName")
        case "date":
            words = _day(attrs.get("timestamp"))
        case "inlineCard" | "blockCard" | "embedCard":
            words = attrs.get("url")
        case "expand" | "nestedExpand":
            words = attrs.get("title")
        case _:
            pass
    return str(words or "")


def _day(timestamp: object) -> str:
    """Give the day of a date chip, which keeps it as the milliseconds of its midnight in UTC."""
    try:
        return (_EPOCH + timedelta(milliseconds=int(str(timestamp)))).date().isoformat()
    except (ValueError, OverflowError):
        return ""
