"""Atlassian Document Format: our documents into it, and anybody's documents out of it as plain text.

Everything we write is a text node, so nothing in a quoted mail can become a mention, a macro or a picture.
Source: Atlassian document structure, read 2026-11; facts on limits in the writer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from atlas_sync.canonical.document import Bullets, Document, Heading, Paragraph, Quote, Span

__all__ = ["adf_from_document", "text_from_adf"]

_SAFE_SCHEMES = frozenset({"http", "https"})


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
    if span.link and urlsplit(span.link).scheme in _SAFE_SCHEMES:
        marks.append({"type": "link", "attrs": {"href": span.link}})
    node: dict[str, Any] = {"type": "text", "text": span.text}
    return node | ({"marks": marks} if marks else {})


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
    kind = node.get("type")
    if kind in {"paragraph", "heading", "codeBlock"}:
        lines.append(("- " if bullet else "") + _inline(node.get("content")))
        return
    children = node.get("content")
    if isinstance(children, Sequence) and not isinstance(children, str):
        first = True
        for child in children:
            _walk(child, lines, bullet=(kind == "listItem" and first) or (bullet and kind != "listItem" and first))
            first = False
    elif kind == "text":
        lines.append(str(node.get("text", "")))


def _inline(content: object) -> str:
    if not isinstance(content, Sequence) or isinstance(content, str):
        return ""
    parts: list[str] = []
    for node in content:
        if not isinstance(node, Mapping):
            continue
        attrs = node.get("attrs")
        match node.get("type"):
            case "text":
                parts.append(str(node.get("text", "")))
            case "hardBreak":
                parts.append("\n")
            case "mention" | "emoji" | "status" | "date" if isinstance(attrs, Mapping):
                parts.append(str(attrs.get("text") or attrs.get("shortName") or attrs.get("timestamp") or ""))
            case "inlineCard" if isinstance(attrs, Mapping):
                parts.append(str(attrs.get("url", "")))
            case _:
                parts.append(_inline(node.get("content")))
    return "".join(parts)
