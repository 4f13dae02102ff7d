"""A unit of work is kept as a whole or not at all, and units don't get into each other's way."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text

from storage.database import Database, DatabaseError, parse_url
from storage.policy import OPERATOR, SYSTEM
from storage.tables import audit
from tests import world
from tests.clock import START, TurnedClock
from tests.patience import PATIENCE


class BrokenError(Exception):
    pass


async def test_what_fails_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(BrokenError):
        async with database.unit(OPERATOR, "test") as uow:
            await uow.areas.put(world.AREAS)
            raise BrokenError
    async with database.unit(OPERATOR, "test") as uow:
        assert await uow.areas.all() == []


async def test_many_units_at_once_all_come_through(database: Database) -> None:
    async def count_up(_: int) -> None:
        async with database.unit(SYSTEM, "test") as uow:
            chat = await uow.conversations.load("web", "1", "zh")
            await uow.conversations.save(chat)

    await count_up(0)
    await asyncio.gather(*(count_up(n) for n in range(19)))
    async with database.unit(SYSTEM, "test") as uow:
        assert (await uow.conversations.load("web", "1", "zh")).revision == 20


async def test_reading_waits_for_no_writer_and_sees_what_is_committed(database: Database) -> None:
    async def areas() -> int:
        async with asyncio.timeout(PATIENCE), database.reading(OPERATOR, "test") as uow:
            return len(await uow.areas.all())

    async with database.unit(OPERATOR, "test") as uow:
        await uow.areas.put(world.AREAS)
        assert await areas() == 0
    assert await areas() == len(world.AREAS)


async def test_a_writer_waits_for_no_reading(database: Database) -> None:
    async with database.reading(OPERATOR, "test") as reading:
        assert await reading.areas.all() == []
        async with asyncio.timeout(PATIENCE), database.unit(OPERATOR, "test") as uow:
            await uow.areas.put(world.AREAS)


async def test_a_connection_that_was_read_by_may_write_after(database: Database) -> None:
    async with database.reading(OPERATOR, "test") as uow:
        assert await uow.areas.all() == []
    async with database.unit(OPERATOR, "test") as uow:
        await uow.areas.put(world.AREAS)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused_for_nothing_would_be_kept(url: str) -> None:
    with pytest.raises(DatabaseError, match="bad_url"):
        parse_url(url)


async def test_sqlite_writes_ahead_and_waits_for_the_disk(sqlite_database: Database) -> None:
    async with sqlite_database.unit(SYSTEM, "test") as uow:
        settings = [
            (await uow.connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert settings == ["wal", 2, 1]


async def test_moments_come_back_aware_and_in_utc(database: Database, clock: TurnedClock) -> None:
    clock.set(datetime(2026, 11, 21, 10, 0, tzinfo=timezone(timedelta(hours=8))))
    async with database.unit(OPERATOR, "looking", "cli") as uow:
        await uow.record("show", "uuid:1")
        row = (await uow.connection.execute(select(audit))).one()
    assert row.at == START
    assert row.at.tzinfo is UTC
    assert (row.account_id, row.channel, row.purpose, row.action, row.object) == (
        None,
        "cli",
        "looking",
        "show",
        "uuid:1",
    )
