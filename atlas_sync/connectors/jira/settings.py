"""How to reach a Jira site, on Cloud or on Data Center, and what to read there."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator, model_validator

from atlas_sync.connectors.transport import HeaderSecret, Seconds, check_endpoint

__all__ = ["JiraSettings"]

_NONE = SecretStr("")


class JiraSettings(BaseModel):
    """Settings of one Jira connection, with exactly one of three ways in.

    Cloud: `email` and `api_token`, or an OAuth 2.0 app with `client_id`, `client_secret`, `cloud_id` and `token_file`. Data
    Center: `personal_access_token`. The account is the integration's own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(description="Address of the site as people see it, such as https://example.atlassian.net.")
    email: str = Field(default="", description="E-mail of the integration's user, for an API token.")
    api_token: SecretStr = Field(
        default=_NONE, description="API token of that user on Cloud; expires within a year at Atlassian."
    )
    personal_access_token: HeaderSecret = Field(
        default=_NONE, description="Personal access token of the integration's user on Data Center, 8.14 or later."
    )
    client_id: str = Field(default="", description="Client id of the OAuth 2.0 app.")
    client_secret: SecretStr = Field(default=_NONE, description="Client secret of the OAuth 2.0 app.")
    cloud_id: str = Field(default="", pattern=r"^[0-9a-f-]*$", description="Cloud id of the site, for OAuth 2.0.")
    token_file: Path | None = Field(
        default=None,
        description="File that holds the refresh token of the OAuth 2.0 app and is written anew with every refresh, since "
        "each refresh token works once. Readable by nobody else.",
    )
    token_expires: date | None = Field(
        default=None, description="Last day of the API token or personal access token, to be warned of it ahead."
    )
    webhook_secret: SecretStr = Field(
        default=_NONE, description="Secret of the site's webhook, with which Jira signs what it sends."
    )
    projects: tuple[str, ...] = Field(
        default=(), description="Keys of the projects to read; empty for all that the integration's user can browse."
    )
    gone_projects: tuple[str, ...] = Field(
        default=(),
        description="Ids of projects that were deleted for good: Jira answers for them as for hidden ones, and only a "
        "person can tell the two apart.",
    )
    remote_links: Literal["epics", "all"] = Field(
        default="epics",
        description="Issues whose links to other pages and watchers are read, at one call an issue for each: epics and what "
        "stands above them as well as our own items, or all.",
    )
    calls_per_second: float = Field(
        default=10.0, gt=0, description="Pace of calls in calls a second, shared by all threads."
    )
    read_timeout_s: Seconds = Field(default=60.0, gt=0, description="Seconds to wait for an answer.")
    api_gateway: str = Field(
        default="https://api.atlassian.com", description="Address of Atlassian's gateway, which OAuth 2.0 goes through."
    )
    auth_server: str = Field(
        default="https://auth.atlassian.com", description="Address at which OAuth 2.0 tokens are refreshed."
    )

    @field_validator("url", "api_gateway", "auth_server")
    @classmethod
    def _check_url(cls, url: str, info: ValidationInfo) -> str:
        return check_endpoint(url, setting=info.field_name or "url")

    @model_validator(mode="after")
    def _check_credentials(self) -> Self:
        """Hold that there is exactly one way in, and all of it."""
        ways = {
            "email and api_token": (self.email, self.api_token.get_secret_value()),
            "client_id, client_secret, cloud_id and token_file": (
                self.client_id,
                self.client_secret.get_secret_value(),
                self.cloud_id,
                self.token_file,
            ),
            "personal_access_token": (self.personal_access_token.get_secret_value(),),
        }
        begun = [name for name, parts in ways.items() if any(parts)]
        if len(begun) != 1:
            message = f"set one of: {'; '.join(ways)}"
            raise ValueError(message)
        if not all(ways[begun[0]]):
            message = f"{begun[0]} belong together"
            raise ValueError(message)
        return self

    @property
    def auth(self) -> Literal["api_token", "oauth", "personal_access_token"]:
        """The way in that is set."""
        if self.client_id:
            return "oauth"
        return "api_token" if self.email else "personal_access_token"

    @property
    def is_data_center(self) -> bool:
        """Tell if the site is a Data Center: only there are personal access tokens."""
        return self.auth == "personal_access_token"
