"""One engagement's whole record, as comparing and writing need it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from atlas_sync.canonical.model import (
    Audience,
    Client,
    Contract,
    DeliveryProject,
    Engagement,
    Evidence,
    Interaction,
    Obligation,
    Outcome,
    Promise,
    PromiseKind,
    ScopeItem,
    Stakeholder,
    Statement,
    TraceLink,
    WorkItem,
)
from atlas_sync.coverage.wording import in_words, said_where

__all__ = ["HELD_IN", "LARGE_FROM", "EngagementRecord", "Licence", "Place"]

Place = Literal["tracker", "contract", "nowhere"]
"""Where a kind of promise is looked for: among work items, also among the clauses of the contract, or not at all."""
HELD_IN: Mapping[PromiseKind, Place] = MappingProxyType({"price": "contract"})
"""Where kinds are looked for unless somebody says otherwise; those not named, among work items."""
LARGE_FROM: Mapping[str, Decimal] = MappingProxyType({"*": Decimal(100_000)})
"""The amount from which an engagement is large, by currency; * stands for every other one."""


@dataclass(frozen=True)
class EngagementRecord:
    """An engagement with everything known of it.

    `links` hold the trace of its promises and scope points, `statements` who says what of its values. `watching` are the
    persons who were asked to watch the brief; `introducing` gives by stakeholder the mark of the item of ours that is to
    introduce them and was not made yet, `written` by mark title and text as we last wrote them; `held_in` is where a kind of
    promise may be held, which is looked for, and `large_from` the amount by currency from which a sale is large. `unseen`
    says by what it is about which item of its own cannot be seen any more, and what to do; `whys_unread` where a why may
    stand that cannot be read.
    """

    engagement: Engagement
    client: Client | None = None
    promises: tuple[Promise, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    scope: tuple[ScopeItem, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    stakeholders: tuple[Stakeholder, ...] = ()
    contracts: tuple[Contract, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    projects: tuple[DeliveryProject, ...] = ()
    items: tuple[WorkItem, ...] = ()
    links: tuple[TraceLink, ...] = ()
    statements: tuple[Statement, ...] = ()
    watching: frozenset[str] = frozenset()
    introducing: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
    held_in: Mapping[PromiseKind, Place] = field(default_factory=lambda: HELD_IN)
    large_from: Mapping[str, Decimal] = field(default_factory=lambda: LARGE_FROM)
    unseen: Mapping[str, str] = field(default_factory=dict)
    whys_unread: str = ""

    @property
    def is_large(self) -> bool:
        """Tell if the sale is a large one, in its currency."""
        sale = self.engagement
        least = self.large_from.get((sale.currency or "*").upper(), self.large_from["*"])
        return sale.amount is not None and sale.amount >= least

    @cached_property
    def interaction_by_id(self) -> Mapping[str, Interaction]:
        """Give the interactions by their ids."""
        return {one.id: one for one in self.interactions}

    def quoted(self, evidence: Evidence) -> str:
        """Give a quote in plain words, on one line."""
        return in_words(evidence, self.interaction_by_id.get(evidence.interaction_id))

    @cached_property
    def homes(self) -> Mapping[str, str]:
        """Give by what something is about the id that its engagement had when its deal stood alone.

        Marks and gaps take their ids from that, so that they hold when deals join and part. What is not named is the
        engagement's own.
        """
        own = self.engagement.ids
        if len(own) == 1 and own[0] == self.engagement.id:
            return {}
        at = {one.id: one.home for one in self.interactions}
        said: list[Outcome | ScopeItem | Obligation] = [*self.outcomes, *self.scope, *self.obligations]
        found = {one.id: at[one.evidence.interaction_id] for one in said if one.evidence.interaction_id in at}
        for promise in self.promises:
            trail = (*promise.repeats, promise.evidence)
            named_by = next((one for one in trail if self._alone(one) == promise.id), trail[0])
            found |= {promise.id: at[named_by.interaction_id]} if named_by.interaction_id in at else {}
        found |= {contract.id: contract.home for contract in self.contracts if contract.home}
        return found | {person.id: person.home for person in self.stakeholders if person.home}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Give the promise that each mention of it would be alone, and may have been: deals join, an earlier mail comes in."""
        return {
            self._alone(said): promise.id for promise in self.promises for said in (*promise.repeats, promise.evidence)
        }

    def _alone(self, said: Evidence) -> str:
        """Give the id of a promise that was said there and nowhere else."""
        heard_in = self.interaction_by_id.get(said.interaction_id)
        return said.id_as("pro", heard_in.home if heard_in else self.engagement.id)

    @cached_property
    def left_to_contracts(self) -> frozenset[str]:
        """Give the promises that a clause of the contract may hold as well."""
        return frozenset(one.id for one in self.promises if self.held_in.get(one.kind) == "contract")

    @cached_property
    def client_label(self) -> str:
        """Give the client's name, or words that stand for it."""
        return self.engagement.client_name or (self.client.name if self.client else "the client")

    @cached_property
    def links_of(self) -> Mapping[str, tuple[TraceLink, ...]]:
        """Give the links by what they trace, the best first."""
        found: dict[str, list[TraceLink]] = {}
        for link in sorted(self.links, key=lambda link: link.rank):
            found.setdefault(link.subject_id, []).append(link)
        return {subject: tuple(links) for subject, links in found.items()}

    @cached_property
    def living(self) -> tuple[WorkItem, ...]:
        """Give the work items that were not dropped."""
        return tuple(item for item in self.items if item.state != "dropped")

    def shows(self, statement: Promise | Outcome | ScopeItem, audience: Audience) -> bool:
        """Tell if readers may see a statement: clients only what they know, by the statement and by its interaction."""
        if audience == "internal":
            return True
        said_in = self.interaction_by_id.get(statement.evidence.interaction_id)
        return statement.audience == "client_ok" and said_in is not None and said_in.audience == "client_ok"

    def said_where(self, statement: Promise | ScopeItem, audience: Audience) -> Evidence:
        """Give where the words of a statement were said; to clients no mention that they did not hear."""
        if not isinstance(statement, Promise):
            return statement.evidence
        if audience == "internal":
            return said_where(statement)
        return said_where(statement, heard_in={one.id for one in self.interactions if one.audience == "client_ok"})


@dataclass(frozen=True, slots=True)
class Licence:
    """Which absences may be claimed. `unproven` names each need that was not read completely, with the sentences why not.

    Needs are `tracker`, `watchers`, `conversation`, `contract`, `people` (all of the engagement's own systems), `people
    anywhere`, `owner` (whom the deal names as such) and `every deal` (no other was withheld); a need that is not named is
    proven.
    """

    unproven: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def lacks(self, *needs: str) -> tuple[str, ...]:
        """Give why these needs are not proven, each sentence once; empty where all are."""
        return tuple(dict.fromkeys(sentence for need in needs for sentence in self.unproven.get(need, ())))
