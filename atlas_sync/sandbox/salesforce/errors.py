"""The vendor's refusals, as one exception that carries everything the wire needs."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["ApiError", "no_such_column", "no_such_key", "not_found", "query_error"]

_WINDOW = 32
_AHEAD = 40


class ApiError(Exception):
    """The request is refused with this status, code and text.

    `fields` is sent by some of the vendor's errors and absent from others; None leaves it out.
    """

    def __init__(self, status: int, code: str, message: str, *, fields: Sequence[str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields

    def body(self) -> list[dict[str, object]]:
        """Give the body of a refused request."""
        error: dict[str, object] = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            error["fields"] = list(self.fields)
        return [error]

    def inner(self) -> dict[str, object]:
        """Give the entry of one refused record inside an answer that is 200 as a whole."""
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields or ())}


def not_found(message: str = "The requested resource does not exist") -> ApiError:
    """Give the answer for an address or record that is not there, or not for this user."""
    return ApiError(404, "NOT_FOUND", message)


def no_such_key(name: str) -> ApiError:
    """Give the answer for a look-up by something that is no look-up field, or by an id that is none.

    Source: contracts/salesforce/recordings/error.NOT_FOUND.external-id-field.json.
    """
    return not_found(f"Provided external ID field does not exist or is not accessible: {name}")


def no_such_column(name: str, thing: str) -> ApiError:
    """Give the answer for an unknown field outside of queries; a hidden field looks the same.

    Source: contracts/salesforce/recordings/error.INVALID_FIELD.json.
    """
    return ApiError(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {thing}")


def query_error(code: str, text: str, *, query: str, at: int) -> ApiError:
    """Give an error inside a query, with the vendor's caret under a window of the query.

    Source: contracts/salesforce/recordings/error.INVALID_TYPE.json, composite.count.INVALID_TYPE.json.
    """
    start = max(0, at - _WINDOW)
    if start:
        start = next((place for place in range(start, at) if not query[place - 1].isalnum()), at)
    window = query[start : at + _AHEAD].replace("\n", " ")
    caret = " " * (at - start) + "^"
    return ApiError(400, code, f"\n{window}\n{caret}\nERROR at Row:1:Column:{at + 1}\n{text}")
