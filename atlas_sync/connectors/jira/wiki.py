"""Wiki markup, as Data Center keeps texts, read as plain text: one line a block, "- " before list entries.

Total: what is no markup stays as it is, so that any text gives one. Source: Atlassian, text formatting notation.
"""

from __future__ import annotations

import re

__all__ = ["text_from_wiki"]

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
