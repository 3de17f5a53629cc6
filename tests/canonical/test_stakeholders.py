"""Who delivery knows: those it assigns, names or hears from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import Person, Stakeholder
from atlas_sync.canonical.observed import ObservedComment, ObservedRole, ObservedWatcher
from atlas_sync.canonical.roster import Circle, Roster
from atlas_sync.canonical.stakeholders import build_stakeholders
from tests.coverage.build import engagement, item

_DEAL = "hubspot:deal:1"


def _stakeholder(
    name: str,
    *,
    text: str = "",
    comment: str = "",
    author: str | None = None,
    watcher: str = "",
    reporter: str = "",
    marker: str | None = None,
) -> Stakeholder:
    """Give the one person of a deal, delivered by one item on which a comment may stand."""
    person = Person(id="per_1", name=name, side="customer", sources=("crm:contact:1", "jira:user:7"))
    roster = Roster(people={"per_1": person}, by_source={"crm:contact:1": "per_1", "jira:user:7": "per_1"})
    role = ObservedRole(source="crm:role:1", deal=_DEAL, person="crm:contact:1", role="sponsor", primary=True)
    planned = item(text=text, marker=marker)
    said = ObservedComment(
        source="jira:comment:1",
        work_item=planned.source,
        author=author,
        at=datetime(2026, 6, 1, tzinfo=UTC),
        text=comment,
    )
    (found,) = build_stakeholders(
        engagement(source=_DEAL),
        circle=Circle(roles=(role,)),
        mentions=(),
        roster=roster,
        items=(planned,),
        comments=(said,) if comment else (),
        watchers=(ObservedWatcher(source="jira:watcher:1/2", work_item=planned.source, user=watcher),)
        if watcher
        else (),
        reporters={planned.source: reporter, "jira:work_item:elsewhere": "jira:user:7"},
    )
    return found


@pytest.mark.parametrize(
    ("comment", "author", "is_known"),
    [
        ("Wording agreed with @Greta Köhler today.", "jira:user:1", True),
        ("Signed.", "jira:user:7", True),
        ("Signed.", "jira:user:1", False),
        ("Greta Köhlerin signs", None, False),
        ("", None, False),
    ],
)
def test_person_who_is_named_in_a_comment_or_wrote_it_is_known(
    comment: str,
    author: str | None,
    is_known: bool,  # noqa: FBT001 - a table
) -> None:
    found = _stakeholder("Greta Koehler", comment=comment, author=author)
    assert found.in_delivery == (("SCAN-1",) if is_known else ())


def test_person_who_watches_an_item_is_known() -> None:
    assert _stakeholder("Greta Koehler", watcher="jira:user:7").in_delivery == ("SCAN-1",)
    assert _stakeholder("Greta Koehler", watcher="jira:user:8").in_delivery == ()


def test_person_who_reported_an_item_is_known() -> None:
    assert _stakeholder("Greta Koehler", reporter="jira:user:7").in_delivery == ("SCAN-1",)
    assert _stakeholder("Greta Koehler", reporter="jira:user:8").in_delivery == ()


@pytest.mark.parametrize(
    ("account", "is_known"),
    [
        ({"name": "Köhler, Greta"}, True),
        ({"name": "Greta"}, False),
        ({"name": "Greta Brandt"}, False),
        ({"name": "Greta Köhler", "email": "greta@else.example"}, False),
        ({"name": "Greta Köhler", "id": "per_3"}, False),
        ({"name": "Greta Köhler", "sources": ("jira:user:9",)}, False),
    ],
)
def test_reporter_without_an_address_is_whoever_alone_has_that_full_name(
    account: dict[str, object],
    is_known: bool,  # noqa: FBT001 - a table
) -> None:
    greta = Person(id="per_1", name="Greta Koehler", side="customer", sources=("crm:contact:1",))
    user = Person(id="per_2", name="", side="us", sources=("jira:user:8",)).model_copy(update=account)
    roster = Roster(
        people={one.id: one for one in (greta, user)},
        by_source={"crm:contact:1": "per_1", "jira:user:8": user.id},
        accounts=frozenset({"per_2"}),
        apart=frozenset({("crm:contact:1", "jira:user:9")}),
    )
    circle = Circle(people=frozenset({"per_1"}))
    assert roster.user("jira:user:8", circle) == ("per_1" if is_known else user.id)
    assert roster.user("jira:user:7", circle) is None


def test_short_names_are_not_found_inside_of_other_words() -> None:
    assert _stakeholder("An Li", text="a plan like this: clean living").in_delivery == ()
    assert _stakeholder("An Li", text="Ask An Li.").in_delivery == ("SCAN-1",)
    assert _stakeholder("Li", text="delivery of the slide").in_delivery == ()


@pytest.mark.parametrize(
    ("text", "comment", "is_known"),
    [
        ("People\nGreta Köhler, COO: sponsor", "", True),
        ("“We deliver by 3 July” by Hana Vrba, to Greta Köhler (Hana Vrba, email, 10 May 2026)", "", False),
        ("It hurts every day.\nGreta Köhler, email, 10 May 2026", "", False),
        ("It hurts every day.\nGreta Köhler, email, 10 May 2026", "Wording agreed with Greta Köhler", True),
        ("It hurts, says Greta Köhler.\nHana Vrba, email, 10 May 2026", "", False),
        ("- Left open: Greta Köhler names the gate (Hana Vrba, call, 24 Feb 2026)", "", False),
        ("People\n* Dr. Greta Köhler, COO: sponsor", "", True),
        ("Record: prm_1\n\n[x] Greta Köhler, Berlin, 24 Feb 2026", "", True),
        ("Greta Köhler: receives it\nRecord: prm_1", "", False),
        (f"Greta Köhler matters\nRecord: {derive_id('sta', 'eng_1', 'per_1')}", "", True),
    ],
)
def test_item_of_ours_names_whom_it_lists(text: str, comment: str, *, is_known: bool) -> None:
    assert bool(_stakeholder("Greta Köhler", text=text, comment=comment, marker="atlas-1").in_delivery) is is_known
    assert _stakeholder("Greta Köhler", text=text, comment=comment).in_delivery
    titled = _stakeholder("Frau Greta Köhler", text=text, comment=comment, marker="atlas-1")
    assert bool(titled.in_delivery) is is_known
