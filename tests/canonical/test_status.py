from __future__ import annotations

import pytest

from atlas_sync.canonical.status import says_dropped


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Won't Do",
            "Won’t Do",
            "WONT FIX",
            "Will not be done",
            "Won't Implement",
            "Not Doing",
            "Canceled",
            "Cancelled by client",
        ),
        *(
            "Closed - Won't Do",
            "Closed as duplicate",
            "Duplicate",
            "Rejected",
            "Declined",
            "Withdrawn",
            "Dropped",
            "Obsolete",
        ),
        *(
            "Invalid",
            "Cannot Reproduce",
            "Not Needed",
            "No Longer Needed",
            "Out of Scope",
            "Out  of scope (v1)",
            "Descoped",
        ),
        *(
            "De-scoped",
            "Abgebrochen",
            "Storniert",
            "Abgelehnt",
            "Wird nicht erledigt",
            "Annulé",
            "Geannuleerd",
            "Cancelado",
        ),
        *(
            "wontfix",
            "Won't-Do",
            "❌ Cancelled",
            "[Rejected]",
            "Removed",
            "Zurückgewiesen",
            "Gestrichen",
            "Refusé",
            "Anulado",
            "取消",
        ),
        *(
            "Abgewiesen",
            "Rifiutato",
            "Afvist",
            "Avslagen",
            "Odrzucony",
            "Odmítnutý",
            "Hylätty",
            "Odbijeno",
            "Отклонена",
            "却下",
        ),
    ],
)
def test_name_of_work_that_will_not_be_done_is_known(name: str) -> None:
    assert says_dropped(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Done",
        "Fixed",
        "Not done",
        "Not started",
        "Incomplete",
        "Duplicate check",
        "In scope",
        "On hold",
        "Deferred",
    ],
)
def test_other_names_say_nothing_of_the_sort(name: str) -> None:
    assert not says_dropped(name)
