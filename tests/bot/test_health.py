"""Service managers learn whether the program lives, load balancers whether it can serve."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from time import monotonic
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from bot.health import LIMITS, Health
from core import measures
from core.clock import SystemClock
from storage.database import Database
from storage.migrate import head
from storage.policy import OPERATOR
from storage.vault import Vault
from tests.bot.served import served
from tests.patience import PATIENCE
from tests.postgres import PostgresServer


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """No loop runs and no channel is open, whatever ran before in this process."""
    loops, up = dict(measures._beats), dict(measures.CHANNEL_UP.values)
    measures._beats.clear()
    measures.CHANNEL_UP.values.clear()
    yield
    for kept, before in ((measures._beats, loops), (measures.CHANNEL_UP.values, up)):
        kept.clear()
        kept.update(before)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database answers as late as it likes: this machine may be busy."""
    monkeypatch.setattr("bot.health.PATIENCE", PATIENCE)


async def asked(health: Health, path: str) -> tuple[int, dict[str, Any]]:
    async with served(health.attach) as session, session.get(path) as answer:
        return answer.status, await answer.json()


def begun(database: Database, *channels: str, ago: float = 0.0) -> Health:
    health = Health.of(database, channels)
    health.begun = monotonic() - ago
    return health


async def test_a_program_whose_loops_come_round_lives(sqlite_database: Database) -> None:
    measures.beat("outbox")
    measures.beat("telegram")
    status, body = await asked(begun(sqlite_database, "web", "telegram", ago=1000), "/healthz")
    assert (status, body["ok"]) == (200, True)
    assert {loop: check["ok"] for loop, check in body["checks"].items()} == {
        "outbox": True,
        "telegram": True,
    }


@pytest.mark.parametrize("dead", LIMITS)
async def test_a_loop_that_does_not_come_round_is_dead(
    sqlite_database: Database, dead: str
) -> None:
    for loop in LIMITS:
        if loop != dead:
            measures.beat(loop)
    health = begun(sqlite_database, "web", "telegram", ago=LIMITS[dead] + 1)
    status, body = await asked(health, "/healthz")
    assert (status, body["ok"]) == (503, False)
    assert [loop for loop, check in body["checks"].items() if not check["ok"]] == [dead]


async def test_a_program_that_has_just_begun_gets_time(sqlite_database: Database) -> None:
    status, _ = await asked(begun(sqlite_database, "web", "telegram"), "/healthz")
    assert status == 200


async def test_a_program_without_telegram_does_not_wait_for_it(sqlite_database: Database) -> None:
    _, body = await asked(begun(sqlite_database, "web"), "/healthz")
    assert set(body["checks"]) == {"outbox"}


async def test_a_program_with_open_channels_and_a_database_is_ready(database: Database) -> None:
    measures.CHANNEL_UP.set(1, "web")
    measures.CHANNEL_UP.set(0, "telegram")  # open, though Telegram does not answer just now
    status, body = await asked(begun(database, "web", "telegram"), "/readyz")
    assert status == 200
    assert body["checks"] == {
        "database": {"ok": True, "revision": head()},
        "web": {"ok": True},
        "telegram": {"ok": True},
    }


async def test_a_channel_that_is_not_open_yet_is_not_ready(sqlite_database: Database) -> None:
    measures.CHANNEL_UP.set(1, "web")
    status, body = await asked(begun(sqlite_database, "web", "telegram"), "/readyz")
    assert (status, body["checks"]["telegram"]) == (503, {"ok": False})


async def test_tables_that_are_behind_are_not_ready(database: Database) -> None:
    async with database.unit(OPERATOR, "test") as uow:
        await uow.connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    status, body = await asked(begun(database), "/readyz")
    assert (status, body["checks"]["database"]) == (503, {"ok": False, "revision": "0001"})


@pytest.fixture
async def session_of_a_shared_database(
    postgres: PostgresServer, migrated_postgres: str, vault: Vault
) -> AsyncIterator[tuple[str, aiohttp.ClientSession]]:
    """The name of a PostgreSQL database, and somebody who asks a program that uses it."""
    name = postgres.new(migrated_postgres)
    database = await Database.open(postgres.url(name), SystemClock())
    async with served(begun(database).attach) as session:
        yield name, session
    await database.close()
    postgres.drop(name)


async def test_a_database_that_goes_away_and_comes_back(
    postgres: PostgresServer,
    session_of_a_shared_database: tuple[str, aiohttp.ClientSession],
) -> None:
    name, session = session_of_a_shared_database

    async def status(path: str) -> int:
        async with session.get(path) as answer:
            return answer.status

    assert await status("/readyz") == 200
    postgres.close_to_all(name)
    assert await status("/readyz") == 503
    assert await status("/healthz") == 200  # no restart would mend it
    postgres.open_to_all(name)
    assert await status("/readyz") == 200
