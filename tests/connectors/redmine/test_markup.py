"""Markup is made of texts and read back as the same words; no text makes any."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.canonical.document import Bullets, Document, Heading, Paragraph, Quote, Span, plain_text
from atlas_sync.connectors.redmine.markup import Formatting, links_in, markup_from_document, text_from_markup

_PIECES = (
    *"{}[]()<>#*_@|!+-~^%=\\`\"':;.,?/&$ \n\t",
    *(
        "{{",
        "}}",
        "[[",
        "]]",
        "h1.",
        "bq.",
        "r1",
        "#1",
        "commit:",
        "user:ada",
        "http://",
        "www.",
        "``",
        "---",
        "&lt;",
        "&#x23;",
    ),
    *("words", "Zürich", "14", "e-mail", "\u2028"),
)
_TEXTS = st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=12).map("".join)
_SPANS = st.lists(
    st.builds(
        Span,
        text=_TEXTS,
        strong=st.booleans(),
        link=st.sampled_from([None, "https://crm.example/d/1?a=b", "http://crm.example/;."]),
    ),
    max_size=3,
).map(tuple)
_DOCUMENTS = st.lists(
    st.builds(Heading, text=_TEXTS)
    | st.builds(Paragraph, spans=_SPANS)
    | st.builds(Quote, text=_TEXTS, source=_SPANS)
    | st.builds(Bullets, items=st.lists(_SPANS, max_size=3).map(tuple)),
    max_size=4,
).map(lambda blocks: Document(blocks=tuple(blocks)))

_LIVE = re.compile(
    r"""\{\{|\[\[|[#@]\w|<\w|\w://(?!crm\.example)|\bwww\.\w|\br\d|\b(?:commit|user|source|attachment|document|version):[^\s*"\]]|^(?:h1|bq)\.\s""",
    re.MULTILINE,
)
"""Behind the mark that ends strong or linked words stands a tag, so that `commit:` before it is no link."""


def _words(text: str) -> list[str]:
    """Give words without what no text of ours keeps: characters that nobody sees."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2060]", "", re.sub(r"\s", " ", text)).split()


@pytest.mark.parametrize("formatting", ["textile", "markdown"])
@settings(max_examples=150)
@given(document=_DOCUMENTS)
def test_words_come_back_and_nothing_is_live(formatting: Formatting, document: Document) -> None:
    markup = markup_from_document(document, formatting)
    assert [one for one in _words(text_from_markup(markup)) if one != "-"] == [
        one for one in _words(plain_text(document)) if one != "-"
    ]
    bare = re.sub(r"&#x[0-9a-f]+;", "\x00", markup.replace("&#x5f;", "_"))  # which is a letter to what looks for links
    assert not _LIVE.search(bare), bare


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("h2. Scope\n\n* *In*: training\r\n* out", "Scope\n- In: training\n- out"),
        ('> "We go live":https://crm.example/1 in May', "We go live in May"),
        ("### Scope\n\n1. [Deal](https://crm.example/1)", "Scope\n- Deal"),
        ("<pre>\nas it is &amp; was\n</pre>", "as it is & was"),
        ("2 * 3 * 4 = 24", "2 * 3 * 4 = 24"),
        ("", ""),
    ],
)
def test_what_people_write_is_read_as_words(text: str, words: str) -> None:
    assert text_from_markup(text) == words


def test_links_are_found_whatever_form_they_have() -> None:
    text = '"Deal":https://crm.example/d/1?a=b&amp;c=d, (https://crm.example/d/2) [x](https://crm.example/d/3)'
    assert list(links_in(text)) == [
        "https://crm.example/d/1?a=b&c=d",
        "https://crm.example/d/2",
        "https://crm.example/d/3",
    ]
