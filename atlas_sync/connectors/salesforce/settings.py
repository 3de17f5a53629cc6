"""How to reach a Salesforce org, and what of its own making is to be read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator, model_validator

from atlas_sync.connectors.transport import Seconds, check_endpoint
from atlas_sync.errors import ConfigError

__all__ = ["CustomObject", "FeedbackFields", "SalesforceSettings"]

_MY_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.my\.salesforce\.com")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_NONE = SecretStr("")


class CustomObject(BaseModel):
    """An object of the org's own, read by change stamp and landed with all its fields.

    With `deal` and `texts` each record also counts as a note about that deal.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    deal: str | None = Field(default=None, description="API name of its lookup to Opportunity, such as Opportunity__c.")
    texts: tuple[str, ...] = Field(
        default=(), description="API names of the fields whose texts, in this order, are the note; empty: landed only."
    )
    text_format: Literal["text", "html"] = Field(
        default="text", description="Form of these texts: text, or html for rich text fields."
    )
    holds: Literal["notes", "promises"] = Field(
        default="notes",
        description="What its texts are: notes to read, or promises, each line of them one for certain.",
    )
    title: str = Field(default="Name", description="API name of the field that is the note's subject.")
    at: str = Field(default="CreatedDate", description="API name of the date-time field that says when it was written.")

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are asked for by name, each once."""
        named = (self.title, self.at, *((self.deal,) if self.deal else ()), *self.texts)
        return tuple(dict.fromkeys(named))

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name in self.fields:
            _check_name(name, setting="custom")
        if self.texts and not self.deal:
            message = "custom: an object with texts needs the lookup to the deal they are about."
            raise ConfigError(message, advice="Set deal to the API name of its lookup to Opportunity.")
        return self


class FeedbackFields(BaseModel):
    """API names of the Opportunity fields in which sales sees the delivery; an empty one is not written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    link: str = Field(default="Atlas_Delivery__c", description="Address of the delivery.")
    status: str = Field(default="Atlas_Delivery_Status__c", description="How far it is.")
    score: str = Field(default="Atlas_Handoff_Score__c", description="How well it was handed over.")
    questions: str = Field(default="Atlas_Questions__c", description="What sales can answer.")
    answers: str = Field(default="Atlas_Answers__c", description="Where sales answers; read as a note, never written.")

    def named(self) -> dict[str, str]:
        """Give the fields by our word."""
        return {word: str(name) for word, name in self if name}

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name in self.named().values():
            _check_name(name, setting="feedback")
        return self


class SalesforceSettings(BaseModel):
    """Settings of one Salesforce connection."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instance_url: str = Field(description="My Domain address of the org, such as https://example.my.salesforce.com.")
    auth: Literal["client_credentials", "jwt_bearer", "password"] = Field(
        default="client_credentials",
        description="How to log in: client_credentials as the app's run-as user, jwt_bearer as `username` with a signed "
        "assertion, or password, which Salesforce is ending.",
    )
    client_id: SecretStr = Field(description="Consumer key of the external client app.")
    client_secret: SecretStr = Field(
        default=_NONE, description="Consumer secret of the app; jwt_bearer does without it."
    )
    username: str | None = Field(default=None, description="User to log in as, for jwt_bearer and password.")
    private_key: SecretStr = Field(
        default=_NONE, description="RSA private key in PEM form that belongs to the app's certificate, for jwt_bearer."
    )
    certificate: Path | None = Field(
        default=None, description="PEM file of the app's certificate, which is no secret: its end is warned of ahead."
    )
    password: SecretStr = Field(default=_NONE, description="Password of `username`, for password.")
    security_token: SecretStr = Field(default=_NONE, description="Security token of `username`, for password.")
    api_version: str = Field(default="62.0", pattern=r"^\d{2,3}\.0$", description="Version of the REST API.")
    endpoint: str | None = Field(default=None, description="Another address to send everything to, for a sandbox.")
    project_field: str | None = Field(
        default=None, description="API name of the Opportunity field that holds the delivery project's key or address."
    )
    deal_cross_ids: tuple[str, ...] = Field(
        default=(), description="API names of Opportunity text fields that hold the deal's id in another CRM."
    )
    type_field: str | None = Field(
        default=None, description="API name of the Opportunity field that chooses texts by type of deal, such as Type."
    )
    deal_texts: tuple[str, ...] = Field(
        default=(), description="API names of Opportunity text fields that are read as notes, such as Handoff__c."
    )
    promise_texts: tuple[str, ...] = Field(
        default=(),
        description="API names of Opportunity text fields in which sales writes down promises: each line of them is one.",
    )
    feedback: FeedbackFields | None = Field(
        default=None,
        description="Opportunity fields in which sales sees the delivery; without it nothing is written on deals.",
    )
    deal_texts_format: Literal["text", "html"] = Field(
        default="text", description="Form of deal_texts and promise_texts: text, or html for rich text."
    )
    custom: dict[str, CustomObject] = Field(
        default_factory=dict, description="Objects of the org's own to read, by API name, such as Delivery_Note__c."
    )
    field_history: bool = Field(
        default=False, description="Whether to read OpportunityFieldHistory, which exists where history is tracked."
    )
    default_currency: str = Field(
        default="EUR", pattern=r"^[A-Z]{3}$", description="Currency of amounts where the org does not name one."
    )
    bulk_threshold: int = Field(
        default=50_000, ge=0, description="Records from which a first read of an object uses a bulk query job."
    )
    bulk_page: int = Field(default=5_000, gt=0, description="Records per page of a bulk query job's result.")
    bulk_timeout_s: Seconds = Field(
        default=3600.0, gt=0, description="Seconds to wait for a bulk query job to be done."
    )
    calls_per_second: float = Field(default=25.0, gt=0, description="Pace in calls per second, shared by all threads.")
    read_timeout_s: Seconds = Field(
        default=120.0, gt=0, description="Seconds to wait for an answer; the vendor ends a query after about 120."
    )

    @property
    def notes(self) -> tuple[str, ...]:
        """The Opportunity fields that are read as notes, the answers of sales among them."""
        answers = (self.feedback.answers,) if self.feedback and self.feedback.answers else ()
        return tuple(dict.fromkeys((*self.deal_texts, *answers)))

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

    @field_validator("project_field", "type_field")
    @classmethod
    def _check_one_field(cls, name: str | None, info: ValidationInfo) -> str | None:
        return _check_name(name, setting=info.field_name or "project_field") if name else None

    @field_validator("deal_texts", "promise_texts")
    @classmethod
    def _check_deal_texts(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_check_name(name, setting=info.field_name or "deal_texts") for name in names))

    @field_validator("custom")
    @classmethod
    def _check_custom(cls, things: dict[str, CustomObject]) -> dict[str, CustomObject]:
        for thing in things:
            if not _check_name(thing, setting="custom").endswith("__c"):
                message = f"custom: {thing} is no object of the org's own, whose name ends in __c."
                raise ConfigError(message, advice="Correct custom.")
        return things

    @model_validator(mode="after")
    def _check_auth(self) -> Self:
        """Refuse a way to log in without all that it needs."""
        needed = {
            "client_credentials": ("client_secret",),
            "jwt_bearer": ("username", "private_key"),
            "password": ("client_secret", "username", "password"),
        }[self.auth]
        missing = [name for name in needed if getattr(self, name) in (None, "", _NONE)]
        if missing:
            message = f"auth {self.auth} needs {', '.join(missing)}."
            raise ConfigError(message, advice="Set what is missing; secrets by environment or secret file.")
        return self


def _check_name(name: str, *, setting: str) -> str:
    """Refuse what is no API name, since it becomes part of a query, where names cannot be quoted."""
    if not _NAME.fullmatch(name):
        message = f"{setting} must be the API name of a field or object, such as Delivery_Project__c."
        raise ConfigError(message, advice=f"Correct {setting}.")
    return name
