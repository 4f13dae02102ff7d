"""The many whom a rule concerns on a day, as a condition of SQL.

It says of a whole table what `scheduler.population` says of one subject; a test holds the two
together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Subquery,
    Table,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)

from storage.areas import within
from storage.obligation_tables import person_tier
from storage.tables import account, area, household, person, person_tag

SOURCES: Final[dict[str, Table]] = {
    "person": person,
    "household": household,
    "worker": account,
    "area": area,
}
"""Where the subjects of each kind stand."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which subjects belong to a crowd. Those of the right age on it were born after
    `born_after` and not after `born_until`; None is no limit."""

    on: date
    born_after: date | None = None
    born_until: date | None = None


@dataclass(frozen=True, slots=True)
class Crowd:
    """Subjects of one kind in a region, outside the regions `carved` out of it. Tags and tiers as
    in `scheduler.population.Population`; `code_length` is that of an area's code."""

    kind: str
    region: str = ""
    carved: tuple[str, ...] = ()
    any_tags: tuple[str, ...] = ()
    any_tiers: tuple[str, ...] = ()
    all_tags: tuple[str, ...] = ()
    no_tags: tuple[str, ...] = ()
    no_tiers: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    code_length: int | None = None

    def where(self, days: Sequence[Day]) -> ColumnElement[bool]:
        """The rows of the kind's table that belong to it on each of `days`."""
        code = area_of(self.kind)
        conditions = [within(code, self.region)] if self.region else []
        conditions += [~within(code, one) for one in self.carved]
        if self.code_length:
            conditions.append(func.length(code) == self.code_length)
        return and_(true(), *conditions, *(self._on(day) for day in days))

    def _on(self, day: Day) -> ColumnElement[bool]:
        match self.kind:
            case "person":
                return and_(listed(person, day.on), self._describes(person, day))
            case "household":
                return self._has_member(day)
            case "worker":
                roles = one_of(account.c.role, self.roles) if self.roles else true()
                return and_(account.c.active, roles)
        return true()

    def _has_member(self, day: Day) -> ColumnElement[bool]:
        tags = (self.any_tags, self.all_tags, self.no_tags, self.any_tiers, self.no_tiers)
        if not (any(tags) or day.born_after or day.born_until):
            return true()
        member = person.alias("member")
        return exists().where(
            member.c.household_id == household.c.id,
            listed(member, day.on),
            self._describes(member, day),
        )

    def _describes(self, people: Any, day: Day) -> ColumnElement[bool]:
        tags, tiers = _in_force(person_tag, people, day.on), _in_force(person_tier, people, day.on)
        wanted = [has(names) for has, names in ((tags, self.any_tags), (tiers, self.any_tiers))]
        named = [one for one in wanted if one is not None]
        conditions = [or_(*named)] if named else []
        conditions += [one for name in self.all_tags if (one := tags((name,))) is not None]
        refused = (tags(self.no_tags), tiers(self.no_tiers))
        conditions += [~one for one in refused if one is not None]
        if day.born_until:
            conditions.append(people.c.birth_date <= day.born_until)
        if day.born_after:
            conditions.append(people.c.birth_date > day.born_after)
        return and_(true(), *conditions)


def listed(people: Any, day: date) -> ColumnElement[bool]:
    """Who is in the register on `day`, as far as they were entered by then."""
    return or_(people.c.left_on.is_(None), people.c.left_on > day)


def owners(kind: str, roles: Sequence[str], which: ColumnElement[bool]) -> Subquery:
    """Who owes it (`account_id`) for each area (`code`) in which rows of the kind's table are,
    of those that `which` takes: who has the first of `roles` that anybody has in the area or in one
    around it, and the nearest of those. It is looked up once for an area, and not for each row."""
    code = area_of(kind)
    staff = account.alias("staff")
    around = [code, *(func.substr(code, 1, length) for length in (12, 9, 6, 4, 2))]
    rank = {role: literal(index) for index, role in enumerate(roles)}
    nearest = func.length(staff.c.area_code).desc()
    has_role = one_of(staff.c.role, roles)
    found = (
        select(staff.c.id)
        .where(staff.c.active, has_role, staff.c.area_code.in_(around))
        .order_by(case(rank, value=staff.c.role), nearest, staff.c.id)
        .limit(1)
        .correlate(SOURCES[kind])
        .scalar_subquery()
    )
    areas = select(code.label("code"), found.label("account_id")).where(which)
    return areas.group_by(code).subquery("owes")


def one_of(column: ColumnElement[Any], values: Sequence[str]) -> ColumnElement[bool]:
    """The column holds one of `values`, in a form that a ready statement may have."""
    return column.in_([literal(value) for value in values])


def area_of(kind: str) -> ColumnElement[Any]:
    """The column that holds the area of a row of the kind's table."""
    table = SOURCES[kind]
    return table.c.code if kind == "area" else table.c.area_code


def _in_force(table: Table, people: Any, day: date) -> Any:
    """A condition on those who have one of some names in `table` on `day`; None for no names."""
    name = table.c.tag if table is person_tag else table.c.tier

    def has(names: Sequence[str]) -> ColumnElement[bool] | None:
        if not names:
            return None
        return exists().where(
            table.c.person_id == people.c.id,
            one_of(name, names),
            table.c.since <= day,
            or_(table.c.until.is_(None), table.c.until > day),
        )

    return has
