"""Triggers: what stands before a span and starts it, so that it is not counted from the day on which it is said.

What comes again ("every complaint within 5 days") starts it anew each time; of what is yet to come ("when you sign") nobody
knows the day. Patterns over levelled text, as in `phrases`.
"""

from __future__ import annotations

import re

from atlas_sync.canonical.spelled import MONTHS
from atlas_sync.extraction.days import NUMBER, WEEKDAYS, level

__all__ = [
    "belongs_to_noun",
    "counts_things",
    "is_number_of_part",
    "is_rate",
    "is_repeated",
    "is_triggered",
    "leaves_time",
    "names_books",
    "numbers_product",
]

_REACH = 200
_NOT_EACH = (
    r"(?:of|other|effort|case|rate|event|way|time|delay|doubt|kind|charge|cost|questions?|further|more|(?:single )?one of|"
    r"days?|weeks?|months?|quarter|year|mal|tag|woche|monat|fall|jour|semaine|mois|cas|vez|dia|semana|mes|caso)\b"
)
_EACH = (
    r"(?:(?<!with )(?<!of )(?<!de )\b(?:each|every|jede[mnrs]?|chaque|cada)|"
    r"(?<!without )(?<!have )(?<!if )(?<!of )(?<!and )\bany) "
    rf"(?!{_NOT_EACH})\w|(?<!if )\bany(?:thing|one|body)\b"
)
_SUBJECT = r"(?:we|you|they|he|she|it|i|all|both|the|an?|your|our|their|wir|sie|ich|nous|vous|le|la|les|el|los|las|se|o|os|as)\b"
_ONCE = (
    rf"\b(?:whenever|as soon as|once(?= {_SUBJECT})|sobald|des (?:que|reception|la|le)|une fois|en cuanto|una vez|"
    r"assim que|logo que) \w{1,30}"
)
_BEGINS = r"(?:^\W{0,4}(?:\d[\d.]{0,6}\W{1,3})?|[,;:(–-] |\b(?:and|but|so|that|und|aber|et|mais|y|pero|e|mas) )"
_GOES_WITHOUT_SAYING = r"(?:all|everything|possible|nothing|you (?:like|want|wish|have any))\b"
_SPOKEN = r"(?:talk|speak|check|review|look|discuss|consult|read|think|hear|see)ing\b"
_WHEN = (
    rf"{_BEGINS}(?:when|if(?! {_GOES_WITHOUT_SAYING})|in case|should(?= (?:an?|any|one|the|you)\b)|"
    r"upon|on (?:receipt|signature|signing|acceptance)|"
    rf"(?<!before and )after(?! (?:(?:all|careful|some|much)\b|{_SPOKEN}))|"
    r"wenn|falls|sofern|nach(?! (?:rucksprache|prufung)\b)|si|quand|lorsqu\w{1,2}|apres|"
    r"cuando|tras|despues de|quando|apos|depois d\w) \w{1,30}"
)
_REST = rf"[^;!?]{{0,{_REACH}}}"
_NEW_CLAUSE = r"(?:,| (?:we|you|they|he|she|it|i|wir|sie|ich|nous|vous|je|on)\b)"
_STARTED = re.compile(rf"(?:{_EACH}|{_ONCE}|{_WHEN}){_REST}$")
_STARTED_APART = re.compile(rf"(?:{_EACH}|(?:{_ONCE}|{_WHEN}){_REST}?{_NEW_CLAUSE}){_REST}$")
"""As above, with another clause begun behind what is yet to come: "when we meet in two weeks" says when we meet."""
_REPEATED = re.compile(
    r"\b(?:(?:each|every) (?:other |single |calendar )?(?:month|quarter)|(?<!next )(?<!first )(?<!last )(?:monthly|quarterly))\b"
    rf"(?:(?! (?:and|but|so) {_SUBJECT}| (?:start|begin|from|until)\w{{0,5}}\b)[^.;:!?]){{0,60}}$"
)
_AGAIN = re.compile(r",? (?:of )?(?:each|every) (?:other |single )?(?:month|quarter)\b")
_BEGUN_ONCE = re.compile(r"(?:from|as of|start|begin|until|till?|through)")
_COMES_UP = (
    r"(?:tickets?|incidents?|calls|faults|complaints|quer(?:y|ie)s|questions|(?:change |support |service )?requests|"
    r"enquiries|inquiries|e-?mails|errors|bugs|defects|outages|breakdowns|failures|claims|alarms|returns|refunds|"
    r"storungen|anfragen|reklamationen|beschwerden|ausfalle|incidencias|averias|reclamaciones|consultas|pannes|reclamations|demandes)"
)
_NOW = (
    r"(?:the|this|these|those|that|your|our|my|his|her|their|its|all|both|open|outstanding|remaining|existing|current|known|"
    r"first|last|latest|following|\d\S*|two|three|four|five|six|die|diese|eure|ihre|unsere|offene|alle|and|but|then|with|from|about)\b"
)
_SERVED = (
    rf"(?:(?:(?!{_NOW})[a-z-]+ ){{0,2}}{_COMES_UP}|(?:(?!{_NOW})[a-z-]+ )?"
    rf"(?:faulty|broken|defective|failed|damaged|defekte|kaputte) (?!{_NOW})[a-z-]{{2,20}}(?:s|n|e)(?<!ss))\b(?! ?#?\d)"
)
_SERVES = (
    r"(?:answer|resolve|repair|respond to|reply to|replace|swap|fix|handle|process|acknowledge|clear|close|deal with|return|"
    r"beantworten|beheben|bearbeiten|reparieren|ersetzen|tauschen|repondons (?:aux|a)|traitons|"
    r"respondemos (?:a )?(?:las|los)|resolvemos(?: las| los)?|atendemos(?: las| los)?)"
)
_IS_SERVED = (
    r"(?:(?:are|get|will be|shall be|werden)\b|"
    r"(?:beantworten|beheben|bearbeiten|reparieren|ersetzen|tauschen) (?:wir|ich)\b)"
)
_MORE = rf"(?: (?!{_NOW})[\w-]{{1,20}}| and {_COMES_UP}){{0,4}},?"
_STANDING = re.compile(rf"(?:\b{_SERVES} {_SERVED}|^\W{{0,4}}{_SERVED} {_IS_SERVED}){_MORE}$")
_STANDING_NEXT = re.compile(
    rf",? (?:we|i|they|you get|wir|beantworten|beheben)\b(?: (?:will|shall|wir))?(?: {_SERVES})? {_SERVED}"
)
"""What is served whenever it comes up: "minor tickets", "broken scanners"; "the tickets" and "your questions" are there now."""
_STREAM = rf"(?:(?!{_NOW})[a-z-]{{2,20}}(?:s['’])? ){{0,2}}(?!{_NOW})[a-z-]{{2,20}}s(?<!ss)(?: for (?!{_NOW})[a-z -]{{2,40}}s)?"
_OF_ONE = re.compile(r"(?:(?<=\w )[^\W\d_a-zß-ÿ][\w-]{1,30}s|(?<=[a-z] )[A-ZÀ-Þ]{2,30}S)['’] ")
"""Whose something is, by a name: "Jens' questions" are there now; who begins a sentence may well be many."""
_SEEN_TO = r"(?:answer|respond|reply|react|acknowledge|correct|handle|process|deal with)"
_TO_STREAM = re.compile(
    rf"\b(?:(?:answer|acknowledge|(?:respond|reply|react) to) {_STREAM}|turn (?:a?round {_STREAM}|{_STREAM} a?round))$"
    rf"|^\W{{0,4}}{_STREAM} (?:are|get|will be) (?:answered|acknowledged|turned a?round)$"
    rf"|^\W{{0,4}}{_STREAM}(?::| [–-]) (?:we|i)(?:['’]ll| will| shall)? {_SEEN_TO}(?: (?:to )?(?:them|these|each))?$"
)
"""What comes again though nobody says so: "answer complaints", "turn visa letters around", "Invoices: we will correct them"."""
_ANSWERED = re.compile(
    r"(?<!\bthe )(?<!\ban )(?<!\ba )(?<!\bour )(?<!\bfirst )\b(?:answers?|responds?|repl(?:y|ies)|reacts?|antworten|reagieren|"
    r"repond(?:ons|rons)|(?:respond|contest)(?:emos|eremos|aremos|amos))(?: (?:by|via|in) (?:e-?mail|phone|writing))?$"
)
_TO_SOMEBODY = re.compile(
    r"\b(?:you|yours?|this|these|it|his|her|thanks?|received|got|sie|ihnen|ihre\w?|euch|eure\w?|danke?|vous|votre|vos|merci|"
    r"ustedes|usted|su|gracias|voce|obrigad[oa]|(?:lawyer|solicitor|attorney|counsel|boss)s?)\b"
)
"""To what there is now, an answer is due once: "we will reply to you", "our lawyer will reply within 3 days"."""
_INSIDE = re.compile(r"(?:within|inside|binnen|innerhalb|sous|d'ici|dentro)\b")
_NUMBER = rf"(?:\d{{1,4}}|{NUMBER})"
_RATE = re.compile(
    rf"\b(?:(?:up to|at most|(?:no|not) more than|max(?:imum)?(?: of)?|bis zu|hochstens|maximal|jusqu'a|hasta|ate) {_NUMBER}\b[^,;:!?]{{0,60}}"
    rf"|{_NUMBER} (?:\w{{1,20}} )?(?:days?|hours?|times|tage|stunden|mal|jours|heures|fois|dias|horas|veces|vezes)) $"
)
_ONE = re.compile(r"(?:in|en|em|dans) (?:an?|one|eine[mr]|une?|una|uma) ")
_ENDS_PERIOD = re.compile(r"(?:month|quarter|year)[- ]?end$")
_WHOSE = re.compile(r"\b(?:first|second|third|last|your|our|their|his|her|its|each|every|any|a) $")
_OF_BOOKS = re.compile(
    r"[- ](?:close|closing|report\w{0,4}|checklists?|figures|accounts?|accounting|process|procedures?|books?|run|review|packs?|audit|journals?|statements?|after)\b"
)
"""What makes of a "month end" work of the customer's on their books: no day of the sale's."""
_AN_END = r"(?:(?:month|quarter|year)[- ]?end|end of (?:month|quarter|year)|eo[mqy])"
_IS_END = re.compile(rf"{_AN_END}$")
_IS_SHORT = re.compile(r"eo[mqy]$")
_LEADS_TO_DAY = re.compile(r"(?:by|before|until|till?|through|to|at|(?:no|not) later than|latest)\b")
_NO_NOUN = (
    r"(?:and|or|but|so|that|then|than|as|if|when|once|while|unless|which|who|where|because|since|at|by|on|in|into|for|from|with|within|"
    r"without|to|of|until|till?|before|after|via|per|including|subject|we|you|they|he|she|it|i|the|an?|your|our|their|his|her|its|this|"
    r"these|all|both|each|every|any|no|not|is|was|are|will|would|can|could|should|may|might|must|shall|has|have|had|do|does|works?|stays?|"
    r"stands|holds|remains?|suits?|instead|rather|latest|sooner|earlier|guaranteed|now|too|also|already|again|only|please|probably|ideally|hopefully|realistically|"
    r"go-?live|launch|delivery|deadline|hand-?over|roll-?out|completion|target|date|cut-?over|start)\b"
)
"""What behind a "year end" leaves it a day: words that go on with the sentence, and what is done once, on that day."""
_GOES_ON = (
    rf"(?:{_NO_NOUN}|(?:{'|'.join(MONTHS)}|(?!(?:week|month|dai|quarter|year)ly\b)[a-z]{{2,20}}(?:ed|ly)|done|built|sent|signed|set|ready|free|live|even|straight|direct|along|"
    r"together|regardless|irrespective|although|though|like|under|over|given|depending|despite|except|about|around|however|just|"
    r"maybe|perhaps|assuming|barring|latest|between|during|through|throughout|upon|whatever|whether|whichever|yet|still|thanks|sharp)\b)"
)
"""The same with months, what is done by then ("delivered"), and how: "month end directly"."""
_MADE_SO = rf"(?:[a-z]{{2,20}}(?:ed|ly) ){{1,2}}(?!{_NO_NOUN}|always\b|\w{{1,16}}wards\b)[a-z]{{3,20}}s(?<!ss)(?<!us)\b"
"""What "month end" belongs to behind how it is made: "month-end consolidated reports"."""
_BEFORE_NOUN = re.compile(
    rf"(?:(?:/| and | or ){_AN_END}){{0,2}}(?: (?:(?!{_GOES_ON})(?=[^\W\d_])|(?={_MADE_SO}))|-(?!(?:{'|'.join(MONTHS)})\b)(?=[^\W\d_]))"
)
_BEFORE_BOOKS = re.compile(
    rf"(?:(?:/| and | or ){_AN_END}){{0,2}}[- ](?:(?:tax|vat|sales|stock|cash|bank|payroll|finance|financial|management|trial|cost|"
    r"salary|staff|balance sheet|general ledger|intercompany)[- ])?"
    r"(?:close|closing|report(?:s|ing)?|forms?|figures|accruals?|returns|bonus(?:es)?|accounts|accounting|statements?|audits?|checklists?|"
    r"process(?:es|ing)?|procedures?|books|packs?|journals?|postings?|bookings?|entries|adjustments?|provisions?|reconciliations?|"
    r"balances?|inventory|stock-?tak(?:es?|ing)|counts?|invoic(?:es|ing)|batch(?:es)?|payroll|tax(?:es)?|totals?|jobs?|runs?|numbers|"
    r"results|summar(?:y|ies)|statistics|valuations?|payouts?|exports?|certificates)\b"
)
"""What an "EOM" has to stand before to belong to it: with other words it is mostly put in by itself, "delivered EOM ready to use"."""
_BEHIND_ARTICLE = re.compile(
    r"(?<!by )(?<!before )(?<!until )(?<!till )(?<!at )(?<!from )(?<!for )(?<!to )\b(?:the|your|our|their|an|each|every) $|(?<=\w )on $"
)
"""What makes of a short "EOM" one of the noun behind, whatever it is: "the EOM workflow"; "by the EOM" is a day."""
_BEFORE_HYPHEN = re.compile(r"(?<=sende)-(?=[^\W\d_])")
_OF_END = re.compile(r"\b(?!(?:partir|antes|date|echeance|fecha|plazo|data|prazo) )\w{1,30} de $")
"""What makes of a "fin de mois" a word of the noun before: "informes de fin de mes"."""
_TIME_LEFT = re.compile(
    r"\b(?:leav|giv)(?:es|ing) (?:(?:you|us|them|everybody|everyone|(?:you|ou|thei)r \w{1,20}) )?"
    rf"(?:(?:{_NUMBER}|some|enough|plenty of|almost) )?(?:(?:clean|clear|full|whole|good|spare|more|extra|couple of|few) ){{0,2}}"
    r"(?:time|days?|weeks?|months?)(?: left| to spare)? (?:before|ahead of) (?:the )?$"
)
"""What is left before a day once all is done: "that leaves you a clean month before"; "we give you a month before" is ours."""
_PART = (
    r"(?:version(?:en)?|versao|release|build|rev(?:ision)?|firmware|update|patch|v|clause|clausula|section|seccion|secao|annexe?|"
    r"anexo|appendix|article|articulo|artigo|artikel|art|paragraph|paragraphe?n?|para|chapter|chapitre|capitulo|kapitel|item|"
    r"point|punkt|punto|ponto|apartado|table|tabelle|figure|exhibit|ziffer|abschnitt|anlage|anhang|absatz|zone)"
)
_NUMBERS_PART = re.compile(
    rf"(?:\b{_PART}s?\.?|§{{1,2}}) ?(?:n[or]\. ?)?(?:[\d.]{{1,12}},? (?:(?:and|or|to|und|oder|bis|et|ou|y|o|e) )?){{0,3}}$"
)
"""What a number with stops belongs to: "release 2.1.", "clauses 4.2. and 5.1."; "Release 14.04." may well be a day."""
_STAGES = (
    r"batch|block|christmas|cohort|cw|day|easter|fall|autumn|fy|gate|gj|half|increment|iteration|kw|level|lot|milestone|minute|module|"
    r"month|part|period|phase|pi|quarter|release|round|season|semester|spring|sprint|stage|step|summer|term|trimester|wave|wd|week|winter|year|"
    r"woche|monat|quartal|halbjahr|jahr|tag|stufe|etappe|runde|welle|meilenstein|ostern|weihnachten|mo|di|mi|do|fr|sa|so|"
    r"semaine|mois|trimestre|semestre|jour|annee|etape|vague|semana|mes|dia|ano|fase|etapa"
)
_NO_PRODUCT = re.compile(rf"(?:{_STAGES})s?|{'|'.join([*MONTHS, *WEEKDAYS])}")
"""What is counted or dated by a number, and no product: "Term 2", "March 20"."""
_PRODUCT = re.compile(
    r"(?<=[^\W_] )(?=[a-z]{0,8}[A-Z])(?P<name>[^\W\d_]{2,30}) "
    r"(?:\d[\d.]{0,8},? (?:and |or )?)?(?P<number>\d{1,4}(?:\.\d{1,4}){0,3})$"
)
_BEFORE_PRODUCT = re.compile(r"(?:(?:on|in|to|for|under|and|or) )?(?:\w*[A-Z]\w* ){0,3}")
"""What a product's name may have before it in marked words: "on SQL Server 2022"."""
_COUNT = re.compile(_NUMBER)
_FIGURES = re.compile(r"[\d.]{1,12}")
_COUNTED = re.compile(r"\s(?!(?:and|or|now|then|at|in|on|after|before|from|till?|until|to)\b)[^\W\d_]{3}")
_MUCH = re.compile(
    rf"(?<!\bfirst )(?<!\blast )(?<!\bnext )(?<!\bfor )(?<!\bin )(?<!\bwithin )(?<!\bduring )(?<!\bfor the )(?<!\bin the )(?<!\bduring the )(?<!\bwithin the )"
    rf"{_NUMBER}[- ](?:hours?|days?|weeks?|months?|years?) of (?!(?:the|your|our|signature|signing|receipt|receiving|order|go-live|launch|kick-?off|delivery|handover|acceptance)\b)\w"
)
"""What tells how much there is of something, not when: "six" before what it counts, "2 years of history"."""
_FROM_NOW = re.compile(r"\bfrom (?:now|today)\b")


def is_triggered(plain: str, match: re.Match[str], text: str) -> bool:
    """Tell if something before a span in its sentence starts it; one "from today" is counted from today all the same.

    `text` is the sentence with its capitals.
    """
    if _FROM_NOW.search(plain, match.start(), match.end() + len(" from today")):
        return False
    before = " ".join(plain[: match.start()].split())
    is_inside = _INSIDE.match(match.group(0)) is not None
    if is_inside and _is_answered_anew(before, " ".join(text[: match.start()].split())):
        return True
    started = _STARTED if is_inside else _STARTED_APART
    return bool(started.search(before) or _STANDING.search(before)) or (
        not before and _STANDING_NEXT.match(plain, match.end()) is not None
    )


def _is_answered_anew(before: str, written: str) -> bool:
    """Tell if what is answered or set right before a span is whatever comes, not what there is now; both are one text."""
    if stream := _TO_STREAM.search(before):
        return _OF_ONE.search(written, stream.start()) is None
    return _ANSWERED.search(before) is not None and _TO_SOMEBODY.search(before) is None


def is_repeated(plain: str, match: re.Match[str]) -> bool:
    """Tell if a bare number of a day is one of every month or quarter: "each month by the 5th"."""
    if _BEGUN_ONCE.match(match.group(0)):
        return False
    before = " ".join(plain[: match.start()].split())
    return bool(_REPEATED.search(before) or _AGAIN.match(plain, match.end()))


def is_rate(plain: str, match: re.Match[str]) -> bool:
    """Tell if a span is the one that a count is for: "3 days in a month", "up to 20 tickets in a week"."""
    before = " ".join(plain[: match.start()].split()) + " "
    return _ONE.match(match.group(0)) is not None and _RATE.search(before) is not None


def names_books(plain: str, match: re.Match[str]) -> bool:
    """Tell if the end of a period names work on the customer's books: "your first month end", "by the year end close"."""
    if not _ENDS_PERIOD.search(match.group(0)):
        return False
    return bool(_WHOSE.search(plain, 0, match.start()) or _OF_BOOKS.match(plain, match.end()))


def belongs_to_noun(plain: str, match: re.Match[str]) -> bool:
    """Tell if the end of a period only says which: "year-end forms", "Jahresende-Buchungen", "informes de fin de mes"."""
    if _BEFORE_HYPHEN.match(plain, match.end()):
        return True
    if match.group(0).startswith("fi"):
        return _OF_END.search(plain, 0, match.start()) is not None
    is_end = _IS_END.search(match.group(0)) and not _LEADS_TO_DAY.match(match.group(0))
    short = _IS_SHORT.search(match.group(0))
    is_free = short and not _BEHIND_ARTICLE.search(plain, 0, match.start() + short.start())
    nouns = _BEFORE_BOOKS if is_free else _BEFORE_NOUN
    return bool(is_end and nouns.match(plain, match.end()))


def leaves_time(plain: str, match: re.Match[str]) -> bool:
    """Tell if a day only ends the time that is left after what is promised: "that leaves you a month before year end"."""
    return _TIME_LEFT.search(plain, max(0, match.start() - _REACH), match.end("lead")) is not None


def is_number_of_part(plain: str, match: re.Match[str]) -> bool:
    """Tell if figures with stops number a part of a text or product, or are an hour or a measure: "clause 4.2.", "at 10.30."."""
    if match["y"]:
        return False
    if match["lead"].strip() in {"at", "in"}:
        return True
    is_padded = match["d"].startswith("0") or match["m"].startswith("0")
    return not is_padded and _follows_part(plain, match.start("d"))


def counts_things(plain: str, start: int, end: int) -> bool:
    """Tell if words only count what follows or belong to a sign: "Six training days", "30 days of warranty", "W-9", "2.1"."""
    if _COUNT.fullmatch(plain, start, end):
        return plain[:start].endswith("-") or _COUNTED.match(plain, end) is not None or _follows_part(plain, start)
    if _FIGURES.fullmatch(plain, start, end):
        return _follows_part(plain, start)
    return _MUCH.match(plain, start) is not None


def numbers_product(text: str, start: int, end: int, *, year: int) -> bool:
    """Tell if words are the number of a product, its name included or not: "Windows 7"; a year to come says when."""
    found = _PRODUCT.search(text[:end].rstrip("."))
    if found is None or _NO_PRODUCT.fullmatch(level(found["name"])):
        return False
    if found["number"].startswith("0") or int(found["number"].partition(".")[0]) >= year:
        return False
    return start >= found.start() or _BEFORE_PRODUCT.fullmatch(text, start, found.start()) is not None


def _follows_part(plain: str, place: int) -> bool:
    """Tell if what stands at a place comes behind the name of a part: "release", "clauses 4.2. and"."""
    return _NUMBERS_PART.search(" ".join(plain[:place].split()) + " ") is not None
