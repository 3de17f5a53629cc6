"""The portal's owners: people whose ids stand in `hubspot_owner_id`, among them those who have left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from atlas_sync.sandbox.hubspot.errors import Json
from atlas_sync.sandbox.hubspot.values import stamp, to_ms

__all__ = ["Owner", "Owners"]

_FIRST_OWNER, _FIRST_USER = 78_204_411, 12_282_590
_OLD_PORTAL = 2


@dataclass(frozen=True, slots=True)
class Owner:
    """One owner. The ids of owner and user are the same number for newer ones only.

    Source: contracts/hubspot/recordings/owners_list.json; facts/hubspot.md, section 5.
    """

    id: str
    user_id: int
    email: str
    name: str
    created_at: datetime
    updated_at: datetime
    archived: bool = False

    def wire(self) -> Json:
        """Give the owner as the API shows it; somebody who left has no `userId` any more."""
        first, _, last = self.name.rpartition(" ")
        return {
            "id": self.id,
            "email": self.email,
            "type": "PERSON",
            "firstName": first,
            "lastName": last,
            "userId": None if self.archived else self.user_id,
            "userIdIncludingInactive": self.user_id,
            "createdAt": stamp(self.created_at),
            "updatedAt": stamp(self.updated_at),
            "archived": self.archived,
        }


class Owners:
    """All owners in order of their ids."""

    def __init__(self) -> None:
        self._owners: dict[str, Owner] = {}

    def add(self, *, name: str, email: str, at: datetime) -> str:
        """Add an owner and give the id."""
        number = len(self._owners)
        key = _FIRST_OWNER + number * 104_729
        user = _FIRST_USER + number * 7_919 if number < _OLD_PORTAL else key
        moment = to_ms(at)
        self._owners[str(key)] = Owner(str(key), user, email, name, moment, moment)
        return str(key)

    def leave(self, key: str, *, at: datetime) -> None:
        """Switch an owner off."""
        self._owners[key] = replace(self._owners[key], archived=True, updated_at=to_ms(at))

    def get(self, key: str) -> Owner | None:
        """Give an owner, whether still there or not."""
        return self._owners.get(key)

    def by_user(self, user_id: str) -> Owner | None:
        """Give an owner by the id of the user."""
        return next((owner for owner in self._owners.values() if str(owner.user_id) == user_id), None)

    def list(self, *, archived: bool) -> list[Owner]:
        """List those who left, or those who did not: never both."""
        return [owner for owner in self._owners.values() if owner.archived is archived]
