"""What people and the vendor do at random: each vendor's own deeds, and what any of them has."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.stands.files import FilesStand
from tests.stands.hubspot import HubSpotStand
from tests.stands.jira import JiraStand
from tests.stands.protocol import Fact, Stand
from tests.stands.salesforce import SalesforceStand

__all__ = ["Player", "player_of"]

_NAMES = ("Nordhavn", "Kilbride", "Pellworth", "Marisco", "Ostholm", "Castellan")


class Player:
    """Does things to one vendor at random."""

    def __init__(self, stand: Stand, dice: Random, *, late_s: float) -> None:
        self.stand = stand
        self.dice = dice
        self._late_s = late_s
        self._members: list[str] = []
        self.deeds: list[tuple[int, Callable[[], None]]] = [
            (6, self.make),
            (8, self.rename),
            (2, self.rename_many),
        ]
        if "member" in stand.on:
            self.deeds += [(3, self.join), (2, self.leave)]

    def act(self) -> None:
        """Do one thing."""
        weights, deeds = zip(*self.deeds, strict=True)
        self.dice.choices(deeds, weights)[0]()

    def living(self, stream: str) -> list[str]:
        """Give the ids of a stream's records that are there."""
        start = self.stand.source(stream, "")
        facts: list[tuple[str, Fact]] = sorted(self.stand.truth().items())
        return [source.removeprefix(start) for source, fact in facts if source.startswith(start) and not fact.gone]

    def one(self, stream: str) -> str | None:
        """Choose a record that is there."""
        found = self.living(stream)
        return self.dice.choice(found) if found else None

    def name(self) -> str:
        """Give a new name."""
        return f"{self.dice.choice(_NAMES)} {self.dice.randrange(10_000)}"

    def make(self, stream: str = "") -> None:
        """Make a record, sometimes one whose stamp is old by the time it can be seen."""
        late_s = self.dice.uniform(0, self._late_s) if self.dice.random() < 0.3 else 0.0
        self.stand.create(stream or self.stand.on["create"], self.name(), late_s=late_s)

    def rename(self) -> None:
        """Rename a record."""
        if (key := self.one(self.stand.on["create"])) is not None:
            self.stand.rename(self.stand.on["create"], [key], self.name())

    def rename_many(self) -> None:
        """Rename many records with one stamp."""
        stream = self.stand.on["create"]
        found = self.living(stream)
        self.stand.rename(stream, self.dice.sample(found, self.dice.randint(0, len(found))), self.name())

    def join(self) -> None:
        """Put a member into a set."""
        if (key := self.one(self.stand.on["create"])) is not None:
            self._members.append(self.stand.act("member", key))

    def leave(self) -> None:
        """Take a member out of its set, if it is still there."""
        if self._members:
            member = self._members.pop(self.dice.randrange(len(self._members)))
            start = self.stand.source(self.stand.on["member"], member)
            if any(source.startswith(start) and not fact.gone for source, fact in self.stand.truth().items()):
                self.stand.leave(member)

    def go(self, act: str) -> None:
        """Let a record go away in one way."""
        stream = self.stand.on[act]  # type: ignore[index]  # one of its acts
        if (key := self.one(stream)) is not None:
            self.stand.act(act, key)  # type: ignore[arg-type]  # as above

    def merge(self) -> None:
        """Merge two records."""
        found = self.living(self.stand.on["merge"])
        if len(found) > 1:
            loser, winner = self.dice.sample(found, 2)
            self.stand.act("merge", loser, into=winner)


class _Salesforce(Player):
    def __init__(self, stand: SalesforceStand, dice: Random, *, late_s: float) -> None:
        super().__init__(stand, dice, late_s=late_s)
        self.org = stand
        self.deeds += [
            (3, lambda: self.make("clients")),
            (2, lambda: self.make("persons")),
            (2, lambda: self.make("tasks")),
            (4, self.move_stage),
            (3, self.move_account),
            (1, lambda: self.go("delete")),
            (1, lambda: self.go("erase")),
            (1, lambda: self.go("hide")),
            (1, lambda: self.go("aged")),
            (1, self.restore),
            (1, self.merge),
            (1, lambda: self.org.spoil("session")),
        ]

    def move_stage(self) -> None:
        stage = self.dice.choice(["Prospecting", "Closed Won", "Closed Lost"])
        if (key := self.one("deals")) is not None:
            self.org.wire.run(
                lambda: self.org.set("deals", key, StageName=stage, Amount=float(self.dice.randrange(9999)))
            )

    def move_account(self) -> None:
        key, client = self.one("deals"), self.one("clients")
        if key is not None and client is not None:
            self.org.wire.run(lambda: self.org.set("deals", key, AccountId=client))

    def restore(self) -> None:
        binned = [str(row["Id"]) for row in self.org.org.store.rows("Opportunity") if row["IsDeleted"]]
        if binned:
            self.org.act("restore", self.dice.choice(binned))


class _HubSpot(Player):
    def __init__(self, stand: HubSpotStand, dice: Random, *, late_s: float) -> None:
        super().__init__(stand, dice, late_s=late_s)
        self.portal = stand
        self.deeds += [
            (2, lambda: self.make("clients")),
            (3, lambda: self.make("persons")),
            (2, lambda: self.make("notes")),
            (4, self.move_stage),
            (2, lambda: self.go("relink")),
            (1, lambda: self.go("archive")),
            (1, lambda: self.go("erase")),
            (1, self.merge),
        ]

    def move_stage(self) -> None:
        stage = self.dice.choice(["qualifiedtobuy", "closedwon", "closedlost"])
        if (key := self.one("deals")) is not None:
            amount = str(self.dice.randrange(9999))
            self.portal.wire.run(lambda: self.portal.set("deals", key, dealstage=stage, amount=amount))


class _Jira(Player):
    def __init__(self, stand: JiraStand, dice: Random, *, late_s: float) -> None:
        super().__init__(stand, dice, late_s=late_s)
        self.site = stand
        self.deeds += [
            (4, self.move_status),
            (2, lambda: self.go("move")),
            (1, lambda: self.go("archive")),
            (1, lambda: self.go("hide")),
            (1, lambda: self.go("erase")),
        ]

    def move_status(self) -> None:
        status = self.dice.choice(["To Do", "In Progress", "Done", "Won't Do"])
        if (key := self.one("issues")) is not None:
            self.site.wire.run(lambda: self.site.set("issues", key, status=status))


class _Files(Player):
    def __init__(self, stand: FilesStand, dice: Random, *, late_s: float) -> None:
        super().__init__(stand, dice, late_s=late_s)
        self.deeds += [(1, lambda: self.go("erase")), (2, lambda: self.go("relink"))]


def player_of(stand: Stand, dice: Random, *, late_s: float) -> Player:
    """Give who plays a vendor."""
    kinds: dict[type[object], type[Player]] = {
        SalesforceStand: _Salesforce,
        HubSpotStand: _HubSpot,
        JiraStand: _Jira,
        FilesStand: _Files,
    }
    return kinds[type(stand)](stand, dice, late_s=late_s)
