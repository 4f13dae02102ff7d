"""Who is told of a duty besides whoever owes it: a role of its area, and who oversees that.

Who oversees an area oversees nobody's own work by that: what a supervisor owes goes one level up,
to whoever oversees the area around theirs. Nobody has to say so in the roles' file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, cast

from scheduler.ground import Ground
from scheduler.ladders import SUPERVISOR
from scheduler.population import LEVELS, Level
from storage.policy import POWERS, STAFF_ROLES, Role
from storage.readers import Staff
from storage.reminders import Place


def _length(role: Role) -> int:
    """How long the code of an area of a role is."""
    return LEVELS[cast(Level, POWERS[role].level)]


OVERSEERS: Final = tuple(
    sorted((one for one in STAFF_ROLES if POWERS[one].approves), key=_length, reverse=True)
)
"""The roles that oversee others, the nearest to the villages first."""


class Overseers:
    """Looks through the staff as it was when a tick began."""

    def __init__(self, ground: Ground, staff: Iterable[Staff]) -> None:
        self._ground = ground
        self._by_id: dict[int, Staff] = {}
        self._by_place: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._found: dict[tuple[str, str], list[list[int]]] = {}
        for one in staff:
            self._by_id[one.id] = one
            self._by_place[one.role, one.area_code].append(one.id)

    def of(self, to: str, place: Place) -> list[int]:
        """Who hears of a duty there as ``supervisor`` or as a role: the nearest up the tree; where
        nobody has it, those who stand in for it, and then who oversees more. Never who owes it."""
        wanted = OVERSEERS[0].value if to == SUPERVISOR else to
        around = self._around(wanted, place.area_code)
        for some in around:
            if others := [one for one in some if self._is_above(one, place.account_id)]:
                return others
        for some in around:
            if others := [one for one in some if one != place.account_id]:
                return others
        return []

    def _is_above(self, reader: int, owner: int | None) -> bool:
        """Whether somebody hears of what the owner owes: of an overseer's, who is higher up."""
        owes, hears = self._by_id.get(owner or 0), self._by_id[reader]
        if owes is None or not {owes.role, hears.role} <= set(OVERSEERS):
            return reader != owner
        return len(hears.area_code) < len(owes.area_code)

    def _around(self, role: str, area: str) -> list[list[int]]:
        """Those who have a role, or stand in for it, in an area or above it, the nearest first."""
        key = (role, area)
        if key not in self._found:
            self._found[key] = [
                found
                for each in dict.fromkeys((*self._ground.owners(role), *_more_than(role)))
                for length in range(len(area), 0, -1)
                if (found := self._by_place.get((each, area[:length])))
            ]
        return self._found[key]


def _more_than(role: str) -> Iterator[str]:
    """The roles that oversee areas no smaller than those of a role."""
    known = next((one for one in STAFF_ROLES if one == role), OVERSEERS[0])
    yield from (one.value for one in OVERSEERS if _length(one) <= _length(known))
