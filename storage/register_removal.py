"""Takes people and households out of the register to whom nothing has happened yet.

What the program itself made of them goes with them: names to find them by, tags, what their files
were opened for, and duties that nobody has done anything about. Whoever was visited, has bound a
chat, is named in a record or a request, or was handed to a worker by name stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, or_, select, union_all

from storage.connection import Connection
from storage.hold_tables import hold
from storage.import_tables import register_edit
from storage.obligation_tables import (
    departure,
    obligation,
    obligation_visit,
    person_tier,
    retelling,
    review,
    subject_day,
    subject_event,
    visit,
)
from storage.office_tables import charge, nudge
from storage.pension_tables import pension_account, proxy, resident_request
from storage.reminder_tables import reminder
from storage.request_tables import request, snooze
from storage.tables import (
    conversation,
    household,
    interview,
    invite,
    person,
    person_name,
    person_tag,
    submission,
)
from storage.trust_tables import file_opening

_OF_PERSON: Final = (conversation, invite, departure, pension_account, proxy, resident_request)
_ABOUT: Final = (
    *(submission, interview, visit, subject_event, subject_day, retelling),
    register_edit,
)
_OF_DUTY: Final = (obligation_visit, request, snooze, nudge)


class Removal:
    """Looks who is in use, and removes who is not."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def in_use(self, kind: str, ids: Collection[int]) -> set[int]:
        """Those of these people or households to whom something has happened."""
        found = await self._connection.execute(union_all(*_uses(kind, ids)))
        return set(found.scalars())

    async def remove_people(self, ids: Collection[int]) -> None:
        """Take people out of whom none is in use."""
        await self._duties("person", ids)
        for table in (person_name, person_tag):
            await self._connection.execute(delete(table).where(table.c.person_id.in_(ids)))
        await self._connection.execute(delete(person).where(person.c.id.in_(ids)))

    async def remove_homes(self, ids: Collection[int]) -> None:
        """Take households out that are empty and not in use."""
        await self._duties("household", ids)
        await self._connection.execute(delete(household).where(household.c.id.in_(ids)))

    async def _duties(self, kind: str, ids: Collection[int]) -> None:
        mine = select(obligation.c.id).where(_about(obligation, kind, ids))
        await self._connection.execute(delete(reminder).where(reminder.c.obligation_id.in_(mine)))
        for table in (obligation, review, file_opening):
            await self._connection.execute(delete(table).where(_about(table, kind, ids)))


def _uses(kind: str, ids: Collection[int]) -> Iterator[Select[Any]]:
    """Where something is written down that happened to subjects, by their ids."""
    if kind == "person":
        for table in (*_OF_PERSON, person_tier):
            yield select(table.c.person_id).where(table.c.person_id.in_(ids))
    else:
        yield select(charge.c.household_id).where(charge.c.household_id.in_(ids))
    for table in _ABOUT:
        yield select(table.c.subject_id).where(_about(table, kind, ids))
    duties = select(obligation.c.subject_id).where(_about(obligation, kind, ids))
    for table in _OF_DUTY:
        yield duties.where(exists().where(table.c.obligation_id == obligation.c.id))
    subject = person if kind == "person" else household
    held = exists().where(hold.c.subject_code == subject.c.code)
    yield select(subject.c.id).where(subject.c.id.in_(ids), held)


def _about(table: Table, kind: str, ids: Collection[int]) -> ColumnElement[bool]:
    """Rows about these subjects; a visit to somebody is one to their household too."""
    mine = and_(table.c.subject_kind == kind, table.c.subject_id.in_(ids))
    if kind == "household" and table is visit:
        return or_(mine, table.c.household_id.in_(ids))
    return mine
