"""Somebody to remind, for tests: a worker, a supervisor, ladders, and what was queued for whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from scheduler.closing import keep_up
from scheduler.ground import Ground
from scheduler.ladders import Ladder
from scheduler.lines import Line
from scheduler.manners import Manners
from scheduler.reminding import Reminded, remind
from scheduler.rulebook import Rulebook
from scheduler.visit_rules import VisitRule
from storage.database import Database
from storage.policy import OPERATOR, SYSTEM, Role
from storage.reminder_tables import reminder
from storage.tables import conversation, outbox
from tests import world
from tests.clock import TurnedClock
from tests.scheduler.duties import ROLES, Place
from tests.scheduler.making import SHANGHAI, at

WEEK_BEFORE: Final = {"id": "week_before", "when": "due - 7 days"}
OVERDUE: Final = {"id": "overdue", "when": "overdue"}
SUPERVISOR: Final = {"id": "supervisor", "when": "overdue", "to": "supervisor"}
WEEKLY: Final = {
    "id": "weekly",
    "when": "overdue + 7 days",
    "every": "1 week",
    "to": "supervisor",
}
ORDINARY: Final = (WEEK_BEFORE, OVERDUE, SUPERVISOR, WEEKLY)


def ladder(*rungs: dict[str, Any], name: str = "ordinary") -> Ladder:
    """A ladder of some rungs."""
    return Ladder.model_validate({"id": name, "rungs": rungs})


def ground(
    *rules: VisitRule, ladders: tuple[Ladder, ...] = (), up: tuple[Ladder, ...] = ()
) -> Ground:
    """Rules with ladders and escalations."""
    lines = tuple(Line((one,)) for one in rules)
    book = Rulebook(
        lines,
        (),
        {one.id: one for one in ROLES},
        {one.id: one for one in ladders},
        {one.id: one for one in up},
    )
    return Ground(book, SHANGHAI)


@dataclass(slots=True)
class Office:
    """A place whose people are reminded. `chats` are the conversations of accounts."""

    place: Place
    manners: Manners = field(default_factory=Manners)

    @property
    def database(self) -> Database:
        return self.place.database

    @property
    def clock(self) -> TurnedClock:
        return self.place.clock

    async def tick(self, moment: str | datetime | None = None) -> Reminded:
        """All the work of a tick at a local moment, or now."""
        if moment is not None:
            self.clock.set(at(moment) if isinstance(moment, str) else moment)
        await keep_up(self.database, self.place.ground)
        return await remind(self.database, self.place.ground, self.manners)

    async def chat(self, account: int | None, address: str = "") -> int:
        """Give an account a chat; its id."""
        async with self.database.unit(SYSTEM, "test") as uow:
            chat = await uow.conversations.load("paper", address or f"chat-{account}", "zh")
            await uow.conversations.bind(chat, account_id=account, person_id=None)
            return chat.id

    async def hire(self, role: Role, area: str) -> int:
        """Somebody with a chat; the account's id."""
        actor = await world.hire(self.database, role, area)
        assert actor.account_id
        await self.chat(actor.account_id)
        return actor.account_id

    async def queued(self) -> list[tuple[int, str]]:
        """The messages that were queued so far: for which account, of which kind."""
        query = (
            select(conversation.c.account_id, outbox.c.kind)
            .join(conversation, outbox.c.conversation_id == conversation.c.id)
            .order_by(outbox.c.id)
        )
        async with self.database.unit(SYSTEM, "test") as uow:
            return [(account, kind) for account, kind in await uow.connection.execute(query)]

    async def rungs(self) -> list[tuple[str, int, int, str]]:
        """The rungs that were noted: name, n, account, state."""
        one = reminder.c
        query = select(one.rung, one.n, one.account_id, one.state).order_by(
            one.at, one.rung, one.n, one.obligation_id, one.account_id
        )
        async with self.database.unit(SYSTEM, "test") as uow:
            return [tuple(row) for row in await uow.connection.execute(query)]


async def office(
    database: Database, clock: TurnedClock, moment: str, where: Ground, **manners: Any
) -> Office:
    """The areas and a grid worker with a chat, at a local moment."""
    clock.set(at(moment))
    database.zone = SHANGHAI
    async with database.unit(OPERATOR, "test") as uow:
        await uow.areas.put(world.AREAS)
    worker = await world.hire(database, Role.GRID_WORKER, world.GRID)
    found = Office(Place(database, clock, where, worker), Manners(**manners))
    await found.chat(worker.account_id)
    return found
