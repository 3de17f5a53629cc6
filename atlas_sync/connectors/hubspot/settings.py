"""How to reach a HubSpot portal."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from atlas_sync.connectors.transport import check_endpoint

__all__ = ["HubSpotSettings"]


class HubSpotSettings(BaseModel):
    """Settings of one HubSpot connection. The token is a service key or a private app's.

    Source: HubSpot changelog, service keys; the numbered API versions lose support in 2027, so a dated one is the default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    access_token: SecretStr = Field(description="Service key or private app token.")
    api_version: Literal["2026-09", "2026-03", "v3"] = Field(default="2026-09", description="Version of the paths.")
    portal_id: str = Field(default="", pattern=r"^\d*$", description="Portal id, for links that people can open.")
    project_property: str | None = Field(
        default=None,
        pattern=r"^[a-z][a-z0-9_]*$",
        description="Name of the deal property in which sales names the delivery project.",
    )
    default_currency: str = Field(default="EUR", description="Currency of amounts on deals without one.")
    endpoint: str = Field(
        default="https://api.hubapi.com", description="Address of the API; another one for a sandbox."
    )
    calls_per_second: float = Field(default=9.0, gt=0, description="Pace of calls, shared by all threads.")
    searches_per_second: float = Field(
        default=4.0, gt=0, description="Pace of searches, which have a limit of their own."
    )
    read_timeout_s: float = Field(default=60.0, gt=0, description="Seconds to wait for an answer.")

    @field_validator("endpoint")
    @classmethod
    def _check_endpoint(cls, url: str) -> str:
        return check_endpoint(url, setting="endpoint")
