"""Time reading's patterns on hostile texts: twice the length may take about twice the time.

python benchmarks/linear.py [CHARACTERS]
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import Literal

from atlas_sync.extraction import Attendee, Conversation
from atlas_sync.extraction.people import Cast
from atlas_sync.extraction.units import split

SEEDS = (
    *("<", "&", "<div>", "</div>", "<blockquote>", "<!--", "<!-- -->", "<style>", "<v A>", "&amp;"),
    *(" ", "a", ">", "(", "1", "-", "_", ".", "!", "\n", "\r", "\t|", "; ", "// ", "\u0301", "\u202e", "ß", "İ"),
    *(
        "On 3 wrote: ",
        "On Mon <\n",
        "From: a\n",
        "From: a\nSent: b\nSubject: c\n",
        "wrote:\n",
        "thanks\n",
        "-- \n",
        "PS: x\n",
    ),
    *(
        "00:01 A\n",
        "1:",
        "A B: ",
        "WEBVTT\n",
        "A. ",
        "Dr. ",
        "1.1 ",
        "12.12.",
        "on the 3rd ",
        "3 may ",
        "every ",
        "in a ",
        "by the ",
    ),
    *("Lena ", "Lena (x) ", "she ", "Lena, our ", "my a b c d ", "x@y.z "),
)
PEOPLE = (
    Attendee("Lena Wirth", "lena@kestrel.example", "us"),
    Attendee("Jens Brandt", "jens@hallmann.example", "customer", title="CFO"),
)


def seconds(seed: str, length: int, kind: Literal["email", "call"], body_format: Literal["text", "html"]) -> float:
    """Give the processor time of splitting a text made of one piece and of looking for people in it."""
    conversation = Conversation(
        interaction_id="i",
        engagement_id="e",
        kind=kind,
        at=datetime(2026, 3, 3, tzinfo=UTC),
        subject=None,
        author="Lena Wirth",
        author_side="us",
        attendees=PEOPLE,
        body=(seed * (length // len(seed) + 1))[:length],
        body_format=body_format,
        audience="internal",
    )
    start = time.process_time()
    cast = Cast(PEOPLE)
    for unit in split(conversation):
        list(cast.shown_in(unit))
    return time.process_time() - start


if __name__ == "__main__":
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    rows = []
    for seed in SEEDS:
        for kind, body_format in (("email", "text"), ("email", "html"), ("call", "text")):
            once = seconds(seed, length, kind, body_format)
            twice = seconds(seed, 2 * length, kind, body_format)
            rows.append((twice / max(once, 0.02), once, f"{kind} {body_format} {seed[:16]!r}"))
    for ratio, once, name in sorted(rows, reverse=True)[:8]:
        print(f"{ratio:4.1f} times the time for twice the length, {once:.2f} s for {length:,} characters: {name}")
