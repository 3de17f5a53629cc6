"""How to reach a Jira Cloud site."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from atlas_sync.connectors.transport import check_endpoint

__all__ = ["JiraSettings"]


class JiraSettings(BaseModel):
    """Settings of one Jira connection. The API token is a secret and belongs to the integration's own user."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(description="Address of the site, such as https://example.atlassian.net.")
    email: str = Field(description="E-mail of the integration's user.")
    api_token: SecretStr = Field(description="API token of that user; expires within a year at Atlassian.")
    calls_per_second: float = Field(default=10.0, gt=0, description="Pace of calls, shared by all threads.")
    read_timeout_s: float = Field(default=60.0, gt=0, description="Seconds to wait for an answer.")

    @field_validator("url")
    @classmethod
    def _check_url(cls, url: str) -> str:
        return check_endpoint(url, setting="url")
