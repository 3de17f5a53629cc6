"""`atlas-sync different`: say that two clients, two people, or two deals, are two."""

from __future__ import annotations

from atlas_sync.cli.pair import pair_command

__all__ = ["different_command"]

different_command = pair_command(
    "different",
    """Say that two clients, two people, or two deals, are two: records that keys had joined are taken apart.

    ONE and OTHER are ids of clients, people or engagements (cli_..., per_..., eng_...), or of their records in a system
    (hubspot:person:201, salesforce:deal:006A); to part what is one now, name two of its records, or the two ids that it had
    before. It holds for good, and takes back what was said last of those that joined the two by way of others;
    `atlas-sync same` takes it back.

    Example: atlas-sync different salesforce:person:003A hubspot:person:201
    """,
)
