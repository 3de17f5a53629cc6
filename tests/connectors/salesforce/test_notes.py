from __future__ import annotations

from datetime import timedelta

import pytest

from atlas_sync.canonical.observed import ObservedInteraction
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.errors import AccessError, ContractError, MappingError
from tests.connectors.salesforce.conftest import Stage
from tests.sandbox.salesforce.rig import NOW


def _note(stage: Stage, title: str = "Later") -> str:
    org = stage.wire.sandbox._org
    return org.add_note(title, "<p>New words</p>", parent=stage.id_of("Opportunity"), by=org.api_user, at=NOW)


def _notes(stage: Stage, *, landed: tuple[str, ...] = ()) -> list[ObservedInteraction]:
    rows = stage.read("notes", NOW - timedelta(hours=1), deals=[stage.id_of("Opportunity")], notes=list(landed))
    return [row for row in rows if isinstance(row, ObservedInteraction)]


def test_note_comes_with_its_markup_its_author_and_its_deal(stage: Stage) -> None:
    (note,) = _notes(stage)
    assert (note.subject, note.body_format) == ("Kick-off", "html")
    assert note.body == "<p>Dot is wary.</p><p>Eli helps.</p>"
    assert note.deals == (f"crm:deal:{stage.id_of('Opportunity')}",)
    assert note.author is not None


def test_note_that_is_known_and_unchanged_is_not_fetched_again(stage: Stage) -> None:
    landed = stage.ids("notes", deals=[stage.id_of("Opportunity")])
    reader = stage.reader()
    stage.read("notes", NOW, by=reader, deals=[stage.id_of("Opportunity")], notes=landed)
    assert reader._client.transport.calls == 2  # the log-in and the links


def test_note_of_a_deal_that_was_not_known_before_is_read_though_it_is_old(stage: Stage) -> None:
    assert [note.subject for note in _notes(stage)] == ["Kick-off"]


def test_new_note_is_read_and_the_known_one_left_alone(stage: Stage) -> None:
    landed = tuple(stage.ids("notes", deals=[stage.id_of("Opportunity")]))
    _note(stage)
    assert [note.subject for note in _notes(stage, landed=landed)] == ["Later"]


def test_known_note_that_was_linked_to_a_deal_since_is_read_again(stage: Stage) -> None:
    (landed,) = stage.ids("notes", deals=[stage.id_of("Opportunity")])
    other = {"Name": "Second", "StageName": "Qualification", "CloseDate": "2026-12-01"}
    second = stage.wire.call("POST", "sobjects/Opportunity", json=other).json()["id"]
    link = {"ContentDocumentId": landed, "LinkedEntityId": second, "ShareType": "V"}
    assert stage.wire.call("POST", "sobjects/ContentDocumentLink", json=link).status_code == 201
    rows = stage.read("notes", NOW, deals=[stage.id_of("Opportunity"), second], notes=[landed])
    assert [len(row.deals) for row in rows if isinstance(row, ObservedInteraction)] == [2]


def test_deleted_note_says_so_without_its_text(stage: Stage) -> None:
    landed = tuple(stage.ids("notes", deals=[stage.id_of("Opportunity")]))
    stage.wire.sandbox._org.delete("ContentDocument", landed[0], at=NOW)
    assert [(note.deletion, note.body) for note in _notes(stage, landed=landed)] == [("deleted", "")]


def test_file_that_is_no_note_is_left_alone(stage: Stage) -> None:
    key = _note(stage)
    stage.wire.sandbox._org._row("ContentDocument", key)["FileType"] = "PDF"
    assert [note.subject for note in _notes(stage)] == ["Kick-off"]


def test_hidden_text_is_an_access_error(stage: Stage) -> None:
    body = '[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]'
    stage.fault("status", "/VersionData", status=404, body=body)
    with pytest.raises(AccessError, match="hidden from us"):
        _notes(stage)


def test_login_page_in_place_of_a_text_is_refused(stage: Stage) -> None:
    stage.fault("status", "/VersionData", status=200, body="<html><body>log in</body></html>")
    with pytest.raises(ContractError, match="web page"):
        _notes(stage)


@pytest.mark.parametrize(
    ("status", "body"),
    [(204, ""), (206, "<p>Dot is wary.</p>"), (200, ""), (200, "null"), (200, "<p>Dot is wary.</p><p>Eli h")],
)
def test_text_that_comes_empty_or_cut_is_refused_and_comes_whole_the_next_time(
    stage: Stage, status: int, body: str
) -> None:
    stage.fault("status", "/VersionData", status=status, body=body)
    with pytest.raises(ContractError, match=f"text of note {stage.id_of('ContentDocument')} came empty or cut"):
        _notes(stage)
    assert [note.body for note in _notes(stage)] == ["<p>Dot is wary.</p><p>Eli helps.</p>"]


@pytest.mark.parametrize(
    ("status", "body", "size"),
    [
        (200, "", 0),
        (204, "", 0),
        (200, "", None),
        (200, "null", 4),
        (200, "<p>Dot is wary.</p>", 40),
        (200, "Dot is wary.", 40),
        (200, "<p>Dot</p> and Eli", 18),
    ],
)
def test_text_that_may_be_whole_is_taken_as_it_is(stage: Stage, status: int, body: str, size: int | None) -> None:
    document = stage.id_of("ContentDocument")
    stage.wire.sandbox._org._row("ContentDocument", document)["ContentSize"] = size
    stage.fault("status", "/VersionData", status=status, body=body)
    assert [note.body for note in _notes(stage)] == [body]


def test_text_that_is_no_utf8_is_landed_whole_and_refused_by_the_mapping(stage: Stage) -> None:
    document = stage.id_of("ContentDocument")
    version = stage.wire.sandbox._org._row("ContentDocument", document)["LatestPublishedVersionId"]
    stage.wire.sandbox._org.store.put_blob(str(version), b"\xff\xfe")
    page, _end = stage.reader().read(ReadRequest("notes", None, {"deals": [stage.id_of("Opportunity")]}))
    assert b'"content_base64":"//4="' in page.records[0].body
    with pytest.raises(MappingError):
        _notes(stage)


def test_without_deals_nothing_is_asked(stage: Stage) -> None:
    reader = stage.reader()
    (page,) = reader.read(ReadRequest("notes"))
    assert (page.records, page.proof) == ((), "done: true for the links of 0 deals")
    assert reader._client.transport.calls == 0
