"""A work item cut into what it says: passages short enough to be read as one, and the sentence that shows most of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from atlas_sync.canonical.model import WorkItem
from atlas_sync.coverage.refusals import says_no
from atlas_sync.coverage.text import MAX_TEXT, shorten, stem, terms, words

__all__ = ["best_part", "is_skipped", "names_title", "parts_of", "passages_of", "repeats"]

_SENTENCE = re.compile(r"[\n\r;]+|(?<=[.!?]) +")
_BULLET = re.compile(r"^[\s*#•·\-–|\[\]x]{1,8}\s")
_SKIPPED = re.compile(r"x (?=[^\W\d_])|[\s*•·\-–]{0,4}(?:\[-\]|~~(?=.*~~$)) ?")
"""How a line begins that a checklist leaves out, such as Smart Checklist for Jira does with "x"; "- [x]" is done."""
_PASSAGE = 320
_TERSE = 60
_MOST = 12
_QUOTE = 120
_FEWEST = 5
"""Fewer words may stand somewhere by chance, or leave open what they are about."""
_NAME = 2
"""Telling words that a title has at the least, so that it names one thing: "Training" names all there is of it."""
_SOURCE = frozenset(
    "the a from in of as per by at on this we sales deal call mail email meeting note notes handover handoff kickoff "  # noqa: SIM905 - a list to read
    "promise promised promises commitment commitments committed agreed agreement said quote quoted wording "
    "aus dem der die das laut wie von vom zusage zugesagt versprechen versprochen vereinbart vertrieb uebergabe wortlaut "
    "promesse promis convenu accord vente acordado prometido promesa venta "
    "toegezegd beloofd afgesproken verkoop overdracht".split()
)
"""Words that tell where something was said, and nothing about it."""
_MARKED = re.compile(r"[~?]|(?<!\S)\{?-\}?(?=\w)")
"""What may strike out or ask what it stands at, without a word."""


def parts_of(item: WorkItem) -> list[str]:
    """Give an item's summary, then each sentence or line of its text, without bullets; empty ones are left out."""
    pieces = (_BULLET.sub("", piece).strip() for piece in _SENTENCE.split(item.text[:MAX_TEXT]))
    return [part for part in (item.summary.strip(), *pieces) if part]


def passages_of(item: WorkItem, by_name: Mapping[str, WorkItem]) -> list[str]:
    """Give what is read as one: the summary with as many sentences as fit, then the summary with the next ones.

    A terse item is read with the summary of the item above it.
    """
    head, *rest = parts_of(item) or [""]
    above = by_name.get(item.parent or "")
    if above is not None and len(head) + sum(map(len, rest)) < _TERSE:
        rest.append(f"({above.summary})")
    passages: list[str] = []
    current = ""
    for part in rest:
        if current and len(current) + len(part) > _PASSAGE:
            passages.append(current)
            current = ""
        current = f"{current} {part[:_PASSAGE]}".strip()
    passages.append(current)
    return [f"{head}. {body}".strip() for body in passages[:_MOST]]


def repeats(text: str, passages: Sequence[str]) -> bool:
    """Tell if an item says in the very words what was agreed, and else only the same again or where it was said.

    >>> repeats("We train all nine dock teams", ["Train dock teams. As agreed: “We train all nine dock teams”"])
    True
    >>> repeats("We train all nine dock teams", ["We train all nine dock teams. Declined by Anna"])
    False
    """
    said = words(text)
    if len(said) < _FEWEST or len(passages) > 1 or _MARKED.search(passages[0]):
        return False
    planned = words(passages[0])
    rest = _apart(planned).replace(_apart(said), "").split()
    return len(rest) < len(planned) and _SOURCE.union(said).issuperset(rest) and not says_no(" ".join(rest))


def names_title(text: str, title: str) -> bool:
    """Tell if the whole title of an item stands in what was agreed, its words in a row, whatever their endings.

    >>> names_title("We'll add transfer buttons for the ward clerks", "Transfer button")
    True
    >>> names_title("We transfer the data, and add a button", "Transfer button")
    False
    """
    name = _name_of(title)
    return bool(name) and name in _stems(text)


@lru_cache(maxsize=4096)  # each title is held against all that was agreed
def _name_of(title: str) -> str:
    """Give a title as `_stems` gives texts, nothing where it has too few words that tell."""
    telling = {term for term in terms(title) if not term.isdigit()}
    return _stems(title) if len(telling) >= _NAME else ""


@lru_cache(maxsize=1024)
def _stems(text: str) -> str:
    return _apart([stem(word) for word in words(text)])


def _apart(said: Sequence[str]) -> str:
    return "".join(f" {word} " for word in said)


def best_part(text: str, item: WorkItem) -> str:
    """Quote the part of an item that shares the most telling words with a text, the summary where none does."""
    wanted = set(terms(text))
    parts = parts_of(item)
    best = max(parts, key=lambda part: len(wanted & set(terms(part))), default="")
    return shorten(best, _QUOTE)


def is_skipped(text: str, item: WorkItem) -> bool:
    """Tell if the line of an item that shares the most telling words with a text is one of a checklist that is left out.

    Where another line or the summary shares as many, it is not: what one line leaves out the other does.
    """
    lines = item.text[:MAX_TEXT].splitlines()
    left = [line for line in lines if _SKIPPED.match(line)]
    if not left:
        return False
    wanted = set(terms(text))
    kept = [item.summary, *(line for line in lines if line not in left)]
    most, other = (max(len(wanted.intersection(terms(line))) for line in side) for side in (left, kept))
    return most > other
