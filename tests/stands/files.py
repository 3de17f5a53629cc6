"""A folder of exports, played by writing its files anew after each change."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from atlas_sync.sandbox.faults import Rule
from atlas_sync.sandbox.happenings import PRESENT
from tests.stands.protocol import WEBHOOK_SECRET, Act, Announced, Capability, Fact, Paging
from tests.stands.wire import Wire

__all__ = ["FilesStand"]

_NO_NETWORK = "files are read from a folder; nothing is asked over a network"


@dataclass
class FilesStand:
    """Exports of deals (a table) and of roles (JSON)."""

    kind: str = "files"
    wire: Wire = field(default_factory=Wire)
    folder: Path = Path()
    deals: dict[str, dict[str, str]] = field(default_factory=dict)
    roles: dict[str, dict[str, str]] = field(default_factory=dict)
    paging: ClassVar[Paging] = Paging("", "", "")
    lacks: ClassVar[Mapping[Capability, str]] = {
        "network": _NO_NETWORK,
        "paging": _NO_NETWORK,
        "delete": "an export does not say what was deleted; what left it is gone",
        "archive": "an export does not say what was put away",
        "merge": "an export does not say what became of a record that was merged away",
        "hide": "what is hidden is not in the export, and looks like what left it",
        "restore": "an export does not say what was deleted",
        "move": "a record has one name, its id",
        "aged": "an export holds what its maker chose",
        "late": "every run reads every row, so stamps do not matter",
        "lag": "every run reads every row",
        "cap": "a file has no end but its own",
        "batch": _NO_NETWORK,
        "session": _NO_NETWORK,
        "write": "the connector only reads",
        "quota": _NO_NETWORK,
        "hidden object": "a file that is not there is no empty one: see the tests of the connector",
        "webhook": "a folder announces nothing",
    }
    on: ClassVar[Mapping[Act, str]] = {"create": "deals", "erase": "deals", "member": "roles", "relink": "deals"}
    gone_as: ClassVar[Mapping[str, frozenset[str]]] = {"erase": frozenset({"deleted"})}
    _gone: set[str] = field(default_factory=set)
    _time_s: float = PRESENT.timestamp()
    _column: str = "Stage"

    @contextmanager
    def serving(self, folder: Path) -> Iterator[None]:
        """Keep the exports in a folder."""
        self.folder = folder / "exports"
        self.folder.mkdir(parents=True)
        self._write()
        yield

    def settings(self) -> Mapping[str, Any]:
        """Give the settings of a connection."""
        columns = {"name": "Name", "stage": "Stage", "client": "Account"}
        return {
            "kind": self.kind,
            "folder": str(self.folder),
            "streams": {
                "deals": {"files": "deals.csv", "id": ["Id"], "columns": columns},
                "roles": {"files": "roles.json", "id": ["id"], "columns": {"deal": "deal", "person": "person"}},
            },
        }

    def environ(self) -> Mapping[str, str]:
        """Give the secrets, of which there are none."""
        return {}

    def source(self, stream: str, key: str) -> str:
        """Give a reference."""
        return f"{self.kind}:{stream.removesuffix('s')}:{key}"

    def create(self, stream: str, name: str, *, late_s: float = 0) -> str:  # noqa: ARG002 - stamps do not matter here
        """Add a deal."""
        key = f"{stream}-{len(self.deals) + 1}"
        self.deals[key] = {"Id": key, "Name": name, "Stage": "Open", "Account": ""}
        self._write()
        return key

    def rename(self, stream: str, keys: list[str], name: str) -> None:  # noqa: ARG002 - only deals have names here
        """Rename deals."""
        for key in keys:
            self.deals[key]["Name"] = name
        self._write()

    def act(self, what: str, key: str, *, into: str = "") -> str:  # noqa: ARG002 - nothing merges here
        """Do something to a deal."""
        made = ""
        match what:
            case "erase":
                del self.deals[key]
                self._gone.add(self.source("deals", key))
            case "member":
                made = f"{key}-{len(self.roles) + 1}"
                self.roles[made] = {"id": made, "deal": key, "person": "p1"}
            case "relink":
                self.deals[key]["Account"] = "a1"
            case _:
                raise NotImplementedError(what)
        self._write()
        return made

    def leave(self, member: str) -> None:
        """Take a role out of the export."""
        del self.roles[member]
        self._gone.add(self.source("roles", member))
        self._write()

    def fault(self, rule: Rule) -> None:
        """Nothing can go wrong on a wire that is not there."""
        raise NotImplementedError(rule.kind)

    def mend(self) -> None:
        """There is no wire to mend."""

    def announce(self, key: str, *, url: str, number: int, at: datetime, secret: str = WEBHOOK_SECRET) -> Announced:
        """Nothing is announced."""
        raise NotImplementedError(key, url, number, at, secret)

    def spoil(self, what: Capability) -> None:
        """Leave a column out of the export."""
        assert what == "hidden field"
        self._column = "Another"
        self._write()

    def pass_time(self, seconds: float) -> None:
        """Let time pass: the next export is later."""
        self._time_s += seconds

    def truth(self) -> Mapping[str, Fact]:
        """Give what the exports hold now."""
        gone = {source: Fact(gone=frozenset({"deleted"})) for source in self._gone}
        deals = {
            self.source("deals", key): Fact(
                {"name": row["Name"], "client": f"files:client:{row['Account']}" if row["Account"] else None}
            )
            for key, row in self.deals.items()
        }
        roles = {
            self.source("roles", key): Fact({"deal": self.source("deals", row["deal"])})
            for key, row in self.roles.items()
        }
        return gone | deals | roles

    def _write(self) -> None:
        """Write all files anew, each put in its place at once as a careful exporter does."""
        self._time_s += 1
        draft = self.folder / "draft"
        with draft.open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.writer(file, delimiter=";")
            table.writerow(["Id", "Name", self._column, "Account"])
            table.writerows(row.values() for row in self.deals.values())
        self._place(draft, "deals.csv")
        draft.write_text(json.dumps(list(self.roles.values())), encoding="utf-8")
        self._place(draft, "roles.json")

    def _place(self, draft: Path, name: str) -> None:
        os.utime(draft, (self._time_s, self._time_s))
        draft.replace(self.folder / name)
