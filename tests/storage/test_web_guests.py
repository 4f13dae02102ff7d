"""Guests of the web chat, and the ID number that none of its tables keeps."""

from __future__ import annotations

from core.messages import Inbound, Text
from storage.database import Database
from storage.policy import NOBODY, OPERATOR
from storage.web import DatabaseWebStore
from tests.clock import TurnedClock

NUMBER = "11010519491231002X"


async def guest_of(database: Database) -> tuple[DatabaseWebStore, str, str]:
    """A store, a guest's cookie and their address."""
    store = DatabaseWebStore(database, "zh")
    secret = await store.guest()
    session = await store.session(secret)
    assert session
    return store, secret, session.address


async def test_a_guest_is_nobody_and_stays_a_day(village: Database, clock: TurnedClock) -> None:
    store, secret, address = await guest_of(village)
    async with village.unit(OPERATOR, "test") as uow:
        assert (await uow.conversations.load("web", address, "zh")).actor == NOBODY
    clock.turn(days=1, seconds=1)
    assert await store.session(secret) is None


async def test_who_is_known_by_then_stays_longer(village: Database, clock: TurnedClock) -> None:
    store, secret, address = await guest_of(village)
    async with village.unit(OPERATOR, "test") as uow:
        chat = await uow.conversations.load("web", address, "zh")
        await uow.invites.keep_signed_in(chat.id)
    clock.turn(days=29)
    assert await store.session(secret)


async def test_a_resident_s_number_goes_to_the_step_and_into_no_table(village: Database) -> None:
    store, _, address = await guest_of(village)
    inbound = Inbound(channel="web", address=address, key="k1", event=Text(text=NUMBER))
    line: dict[str, object] = {"from": "person", "event": inbound.event.model_dump(mode="json")}
    taken = await store.take(inbound, line)
    assert taken.due
    assert taken.due.event == Text(text=NUMBER)
    (event,) = await store.since(address, -1)
    assert NUMBER not in str(event.body)
    again = await store.take(inbound, line)
    assert again.due
    assert NUMBER not in again.due.model_dump_json()
