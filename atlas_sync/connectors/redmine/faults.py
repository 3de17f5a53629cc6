"""Reads Redmine's refusals into our errors: fields are named, values and texts never.

Source: Redmine 5.0.4, measured: 422 with sentences in the user's language, or with none at all; 404 for what is gone, 403
for what is hidden, both with an empty body.
"""

from __future__ import annotations

import requests

from atlas_sync.connectors.answer import Answer, error_for_status
from atlas_sync.errors import AccessError, AtlasError, AuthError, ContractError, RejectedError

__all__ = ["NotFoundError", "read_error"]

_SAID = {
    "Assignee": "assignee",
    "Parent task": "parent",
    "Due date": "due",
    "Subject": "summary",
    "Description": "body",
    "Tracker": "tracker",
    "Status": "status",
}
"""How a sentence about a field begins where the integration's user has English for a language, and our name for it."""


class NotFoundError(RejectedError):
    """What was asked for is gone."""


def read_error(answer: Answer) -> AtlasError | None:
    """Read an answer's refusal; None for a good answer."""
    match answer.status:
        case requests.codes.not_found if answer.body.strip():
            advice = "Correct the connection's `url`; look for a proxy in between."
            return ContractError("a 404 that is not Redmine's.", advice=advice)
        case requests.codes.not_found:
            return NotFoundError("not there.", code="404")
        case requests.codes.unauthorized:
            return AuthError("the API key was refused.", advice="Renew the API key, and see that the REST API is on.")
        case requests.codes.forbidden:
            return AccessError("status 403.", advice="Give the integration's user this permission in Redmine.")
        case requests.codes.unprocessable | requests.codes.conflict | requests.codes.bad_request:
            fields = _fields(answer)
            named = f" because of {', '.join(fields)}" if fields else ""
            return RejectedError(f"refused with status {answer.status}{named}.", code=str(answer.status), fields=fields)
        case _:
            return error_for_status(answer)


def _fields(answer: Answer) -> tuple[str, ...]:
    try:
        body = answer.json()
    except ContractError:
        return ()
    said = body.get("errors") if isinstance(body, dict) else None
    sentences = [one for one in said if isinstance(one, str)] if isinstance(said, list) else []
    return tuple(name for start, name in _SAID.items() if any(one.startswith(f"{start} ") for one in sentences))
