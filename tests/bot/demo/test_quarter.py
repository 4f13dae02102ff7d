"""The demo township lives: what is owed is visited or missed, and people are told, day by day."""

from __future__ import annotations

from datetime import timedelta
from statistics import median

from bot.app import house_of
from bot.demo import load
from bot.demo.quarter import Quarter, TurnedClock
from bot.office.burden_meter import PAUSED
from bot.settings import Settings
from handlers.forms import publish_builtin
from storage.burden import Burden
from storage.database import Database
from storage.policy import OPERATOR
from storage.submissions import Filter
from tests.clock import START


async def test_days_go_by(sqlite_database: Database) -> None:
    database, settings = sqlite_database, Settings()
    database.clock = clock = TurnedClock(START)
    database.zone = settings.zone
    await load(database, settings, clock)
    await publish_builtin(database)
    over: list[int] = []
    quarter = Quarter(database, house_of(settings), settings.manners, clock, seed=1)
    lived = await quarter.live(2, lambda done, total: over.append(done))
    assert over == [1, 2]
    assert lived.opened > 500
    assert lived.told["digest"] > 0
    async with database.unit(OPERATOR, "test") as uow:
        found = await uow.submissions.list(Filter(), limit=500)
        assert len(found) == lived.records > 5
        days = {record.visit_date for record, _ in found}
        assert max(days) - min(days) < timedelta(days=40)
        burden = Burden(uow.connection, uow.actor)
        took = [
            one.entered_at - one.started_at
            for form in {record.form_id for record, _ in found}
            for one in await burden.sample(form, min(days), max(days), "")
            if one.started_at is not None
        ]
        assert timedelta() < min(took) < median(took) < PAUSED
