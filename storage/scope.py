"""The policy as conditions of a query: which households and which people an actor sees."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from storage.areas import within
from storage.office_tables import charge
from storage.policy import ALL, Actor, Ages, Sight
from storage.tables import household, person


def people_seen(actor: Actor, today: date) -> ColumnElement[bool]:
    """Which rows of `person` the actor sees on the day `today`."""
    powers = actor.powers
    if powers.sees is Sight.EVERYBODY:
        return true()
    if powers.sees is Sight.SELF:
        return person.c.id == actor.person_id
    if powers.sees is not Sight.AREA or actor.area is None:
        return false()
    own = _own(actor, person.c.area_code, person.c.household_id)
    return and_(own, of_age(powers.ages, person.c.birth_date, today))


def households_seen(actor: Actor, today: date) -> ColumnElement[bool]:
    """Which rows of `household` the actor sees: those where somebody lives whom they see."""
    powers = actor.powers
    if powers.sees is Sight.EVERYBODY:
        return true()
    if powers.sees is not Sight.AREA or actor.area is None:
        return false()
    own = _own(actor, household.c.area_code, household.c.id)
    if powers.ages == ALL:
        return own
    member = person.alias("of_age")
    lives_there = exists().where(
        member.c.household_id == household.c.id,
        member.c.state == "active",
        of_age(powers.ages, member.c.birth_date, today),
    )
    return and_(own, lives_there)


def _own(actor: Actor, code: ColumnElement[str], home: ColumnElement[Any]) -> ColumnElement[bool]:
    """In the actor's area, or in a household elsewhere that a supervisor has charged them with. Who
    reads others' records sees by area alone, as all that they read does."""
    here = within(code, actor.area or "")
    if actor.account_id is None or actor.may_export:
        return here
    charged = select(charge.c.household_id).where(charge.c.account_id == actor.account_id)
    return or_(here, home.in_(charged))


def born(ages: Ages, today: date) -> tuple[date, date]:
    """When somebody was born who is within `ages` on the day `today`: after the first day, and on
    the second or before it."""
    after = date.min if ages.oldest is None else _before(today, ages.oldest + 1)
    return after, _before(today, ages.youngest) if ages.youngest else date.max


def of_age(ages: Ages, born: ColumnElement[date], today: date) -> ColumnElement[bool]:
    """Born so that the full years on the day `today` are within `ages`."""
    limits: list[ColumnElement[bool]] = []
    if ages.youngest:
        limits.append(born <= _before(today, ages.youngest))
    if ages.oldest is not None:
        limits.append(born > _before(today, ages.oldest + 1))
    return and_(true(), *limits)


def _before(today: date, years: int) -> date:
    """The birth date of who is `years` old exactly today."""
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return today.replace(year=today.year - years, day=day)
