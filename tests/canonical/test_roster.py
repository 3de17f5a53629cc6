from __future__ import annotations

from atlas_sync.canonical.model import Person
from atlas_sync.canonical.roster import Roster

RUTH = Person(id="p1", name="Ruth Amadi", side="customer", aliases=("Amadi, R.",))
JENS = Person(id="p2", name="Jens Köhler", side="us")
BO = Person(id="p3", name="Bo Ng", side="us")
OTHER_JENS = Person(id="p4", name="Dr. Jens Köhler", side="customer")


def test_a_person_is_found_by_every_spelling_and_by_none_that_two_share() -> None:
    roster = Roster(people={one.id: one for one in (RUTH, JENS, BO, OTHER_JENS)})
    assert roster.named("R. Amadi") == roster.named("ruth AMADI") == RUTH
    assert roster.named("Jens Koehler") is None
    assert roster.named("Nobody") is None


def test_our_people_are_found_by_surname_where_it_is_long_enough_to_say_something() -> None:
    roster = Roster(people={one.id: one for one in (RUTH, JENS, BO)})
    assert roster.ours_named_in("Herr KÖHLER and Ruth Amadi spoke of Ng.") == [JENS]
    assert roster.ours_named_in("Nobody of ours.") == []
