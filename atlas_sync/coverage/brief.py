"""The kickoff brief: what was sold, to whom, why, and in whose words, on one page that stands in the project itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from atlas_sync.canonical.document import Document, Paragraph, Quote, Span, plain_text
from atlas_sync.canonical.model import Audience, Engagement, Evidence, Outcome, Promise, Stakeholder
from atlas_sync.coverage.page import Entry, Page, line_of
from atlas_sync.coverage.people import doubts
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.templates import Texts, Value, our_texts
from atlas_sync.coverage.text import shorten, show_day

__all__ = ["BRIEF_LIMIT", "brief_comment", "brief_text", "kickoff_brief", "said_by", "same_text", "set_apart"]

BRIEF_LIMIT = 20_000
"""Characters of a whole brief. Source: facts on Jira's limits, 32,767 a description with its markup."""

_NAME = 120
_NAME_OF_SEVERAL = 60
"""So much of a client's name leaves room in a title for what tells one sale to them from another."""
_REST: Mapping[Audience, str] = {
    "internal": " in the engagement record; the dashboard and `atlas-sync show` list all",
    "client_ok": "",
}
"""Where our own people find what a page has no room for; a client has no way there."""
_SHARE_TO_CHECK = 0.5
"""So much of the room that is left may go to what is to be checked; the conversation keeps the rest."""
_SCOPE_TITLES = {
    "in": "In",
    "out": "Out",
    "later": "Later",
    "vague": "Left open",
    "tradeoff": "Traded",
    "assumption": "Assumed",
}


def kickoff_brief(record: EngagementRecord, *, audience: Audience, texts: Texts | None = None) -> Document:
    """Give the brief of an engagement for readers of `audience`; it follows from the record alone, never from our items.

    For `client_ok` it holds only what the client said, heard or signed: no amount, no role or stance, no internal quote, no
    address of the CRM, nothing of the tracker. At most `BRIEF_LIMIT` characters; a section that does not fit says how many
    entries are left out.
    """
    return brief_text(record, audience, texts or our_texts())[1]


def brief_text(record: EngagementRecord, audience: Audience, texts: Texts, *, apart: str = "") -> tuple[str, Document]:
    """Give title and text of the brief; for clients by their own name, since a deal's name is the seller's.

    Of several sales to one client each is named with what sets it `apart`.
    """
    page = Page(BRIEF_LIMIT, rest=_REST[audience])
    promises = [one for one in record.promises if not one.needs_review and one.status != "withdrawn"]
    is_ours = audience == "internal"
    label = shorten(record.client_label, _NAME_OF_SEVERAL) if apart else record.client_label
    values: dict[str, Value] = {
        "client": shorten(record.client_label, _NAME),
        "name": record.engagement.name if is_ours else f"{label}{apart}",
        "deal": page.bullets(_deal(record, audience)),
        "why": page.quotes([_why(one, record, audience) for one in record.outcomes if record.shows(one, audience)]),
        "people": page.bullets(_people(record, audience)),
        # What has no item of its own goes before what has one, and what was said before what we guess.
        "scope": page.bullets(_scope(record, audience)),
        "contract": page.bullets(_contracts(record, audience)),
        "promises": page.bullets([_promise(one, record, audience) for one in promises if record.shows(one, audience)]),
        "to_check": page.bullets(_to_check(record) if is_ours else [], share=_SHARE_TO_CHECK),
        "conversation": page.bullets(_conversation(record) if is_ours else []),
    }
    return texts.render("brief", record.engagement.deal_type, values)


def set_apart(sales: Sequence[Engagement]) -> dict[str, str]:
    """Give by sale, of those to one client in one place, what the client knows it by: its day, and which one of that day.

    They come in the order in which they were won: a later one renames none of several. One alone needs nothing.
    """
    if len(sales) == 1:
        return {sales[0].id: ""}
    found: dict[str, str] = {}
    told = Counter[str]()
    for sale in sales:
        day = f", agreed on {show_day(sale.won_at.date())}" if sale.won_at else ""
        told[day] += 1
        found[sale.id] = day + (f" ({told[day]})" if told[day] > 1 else "")
    return found


def brief_comment(record: EngagementRecord, audience: Audience, body_text: str) -> Document | None:
    """Say what of the sale changed since a brief with this text: promised, agreed or taken back; None where only words did.

    New conversation alone is no news: a comment tells people of it.
    """
    held = " ".join(body_text.split())
    entries: list[Entry] = []
    for promise in record.promises:
        text = line_of(promise.text).text
        if promise.needs_review or not record.shows(promise, audience):
            continue
        is_back = promise.status == "withdrawn"
        if is_back and promise.perhaps:
            continue  # nobody has said yet that it takes anything back
        if is_back == (text in held):
            word = "taken back" if is_back else "promised"
            said = promise.evidence if is_back else record.said_where(promise, audience)
            entries.append((Span(text=f"{word}: “{text}” ("), *said_by(said, record, audience), Span(text=")")))
    for point in record.scope:
        text = line_of(point.text).text
        if record.shows(point, audience) and text not in held:
            word = _SCOPE_TITLES[point.kind].lower()
            entries.append(
                (Span(text=f"{word}: “{text}” ("), *said_by(point.evidence, record, audience), Span(text=")"))
            )
    if not entries:
        return None
    page = Page(BRIEF_LIMIT, rest=_REST[audience])
    return Document(blocks=(Paragraph(spans=(Span(text="Changed in the sale:"),)), *page.bullets(entries)))


def same_text(document: Document, text: str) -> bool:
    """Tell if a tracker's plain text says what a document says, whatever it did to spaces and line breaks."""
    return plain_text(document).split() == text.split()


def said_by(evidence: Evidence, record: EngagementRecord, audience: Audience) -> Entry:
    """Give who said something, in what and when; our own people also get the way there."""
    said_in = record.interaction_by_id.get(evidence.interaction_id)
    parts = [shorten(evidence.speaker, _NAME)] if evidence.speaker else []
    parts += [said_in.kind] if said_in else []
    parts.append(show_day(evidence.said_at.date()))
    link = said_in.link if said_in and audience == "internal" else None
    return (Span(text=", ".join(parts), link=link),)


def _deal(record: EngagementRecord, audience: Audience) -> list[Entry]:
    engagement = record.engagement
    seller = f"Sold by {engagement.owner_sales}" if engagement.owner_sales else "Sold"
    if not engagement.owner_sales_active:
        seller += " (has left)" if audience == "internal" else ""
    won = f", agreed on {show_day(engagement.won_at.date())}" if engagement.won_at else ""
    when = line_of(f"{seller}{won}.")
    if audience != "internal":
        return [(line_of(record.client_label, limit=_NAME),), (when,)]
    worth = ""
    if engagement.amount is not None:
        worth = f", {engagement.amount:,.0f} {engagement.currency or ''}".rstrip()
    name = line_of(engagement.name, link=engagement.link, strong=True)
    return [(name, Span(text=f" for {shorten(record.client_label, _NAME)}{worth}")), (when,)]


def _why(outcome: Outcome, record: EngagementRecord, audience: Audience) -> Quote:
    return Quote(text=line_of(outcome.text).text, source=said_by(outcome.evidence, record, audience))


def _people(record: EngagementRecord, audience: Audience) -> list[Entry]:
    if audience == "internal":
        return [_person(person, record) for person in record.stakeholders]
    shown = [person for person in record.stakeholders if person.audience == "client_ok"]
    return [
        (line_of(person.name, strong=True), Span(text=f", {shorten(person.title, _NAME)}" if person.title else ""))
        for person in shown
    ]


def _person(person: Stakeholder, record: EngagementRecord) -> Entry:
    title = f", {shorten(person.title, _NAME)}" if person.title else ""
    roles = f": {shorten(', '.join(person.roles), _NAME)}" if person.roles else ""
    spans = [line_of(person.name, strong=True), Span(text=f"{title}{roles}")]
    stance = person.stance or ("skeptic" if doubts(person) else None)
    if stance and stance != "neutral" and not any(stance in role for role in person.roles):
        spans.append(Span(text=f"; {stance}"))
    if person.evidence:
        spans.append(Span(text=f" — “{line_of(record.quoted(person.evidence)).text}” ("))
        spans += [*said_by(person.evidence, record, "internal"), Span(text=")")]
    return tuple(spans)


def _promise(promise: Promise, record: EngagementRecord, audience: Audience) -> Entry:
    facts = [f"by {shorten(promise.promised_by, _NAME)}"] if promise.promised_by else []
    facts += [f"to {shorten(promise.promised_to, _NAME)}"] if promise.promised_to else []
    if promise.due_date:
        facts.append(f"due {show_day(promise.due_date)}")
    elif promise.due_text:
        facts.append(f"due “{shorten(promise.due_text, _NAME)}”")
    return (
        Span(text=f"“{line_of(promise.text).text}” "),
        Span(text=f"{', '.join(facts)} (" if facts else "("),
        *said_by(record.said_where(promise, audience), record, audience),
        Span(text=")"),
    )


def _scope(record: EngagementRecord, audience: Audience) -> list[Entry]:
    return [
        (
            Span(text=f"{title}: ", strong=True),
            line_of(point.text),
            Span(text=" ("),
            *said_by(point.evidence, record, audience),
            Span(text=")"),
        )
        for kind, title in _SCOPE_TITLES.items()
        for point in record.scope
        if point.kind == kind and record.shows(point, audience)
    ]


def _contracts(record: EngagementRecord, audience: Audience) -> list[Entry]:
    entries: list[Entry] = []
    for contract in record.contracts:
        facts = [f"signed on {show_day(contract.signed_on)}"] if contract.signed_on else []
        facts += [f"from {show_day(contract.start_date)}"] if contract.start_date else []
        facts += [f"to {show_day(contract.end_date)}"] if contract.end_date else []
        link = contract.link if audience == "internal" else None
        spans = [line_of(contract.number or "Contract", link=link), Span(text=f" {', '.join(facts)}".rstrip())]
        if contract.terms and audience == "internal":
            spans.append(Span(text=f": {line_of(contract.terms).text}"))
        entries.append(tuple(spans))
    return entries


def _to_check(record: EngagementRecord) -> list[Entry]:
    """List what may be in delivery already, with the items to look at, and how much nobody has decided to be a promise."""
    texts = {one.id: one.text for one in record.promises if not one.needs_review}
    texts |= {one.id: one.text for one in record.scope}
    addresses = {item.id: item.link for item in record.items}
    entries: list[Entry] = []
    for subject, links in record.links_of.items():
        if links[0].status != "review" or subject not in texts:
            continue
        spans = [Span(text=f"“{line_of(texts[subject], limit=160).text}”: perhaps ")]
        for at, link in enumerate(links):
            spans.append(Span(text=", " if at else ""))
            spans.append(Span(text=link.work_item_key or "", link=addresses.get(link.work_item_id or "")))
        against = [one for link in links[:1] for one in link.contradictions]
        if against:
            spans.append(Span(text=f"; but {shorten('; '.join(against), 240)}"))
        entries.append(tuple(spans))
    waiting = sum(one.needs_review for one in record.promises)
    if waiting:
        sentences = "1 sentence" if waiting == 1 else f"{waiting} sentences"
        entries.append((Span(text=f"{sentences} of the conversation may hold a promise; nobody has decided yet."),))
    return entries


def _conversation(record: EngagementRecord) -> list[Entry]:
    return [
        (
            Span(text=f"{show_day(one.at.date())}, {one.kind}: "),
            line_of(one.subject or "no subject", link=one.link, limit=160),
        )
        for one in sorted(record.interactions, key=lambda one: (one.at, one.id))
    ]
