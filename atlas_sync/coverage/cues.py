"""Words by which texts say free, charged, limited, refused, on site, which month or in which language: tables only, folded as `fold` does."""

from __future__ import annotations

import re

from atlas_sync.canonical.spelled import MONTHS as SPELLED_MONTHS

__all__ = [
    "CHARGED",
    "FREE",
    "LANGUAGES",
    "LIMIT",
    "MONTHS",
    "NAME",
    "NEGATION",
    "ON_SITE",
    "PAID_FOR",
    "REMOTE",
]

_SURCHARGE = (
    r"\b(?:aufpreis|meerprijs|sovrapprezzo|doplata|tillaeg|tillaegg|tillegg|nachtrag|nacalculatie|doorbelast\w{0,2})\b"
)
_THEY_PAY = (
    r"\b(?:cliente|klant|kunde|kunden|kund|kd|klient|zakaznik|vevo|asiakas|clientul|muesteri)\W{0,3}(?:paga|paie|zahlt|betaalt|betaler|betalar|plati|plateste|placi|fizet|maksaa|oeder)\b"
    r"(?! (?:nichts|niets|niente|nada|nic|ingenting|intet|semmit|mit|med|con|par|by)\b)"
)
FREE = re.compile(
    r"\bfree of charge\b|\bfor free\b|\b(?:is|are|be|stays?) free\b|\bfoc\b|\bon the house\b|\bon us\b|\bat (?:our|no) (?:own )?(?:cost|expense)s?\b"
    r"|\b(?:no|without|nil|zero|not|nothing|never|don.?t|won.?t|wouldn.?t|isn.?t) (?:\w+ ){0,2}(?:charged?|fees?|costs?|invoiced?|bill(?:ed|able)?|surcharges?|upcharge|expenses|re-billed)\b"
    r"|\bno (?:margin|mark-?up|uplift)\b|\bnothing on (?:the )?invoice\b|\bnon-?billable\b|\bunbilled\b|\b(?:zero|0|nil)-?rate[ds]?\b|\bwaived?\b|\bcomplimentary\b|\bgoodwill\b|\bgratis\b"
    r"|\bkosten(?:los|frei)\w{0,2}\b|\bohne (?:aufpreis|berechnung|mehrkosten)\b|\bauf unsere kosten\b|\bgratuite?s?\b|\bsans frais\b|\boffert\w{0,2}\b"
    r"|\bsin (?:coste|cargo)\b|\bgratuit[oa]s?\b|\bsenza costi\b|\bkosteloos\b|\bincluded in (?:the|our|your) (?:fee|price|package)\b|\bwe (?:pay|carry|absorb|cover)\b"
    r"|\bheadache and not yours\b|\boverrun = ours\b|\ball-?\s?in\b|\binclu(?:ded|ding|sive|des)\b|\bbaked in(?:to)?\b|\bfor nothing\b|\bin the (?:price|rate|fee)\b|\bno extras?\b"
    r"|\ban? extra charge\b|\bthrown in\b|\bnothing (?:on top|extra)\b|\binbegriffen\b|\binbegrepen\b|\binclus\w{0,2}\b|\bcompris\w{0,2}\b|\bincluid[oa]s?\b|\binkl\b|\bw cenie\b|\bingar\b"
    r"|\bon our (?:account|tab)\b|\b(?:we|i) foot\b|\bcosts you nothing\b|\bin the (?:quotation|lump sum|flat rate)\b"
)
CHARGED = re.compile(
    r"\b(?:half|reduced|discounted|list|standard|full) (?:rate|price)\b|\bdiscount\w{0,3}\b|\bat cost\b|\bre-?billed\b|\bsurcharge\b|\bmark-?up\b|\bbill (?:expenses|hours|travel)\b"
    r"|\b(?:charged?|billed|invoiced) (?:at|per|to|extra|separately|monthly)\b|\bextra cost\b|\bcost on top\b|\b(?:raise|via|as|needs?|change request) (?:a )?(?:cr|change request)\b|\bchange request\b"
    r"|\bquote per\b|\bper (?:\w+ )?session, send\b|\b(?:split|shared?) (?:the )?costs?\b|\bt&m\b|\b(?:customer|client) (?:pays|refunds)\b|\bcpi\b|\bindexation\b|\bnach aufwand\b|\bkostenpflichtig\b|\bpayant\w{0,2}\b"
    r"|\b(?:charged|billed|billable|invoiced|chargeable)\b|\bas (?:an )?extra\b|\bextra (?:at|by|per|each)\b|\bextra$|\bon top\b|\bplus (?:\w+ ){0,2}(?:mileage|travel|expenses|fees?|hotels?|materials?|postage)\b"
    r"|\bfacture\w{0,2} en sus\b|\ben sus\b|\btarief\b|\btoeslag\b|\bzuschlag\b|\brecargo\b|\bper uur\b|\bmeerwerk\b|\bregie\b"
    rf"|{_SURCHARGE}|{_THEY_PAY}"
)
LIMIT = re.compile(
    r"\bonly\b|\bexcl(?:\.|uding|uded)?(?!\w)|\bexcept\b|\bnot (?:included|planned|scoped|foreseen|needed|part|covered|yet|in scope)\b|\bout of scope\b|\bno further\b|\bthe rest\b"
    r"|\brest (?:by|is|pool|as|later|stays|remote|not|of|in)\b|\bup to\b|\bpartial\w{0,2}\b|\bphase 2\b|\bparked\b|\bpostponed\b"
    r"|\binstead\b|\bafterwards\b|\bone of\b|\bfirst (?:three|two|one|wave|batch)\b|\breduced\b|\bfollows? (?:in|later)\b|\bothers? (?:after|later)\b|\bby (?:client|customer)\b|\bbest effort\b|\bfor now\b|\bunless\b|\bnice.to.have\b|\bpreferably\b"
    r"|\?\.|\btb[dc]\b|\bpending\b|\bunclear\b|\bto be (?:decided|confirmed|agreed)\b"
    r"|\bomit\w{0,4}\b|\bremainder\b|\bskip(?:s|ped|ping)?\b|\bno budget\b|\bcancelled\b|\bentfaellt\b|\budgar\b|\bkun\b|\btylko\b|\bbez\b|\bhors\b|\bsalvo\b|\bsin\b"
    r"|\bnur\b|\bausser\b|\bexkl\b|\bsans\b|\bsauf\b|\bseulement\b|\bsolo\b|\balleen\b|\bbehalve\b|\bsoltanto\b"
    r"|\b(?:bara|endast|blott|vain|ainoastaan|csak|jen|pouze|doar|numai|somente|apenas|solamente|uniquement|seule?s?|slechts|wylacznie|sadece|lediglich)\b"
    r"|\b(?:remaining|others|reste|resto|resten|reszta|zbytek|loput|restul|uebrige[ns]?|oevriga|ovrige|overige|demais|pozostale|ostatni)\b"
    r"|\b(?:later|thereafter|after that|otherwise|danach|dann|derefter|daarna|senere|senare|spaeter|pozdeji|pozniej|depois|despues|dopo|plus tard)\b"
    r"|\bonce(?= a\b| only\b|[,;.]|$)|\bstandard\b(?! (?:iso|en|din|iec)\b)|\b(?:weekdays|(?:office|business|working) hours|werkdagen|hverdage?r?|vardagar?|werktags)\b"
    r"|\b(?:next (?:year|working|morning|season)|year (?:one|1)|(?:first|second) year|jahr 1|annee 1)\b|\+ ?[0-9]{1,3} ?%"
    r"|\b(?:stichprobe\w{0,2}|stikprov\w{0,2}|stickprov\w{0,2}|steekproe\w{0,3}|a campione|sondage|wyrywkowo|muestreo|on request|auf anfrage|sur demande|op aanvraag|on demand)\b"
    r"|\b(?:themselves|own staff|zelf|eux-memes|itse|left (?:out|to)|stays? with|not (?:ordered|offered|quoted|booked|budgeted|agreed))\b"
)
PAID_FOR = re.compile(
    rf"{_SURCHARGE}|{_THEY_PAY}|\b(?:customer|client) pays\b|\b(?:billed|invoiced|charged) to\b|\b(?:zu lasten|a cargo|a carico|na koszt)\b(?! (?:n|de[ls]? (?:auftragnehmer|fornitore|proveedor|fournisseur)))"
    r"|\b(?:apart|aparte|a parte|saerskilt|separately|supplement)\b"
    r"|\b(?:factur(?:e|ee|er|es|ar|ado|eren)|gefactureerd|fakturer\w{1,4}|fakturow\w{1,3}|refactur\w{0,4}|refaktur\w{0,4}|addebit\w{1,3}|cobrar)\b"
)
"""Words by which a plan has somebody pay, or pays apart, which narrow what was agreed unless they are denied."""
NAME = re.compile(r"(?<=[^.!?\n] )Jen\b")
"""A person's name that is a word of limits in small letters, and at the beginning of what is said."""
ON_SITE = re.compile(
    r"\bon-?\s?site\b|\bin person\b|\bpersonally\b|\bvor ort\b|\bsur (?:site|place)\b|\bop locatie\b|\bat your (?:office|site|plant|gate)\b"
)
REMOTE = re.compile(
    r"\bremote(?:ly)?\b|\bvia (?:teams|zoom)\b|\bby (?:video|phone)\b|\bvirtual(?:ly)?\b|\ba distance\b|\bwebinar\b"
)
NEGATION = frozenset(
    "no not without never none nobody neither nor non kein keine keinen keiner nicht ohne pas sans sin niente senza niet geen "  # noqa: SIM905 - a list to read
    "zonder ikke uten excluded excluding excl except dropped".split()
)
LANGUAGES = {
    word: code
    for code, spellings in {
        "en": "english EN ENG anglais englisch ingles engels",
        "de": "german DE GER deutsch allemand aleman duits",
        "fr": "french FR francais franzoesisch frances frans",
        "es": "spanish ES spanisch espagnol espanol spaans",
        "it": "italian IT italienisch italien italiano italiaans",
        "pt": "portuguese PT portugiesisch portugais portugues",
        "nl": "dutch NL niederlaendisch neerlandais nederlands flemish",
        "pl": "polish PL polnisch polonais polaco pools",
        "cs": "czech CS CZ tschechisch tcheque checo",
        "sk": "slovak SK slowakisch slovaque eslovaco",
        "sl": "slovenian slovene slowenisch esloveno",
        "hr": "croatian HR kroatisch croate croata",
        "sr": "serbian SR serbisch serbe serbio",
        "mk": "macedonian MK mazedonisch",
        "sq": "albanian SQ albanisch albanais",
        "bg": "bulgarian BG bulgarisch bulgare bulgaro",
        "ro": "romanian RO rumaenisch roumain rumano",
        "hu": "hungarian HU ungarisch hongrois hungaro",
        "el": "greek EL GR griechisch grec griego grieks",
        "tr": "turkish TR tuerkisch turc turco",
        "ar": "arabic AR arabisch arabe",
        "he": "hebrew HE hebraeisch hebreu hebreo",
        "fa": "farsi FA",
        "ja": "japanese JA JP japanisch japonais japones",
        "zh": "chinese mandarin ZH CN chinesisch chinois",
        "ko": "korean KO koreanisch coreen coreano koreaans",
        "th": "thai TH thailaendisch",
        "vi": "vietnamese VI VN vietnamesisch vietnamien vietnamita",
        "ru": "russian RU russisch russe ruso",
        "uk": "ukrainian UA ukrainisch ukrainien ucraniano",
        "ta": "tamil TA",
        "te": "telugu",
        "hi": "hindi",
        "lv": "latvian LV lettisch letton",
        "lt": "lithuanian LT litauisch lituanien lituano",
        "et": "estonian ET estnisch estonien",
        "da": "danish DA DK daenisch danois",
        "sv": "swedish SV SE schwedisch suedois sueco zweeds",
        "no": "norwegian NB norwegisch norvegien noruego noors",
        "fi": "finnish FI finnisch finnois",
        "is": "icelandic IS islaendisch islandais",
        "cy": "welsh CY",
    }.items()
    for word in spellings.split()
}
MONTHS = SPELLED_MONTHS | {"mei": 5, "mrt": 3}
"""In Dutch as well: one text compared with another rarely names a Mei."""
