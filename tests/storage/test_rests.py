"""Rests go when their time is over: drafts, transcripts, files of nothing, what was given up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Table, func, insert, select, update

from core.messages import Inbound, Reply, Text
from scheduler.ticks import purge
from storage.database import Database
from storage.ending_drafts import USUAL
from storage.formshelf import FormSource
from storage.inbox import MAX_ATTEMPTS
from storage.policy import OPERATOR, SYSTEM, Actor, Role
from storage.purge import AT_ONCE
from storage.retention import Holds
from storage.tables import inbox, interview, media, outbox, web_event
from tests import world
from tests.clock import TurnedClock
from tests.storage.test_submissions import FORM


async def count(database: Database, table: Table) -> int:
    async with database.unit(OPERATOR, "test") as uow:
        query = select(func.count()).select_from(table)
        found: int = (await uow.connection.execute(query)).scalar_one()
        return found


async def draft(village: Database, status: str = "kept") -> Actor:
    """An interview about the first household that its worker put aside."""
    worker = await world.hire(village, Role.GRID_WORKER, world.GRID)
    async with village.unit(OPERATOR, "test") as uow:
        await uow.forms.publish(FORM, FormSource(b"<h:html/>", {}))
        chat = await uow.conversations.load("web", "mei", "zh")
    async with village.unit(worker, "test") as uow:
        (home,), _ = await uow.register.list("household")
        begun = await uow.interviews.start(chat.id, FORM.sha256, ("household", home.id), {}, {})
        begun.status = status
        await uow.interviews.save(begun)
    return worker


@pytest.mark.parametrize(("status", "days"), [("open", 7), ("kept", 7), ("dropped", 1)])
async def test_a_draft_that_nobody_goes_on_with_goes(
    village: Database, clock: TurnedClock, status: str, days: int
) -> None:
    await draft(village, status)
    begun = clock.now()
    async with village.unit(SYSTEM, "test") as uow:  # its person is told in time
        told = begun + USUAL.kept - USUAL.notice
        await uow.connection.execute(update(interview).values(told_at=told))
    clock.set(begun + timedelta(days=days, seconds=-1))
    await purge(village)
    assert await count(village, interview) == 1
    clock.turn(seconds=2)
    await purge(village)
    assert await count(village, interview) == 0


async def test_a_hold_keeps_the_drafts_of_who_lives_there(
    village: Database, clock: TurnedClock
) -> None:
    await draft(village)
    async with village.unit(OPERATOR, "test") as uow:
        assert await Holds(uow.connection).add("PA00001", "案号 7", uow.now)
    clock.turn(days=99)
    await purge(village)
    assert await count(village, interview) == 1


async def test_a_finished_interview_stays_with_its_record(
    village: Database, clock: TurnedClock
) -> None:
    await draft(village, "submitted")
    clock.turn(days=99)
    await purge(village)
    assert await count(village, interview) == 1


async def test_files_go_by_what_they_are_for(database: Database, clock: TurnedClock) -> None:
    keys = {"form:a": None, "overview:b": 7, "mydata:1:c": 7, "web:d": 90}
    async with database.unit(SYSTEM, "test") as uow:
        for key in keys:
            await uow.media.put(b"x", "x", "image/png", key)
    for days in (0, 7, 90):
        clock.turn(days=1 if days else 0)
        if days:
            clock.turn(days=days)
        await purge(database)
        async with database.unit(SYSTEM, "test") as uow:
            left = set((await uow.connection.execute(select(media.c.key))).scalars())
        assert left == {key for key, over in keys.items() if over is None or over > days}


async def test_what_was_given_up_goes_after_a_month(database: Database, clock: TurnedClock) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        inbound = Inbound(channel="web", address="7", key="k1", event=Text(text="摔倒了"))
        for _ in range(MAX_ATTEMPTS):
            await uow.inbox.set_aside(inbound, "ValueError")
        chat = await uow.conversations.load("telegram", "1", "zh")
        await uow.outbox.queue(chat.id, [Reply(text="1")])
        await uow.connection.execute(update(outbox).values(state="dead"))
    clock.turn(days=29)
    await purge(database)
    assert (await count(database, inbox), await count(database, outbox)) == (1, 1)
    clock.turn(days=2)
    await purge(database)
    assert (await count(database, inbox), await count(database, outbox)) == (0, 0)


async def test_many_rows_go_some_at_a_time(database: Database, clock: TurnedClock) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        rows = [
            {"address_hash": "a", "key": str(n), "body": {}, "at": uow.now}
            for n in range(AT_ONCE + 1)
        ]
        await uow.connection.execute(insert(web_event), rows)
    clock.turn(days=181)
    async with database.unit(SYSTEM, "test") as uow:
        assert await uow.purge() == AT_ONCE
    await purge(database)
    assert await count(database, web_event) == 0
