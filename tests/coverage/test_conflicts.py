from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.canonical.model import Contract
from atlas_sync.coverage.conflicts import clause_that_holds, conflicts_of
from tests.coverage.build import contract, evidence, gaps_of, interaction, item, point, promise, record

TWO_YEARS = "Hardware support for the scanners is 24 months"
ONE_YEAR = "Hardware support for the scanners: 12 months"


def test_promises_about_the_same_thing_with_other_figures_are_both_quoted() -> None:
    made = record(promises=(promise(TWO_YEARS), promise(ONE_YEAR, id="prm_2")))
    (conflict,) = conflicts_of(made)["prm_2"]
    assert conflict.other_id == "prm_1111111111111111"
    assert conflict.sentence == f"promised “{ONE_YEAR}”, elsewhere “{TWO_YEARS}”: 12 months against 24 months"
    assert conflict.audience == "client_ok"


@pytest.mark.parametrize(
    "other",
    [
        promise("Hardware support for the scanners is 2 years", id="prm_2"),
        promise("Training for the drivers is 12 months", id="prm_2"),
        promise(ONE_YEAR, id="prm_2", status="withdrawn"),
        promise("12 months", id="prm_2"),
    ],
)
def test_same_figures_other_things_and_withdrawn_ones_are_no_conflict(other: object) -> None:
    assert not conflicts_of(record(promises=(promise(TWO_YEARS), other)))


@pytest.mark.parametrize(
    ("first", "second", "clashes"),
    [
        ("We can do GBP 82,000.", "We bring in at least GBP 150,000 of sponsorship.", False),
        ("We can do 82,000 pounds.", "We bring in at least 150,000 pounds of sponsorship.", False),
        ("Hosting is GBP 300 a month", "Hosting is GBP 400 a month", True),
        ("We keep the implementation fee at EUR 48,000.", "Implementation fee: EUR 52,000.", True),
        ("We charge a setup fee of EUR 3,000.", "Setup fee: EUR 4,500", True),
        ("One waiter for every twelve guests", "180 guests, 15 waiters", False),
    ],
)
def test_sums_conflict_only_where_more_than_their_currency_is_shared(first: str, second: str, clashes: bool) -> None:  # noqa: FBT001 - a table
    assert bool(conflicts_of(record(promises=(promise(first), promise(second, id="prm_2"))))) is clashes


def test_two_days_conflict_only_for_the_very_same_thing() -> None:
    first = promise("Scanner sync live", due_date=date(2026, 8, 14))
    same = promise("Scanner sync is live", id="prm_2", due_date=date(2026, 7, 1))
    other = promise("Scanner sync pilot for dock one", id="prm_2", due_date=date(2026, 7, 1))
    assert "1 Jul 2026 against due 14 Aug 2026" in conflicts_of(record(promises=(first, same)))["prm_2"][0].sentence
    assert not conflicts_of(record(promises=(first, other)))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The portal is live on 1 August", "The portal is live on 15 September"),
        ("The portal is live in August 2026", "The portal is live on 15 September"),
        ("Gate opens 10:00", "Gate opens 14:00"),
        ("Support answers within 4 hours", "Support answers within 8 hours"),
        ("Support answers within 4 hours", "Support answers within 3 days"),
    ],
)
def test_statements_conflict_whichever_came_first_and_with_the_contract(first: str, second: str) -> None:
    dues = {first: date(2026, 8, 1), second: date(2026, 9, 15)} if "portal" in first else {}
    for one, other in ((first, second), (second, first)):
        said = promise(one, due_date=dues.get(one))
        again = promise(other, id="prm_2", due_date=dues.get(other))
        assert len(conflicts_of(record(promises=(said, again)))["prm_2"]) == 1
        assert len(conflicts_of(record(promises=(said,), contracts=(contract(terms=f"1. {other}."),)))[said.id]) == 1


def test_the_next_one_after_a_day_has_passed_is_no_conflict() -> None:
    first = promise("The status report is yours", due_date=date(2026, 3, 2))
    later = evidence("The status report is yours", said_at=datetime(2026, 3, 5, 9, 0, tzinfo=UTC))
    following = promise("The status report is yours", id="prm_2", due_date=date(2026, 3, 9), evidence=later)
    assert not conflicts_of(record(promises=(first, following)))


@pytest.mark.parametrize(
    ("first", "second", "clashes"),
    [
        ("P1 faults: we'll respond within 30 minutes", "P2 faults: we'll respond within 4 hours", False),
        ("P1 faults: we'll respond within 30 minutes", "P1 faults: we'll respond within 4 hours", True),
        ("P1-P3 faults are answered within 4 hours", "P2 faults are answered within 8 hours", True),
        ("P1 and P2 faults are answered within 4 hours", "P2 faults are answered within 8 hours", True),
        ("P1 and P2 faults are answered within 4 hours", "P3 faults are answered within 8 hours", False),
        ("Priority 1: on site within 4 hours", "Priority 2: on site within 8 hours", False),
        ("Priority 1: on site within 4 hours", "P1: on site within 8 hours", True),
        ("Sev 1 tickets: we answer within 1 hour.", "Sev 2 tickets: we answer within 4 hours.", False),
        ("06/19 analyzers 1-3 connected (Lewis)", "06/26 analyzers 4-6 connected (Lewis)", False),
        ("06/19 analyzers 4-6 connected (Lewis)", "06/26 analyzers 10-12 connected (Lewis)", False),
        ("Floor 3 gets new access points by 19 June.", "Floors 4-7 get new access points by 26 June.", False),
        ("Lines L1-L3 will be live by 19 June.", "Lines L4-L6 will be live by 26 June.", False),
        ("Filialen 1-10 verkabeln wir mit 4 Dosen", "Filialen 11-20 verkabeln wir mit 8 Dosen", False),
        ("Stores 1-10 will be cabled by 3 July.", "Stores 11-20 will be cabled by 10 July.", False),
        ("Stores 1-10 will be cabled by 3 July.", "Stores 5-12 will be cabled by 10 July.", True),
        ("The licence covers 3-5 users", "The licence covers 6-8 users", True),
        ("We train 3-5 users on the portal", "We train 6-8 users on the portal", True),
        ("Portal tests 3-4 July on site", "Portal tests 7-8 July on site", True),
    ],
)
def test_things_of_other_numbers_are_no_conflict(first: str, second: str, clashes: bool) -> None:  # noqa: FBT001 - a table
    other = promise(second, id="prm_2", evidence=evidence(second, interaction_id="int_mail"))
    assert bool(conflicts_of(record(promises=(promise(first), other)))) is clashes


@pytest.mark.parametrize(
    ("first", "second", "clashes"),
    [
        ("Gold customers: we'll answer within 2 hours.", "Silver customers: we'll answer within 8 hours.", False),
        ("Gold customers get an answer within 2 hours", "Silver customers get an answer within 8 hours", False),
        ("We answer critical tickets within 2 hours", "We answer normal tickets within 8 hours", False),
        ("High-priority faults: fixed within 4 hours", "Low-priority faults: fixed within 8 hours", False),
        ("We ship express orders within 2 days.", "We ship standard orders within 5 days.", False),
        ("Response time for Gold is 4 hours.", "Response time for Silver is 8 hours.", False),
        ("Each premium licence costs EUR 30 a month", "Each standard licence costs EUR 20 a month", False),
        ("We ship express orders within 2 days.", "We ship express orders within 5 days.", True),
        ("We ship gold and express orders within 2 days.", "We ship gold and standard orders within 5 days.", True),
        ("Gold customers: we'll answer within 2 hours.", "Gold customers: we'll answer within 8 hours.", True),
        ("Großkunden: Antwort auf Tickets in 2 Stunden", "Kleinkunden: Antwort auf Tickets in 8 Stunden", False),
        ("19 June: go-live of the till", "26 June: go-live of the till", True),
        ("Hosting: EUR 300 a month", "Hosting: EUR 400 a month", True),
        ("Agreed: the scanner warranty is 12 months", "Summary: the scanner warranty is 24 months", True),
        ("Price: hosting is EUR 300 a month", "Correction: hosting is EUR 400 a month", True),
        ("Our standard hosting fee is EUR 300 a month", "Hosting fee with high availability: EUR 400 a month", True),
        ("We deliver 12 standard desks by 3 May", "We deliver 10 desks of high quality by 3 May", True),
    ],
)
def test_rows_of_one_text_are_no_conflict_and_those_of_two_are(first: str, second: str, clashes: bool) -> None:  # noqa: FBT001 - a table
    start = len(first) + len("\n- ")
    places = {"start": start, "end": start + len(second)}
    same = promise(second, id="prm_2", evidence=evidence(second, **places))
    listed = interaction(body=f"{first}\n- {second}")
    assert bool(conflicts_of(record(promises=(promise(first), same), interactions=(listed,)))) is clashes
    other = promise(second, id="prm_2", evidence=evidence(second, interaction_id="int_b"))
    assert conflicts_of(record(promises=(promise(first), other)))


@pytest.mark.parametrize(
    ("between", "clashes"),
    [
        ("\n", False),
        ("\r\n2. ", False),
        (" (Lewis)\nFilialen: Antwort in 4 Stunden\n", False),
        ("</td></tr>\n<tr><td>", False),
        ("</li><li>", False),
        ("</li>\n<li><b>", False),
        ("</p></li><li><p>", False),
        ("<br>\n<b>", False),
        ("<o:p></o:p></span></p><p class=MsoNormal><span lang=DE>", False),
        ("\n\n- ", False),
        ("\r\n\r\n2. ", False),
        ("\n\n- Filialen: Antwort in 4 Stunden\n\n- ", False),
        ("\n\nDas gilt so nicht mehr.\n\n- ", True),
        ("</p><p>Das <b>gilt so</b> nicht mehr.</p><p>", True),
        ("<b> ", True),
        (" ", True),
        ("\n\n", True),
        ("\nDas gilt so nicht mehr.\n", True),
    ],
)
def test_labels_part_rows_of_one_list_alone(between: str, clashes: bool) -> None:  # noqa: FBT001 - a table
    first, second = "Großkunden: Antwort auf Tickets in 2 Stunden", "Kleinkunden: Antwort auf Tickets in 8 Stunden"
    start = len(first + between)
    other = promise(second, id="prm_2", evidence=evidence(second, start=start, end=start + len(second)))
    listed = interaction(body=first + between + second)
    assert bool(conflicts_of(record(promises=(other, promise(first)), interactions=(listed,)))) is clashes


def test_days_of_things_that_are_numbered_are_no_conflict() -> None:
    first = promise("Module 1 on 3-4 March", due_date=date(2026, 3, 4))
    second = promise("Module 2 on 12-13 May", id="prm_2", due_date=date(2026, 5, 13))
    assert not conflicts_of(record(promises=(first, second)))


def test_promises_and_clauses_behind_the_hundredth_are_held_together() -> None:
    others = tuple(promise(f"Shelf {at} gets paint {at}", id=f"prm_{at}") for at in range(120))
    clauses = "\n".join(f"{at}. Clause on matter {at} of the parties." for at in range(120))
    signed = contract(terms=f"{clauses}\n121. {ONE_YEAR}")
    made = record(promises=(*others, promise(ONE_YEAR, id="prm_a"), promise(TWO_YEARS)), contracts=(signed,))
    assert [one.other_id for one in conflicts_of(made)["prm_1111111111111111"]] == ["prm_a", signed.id]


@pytest.mark.parametrize(("kind", "said"), [("out", "ruled out"), ("later", "put off")])
def test_promise_of_what_was_ruled_out_is_a_conflict(kind: str, said: str) -> None:
    made = record(
        promises=(promise("We set up reefer monitoring for you"),),
        scope=(point("Reefer monitoring is no part of this", kind=kind, evidence=evidence("out", start=90, end=93)),),
    )
    (conflict,) = conflicts_of(made)["prm_1111111111111111"]
    assert (
        conflict.sentence
        == f"promised “We set up reefer monitoring for you”, {said} “Reefer monitoring is no part of this”"
    )


def test_bound_inside_the_promise_itself_and_open_points_are_no_conflict() -> None:
    said = "Reefer monitoring is no part of this"
    own = record(promises=(promise(said),), scope=(point(said),))
    within = promise("We set up dock one, reefer monitoring at dock two comes later")
    put_off = "reefer monitoring at dock two comes later"
    part = point(put_off, kind="later", evidence=evidence(put_off, start=20, end=61))
    assert not conflicts_of(record(promises=(within,), scope=(part,)))
    vague = record(
        promises=(promise("Reefer monitoring by May"),), scope=(point("Reefer monitoring, let us see", kind="vague"),)
    )
    assert not conflicts_of(own)
    assert not conflicts_of(vague)


@pytest.mark.parametrize(
    ("said", "ruled", "clashes"),
    [
        ("Two training days are included", "Training is out of scope", True),
        ("We will host it for you", "Hosting is not part of this", True),
        ("We train your drivers for two days", "No training", True),
        ("We build the SAP interface", "SAP is out", True),
        ("New date according to Malin is Christmas", "Not from Malin", False),
        ("Training for two days", "No training for night drivers", False),
        ("Training for two days", "That is out of scope", False),
        ("Four heaters (propane not included)", "propane not included", False),
        ("We host the portal for the first year", "Hosting", True),
        ("We will send you the offer for the extension", "Extension", False),
        ("We quote the mobile app separately by Friday", "Mobile app", False),
        ("We will develop a mobile app for the drivers", "Mobile app", True),
        ("We will migrate the order history", "Migration of order history", True),
        ("We connect the laboratory system", "Connection to the laboratory system", True),
        ("Wir schulen Ihre Mitarbeiter", "Schulung der Mitarbeiter ist nicht enthalten", True),
        ("Network cabling on the ground floor", "Network cabling on the upper floors", False),
        ("We train the day shift at the Bremen depot", "Training of the night shift at the Bremen depot", False),
        ("User training for the Hamburg site", "User training for the Berlin site", False),
        ("We support the scanners during office hours", "Support of the scanners outside office hours", False),
        ("We support the scanners in office hours", "Support of the scanners is outside our scope", True),
        ("We deliver the quality report module in phase 1", "Quality report module phase 2", False),
    ],
)
def test_promise_conflicts_with_what_rules_out_just_that(said: str, ruled: str, clashes: bool) -> None:  # noqa: FBT001 - a table
    out = point(ruled, evidence=evidence(ruled, start=90, end=90 + len(ruled)))
    assert bool(conflicts_of(record(promises=(promise(said),), scope=(out,)))) is clashes


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("Training is on site", "Training is remote", "remote against on site"),
        ("Support answers within 2 hours", "Support answers within 2 days", "2 days against 2 hours"),
        ("Hypercare is 90 days", "Hypercare is two months", "two months against 90 days"),
        ("The go-live is 14 August", "The go-live is 28 August", "28 August against 14 August"),
        ("Support answers within 24 hours", "Support answers within one day", ""),
        ("The export takes 20 days", "The export takes one month", ""),
        ("Training is on site", "Support is remote", ""),
        ("The go-live is 14 August", "The go-live of dock two is 28 August", ""),
        ("The go-live is 14 August", "The go-live is 14.08.2026", ""),
        ("By 14 August", "By 28 August", ""),
        ("4 rooms: 2 June", "8 rooms: 2 June", ""),
        ("We translate the manual into German", "We translate the manual into German and French", ""),
        ("We deliver ten scanners to Hamburg", "We deliver ten scanners to Bremen", ""),
    ],
)
def test_days_spans_and_places_of_the_very_same_thing_are_held_together(first: str, second: str, why: str) -> None:
    found = conflicts_of(record(promises=(promise(first), promise(second, id="prm_2")))).get("prm_2", [])
    assert [conflict.sentence.rpartition(": ")[2] for conflict in found] == ([why] if why else [])


def test_two_weekdays_of_the_very_same_thing_are_a_conflict_by_the_days_they_mean() -> None:
    friday = promise("We go live on Friday", due_date=date(2026, 8, 14))
    monday = promise("We go live on Monday", id="prm_2", due_date=date(2026, 8, 10))
    assert "prm_2" in conflicts_of(record(promises=(friday, monday)))


def test_contract_conflicts_by_clause_and_by_its_last_day_and_stay_internal() -> None:
    signed = contract(terms="Net 30. Hardware support scanners 12 months.", end_date=date(2026, 6, 30))
    made = record(promises=(promise(TWO_YEARS, due_date=date(2026, 8, 14)),), contracts=(signed,))
    day, clause = conflicts_of(made)["prm_1111111111111111"]
    assert day.sentence == "promised for 14 Aug 2026, the contract ends on 30 Jun 2026"
    assert "elsewhere “Hardware support scanners 12 months.”: 24 months against 12 months" in clause.sentence
    assert {day.audience, clause.audience} == {"internal"}


@pytest.mark.parametrize(
    ("papers", "clashes"),
    [
        ((contract(terms=ONE_YEAR, status="Draft"),), True),
        ((contract(terms=ONE_YEAR, status="PENDING_APPROVAL"),), True),
        ((contract(terms=ONE_YEAR, status="Rejected"),), False),
        ((contract(terms=ONE_YEAR, status="Closed - cancelled by client", signed_on=date(2026, 1, 5)),), False),
        ((contract(terms=ONE_YEAR, status="Expired"),), False),
        ((contract(terms=ONE_YEAR, status="Expired", signed_on=date(2026, 1, 5)),), True),
        ((contract(terms=ONE_YEAR, end_date=date(2025, 3, 31)),), False),
        ((contract(terms=ONE_YEAR, status="Draft"), contract(id="con_2", status="Activated")), False),
        ((contract(terms=ONE_YEAR, status="Draft"), contract(id="con_2", status="Rejected")), True),
        ((contract(terms=ONE_YEAR, status="DRAFT"), contract(id="con_2", status="APPROVAL_NOT_NEEDED")), False),
        ((contract(terms=ONE_YEAR, status="PENDING_APPROVAL"), contract(id="con_2", status="APPROVED")), False),
        ((contract(terms=ONE_YEAR, status="Draft"), contract(id="con_2", status="Not approved")), True),
        ((contract(terms=ONE_YEAR, status="In Review"), contract(id="con_2", status="Presented")), False),
        ((contract(terms=ONE_YEAR, status="In Approval Process"), contract(id="con_2", status="Activated")), False),
        ((contract(terms=ONE_YEAR, status="Draft"), contract(id="con_2", status="PENDING_APPROVAL")), True),
        (
            (contract(terms=ONE_YEAR, status="Draft", signed_on=date(2026, 1, 5)), contract(id="con_2", status="Sent")),
            True,
        ),
        ((contract(terms=ONE_YEAR, status="Draft"), contract(id="con_2")), True),
        ((contract(terms=ONE_YEAR, valid_until=date(2026, 1, 5)),), False),
        ((contract(terms=ONE_YEAR, valid_until=date(2026, 1, 5), signed_on=date(2026, 1, 2)),), True),
        ((contract(terms=ONE_YEAR, valid_until=date(2026, 5, 20)),), True),
        ((contract(terms=ONE_YEAR, valid_until=date(2026, 5, 20)), contract(id="con_2")), False),
        ((contract(terms=ONE_YEAR, valid_until=date(2026, 6, 1)), contract(id="con_2")), True),
        (
            (
                contract(terms=ONE_YEAR, status="Draft"),
                contract(id="con_2", status="Approved", valid_until=date(2026, 1, 5)),
            ),
            True,
        ),
        *(
            ((contract(terms=ONE_YEAR, status=status, valid_until=date(2026, 5, 20)), contract(id="con_2")), taken_up)
            for status, taken_up in (
                ("ACCEPTED", True),
                ("Paid", True),
                ("Fully executed", True),
                ("Unterzeichnet", True),
                ("Signed, pending activation", True),
                ("Approved", False),
                ("Awaiting signature", False),
                ("Not signed", False),
                ("Nicht unterzeichnet", False),
                ("Draft, accepted by sales", False),
            )
        ),
        *(
            ((contract(terms=ONE_YEAR, status=status), contract(id="con_2", status="Approved")), with_client)
            for status, with_client in (
                ("Awaiting signature", True),
                ("Signature pending", True),
                ("Signed, pending activation", True),
                ("Sent for review", True),
                ("Unterschrift ausstehend", True),
                ("Not sent, in review", False),
                ("Awaiting approval", False),
            )
        ),
        (
            (contract(terms=ONE_YEAR, status="Draft"), contract(id="con_2", status="Awaiting signature")),
            False,
        ),
    ],
)
def test_papers_that_are_not_in_force_when_something_is_said_speak_of_nothing(
    papers: tuple[Contract, ...],
    clashes: bool,  # noqa: FBT001 - a table
) -> None:
    made = record(promises=(promise(TWO_YEARS, due_date=date(2026, 8, 14)),), contracts=papers)
    assert bool(conflicts_of(made)) is clashes
    assert (clause_that_holds(promise(ONE_YEAR), made) is not None) is clashes


@pytest.mark.parametrize(
    ("said", "terms", "clashes"),
    [
        (
            "Module 2 is delivered on 1 May",
            "Module 1 is delivered on 1 March.\nModule 3 is delivered on 1 July.",
            False,
        ),
        ("Module 2 is delivered on 1 May", "Module 2 is delivered on 1 July.", True),
        ("Phase 1 costs EUR 20,000", "Phase 2 costs EUR 35,000", False),
        ("Hosting in the first year is EUR 200 a month", "Hosting from the second year is EUR 250 a month", False),
        (
            "We deliver 60 tills to the Ems store",
            "Delivery of 60 tills to the Ems store.\nProvider delivers 20 tills to the Rhine store",
            False,
        ),
        (
            "We deliver 60 tills to the Ems store",
            "Provider delivers 90 tills to the Ems store.\nProvider delivers 60 tills to the Rhine store",
            True,
        ),
        ("We translate the manual into German and French", "Provider translates the manual into German", True),
        ("We translate the manual into German", "Provider translates the manual into German and French", False),
        ("We equip 120 vehicles in Hamburg", "Provider equips 40 vehicles in Bremen", False),
        ("We equip 120 vehicles in Hamburg", "Provider equips 40 vehicles in Hamburg", True),
    ],
)
def test_clause_on_another_part_or_town_or_beside_the_one_that_agrees_is_no_conflict(
    said: str,
    terms: str,
    clashes: bool,  # noqa: FBT001 - a table
) -> None:
    found = conflicts_of(record(promises=(promise(said),), contracts=(contract(terms=terms),)))
    assert bool(found) is clashes


@pytest.mark.parametrize(
    ("said", "clause", "held", "clash"),
    [
        (
            "The setup fee for the portal is waived",
            "Setup fee for the portal: EUR 900",
            False,
            "waived against EUR 900",
        ),
        ("The setup fee for the portal is waived", "The setup fee of EUR 900 for the portal is waived", True, ""),
        ("The setup fee for the portal is waived", "Setup fee for the portal: EUR 0.00", True, ""),
        ("Free of charge", "Free of charge", True, ""),
        (
            "The first year of support is free",
            "Support in the first year: EUR 1,200",
            False,
            "is free against EUR 1,200",
        ),
        ("Support in the first year is free", "Support in the second year: EUR 1,200", False, ""),
        ("Support hours are included", "Additional support hours: EUR 120", False, ""),
        ("Die Schulung der Fahrer ist kostenlos", "Schulung der Fahrer: 900 EUR", False, "kostenlos against 900 EUR"),
        ("The price of EUR 450 includes VAT", "Price of EUR 450 plus VAT", False, "includes vat against plus vat"),
        ("The price of EUR 450 includes VAT", "Price of EUR 450, incl. 19 % VAT", True, ""),
        ("The price of EUR 450 includes VAT", "Price of EUR 450", False, ""),
        ("Der Preis ist 450 EUR zzgl. MwSt.", "Preis: 450 EUR inkl. MwSt.", False, "zzgl. mwst. against inkl. mwst."),
        ("The licences cost EUR 450 net of VAT", "The licences cost EUR 450", True, ""),
        ("No penalty for late cancellation of training", "Penalty for late cancellation of training: 50 %", False, ""),
        ("No penalty for late cancellation of training", "Late cancellation of training without penalty", True, ""),
        ("We will not raise the price of licences", "We may raise the price of licences", False, ""),
        ("We won't raise the price of licences", "We do not raise the price of licences", True, ""),
        ("The price of licences stays fixed", "The price of licences follows the price index", False, ""),
        ("The migration is a fixed price", "Migration at a fixed price", True, ""),
        (
            "The migration of mail is a fixed price",
            "Migration of mail: price by effort",
            False,
            "fixed price against by effort",
        ),
        (
            "The migration of mail is a fixed price",
            "Migration of mail: fixed price EUR 24,000.\nMigration of mail: price by effort.",
            False,
            "",
        ),
        ("The migration of mail is a fixed price", "Changes to the migration of mail: price by effort", False, ""),
        ("The migration of mail is a fixed price", "Beyond the migration of mail: price by effort", False, ""),
        ("Die Migration der Mail ist Festpreis", "Mehraufwand Migration der Mail: nach Aufwand", False, ""),
        (
            "Die Migration der Mail ist Festpreis",
            "Migration der Mail: nach Aufwand, Änderungen vorbehalten",
            False,
            "festpreis against nach aufwand",
        ),
        ("Die Migration der Mail ist Festpreis", "Migration der Mail: Festpreis, Änderungen nach Aufwand", True, ""),
        (
            "The migration of mail is a fixed price",
            "Migration of mail: price by effort, invoiced after acceptance",
            False,
            "fixed price against by effort",
        ),
        (
            "The migration of mail is a fixed price",
            "Migration of mail on fixed dates.\nMigration of mail: price by effort.",
            False,
            "fixed price against by effort",
        ),
        (
            "The migration of mail is a fixed price",
            "Migration of mail by a fixed team, price by effort",
            False,
            "fixed price against by effort",
        ),
        ("The migration of mail is a fixed price", "Migration of mail: no fixed price", False, ""),
        ("The migration of mail is a fixed price", "The price of the migration of mail is fixed", True, ""),
        ("The migration has a fixed price of EUR 24,000", "Migration: EUR 24,000, fixed", True, ""),
        ("The migration has a fixed price of EUR 24,000", "Migration: EUR 24,000 on fixed dates", False, ""),
        ("The migration has a fixed price of EUR 24,000", "Migration: EUR 24,000 all-in, fixed for the term", True, ""),
        ("The migration has a fixed price", "Fees for the migration are fixed and all inclusive", True, ""),
        ("The migration has a fixed price", "Fees for the migration, dates are fixed and known", False, ""),
        *(
            ("The migration has a fixed price of EUR 24,000", clause, held, "")
            for clause, held in (
                ("Migration: estimated price EUR 24,000, the scope is fixed and agreed", False),
                ("Migration: EUR 24,000, the price may rise, the team is fixed and known", False),
                ("Migration: estimated price EUR 24,000, the team is fixed.", False),
                ("The price for the migration, including training, is fixed: EUR 24,000", True),
                ("The price of the migration is EUR 24,000 and is fixed for the term", True),
                ("Migration, price: EUR 24,000 for all sites, fixed until 2027.", True),
                ("Total price: 24,000 euros for the migration, fixed.", True),
                ("The price for migration, training and support is fixed for 24 months: EUR 24,000", True),
                ("The prices for migration, training and support are fixed for 24 months: EUR 24,000", True),
                ("Migration, price: EUR 24,000 for all sites, the team is fixed.", False),
                ("Migration, price: EUR 24,000 if the scope is fixed.", False),
                ("Migration: EUR 24,000, price of the day, the team and the scope are fixed.", False),
            )
        ),
        ("Festpreis Migration: 24.000 EUR", "Die Migration wird zum festen Preis von 24.000 EUR gemacht", True, ""),
        (
            "Fixed price for the migration of mail, payable after acceptance",
            "The migration of mail is by actual hours after acceptance",
            False,
            "fixed price against by actual hours",
        ),
        (
            "Fixed price for the migration of mail until acceptance",
            "The migration of mail is by actual hours after acceptance",
            False,
            "",
        ),
        *(
            (said, "Migration of mail after go-live is by actual hours", False, clash)
            for said, clash in (
                ("Fixed price for the migration of mail, due on go-live", "fixed price against by actual hours"),
                ("Fixed price for the migration of mail until go-live, due on go-live", ""),
                ("Fixed price until go-live for the migration of mail, payable after go-live", ""),
            )
        ),
        ("Support is free until 31 December", "Support after 31 December: EUR 1,200", False, ""),
        (
            "Changes to the portal are a fixed price",
            "Changes to the portal: price by effort",
            False,
            "fixed price against by effort",
        ),
        (
            "Change of the address is free of charge",
            "Change of the address: EUR 20",
            False,
            "is free of charge against EUR 20",
        ),
        ("The scanners come with chargers included", "Scanners with chargers: EUR 450 each", False, ""),
        ("The pilot of the portal is free", "The portal after the pilot: EUR 9,000", False, ""),
        ("Licences cost EUR 450 incl. support", "Licences with support: EUR 450", True, ""),
        ("Licences cost EUR 450 incl. support", "Licences cost EUR 450, support apart", False, ""),
        ("Licences cost EUR 450 incl. support", "Licences EUR 450, with support by effort", False, ""),
        ("Licences cost EUR 450 incl. support", "Licences EUR 450, with support EUR 540", False, ""),
        ("Licences cost EUR 450 incl. support", "Licences EUR 450, with support on top", False, ""),
        ("Lizenzen kosten 450 EUR inkl. Wartung", "Lizenzen 450 EUR, mit Wartung gegen Aufpreis", False, ""),
        ("Line marking including the paint", "Line marking with our machine, paint from the club", False, ""),
        ("Licences cost EUR 450, support included", "Licences with support cost EUR 450 a month", False, ""),
        ("Support is included in the monthly fee", "Monthly fee with support: EUR 90", False, ""),
        ("Inbetriebnahme inkl. Schulung der Redaktion", "Inbetriebnahme mit Schulung Redaktion: 9 EUR", False, ""),
        ("The migration is capped at EUR 12,000", "Migration: EUR 12,000 minimum", False, ""),
        ("The migration is capped at EUR 12k", "Migration: fixed price EUR 12,000.00", True, ""),
        ("The migration costs no more than EUR 12,000", "The migration costs EUR 12,000 at most", True, ""),
        ("The migration costs EUR 12,000 at most", "Upper limit for the migration: EUR 12,000", True, ""),
        ("Migration costs EUR 12,000 max", "Migration: max. EUR 12,000", True, ""),
        ("Migration costs EUR 12,000 max", "Migration: EUR 12,000, says Max", False, ""),
        ("Max gives 10 % off the licences", "Licences of Max: 10 % off", True, ""),
        ("The migration is fixed at EUR 24,000", "Migration: EUR 24,000 flat", True, ""),
        ("The migration is fixed at EUR 24,000", "Migration of 24 flat files: EUR 24,000", False, ""),
        ("The licence price does not change", "The licence price remains unchanged", True, ""),
        ("The licence price remains unchanged", "The licence price follows the index", False, ""),
        ("Preis der Lizenzen bleibt fest", "Preis der Lizenzen bleibt unverändert", True, ""),
        ("Your monthly cost is 1,950 flat for hosting", "Hosting: monthly cost 1,950 per site flat.", True, ""),
        ("Licences are billed monthly, not yearly", "Licences are billed monthly", True, ""),
        ("Lizenzen werden monatlich berechnet, nicht jährlich", "Lizenzen werden monatlich berechnet", True, ""),
        ("Licences are billed monthly, not yearly", "Licences are billed per month", True, ""),
        ("Licences are billed monthly, not weekly", "Licences are billed weekly", False, ""),
        ("Licences are billed monthly, not weekly or yearly", "Licences are billed monthly or yearly", False, ""),
        ("Licences are billed per user, not per site", "Licences are billed per user", True, ""),
        ("Licences are billed per user, not per site", "Licences are billed per user and per site", False, ""),
        ("Licences are billed per user, not per site", "Licences are billed for each user", True, ""),
        ("Licences are billed per user, not per site", "Licences are billed by user", True, ""),
        ("Licences are billed per user, not per site", "Licences are billed for each site", False, ""),
        ("Licences cost EUR 30 per user, not per site", "Licences: EUR 30 / user", True, ""),
        ("Licences cost EUR 30 per user, not per site", "Licences: EUR 30 / site", False, ""),
        ("Licences cost EUR 30 per user, not per site", "Licences: EUR 30 per named user", True, ""),
        ("Licences cost EUR 30 per user per month, not per site", "Licences: EUR 30 per user and month", True, ""),
        ("Hosting is EUR 30 a month, not per year", "Hosting: EUR 30/month", True, ""),
        ("Hosting is EUR 30 a month, not per year", "Hosting: EUR 30 p.m.", True, ""),
        ("Hosting is EUR 30 a month, not per year", "Hosting: EUR 30 p.a.", False, ""),
        ("Lizenzen werden monatlich berechnet, nicht jährlich", "Lizenzen werden jährlich berechnet", False, ""),
        ("Maintenance is billed monthly, not yearly", "Maintenance is billed at the start of the year", False, ""),
        ("Licences are billed per site, not per user", "Licences are billed on named users", False, ""),
        ("Hosting is EUR 30 a month, not per user", "Hosting for one user: EUR 30", False, ""),
        ("Hosting is EUR 30 a month, not per user", "Hosting: EUR 30", True, ""),
        ("Licences are billed monthly, not to others", "Licences are billed monthly", False, ""),
        ("The price of EUR 450 includes VAT", "Price: EUR 450 gross", True, ""),
        ("The price of EUR 450 includes VAT", "Price for 30 kg gross: EUR 450", False, ""),
        ("You pay when the portal is live", "You pay 50 % before the portal is live", False, ""),
        ("You pay the licences in three instalments", "Licences: three instalments of EUR 4,000", True, ""),
        ("The scanners cost EUR 450 each", "Scanners: 20 at EUR 450 each, total EUR 9,000", True, ""),
    ],
)
def test_price_is_held_by_what_says_so_as_firmly_and_clashes_with_the_opposite(
    said: str,
    clause: str,
    held: bool,  # noqa: FBT001 - a table
    clash: str,
) -> None:
    made = record(promises=(promise(said, kind="price"),), contracts=(contract(terms=clause),))
    assert (clause_that_holds(made.promises[0], made) is not None) is held
    found = [conflict.sentence.rpartition(": ")[2] for one in conflicts_of(made).values() for conflict in one]
    assert found == ([clash] if clash else [])


@pytest.mark.parametrize(
    ("said", "clause"),
    [
        ("The invoice export includes VAT", "Invoice export: EUR 900 plus VAT"),
        ("Editors are free to edit the portal", "Portal free for editors to edit: EUR 900"),
        ("The report is fixed price by shop", "The report by shop: price by effort"),
        ("Our trainer of the editors is free on 3 May", "Trainer of the editors: EUR 900 a day"),
        ("We migrate the mail store with 0 downtime", "Migration of the mail store: EUR 9,000"),
        ("We set up the portal, and we host it for free", "Set-up of the portal: EUR 9,000"),
        ("The training room is free by 3 May", "Training room: EUR 800"),
        ("Tills for Leeds, and a spare one free of charge", "Tills for Leeds: EUR 12,000"),
        ("Tills for Leeds; a spare one is free of charge", "Tills for Leeds: EUR 12,000"),
        ("Tills for Leeds including setup free of charge", "Tills for Leeds: EUR 12,000"),
        ("Tills for Leeds are free of charge for the first month", "Tills for Leeds: EUR 12,000"),
    ],
)
def test_only_what_was_promised_of_a_price_is_held_against_the_price_in_a_clause(said: str, clause: str) -> None:
    assert not conflicts_of(record(promises=(promise(said),), contracts=(contract(terms=clause),)))


@pytest.mark.parametrize(
    ("said", "clause", "clash"),
    [
        (
            "We migrate all of your archives by 20 March, free of charge",
            "Migration of all archives: EUR 9,000",
            "free of charge against EUR 9,000",
        ),
        (
            "Setup of the portal is included at no cost",
            "Setup of the portal: EUR 9,000",
            "at no cost against EUR 9,000",
        ),
        (
            "Setup of the portal, and a training on site, are free of charge",
            "Setup of the portal: EUR 900",
            "are free of charge against EUR 900",
        ),
        ("We make changes to the portal for free", "Changes to the portal: EUR 900", "for free against EUR 900"),
    ],
)
def test_whatever_was_promised_to_cost_nothing_clashes_with_a_sum_for_it(said: str, clause: str, clash: str) -> None:
    (found,) = conflicts_of(record(promises=(promise(said),), contracts=(contract(terms=clause),))).values()
    assert [one.sentence.rpartition(": ")[2] for one in found] == [clash]


def test_covered_promise_in_conflict_is_a_gap_that_hides_what_its_reader_may_not_see() -> None:
    ours = item(marker="atlas-1", text=TWO_YEARS)
    inside = promise(ONE_YEAR, id="prm_2", audience="internal", status="open")
    made = record(promises=(inside, promise(TWO_YEARS)), items=(ours, item("SCAN-2", marker="atlas-2")))
    gaps = gaps_of(made, markers={"atlas-1": "prm_1111111111111111", "atlas-2": "prm_2"})
    (gap,) = [gap for gap in gaps if gap.kind == "promise_contradicted" and gap.subject_id == "prm_1111111111111111"]
    assert gap.audience == "internal"
    assert ONE_YEAR in gap.reasons[0]
    assert gap.next_step == "Settle with the client which of the two holds, and write it down."


def test_price_that_the_contract_contradicts_is_as_pressing_as_any_promise_and_says_why() -> None:
    said = promise(TWO_YEARS, kind="price", due_date=date(2026, 6, 20))
    signed = contract(terms="Hardware support scanners 12 months.")
    made = record(promises=(said,), contracts=(signed,))
    gaps = {gap.kind: gap for gap in gaps_of(made) if gap.kind.startswith("promise_")}
    assert gaps["promise_missing"].severity == "low"
    assert gaps["promise_contradicted"].severity == "high"
    assert gaps["promise_contradicted"].reasons[1:] == ("due 20 Jun 2026",)


def test_promise_that_no_item_holds_and_the_contract_contradicts_has_a_gap_for_each() -> None:
    signed = contract(terms="Hardware support scanners 12 months.")
    alone = {gap.kind: gap.id for gap in gaps_of(record(promises=(promise(TWO_YEARS),)))}
    gaps = gaps_of(record(promises=(promise(TWO_YEARS),), contracts=(signed,)))
    missing, against = [gap for gap in gaps if gap.kind.startswith("promise_")]
    assert (missing.kind, missing.id) == ("promise_missing", alone["promise_missing"])
    assert (against.kind, len(against.reasons)) == ("promise_contradicted", 1)
    assert "24 months against 12 months" in against.reasons[0]
    assert against.next_step.startswith("Settle with the client")
    later = {gap.id: gap for gap in gaps}
    ours = record(promises=(promise(TWO_YEARS),), contracts=(signed,), items=(item(marker="atlas-1"),))
    states = {gap.kind: gap.state for gap in gaps_of(ours, markers={"atlas-1": "prm_1111111111111111"}, previous=later)}
    assert (states["promise_missing"], states["promise_contradicted"]) == ("resolved", "open")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=4), st.text(max_size=120))
def test_any_words_are_held_together(said: list[str], clause: str) -> None:
    promises = tuple(promise(text, id=f"prm_{at}") for at, text in enumerate(said))
    found = conflicts_of(record(promises=promises, scope=(point(clause),), contracts=(contract(terms=clause),)))
    assert found.keys() <= {one.id for one in promises}
