"""The message of the day for 5,000 workers: queued by a tick, and written when it is sent.

All of them are written, as the courier does it. People chat meanwhile: how long a step takes then
is set beside a step alone (`chatting`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import Final

from sqlalchemy import text

from benchmarks.obligations.chatting import beside, quiet, steps_beside
from benchmarks.obligations.figures import Figure
from benchmarks.obligations.ground import EVERYBODY, Counted, by, settled, turn
from handlers.preparing import prepared
from handlers.shelf import Shelf
from handlers.turn import House
from scheduler.closing import keep_up
from scheduler.courier import rank_of
from scheduler.digests import fill
from scheduler.ground import Ground
from scheduler.intents import DIGEST
from scheduler.manners import Manners
from storage.outbox import Parcel
from storage.policy import SYSTEM
from storage.vault import vault
from tests.scheduler.making import SHANGHAI

WORKERS: Final = 5_000
NEAR: Final = date(2026, 12, 27)
"""A day on which everything that is open is due within a week."""

_AT_ONCE: Final = 100

_HIRED: Final = """
INSERT INTO account (code, name, role, area_code, active, created_at)
SELECT 'X' || n || '-' || id, name, role, area_code, true, created_at
FROM account CROSS JOIN ({numbers}) AS more WHERE code LIKE 'W%'
"""
_DEALT_OUT: Final = """
UPDATE obligation SET account_id = (
  SELECT id FROM account
  WHERE code = 'X' || (obligation.subject_id % {each}) || '-' || obligation.account_id
) WHERE obligation.subject_id % {each} > 0
"""


async def measure(engine: str, people: int) -> AsyncIterator[Figure]:
    """What the digests cost to queue and to write, and a step beside the writing of them."""
    async with settled(engine, people) as database:
        turn(database, NEAR)
        where = by(EVERYBODY)
        await keep_up(database, where)
        each = await _staff(database)
        alone = await quiet(database)
        began = database.spent()
        queued = await fill(database, SHANGHAI, Manners())
        filled = database.spent() - began
        parcels = await _parcels(database)
        began, half = database.spent(), len(parcels) // 2
        written = await _write(database, where, parcels[:half])
        wrote = database.spent() - began
        work = asyncio.create_task(_write(database, where, parcels[half:]))
        meanwhile = await steps_beside(database, work)
        written += await work
        yield Figure("digests queued", queued, "")
        yield Figure("digests written", written, "")
        yield Figure("duties in each", each, "")
        yield Figure("queue one", filled / queued * 1e3, "ms")
        yield Figure("write one", wrote / half * 1e3, "ms")
        yield Figure(f"queue and write {queued:,}", filled + wrote / half * queued, "s")
        alone += await quiet(database)
        for figure in beside("digests", alone, meanwhile):
            yield figure


async def _staff(database: Counted) -> float:
    """As many workers with a chat as `WORKERS`, to whom the duties of their grid are dealt out;
    how many each has. Their names, and those of people, can be read."""
    async with database.unit(SYSTEM, "benchmark") as uow:
        for table in ("person", "account"):
            sealed = vault().seal("测试".encode(), f"{table}.name")
            await uow.connection.execute(text(f"UPDATE {table} SET name = :name"), {"name": sealed})
        grids = (await uow.connection.execute(text("SELECT count(*) FROM account"))).scalar_one()
        each = max(WORKERS // grids, 1)
        if each > 1:
            numbers = " UNION ALL ".join(f"SELECT {n} AS n" for n in range(1, each))
            await uow.connection.execute(text(_HIRED.format(numbers=numbers)))
            await uow.connection.execute(text(_DEALT_OUT.format(each=each)))
        ids = (await uow.connection.execute(text("SELECT id FROM account ORDER BY id"))).scalars()
        owed = (await uow.connection.execute(text("SELECT count(*) FROM obligation"))).scalar_one()
    staff = list(ids)
    for some in _parts(staff):
        async with database.unit(SYSTEM, "benchmark") as uow:
            for one in some:
                chat = await uow.conversations.load("paper", f"chat-{one}", "zh")
                await uow.conversations.bind(chat, account_id=one, person_id=None)
    return float(owed / len(staff))


def _parts(staff: list[int]) -> Iterator[list[int]]:
    yield from (staff[at : at + _AT_ONCE] for at in range(0, len(staff), _AT_ONCE))


async def _parcels(database: Counted) -> list[Parcel]:
    async with database.unit(SYSTEM, "benchmark") as uow:
        heads = await uow.outbox.heads(["paper"], limit=2 * WORKERS)
    return [one for one in heads if one.kind == DIGEST]


async def _write(database: Counted, where: Ground, parcels: list[Parcel]) -> int:
    """Write what is queued; how many messages."""
    house = House(Shelf(), SHANGHAI, lambda *_: {}, lambda *_: (), ground=lambda: where)
    writers, count = prepared(house), 0
    for parcel in parcels:
        rank = rank_of(parcel)
        async with database.unit(SYSTEM, parcel.kind, rank=rank) as uow:
            count += await writers[parcel.kind](uow, parcel) is not None
    return count
