"""Named: what an id, a key, an address or a part of a name stands for, today or at an earlier moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from atlas_sync.canonical.deals import named_by
from atlas_sync.canonical.model import Engagement
from atlas_sync.errors import ConfigError
from atlas_sync.operations.history import engagements_at
from atlas_sync.store.tables import Version
from atlas_sync.store.warehouse import Rows

__all__ = ["check_named", "find_engagement", "fitting", "is_named", "joined_with", "places_of"]


def find_engagement(rows: Rows, wanted: str) -> Engagement:
    """Find an engagement by its id, its deal's id or address, or part of its name that fits only one.

    Raises:
        ConfigError: nothing or more than one fits; the message lists what does.
    """
    if found := fitting(rows.select(Engagement), wanted):
        return found
    message = f"there is no engagement {wanted!r}."
    raise ConfigError(message, advice="`atlas-sync gaps` lists them; an id, a deal id or part of the name will do.")


def is_named(engagement: Engagement, text: str) -> bool:
    """Tell if the name of an engagement or of its client holds a text."""
    return text.casefold() in f"{engagement.name} {engagement.client_name or ''}".casefold()


def check_named(engagements: Iterable[Engagement], text: str) -> None:
    """Hold that a text, if there is one, names some engagement: one that is mistyped has nothing to see to for ever.

    Raises:
        ConfigError: it names none.
    """
    if text and not any(is_named(one, text) for one in engagements):
        message = f"there is no engagement {text!r}."
        raise ConfigError(message, advice="`atlas-sync gaps` lists them; a part of the name or the client's will do.")


def fitting(engagements: Sequence[Engagement], wanted: str) -> Engagement | None:
    """Give the engagement that fits best: by an id or address, else by its whole name, else by a part of it; None if none does.

    An empty text is part of every name, and fits none.

    Raises:
        ConfigError: more than one fits; the message lists what does.
    """
    if not wanted.strip():
        return None
    for fits in (
        lambda row: (
            wanted in {*row.ids, *row.deals, row.link, *row.links}
            or any(wanted in named_by(deal) for deal in row.deals)
        ),
        lambda row: wanted.casefold() == row.name.casefold(),
        lambda row: is_named(row, wanted),
    ):
        found = [row for row in engagements if fits(row)]
        if len(found) == 1:
            return found[0]
        if found:
            names = "; ".join(f"{row.id} {row.name}" for row in found[:8])
            message = f"{len(found)} engagements fit {wanted!r}: {names}."
            raise ConfigError(message, advice="Give one of these ids.")
    return None


def places_of(rows: Rows, wanted: str, moment: datetime) -> set[tuple[str, str]]:
    """Give what is meant by an id, a tracker key or a name: ids of things, each with the engagement that it is or was in.

    A tracker key means the items that ever had it, also those that are gone. A name means the engagement that it fitted at
    the moment, else the one that it fits today.

    Raises:
        ConfigError: nothing was ever known by that name, or more than one engagement fits.
    """
    known = rows.select(Version, entity_id=wanted)
    known += rows.select(Version, entity="work_item", body={"key": wanted})
    if known:
        return {(row.engagement_id, row.entity_id) for row in known}
    engagement = fitting(engagements_at(rows, moment), wanted) or find_engagement(rows, wanted)
    return {(engagement.id, engagement.id)}


def joined_with(rows: Rows, engagement_id: str, moment: datetime) -> set[tuple[str, str]]:
    """Give, as `places_of` does, the engagement that goes by an id of one of its deals at a moment; nothing if none does."""
    return {(row.id, row.id) for row in engagements_at(rows, moment) if engagement_id in row.ids}
