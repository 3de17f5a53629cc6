"""Names of things that never change: references into a source, and ids derived from them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

__all__ = ["SourceRef", "derive_id", "is_derived", "is_marker", "marker_for"]

_DERIVED = re.compile(r"[a-z]{2,4}_[0-9a-f]{16}")
_MARKER = re.compile(r"atlas-[0-9a-f]{20}")


@dataclass(frozen=True, slots=True, order=True)
class SourceRef:
    """One record in one connection: `salesforce:deal:0065e00000AAAA1AAA`.

    `kind` is our word for the thing (deal, client, person, user, interaction, role, contract, line_item, project,
    work_item, comment, link), with a suffix after a slash where the vendor keeps several objects of that kind
    (`interaction/call`). `id` is the vendor's id, which may itself contain colons.
    """

    system: str
    kind: str
    id: str

    def __str__(self) -> str:
        """Give the text form that `parse` reads."""
        return f"{self.system}:{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> SourceRef:
        """Read the text form.

        Raises:
            ValueError: there are not three non-empty parts.
        """
        try:
            system, kind, remote_id = (part for part in text.split(":", 2) if part)
        except ValueError:
            raise ValueError("a source reference is system:kind:id") from None
        return cls(system, kind, remote_id)


def derive_id(prefix: str, *parts: str) -> str:
    """Derive a stable id: the prefix and 16 hex digits of a hash over the parts, in order."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return f"{prefix}_{digest[:16]}"


def is_derived(text: str) -> bool:
    """Tell if a text has the form of an id of ours, which nobody writes by chance; "1" or "P1" has not.

    >>> is_derived(derive_id("sta", "acme", "x")), is_derived("P1")
    (True, False)
    """
    return _DERIVED.fullmatch(text) is not None


def marker_for(tenant: str, engagement_id: str, item_kind: str, item_id: str) -> str:
    """Derive the mark that an item of ours carries in a tracker: `atlas-` and 20 hex digits.

    Lower case without spaces, so that it is valid as a label and inside a quoted query string. Never derived from text
    that a person may edit.
    """
    digest = hashlib.sha256(f"{tenant}|{engagement_id}|{item_kind}|{item_id}".encode()).hexdigest()
    return f"atlas-{digest[:20]}"


def is_marker(text: str) -> bool:
    """Tell if a text has the form of a mark of ours, which other labels that begin with `atlas-` have not."""
    return _MARKER.fullmatch(text) is not None
