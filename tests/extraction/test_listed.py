from __future__ import annotations

import pytest

from atlas_sync.extraction.listed import is_one_of_several

REPORTS = "We'll build the absence report, the overtime report and the cost report."


@pytest.mark.parametrize(
    ("earlier", "text", "does"),
    [
        (REPORTS, "As agreed on the phone, we won't build the overtime report.", True),
        (REPORTS, "The overtime report is off, the absence report and the cost report will come.", True),
        (REPORTS, "We have to take back the overtime report.", True),
        (REPORTS, "We won't build the absence report, the overtime report or the cost report.", False),
        (REPORTS, "We won't build the reports after all.", False),
        ("We'll train your payroll team and your hotel managers.", "We won't train your hotel managers.", True),
        ("We'll deliver English, Polish and Portuguese payslips.", "Noted, no Polish payslips then.", True),
        ("We'll deliver English, Polish and Portuguese payslips.", "There will be no payslips from us.", False),
        ("Absence report, overtime report, cost report", "We won't build the overtime report.", True),
        ("Two parallel runs (June and July)", "There will be no parallel run in July.", True),
        ("We'll deliver the data and the documents by June.", "We won't deliver the documents by June.", True),
        ("As promised, we'll run a free hypercare week.", "There will be no free hypercare week.", False),
        ("We'll send the report and walk you through it.", "We can't send the report after all.", False),
        ("We'll hold the health and safety training.", "We won't hold the health and safety training.", False),
        ("A fine of 200 e per missed shift.", "We do not take fines for a missed shift.", False),
        ("We'll build the portal by 3 June, with support and training.", "We won't build the portal by 3 June.", False),
        ("We'll build the portal by 3 June, with support and training.", "There will be no training.", True),
        ("We'll build the portal for you, as you and Sabine asked.", "We won't build the portal for you.", False),
        ("We'll send the report on Mondays, and you can comment.", "We won't send the report on Mondays.", False),
        ("We'll send the report on Mondays, and you get a manual.", "We won't send the report on Mondays.", True),
        ("We'll build the portal for Leeds, fast and simple.", "We won't build the portal for Leeds.", False),
        ("We'll train them on site, half a day and in small groups.", "We can't train them on site.", False),
        ("We'll train Anna, who joins in May, and Ben.", "We won't train Anna.", True),
        ("We'll train for Leeds, for York and for Hull.", "We won't train for Leeds.", True),
        ("We'll train the team and we'll deliver the manual.", "We won't train the team.", True),
        ("We'll build the portal, and for York the kiosk.", "We won't build the portal.", True),
        ("We'll deliver the tills and for the warehouse the scanners.", "We can't deliver the tills.", True),
        ("We'll deliver the tills and at no extra cost the scanners.", "We can't deliver the tills.", True),
        ("We'll train the cashiers and you can choose a second course.", "We won't train the cashiers.", True),
        ("We'll build the portal, and for all of the sites.", "We won't build the portal.", False),
        ("We'll build the portal, without changing a page.", "We won't build the portal.", False),
        ("We'll host the portal, at 20 euros a month.", "We won't host the portal.", False),
        ("We'll build the portal, for the staff in the warehouse.", "We won't build the portal.", False),
        ("We'll train the cashiers, and you can pick the day.", "We won't train the cashiers.", False),
        ("We'll run a week of hypercare, on site.", "There will be no week of hypercare.", False),
    ],
)
def test_one_of_several_is_taken_back_where_the_rest_of_a_list_is_not_named(
    earlier: str, text: str, *, does: bool
) -> None:
    assert is_one_of_several(text, earlier=earlier) is does
