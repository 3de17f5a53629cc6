"""Which files hold what, and how their columns are called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from atlas_sync.connectors.columns import KINDS, Columns, Habits, checked

__all__ = ["FileStream", "FilesSettings"]


class FileStream(Columns):
    """The files of one stream."""

    files: str = Field(pattern=r"^[^/\\]+\.(csv|tsv|txt|json|ndjson|jsonl)$", description="Pattern of the file names.")
    take: Literal["all", "newest"] = Field(
        default="all", description="Every file, or the last by name, for full dumps."
    )


class FilesSettings(Habits):
    """Settings of one folder of exports. There is no secret among them."""

    folder: Path = Field(description="Folder of the exports, best given in full.")
    streams: Annotated[dict[str, FileStream], AfterValidator(checked)] = Field(
        min_length=1, description=f"What to read, of {', '.join(KINDS)}."
    )
    encoding: str = Field(default="cp1252", description="Encoding of files that are not Unicode.")
