"""Who may see and do what: one table of powers, asked by every query.

A role sees the subtree of its area, filtered by what the role is for. A query that is made without
an actor's scope finds nothing: `NOBODY` is the default, not everybody. `docs/privacy.md` shows this
table, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

CHILD_AGE: Final = 18  # Law on the Protection of Minors (2024), Art. 2
PENSION_AGE: Final = 16  # who may join the residents' pension scheme: 国发〔2014〕8号, 三


class Role(StrEnum):
    """Who someone is to the system."""

    GRID_WORKER = "grid_worker"
    CHILD_DIRECTOR = "child_director"
    CHILD_SUPERVISOR = "child_supervisor"
    VILLAGE_DOCTOR = "village_doctor"
    CADRE = "cadre"
    FOOD_DRUG_STATION = "food_drug_station"
    TOWNSHIP_SUPERVISOR = "township_supervisor"
    HEALTH_BUREAU = "health_bureau"
    PENSION_AGENCY = "pension_agency"
    COUNTY_ADMINISTRATOR = "county_administrator"
    AUDITOR = "auditor"
    RESIDENT = "resident"
    SERVICE = "service"  # a program that reads along by a token of its own
    OPERATOR = "operator"  # the command line, on the machine itself
    SYSTEM = "system"  # the conversation's own plumbing and the ticks
    NOBODY = "nobody"


class Sight(StrEnum):
    """Whose files a role sees."""

    NOBODY = "nobody"
    SELF = "self"
    AREA = "area"  # everybody in the subtree of the area, within the ages that concern the role
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Ages:
    """The people that are a role's business, in full years, both ends included. None is no end."""

    youngest: int = 0
    oldest: int | None = None


ALL: Final = Ages()
CHILDREN: Final = Ages(oldest=CHILD_AGE - 1)


@dataclass(frozen=True, slots=True)
class Powers:
    """What a role may do. What is not named here nobody may.

    `fills` forms; `exports`: reads the records of others, of those whom it sees; `counts`: is told
    in numbers how much is done of what rules ask of the role itself; `reports`: is told the numbers
    of these forms' records in its area; `approves` what records ask to be changed; `invites` these
    roles into its own area, and suspends them; `reads_log`: who saw and did what; `administers`:
    keeps forms, switches rules, and looks after messages that failed. `level` is where the area of
    a role stands in the tree; '' for roles that no account can have.
    """

    level: str = ""
    sees: Sight = Sight.NOBODY
    ages: Ages = ALL
    fills: bool = False
    exports: bool = False
    counts: bool = False
    reports: tuple[str, ...] = ()
    approves: bool = False
    invites: tuple[Role, ...] = ()
    reads_log: bool = False
    administers: bool = False

    @property
    def staff(self) -> bool:
        """Whether an account can have the role."""
        return bool(self.level)


_PATROLS: Final = ("food_drug_patrol",)  # reported by villages, put together by the station
_ARCHIVES: Final = ("health_archive",)  # analysed each half-year, for the county

_VILLAGE: Final = (
    Role.GRID_WORKER,
    Role.CHILD_DIRECTOR,
    Role.VILLAGE_DOCTOR,
    Role.CADRE,
)
_TOWNSHIP: Final = (
    Role.CHILD_SUPERVISOR,
    Role.FOOD_DRUG_STATION,
    Role.TOWNSHIP_SUPERVISOR,
)
_COUNTY: Final = (
    Role.HEALTH_BUREAU,
    Role.PENSION_AGENCY,
    Role.COUNTY_ADMINISTRATOR,
    Role.AUDITOR,
)

POWERS: Final[Mapping[Role, Powers]] = MappingProxyType(
    {
        Role.GRID_WORKER: Powers("grid", Sight.AREA, fills=True),
        Role.CHILD_DIRECTOR: Powers("village", Sight.AREA, CHILDREN, fills=True),
        Role.CHILD_SUPERVISOR: Powers("township", Sight.AREA, CHILDREN, fills=True, exports=True),
        Role.VILLAGE_DOCTOR: Powers(
            "village", Sight.AREA, fills=True, counts=True, reports=_ARCHIVES
        ),
        Role.CADRE: Powers("village", Sight.AREA, fills=True, counts=True, reports=_PATROLS),
        Role.FOOD_DRUG_STATION: Powers("township", fills=True, counts=True, reports=_PATROLS),
        Role.TOWNSHIP_SUPERVISOR: Powers(
            "township",
            Sight.AREA,
            fills=True,
            exports=True,
            approves=True,
            invites=(*_VILLAGE, Role.CHILD_SUPERVISOR, Role.FOOD_DRUG_STATION),
        ),
        Role.HEALTH_BUREAU: Powers("county", fills=True, counts=True, reports=_ARCHIVES),
        Role.PENSION_AGENCY: Powers(
            "county", Sight.AREA, Ages(PENSION_AGE), fills=True, counts=True
        ),
        Role.COUNTY_ADMINISTRATOR: Powers(
            "county",
            Sight.AREA,
            fills=True,
            exports=True,
            approves=True,
            invites=(*_VILLAGE, *_TOWNSHIP, *_COUNTY),
            administers=True,
        ),
        Role.AUDITOR: Powers("county", reads_log=True),
        Role.RESIDENT: Powers(sees=Sight.SELF),
        Role.SERVICE: Powers(sees=Sight.AREA, exports=True),
        Role.OPERATOR: Powers(
            sees=Sight.EVERYBODY,
            exports=True,
            approves=True,
            invites=(*_VILLAGE, *_TOWNSHIP, *_COUNTY),
            reads_log=True,
            administers=True,
        ),
        Role.SYSTEM: Powers(sees=Sight.EVERYBODY, exports=True, approves=True, administers=True),
        Role.NOBODY: Powers(),
    }
)

STAFF_ROLES: Final = tuple(role for role in Role if POWERS[role].staff)
FIELD_ROLES: Final = tuple(role for role in STAFF_ROLES if POWERS[role].fills)

CONFIRMED_BY_ANOTHER: Final = frozenset({Role.COUNTY_ADMINISTRATOR})
"""Roles whose account works only once a second administrator, or the operator, has confirmed it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `area` is the root of the subtree that a member of staff may see; None is none."""

    role: Role
    area: str | None = None
    account_id: int | None = None
    person_id: int | None = None

    @property
    def powers(self) -> Powers:
        """What the role may do."""
        return POWERS[self.role]

    @property
    def everything(self) -> bool:
        """Whether areas don't limit this actor."""
        return self.powers.sees is Sight.EVERYBODY

    @property
    def children_only(self) -> bool:
        """Whether only minors and their households are this actor's business."""
        return self.powers.ages == CHILDREN

    @property
    def may_see_people(self) -> bool:
        """Whether this actor looks through the households and people of an area."""
        return self.everything or (self.powers.sees is Sight.AREA and self.area is not None)

    @property
    def may_fill(self) -> bool:
        """Whether this actor fills in forms."""
        return self.powers.fills

    @property
    def may_export(self) -> bool:
        """Whether this actor reads submissions of others."""
        return self.powers.exports

    @property
    def may_count(self) -> bool:
        """Whether this actor is told how much is done: of all, or of what rules ask of the role."""
        return self.powers.exports or self.powers.counts

    def may_report(self, form_id: str) -> bool:
        """Whether this actor is told the numbers of a form's records."""
        return self.powers.exports or form_id in self.powers.reports

    @property
    def works_in_office(self) -> bool:
        """Whether the office has a page for this actor."""
        powers = self.powers
        return self.may_count or bool(powers.reports) or powers.reads_log

    @property
    def may_approve(self) -> bool:
        """Whether this actor confirms what records ask to be changed."""
        return self.powers.approves

    @property
    def may_read_log(self) -> bool:
        """Whether this actor reads who saw and did what."""
        return self.powers.reads_log

    @property
    def may_administer(self) -> bool:
        """Whether this actor keeps forms and rules and looks after what failed."""
        return self.powers.administers

    def may_invite(self, role: Role, area: str) -> bool:
        """Whether this actor lets somebody in as `role` for `area`."""
        return role in self.powers.invites and self.covers(area)

    def covers(self, area: str) -> bool:
        """Whether `area` is this actor's own or below it."""
        return self.everything or (self.area is not None and area.startswith(self.area))


NOBODY: Final = Actor(Role.NOBODY)
SYSTEM: Final = Actor(Role.SYSTEM)
OPERATOR: Final = Actor(Role.OPERATOR)
