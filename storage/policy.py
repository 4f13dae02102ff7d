"""Who may see what, declared in one place and asked by every query.

A role sees the subtree of its area, filtered by what the role is for. A query that is made without
an actor's scope finds nothing: `NOBODY` is the default, not everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

CHILD_AGE: Final = 18  # Law on the Protection of Minors (2024), Art. 2


class Role(StrEnum):
    """Who someone is to the system."""

    GRID_WORKER = "grid_worker"
    CHILD_DIRECTOR = "child_director"
    TOWNSHIP_SUPERVISOR = "township_supervisor"
    COUNTY_ADMINISTRATOR = "county_administrator"
    RESIDENT = "resident"
    OPERATOR = "operator"  # the command line, on the machine itself
    SYSTEM = "system"  # the conversation's own plumbing and the ticks
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `area` is the root of the subtree that a member of staff may see; None is none."""

    role: Role
    area: str | None = None
    account_id: int | None = None
    person_id: int | None = None

    @property
    def everything(self) -> bool:
        """Whether areas don't limit this actor."""
        return self.role in (Role.OPERATOR, Role.SYSTEM)

    @property
    def children_only(self) -> bool:
        """Whether only minors and their households are this actor's business."""
        return self.role is Role.CHILD_DIRECTOR

    @property
    def may_fill(self) -> bool:
        """Whether this actor fills in forms."""
        return self.role in FIELD_ROLES

    @property
    def may_export(self) -> bool:
        """Whether this actor reads submissions of others."""
        return self.everything or self.role in (
            Role.TOWNSHIP_SUPERVISOR,
            Role.COUNTY_ADMINISTRATOR,
        )


FIELD_ROLES: Final = (Role.GRID_WORKER, Role.CHILD_DIRECTOR, Role.TOWNSHIP_SUPERVISOR)
STAFF_ROLES: Final = (*FIELD_ROLES, Role.COUNTY_ADMINISTRATOR)

NOBODY: Final = Actor(Role.NOBODY)
SYSTEM: Final = Actor(Role.SYSTEM)
OPERATOR: Final = Actor(Role.OPERATOR)
