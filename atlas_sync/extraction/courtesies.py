"""Courtesies: words that sound like a role or a stance and are politeness, a denial of doubt, or about something else.

They are left out before `cues` looks for what somebody is. English, and the commonest in German and French.
"""

from __future__ import annotations

import re

from atlas_sync.extraction.phrases import HINT

__all__ = ["without_courtesies"]

_NAMED = (
    r"(?:nam|nominat|find|identif|pick|choos|chos|appoint|select|suggest|propos|train|recruit|agree on|need|send|bring)"
)
_HELD = (
    r"(?:check|test|measur|compar|match|reconcil|validat|map|bill|invoic|book|pay|paid|releas|charg|set|held|hold|weigh|"
    r"insur|protect|scor|track|mark|budget|report|deliver|count|sign)"
)
_THINGS = r"(?:e-?mails?|mails?|log-?ins?|activit(?:y|ies)|traffic|transactions?|packages?|files?|links?)"
_GLAD = (
    r"(?:keen|excited|delighted|thrilled|enthusiastic|enthousiaste|desperate|impressed|begeistert|ravie?|in favou?r|all for|"
    r"can['’]?t wait|lik(?:es?|ed)|loves?)"
)
_GETTING = r"(?:get|hav|see|cut|bring|push|driv|low(?:er)?|reduc|sav|negotiat)(?:e|t?ing)?"
_CHEAPER = (
    rf"(?: (?:about|with|by|on|of|for|at|to|von|vom|d['’]une?|de|du))?(?: {_GETTING})?"
    r"(?: (?:an?|any|the|our|your|this|that|his|her|their|some|more|good|better|best|big|bigger|low|lower|small|further|extra|"
    r"special|early|volume|payment|dem|der|den|einem|la|\d[\d.,]*(?: ?%| percent)?)){0,4}"
    r" ?(?:discounts?|rebates?|pric(?:es?|ing)|costs?|savings?|money|fees?|terms|rabatt\w*|nachlass|preis|remise|rabais|prix)"
    r"(?=\W*$|\W*[^\w\s-]|\s(?:down|off|and|but|for|on|in|of|from|too|we|you|that|to|at|as|is|which|by|if|before|because)\b)"
)
"""What wants a better price, or likes it: no word for us."""
_NO_GO = (
    r"(?:keep(?! (?:going|moving|on)\b)|wait|hold (?:off|on|back)|postpone|delay|defer|pause|cancel|haggle|bargain|negotiate|"
    r"slow|stay|stick|push (?:\S+ ){1,3}(?:back|out)|"
    r"go (?:back|over|through|(?:for|to|with) (?!it\b|us\b|this\b|you\b))|"
    rf"(?:move|go|shift|switch|change) (?:(?:it|this|that|the \w+) )?to (?:the |next )?(?:{HINT.pattern})|"
    r"(?:see|get|know|hear|have|pay|discuss|talk|learn|understand|save|cut|bring|push|reduce|lower) [^.,;:!?]{0,30}?"
    r"(?:discounts?|rebates?|pric(?:es?|ing)|costs?|less|cheap\w*|money)\b(?! (?:tool|list|module|engine|portal)))"
)
"""What somebody may be keen to do and be for the old way, another day or a lower price: no word for us."""
_WHEN = (
    rf"(?:(?:this|that|it|all|day|date|time|slot|noon|midday|lunch\w*|mornings?|afternoons?|evenings?|two|three|four|"
    rf"{HINT.pattern})[\d:.]*(?:st|nd|rd|th|h|ish)?(?: ?[ap]\.?m\.?| o['’]clock)?)"
)
_BESIDE = re.compile(
    # Courtesy and what denies a doubt: "I'm afraid Kim is away", "no worries"
    r"\b(?:(?:i|we)(?:['’]m|['’]re| am| are) (?:\w+ )?afraid\b(?! (?:for|to(?! (?:say|tell|report|inform|admit))|"
    r"of(?! (?:that|it|this|so)\b))\b)|"
    r"^\W{0,4}afraid\b(?! (?:of|for)\b)|afraid (?:so|not)\b|(?:i|we) (?:do )?fear\b|(?:never|no|without) fear\b|"
    r"(?:no|any|without|withdr[ae]w\w*|drop\w*) (?:\w+ )?(?:(?:more|further|real|such|his|her|their) )?"
    r"(?:doubts?|worries|concerns?|complaints?|objections?|hesitation)\b|"
    r"(?:beyond|if in|when in) (?:a |any )?doubt\b|doubtless|undoubtedly|"
    r"(?:not|\w{2,6}n['’]t) (?:hesitate|object|complain)\b|as opposed to|"
    r"as (?:far|long) as [^,.;]{1,40} (?:is|are) concerned|(?:people|persons?|parties|teams?|those) concerned\b(?! about)|"
    r"(?:this|that|it|which|question|mail|ticket|change|point) (?:only |also )?concerns\b|"
    rf"suspicious {_THINGS}|"
    r"(?:nichts|nix) dagegen|ohne (?:jeden )?zweifel\w*|zweifel(?:los|sohne|sfrei)|(?:par|ci-) ?contre\b|contre-\w+|"
    r"(?:ne|n['’]) ?(?:t['’]|vous )inqui\w+|"
    # What is yet to be found, or said out of politeness: "name a champion per office", "we'd be grateful"
    rf"{_NAMED}\w* (?:[\w'’-]+ ){{0,3}}champions?\b|"
    r"champions? (?:per|(?:for|in|at) (?:each|every))\b|"
    r"(?:['’]d|would|will|['’]ll) be (?:\w+ )?grateful|"
    r"we(?:['’]re| are) (?:\w+ )?(?:delighted|excited|thrilled|impressed|keen|grateful)|"
    r"(?:i['’]m|i am) (?:\w+ )?(?:delighted|thrilled|grateful)|"
    r"(?:delighted|thrilled|pleased|glad|happy|excited) to (?:inform|confirm|hear|say|tell|send|share|help|report|attach|"
    r"let|see|answer)\b|"
    r"(?:\d\S*|eur|euros?|gbp|usd|price|fee|costs?|capped) (?:\S+ )?all[- ]in\b|"
    r"(?:error|delay|mistake|fault|bug|problem|issue|work|ball|this|that|it|everything|nothing|one) "
    r"(?:\w+ ){1,3}(?:on|at) our side|"
    # A price that is wanted, something else than us that is, and a day that suits: "keen on a discount", "Friday is fine"
    rf"(?<!not )(?<!never )(?<!n['’]t )(?:{_GLAD}(?={_CHEAPER})|keen(?= (?:to (?:{_NO_GO})|that\b|pric|rates?\b|eye\b)))|"
    rf"{_WHEN}(?:['’]s| is| was| would be| will be) (?:\w+ )?fine\b(?! now\b)(?: (?:with|by|for) \w+)?|"
    rf"fine with (?:the )?(?:new |\d{{1,2}}(?:st|nd|rd|th|\.)?(?: of)? )?(?!\d|this\b)"
    rf"(?:dates?|days?|times?|slots?|{HINT.pattern})|"
    # Calls by telephone: "Tuesday's call"
    r"(?:today|yesterday|tomorrow|tonight|\w{3,6}day|week|month|morning|afternoon|kick-?off|status|sales)['’]s call\b|"
    r"(?:on|in|since|during|after|before|from) (?:\w+ ){0,2}(?:last|final|[\w.-]+['’]s|his|her|their) call\b"
    r")|"
    # What is held against something, not somebody against it.
    rf"(?P<kept>\b{_HELD}\w* (?:[^\s,.;:]+ ){{0,3}})(?<!only )against\b",
    re.IGNORECASE,
)


def without_courtesies(text: str) -> str:
    """Give a text without the words in it that show nothing of anybody."""
    return _BESIDE.sub(r"\g<kept> ", text)
