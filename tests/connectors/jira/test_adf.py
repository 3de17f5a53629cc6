from __future__ import annotations

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
