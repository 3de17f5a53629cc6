"""Who they are: roles and stance of the customer's people, from sentences that name them or that they say themselves.

A sentence counts only if it shows something: a cue for a role or a stance, or a name introduced with its function. Then the
person's title adds the roles that go with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from atlas_sync.canonical.model import Stance
from atlas_sync.canonical.normalize import fold
from atlas_sync.extraction.conversation import Attendee
from atlas_sync.extraction.names import Directory, directory_of
from atlas_sync.extraction.units import Unit

__all__ = ["Cast", "PersonCue", "begins_with_customer", "people_in", "roles_of_title"]

PersonCue = tuple[str, tuple[str, ...], Stance | None, str]


def _re(text: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{text})", re.IGNORECASE)


# What is said of somebody: role, pattern.
_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "decision maker",
        _re(
            r"decides?\b|decision[- ]maker|(?:the )?(?:final|last) (?:say|word|call)|approves?\b|must approve|has to approve|signs? (?:this |it )?off|"
            r"calls? the shots|(?:his|her|their) call\b|makes the (?:call|decision)|veto\b|the boss\b|sponsor\b|accountable|can stop us|pull(?:ing)? it\b|"
            r"needs? (?:his|her) (?:ok|blessing|nod)|wants my recommendation|[a-z]+['’]s (?:call|decision)\b|ends with (?:him|her)|without (?:him|her)|w/o (?:him|her)|(?:has|have) to (?:agree|say yes|approve)|runs the place|rubber[- ]?stamps?|green ?light"
        ),
    ),
    (
        "economic buyer",
        _re(
            r"budget|purse|wallet|counts? (?:the )?penn(?:y|ies)|is paying|pays\b|pounds and pence|looks at (?:the|every) (?:cost|number)s?|holds the (?:pen|che(?:que|ck) ?book)|che(?:que|ck) ?book|minds the money|the money\b|pays for|number(?:s)? (?:man|woman|person|guy)|"
            r"investor|audits? (?:the )?invoices?|(?:invoice|price) (?:hurts|line)|discount|leasing or buying|what it costs|payback|approves anything (?:above|over)|anything (?:>|above|over) \d"
        ),
    ),
    (
        "signer",
        _re(
            r"(?:will |shall |must |can |has to |'ll )?signs? (?:the contract|himself|herself|today|in the end|for|it\b)|\bsigns,|will sign\b|'d sign\b|signator|countersign|holds the pen|signs (?:anything|everything|variations|contracts|orders)|(?:his|her) signature"
        ),
    ),
    (
        "champion",
        _re(
            r"push(?:ing|es|ed)? for us|champion|fighting for|(?:on|at) our side|on side\b|wants us|likes us|rooting for|big fan|all in\b|over the moon|"
            r"defends? us|found (?:us|ye|you)\b|all for it|in our corner|loves? (?:it|us|the|what)|over the line|wants shot of|wants to go (?:on|ahead)|keen\b|sold on us|"
            r"(?:has |have )?used us|vouch|recommended us|over to us|excited|enthusiastic about|would sign today|'d sign today|(?:come|came|coming) a?round\b|likes? it\b|wanted this|will push|tells everyone|fights? for|delighted|thrilled|impressed|convinced the|talks? us up|happy (?:with|about) (?:it|us)|on board\b|won (?:him|her) over|very keen"
        ),
    ),
    (
        "skeptic",
        _re(
            r"s[ck]eptic\w*|nervous|worried|worries|not (?:yet )?convinced|unconvinced|doubt\w*|burn(?:ed|t)\b|heard (?:that|this|it) (?:all )?before|push(?:ing|es|ed)? back|"
            r"suspicious|unhappy|not happy|against\b|does ?n['’]t (?:trust|believe|like|want|see)|hates?\b|will believe it when|not sold|scars?\b|scared|grump\w*|"
            r"arms crossed|unrealistic|landmine|concerned|concerns\b|irritated|annoyed|grill(?:ed|s)|reluctant|resist\w*|oppos\w*|dead set|afraid|cold on|"
            r"believes? nothing|trusts? (?:nobody|no one)|not easily|never (?:wanted|liked|forgives?|trusted)|in-?house\b|fears?\b|(?:took|cost) (?:two|three|four) years|once bitten|allergic|rather (?:go|have|see|stay|keep)|folded (?:his|her) arms|wary|cautious|hostile|negative about|dug in|blocker|prefers? (?:the|another|their)|wants to stay|go wrong|went wrong|counter-?quote|take (?:his|her|their) job"
        ),
    ),
    (
        "end user",
        _re(
            r"(?:will |who |actually |has to )+use\b|uses? it\b|works? with it|end users?|runs? the (?:floor|shift|desk|shop|till|show|ramp|crew|ward|kitchen|yard|night)|"
            r"on the (?:floor|yard|shift|ramp|tools)|day[- ]to[- ]day|shop ?floor|shift (?:manager|lead|leader)|crew\b|does the work|drivers?\b|leads? the (?:team|crew|shift)|by hand\b|opens? it daily|every day\b|(?:his|her) floor|lives with (?:it|the)|works the|stands? at the"
        ),
    ),
    (
        "technical",
        _re(
            r"runs? (?:the )?(?:it|network|servers|systems|infrastructure)\b|it (?:manager|lead|admin|guy|person)|firewall|technical|infrastructure manager|api\b|"
            r"integration|hosting|hosted|cloud|servers?\b|security\b|penetration|validat\w*|architect\w*"
        ),
    ),
    (
        "procurement",
        _re(
            r"go(?:es)? through (?:him|her)|variations|retention|procurement|purchasing|tender\b|rfp\b|by the book|fill in forms|the forms\b|three quotes|compare (?:offers|quotes|prices)|scoring|vendor (?:form|list|onboarding)"
        ),
    ),
    (
        "legal",
        _re(
            r"legal\b|lawyers?\b|general counsel|liability|vendor contract|contract clauses?|data protection officer|dpo\b|compliance\b"
        ),
    ),
)
# What somebody says of themselves.
_SELF: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "decision maker",
        _re(
            r"i(?:['’]ll| will| can)? (?:sign|decide|approve)\b|lets me sign|this ends with me|for me it is (?:already )?decided|nobody above me|i have the (?:final|last)|(?:it['’]s )?my (?:call|decision)\b|me as the sponsor|i make the|i['’]m the one who (?:signs|decides)|the decision (?:is|sits) (?:mine|with me)"
        ),
    ),
    (
        "economic buyer",
        _re(
            r"i have the money|(?:the |my )budget(?:['’]s| is)?(?: mine)?|i sign the (?:invoices|che|po)|i pay\b|my board|what we pay|the price\b|i hold the|my p&l|comes out of my|i['’]m paying"
        ),
    ),
    (
        "champion",
        _re(
            r"i['’]d (?:really )?push for|i fight for|i like (?:you|it|this)\b|i(?:['’]m| am) happy with|i['’]d have that|i want (?:you|this)\b|i(?:['’]m| am) (?:with you|all for|sold)\b|why i like|i['’]ll (?:defend|recommend|fight)|can['’]t wait|when can (?:we|you) start|i(?:['’]d| would) (?:sign|buy) (?:it )?(?:today|tomorrow)"
        ),
    ),
    (
        "skeptic",
        _re(
            r"i(?:['’]ve| have) heard (?:that|this)|i(?:['’]m| am) not (?:convinced|sold|sure|comfortable|against)|i don['’]t (?:believe|trust|want|see|like|buy)|i(?:['’]ll| will) believe|they said (?:that|the same)|"
            r"(?:we|i)(?:['’]ve| have) been (?:burn(?:ed|t)|told)|why would i|i have doubts?|i(?:['’]m| am) (?:worried|nervous|concerned|sceptical|skeptical)|i will not (?:give|sign|accept)|"
            r"i have to explain|i(?:['’]ve| have) seen (?:what|how|two|this|that|it)|we tried (?:that|this)|i['’]m going to have questions|to be blunt|i['’]ll be blunt|it didn['’]t work|nobody asked (?:us|me)|they quit|i let nobody|not (?:over|with) my|i(?:['’]m| am) (?:afraid|tired of)|last (?:time|lot|firm|supplier)"
        ),
    ),
    (
        "end user",
        _re(
            r"i run the (?:floor|shift|desk|shop|ramp|show)|my (?:engineers|people|teams?|crew|drivers|staff|nurses|technicians|guys|lads|girls)\b|i(?:['’]m| am) the one who (?:uses|gets|has)|i(?:['’]ve| have) been (?:doing|finding|running)|i use\b"
        ),
    ),
    (
        "technical",
        _re(
            r"(?:my|our) (?:servers|firewall|network|infrastructure|engineers)\b|hosted\b|validated\b|go(?:es)? only through me|class drawing|security (?:review|questionnaire|team)|penetration"
        ),
    ),
    (
        "procurement",
        _re(
            r"i have to compare|three (?:offers|quotes|columns)|sole point of contact|the tender\b|our (?:purchasing|procurement) (?:rules|process)|the process\b|scoring"
        ),
    ),
    (
        "legal",
        _re(
            r"legal side|sub-?processors|(?:the|your) (?:dpa|liability|clause)|recommend(?:ing)? signature|from the legal|indemnit"
        ),
    ),
)
_TITLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "technical",
        _re(
            r"it\b|developer|informat\w*|automation|electri\w*|mechanic\w*|maintenance|facilities|laborator\w*|process (?:owner|engineer|lead)|validation|cio\b|cto\b|ciso\b|cdo\b|engineer\w*|infrastructure|data\b|security|technical|technology|soc\b|bi\b|digital|systems?\b|quality|medical lead|pharmacist|architect|network|chief engineer|infection"
        ),
    ),
    (
        "economic buyer",
        _re(r"cfo\b|financ\w*|accounts\b|comptroller|kämmer\w*|controller|treasurer|bursar|investor|accountant|budget"),
    ),
    ("procurement", _re(r"procurement|purchas\w*|buyer\b|sourcing|contracts\b|tender")),
    ("legal", _re(r"legal|counsel|compliance|lawyer|attorney|notary|privacy|solicitor|data protection|dpo\b")),
    (
        "end user",
        _re(
            r"supervisor|shift|specialist|planner|scheduler|coordinator|caretaker|driver|teacher\b|matron|warden|chef\b|cook\b|foreman|charge hand|dispatch\w*|site manager|floor|store manager|administrator|clerk|crew|foreman|plant (?:head|manager)|technician|team lead|teams? manager|operator|nurse|dispatcher|works council|union"
        ),
    ),
    (
        "decision maker",
        _re(
            r"managing director|chief executive|chief operating|general manager|head ?(?:master|mistress|teacher)|mayor|dean\b|chairman|chairwoman|ceo\b|owner|founder|president\b|general secretary|managing partner|mng partner|\bmd\b|director\b|coo\b|vp\b|vice president|board member|principal|chair\b"
        ),
    ),
)
_SUPPORT = frozenset({"champion"})
_TURNED = _re(
    r"came round|come round|on side now|now on side|flipped|calmer|fine now|less (?:grumpy|nervous|worried)|friendlier|warmed|happier|ok in person|fine with|big fan now|now big fan|is fine\b|likes the"
)
_INTRODUCED = r"{name}(?:\s{{1,3}}[A-Z][\w’'-]{{1,30}})?(?:,? \(|, (?:he['’]s |she['’]s |who is |who['’]s )?(?:our |my |the |their )| is (?:our |my |the |their )| = |,? our | from (?:the )?)([^.,;:!?()]{{2,40}})"
_INTRODUCED_BEFORE = r"(?:my|our|the|their|his|her) ([a-z][\w& -]{{2,40}}),? \(?{name}"
_STRANGER = re.compile(
    r"(?P<name>[A-Z][\w’'-]{1,30} [A-Z][\w’'-]{1,30})(?:,? \(|, (?:he['’]s |she['’]s |who is |who['’]s )?(?:our |my |the |their )?| is (?:our |my |the |their )|,? our )(?P<function>[^.;!?()]{2,60})"
)
_PRONOUN = re.compile(r"\b(?:s?he(?:['’]s|['’]d|['’]ll)?|him|her)\b", re.IGNORECASE)
_FIRST_PERSON = re.compile(r"\b(?:I(?:['’]\w{1,2})?|my|me|mine|we(?:['’]\w{1,2})?|our)\b", re.IGNORECASE)
_QUESTION = re.compile(r"\?[\"'”’)\]]{0,3}$")
_LONGEST = 600
_SHORTEST_NAME = 4


def people_in(unit: Unit, attendees: Sequence[Attendee]) -> Iterator[PersonCue]:
    """Yield name, roles, stance and rule for each of the customer's people that a unit says something about."""
    yield from Cast(attendees).shown_in(unit)


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a sentence and whom it is about; `function` is the one it introduces them by."""

    name: str
    person: Attendee | None
    text: str
    is_self: bool = False
    function: str = ""

    @property
    def roles(self) -> tuple[str, ...]:
        """Give the roles that the words show."""
        return (*_cued(_SELF if self.is_self else _ROLES, self.text), *roles_of_title(self.function))


class Cast:
    """The people of a conversation as its units speak of them, in order; remembers who "he" and "she" are."""

    def __init__(self, attendees: Sequence[Attendee]) -> None:
        self._directory = directory_of(tuple(attendees))
        self._theirs = [one for one in self._directory.people if one.side in {"customer", "partner"} and one.name]
        self._last: Attendee | None = None

    def shown_in(self, unit: Unit) -> Iterator[PersonCue]:
        """Yield whom a unit says something about, by the cues in it."""
        for part in self._parts(unit):
            if part.roles or _TURNED.search(part.text):
                rule = "says so" if part.is_self else "introduced" if part.function else "named beside it"
                yield _cue(part, part.roles, rule)

    def shown_by(self, unit: Unit, roles: Sequence[str]) -> Iterator[PersonCue]:
        """Yield who it is that a unit is known to show, where that can be told; `roles` are for whom words and title tell none.

        In order: those named with a cue of their own, who is named, who says it, who was spoken of last, the only one there is.
        """
        parts = self._parts(unit)
        cued = [part for part in parts if part.roles]
        others = [_Part(str(one.name), one, unit.text) for one in ([self._last] if self._last else self._theirs)]
        if unit.side == "customer" and unit.speaker:
            others = [_Part(unit.speaker, self._directory.find(unit.speaker), unit.text, is_self=True)]
        chosen = cued or parts[:1] or (others if len(others) == 1 else [])
        for part in chosen:
            name, seen, stance, _rule = _cue(part, part.roles, "shown")
            yield name, seen or tuple(role.replace("_", " ") for role in roles), stance, "shown"

    def _parts(self, unit: Unit) -> list[_Part]:
        """Cut a unit where a name begins: what stands before the first is the speaker's own, or about the one before."""
        text = unit.text
        if unit.zone != "new" or len(text) > _LONGEST:
            return []
        named = [(place, one) for place, one in self._directory.places(text) if one.side in {"customer", "partner"}]
        parts: list[_Part] = []
        head = text[: named[0][0]] if named else text
        speaker = self._directory.find(unit.speaker) if unit.speaker and unit.side == "customer" else None
        if unit.side == "customer" and unit.speaker and _FIRST_PERSON.search(head) and not _QUESTION.search(text):
            parts.append(_Part(unit.speaker, speaker, head, is_self=True))
        elif not named and self._last and _PRONOUN.search(text):
            parts.append(_Part(str(self._last.name), self._last, text))
        for at, (place, person) in enumerate(named):
            end = named[at + 1][0] if at + 1 < len(named) else len(text)
            begin = place if at or parts else 0
            if person is not speaker:
                parts.append(
                    _Part(str(person.name), person, text[begin:end], function=_introduction(text, person) or "")
                )
        parts += [_Part(name, None, text, function=function) for name, function in _strangers(text, self._directory)]
        self._last = named[-1][1] if named else self._last
        return parts


def _cue(part: _Part, roles: Sequence[str], rule: str) -> PersonCue:
    more = roles_of_title(part.person.title) if part.person and part.person.title else ()
    seen = tuple(dict.fromkeys((*roles, *more)))
    return part.name, seen, _stance(seen, part.text), rule


def _strangers(text: str, directory: Directory) -> Iterator[tuple[str, str]]:
    """Yield full names of people nobody listed, introduced with their function: "Petra Hahn (investor)"."""
    for match in _STRANGER.finditer(text):
        if directory.find(match["name"]) is None and roles_of_title(match["function"]):
            yield match["name"], match["function"]


def _introduction(text: str, person: Attendee) -> str | None:
    first, last = str(person.name).split()[:1], str(person.name).split()[-1:]
    for word in (*last, *first):
        for pattern in (_INTRODUCED, _INTRODUCED_BEFORE):
            found = re.search(pattern.format(name=re.escape(word)), text)
            if found:
                return found.group(1)
    return None


def _cued(table: Sequence[tuple[str, re.Pattern[str]]], text: str) -> tuple[str, ...]:
    return tuple(role for role, pattern in table if pattern.search(text))


def roles_of_title(title: str) -> tuple[str, ...]:
    """Give the roles that usually go with a job title."""
    return _cued(_TITLES, title)


def _stance(roles: Sequence[str], text: str) -> Stance | None:
    if _TURNED.search(text) or _SUPPORT & set(roles):
        return "supporter"
    return "skeptic" if "skeptic" in roles else None


def begins_with_customer(text: str, attendees: Sequence[Attendee]) -> bool:
    """Tell if one of the customer's people is the subject of a sentence: "U. Brandhorst opens the VLANs until 3 July"."""
    words = re.findall(r"\w+", fold(text[:_LONGEST]))
    start = (
        1
        if words and (len(words[0]) == 1 or words[0] in {"dr", "mr", "mrs", "ms", "prof", "customer", "client"})
        else 0
    )
    directory = directory_of(tuple(attendees))
    return any(
        len(word) >= _SHORTEST_NAME and (person := directory.find(word)) is not None and person.side == "customer"
        for word in words[start : start + 1]
    )
