from __future__ import annotations

from datetime import timedelta

from atlas_sync.coverage import conversation_page, page_name
from tests.coverage.build import SAID, engagement, interaction, record

_NASTY = '<script>alert(1)</script> & "x" <img src=x onerror=alert(1)> </pre>{title}'


def test_page_holds_every_piece_in_order_as_text() -> None:
    later = interaction(
        "int_b", at=SAID + timedelta(days=3), subject="Scope", body="Line one\n  two", participants=("Greta",)
    )
    first = interaction(
        "int_a", author="Hana Vrba", body="<p>We start <b>soon</b>.</p><style>p{}</style>", body_format="html"
    )
    page = conversation_page(record(interactions=(later, first)))
    assert "2 pieces, 24 Feb 2026 to 27 Feb 2026." in page
    assert page.index("<pre>We start soon.</pre>") < page.index("<pre>Line one\n  two</pre>")
    assert '<p class="who">Hana Vrba</p>' in page
    assert "p{}" not in page
    logged = interaction(body="<p>We start <b>soon</b>.</p><p>Then we go on.</p>")
    assert "<pre>We start soon.\nThen we go on.</pre>" in conversation_page(record(interactions=(logged,)))
    assert conversation_page(record(interactions=())) == ""


def test_whatever_somebody_wrote_is_shown_and_never_run() -> None:
    said = interaction(subject=_NASTY, author=_NASTY, participants=(_NASTY,), body=_NASTY)
    page = conversation_page(record(engagement=engagement(name=_NASTY), interactions=(said,)))
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;") == 6
    assert page.count("</pre>") == 1


def test_name_follows_from_what_the_page_holds() -> None:
    one, other = (conversation_page(record(interactions=(interaction(body=text),))) for text in ("a", "b"))
    assert page_name(one) == page_name(one) != page_name(other)
