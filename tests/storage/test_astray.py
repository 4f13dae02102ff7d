"""What a clock put off that stood a day ahead does not wait for that day once it is right."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, select

from core.messages import Inbound, Reply, Text
from storage import outbox as deliveries
from storage.astray import LEEWAY, call_back
from storage.database import Database
from storage.leases import TERM, DatabaseLease
from storage.pension_tables import attempt
from storage.policy import OPERATOR, SYSTEM, Role
from storage.priorities import DIGEST
from storage.proofs import LOCKED, TRIES
from storage.tables import conversation, inbox, invite, outbox
from storage.unit import UnitOfWork
from tests import world
from tests.clock import TurnedClock

DAY = timedelta(days=1)


async def right_again(database: Database, clock: TurnedClock, **step: float) -> int:
    """Set a clock back that was a day ahead (or so much as `step` says)."""
    ahead = timedelta(**step) if step else DAY
    clock.jump(seconds=-ahead.total_seconds())
    async with database.unit(SYSTEM, "clock") as uow:
        return await call_back(uow.connection, uow.now)


async def moment(database: Database, column: Column[Any]) -> datetime:
    async with database.unit(SYSTEM, "test") as uow:
        found: datetime = (await uow.connection.execute(select(column))).scalar_one()
        return found


async def chat(uow: UnitOfWork, address: str = "7") -> int:
    return (await uow.conversations.load("paper", address, "zh")).id


async def heads(database: Database) -> list[str]:
    async with database.unit(SYSTEM, "test") as uow:
        return [one.body["text"] for one in await uow.outbox.heads(["paper"])]


# --- the outbox ----------------------------------------------------------------------------------


async def test_what_was_queued_while_the_clock_was_ahead_goes_at_once_and_in_order(
    database: Database, clock: TurnedClock
) -> None:
    clock.jump(days=1)
    async with database.unit(SYSTEM, "test") as uow:
        await uow.outbox.queue(await chat(uow), [Reply(text="第一"), Reply(text="第二")])
    await right_again(database, clock)
    assert await heads(database) == ["第一"]


async def test_what_was_put_off_while_the_clock_was_ahead_goes_at_once(
    database: Database, clock: TurnedClock
) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        await uow.outbox.queue(await chat(uow), [Reply(text="第一")])
    clock.turn(seconds=5)
    clock.jump(days=1)
    async with database.unit(SYSTEM, "test") as uow:
        (parcel,) = await uow.outbox.heads(["paper"])
        await uow.outbox.later(parcel, 30.0, "flood")
    await right_again(database, clock)
    assert await heads(database) == ["第一"]


async def test_what_is_put_off_by_a_right_clock_waits_for_its_time(
    database: Database, clock: TurnedClock
) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        await uow.outbox.queue(await chat(uow), [Reply(text="第一")])
        (parcel,) = await uow.outbox.heads(["paper"])
        await uow.outbox.later(parcel, 10**9, "flood")
    async with database.unit(SYSTEM, "clock") as uow:
        assert await call_back(uow.connection, uow.now) == 0
    assert await heads(database) == []
    clock.turn(seconds=deliveries.LONGEST_PUT_OFF.total_seconds())
    assert await heads(database) == ["第一"]


async def test_what_is_meant_for_the_morning_is_left_alone(
    database: Database, clock: TurnedClock
) -> None:
    morning = clock.now() + timedelta(hours=11)
    async with database.unit(SYSTEM, "test") as uow:
        where = await chat(uow)
        await uow.outbox.queue_kind(where, "notice", {}, DIGEST, not_before=morning)
    clock.jump(days=1)
    await right_again(database, clock)
    assert await moment(database, outbox.c.not_before) == morning


async def test_a_message_in_hand_stays_so_for_as_long_as_that_may_last(
    database: Database, clock: TurnedClock
) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        await uow.outbox.queue(await chat(uow), [Reply(text="第一")])
    clock.jump(days=1)
    async with database.unit(SYSTEM, "test") as uow:
        assert await uow.outbox.claim(await uow.outbox.heads(["paper"]))
    await right_again(database, clock)
    assert await heads(database) == []  # who has it may just be sending it
    clock.turn(seconds=deliveries.LONGEST_CLAIM.total_seconds())
    assert await heads(database) == ["第一"]


# --- the inbox -----------------------------------------------------------------------------------


def said(key: str) -> Inbound:
    return Inbound(channel="paper", address="7", key=key, event=Text(text="你好"))


async def waiting(database: Database) -> list[str]:
    async with database.unit(SYSTEM, "test") as uow:
        return [one.key for one in await uow.inbox.waiting()]


async def test_inbounds_that_came_while_the_clock_was_ahead_are_tried_in_their_order(
    database: Database, clock: TurnedClock
) -> None:
    clock.jump(days=1)
    for key in ("2", "1", "3"):
        async with database.unit(SYSTEM, "test") as uow:
            await uow.inbox.set_aside(said(key), "ValueError")
        clock.turn(seconds=10)
    await right_again(database, clock)
    assert await waiting(database) == ["2", "1", "3"]
    async with database.unit(SYSTEM, "test") as uow:
        came = (await uow.connection.execute(select(inbox.c.received_at))).scalars().all()
    assert max(came) == clock.now() and len(set(came)) == 3


async def test_an_inbound_that_waits_for_a_file_does_not_wait_for_the_wrong_day(
    database: Database, clock: TurnedClock
) -> None:
    clock.jump(days=1)
    async with database.unit(SYSTEM, "test") as uow:
        await uow.inbox.put_off(said("1"), "FileUnavailable", 10**9)
    await right_again(database, clock)
    assert await waiting(database) == ["1"]


async def test_a_jump_ahead_does_not_wear_out_the_patience_with_a_messenger(
    database: Database, clock: TurnedClock
) -> None:
    async def put_off() -> bool:
        async with database.unit(SYSTEM, "test") as uow:
            done = await uow.inbox.put_off(said("1"), "FileUnavailable", None)
        assert done is not None
        return done.given_up

    async def take() -> list[str]:
        async with database.unit(SYSTEM, "test") as uow:
            return [one.key for one in await uow.inbox.take_waiting()]

    assert not await put_off()
    clock.turn(minutes=2)
    clock.jump(days=400)
    assert await take() == ["1"]
    assert not await put_off()
    await right_again(database, clock, days=400)
    assert await take() == ["1"]
    turns = 0
    while not await put_off():
        clock.turn(hours=1)
        turns += 1
    assert turns in (24, 25)  # the patience is a day, of hours in which somebody tried


# --- locks, leases, codes ------------------------------------------------------------------------


async def test_a_lock_after_wrong_tries_lasts_an_hour(
    database: Database, clock: TurnedClock
) -> None:
    clock.jump(days=1)
    async with database.unit(SYSTEM, "test") as uow:
        for _ in range(TRIES):
            await uow.proofs.failed(7)
    await right_again(database, clock)

    async def locked() -> bool:
        async with database.unit(SYSTEM, "test") as uow:
            return await uow.proofs.locked(7)

    assert await locked()
    clock.turn(seconds=LOCKED.total_seconds() + 1)
    assert not await locked()
    assert await moment(database, attempt.c.last_at) <= clock.now()


async def test_the_lease_of_who_died_in_the_wrong_time_is_free_soon(
    database: Database, clock: TurnedClock
) -> None:
    clock.jump(days=1)
    assert await DatabaseLease(database, "telegram").take()
    await right_again(database, clock)
    other = DatabaseLease(database, "telegram")
    assert not await other.take()
    clock.turn(seconds=TERM.total_seconds())
    assert await other.take()


async def test_codes_of_the_wrong_time_live_no_longer_than_others(
    database: Database, clock: TurnedClock
) -> None:
    clock.jump(days=300)
    async with database.unit(OPERATOR, "test") as uow:
        await uow.areas.put(world.AREAS)
        account = await uow.accounts.add("周敏", Role.GRID_WORKER, world.GRID)
        await uow.invites.issue("web", account_id=account.id)
    await right_again(database, clock, days=300)
    assert await moment(database, invite.c.expires_at) == clock.now() + DAY


async def test_a_chat_in_which_somebody_wrote_in_the_wrong_time_is_not_busy_for_a_day(
    database: Database, clock: TurnedClock
) -> None:
    clock.jump(days=1)
    async with database.unit(SYSTEM, "test") as uow:
        await uow.conversations.save(await uow.conversations.load("paper", "7", "zh"))
    await right_again(database, clock)
    assert await moment(database, conversation.c.updated_at) == clock.now()


# --- all of them ---------------------------------------------------------------------------------


async def test_nothing_is_called_back_while_the_clock_is_right(
    database: Database, clock: TurnedClock
) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        where = await chat(uow)
        await uow.outbox.queue(where, [Reply(text="第一")])
        await uow.outbox.claim(await uow.outbox.heads(["paper"]))
        await uow.inbox.put_off(said("1"), "FileUnavailable", None)
        await uow.inbox.set_aside(said("2"), "ValueError")
        for _ in range(TRIES):
            await uow.proofs.failed(where)
    assert await DatabaseLease(database, "telegram").take()
    assert await right_again(database, clock, seconds=LEEWAY.total_seconds() / 2) == 0
