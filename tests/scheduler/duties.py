"""A register, rules and visits for tests of obligations in a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import case, func, select

from scheduler.closing import Ticked, keep_up
from scheduler.effects import Effect
from scheduler.ground import Ground
from scheduler.ladders import Ladder
from scheduler.lines import Line
from scheduler.roles import RuleRole
from scheduler.rulebook import Rulebook
from scheduler.visit_rules import VisitRule
from scheduler.visiting import HandedIn, confirm_departure, take
from storage.database import Database
from storage.obligation_tables import obligation
from storage.obligations import standing
from storage.policy import OPERATOR, SYSTEM, Actor, Role
from storage.register import NewHousehold, NewPerson
from storage.tables import household, person
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.making import SHANGHAI

ROLES: Final = tuple(
    RuleRole.model_validate(
        {"id": name, "titles": {"zh": name, "en": name}, "level": level, "falls_to": falls}
    )
    for name, level, falls in (
        ("grid_worker", "grid", "township_supervisor"),
        ("child_director", "village", "township_supervisor"),
        ("township_supervisor", "township", None),
    )
)

State = tuple[str, str, str, str]
"""Subject, rule, period, state."""


def ground(
    *rules: VisitRule | Line, effects: tuple[Effect, ...] = (), ladders: tuple[Ladder, ...] = ()
) -> Ground:
    """What obligations are computed with: each rule in a line of its own."""
    roles = {one.id: one for one in ROLES}
    lines = tuple(one if isinstance(one, Line) else Line((one,)) for one in rules)
    climbed = {one.id: one for one in ladders}
    return Ground(Rulebook(lines, effects, roles, climbed, {}), SHANGHAI)


def noon(day: date) -> datetime:
    """Noon of a day in Shanghai."""
    return datetime.combine(day, time(12), SHANGHAI).astimezone(UTC)


@dataclass(slots=True)
class Place:
    """A database with people and a grid worker, whose clock a test turns."""

    database: Database
    clock: TurnedClock
    ground: Ground
    worker: Actor
    submitted: int = 0

    async def tick(self, day: date | None = None) -> Ticked:
        """The work of a tick, at noon of `day` or now."""
        if day is not None:
            self.clock.set(noon(day))
        return await keep_up(self.database, self.ground)

    async def enter(self, *people: NewPerson, code: str, area: str = world.GRID) -> None:
        """Enter a household with its people."""
        async with self.database.unit(OPERATOR, "test") as uow:
            await uow.register.enter([NewHousehold(code, area, "", people)], "test")

    async def visit(
        self,
        code: str,
        on: date,
        answers: Mapping[str, str] | None = None,
        **changes: Any,
    ) -> str:
        """The grid worker hands in a visit to a person; the root of the record."""
        self.submitted += 1
        root = changes.pop("root_id", f"uuid:{self.submitted:036}")
        async with self.database.unit(SYSTEM, "test") as uow:
            row = (
                await uow.connection.execute(select(person.c.id).where(person.c.code == code))
            ).one_or_none()
            assert self.worker.account_id and self.worker.area
            fields: dict[str, Any] = {
                "root_id": root,
                "corrected": False,
                "form_id": "elderly_followup",
                "subject_kind": "person" if row else "none",
                "subject_id": row.id if row else None,
                "account_id": self.worker.account_id,
                "account_area": self.worker.area,
                "role": "grid_worker",
                "visit_date": on,
                "entered_at": uow.now,
                "mode": "home",
                "outcome": "met",
                "answers": answers or {},
            }
            await take(uow, self.ground, HandedIn(**(fields | changes)))
        return str(root)

    async def confirm(self, code: str) -> str | None:
        """A supervisor confirms that somebody left."""
        async with self.database.unit(SYSTEM, "test") as uow:
            query = select(person.c.id).where(person.c.code == code)
            number = (await uow.connection.execute(query)).scalar_one()
            assert self.worker.account_id
            return await confirm_departure(uow, self.ground, number, self.worker.account_id)

    async def states(self) -> list[State]:
        """Every obligation and where it stands, in order."""
        one = obligation.c
        names = select(person.c.code).where(person.c.id == one.subject_id).scalar_subquery()
        homes = select(household.c.code).where(household.c.id == one.subject_id).scalar_subquery()
        who = case((one.subject_kind == "person", names), (one.subject_kind == "household", homes))
        query = select(
            func.coalesce(who, one.subject_kind),
            *(one.rule_id, one.period_key, standing(self.clock.now())),
        )
        async with self.database.unit(SYSTEM, "test") as uow:
            rows = (await uow.connection.execute(query)).all()
        return sorted((who, rule, key, state) for who, rule, key, state in rows)


async def settle(database: Database, clock: TurnedClock, on: date, where: Ground) -> Place:
    """The areas and a grid worker, on the day `on`."""
    clock.set(noon(on))
    database.zone = SHANGHAI
    async with database.unit(OPERATOR, "test") as uow:
        await uow.areas.put(world.AREAS)
    return Place(database, clock, where, await world.hire(database, Role.GRID_WORKER, world.GRID))


def someone(code: str, birth: date = date(1950, 6, 1), *tags: str) -> NewPerson:
    """A person of the register."""
    return NewPerson(code, "测试", "f", birth, tags=tags)


DAY: Final = timedelta(days=1)
