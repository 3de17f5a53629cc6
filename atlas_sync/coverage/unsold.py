"""Projects of a tracker that no deal leads to: work that somebody began without a sale, or a sale that nobody joined to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import Client, Gap, Severity
from atlas_sync.canonical.normalize import company_key
from atlas_sync.canonical.observed import ObservedDeal, ObservedProject
from atlas_sync.coverage.finding import TITLE
from atlas_sync.coverage.gaps import CLAIMS_ABSENCE, close
from atlas_sync.coverage.judged import GapWord, as_judged
from atlas_sync.coverage.record import Licence
from atlas_sync.coverage.text import shorten

__all__ = ["unsold_projects"]

_NAME, _SOME = 60, 3


def unsold_projects(
    projects: Iterable[ObservedProject],
    *,
    sold: Collection[str],
    lost: Mapping[str, Sequence[ObservedDeal]],
    clients: Sequence[Client],
    licence: Licence,
    previous: Mapping[str, Gap],
    words: Mapping[str, GapWord],
    run_at: datetime,
) -> list[Gap]:
    """List a gap for each living project that is not in `sold`, and those of earlier runs that now are or have gone.

    Sold is also what a deal names that may be won yet: work may begin before. `lost` are deals by the projects that they name.
    One that such a deal names, or that names a client, is worth a look; any other is most likely work of our own, and says so
    once. Its `engagement_id` is the project's own, since there is no engagement. While deals may be withheld from us none is
    claimed; one that a deal leads to by now has ended all the same.
    """
    lacking = licence.lacks(*CLAIMS_ABSENCE["project_without_deal"], "every deal")
    found: dict[str, Gap] = {}
    for project in projects:
        if project.archived or project.deletion is not None or project.source in sold:
            continue
        gap = _gap(project, clients, lost.get(project.source, ()), previous=previous, run_at=run_at)
        found[gap.id] = gap.model_copy(
            update={"state": "not_decidable" if lacking else "open", "undecided_because": lacking}
        )
    ended = [close(gap, licence, run_at) for gap in previous.values() if gap.id not in found]
    return [as_judged(gap, words.get(gap.id), run_at.date()) for gap in (*found.values(), *ended)]


def _gap(
    project: ObservedProject,
    clients: Sequence[Client],
    lost: Sequence[ObservedDeal],
    *,
    previous: Mapping[str, Gap],
    run_at: datetime,
) -> Gap:
    name = derive_id("gap", project.source, "project_without_deal", project.source)
    before = previous.get(name)
    reasons = _reasons(_named(project, clients), lost)
    severity: Severity = "medium" if reasons else "low"
    step = f"Name {project.key} on its deal or under delivery.links in atlas.toml, or waive it."
    if lost:
        step = f"Archive {project.key} if nothing is left to do there, name it on the deal that it is for, or waive it."
    return Gap(
        id=name,
        engagement_id=derive_id("prj", project.source),
        kind="project_without_deal",
        subject_id=project.source,
        title=f"No won deal leads to the project {project.key} {shorten(project.name, TITLE - 40)}",
        state="open",
        severity=severity,
        reasons=reasons or ("its name holds no client's",),
        owner=None,
        next_step=step,
        opened_at=before.opened_at if before and before.state != "resolved" else run_at,
    )


def _reasons(client: Client | None, lost: Iterable[ObservedDeal]) -> tuple[str, ...]:
    """Say why a project is worth a look; nothing where it is not."""
    names = sorted({shorten(deal.name, _NAME) for deal in lost})[:_SOME]
    return (
        *(f"“{name}”, which was lost, leads to it" for name in names),
        *((f"its name holds that of {client.name}",) if client else ()),
    )


def _named(project: ObservedProject, clients: Sequence[Client]) -> Client | None:
    name = f" {company_key(project.name)} "
    return next((one for one in clients if (key := company_key(one.name)) and f" {key} " in name), None)
