"""A scorer of documents: each held against its labels by their places, and the story across those of an engagement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from atlas_sync.canonical.model import Evidence, Outcome, ScopeItem
from atlas_sync.canonical.normalize import month_comes_first, person_key
from atlas_sync.extraction import PromiseMention
from atlas_sync.extraction.chain import Heard
from atlas_sync.extraction.dues import resolve_due
from atlas_sync.extraction.sense import with_sense
from atlas_sync.extraction.story import Telling
from atlas_sync.extraction.units import split
from atlas_sync.operations.documents import Gold, GoldPromise, GoldQuote
from atlas_sync.operations.extract import Told, mention_id
from atlas_sync.operations.scorers import WITH_REVIEW, Miss, Scorer, plain, same_phrase
from atlas_sync.operations.scoring import Span, Visible, matches

__all__ = ["DocumentScorer"]

_QUEUE = "queue: in review, of all units"


class DocumentScorer(Scorer):
    """Scores whole documents by their spans, and the story across them."""

    def __init__(self) -> None:
        super().__init__()
        self._engagement = ""
        self._labels: dict[str, str] = {}
        self._roots: dict[str, str] = {}
        self._given = Telling()
        self._given_pids: dict[str, str] = {}

    def score(self, told: Told) -> None:
        """Compare what was found in a document with what is labelled there."""
        gold = told.placed.document.gold or Gold()
        if told.placed.engagement != self._engagement:
            self._engagement = told.placed.engagement
            self._labels, self._roots, self._given, self._given_pids = {}, {}, Telling(), {}
        self.tallies.next_document()
        visible = Visible(told.conversation.body, is_html=told.conversation.body_format == "html")
        for one in gold.promises:
            self._roots[one.pid] = self._roots.get(one.same_as, one.same_as) if one.same_as else one.pid
        self._score_promises(told, gold, visible)
        self._score_others(told, gold, visible)
        self._score_people(told, gold)
        self._score_units(told, gold, visible)
        self._score_story_alone(told, gold)
        self._score_days_alone(told, gold)

    def _score_promises(self, told: Told, gold: Gold, visible: Visible) -> None:
        places = [visible.find(one.quote) for one in gold.promises]
        decided = [one for one in told.heard if not one.mention.needs_review]
        spans = [_span(visible, one.mention.evidence) for one in decided]
        pairs = matches(spans, places)
        channel = told.conversation.kind
        self._promises(hits=len(pairs), found=len(decided), labelled=len(places), channel=channel)
        self._count_kinds([(decided[one].mention, gold.promises[other]) for one, other in pairs], decided, gold)
        spans = [_span(visible, one.mention.evidence) for one in told.heard]
        pairs = matches(spans, places)
        self.tallies.count(WITH_REVIEW, hits=len(pairs), found=len(spans), labelled=len(places))
        for one, heard in enumerate(told.heard):
            for _found, other in matches([spans[one]], places):
                self._labels[mention_id(heard.mention)] = gold.promises[other].pid
        body = told.conversation.body
        for heard in told.heard:
            evidence = heard.mention.evidence
            self.tallies.share(
                "quotes that are the exact substring", count=body[evidence.start : evidence.end] == evidence.quote
            )
        by_pair = dict(pairs)
        for one, heard in enumerate(told.heard):
            self._score_link(heard, gold.promises[by_pair[one]] if one in by_pair else None)
        met = set(by_pair.values())
        unmet = [one for other, one in enumerate(gold.promises) if other not in met]
        linked = sum(one.same_as is not None for one in unmet)
        self.tallies.count("repeats and changes, grouped", hits=0, found=0, labelled=linked)
        self._note_misses(told, unmet, [heard.mention for one, heard in enumerate(told.heard) if one not in by_pair])

    def _note_misses(self, told: Told, unmet: Sequence[GoldPromise], false: Sequence[PromiseMention]) -> None:
        where = told.conversation.interaction_id, told.conversation.kind
        for one in unmet:
            self.misses.append(Miss(*where, "missed", one.quote, one.type or ""))
        for mention in false:
            what = "false, in review" if mention.needs_review else "false"
            self.misses.append(Miss(*where, what, mention.text, mention.rule))

    def _count_kinds(
        self, pairs: Sequence[tuple[PromiseMention, GoldPromise]], decided: Sequence[Heard], gold: Gold
    ) -> None:
        for kind in sorted({one.type or "" for one in gold.promises} | {one.mention.kind for one in decided}):
            self.tallies.count(
                f"promises, decided · kind {kind}",
                hits=sum(mention.kind == kind == one.type for mention, one in pairs),
                found=sum(one.mention.kind == kind for one in decided),
                labelled=sum(one.type == kind for one in gold.promises),
            )

    def _score_link(self, heard: Heard, label: GoldPromise | None) -> None:
        """Score what a matched mention says, and whether it was put to the right promise."""
        mention = heard.mention
        linked = heard.before is not None
        right = False
        if label and label.same_as and heard.before:
            root = self._roots[label.pid]
            earlier = (self._labels.get(mention_id(one)) for one in (heard.before, heard.root))
            right = any(self._roots[pid] == root for pid in earlier if pid)
        labelled = bool(label and label.same_as)
        self.tallies.count("repeats and changes, grouped", hits=right, found=linked, labelled=labelled)
        if label is None:
            return
        share = self.tallies.share
        share("kind right", count=mention.kind == label.type)
        share("status right", count=heard.status == label.status)
        if labelled:
            share("status right, of repeats and changes", count=heard.status == label.status)
            share("repeats and changes, grouped right of those found", count=right)
        share("promised by right", count=_same_person(mention.promised_by, label.promised_by))
        if label.due_text:
            share("due phrase right", count=same_phrase(mention.due_text, label.due_text))
        day = mention.due_date.isoformat() if mention.due_date else None
        if label.due_date:
            share("due date right", count=day == label.due_date)
            share("due date wrong", count=day is not None and day != label.due_date)
        else:
            share("due date where none is labelled", count=day is not None)
        if day != label.due_date:
            said = f"{mention.evidence.said_at:%Y-%m-%d %a}"
            self.misses.append(
                Miss(
                    mention.evidence.interaction_id,
                    said,
                    "due differs",
                    mention.text,
                    f"{day} / {label.due_date} ({label.due_text})",
                )
            )

    def _score_others(self, told: Told, gold: Gold, visible: Visible) -> None:
        reading = told.reading
        body = told.conversation.body
        for name, found, labels in (
            ("why", reading.outcomes, gold.why),
            ("scope", reading.scope, gold.scope),
            ("customer obligations", reading.customer_obligations, gold.customer_obligations),
            ("conditional", reading.conditional, gold.conditional),
            ("hedges and refusals", reading.non_commitments, gold.non_commitments),
        ):
            places = [visible.find(label.quote) for label in labels]
            spans = [_span(visible, one.evidence) for one in found]
            pairs = matches(spans, places)
            self.tallies.count(name, hits=len(pairs), found=len(spans), labelled=len(places))
            for one in found:
                exact = body[one.evidence.start : one.evidence.end] == one.evidence.quote
                self.tallies.share("quotes that are the exact substring", count=exact)
        self._score_kinds("why kind right", reading.outcomes, gold.why, visible)
        self._score_kinds("scope kind right", reading.scope, gold.scope, visible)

    def _score_kinds(
        self, name: str, said: Sequence[Outcome | ScopeItem], labels: Sequence[GoldQuote], visible: Visible
    ) -> None:
        spans = [_span(visible, one.evidence) for one in said]
        for one, other in matches(spans, [visible.find(label.quote) for label in labels]):
            self.tallies.share(name, count=said[one].kind == labels[other].kind)

    def _score_people(self, told: Told, gold: Gold) -> None:
        found = {(person_key(one.name), _role(role)) for one in told.reading.mentions for role in one.roles}
        labelled = {(person_key(one.name), _role(role)) for one in gold.stakeholders for role in one.roles}
        self.tallies.count(
            "people: name and role", hits=len(found & labelled), found=len(found), labelled=len(labelled)
        )
        names = {name for name, _role in found}, {name for name, _role in labelled}
        self.tallies.count("people: name", hits=len(names[0] & names[1]), found=len(names[0]), labelled=len(names[1]))
        stances = {person_key(one.name): one.stance or "neutral" for one in told.reading.mentions}
        for one in gold.stakeholders:
            if one.stance and person_key(one.name) in stances:
                self.tallies.share("people: stance right", count=stances[person_key(one.name)] == one.stance)
        where = told.conversation.interaction_id, told.conversation.kind
        quotes = {person_key(one.name): one.quote or "" for one in gold.stakeholders}
        said = {person_key(one.name): f"{one.rule}: {one.evidence.quote}" for one in told.reading.mentions}
        for name, role in sorted(labelled - found):
            self.misses.append(Miss(*where, "person missed", f"{name}: {role}", quotes[name]))
        for name, role in sorted(found - labelled):
            self.misses.append(Miss(*where, "person false", f"{name}: {role}", said[name]))

    def _score_units(self, told: Told, gold: Gold, visible: Visible) -> None:
        """Count what perfect decisions over our units would reach, and how large the queue is."""
        units = [unit for unit in split(told.conversation) if unit.zone == "new"]
        places = [visible.find(one.quote) for one in gold.promises]
        spans = [visible.span(unit.start, unit.end) for unit in units]
        chosen = [span for span in spans if matches([span], places)]
        self.tallies.count(
            "segmentation ceiling", hits=len(matches(chosen, places)), found=len(chosen), labelled=len(places)
        )
        in_review = sum(one.mention.needs_review for one in told.heard)
        self.tallies.share(_QUEUE, count=in_review, total=len(units))

    def _score_story_alone(self, told: Told, gold: Gold) -> None:
        """Tell the story from the labelled mentions, to see what grouping alone reaches."""
        mentions = [_given(told, one) for one in gold.promises]
        (reading,) = with_sense([told.reading.model_copy(update={"promises": tuple(mentions), "denials": ()})])
        for label, heard in zip(gold.promises, self._given.hear(reading), strict=True):
            self._given_pids[heard.mention.rule] = label.pid
            earlier = {
                self._roots[self._given_pids[one.rule]]
                for one in (heard.before, heard.root)
                if one and one is not heard.mention
            }
            right = self._roots[label.pid] in earlier
            self.tallies.count(
                "story alone: grouped", hits=right, found=heard.before is not None, labelled=label.same_as is not None
            )
            if label.same_as:
                self.tallies.share(
                    "story alone: status right of repeats and changes", count=heard.status == label.status
                )
            if right != (label.same_as is not None) or (heard.before and not right):
                other = heard.before.text if heard.before else ""
                self.misses.append(
                    Miss(
                        told.conversation.interaction_id,
                        label.status,
                        "story differs",
                        label.quote,
                        f"{label.same_as} / {other}",
                    )
                )

    def _score_days_alone(self, told: Told, gold: Gold) -> None:
        """Resolve the labelled phrases, to see what the calendar alone reaches."""
        by_month = month_comes_first(told.conversation.body)
        for one in gold.promises:
            if one.due_text:
                day = resolve_due(plain(one.due_text), said_at=told.conversation.at, month_first=by_month)
                found = day.isoformat() if day else None
                if one.due_date:
                    self.tallies.share("due date right, phrase given", count=found == one.due_date)
                else:
                    self.tallies.share("due date where none is labelled, phrase given", count=day is not None)
                if found != one.due_date:
                    said = f"{told.conversation.at:%Y-%m-%d %a}"
                    self.misses.append(
                        Miss(
                            told.conversation.interaction_id,
                            said,
                            "phrase differs",
                            one.due_text,
                            f"{found} / {one.due_date}",
                        )
                    )


def _span(visible: Visible, evidence: Evidence) -> Span:
    return visible.span(evidence.start, evidence.end)


def _given(told: Told, label: GoldPromise) -> PromiseMention:
    """Make the mention that a perfect reader would have found; its rule is the label's id."""
    conversation = told.conversation
    start = max(0, conversation.body.find(label.quote))
    return PromiseMention(
        evidence=Evidence(
            interaction_id=conversation.interaction_id,
            start=start,
            end=start + len(label.quote),
            quote=label.quote,
            side="us",
            said_at=conversation.at,
        ),
        text=plain(label.quote),
        kind=label.type or "deliverable",
        rule=label.pid,
        confidence=1.0,
        needs_review=False,
        promised_by=label.promised_by,
        due_text=label.due_text,
        due_date=date.fromisoformat(label.due_date) if label.due_date else None,
    )


def _same_person(found: str | None, label: str | None) -> bool:
    if found is None or label is None:
        return found is label
    mine, theirs = set(person_key(found).split()), set(person_key(label).split())
    return mine <= theirs or theirs <= mine


def _role(role: str) -> str:
    return role.replace("_", " ").casefold()
