"""What a legal hold covers: the one condition under which nothing of a subject goes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from storage.hold_tables import hold
from storage.tables import household, person, submission


def held_record() -> ColumnElement[bool]:
    """Whether a record's subject is held, or the household of the person, or a person of the
    household."""
    one = submission.c
    return or_(
        exists().where(hold.c.subject_code == one.subject_code),
        held_subject(one.subject_kind, one.subject_id),
    )


def held_subject(kind: ColumnElement[Any], number: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a subject, a household or a person by its id, is held: the person or their household,
    the household or one who lives there."""
    lives = and_(
        person.c.household_id == household.c.id,
        or_(
            and_(kind == "person", person.c.id == number),
            and_(kind == "household", household.c.id == number),
        ),
        or_(hold.c.subject_code == person.c.code, hold.c.subject_code == household.c.code),
    )
    return exists().where(lives)
