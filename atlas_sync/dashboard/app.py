"""A read-only view of the published snapshot: the portfolio of handoff gaps, and each engagement as a kickoff page.

Gaps are shown as they are by now: what was planned, written or said of them since the last sync counts.
Pages are finished on the server: they print, deep-link and work without scripts. Everything from a CRM or tracker is escaped.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from atlas_sync.dashboard.charts import sparkline
from atlas_sync.dashboard.text import LABELS, age, crm_of, is_web, label, money, readable
from atlas_sync.errors import ConfigError, StoreError
from atlas_sync.operations.review import list_doubts
from atlas_sync.operations.show import EngagementView, snapshot_as_told, view_engagement
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.publish import Snapshot, last_run

__all__ = ["make_app"]

_OWN_HOSTS = ("127.0.0.1", "[::1]", "localhost")
_FILTERS = ("q", "kind", "severity", "state")
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def make_app(workspace: Workspace, *, public_hosts: Sequence[str] = ()) -> Starlette:
    """Make the dashboard over the snapshots of one installation.

    It answers under the names of this machine and its `public_hosts`, which a proxy passes on, and no others: a page from
    elsewhere, whose name leads here, reads nothing.
    """
    pages = _Pages(workspace)
    return Starlette(
        routes=[
            Route("/", pages.portfolio, name="portfolio"),
            Route("/engagements/{engagement_id}", pages.engagement, name="engagement"),
            Route("/api/gaps", pages.gaps, name="gaps"),
            Route("/healthz", pages.health, name="health"),
        ],
        middleware=[
            Middleware(BaseHTTPMiddleware, dispatch=_add_headers),
            Middleware(TrustedHostMiddleware, allowed_hosts=[*_OWN_HOSTS, *public_hosts], www_redirect=False),
        ],
        exception_handlers={ConfigError: pages.not_ready, StoreError: pages.not_ready},
    )


async def _add_headers(request: Request, answer: RequestResponseEndpoint) -> Response:
    """Allow nothing but our own page: no script, no frame, no address outside."""
    response = await answer(request)
    response.headers.update(_HEADERS)
    return response


class _Pages:
    """The pages; each request opens the snapshot that is current then, with what was planned, written or said since."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._templates = Environment(
            loader=PackageLoader("atlas_sync.dashboard"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._templates.globals.update(age=age, label=label, money=money, readable=readable)
        self._templates.globals.update(crm_of=crm_of, is_web=is_web)

    def _render(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401 - a template's values
        return HTMLResponse(self._templates.get_template(template).render(values), status_code=status)

    def portfolio(self, request: Request) -> Response:
        """Show every won engagement with its gaps, filtered as the address says."""
        chosen = {name: request.query_params.get(name, "").strip() for name in _FILTERS}
        with snapshot_as_told(self._workspace) as snapshot:
            rows = _run(snapshot, "portfolio", chosen)
            unsold = _run(snapshot, "unsold", chosen)
            kinds = _run(snapshot, "kinds")
            trend = list(reversed(_run(snapshot, "trend")))
            streams, notice = _run(snapshot, "streams"), snapshot.notice
            shown = {row["id"] for row in rows} if any(chosen.values()) else None
            waiting = self._waiting(snapshot, shown)
        return self._render(
            "portfolio.html",
            waiting=waiting,
            notice=notice,
            rows=rows,
            unsold=unsold,
            kinds=kinds,
            trend=trend,
            chart=sparkline([int(row["open"]) for row in trend], [int(row["undecided"]) for row in trend]),
            most=max((int(row["open"]) for row in kinds), default=0),
            chosen=chosen,
            choices=LABELS,
            **self._state(streams),
        )

    def _waiting(self, snapshot: Snapshot, shown: Collection[str] | None) -> int | None:
        """Count the sentences that `atlas-sync review` asks about, of some engagements or all; None where nobody can tell."""
        if snapshot.notice:
            return None
        with closing(self._workspace.open_ledger(must_be_there=True)) as ledger:
            return sum(shown is None or doubt.engagement.id in shown for doubt in list_doubts(snapshot, ledger))

    def engagement(self, request: Request) -> Response:
        """Show one engagement as its kickoff page."""
        with snapshot_as_told(self._workspace) as snapshot:
            view: EngagementView | None = view_engagement(snapshot, request.path_params["engagement_id"])
            streams, notice = _run(snapshot, "streams"), snapshot.notice
        if view is None:
            return self._render("missing.html", status=404)
        return self._render("engagement.html", view=view, record=view.record, notice=notice, **self._state(streams))

    def gaps(self, request: Request) -> Response:
        """Give the gaps as JSON, filtered as the portfolio is."""
        chosen = {name: request.query_params.get(name, "").strip() for name in _FILTERS}
        with snapshot_as_told(self._workspace) as snapshot:
            rows = snapshot.query(
                "SELECT * EXCLUDE (evidence) FROM open_gap WHERE ($kind = '' OR kind = $kind) "
                "AND ($severity = '' OR severity = $severity) AND ($state = '' OR state = $state) "
                "AND ($q = '' OR contains(lower(concat_ws(' ', engagement_name, client_name, owner_sales)), lower($q))) "
                "ORDER BY id",
                chosen,
            )
            notice = snapshot.notice
        gaps = [{name: _plain(value) for name, value in row.items()} for row in rows]
        return JSONResponse({"version": 1, "notice": notice, "gaps": gaps})

    def health(self, _request: Request) -> Response:
        """Say if pages can be shown as things are by now, what keeps them from it, and how old their data is."""
        run = last_run(self._workspace.home)
        notice = "" if run else "nothing was synced yet."
        try:
            self._workspace.open_ledger(must_be_there=True).close()
        except StoreError as error:
            notice = notice or str(error)
        return JSONResponse({"ok": not notice, "notice": notice, "last_run": run and run.finished_at.isoformat()})

    def not_ready(self, request: Request, error: Exception) -> Response:
        """Say what to do before there is anything to show."""
        if request.url.path.startswith("/api/"):
            return JSONResponse({"version": 1, "notice": str(error)}, status_code=503)
        return self._render("missing.html", status=503, error=str(error))

    def _state(self, streams: list[dict[str, Any]]) -> Mapping[str, Any]:
        run = last_run(self._workspace.home)
        return {
            "run": run,
            "now": datetime.now(UTC),
            "as_of": run.as_of if run else datetime.now(UTC),
            "incomplete": [stream for stream in streams if stream["status"] != "complete"],
            "streams": streams,
        }


def _run(snapshot: Snapshot, name: str, values: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Run one of the queries that stand beside this file."""
    sql = (files("atlas_sync.dashboard") / "queries" / f"{name}.sql").read_text(encoding="utf-8")
    return snapshot.query(sql, values or {})


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
