from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from atlas_sync.canonical.document import Bullets, Document, Heading, Paragraph, Quote, Span, plain_text
from atlas_sync.connectors.jira.wiki import is_foreign_wiki, text_from_wiki, wiki_from_document


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("", ""),
        ("plain words", "plain words"),
        ("h1. Why\n\nBecause.", "Why\nBecause."),
        ("bq. Said so", "Said so"),
        ("*bold* _it_ -gone- +new+ ^up^ ~low~ ??cite??", "bold it gone new up low cite"),
        ("*_both_*", "both"),
        ("{{mono *x*}}", "mono *x*"),
        ("2 * 3 * 4 = 24, a_b_c, x-y-z, 10-12", "2 * 3 * 4 = 24, a_b_c, x-y-z, 10-12"),
        ("* one\n** two\n# three\n- four", "- one\n- two\n- three\n- four"),
        ("a\n----\nb", "a\nb"),
        ("||a||b||\n|1|2|", "a b\n1 2"),
        ("[Docs|https://x.example/d] and [https://y.example]", "Docs and https://y.example"),
        ("[mail|mailto:a@b.example|tip]", "mail"),
        ("[~ann] [~accountid:5b10] [TODO] [^plan.pdf] [#top]", "@ann @5b10 [TODO] plan.pdf top"),
        ("!pic.png|thumbnail! wow! yes!", "pic.png wow! yes!"),
        ("{noformat}*x* [y|z]{noformat} tail", "*x* [y|z] tail"),
        ("{code:java}\nint x = a[1];\n{code}", "int x = a[1];"),
        ("{quote}\nhi\n{quote}", "hi"),
        ("{color:red}warn{color} {panel:title=T}in{panel}", "warn in"),
        ("{unknown} stays", "{unknown} stays"),
        ("a \\*not bold\\* \\{b\\}", "a *not bold* {b}"),
        ("one\\\\ two", "one\ntwo"),
        ("a\r\nb", "a\nb"),
        ("C:\\temp", "C:\\temp"),
        ("\x00 1", "1"),
    ],
)
def test_markup_becomes_words(markup: str, words: str) -> None:
    assert text_from_wiki(markup) == words


@given(st.text(alphabet="ab1 \n*_-+^~|[]{}!#?\\hbq.:\x00", max_size=60))
def test_any_text_gives_words_without_failing(markup: str) -> None:
    words = text_from_wiki(markup)
    assert "\x00" not in words
    assert all(line.strip() for line in words.split("\n")) or not words or "{" in markup


@given(st.lists(st.text("abcdefgh ,.äöü", min_size=1).map(str.strip).filter(lambda one: one.strip(" .,h"))))
def test_words_without_markup_stay_as_they_are(lines: list[str]) -> None:
    text = "\n".join(line for line in lines if not line.startswith(("h", "bq.")))
    assert text_from_wiki(text) == text


_TEXT = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]) | st.sampled_from("@{}[]<>!|~*_+-^?&#;:/\\().h1bqAZ ")
)
_SPAN = st.builds(Span, text=_TEXT, strong=st.booleans(), link=st.sampled_from([None, "https://x.example/a?b=1#c"]))
_SPANS = st.lists(_SPAN, max_size=4).map(tuple)
_DOCUMENT = st.builds(
    Document,
    blocks=st.lists(
        st.builds(Heading, text=_TEXT)
        | st.builds(Paragraph, spans=_SPANS)
        | st.builds(Quote, text=_TEXT, source=_SPANS)
        | st.builds(Bullets, items=st.lists(_SPANS, max_size=3).map(tuple)),
        max_size=4,
    ).map(tuple),
)


@given(_DOCUMENT)
def test_what_is_written_reads_back_as_the_same_words(document: Document) -> None:
    markup = wiki_from_document(document)
    assert text_from_wiki(markup).split() == plain_text(document).split()
    assert not is_foreign_wiki(markup)


@pytest.mark.parametrize(
    "markup",
    [
        "-The board- is live",
        "The {color:red}board{color} is live",
        "The board is live\n----",
        "!board.png|thumbnail!",
        "|The board|is live|",
        "h2. The board",
        "# The board",
        "** The board",
        "bq. The board",
        "{noformat}The board{noformat}",
        "_The board_",
        "[^board.pdf]",
    ],
)
def test_what_we_never_write_is_foreign(markup: str) -> None:
    assert is_foreign_wiki(f"h3. Scope\n* {{*}}one{{*}} [two|https://x.example/a-b_c]\n\n{markup}\n")


_PHRASE = r"(?<![^\W_\\])(?:{mark})(?=\S).*?(?<=\S)(?:{mark})(?![^\W_])"
_LIVE = {
    "a macro, a link, a table or an escape": re.compile(r"[{}\[\]|\\]"),
    "emphasis": re.compile(
        "|".join(_PHRASE.format(mark=mark) for mark in (r"\*", r"\^", "~", "_", "-", r"\+", r"\?\?"))
    ),
    "a picture": re.compile(r"!\S[^\n!]*!"),
    "an address": re.compile(
        r"(?<![A-Za-z0-9])(?:https?|ftp|file|irc|news|skype|callto|mailto|javascript|data|[a-z]+):[^\s\d]"
    ),
    "a smiley": re.compile(
        r":\)|:\(|:P|:D|;\)|;-\)|\((?:y|n|i|x|on|off|flag|flagoff|[/!+?*-]|\*[rgby])\)", re.IGNORECASE
    ),
    "an issue's key": re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Z0-9_]+-\d+"),
    "a block": re.compile(r"^\s*(?:h[1-6]\.|bq\.|[*#-]+\s|-{4})", re.MULTILINE),
    "a dash of the renderer's": re.compile(r"(?<=\s)-{2,3}(?=\s)"),
}
"""What the renderer would make more of, by its own patterns. Source: atlassian-renderer, v2 components."""


@given(st.lists(st.builds(Span, text=_TEXT), max_size=4).map(tuple))
@example((Span(text="h1"), Span(text=". x")))
@example((Span(text="(x"), Span(text=")")))
@example((Span(text="\\{html}<script>{html}"),))
@example((Span(text="!http://x.example/p.png! [~ada] ~a~ -b- TD-4 ----"),))
def test_no_text_becomes_markup(spans: tuple[Span, ...]) -> None:
    markup = wiki_from_document(Document(blocks=(Paragraph(spans=spans),)))
    assert [name for name, live in _LIVE.items() if live.search(markup)] == []
    quoted = wiki_from_document(Document(blocks=(Quote(text="".join(span.text for span in spans)),)))
    assert re.findall(r"\{[^}]*\}", quoted) == ["{quote}", "{quote}"]


@given(_TEXT, st.sampled_from(["https://x.example/", "javascript:", "data:text/html,", "//x.example/", ""]))
def test_link_leads_nowhere_but_to_a_web_address(text: str, scheme: str) -> None:
    markup = wiki_from_document(Document(blocks=(Paragraph(spans=(Span(text="x", link=f"{scheme}{text}"),)),)))
    assert re.fullmatch(r"x?|\[x\|https://x\.example/[\w./:?#@$&,;=%+-]*\]", markup.strip(), re.ASCII)


def test_dates_and_words_are_easy_to_read_where_people_edit_them() -> None:
    text = "By 2026-08-14 at 10:30, re-scans (two of them) and R & D: done."
    assert wiki_from_document(Document(blocks=(Paragraph(spans=(Span(text=text),)),))).strip() == text
