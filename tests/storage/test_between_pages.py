"""What the office keeps between two pages, and what it tells of the outbox, on both databases."""

from __future__ import annotations

from datetime import date

import pytest

from core.messages import Reply
from storage.areas import Area
from storage.database import Database
from storage.policy import OPERATOR, SYSTEM, Actor, Role
from storage.rule_trials import RuleTrials
from storage.sent_files import File, SentFiles
from storage.waiting_messages import WaitingMessages
from tests.clock import TurnedClock

DAY = date(2026, 12, 1)


@pytest.fixture
async def chief(database: Database) -> Actor:
    async with database.unit(OPERATOR, "test") as uow:
        await uow.areas.put([Area("990101", "county", "示范县")])
        made = await uow.accounts.add("王", Role.COUNTY_ADMINISTRATOR, "990101")
    return Actor(Role.COUNTY_ADMINISTRATOR, "990101", account_id=made.id)


async def test_files_come_back_in_their_order_for_an_hour(
    database: Database, clock: TurnedClock, chief: Actor
) -> None:
    files = [File("form.md", b"| survey |"), File("b.csv", b"\x00\xff"), File("a.csv", b"1")]
    async with database.unit(chief, "test") as uow:
        name = await SentFiles(uow.connection, chief, uow.now).keep(files)
    async with database.reading(chief, "test") as uow:
        assert list(await SentFiles(uow.connection, chief, uow.now).get(name)) == files
    clock.turn(minutes=61)
    async with database.unit(SYSTEM, "test") as uow:
        assert await SentFiles(uow.connection, chief, uow.now).get(name) == []
        assert await uow.purge() == 3


async def test_a_trial_is_told_as_it_goes_and_once_it_ended(
    database: Database, clock: TurnedClock, chief: Actor
) -> None:
    async with database.unit(chief, "test") as uow:
        trials = RuleTrials(uow.connection, chief, uow.now)
        name = await trials.begin("G02", DAY, DAY)
        await trials.reached(name, 5, 20)
        found = await trials.one(name)
        assert found is not None and (found.state, found.percent) == ("running", 25)
        await trials.ended(name, {"total": 1})
        await trials.reached(name, 6, 20)  # what comes late changes nothing
        found = await trials.one(name)
        assert found is not None and (found.state, found.found) == ("done", {"total": 1})


async def test_what_waits_is_counted_and_pauses_are_told(
    database: Database, clock: TurnedClock, chief: Actor
) -> None:
    async with database.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load("telegram", "1", "zh")
        await uow.conversations.bind(chat, account_id=chief.account_id, person_id=None)
        await uow.outbox.queue(chat.id, [Reply(text="1"), Reply(text="2")])
        (first,) = await uow.outbox.heads(["telegram"])
        await uow.outbox.later(first, 60, "Too Many Requests")
    async with database.reading(chief, "test") as uow:
        waiting = WaitingMessages(uow.connection, chief, uow.now)
        (line,) = await waiting.all()
        assert (line.channel, line.kind, line.n, line.later) == ("telegram", "reply", 2, 0)
        assert line.oldest == clock.now()
        (pause,), total = await waiting.pauses(10)
        assert (total, pause.n, pause.attempts, pause.error) == (1, 2, 1, "Too Many Requests")
        assert (pause.until - clock.now()).total_seconds() == 60
