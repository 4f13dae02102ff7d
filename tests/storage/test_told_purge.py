"""Reminders of duties that ended long ago go; of open, recent and held ones they stay."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert, select

from bot.nightly_purge import NightlyPurge
from bot.retention import Retention
from bot.settings import DEFAULTS
from storage.database import Database
from storage.obligation_tables import obligation
from storage.office_tables import nudge
from storage.policy import OPERATOR, Role
from storage.reminder_tables import reminder
from storage.retention import Holds
from storage.tables import household
from tests import world
from tests.clock import TurnedClock

NIGHT = datetime(2028, 3, 1, 2, tzinfo=UTC)
RULES = Retention.read(DEFAULTS / "retention.toml")
DAY = timedelta(days=1)


async def owe(database: Database, home: str, period: str, ended: datetime | None) -> int:
    """A duty that was reminded of twice, by a rung and by a supervisor; its id."""
    worker = await world.hire(database, Role.GRID_WORKER, world.GRID)
    opens = datetime(2026, 9, 1, tzinfo=UTC)
    async with database.unit(OPERATOR, "test") as uow:
        query = select(household.c.id, household.c.area_code).where(household.c.code == home)
        number, area = (await uow.connection.execute(query)).one()
        row = {
            **{"area_code": area, "subject_kind": "household", "subject_id": number},
            **{"household_id": number, "rule_id": "G02", "rule_version": 1, "rule_region": ""},
            **{"period_key": period, "first": date(2026, 9, 1), "last": date(2026, 9, 30)},
            **dict.fromkeys(("opens", "due_soon", "due", "overdue"), opens),
            **{"opens_on": date(2026, 9, 1), "due_on": date(2026, 9, 30), "provisional": False},
            **{"role": "grid_worker", "account_id": worker.account_id},
            **{"ended": "missed" if ended else None, "ended_at": ended},
        }
        made = insert(obligation).values(row).returning(obligation.c.id)
        duty: int = (await uow.connection.execute(made)).scalar_one()
        told = {"obligation_id": duty, "rung": "overdue", "n": 0, "account_id": worker.account_id}
        told |= {"at": opens, "noted_at": opens, "reader": "worker", "how": "digest"}
        await uow.connection.execute(insert(reminder).values(told | {"state": "told"}))
        asked = {"obligation_id": duty, "on_day": date(2026, 10, 1)}
        asked |= {"nudged_by": worker.account_id, "account_id": worker.account_id}
        await uow.connection.execute(insert(nudge).values(asked))
    return duty


async def left(database: Database) -> tuple[set[int], set[int]]:
    """The duties of which a reminder and a supervisor's one are left."""
    async with database.unit(OPERATOR, "test") as uow:
        told = (await uow.connection.execute(select(reminder.c.obligation_id))).scalars().all()
        asked = (await uow.connection.execute(select(nudge.c.obligation_id))).scalars().all()
    return set(told), set(asked)


async def test_what_was_told_of_a_duty_goes_400_days_after_it_ended(
    village: Database, clock: TurnedClock
) -> None:
    clock.set(NIGHT)
    await owe(village, "HA00001", "1", NIGHT - 401 * DAY)
    recent = await owe(village, "HA00001", "2", NIGHT - 399 * DAY)
    open_still = await owe(village, "HA00001", "3", None)
    await NightlyPurge(village, RULES).run()
    assert await left(village) == ({recent, open_still}, {recent, open_still})
    clock.set(NIGHT + timedelta(days=1, hours=10))  # by day: what is some days over
    await NightlyPurge(village, RULES).run()
    assert await left(village) == ({recent, open_still}, {recent, open_still})
    clock.turn(days=4)
    await NightlyPurge(village, RULES).run()
    assert await left(village) == ({open_still}, {open_still})


async def test_of_a_held_home_it_stays(village: Database, clock: TurnedClock) -> None:
    clock.set(NIGHT)
    held = await owe(village, "HA00001", "1", NIGHT - 500 * DAY)
    await owe(village, "HB00001", "1", NIGHT - 500 * DAY)
    async with village.unit(OPERATOR, "test") as uow:
        assert await Holds(uow.connection).add("PA00001", "审计", uow.now)
    await NightlyPurge(village, RULES).run()
    assert await left(village) == ({held}, {held})


async def test_a_file_that_does_not_speak_of_reminders_keeps_them(
    village: Database, clock: TurnedClock
) -> None:
    clock.set(NIGHT)
    duty = await owe(village, "HA00001", "1", NIGHT - 500 * DAY)
    await NightlyPurge(village, Retention(RULES.classes, RULES.forms, RULES.other)).run()
    assert await left(village) == ({duty}, {duty})
