"""The message of the day for every worker: queued by a tick, and written when it is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Final

from sqlalchemy import select, text

from benchmarks.obligations.figures import Figure
from benchmarks.obligations.ground import EVERYBODY, Counted, by, settled, turn
from handlers.preparing import prepared
from handlers.shelf import Shelf
from handlers.turn import House
from scheduler.closing import keep_up
from scheduler.digests import fill
from scheduler.ground import Ground
from scheduler.manners import Manners
from storage.policy import SYSTEM
from storage.tables import account
from storage.vault import vault
from tests.scheduler.making import SHANGHAI

WORKERS: Final = 5_000
NEAR: Final = date(2026, 12, 27)
"""A day on which everything that is open is due within a week."""


async def measure(engine: str, people: int) -> AsyncIterator[Figure]:
    """What a digest of 200 open duties costs, to queue and to write, for as many as have a chat."""
    async with settled(engine, people) as database:
        turn(database, NEAR)
        where = by(EVERYBODY)
        await keep_up(database, where)
        await _name(database)
        await _give_chats(database)
        began = database.spent()
        queued = await fill(database, SHANGHAI, Manners())
        filled = database.spent() - began
        began = database.spent()
        written = await _write(database, where)
        wrote = database.spent() - began
        yield Figure("digests", queued, "")
        yield Figure("queue one", filled / queued * 1e3, "ms")
        yield Figure("write one", wrote / max(written, 1) * 1e3, "ms")
        both = filled / queued + wrote / max(written, 1)
        yield Figure(f"queue and write {WORKERS:,}", both * WORKERS, "s")


async def _name(database: Counted) -> None:
    """People whose names can be read."""
    async with database.unit(SYSTEM, "benchmark") as uow:
        for table in ("person", "account"):
            sealed = vault().seal("测试".encode(), f"{table}.name")
            await uow.connection.execute(text(f"UPDATE {table} SET name = :name"), {"name": sealed})


async def _give_chats(database: Counted) -> None:
    async with database.unit(SYSTEM, "benchmark") as uow:
        accounts = (await uow.connection.execute(select(account.c.id).limit(WORKERS))).scalars()
        for one in accounts.all():
            chat = await uow.conversations.load("paper", f"chat-{one}", "zh")
            await uow.conversations.bind(chat, account_id=one, person_id=None)


async def _write(database: Counted, where: Ground) -> int:
    """Write all that is queued; how many messages."""
    house = House(Shelf(), SHANGHAI, lambda *_: {}, lambda *_: (), ground=lambda: where)
    writers, count = prepared(house), 0
    async with database.unit(SYSTEM, "benchmark") as uow:
        parcels = await uow.outbox.heads(["paper"], limit=WORKERS)
    for parcel in parcels:
        async with database.unit(SYSTEM, parcel.kind) as uow:
            count += await writers[parcel.kind](uow, parcel) is not None
    return count
