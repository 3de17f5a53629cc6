"""Who is who: from a name, an address or a record to a person and the side they are on. Never a guess: unknown stays so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from atlas_sync.canonical.model import Client, Person, Side
from atlas_sync.canonical.normalize import domain_of, email_key, fold, is_shared_mailbox, name_key, surname
from atlas_sync.canonical.observed import ObservedRole, Participant

__all__ = ["Circle", "Roster"]

_MIN_SURNAME = 3


@dataclass(frozen=True, slots=True)
class Circle:
    """Whom a name may mean in an engagement: our own people, its client's, and who has a part in it.

    The client's people are known by `client_id` or by an address at its `domain`; `roles` are those on its deals, also those
    that are gone, and `people` the ids of who ever had one or took part in the conversation.
    """

    client_id: str | None = None
    domain: str | None = None
    roles: Sequence[ObservedRole] = ()
    people: frozenset[str] = frozenset()

    def holds(self, person: Person) -> bool:
        """Tell if a person belongs here; if not, whoever bears their name here is somebody else."""
        if person.side == "us" or person.id in self.people:
            return True
        if self.client_id is not None and person.client_id == self.client_id:
            return True
        return self.domain is not None and domain_of(person.email) == self.domain


@dataclass(frozen=True, slots=True)
class Roster:
    """People and what leads to them. `our_domains` are the mail domains of our own users.

    `accounts` are people of whom there is nothing but a tracker's user with no address of ours: ours, or a customer's guest.
    Of the records of the pairs that are `apart` somebody said that they are two.
    """

    people: Mapping[str, Person] = field(default_factory=dict)
    by_source: Mapping[str, str] = field(default_factory=dict)
    by_email: Mapping[str, str] = field(default_factory=dict)
    our_domains: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    apart: frozenset[tuple[str, str]] = frozenset()
    _by_name: Mapping[str, Sequence[Person]] = field(init=False, repr=False, compare=False)
    _our_surnames: Sequence[tuple[str, Person]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Look all names up once: every conversation asks for some."""
        by_name: dict[str, dict[str, Person]] = defaultdict(dict)
        for person in self.people.values():
            for spelling in (person.name, *person.aliases):
                by_name[_key(spelling)][person.id] = person
        for address, person_id in self.by_email.items():
            if person_id in self.people and not is_shared_mailbox(address):
                by_name[address][person_id] = self.people[person_id]
        by_name.pop("", None)
        surnames = [(surname(person.name), person) for person in self.people.values() if person.side == "us"]
        object.__setattr__(self, "_by_name", {key: tuple(those.values()) for key, those in by_name.items()})
        object.__setattr__(self, "_our_surnames", [pair for pair in surnames if len(pair[0]) >= _MIN_SURNAME])

    def person(self, participant: Participant) -> Person | None:
        """Find a participant by the record linked to them, else by address; a mailbox that several read is nobody's."""
        known = self.people.get(self.by_source.get(participant.ref or "", ""))
        is_shared = is_shared_mailbox((participant.email or "").strip())
        return known if known or is_shared else self._holder(participant)

    def _holder(self, participant: Participant) -> Person | None:
        """Give whom a participant's address is on record for, one of them where several read it."""
        return self.people.get(self.by_email.get(email_key(participant.email) or "", ""))

    def name(self, participant: Participant) -> str | None:
        """Give the name to show: as known, else as written, else the address."""
        person = self.person(participant)
        return person.name if person else participant.name or participant.email

    def side(self, participant: Participant, client: Client | None) -> Side:
        """Tell whose side a participant is on: by person, by who has the address, by our domains, by the client's."""
        if person := self.person(participant) or self._holder(participant):
            return person.side
        domain = domain_of(participant.email)
        if domain is None:
            return "unknown"
        if domain in self.our_domains:
            return "us"
        return "customer" if client is not None and domain == client.domain else "unknown"

    def ours_named_in(self, text: str, circle: Circle) -> list[Person]:
        """List our own people whose surname stands in a text, but for an account whose name somebody else of a circle has."""
        folded = fold(text)
        named = [person for name, person in self._our_surnames if name in folded]
        return [one for one in named if one.id not in self.accounts or one in self._bearers(one.name, circle)]

    def named(self, name: str, circle: Circle) -> Person | None:
        """Find a person of a circle by full name, in any spelling, or by address; None where two share it or nobody has it."""
        found = self._bearers(name, circle)
        return found[0] if len(found) == 1 else None

    def user(self, source: str, circle: Circle) -> str | None:
        """Name the person that a tracker's user is: who one without an address is, the full name tells if one alone has it."""
        person = self.people.get(self.by_source.get(source, ""))
        if person is None or person.id not in self.accounts or person.email or " " not in name_key(person.name):
            return person.id if person else None
        meant = self.named(person.name, circle) or person
        pairs = {(min(two), max(two)) for two in product(person.sources, meant.sources)}
        return person.id if pairs & self.apart else meant.id

    def _bearers(self, name: str, circle: Circle) -> list[Person]:
        """List those of a circle who have a name. An account has it only where nobody else does: it may be theirs."""
        found = [person for person in self._by_name.get(_key(name), ()) if circle.holds(person)]
        return [person for person in found if person.id not in self.accounts] or found


def _key(name: str) -> str:
    """Give what leads from a name to its bearers; whoever is called by an address is found by that."""
    return name_key(name) or email_key(name) or ""
