"""Leavers: who goes, or is the one whom another comes for, by the words of a sentence; what is said next is of others."""

from __future__ import annotations

import re

__all__ = ["comes_for", "leaves"]

_LEAVES = re.compile(
    r"(?<!not )(?<!n['’]t )(?<!never )\b(?:"
    r"no longer (?:with (?:us|the)|here|part of|works?|working|employed|in (?:the|his|her) (?:role|post|job))\b|"
    r"step(?:s|ped|ping) down|resign(?:s|ing|ed(?! to\b))|(?:was|been) (?:let go|dismissed)|has moved on\b|"
    r"retir(?:ed|ing)\b|retires\b(?! (?:in )?(?:\d|two|three|a few))|replaced by (?-i:[A-ZÀ-Þ])|"
    r"(?:left|leaves|leaving|quit|quits) (?:us|the (?:company|firm|business|organi[sz]ation|bank|group|board))\b|"
    r"(?:has left|(?:is|will be) leaving)(?=\s{0,2}(?:[.,;!]|(?:and|for good|in|at|by|next)\b|$))|"
    r"(?:hat|haben) (?:uns|die Firma|das Unternehmen|das Haus) verlassen|verlässt (?:uns|die Firma|das Unternehmen)|"
    r"nicht mehr (?:bei uns|im (?:Haus|Unternehmen|Amt)|für uns)|ausgeschieden|scheidet\b.{0,30}\baus\b|"
    r"hat gekündigt|(?:in|im|in den) (?:Rente|Pension|Ruhestand)|zurückgetreten|"
    r"n['’]est plus (?:chez|parmi|avec nous|là|dans|en poste)|a (?:quitté|démissionné)|(?:nous|qui) quitte|à la retraite|"
    r"ya no (?:trabaja|está (?:con|en|aquí)|forma parte)|"
    r"(?:ha dejado|dejó|deja) (?:la (?:empresa|compañía)|el (?:cargo|puesto))|"
    r"se (?:fue|ha ido|va) de la (?:empresa|compañía)|dimitió|renunció|se jubil[aó]\b|"
    r"já não (?:trabalha|está (?:con+osco|com|na|no|aqui)|faz parte)|não (?:está|trabalha) mais|deixou (?:a empresa|o cargo)|"
    r"saiu da (?:empresa|companhia)|reformou-se|demitiu-se)",
    re.IGNORECASE,
)
_COMES_FOR = re.compile(
    r"\b(?:replac(?:es|ed|ing)|succeed(?:s|ed|ing)|(?:takes?|took|taking) over from|in place of|"
    r"success(?:or|ion) (?:of|to)|ersetzt|folgt auf|Nachfolger(?:in)? von|remplace|succède à|succes+eur de|sustituye a|"
    r"sucede a|substitui)\s(?:[\w.]{1,9}\s){0,2}$",
    re.IGNORECASE,
)


def leaves(text: str) -> int | None:
    """Give where the words end by which whom a text begins with goes, None where nobody does.

    >>> leaves("Eduardo stepped down."), leaves("Eduardo left a message.")
    (20, None)
    """
    found = _LEAVES.search(text)
    return found.end() if found else None


def comes_for(before: str) -> bool:
    """Tell if the name that follows is of whom somebody comes for: "Marina Couto replaces"."""
    return bool(_COMES_FOR.search(before))
