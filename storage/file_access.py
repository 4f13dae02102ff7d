"""Why files are opened: the purpose that a child's file asks for, and emergencies.

Staff see the subtree of their area, within what their role is for (`storage.policy`). In an
emergency they open one more file by its exact code, within their county: with a reason, for an
hour, and their supervisors are told (`handlers.emergencies`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, exists, func, insert, or_, select

from storage.areas import within
from storage.connection import Connection
from storage.policy import Actor, Sight
from storage.tables import household, person, submission
from storage.trust_tables import file_opening

EMERGENCY: Final = "emergency"
EMERGENCY_LASTS: Final = timedelta(hours=1)
EMERGENCIES_A_DAY: Final = 5
"""How many files somebody may open so within a day: enough for a bad day, too few to browse."""

_COUNTY: Final = 6  # digits of a county's code


class TooManyEmergenciesError(PermissionError):
    """The actor has opened as many files in an emergency today as anybody may."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was opened in an emergency, until when."""

    kind: str
    id: int
    code: str
    area_code: str
    until: datetime


class FileAccess:
    """Keeps purposes and emergencies of the actor, who has to be a member of staff."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime, today: date) -> None:
        self._connection = connection
        self._actor = actor
        self._now = now
        self._today = today

    async def purpose(self, chat_id: int, person_id: int) -> str | None:
        """What the actor opens this person's file for today in this chat, if they said it."""
        query = (
            select(file_opening.c.purpose)
            .where(
                file_opening.c.conversation_id == chat_id,
                file_opening.c.on_day == self._today,
                file_opening.c.account_id == self._actor.account_id,
                file_opening.c.subject_kind == "person",
                file_opening.c.subject_id == person_id,
            )
            .order_by(file_opening.c.id.desc())
            .limit(1)
        )
        return (await self._connection.execute(query)).scalar()

    async def recorded(self, code: str, readable: ColumnElement[bool]) -> tuple[int, date] | None:
        """The id and the birth date of a person of whom there is a record among the `readable`
        ones (`Submissions.visible`), wherever they live since."""
        of_them = exists().where(
            readable,
            submission.c.subject_kind == "person",
            submission.c.subject_id == person.c.id,
        )
        query = select(person.c.id, person.c.birth_date).where(person.c.code == code, of_them)
        found = (await self._connection.execute(query)).first()
        return (found.id, found.birth_date) if found else None

    async def state(self, chat_id: int, person_id: int, purpose: str) -> None:
        """Keep for what the actor opens a person's file today in this chat."""
        await self._add(chat_id, "person", person_id, purpose)

    async def break_glass(self, chat_id: int, code: str, reason: str) -> Opened | None:
        """Open one file by its exact code for an hour; None if no such code is in the county.

        Raises PermissionError for who looks after nobody, TooManyEmergenciesError.
        """
        actor = self._actor
        if actor.account_id is None or actor.area is None or actor.powers.sees is not Sight.AREA:
            raise PermissionError("only who looks after people opens a file in an emergency")
        if await self._today_already() >= EMERGENCIES_A_DAY:
            raise TooManyEmergenciesError
        found = await self._by_code(code, actor.area[:_COUNTY])
        if found is None:  # a guess counts as well
            await self._add(chat_id, "none", 0, EMERGENCY, reason=reason, until=self._now)
            return None
        await self._add(chat_id, found.kind, found.id, EMERGENCY, reason=reason, until=found.until)
        return found

    async def _by_code(self, code: str, county: str) -> Opened | None:
        for kind, table in (("household", household), ("person", person)):
            query = select(table.c.id, table.c.code, table.c.area_code).where(
                table.c.code == code, within(table.c.area_code, county)
            )
            row = (await self._connection.execute(query)).first()
            if row is not None:
                until = self._now + EMERGENCY_LASTS
                return Opened(kind, row.id, row.code, row.area_code, until)
        return None

    async def _today_already(self) -> int:
        query = select(func.count()).where(
            file_opening.c.account_id == self._actor.account_id,
            file_opening.c.until.is_not(None),
            file_opening.c.on_day == self._today,
        )
        return (await self._connection.execute(query)).scalar_one()

    async def _add(
        self,
        chat_id: int,
        kind: str,
        subject_id: int,
        purpose: str,
        *,
        reason: str | None = None,
        until: datetime | None = None,
    ) -> None:
        await self._connection.execute(
            insert(file_opening).values(
                account_id=self._actor.account_id,
                conversation_id=chat_id,
                subject_kind=kind,
                subject_id=subject_id,
                purpose=purpose,
                reason=reason,
                on_day=self._today,
                opened_at=self._now,
                until=until,
            )
        )


def opened_people(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Which rows of `person` the actor may open in an emergency, themselves or their household."""
    return or_(
        person.c.id.in_(_opened(actor, now, "person")),
        person.c.household_id.in_(_opened(actor, now, "household")),
    )


def opened_households(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Which rows of `household` the actor may open in an emergency."""
    return household.c.id.in_(_opened(actor, now, "household"))


def _opened(actor: Actor, now: datetime, kind: str) -> Select[tuple[int]]:
    return select(file_opening.c.subject_id).where(
        file_opening.c.account_id == actor.account_id,
        file_opening.c.subject_kind == kind,
        file_opening.c.until > now,
    )
