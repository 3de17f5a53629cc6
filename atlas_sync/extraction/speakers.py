"""Who speaks: the labels and stamps that call recorders and chats write, else the author; in minutes, whom a line is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from atlas_sync.canonical.model import Side
from atlas_sync.canonical.normalize import company_key, domain_of, fold
from atlas_sync.extraction.conversation import Attendee, Conversation
from atlas_sync.extraction.marks import Marks
from atlas_sync.extraction.names import directory_of
from atlas_sync.extraction.stamps import (
    CALLER,
    CUE,
    DATED,
    LABEL,
    SENT,
    SHOUT,
    STAMP,
    VOICE,
    head_of,
    is_cue,
    label_of,
    stamped_behind,
)
from atlas_sync.extraction.turns import is_name, is_talk

__all__ = ["Speakers", "is_company_named"]

_NOBODY = re.compile(
    rf"^(?:(?:speaker|unknown|participant|caller|guest|sprecher|attendee)\s{{0,4}}\d{{0,3}}|{CALLER})$", re.IGNORECASE
)
_WITHIN = re.compile(r"[.!?…;][\"'”’)\]]{0,4}(?=\s{1,4}[^\W\d_])")
_SELF = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur|[Ii]ch|[Ww]ir|[Jj]e|[Nn]ous|[Nn]osotros|[Nn]ós|[Ww]ij|[Ii]k)(?=[\s'’])")
_INSIDE = re.compile(r"\(([^()]{2,60})\)")
_STOP = re.compile(r"[.!?…:;][\"'”’)\]]{0,4}\s{0,8}$")
_OURS = re.compile(
    r"\b(?:the )?(?:contractor|supplier|provider|vendor|consultants?|architects?|we|our|us)\b", re.IGNORECASE
)
_THEIRS = re.compile(
    r"\b(?:the )?(?:client|customer|employer|school|municipality|landlord|buyer|owner|tenant)\b", re.IGNORECASE
)
_SUBJECT = 60
_SHORTEST_COMPANY, _SHORTEST_CAPITALS = 4, 3
_LONGEST_NAME, _FEWEST_TURNS = 80, 2


class Speakers:
    """Follows who is speaking: the labels of a transcript, else the author; `lines` are all that will be heard."""

    def __init__(self, conversation: Conversation, lines: Sequence[str]) -> None:
        self.name = conversation.author
        self.side: Side = conversation.author_side
        self._people = directory_of(conversation.attendees)
        self._marks = Marks(lines)
        self._labels = Counter(label["label"].strip() for line in lines if (label := label_of(line)))
        self._alone = frozenset(self._names_below_cues(lines))
        self._talks = conversation.kind in {"call", "meeting"} or any(map(is_cue, lines))
        self._is_record = conversation.kind == "meeting" and conversation.author is None and self.side == "unknown"
        self._companies = _companies(self._people.people)
        self._stamped = self._cued = False
        known = self._people.find(conversation.author) if conversation.author else None
        if known is not None and self.side == "unknown":
            self.side = known.side
        self._author = self.name, self.side
        self._is_chat = conversation.kind == "note" and not self._talks and self._are_messages(lines)
        self._is_talk = self._is_chat or (self._talks and self._are_turns(lines))
        self._is_minutes = conversation.kind == "meeting" and not self._is_talk
        self._is_recorded = self._are_recorded(lines)
        self._lasts, self._before = True, ""
        self._headed = self._is_below = False

    def writes(self, sender: str | None) -> None:
        """Take note of whose words follow: those of a forwarded message's sender, or the author's."""
        if sender is None:
            self.name, self.side = self._author
            return
        known = self._people.find(sender)
        self.name, self.side = (known.name, known.side) if known else (sender, "unknown")

    def hear(self, line: str, *, after_gap: bool = False) -> int:
        """Take note of a speaker label and give where the words begin; the line's length where there are none."""
        if not self._talks:
            return self._hear_message(line, after_gap=after_gap)
        if CUE.match(line):
            self._cued = is_cue(line)
            self._is_minutes = self._is_minutes and not self._cued
            return len(line)
        if label := VOICE.match(line) or self._stamped_name(line):
            self._speaks(label["label"])
            return label.end()
        if (dated := DATED.match(line)) and self._is_message(line[dated.end() :]):
            return self._labelled(line, dated.end(), stamped=True)
        stamp = STAMP.match(line)
        begin = stamp.end() if stamp else 0
        if begin >= len(line.rstrip()):
            self._stamped = True
            return len(line)
        return self._labelled(line, begin, stamped=stamp is not None)

    def turns(self, line: str, begin: int) -> Iterator[tuple[int, int]]:
        """Yield where inside a line somebody else takes the word, from a place on: where the label begins and where the words.

        In minutes a label counts only where the side changes with it and who is named says "I" or "we": else they are spoken of.
        """
        for stop in _WITHIN.finditer(line, begin) if self._talks else ():
            label = LABEL.match(line[stop.end() :])
            known = self._known(label["label"]) if label else None
            if label is None or known is None or self._is_topic(label["label"]):
                continue
            words = stop.end() + label.end()
            if not self._is_minutes or (known.side != self.side and _SELF.search(line, words)):
                yield stop.end(), words

    def takes_word(self, label: str, said: str) -> None:
        """Take note of a label inside a line and of what follows it; in minutes it holds for the rest of the line."""
        self._speaks(label.strip(" *_:"))
        self._lasts, self._before = not self._is_minutes, said

    def _hear_message(self, line: str, *, after_gap: bool) -> int:
        """Take note of who sent a message that a note hands on; it goes on to the next one or to an empty line.

        Where names stand alone, an empty line may part paragraphs as well: what the customer's side may have gone on to say
        is nobody's then.
        """
        if not self._is_chat:
            return self._marks.end(line)
        head, is_first = head_of(line), self._headed
        self._headed = head is not None and self._is_sender(head.label)
        if head and self._headed:
            self._speaks(head.label)
            self._is_below = head.is_above
            return head.begin
        if after_gap and not is_first:
            is_told = not self._is_below or self.side == self._author[1]
            self.name, self.side = self._author if is_told else (None, "unknown")
        return self._marks.end(line)

    def _labelled(self, line: str, begin: int, *, stamped: bool) -> int:
        """Take note of a label after a stamp or at the beginning of a line."""
        rest = line[begin:]
        after_stamp, self._stamped = self._stamped or stamped, False
        is_cued, self._cued = self._cued, False
        before, self._before = self._before, rest
        if (after_stamp and self._is_named_alone(rest)) or (is_cued and rest.strip() in self._alone):
            self._speaks(rest)
            return len(line)
        label = (SENT.match(rest) if stamped else None) or label_of(rest) or (SHOUT.match(rest) if stamped else None)
        if label is None or not (after_stamp or self._is_speaker(label["label"])):
            self._goes_on(before, rest)
            if label and _SELF.search(rest, label.end()):
                self._leaves_open(label["label"])
            return self._marks.end(line, begin)
        self._speaks(label["label"])
        self._lasts = after_stamp or not self._is_minutes
        return begin + label.end()

    def _is_named_alone(self, rest: str) -> bool:
        return len(rest) <= _LONGEST_NAME and self._known(rest) is not None

    def _is_message(self, rest: str) -> bool:
        """Tell if what follows a chat's stamp is a message: who sent it stands before a colon or alone."""
        label = label_of(rest)
        return self._is_sender(label["label"]) if label else self._is_named_alone(rest)

    def _names_below_cues(self, lines: Sequence[str]) -> Iterator[str]:
        """Yield the names that stand alone between a cue and the words: those of known people, and any that come back."""
        places = zip(lines, lines[1:], lines[2:], strict=False)
        below = Counter(name.strip() for cue, name, words in places if is_cue(cue) and not CUE.match(words))
        for name, count in below.items():
            if not _STOP.search(name) and (self._is_named_alone(name) or (count > 1 and is_name(name))):
                yield name

    def _are_messages(self, lines: Sequence[str]) -> bool:
        """Tell if a note hands on a chat: people take turns there, or a stamp is one that nobody writes by hand.

        Notes log calls by time and name too, so one of those who take turns is ours, or the names stand alone above the words.
        """
        heads = [head_of(line) for line in lines]
        found = [
            replace(head, label="") if head.is_above and below else head
            for head, below in zip(heads, [*heads[1:], None], strict=False)
            if head
        ]
        met = [(head, one) for head in found if (one := self._known(head.label))]
        if any(head.is_certain for head, _one in met):
            return True
        said = [head.label or None for head in found]
        return any(head.is_above or one.side == "us" for head, one in met) and is_talk(said, is_known=self._is_met)

    def _are_turns(self, lines: Sequence[str]) -> bool:
        """Tell if most lines begin with who says them; the rest of a wrapped line, in small letters, is none of its own."""
        said = [DATED.sub("", line) for line in lines if not CUE.match(line)]
        labels = [(line, label_of(line)) for line in said]
        return is_talk(
            [label["label"].strip() if label else None for line, label in labels if label or not _is_rest(line)],
            is_known=lambda label: self._is_met(label) and not self._is_topic(label),
        )

    def _are_recorded(self, lines: Sequence[str]) -> bool:
        """Tell if a recorder wrote names with their stamps: in minutes somebody known, or one that comes back.

        A lone one with its day heads what somebody wrote down of a talk, as the hour of minutes does.
        """
        stamped = [label for line in lines if (label := stamped_behind(line))]
        if len(stamped) == 1 and stamped[0]["day"]:
            return False
        said = Counter(label["label"].strip() for label in stamped)
        return not self._is_minutes or any(
            self._is_met(name) or (count > 1 and is_name(name)) for name, count in said.items()
        )

    def _stamped_name(self, line: str) -> re.Match[str] | None:
        label = stamped_behind(line) if self._is_recorded else None
        return (
            label
            if label and (not self._is_minutes or self._is_met(label["label"]) or is_name(label["label"]))
            else None
        )

    def _is_speaker(self, label: str) -> bool:
        """Tell if a label without a stamp says who speaks: one that is met, and in talk any name.

        In minutes what stands behind a name and a dash may be what is spoken of.
        """
        is_aside = self._is_minutes and self._people.find_before_company(label) is not None
        return not is_aside and not self._is_topic(label) and self._is_sender(label)

    def _is_topic(self, label: str) -> bool:
        """Tell if a label is a name and what is spoken of: one whose company is not told, and that does not come back."""
        return self._people.may_be_topic(label) and self._labels[label.strip()] < _FEWEST_TURNS

    def _is_sender(self, label: str) -> bool:
        return self._is_met(label) or (self._is_talk and is_name(label))

    def _is_met(self, label: str) -> bool:
        """Tell if a label means somebody for certain: a person of the conversation, or one a recorder has numbered."""
        return self._known(label) is not None or _NOBODY.match(label.strip()) is not None

    def _goes_on(self, before: str, line: str) -> None:
        """Give the word back to the author: in minutes a label holds for its line, the list it opens, the rest of its sentence."""
        if self._lasts:
            return
        is_listed = self._marks.end(line) and (before.rstrip().endswith(":") or self._marks.end(before))
        if not is_listed and (_STOP.search(before) or not _is_rest(line)):
            (self.name, self.side), self._lasts = self._author, True

    def _leaves_open(self, label: str) -> None:
        """Give a line that says "we" behind somebody of another side and a topic, or what may be a company, to nobody."""
        known = self._people.find_before_company(label)
        if known is not None and known.side != self.side:
            (self.name, self.side), self._lasts = (None, "unknown"), False

    def _known(self, label: str) -> Attendee | None:
        inside = _INSIDE.search(label)
        return (
            self._people.find(label)
            or (self._people.find(inside.group(1)) if inside else None)
            or self._people.find_before_company(label)
        )

    def _speaks(self, label: str) -> None:
        self._lasts = True
        known = self._known(label)
        self.name = known.name if known else label.strip()
        self.side = known.side if known else "unknown"

    def side_of(self, text: str) -> Side:
        """Give on whose side a unit stands: the speaker's; in minutes without an author, of whom the sentence is about."""
        if not self._is_record or self.name is not None:
            return self.side
        begin = text[:_SUBJECT]
        if named := self._people.named(begin):
            return named[0].side
        for company, side in self._companies:
            if company in fold(begin):
                return side
        if _OURS.search(begin):
            return "us"
        return "customer" if _THEIRS.search(begin) else "unknown"


def is_company_named(text: str, conversation: Conversation) -> bool:
    """Tell if the subject of a sentence is our company, by the name its addresses have or its capitals: "OCP builds"."""
    begin = text[:_SUBJECT]
    names = {
        (domain_of(person.email) or "").partition(".")[0] for person in conversation.attendees if person.side == "us"
    }
    parts = {part.upper() for name in names for part in name.split("-") if len(part) >= _SHORTEST_CAPITALS}
    initials = {"".join(part[0] for part in name.split("-") if part).upper() for name in names if "-" in name}
    words = set(re.findall(r"\b[A-Z]{2,12}\b", begin))
    return bool(words & (parts | initials)) or any(name and name in fold(begin) for name in names)


def _is_rest(line: str) -> bool:
    return line.lstrip()[:1].islower()


def _companies(people: Sequence[Attendee]) -> list[tuple[str, Side]]:
    """Give the companies as their addresses name them, with the side of their people."""
    found: dict[str, Side] = {}
    for person in people:
        name = company_key((domain_of(person.email) or "").partition(".")[0])
        if len(name) >= _SHORTEST_COMPANY and person.side != "unknown":
            found.setdefault(name, person.side)
    return list(found.items())
