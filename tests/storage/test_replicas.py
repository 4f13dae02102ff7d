"""PostgreSQL tells which processes are there; what one claimed is its own until that ends."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.messages import Reply
from storage.database import Database
from storage.leases import DatabaseLease
from storage.policy import SYSTEM
from storage.replicas import Replicas
from storage.vault import Vault
from tests.clock import TurnedClock
from tests.patience import PATIENCE
from tests.postgres import PostgresServer


@pytest.fixture
async def shared(
    postgres: PostgresServer, migrated_postgres: str, vault: Vault, clock: TurnedClock
) -> AsyncIterator[list[Database]]:
    """Two processes' connections to one database; no claim runs out while the clock stands."""
    name = postgres.new(migrated_postgres)
    databases = [await Database.open(postgres.url(name), clock) for _ in range(2)]
    yield databases
    for database in databases:
        await database.close()
    postgres.drop(name)


async def claimed(database: Database) -> bool:
    """Whether somebody holds the only message that waits; one is claimed if there is none."""
    async with database.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("telegram", "7", "zh")
        if not await uow.outbox.queued(chat.id):
            await uow.outbox.hand_out(chat, [Reply(text="hello")])
        return not await uow.outbox.heads(["telegram"])


async def cut(database: Database) -> None:
    """End every connection to this database, but for one of `database`, as a kill does."""
    async with database.unit(SYSTEM, "test") as uow:
        await uow.connection.execute(
            text(
                f"SELECT pg_terminate_backend(pid, {1000 * PATIENCE:.0f}) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


async def test_each_process_counts_all_that_are_there(shared: list[Database]) -> None:
    first, second = (Replicas(database) for database in shared)
    await first.join()
    assert await first.count() == 1
    await second.join()
    assert [await one.count() for one in (first, second)] == [2, 2]
    await second.leave()
    assert await first.count() == 1
    await first.leave()


async def test_who_starts_alone_leaves_the_work_of_one_that_lost_its_connection(
    shared: list[Database],
) -> None:
    before, after = shared
    await Replicas(before).join()
    assert await DatabaseLease(before, "telegram").take()
    assert await claimed(before)
    await cut(after)
    replicas = Replicas(after)
    await replicas.join()
    assert await claimed(after)
    assert not await DatabaseLease(after, "telegram").take()
    await replicas.leave()


async def test_who_starts_beside_another_leaves_its_work_alone(shared: list[Database]) -> None:
    first, second = (Replicas(database) for database in shared)
    await first.join()
    assert await DatabaseLease(shared[0], "telegram").take()
    assert await claimed(shared[0])
    await second.join()
    assert await claimed(shared[1])
    assert not await DatabaseLease(shared[1], "telegram").take()
    for one in (first, second):
        await one.leave()


async def test_a_process_whose_connection_was_cut_joins_again(shared: list[Database]) -> None:
    first, second = (Replicas(database) for database in shared)
    await first.join()
    await second.join()
    await cut(shared[1])
    with pytest.raises(DBAPIError):
        await first.count()
    assert await first.count() == 1
    await first.leave()
    with pytest.raises(DBAPIError):
        await second.count()


async def test_sqlite_has_one_process(sqlite_database: Database) -> None:
    replicas = Replicas(sqlite_database)
    await replicas.join()
    assert await replicas.count() == 1
    await replicas.leave()
