"""Every record as received, one JSON record a line, and a manifest that commits parts and watermark together.

    landing/<system>/<run>/<stream>-<n>.ndjson.zst      the records of one run and stream
    landing/<system>/<run>/<stream>-<n>.ids             their ids and hashes, in the same order
    landing/<system>/<run>/<stream>.json                the manifest; without it the parts do not count
    landing/<system>/<stream>.progress                  a manifest of a read that is going on, or was killed
    landing/<system>/<stream>.state  .known  .gone  .commits
                                                        what the next read needs to know of all before it; see `memory`

What cannot be found here was never read. Nothing here knows what a record means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from atlas_sync.store.manifest import Manifest, Reach, ReadStatus, Unread
from atlas_sync.store.memory import StreamMemory, read_commits
from atlas_sync.store.parts import Part, PartWriter, read_ids, read_lines, unreadable, write_whole

__all__ = ["NOT_VISIBLE", "Key", "Known", "Landing", "Manifest", "Part", "PartWriter", "Reach", "ReadStatus", "Unread"]

NOT_VISIBLE = b'{"atlas_sync":{"deletion":"not_visible"}}'
"""Landed instead of a record that a complete listing of ids no longer holds and that no answer explains."""

Key = tuple[str, str, str]
"""System, run and stream of a manifest."""


class Landing:
    """All landed records below one folder. Parts are closed at `part_bytes` of text, or after `part_s` seconds."""

    def __init__(self, folder: Path, *, part_bytes: int = 64 * 1024 * 1024, part_s: float = 20.0) -> None:
        self._folder = folder
        self._part_bytes = part_bytes
        self._part_s = part_s

    def folder(self, system: str) -> Path:
        """Give the folder of one system."""
        return self._folder / system

    def writer(self, system: str, run: str, stream: str) -> PartWriter:
        """Open the parts of one run and stream for writing."""
        return PartWriter(self._folder / system / run, stream, part_bytes=self._part_bytes, part_s=self._part_s)

    def save_progress(self, manifest: Manifest) -> None:
        """Remember how far a read is, so that the next run goes on from its parts if this one is killed."""
        write_whole(self._progress(manifest.system, manifest.stream), manifest.model_dump_json(indent=1))

    def commit(self, manifest: Manifest) -> None:
        """Make the parts of a manifest count, all at once."""
        path = self._manifest_path((manifest.system, manifest.run, manifest.stream))
        self.memory(manifest.system, manifest.stream).announce(manifest.run)
        write_whole(path, manifest.model_dump_json(indent=1))
        self.memory(manifest.system, manifest.stream).take_in(manifest)
        self._progress(manifest.system, manifest.stream).unlink(missing_ok=True)

    def unfinished(self, system: str, stream: str) -> Manifest | None:
        """Give the read of a stream that the next one goes on from: one that was killed, else the last if it was cut off.

        A killed one's parts are not committed: whoever goes on commits them.
        """
        path = self._progress(system, stream)
        if path.exists():
            killed = _read_manifest(path)
            if not self._manifest_path((system, killed.run, stream)).exists():
                return killed
        run = self.memory(system, stream).cut_off
        return self.manifest((system, run, stream)) if run else None

    def last_complete(self, system: str, stream: str) -> Manifest | None:
        """Give the last complete read of a stream; None where there is none, or an earlier version made it."""
        key = (system, self.memory(system, stream).complete, stream)
        return self.manifest(key) if self._manifest_path(key).exists() else None

    def memory(self, system: str, stream: str) -> StreamMemory:
        """Give what is remembered of all reads of a stream."""
        return StreamMemory(self._folder / system, stream, read_manifest=_read_manifest)

    def watermark(self, system: str, stream: str) -> datetime | None:
        """Tell where the next window of a stream starts; None before its first complete read."""
        return self.memory(system, stream).watermark

    def watermark_by(self, system: str, stream: str, moment: datetime) -> datetime | None:
        """Give the last watermark of a stream that does not lie after a moment; None where there is none."""
        for key in reversed(self.committed()):
            if (key[0], key[2]) == (system, stream):
                watermark = self.manifest(key).watermark
                if watermark is not None and watermark <= moment:
                    return watermark
        return None

    def newest_watermark(self, system: str) -> datetime | None:
        """Give the last moment at which a read of any stream of a system began, by its clock."""
        streams = [log.stem for log in self.folder(system).glob("*.commits")]
        return max((one for one in (self.watermark(system, stream) for stream in streams) if one), default=None)

    def known_ids(self, system: str, stream: str) -> list[str]:
        """List the ids landed of a stream in order of first sight; of a set, those it held when it was last complete."""
        return self.memory(system, stream).known_ids()

    def committed(self) -> list[Key]:
        """List what was committed, in order of runs, without opening it."""
        paths = self._folder.glob("*/*/*.json")
        keys = [(path.parent.parent.name, path.parent.name, path.stem) for path in paths]
        return sorted(keys, key=lambda key: (key[1], key[0], key[2]))

    def committed_since(self, marks: Mapping[str, int]) -> tuple[list[Key], dict[str, int]]:
        """List what was committed since some marks, in order of runs, and give the marks to go on from the next time.

        A mark of `<system>/<stream>` tells how much of the list of its commits was seen; where one is missing, or lies
        behind the end, all that was ever committed is listed.
        """
        logs = {f"{log.parent.name}/{log.stem}": log for log in self._folder.glob("*/*.commits")}
        seen = {name: self._since(log, marks.get(name, 0)) for name, log in logs.items()}
        now = {name: mark for name, (_keys, mark) in seen.items()}
        if not marks or any(name not in marks or mark < marks[name] for name, mark in now.items()):
            return self.committed(), now
        keys = [key for fresh, _mark in seen.values() for key in fresh]
        return sorted(set(keys), key=lambda key: (key[1], key[0], key[2])), now

    def _since(self, log: Path, start: int) -> tuple[list[Key], int]:
        """Read a list of commits from somewhere; one at its end that has not been made yet is left to the next time."""
        size = log.stat().st_size
        text = read_commits(log, start, size)
        runs = [run for run in text.split() if self._manifest_path((log.parent.name, run, log.stem)).exists()]
        last = text.split()[-1:]
        is_underway = last != runs[-1:]
        end = start + text.rfind(last[0]) if is_underway else size
        return [(log.parent.name, run, log.stem) for run in runs], end

    def manifest(self, key: Key) -> Manifest:
        """Give one manifest.

        Raises:
            StoreError: it cannot be read.
        """
        return _read_manifest(self._manifest_path(key))

    def manifests(self) -> Iterator[Manifest]:
        """Yield every manifest in order of runs.

        Raises:
            StoreError: one cannot be read.
        """
        return (self.manifest(key) for key in self.committed())

    def part_path(self, manifest: Manifest, part: Part) -> Path:
        """Tell where a part lies; its ids and hashes lie beside it, in `ids_path`."""
        return self._folder / manifest.system / (part.run or manifest.run) / part.name

    def ids_of(self, system: str, run: str, parts: Sequence[Part]) -> Iterator[str]:
        """Yield the ids of the records in some parts of a run."""
        for part in parts:
            yield from read_ids(self._folder / system / run / part.name)

    def drop_loose(self, killed: Manifest) -> None:
        """Remove what a killed run was still writing: nobody knows how much of it there is."""
        counted = {part.name.partition(".")[0] for part in killed.parts if part.run in {"", killed.run}}
        for path in (self._folder / killed.system / killed.run).glob(f"{killed.stream}-*"):
            if path.name.partition(".")[0] not in counted:
                path.unlink()

    def records(self, manifest: Manifest) -> Iterator[tuple[str, bytes]]:
        """Yield the id and JSON of every record of a manifest, as received.

        Raises:
            StoreError: a part is missing or damaged.
        """
        for part in manifest.parts:
            path = self.part_path(manifest, part)
            try:
                yield from zip(read_ids(path), read_lines(path), strict=True)
            except ValueError:
                message = f"landed part {part.name} of run {manifest.run} and its ids do not agree."
                raise unreadable(message, manifest.system) from None

    def last_records(self, system: str, stream: str) -> Iterator[tuple[str, bytes]]:
        """Yield the id and JSON of every record of a stream's last complete read; nothing where that is not known."""
        manifest = self.last_complete(system, stream)
        return self.records(manifest) if manifest else iter(())

    def _manifest_path(self, key: Key) -> Path:
        system, run, stream = key
        return self._folder / system / run / f"{stream}.json"

    def _progress(self, system: str, stream: str) -> Path:
        return self._folder / system / f"{stream}.progress"


class Known(Mapping[str, Sequence[str]]):
    """The ids landed of some streams of a system, read from disk once, and only for a reader that asks for them."""

    def __init__(self, landing: Landing, system: str, streams: Sequence[str]) -> None:
        self._landing = landing
        self._system = system
        self._streams = tuple(streams)
        self._read: dict[str, Sequence[str]] = {}

    def __getitem__(self, stream: str) -> Sequence[str]:
        if stream not in self._streams:
            raise KeyError(stream)
        if stream not in self._read:
            self._read[stream] = self._landing.known_ids(self._system, stream)
        return self._read[stream]

    def __iter__(self) -> Iterator[str]:
        return iter(self._streams)

    def __len__(self) -> int:
        return len(self._streams)


def _read_manifest(path: Path) -> Manifest:
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        message = f"manifest {path.parent.name}/{path.name} cannot be read ({type(error).__name__})."
        folder = path.parent if path.suffix == ".progress" else path.parent.parent
        raise unreadable(message, folder.name) from None
