"""How to reach a Salesforce org."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from atlas_sync.connectors.transport import check_endpoint
from atlas_sync.errors import ConfigError

__all__ = ["SalesforceSettings"]

_MY_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.my\.salesforce\.com")
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class SalesforceSettings(BaseModel):
    """Settings of one Salesforce connection, which logs in by client credentials as the run-as user of an external app."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instance_url: str = Field(description="My Domain address of the org, such as https://example.my.salesforce.com.")
    client_id: SecretStr = Field(description="Consumer key of the external client app.")
    client_secret: SecretStr = Field(description="Consumer secret of the external client app.")
    api_version: str = Field(default="62.0", pattern=r"^\d{2,3}\.0$", description="Version of the REST API.")
    endpoint: str | None = Field(default=None, description="Another address to send everything to, for a sandbox.")
    project_field: str | None = Field(
        default=None, description="API name of the Opportunity field that holds the delivery project's key or address."
    )
    default_currency: str = Field(
        default="EUR", pattern=r"^[A-Z]{3}$", description="Currency of amounts where the org does not name one."
    )
    daily_share: float = Field(
        default=0.9, gt=0, le=1, description="Share of the org's daily API calls, all users counted, that ends reading."
    )
    calls_per_second: float = Field(default=25.0, gt=0, description="Pace of calls, shared by all threads.")
    read_timeout_s: float = Field(
        default=120.0, gt=0, description="Seconds to wait for an answer; the vendor ends a query after about 120."
    )

    @field_validator("instance_url")
    @classmethod
    def _check_instance(cls, url: str) -> str:
        """Refuse what is no My Domain address: the package can log in nowhere else.

        Source: simple-salesforce 1.12.10, SalesforceLogin; facts of simple-salesforce issue 406.
        """
        parts = urlsplit(url)
        if parts.scheme != "https" or not _MY_DOMAIN.fullmatch(parts.netloc) or parts.path.strip("/"):
            message = "instance_url must be the org's My Domain address, https://<name>.my.salesforce.com."
            raise ConfigError(message, advice="Look it up in Salesforce under Setup, My Domain.")
        return f"https://{parts.netloc}"

    @field_validator("endpoint")
    @classmethod
    def _check_endpoint(cls, url: str | None) -> str | None:
        return check_endpoint(url, setting="endpoint") if url else None

    @field_validator("project_field")
    @classmethod
    def _check_project_field(cls, name: str | None) -> str | None:
        """Refuse what is no field name, since it becomes part of a query, where names cannot be quoted."""
        if name and not _FIELD.fullmatch(name):
            message = "project_field must be the API name of a field, such as Delivery_Project__c."
            raise ConfigError(message, advice="Correct project_field.")
        return name or None
