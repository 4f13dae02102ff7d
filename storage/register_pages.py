"""The register page by page for who looks through a township or a county, narrowed to some of it.

A page begins where another ended, by area and code, so that the last one takes no longer than the
first. How many there are is counted up to `MANY`: beyond that nobody turns to the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    func,
    or_,
    select,
    true,
    union_all,
)

from storage.areas import within
from storage.connection import Connection
from storage.enrolment import name_hash
from storage.names import normal
from storage.policy import CHILD_AGE, Actor, Ages
from storage.register import Subject, subject_of
from storage.scope import households_seen, of_age, people_seen
from storage.tables import household, person, person_name, person_tag

MANY: Final = 10_000
"""So many are counted."""

_FEW: Final = 3_000
"""So many are found first and put in order afterwards; more are met soon enough on the way along
areas and codes."""

_GROWN_UP: Final = Ages(youngest=CHILD_AGE)
_HEAD: Final = person.alias("head")
_MEMBER: Final = person.alias("member")

Found = Select[Any] | CompoundSelect[Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom somebody looks for: a ``person`` or a ``household``, by `query` as in `Register.list`,
    in `area` and below it, and by a class in force, of a household by somebody's in it. A class
    tells of a child: children are found by it only with `children`."""

    kind: str
    query: str = ""
    area: str = ""
    tag: str = ""
    children: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended, or with `back` where the one after it began."""

    area: str
    code: str
    back: bool = False


class RegisterPages:
    """Reads within the actor's scope, on the day `today`."""

    def __init__(self, connection: Connection, actor: Actor, today: date) -> None:
        self._connection = connection
        self._actor = actor
        self._today = today

    async def page(
        self, wanted: Wanted, size: int, at: Place | None = None
    ) -> tuple[Sequence[Subject], bool]:
        """The next `size` after a place, or those before it, and whether there are more that way;
        always in the order of areas and codes."""
        one = (household if wanted.kind == "household" else person).c
        few, which = await self._which(wanted)
        back = at is not None and at.back
        order: list[ColumnElement[Any]] = [one.area_code, one.code]
        if few:  # found by their ids: no index by area is to draw the database away from that
            order[0] = one.area_code.concat("")
        # of two bounds of the same column SQLite seeks the first that it reads: the place
        query = _lines(wanted.kind).where(*_beyond(one.area_code, one.code, at), *which)
        ordered = query.order_by(*(each.desc() if back else each for each in order))
        rows = await self._connection.execute(ordered.limit(size + 1))
        found = [subject_of(wanted.kind, row._mapping) for row in rows]
        shown = found[:size]
        return shown[::-1] if back else shown, len(found) > size

    async def count(self, wanted: Wanted) -> int:
        """How many there are, `MANY` + 1 for more than `MANY`."""
        one = (household if wanted.kind == "household" else person).c
        _, which = await self._which(wanted)
        return await self._counted(select(one.id).where(*which), MANY)

    async def _which(self, wanted: Wanted) -> tuple[bool, Sequence[ColumnElement[bool]]]:
        """Whether so few are meant that their ids are looked up first; and the conditions."""
        which, kind = [*self._seen(wanted)], wanted.kind
        few = False
        for ids, condition in self._narrowed(wanted):
            if not few and await self._counted(ids, _FEW) <= _FEW:
                few = True
                one = (household if kind == "household" else person).c
                which.append(one.id.in_(ids))
            else:
                which.append(condition)
        return few, which

    async def _counted(self, ids: Found, most: int) -> int:
        some = ids.limit(most + 1).subquery()
        counting = select(func.count()).select_from(some)
        return (await self._connection.execute(counting)).scalar_one()

    def _seen(self, wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
        if wanted.kind == "household":
            seen = households_seen(self._actor, self._today)
            return seen, within(household.c.area_code, wanted.area)
        seen = people_seen(self._actor, self._today)
        return seen, person.c.state == "active", within(person.c.area_code, wanted.area)

    def _narrowed(self, wanted: Wanted) -> list[tuple[Found, ColumnElement[bool]]]:
        """Each way in which it is narrowed: as the ids of all that are meant, wherever they are,
        and as a condition on one of them."""
        found = []
        if wanted.query:
            found.append(_called(wanted.kind, wanted.query))
        if wanted.tag:
            found.append(_of_class(wanted.kind, wanted.tag, self._of_age(wanted)))
        return found

    def _of_age(self, wanted: Wanted) -> ColumnElement[bool]:
        """Of whose classes the actor may know."""
        own = of_age(self._actor.powers.ages, _MEMBER.c.birth_date, self._today)
        if wanted.children:
            return own
        return and_(own, of_age(_GROWN_UP, _MEMBER.c.birth_date, self._today))


def _lines(kind: str) -> Select[Any]:
    if kind == "person":
        return select(person.c.id, person.c.code, person.c.area_code, person.c.name)
    head = and_(_HEAD.c.household_id == household.c.id, _HEAD.c.head)
    columns = (household.c.id, household.c.code, household.c.area_code, _HEAD.c.name)
    return select(*columns).select_from(household.outerjoin(_HEAD, head))


def _beyond(
    area: ColumnElement[str], code: ColumnElement[str], at: Place | None
) -> tuple[ColumnElement[bool], ...]:
    """What comes after a place, or before it: the first condition is one that an index finds."""
    if at is None:
        return (true(),)
    if at.back:
        return area <= at.area, or_(area < at.area, code < at.code)
    return area >= at.area, or_(area > at.area, code > at.code)


def _called(kind: str, query: str) -> tuple[Found, ColumnElement[bool]]:
    """Whose code begins with `query`, or a name; of a household that of anybody living in it."""
    named = select(person_name.c.person_id).where(person_name.c.hash == name_hash(query))
    same = person_name.c.hash == name_hash(query)
    if kind == "person":
        coded = within(person.c.code, normal(query))
        ids = union_all(select(person.c.id).where(coded), named)
        own = select(person_name.c.hash).where(same, person_name.c.person_id == person.c.id)
        return ids, or_(coded, own.correlate(person).exists())
    coded = within(household.c.code, normal(query))
    lives = _MEMBER.c.state == "active"
    homes = select(_MEMBER.c.household_id).where(_MEMBER.c.id.in_(named), lives)
    own = select(_MEMBER.c.id).where(_MEMBER.c.household_id == household.c.id, lives)
    own = own.join(person_name, and_(same, person_name.c.person_id == _MEMBER.c.id))
    ids = union_all(select(household.c.id).where(coded), homes)
    return ids, or_(coded, own.correlate(household).exists())


def _of_class(
    kind: str, tag: str, of_age: ColumnElement[bool]
) -> tuple[Found, ColumnElement[bool]]:
    """Who is of a class today; a household where somebody lives who is."""
    in_force = and_(person_tag.c.tag == tag, person_tag.c.until.is_(None))
    joined = person_tag.join(_MEMBER, _MEMBER.c.id == person_tag.c.person_id)
    who = select(_MEMBER.c.id if kind == "person" else _MEMBER.c.household_id)
    ids = who.select_from(joined).where(in_force, of_age, _MEMBER.c.state == "active")
    if kind == "person":
        own = ids.where(_MEMBER.c.id == person.c.id).correlate(person)
    else:
        own = ids.where(_MEMBER.c.household_id == household.c.id).correlate(household)
    return ids, own.exists()
