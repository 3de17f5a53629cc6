from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_sync.connectors.jira.wiki import text_from_wiki


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
