"""How to reach a Redmine, and what to read and write there."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from atlas_sync.connectors.transport import HeaderSecret, Seconds, check_endpoint

__all__ = ["RedmineSettings"]


class RedmineSettings(BaseModel):
    """Settings of one Redmine connection, 5.0 or later. The account is the integration's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(description="Address of the Redmine as people see it, such as https://redmine.example.com.")
    api_key: HeaderSecret = Field(description="API key of the integration's user, shown under its account.")
    projects: tuple[str, ...] = Field(
        default=(),
        description="Identifiers of the projects to read; empty for all that the integration's user can see.",
    )
    gone_projects: tuple[str, ...] = Field(
        default=(),
        description="Ids of projects that were deleted for good: they are not listed any more, like hidden ones, and only a "
        "person can tell the two apart.",
    )
    mark_field: int | None = Field(
        default=None,
        gt=0,
        description="Id of the issue custom field (long text, used as a filter, for all projects and trackers) that holds our "
        "marks. Without one they stand in the last line of each text.",
    )
    text_formatting: Literal["textile", "markdown"] = Field(
        default="textile", description="Text formatting that the Redmine is set to; markdown for CommonMark as well."
    )
    tracker: str = Field(default="Task", description="Tracker of new items; where a project lacks it, its first one.")
    public_is_open: bool = Field(
        default=True,
        description="Whether clients can read public projects; false where only colleagues have a log-in.",
    )
    calls_per_second: float = Field(
        default=10.0, gt=0, description="Pace of calls in calls a second, shared by all threads."
    )
    read_timeout_s: Seconds = Field(default=60.0, gt=0, description="Seconds to wait for an answer.")

    @field_validator("url")
    @classmethod
    def _check_url(cls, url: str) -> str:
        return check_endpoint(url, setting="url")
