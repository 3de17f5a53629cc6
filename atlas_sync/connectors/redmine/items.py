"""Finds items of ours in a Redmine, and who touched them. Search and store are one there, so nothing lags.

Every look-up asks for issues in any status: without `status_id=*` those that a person closed are left out, and made again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta

import msgspec

from atlas_sync.connectors.raw import record_ids
from atlas_sync.connectors.redmine.client import RedmineClient
from atlas_sync.connectors.redmine.faults import NotFoundError
from atlas_sync.connectors.redmine.forms import Forms
from atlas_sync.connectors.redmine.mapping import key_of, mark_of, state_of
from atlas_sync.connectors.redmine.markup import text_from_markup
from atlas_sync.connectors.redmine.settings import RedmineSettings
from atlas_sync.connectors.redmine.walk import by_id
from atlas_sync.connectors.wire import Wire
from atlas_sync.connectors.writing import RemoteItem, Tail, fingerprint
from atlas_sync.errors import AccessError

__all__ = ["Items"]

_NAMES = {"summary": "subject", "body": "description", "due": "due_date"}
"""What we write of an item, by our name and by Redmine's."""

_FILE = re.compile(r"conversation-[0-9a-f]{12}\.html")
"""How files of ours are called."""
_ASK = 100
_FEW = 5
_AT_ONCE = timedelta(seconds=2)
"""So long after its journal an issue may be saved once more in one request, as a parent is whose days change."""
_UNSEEN = 'changed in a way that only "View private notes" shows'
_WHOLE = {"include": "attachments"}


class Items:
    """Reads the items of one Redmine."""

    def __init__(self, client: RedmineClient, forms: Forms, settings: RedmineSettings) -> None:
        self._client = client
        self._forms = forms
        self._base = settings.url
        self._field = settings.mark_field

    def sweep(self) -> Iterator[RemoteItem]:
        """Yield every item that carries a mark."""
        return self._marked("atlas-")

    def find(self, marker: str) -> RemoteItem | None:
        """Find an item by its mark. Of two, the one made first is given."""
        return next((item for item in self._marked(marker) if item.marker == marker), None)

    def _marked(self, text: str) -> Iterator[RemoteItem]:
        """Yield the items whose mark holds a text, in order of their ids."""
        places = [*([f"cf_{self._field}"] if self._field else []), "description"]
        hits = (item for place in places for item in self._found(0, **{place: f"~{text}"}))
        found = {item.id: item for item in hits if item.marker}
        yield from sorted(found.values(), key=lambda item: item.number)

    def tail(self, project: str, *, after: int) -> Tail:
        """Read what was made in a project past an id.

        With 0, tell how far ids go now, since search knows all that is there; a project that was empty a moment ago is read.
        """
        self._client.me()
        newest = after
        if not after:
            page = self._client.page("issues", "issues", operation="newest", status_id="*", sort="id:desc", limit=1)
            newest = max(map(int, record_ids(list(page.members))), default=0)
            if (page.total or 0) > _FEW:
                return Tail((), newest)
        items = list(self._found(after, project_id=project, subproject_id="!*"))
        newest = max((newest, *(item.number for item in items)))
        return Tail(tuple(item for item in items if item.marker), newest)

    def look(self, remote_ids: Sequence[str]) -> Iterator[RemoteItem]:
        """Yield what is there under some ids, ours or not."""
        for start in range(0, len(remote_ids), _ASK):
            part = remote_ids[start : start + _ASK]
            page = self._client.page(
                "issues", "issues", operation="look", status_id="*", issue_id=",".join(part), **_WHOLE
            )
            yield from (self._item(Wire(msgspec.json.decode(one))) for one in page.members)

    def get(self, remote_id: str) -> RemoteItem | None:
        """Read an item by id; None when it is gone or hidden."""
        shown = self.shown(remote_id, include="attachments")
        return self._item(shown) if shown else None

    def shown(self, remote_id: str, *, include: str) -> Wire | None:
        """Give an issue as received; None when it is gone or hidden."""
        try:
            answer = self._client.get(f"issues/{remote_id}", operation="issue", include=include)
        except (NotFoundError, AccessError):
            return None
        return Wire(answer.json()).object("issue")

    def touched(self, remote_id: str, *, closed: Collection[str] = ()) -> Sequence[str]:
        """Say what anybody else did to an item of ours; what we `closed` below it is nothing while it is as we left it."""
        shown = self.shown(remote_id, include="journals,children,attachments,relations")
        if shown is None:
            return ()
        foreign = [one for one in shown.objects("journals") if self._is_foreign(one.object("user"))]
        files = sum(not self._is_file_of_ours(one) for one in shown.objects("attachments"))
        numbers = {
            "item below it|items below it": sum(
                not self._is_as_closed(one.need("id"), closed) for one in shown.objects("children")
            ),
            "comment|comments": sum(one.text("notes") is not None for one in foreign),
            "attachment|attachments": files,
            "relation|relations": len(shown.objects("relations")),
            "hour logged|hours logged": float(shown.number("spent_hours") or 0),
        }
        said = [f"{number:g} {words.split('|')[number != 1]}" for words, number in numbers.items() if number]
        said += [_UNSEEN] if self._is_changed_unseen(shown) else []
        changed = {_word(detail): None for one in foreign for detail in one.objects("details") if _is_value(detail)}
        return [*(f"{name} was changed" for name in changed), *said]

    def _is_changed_unseen(self, shown: Wire) -> bool:
        """Tell if something was done to an item that a delete would take along and that we may not see."""
        moments = [one.moment("created_on") for one in (shown, *shown.objects("journals"))]
        known, last = max(filter(None, moments), default=None), shown.moment("updated_on")
        is_later = known is not None and last is not None and last > known + _AT_ONCE
        return is_later and (place := shown.object("project")) is not None and self._forms.hides_notes(place.need("id"))

    def _is_as_closed(self, remote_id: str, closed: Collection[str]) -> bool:
        """Tell if an item is one that we closed, and that nobody opened or touched since."""
        item = self.get(remote_id) if remote_id in closed else None
        is_closed = item is not None and item.state in {"dropped", "done"}
        return is_closed and not self.touched(remote_id, closed=closed)

    def files(self, remote_id: str) -> dict[str, str]:
        """Give the names of files of ours on an item by their ids."""
        shown = self.shown(remote_id, include="attachments")
        listed = shown.objects("attachments") if shown else []
        return {one.need("id"): one.need("filename") for one in listed if self._is_file_of_ours(one)}

    def _is_file_of_ours(self, entry: Wire) -> bool:
        return _FILE.fullmatch(entry.text("filename") or "") is not None and not self._is_foreign(
            entry.object("author")
        )

    def has_comment(self, remote_id: str, text: str) -> bool:
        """Tell if we have made a comment with this text on an issue."""
        own = (one for one in self._journals(remote_id) if not self._is_foreign(one.object("user")))
        return any(fingerprint(text_from_markup(one.text("notes") or "")) == fingerprint(text) for one in own)

    def changes(self, remote_id: str) -> frozenset[str]:
        """Give the ids of all changes made so far to what we write of an item."""
        return frozenset(one.need("id") for one in self._journals(remote_id) if list(_values(one)))

    def overwritten(self, remote_id: str, *, since: frozenset[str]) -> Mapping[str, str]:
        """Give the values that others wrote after `since` and that a change of ours replaced, by our field names.

        A value we put in place of another's is the only trace of an edit that came between our reading and our writing:
        Redmine takes a condition (`lock_version`) and does not tell the value that it would need. Whoever puts back what we
        wrote before has lost nothing by our next write.
        """
        written: dict[str, set[str]] = {}
        foreign: dict[str, str] = {}
        lost: dict[str, str] = {}
        for journal in self._journals(remote_id):
            is_old, is_foreign = journal.need("id") in since, self._is_foreign(journal.object("user"))
            for name, before, after in _values(journal):
                known = written.setdefault(name, {before})
                if is_foreign:
                    foreign.pop(name, None)
                    lost.pop(name, None)
                    foreign |= {} if is_old or after in known else {name: after}
                    continue
                known.add(after)
                if name in foreign and after != foreign[name]:
                    lost[name] = foreign[name]
                elif name in foreign:
                    lost.pop(name, None)
        return {name: text for name, text in lost.items() if text}

    def as_written(self, remote_id: str, text: str) -> str:
        """Give a person's text as it was written, markup and all, of which `text` holds the lines that are not empty."""
        lines = [line for line in text.splitlines() if line.strip()]
        for journal in reversed(self._journals(remote_id)):
            for name, _before, after in _values(journal):
                if name == "body" and [line for line in after.splitlines() if line.strip()] == lines:
                    return after
        return text

    def _journals(self, remote_id: str) -> list[Wire]:
        shown = self.shown(remote_id, include="journals")
        return shown.objects("journals") if shown else []

    def _is_foreign(self, user: Wire | None) -> bool:
        return user is None or user.text("id") != str(self._client.me().id)

    def _found(self, after: int, **params: str) -> Iterator[RemoteItem]:
        """Yield the issues of a search. A key that is refused would find nothing, and let us make everything again."""
        self._client.me()
        for page in by_id(self._client, after=after, **_WHOLE, **params):
            yield from (self._item(Wire(msgspec.json.decode(one))) for one in page.members)

    def _item(self, wire: Wire) -> RemoteItem:
        text, mark = mark_of(wire, self._field)
        remote_id = wire.need("id")
        names = [one.text("filename") or "" for one in wire.objects("attachments")]
        return RemoteItem(
            id=remote_id,
            key=key_of(remote_id),
            marker=mark.marker,
            url=f"{self._base}/issues/{remote_id}",
            summary=wire.text("subject") or "",
            body_text=text_from_markup(text),
            due=wire.day("due_date"),
            state=state_of(wire, is_first=True),
            project=self._forms.key(place.need("id")) if (place := wire.object("project")) else "",
            number=int(remote_id),
            origin=mark.origin,
            written=mark.written,
            files=tuple(name for name in names if _FILE.fullmatch(name)),
            maker=(author.text("id") or "") if (author := wire.object("author")) else "",
        )


def _is_value(detail: Wire) -> bool:
    return detail.text("property") in {"attr", "cf"}


def _word(detail: Wire) -> str:
    return (detail.text("name") or "").removesuffix("_id") if detail.text("property") == "attr" else "a field"


def _values(journal: Wire) -> Iterator[tuple[str, str, str]]:
    """Yield what a change did to the fields that we write: our name, the value before, and after."""
    ours = {theirs: name for name, theirs in _NAMES.items()}
    for detail in journal.objects("details"):
        name = ours.get(detail.text("name") or "")
        if detail.text("property") == "attr" and name:
            yield name, detail.text("old_value") or "", detail.text("new_value") or ""
