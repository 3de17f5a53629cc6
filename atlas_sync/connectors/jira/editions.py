"""What differs between Jira Cloud and Jira Data Center when items are looked for and written; the rest is the same for both.

Cloud gives many issues from the store at once, and our property with a search. Data Center does neither: each item of ours
costs a call to look at, and what search knows to be other people's is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from atlas_sync.canonical.document import Document, document_of_text, plain_text
from atlas_sync.connectors.jira.adf import adf_from_document, document_from_adf, is_foreign_adf, text_from_adf
from atlas_sync.connectors.jira.client import JiraClient
from atlas_sync.connectors.jira.cloud import CloudSite
from atlas_sync.connectors.jira.datacenter import DataCenterSite
from atlas_sync.connectors.jira.faults import NotFoundError
from atlas_sync.connectors.jira.forms import Form
from atlas_sync.connectors.jira.site import FIELDS, ITEM_PROPERTY, LABEL, chunks, listed
from atlas_sync.connectors.jira.walk import listing
from atlas_sync.connectors.jira.wiki import is_foreign_wiki, text_from_wiki, wiki_from_document
from atlas_sync.errors import AccessError

__all__ = ["CloudEdition", "DataCenterEdition", "Edition", "fetched", "number_of", "who"]

Issue = Mapping[str, Any]
Take = Callable[[Issue], None]

_PAGE = 100
_BELOW = 100
"""How many numbers below the newest that search knows are read again: the index may have taken them in out of order."""
_CLEAR = 50
"""So many numbers without an item end the newest ones: a refused create burns a number. Source: JRACLOUD-78553."""


class Edition(Protocol):
    """One product's way. Issues come with their `FIELDS` and our property."""

    def search(self, jql: str) -> Iterator[Issue]:
        """Yield what a search finds, in its order."""
        ...

    def shown(self, jql: str, *, fields: Sequence[str]) -> Iterator[Issue]:
        """Yield what a search shows of other people's issues; our property may not be with it."""
        ...

    def look(self, names: Sequence[str]) -> Iterator[Issue]:
        """Yield what is there under some ids or keys, from the store."""
        ...

    def tail(self, project: str, *, after: int, up_to: int, take: Take) -> int:
        """Have the issues numbered past `after` taken from the store, 0 for the newest, and give the last number.

        Numbers without an issue end it, but not before `up_to`, which is known to be there. A key that was moved away gives
        the issue under its new one.
        """
        ...

    def histories(self, remote_id: str) -> Iterator[Issue]:
        """Yield the entries of an issue's history, from the store."""
        ...

    def below(self, remote_id: str) -> str:
        """Give the query for what stands below an issue."""
        ...

    def written(self, document: Document) -> Any:  # noqa: ANN401 - the wire
        """Give a document as the API takes it."""
        ...

    def restored(self, document: Document) -> Any:  # noqa: ANN401 - the wire
        """Give what a person wrote, a paragraph a line as a history tells it, as the API takes it."""
        ...

    def text(self, value: object) -> str:
        """Give the plain text of what the API gives."""
        ...

    def holds_foreign(self, value: object) -> bool:
        """Tell if what the API gives holds what we never write."""
        ...

    def document(self, value: object) -> Document:
        """Give what the API gives as a document of ours, as far as one can hold it."""
        ...

    def user(self, user_id: str) -> Mapping[str, str]:
        """Name a user as the API takes it."""
        ...

    def parent(self, remote_id: str, form: Form) -> Mapping[str, Any]:
        """Give the field that hangs an issue under another; none where the form has no such field."""
        ...


class CloudEdition:
    """Cloud, REST v3."""

    def __init__(self, client: JiraClient) -> None:
        self._client = client
        self._site = CloudSite(client)

    def search(self, jql: str) -> Iterator[Issue]:
        """Yield what a search finds."""
        return self.shown(jql, fields=FIELDS)

    def shown(self, jql: str, *, fields: Sequence[str]) -> Iterator[Issue]:
        """Yield what a search finds, with our property too."""
        for found in listing(self._site, jql, fields=fields, size=_PAGE):
            yield from map(_decoded, found.members)

    def look(self, names: Sequence[str]) -> Iterator[Issue]:
        """Yield what is there, a hundred a call. Source: Jira Cloud REST v3, issue/bulkfetch."""
        for part in chunks(names, _PAGE):
            body = {"issueIdsOrKeys": list(part), "fields": list(FIELDS), "properties": [ITEM_PROPERTY]}
            answer = self._client.query("issue/bulkfetch", operation="look", body=body)
            # One without a list must not pass for "not there", or a twin is made.
            yield from map(_decoded, listed(answer, "issues")[0])

    def tail(self, project: str, *, after: int, up_to: int, take: Take) -> int:
        """Have the newest issues taken, a hundred numbers a call."""
        if not after:
            jql = f'project = "{project}" ORDER BY key DESC'
            last = next(map(_decoded, self._site.search(jql, fields=("id",), size=1).members), None)
            after = max(0, number_of(last["key"]) - _BELOW) if last else 0
        while True:
            newest = after
            for issue in self.look([f"{project}-{after + step}" for step in range(1, _PAGE + 1)]):
                take(issue)
                newest = max(newest, number_of(issue["key"])) if _is_in(issue, project) else newest
            if newest < after + _PAGE - _CLEAR and after + _PAGE >= up_to:
                return newest
            after = newest if newest > after else after + _PAGE

    def histories(self, remote_id: str) -> Iterator[Issue]:
        """Yield the entries of a history."""
        return (_decoded(entry) for _issue, entry in self._site.histories([remote_id]))

    def below(self, remote_id: str) -> str:
        """Give the query for children, of epics too."""
        return f'parent = "{remote_id}"'

    def written(self, document: Document) -> dict[str, Any]:
        """Give a document as ADF."""
        return adf_from_document(document)

    def restored(self, document: Document) -> dict[str, Any]:
        """Give a person's text as ADF: the history keeps its words alone, and a blank line between paragraphs."""
        said = (block for block in document.blocks if plain_text(Document(blocks=(block,))).strip())
        return adf_from_document(Document(blocks=tuple(said)))

    def text(self, value: object) -> str:
        """Give the words of ADF."""
        return text_from_adf(value)

    def holds_foreign(self, value: object) -> bool:
        """Tell if ADF holds what we never write."""
        return is_foreign_adf(value)

    def document(self, value: object) -> Document:
        """Give ADF as a document."""
        return document_from_adf(value)

    def user(self, user_id: str) -> Mapping[str, str]:
        """Name a user by account id."""
        return {"accountId": user_id}

    def parent(self, remote_id: str, form: Form) -> Mapping[str, Any]:  # noqa: ARG002 - every type has a parent here
        """Hang an issue under its epic."""
        return {"parent": {"id": remote_id}}


class DataCenterEdition:
    """Data Center 8.14 and later, REST v2."""

    def __init__(self, client: JiraClient) -> None:
        self._client = client
        self._site = DataCenterSite(client)
        self._names: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._me = ""

    def search(self, jql: str) -> Iterator[Issue]:
        """Yield what a search finds as the store has it now: a search here gives no properties."""
        for found in listing(self._site, jql, fields=("id",), size=_PAGE):
            yield from self.look([_decoded(body)["id"] for body in found.members])

    def shown(self, jql: str, *, fields: Sequence[str]) -> Iterator[Issue]:
        """Yield what a search finds, with the epic of each."""
        link = self._site.epic_link()
        for found in listing(self._site, jql, fields=(*fields, *([link] if link else ())), size=_PAGE):
            yield from map(_decoded, found.members)

    def look(self, names: Sequence[str]) -> Iterator[Issue]:
        """Yield what is there, one a call."""
        yield from filter(None, (fetched(self._client, name) for name in names))

    def tail(self, project: str, *, after: int, up_to: int, take: Take) -> int:
        """Have the newest issues taken but those that search knows to be other people's: who made one never changes."""
        known = self._newest(project)
        at = newest = after or max(0, max(known, default=0) - _BELOW)
        while at < max(newest, up_to) + _CLEAR:
            at += 1
            if known.get(at) == "theirs":
                newest = at
                continue
            for issue in self.look([f"{project}-{at}"]):
                take(issue)
                newest = at if _is_in(issue, project) else newest
        return newest

    def _newest(self, project: str) -> Mapping[int, str]:
        """Tell by number whose the newest issues are that search knows."""
        known: dict[int, str] = {}
        self._me = self._me or who(self._client.get("myself", operation="myself").json())
        jql = f'project = "{project}" ORDER BY key DESC'
        for found in listing(self._site, jql, fields=("labels", "creator"), size=_BELOW):
            for issue in map(_decoded, found.members):
                fields = issue.get("fields", {})
                is_ours = LABEL in fields.get("labels", ()) or who(fields.get("creator")) == self._me
                known[number_of(issue["key"])] = "ours" if is_ours else "theirs"
            if len(known) >= _BELOW:
                break
        return known

    def histories(self, remote_id: str) -> Iterator[Issue]:
        """Yield the entries of a history, which come whole with an issue."""
        try:
            shown = self._client.get(f"issue/{remote_id}", operation="history", fields="id", expand="changelog").json()
        except NotFoundError:
            return
        # Products and versions differ in which end comes first; ids grow.
        yield from sorted(shown["changelog"]["histories"], key=lambda entry: int(entry["id"]))

    def below(self, remote_id: str) -> str:
        """Give the query for sub-tasks, and for what names an issue as its epic."""
        field = self._site.epic_link()
        below = f'parent = "{remote_id}"'
        key = self._key(remote_id) if field else ""
        return f'{below} OR cf[{field.rpartition("_")[2]}] = "{key}"' if key else below

    def written(self, document: Document) -> str:
        """Give a document as wiki markup."""
        return wiki_from_document(document)

    def restored(self, document: Document) -> str:
        """Give a person's text back as it was: here a history keeps the markup itself."""
        return plain_text(document)

    def text(self, value: object) -> str:
        """Give the words of wiki markup."""
        return text_from_wiki(value) if isinstance(value, str) else ""

    def holds_foreign(self, value: object) -> bool:
        """Tell if wiki markup holds what we never write."""
        return isinstance(value, str) and is_foreign_wiki(value)

    def document(self, value: object) -> Document:
        """Give the words of wiki markup as a document."""
        return document_of_text(self.text(value))

    def user(self, user_id: str) -> Mapping[str, str]:
        """Name a user by name; one that is known by key, as our record has them, is asked for once, if we may."""
        if user_id not in self._names:
            try:
                self._names[user_id] = str(self._client.get("user", operation="user", key=user_id).json()["name"])
            except (AccessError, NotFoundError):
                self._names[user_id] = user_id
        return {"name": self._names[user_id]}

    def parent(self, remote_id: str, form: Form) -> Mapping[str, Any]:
        """Name an issue's epic, by key, in the field for it; none where the epic went. Only sub-tasks have a parent."""
        if form.is_subtask:
            return {"parent": {"id": remote_id}}
        key = self._key(remote_id) if form.epic_link else ""
        return {form.epic_link: key} if key else {}

    def _key(self, remote_id: str) -> str:
        """Give an issue's key, asked for once; empty where it is gone or hidden."""
        if remote_id not in self._keys:
            self._keys[remote_id] = next((str(one["key"]) for one in self.look([remote_id])), "")
        return self._keys[remote_id]


def _decoded(body: bytes) -> Issue:
    found: Issue = msgspec.json.decode(body)
    return found


def _is_in(issue: Issue, project: str) -> bool:
    return str(issue["key"]).startswith(f"{project}-")


def fetched(client: JiraClient, name: str) -> Issue | None:
    """Give one issue by id or key, from the store; None where it is gone or hidden."""
    fields = ",".join(FIELDS)
    try:
        answer = client.get(f"issue/{name}", operation="issue", fields=fields, properties=ITEM_PROPERTY)
    except NotFoundError:
        return None
    found: Issue = answer.json()
    return found


def number_of(key: str) -> int:
    """Give the number in a key."""
    return int(key.rpartition("-")[2])


def who(user: Mapping[str, Any] | None) -> str:
    """Give a user's id, as the record has it: by account, on Data Center by key, on old ones by name."""
    return str(user.get("accountId") or user.get("key") or user.get("name") or "") if user else ""
