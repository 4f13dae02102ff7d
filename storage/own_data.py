"""What is kept about a resident, for the resident (Personal Information Protection Law, Art. 45).

Their file in the register, and when they were visited and by which form. What visitors wrote is
not handed out by a chat: it may tell of others in the home, or who reported a danger to a child.
Whoever asks for that goes to the township.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select

from storage.connection import Connection
from storage.policy import Actor
from storage.tables import area, household, person, person_tag, submission


@dataclass(frozen=True, slots=True)
class TagHeld:
    """A tag, from its first day to its last; None: still."""

    tag: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Call:
    """A record that stands about somebody or their household: its day and its form's id."""

    day: date
    form_id: str


@dataclass(frozen=True, slots=True)
class OwnData:
    """A resident's own file. `area` is the name of their grid; what is not on record is ''."""

    code: str
    name: str
    sex: str
    birth_date: date
    id_number: str
    phone: str
    address: str
    area: str
    tags: Sequence[TagHeld]
    calls: Sequence[Call]


async def own_data(connection: Connection, actor: Actor) -> OwnData | None:
    """What is kept about the actor; None for whoever is not bound to a person."""
    if actor.person_id is None:
        return None
    of_them = (
        select(person, household.c.address, area.c.name.label("area"))
        .join(household, household.c.id == person.c.household_id)
        .join(area, area.c.code == person.c.area_code)
        .where(person.c.id == actor.person_id)
    )
    row = (await connection.execute(of_them)).one()
    tags = (
        select(person_tag.c.tag, person_tag.c.since, person_tag.c.until)
        .where(person_tag.c.person_id == actor.person_id)
        .order_by(person_tag.c.since, person_tag.c.tag)
    )
    subject = submission.c.subject_id
    calls = (
        select(submission.c.visit_date, submission.c.form_id)
        .where(
            submission.c.state == "submitted",
            or_(
                and_(submission.c.subject_kind == "person", subject == actor.person_id),
                and_(submission.c.subject_kind == "household", subject == row.household_id),
            ),
        )
        .order_by(submission.c.visit_date)
    )
    return OwnData(
        row.code,
        row.name,
        row.sex,
        row.birth_date,
        row.id_number or "",
        row.phone or "",
        row.address or "",
        row.area,
        [TagHeld(*one) for one in await connection.execute(tags)],
        [Call(*one) for one in await connection.execute(calls)],
    )
