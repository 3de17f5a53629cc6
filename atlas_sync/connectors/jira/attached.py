"""What hangs on issues: comments, links to other pages, watchers, and the history, each read for the issues that changed.

A deleted comment, a changed link and a person who begins to watch stamp no issue, so an issue's comments, links and watchers
are read as a set each time, and what left the set is landed as gone; for issues that do not change, the sweep finds it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import msgspec

from atlas_sync.connectors.jira.faults import NotFoundError
from atlas_sync.connectors.jira.site import Site, compose, look
from atlas_sync.connectors.protocol import Page, RawRecord
from atlas_sync.connectors.raw import record_id
from atlas_sync.errors import AccessError

__all__ = [
    "Known",
    "Withheld",
    "by_id",
    "comments_of",
    "entries_of",
    "gone",
    "project_of",
    "sets_of",
    "user_of",
    "without_bodies",
]

_NAMED = 3
"""Issues that withhold something and are named one by one; of the others the number is told."""


class _Comments(msgspec.Struct):
    comments: list[msgspec.Raw] = []
    total: int = 0


class _Fields(msgspec.Struct):
    comment: _Comments | None = None


class _Commented(msgspec.Struct):
    id: str
    key: str = ""
    fields: _Fields | None = None


class _Keyed(msgspec.Struct):
    key: str = ""


class _User(msgspec.Struct, rename={"account": "accountId"}):
    account: str = ""
    key: str = ""
    name: str = ""


class Known:
    """Ids of things on issues, `issue/thing`, that were landed before, by their issue; sorted out when first asked for."""

    def __init__(self, ids: Callable[[], Iterable[str]]) -> None:
        self._ids = ids
        self._by_issue: dict[str, set[str]] | None = None

    def left(self, issue: str, present: Iterable[str]) -> list[str]:
        """Give those of an issue that are not there any more."""
        if self._by_issue is None:
            by_issue: dict[str, set[str]] = defaultdict(set)
            for one in self._ids():
                by_issue[one.partition("/")[0]].add(one)
            self._by_issue = by_issue
        return sorted(self._by_issue.get(issue, set()) - set(present))


class Withheld:
    """Issues and projects that are there while what hangs on issues is not shown.

    A 404 for that proves it gone only where the issue went as well. `position` is where the read began.
    """

    def __init__(self, site: Site, what: str, position: str = "") -> None:
        self.projects: set[str] = set()
        self._site = site
        self._what = what
        self._issues: list[str] = []
        self._position = position

    def note(self, issues: Sequence[str]) -> None:
        """Take in issues for which Jira answered 404; one without a clear answer counts as there."""
        found = dict(self._site.issues(issues)) if issues else {}
        for one in issues:
            body = found.get(one, b"")
            if body is not None:
                self._issues.append((body and look(body, _Keyed).key) or one)

    def judged(self, page: Page) -> Page:
        """Give a page without its proof from the first such issue on, and the place before that one to go on from."""
        if self._issues or self.projects:
            return replace(page, position=self._position, proof="")
        self._position = page.position
        return page

    def tell(self) -> None:
        """Say which issues withhold something.

        Raises:
            AccessError: there are such.
        """
        if not self._issues:
            return
        more = len(self._issues) - _NAMED
        named = ", ".join(self._issues[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        message = f"the {self._what} of {named} are hidden from us: Jira calls them not there, but shows the issue."
        raise AccessError(message, advice="Let the integration's user see them in Jira, or run again.")


def comments_of(site: Site, page: Page, known: Known, withheld: Withheld) -> Page:
    """Give the comments of the issues on a page, all of them, and those that are gone; nothing of an issue that went.

    A search shows only the first ones, and on some sites none; whatever is not whole is asked for by itself.
    """
    records: list[RawRecord] = []
    unseen: list[str] = []
    for body in (record.body for record in page.records):
        issue = look(body, _Commented)
        members = _whole(site, issue)
        if members is None:
            unseen.append(issue.id)
            continue
        found = [
            RawRecord(f"{issue.id}/{record_id(one)}", compose(issue=issue.id, key=issue.key, comment=one))
            for one in members
        ]
        records += [*found, *(gone(one) for one in known.left(issue.id, (record.id for record in found)))]
    withheld.note(unseen)
    return withheld.judged(replace(page, records=tuple(records)))


def _whole(site: Site, issue: _Commented) -> list[bytes] | None:
    """Give all comments of an issue; None where it is gone or hidden now, or they are."""
    shown = issue.fields.comment if issue.fields else None
    if shown is not None and shown.total <= len(shown.comments):
        return [bytes(one) for one in shown.comments]
    try:
        return site.comments(issue.id)
    except NotFoundError:
        return None


def sets_of(read: Callable[[str], Sequence[RawRecord] | None], page: Page, known: Known, withheld: Withheld) -> Page:
    """Give the links, or watchers, of the issues on a page and those that are gone; nothing of an issue that went meanwhile."""
    records: list[RawRecord] = []
    unseen: list[str] = []
    for issue in (record.id for record in page.records):
        found = read(issue)
        if found is None:
            unseen.append(issue)
            continue
        records += [*found, *(gone(one) for one in known.left(issue, (record.id for record in found)))]
    withheld.note(unseen)
    return withheld.judged(replace(page, records=tuple(records)))


def by_id(
    read: Callable[[str], Sequence[RawRecord] | None], ids: Sequence[str], withheld: Withheld
) -> Iterator[tuple[str, bytes | None]]:
    """Look for members of issues, `issue/member`, an issue at a time; refuse to answer where one withholds them."""
    for issue, asked in groupby(sorted(ids), key=lambda one: one.partition("/")[0]):
        members = read(issue)
        if members is None:
            withheld.note([issue])
            withheld.tell()
        found = {record.id: record.body for record in members or ()}
        yield from ((one, found.get(one)) for one in asked)


def project_of(issue: bytes) -> str:
    """Give the key of an issue's project."""
    return look(issue, _Keyed).key.rpartition("-")[0]


def user_of(watcher: bytes) -> str:
    """Give the id of a user as the mapping has it: by account, on Data Center by key, on old ones by name."""
    found = look(watcher, _User)
    return found.account or found.key or found.name


def entries_of(site: Site, page: Page, landed: frozenset[str]) -> Page:
    """Give the entries in the histories of the issues on a page that were not landed yet: an entry never changes."""
    found = (
        RawRecord(f"{issue}/{record_id(entry)}", compose(issue=issue, history=entry))
        for issue, entry in site.histories([record.id for record in page.records])
    )
    return replace(page, records=tuple(record for record in found if record.id not in landed))


def gone(remote_id: str) -> RawRecord:
    """Make the record of a thing that cannot be seen any more."""
    return RawRecord(remote_id, compose(id=remote_id, gone=True))


def without_bodies(pages: Iterable[Page]) -> Iterator[Page]:
    """Yield pages as a sweep has them: ids alone."""
    for page in pages:
        yield Page(tuple(RawRecord(record.id, b"") for record in page.records), page.server_time, proof=page.proof)
