"""Who owes what: the member of staff with the role of a rule whose area is the nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from scheduler.ladders import SUPERVISOR, WORKER
from scheduler.roles import RuleRole

_SUPERVISOR: Final = "township_supervisor"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff, by code."""

    code: str
    role: str
    area: str


class Staff:
    """Finds who owes a duty. `roles` say who stands in where nobody has the role."""

    def __init__(self, members: Sequence[Member], roles: Mapping[str, RuleRole]) -> None:
        self._roles = roles
        self._by_role: dict[str, dict[str, list[Member]]] = {}
        for one in members:
            self._by_role.setdefault(one.role, {}).setdefault(one.area, []).append(one)

    def owner(self, role: str, area: str, subject: int) -> Member | None:
        """Who owes a duty of `role` for a subject in `area`; several in one place share them."""
        seen: set[str] = set()
        following: str | None = role
        while following is not None and following not in seen:
            seen.add(following)
            if found := self._nearest(following, area):
                return found[subject % len(found)]
            known = self._roles.get(following)
            following = known.falls_to if known else None
        return None

    def reader(self, to: str, owner: Member | None, area: str) -> Member | None:
        """Whom a rung addresses: the worker, the worker's supervisor, or a role."""
        if to == WORKER:
            return owner
        found = self._nearest(_SUPERVISOR if to == SUPERVISOR else to, area)
        return found[0] if found else None

    def _nearest(self, role: str, area: str) -> Sequence[Member]:
        places = self._by_role.get(role, {})
        return next((places[area[:n]] for n in range(len(area), -1, -1) if area[:n] in places), ())
