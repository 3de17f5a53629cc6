"""Stamps: the times, cues and labels that recorders and chats write around the words. Whom a label means is not told here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from atlas_sync.canonical.spelled import MONTHS

__all__ = [
    "CALLER",
    "CUE",
    "DATED",
    "LABEL",
    "SENT",
    "SHOUT",
    "STAMP",
    "TRAILING_STAMP",
    "VOICE",
    "Head",
    "head_of",
    "is_cue",
    "is_notice",
    "label_of",
    "stamped_behind",
]

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?(?:\s{0,2}[ap]\.?\s?m\.?)?"
_DIGITS = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\.?"
_MONTH = rf"(?:{'|'.join(MONTHS)}|märz|jänner|février|août|décembre|março)\b\.?"
_DAY = (
    rf"(?:{_DIGITS}|\d{{1,2}}(?:st|nd|rd|th)?[./-]?\s?(?:de\s)?{_MONTH}(?:,?[\s/-](?:de\s)?\d{{2,4}}(?!\d|:\d))?|"
    rf"{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?)"
)
_AT = rf"(?:,?\s{{1,4}}(?:(?:at|um|à|a las|às)\s)?{_CLOCK}(?:\suhr)?)"
STAMP = re.compile(rf"^\s{{0,8}}[\[(<]?{_CLOCK}[\])>]?\s{{0,8}}[-–—|]?\s{{0,8}}", re.IGNORECASE)
DATED = re.compile(
    rf"^[\s\u200e]{{0,8}}(?P<open>\[)?(?:{_DIGITS},?\s{{1,4}}{_CLOCK}|{_CLOCK},?\s{{1,4}}{_DIGITS})\]?\s{{0,4}}[-–—]?\s{{0,4}}~?\s{{0,4}}",
    re.IGNORECASE,
)
"""What chats write before each message. A note may begin so as well: it is a stamp only where a name follows."""
_TICK = r"\d{1,2}(?::\d{1,2}){1,2}(?:[.,]\d{1,3})?"
CUE = re.compile(
    rf"^\s{{0,8}}{_TICK}\s{{0,4}}-->\s{{0,4}}{_TICK}.{{0,80}}$|^\s{{0,8}}(?:WEBVTT.{{0,80}}|\d{{1,6}}|NOTE\b.{{0,200}})\s{{0,8}}$"
)
VOICE = re.compile(r"^\s{0,8}<v(?:\.[\w.]{1,40})?\s{1,4}(?P<label>[^<>]{1,80})>\s{0,4}")
_ON = r"(?:on|am|le|el|em|il|op|den)\s"
_NAME = r"[^\W\d_][^:\[\]<>]{0,60}?"
TRAILING_STAMP = re.compile(
    rf"^\s{{0,8}}\[?(?P<label>{_NAME}(?:\s?\[[^\W\d_][^\[\]:]{{0,40}}\])?)\]?\s{{1,8}}[\[(]?(?:(?:{_ON})?(?P<day>{_DAY}){_AT}|{_CLOCK}(?:\s?[-–—]\s?{_CLOCK})?)[\])]?\s{{0,8}}:?\s{{0,8}}$",
    re.IGNORECASE,
)
_VERB = r"(?:wrote|schrieb|a écrit|escribió|escreveu|ha scritto|schreef|skrev)"
_WROTE = tuple(
    re.compile(rf"^[\s>]{{0,8}}{form}\s?:\s{{0,8}}$", re.IGNORECASE)
    for form in (
        rf"(?P<label>{_NAME})\s{_VERB}\s(?:{_ON})?{_DAY}{_AT}?",
        rf"{_ON}(?:[^\W\d_]{{2,12}}\.?,?\s)?{_DAY}{_AT}?,?\s(?P<label>{_NAME})(?:\s<[^<>]{{3,120}}>)?\s{_VERB}",
        rf"{_ON}(?:[^\W\d_]{{2,12}}\.?,?\s)?{_DAY}{_AT}?\s{_VERB}\s(?P<label>{_NAME})(?:\s<[^<>]{{3,120}}>)?",
    )
)
"""What mail programs write above the words of another: "Jens Brandt wrote on 9 March 2026:", or the day first."""
ACCENTS = "\u0300-\u036f"
_BEFORE_COMPANY = r"\s[|/@&–—-]\s(?=[^\W\d_])|,\s(?=[A-ZÀ-Þ])|\s?\[(?=[^\W\d_])[^\[\]:]{1,40}\]"
"""What may stand in a label: accents that are signs of their own, and whom the name belongs to."""
CALLER = r"\+\d[\d\s().-]{5,20}"
LABEL = re.compile(
    rf"^\s{{0,8}}[*_]{{0,2}}(?P<label>{CALLER}|"
    rf"[^\W\d_](?:[\w{ACCENTS}.@'’-]|\s(?=[^\W\d_]|[\d(])|{_BEFORE_COMPANY}|\([^()]{{0,40}}\)){{0,60}}?)\s{{0,2}}(?:[\[(]"
    + _CLOCK
    + r"[\])])?\s{0,2}:[*_]{0,2}\s{1,8}"
)
SENT = re.compile(
    r"^\s{0,8}From\s{1,4}(?P<label>[^\W\d_][^:<>]{1,60}?)(?:\s{1,4}to\s{1,4}[^:<>]{1,60})?\s{0,4}:(?:\s{1,8}|$)"
)
"""What the chat beside a video call writes behind its stamp: "From Lena Wirth to Everyone:"."""
_ANGLED = re.compile(r"^\s{0,8}<(?P<label>[^\W\d_][^<>@/=]{1,60})>\s{1,4}")
SHOUT = re.compile(
    r"^\s{0,8}(?P<label>[A-ZÀ-Þ][A-ZÀ-Þ.'’-]{1,30}(?:\s{1,4}[A-ZÀ-Þ][A-ZÀ-Þ.'’-]{1,30}){1,3})\s{1,8}(?=[A-ZÀ-Þ][a-zà-ÿ’']|I\b)"
)
_NOTICE = re.compile(
    r"(?:messages|nachrichten|les messages|los mensajes|as mensagens|i messaggi|berichten)\b.{0,80}"
    r"(?:end-to-end|ende-zu-ende|bout en bout|extremo a extremo|ponta a ponta|ponto a ponto)"
    r"(?P<of_chat>.{0,80}\b(?:whatsapp|(?:this|dieses|diesem|este|questa|deze|cette|desta) (?:chats?|discussion|conversa))\b)?",
    re.IGNORECASE,
)
_MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Head:
    """What a message of a chat begins with: the label, empty where a stamp has none, and where the words begin.

    `is_above` tells that the label stands alone above them, `is_certain` that it is one that nobody writes by hand.
    """

    label: str
    begin: int
    is_above: bool = False
    is_certain: bool = False


def label_of(line: str) -> re.Match[str] | None:
    """Give the label that a line begins with: "Lena Wirth: " or "<Lena Wirth> "."""
    return LABEL.match(line) or _ANGLED.match(line)


def is_cue(line: str) -> bool:
    """Tell if a line says from when to when the words below it are heard."""
    return "-->" in line and CUE.match(line) is not None


def stamped_behind(line: str) -> re.Match[str] | None:
    """Give a label that stands alone with its stamp: "Lena Wirth 0:03"."""
    alone = TRAILING_STAMP.match(line)
    return alone if alone and len(alone["label"].split()) <= _MOST_WORDS + 2 else None


def is_notice(line: str) -> bool:
    """Tell if a line is what a chat says of itself: exports of WhatsApp begin so, with or without a name before the words."""
    if not (dated := DATED.match(line)):
        return False
    words = line[dated.end() :]
    label = LABEL.match(words)
    notice = _NOTICE.match(words[label.end() :] if label else words)
    return notice is not None and (label is None or notice["of_chat"] is not None)


def head_of(line: str) -> Head | None:
    """Give what a line begins a message with: a stamp, or a label with its stamp behind it."""
    if stamp := DATED.match(line) or STAMP.match(line):
        is_certain = stamp.re is DATED and stamp["open"] is not None
        return _labelled(line, stamp.end(), is_certain=is_certain)
    if wrote := next(filter(None, (form.match(line) for form in _WROTE)), None):
        return Head(wrote["label"].strip(), len(line), is_above=True, is_certain=True)
    if behind := stamped_behind(line):
        return Head(behind["label"].strip(" ,-–—|"), len(line), is_above=True)
    if angled := _ANGLED.match(line):
        return Head(angled["label"].strip(), angled.end())
    label = LABEL.match(line)
    is_stamped = label and any(map(str.isdigit, line[label.end("label") : label.end()]))
    return Head(label["label"].strip(), label.end()) if label and is_stamped else None


def _labelled(line: str, begin: int, *, is_certain: bool) -> Head:
    if label := SENT.match(line[begin:]) or label_of(line[begin:]):
        return Head(label["label"].strip(), begin + label.end(), is_certain=is_certain)
    alone = line[begin:].strip()
    if alone and len(alone.split()) <= _MOST_WORDS:
        return Head(alone, len(line), is_above=True)
    return Head("", begin, is_certain=is_certain)
