"""Each inbound changes something once; one that fails is tried again, and given up at last."""

from __future__ import annotations

import asyncio

from core.messages import Inbound, Text
from storage.database import Database
from storage.inbox import AT_ONCE, MAX_ATTEMPTS, TAKEN
from storage.policy import SYSTEM
from tests.clock import TurnedClock


def said(key: str, text: str = "你好") -> Inbound:
    return Inbound(channel="telegram", address="7", key=key, event=Text(text=text))


async def claim(database: Database, key: str, channel: str = "telegram") -> bool:
    async with database.unit(SYSTEM, "test") as uow:
        return await uow.inbox.claim(channel, key)


async def set_aside(database: Database, inbound: Inbound) -> bool:
    async with database.unit(SYSTEM, "test") as uow:
        return await uow.inbox.set_aside(inbound, "ValueError")


async def waiting(database: Database) -> list[str]:
    async with database.unit(SYSTEM, "test") as uow:
        return [one.key for one in await uow.inbox.waiting()]


async def test_a_second_claim_of_the_same_key_is_refused(database: Database) -> None:
    assert await claim(database, "1")
    assert not await claim(database, "1")
    assert await claim(database, "2")
    assert await claim(database, "1", channel="web")


async def test_a_claim_that_was_rolled_back_can_be_made_again(database: Database) -> None:
    class BrokenError(Exception):
        pass

    try:
        async with database.unit(SYSTEM, "test") as uow:
            assert await uow.inbox.claim("telegram", "1")
            raise BrokenError
    except BrokenError:
        pass
    assert await claim(database, "1")


async def test_of_two_claims_at_one_moment_one_wins(database: Database) -> None:
    results = await asyncio.gather(*(claim(database, "1") for _ in range(8)))
    assert sorted(results) == [False] * 7 + [True]


async def test_what_was_set_aside_waits_in_order_with_all_it_carried(
    database: Database, clock: TurnedClock
) -> None:
    await set_aside(database, said("2", "第二"))
    clock.turn(seconds=1)
    await set_aside(database, said("1", "第一"))
    async with database.unit(SYSTEM, "test") as uow:
        assert await uow.inbox.waiting() == [said("2", "第二"), said("1", "第一")]


async def test_what_waited_is_claimed_once_and_then_gone(database: Database) -> None:
    await set_aside(database, said("1"))
    assert await claim(database, "1")
    assert await waiting(database) == []
    assert not await claim(database, "1")


async def test_what_keeps_failing_is_given_up(database: Database) -> None:
    results = [await set_aside(database, said("1")) for _ in range(MAX_ATTEMPTS)]
    assert results == [True] * (MAX_ATTEMPTS - 1) + [False]
    assert await waiting(database) == []
    assert not await claim(database, "1")


async def test_what_one_process_tries_again_another_one_leaves_alone(
    database: Database, clock: TurnedClock
) -> None:
    await set_aside(database, said("1"))

    async def take() -> list[str]:
        async with database.unit(SYSTEM, "test") as uow:
            return [one.key for one in await uow.inbox.take_waiting()]

    taken = await asyncio.gather(*(take() for _ in range(4)))
    assert sorted(taken) == [[], [], [], ["1"]]
    clock.turn(seconds=TAKEN.total_seconds())  # the one that took it was killed
    assert await take() == ["1"]


async def test_some_are_tried_again_at_a_time_and_those_that_wait_for_files_last(
    database: Database, clock: TurnedClock
) -> None:
    async with database.unit(SYSTEM, "test") as uow:
        for number in range(AT_ONCE):
            await uow.inbox.put_off(said(f"file {number}"), "FileUnavailable", None)
    clock.turn(minutes=1)
    await set_aside(database, said("text"))
    found = await waiting(database)
    assert found[0] == "text" and len(found) == AT_ONCE


async def test_what_was_handled_is_neither_put_off_nor_set_aside(database: Database) -> None:
    assert await claim(database, "1")
    async with database.unit(SYSTEM, "test") as uow:
        assert await uow.inbox.put_off(said("1"), "FileUnavailable", None) is None
    assert [await set_aside(database, said("1")) for _ in range(MAX_ATTEMPTS)] == [True] * 3
    assert await waiting(database) == []
