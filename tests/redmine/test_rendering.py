"""What CRM texts hold stays text in Redmine, whatever it would mean as markup: asked of the real renderer."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html.parser import HTMLParser
from random import Random

import pytest
import requests

from atlas_sync.canonical.document import Block, Bullets, Document, Heading, Paragraph, Quote, Span, plain_text
from atlas_sync.connectors.redmine.markup import Formatting, markup_from_document
from tests.redmine.server import Server

NASTY = (
    "{{child_pages}} {{include(Secret)}} !{{toc}} {{collapse(x) y}} {{>toc}} {{macro_list}}",
    '"click":http://evil.example "x":/admin "a(title)":mailto:x@evil.example',
    "h1. Big",
    "bq. said",
    "p>. right",
    "fn1. foot[1]",
    "p(warn). said",
    "p((. said",
    "h1(x). said",
    "bq(x). said",
    "table. said",
    "table(x). said",
    "HTML(Hyper) said",
    "# one",
    "* two",
    "- three",
    "1. four",
    "1) five",
    "+ six",
    "#1 #1-2 #note-1 (#1) ##1 task#1 issue #2",
    "r1 (r12) commit:abc123 source:trunk/x export:x@1 document:x document#1 version:1.0 attachment:x.png",
    "[[Wiki]] [[Wiki|Words]] [[project:Page#anchor]] forum#1 message#1 news#1 project#1 project:one @ada",
    "user#5 user:ada @ada (@ada)",
    "!http://evil.example/x.png! !x.png! ![alt](http://evil.example/y.png) [words](http://evil.example) <http://evil.example>",
    "http://evil.example www.evil.example www.(x) www.;x ada@evil.example mailto:ada@evil.example ftp://evil.example",
    "<script>alert(1)</script> <img src=x onerror=alert(1)> <pre>pre</pre> <code>c</code> <notextile><b>b</b></notextile>",
    "@code@ `code` ```fence``` ~~~ *bold* **bold** _em_ __em__ -del- +ins+ ^sup^ ~sub~ %{color:red}span% ??cite??",
    "|a|b| |_. h| ---- === *** ___ --- \\* \\# &amp; &lt;b&gt; &#42; a&b AT&T",
    "==raw== [^1] [1]: http://evil.example $$x$$ :smile: (c) (tm) ... -- \"quotes\" 'quotes' 3 x 4",
    "e-mail re-scans 14:30 3.5 v1.2.3 day/night 50% C# F# a_b_c snake_case 2*3*4 (in brackets) [in square] {curly}",
    "~5 x^2 -1 = +1",
    "    four spaces before",
    "\ttab before",
    "> quoted >> twice",
    "line one\nh2. line two\n* line three",
    "übergrößen Zürich 漢字 🚚 \u202eevil",
)
_ANCHOR = re.compile(r'<a [^>]*class="wiki-anchor"[^>]*>.*?</a>')
"""What Redmine puts behind each heading."""
_HARMLESS = {"p", "h3", "ul", "li", "strong", "blockquote", "br", "div"}


class _Seen(HTMLParser):
    """What a browser would make of a piece of HTML: its words, its tags and their attributes, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self.tags: list[str] = []
        self.links: list[str] = []
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.words += " " if tag not in {"a", "strong"} else ""
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.names |= {name for name, _value in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


def _by_chance() -> list[str]:
    """Give texts that nobody thought of."""
    dice = Random(5)  # noqa: S311 - it is to be the same again, not a secret
    pieces = [*"{}[]()<>#*_@|!+-~^%=\\`\"':;.,?/&$ ", *(word for text in NASTY for word in text.split())]
    return ["".join(dice.choice(pieces) for _ in range(dice.randint(1, 8))) for _ in range(120)]


def _document() -> Document:
    return Document(
        blocks=(
            Heading(text="Why *they* bought {{toc}}"),
            *(Paragraph(spans=(Span(text=text),)) for text in NASTY),
            *(Paragraph(spans=(Span(text="Due: ", strong=True), Span(text=text))) for text in NASTY),
            *(Quote(text=text, source=(Span(text="Ada, "), Span(text=text))) for text in NASTY),
            Bullets(items=tuple((Span(text=text, strong=True), Span(text=f" {text}")) for text in NASTY)),
            *(
                Paragraph(spans=(Span(text=f"{text} (last)", link="https://crm.example/deals/1?a=b&c=d_e_f#g"),))
                for text in NASTY
            ),
            *(Paragraph(spans=(Span(text=text, strong=True), Span(text=text))) for text in _by_chance()),
            Paragraph(spans=(Span(text="no link", link="javascript:alert(1)"),)),
        )
    )


def _rendered(server: Server) -> Iterator[_Seen]:
    """Give the texts of all issues as Redmine shows them."""
    feed = requests.get(f"{server.url}/projects/one/issues.atom", params={"key": server.facts["atom"]}, timeout=30)
    for entry in ET.fromstring(feed.content).iter("{http://www.w3.org/2005/Atom}content"):  # noqa: S314 - our own server
        seen = _Seen()
        seen.feed(_ANCHOR.sub("", entry.text or ""))
        yield seen


def _words(document: Document) -> str:
    """Give the words of a document; what stands before entries of a list is a tag and no word."""
    blocks: list[Block] = []
    for block in document.blocks:
        blocks += [Paragraph(spans=one) for one in block.items] if isinstance(block, Bullets) else [block]
    return plain_text(Document(blocks=tuple(blocks)))


def _bare(text: str) -> str:
    return "".join(text.replace("\u2060", "").split())


@pytest.mark.parametrize("formatting", ["textile", pytest.param("markdown", marks=pytest.mark.soak), "common_mark"])
def test_texts_are_shown_and_never_executed(redmine: Server, formatting: str) -> None:
    redmine.set_up("text_formatting", formatting)
    document = _document()
    form: Formatting = "textile" if formatting == "textile" else "markdown"
    issue = {"project_id": "one", "subject": "x", "description": markup_from_document(document, form)}
    redmine.call("atlas", "POST", "issues.json", issue=issue)
    redmine.call("atlas", "POST", "issues.json", issue={**issue, "description": "\n\n".join(NASTY)})
    seen, bare = sorted(_rendered(redmine), key=lambda one: "h3" in one.tags, reverse=True)
    assert set(bare.tags) - _HARMLESS - {"a"}, "what is not made inert does something"
    assert seen.names <= {"href", "class", "name"}
    assert set(seen.tags) <= _HARMLESS | {"a"}
    assert set(seen.links) == {"https://crm.example/deals/1?a=b&c=d_e_f#g"}
    assert len(seen.links) == len(NASTY)
    assert seen.tags.count("strong") >= len(NASTY)
    assert _bare(seen.words) == _bare(_words(document))
