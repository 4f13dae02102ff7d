"""The storages that aiogram's state machine is measured with, by what ``BENCH_STATE`` names."""

from __future__ import annotations

from typing import Any, Final

from aiogram.fsm.storage.base import BaseStorage
from aiogram.fsm.storage.memory import MemoryStorage

from benchmarks.peers.bots.told import FOLDER, REDIS

_CONNECTIONS: Final = 64


async def storage_of(state: str) -> BaseStorage:
    """``memory``, ``sqlalchemy`` or ``redis``."""
    if state == "sqlalchemy":
        return await _sqlalchemy()
    if state == "redis":
        from aiogram.fsm.storage.redis import RedisStorage

        return RedisStorage.from_url(REDIS)
    return MemoryStorage()


async def _sqlalchemy() -> BaseStorage:
    """The published SQLAlchemy storage on SQLite, each change committed to the disk."""
    from sqlalchemy import MetaData, event
    from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
    from sqlalchemy_storage import SQLAlchemyStorage  # type: ignore[import-not-found]

    # The storage asks for a second connection while it holds SQLite's only lock: where all of the
    # pool's wait for that lock, it deadlocks. So there is one for everybody.
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{FOLDER / 'state.sqlite3'}", pool_size=_CONNECTIONS
    )
    event.listen(engine.sync_engine, "connect", _durable)
    metadata = MetaData()
    storage: BaseStorage = SQLAlchemyStorage(
        sessionmaker=async_sessionmaker(engine, expire_on_commit=False), metadata=metadata
    )
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    return storage


def _durable(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
