"""Captions: what a recorder cut into cues, each sentence whole again. Whose side a voice is on is not told here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from atlas_sync.extraction.lines import Line, join_lines
from atlas_sync.extraction.stamps import CUE, LABEL, VOICE, is_cue
from atlas_sync.extraction.stops import is_day_before
from atlas_sync.extraction.turns import is_name

__all__ = ["uncut", "without_names"]

_ENDED = re.compile(r"[.!?…][\"'”’)\]]{0,4}$")
_STOP = re.compile(r"[.!?…](?=\W|$)")
_OTHER = re.compile(r"\s{0,8}(?:[-–—>*•♪]|\[[^\[\]]{0,40}\]\s{0,8}$)")
"""What begins with a dash or an arrow is somebody else's, or no speech: "[laughter]"."""
_CLOSE = "</v>"
_MOST_WORDS = 80
_WORDS_A_STOP = 40
"""Fewer stops than one in so many words, and nothing tells where a sentence ends: each cue stays by itself."""


@dataclass(slots=True)
class _Said:
    """What one voice says from cue to cue, and the cues since its last words; `words` counts those of the whole."""

    parts: list[Line] = field(default_factory=list)
    cues: list[Line] = field(default_factory=list)
    voice: str | None = None
    words: int = 0

    def lines(self) -> Iterator[Line]:
        """Give the words as one line, then the cues below."""
        if self.parts:
            yield join_lines([*map(_unclosed, self.parts[:-1]), self.parts[-1]])
        yield from self.cues

    def takes(self, line: Line, begin: int, voice: str | None) -> bool:
        """Tell if a line goes on with what was said, and add its words from a place on if so."""
        words = len(line.text[begin:].split())
        is_apart = not self.parts or (line.after_gap and not self.cues)
        if is_apart or voice not in {None, self.voice} or self.words + words > _MOST_WORDS:
            return False
        above = self.parts[-1]
        is_others = (above.zone, above.sender) != (line.zone, line.sender)
        if is_others or _is_ended(_unclosed(above).text, line.text[begin:]):
            return False
        self.parts.append(_from(line, begin))
        self.cues.clear()
        self.words += words
        return True


def _is_ended(text: str, further: str) -> bool:
    """Tell if a line ends with a stop that is not that of a day whose month follows: "am 14.", "April"."""
    return _ENDED.search(text) is not None and not is_day_before(text, further)


def without_names(lines: Sequence[Line]) -> list[Line]:
    """Give lines without the names that recorders give to cues: what stands by itself between an empty line and a cue."""
    around = zip([None, *lines], lines, [*lines[1:], None], strict=False)
    return [line for above, line, below in around if not (below and _names_cue(line, above, below))]


def _names_cue(line: Line, above: Line | None, below: Line) -> bool:
    if below.after_gap or not is_cue(below.text):
        return False
    return len(line.text.split()) == 1 if above is None else line.after_gap and not is_cue(above.text)


def uncut(lines: Sequence[Line]) -> list[Line]:
    """Give lines with what one voice says from cue to cue up to a stop as one line."""
    words = [line.text for line in lines if not CUE.match(line.text)]
    stops = sum(len(_STOP.findall(text)) for text in words)
    is_stopped = sum(len(text.split()) for text in words) <= stops * _WORDS_A_STOP
    return list(_joined(lines)) if is_stopped and any(is_cue(line.text) for line in lines) else list(lines)


def _joined(lines: Sequence[Line]) -> Iterator[Line]:
    said, is_cued, name = _Said(), False, None
    for at, line in enumerate(lines):
        if CUE.match(line.text):
            said.cues.append(line)
            is_cued = is_cued or is_cue(line.text)
            continue
        if said.cues and is_name(line.text.strip()) and at + 1 < len(lines) and not CUE.match(lines[at + 1].text):
            name = line
            said.cues.append(line)
            continue
        voice, begin = _voice(line.text)
        voice, name = (name.text.strip(), None) if name else (voice, None)
        if is_cued and not _OTHER.match(line.text[begin:]) and said.takes(line, begin, voice):
            continue
        yield from said.lines()
        said = _Said([line], voice=voice or said.voice, words=len(line.text.split()))
    yield from said.lines()


def _voice(text: str) -> tuple[str | None, int]:
    """Give the label that a line of words begins with, if any, and where the words begin."""
    label = VOICE.match(text) or LABEL.match(text)
    return (label["label"].strip(), label.end()) if label else (None, 0)


def _unclosed(line: Line) -> Line:
    return _until(line, len(line.text.rstrip().removesuffix(_CLOSE).rstrip()))


def _from(line: Line, begin: int) -> Line:
    return replace(line, text=line.text[begin:], starts=line.starts[begin:], ends=line.ends[begin:])


def _until(line: Line, end: int) -> Line:
    return replace(line, text=line.text[:end], starts=line.starts[:end], ends=line.ends[:end])
