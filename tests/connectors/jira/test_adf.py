from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_sync.canonical.document import (
    Bullets,
    Document,
    Heading,
    Paragraph,
    Quote,
    Span,
    document_of_text,
    plain_text,
)
from atlas_sync.connectors.jira.adf import adf_from_document, document_from_adf, is_foreign_adf, text_from_adf

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


@given(
    _NASTY, st.sampled_from(["https://x.example/", "https://[", "javascript:", "data:text/html,", "//x.example/", ""])
)
def test_no_text_becomes_a_mention_a_macro_or_a_picture(text: str, scheme: str) -> None:
    span = Span(text=text, link=f"{scheme}{text}")
    blocks = (Heading(text=text), Paragraph(spans=(span,)), Quote(text=text, source=(span,)), Bullets(items=((span,),)))
    adf = adf_from_document(Document(blocks=blocks))
    nodes = list(_nodes(adf))
    assert not is_foreign_adf(adf)
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


def _chip(timestamp: object) -> dict[str, Any]:
    return {"type": "date", "attrs": {"timestamp": timestamp}}


_SAID = [
    {"type": "text", "text": "Show "},
    {"type": "text", "text": "the board", "marks": [{"type": "strong"}]},
    {"type": "text", "text": " to "},
    {"type": "mention", "attrs": {"id": "5b", "text": "@Greta Koehler"}},
    {"type": "text", "text": " by "},
    _chip("1786665600000"),
]
_URL = {"url": "https://x.example/a"}


@pytest.mark.parametrize(
    ("node", "words"),
    [
        ({"type": "paragraph", "content": _SAID}, "Show the board to @Greta Koehler by 2026-08-14"),
        ({"type": "taskItem", "content": _SAID}, "Show the board to @Greta Koehler by 2026-08-14"),
        ({"type": "decisionItem", "content": _SAID}, "Show the board to @Greta Koehler by 2026-08-14"),
        (
            {"type": "mediaSingle", "content": [{"type": "media"}, {"type": "caption", "content": _SAID[:2]}]},
            "Show the board",
        ),
        ({"type": "paragraph", "content": [_chip(1787875199999), _chip(-1)]}, "2026-08-271969-12-31"),
        ({"type": "paragraph", "content": [_chip("soon"), _chip("9" * 30), _chip(None), {"type": "date"}]}, ""),
        ({"type": "blockCard", "attrs": _URL}, "https://x.example/a"),
        ({"type": "embedCard", "attrs": _URL}, "https://x.example/a"),
        ({"type": "paragraph", "content": [{"type": "inlineCard", "attrs": _URL}]}, "https://x.example/a"),
        (
            {
                "type": "expand",
                "attrs": {"title": "Accepted when"},
                "content": [{"type": "paragraph", "content": _SAID[:1]}],
            },
            "Accepted when\nShow",
        ),
    ],
)
def test_what_a_reader_of_the_item_sees_is_read(node: dict[str, Any], words: str) -> None:
    assert text_from_adf({"type": "doc", "content": [{"type": "panel", "content": [node]}]}) == words


def _paragraph(*content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "paragraph", "attrs": {"localId": "5f"}, "content": list(content)}


_WORD = {"type": "text", "text": "board"}
_ITEM = {"type": "listItem", "content": [_paragraph(_WORD)]}


@pytest.mark.parametrize(
    ("added", "is_foreign"),
    [
        (_paragraph(), False),
        (_paragraph(_WORD, {"type": "hardBreak"}), False),
        (_paragraph(_WORD | {"marks": [{"type": "link", "attrs": {"href": "https://x.example"}}]}), False),
        (_paragraph(_WORD | {"marks": [{"type": "strike"}]}), True),
        (_paragraph({"type": "inlineCard", "attrs": _URL}), True),
        ({"type": "mediaSingle", "content": [{"type": "media", "attrs": {"id": "6e"}}]}, True),
        ({"type": "blockCard", "attrs": _URL}, True),
        ({"type": "rule"}, True),
        ({"type": "orderedList", "content": [_ITEM]}, True),
        ({"type": "bulletList", "content": [{"type": "listItem", "content": [{"type": "bulletList"}]}]}, True),
    ],
)
def test_what_we_never_write_is_foreign(added: dict[str, Any], is_foreign: bool) -> None:  # noqa: FBT001 - a table
    ours = adf_from_document(DOCUMENT)
    assert is_foreign_adf(ours | {"content": [*ours["content"], added]}) is is_foreign


def test_anybodys_document_becomes_one_of_ours_with_what_it_can_hold() -> None:
    assert document_from_adf(adf_from_document(DOCUMENT)) == DOCUMENT.model_copy(
        update={
            "blocks": (
                *DOCUMENT.blocks[:2],
                Quote(text="We go live\non 14 August.\nInes, 2026-05-02"),
                DOCUMENT.blocks[3],
            )
        }
    )
    code = {"type": "codeBlock", "content": [{"type": "text", "text": "- a\n- b\nc"}]}
    mention = {"type": "paragraph", "content": [{"type": "mention", "attrs": {"text": "@Ada"}}, {"type": "hardBreak"}]}
    table = {
        "type": "table",
        "content": [{"type": "tableRow", "content": [{"type": "tableCell", "content": [mention]}]}],
    }
    found = document_from_adf(
        {"type": "doc", "content": [code, mention, table, {"type": "rule"}, {"type": "bulletList"}, 7]}
    )
    assert plain_text(found).split() == ["-", "a", "-", "b", "c", "@Ada", "@Ada"]
    assert document_from_adf(None) == Document()


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: st.dictionaries(
            st.sampled_from(["type", "content", "text", "marks", "attrs", "href"]),
            inner
            | st.lists(inner, max_size=3)
            | st.sampled_from(["doc", "paragraph", "bulletList", "listItem", "text", "heading", "link"]),
            max_size=4,
        ),
        max_leaves=12,
    )
)
def test_whatever_comes_as_a_document_is_read_without_failing(node: object) -> None:
    document = {"type": "doc", "content": [node]}
    assert adf_from_document(document_from_adf(document))["type"] == "doc"
    assert is_foreign_adf(document) in {True, False}


def test_plain_text_becomes_paragraphs_and_lists() -> None:
    found = document_of_text("one\n\n- a\n- b\ntwo\n- c")
    assert [block.block for block in found.blocks] == ["paragraph", "bullets", "paragraph", "bullets"]
    assert plain_text(found) == "one\n- a\n- b\ntwo\n- c"
