"""Units: the sentences, list lines and utterances of a conversation, each with its place, its speaker and what came before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from atlas_sync.canonical.model import Side
from atlas_sync.extraction.captions import uncut, without_names
from atlas_sync.extraction.clean import clean
from atlas_sync.extraction.conversation import Conversation
from atlas_sync.extraction.days import WEEKDAYS, level
from atlas_sync.extraction.lines import Line, Zone
from atlas_sync.extraction.phrases import HINT
from atlas_sync.extraction.speakers import Speakers
from atlas_sync.extraction.stamps import is_notice
from atlas_sync.extraction.stops import NEVER_LAST

__all__ = ["GREETS", "Unit", "split"]

_END = re.compile(r"[.!?…]{1,8}[\"'”’)\]]{0,4}(?=\s|$)|\s//\s")
_ABBREVIATION = re.compile(
    r"(?:\b(?:etc|tel|ltd|inc|co|min|max|ext|dept|sr|jr|vol)|(?<!\d )\b[^\W\d_])\.$", re.IGNORECASE
)
_MONTH = (
    r"(?:Jan(?:uary?)?|Jänner|Feb(?:ruary?)?|März|Mar(?:ch)?|Apr(?:il)?|Mai|May(?! (?:I|we|you)\b)|Jun[ei]?|Jul[iy]?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|O[ck]t(?:ober)?|Nov(?:ember)?|De[cz](?:ember)?)"
)
_BEFORE_NUMBER = re.compile(
    r"(?:\b(?:no|art|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|\d{1,2})|\d\s?(?:min|max))\.$", re.IGNORECASE
)
"""What goes on with a number or a small letter: "no. 4", "20 Apr. 2026", "28. 5."; before a capital it is the end."""
_SHORT_WEEKDAY = re.compile(r"\b(?:(?i:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)|Mo|Di|Mi|Do|Fr|Sa|So)\.$")
_DAY_OF, _MONTH_OF = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_TO_DAY = r"\s?(?:[,;)]|$|\(|(?:at|by) the latest\b|latest\b|spätestens\b|(?:at|um) \d{1,2}(?::\d\d)?\s?(?:[ap]m|uhr|h)\b|at noon\b)"
"""What comes after a day, and after no count."""
_DATE = re.compile(
    rf"(?:{_DAY_OF}\.(?:(?:0[1-9]|1[0-2])(?!\d)|{_MONTH_OF}\.|{_MONTH_OF}(?={_TO_DAY}))|(?!24/7\b){_DAY_OF}/{_MONTH_OF}\b|{_MONTH_OF}/{_DAY_OF}\b|"
    rf"{_DAY_OF}[./-]{_MONTH_OF}[./-](?:20)?\d\d\b)(?!\s?(?:%|of\b|[^\W\d_]{{0,20}}(?:days?|hours?|people|users?|tagen?|stunden?)\b))|"
    rf"{_DAY_OF}(?:st|nd|rd|th)?\.?\s(?:of\s)?{_MONTH}\b|\d{{4}}-\d\d",
    re.IGNORECASE,
)
"""A weekday goes on with its date alone: "Thu. 14.05."; "need her Sat. 70 % commit" and "Fri. 24/7 support" are two things."""
_WEEKDAY_BESIDE = re.compile(rf"\((?:{'|'.join(WEEKDAYS)})\b\.?\)", re.IGNORECASE)
_NUMBERED = re.compile(r"[^\W\d_]{0,3}[-/]?\d|[^\w\"'“”„«(]")
_ON_DAY = re.compile(rf"\b{_MONTH}\.?\s\d{{1,2}}\.$")
_ORDINAL = re.compile(r"\b\d{1,2}\.$")
_COUNTED = re.compile(
    rf"(?:{_MONTH}|[OU]G|NP|Stock(?:es|s|werk\w{{0,2}})?|Etage|(?:Ober|Unter)gescho\w{{1,3}}|Quartals?|Halbjahr\w{{0,2}}|Hälfte|Rang|Runde|Stufe|Woche|Stück|"
    r"Monats?|Folgemonats?|Jahr(?:es)?|\w{0,12}[Tt]ag(?:e?s)?|Advent|Klasse|Lesung|Mahnung|Schicht|Bauabschnitt)\b"
)
"""What German numbers with a full stop: "am 30. April", "im 1. Stock"; other languages that do so write it small."""
_COUNTING = re.compile(r"(?:\b(?:im|ins|jede[mnrs]?|fürs|beim|zur|vor|nach|aus)|,) \d{1,2}\.$", re.IGNORECASE)
_OPENING = re.compile(
    r"(?:We|You|They|He|She|It|The|Our|Your|Their|This|That|These|Those|If|And|But|Then|There|Please|Wir|Sie|Es|Die|Der|Das|Dann|Danach|Bitte|"
    r"Nous|Vous|Il|Elle|Les)(?=[\s'’])|I(?=['’]| [a-z])"
)
"""A word that begins a sentence and no name."""
GREETS = (
    r"(?i:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|guten (?:morgen|tag)|liebe[rs]?|sehr geehrte[rs]?|bonjour|ch(?:er|ère)s?|hola|buenos días|"
    r"estimad[oa]s?|olá|prezad[oa]s?|ciao|gentile|hej|hoi|beste)\b"
)
_GREETING = re.compile(
    rf"(?:{GREETS}(?:\s(?:[^\W\d_a-zß-ÿ][\w'’.-]{{0,30}}|all|team|both|there|everyone|everybody|again|and|und|et|y|e|en|och|zusammen|alle)){{0,6}}\s?[,!–—-]\s{{1,4}}){{1,3}}"
    rf"(?!{GREETS}|.{{0,80}},\s{{0,8}}$)(?=[^\s.,!?]{{1,40}}(?:\s{{1,4}}[^\s.,!?]{{1,40}}){{3}})"
)
"""Whom a line greets before it says something; names alone say nothing."""
_WE_WILL = (
    r"(?:we|i)(?:['’]ll| will) (?!(?:also|be|begin|bill|both|cancel|charge|come|cover|defer|delay|do|drop(?! off)|finish|forgo|go|have|"
    r"hold (?:off|on|you|to)|keep (?:you|in|an|it|things|everybody|everyone|everything)|know|"
    r"leave (?:it|that|this|you (?:alone|in|to)|the rest|everything|the \S{1,30} (?:to|with))|lose|miss|move (?:on|ahead|forward)|need|never|not|omit|only|pause|postpone|scrap|see|skip|start|stop|suspend|then|try|waive|withdraw)\b)(?:(?!and\b|but\b)\S{1,40} ){2}\S"
)
"""Something of ours with what it is done to; what only begins, ends, costs or is known says no thing of its own."""
_OURS_FIRST = re.compile(rf"\W{{0,4}}(?:(?:also|then|yes|ok|okay|sure|great),? )?{_WE_WILL}", re.IGNORECASE)
_OURS_AGAIN = re.compile(rf",? (?:and|but)(?: then)? (?={_WE_WILL})", re.IGNORECASE)
_WILL_DO = re.compile(r"(?:['’]ll| will) (\S+)", re.IGNORECASE)
_TIED = re.compile(
    r"\b(?:if|when|whenever|once|while|unless|until|after|before|so|that|which|who|where|because|as|in case|provided|whether|"
    r"it|its|them|they|this|these|those|both|each|either|all)\b|[?:;()–—]",
    re.IGNORECASE,
)
"""What makes one thing of two halves: a condition, a clause that hangs on another, a word for what was just named."""
_YEAR = re.compile(r"20\d\d\b")
_SHORTEST = 3
_FRAGMENT, _SHORT = 2, 20
_LOOKED_BACK = 40


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing said. `start` and `end` are places in the body as it came; `before` is the unit said just before.

    `greets` is the greeting that its line begins with, which is no part of the text. `lead` is what else stands before it on
    its line, such as a bullet; None where it goes on with the line or the item of the unit before.
    """

    text: str
    start: int
    end: int
    zone: Zone
    speaker: str | None
    side: Side
    before: str
    greets: str = ""
    lead: str | None = ""


def split(conversation: Conversation) -> list[Unit]:
    """Give the units of a conversation in order, quoted parts, signatures and disclaimers included, each so labelled."""
    lines = clean(
        conversation.body,
        is_html=conversation.body_format == "html",
        kind=conversation.kind,
        subject=conversation.subject,
        author=conversation.author,
    )
    lines = without_names([line for line in lines if line.zone != "header" and not is_notice(line.text)])
    speakers = Speakers(conversation, [line.text for line in lines])
    units: list[Unit] = []
    before, sender = conversation.context, None
    for line in uncut(lines):
        if line.sender != sender:
            sender = line.sender
            speakers.writes(sender)
        heard = speakers.hear(line.text, after_gap=line.after_gap)
        begin = _after_greeting(line.text, heard)
        greets, lead = line.text[heard:begin], None if line.item == "goes on" else ""
        for start, end in _said(line.text, begin, speakers):
            text = line.text[start:end]
            place, until = line.starts[start], line.ends[end - 1]
            side = speakers.side_of(text)
            lead = lead if lead is None else _lead(line, start)
            units.append(Unit(text, place, until, line.zone, speakers.name, side, before, greets, lead))
            before, lead = text, None
    return units


def _lead(line: Line, start: int) -> str:
    """Give what stands before the words of a line, with a bullet where its markup makes it an item."""
    return f"{'• ' if line.item else ''}{line.text[:start]}"


def _after_greeting(text: str, begin: int) -> int:
    greeting = _GREETING.match(text, begin)
    return greeting.end() if greeting else begin


def _said(text: str, begin: int, speakers: Speakers) -> Iterator[tuple[int, int]]:
    """Give the bounds of the sentences in a line from a place on, speaker after speaker."""
    for place, words in speakers.turns(text, begin):
        if not (NEVER_LAST.search(text[begin:place]) or _ABBREVIATION.search(text[begin:place])):
            yield from _sentences(text, begin, place)
            speakers.takes_word(text[place:words], text[words:])
            begin = words
    yield from _sentences(text, begin, len(text.rstrip().removesuffix("</v>")))


def _sentences(text: str, begin: int, until: int) -> Iterator[tuple[int, int]]:
    """Give the bounds of the sentences between two places; a word or two ("Both.") goes with what follows."""
    start = begin
    for match in _END.finditer(text, begin, until):
        if match.group(0).startswith(".") and _goes_on(text, start, match):
            continue
        if (
            len(text[start : match.end()].split()) <= _FRAGMENT
            and match.end() - start < _SHORT
            and match.group(0)[0] != "?"
        ):
            continue
        yield from _halves(text, start, match.end())
        start = match.end()
    yield from _halves(text, start, until)


def _halves(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the bounds of a sentence, or of its two where it says what we will do and again what we will, by some time.

    A time belongs to the half that names it: "we'll put in the kiosks and we'll send you the plan by 29 May". Where the same
    is done to two things, one time may well be that of both.
    """
    again = _OURS_AGAIN.search(text, start, end) if _OURS_FIRST.match(text, start, end) else None
    if again and not _TIED.search(text, start, end) and _are_two(text[start : again.start()], text[again.end() : end]):
        yield from _trimmed(text, start, again.start())
        yield from _trimmed(text, again.end(), end)
    else:
        yield from _trimmed(text, start, end)


def _are_two(first: str, second: str) -> bool:
    """Tell if each half names a time, or one does and they do different things."""
    times = [HINT.search(level(half)) is not None for half in (first, second)]
    does = {found[1].lower() for half in (first, second) for found in _WILL_DO.finditer(half)}
    return all(times) or (any(times) and len(does) > 1)


def _goes_on(text: str, start: int, match: re.Match[str]) -> bool:
    """Tell if a full stop ends no sentence: an abbreviation, a number that counts what follows, or small letters follow."""
    said = text[max(start, match.end() - _LOOKED_BACK) : match.end()]
    below = text[match.end() : match.end() + _LOOKED_BACK].lstrip()
    if not below:
        return False
    is_dated = _SHORT_WEEKDAY.search(said) and _DATE.match(below)
    if below[0].islower() or NEVER_LAST.search(said) or is_dated:
        return True
    if _OPENING.match(below):
        return False
    return bool(_ABBREVIATION.search(said)) if not _BEFORE_NUMBER.search(said) else _is_counted(said, below)


def _is_counted(said: str, below: str) -> bool:
    """Tell if a number, or what stands before one, goes on: "30. April" and "no. 4" do, "by April 30." and "version 12." do not."""
    if _ON_DAY.search(said):
        return bool(_YEAR.match(below))
    if _NUMBERED.match(below) or _WEEKDAY_BESIDE.match(below):
        return True
    return bool(_ORDINAL.search(said) and (_COUNTED.match(below) or _COUNTING.search(said)))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and (text[start].isspace() or text[start] in "|;"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "|/"):
        end -= 1
    if end - start >= _SHORTEST:
        yield start, end
