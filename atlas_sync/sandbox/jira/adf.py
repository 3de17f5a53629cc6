"""Atlassian Document Format: made from plain text, read as text, and checked as strictly as the vendor checks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["is_valid", "of_text", "text_of", "wiki_of"]

_BLOCKS = frozenset(
    {
        "paragraph",
        "heading",
        "bulletList",
        "orderedList",
        "blockquote",
        "codeBlock",
        "panel",
        "rule",
        "table",
        "mediaSingle",
        "expand",
        "taskList",
    }
)
_CHILDREN = {
    "doc": _BLOCKS,
    "bulletList": frozenset({"listItem"}),
    "orderedList": frozenset({"listItem"}),
    "listItem": frozenset({"paragraph", "bulletList", "orderedList", "codeBlock"}),
    "blockquote": frozenset({"paragraph", "bulletList", "orderedList", "codeBlock"}),
    "panel": _BLOCKS,
    "paragraph": frozenset({"text", "hardBreak", "mention", "emoji", "inlineCard", "date", "status"}),
    "heading": frozenset({"text", "hardBreak", "mention", "emoji", "inlineCard", "date", "status"}),
    "codeBlock": frozenset({"text"}),
}
_MARKS = frozenset({"strong", "em", "code", "link", "strike", "underline", "subsup", "textColor"})
_LEAVES = frozenset(
    {"hardBreak", "mention", "emoji", "inlineCard", "date", "status", "rule", "table", "mediaSingle", "taskList"}
)
_NEEDS_CONTENT = frozenset({"bulletList", "orderedList", "listItem", "blockquote", "panel"})


def of_text(text: str) -> dict[str, Any] | None:
    """Make a document with a paragraph a line; nothing for an empty text."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return None
    content = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]
    return {"type": "doc", "version": 1, "content": content}


def text_of(node: object) -> str:
    """Give the words of a document; a text in wiki markup, as Data Center keeps it, is given as it is."""
    if not isinstance(node, Mapping):
        return node if isinstance(node, str) else ""
    if node.get("type") == "text":
        return str(node.get("text", ""))
    parts = [text_of(child) for child in node.get("content", ())]
    return ("\n" if node.get("type") in {"doc", "bulletList", "blockquote", "listItem"} else "").join(parts)


def wiki_of(node: Mapping[str, Any]) -> str:
    """Give a document as wiki markup, as Data Center keeps it."""
    children = [wiki_of(child) for child in node.get("content", ())]
    match node.get("type"):
        case "text":
            marks = {mark["type"]: mark.get("attrs", {}) for mark in node.get("marks", ())}
            text = f"*{node['text']}*" if "strong" in marks else str(node["text"])
            return f"[{text}|{marks['link']['href']}]" if "link" in marks else text
        case "heading":
            return f"h3. {''.join(children)}"
        case "listItem":
            return f"* {''.join(children)}"
        case "blockquote":
            return "{quote}\n" + "\n".join(children) + "\n{quote}"
        case "doc" | "bulletList":
            return "\n".join(children)
        case _:
            return "".join(children)


def is_valid(node: object) -> bool:
    """Tell if a client may send this document. Source: Jira Cloud, Atlassian document structure."""
    return isinstance(node, Mapping) and node.get("type") == "doc" and node.get("version") == 1 and _is_valid(node)


def _is_valid(node: Mapping[str, Any]) -> bool:
    kind = node.get("type")
    if kind == "text":
        text = node.get("text")
        marks = node.get("marks", [])
        return isinstance(text, str) and bool(text) and all(mark.get("type") in _MARKS for mark in marks)
    allowed = _CHILDREN.get(str(kind))
    content = node.get("content", [])
    if allowed is None:
        return kind in _LEAVES
    if kind in _NEEDS_CONTENT and not content:
        return False
    return all(isinstance(child, Mapping) and child.get("type") in allowed and _is_valid(child) for child in content)
