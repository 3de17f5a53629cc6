"""Judging: what follows from the model's scores for one unit, and for what nearly followed, the reason it did not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, cast

from atlas_sync.canonical.model import OutcomeKind, PromiseKind, ScopeKind
from atlas_sync.extraction.denials import takes_back
from atlas_sync.extraction.duties import is_left_to_you, is_our_own_need, may_go_on
from atlas_sync.extraction.model import Answer
from atlas_sync.extraction.units import Unit

__all__ = ["Change", "Judgement", "Label", "judge"]

Label = Literal["promise", "denial", "conditional", "refusal", "obligation", "why", "scope", "none"]
Change = Literal["none", "renegotiated", "softened", "withdrawn"]

_REMARKS: tuple[Label, ...] = ("conditional", "refusal", "obligation")
_CHANGES: tuple[Change, ...] = ("withdrawn", "softened", "renegotiated")
_NEAR = 0.9
_FORMS = tuple(
    (what, re.compile(pattern, re.IGNORECASE))
    for what, pattern in (
        ("says no", r"\b(?:we|i)(?:['’]ll| will| can| shall|['’]re| are)? no longer\b"),
        ("denies a promise", r"\bnever (?:said|promised|agreed)\b|\b(?:did not|didn['’]t) (?:say|promise|agree)\b"),
        (
            "promises nothing",
            r"\b(?:cannot|can['’]t|can not|won['’]t|will not|could not|couldn['’]t) (?:\w+ )?(?:promise|guarantee|commit)\b",
        ),
        ("a bargain", r"\bif you (?:sign|order|commit|book|renew|extend)\b|\bsubject to (?!change)"),
        (
            "another's word",
            r"\b(?:the )?(?:other|previous|last|old|former|current) (?:vendor|supplier|agency|provider|partner)\b",
        ),
    )
)
"""What a sentence says by its form, whatever its score: a person has to look. 2 of 66 labelled ones are promises."""


_ABSENT = re.compile(
    r"\b(?:i|we)(?:['’](?:m|re|ll be)| am| are| will be) (?:(?:both|all|also|still|then|currently) )?"
    r"(?:on (?:\w+ ){0,2}(?:holidays?|leave|vacation)|out of (?:the )?office|away)\b",
    re.IGNORECASE,
)
"""Whoever says that they will not be there promises nothing by it."""
_DOES_MORE = re.compile(
    r"(?:\b(?:will|shall)|['’]ll)\b(?! (?:(?:\w+ly|also|just|only|still|then) )?(?:"
    r"answer|reply|respond|get back|be|return|come back|read|not|never|no longer|hardly|hear from|reach|"
    r"have (?:\w+ )?(?:access|limited|little|no|poor|restricted|some)|"
    r"(?:attend to|catch up (?:on|with)|check|deal with|get|go through|look \w+|monitor|pick up|receive|see|"
    r"take(?! over (?!(?:all )?my\b))) "
    r"(?:\w+ ){0,3}(?:calls?|e-?mails?|inbox|mails?|mailbox|messages?|phone|voicemails?))\b)",
    re.IGNORECASE,
)
"""What else somebody who is away will do; to look at the mail, or not to, is no more than that."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one unit says. `rule` names what decided, `confidence` is 0 to 1, `due` the place of the words that say when.

    The label `none` is a near hit: `rule` says what it nearly was and what stood against it.
    """

    label: Label
    rule: str
    confidence: float = 0.0
    needs_review: bool = False
    change: Change = "none"
    kind: PromiseKind = "deliverable"
    due: tuple[int, int] | None = None
    scope: ScopeKind | None = None
    why: OutcomeKind | None = None


def judge(unit: Unit, answer: Answer, *, by: str) -> list[Judgement]:
    """Say what a unit is from its scores; `by` names the model. Empty where nothing comes near."""
    veto = _veto(unit)
    if unit.zone != "new":
        return [_near(answer, by, veto)] if _is_near(answer) else []
    if unit.side == "us" and is_left_to_you(unit.text):
        return [*_left_to_you(unit, answer, by), *_points(answer, by)]
    return [*_promise(unit, answer, by=by), *_remarks(unit, answer, by), *_points(answer, by)]


def _veto(unit: Unit) -> str | None:
    """Name what rules a promise out by its form alone; meaning is left to the model."""
    if unit.zone != "new":
        return f"{unit.zone} text counts where it was written"
    return "a question" if unit.text.rstrip("\"'”’)] ").endswith("?") else None


def _promise(unit: Unit, answer: Answer, *, by: str) -> Iterator[Judgement]:
    score, band = answer.scores["promise"], answer.bands["promise"]
    veto = _veto(unit)
    is_taken_back = unit.side == "us" and score < band.sure and takes_back(unit.text)
    if veto or (score < band.review and not is_taken_back):
        if _is_near(answer):
            yield _near(answer, by, veto if score >= band.review else None)
        return
    change = "withdrawn" if is_taken_back else _change(answer)
    rather = "takes back" if is_taken_back else _rather(answer) or _form_of(unit.text, change)
    yield Judgement(
        "promise",
        f"{by}: promise {score:.2f}" + (f", {rather}" if rather else ""),
        confidence=score,
        needs_review=score < band.sure or rather is not None or unit.side == "unknown",
        change=change,
        kind=cast("PromiseKind", max(answer.kinds, key=answer.kinds.__getitem__)),
        due=answer.due,
    )


def _rather(answer: Answer) -> str | None:
    """Name what a unit rather is where another label is decided and likelier than a promise; then a person has to say."""
    for name in _REMARKS:
        if _is_sure(answer, name) and answer.scores[name] > answer.scores["promise"]:
            return f"rather {name} {answer.scores[name]:.2f}"
    return None


def _form_of(text: str, change: Change) -> str | None:
    if (absence := _ABSENT.search(text)) and not _DOES_MORE.search(text, absence.end()):
        return "an absence"
    return next((what for what, form in _FORMS if form.search(text)), None) if change == "none" else None


def _change(answer: Answer) -> Change:
    for name in _CHANGES:
        if _is_sure(answer, f"change {name}"):
            return name
    return "none"


def _left_to_you(unit: Unit, answer: Answer, by: str) -> Iterator[Judgement]:
    """Yield the duty of the customer that what sounds like a promise of ours is, where the model noticed either.

    Where it may go on with something of ours, the promise stays beside the duty, for a person to look at.
    """
    score = answer.scores["promise"]
    is_both = _is_sure(answer, "promise") and may_go_on(unit.text)
    if is_both:
        yield from (replace(one, needs_review=True) for one in _promise(unit, answer, by=by))
    if _is_sure(answer, "obligation") or score >= answer.bands["promise"].review:
        yield Judgement("obligation", f"{by}: left to the customer", max(score, answer.scores["obligation"]))
    if _is_near(answer) and not is_both:
        yield _near(answer, by, "left to the customer")


def _is_near(answer: Answer) -> bool:
    return answer.scores["promise"] >= _NEAR * answer.bands["promise"].review


def _near(answer: Answer, by: str, reason: str | None) -> Judgement:
    score, band = answer.scores["promise"], answer.bands["promise"]
    why = reason or f"under {band.review:.2f}"
    return Judgement("none", f"{by}: promise {score:.2f}, but {why}", confidence=score)


def _remarks(unit: Unit, answer: Answer, by: str) -> Iterator[Judgement]:
    for name in _REMARKS:
        is_ours = name == "obligation" and unit.side == "us" and is_our_own_need(unit.text)
        if _is_sure(answer, name) and not is_ours:
            yield Judgement(name, f"{by}: {name} {answer.scores[name]:.2f}", answer.scores[name])


def _points(answer: Answer, by: str) -> Iterator[Judgement]:
    """Yield the scope point and the why that a unit holds; the kind is the likeliest."""
    scope = cast("ScopeKind", answer.best("scope"))
    if _is_sure(answer, "scope") and (scope != "out" or _is_sure(answer, "scope out")):
        yield Judgement(
            "scope", f"{by}: scope {scope} {answer.scores['scope']:.2f}", answer.scores["scope"], scope=scope
        )
    if _is_sure(answer, "why"):
        why = cast("OutcomeKind", answer.best("why"))
        yield Judgement("why", f"{by}: why {why} {answer.scores['why']:.2f}", answer.scores["why"], why=why)


def _is_sure(answer: Answer, name: str) -> bool:
    return answer.scores[name] >= answer.bands[name].sure
