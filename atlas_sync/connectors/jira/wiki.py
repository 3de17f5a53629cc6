"""Wiki markup, as Data Center keeps texts: our documents into it, and anybody's out of it as plain text.

Reading is total: what is no markup stays as it is, so that any text gives one line a block, "- " before list entries.

Writing makes each character that could begin or end markup a numeric entity, which the renderer shows as the character after
all markup has been found. A backslash would not do: the renderer takes none before a letter, a colon or a dot, and two
of them as a line break. So a quoted mail holds no macro, picture, mention, link or smiley, not even an address that is linked
by itself. Source: Atlassian, text formatting notation; atlassian-renderer, the patterns of its v2 components, read 2026-11.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from atlas_sync.canonical.document import Bullets, Document, Heading, Paragraph, Quote, Span
from atlas_sync.connectors.jira.adf import is_web_address

__all__ = ["is_foreign_wiki", "text_from_wiki", "wiki_from_document"]

_IN_ADDRESS = "-._/:?#@$&,;=%+"
_WORD = "0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_ACTIVE = re.compile(
    rf"""
      (?<![{_WORD}])[A-Z][A-Z0-9_]+-(?=\d)   # the key of an issue, which is linked by itself
    | [\\{{}}\[\]|*~^\#]                     # macros, links, tables, emphasis, lists
    | (?<![{_WORD}])[-+_] | [-+_](?![{_WORD}]) # emphasis and dashes, but not within a word or a date
    | ^\. | (?<=[1-6])\. | (?<=bq)\.         # h1. and bq.
    | :(?![\s0-9])                           # addresses and smileys
    | \((?=[^()\s]{{0,8}}(?:\)|$)) | (?<![{_WORD}])\)
    | !(?!\s) | \?(?=\?|$) | (?<=\?)\? | ^\?
    | &(?=[\#A-Za-z]|$)
    """,
    re.VERBOSE,
)
"""What may be markup, alone or with what stands beside it in another span: an end of a text counts as anything."""

_OURS = re.compile(
    r"^(?:h3\. |\* |\{quote\}$)|\{\*\}|\[(?=[^\]|\n]*\|[^\]|\n]*\])|(?<!\|)\|(?!\|)[^\]|\n]*\]|&#\d+;", re.MULTILINE
)
"""The marks that we write, and characters that are none as we write them."""

_VERBATIM = re.compile(r"\{(noformat|code)(?::[^}\n]*)?\}(.*?)\{\1\}", re.DOTALL)
_BLOCK = re.compile(r"^(?:h[1-6]\.|bq\.)\s+")
_ENTRY = re.compile(r"^\s*[*#-]+\s+(?=\S)")
_RULE = re.compile(r"^-{4,}\s*$")
_CELLS = re.compile(r"^\s*\|{1,2}|\|{1,2}\s*$")
_MACRO = re.compile(r"\{(?:quote|panel|color|info|note|tip|warning|expand|anchor)(?::[^}\n]*)?\}")
_LINK = re.compile(r"\[(?:([^\]|\n]*)\|)?([^\]|\n]+)(?:\|[^\]\n]*)?\]")
_IMAGE = re.compile(r"(?<!\S)!([^!\s|]+\.[A-Za-z0-9]+)(?:\|[^!\n]*)?!")
_MARKED = re.compile(r"(?<![\w*_+^~-])([*_+^~-]|\?\?)(?=\S)([^\n]*?\S)\1(?![\w*_+^~-])")
_MONO = re.compile(r"\{\{([^}\n]+)\}\}")
_FORCED = re.compile(r"\{[*_+^~-]\}")
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z]\w*);")
_ESCAPED = re.compile(r"\\([\\{}\[\]*_+^~!|#?-])")
_BREAK = re.compile(r"\\\\(?=\s|$)")
_HELD = re.compile("\x00(\\d+)\x00")


def text_from_wiki(text: str) -> str:
    """Give the words of a text in wiki markup."""
    held: list[str] = []

    def hold(words: str) -> str:
        held.append(words)
        return f"\x00{len(held) - 1}\x00"

    text = text.replace("\x00", "").replace("\r\n", "\n")
    text = _VERBATIM.sub(lambda match: hold(match[2].strip("\n")), text)
    text = _ENTITY.sub(lambda match: hold(html.unescape(match[0])), text)
    text = _FORCED.sub("", text)
    text = _BREAK.sub("\n", text)
    text = _ESCAPED.sub(lambda match: hold(match[1]), text)
    text = _MONO.sub(lambda match: hold(match[1]), text)
    lines = (_line(line) for line in _MACRO.sub("", text).split("\n"))
    plain = "\n".join(line for line in lines if line)
    return _HELD.sub(lambda match: held[int(match[1])], plain).strip()


def _line(line: str) -> str:
    if _RULE.match(line):
        return ""
    bullet = "- " if _ENTRY.match(line) else ""
    words = _ENTRY.sub("", _BLOCK.sub("", line.strip()))
    if words.startswith("|"):
        words = re.sub(r"\s*\|{1,2}\s*", " ", _CELLS.sub("", words))
    words = _IMAGE.sub(r"\1", words)
    words = _LINK.sub(_link, words)
    for _nested in range(3):
        words = _MARKED.sub(r"\2", words)
    return (bullet + words).rstrip()


def _link(match: re.Match[str]) -> str:
    """Give the words of a link; a bare one is its address, a person is who is named there."""
    words, target = match[1], match[2]
    if words:
        return words
    if target.startswith("~"):
        return f"@{target[1:].removeprefix('accountid:')}"
    return target.removeprefix("^").removeprefix("#") if re.match(r"[\^#]|\w+:|[\w.-]+@|/", target) else match[0]


def wiki_from_document(document: Document) -> str:
    """Give a document as wiki markup, in which no text of ours is more than text."""
    return "\n".join(_blocks(document))


def is_foreign_wiki(text: str) -> bool:
    """Tell if a text holds markup that `wiki_from_document` never writes: pictures, tables, struck or coloured words."""
    return _ACTIVE.search(_OURS.sub(" ", text.replace("\r\n", "\n"))) is not None


def _blocks(document: Document) -> Iterator[str]:
    for block in document.blocks:
        match block:
            case Heading():
                yield f"h3. {_literal(block.text)}" if block.text.strip() else ""
            case Paragraph():
                yield f"{_spans(block.spans)}\n"
            case Quote():
                lines = [_literal(line) for line in block.text.splitlines() if line.strip()]
                yield "\n".join(["{quote}", *lines, *([_spans(block.source)] if block.source else []), "{quote}"])
            case Bullets():
                yield "\n".join(f"* {_spans(spans) or '&#32;'}" for spans in block.items) + "\n"


def _spans(spans: Iterable[Span]) -> str:
    return "".join(map(_span, spans)).strip()


def _span(span: Span) -> str:
    """Give one span; the marks of emphasis stand in braces, so that they hold wherever they are."""
    core = _literal(span.text.strip())
    if not core:
        return " " if span.text else ""
    if span.link and is_web_address(span.link):
        address = quote(span.link, safe=_IN_ADDRESS).replace("~", "%7E")
        core = f"[{core}|{address}]"
    if span.strong:
        core = f"{{*}}{core}{{*}}"
    return f"{' ' * span.text[:1].isspace()}{core}{' ' * span.text[-1:].isspace()}"


def _literal(text: str) -> str:
    """Give a text on one line, in which nothing is markup."""
    return _ACTIVE.sub(lambda match: f"{match[0][:-1]}&#{ord(match[0][-1])};", re.sub(r"\s+", " ", text))
