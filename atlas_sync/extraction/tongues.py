"""Tongues: the commonest forms in which other languages commit, hedge, refuse, or ask something of the customer.

A first cut, as patterns alone: what follows from them does not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from atlas_sync.extraction.languages import Language

__all__ = ["TONGUES", "Form", "Tongue"]

What = Literal["we act", "we do", "you get", "done", "moved", "price", "free", "word"]


class Form(NamedTuple):
    """A way to commit. "we act" and "you get" bind the side that says so, so does what is "moved" to another day.

    "price" says what is not charged. "we do" and "free" commit where we say them: a customer may tell of anything with them.
    """

    name: str
    what: What
    pattern: re.Pattern[str]


class Tongue(NamedTuple):
    """How one language commits; `acts` is what somebody named does, `duty` what the customer has to do.

    What is `included` is out of scope where the clause says `no`; a clause ends before a `that` by which something is vouched
    for, that tells of the customer or says what for, and goes on with one by which we say what we do not deliver.
    """

    forms: tuple[Form, ...]
    acts: re.Pattern[str]
    veto: re.Pattern[str]
    no: re.Pattern[str]
    that: re.Pattern[str]
    duty: re.Pattern[str]
    included: re.Pattern[str]


def _re(text: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{text})", re.IGNORECASE)


def _tongue(
    forms: tuple[tuple[str, What, str], ...], *, acts: str, veto: str, no: str, that: str, duty: str, included: str
) -> Tongue:
    told = tuple(Form(name, what, _re(pattern)) for name, what, pattern in forms)
    return Tongue(told, _re(rf"(?:{acts})\b"), _re(veto), _re(no), _re(that), _re(duty), _re(rf"(?:{included})\b"))


_DE_WE = (
    r"(?:werden|liefern|bauen|schicken|senden|übernehmen|stellen|garantieren|kümmern|installieren|schulen|migrieren|starten|beginnen|bringen|richten|geben|"
    r"machen|tauschen|ersetzen|testen|erstellen|sorgen|halten|verzichten|sichern|verpflichten|legen|tragen)"
)
_DE_I = r"(?:werde|schicke|sende|bringe|sorge|komme|übernehme|garantiere|verspreche|kümmere|liefere|stelle)"
_DE_MONTH = r"(?:januar|februar|märz|april|mai\b|juni|juli|august|september|oktober|november|dezember)"
_DE_WHICH = (
    r"(?:de[nmr]|die|das|einen?|ende|anfang|mitte|nach|vor|bis|(?:über)?nächste[nrs]?|kommende[nrs]?|(?:spät|and)ere[nrs]?|"
    r"neue[nrs]?|(?:ers|zwei|drit|vier|letz)te[nrs]?|spätestens|frühestens)"
)
_DE_TO_DAY = (
    rf"(?:(?<!nacht )auf (?:{_DE_WHICH} ){{0,4}}"
    r"(?:\d{1,2}(?:\.|(?::\d\d)? uhr\b)|20\d\d\b|kw\b|heute\b|(?:über)?morgen\b|später\b|termin\b|zeitpunkt\b|unbestimmte zeit\b|tag\b|"
    r"\w{0,12}woche|monat|quartal|q[1-4]\b|(?:halb)?jahr(?:es\w{1,8})?\b|(?:mon|diens|donners|frei|sams|sonn)tag(?!s)|mittwoch|"
    rf"{_DE_MONTH}|frühjahr|frühling|sommer|herbst|winter|ostern|pfingsten|weihnachten)|"
    rf"(?:ins|in (?:den|die|das)) (?:(?:{_DE_WHICH}|\d\.) ){{0,2}}"
    rf"(?:kw|\w{{0,12}}woche|monat|quartal|q[1-4]|(?:halb)?jahr(?:eshälfte)?|{_DE_MONTH}(?:hälfte)?|frühjahr|sommer|herbst|winter)\b|"
    r"um (?:\S{1,30} ){1,3}?(?:stunden?|(?:\w{1,10})?tage?|wochen?|monate?|quartale?|jahre?)\b)"
)
"""To which day, or by how long, something moves; "auf den neuen Server" tells neither."""
_DE_OF_DAY = rf"(?:(?:den|am|um|uhr|\d[\d.:]{{0,9}}|{_DE_MONTH})[,.]? ){{0,7}}"
"""What may go on with a day: "auf Montag, den 14. Juli 2026, um 10 Uhr verschoben"."""
_FR_TO = r"(?:ne |n['’])?(?:(?:vous|te|leur|lui|le|la|les|en) |[tlm]['’]){0,2}"
_FR_FUTURE = r"(?!(?:esp[ée]r|pr[ée]f[ée]r|d[ée]sir|consid[ée]r|souffr|ignor|admir)ons\b|rencontrons (?:des?|une?|d['’]|plusieurs|souvent)\b)"
"""No present of what is wished, thought or borne: "nous espérons"; that of work may well be a promise: "nous préparons"."""
_IBERIAN_FUTURE = r"(?!(?:(?:re)?quer|esper|consider|prepar|compar|separ|repar|aclar|declar|recuper|super|oper|gener|mir|gir|ret?ir|adquir)(?:emos|é|ei)\b)"
"""No present or past that ends as the future of other words does in Spanish and Portuguese: "queremos", "preparé"."""
_IBERIAN_DEED = r"(?:entreg|instal|envi|realiz|prepar|migr|hac|har|far|faz|suministr|fornec|desarroll|desenvolv|implement|integr)\w{0,8}(?:[aei]mos|ré|rei)\b"
_FR_NO_DEED = r"(?:ne |n['’])(?:(?:vous|te|le|la|les|en|y) |l['’]){0,2}(?:livr|install|enverr|envoy|form|réalis|prépar|migr|prendrons pas en charg|fer|fais|fourni|développ|implément|intégr)\w"
_IT_DEED = r"(?:consegn|install|invi|offri|prepar|migr|far|facci|forn|svilupp|implement|integr)\w{0,8}(?:[aei]mo|ò)\b"
"""What of ours stays denied behind "we promise that"; that nothing is lost and no price put up denies nothing."""
_NL_WE = (
    r"(?:leveren|gaan|zullen|zorgen|sturen|installeren|garanderen|nemen|bouwen|geven|starten|migreren|helpen|bellen|beginnen|maken|regelen|trainen|testen|"
    r"verzorgen)"
)
_NL_NO_DEED = (
    r"(?:(?:be|ver|ont|onder|over)?(?:waren|hadden|deden|gingen|kwamen|kregen|gaven|namen|zagen|spraken|schreven|bleven|hielpen|kozen|lagen|lazen|zaten|sloten|liepen|"
    r"vielen|stonden|trokken|droegen|vroegen|hielden|boden|gonnen|loren|zeiden|vingen|hingen|wezen|staan|kijken|spreken|vinden|zoeken|weten|werken|danken|kopen|trouwen)|"
    r"zijn|hebben|worden|blijven|willen|mogen|moeten|kunnen|hoeven|denken|hopen|vrezen|geloven|begrijpen|verwachten|wensen|menen|kennen|zien|horen|voelen|merken|"
    r"vermoeden|snappen|waarderen|vragen|zeggen|praten|wachten|krijgen|ontvangen|proberen|adviseren|raden|heten|hanteren|liggen|zitten|wonen|gebruiken|verliezen|"
    r"verdienen|groeien|lopen|streven|mikken|overwegen|bekijken|overleggen|twijfelen|herinneren|nodigen|vieren|feliciteren|groeten|rekenen|noemen|bedoelen|bevestigen|wijzen|verwijzen|verzoeken|missen|lijden|stellen voor|"
    r"doen ons best|komen (?:\S{1,30} ){0,4}terug|geen|\w{0,6}alleen|samen|\w{0,6}morgen|tegen|binnen|buiten|gisteren|\w{0,6}tien|zeven|negen|aangezien|"
    r"\w{0,20}[^\W\daeiou][dt]en)\b"
)
"""Words in "-en" beside "we" that say no deed to come: being, wishing, thinking and asking, pasts, and what is no verb."""
_NL_DEED = rf"(?:(?!{_NL_NO_DEED})\w{{2,20}}en|richten|zetten|melden|(?:ver)?zenden)\b"
_NL_I = r"(?:zal|stuur|lever|zorg|beloof|garandeer|regel|neem|bel|kom|maak|mail)"
TONGUES: Mapping[Language, Tongue] = {
    "de": _tongue(
        (
            (
                "wir tun es",
                "we act",
                rf"wir {_DE_WE}\b|{_DE_WE} wir\b|(?:wir gehen|gehen wir)(?! davon) .{{0,60}}?\blive\b",
            ),
            (
                "ich tue es",
                "we act",
                rf"ich (?:{_DE_I}|lasse)\b|{_DE_I} ich\b|ich melde mich (?:bis|am)\b|melde ich mich\b",
            ),
            (
                "Sie bekommen es",
                "you get",
                (
                    r"(?:sie|ihr|du) (?:bekommen|erhalten|bekommt|erhaltet|bekommst|erhältst|haben bis|können sich (?:darauf )?verlassen)\b|"
                    r"(?:bekommen|erhalten) sie\b|(?:bekommt|erhaltet) ihr\b|(?:bekommst|erhältst|kriegst) du\b"
                ),
            ),
            (
                "neuer Termin",
                "moved",
                (
                    rf"(?<!bitte )verschieb(?:t|en) (?!sie\b)(?:(?!bitte\b)[^\s,;]{{1,30}} ){{0,6}}?{_DE_TO_DAY}|"
                    rf"(?:wird|werden) (?:\S{{1,30}} ){{0,8}}?{_DE_TO_DAY}\S{{0,20}} {_DE_OF_DAY}(?:\S{{1,30}} ){{0,3}}?verschoben\b"
                ),
            ),
            (
                "es wird gemacht",
                "done",
                r"(?:wird|werden) (?:\S{1,30} ){0,8}(?:geliefert|installiert|übergeben|fertig|umgesetzt|geschult|live|bereitgestellt|übernommen)\b",
            ),
            (
                "gebundener Preis",
                "price",
                (
                    r"festpreis|(?:ohne|keine?n?) (?:aufpreis|mehrkosten|zusatzkosten)|kostenfrei|kostenlos|gratis\b|auf unsere kosten|"
                    r"im (?:fest)?preis (?:enthalten|inbegriffen|drin)|geh(?:t|en) auf uns|gedeckelt"
                ),
            ),
            (
                "nicht berechnet",
                "free",
                (
                    r"(?:wir (?:be|ver)rechnen|(?:be|ver)rechnen wir) (?:(?!nach\b)[^\s,;]{1,30} ){0,5}?(?:nichts\b(?! nach\b)|keine?n?\b)|"
                    r"(?:wir (?:be|ver)rechnen|(?:be|ver)rechnen wir) (?:(?!nach\b|\w{0,9}(?:zahlung|guthaben|gutschrift))[^\s,;]{1,30} ){0,5}?"
                    r"nicht(?: (?:extra|zusätzlich|gesondert|separat))?(?=\s*(?:$|[.;:!)–—]|,(?! sondern)| (?:und|aber)\b))|"
                    r"(?:wir werden|werden wir) (?:[^\s,;]{1,30} ){0,6}?"
                    r"(?:(?:nichts|keine?n?(?: [^\s,;]{1,30}){1,3}) (?:be|ver)|nicht (?:(?:extra|zusätzlich|gesondert|separat) )?(?:be|(?<!zahlung nicht )ver))rechnen\b(?! können)"
                ),
            ),
            ("zugesagt", "word", r"zugesagt|versprochen|verbindlich|garantiert|zugesichert|versprechen"),
        ),
        acts=r"wird|liefert|baut|schickt|sendet|übernimmt|stellt|kümmert|installiert|schult|migriert|startet|bringt|richtet|gibt|macht|tauscht|ersetzt|testet|"
        r"erstellt|sorgt|organisiert|bereitet|klärt",
        veto=r"falls\b|^wenn\b|wenn (?:sie|ihr)\b|vielleicht|eventuell|würden?\b|könnten?\b|prüfen|schauen|leider|können wir nicht|versuchen|unverbindlich|"
        r"voraussichtlich|ohne gewähr|freuen uns",
        no=r"kein(?:e[mnrs]?)?\b|nicht\b(?! (?:nur|später|länger)\b)|nie\b|nichts (?=zugesagt|versprochen|garantiert)",
        that=(
            r"(?:(?<=arantieren )|(?<=arantiere )|(?<=versprechen )|(?<=verspreche )|(?<=sichern zu )|(?<= wir )|(?<= ihnen )|(?<= euch ))"
            r"dass (?!(?:wir|ich)\b)|so ?dass\b|damit (?:sie|ihr|du|es|man|niemand|nichts)\b"
        ),
        duty=r"(?-i:Sie|[Ii]hr) (?:müssen|müsst)\b|(?:müssen|müsst) (?-i:Sie|ihr)\b|"
        r"(?-i:Sie (?:schicken|senden|stellen|liefern|geben|nennen)|[Ii]hr (?:schickt|stellt|liefert|gebt|nennt)|[Dd]u (?:schickst|stellst|lieferst|gibst|nennst)) "
        r"(?:uns|mir)\b|(?-i:(?:[Ss]chicken|[Ss]enden|[Ss]tellen|[Ll]iefern|[Gg]eben|[Nn]ennen) Sie|(?:schickt|stellt|liefert|gebt|nennt) ihr) (?:uns|mir)\b",
        included=r"inklusive|enthalten|inbegriffen|dabei|bestandteil",
    ),
    "fr": _tongue(
        (
            (
                "nous ferons",
                "we act",
                (
                    rf"nous {_FR_TO}{_FR_FUTURE}(?:\w{{2,20}}(?:erons|irons|drons|rons)|allons|nous engageons|livrons|prenons en charge|garantissons|installons|formons|mettons)\b|"
                    r"\w{2,20}(?:erons|irons|drons)-nous"
                ),
            ),
            (
                "je ferai",
                "we act",
                (
                    rf"je {_FR_TO}(?:\w{{2,20}}rai|envoie|livre|garantis|promets|engage|occupe|rappelle|appelle|prépare|transmets)\b|j['’]envoie\b|"
                    rf"on {_FR_TO}(?:livre|installe|envoie|s['’]occupe|s['’]en charge|prend en charge)\b"
                ),
            ),
            (
                "vous aurez",
                "you get",
                r"vous (?:aurez|recevrez|disposerez|pouvez compter)\b|tu (?:auras|recevras|disposeras|peux compter)\b",
            ),
            (
                "prix ferme",
                "price",
                (
                    r"(?:sans|aucun|pas de) (?:frais|supplément|surcoût)|offert(?:e|s|es)?\b|à nos frais|prix (?:ferme|fixe)|gratuit\w{0,4}|"
                    r"inclus(?:e|es)? dans le prix|c['’]est (?:dans|ds) le prix|plafonné"
                ),
            ),
            (
                "non facturé",
                "free",
                r"(?:nous|on) ne (?:(?:vous|te|les?|la) ){0,2}factur(?:erons|ons|era|e) (?:pas|rien|aucune?)\b|nous n['’]augmenterons pas (?:le|les|nos) (?:prix|tarifs?)\b",
            ),
            ("promis", "word", r"promis(?:e|es)?\b|garanti(?:e|s|es)?\b|nous nous engageons|engagement ferme"),
        ),
        acts=r"envoie|livre|installe|prépare|organise|assure|forme|rédige|transmet|prend en charge|s['’]occupe|se charge|va \w{2,20}r|fera|rendra|enverra|"
        r"(?!pour|dev)\w{2,20}era",
        veto=r"si vous\b|si tu\b|peut-être|éventuellement|pourrions|pourrait|essayer|malheureusement|sous réserve|vérifier|ne pouvons pas|sans engagement",
        no=r"pas\b(?! (?:plus tard|seulement)\b)|aucune?\b|jamais\b|(?:ne |n['’])\w{1,20} plus\b",
        that=(
            r"(?:(?<=antissons )|(?<=antirons )|(?<=antis )|(?<=ssurons )|(?<=ssurerons )|(?<=romettons )|(?<=romets )|(?<= à ce ))"
            rf"(?:que (?!(?:nous|on|je) {_FR_NO_DEED})|qu['’](?!on {_FR_NO_DEED}))|que (?:vous|tu)\b|"
            r"(?:afin|pour|de (?:sorte|façon|manière)) qu(?:e\b|['’])|(?:afin de|pour) ne (?:pas|plus|rien)\b"
        ),
        duty=r"vous (?:devez|devrez)\b|(?:vous|tu) (?:nous|me|m['’]) ?(?:enverr|fournir|donner|transmettr|envoy|fourniss|donn|transmett)(?:ez|as|es)\b|tu (?:dois|devras)\b|il vous faudra\b",
        included=r"compris(?:es?)?|inclus(?:es?)?",
    ),
    "es": _tongue(
        (
            (
                "lo haremos",
                "we act",
                (
                    rf"{_IBERIAN_FUTURE}\w{{2,20}}(?:aremos|eremos|iremos)\b|vamos a \w{{2,20}}r(?:les?|los?|las?|os)?\b|nos (?:comprometemos|encargamos|ocupamos)\b|garantizamos\b|"
                    r"entregamos\b|asumimos\b"
                ),
            ),
            (
                "lo haré",
                "we act",
                (
                    rf"(?:les?|os|te) (?:envío|mando|entrego|llamo)\b|{_IBERIAN_FUTURE}\w{{2,20}}(?:aré|eré|iré)\b|me (?:comprometo|encargo|ocupo)\b|"
                    r"voy a \w{2,20}r(?:les?|los?|las?|os)?\b"
                ),
            ),
            (
                "lo tendrán",
                "you get",
                r"(?:(?:tendr|recibir|dispondr)(?:án?|ás|éis)(?! que\b)|estará (?:listo|instalado|operativo))\b",
            ),
            (
                "precio cerrado",
                "price",
                (
                    r"sin (?:coste|costo|cargo|recargo)|gratis\b|gratuito\b|precio (?:cerrado|fijo)|incluid[oa]s? en el precio|por nuestra cuenta|"
                    r"corre de nuestra cuenta|no se cobrar[áa]n?|no t(?:iene|endrá) (?:coste|costo)"
                ),
            ),
            (
                "no cobraremos",
                "free",
                (
                    r"no (?:(?:les?|os|te|nos|lo|la|los|las) ){0,2}(?:cobr(?:amos|aremos|aré)|(?:vamos|voy) a cobrar(?:les?|os|te)?)\b|"
                    r"no (?:subiremos|aumentaremos|vamos a (?:subir|aumentar)) (?:el|los|nuestros) precios?\b"
                ),
            ),
            ("prometido", "word", r"prometid[oa]\b|garantizad[oa]\b|palabra\b|compromiso firme"),
        ),
        acts=r"envía|entrega|prepara|instala|manda|organiza|forma|migra|se (?:encarga|ocupa)|va a \w{2,20}r|(?!podr|deber|tendr)\w{2,20}[aei]rá|hará",
        veto=r"si (?:ustedes|usted|firman|nos)\b|quizás?|tal vez|podríamos|podría\b|intentar|lamentablemente|no podemos|sin compromiso|revisar",
        no=r"no\b(?! (?:más tarde|solo|sólo)\b)|nunca\b|ning[uú]n\w{0,2}\b|tampoco\b",
        that=(
            r"(?:(?<=ntizo )|(?<=tizamos )|(?<=tizaremos )|(?<=eguramos )|(?<=eguraremos )|(?<=romet[eo] )|(?<=rometemos )|(?<=rometemos a )|(?<=ncargamos )|(?<=ncargaremos ))"
            rf"(?:de )?que (?!(?:no|nunca|tampoco) (?:(?:les?|os|te|l[ao]s?) )?{_IBERIAN_DEED})|que (?:ustedes?|vosotros|(?:aún|todavía) no)\b|"
            r"(?:para|a fin de|de (?:modo|manera|forma)) que\b|para no\b"
        ),
        duty=r"tendr(?:án?|ás|éis) que\b|deber(?:án?|ás|éis)\b|tienen? que\b",
        included=r"incluid[oa]s?|incluye",
    ),
    "pt": _tongue(
        (
            (
                "faremos",
                "we act",
                (
                    rf"{_IBERIAN_FUTURE}\w{{2,20}}(?:aremos|eremos|iremos|faremos)\b|vamos \w{{2,20}}r(?:-lhes?)?\b|comprometemo-nos\b|garantimos\b|entregamos\b|assumimos\b|"
                    r"encarregamo-nos\b|ficamos de\b"
                ),
            ),
            (
                "farei",
                "we act",
                rf"(?:envio|mando|entrego)(?:-lhes?|-vos)\b|{_IBERIAN_FUTURE}\w{{2,20}}(?:arei|erei|irei)\b|comprometo-me\b|fico de\b|vou \w{{2,20}}r(?:-lhes?)?\b|encarrego-me\b",
            ),
            (
                "terão",
                "you get",
                r"(?:ter(?:ão|á)(?! (?:que|de)\b)|receber(?:ão|á)|estará (?:pronto|instalado|operacional))\b",
            ),
            (
                "preço fixo",
                "price",
                (
                    r"sem (?:custos?|encargos)|grátis\b|gratuit[oa]s?\b|preço (?:fixo|fechado)|incluíd[oa]s? no preço|por nossa conta|à nossa custa|"
                    r"não (?:tem|terá) custos?"
                ),
            ),
            (
                "não cobraremos",
                "free",
                (
                    r"não (?:(?:lhes?|vos|te) )?(?:cobr(?:amos|aremos|arei)|(?:vamos|vou) cobrar(?:-lhes?|-vos)?)\b|"
                    r"não (?:subiremos|aumentaremos|vamos (?:subir|aumentar)) (?:o|os|nossos) preços?\b"
                ),
            ),
            ("prometido", "word", r"prometid[oa]\b|garantid[oa]\b|palavra\b|compromisso firme"),
        ),
        acts=r"envia|entrega|prepara|instala|manda|organiza|encarrega-se|vai \w{2,20}r|(?!poder|dever|ter)\w{2,20}[aei]rá|fará",
        veto=r"se (?:vocês|você|assinarem|nos)\b|talvez|poderíamos|poderia\b|tentar|infelizmente|não podemos|sem compromisso|verificar",
        no=r"não\b(?! (?:mais tarde|só)\b)|nunca\b|nenhum\w{0,2}\b",
        that=(
            r"(?:(?<=antimos )|(?<=antiremos )|(?<=seguramos )|(?<=rometo )|(?<=rometemos )|(?<=nos a ))"
            rf"que (?!(?:não|nunca) (?:(?:lhes?|vos|te) )?{_IBERIAN_DEED})|que (?:vocês?|ainda não)\b|"
            r"(?:para|a fim de|de (?:modo|maneira|forma)) que\b|para não\b"
        ),
        duty=r"ter(?:ão|á) (?:que|de)\b|dever(?:ão|á)\b|t[eê]m (?:que|de)\b",
        included=r"incluíd[oa]s?",
    ),
    "nl": _tongue(
        (
            (
                "wij doen het",
                "we act",
                rf"(?:wij|we) {_NL_WE}\b|{_NL_WE} (?:wij|we)\b|(?:wij|we) herinneren (?:[^\s,;]{{1,30}} ){{1,8}}?eraan en {_NL_WE}\b",
            ),
            (
                "wij doen iets",
                "we do",
                rf"(?:(?<!\w )|(?<=\ben )|(?<=maar )|(?<=want )|(?<=dus ))(?:wij|we) {_NL_DEED}|{_NL_DEED} (?:wij|we)\b",
            ),
            ("ik doe het", "we act", rf"ik {_NL_I}\b|{_NL_I} ik\b"),
            (
                "jullie krijgen het",
                "you get",
                r"(?:jullie|je|u) (?:krijg(?:en|t)|ontvang(?:en|t))\b|(?:krijg(?:en|t)?|ontvang(?:en|t)?) (?:jullie|je|u)\b",
            ),
            (
                "het wordt gedaan",
                "done",
                r"(?:wordt|worden) (?:\S{1,30} ){0,8}(?:geleverd|opgeleverd|geïnstalleerd|ingericht|overgenomen)\b",
            ),
            (
                "vaste prijs",
                "price",
                (
                    r"kosteloos|gratis\b|(?:zonder|geen) (?:meerkosten|extra kosten|meerprijs)|vaste prijs|in de prijs (?:inbegrepen|begrepen)|inbegrepen in de prijs|"
                    r"voor onze rekening|op onze kosten"
                ),
            ),
            (
                "niet gerekend",
                "free",
                (
                    r"(?:(?:wij|we) (?:be)?rekenen|(?:be)?rekenen (?:wij|we)) (?:(?:hier|daar)(?:voor|mee) |voor (?:[^\s,;]{1,30} ){1,4}?|(?:u|je|jullie) )?(?:niets|geen)\b|"
                    r"(?:(?:wij|we) brengen|brengen (?:wij|we)) (?:[^\s,;]{1,30} ){0,6}?(?:niets?|geen(?: [^\s,;]{1,30}){1,3}) in rekening\b"
                ),
            ),
            ("beloofd", "word", r"beloofd\b|toegezegd|gegarandeerd"),
        ),
        acts=r"zal|levert|stuurt|installeert|zorgt|regelt|bouwt|maakt|geeft|start|migreert|test|verzorgt|belt",
        veto=r"als (?:jullie|je|u)\b|indien|misschien|eventueel|zou(?:den)?\b|kunnen we|proberen|helaas|vrijblijvend|onder voorbehoud",
        no=r"geen\b|niet\b(?! (?:later|alleen)\b)|nooit\b",
        that=r"(?:(?<=garanderen )|(?<=garandeer )|(?<=beloof )|(?<=beloven )|(?<=ervoor )|(?<= toe ))(?:(?:jullie|je|u) )?dat (?!niet\b|nooit\b)|"
        r"(?:zodat|opdat)\b|om (?:niet|geen)\b",
        duty=r"jullie (?:moeten|leveren|sturen|zorgen|geven|regelen)\b|u (?:moet|levert|stuurt|zorgt)\b|(?:moeten jullie|moet u)\b",
        included=r"inbegrepen|inclusief",
    ),
    "it": _tongue(
        (
            (
                "lo faremo",
                "we act",
                r"\w{1,20}[aeidrv]remo\b|ci (?:occupiamo|impegniamo)\b|(?:garantiamo|consegniamo|offriamo|installiamo|forniamo)\b",
            ),
            (
                "lo farò",
                "we act",
                r"(?:le|vi|ti|gli) (?:invio|mando|consegno|chiamo|spedisco)\b|(?!però\b)\w{1,20}[aeidrv]rò\b|mi (?:occupo|impegno)\b",
            ),
            (
                "lo avrete",
                "you get",
                r"(?:avr(?:ete|à|ai)|ricever(?:ete|à|ai)|sarà (?:pront[oa]|installat[oa]|operativ[oa]))\b",
            ),
            (
                "prezzo fisso",
                "price",
                (
                    r"senza (?:costi|spese|sovrapprezzo)|gratis\b|gratuit[oaie]\b|prezzo (?:fisso|bloccato)|(?:inclus|compres)[oaie] nel prezzo|"
                    r"a (?:nostro carico|nostre spese)"
                ),
            ),
            (
                "non addebitato",
                "free",
                r"non (?:(?:vi|le|ti) )?addebit(?:iamo|eremo|erò)\b|non aumenteremo (?:il prezzo|i (?:nostri )?prezzi)\b",
            ),
            ("promesso", "word", r"promess[oa]\b|garantit[oaie]\b"),
        ),
        acts=r"invia|manda|consegna|installa|prepara|organizza|fornisce|si occupa|(?!dov|pot)\w{1,20}[aeidrv]rà",
        veto=r"se (?:firmate|voi|lei)\b|forse|eventualmente|potremmo|potrebbe|prover|purtroppo|non possiamo|senza impegno|verific",
        no=r"non\b(?! (?:oltre|solo)\b)|nessun\w?\b|mai\b",
        that=(
            r"(?:(?<=antiamo )|(?<=antiremo )|(?<=icuriamo )|(?<=icureremo )|(?<=romettiamo )|(?<=rometteremo ))"
            rf"che (?!non (?:(?:vi|le|ti|l[aoe]) )?{_IT_DEED})|che (?:voi|lei|ancora non)\b|"
            r"(?:in modo(?: tale)?|così) che\b|cosicché\b|affinché\b|(?:in modo da|per) non\b"
        ),
        duty=r"dov(?:ete|rete|rà)\b",
        included=r"inclus[oaie]|compres[oaie]",
    ),
}
