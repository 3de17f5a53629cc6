"""Names that trackers give to work which will not be done: as a status or as a resolution, in the languages we know.

Those with which Redmine is set up in most of its languages are among them. Source: default_issue_status_rejected in the files
of its `config/locales`.
"""

from __future__ import annotations

import re

from atlas_sync.canonical.normalize import fold

__all__ = ["says_dropped"]

_PARTS = re.compile(r" ?(?: -+ |[/:;,()|]| (?:as|by|per) ) ?")
_SIGNS = re.compile(r"[^\w']+")
_DROPPED = re.compile(
    r"(?:won'?t|will not) ?(?:be )?(?:do|done|fix|fixed|implement|implemented|deliver|delivered)|not doing"
    r"|cancel(?:led|ed)|declined|rejected|refused|abandoned|dropped|discarded|scrapped|withdrawn|removed|obsolete|superseded|invalid"
    r"|duplicated?|duplicate issue|(?:cannot|can'?t|not|unable to) reproduc(?:e|ible)|not a bug"
    r"|(?:not|no longer) (?:needed|required|wanted|relevant|applicable)|out of scope|not in scope|de ?scoped"
    r"|abgebrochen|abgelehnt|(?:ab|zurueck)gewiesen|verworfen|storniert|gestrichen|hinfaellig|entfaellt|duplikat"
    r"|(?:wird )?nicht (?:erledigt|gemacht|umgesetzt|benoetigt|ausgefuehrt|behoben)"
    r"|annulee?|abandonnee?|rejetee?|refusee?|doublon|ne sera pas fait"
    r"|(?:cancel|anul|rechaz|rexeit|descart|rejeit|recus|duplic)ad[oa]|rebutjat|baztertua"
    r"|geannuleerd|afgewezen|geweigerd|vervallen|(?:annull|rifiut|scart)at[oa]|respint[oa]|respins"
    r"|avbrut(?:en|t)|annulleret|avvist|afvist|avslagen|avslatt|avvisad|hylaetty|peruttu"
    r"|odrzucon[ey]|anulowan[ey]|od(?:mi|mie)tnut[aey]|zamitnut[oy]|zrusen[aoy]|odbijen[oa]?|odbaceno|zavrnjen[oa]?|elutasitott"
    r"|noraidits|atmestas|tagasi luekatud|reddedildi|iptal edildi|ditolak"
    r"|απορρι(?:πτεο|φθηκε)|о(?:тклонен|тменен|тхвърлен)[ао]?|відмовлено|од(?:биена|бијено)|却下|已?取消|已拒[絕绝]|キャンセル|거절|취소"
)


def says_dropped(name: str) -> bool:
    """Tell if a status or resolution says that the work will not be done, alone or beside what else it says.

    >>> [says_dropped(one) for one in ("Won't Do", "Closed - Out of scope", "Cancelled by client", "Done", "Duplicate check")]
    [True, True, True, False, False]
    """
    said = " ".join(fold(name).replace("’", "'").split())
    return any(_DROPPED.fullmatch(_SIGNS.sub(" ", part).strip()) for part in _PARTS.split(said))
