"""How to reach a HubSpot portal."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from atlas_sync.connectors.transport import HeaderSecret, Seconds, check_endpoint

__all__ = ["FeedbackProperties", "HubSpotSettings"]

_PROPERTY = r"^[a-z][a-z0-9_]*$"
_PROPERTY_OR_NONE = rf"{_PROPERTY}|^$"
_NONE = SecretStr("")


class FeedbackProperties(BaseModel):
    """Names of the deal properties in which sales sees the delivery; an empty one is not written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    link: str = Field(default="atlas_delivery_link", pattern=_PROPERTY_OR_NONE, description="Address of the delivery.")
    status: str = Field(default="atlas_delivery_status", pattern=_PROPERTY_OR_NONE, description="How far it is.")
    score: str = Field(
        default="atlas_handoff_score", pattern=_PROPERTY_OR_NONE, description="How well it was handed over."
    )
    questions: str = Field(default="atlas_questions", pattern=_PROPERTY_OR_NONE, description="What sales can answer.")
    answers: str = Field(
        default="atlas_answers",
        pattern=_PROPERTY_OR_NONE,
        description="Where sales answers; read as a note, never written.",
    )

    def named(self) -> dict[str, str]:
        """Give the properties by our word."""
        return {word: str(name) for word, name in self if name}


class HubSpotSettings(BaseModel):
    """Settings of one HubSpot connection: either an access token, or an app's client id and secret with a refresh token.

    Source: HubSpot changelog, service keys; the numbered API versions lose support in 2027, so a dated one is the default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    access_token: HeaderSecret = Field(default=_NONE, description="Service key or private app token.")
    client_id: str = Field(default="", description="Client id of the app, for OAuth.")
    client_secret: SecretStr = Field(
        default=_NONE, description="Client secret of the app: for OAuth, and to check who sent a webhook."
    )
    refresh_token: SecretStr = Field(default=_NONE, description="Refresh token of the installed app, for OAuth.")
    token_expires: date | None = Field(
        default=None, description="Last day of the service key or token, to be warned of it 14 days ahead."
    )
    api_version: Literal["2026-09", "2026-03", "v3"] = Field(default="2026-09", description="Version of the paths.")
    portal_id: str = Field(default="", pattern=r"^\d*$", description="Portal id, for links that people can open.")
    project_property: str | None = Field(
        default=None,
        pattern=_PROPERTY,
        description="Name of the deal property in which sales names the delivery project.",
    )
    type_property: str = Field(
        default="dealtype",
        pattern=_PROPERTY,
        description="Name of the deal property that chooses texts by type of deal.",
    )
    promise_properties: tuple[str, ...] = Field(
        default=(),
        description="Names of deal properties in which sales writes down promises: each line of them is one.",
    )
    deal_cross_ids: tuple[str, ...] = Field(
        default=("hs_salesforceopportunityid",),
        description="Names of deal properties that hold the deal's id in another CRM; Salesforce's by default.",
    )
    client_cross_ids: tuple[str, ...] = Field(
        default=("salesforceaccountid",), description="The same, of company properties."
    )
    person_cross_ids: tuple[str, ...] = Field(
        default=("salesforcecontactid", "salesforceleadid"), description="The same, of contact properties."
    )
    feedback: FeedbackProperties | None = Field(
        default=None,
        description="Deal properties in which sales sees the delivery; without it nothing is written on deals.",
    )
    default_currency: str = Field(default="EUR", description="Currency of amounts on deals without one (ISO code).")
    endpoint: str = Field(
        default="https://api.hubapi.com", description="Address of the API; another one for a sandbox."
    )
    calls_per_second: float = Field(
        default=9.0, gt=0, description="Pace of calls in calls a second, shared by all threads."
    )
    searches_per_second: float = Field(
        default=4.0, gt=0, description="Pace of searches in calls a second: they have a limit of their own."
    )
    read_timeout_s: Seconds = Field(default=60.0, gt=0, description="Seconds to wait for an answer.")

    @field_validator("endpoint")
    @classmethod
    def _check_endpoint(cls, url: str) -> str:
        return check_endpoint(url, setting="endpoint")

    @model_validator(mode="after")
    def _check_credentials(self) -> Self:
        """Hold that there is exactly one way in."""
        given, renewed = (bool(secret.get_secret_value()) for secret in (self.access_token, self.refresh_token))
        if given == renewed:
            raise ValueError("set either access_token, or refresh_token with client_id and client_secret")
        if renewed and not (self.client_id and self.client_secret.get_secret_value()):
            raise ValueError("a refresh_token needs client_id and client_secret")
        return self
