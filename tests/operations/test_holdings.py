"""Whose the text of an item is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas_sync.connectors.writing import RemoteItem, fingerprint
from atlas_sync.operations.holdings import is_edited
from atlas_sync.store.ledger import Intent

_ITEM = RemoteItem("10", "TD-10", "atlas-1", "https://t.example/10", "Fixed price", "As promised.", None, "to_do")
_INTENT = Intent("atlas-1", "jira", "TD", "eng_1", "pro_1", "promise", "done", "plan", written_body="As promised.")


@pytest.mark.parametrize("written", [{}, {"body": fingerprint("As promised.")}])
def test_picture_beside_our_words_makes_the_text_a_persons(written: dict[str, str]) -> None:
    ours = replace(_ITEM, written=written)
    assert not is_edited(ours, _INTENT)
    assert is_edited(replace(ours, holds_foreign=True), _INTENT)
    assert is_edited(replace(ours, body_text="Theirs."), _INTENT)
