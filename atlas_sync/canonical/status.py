"""Names that trackers give to work which will not be done: as a status or as a resolution, in the languages we know."""

from __future__ import annotations

import re

from atlas_sync.canonical.normalize import fold

__all__ = ["says_dropped"]

_PARTS = re.compile(r" ?(?: -+ |[/:;,()|]| (?:as|by|per) ) ?")
_DROPPED = re.compile(
    r"(?:won'?t|will not) (?:be )?(?:do|done|fix|fixed|implement|implemented|deliver|delivered)|not doing"
    r"|cancel(?:led|ed)|declined|rejected|refused|abandoned|dropped|discarded|scrapped|withdrawn|obsolete|superseded|invalid"
    r"|duplicated?|duplicate issue|(?:cannot|can'?t|not|unable to) reproduc(?:e|ible)|not a bug"
    r"|(?:not|no longer) (?:needed|required|wanted|relevant|applicable)|out of scope|not in scope|de-?scoped"
    r"|abgebrochen|abgelehnt|verworfen|storniert|hinfaellig|entfaellt|(?:wird )?nicht (?:erledigt|gemacht|umgesetzt|benoetigt)"
    r"|annulee?|abandonnee?|rejetee?|doublon|ne sera pas fait"
    r"|cancelad[oa]|rechazad[oa]|descartad[oa]|rejeitad[oa]|duplicad[oa]"
    r"|geannuleerd|afgewezen|vervallen|annullat[oa]|respint[oa]|avbrut(?:en|t)|annulleret"
)


def says_dropped(name: str) -> bool:
    """Tell if a status or resolution says that the work will not be done, alone or beside what else it says.

    >>> [says_dropped(one) for one in ("Won't Do", "Closed - Out of scope", "Cancelled by client", "Done", "Duplicate check")]
    [True, True, True, False, False]
    """
    said = " ".join(fold(name).replace("’", "'").split())
    return any(_DROPPED.fullmatch(part.strip()) for part in _PARTS.split(said))
