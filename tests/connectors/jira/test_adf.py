from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_sync.canonical.document import Bullets, Document, Heading, Paragraph, Quote, Span, plain_text
from atlas_sync.connectors.jira.adf import adf_from_document, text_from_adf

DOCUMENT = Document(
    blocks=(
        Heading(text="Why"),
        Paragraph(
            spans=(Span(text="Because of "), Span(text="this", strong=True), Span(text=".", link="https://x.example/1"))
        ),
        Quote(text="We go live\non 14 August.", source=(Span(text="Ines, 2026-05-02"),)),
        Bullets(items=((Span(text="one"),), (Span(text="two"),))),
    )
)


def test_what_is_written_reads_back_as_the_same_words() -> None:
    assert text_from_adf(adf_from_document(DOCUMENT)) == plain_text(DOCUMENT)


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1).map(str.strip).filter(bool)
    )
)
def test_any_words_read_back(lines: list[str]) -> None:
    document = Document(blocks=tuple(Paragraph(spans=(Span(text=line),)) for line in lines))
    assert text_from_adf(adf_from_document(document)) == plain_text(document)


@pytest.mark.parametrize(
    "hostile",
    ["@all {html}<script>alert(1)</script>{html}", "[~accountid:123] h1. {include:x}", "!http://x.example/p.png!"],
)
def test_quoted_text_stays_a_text_node(hostile: str) -> None:
    adf = adf_from_document(Document(blocks=(Paragraph(spans=(Span(text=hostile),)),)))
    assert adf["content"] == [{"type": "paragraph", "content": [{"type": "text", "text": hostile}]}]


_NASTY = st.text(alphabet="@{}[]<>!|~*_h1.:/#\\ \t\nab\u200b", max_size=30)
_NODES = {"doc", "heading", "paragraph", "blockquote", "bulletList", "listItem", "text", "hardBreak"}


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("content", ()):
        yield from _nodes(inner)


@given(_NASTY, st.sampled_from(["https://x.example/", "javascript:", "data:text/html,", "//x.example/", ""]))
def test_no_text_becomes_a_mention_a_macro_or_a_picture(text: str, scheme: str) -> None:
    span = Span(text=text, link=f"{scheme}{text}")
    blocks = (Heading(text=text), Paragraph(spans=(span,)), Quote(text=text, source=(span,)), Bullets(items=((span,),)))
    nodes = list(_nodes(adf_from_document(Document(blocks=blocks))))
    assert {node["type"] for node in nodes} <= _NODES
    marks = [mark for node in nodes for mark in node.get("marks", ())]
    assert all(mark["attrs"]["href"].startswith(("https://", "http://", "mailto:")) for mark in marks)
    assert all(node["text"] for node in nodes if node["type"] == "text")


def test_link_that_is_no_web_address_is_only_text() -> None:
    adf = adf_from_document(Document(blocks=(Paragraph(spans=(Span(text="x", link="javascript:alert(1)"),)),)))
    assert "marks" not in adf["content"][0]["content"][0]


def test_empty_spans_never_become_empty_text_nodes() -> None:
    adf = adf_from_document(Document(blocks=(Paragraph(spans=(Span(text=""),)), Quote(text=""), Bullets(items=()))))
    assert '"text": ""' not in str(adf).replace("'", '"')
    assert adf_from_document(Document())["content"]


def test_plain_string_of_an_older_field_is_its_own_text() -> None:
    assert text_from_adf("as it was") == "as it was"
    assert text_from_adf(None) == ""
