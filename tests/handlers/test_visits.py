"""A form that is handed in meets what is owed, in the same step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from scheduler.closing import keep_up
from storage.obligation_tables import obligation, visit
from storage.policy import SYSTEM
from tests.handlers.conftest import Village, running
from tests.scheduler.duties import ground
from tests.scheduler.making import rule

HOMES = rule(
    population={"subject": "household"},
    satisfied_by=[
        {"form": "household_visit", "outcomes": ["moved"], "answers": {"outcome_reason": []}}
    ],
)


async def test_a_submission_meets_what_is_owed(village: Village) -> None:
    rules = ground(HOMES)
    house = replace(village.house, ground=lambda: rules)
    here = running(village.database, village.clock, village.channel, house)
    await keep_up(village.database, rules)
    mei = await here.worker()
    for button in ("我的走访户", "HAAAAAA", "入户走访", "今天", "入户", "已迁出"):
        await mei.press(button)
    await mei.say("搬到县城")
    await mei.press("提交")
    (record,) = await here.records()
    async with village.database.unit(SYSTEM, "test") as uow:
        ends = await uow.connection.execute(select(obligation.c.ended, obligation.c.visit_root))
        visits = await uow.connection.execute(
            select(visit.c.root_id, visit.c.visit_date, visit.c.answers)
        )
        met = [row.visit_root for row in ends if row.ended == "done_on_time"]
        (kept,) = visits
    assert met == [record.instance_id]
    assert tuple(kept) == (record.instance_id, date(2026, 11, 21), {"outcome_reason": "搬到县城"})
