"""Every public error, grouped by what has to happen next. Nothing else belongs here.

AtlasError
├── ConfigError            the operator fixes settings, or syncs first; exit 2
├── AccessError            grant a permission; that connection stops, the others go on; exit 3
│   └── AuthError          re-authorise; as above
├── TransientError         wait and repeat; exhausted: exit 4
│   ├── RateLimitedError   the vendor asked for a pause
│   ├── BudgetError        our own calls for this run, or the company's quota, are used up; the next run goes on
│   └── OutcomeUnknownError  a write may have happened: look before trying again
├── RecordError            quarantine this record and go on; exit 1
│   ├── MappingError       a field does not have the documented shape
│   └── RejectedError      the vendor refused this write
├── ContractError          the vendor answered outside its contract; that stream stops; exit 4
├── StaleError             the world moved since the plan: plan again; exit 5
└── StoreError             our own database or ledger, or another run has it; the run stops; exit 4

No message holds a header, a body, a token, an e-mail address or a record's value: ids, paths, counts and codes only.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "AccessError",
    "AtlasError",
    "AuthError",
    "BudgetError",
    "ConfigError",
    "ContractError",
    "MappingError",
    "OutcomeUnknownError",
    "RateLimitedError",
    "RecordError",
    "RejectedError",
    "StaleError",
    "StoreError",
    "TransientError",
]


class AtlasError(Exception):
    """Something went wrong that has a next step.

    `summary` is for the operator, `advice` is the next step in one sentence (to do, or to send to an admin); `system`,
    `operation`, `source_ref` and `request_id` say where it happened. `exit_code` is the group's.
    """

    exit_code: ClassVar[int]

    def __init__(
        self,
        summary: str,
        *,
        advice: str = "",
        system: str = "",
        operation: str = "",
        source_ref: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(summary)
        self.summary = summary
        self.advice = advice
        self.system = system
        self.operation = operation
        self.source_ref = source_ref
        self.request_id = request_id

    def __str__(self) -> str:
        """One line: where, what, and what to do next."""
        where = " ".join(part for part in (self.system, self.operation, self.source_ref) if part)
        text = f"{where}: {self.summary}" if where else self.summary
        return f"{text} {self.advice}".rstrip()


class ConfigError(AtlasError):
    """A setting is missing or wrong, or nothing was synced yet; nothing was read or written."""

    exit_code = 2


class AccessError(AtlasError):
    """The credentials are good, but a permission, scope or field is missing."""

    exit_code = 3


class AuthError(AccessError):
    """The credentials were refused."""


class TransientError(AtlasError):
    """The vendor was unavailable; the same call may succeed later."""

    exit_code = 4

    def __init__(self, summary: str, *, retry_after_s: float | None = None, **where: str) -> None:
        super().__init__(summary, **where)
        self.retry_after_s = retry_after_s


class RateLimitedError(TransientError):
    """The vendor refused the call unprocessed and asked for a pause of `retry_after_s` seconds."""


class BudgetError(TransientError):
    """Not sent: this run has used the calls it may or was interrupted, or the rest of a quota is left to others."""


class OutcomeUnknownError(TransientError):
    """A write was sent and no answer came back: it may have happened. Look before trying again."""


class RecordError(AtlasError):
    """One record cannot be used; the rest of its page can."""

    exit_code = 1


class MappingError(RecordError):
    """A record's field at `path` does not have the documented shape."""

    def __init__(self, summary: str, *, path: str, **where: str) -> None:
        super().__init__(summary, **where)
        self.path = path


class RejectedError(RecordError):
    """The vendor refused a write; `code` and `fields` are the vendor's own names."""

    def __init__(self, summary: str, *, code: str = "", fields: tuple[str, ...] = (), **where: str) -> None:
        super().__init__(summary, **where)
        self.code = code
        self.fields = fields


class ContractError(AtlasError):
    """The vendor's answer is outside its contract; the raw answer was not used."""

    exit_code = 4


class StaleError(AtlasError):
    """The target changed since the plan was made; nothing was written."""

    exit_code = 5


class StoreError(AtlasError):
    """Our own store cannot be read or written, or another run writes; nothing more is attempted."""

    exit_code = 4
