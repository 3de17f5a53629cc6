"""What refused records still tell, asked of the vendors' own mappers."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from pydantic import SecretStr

from atlas_sync.connectors.protocol import Mapper
from atlas_sync.connectors.redmine.mapping import RedmineMapper
from atlas_sync.connectors.redmine.settings import RedmineSettings
from atlas_sync.errors import MappingError
from atlas_sync.operations.legible import Legible, legible
from tests.connectors.hubspot.test_mapping import MAPPER as HUBSPOT
from tests.connectors.jira.test_mapping import MAPPER as JIRA
from tests.connectors.salesforce.test_mapping import MAPPER as SALESFORCE

REDMINE = RedmineMapper("red", RedmineSettings(url="https://red.example", api_key=SecretStr("x")))
ODD = {"odd": True}
DEAL = "0065e00000AbCdEAAV"
ISSUE = {
    "id": "7",
    "key": "YARD-7",
    "fields": {
        "summary": "Bring two cranes",
        "project": {"id": "1"},
        "duedate": "2026-07-01",
        "created": "2026-06-01T08:00:00.000+0000",
        "assignee": {"accountId": "u1"},
        "labels": ["x"],
        "description": None,
    },
}
MAIL = {
    "record": {
        "id": "5",
        "archived": False,
        "properties": {
            "hs_timestamp": "2026-06-01T08:00:00Z",
            "hs_email_subject": "Cranes",
            "hs_email_text": "We bring two.",
            "hs_email_headers": '{"from": {"email": "ada@us.example"}}',
        },
    },
    "deals": ["17"],
    "contacts": ["3"],
}
LINK = {"deal": "17", "type": "emails", "id": "5", "attached": True, "stream": "emails", "landed": MAIL}
NOTE = {
    "record": {"Id": "0695e1", "Title": "Call", "CreatedDate": "2026-06-01T08:00:00Z", "IsDeleted": False},
    "links": [{"LinkedEntityId": DEAL}, {"LinkedEntityId": "0065e00000AbCdFAAV"}],
    "content": "Two cranes.",
}
COMMENT = {
    "id": "7/9",
    "issue": "7",
    "key": "YARD-7",
    "comment": {"id": "9", "created": "2026-06-01T08:00:00.000+0000"},
}
CONTACT = {"record": {"id": "3", "properties": {"firstname": "Ruth", "email": "ruth@yard.example"}}}
SALE = {"Id": DEAL, "Name": "Yard", "StageName": "Won", "IsWon": True, "IsClosed": True, "CreatedDate": None}
TASK = {
    "id": 7,
    "subject": "Bring two cranes",
    "description": "Sold in https://crm.example/17",
    "project": {"id": 1, "name": "Yard"},
    "created_on": "2026-06-01T08:00:00Z",
    "journals": [{"id": 9, "notes": "On it.", "created_on": "2026-06-01T08:00:00Z", "user": {"id": 3}}],
}

ITEM = ("jira:project:1", "jira:work_item:7")
MAIL_ON = ("hs:interaction/email:5", ("hs:deal:17",))
TASK_ON = ("red:work_item:7", ("https://crm.example/17", "red:project:1", "red:work_item:7"))
NOTE_ON = ("crm:interaction/note:0695e1", (f"crm:deal:{DEAL}", "crm:deal:0065e00000AbCdFAAV"))
FROM_MAIL = ("hs:interaction/email:5", ())


def told(mapper: Mapper, stream: str, record: dict[str, Any], path: str, odd: object) -> Legible:
    """Make one value of a record odd, and give what can still be read of it."""
    spoilt = copy.deepcopy(record)
    *way, last = path.split(".")
    inner: Any = spoilt
    for step in way:
        inner = inner[int(step)] if step.isdigit() else inner[step]
    inner[last] = odd
    with pytest.raises(MappingError) as refused:
        mapper.map_record(stream, spoilt)
    before = copy.deepcopy(spoilt)
    found = legible(mapper, stream, spoilt, refused.value)
    assert spoilt == before
    return found


@pytest.mark.parametrize(
    ("mapper", "stream", "record", "path", "odd", "wanted"),
    [
        (JIRA, "issues", ISSUE, "fields.summary", ODD, ("jira:work_item:7", ITEM)),
        (JIRA, "issues", ISSUE, "fields.duedate", "soon", ("jira:work_item:7", ITEM)),
        (JIRA, "issues", ISSUE, "key", ODD, ("jira:work_item:7", ITEM)),
        (JIRA, "issues", ISSUE, "fields.project", "YARD", ("jira:work_item:7", ())),
        (JIRA, "issues", ISSUE, "fields.project.id", ODD, ("jira:work_item:7", ())),
        (JIRA, "issues", ISSUE, "fields", "none", ("jira:work_item:7", ())),
        (JIRA, "comments", COMMENT, "comment.created", "soon", ("jira:comment:9", ("jira:work_item:7",))),
        (JIRA, "projects", {"id": "1", "key": "YARD"}, "name", ODD, ("jira:project:1", ())),
        (HUBSPOT, "emails", MAIL, "record.properties.hs_timestamp", "soon", MAIL_ON),
        (HUBSPOT, "emails", MAIL, "record.properties.hs_email_subject", ODD, MAIL_ON),
        (HUBSPOT, "emails", MAIL, "record.properties.hs_email_headers", "{", FROM_MAIL),
        (HUBSPOT, "emails", MAIL, "record.properties.hs_email_headers", '{"from": 1}', FROM_MAIL),
        (HUBSPOT, "emails", MAIL, "deals", "17", FROM_MAIL),
        (HUBSPOT, "emails", MAIL, "contacts", "3", FROM_MAIL),
        (HUBSPOT, "links", LINK, "landed.record.properties.hs_timestamp", "soon", MAIL_ON),
        (HUBSPOT, "links", LINK, "landed.record.properties.hs_email_headers", "{", FROM_MAIL),
        (HUBSPOT, "persons", CONTACT, "record.properties.firstname", ODD, ("hs:person:3", ())),
        (REDMINE, "issues", TASK, "subject", ODD, TASK_ON),
        (REDMINE, "issues", TASK, "journals.0.notes", ODD, TASK_ON),
        (REDMINE, "issues", TASK, "description", ODD, ("red:work_item:7", ())),
        (REDMINE, "issues", TASK, "id", ODD, ("", ())),
        (JIRA, "issues", ISSUE, "id", ODD, ("", ())),
        (SALESFORCE, "notes", NOTE, "record.Title", ODD, NOTE_ON),
        (SALESFORCE, "notes", NOTE, "links.1.LinkedEntityId", ODD, ("crm:interaction/note:0695e1", ())),
        (SALESFORCE, "notes", NOTE, "links", "none", ("crm:interaction/note:0695e1", ())),
    ],
)
def test_what_is_left_tells_whose_a_record_is_only_where_that_is_certain(
    mapper: Mapper, stream: str, record: dict[str, Any], path: str, odd: object, wanted: tuple[str, tuple[str, ...]]
) -> None:
    found = told(mapper, stream, record, path, odd)
    assert found == wanted


def test_several_odd_values_are_seen_past() -> None:
    spoilt = copy.deepcopy(ISSUE)
    spoilt["fields"] |= {"duedate": "soon", "created": "then", "summary": ODD}  # type: ignore[operator]  # a dict
    found = told(JIRA, "issues", spoilt, "fields.updated", "never")
    assert found == ("jira:work_item:7", ITEM)


def test_deal_goes_by_its_own_id_and_those_that_it_notes() -> None:
    found = told(SALESFORCE, "deals", SALE, "Amount", "much")
    assert set(found.belongs_to) == {f"crm:deal:{DEAL}", f"*:deal:{DEAL}", f"*:deal:{DEAL[:15]}"}


def test_deal_whose_own_id_is_odd_belongs_anywhere() -> None:
    assert told(SALESFORCE, "deals", SALE, "Id", ODD).belongs_to == ()


def test_record_that_is_nested_deeply_is_seen_past() -> None:
    text: dict[str, Any] = {"type": "text", "text": "x"}
    for _level in range(400):
        text = {"type": "paragraph", "content": [text]}
    spoilt = {**ISSUE, "fields": {**ISSUE["fields"], "description": text, "duedate": "soon"}}  # type: ignore[dict-item]
    with pytest.raises(MappingError) as refused:
        JIRA.map_record("issues", spoilt)
    assert legible(JIRA, "issues", spoilt, refused.value) == ("jira:work_item:7", ITEM)


def test_row_of_an_export_tells_nothing() -> None:
    refused = MappingError("deals.csv line 3: no good at.", path="deals.csv line 3")
    assert legible(HUBSPOT, "emails", MAIL, refused) == ("", ())
