"""A plan as a value: what is written for each engagement, where, what is left out and why, and about what it costs."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from atlas_sync.coverage import AttachFile, CreateItem, Need, SetDeal, Skipped, UpdateItem, WriteCommand
from atlas_sync.errors import ConfigError
from atlas_sync.store.ledger import Ledger

__all__ = ["Plan", "PlannedEngagement", "load_plan"]

_CALLS_PER_PROJECT = 10
_CALLS_PER_UPDATE = 5
_CALLS_PER_COMMENT = 2
_CALLS_PER_DEAL = 2
_CALLS_PER_FILE = 3


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlannedEngagement(_Part):
    """What one engagement needs, where it goes and what is left out with the reason.

    `problems` stand in the way of all, `notes` say what the project cannot take; `needs` are what a person should see first.
    """

    engagement_id: str
    name: str
    client_name: str | None
    system: str
    project: str
    audience: str
    commands: tuple[WriteCommand, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()


class Plan(_Part):
    """A plan. `id` follows from the commands: the same work gives the same id.

    `newest_gap_at` is when the newest gap opened of those that it was made from, by the clock of the vendors.
    """

    id: str
    made_at: datetime
    snapshot: str
    engagements: tuple[PlannedEngagement, ...]
    newest_gap_at: datetime | None = None

    @property
    def commands(self) -> list[WriteCommand]:
        """Give every command, in order."""
        return [command for engagement in self.engagements for command in engagement.commands]

    @property
    def calls(self) -> int:
        """Tell about how many calls carrying it out takes: a look around, then each write with its look back."""
        projects = {
            place.project
            for place in self.engagements
            if any(not isinstance(command, SetDeal) for command in place.commands)
        }
        return len(projects) * _CALLS_PER_PROJECT + sum(_calls(command) for command in self.commands)

    @property
    def notifications(self) -> int:
        """Tell how many events the tracker tells people of, as the project's notification scheme has it."""
        comments = sum(isinstance(command, UpdateItem) and command.comment is not None for command in self.commands)
        return comments + sum(isinstance(command, CreateItem | UpdateItem | AttachFile) for command in self.commands)


def _calls(command: WriteCommand) -> int:
    match command:
        case CreateItem(kind="brief"):
            return 2
        case UpdateItem(comment=said):
            return _CALLS_PER_UPDATE + (_CALLS_PER_COMMENT if said else 0)
        case SetDeal():
            return _CALLS_PER_DEAL
        case AttachFile():
            return _CALLS_PER_FILE
        case _:
            return 1


def load_plan(ledger: Ledger, plan_id: str | None = None) -> Plan:
    """Give a kept plan, the one made last by default.

    Raises:
        ConfigError: there is no such plan.
    """
    stored = ledger.plan(plan_id)
    if stored is None:
        message = f"there is no plan {plan_id}." if plan_id else "there is no plan yet."
        raise ConfigError(message, advice="Run `atlas-sync plan` first.")
    return Plan.model_validate_json(stored.body)
