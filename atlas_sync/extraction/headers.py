"""What mail programs put around words: heads of earlier messages, sign-offs and small print, in many languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from atlas_sync.canonical.normalize import person_key

__all__ = [
    "Header",
    "forward_subject",
    "has_contact",
    "is_disclaimer",
    "is_fine_print",
    "is_forward_mark",
    "is_full_name",
    "is_parting",
    "is_postscript",
    "is_sign_off",
    "read_header",
]

_LONGEST = 400
_MOST_FIELDS = 12
_FEWEST_FIELDS = 2

_FROM = (
    r"from|von|de|da|van|från|fra|od|lähettäjä|expéditeur|remitente|remetente|afsender|avsändare|feladó|kimden|gönderen|de la|expeditor|от|від|από|差出人|送信者|"
    r"发件人|寄件者|보낸 사람"
)
_TELLING = (
    r"sent|date|subject|gesendet|datum|betreff|envoyé|objet|enviad[ao](?: el| em)?|fecha|data|asunto|assunto|verzonden|onderwerp|skickat|ämne|sendt|dato|emne|inviato|"
    r"oggetto|wysłano|temat|odesláno|předmět|odoslané|predmet|poslano|lähetetty|päivämäärä|aihe|elküldve|küldve|dátum|tárgy|gönderildi|gönderilme tarihi|tarih|konu|"
    r"trimis|subiect|отправлено|дата|тема|надіслано|στάλθηκε|ημερομηνία|θέμα|送信日時|日付|件名|发送时间|日期|主题|寄件日期|主旨|보낸 날짜|날짜|제목"
)
"""What only the head of a message tells of itself: when it was sent, and of what it is."""
_FIELDS = (
    rf"{_TELLING}|to|cc|bcc|reply-to|an|à|a|para|aan|till|kopia|til|cco|kopie|importance|priority|do|attachments|anlagen|komu|vastaanottaja|kopio|címzett|másolatot kap|"
    r"kime|bilgi|către|кому|копия|копія|προς|κοιν|宛先|收件人|收件者|抄送|받는 사람|참조"
)
_MARK = r"[\s>*_]{0,8}"
_FROM_LINE = re.compile(rf"^{_MARK}(?:{_FROM}){_MARK}[:：]{_MARK}(?P<sender>\S.{{0,200}})$", re.IGNORECASE)
_FIELD_LINE = re.compile(rf"^{_MARK}(?:{_FROM}|{_FIELDS}){_MARK}[:：]", re.IGNORECASE)
_OF_A_MESSAGE = re.compile(rf"^{_MARK}(?:{_TELLING}){_MARK}[:：]", re.IGNORECASE)
_ANY_FIELD = re.compile(
    rf"^{_MARK}[^\W\d_]{{1,24}}(?:[ '’-][^\W\d_]{{1,16}}){{0,2}}{_MARK}[:：]{_MARK}(?P<value>\S.{{0,300}})$"
)
_SENDER = re.compile(r"^[^<>\[\]@]{2,120}[<\[](?:mailto:)?[^<>\[\]()\s]{1,120}@[^<>\[\]()\s]{1,160}[>\]]\s{0,8}$")
_SENT = re.compile(r"\d.{0,60}\b\d{1,2}[:.]\d{2}\b")
_FEWEST_UNKNOWN = 4
_ORIGINAL = re.compile(
    r"^\s{0,8}[-_=]{2,60}\s{0,8}(?:original message|ursprüngliche nachricht|message d['’]origine|mensaje original|mensagem original|oorspronkelijk bericht|"
    r"ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|messaggio originale|original appointment|reply message)\s{0,8}[-_=]{2,60}",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"^[\s>]{0,8}(?:[-_=]{2,60}\s{0,8})?(?:begin )?(?:forwarded (?:message|by|email)|weitergeleitete nachricht|(?:anfang der )?weitergeleiteten? nachricht|message (?:transféré|transmis)|"
    r"(?:début du )?message (?:réexpédié|transféré)|mensaje reenviado|mensagem (?:encaminhada|reencaminhada)|doorgestuurd bericht|vidarebefordrat (?:meddelande|mejl)|videresendt (?:meddelelse|melding)|"
    r"messaggio inoltrato)\b.{0,80}$",
    re.IGNORECASE,
)
_WROTE = r"wrote|writes|schrieb|a écrit|écrit|escribió|escreveu|schreef|skrev|ha scritto|napisał(?:\(a\)|a)?|kirjoitti"
_REPLY = re.compile(
    rf"^[\s>]{{0,8}}(?:on|am|le|el|em|op|den|il|på|w dniu|mon|tue|wed|thu|fri|sat|sun)\b.{{4,260}}\b(?:{_WROTE})\b.{{0,160}}:\s{{0,8}}$",
    re.IGNORECASE,
)
_REPLY_NAME_FIRST = re.compile(
    rf"^[\s>]{{0,8}}\S.{{2,160}}\b(?:{_WROTE})\s{{1,4}}(?:on|am|le|el|em|op|den|il)\b.{{4,120}}:\s{{0,8}}$",
    re.IGNORECASE,
)
_REPLY_DATED = re.compile(
    r"^[\s>]{0,8}(?:20\d\d-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]20\d\d)\b[^<]{1,120}<[^<>\s]{3,120}>\s{0,4}:\s{0,8}$"
)
_FORWARDED_SUBJECT = re.compile(
    r"^\s{0,8}(?:\[[^\]]{0,40}\]\s{0,8})?(?:fw|fwd|wg|tr|rv|enc|vs|vb|i|doorst)\s{0,4}:", re.IGNORECASE
)
_SIGN_OFF = re.compile(
    r"^\s{0,8}(?:-{2}\s{0,8}$|(?:(?:best|kind|warm|warmest|many|friendly)(?: (?:regards|wishes|greetings))?|regards|rgds|cheers|thanks (?:and|&) (?:(?:best|kind) )?regards|"
    r"sincerely|yours(?: sincerely| faithfully| truly)?|all the best|br|kr|mfg|vg|lg|talk soon|speak soon|onward|with (?:best|kind|warm) regards|respectfully|"
    r"(?:viele|beste|liebe|herzliche|freundliche|mit (?:freundlichen|besten|herzlichen)) grüßen?|(?:viele|liebe|beste) gruesse|gruß|grüße|"
    r"(?:bien )?cordialement|bien à vous|salutations|(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|abraços?|um abraço|cumprimentos|atenciosamente|com os melhores cumprimentos|"
    r"(?:med )?venlig hilsen|mvh|vh|(?:med )?vänliga hälsningar|hälsningar|met vriendelijke groet|groeten)\b[\s,.!]{0,8}(?:(?:from|aus|de) (?:the )?\w{1,30})?[\s,.!]{0,8}$|"
    r"(?:best|greetings|regards|cheers|all the best|viele grüße|grüße|saludos) (?:from|aus|de|desde) (?:the |der |dem )?\w{1,30}[,.!]?\s{0,8}$)",
    re.IGNORECASE,
)
_PARTING = re.compile(
    r"^\s{0,8}(?:[-–—_]{2,60}|(?:thanks|thank you|many thanks)\b[^.!?]{0,40}[\s,.!]{0,8})\s{0,8}$", re.IGNORECASE
)
_MAIL_PROGRAM = r"(?:outlook|mail|(?:proton|yahoo|g|aol|gmx) ?mail|samsung(?: \w{1,20}){1,3}|courrier|correo)"
_MY_DEVICE = (
    r"meinem (?:(?:[\w-]{1,20} ){0,3}[\w-]{0,20}(?:phone|pad|tablet|handy|gerät|mobiltelefon)\b|(?:samsung|huawei|android|galaxy|pixel|xiaomi)\b|"
    r"[\w-]{1,20}\.?\s{0,8}$)"
)
_SENT_WITH = (
    rf"sent from (?:my\b|{_MAIL_PROGRAM}(?: (?:for|on|mobile|app)\b|[.:<]|\s{{0,8}}$))|get outlook for|"
    rf"von (?:meinem (?:(?:\w{{1,20}} ){{0,3}}(?:smartphone|tablet)|\w{{1,20}})|{_MAIL_PROGRAM} für \w{{1,20}}) gesendet|"
    rf"gesendet von (?:{_MY_DEVICE}|{_MAIL_PROGRAM} für)|outlook für \w{{1,20}} beziehen|"
    rf"envoyé (?:(?:de|depuis) mon|(?:de|depuis|à partir de) {_MAIL_PROGRAM} pour)|(?:obtenez|obtenir|téléchargez|télécharger) outlook pour|"
    rf"enviado (?:desde mi|do meu|(?:desde|do) {_MAIL_PROGRAM} para)|(?:obtener|obter o) outlook para"
)
"""What a mail program signs with, and with what it was sent."""
_DISCLAIMER = re.compile(
    r"(?:not|than|for|by) (?:the |an |its )?intended recipient|intended (?:only |solely )?for the addressee|please consider the environment|"
    r"\b(?:this|diese) (?:e-?mail|message|nachricht)\b[^.]{0,60}\b(?:is|are|may|contains?|will be|ist|sind|kann|enthält|enthalten)\b[^.]{0,60}(?:confidential|vertraulich|privileged)|"
    r"ce message[^.]{0,60}confidentiel|este mensaje[^.]{0,60}confidencial|\b(?:attachments?|communication|it) may contain confidential|"
    r"this (?:e-?mail|message)\b[^.]{0,40}\b(?:scanned (?:by|for)|virus[- ]free)|"
    rf"^[\W_]{{0,8}}(?:{_SENT_WITH}|"
    r"virus[- ]free[.,]|caution: this|"
    r"external (?:e-?mail|sender)\s{0,4}(?:[]:|!.]|$)|unsubscribe(?: here| below)?\s{0,4}(?:[|·.]|$))",
    re.IGNORECASE,
)
"""What stands for itself: said of the message, of who may read it, or by the mail program at the beginning of a line."""
_FINE_PRINT = re.compile(
    r"confidential|https?://|www\.|(?<![\w.])(?:tel|phone|mobile|mob|fax|t|m)[.:]|\+\d{2}|@[\w-]{1,60}\.\w|©|·.{1,60}·|\|.{1,60}\||"
    r"intended recipient|privacy notice|registered (?:in (?:england|ireland|the)|office)|company (?:number|no\.?|reg)|vat (?:no|id|reg)|sent from my|unsubscribe|"
    r"geschäftsführer(?:in)?\s{0,2}:|amtsgericht|handelsregister|registergericht|ust-?id|virus[- ]free|scanned (?:by|for)|external (?:e-?mail|sender)",
    re.IGNORECASE,
)
"""What stands below a signature alone; further up it is what somebody promises: "an unsubscribe link in each newsletter"."""
_CONTACT = re.compile(r"(?<![\w.])(?:tel|phone|mobile|mob|t|m)[.:]|\+\d{2}|@[\w-]{1,60}\.\w", re.IGNORECASE)
_POSTSCRIPT = re.compile(r"^\s{0,8}(?:p\.?\s?p?\.?s\.?|n\.b\.)\s{0,4}[:.,)–-]?\s{1,8}\S", re.IGNORECASE)
_ADDRESS = re.compile(r"\s{0,8}[<\[(]\s{0,4}(?:mailto:)?[^<>\[\]()\s]{1,120}@[^<>\[\]()]{1,160}[>\])]?")


@dataclass(frozen=True, slots=True)
class Header:
    """The head of an earlier message: how many lines it takes, who sent it where it says so, and if it is "On ... wrote:"."""

    length: int
    sender: str | None
    is_reply: bool = False


def read_header(lines: Sequence[str], place: int) -> Header | None:
    """Give the head that begins on a line, None where none does.

    Heads are "On ... wrote:" also over two or three lines, "Original Message" bars, and blocks of From, Sent, To, Subject.
    """
    text = lines[place][:_LONGEST]
    if _ORIGINAL.match(text):
        below = _block(lines, place + 1)
        return Header(1 + below.length, below.sender) if below else Header(1, None)
    for length in range(1, 4):
        joined = " ".join(line.strip() for line in lines[place : place + length])[:_LONGEST]
        if any(pattern.match(joined) for pattern in (_REPLY, _REPLY_NAME_FIRST, _REPLY_DATED)):
            return Header(length, None, is_reply=True)
        if length == 1 and not _may_begin_reply(joined):
            break
    return _block(lines, place)


def _may_begin_reply(text: str) -> bool:
    """Tell if a line could be the first of a wrapped "On ... wrote:"; most lines are not looked at further."""
    return (
        bool(re.match(r"[\s>]{0,8}(?:on|am|le|el|em|op|den|il|på)\b.{0,200}\d", text, re.IGNORECASE))
        or ("<" in text and "@" in text)
        or text.rstrip().endswith("<")
    )


def _block(lines: Sequence[str], place: int) -> Header | None:
    """Read a block of From, Sent, To, Subject; From alone is a line like any other."""
    if place >= len(lines) or not (first := _FROM_LINE.match(lines[place][:_LONGEST])):
        return _foreign_block(lines, place)
    length = 1 + _fields(_FIELD_LINE, lines[place + 1 : place + _MOST_FIELDS])
    said = any(_OF_A_MESSAGE.match(line[:_LONGEST]) for line in lines[place + 1 : place + length])
    return Header(length, _name(first["sender"])) if length > _FEWEST_FIELDS and said else _foreign_block(lines, place)


def _foreign_block(lines: Sequence[str], place: int) -> Header | None:
    """Read a block whose words are not known: a name with its address, right below it a day with its hour, and two fields more.

    All of it is asked for, since a list of facts is written in such lines as well.
    """
    first, sent = (_value(lines, at) for at in (place, place + 1))
    if not (_SENDER.match(first) and _SENT.search(sent)):
        return None
    length = _fields(_ANY_FIELD, lines[place : place + _MOST_FIELDS])
    return Header(length, _name(first)) if length >= _FEWEST_UNKNOWN else None


def _value(lines: Sequence[str], place: int) -> str:
    field = _ANY_FIELD.match(lines[place][:_LONGEST]) if place < len(lines) else None
    return field["value"] if field else ""


def _fields(field: re.Pattern[str], lines: Sequence[str]) -> int:
    """Count the lines from the first on that are fields."""
    return next((at for at, line in enumerate(lines) if not field.match(line[:_LONGEST])), len(lines))


def _name(sender: str) -> str:
    """Give a sender's name without the address; the address alone where there is no name."""
    name = _ADDRESS.sub("", sender).strip(" \t\"'*")
    return name or sender.strip(" \t<>[]*")


def forward_subject(subject: str | None) -> bool:
    """Tell if a subject says that the mail hands on another."""
    return bool(subject and _FORWARDED_SUBJECT.match(subject))


def is_forward_mark(text: str) -> bool:
    """Tell if a line announces a forwarded message."""
    return bool(_FORWARD.match(text[:_LONGEST]))


def is_sign_off(text: str, author: str | None) -> bool:
    """Tell if a line closes a message: a greeting, the two hyphens of mail programs, or the author's name alone."""
    if len(text) > _LONGEST:
        return False
    if _SIGN_OFF.match(text):
        return True
    words, own = person_key(text).split(), person_key(author or "").split()
    alone = text.strip(" \t,.-–—*/")
    return (
        bool(own)
        and len(alone.split()) == len(words)
        and words in ([own[0]], own, [own[0], own[-1][0]], ["".join(part[0] for part in own)])
    )


def is_full_name(text: str, author: str | None) -> bool:
    """Tell if a line begins with the author's first and family name: "Lena Wirth | Account Director"."""
    own = person_key(author or "").split()
    return len(own) > 1 and person_key(text[:_LONGEST]).split()[: len(own)] == own


def is_parting(text: str) -> bool:
    """Tell if a line is a bar, or thanks: it closes a message as often as it opens one or parts it."""
    return bool(_PARTING.match(text[:_LONGEST]))


def has_contact(text: str) -> bool:
    """Tell if a line holds a phone number or a mail address."""
    return bool(_CONTACT.search(text[:_LONGEST]))


def is_postscript(text: str) -> bool:
    """Tell if a line is a postscript: said again after the signature."""
    return bool(_POSTSCRIPT.match(text[:_LONGEST]))


def is_disclaimer(text: str) -> bool:
    """Tell if a line is legal small print or a mail program's advertisement."""
    return bool(_DISCLAIMER.search(text[:2_000]))


def is_fine_print(text: str) -> bool:
    """Tell if a line below a signature is an address or small print."""
    return bool(_FINE_PRINT.search(text[:2_000]))
