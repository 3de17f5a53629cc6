"""Which files hold what, and how their columns are called."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from atlas_sync.connectors.files.kinds import KINDS, OURS

__all__ = ["FileStream", "FilesSettings"]


class FileStream(BaseModel):
    """The files of one stream. Columns of nested JSON are named by their path, as in `properties.dealname`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    files: str = Field(pattern=r"^[^/\\]+\.(csv|tsv|txt|json|ndjson|jsonl)$", description="Pattern of the file names.")
    take: Literal["all", "newest"] = Field(
        default="all", description="Every file, or the last by name, for full dumps."
    )
    id: tuple[str, ...] = Field(min_length=1, description="Columns that together tell a row from every other.")
    columns: dict[str, str] = Field(description="Our field, and the column that holds it.")


class FilesSettings(BaseModel):
    """Settings of one folder of exports. There is no secret among them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path = Field(description="Folder of the exports, best given in full.")
    streams: dict[str, FileStream] = Field(min_length=1, description=f"What to read, of {', '.join(KINDS)}.")
    won: tuple[str, ...] = Field(default=("Closed Won", "Won"), description="Stages that mean won.")
    lost: tuple[str, ...] = Field(default=("Closed Lost", "Lost"), description="Stages that mean lost.")
    encoding: str = Field(default="cp1252", description="Encoding of files that are not Unicode.")
    decimal_mark: Literal[".", ","] = Field(default=".", description="What stands before the cents.")
    dates: Literal["day first", "month first"] = Field(default="day first", description="How 05/06/2026 is meant.")
    timezone: ZoneInfo = Field(default=ZoneInfo("UTC"), description="Time zone of times without one: Europe/Lisbon.")

    @model_validator(mode="after")
    def _check_columns(self) -> Self:
        for stream, spec in self.streams.items():
            if stream not in KINDS:
                message = f"{stream} is no stream"
                raise ValueError(message)
            unknown = spec.columns.keys() - (KINDS[stream].model.model_fields.keys() - OURS)
            lacking = KINDS[stream].required - spec.columns.keys()
            if unknown or lacking:
                message = f"{stream}: no column for {sorted(lacking)}, no such field {sorted(unknown)}"
                raise ValueError(message)
        return self
