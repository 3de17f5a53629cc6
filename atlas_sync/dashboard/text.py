"""How values read on a page."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import urlsplit

from atlas_sync.canonical.identity import SourceRef

__all__ = ["LABELS", "age", "crm_of", "is_web", "label", "money", "readable"]

LABELS = {
    "kind": {
        "promise_missing": "Promise not in delivery",
        "promise_contradicted": "Promise contradicted",
        "promise_dropped": "Promise dropped",
        "promise_late": "Promise late",
        "promise_stalled": "Promise stalled",
        "promise_review": "Promise to check",
        "why_missing": "Why not in delivery",
        "person_missing": "Person not met",
        "scope_missing": "Scope point missing",
        "vague_undecided": "Vague point undecided",
        "project_missing": "No project",
        "contract_without_project": "Contract without a project",
        "project_without_deal": "Project without a deal",
        "owner_missing": "Nobody owns it",
        "conversation_missing": "Conversation not attached",
        "obligation_open": "Customer has to act",
    },
    "severity": {"high": "high", "medium": "medium", "low": "low"},
    "state": {
        "open": "open",
        "planned": "planned",
        "written": "written",
        "acknowledged": "acknowledged",
        "not_decidable": "not decidable",
    },
}
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BLOCK_END = re.compile(r"</(?:p|div|li|tr|h[1-6]|blockquote)>|<br ?/?>", re.IGNORECASE)


def label(group: str, name: str) -> str:
    """Give the words for a coded value."""
    return LABELS.get(group, {}).get(name, name.replace("_", " "))


def age(moment: datetime | None, now: datetime) -> str:
    """Say how long ago something was, in days, hours or minutes."""
    if moment is None:
        return "-"
    seconds = (now - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))).total_seconds()
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return "just now"


def crm_of(source: str) -> str:
    """Give the connection that a record comes from."""
    return SourceRef.parse(source).system


def is_web(link: str | None) -> bool:
    """Tell if an address leads to a page: one from an export may be a script."""
    try:
        return urlsplit(link or "").scheme in {"http", "https"}
    except ValueError:
        return False


def money(amount: Decimal | None, currency: str | None) -> str:
    """Give an amount without cents, thousands apart."""
    return "-" if amount is None else f"{amount:,.0f} {currency or ''}".strip()


def readable(body: str) -> str:
    """Give a text without tags and entities, a line a block; shown escaped, so nothing depends on it being complete."""
    return re.sub(r"\n{3,}", "\n\n", html.unescape(_TAG.sub("", _BLOCK_END.sub("\n", body)))).strip()
