"""Foreign: what of a conversation is in a language in which no whys are read, so that none is called missing for it."""

from __future__ import annotations

from collections.abc import Mapping

from atlas_sync.canonical.model import Interaction
from atlas_sync.coverage import EngagementRecord
from atlas_sync.coverage.findings import telling_outcomes
from atlas_sync.coverage.text import show_day
from atlas_sync.extraction.clean import clean
from atlas_sync.extraction.languages import Language, language_of

__all__ = ["whys_unread"]

_NAMES: Mapping[Language, str] = {
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "pt": "Portuguese",
    "nl": "Dutch",
    "it": "Italian",
}
_NAMED = 3


def whys_unread(record: EngagementRecord) -> str:
    """Say where a why may stand that was not read, and what to do; empty where one was found, or all could be read."""
    if record.engagement.stage != "won" or telling_outcomes(record):
        return ""
    told = ((one, _NAMES.get(_language(one) or "en")) for one in record.interactions)
    named = (f"the {one.kind} of {show_day(one.at.date())} ({name})" for one, name in told if name)
    found = list(dict.fromkeys(named))
    if not found:
        return ""
    more = [f"{len(found) - _NAMED} more"] if len(found) > _NAMED else []
    *others, last = [*found[:_NAMED], *more]
    where = f"{', '.join(others)} and {last}" if others else last
    return f"whys are read in English alone: look for one in {where}, and log it on the deal in English."


def _language(said: Interaction) -> Language | None:
    """Tell the language of what an interaction itself says."""
    lines = clean(said.body, is_html=said.is_markup, kind=said.kind, subject=said.subject, author=said.author)
    return language_of(" ".join(line.text for line in lines if line.zone == "new"))
