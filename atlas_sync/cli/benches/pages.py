"""`bench pages`: what it costs to take a page apart, against the objects that the vendors' own packages make of it.

Ours gives each record untouched, with its id, and what the page says of the next one. Theirs gives what the packages'
callers get, made by the packages' own code from the same bytes, without any network: HubSpot's models, jira's `Issue`, and of
simple-salesforce, which has no models, ordered dictionaries. A target is set only where there are objects to compare with.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib import import_module
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import msgspec
import requests

from atlas_sync.cli.benches.figures import Report, Side, Target, checksum_of
from atlas_sync.cli.benches.made import made_pages
from atlas_sync.connectors.raw import raw_records

__all__ = ["bench_pages"]

_REPEATS = 12

Work = Callable[[bytes], Sequence[str]]
"""Takes a page apart and gives the ids of its records."""


def bench_pages(records: int = 12_000) -> Report:
    """Measure all three vendors on pages that hold `records` records together."""
    made = list(made_pages(records))
    hubspot = [body for stream, body in made if stream.startswith("hubspot")]
    salesforce = [body for stream, body in made if stream.startswith("salesforce")]
    pairs = [
        _pair("HubSpot", hubspot, _ours("results", "id"), _hubspot_models()),
        _pair("Jira", _jira_pages(records // 4), _ours("issues", "id"), _jira_issues()),
        _pair("Salesforce", salesforce, _ours("records", "Id"), _salesforce_dicts()),
    ]
    targets = [
        Target(
            name=f"{pair[0]}: ours over the package's objects, one in {_times(pair):.0f}",
            value=1 / _times(pair),
            kind="at most",
            limit=1 / 40,
        )
        for pair in pairs[:2]
    ]
    note = (
        "simple-salesforce has no object model: its query gives ordered dictionaries, which cost "
        f"{_times(pairs[2]):.1f} times ours; the target does not apply to it."
    )
    return Report(
        name="pages",
        sides=tuple(side for _vendor, *both in pairs for side in both),
        targets=tuple(targets),
        notes=(note,),
        checksum=pairs[0][1].checksum,
        checksums_agree=all(one.checksum == other.checksum for _vendor, one, other in pairs),
    )


def _times(pair: tuple[str, Side, Side]) -> float:
    _vendor, ours, theirs = pair
    return theirs.cpu_s / ours.cpu_s


def _pair(vendor: str, pages: Sequence[bytes], ours: Work, theirs: Work) -> tuple[str, Side, Side]:
    return vendor, _measured(f"{vendor}, ours", pages, ours), _measured(f"{vendor}, package", pages, theirs)


def _measured(name: str, pages: Sequence[bytes], work: Work) -> Side:
    """Take all pages apart many times and give the best time: a few milliseconds are easily disturbed."""
    work(pages[0])
    best: tuple[float, float] | None = None
    ids: list[str] = []
    for _ in range(_REPEATS):
        cpu, wall = time.process_time(), time.perf_counter()
        ids = [remote_id for page in pages for remote_id in work(page)]
        taken = (time.process_time() - cpu, time.perf_counter() - wall)
        best = min(best or taken, taken)
    cpu, wall = best or (0.0, 0.0)
    return Side(name=name, records=len(ids), cpu_s=cpu, wall_s=wall, rss_mib=0, checksum=checksum_of(ids))


def _ours(list_name: str, key: str) -> Work:
    def work(page: bytes) -> Sequence[str]:
        records, _rest = raw_records(page, list_name=list_name, key=key)
        return [record.id for record in records]

    return work


def _hubspot_models() -> Work:
    """Give what hubspot-api-client does with the answer of `deals.basic_api.get_page`."""
    api = import_module("hubspot").HubSpot(access_token="x").crm.deals.basic_api.api_client  # noqa: S106 - nothing is sent
    kind = "CollectionResponseSimplePublicObjectWithAssociationsForwardPaging"

    def work(page: bytes) -> Sequence[str]:
        answer = SimpleNamespace(data=page.decode())
        return [found.id for found in api.deserialize(answer, kind).results]

    return work


def _jira_issues() -> Work:
    """Give what the jira package does with the answer of `search_issues`."""
    issue, loads = import_module("jira.resources").Issue, import_module("jira.utils").json_loads

    def work(page: bytes) -> Sequence[str]:
        return [issue({}, None, raw).id for raw in loads(_response(page))["issues"]]

    return work


def _salesforce_dicts() -> Work:
    """Give what simple-salesforce does with the answer of `query`."""
    org = import_module("simple_salesforce").Salesforce(session_id="x", instance_url="https://acme.example")

    def work(page: bytes) -> Sequence[str]:
        return [record["Id"] for record in org.parse_result_to_json(_response(page))["records"]]

    return work


def _response(page: bytes) -> requests.Response:
    """Give an answer as it came from the network."""
    response = requests.Response()
    response.status_code, response.raw, response.encoding = 200, BytesIO(page), "utf-8"
    return response


def _jira_pages(records: int) -> list[bytes]:
    return [
        msgspec.json.encode({"issues": [_issue(number) for number in range(start, start + 100)], "isLast": False})
        for start in range(0, max(records, 100), 100)
    ]


def _issue(number: int) -> dict[str, Any]:
    """Give an issue with the fields that the connector asks for, and a description in Atlassian's document format."""
    site = "https://tracker.example/rest/api/3"
    person = {
        "self": f"{site}/user?accountId=5b{number % 40:022}",
        "accountId": f"5b{number % 40:022}",
        "avatarUrls": {f"{size}x{size}": f"https://avatar.example/{number % 40}/{size}" for size in (48, 24, 16, 32)},
        "displayName": "Sam Example",
        "active": True,
        "timeZone": "Europe/Berlin",
        "accountType": "atlassian",
    }
    category = {"self": f"{site}/statuscategory/4", "id": 4, "key": "indeterminate", "colorName": "yellow"}
    text = "Move the reports of the old warehouse over, with a rehearsal before the cut-over weekend. " * 4
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
    stamp = "2026-03-01T10:00:00.000+0100"
    return {
        "expand": "operations,versionedRepresentations",
        "id": str(10_000 + number),
        "self": f"{site}/issue/{10_000 + number}",
        "key": f"ACME-{number}",
        "fields": {
            "project": {"self": f"{site}/project/10001", "id": "10001", "key": "ACME", "name": "Acme delivery"},
            "issuetype": {"id": "10002", "name": "Task", "subtask": False, "hierarchyLevel": 0},
            "summary": f"Rehearse the cut-over {number}",
            "description": {"type": "doc", "version": 1, "content": [paragraph, paragraph]},
            "status": {"id": "3", "name": "In Progress", "statusCategory": category},
            "resolution": None,
            "duedate": "2026-06-15",
            "assignee": person,
            "reporter": person,
            "labels": ["atlas-sync"],
            "comment": {"comments": [], "maxResults": 0, "total": 0, "startAt": 0},
            "created": stamp,
            "updated": stamp,
        },
    }
