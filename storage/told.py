"""What one message to who oversees is about: the duties of which they were told at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from storage.areas import within
from storage.connection import Connection
from storage.names import surname
from storage.obligation_tables import obligation
from storage.policy import Actor
from storage.reminder_tables import reminder
from storage.tables import household, person

Stage = Literal["open", "new", "still"]
"""Not overdue yet; overdue, and told for the first time; overdue, and told before."""

_HEAD: Final = person.alias("head")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many duties of a rule in an area are at a stage."""

    area_code: str
    rule_id: str
    rule_version: int
    rule_region: str
    stage: Stage
    n: int


@dataclass(frozen=True, slots=True)
class Late:
    """A duty. `code` and `surname` are those of the person, or of the household and its head; empty
    where the subject is an area or a worker."""

    area_code: str
    rule_id: str
    rule_version: int
    rule_region: str
    stage: Stage
    kind: str
    code: str
    surname: str
    due_on: date
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What was told to an account at one moment in one of some ways."""

    account: int
    at: datetime
    ways: Sequence[str]


class Told:
    """Reads it as it stands now, within the actor's area: what has been done is no longer there."""

    def __init__(self, connection: Connection, actor: Actor, now: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._now = now

    async def tally(self, batch: Batch, length: int) -> list[Tally]:
        """How much it is, by the area whose code is the first `length` digits, and by rule."""
        one, told = obligation.c, _told(batch)
        columns = (
            func.substr(one.area_code, 1, length),
            *(one.rule_id, one.rule_version, one.rule_region),
            self._stage(told),
        )
        query = (
            select(*columns, func.count())
            .join(told, told.c.obligation_id == one.id)
            .where(self._open())
            .group_by(*columns)
            .order_by(*columns)
        )
        return [Tally(*row) for row in await self._connection.execute(query)]

    async def first(self, batch: Batch, size: int) -> list[Late]:
        """Those that were told for the first time, by area and rule, `size` of them at most."""
        one, told = obligation.c, _told(batch)
        of_person = and_(one.subject_kind == "person", one.subject_id == person.c.id)
        of_home = and_(one.subject_kind == "household", one.subject_id == household.c.id)
        head = and_(_HEAD.c.household_id == household.c.id, _HEAD.c.head)
        joined = (
            obligation.join(told, told.c.obligation_id == one.id)
            .outerjoin(person, of_person)
            .outerjoin(household, of_home)
            .outerjoin(_HEAD, head)
        )
        stage = self._stage(told)
        query = (
            select(
                *(one.area_code, one.rule_id, one.rule_version, one.rule_region),
                stage.label("stage"),
                one.subject_kind.label("kind"),
                func.coalesce(person.c.code, household.c.code, "").label("code"),
                func.coalesce(person.c.name, _HEAD.c.name).label("name"),
                *(one.due_on, one.due_at),
            )
            .select_from(joined)
            .where(self._open(), stage != "still")
            .order_by(one.area_code, one.rule_id, one.due, one.id)
            .limit(size)
        )
        return [_late(row._mapping) for row in await self._connection.execute(query)]

    def _open(self) -> ColumnElement[bool]:
        one, root = obligation.c, self._actor.area
        alive = or_(one.closes.is_(None), one.closes > self._now)
        seen = within(one.area_code, root if root is not None else "~")
        return and_(one.ended.is_(None), alive, seen)

    def _stage(self, told: Any) -> ColumnElement[Any]:
        overdue = obligation.c.overdue
        return case(
            (overdue > self._now, "open"), (told.c.earliest <= overdue, "new"), else_="still"
        )


def _told(batch: Batch) -> Any:
    one = reminder.c
    query: Select[Any] = select(one.obligation_id, func.min(one.at).label("earliest"))
    return (
        query.where(
            one.account_id == batch.account,
            one.told_at == batch.at,
            one.told_at.is_not(None),
            one.how.in_(list(batch.ways)),
            one.reader != "worker",
        )
        .group_by(one.obligation_id)
        .subquery("told")
    )


def _late(row: Any) -> Late:
    fields = {name: row[name] for name in Late.__dataclass_fields__ if name != "surname"}
    return Late(**fields, surname=surname(row["name"]) if row["name"] else "")
