"""What is said around a number that makes a bound of it: at least, no more than, within, about."""

from __future__ import annotations

from collections.abc import Sequence

from atlas_sync.coverage.quantity import Bound

__all__ = ["bound_of"]

_BOUND_WORDS: tuple[tuple[Bound, str], ...] = (
    ("most", "within under below < most max maximum innerhalb binnen"),
    ("least", "least > minimum mindestens minstens"),
    ("about", "around roughly about approximately nearly almost circa ca ~ rund etwa environ ongeveer"),
)
_BOUNDS = {word: bound for bound, spellings in _BOUND_WORDS for word in spellings.split()}
_BEHIND: dict[tuple[str, str], Bound] = {
    ("at", "most"): "most",
    ("or", "less"): "most",
    ("or", "fewer"): "most",
    ("or", "more"): "least",
    ("no", "more"): "most",
    ("not", "more"): "most",
    ("no", "longer"): "most",
    ("no", "less"): "least",
    ("no", "fewer"): "least",
}
_UNDER = frozenset(("under", "below"))
_BETWEEN, _FAR = frozenset((".", "a", "an", "of")), frozenset(("max", "maximum", "minimum", "least"))
"""What may stand between some bounds and their number: "a maximum of 8", not "under a 24-month warranty"."""
_NO = frozenset(("no", "not", "never", "cannot", "nor", "nobody", "nowhere"))
_MORE, _LESS = frozenset(("more", "longer", "later")), frozenset(("less", "fewer"))
_DENIAL = 10


def bound_of(tokens: Sequence[str], start: int, end: int) -> Bound | None:
    """Read "at least", "no more than", "within" and "about" before a number; who has "up to 60" is owed 60."""
    past_comma = end + (_at(tokens, end) == ",")
    behind = _at(tokens, past_comma), _at(tokens, past_comma + 1)
    if behind in _BEHIND:
        return _BEHIND[behind]
    at = start - 1
    while _at(tokens, at) in _BETWEEN:
        at -= 1
    than = _at(tokens, at - 1)
    if _at(tokens, at) == "than" and than in _MORE | _LESS:
        return "least" if (than in _LESS) == _is_denied(tokens, at - 1) else "most"
    if _at(tokens, at) in _UNDER and _at(tokens, at - 1) in _NO:
        return "least"
    return _BOUNDS.get(_at(tokens, at)) if at == start - 1 or _at(tokens, at) in _FAR else None


def _is_denied(tokens: Sequence[str], at: int) -> bool:
    """Tell if a "no" stands some words before a place, in the same clause: "won't take longer"."""
    for back in range(at - 1, max(-1, at - 1 - _DENIAL), -1):
        if tokens[back] in ".,;:":
            return False
        if tokens[back] in _NO or (tokens[back] == "t" and _at(tokens, back - 1) in {"'", "’"}):
            return True
    return False


def _at(tokens: Sequence[str], at: int) -> str:
    return tokens[at] if 0 <= at < len(tokens) else ""
