"""Who may take over what: a role does its work among people of its own ages, and no others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from storage.connection import Connection
from storage.obligation_tables import obligation
from storage.policy import ALL, CHILDREN, FIELD_ROLES, POWERS, Role, Sight
from storage.scope import of_age
from storage.tables import household, person

Why = Literal["no_child", "no_adult", "no_homes"]
"""Why a home can't go to a role: no child lives there, no adult does, or it visits no homes."""

_CHOOSY: Final = tuple(
    role for role in FIELD_ROLES if POWERS[role].sees is Sight.NOBODY or POWERS[role].ages != ALL
)


def why_not(role: Role) -> Why:
    """Why homes stay behind that can't go to `role`."""
    if POWERS[role].sees is Sight.NOBODY:
        return "no_homes"
    return "no_child" if POWERS[role].ages == CHILDREN else "no_adult"


def takes_home(role: ColumnElement[Any], home: ColumnElement[Any], today: date) -> Any:
    """A condition: whoever has `role` finds somebody to visit in the household `home`."""
    return and_(true(), *(or_(role != one, _lives(one, home, today)) for one in _CHOOSY))


def takes_duty(role: ColumnElement[Any], today: date) -> Any:
    """A condition: the subject of an obligation is the business of whoever has `role`. What belongs
    to no household is anybody's."""
    owed = obligation.c
    return or_(
        owed.household_id.is_(None),
        and_(
            true(),
            *(
                or_(role != one, _lives(one, owed.household_id, today, _subject()))
                for one in _CHOOSY
            ),
        ),
    )


def _subject() -> ColumnElement[bool]:
    """The person that an obligation is about, where it is about one."""
    owed = obligation.c
    return or_(owed.subject_kind != "person", owed.subject_id == person.c.id)


def _lives(
    role: Role, home: ColumnElement[Any], today: date, *which: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Somebody lives in a household who is the business of `role`."""
    powers = POWERS[role]
    if powers.sees is Sight.NOBODY:
        return false()
    here = exists().where(
        person.c.household_id == home,
        person.c.state == "active",
        of_age(powers.ages, person.c.birth_date, today),
        *which,
    )
    return here.correlate_except(person)


async def left_behind(
    connection: Connection, role: Role, homes: Collection[int], today: date
) -> Sequence[str]:
    """The codes of those of some households that can't go to `role`; a few hundred at most."""
    if role not in _CHOOSY or not homes:
        return ()
    which = and_(household.c.id.in_(list(homes)), ~_lives(role, household.c.id, today))
    query = select(household.c.code).where(which).order_by(household.c.code)
    return list((await connection.execute(query)).scalars())
