"""Rich text without a vendor: what we write into a tracker, before a connector turns it into its own markup."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Block", "Bullets", "Document", "Heading", "Paragraph", "Quote", "Span", "document_of_text", "plain_text"]


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(_Node):
    """A run of literal text. Nothing inside it is markup; `link` is an http(s) address or None."""

    text: str
    strong: bool = False
    link: str | None = None


class Heading(_Node):
    """A section title."""

    block: Literal["heading"] = "heading"
    text: str


class Paragraph(_Node):
    """One paragraph."""

    block: Literal["paragraph"] = "paragraph"
    spans: tuple[Span, ...]


class Quote(_Node):
    """Words as somebody said them, with who and when below."""

    block: Literal["quote"] = "quote"
    text: str
    source: tuple[Span, ...] = ()


class Bullets(_Node):
    """A flat list; each entry is a line of spans."""

    block: Literal["bullets"] = "bullets"
    items: tuple[tuple[Span, ...], ...]


Block = Annotated[Heading | Paragraph | Quote | Bullets, Field(discriminator="block")]


class Document(_Node):
    """Blocks in reading order."""

    blocks: tuple[Block, ...] = ()


def plain_text(document: Document) -> str:
    """Give the words of a document, a line per block or bullet; what comparisons and terminals use."""
    lines: list[str] = []
    for block in document.blocks:
        match block:
            case Heading():
                lines.append(block.text)
            case Paragraph():
                lines.append("".join(span.text for span in block.spans))
            case Quote():
                lines.append(block.text)
                if block.source:
                    lines.append("".join(span.text for span in block.source))
            case Bullets():
                lines.extend("- " + "".join(span.text for span in item) for item in block.items)
    return "\n".join(lines)


def document_of_text(text: str) -> Document:
    """Give plain text as a document: a paragraph a line, and a list where lines begin with "- "."""
    blocks: list[Block] = []
    for line in filter(str.strip, text.splitlines()):
        item = (Span(text=line.removeprefix("- ")),)
        last = blocks[-1] if blocks else None
        if not line.startswith("- "):
            blocks.append(Paragraph(spans=item))
        elif isinstance(last, Bullets):
            blocks[-1] = Bullets(items=(*last.items, item))
        else:
            blocks.append(Bullets(items=(item,)))
    return Document(blocks=tuple(blocks))
