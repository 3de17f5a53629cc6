"""Apart: what tells that two mentions are of two things, however alike they read.

A story asks where it finds that, and hides neither promise behind the other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from atlas_sync.canonical.normalize import fold
from atlas_sync.extraction.conversation import PromiseMention
from atlas_sync.extraction.likeness import NUMBERED, SOME, TIMES, Terms, Wording, stem_of, terms_of
from atlas_sync.extraction.penalties import are_promise_and_penalty
from atlas_sync.extraction.rows import NTH, are_other_rows, turn_of, turns_in
from atlas_sync.extraction.sense import nearness

__all__ = ["FINITE", "LITTLE", "are_apart", "is_thing", "telling_words"]

_PLACE = re.compile(
    rf"\b((?i:in|at|for|from|near|to|à|a|en|aus|bei|für)) ([A-ZÀ-Þ][\w'’-]{{2,39}})"
    rf"|\b((?i:{NUMBERED.replace(' ', '|')})) (\d{{1,3}}|[A-Z]|[IVX]{{1,4}})\b"
)
"""A place after the word that leads to it, and a thing with the number or letter that it goes by."""
_SO_MANY = (
    r"\d{1,4}|two|three|four|five|six|seven|eight|nine|ten|zwei|drei|vier|fünf|sechs|"
    r"deux|trois|quatre|cinq|dos|tres|cuatro|cinco"
)
_LABELLED = (
    re.compile(r"\b(?P<thing>[^\W\d_]{3,40}) (?P<label>\d{1,2})(?=\s?(?:[,;:.!?()–-](?!\d)|$)| (?P<next>[^\W\d_]+))"),
    re.compile(rf"\b(?P<label>(?i:{NTH}))(?: (?i:{_SO_MANY}))? (?P<thing>[^\W\d_]{{3,40}})\b"),
    re.compile(r"(?<=[\w,] )(?P<label>[A-ZÀ-Þ][\w'’-]{2,39}) (?P<thing>[a-zß-ÿ]{3,40})\b"),
)
"""A thing with its number, not one that counts the word after it; its place in a row; a name before it."""
_WITHIN = re.compile(
    r"\b(?:at|in|on|to|from|until|till|by|before|after|since|for|im|am|zum|zur|bis|vor|nach|ab|à|au|avant|après|en|antes|hasta|"
    rf"até) (?:(?:the|your|our|der|dem|la|le|el|o|a) )?(?:{NTH})\b",
    re.IGNORECASE,
)
"""What says where or when, and not of which: "to the fourth floor", "until the first lorry has left"."""
_COUNTED = frozenset(
    stem_of(word)
    for word in (  # noqa: SIM905 - a list to read
        "week half quarter kilometre mile hour minute under below above about around least max maximum min minimum nearly "
        "exactly price fee rate cap total woche kalenderwoche hälfte unter gegen semaine moitié sous semana mitad metade"
    ).split()
)
"""What goes by no number: it stands before an amount, or says a time that may move."""
_MORE = re.compile(
    r"\b(?:another|(?:an?|one|two|three|four|five|six|\d{1,4}) (?:more|further|additional|extra)|"
    r"an? (?:second|third|fourth|fifth)|weitere[nrs]?|zusätzliche?[nrs]?|ein(?:e[nrs]?)? (?:zweite|dritte)[nrs]?|"
    r"autres?|une? (?:deuxième|troisième)|otr[oa]s?|outr[oa]s?)\b"
    r"((?: [\w’'-]+){1,3})",
    re.IGNORECASE,
)
_ALSO = re.compile(r"\b(?:we|i|you|they|he|she|it)(?:['’]ll| will| can)? also\b", re.IGNORECASE)
FINITE = r"will|shall|is|are|wird|werden|ist|sind|sera|seront|est|sont|será|serán|es|son"
_SUBJECT = re.compile(rf"\W*(?P<who>[^.,;:!?]{{2,60}}?) (?:{FINITE})\b(?P<rest>[^.;!?]*)", re.IGNORECASE)
_POINTS = re.compile(
    r"\W*(?:(?:it|this|that|they|these|those)(?:['’]ll| will| shall)|(?:es|das|dies\w*) (?:wird|werden)|wird (?:es|das)|"
    r"(?:ça|cela|ce) ser(?:a|ont)|(?:eso|esto) será)\b",
    re.IGNORECASE,
)
"""What points to a thing that was named in the same breath: "it'll be live by 31 August"."""
_OF_NUMBER = re.compile(rf"\W*({NUMBERED.replace(' ', '|')}) (\d{{1,3}})\b(?P<heads>\)?(?:[:,]| [(–—-]))?")
"""What a text begins with, and says all of that it says: "wave 2 - 130 clients, by 30 June"; a mark makes it a heading."""
LITTLE = frozenset(
    stem_of(word)
    for word in (  # noqa: SIM905 - a list to read
        "wir sie ihr uns ihnen ihre der die das den dem des ein eine einen bis zum zur mit und oder für ist sind wird werden "
        "von vom aus auf bei nach vor nous vous notre nos vos votre le la les des une du au aux avec et sur avant dans est "
        "sont sera seront el los las una con para por del al antes hasta es son será serán su sus nos vamos os um uma com até "
        "em da het een en van voor met zijn wordt worden wij naar il lo gli di entro sarà sono che"
    ).split()
)
_UNMOVED = frozenset(
    map(stem_of, ("doesn", "don", "isn", "won", "rest", "move", "moved", "change", "changed", "unchanged"))
)
"""Words by which somebody says that what is known stays: "13 November for the rest doesn't move"."""
_DONE = frozenset(map(stem_of, ("deliver", "provide", "send", "support", "make", "keep", "give", "live")))
"""What tells of nothing: the little words of other languages, and what is done to all that is promised."""
_SUM = re.compile(
    r"[€$£%]|\b(?:eur|euros?|usd|gbp|chf|dollars?|pounds?|francs?|franken|percent|per cent|prozent)\b", re.IGNORECASE
)
_OF_SUMS = frozenset(
    map(
        stem_of,
        "eur euro euros usd gbp chf dollar dollars pound pounds franc francs franken percent cent prozent cost pay".split(),  # noqa: SIM905 - a list to read
    )
)
"""What shows a sum or a share, and names nothing that it is for."""
_RHYTHM = re.compile(
    r"\b(?:every|each|daily|weekly|monthly|quarterly|yearly|annually|jede[mnrs]?|alle|täglich|wöchentlich|monatlich|"
    r"vierteljährlich|jährlich|chaque|tou(?:s|tes) les|cada|tod[oa]s l[oa]s)\b",
    re.IGNORECASE,
)
_OF_MOVES = (
    LITTLE
    | _DONE
    | frozenset(
        stem_of(word)
        for word in (  # noqa: SIM905 - a list to read
            "move moved slip slipped shift shifted delay delayed postponed pushed sorry unfortunately instead becomes complete "
            "finished ready verschiebt verschieben verschoben leider"
        ).split()
    )
)
"""What says nothing of which thing moves."""
_WHOLE, _MEANT = 3, 2
_NEAR, _NEAR_BY_NUMBER = 0.6, 0.5
"""So many telling words make a whole statement; two without one in common may be one from such a nearness of sense.

A number in common tells a little of what is promised, a day only when: several things fall due on one day. Two sums tell
of two things where sense does not say that they are one. Sense is told in English alone.
"""


def are_apart(later: tuple[PromiseMention, Terms], earlier: tuple[PromiseMention, Terms]) -> bool:
    """Tell if each of two mentions names a thing that the other does not, and the later one speaks of no change.

    Whatever the later one says of change, that is so of two whole statements that share a day or a number alone, of two rows,
    of a thing that goes by a number, of the first and the second of a kind, and of what is to be where the other fails. Two
    sums or two rhythms that share no word are of two things unless something is to change. Of two names of a kind it is so
    wherever they are said, of one more of the same, and of the same said of another thing. An "it" with another day may mean
    what its own text names. Who gives two days in one text speaks of two things, and so does who counts two in other words:
    elsewhere one thing is called by many words.
    """
    (mention, mine), (before, theirs) = later, earlier
    if (
        _share_no_word(later, earlier)
        or are_other_rows(mention, before)
        or _is_of_number(later, earlier)
        or _are_in_turn(mention.text, before.text)
        or are_promise_and_penalty(mention.text, before.text)
    ):
        return True
    if mine.changes or mine.repeats or mention.changes != "none":
        return False
    if (
        _have_other_names(mention.text, before.text)
        or _is_one_more(mention.text, before.text, theirs)
        or _are_said_of_others(mention.text, before.text)
    ):
        return True
    if mention.evidence.interaction_id != before.evidence.interaction_id:
        return _POINTS.match(mention.text) is not None and mention.due_date != before.due_date
    if mention.due_date and before.due_date and mention.due_date != before.due_date:
        return True
    return _name_others(mine, theirs) and (_are_due_apart(mention, before) or _count_others(mine, theirs))


def _share_no_word(later: tuple[PromiseMention, Terms], earlier: tuple[PromiseMention, Terms]) -> bool:
    """Tell if two texts, far from each other in sense, have no word in common but of when, of how many or of how much."""
    near = _near_by_when(later, earlier) or _near_by_sum(later, earlier)
    (mention, mine), (before, theirs) = later, earlier
    is_foreign = not (mine.words.isdisjoint(LITTLE) or theirs.words.isdisjoint(LITTLE))
    if is_foreign or not (mention.sense and before.sense):
        return near > 0
    return nearness(mention.sense, before.sense) < near


def _near_by_when(later: tuple[PromiseMention, Terms], earlier: tuple[PromiseMention, Terms]) -> float:
    """Give the nearness from which two whole statements with a number in common or two days are one; 0 where they are none."""
    (mention, mine), (before, theirs) = later, earlier
    ours, others = (terms.words - terms.numbers - TIMES - LITTLE for terms in (mine, theirs))
    is_whole = min(len(ours), len(others)) >= _WHOLE and len(ours - _UNMOVED) > 1
    if not is_whole or not ours & others <= _DONE:
        return 0.0
    days = [one.due_date for one in (mention, before) if one.due_date]
    on_days = {str(number) for day in days for number in (day.day, day.month, day.year)}
    if not on_days >= mine.numbers & theirs.numbers:
        return _NEAR_BY_NUMBER
    return _NEAR if len(days) > 1 else 0.0


def _near_by_sum(later: tuple[PromiseMention, Terms], earlier: tuple[PromiseMention, Terms]) -> float:
    """Give the nearness from which two sums or rhythms are of one thing; 0 where there are none or something is to change."""
    (mention, mine), (before, theirs) = later, earlier
    ours, others = (_named_with_sum(one) for one in (later, earlier))
    is_change = mine.changes or mine.repeats or mention.changes != "none"
    if is_change or not (ours and others) or not ours.isdisjoint(others):
        return 0.0
    if mine.numbers.isdisjoint(theirs.numbers) and all(_SUM.search(one.text) for one in (mention, before)):
        return _NEAR
    is_rhythm = all(_RHYTHM.search(one.due_text or "") for one in (mention, before))
    return _NEAR_BY_NUMBER if is_rhythm and _are_due_apart(mention, before) else 0.0


def _named_with_sum(one: tuple[PromiseMention, Terms]) -> frozenset[str]:
    """Give the words of a text that say neither when nor how much."""
    mention, terms = one
    when = terms_of(Wording(mention.due_text or "")).words
    return terms.words - terms.numbers - TIMES - LITTLE - _DONE - _OF_SUMS - when


def _is_of_number(later: tuple[PromiseMention, Terms], earlier: tuple[PromiseMention, Terms]) -> bool:
    """Tell if one of two texts with another day is of a thing that goes by a number, which the other does not say."""
    if not (later[0].due_date and earlier[0].due_date) or later[0].due_date == earlier[0].due_date:
        return False
    if _leaves_out_number(later, earlier[1]):
        return True
    return _leaves_out_number(earlier, later[1]) and not _leaves_out_heading(later, earlier)


def _leaves_out_number(one: tuple[PromiseMention, Terms], other: Terms) -> bool:
    """Tell if a text begins with a thing and its number and another does not name it, not even as "eleven: 10 April"."""
    found = _OF_NUMBER.match(fold(one[0].text))
    if found is None or other.sequence[:1] == (SOME,):
        return False
    return not (found[2] in other.numbers and stem_of(found[1]) in other.words)


def _leaves_out_heading(later: tuple[PromiseMention, Terms], earlier: tuple[PromiseMention, Terms]) -> bool:
    """Tell if a later text speaks of what stands under a number: "the migration of the archive moves", once "phase 2: ...".

    Who speaks of no move says all that stands there, and nothing else.
    """
    found = _OF_NUMBER.match(fold(earlier[0].text))
    thing = stem_of(found[1]) if found and found["heads"] else ""
    if not thing or thing in later[1].words:
        return False
    mine, theirs = (terms.words - terms.numbers - TIMES - _OF_MOVES - {thing} for terms in (later[1], earlier[1]))
    is_moved = later[1].changes or later[0].changes == "renegotiated"
    is_same = (mine <= theirs or theirs <= mine) if is_moved else mine == theirs
    return is_same and len(mine & theirs) >= _MEANT


def _have_other_names(one: str, other: str) -> bool:
    """Tell if two texts call a thing by other names: "in Lyon", "in Ghent"; "release 1", "release 2"; "first", "second"."""
    return any(
        mine[thing].isdisjoint(theirs[thing])
        for mine, theirs in ((_places(one), _places(other)), *zip(_labels(one), _labels(other), strict=True))
        for thing in mine.keys() & theirs.keys()
    )


def _are_in_turn(later: str, earlier: str) -> bool:
    """Tell if two texts are of the first and of the second of a kind, and the earlier one is not of both."""
    (_number, mine, _name), (_number, theirs, _name) = (_labels(_WITHIN.sub(" ", text)) for text in (later, earlier))
    said = turns_in(earlier)
    return any(theirs[thing] and said.isdisjoint(mine[thing]) for thing in mine.keys() & theirs.keys())


def _are_said_of_others(later: str, earlier: str) -> bool:
    """Tell if two texts say the same of two things, and the earlier one does not name the later: "X is live", "Y is live"."""
    mine, theirs = _SUBJECT.match(later), _SUBJECT.match(earlier)
    if mine is None or theirs is None or _said_of(mine) != _said_of(theirs) or not _said_of(mine):
        return False
    named, before = (telling_words(one["who"]) for one in (mine, theirs))
    return bool(named and before) and before.isdisjoint(named) and terms_of(Wording(earlier)).words.isdisjoint(named)


def _said_of(match: re.Match[str]) -> str:
    """Give the first telling word that is said of a subject."""
    telling = telling_words(match["rest"])
    return next((word for word in terms_of(Wording(match["rest"])).sequence if word in telling), "")


def telling_words(text: str) -> frozenset[str]:
    """Give the words of a text that tell of a thing: none of number or time."""
    terms = terms_of(Wording(text))
    return terms.words - terms.numbers - TIMES


def _is_one_more(later: str, earlier: str, said: Terms) -> bool:
    """Tell if a text gives more of what an earlier one gave, or gives something also, and the earlier one did not say so."""
    if _ALSO.search(later) and not _ALSO.search(earlier):
        return True
    more = (terms_of(Wording(words)).words for words in _MORE.findall(later))
    return not _MORE.search(earlier) and any(not said.words.isdisjoint(words - said.numbers) for words in more)


def _labels(text: str) -> Iterator[dict[str, set[str]]]:
    """Yield the names of things in a text by the thing, for each way in which they are named."""
    for pattern in _LABELLED:
        found: dict[str, set[str]] = defaultdict(set)
        for match in pattern.finditer(text):
            thing, label = stem_of(fold(match["thing"])), turn_of(match["label"])
            following = match.groupdict().get("next") or ""
            if is_thing(match["thing"]) and label not in TIMES and not (following and is_thing(following)):
                found[thing].add(label)
        yield found


def is_thing(word: str) -> bool:
    """Tell if a word may name something: no filler, no time, nothing that is counted."""
    return not terms_of(Wording(word)).words <= TIMES | _COUNTED


def _places(text: str) -> dict[str, set[str]]:
    """Give the names in a text by the word before each, months and weekdays left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for word, name, thing, number in _PLACE.findall(text):
        if stem_of(fold(name)) not in TIMES:
            found[fold(word or thing)].add(stem_of(fold(name or number)))
    return found


def _name_others(mine: Terms, theirs: Terms) -> bool:
    ours, others = (terms.words - terms.numbers - TIMES for terms in (mine, theirs))
    return bool(ours - others) and bool(others - ours)


def _are_due_apart(one: PromiseMention, other: PromiseMention) -> bool:
    """Tell if two say when in other words, of which at least one gives no day."""
    is_dated = one.due_date and other.due_date
    return bool(one.due_text and other.due_text and not is_dated) and one.due_text != other.due_text


def _count_others(mine: Terms, theirs: Terms) -> bool:
    ours, others = ({thing for _number, thing in terms.amounts} - TIMES for terms in (mine, theirs))
    return bool(ours and others) and ours.isdisjoint(others)
