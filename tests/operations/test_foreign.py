from __future__ import annotations

from datetime import UTC, datetime

import pytest

from atlas_sync.operations.foreign import whys_unread
from tests.coverage.build import engagement, interaction, outcome, record

GERMAN = "Das Audit im Mai hat uns zwei Abweichungen gebracht, die müssen bis Juni vom Tisch sein."
FRENCH = (
    "L'Urssaf nous a redressés l'an dernier et nous ne voulons plus voir ça. C'est pour cela que nous externalisons."
)
ENGLISH = "The offer is attached, and we look forward to the kick-off."
ANSWERED = f"We will be there.\n\nAm 05.05.2026 um 10:04 schrieb Jens Brandt <j.brandt@hallmann.example>:\n> {GERMAN}"


def told(*bodies: str) -> str:
    said = (
        interaction(id=f"int_{day}", kind="email", at=datetime(2026, 5, day, tzinfo=UTC), body=body)
        for day, body in enumerate(bodies, 4)
    )
    return whys_unread(record(interactions=tuple(said)))


@pytest.mark.parametrize(
    ("bodies", "where"),
    [
        ((ENGLISH, GERMAN), "the email of 5 May 2026 (German)"),
        ((FRENCH, ENGLISH, GERMAN), "the email of 4 May 2026 (French) and the email of 6 May 2026 (German)"),
        (
            (GERMAN,) * 5,
            "the email of 4 May 2026 (German), the email of 5 May 2026 (German), the email of 6 May 2026 (German) and 2 more",
        ),
    ],
)
def test_where_a_why_may_stand_in_another_language_is_told(bodies: tuple[str, ...], where: str) -> None:
    assert told(*bodies) == (
        f"whys are read in English alone: look for one in {where}, and log it on the deal in English."
    )


@pytest.mark.parametrize("bodies", [(), (ENGLISH,), (ANSWERED,), ("OK", "Kick-off: 12 May, 10:00")])
def test_nothing_is_unread_where_all_that_was_said_is_english(bodies: tuple[str, ...]) -> None:
    assert told(*bodies) == ""


def test_nothing_is_asked_where_a_why_was_found_or_the_sale_is_open() -> None:
    said = (interaction(body=GERMAN),)
    assert whys_unread(record(interactions=said, outcomes=(outcome(),))) == ""
    assert whys_unread(record(interactions=said, engagement=engagement(stage="open"))) == ""
    assert whys_unread(record(interactions=said, outcomes=(outcome(kind="why_us"),))) != ""
