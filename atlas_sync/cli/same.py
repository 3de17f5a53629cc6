"""`atlas-sync same`: say that two clients, two people, or two deals, are one."""

from __future__ import annotations

from atlas_sync.cli.pair import pair_command

__all__ = ["same_command"]

same_command = pair_command(
    "same",
    """Say that two clients, two people, or two deals, are one: their records become one, and the one seen first keeps its id.

    ONE and OTHER are ids of clients, people or engagements (cli_..., per_..., eng_...), or of their records in a system
    (hubspot:person:201, salesforce:deal:006A). It holds against any key, for good, and takes back what was said to
    keep records of theirs apart; `atlas-sync different` takes it back without a trace.

    Example: atlas-sync same per_0f3c9a per_77be01
    """,
)
