"""Guests who never came back leave nothing; whoever is more than a guest stays."""

from __future__ import annotations

from sqlalchemy import func, select

from core.messages import Reply
from storage import guests
from storage.database import Database
from storage.policy import OPERATOR, SYSTEM, Role
from storage.tables import conversation, outbox, web_event
from storage.web import DatabaseWebStore
from tests import world
from tests.clock import TurnedClock


async def a_guest(database: Database) -> str:
    """The address of a guest who said a word and was answered."""
    store = DatabaseWebStore(database, "zh")
    session = await store.session(await store.guest())
    assert session
    await store.append(session.address, {"from": "person"}, "k1")
    async with database.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("web", session.address, "zh")
        await uow.outbox.queue(chat.id, [Reply(text="您好")])
    return session.address


async def left(database: Database) -> tuple[int, int, int]:
    """How many chats, lines and messages there are."""
    async with database.unit(SYSTEM, "test") as uow:
        counts = [
            (await uow.connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (conversation, web_event, outbox)
        ]
    return counts[0], counts[1], counts[2]


async def cleared(database: Database) -> None:
    async with database.unit(SYSTEM, "purge") as uow:
        while await uow.purge():
            pass


async def test_who_does_not_come_back_is_forgotten(village: Database, clock: TurnedClock) -> None:
    before = await left(village)
    for _ in range(3):
        await a_guest(village)
    clock.turn(days=6)
    await cleared(village)
    assert (await left(village))[0] == before[0] + 3
    clock.turn(days=1, seconds=1)
    await cleared(village)
    assert await left(village) == before


async def test_who_is_known_by_now_stays(village: Database, clock: TurnedClock) -> None:
    address = await a_guest(village)
    async with village.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load("web", address, "zh")
        one = await uow.accounts.add("张", Role.GRID_WORKER, world.GRID)
        await uow.conversations.bind(chat, account_id=one.id, person_id=None)
    clock.turn(days=90)
    chats = (await left(village))[0]
    await cleared(village)
    assert (await left(village))[0] == chats


async def test_a_crowd_goes_in_small_pieces(village: Database, clock: TurnedClock) -> None:
    for _ in range(guests.AT_ONCE + 1):
        await DatabaseWebStore(village, "zh").guest()
    clock.turn(days=8)
    async with village.unit(SYSTEM, "purge") as uow:
        await uow.purge()  # their sign-ins are over first
        assert await guests.forget(uow.connection, uow.now) == 1
