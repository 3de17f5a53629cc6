"""Read: from an engagement's conversation to what was said in it. Each text is read once and remembered by its content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from atlas_sync.canonical.model import (
    Engagement,
    Interaction,
    Obligation,
    Outcome,
    Person,
    Promise,
    ScopeItem,
    Stakeholder,
    WorkItem,
)
from atlas_sync.canonical.normalize import fold
from atlas_sync.canonical.observed import TAGS, ObservedComment, ObservedRole, ObservedWatcher, ObservedWorkItem
from atlas_sync.canonical.roster import Circle, Roster
from atlas_sync.canonical.stakeholders import build_stakeholders
from atlas_sync.extraction import READER_VERSION, Attendee, Conversation, Reading, Story, read_many, tell_story
from atlas_sync.extraction.places import Places
from atlas_sync.operations.corrections import corrected
from atlas_sync.operations.identify_deals import engagements_now
from atlas_sync.operations.judged import fingerprints
from atlas_sync.operations.naming import name_sentences, name_story
from atlas_sync.operations.owed import still_owed
from atlas_sync.operations.pending import add_pending, done, pending
from atlas_sync.operations.roster import load_circles, load_roster
from atlas_sync.store.judgements import Judgement
from atlas_sync.store.partakers import names_in
from atlas_sync.store.tables import CachedReading, Placed, Taken
from atlas_sync.store.warehouse import Warehouse

__all__ = ["conversation_of", "key_of", "read_conversations", "readings_of"]

_TELLING = "13"
"""How stories are told; with another number, or another reader, all of them are told again."""
_WORDS_IN = "promises of "
_AT_ONCE = 50
_TOGETHER = 16


def read_conversations(
    warehouse: Warehouse,
    verdicts: Sequence[Judgement] = (),
    *,
    tags: tuple[str, ...] = TAGS,
    month_first: bool = False,
) -> int:
    """Read the conversations of all engagements that wait for it, and tell how many texts were new to the reader.

    What people said of a promise holds: a rejected one stays out, a confirmed one needs no review. Some engagements at a
    time are read and put down, so that memory holds no more and what is cut off goes on from there. A line of our notes
    that begins with one of the `tags` is a promise. After an upgrade or a setting that reads otherwise all conversations
    wait for it.
    """
    _ask_after_change(warehouse, f"{READER_VERSION}/{_TELLING}/{'|'.join(tags)}/{month_first:d}")
    heard = _heard(warehouse, verdicts)
    _ask_after_words(warehouse, heard)
    waiting = pending(warehouse, "read")
    blocks = [waiting[start : start + _AT_ONCE] for start in range(0, len(waiting), _AT_ONCE)]
    return sum(
        warehouse.sparing(partial(_read_some, warehouse, block, verdicts, heard, tags=tags, month_first=month_first))
        for block in blocks
    )


def _ask_after_change(warehouse: Warehouse, how: str) -> None:
    """Ask to read everything anew where the last reading was done in another way."""
    reader = Taken(name="reader", value=how)
    if warehouse.select(Taken, name=reader.name) != [reader]:
        with warehouse.transaction():
            add_pending(warehouse, "read", (row.id for row in warehouse.select(Engagement)))
            warehouse.put([reader])


def _heard(warehouse: Warehouse, verdicts: Sequence[Judgement]) -> dict[str, Taken]:
    """Give by engagement what tells which of people's words on its promises were taken in, once it is read."""
    prints = fingerprints(verdicts, engagements_now(warehouse)) if verdicts else {}
    return {engagement: Taken(name=_WORDS_IN + engagement, value=value) for engagement, value in prints.items()}


def _ask_after_words(warehouse: Warehouse, heard: Mapping[str, Taken]) -> None:
    """Ask to read anew the engagements of whose promises people said something that reading has not taken in."""
    known = {row.name: row for row in warehouse.select(Taken, name=sorted(row.name for row in heard.values()))}
    if new := sorted(engagement for engagement, row in heard.items() if known.get(row.name) != row):
        add_pending(warehouse, "read", (row.id for row in warehouse.select(Engagement, id=new)))


def _read_some(
    warehouse: Warehouse,
    waiting: Sequence[str],
    verdicts: Sequence[Judgement],
    heard: Mapping[str, Taken],
    *,
    tags: tuple[str, ...],
    month_first: bool,
) -> int:
    fresh = 0
    stories: list[Story] = []
    told: list[tuple[Engagement, Circle, Story]] = []
    obligations: list[Obligation] = []
    places: list[Placed] = []
    roster = _roster_of(warehouse, waiting)
    judged = {name for one in verdicts for name in (one.subject, one.other)}
    for engagement, circle, read, made in readings_of(warehouse, waiting, roster, tags=tags, month_first=month_first):
        fresh += made
        readings = _named(warehouse, read, places)
        homes: dict[str, str] = {}
        if len(engagement.ids) > 1:
            homes = {row.id: row.home for row in warehouse.select(Interaction, engagement_id=engagement.id)}
        story = name_story(
            engagement.id,
            tell_story(engagement.id, readings),
            homes=homes,
            before=_known(warehouse, engagement, readings),
            judged=judged,
        )
        stories.append(story)
        obligations += _obligations(engagement, readings, homes)
        told.append((engagement, circle, story))
    people = _stakeholders(warehouse, told)
    with warehouse.transaction():
        warehouse.put(places)
        promises = corrected((row for story in stories for row in story.promises), verdicts)
        warehouse.replace(Promise, promises, engagements=waiting)
        warehouse.replace(Outcome, [row for story in stories for row in story.outcomes], engagements=waiting)
        warehouse.replace(ScopeItem, [row for story in stories for row in story.scope], engagements=waiting)
        warehouse.replace(Obligation, still_owed(promises, obligations, verdicts), engagements=waiting)
        warehouse.replace(Stakeholder, people, engagements=waiting)
        warehouse.delete(Taken, column="name", values=[_WORDS_IN + name for name in waiting])
        warehouse.put([heard[name] for name in waiting if name in heard])
        add_pending(warehouse, "compare", waiting)
        done(warehouse, "read", waiting)
    return fresh


def _named(warehouse: Warehouse, readings: Sequence[Reading], places: list[Placed]) -> list[Reading]:
    """Give readings in which sentences have the names that they keep; names that are new go to `places`."""
    rows = warehouse.select(Placed, interaction_id=[reading.interaction_id for reading in readings])
    known = {row.interaction_id: row for row in rows}
    named = []
    for reading in readings:
        row = known.get(reading.interaction_id) or Placed(interaction_id=reading.interaction_id)
        one, now = name_sentences(reading, Places(row.there, row.gone))
        named.append(one)
        fresh = row.model_copy(update={"there": now.there, "gone": now.gone})
        places += [fresh] if fresh != row else []
    return named


def _known(warehouse: Warehouse, engagement: Engagement, readings: Sequence[Reading]) -> list[Promise]:
    """Give the promises that an engagement had before, but for those that went with a deal which has left it."""
    before = warehouse.select(Promise, engagement_id=list(engagement.ids))
    first = {promise.id: (*promise.repeats, promise.evidence)[0].interaction_id for promise in before}
    away = set(first.values()) - {reading.interaction_id for reading in readings}
    elsewhere = {key for (key,) in warehouse.keys(Interaction, id=sorted(away))} if away else set()
    return [promise for promise in before if first[promise.id] not in elsewhere]


def _roster_of(warehouse: Warehouse, engagements: Sequence[str]) -> Roster:
    """Give whoever may have a part in the conversation of some engagements."""
    deals = [source for one in warehouse.select(Engagement, id=engagements) for source in one.deals]
    on_deals = [role.person for role in warehouse.select(ObservedRole, deal=deals)]
    return load_roster(warehouse, sources=on_deals, names=names_in(warehouse, engagements))


def _stakeholders(warehouse: Warehouse, told: Sequence[tuple[Engagement, Circle, Story]]) -> list[Stakeholder]:
    """Make the stakeholders of some engagements, of whom some are known only by the names that were said."""
    on_deals = [role.person for _engagement, circle, _story in told for role in circle.roles]
    mentioned = [mention.name for _engagement, _circle, story in told for mention in story.mentions]
    items: dict[str, list[WorkItem]] = {engagement.id: [] for engagement, _circle, _story in told}
    for item in warehouse.select(WorkItem, engagement_id=list(items)):
        items[item.engagement_id].append(item)
    under: dict[str, list[ObservedComment]] = {item.source: [] for some in items.values() for item in some}
    for comment in warehouse.select(ObservedComment, work_item=list(under), deletion=None):
        under[comment.work_item].append(comment)
    wrote = [comment.author for some in under.values() for comment in some if comment.author]
    watched: dict[str, list[ObservedWatcher]] = {source: [] for source in under}
    for watcher in warehouse.select(ObservedWatcher, work_item=list(under), deletion=None):
        watched[watcher.work_item].append(watcher)
    watch = [watcher.user for some in watched.values() for watcher in some]
    shown = warehouse.select(ObservedWorkItem, source=list(under))
    reporters = {item.source: item.reporter for item in shown if item.reporter}
    roster = load_roster(warehouse, sources=[*on_deals, *wrote, *watch, *reporters.values()], names=mentioned)
    ids = sorted({one for engagement, _circle, _story in told for one in engagement.ids})
    known = {row.id for row in warehouse.select(Stakeholder, engagement_id=ids)}
    return [
        stakeholder
        for engagement, circle, story in told
        for stakeholder in build_stakeholders(
            engagement,
            circle=circle,
            mentions=story.mentions,
            roster=roster,
            items=items[engagement.id],
            comments=[comment for item in items[engagement.id] for comment in under[item.source]],
            watchers=[watcher for item in items[engagement.id] for watcher in watched[item.source]],
            reporters=reporters,
            known=known,
        )
    ]


def _obligations(engagement: Engagement, readings: Sequence[Reading], homes: Mapping[str, str]) -> list[Obligation]:
    """List what the customer has to do, each said once, with the day by which."""
    found: dict[str, Obligation] = {}
    for reading in readings:
        for remark in reading.customer_obligations:
            said = remark.evidence
            row = Obligation(
                id=said.id_as("obl", homes.get(said.interaction_id, engagement.id)),
                engagement_id=engagement.id,
                evidence=said,
                rule=remark.rule,
                audience=reading.audience,
                text=remark.text,
                due_date=remark.due_date,
            )
            found.setdefault(fold(remark.text), row)
    return list(found.values())


def readings_of(
    warehouse: Warehouse,
    engagements: Sequence[str],
    roster: Roster,
    *,
    tags: tuple[str, ...] = TAGS,
    month_first: bool = False,
) -> Iterator[tuple[Engagement, Circle, list[Reading], int]]:
    """Yield engagements with whom a name may mean there, what was said, and how much had to be read.

    What is known is looked up for many engagements at once; what was read is put down with each of them.
    """
    for start in range(0, len(engagements), _AT_ONCE):
        some = warehouse.select(Engagement, id=engagements[start : start + _AT_ONCE])
        circles = load_circles(warehouse, some)
        said: dict[str, dict[str, Conversation]] = {one.id: {} for one in some}
        for interaction in warehouse.select(Interaction, engagement_id=list(said)):
            conversation = conversation_of(
                interaction, roster, circles[interaction.engagement_id], tags=tags, month_first=month_first
            )
            said[interaction.engagement_id][key_of(conversation)] = conversation
        keys = [key for conversations in said.values() for key in conversations]
        known = {row.key: row.reading for row in warehouse.select(CachedReading, key=keys)}
        for engagement in some:
            conversations = said[engagement.id]
            made = _read_anew({key: one for key, one in conversations.items() if key not in known})
            warehouse.put([CachedReading(key=key, reading=one.model_dump_json()) for key, one in made.items()])
            readings = [made.get(key) or Reading.model_validate_json(known[key]) for key in conversations]
            yield engagement, circles[engagement.id], readings, len(made)


def _read_anew(new: Mapping[str, Conversation]) -> dict[str, Reading]:
    """Read conversations, some at once, since a long sale has thousands."""
    keys = list(new)
    parts = (keys[start : start + _TOGETHER] for start in range(0, len(keys), _TOGETHER))
    return {key: made for some in parts for key, made in zip(some, read_many([new[key] for key in some]), strict=True)}


def conversation_of(
    interaction: Interaction,
    roster: Roster,
    circle: Circle,
    *,
    tags: tuple[str, ...] = TAGS,
    month_first: bool = False,
) -> Conversation:
    """Give an interaction as the reader takes it, with everybody in or on it whose side is known.

    Our own people count when the text names them, so that a new colleague does not make every text unread. Whoever had a role
    on the deal once stays known.
    """
    roles = [roster.people.get(roster.by_source.get(role.person, "")) for role in circle.roles]
    on_deal = [person for person in roles if person]
    named = [person for name in interaction.participants if (person := roster.named(name, circle))]
    author = roster.named(interaction.author, circle) if interaction.author else None
    ours = roster.ours_named_in(interaction.body, circle)
    here = _unique([*([author] if author else []), *named])
    attendees = [_attendee(person, is_here=person in here) for person in _unique([*here, *on_deal, *ours])]
    known = {attendee.name for attendee in attendees}
    attendees += [
        Attendee(name=name, email=None, side="unknown") for name in interaction.participants if name not in known
    ]
    return Conversation(
        interaction_id=interaction.id,
        engagement_id=interaction.home,
        kind=interaction.kind,
        at=interaction.at,
        subject=interaction.subject,
        author=interaction.author,
        author_side=interaction.author_side,
        attendees=tuple(attendees),
        body=interaction.body,
        body_format=interaction.body_format,
        audience=interaction.audience,
        tags=tags,
        month_first=month_first,
    )


def _unique(people: Iterable[Person]) -> list[Person]:
    return list({person.id: person for person in people}.values())


def _attendee(person: Person, *, is_here: bool) -> Attendee:
    return Attendee(person.name, person.email, person.side, person.aliases, person.title, is_here)


def key_of(conversation: Conversation) -> str:
    """Give what a reading is remembered by: all that the reader is told, and what reads."""
    return hashlib.sha256(f"{READER_VERSION}\n{conversation!r}".encode()).hexdigest()
