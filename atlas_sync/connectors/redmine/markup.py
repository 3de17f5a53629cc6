"""Textile and Markdown as Redmine reads them: our documents into it, and anybody's texts out of it as plain text.

What we write as text is text: whatever could begin markup, a link or a macro is written as a character entity, which every
step of Redmine's rendering leaves alone. Only marks of ours stand bare. Source: Redmine 5.0.4, lib/redmine/wiki_formatting
and ApplicationHelper#textilizable, whose links (#1, r1, commit:1, [[page]], @user) are looked for in the finished HTML.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import Literal
from urllib.parse import quote, urlsplit

from atlas_sync.canonical.document import Bullets, Document, Heading, Paragraph, Quote, Span

__all__ = ["Formatting", "links_in", "markup_from_document", "text_from_markup"]

Formatting = Literal["textile", "markdown"]

_JOINER = "\u2060"
"""An invisible character that parts what Markdown turns into bare characters again, and Redmine's links would take up."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2060]")
_RISKY = re.compile(
    r"""[&<>"#*_@{}\[\]|!+~^%=\\`]  # the marks of both
    |(?<![^\W_])-|-(?![^\W_])       # a dash that is not inside a word
    |(?<=\?)\?|\?(?=\?)             # ??a citation??
    |:(?=\S)                        # commit:1, http://, :smile:
    |\.(?=[^\W\d_])|(?<=[wW]{3})\.  # www.example.com
    |(?<=[^\W_])\(                  # HTML(an acronym)
    |\b[rR](?=\d)                   # r12, a revision
    """,
    re.VERBOSE,
)
_LINKING = re.compile(r"(&#x(?:23|40|5b|7b|3a|21|72|52);)")
_ADDRESS = "/:?&=%#,;.-"
_SAFE_SCHEMES = frozenset({"http", "https"})
_BOUND = re.compile(r"(?:^|\s)$")
_FREE = re.compile(r"^[,;.)]?(?:$|\s)")
_STRESSED = re.compile(r"[^\W_](?:.*[^\W_]:?)?", re.DOTALL)
"""What marks for strong words are read around; around other characters they would be shown."""


def markup_from_document(document: Document, formatting: Formatting) -> str:
    """Give a document in the markup of a Redmine; blocks stand apart, so that none runs into the next."""
    blocks: list[str] = []
    heading = "h3. " if formatting == "textile" else "### "
    for block in document.blocks:
        match block:
            case Heading():
                blocks.append(_lines([_literal(block.text, formatting).strip()], mark=heading))
            case Paragraph():
                blocks.append(_line(block.spans, formatting))
            case Quote():
                lines = [_literal(line, formatting).strip() for line in block.text.splitlines()]
                blocks.append(_lines([*lines, _line(block.source, formatting)], mark="> "))
            case Bullets():
                blocks.append(_lines([_line(spans, formatting) for spans in block.items], mark="* "))
    return "\n\n".join(block for block in blocks if block)


def _lines(lines: Iterable[str], *, mark: str) -> str:
    return "\n".join(f"{mark}{line}" for line in lines if line)


def _line(spans: Sequence[Span], formatting: Formatting) -> str:
    """Write spans on one line; a mark that would stand inside a word, where it marks nothing, is left off."""
    line = ""
    for at, span in enumerate(spans):
        after = "".join(one.text for one in spans[at + 1 :])
        words = _literal(span.text, formatting, starts=not line, runs_on=bool(after[:1].strip()))
        core = words.strip()
        if not core or not _BOUND.search(line + _lead(words)) or not _FREE.match(_trail(words) + after):
            line += words
            continue
        leads = bool(span.link) and urlsplit(span.link or "").scheme in _SAFE_SCHEMES
        if span.strong and _STRESSED.fullmatch(span.text.strip()) and not (leads and formatting == "textile"):
            core = f"*{core}*" if formatting == "textile" else f"**{core}**"
        if span.link and leads:
            core = _linked(core, span.link, formatting)
        line += f"{_lead(words)}{core}{_trail(words)}"
    return line.strip()


def _lead(words: str) -> str:
    return words[: len(words) - len(words.lstrip())]


def _trail(words: str) -> str:
    return words[len(words.rstrip()) :]


def _linked(words: str, link: str, formatting: Formatting) -> str:
    # Marks at the end of an address are taken for those of the sentence.
    address = re.sub(
        r"[,.;]+$", lambda match: "".join(f"%{ord(one):X}" for one in match[0]), quote(link, safe=_ADDRESS)
    )
    if formatting == "textile":
        # What stands in brackets at the end of a link's words is taken for its title.
        return f'"{words.replace("(", "&#x28;").replace(")", "&#x29;")}":{address}'
    return f"[{words}]({address})"


def _literal(text: str, formatting: Formatting, *, starts: bool = True, runs_on: bool = False) -> str:
    """Write characters so that they mean themselves; `runs_on` says that something follows without a space."""
    plain = _CONTROL.sub("", re.sub(r"\s", " ", text))
    first, space, rest = (plain.lstrip() if starts else plain).partition(" ")
    escaped = _RISKY.sub(_entity, first)
    if starts and escaped[-1:] in {".", ")"}:  # h1. and p(note). and 1) begin something where a line begins
        escaped = f"{escaped[:-1]}&#x{ord(escaped[-1]):x};"
    escaped += space + _RISKY.sub(_entity, rest)
    if runs_on and escaped.endswith(":"):
        escaped = f"{escaped[:-1]}&#x3a;"
    return _LINKING.sub(rf"\1{_JOINER}", escaped) if formatting == "markdown" else escaped


def _entity(match: re.Match[str]) -> str:
    return f"&#x{ord(match[0]):x};"


_BLOCK = re.compile(r"^\s*(?:(?:h[1-6]\.|bq\.|p\.|#{1,6})(?=\s)|>)\s*")
_ENTRY = re.compile(r"^\s*(?:[*+-]+|\d+\.)\s+(?=\S)")
_LINK = re.compile(r'"([^"\n]+)":https?://\S*[^\s,;.)]|\[([^\]\n]+)\]\(https?://[^)\s]+\)')
_STRONG = re.compile(r"(?<![\w*])(\*{1,2})(?=\S)([^*\n]*[^*\s])\1(?![\w*])")
_FENCE = re.compile(r"^\s*(?:```.*|</?pre>)\s*$")


def text_from_markup(text: str) -> str:
    """Give the words of a text: one line a block, "- " before list entries. Total: what is no markup stays as it is."""
    lines = (_words(line) for line in text.replace("\r\n", "\n").split("\n") if not _FENCE.match(line))
    return "\n".join(line for line in lines if line)


def _words(line: str) -> str:
    bullet = "- " if _ENTRY.match(line) else ""
    words = _ENTRY.sub("", line) if bullet else _BLOCK.sub("", line)
    words = _LINK.sub(lambda match: match[1] or match[2], words)
    words = _STRONG.sub(r"\2", words)
    return (bullet + html.unescape(words).replace(_JOINER, "")).strip()


def links_in(text: str) -> Iterable[str]:
    """Give the addresses that a text leads to."""
    return dict.fromkeys(one.rstrip(".,;:!?") for one in re.findall(r"https?://[^\s\"<>)\]]+", html.unescape(text)))
