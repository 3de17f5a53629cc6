"""The whole conversation of an engagement as one printable page: every piece as it was, the oldest first. For our own eyes."""

from __future__ import annotations

import hashlib

from markupsafe import Markup, escape

from atlas_sync.canonical.markup import words_of
from atlas_sync.canonical.model import Interaction
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.text import show_day

__all__ = ["conversation_page", "page_name"]

_HEAD = Markup(
    "<!doctype html>\n"
    '<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n'
    "<style>body{{font:11pt/1.45 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}}"
    "article{{border-top:1px solid #999;padding-top:.6em;margin-top:1.6em}}h2{{font-size:1em;margin:0}}"
    ".who{{color:#555}}pre{{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere}}"
    "@media print{{body{{margin:0;max-width:none}}h2{{break-after:avoid}}}}</style></head>\n"
    "<body><h1>{title}</h1>\n<p>{number} pieces, {first} to {last}.</p>\n"
)
_PIECE = Markup('<article><h2>{day}, {kind}: {subject}</h2>\n<p class="who">{who}</p>\n<pre>{text}</pre></article>\n')


def conversation_page(record: EngagementRecord) -> str:
    """Give the page; empty where nothing was said. Whatever a text holds is shown, never run."""
    said = sorted(record.interactions, key=lambda one: (one.at, one.id))
    if not said:
        return ""
    days = {"first": show_day(said[0].at.date()), "last": show_day(said[-1].at.date())}
    head = _HEAD.format(title=f"Conversation: {record.engagement.name}", number=len(said), **days)
    return str(head + Markup("").join(_piece(one) for one in said) + Markup("</body></html>\n"))


def page_name(page: str) -> str:
    """Name a page by what it holds, so that another conversation has another name."""
    return f"conversation-{hashlib.sha256(page.encode()).hexdigest()[:12]}.html"


def _piece(one: Interaction) -> Markup:
    others = ", ".join(one.participants)
    who = " to ".join(filter(None, (one.author or "", others))) or "nobody named"
    text = words_of(one.body) if one.is_markup else one.body
    return _PIECE.format(
        day=show_day(one.at.date()),
        kind=one.kind,
        subject=escape(one.subject or "no subject"),
        who=escape(who),
        text=escape(text.strip()),
    )
