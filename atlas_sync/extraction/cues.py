"""Cues: the words that show somebody's role or stance.

English, and the commonest in German and French. Wide rather than exact: a cue counts only for whom it stands beside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from atlas_sync.extraction.courtesies import without_courtesies
from atlas_sync.extraction.phrases import HINT

__all__ = ["OPPOSED", "SAID_BY", "SAID_OF", "Table", "any_of", "cued", "has_turned", "shows"]

Table = tuple[tuple[str, re.Pattern[str]], ...]


def any_of(text: str) -> re.Pattern[str]:
    """Give the pattern of words of which any shows something, each from its beginning."""
    return re.compile(rf"\b(?:{text})", re.IGNORECASE)


_OF_SALE = (
    r"(?:budget|purchas\w*|(?<!in )orders?\b(?! of)|suppliers?|vendors?|contract(?:s|or)?\b|sign\b(?![- ]?off)|buy\b|offers?\b|"
    r"quotes?\b|proposals?|deal\b|go(?:es)? ahead|kauf\b|auftr[aä]g|vertr[aä]g|angebot\w*|lieferant\w*|anbieter\w*|achat|"
    r"fournisseurs?|prestataires?|contrats?\b|commande\b|devis\b)"
    r"(?![- ]?(?:list|data|master|file|portal|import|record|number|form|field|template|table|screen|view|mask|column)s?\b)"
)
_HOW_DONE = (
    r"(?:(?<=how )|(?<=whether )|(?<=how the )|(?<=whether the ))\w+ (?:is|are)\b"
    r"(?! (?:to be )?(?:signed|accepted|approved|placed|awarded|renewed|made|ours|given|good|enough|final|won|paid)\b)"
)
"""What is asked about how papers are handled: "how quotes are printed", not "whether the contract is signed"."""
_NO_ONE_POINT = (
    rf"(?! (?![^.,;:!?]{{0,100}}?\b(?!{_HOW_DONE}){_OF_SALE})"
    r"(?:(?:by|before|until|till|on|in|at|next|early|late|mid|end|the|of|bis|am|im|zum|nächste\w*|ende|avant|d['’]ici|le|"
    rf"la|en) ){{0,4}}(?!every\b)(?:{HINT.pattern}|"
    r"(?:which|whose|where|when|how (?:many|much)|wann|wo|welche\w*|quand|où|quel\w*)\b))"
)
"""No day and no one question after "decides", save about the sale: who settles one point by Friday need not decide on that."""

SAID_OF: Table = (
    (
        "decision maker",
        any_of(
            rf"decid(?:es?|ing)\b{_NO_ONE_POINT}|choos(?:es|ing)\b|picks the\b|entscheide\w*\b{_NO_ONE_POINT}|"
            rf"d[ée]cide\b{_NO_ONE_POINT}|das letzte wort|"
            r"le dernier mot|decision[- ]maker|(?:the )?(?:final|last) (?:say|word|call)\b|"
            r"(?:has|have|had) the (?:say|vote)|the yes of|nothing (?:moves|happens|goes)|up to (?:him|her)\b|"
            r"approves?\b|must approve|has to approve|signs? (?:this |it )?off|calls? the shots|"
            r"(?:his|her|their) call\b|makes the (?:call|decision)|veto\b|sponsor\b|accountable|can stop us|"
            r"pull(?:ing)? it\b(?! (?:from|out|off|to|into|up))|needs? (?:his|her) (?:ok|okay|blessing|nod|approval|yes)|"
            r"wants my recommendation|"
            r"[a-z]+['’]s (?:call|decision)\b|ends with (?:him|her)|without (?:him|her)|w/o (?:him|her)|"
            r"(?:has|have) to (?:agree|say yes|approve)|runs the place|rubber[- ]?stamps?|green ?light"
        ),
    ),
    (
        "economic buyer",
        any_of(
            r"budget|geldgeber|tr[ée]sor\w*|zahlt\b|paie\b|purse|wallet|funds\b|funding|"
            r"(?:does|puts?|has|releases?) (?:up )?(?:the )?(?:money|funds)|capex|opex|p&l|"
            r"counts? (?:the )?penn(?:y|ies)|is paying|pays\b|pounds and pence|"
            r"looks at (?:the|every) (?:cost|number)s?|holds the (?:pen|che(?:que|ck) ?book)|che(?:que|ck) ?book|"
            r"minds the money|the money\b|pays for|number(?:s)? (?:man|woman|person|guy)|investor|"
            r"audits? (?:the )?invoices?|(?:invoice|price) (?:hurts|line)|discount|leasing or buying|what it costs|"
            r"payback|approves anything (?:above|over)|anything (?:>|above|over) \d"
        ),
    ),
    (
        "signer",
        any_of(
            r"(?:will|shall|must|can|has to|have to|to|needs to|['’]ll|and|also|still|alone|who|he|she|"
            r"only) signs?\b(?! (?:this |it )?(?:off|up (?:for|with))\b)|"
            r"signs\b(?! (?:this |it )?(?:off|up (?:for|with))\b)|signator|unterschreib\w*|unterzeichne\w*|signera?\b|"
            r"zeichnet\b|countersign|holds the pen|(?:his|her|['’]s) signature"
        ),
    ),
    (
        "champion",
        any_of(
            r"push(?:ing|es|ed)? (?:it through|for us)|champion(?!s\b(?! (?:us|it|this|the)\b))|desperate|defends?\b|"
            r"begeistert|f[üu]rsprech\w*|"
            r"enthousiaste|(?-i:ravie?)\b|supports? (?:us|it|this|the idea|any)\b|supportive|backs? (?:us|it|the idea)\b|"
            r"in favou?r|a friend\b|recommends?\b|advocate|(?-i:ally)\b|grateful|can['’]?t wait\b(?! (?:until|till|any|that|"
            r"longer))|finally (?:some|an?\b)|prais\w*|liked\b|"
            r"fighting for|(?:on|at) our side|on side\b|wants us\b(?! (?:to|do|at|on|back|there|out|gone)\b)|likes us|"
            r"rooting for|big fan|all in\b|over the moon|"
            r"defends? us|found (?:us|ye|you)\b|all for it|in our corner|loves? (?:it|us|the|what)|over the line|"
            r"wants shot of|wants to go (?:on|ahead)|keen\b|sold on us|(?:has |have )?used us|vouch|recommended us|"
            r"(?:com|came|mov|switch|br[io]|won)\w* (?:\w+ )?over to us|excited|enthusiastic about|would sign today|"
            r"'d sign today|(?:come|came|coming) a?round\b|"
            r"likes? it\b|wanted this|will push (?:it\b(?! (?:to|live|back|out))|for|hard|internally)|tells everyone|"
            r"fights? for|delighted|thrilled|impressed|convinced the|"
            r"talks? us up|happy (?:with|about) (?:it|us)|on board\b|won (?:him|her) over|very keen"
        ),
    ),
    (
        "skeptic",
        any_of(
            r"s[ck]eptic\w*|skeptisch|sceptique|dagegen\b|zweifel\w*|inqui[eè]te?\b|besorgt|contre\b|nervous|furious|"
            r"angry|refus(?:es|ed|ing)\b|dislik\w*|complain(?:s|ed|ing)\b|complaints? about (?:us|it|the price)\b|"
            r"unimpressed|hesita\w*|lukewarm|no fan\b|objects? to\b|s?he objects\b|"
            r"objection|does not (?:trust|believe|like|want|see)\b|critical (?:of|about)\b|(?:very|quite|rather|"
            r"openly) critical\b(?! (?:for|to|that|path))|"
            r"a (?:trick|waste)|(?:security|compliance|pure|just|all) theat(?:re|er)\b|"
            r"too (?:expensive|dear)|voted against|overpriced|on the fence|stubborn|gripe|grumbl\w*|"
            r"takes? (?:some |a lot of )?convincing|questions (?:the|whether)|not (?:a )?believ\w*|worried|worries|"
            r"not (?:yet )?convinced|unconvinced|doubt\w*|burn(?:ed|t)\b|heard (?:that|this|it) (?:all )?before|"
            r"push(?:ing|es|ed)? back\b(?! (?:the|to|by|until|till|from|an?|go-?live)\b)|suspicious|unhappy|"
            r"not (?:happy|thrilled|impressed|delighted|keen)\b|"
            r"against\b|"
            r"does ?n['’]t (?:trust|believe|like|want|see)|hates?\b|will believe it when|not sold|scars?\b|scared|"
            r"grump\w*|arms crossed|unrealistic|landmine|concerned|concerns\b|irritated|annoyed|grill(?:ed|s) (?:me|us|him|"
            r"her)\b|"
            r"reluctant|resist(?:s|ed|ing)?\b|oppos(?:es|ed|ing|ition)\b|dead set|afraid|cold on|believes? nothing|"
            r"trusts? (?:nobody|no one)|"
            r"not easily|never (?:wanted|liked|forgives?|trusted)|wants? (?:it |this |to \w+ it )?in-?house\b|fears?\b|"
            r"(?:took|cost) (?:two|three|four) years|once bitten|allergic|rather (?:go with|stay|keep)\b|"
            r"folded (?:his|her) arms|wary|cautious|hostile|negative about|dug in|(?:is|as|be|=) (?:an? |the |our |main |"
            r"biggest |real ){0,2}blocker\b|"
            r"prefers? (?:another|their own|the (?:old|older|current|other|cheaper|existing)\b)|wants to stay (?:with|on\b|"
            r"where)|"
            r"(?:seen?|saw|will) [^,.;]{0,40}(?:go|went) wrong|counter-?quote|"
            r"take (?:his|her|their) job"
        ),
    ),
    (
        "end user",
        any_of(
            r"(?:will |who |actually |has to |have to )+use\b|nutzt\b|arbeitet (?:t[äa]glich )?damit|utilise\w*|"
            r"(?:his|her|their) (?:team|people|staff|crew|nurses|drivers|guys|girls|lads) (?:will|works?|"
            r"uses?|has|have|needs?|gets?)|"
            r"re-?types?\b|types? (?:in|it|each|every)|on paper\b|spreadsheet|keys (?:in|it)|uses? it\b|"
            r"works? with it|end users?|"
            r"runs? the (?:floor|shift|desk|shop|till|show|ramp|crew|ward|kitchen|yard|night)|"
            r"on the (?:floor|yard|shift|ramp|tools)|day[- ]to[- ]day|shop ?floor|shift (?:manager|lead|leader)|"
            r"crew\b|does the work|leads? the (?:team|crew|shift)|by hand\b|opens? it daily|every day\b|"
            r"(?:his|her) floor|lives with (?:it|the)|works the|stands? at the"
        ),
    ),
    (
        "technical",
        any_of(
            r"runs? (?:the )?(?:it|network|servers|systems|infrastructure)\b|from (?:the )?it\b|maintenance|"
            r"it (?:manager|lead|admin|guy|person)|firewall|technical|infrastructure manager|api\b|integration|"
            r"hosting|hosted|cloud|servers?\b|security\b|penetration|validat\w*|architect\w*"
        ),
    ),
    (
        "procurement",
        any_of(
            r"go(?:es)? through (?:him|her)|variations|retention|procurement|purchasing|tender\b|rfp\b|by the book|"
            r"fill in forms|the forms\b|three quotes|compare (?:offers|quotes|prices)|scoring|"
            r"vendor (?:form|list|onboarding)|(?:three|two|several) (?:offers|bids)|day rates|framework agreement|"
            r"supplier (?:form|list|portal)|commercial part|haggl\w*|squeez\w*"
        ),
    ),
    (
        "legal",
        any_of(
            r"legal\b(?! action)|lawyers?\b|t&c\w*|terms and conditions|dpa\b|indemnit\w*|privacy|general counsel|"
            r"liability|vendor contract|contract clauses?|data protection officer|dpo\b|compliance\b"
        ),
    ),
)
"""What is said of somebody: role, pattern."""

SAID_BY: Table = (
    (
        "decision maker",
        any_of(
            r"i(?:['’]ll| will| can)? (?:decide|approve)\b|up to me\b|i have the say|lets me sign|this ends with me|"
            r"for me it is (?:already )?decided|nobody above me|i have the (?:final|last)|"
            r"(?:it['’]s )?my (?:call|decision)\b|me as the sponsor|i make the|i['’]m the one who (?:signs|decides)|"
            r"the decision (?:is|sits) (?:mine|with me)"
        ),
    ),
    (
        "signer",
        any_of(
            r"(?:i|i['’]ll|i will|i can|so i|lets me|let me|me to|and) sign\b(?! (?:the )?(?:invoices|off|up))|"
            r"my signature|signed by me|over my name"
        ),
    ),
    (
        "economic buyer",
        any_of(
            r"i have the money|(?:the |my )budget(?:['’]s| is)?(?: mine)?|i sign the (?:invoices|che|po)|i pay\b|"
            r"my board|what we pay|the price\b|i hold the|my p&l|comes out of my|i['’]m paying"
        ),
    ),
    (
        "champion",
        any_of(
            r"i['’]d (?:really )?push for|i fight for|i like (?:you|it|this)\b|i(?:['’]m| am) happy with|"
            r"i['’]d have that|i want (?:you\b(?! to\b)|this\b)|i(?:['’]m| am) (?:with you|all for|sold)\b|why i like|"
            r"i['’]ll (?:defend|recommend|fight)|can['’]t wait\b(?! (?:until|till|any|that|longer))|i(?:['’]d|"
            r" would) be happy with|a friend\b|"
            r"finally (?:some|an?\b)|i(?:['’]m| am) on board|"
            r"i(?:['’]m| am) (?:very |really )?(?:impressed|pleased|glad|keen|excited)|when can (?:we|you) start|"
            r"i(?:['’]d| would) (?:sign|buy) (?:it )?(?:today|tomorrow)"
        ),
    ),
    (
        "skeptic",
        any_of(
            r"i(?:['’]ve| have) heard (?:that|this)(?= (?:before|one|all|story|too)\b|[.,;])|convince me|"
            r"too (?:expensive|dear)|i(?:['’]m| am) not a (?:fan|believer)|"
            r"i have (?:my |some )?(?:concerns|reservations)|what worries me|my worry|"
            r"i(?:['’]m| am) not (?:convinced|sold|comfortable|against|sure (?:about|of|this|it|we need|i (?:want|need|"
            r"like)))\b|"
            r"i (?:do not|don['’]t) (?:trust|buy|like(?! to\b)|believe(?! (?:we|i|anybody|anyone|there|so)\b)|"
            r"want(?! (?:(?:them|him|her|us|you|it) )?to\b)|see (?:why|how|what|(?:the|any) (?:point|need|value|sense|"
            r"benefit)))\b|i(?:['’]ll| will) believe|they (?:all )?said the same|they said that (?:too|last)|"
            r"(?:we|i)(?:['’]ve| have) been (?:burn(?:ed|t)|told)|why would i|i have doubts?|"
            r"i(?:['’]m| am) (?:worried|nervous|concerned|sceptical|skeptical)|i will not (?:give|sign|accept)|"
            r"i have to explain|i(?:['’]ve| have) seen (?:what|how|two|(?:this|that|it) (?:before|fail|go|happen|all|"
            r"too))\b|we tried (?:that|this)|"
            r"i['’]m going to have questions|to be blunt|i['’]ll be blunt|it didn['’]t work|nobody asked (?:us|me)|"
            r"they quit|i let nobody|not (?:over|with) my|i(?:['’]m| am) (?:\w+ )?(?:\w+ )?(?:afraid|tired of)|"
            r"last (?:lot|firm|supplier)\b|last time (?:it|you|they)\b"
        ),
    ),
    (
        "end user",
        any_of(
            r"i run the (?:floor|shift|desk|shop|ramp|show)|my (?:crew|drivers|nurses|technicians|lads|girls)\b|"
            r"i(?:['’]m| am) the one who (?:uses|gets|has)|i(?:['’]ve| have) been (?:doing|finding|running)|i use\b"
        ),
    ),
    (
        "technical",
        any_of(
            r"(?:my|our) (?:servers|firewall|network|infrastructure|engineers)\b|hosted\b|validated\b|"
            r"go(?:es)? only through me|class drawing|security (?:review|questionnaire|team)|penetration"
        ),
    ),
    (
        "procurement",
        any_of(
            r"i have to compare|three (?:offers|quotes|columns)|sole point of contact|the tender\b|"
            r"our (?:purchasing|procurement) (?:rules|process)|the process\b|scoring"
        ),
    ),
    (
        "legal",
        any_of(
            r"legal side|sub-?processors|(?:the|your) (?:dpa|liability|clause)|recommend(?:ing)? signature|"
            r"from the legal|indemnit"
        ),
    ),
)
"""What somebody says of themselves."""

_TURNED = any_of(
    r"came round|come round|on side now|now on side|flipped|calmer|fine now|less (?:grumpy|nervous|worried)|"
    r"friendlier|happy now|warmed|happier|ok in person|fine with|big fan now|now big fan|"
    r"is fine\b(?! (?:by|for|at)\b)|likes the"
)
"""What tells that somebody who was against it no longer is."""
OPPOSED = any_of(
    r"(?:is|was|are|were|be|['’]s|voted?|votes|spoke|firmly|strictly|still|all|dead set) against\b|voted? no\b|"
    r"oppos(?:es|ed|ing)\b|refus(?:es|ed|ing)\b|hates? (?:the idea|it|this|us)\b|landmine|hostile|furious|unrealistic|"
    r"blocker|block(?:s|ing) (?:it|us|this)|never wanted|counter-?quote|wants? to (?:stay with|keep the old)|"
    r"(?:wants?|trying) (?:us|it|this) (?:out|gone|dead|stopped)|not over my|over my dead|i let nobody|"
    r"(?:do not|don['’]t|does not|doesn['’]t) want [^.;]{2,40} at all|(?<!nichts )dagegen\b|(?<!par )contre\b"
)
"""What tells that somebody who doubts does more than doubt."""

_NEGATED = re.compile(
    r"\b(?:do|does|did|is|are|was|will|would|can|could)(?:n['’]t| not) (?:hold|have|own|decide|sign|run|use|pay|control)\b"
    r"[^,.;:]{0,60}|\b(?:not|n[eo]ver|no) (?:a |an |very |really |too |so )?(?:friend|fan|keen|happy|support)\b|"
    r"\b(?:entscheide|unterschreib|unterzeichne|zeichne|zahl)\w* (?:(?!(?:und|oder|aber)\b)\w+ ){0,3}?nicht\b(?! nur\b)|"
    r"\b(?:ne |n['’])\w{1,20} (?:pas|plus|jamais)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\b(?:not|no longer|never|(?:noch )?nicht(?: (?:mehr|länger))?|kein\w{0,2})|n['’]t|"
    r"\b(?:ne |n['’])\w{1,12} (?:pas|plus|jamais)) "
    r"(?:(?:a|an|the|one|that|in|at all|all|so|very|really|too|particularly|openly|actually|being|been|be|"
    r"sehr|wirklich|vraiment|du tout) ){0,3}$",
    re.IGNORECASE,
)
"""What before a cue denies it: "not against it", "no longer sceptical"; "not convinced" is one cue as a whole."""
_DENIED_WITHIN = 60
_TOPICS = frozenset({"economic buyer", "end user", "technical", "procurement", "legal"})
"""Roles that are shown by what somebody talks of, if only to say no to it: "isn't validated"."""


def cued(table: Sequence[tuple[str, re.Pattern[str]]], text: str) -> tuple[str, ...]:
    """Give the roles that a text shows by a table; what is denied ("I don't hold the budget") shows none but doubt."""
    text = without_courtesies(text)
    said = _NEGATED.sub(" ", text)
    return tuple(
        role
        for role, pattern in table
        if (pattern.search(said) if role in _TOPICS else shows(pattern, text if role == "skeptic" else said))
    )


def has_turned(text: str) -> bool:
    """Tell if a text says that somebody who was against it no longer is; that a day is fine with them says nothing."""
    return shows(_TURNED, without_courtesies(text))


def shows(pattern: re.Pattern[str], text: str) -> bool:
    """Tell if a text has a cue that it does not deny."""
    return any(
        not _DENIED.search(text, max(0, found.start() - _DENIED_WITHIN), found.start())
        for found in pattern.finditer(text)
    )
