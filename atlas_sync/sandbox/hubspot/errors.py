"""The vendor's refusals: one exception with everything the wire needs, and the bodies of its rate limits."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "RATE_LIMITS",
    "ApiError",
    "Json",
    "bad_object_type",
    "invalid",
    "missing_ids",
    "missing_scopes",
    "no_associations",
    "not_found",
    "unauthenticated",
]

Json = dict[str, object]

_SCOPES = "https://developers.hubspot.com/scopes"

RATE_LIMITS: Mapping[str, Mapping[str, str]] = {
    "search": {
        "status": "error",
        "message": "You have reached your secondly limit.",
        "correlationId": "3f0c1d52-6f6e-4b7e-9a0c-0b6a5f1e7d21",
        "category": "RATE_LIMITS",
    },
    "burst": {
        "status": "error",
        "message": "You have reached your ten_secondly_rolling limit.",
        "errorType": "RATE_LIMIT",
        "correlationId": "8e7d9f0a-51c4-4c1d-a3a5-6c2b9b0e4f13",
        "policyName": "TEN_SECONDLY_ROLLING",
        "groupName": "publicapi:private-app-api-calls-ten-secondly:20451176",
    },
    "daily": {
        "status": "error",
        "message": "You have reached your daily limit.",
        "errorType": "RATE_LIMIT",
        "correlationId": "b1a7c3d9-7d0c-4a55-8a5e-2f4f7c9b6e02",
        "policyName": "DAILY",
        "groupName": "publicapi:private-app-api-calls-daily:20451176",
    },
}
"""Bodies of a 429, none of which comes with Retry-After.

Source: contracts/hubspot/recordings/search_contacts_429_secondly.json and errors_quoted_in_issues.json; the daily one
follows facts/hubspot.md, section 11.
"""


class ApiError(Exception):
    """The request is refused with this status and text; `extras` are further members of the body."""

    def __init__(self, status: int, message: str, *, category: str | None = None, **extras: object) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.category = category
        self.extras = extras

    def body(self, correlation_id: str) -> Json:
        """Give the body of the refused request."""
        body: Json = {"status": "error", "message": self.message, "correlationId": correlation_id, **self.extras}
        if self.category:
            body["category"] = self.category
        return body


def invalid(message: str, *parts: object, **extras: object) -> ApiError:
    """Give the answer for a request that makes no sense; `parts` fill the gaps in the message."""
    return ApiError(400, message.format(*parts), category="VALIDATION_ERROR", **extras)


def unauthenticated() -> ApiError:
    """Give the answer for a token that is missing or unknown."""
    message = (
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more "
        "details at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
    )
    return ApiError(401, message, category="INVALID_AUTHENTICATION")


def missing_scopes(scopes: tuple[str, ...]) -> ApiError:
    """Give the answer for a scope that the app was not given.

    For owners the vendor names a scope that is not the missing one.
    Source: contracts/hubspot/recordings/errors_quoted_in_issues.json.
    """
    named = ["contacts"] if scopes == ("crm.objects.owners.read",) else list(scopes)
    return ApiError(
        403,
        "This app hasn't been granted all required scopes to make this call. "
        f"Read more about required scopes here: {_SCOPES}.",
        category="MISSING_SCOPES",
        errors=[
            {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredScopes": named},
            }
        ],
        links={"scopes": _SCOPES},
    )


def not_found() -> ApiError:
    """Give the answer for a record or address that is not there; it has no category."""
    return ApiError(404, "resource not found")


def bad_object_type(text: str) -> ApiError:
    """Give the answer for an object type that is unknown; it has no category."""
    return ApiError(400, f"Unable to infer object type from: {text}")


def missing_ids(singular: str, ids: list[str]) -> Json:
    """Give the entry for ids that a batch did not find."""
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": f"Could not get some {singular.upper()} objects, they may be deleted or not exist. "
        "Check that ids are valid.",
        "context": {"ids": ids},
    }


def no_associations(source: str, key: str, target: str) -> Json:
    """Give the entry for a record that an associations batch found nothing for."""
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {target} is associated with {source} {key}.",
        "context": {"fromObjectId": [key], "fromObjectType": [source], "toObjectType": [target]},
    }
