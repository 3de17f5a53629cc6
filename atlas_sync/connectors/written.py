"""What sales writes into a deal's own fields: notes to read, and promises of which each line is one for certain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from atlas_sync.canonical.observed import (
    InteractionKind,
    Observed,
    ObservedDeal,
    ObservedInteraction,
    ObservedTombstone,
    Participant,
)

__all__ = ["Field", "texts_of"]


@dataclass(frozen=True, slots=True)
class Field:
    """One such field: the reference that its text gets, what the text is, the field's name in words, and the text if any."""

    source: str
    kind: InteractionKind
    name: str
    text: str | None


def texts_of(
    deal: ObservedDeal, fields: Iterable[Field], *, at: datetime | None, form: Literal["text", "html"] = "text"
) -> list[Observed]:
    """Give each field's text as said about the deal at some time, gone when it is emptied."""
    return [
        ObservedInteraction(
            source=field.source,
            link=deal.link,
            updated_at=deal.updated_at,
            deletion=deal.deletion,
            kind=field.kind,
            at=at,
            subject=field.name,
            body=field.text,
            body_format=form,
            author=Participant(ref=deal.owner) if deal.owner else None,
            deals=(deal.source,),
        )
        if field.text is not None and at is not None
        else ObservedTombstone(source=field.source, deletion="deleted")
        for field in fields
    ]
