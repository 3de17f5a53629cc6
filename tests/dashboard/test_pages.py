"""The pages over a real snapshot, in this process and in a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from atlas_sync.canonical.model import Engagement, Gap, Handoff, Promise, Statement
from atlas_sync.cli import main
from atlas_sync.dashboard.app import _Pages, make_app
from atlas_sync.operations.review import list_doubts
from atlas_sync.operations.waive import judge_gaps
from atlas_sync.operations.workspace import Delivery, Workspace
from atlas_sync.sandbox.listen import serving
from atlas_sync.store.ledger import StoredPlan
from atlas_sync.store.publish import open_snapshot, publish
from atlas_sync.store.tables import GapCount
from atlas_sync.store.warehouse import open_warehouse
from tests.stages import Stages

ROOT = Path(__file__).resolve().parents[2]


def installed(home: Path) -> Workspace:
    """Give the installation whose state a folder holds."""
    return Workspace(home, "test", {}, Delivery(), ledger_url=f"sqlite:///{home / 'ledger.sqlite'}")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, stages: Stages) -> Path:
    """Give the state of a synced sandbox."""
    home = tmp_path_factory.mktemp("dashboard") / "state"
    stages.copy(home)
    return home


class Client:
    """Asks one dashboard over HTTP."""

    def __init__(self, base: str) -> None:
        self._base = base

    def get(self, path: str, *, params: dict[str, str] | None = None, host: str | None = None) -> requests.Response:
        return requests.get(self._base + path, params=params, headers={"Host": host} if host else {}, timeout=30)


@contextmanager
def asking(home: Path, *, public_hosts: Sequence[str] = ()) -> Iterator[Client]:
    with serving({"dashboard": make_app(installed(home), public_hosts=public_hosts)}) as addresses:
        yield Client(addresses["dashboard"])


@pytest.fixture
def client(home: Path) -> Iterator[Client]:
    with asking(home) as client:
        yield client


@pytest.fixture(scope="module")
def chromium() -> str:
    found = shutil.which("chromium")
    if not found:
        pytest.skip("Debian's package chromium is not installed")
    return found


def _engagement(home: Path, name: str) -> Engagement:
    with open_snapshot(home) as snapshot:
        return next(row for row in snapshot.select(Engagement) if name in row.name)


def test_portfolio_counts_what_the_table_shows(client: Client) -> None:
    page = client.get("/").text
    won = page.count('<a href="/engagements/')
    assert f"<b>{won}</b>won engagements" in page
    assert won >= 8


def test_filter_stands_in_the_address_and_narrows_the_table(client: Client) -> None:
    page = client.get("/", params={"q": "pellworth", "kind": "promise_missing"}).text
    assert 0 < page.count('<a href="/engagements/') < client.get("/").text.count('<a href="/engagements/')
    assert 'value="pellworth"' in page
    assert '<option value="promise_missing" selected>' in page
    nothing = client.get("/", params={"q": "no such client"}).text
    assert "No engagement matches this filter." in nothing


def test_numbers_above_are_those_of_the_gaps_found(client: Client) -> None:
    page = client.get("/").text
    kinds = re.findall(r'kind=(\w+)">[^<]*</a>.*?</td><td class="n">(\d+)', page)
    assert _counted(page, "open gaps") == sum(int(number) for _kind, number in kinds)
    of_kind = {kind: int(number) for kind, number in kinds if kind in {"person_missing", "project_without_deal"}}
    assert len(of_kind) == len({"person_missing", "project_without_deal"})
    for kind, number in of_kind.items():
        assert _counted(client.get("/", params={"kind": kind}).text, "open gaps") == number
    high = client.get("/", params={"severity": "high"}).text
    assert _counted(high, "open gaps") == _counted(high, "of them high") == _counted(page, "of them high")


def test_sentences_to_review_are_those_that_review_asks_about(client: Client, home: Path) -> None:
    with open_snapshot(home) as snapshot, closing(installed(home).open_ledger()) as ledger:
        asked = [doubt.engagement.name for doubt in list_doubts(snapshot, ledger)]
    name = _engagement(home, "Nordhavn").name
    assert _counted(client.get("/").text, "sentences to review") == len(asked)
    assert 0 < _counted(client.get("/", params={"q": name}).text, "sentences to review") == asked.count(name)


def test_engagement_page_holds_quotes_people_and_conversation(client: Client, home: Path) -> None:
    page = client.get(f"/engagements/{_engagement(home, 'Nordhavn').id}").text
    for section in ("Why they bought", "People", "Promises", "Scope", "Gaps", "Conversation"):
        assert f"<h2>{section}</h2>" in page
    assert "<blockquote>" in page


def test_promise_that_may_repeat_another_leads_to_it(client: Client, home: Path) -> None:
    with open_snapshot(home) as snapshot:
        asked = next(one for one in snapshot.select(Promise) if one.perhaps and not one.needs_review)
    page = client.get(f"/engagements/{asked.engagement_id}").text
    assert f'<a href="#{asked.perhaps}">perhaps said before</a>' in page
    assert f'id="{asked.perhaps}"' in page


def test_handoff_is_scored_on_both_pages_with_its_parts(client: Client, home: Path) -> None:
    engagement = _engagement(home, "Nordhavn")
    with open_snapshot(home) as snapshot:
        (handoff,) = snapshot.select(Handoff, engagement_id=engagement.id)
    page = client.get(f"/engagements/{engagement.id}").text
    assert f"<b>{handoff.score} of 100</b>" in page
    assert all(f'<span class="tag">{part.name} {part.held:g} of {part.total}' in page for part in handoff.parts)
    row = client.get("/", params={"q": engagement.name}).text
    assert f'<td class="n">{handoff.score}</td>' in row


def test_values_name_the_system_that_said_them_and_the_page_says_where_systems_disagree(
    client: Client, home: Path
) -> None:
    with open_snapshot(home) as snapshot:
        disputed = next(one for one in snapshot.select(Statement) if one.is_conflict)
    page = client.get(f"/engagements/{disputed.engagement_id}").text
    _before, _heading, table = page.partition("<h2>Where the systems disagree</h2>")
    said = [(disputed.value, disputed.source), *((other.value, other.source) for other in disputed.others)]
    assert all(escape(value) in table and source.partition(":")[0] in table for value, source in said)


def test_project_that_no_deal_leads_to_stands_on_the_portfolio(client: Client, home: Path) -> None:
    with open_snapshot(home) as snapshot:
        (gap,) = snapshot.select(Gap, kind="project_without_deal")
    for params in ({}, {"kind": "project_without_deal"}):
        page = client.get("/", params=params).text
        assert "Projects without a deal</h2>" in page
        assert escape(gap.title) in page
    assert "Projects without a deal</h2>" not in client.get("/", params={"kind": "why_missing"}).text
    found = client.get("/api/gaps", params={"kind": "project_without_deal"}).json()["gaps"]
    assert [one["id"] for one in found] == [gap.id]


def test_trend_tells_what_is_not_decidable_from_what_was_solved(tmp_path: Path) -> None:
    counts = [("1", "open", 3), ("2", "not_decidable", 3), ("3", "resolved", 3)]
    with open_warehouse(tmp_path) as warehouse:
        warehouse.put(
            [
                GapCount(
                    id=run, run=run, as_of=datetime(2026, 6, 15, tzinfo=UTC), kind="why_missing", state=state, gaps=n
                )
                for run, state, n in counts
            ]
        )
        publish(warehouse, tmp_path, run="3")
    with asking(tmp_path) as client:
        page = client.get("/").text
    table = page[page.index("as a table") : page.index("</details>")]
    assert re.findall(r'<td class="n">(\d+)(?: <span[^>]*>([^<]*))?', table) == [("3", ""), ("0", "+3?"), ("0", "")]
    assert "Shaded, on top: not decidable." in page


def test_unknown_engagement_is_not_found(client: Client) -> None:
    assert client.get("/engagements/eng_0").status_code == 404


def test_before_the_first_sync_the_page_says_what_to_do(tmp_path: Path) -> None:
    with asking(tmp_path) as client:
        answer, told = client.get("/"), client.get("/api/gaps")
    assert answer.status_code == told.status_code == 503
    assert "atlas-sync sync" in answer.text
    assert "atlas-sync sync" in told.json()["notice"]


def test_stream_that_could_not_be_read_stands_with_what_to_do(tmp_path: Path) -> None:
    stream = {
        "system": "redmine",
        "stream": "issues",
        "reason": "view_issues is missing.",
        "advice": "Make us a member.",
    }
    template = _Pages(installed(tmp_path))._templates.get_template("base.html")
    assert "issues: view_issues is missing. Make us a member.</li>" in template.render(incomplete=[stream])


def test_gaps_are_given_as_json_with_the_same_filter(client: Client) -> None:
    found = client.get("/api/gaps", params={"kind": "person_missing"}).json()
    assert found["version"] == 1
    assert {gap["kind"] for gap in found["gaps"]} == {"person_missing"}


def test_what_was_planned_or_said_since_the_sync_shows_at_once(tmp_path: Path, stages: Stages) -> None:
    stages.copy(home := tmp_path / "state")
    now = datetime.now(UTC)
    with asking(home) as client:
        before = _open_gaps(client)
        with open_snapshot(home) as snapshot, closing(installed(home).open_ledger()) as ledger:
            planned, waived = (gap.id for gap in snapshot.select(Gap, kind="promise_missing", state="open")[:2])
            judge_gaps(snapshot, ledger, [waived], "waived", by="ada", at=now, reason="a figure of speech")
            plan = {"engagements": [{"commands": [{"marker": "m1", "gap_ids": [planned]}]}]}
            ledger.keep_plan(StoredPlan("p1", made_at=now, applied_at=None, body=json.dumps(plan)))
            (row,) = snapshot.select(Gap, id=waived)
            (counted,) = snapshot.select(Handoff, engagement_id=row.engagement_id)
        page = client.get(f"/engagements/{row.engagement_id}").text
        found = {gap["id"]: gap["state"] for gap in client.get("/api/gaps").json()["gaps"]}
        of_state = client.get("/api/gaps", params={"state": "planned"}).json()["gaps"]
        assert _open_gaps(client) == before - 1
    (before_it,) = (part for part in counted.parts if part.name == "promises")
    assert f'<span class="tag">promises {before_it.held + 1:g} of {before_it.total}' in page
    assert found[planned] == "planned"
    assert waived not in found
    assert [gap["id"] for gap in of_state] == [planned]


def test_times_of_what_was_said_are_utc_wherever_the_dashboard_runs(
    tmp_path: Path, stages: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages.copy(home := tmp_path / "state")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        with open_snapshot(home) as snapshot, closing(installed(home).open_ledger()) as ledger:
            gap = snapshot.select(Gap, kind="promise_missing", state="open")[0].id
            judge_gaps(snapshot, ledger, [gap], "acknowledged", by="ada", at=datetime(2026, 6, 20, 8, tzinfo=UTC))
        with asking(home) as client:
            found = {one["id"]: one for one in client.get("/api/gaps").json()["gaps"]}
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (found[gap]["state"], found[gap]["judged_at"]) == ("acknowledged", "2026-06-20 08:00:00")


@pytest.mark.parametrize("is_damaged", [False, True])
def test_without_a_ledger_gaps_are_shown_as_of_the_last_sync_and_no_new_one_is_made(
    tmp_path: Path,
    stages: Stages,
    is_damaged: bool,  # noqa: FBT001 - a table
) -> None:
    stages.copy(home := tmp_path / "state")
    for file in home.glob("ledger.sqlite*"):
        file.unlink()
    if is_damaged:
        (home / "ledger.sqlite").write_bytes(b"no ledger" * 100)
    with asking(home) as client:
        page = client.get("/")
        found = client.get("/api/gaps").json()
        health = client.get("/healthz").json()
    assert found["gaps"]
    assert (health["ok"], health["notice"]) == (False, found["notice"])
    assert "the ledger" in found["notice"]
    assert page.status_code == 200
    assert "Gaps are as of the last sync." in page.text
    assert (home / "ledger.sqlite").exists() is is_damaged


def _open_gaps(client: Client) -> int:
    """Read how many open gaps the portfolio counts, those that are only planned among them."""
    return _counted(client.get("/").text, "open gaps")


def _counted(page: str, words: str) -> int:
    """Read one of the numbers above."""
    counted = re.search(rf"<b>(\d+)</b>{words}", page)
    return int(counted[1]) if counted else -1


def test_nothing_but_the_page_itself_may_run_or_load(client: Client) -> None:
    answer = client.get("/", params={"q": '"><script>alert(1)</script>'})
    assert "<script>" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert client.get("/healthz").json()["ok"] is True


def test_only_names_of_this_machine_and_of_its_proxy_are_answered(tmp_path: Path) -> None:
    known = ["localhost:8377", "[::1]:8377", "127.0.0.1", "Handoff.acme.example"]
    strange = ["evil.example", "127.0.0.1.evil.example:8377", "www.handoff.acme.example", "acme.example"]
    with asking(tmp_path, public_hosts=["handoff.acme.example"]) as client:
        answers = {host: client.get("/healthz", host=host).status_code for host in known + strange}
    assert answers == dict.fromkeys(known, 200) | dict.fromkeys(strange, 400)


@pytest.mark.parametrize(
    "args", [["--host", "10.0.0.7"], ["--public-host", "https://handoff.acme.example"], ["--public-host", "*"]]
)
def test_dashboard_is_not_opened_to_everybody(args: list[str]) -> None:
    answer = CliRunner().invoke(main, ["dashboard", *args])
    assert answer.exit_code == 2
    assert "proxy" in answer.stderr or "--public-host" in answer.stderr


def _browse(chromium: str, profile: Path, *args: str) -> str:
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    flags += ["--disable-background-networking", "--disable-component-update", f"--user-data-dir={profile}"]
    result = subprocess.run([chromium, *flags, *args], capture_output=True, text=True, timeout=90, check=False)
    return result.stdout


@pytest.mark.browser
def test_real_browser_shows_both_pages(chromium: str, home: Path, tmp_path: Path) -> None:
    engagement = _engagement(home, "Nordhavn")
    with serving({"dashboard": make_app(installed(home))}) as addresses:
        base = addresses["dashboard"]
        portfolio = _browse(chromium, tmp_path / "profile", "--dump-dom", f"{base}/?q=nordhavn")
        page = _browse(chromium, tmp_path / "profile", "--dump-dom", f"{base}/engagements/{engagement.id}")
        pictures = {"portfolio": f"{base}/", "engagement": f"{base}/engagements/{engagement.id}"}
        for name, url in pictures.items():
            picture = tmp_path / f"{name}.png"
            _browse(chromium, tmp_path / "profile", "--window-size=1120,1300", f"--screenshot={picture}", url)
            assert picture.stat().st_size > 20_000
            if os.environ.get("ATLAS_KEEP_PICTURES"):
                shutil.copy(picture, ROOT / "docs" / "pictures" / picture.name)
    rows = re.findall(r'<a href="/engagements/[^"]+">([^<]+)</a>', portfolio)
    assert rows
    assert all("nordhavn" in row.lower() or "Nordhavn" in portfolio for row in rows)
    assert "<h2>Promises</h2>" in page


@pytest.mark.browser
def test_phone_sees_the_page_without_scrolling_sideways(chromium: str, home: Path, tmp_path: Path) -> None:
    with serving({"dashboard": make_app(installed(home))}) as addresses:
        picture = tmp_path / "phone.png"
        _browse(
            chromium,
            tmp_path / "profile",
            "--window-size=500,900",
            f"--screenshot={picture}",
            addresses["dashboard"] + "/",
        )
    assert picture.stat().st_size > 10_000
