"""What the next read of a stream has to know of all reads before it, kept beside them so that asking costs the same forever.

    <stream>.state          watermark, last listing of ids, last complete read, last one if it was cut off, and how much of
                            `.known` counts
    <stream>-<n>.known      ids landed, a line each; some may stand twice
    <stream>.gone           ids that are known to be gone, so that they are not asked about again
    <stream>.commits        runs in order of their commits, each written down before its manifest is

All of it follows from the manifests: what is lost or behind is made again from them. The list of commits tells which they
are without a look at all the others.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import reduce
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from atlas_sync.store.manifest import Manifest
from atlas_sync.store.parts import read_id_lines, write_whole

__all__ = ["StreamMemory", "read_commits"]

_SLACK_BYTES = 1024 * 1024


class _State(BaseModel):
    """What follows from all reads up to `upto`, the newest run taken in.

    `commits` tells how much of their list was read (-1: never), `compact` the size of the list of ids when none stood twice.
    """

    model_config = ConfigDict(frozen=True)

    upto: str = ""
    watermark: datetime | None = None
    swept: datetime | None = None
    complete: str = ""
    cut_off: str = ""
    generation: int = 0
    known: int = 0
    compact: int = 0
    commits: int = -1


class StreamMemory:
    """The memory of one stream in one system's folder."""

    def __init__(self, folder: Path, stream: str, *, read_manifest: Callable[[Path], Manifest]) -> None:
        self._folder = folder
        self._stream = stream
        self._read_manifest = read_manifest
        self._state = self._load()
        self._listed = self._commits.stat().st_size if self._commits.exists() else 0
        self._behind = [self._read_manifest(path) for path in self._manifests_after(self._state.upto)]

    @property
    def watermark(self) -> datetime | None:
        """Where the next window starts."""
        return self._now().watermark

    @property
    def swept(self) -> datetime | None:
        """When all ids were last listed, or the stream was read from its beginning."""
        return self._now().swept

    @property
    def is_new(self) -> bool:
        """Tell if no read of the stream was ever committed."""
        return not self._now().upto

    @property
    def complete(self) -> str:
        """The run of the last complete read; empty where an earlier version made it, which did not remember."""
        return self._now().complete

    @property
    def cut_off(self) -> str:
        """The last run, if its read was cut off where the next one can go on."""
        return self._now().cut_off

    def _now(self) -> _State:
        """Give the state with what it is behind taken in, without writing: only who pulls may write here."""
        return reduce(_taken_in, self._behind, self._state)

    def known_ids(self) -> list[str]:
        """List the ids, each once, in order of first sight."""
        self._catch_up()
        return list(dict.fromkeys(self._known_text(self._state).decode().split("\n")[:-1]))

    def gone_ids(self) -> set[str]:
        """List the ids known to be gone."""
        path = self._folder / f"{self._stream}.gone"
        return set(path.read_text(encoding="utf-8").split("\n")[:-1]) if path.exists() else set()

    def keep_gone(self, ids: Iterable[str]) -> None:
        """Remember the ids that are known to be gone, and no others."""
        write_whole(self._folder / f"{self._stream}.gone", sorted(ids))

    def announce(self, run: str) -> None:
        """Write down that a manifest is about to be committed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._commits.open("ab") as commits:
            commits.write(f"\n{run}\n".encode())  # whatever a killed process left of a line
            commits.flush()
            os.fsync(commits.fileno())

    def take_in(self, manifest: Manifest) -> None:
        """Take in a manifest that was just committed."""
        self._catch_up()
        if manifest.run < self._state.upto and manifest.mode == "increment":
            self._save(self._with_ids(self._state, manifest))  # committed late: it adds ids, and moves nothing back

    def _catch_up(self) -> None:
        state = self._state
        for manifest in self._behind:
            state = _taken_in(self._with_ids(state, manifest), manifest)
        self._behind = []
        if state != self._state:
            self._save(state)

    def _load(self) -> _State:
        try:
            state = _State.model_validate_json((self._folder / f"{self._stream}.state").read_bytes())
        except (OSError, ValidationError):
            return _State()
        is_whole = not state.known or self._known_path(state).exists()
        return state if is_whole and self._size(state) >= state.known else _State()

    def _manifests_after(self, run: str) -> list[Path]:
        is_listed = 0 <= self._state.commits <= self._listed
        runs = sorted({one for one in (self._announced() if is_listed else self._all_runs()) if one > run})
        paths = (self._folder / name / f"{self._stream}.json" for name in runs)
        return [path for path in paths if path.exists()]

    def _announced(self) -> Iterable[str]:
        return read_commits(self._commits, self._state.commits, self._listed).split()

    def _all_runs(self) -> Iterable[str]:
        if not self._folder.is_dir():
            return []
        with os.scandir(self._folder) as entries:
            return [entry.name for entry in entries if entry.is_dir()]

    def _with_ids(self, state: _State, manifest: Manifest) -> _State:
        if manifest.mode == "set" and manifest.status == "complete":
            return self._renewed(state, self._text_of(manifest))
        added = self._text_of(manifest)
        if not added:
            return state
        with self._known_path(state).open("ab") as known:
            known.truncate(state.known)
            known.write(added)
            known.flush()
            os.fsync(known.fileno())
        if not state.known:
            return state.model_copy(update={"known": len(added), "compact": len(added)})
        grown = state.model_copy(update={"known": state.known + len(added)})
        if grown.known <= 2 * state.compact + _SLACK_BYTES:
            return grown
        ids = dict.fromkeys(self._known_text(grown).split(b"\n")[:-1])
        return self._renewed(grown, b"".join(remote_id + b"\n" for remote_id in ids))

    def _renewed(self, state: _State, text: bytes) -> _State:
        """Write the ids into a file of their own; the old one counts until the state is saved."""
        if text == self._known_text(state):
            return state
        size = {"generation": state.generation + 1, "known": len(text), "compact": len(text)}
        renewed = state.model_copy(update=size)
        write_whole(self._known_path(renewed), text.decode())
        return renewed

    def _text_of(self, manifest: Manifest) -> bytes:
        parts = [self._folder / (part.run or manifest.run) / part.name for part in manifest.parts]
        return b"".join(read_id_lines(part) for part in parts)

    def _known_text(self, state: _State) -> bytes:
        if not state.known:
            return b""
        with self._known_path(state).open("rb") as known:
            return known.read(state.known)

    @property
    def _commits(self) -> Path:
        return self._folder / f"{self._stream}.commits"

    def _known_path(self, state: _State) -> Path:
        return self._folder / f"{self._stream}-{state.generation}.known"

    def _size(self, state: _State) -> int:
        path = self._known_path(state)
        return path.stat().st_size if path.exists() else 0

    def _save(self, state: _State) -> None:
        before, state = self._known_path(self._state), state.model_copy(update={"commits": self._listed})
        write_whole(self._folder / f"{self._stream}.state", state.model_dump_json())
        self._state = state
        if before != self._known_path(state):
            before.unlink(missing_ok=True)


def read_commits(path: Path, start: int, end: int) -> str:
    """Give a piece of a stream's list of commits: runs, and whatever a killed process left of one."""
    if start >= end:
        return ""
    with path.open("rb") as commits:
        commits.seek(start)
        return commits.read(end - start).decode("ascii", errors="replace")


def _taken_in(state: _State, manifest: Manifest) -> _State:
    return state.model_copy(
        update={
            "upto": manifest.run,
            "watermark": manifest.watermark or state.watermark,
            "swept": manifest.swept or state.swept,
            "complete": manifest.run if manifest.status == "complete" else state.complete,
            "cut_off": manifest.run if manifest.windows else "",
        }
    )
